"""Workbooks written part by part, for what no library would write."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def relationships(*triples: tuple[str, str, str]) -> str:
    """A part of relationships, each (id, full type, target)."""
    rows = "".join(f'<Relationship Id="{i}" Type="{t}" Target="{target}"/>' for i, t, target in triples)
    return f'<Relationships xmlns="{PACKAGE_RELS}">{rows}</Relationships>'


def sheet(rows: str, main: str = MAIN) -> str:
    """A worksheet part around its rows."""
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'


def parts(
    rows: str = "", *, strings: str | None = None, main: str = MAIN, rels: str = RELS, properties: str = ""
) -> dict[str, str]:
    """The parts of a workbook with one sheet, ``Biểu``."""
    targets = [("rId1", f"{rels}/worksheet", "worksheets/sheet1.xml")]
    found = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relationships(("rId1", f"{rels}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rels}">{properties}<sheets><sheet name="Biểu" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": sheet(rows, main),
    }
    if strings is not None:
        targets.append(("rId2", f"{rels}/sharedStrings", "sharedStrings.xml"))
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    found["xl/_rels/workbook.xml.rels"] = relationships(*targets)
    return found


def pack(
    contents: dict[str, str] | dict[str, bytes] | list[tuple[str, str]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip of parts; a list may name one twice."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, text in contents.items() if isinstance(contents, dict) else contents:
            archive.writestr(zipfile.ZipInfo(name, (2023, 10, 13, 0, 0, 0)), text, method)
    return target.getvalue()


def workbook(rows: str = "", **options: str) -> bytes:
    """A packed workbook of one sheet with these rows."""
    return pack(parts(rows, **options))  # type: ignore[arg-type]
