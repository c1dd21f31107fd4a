"""Dropped files are copied into the folder of returns, whole, and never over another."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from workbook_tools.errors import CannotWrite
from workbook_tools.page.uploads import take_file, upload_path
from workbook_tools.readers.limits import ARCHIVE_LIMITS

if TYPE_CHECKING:
    from page.conftest import Visitor


def take(name: str, data: bytes, target: Path) -> Path | None:
    return take_file(name, io.BytesIO(data), target)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Báo cáo xã.xlsx", "Báo cáo xã.xlsx"),
        ("Xã Bát Trang/báo cáo.xlsx", "Xã Bát Trang/báo cáo.xlsx"),
        ("../../signing.key", "signing.key"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\win.ini", "C_/Windows/win.ini"),
        ("..\\..\\units.xlsx", "units.xlsx"),
        ("con.xlsx", "_con.xlsx"),
        ("a\x00b\u202eslx.exe", "a_b_slx.exe"),
        ("..", "_"),
    ],
)
def test_no_name_leads_out_of_the_folder(name: str, kept: str) -> None:
    assert upload_path(name) == Path(kept)


@given(st.text(min_size=1, max_size=300))
def test_whatever_it_is_called_it_comes_to_lie_inside(name: str) -> None:
    path = upload_path(name)
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert len(path.parts) <= 5
    assert all(0 < len(part) <= 121 for part in path.parts)


def test_a_name_that_is_taken_gets_a_number_and_the_same_file_twice_is_one(tmp_path: Path) -> None:
    target = tmp_path / "returned"
    for data in (b"one", b"two", b"one", b"two"):
        take("a.xlsx", data, target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {
        "a.xlsx": b"one",
        "a (2).xlsx": b"two",
    }


def test_a_refused_drop_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "returned"

    def refuse(*arguments: object) -> None:
        raise PermissionError(errno.EACCES, "used by another process")

    with monkeypatch.context() as held:
        held.setattr(Path, "replace", refuse)
        held.setattr(os, "link", refuse)
        with pytest.raises(CannotWrite):
            take("a.xlsx", b"one", target)
    assert [*target.iterdir()] == []
    assert take("a.xlsx", b"one", target) == Path("a.xlsx")
    assert [path.name for path in target.iterdir()] == ["a.xlsx"]


def test_others_of_the_office_may_read_a_dropped_file_as_any_other(tmp_path: Path) -> None:
    take("a.xlsx", b"one", tmp_path)
    (tmp_path / "b.xlsx").write_bytes(b"two")
    assert (tmp_path / "a.xlsx").stat().st_mode == (tmp_path / "b.xlsx").stat().st_mode


def test_what_is_larger_than_any_return_is_told_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbook_tools.page.uploads.ARCHIVE_LIMITS", replace(ARCHIVE_LIMITS, file=3))
    target = tmp_path / "returned"
    assert (take("lớn.zip", b"four", target), take("nhỏ.zip", b"ok", target)) == (None, Path("nhỏ.zip"))
    assert [path.name for path in (tmp_path / "returned").iterdir()] == ["nhỏ.zip"]


def test_a_drop_is_counted_and_read_at_once(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbook_tools.page.uploads.ARCHIVE_LIMITS", replace(ARCHIVE_LIMITS, file=200_000))
    before = {path.name for path in (folder / "returned").rglob("*")}
    form = next((folder / "forms").glob("*.xlsx")).read_bytes()
    for name, data in (("Xã mới/biểu.xlsx", form), ("rỗng.xlsx", b""), ("phim.mp4", bytes(300_000))):
        assert visitor.post(f"/returns/drop?name={quote(name)}", data).status_code == 204
    page = visitor.text("/returns")
    assert "Số tệp đã chép: 2." in page
    assert "phim.mp4" in page
    assert "Số tệp đã chép" not in visitor.text("/returns")
    visitor.desk.jobs.wait()
    assert {path.name for path in (folder / "returned").rglob("*")} - before == {
        "Xã mới",
        "biểu.xlsx",
        "rỗng.xlsx",
    }
    assert visitor.desk.collection is not None
    assert "Xã mới/biểu.xlsx" in set(visitor.desk.collection.files["path"])
