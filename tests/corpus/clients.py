"""Forms as all kinds of programs write them: odd, but legal, and read to the last figure."""

from __future__ import annotations

import io
import re
import zipfile

from corpus.case import (
    BOOK,
    BOOK_RELS,
    CORE,
    SHEET_PART,
    STRINGS,
    STYLES,
    TYPES,
    Case,
    change,
    repack,
    retype,
    substitute,
    unpack,
    with_parts,
    without,
)
from workbook_tools.excel import column_letters

_STRICT = (
    (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)
_RELATION = '<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>'


def build_clients(form: bytes) -> dict[str, Case]:
    """Other packaging, other XML, other parts; the same answers."""
    every = {**_packaging(form), **_markup(form), **_further_parts(form), **_sizes(form)}
    return {name: Case(data, "read") for name, data in every.items()}


def _packaging(form: bytes) -> dict[str, bytes]:
    parts = unpack(form)
    return {
        "không nén.xlsx": repack(parts, zipfile.ZIP_STORED),
        "ghi theo luồng.xlsx": _streamed(parts),
        "có ghi chú zip.xlsx": _with_comment(form),
        "phần xếp ngược.xlsx": repack(dict(reversed(parts.items()))),
        "tên phần khác chữ hoa.xlsx": repack(
            {name.replace("worksheets/sheet1", "Worksheets/Sheet1"): data for name, data in parts.items()}
        ),
        "tên phần dấu gạch ngược.xlsx": repack(
            {name.replace("/", "\\") if "sheet" in name else name: data for name, data in parts.items()}
        ),
        "đích tuyệt đối.xlsx": change(form, BOOK_RELS, "worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"),
        "đích vòng vèo.xlsx": change(
            form, BOOK_RELS, "worksheets/sheet1.xml", "../xl/./worksheets/sheet1.xml"
        ),
        "đuôi xls.xls": form,
        "không đuôi": form,
        "đuôi pdf.pdf": form,
        "Báo cáo (1) (2) - Copy.xlsx": form,
        "Bao cao #1 50%20 & 'cuối'.xlsx": form,
    }


def _markup(form: bytes) -> dict[str, bytes]:
    parts = unpack(form)
    sheet = parts[SHEET_PART].decode()
    strict = {name: _strict(data) for name, data in parts.items()}
    prefixed = re.sub(r"<(/?)([A-Za-z0-9]+)(?=[\s/>])", r"<\1x:\2", sheet).replace("xmlns=", "xmlns:x=", 1)
    rows = re.findall(r"<row .*?</row>", sheet, re.DOTALL)
    return {
        "Strict.xlsx": repack(strict),
        "có tiền tố.xlsx": repack({**parts, SHEET_PART: prefixed.encode()}),
        "có BOM.xlsx": repack({**parts, SHEET_PART: b"\xef\xbb\xbf" + parts[SHEET_PART]}),
        "utf-16.xlsx": repack(
            {**parts, SHEET_PART: ('<?xml version="1.0" encoding="UTF-16"?>' + sheet).encode("utf-16")}
        ),
        "xuống dòng thụt lề.xlsx": repack(
            {**parts, SHEET_PART: re.sub(r"(</?(?:row|c|cols|col)\b)", r"\n  \1", sheet).encode()}
        ),
        "chú thích trong xml.xlsx": retype(form, "E23", "><!-- a --><v><?x y?>12</v>"),
        "CDATA.xlsx": retype(form, "E23", "><v><![CDATA[12]]></v>"),
        "dimension A1.xlsx": substitute(form, SHEET_PART, '<dimension ref="[^"]*"', '<dimension ref="A1"'),
        "không dimension.xlsx": substitute(form, SHEET_PART, "<dimension [^>]*/>", ""),
        "hàng đảo thứ tự.xlsx": repack(
            {**parts, SHEET_PART: sheet.replace("".join(rows), "".join(reversed(rows))).encode()}
        ),
        "hàng không số.xlsx": substitute(form, SHEET_PART, '<row r="24"', "<row"),
        "chuỗi khai sai số lượng.xlsx": substitute(
            form,
            STRINGS,
            r'<sst (.*?)(?: count="[^"]*")?(?: uniqueCount="[^"]*")?>',
            r'<sst \1 count="9" uniqueCount="4294967295">',
        ),
        "số dạng 12.0.xlsx": retype(form, "E23", "><v>12.0</v>"),
        "số dạng 1.2E1.xlsx": retype(form, "E23", "><v>1.2E1</v>"),
        "chữ có định dạng.xlsx": retype(
            form,
            "E21",
            ' t="inlineStr"><is><r><t>Số 12/KH-UBND </t></r><r><rPr><b/></rPr><t>ngày 20/9/2023</t></r></is>',
        ),
        "chữ có phiên âm.xlsx": retype(
            form,
            "E21",
            ' t="inlineStr"><is><t>Số 12/KH-UBND ngày 20/9/2023</t><rPh sb="0" eb="1"><t>x</t></rPh></is>',
        ),
        "kết quả công thức.xlsx": retype(form, "E23", "><f>5+7</f><v>12</v>"),
        "công thức dùng chung.xlsx": retype(
            form, "E23", '><f t="shared" ref="E23:E24" si="0">5+7</f><v>12</v>'
        ),
        "công thức mảng.xlsx": retype(form, "E23", '><f t="array" ref="E23">SUM(5,7)</f><v>12</v>'),
        "có phần mở rộng.xlsx": change(
            form,
            SHEET_PART,
            "</worksheet>",
            '<extLst><ext uri="{x}"><y xmlns="urn:z">1</y></ext></extLst></worksheet>',
        ),
    }


def _further_parts(form: bytes) -> dict[str, bytes]:
    parts = unpack(form)
    names = re.search(r"<definedNames>.*?</definedNames>", parts[BOOK].decode(), re.DOTALL)
    assert names is not None
    linked = _related(form, "externalLink", "externalLinks/externalLink1.xml")
    dde = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    return {
        "có macro.xlsm": change(
            with_parts(form, xl__vbaProject_DOT_bin=b"\xd0\xcf\x11\xe0" * 50),
            TYPES,
            "sheet.main+xml",
            "sheet.macroEnabled.main+xml",
        ),
        "liên kết DDE.xlsx": with_parts(linked, xl__externalLinks__externalLink1_DOT_xml=dde),
        "liên kết sổ khác.xlsx": _related(
            form, "externalLinkPath", "file:///C:/khac.xlsx", ' TargetMode="External"'
        ),
        "có ảnh.xlsx": with_parts(form, xl__media__image1_DOT_png=b"\x89PNG\r\n\x1a\n" * 10),
        "có tệp nhúng.xlsx": with_parts(form, xl__embeddings__oleObject1_DOT_bin=b"\xd0\xcf\x11\xe0" * 50),
        "customXml.xlsx": with_parts(form, customXml__item1_DOT_xml=b"<!DOCTYPE x><a/>"),
        "thêm trang biểu đồ.xlsx": _with_sheet(
            form,
            "chartsheet",
            b'<chartsheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
        ),
        "thêm trang macro.xlsx": _with_sheet(form, "xlMacrosheet", b"not xml at all"),
        "thêm trang nháp.xlsx": _with_sheet(
            form,
            "worksheet",
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>99</v></c></row></sheetData></worksheet>',
        ),
        "mất tên vùng.xlsx": change(form, BOOK, names[0], ""),
        "mất thuộc tính.xlsx": _without_core(form),
        "trang meta hiện ra.xlsx": change(form, BOOK, 'state="veryHidden"', 'state="visible"'),
        "trang chính bị ẩn.xlsx": change(
            form, BOOK, 'sheetId="1" state="visible"', 'sheetId="1" state="hidden"'
        ),
        "trang đổi tên.xlsx": change(form, BOOK, 'name="Báo cáo"', 'name="Sheet1"'),
        "hệ ngày 1904.xlsx": change(form, BOOK, "<workbookPr/>", '<workbookPr date1904="1"/>'),
        "không bảo vệ.xlsx": substitute(form, SHEET_PART, "<sheetProtection [^>]*/>", ""),
        "mất kiểm tra nhập.xlsx": substitute(form, SHEET_PART, "<dataValidations.*</dataValidations>", ""),
    }


def _sizes(form: bytes) -> dict[str, bytes]:
    blank = "".join(
        f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" s="1"/></row>' for row in range(100, 60_000)
    )
    wide = (
        '<row r="90">'
        + "".join(f'<c r="{column_letters(column)}90" s="1"/>' for column in range(1, 16_385))
        + "</row>"
    )
    return {
        "ô cuối trang có định dạng.xlsx": change(
            form, SHEET_PART, "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
        ),
        "ô cuối trang có số.xlsx": change(
            form,
            SHEET_PART,
            "</sheetData>",
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
        "60 nghìn hàng tô màu.xlsx": change(form, SHEET_PART, "</sheetData>", blank + "</sheetData>"),
        "16 nghìn cột tô màu.xlsx": change(form, SHEET_PART, "</sheetData>", wide + "</sheetData>"),
        "60 nghìn kiểu dáng.xlsx": change(
            form, STYLES, "</cellXfs>", '<xf numFmtId="0"/>' * 60_000 + "</cellXfs>"
        ),
        "gộp 20 nghìn ô.xlsx": change(
            form,
            SHEET_PART,
            "</sheetData>",
            "</sheetData><mergeCells>"
            + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(200, 20_200))
            + "</mergeCells>",
        ),
    }


def _streamed(parts: dict[str, bytes]) -> bytes:
    """As programs write that cannot go back: sizes stand after the data."""

    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    target = Stream()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def _with_comment(form: bytes) -> bytes:
    target = io.BytesIO(form)
    with zipfile.ZipFile(target, "a") as package:
        package.comment = b"PK\1\2" * 1000
    return target.getvalue()


def _strict(data: bytes) -> bytes:
    for old, new in _STRICT:
        data = data.replace(old.encode(), new.encode())
    return data


def _related(form: bytes, kind: str, target: str, mode: str = "") -> bytes:
    relation = _RELATION.format(id="rId99", kind=kind, target=target, mode=mode)
    return change(form, BOOK_RELS, "</Relationships>", relation + "</Relationships>")


def _with_sheet(form: bytes, kind: str, content: bytes) -> bytes:
    book = change(
        _related(form, kind, "other/sheet9.xml"),
        BOOK,
        "</sheets>",
        '<sheet name="Khác" sheetId="9" r:id="rId99" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></sheets>',
    )
    return with_parts(book, xl__other__sheet9_DOT_xml=content)


def _without_core(form: bytes) -> bytes:
    return substitute(without(form, CORE), "_rels/.rels", r"<Relationship [^>]*core-properties[^>]*/>", "")
