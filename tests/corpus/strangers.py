"""Files that are no form: what scanners, telephones, mail programs and other offices put into the folder."""

from __future__ import annotations

import io
import struct

import pandas as pd
from intake.compound_file import compound_file
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from corpus.case import Case, repack

_UNSUPPORTED = {
    "Bản quét.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "pdf sau dòng trống.pdf": b"\r\n\r\n%PDF-1.4\n",
    "Ảnh chụp.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 200,
    "Ảnh chụp.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
    "hình.gif": b"GIF89a" + b"\0" * 50,
    "fax.tif": b"II*\0" + b"\0" * 50,
    "fax máy Mac.tif": b"MM\0*" + b"\0" * 50,
    "iphone.heic": b"\0\0\0\x18ftypheic" + b"\0" * 50,
    "zalo.webp": b"RIFF\x20\0\0\0WEBPVP8 " + b"\0" * 50,
    "phim.mp4": b"\0\0\0\x20ftypisom" + b"\0" * 50,
    "hình.bmp": b"BM" + struct.pack("<I", 60) + b"\0" * 54,
    "Báo cáo.docx": repack({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    "Báo cáo.doc": compound_file({"WordDocument": b"\0" * 5000}),
    "Báo cáo.rtf": b"{\\rtf1\\ansi B\\'e1o c\\'e1o}",
    "Báo cáo.odt": repack({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}, 0),
    "Trình chiếu.pptx": repack({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
    "Trình chiếu.ppt": compound_file({"PowerPoint Document": b"\0" * 5000}),
    "nén.rar": b"Rar!\x1a\x07\x01\0" + b"\0" * 50,
    "nén cũ.rar": b"Rar!\x1a\x07\0" + b"\0" * 50,
    "nén.7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 50,
    "nén.xlsx.gz": b"\x1f\x8b\x08\0" + b"\0" * 50,
    "winmail.dat": b"\x78\x9f\x3e\x22" + b"\0" * 50,
    "xuất từ phần mềm.xls": b"<html><body><table><tr><td>12</td></tr></table></body></html>",
    "trang web.xlsx": b"\xef\xbb\xbf<!DOCTYPE html>\n<html lang=vi></html>",
    "Excel 2003.xml": b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>',
    "số liệu.csv": "Mã;Tên;Số\n1;Xã An Thái;12\n".encode(),
    "số liệu utf-16.txt": "Mã\tTên\tSố\n".encode("utf-16"),
    "ghi chú.txt": "Em gửi sau ạ.".encode(),
    "liên kết.url": b"[InternetShortcut]\r\nURL=https://docs.example/d/1\r\n",
    "danh thiếp.vcf": b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n",
    "dữ liệu.json": b'{"ct_2_1": 12}',
    "Excel 95.xls": compound_file({"Book": b"\x09\x08\x08\0\0\5\5\0" + b"\0" * 5000}),
    "Excel 4.xls": b"\x09\x04\x06\0\0\0\x10\0\0\0" + b"\0" * 50,
    "Excel 3.xls": b"\x09\x02\x06\0\0\0\x10\0" + b"\0" * 50,
    "Excel 2.xls": b"\x09\0\x04\0\0\0\x10\0" + b"\0" * 50,
    "Excel 5 rời.xls": b"\x09\x08\x08\0\0\5\5\0" + b"\0" * 50,
    "chương trình.exe": b"MZ\x90\0\3\0\0\0" + b"\0" * 200,
    "toàn số không.xlsx": b"\0" * 20_000,
    "rác.xlsx": bytes((17 * n * n + 31 * n) % 251 for n in range(20_000)),
    "đang tải.xlsx.crdownload": b"\0\1\2\3" * 100,
    "phông chữ.ttf": b"\0\1\0\0\0\x0f" + b"\0" * 100,
    "tệp OLE trống.xls": compound_file({"Khác": b"x"}),
}
_LITTER = (
    "~$11629_Thi-tran.xlsx",
    ".~lock.11629.xlsx#",
    "._11629.xlsx",
    ".DS_Store",
    "Thumbs.db",
    "ehthumbs/Thumbs.db",
    "desktop.ini",
    "11629.xlsx:Zone.Identifier",
)


def build_strangers() -> dict[str, Case]:
    """Files of other kinds, litter, and workbooks that nobody sent out."""
    cases = {name: Case(data, "refused", "format-unsupported") for name, data in _UNSUPPORTED.items()}
    cases |= {name: Case(b"x" * 165, "litter") for name in _LITTER}
    return cases | {
        "trống.xlsx": Case(b"", "refused", "file-empty"),
        "sổ khác.xlsx": Case(_workbook(), "refused", "not-a-form"),
        "bảng của pandas.xlsx": Case(_frame(), "refused", "not-a-form"),
        "có mật khẩu.xlsx": Case(_encrypted(), "refused", "return-encrypted"),
        "tệp nén trống.zip": Case(b"PK\5\6" + b"\0" * 18, "refused", "archive-empty"),
    }


def _workbook() -> bytes:
    target = io.BytesIO()
    book = Workbook()
    book.active.append(["BM/", "ct_2_1", 12])
    book.save(target)
    return target.getvalue()


def _frame() -> bytes:
    target = io.BytesIO()
    pd.DataFrame({"Chỉ tiêu": ["ct_2_1"], "Số": [12]}).to_excel(target, index=False)
    return target.getvalue()


def _encrypted() -> bytes:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(_workbook())).encrypt("không ai biết", target)
    return target.getvalue()
