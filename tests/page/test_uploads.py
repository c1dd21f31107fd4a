"""Dropped files are copied into the folder of returns, whole, and never over another."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from werkzeug.datastructures import FileStorage

from workbook_tools.page.uploads import take_files, upload_path
from workbook_tools.readers.limits import ARCHIVE_LIMITS

if TYPE_CHECKING:
    from page.conftest import Visitor


def upload(name: str, data: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name)


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
    take_files([upload("a.xlsx", b"one")], target)
    take_files([upload("a.xlsx", b"two"), upload("a.xlsx", b"one"), upload("a.xlsx", b"two")], target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {
        "a.xlsx": b"one",
        "a (2).xlsx": b"two",
    }


def test_what_is_larger_than_any_return_is_told_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbook_tools.page.uploads.ARCHIVE_LIMITS", replace(ARCHIVE_LIMITS, file=3))
    taken = take_files([upload("lớn.zip", b"four"), upload("nhỏ.zip", b"ok")], tmp_path / "returned")
    assert (taken.copied, taken.too_large) == (("nhỏ.zip",), ("lớn.zip",))
    assert [path.name for path in (tmp_path / "returned").iterdir()] == ["nhỏ.zip"]


def test_a_drop_is_read_at_once(visitor: Visitor, folder: Path) -> None:
    before = {path.name for path in (folder / "returned").rglob("*")}
    form = next((folder / "forms").glob("*.xlsx"))
    answer = visitor.post("/returns/drop", {"files": [(io.BytesIO(form.read_bytes()), "Xã mới/biểu.xlsx")]})
    assert answer.status_code == 302
    visitor.desk.jobs.wait()
    assert {path.name for path in (folder / "returned").rglob("*")} - before == {"Xã mới", "biểu.xlsx"}
    assert visitor.desk.collection is not None
    assert "Xã mới/biểu.xlsx" in set(visitor.desk.collection.files["path"])
