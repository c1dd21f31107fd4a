"""What is read is never written over, by whatever name it is called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from links import link

from workbook_tools.errors import CannotWrite
from workbook_tools.storage.location import parse_location
from workbook_tools.storage.overwrite_guard import Inputs


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "Đã nộp" / "xã").mkdir(parents=True)
    (tmp_path / "template.xlsx").write_bytes(b"t")
    os.link(tmp_path / "template.xlsx", tmp_path / "hard.xlsx")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "template.xlsx",
        "./Đã nộp/../template.xlsx",
        "hard.xlsx",
        "Đã nộp/new.xlsx",
        "Đã nộp/xã/new.xlsx",
        "Đã nộp/not/yet/there.xlsx",
    ],
)
def test_refused(office: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(office, name, monkeypatch)


def test_refused_by_links(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link(office / "linked.xlsx", office / "template.xlsx")
    link(office / "folder", office / "Đã nộp")
    for name in ("linked.xlsx", "folder/new.xlsx"):
        refuse(office, name, monkeypatch)


def refuse(office: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = Inputs((office / "template.xlsx", None), (office / "Đã nộp", None))
    monkeypatch.chdir(office)
    for place in (office / name, Path(name)):
        with pytest.raises(CannotWrite):
            inputs.check_outputs([place])


@pytest.mark.parametrize("name", ["new.xlsx", "Đã nộp.xlsx", "template.xlsx.xlsx", "a/b/c.xlsx"])
def test_accepted(office: Path, name: str) -> None:
    Inputs((office / "template.xlsx",), (office / "Đã nộp",)).check_outputs([office / name, None])


def test_two_results_need_two_files(office: Path) -> None:
    with pytest.raises(CannotWrite, match="two outputs"):
        Inputs().check_outputs([office / "x.docx", office / "x.xlsx", office / "x.docx"])


def test_addresses_are_compared_as_they_stand() -> None:
    template, folder = parse_location("s3://b/template.xlsx"), parse_location("s3://b/returned")
    for refused in ("s3://b/template.xlsx", "s3://b/returned/x/y.xlsx"):
        with pytest.raises(CannotWrite):
            Inputs((template,), (folder,)).check_outputs([parse_location(refused)])
    Inputs((template,), (folder,)).check_outputs(
        [parse_location("s3://b/returned-2/x.xlsx"), Path("template.xlsx")]
    )
