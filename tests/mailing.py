"""The small campaign with addresses, for tests of letters and of what becomes of them."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from collecting import fill_once
from sheets import write_template, write_units

from workbook_tools.excel import Cell
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.collect import collect
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.frames import Collection

ADDRESSES = {"x1": "xa1@mau.example", "t1": "t1@mau.example; vt.t1@mau.example", "x2": "xa2@mau.example"}


def lay_out(folder: Path, addresses: dict[str, str] = ADDRESSES, *rows: list[object]) -> CampaignFolder[Path]:
    """The small campaign with these addresses, its forms generated; ``rows`` go into its sheet ``Đợt báo cáo``."""
    campaign = CampaignFolder(folder)
    if campaign.key.exists():
        _make(campaign, addresses, rows)
        return campaign
    made = _make_once(tuple(addresses.items()), tuple(map(tuple, rows)))
    for name, data in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return campaign


@cache
def _make_once(
    addresses: tuple[tuple[str, str], ...], rows: tuple[Sequence[object], ...]
) -> dict[str, bytes]:
    """Path in the campaign's folder → the file: most tests use the same campaign."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _make(CampaignFolder(root), dict(addresses), rows)
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _make(
    campaign: CampaignFolder[Path], addresses: dict[str, str], rows: Sequence[Sequence[object]]
) -> None:
    def plant(units: list[list[object]]) -> None:
        for row in units[1:]:
            row[4] = addresses.get(str(row[0]))

    write_template(campaign.template, lambda tables: tables["Đợt báo cáo"].extend(map(list, rows)))
    write_units(campaign.units, plant)
    generate(campaign.template, campaign.units, campaign.forms)


SENT = {
    "x1": {
        "B5": "khoảng 20",
        "B6": 2,
        "B7": 500,
        "B8": "Trực tiếp",
        "B11": 1,
        "B12": "Dòng một\n=1+1 & <b>",
        "E5": "Ước",
    },
    "t1": {"B5": 5, "B6": 1, "D6": 30, "B8": "Trực tiếp"},
    "x2": {"B5": 5, "B8": "Qua loa", "B11": 1},
}
"""Unit → cell → what its clerk typed: three errors of x1 and x2 each, none of t1."""
SAVED = datetime(2023, 10, 11, 8, tzinfo=UTC)


def read(campaign: CampaignFolder[Path]) -> Collection:
    return collect(campaign.returned, campaign.template, campaign.units)


def blank(campaign: CampaignFolder[Path], unit: str) -> bytes:
    (path,) = campaign.forms.glob(f"{unit}_*.xlsx")
    return path.read_bytes()


def send(campaign, unit: str, form: bytes, typed, saved: datetime, name: str = "") -> Path:
    cells = {Cell("Biểu", int(ref[1:]), ord(ref[0]) - 64): value for ref, value in typed.items()}
    target = campaign.returned / (name or f"{unit}.xlsx")
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(fill_once(form, cells, saved))
    return target


def retype(data: bytes, numbers: dict[str, int], saved: datetime | None = None, *, ids=None) -> bytes:
    """The workbook with other numbers in some of its cells, as if a unit had typed them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for ref, number in numbers.items():
                    pattern = rf'<c r="{ref}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'
                    text, count = re.subn(pattern, rf'<c r="{ref}"\1><v>{number}</v></c>', text)
                    assert count == 1, ref
            if saved is not None and name == "docProps/core.xml":
                text = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{saved:%Y-%m-%dT%H:%M:%SZ}", text)
            if ids is not None:
                text = text.replace(*ids)
            new.writestr(name, text)
    return buffer.getvalue()
