"""What a file is, is told by what is in it; its name is not even asked for."""

from __future__ import annotations

import struct

import pytest
from compound_file import compound_file
from handmade import pack, workbook

from workbook_tools.readers import read_workbook
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.refused import RefusedFile


def ole(*streams: str) -> bytes:
    """The beginning of a compound file and a directory with these streams."""
    data = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016))
    for name in streams:
        encoded = (name + "\0").encode("utf-16-le")
        data += encoded.ljust(64, b"\0") + bytes([len(encoded), 0, 2]) + bytes(61)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (workbook(), Format.XLSX),
        (pack({"[Content_Types].xml": "", "xl/workbook.bin": ""}), Format.XLSB),
        (pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, 0), Format.ODS),
        (pack({"content.xml": "", "META-INF/manifest.xml": ""}), Format.ODS),
        (pack({"[Content_Types].xml": "", "word/document.xml": ""}), Format.WORD),
        (pack({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), Format.SLIDES),
        (pack({"[Content_Types].xml": "", "FixedDocumentSequence.fdseq": ""}), Format.XPS),
        (
            pack({"[Content_Types].xml": "", "FixedDocSeq.fdseq": "", "Documents/1/Pages/1.fpage": ""}),
            Format.XPS,
        ),
        (pack({"[Content_Types].xml": "", "visio/document.xml": "", "docProps/app.xml": ""}), Format.VISIO),
        (pack({"mimetype": "application/vnd.oasis.opendocument.presentation"}, 0), Format.ODP),
        (
            pack({"mimetype": "application/vnd.oasis.opendocument.text-template", "content.xml": ""}, 0),
            Format.ODT,
        ),
        (pack({"mimetype": "application/vnd.sun.xml.calc", "content.xml": ""}, 0), Format.SXC),
        (pack({"mimetype": "application/epub+zip", "META-INF/container.xml": ""}, 0), Format.EPUB),
        (pack({"Index/Document.iwa": "", "Index/Tables/DataList.iwa": ""}), Format.NUMBERS),
        (pack({"Báo cáo.numbers/Index.zip": "", "Báo cáo.numbers/preview.jpg": ""}), Format.NUMBERS),
        (pack({"Index/Document.iwa": "", "Index/Slide-1.iwa": ""}), Format.IWORK),
        (pack({"Word/Báo cáo.docx": "", "XL/Báo cáo.xlsx": ""}), Format.ZIP),
        (ole("Root Entry", "WORKBOOK"), Format.XLS),
        (ole("Root Entry", "workBook"), Format.XLS),
        (ole("Root Entry", "BOOK"), Format.OLD_XLS),
        (ole("Root Entry", "VisioDocument"), Format.VISIO),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', Format.XML_2003),
        (b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', Format.XML_2003),
        (b"\0" * 257 + b"ustar\x0000", Format.PACKED),
        (b"MZ\x90\0", Format.PROGRAM),
        (pack({"Báo cáo.xlsx": workbook().decode("latin-1")}), Format.ZIP),
        (ole("Root Entry", "Workbook", "WordDocument"), Format.XLS),
        (ole("Root Entry", "Book"), Format.OLD_XLS),
        (ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), Format.ENCRYPTED),
        (ole("Root Entry", "WordDocument", "Workbook"), Format.WORD),
        (ole("Root Entry", "Workbook", "__properties_version1.0"), Format.OUTLOOK),
        (ole("Root Entry"), Format.UNKNOWN),
        (b"\x09\x08\x08\x00\x00\x05\x05\x00", Format.OLD_XLS),
        (b"%PDF-1.7\n", Format.PDF),
        (b"\x89PNG\r\n\x1a\n\0\0", Format.IMAGE),
        (b"\xff\xd8\xff\xe0", Format.IMAGE),
        (b"\0\0\0\x18ftypheic", Format.IMAGE),
        (b"RIFF\0\0\0\0WEBPVP8 ", Format.IMAGE),
        (b"Rar!\x1a\x07\x01\0", Format.RAR),
        (b"7z\xbc\xaf\x27\x1c", Format.PACKED),
        (b"\x1f\x8b\x08\0", Format.PACKED),
        (b"\x78\x9f\x3e\x22\0\0", Format.TNEF),
        (b"{\\rtf1", Format.WORD),
        (b"<html><table><tr><td>1", Format.HTML),
        ("\ufeff<!DOCTYPE HTML>".encode(), Format.HTML),
        (b'<?xml version="1.0"?><Workbook/>', Format.XML),
        (
            b'<office:document a="b" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">',
            Format.FODS,
        ),
        (
            b'<office:document office:mimetype="application/vnd.oasis.opendocument.text">opendocument.spreadsheet',
            Format.XML,
        ),
        (b"Received: from mail.example\r\nSubject: x\r\n\r\n", Format.MAIL),
        ("Mã;Tên\n1;Xã An Thái".encode(), Format.TEXT),
        ("Mã\tTên".encode("utf-16"), Format.TEXT),
        (b'{"ct_2_1": 12, "url": 5}', Format.TEXT),
        (b'{"url": "https://docs.example/d/1"}', Format.LINK),
        (b'<plist version="1.0"><dict><key>URL</key>', Format.LINK),
        (b'<plist version="1.0"><dict><key>Nom</key>', Format.XML),
        (b"[internetshortcut]\nURL=", Format.LINK),
        (b"", Format.EMPTY),
        (b"\0" * 5000, Format.UNKNOWN),
    ],
)
def test_a_format_is_told_by_content(data, expected):
    assert detect_format(data) is expected


def test_a_zip_of_uncompressed_forms_is_a_zip():
    """The names of the form inside are not those of the archive."""
    inner = workbook()
    assert detect_format(pack({"a.xlsx": inner, "b.xlsx": inner}, 0)) is Format.ZIP


def test_a_workbook_cut_off_is_still_a_workbook():
    """So that it is said to be damaged, and not to be an archive."""
    data = workbook("<row r='1'/>" * 50)
    assert detect_format(data[: len(data) // 2]) is Format.XLSX


def test_the_kind_of_a_crafted_file_is_told_and_the_reader_refuses_it():
    """Its list of sectors leads back to itself."""
    data = bytearray(compound_file({"MBD1": {"WordDocument": b"2"}, "Workbook": b"1"}))
    (fat,) = struct.unpack_from("<76xI", data)
    (directory,) = struct.unpack_from("<48xI", data)
    struct.pack_into("<I", data, (fat + 1) * 512 + 4 * directory, directory)
    assert detect_format(bytes(data)) in (Format.WORD, Format.XLS)
    with pytest.raises(RefusedFile):
        read_workbook(bytes(data), kind=Format.XLS)


def test_every_format_has_a_name():
    assert all(kind.label for kind in Format)


@pytest.mark.parametrize(
    ("whole", "embedded", "expected"),
    [
        ("Workbook", "WordDocument", Format.XLS),
        ("Workbook", "__properties_version1.0", Format.XLS),
        ("Workbook", "Book", Format.XLS),
        ("WordDocument", "Workbook", Format.WORD),
        ("__properties_version1.0", "Workbook", Format.OUTLOOK),
    ],
)
def test_what_is_embedded_in_a_file_does_not_make_it_another_kind(whole, embedded, expected):
    """The folders of embedded documents come first here, as LibreOffice may write them."""
    assert detect_format(compound_file({"MBD1": {embedded: b"2"}, f"{whole}": b"1"})) is expected
