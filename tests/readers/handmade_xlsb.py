"""Excel Binary Workbooks written record by record, for what no library would write."""

from __future__ import annotations

import struct

from handmade import RELS, pack, relationships


def record(kind: int, *fields: bytes) -> bytes:
    data = b"".join(fields)
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(data)
    while length > 127:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + data


def long(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def text(content: str) -> bytes:
    return long(len(content)) + content.encode("utf-16-le")


def row(number: int, *cells: bytes) -> bytes:
    return record(0, long(number, 0, 0, 0), b"\0") + b"".join(cells)


def sheet(rows: bytes) -> bytes:
    return record(129) + record(145) + rows + record(146) + record(130)


def shared(*contents: str) -> bytes:
    return (
        record(159, long(len(contents), len(contents)))
        + b"".join(record(19, b"\0", text(t)) for t in contents)
        + record(160)
    )


def styles(*formats: int, codes: dict[int, str] | None = None) -> bytes:
    defined = b"".join(
        record(44, struct.pack("<H", number), text(code)) for number, code in (codes or {}).items()
    )
    unused = record(626) + record(47, struct.pack("<HH", 0xFFFF, 14), bytes(12)) + record(627)
    cells = b"".join(record(47, struct.pack("<HH", 0, number), bytes(12)) for number in formats)
    return (
        record(278) + defined + unused + record(617, long(len(formats))) + cells + record(618) + record(279)
    )


def parts(
    rows: bytes = b"", *, strings: bytes | None = None, formats: bytes | None = None, date1904: bool = False
) -> dict[str, bytes]:
    """The parts of a workbook with a sheet ``Biểu``, and a hidden one without cells."""
    sheets = b"".join(
        record(156, long(state, number), text(f"rId{number}"), text(name))
        for number, (name, state) in enumerate((("Biểu", 0), ("_meta", 2)), start=1)
    )
    targets = [(f"rId{number}", f"{RELS}/worksheet", f"worksheets/sheet{number}.bin") for number in (1, 2)]
    found = {
        "[Content_Types].xml": _content_types().encode(),
        "_rels/.rels": relationships(("rId1", f"{RELS}/officeDocument", "xl/workbook.bin")).encode(),
        "xl/workbook.bin": record(131)
        + record(153, long(date1904, 0), text(""))
        + record(143)
        + sheets
        + record(144)
        + record(132),
        "xl/worksheets/sheet1.bin": sheet(rows),
        "xl/worksheets/sheet2.bin": sheet(b""),
    }
    for name, part in (("sharedStrings", strings), ("styles", formats)):
        if part is not None:
            targets.append((name, f"{RELS}/{name}", f"{name}.bin"))
            found[f"xl/{name}.bin"] = part
    found["xl/_rels/workbook.bin.rels"] = relationships(*targets).encode()
    return found


def _content_types() -> str:
    """What each part is; LibreOffice asks for it."""
    kinds = {
        "workbook": "sheet.binary.macroEnabled.main",
        "worksheets/sheet1": "worksheet",
        "worksheets/sheet2": "worksheet",
    }
    kinds |= {"sharedStrings": "sharedStrings", "styles": "styles"}
    parts = "".join(
        f'<Override PartName="/xl/{name}.bin" ContentType="application/vnd.ms-excel.{kind}"/>'
        for name, kind in kinds.items()
    )
    rels = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    return (
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{rels}{parts}</Types>'
    )


def workbook(rows: bytes = b"", **options: bytes | bool | None) -> bytes:
    return pack(parts(rows, **options))  # type: ignore[arg-type]
