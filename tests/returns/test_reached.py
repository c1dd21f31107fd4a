"""A folder that goes away, or a computer that ends every process, is never told as files turned away."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from links import link
from small_campaign import make_roster, make_template

from workbook_tools.errors import CannotRead
from workbook_tools.inbox.folder import find_files
from workbook_tools.locale import translate
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.reached import check_reached
from workbook_tools.returns.result import FileReading, ReadingContext, read_found, refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "đã nộp"
    path.mkdir()
    for number in range(6):
        (path / f"{number}.xlsx").write_bytes(b"%PDF-1.4 a scan")
    return path


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def take_half(folder: Path) -> None:
    for number in range(3):
        (folder / f"{number}.xlsx").unlink()


def read(folder: Path, happens: Callable[[Path], object], after: int) -> None:
    context = ReadingContext(folder, make_template(), make_roster("a xa -"), None)
    found, readings = find_files(folder), []
    for number, file in enumerate(found):
        if number == after:
            happens(folder)
        readings += read_found(file.path, context)
    check_reached(folder, found, readings)


@pytest.mark.parametrize(
    "happens", [shutil.rmtree, empty, lambda folder: folder.rename(folder.with_name("x"))]
)
@pytest.mark.parametrize("after", [0, 3, 5])
def test_a_folder_that_goes_away_stops_the_run(
    folder: Path, happens: Callable[[Path], object], after: int
) -> None:
    with pytest.raises(CannotRead) as stopped:
        read(folder, happens, after)
    assert "Chưa ghi gì" in translate(stopped.value.remedy, "vi")


def test_so_does_the_loss_of_most_files(folder: Path) -> None:
    with pytest.raises(CannotRead, match="most of its files"):
        read(folder, take_half, 0)


def test_a_file_taken_away_is_a_problem_of_its_own(folder: Path) -> None:
    read(folder, lambda folder: (folder / "5.xlsx").unlink(), 0)


def test_files_that_cannot_be_read_are_not_the_folder_s_fault(folder: Path) -> None:
    empty(folder)
    for number in range(6):
        link(folder / f"{number}.xlsx", "/dev/null")
    read(folder, lambda _: None, 0)


@pytest.mark.parametrize(("count", "stops"), [(4, False), (5, True)])
def test_where_every_reader_is_ended_no_file_is_to_blame(folder: Path, count: int, stops: bool) -> None:
    context = ReadingContext(folder, make_template(), make_roster("a xa -"), None)
    readings = [
        refuse(FileReading(f"{n}.xlsx"), RefusedFile("reading-failed", reason="x"), context)
        for n in range(count)
    ]
    found = find_files(folder)
    if stops:
        with pytest.raises(CannotRead, match="every process"):
            check_reached(folder, found, readings)
    else:
        check_reached(folder, found, readings)
