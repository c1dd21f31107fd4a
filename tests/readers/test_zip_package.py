"""A zip archive is checked before anything in it is inflated, and is believed in nothing it says about itself."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from handmade import pack, relationships
from handmade import parts as workbook_parts
from msgspec.structs import replace

from workbook_tools.readers import read_workbook
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.limits import LIMITS
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.zip_package import open_package, read_relationships

CELL = '<row r="1"><c r="A1" t="str"><v>đủ</v></c></row>'


def refusal(data: bytes, part: str = "", limits=LIMITS) -> str:
    with pytest.raises(RefusedFile) as caught:
        open_package(data, limits).read(part)
    return caught.value.code


def patched(data: bytes, offset: int, layout: str, value: int) -> bytes:
    """``data`` with one field changed; ``offset`` counts from the central directory's first entry."""
    start = data.index(b"PK\x01\x02") + offset
    new = struct.pack(layout, value)
    return data[:start] + new + data[start + len(new) :]


def test_parts_are_found_in_any_letter_case_and_with_backslashes():
    package = open_package(pack({"xl\\WorkBook.xml": "a", "b.xml": "b"}))
    assert package.read("XL/workbook.xml") == b"a"
    assert "B.XML" in package
    assert "c.xml" not in package


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_both_usual_methods_are_read(method):
    assert open_package(pack({"a": "đủ" * 500}, method)).read("a").decode() == "đủ" * 500


def test_a_zip_with_descriptors_after_the_data_is_read():
    class Stream(io.RawIOBase):
        """A target that cannot seek, as when a program writes to a pipe."""

        def __init__(self):
            super().__init__()
            self.data = bytearray()

        def writable(self):
            return True

        def write(self, data):
            self.data += data
            return len(data)

    target = Stream()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", "x" * 100)
        archive.writestr("b", "y" * 100)
    package = open_package(bytes(target.data))
    assert (package.read("a"), package.read("b")) == (b"x" * 100, b"y" * 100)


def test_two_parts_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = pack([("a.xml", "1"), ("a.xml", "2")])
    assert refusal(twice, "a.xml") == "return-hostile"
    assert refusal(pack([("xl/A.xml", "1"), ("XL\\a.xml", "2")]), "xl/a.xml") == "return-hostile"


@pytest.mark.parametrize("name", ["../a", "a/../../b", "..\\a", "/../x", "./../x", "C:/x", "/C:x"])
def test_names_that_point_outside_are_refused(name):
    assert refusal(pack({name: "x"})) == "return-hostile"
    others = open_package(pack({name: "x", "b": "đủ"}), archive=True)
    assert others.read("b").decode() == "đủ"


@pytest.mark.parametrize("before", ["/", "./", "\\", ".\\", "//", "././"])
def test_names_that_begin_at_the_root_are_read(before):
    parts = {f"{before}{name}": text for name, text in workbook_parts(CELL).items()}
    assert open_package(pack(parts)).read("XL/workbook.xml")
    assert detect_format(pack(parts)) is Format.XLSX
    [sheet] = read_workbook(pack(parts)).sheets
    assert sheet.texts == {(1, 1): "đủ"}


def test_one_part_by_two_ways_of_writing_its_name_is_refused():
    assert refusal(pack({"a.xml": "1", "./a.xml": "2"}), "a.xml") == "return-hostile"


def test_links_are_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("a")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert refusal(target.getvalue()) == "return-hostile"


def test_encrypted_parts_and_unusual_methods_are_refused():
    plain = pack({"a": "x"})
    assert refusal(patched(plain, 8, "<H", 1), "a") == "return-hostile"
    assert refusal(patched(plain, 10, "<H", 9), "a") == "packed-oddly"
    assert refusal(pack({"a": "x"}, zipfile.ZIP_BZIP2), "a") == "packed-oddly"


@pytest.mark.parametrize(
    ("offset", "layout", "value"),
    [(10, "<H", 93), (16, "<I", 1), (24, "<I", 2), (42, "<I", 5)],
    ids=["packed oddly", "checksum", "not its size", "elsewhere"],
)
def test_one_odd_part_costs_no_other(offset, layout, value):
    data = patched(pack({"media/image1.png": "x", "b.xml": "đủ"}), offset, layout, value)
    assert open_package(data).read("b.xml").decode() == "đủ"
    assert refusal(data, "media/image1.png") in ("return-damaged", "packed-oddly")


