"""A URL is a place like a path, and the store behind it a disk: what is read and written there is the same, and faults are said."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stores import PASSWORD, USER, ftp_host, s3_store, sftp_host

from workbook_tools.errors import CannotRead, CannotWrite
from workbook_tools.inbox.folder import find_files, read_file
from workbook_tools.readers.limits import Limits
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.storage.location import Location, parse_location
from workbook_tools.storage.remote_path import RemotePath
from workbook_tools.storage.replace import replacing, write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD_NAMES = [
    "xã/a b.xlsx",
    "Đơn vị số 1.xlsx",
    "a#b.xlsx",
    "c?d.xlsx",
    "e%20f.xlsx",
    "g::h.xlsx",
    "[i].xlsx",
    "j*.xlsx",
    "k&l=m+n.xlsx",
]


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with s3_store() as url:
        yield url


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "ftp").mkdir()
    with ftp_host(tmp_path / "ftp") as url:
        yield url


@pytest.fixture
def safe_host(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "sftp").mkdir()
    with sftp_host(tmp_path / "sftp") as url:
        yield url


@pytest.fixture(params=["s3", "sftp", "ftp", "memory"])
def store(request: pytest.FixtureRequest) -> RemotePath:
    """An empty folder of a store; the folder is made by what is put there."""
    base = {"s3": "bucket", "sftp": "safe_host", "ftp": "host"}.get(request.param)
    url = f"{request.getfixturevalue(base) if base else 'memory://kho'}/{request.node.name.replace('[', '-').replace(']', '')}"
    place = parse_location(url)
    assert isinstance(place, RemotePath)
    return place


def test_a_url_is_taken_apart_like_a_path() -> None:
    place = parse_location("S3://bucket/đợt 1/biểu #1?.tệp.xlsx/")
    assert isinstance(place, RemotePath)
    assert str(place) == "s3://bucket/đợt 1/biểu #1?.tệp.xlsx"
    assert place.name == "biểu #1?.tệp.xlsx"
    assert str(place.with_suffix(".docx")) == "s3://bucket/đợt 1/biểu #1?.tệp.docx"
    assert [str(folder) for folder in place.parents] == ["s3://bucket/đợt 1", "s3://bucket"]
    assert place.parent / place.name == place
    assert parse_location("s3://bucket").parent == parse_location("s3://bucket")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("returned/a.xlsx", "returned/a.xlsx"),
        ("file:///tmp/a%20b", "/tmp/a b"),
        ("C:\\a", "C:\\a"),
        ("s3:/a", "s3:/a"),
    ],
)
def test_what_is_no_url_is_a_path(text: str, path: str) -> None:
    assert parse_location(text) == Path(path)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"ftp://{USER}:{PASSWORD}@host/a", f"ftp://{USER}@host/a"),
        (f"sftp://{USER}:{PASSWORD}@host:22/a@b:c", f"sftp://{USER}@host:22/a@b:c"),
        (f"ftp://{USER}:{PASSWORD}/@host/a", f"ftp://{USER}@host/a"),
        (f"ftp://{USER}:@{PASSWORD}@host/a", f"ftp://{USER}@host/a"),
        (f"https://host/a.xlsx?sig={PASSWORD}", "https://host/a.xlsx"),
        ("s3://bucket/a?b:c@d", "s3://bucket/a?b:c@d"),
        ("abfs://kho@office.dfs.core.windows.net/a", "abfs://kho@office.dfs.core.windows.net/a"),
        ("ftp://host:2121/a@b", "ftp://host:2121/a@b"),
    ],
)
def test_no_password_is_shown(url: str, shown: str) -> None:
    place = parse_location(url)
    assert str(place) == shown
    assert PASSWORD not in repr(place)
    assert PASSWORD not in str(place.parent)


def test_files_of_odd_names_are_found_and_read_as_they_were_written(store: RemotePath) -> None:
    names = ODD_NAMES
    if os.name == "nt" and store.scheme != "s3":  # The disk on which the test's host keeps them takes fewer.
        names = [name for name in names if not set(name) & set("?*:")]
    for name in names:
        write_bytes(store / name, name.encode())
    found = find_files(store)
    assert sorted(file.path for file in found) == sorted(names)
    assert {file.path: read_file(store, file.path).data for file in found} == {
        name: name.encode() for name in names
    }
    assert {file.path: file.size for file in found} == {name: len(name.encode()) for name in names}


def test_names_of_an_object_store_may_have_empty_parts_and_placeholders_are_no_files(bucket: str) -> None:
    import s3fs

    folder = parse_location(f"{bucket}/rỗng")
    write_bytes(folder / "x//y.xlsx", b"1")
    s3fs.S3FileSystem().pipe_file("bucket/rỗng/thư mục/", b"")
    write_bytes(parse_location(f"{bucket}/rỗng-khác/z.xlsx"), b"2")
    assert [file.path for file in find_files(folder)] == ["x//y.xlsx"]
    assert read_file(folder, "x//y.xlsx").data == b"1"


def test_a_file_is_replaced_whole_and_nothing_else_is_left(store: RemotePath) -> None:
    target = store / "sâu" / "c.xlsx"
    for data in (b"old", b"", b"new" * 1000):
        write_bytes(target, data)
        assert target.read_bytes() == data
    with pytest.raises(ZeroDivisionError), replacing(target):
        raise ZeroDivisionError
    assert target.read_bytes() == b"new" * 1000
    with replacing(target) as temporary:
        temporary.write_bytes(b"whole")
    assert target.read_bytes() == b"whole"
    assert [file.path for file in find_files(store)] == ["sâu/c.xlsx"]


def test_what_is_there_is_told(store: RemotePath) -> None:
    write_bytes(store / "a.xlsx", b"1")
    assert ((store / "a.xlsx").is_file(), (store / "a.xlsx").is_dir(), (store / "a.xlsx").exists()) == (
        True,
        False,
        True,
    )
    assert (store.is_file(), store.is_dir(), store.exists()) == (False, True, True)
    assert not (store / "b.xlsx").exists()
    with pytest.raises(FileNotFoundError):
        (store / "b.xlsx").read_bytes()
    with pytest.raises(RefusedFile) as refused:
        read_file(store, "b.xlsx")
    assert "no longer there" in refused.value.problem.message("en")


def test_a_file_that_is_too_large_is_not_loaded(store: RemotePath, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bytes(store / "a.zip", b"x" * 10)
    monkeypatch.setattr("workbook_tools.inbox.folder.ARCHIVE_LIMITS", Limits(file=10))
    assert len(read_file(store, "a.zip").data) == 10
    write_bytes(store / "b.zip", b"x" * 11)
    filesystem = type(store._open()[0])

    def load(*words: object, **more: object) -> bytes:
        raise AssertionError("it was loaded")

    monkeypatch.setattr(filesystem, "cat_file", load)
    monkeypatch.setattr(filesystem, "open", load)
    with pytest.raises(RefusedFile) as refused:
        read_file(store, "b.zip")
    assert refused.value.code == "return-too-large"


def nobody_listens() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def refusals(place: Location) -> tuple[str, str]:
    with pytest.raises(CannotRead) as not_read:
        place.read_bytes()
    with pytest.raises(CannotWrite) as not_written:
        write_bytes(place, b"1")
    for error in (not_read.value, not_written.value):
        assert PASSWORD not in f"{error} {error!r} {error.__cause__!r} {error.path}"
    return not_read.value.reason, not_written.value.reason


def test_a_host_that_is_not_there() -> None:
    for reason in refusals(parse_location(f"ftp://{USER}:{PASSWORD}@127.0.0.1:{nobody_listens()}/a.xlsx")):
        assert "does not respond" in reason


def test_a_host_that_refuses_the_password(host: str) -> None:
    for reason in refusals(parse_location(host.replace(PASSWORD, PASSWORD + "!") + "/a.xlsx")):
        assert "access is denied" in reason


def test_a_bucket_that_is_not_there(bucket: str) -> None:
    with pytest.raises(CannotWrite, match="no such bucket"):
        write_bytes(parse_location("s3://no-bucket/a.xlsx"), b"1")
    assert not parse_location("s3://no-bucket/a").exists()


@pytest.mark.parametrize(
    ("scheme", "remedy"), [("gs", "workbook_tools[remote]"), ("quaint", "the one that fsspec names")]
)
def test_a_library_that_is_not_installed(scheme: str, remedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gcsfs", None)
    for reason in refusals(parse_location(f"{scheme}://bucket/a.xlsx")):
        assert remedy in reason
