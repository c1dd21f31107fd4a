"""What the system refuses is said by its cause, on Windows, too, whose codes Python sums up wrongly."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from workbook_tools.locale import translate
from workbook_tools.storage import refusals

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (errno.EINVAL, 59, "ổ mạng"),
        (errno.EINVAL, 64, "ổ mạng"),
        (errno.EACCES, 21, "ổ mạng"),
        (errno.EACCES, 19, "chỉ đọc được"),
        (errno.EACCES, 32, "chương trình khác"),
        (errno.ENOENT, 206, "quá dài"),
        (errno.ENOENT, 3, "ổ mạng"),
        (errno.ENOSPC, 112, "không còn chỗ"),
    ],
)
def test_codes_of_windows(number: int, code: int, said: str) -> None:
    """A connection that breaks while a file is written is no name that is not allowed."""
    error = OSError(number, "English words of the system")
    error.winerror = code  # type: ignore[attr-defined,unused-ignore]
    assert said in translate(refusals.cause(error), "vi")


def test_a_path_of_windows_that_is_not_there_because_it_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "_LONGEST", 248)
    for length, said in ((247, "ổ mạng"), (248, "quá dài")):
        error = OSError(errno.ENOENT, "No such file or directory", "x" * length)
        assert said in translate(refusals.cause(error), "vi")


def test_what_is_denied_on_windows_is_a_file_that_is_held_a_folder_in_its_place_or_a_folder_without_the_right(
    tmp_path: Path,
) -> None:
    """All are “Access is denied”; only the last is helped by another place."""
    held, folder, new = tmp_path / "held.xlsx", tmp_path / "folder.xlsx", tmp_path / ".new.tmp"
    held.touch()
    folder.mkdir()
    denied = [
        # What was opened or replaced, with or without a code of Windows.
        ((new, 5, held), "chương trình khác", "Đóng"),
        ((held, None), "chương trình khác", "Đóng"),
        ((new, 5, folder), "thư mục trùng tên", "tên"),
        ((folder, None), "thư mục trùng tên", "tên"),
        ((folder, 5), "không có quyền", "chỗ khác"),
        ((new, None), "không có quyền", "chỗ khác"),
    ]
    for (path, code, *target), said, helps in denied:
        error = PermissionError(errno.EACCES, "Access is denied", str(path), None, *map(str, target))
        error.winerror = code  # type: ignore[attr-defined,unused-ignore]
        fact, remedy = (translate(text, "vi") for text in refusals.explain_refusal(error))
        assert said in fact, (path, target)
        assert helps in remedy
        assert ("chỗ khác" in remedy) == ("không có quyền" in said)
