"""One form per unit, fast: only the parts of the master in which units differ are written anew."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from workbook_tools.forms.form_id import FormId
from workbook_tools.forms.master import FACT_SENTINEL, Master
from workbook_tools.forms.package import finish_master
from workbook_tools.model import Unit
from workbook_tools.spec.markers import MARKER, fill_markers, marker_text

_EPOCH = (1980, 1, 1, 0, 0, 0)
_SENTINEL = re.compile(rf"<v>({FACT_SENTINEL // 1000}\d{{3}})</v>")


@dataclass(frozen=True)
class Stamp:
    """A master form taken apart: parts by name, and the few of them that differ from unit to unit."""

    parts: Mapping[str, bytes]
    varying: Mapping[str, str]
    facts: tuple[str, ...]


def build_stamp(master: Master) -> Stamp:
    """Take a master apart, complete what openpyxl leaves out, and find the parts that hold markers."""
    parts = finish_master(master)
    varying = {}
    for name, data in parts.items():
        text = data.decode("utf-8")
        if MARKER.search(text) or _SENTINEL.search(text):
            varying[name] = text
    return Stamp(parts, varying, master.facts)


def stamp_form(stamp: Stamp, unit: Unit, above: str, form_id: FormId) -> bytes:
    """The finished form of one unit, the same bytes for the same input; ``above`` is the name of the unit above."""
    texts = {
        "don_vi": unit.name,
        "don_vi_hoa": unit.name.upper(),
        "ma_don_vi": unit.code,
        "cap_tren": above,
        "cap_tren_hoa": above.upper(),
        "ma_bieu": str(form_id),
    } | {name: marker_text(value) for name, value in unit.facts.items()}
    escaped = {name: escape(text) for name, text in texts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in stamp.parts.items():
            if name in stamp.varying:
                data = _fill(stamp.varying[name], escaped, stamp.facts, unit).encode("utf-8")
            package.writestr(_entry(name), data)
    return buffer.getvalue()


def _fill(text: str, values: Mapping[str, str], facts: tuple[str, ...], unit: Unit) -> str:
    filled = _SENTINEL.sub(lambda match: _fact(unit.facts.get(facts[int(match[1]) - FACT_SENTINEL])), fill_markers(text, values))
    return MARKER.sub("…", filled)


def _fact(value: float | str | None) -> str:
    return f"<v>{value:.15g}</v>" if isinstance(value, int | float) else "<v>0</v>"


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
