"""Files built to hurt: bombs, entities, paths that lead out. None is followed, unpacked or executed."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

from corpus.case import BOOK, BOOK_RELS, SHEET_PART, STRINGS, Case, change, repack, substitute, unpack

_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "'
    + "ha" * 50
    + '">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
_XXE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
_REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'


def build_hostile(form: bytes) -> dict[str, Case]:
    """Every way to be refused as no spreadsheet program builds one, or as too large."""
    return {**_entities(form), **_packages(form), **_sizes(form)}


def _entities(form: bytes) -> dict[str, Case]:
    cases = {}
    for name, declared in (
        ("bom thực thể", _LAUGHS),
        ("thực thể ngoài", _XXE),
        ("DTD từ xa", _REMOTE),
        ("DOCTYPE trơn", "<!DOCTYPE x>"),
    ):
        for part in (SHEET_PART, STRINGS, BOOK):
            cases[f"{name} trong {part.rpartition('/')[2]}.xlsx"] = repack(
                {**unpack(form), part: declared.encode() + unpack(form)[part]}
            )
    utf16 = ('<?xml version="1.0" encoding="UTF-16"?>' + _XXE + unpack(form)[SHEET_PART].decode()).encode(
        "utf-16"
    )
    cases["DOCTYPE bằng UTF-16.xlsx"] = repack({**unpack(form), SHEET_PART: utf16})
    deep = "<a>" * 500 + "</a>" * 500
    cases["lồng rất sâu.xlsx"] = change(form, SHEET_PART, "</sheetData>", deep + "</sheetData>")
    cases["thuộc tính khổng lồ.xlsx"] = change(
        form, SHEET_PART, "<sheetData>", f'<sheetData x="{"a" * (11 << 20)}">'
    )
    refused = {name: Case(data, "refused", "return-hostile") for name, data in cases.items()}
    utf7 = b'<?xml version="1.0" encoding="utf-7"?>' + unpack(form)[SHEET_PART]
    return refused | {
        "mã hóa utf-7.xlsx": Case(repack({**unpack(form), SHEET_PART: utf7}), "refused", "return-damaged")
    }


def _packages(form: bytes) -> dict[str, Case]:
    parts = unpack(form)
    cases = {
        "đường dẫn ra ngoài.xlsx": repack({**parts, "../../evil.xml": b"x"}),
        "ổ đĩa Windows.xlsx": repack({**parts, "C:\\evil.xml": b"x"}),
        "hai phần cùng tên.xlsx": _twice(parts),
        "phần khác chữ hoa.xlsx": repack(
            {**parts, SHEET_PART.upper(): parts[SHEET_PART].replace(b"<v>12</v>", b"<v>99</v>")}
        ),
        "liên kết mềm.xlsx": _link(parts),
        "phần được mã hóa.xlsx": _flagged(form),
        "bom nén.xlsx": repack({**parts, "xl/media/image1.bin": b"\0" * (40 << 20)}),
        "quan hệ trỏ ra ngoài.xlsx": substitute(
            form, BOOK_RELS, 'Target="worksheets/sheet1.xml"', 'Target="../../../../etc/passwd"'
        ),
    }
    found = {name: Case(data, "refused", "return-hostile") for name, data in cases.items()}
    damaged = {
        "kích thước khai gian.xlsx": _lying(form),
        "tên hai nơi khác nhau.xlsx": form.replace(SHEET_PART.encode(), b"xl/worksheets/sheet9.xml", 1),
        "trang ở máy chủ khác.xlsx": substitute(
            form,
            BOOK_RELS,
            'Target="worksheets/sheet1.xml"',
            'Target="http://127.0.0.1:9/s.xml" TargetMode="External"',
        ),
    }
    # Names from the root are read as names from the package's own root.
    found["đường dẫn tuyệt đối.xlsx"] = Case(repack({**parts, "/etc/passwd": b"x"}), "read")
    found["nén kiểu lạ.xlsx"] = Case(repack(parts, zipfile.ZIP_BZIP2), "refused", "packed-oddly")
    return found | {name: Case(data, "refused", "return-damaged") for name, data in damaged.items()}


def _sizes(form: bytes) -> dict[str, Case]:
    parts = unpack(form)
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1000, 202_000))
    strings = "<si><t>a</t></si>" * 500_001
    sheets = "".join(
        f'<sheet name="s{n}" sheetId="{n + 10}" r:id="rId1" xmlns:r="http://r"/>' for n in range(300)
    )
    cases = {
        "hơn 200.000 ô.xlsx": change(form, SHEET_PART, "</sheetData>", rows + "</sheetData>"),
        "hơn 500.000 chuỗi.xlsx": change(form, STRINGS, "</sst>", strings + "</sst>"),
        "hơn 1.000 phần.xlsx": repack({**parts, **{f"xl/x{n}.xml": b"" for n in range(1000)}}),
        "hơn 255 trang.xlsx": change(form, BOOK, "</sheets>", sheets + "</sheets>"),
        "tệp 26 MB.xlsx": form + b"\0" * (26 << 20),
    }
    return {name: Case(data, "refused", "return-too-large") for name, data in cases.items()}


def _twice(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as package:
        warnings.simplefilter("ignore")
        for name, data in [
            *parts.items(),
            (SHEET_PART, parts[SHEET_PART].replace(b"<v>12</v>", b"<v>99</v>")),
        ]:
            package.writestr(name, data)
    return target.getvalue()


def _link(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return target.getvalue()


def _flagged(form: bytes) -> bytes:
    data = bytearray(form)
    for start in (data.find(b"PK\3\4") + 6, data.find(b"PK\1\2") + 8):
        data[start] |= 1
    return bytes(data)


def _lying(form: bytes) -> bytes:
    """The directory says the sheet is shorter than it is."""
    data = bytearray(form)
    entry = data.find(SHEET_PART.encode(), data.find(b"PK\1\2")) - 46
    size = struct.unpack_from("<I", data, entry + 24)[0]
    struct.pack_into("<I", data, entry + 24, size // 2)
    return bytes(data)