@pytest.mark.parametrize(
    ("offset", "layout", "value"), [(8, "<H", 1), (24, "<I", 1 << 30)], ids=["encrypted", "bomb"]
)
def test_a_part_built_to_do_harm_costs_a_workbook_but_no_other_file_of_an_archive(offset, layout, value):
    data = patched(pack({"a": "x", "b": "đủ"}), offset, layout, value)
    assert refusal(data, "b").startswith("return-")
    assert open_package(data, archive=True).read("b").decode() == "đủ"


def test_local_header_and_directory_must_agree():
    data = pack({"abc.xml": "x"})
    local = data.index(b"abc.xml")
    assert refusal(data[:local] + b"X" + data[local + 1 :]) == "return-damaged"
    assert refusal(data[:8] + b"\x00\x00" + data[10:]) == "return-damaged"


def test_overlapping_parts_are_refused():
    """Many names for the same bytes: the bomb that the standard library notices only since 3.11.8."""
    data = pack({"a": "x" * 50, "b": "y" * 50}, zipfile.ZIP_STORED)
    first = data.index(b"PK\x01\x02")
    length = 46 + 1
    grown = struct.pack("<I", data.index(b"PK\x03\x04", 4) + 31)
    overlapping = data[: first + 20] + grown * 2 + data[first + 28 :]
    assert data[first + length : first + length + 4] == b"PK\x01\x02"
    assert refusal(overlapping, "a") == "return-hostile"


def test_a_part_that_is_not_as_large_as_it_says_is_refused():
    data = pack({"a": "x" * 1000})
    for size in (999, 1001):
        assert refusal(patched(data, 24, "<I", size), "a") == "return-damaged"


def test_a_wrong_checksum_is_noticed():
    assert refusal(patched(pack({"a": "x"}), 16, "<I", 1), "a") == "return-damaged"


def test_declared_sizes_are_limited():
    data = pack({"a": "x" * 1000, "b": "y" * 1000}, zipfile.ZIP_STORED)
    assert refusal(patched(data, 24, "<I", 0xFFFFFFF0), "a") == "return-too-large"
    assert refusal(data, "a", limits=replace(LIMITS, part=999)) == "return-too-large"
    assert refusal(data, limits=replace(LIMITS, parts=1999)) == "return-too-large"
    assert refusal(data, limits=replace(LIMITS, file=100)) == "return-too-large"
    assert refusal(data, limits=replace(LIMITS, entries=1)) == "return-too-large"


def test_a_small_part_that_unpacks_to_a_large_one_is_refused():
    bomb = pack({"a": "0" * 100_000})
    assert refusal(bomb, "a", limits=replace(LIMITS, ratio_grace=50_000)) == "return-hostile"
    assert open_package(bomb).read("a") == b"0" * 100_000


def test_a_missing_part_is_said_to_be_missing():
    assert refusal(pack({"a": "x"}), "b") == "return-damaged"


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"PK\x05\x06" + b"\xff" * 18, b"no zip"]
)
def test_what_is_no_zip_is_damaged(data):
    assert refusal(data) == "return-damaged"


def test_targets_of_relationships_are_part_names():
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    data = pack(
        {
            "xl/_rels/workbook.xml.rels": relationships(
                ("a", kind, "worksheets/sheet1.xml"),
                ("b", kind, "/xl/worksheets/sheet1.xml"),
                ("c", kind, "../xl/./worksheets\\sheet1.xml"),
                ("d", kind, "Tr%C6%B0%E1%BB%9Dng.xml"),
            )
        }
    )
    found = read_relationships(open_package(data), "xl/workbook.xml")
    assert {r.kind for r in found.values()} == {"worksheet"}
    assert [found[i].target for i in "abc"] == ["xl/worksheets/sheet1.xml"] * 3
    assert found["d"].target == "xl/Trường.xml"


def test_a_quoted_target_is_what_the_package_has():
    """The same list of relationships leads elsewhere in another package."""
    part = relationships(("a", "t/worksheet", "A%20B.xml"))
    for name, target in (
        ("xl/A%20B.xml", "xl/A%20B.xml"),
        ("xl/A B.xml", "xl/A B.xml"),
        ("xl/a%20b.xml", "xl/A%20B.xml"),
    ):
        package = open_package(pack({"xl/_rels/workbook.xml.rels": part, name: "x"}))
        assert read_relationships(package, "xl/workbook.xml")["a"].target == target


def test_a_target_outside_the_package_is_refused():
    data = pack({"xl/_rels/workbook.xml.rels": relationships(("a", "t/worksheet", "../../../etc/passwd"))})
    with pytest.raises(RefusedFile):
        read_relationships(open_package(data), "xl/workbook.xml")


def test_a_part_without_relationships_has_none():
    assert read_relationships(open_package(pack({"a": "x"})), "a") == {}
