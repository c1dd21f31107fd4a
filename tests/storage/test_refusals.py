"""What the system refuses is said by its cause, on Windows, too, whose codes Python sums up wrongly."""

from __future__ import annotations

import errno

import pytest

from workbook_tools.locale import translate
from workbook_tools.storage import refusals


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
