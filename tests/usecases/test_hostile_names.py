"""Files are read whatever they are called, and every result can be written."""

from __future__ import annotations

import json
import os
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import openpyxl
import pytest
from collecting import fill, read_back
from word_reports import write_word_report

from workbook_tools.outputs.json import render_collection
from workbook_tools.usecases.collect import write_workbook
from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

NAMES = [
    b"kh\xf4ng.xlsx",
    b"\x1b[31m.xlsx",
    b"hai\nd\xc3\xb2ng.xlsx",
    "x\u202eslx.xlsx".encode(),
    b'"<&>|.xlsx',
]
FOLDER = b"th\xff m\x1b\xe1\xbb\xa5c"
if os.name == "nt":
    # Its names are text without control characters and quotes.
    NAMES, FOLDER = NAMES[3:4], "thư mục".encode()


@pytest.mark.slow
def test_names_that_are_no_text(first: Campaign, tmp_path: Path) -> None:
    returned = tmp_path / "returned"
    for number, (unit, name) in enumerate(zip(first.forms, NAMES, strict=False)):
        folder = returned / os.fsdecode(FOLDER if number == 0 else b"")
        folder.mkdir(parents=True, exist_ok=True)
        fill(first, unit, {"ct_2_1": 3}, returned / "made.xlsx").rename(folder / os.fsdecode(name))
    with zipfile.ZipFile(returned / "gói.zip", "w") as archive:
        archive.writestr("trong\x1b\n.pdf", b"%PDF-1.4")
    collection = read_back(first, returned)
    assert collection.files["outcome"].str.startswith("accepted").sum() == len(NAMES)
    assert collection.answers["unit"].nunique() == len(NAMES)

    write_workbook(collection, tmp_path / "a.xlsx")
    write_word_report(collection, bundled(WORD_TEMPLATE), tmp_path / "a.docx")
    assert len(json.loads(render_collection(collection).encode("utf-8"))["files"]) == len(NAMES) + 1
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    for name in ("a.xlsx", "a.docx"):
        with zipfile.ZipFile(tmp_path / name) as package:
            for part in package.namelist():
                if part.endswith((".xml", ".rels", ".vml")):
                    ElementTree.fromstring(package.read(part))
