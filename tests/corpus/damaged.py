"""Forms that were cut off or changed on the way: never half read."""

from __future__ import annotations

import io
import zipfile

from corpus.case import (
    BOOK,
    BOOK_RELS,
    META_PART,
    SHEET_PART,
    STRINGS,
    STYLES,
    Case,
    Fate,
    change,
    repack,
    retype,
    substitute,
    unpack,
    without,
)


def build_damaged(form: bytes) -> dict[str, Case]:
    """Truncated, patched and incomplete packages."""
    cases = {
        f"cắt còn {percent}%.xlsx": form[: len(form) * percent // 100]
        for percent in (1, 5, 25, 50, 75, 90, 99)
    }
    end = form.rfind(b"PK\5\6")
    directory = form.find(b"PK\1\2")
    cases |= {
        "mất phần cuối.xlsx": form[:end],
        "mất mục lục.xlsx": form[:directory],
        "mục lục trỏ sai.xlsx": form[: end + 16] + b"\xff\xff\xff\x7f" + form[end + 20 :],
        "thiếu workbook.xml.xlsx": without(form, BOOK),
        "thiếu quan hệ gốc.xlsx": without(form, "_rels/.rels"),
        "thiếu quan hệ sổ.xlsx": without(form, BOOK_RELS),
        "thiếu trang.xlsx": without(form, SHEET_PART),
        "thiếu chuỗi.xlsx": without(form, STRINGS),
        "thiếu kiểu dáng.xlsx": without(form, STYLES),
        "trang bị cắt.xlsx": substitute(form, SHEET_PART, "</sheetData>.*", ""),
        "thẻ không đóng.xlsx": change(form, SHEET_PART, "</row>", ""),
        "không phải xml.xlsx": repack({**unpack(form), SHEET_PART: b"\0\1\2 not xml"}),
        "trang rỗng 0 byte.xlsx": repack({**unpack(form), SHEET_PART: b""}),
        "không phải utf-8.xlsx": repack(
            {**unpack(form), SHEET_PART: unpack(form)[SHEET_PART].replace(b"<v>12</v>", b"<v>\xff\xfe</v>")}
        ),
        "ký tự NUL trong xml.xlsx": repack(
            {**unpack(form), SHEET_PART: unpack(form)[SHEET_PART].replace(b"<v>12</v>", b"<v>1\x002</v>")}
        ),
        "chuỗi ngoài bảng.xlsx": retype(form, "E23", ' t="s"><v>999999</v>'),
        "chuỗi số âm.xlsx": retype(form, "E23", ' t="s"><v>-1</v>'),
        "chuỗi không phải số.xlsx": retype(form, "E23", ' t="s"><v>abc</v>'),
        "hai ô một địa chỉ.xlsx": change(
            form, SHEET_PART, '<c r="E23"', '<c r="E23"><v>99</v></c><c r="E23"'
        ),
        "ô ngoài trang.xlsx": change(form, SHEET_PART, '<c r="E23"', '<c r="XFE23"><v>99</v></c><c r="E23"'),
        "ô hàng số 0.xlsx": change(form, SHEET_PART, '<c r="E23"', '<c r="E0"><v>99</v></c><c r="E23"'),
        "hàng ngoài trang.xlsx": change(
            form, SHEET_PART, "</sheetData>", '<row r="1048577"><c><v>1</v></c></row></sheetData>'
        ),
        "không có trang nào.xlsx": substitute(form, BOOK, "<sheets>.*</sheets>", "<sheets/>"),
        "hai trang cùng tên.xlsx": change(form, BOOK, 'name="_meta"', 'name="BÁO CÁO"'),
    }
    found = {name: Case(data, "refused", "return-damaged") for name, data in cases.items()}
    meta = substitute(form, META_PART, "</sheetData>.*", "")
    found["trang meta hỏng.xlsx"] = Case(meta, "read", "sheet-unread")
    return found | _patched(form) | {"mất phần đầu.xlsx": Case(form[100:], "refused", "format-unsupported")}


def _patched(form: bytes) -> dict[str, Case]:
    """A byte changed inside a part: its checksum tells."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        for name in (SHEET_PART, META_PART, STRINGS, BOOK):
            info = package.getinfo(name)
            middle = info.header_offset + 30 + len(name) + info.compress_size // 2
            data = form[:middle] + bytes([form[middle] ^ 0x55]) + form[middle + 1 :]
            # What the sheet of marks says stands in other places, too; a form without its own sheet is none.
            fate: Fate = "read" if name == META_PART else "refused"
            code = "sheet-unread" if name == META_PART else "return-damaged"
            found[f"byte sai trong {name.rpartition('/')[2]}.xlsx"] = Case(data, fate, code)
    return found
