"""Everything in the folder is found, in the same order everywhere, and read without being waited for or followed out."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest
from links import link

from workbook_tools.errors import CannotRead
from workbook_tools.inbox import folder as folder_module
from workbook_tools.inbox.folder import FoundFile, find_files, is_litter, read_file
from workbook_tools.readers.limits import Limits
from workbook_tools.readers.refused import RefusedFile


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())


def refusal(folder: Path, name: str) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read_file(folder, name)
    return caught.value


def test_files_of_subfolders_are_found_in_a_fixed_order(tmp_path):
    fill(tmp_path, "b.xlsx", "A.xlsx", "xã/Ấp.xlsx", "xã/a\u0302p 2.xlsx", "~$b.xlsx")
    (tmp_path / "empty").mkdir()
    found = [file.path for file in find_files(tmp_path)]
    assert found == ["A.xlsx", "b.xlsx", "xã/a\u0302p 2.xlsx", "xã/Ấp.xlsx", "~$b.xlsx"]
    assert find_files(tmp_path)[0] == FoundFile("A.xlsx", 6)


def test_what_was_written_a_moment_ago_has_no_state(tmp_path):
    """It could be written again before the clock ticks."""
    fill(tmp_path, "a.xlsx")
    assert find_files(tmp_path)[0].state == ""


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CannotRead):
        find_files(tmp_path / "none")


def test_a_file_is_read_whole_and_hashed(tmp_path):
    fill(tmp_path, "xã/a.xlsx")
    content = read_file(tmp_path, "xã/a.xlsx")
    assert content.data == "xã/a.xlsx".encode()
    assert content.sha256 == hashlib.sha256(content.data).hexdigest()
    assert (content.path, content.size) == ("xã/a.xlsx", len(content.data))


def test_an_empty_file_is_read(tmp_path):
    (tmp_path / "a").touch()
    assert read_file(tmp_path, "a").data == b""


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_listed_and_not_followed(tmp_path):
    outside = tmp_path / "outside"
    fill(outside, "secret.xlsx")
    folder = tmp_path / "returned"
    folder.mkdir()
    link(folder / "file.xlsx", outside / "secret.xlsx")
    link(folder / "folder", outside)
    link(folder / "loop", folder)
    assert [file.path for file in find_files(folder)] == ["file.xlsx", "folder", "loop"]
    for name in ("file.xlsx", "folder", "loop"):
        assert "link" in refusal(folder, name).problem.message("en")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_pipes_and_sockets_are_not_waited_for(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.xlsx")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.xlsx")
        assert [file.path for file in find_files(tmp_path)] == ["pipe.xlsx", "socket.xlsx"]
        for name in ("pipe.xlsx", "socket.xlsx"):
            assert refusal(tmp_path, name).code == "return-unreadable"


def test_a_file_that_vanished_is_said_to_be_gone(tmp_path):
    assert "no longer" in refusal(tmp_path, "gone.xlsx").problem.message("en")


def test_what_the_system_refuses_is_said(tmp_path, monkeypatch):
    fill(tmp_path, "a.xlsx")

    def refuse(*_arguments):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(folder_module.os, "open", refuse)
    assert "no permission to open it" in refusal(tmp_path, "a.xlsx").problem.message("en")


def test_a_file_open_in_another_program_is_said_to_be_open(tmp_path, monkeypatch):
    fill(tmp_path, "a.xlsx")

    def refuse(*_arguments):
        error = PermissionError(13, "denied")
        error.winerror = 32
        raise error

    monkeypatch.setattr(folder_module.os, "open", refuse)
    assert "another program" in refusal(tmp_path, "a.xlsx").problem.message("en")


def test_a_subfolder_that_may_not_be_opened_is_found_as_such(tmp_path, monkeypatch):
    fill(tmp_path, "a.xlsx", "closed/b.xlsx")
    scan = os.scandir

    def scan_open_folders(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "denied")
        return scan(path)

    monkeypatch.setattr(folder_module.os, "scandir", scan_open_folders)
    assert [file.path for file in find_files(tmp_path)] == ["a.xlsx", "closed"]
    assert "folder" in refusal(tmp_path, "closed").problem.message("en")


def test_a_file_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_module, "ARCHIVE_LIMITS", Limits(file=10))
    (tmp_path / "a").write_bytes(b"x" * 10)
    (tmp_path / "b").write_bytes(b"x" * 11)
    assert read_file(tmp_path, "a").size == 10
    assert refusal(tmp_path, "b").code == "return-too-large"


@pytest.mark.parametrize(
    "name",
    [
        "~$Báo cáo.xlsx",
        ".~lock.a.xlsx#",
        "._a.xlsx",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "Desktop.ini",
        "a.xlsx:Zone.Identifier",
        "sâu/Thumbs.db",
        "Báo cáo.numbers/preview.jpg",
        "gửi/Báo cáo.Numbers/Metadata/Properties.plist",
        "Báo cáo.numbers/Data/Index.zip",
    ],
)
def test_what_programs_leave_behind_is_litter(name):
    assert is_litter(name)


@pytest.mark.parametrize(
    "name",
    [
        "Báo cáo.xlsx",
        "a.xlsx.crdownload",
        "a.part",
        "ghi chú.txt",
        "a~.xlsx",
        "Thumbs.db.xlsx",
        "a.numbers/Index.zip",
        "a.numbers",
    ],
)
def test_what_people_sent_is_not(name):
    assert not is_litter(name)
