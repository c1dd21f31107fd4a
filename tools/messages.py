"""Bring the Vietnamese catalogue up to date with the code: new texts come in untranslated, unused ones go,
the .mo is made anew.

Run by ``make messages``; tests/test_locale.py checks that nothing is left to do.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "workbook_tools/locale/vi/LC_MESSAGES/workbook_tools.po"
HEADER = r"""# Vietnamese texts of workbook_tools; `make messages` brings them up to date with the code.
# Distributed under the same licence as workbook_tools.
msgid ""
msgstr ""
"Project-Id-Version: workbook_tools\n"
"Language: vi\n"
"Plural-Forms: nplurals=1; plural=0;\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def extract_messages() -> Catalog:
    """Every text marked in the package, untranslated."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    found = Catalog(locale="vi")
    for *_, message, _comments, _context in extract_from_dir(ROOT / "workbook_tools", methods, options):
        found.add(message)
    return found


def read_catalogue() -> Catalog:
    """The catalogue as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def merge(extracted: Catalog, kept: Catalog) -> Catalog:
    """The extracted texts with the translations that there are."""
    for message in extracted:
        known = kept.get(message.id) if message.id else None
        if known is not None:
            message.string = known.string
    return extracted


def render_po(catalogue: Catalog) -> str:
    """The catalogue as text, sorted, with a header that has no dates."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, sort_output=True, omit_header=True)
    return HEADER + buffer.getvalue().decode("utf-8")


def render_mo(po: str) -> bytes:
    """The compiled catalogue; the same bytes for the same texts."""
    buffer = io.BytesIO()
    catalogue = read_po(io.BytesIO(po.encode("utf-8")), locale="vi")
    # Without a date in the header it would be the time of the run.
    catalogue.creation_date = datetime(1980, 1, 1, tzinfo=UTC)
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> int:
    """Write both files; the number of texts without a translation is the complaint."""
    po = render_po(merge(extract_messages(), read_catalogue()))
    PO.write_text(po, encoding="utf-8")
    PO.with_suffix(".mo").write_bytes(render_mo(po))
    # A text with a singular has its translation in a tuple.
    missing = [m.id for m in read_catalogue() if m.id and m.string in ("", ("",))]
    for text in missing:
        print("untranslated:", text)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
