"""Files are written whole or not at all, are on the disk before they take their place, and leave nothing behind."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbook_tools.errors import CannotWrite
from workbook_tools.locale import translate
from workbook_tools.storage.replace import clear_litter, create_bytes, replacing, write_bytes


def test_data_is_on_the_disk_before_the_old_file_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (steps.append("fsync"), fsync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda old, new: (steps.append("replace"), replace(old, new))[1])
    write_bytes(tmp_path / "a.json", b"1")
    with replacing(tmp_path / "b.xlsx") as temporary:
        temporary.write_bytes(b"2")
    assert steps == ["fsync", "replace"] * 2
    write_bytes(tmp_path / "c.xlsx", b"3", lasting=False)
    assert steps[4:] == ["replace"]


def test_a_killed_run_leaves_litter_that_the_next_one_clears(tmp_path: Path) -> None:
    killed = (
        "import os, sys; from pathlib import Path; from workbook_tools.storage.replace import replacing\n"
        "with replacing(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killed, str(tmp_path / "a.xlsx")], check=False)
    assert len([*tmp_path.glob(".*.tmp")]) == 1
    write_bytes(tmp_path / "a.xlsx", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_what_another_run_is_writing_stays(tmp_path: Path) -> None:
    other_computer = tmp_path / f".{'0' * 16}.1-{'f' * 8}.tmp"
    other_computer.write_bytes(b"x")
    (tmp_path / "notes.tmp").write_bytes(b"mine")
    with replacing(tmp_path / "a.xlsx") as temporary:
        clear_litter(tmp_path)
        temporary.write_bytes(b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx", "notes.tmp", other_computer.name}
    os.utime(other_computer, (0, 0))
    clear_litter(tmp_path)
    assert not other_computer.exists()


def test_a_run_of_days_clears_a_folder_more_than_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes(tmp_path / "a.xlsx", b"1")
    litter = tmp_path / f".{'0' * 16}.tmp"
    litter.write_bytes(b"x")
    os.utime(litter, (0, 0))
    later = time.monotonic() + 7200
    monkeypatch.setattr(time, "monotonic", lambda: later)
    write_bytes(tmp_path / "a.xlsx", b"2")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    assert create_bytes(tmp_path / "new" / "key", b"1", private=True)
    assert not create_bytes(tmp_path / "new" / "key", b"2")
    assert (tmp_path / "new" / "key").read_bytes() == b"1"
    if os.name == "posix":  # On Windows the folder's own list says who may read.
        assert (tmp_path / "new" / "key").stat().st_mode & 0o077 == 0
    assert len([*(tmp_path / "new").iterdir()]) == 1


@pytest.mark.parametrize(
    ("number", "said", "helps"),
    [
        (errno.ENOSPC, "không còn chỗ", "chỗ trống"),
        (errno.EACCES, "chương trình khác", "Đóng"),
        (errno.ENOENT, "ổ mạng", "ổ"),
        (errno.ENAMETOOLONG, "quá dài", "ngắn hơn"),
        (errno.EROFS, "chỉ đọc được", "ổ đĩa khác"),
        (12345, "lỗi", "làm lại"),
    ],
)
def test_causes_and_remedies_are_told_in_vietnamese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str, helps: str
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise OSError(number, "English words of the system")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotWrite) as error:
        write_bytes(tmp_path / "a.xlsx", b"1")
    assert said in translate(error.value.reason, "vi")
    assert helps in translate(error.value.remedy, "vi")
    assert [*tmp_path.iterdir()] == []
