"""The folder for Windows, made of a toy runtime and tiny wheels: what goes in, what stays out, the same bytes each time."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from campaigns import ROOT
from scripts import load_script

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "python.exe": "MZ",
    "pythonw.exe": "MZ",
    "python313.zip": "PK",
    "python313._pth": "python313.zip\n.\n",
}
PANDAS = {
    "pandas/__init__.py": "",
    "pandas/tests/test_frame.py": "",
    "pandas/_testing/__init__.py": "",
    "pandas/plotting/__init__.py": "",
    "pandas/plotting/_matplotlib/core.py": "",
    "pandas/_libs/lib.cp313-win_amd64.pyd": "",
    "pandas-3.dist-info/METADATA": "",
    "pandas-3.dist-info/RECORD": "",
    "pandas-3.dist-info/WHEEL": "Generator: setuptools (80)",
    "pandas-3.dist-info/licenses/LICENSE": "BSD",
    "pandas-3.dist-info/licenses/inner/LICENSE": "MIT",
}
ARROW = {
    "pyarrow/lib.cp313-win_amd64.pyd": "",
    "pyarrow/_compute.cp313-win_amd64.pyd": "",
    "pyarrow/arrow.dll": "",
    "pyarrow/arrow_python.dll": "",
    "pyarrow/arrow_compute.dll": "",
    "pyarrow/parquet.dll": "",
    "pyarrow/arrow_s3.dll": "",
    "pyarrow/_fs.cp313-win_amd64.pyd": "",
    "pyarrow/_flight.cp313-win_amd64.pyd": "",
    "pyarrow/_parquet.cp313-win_amd64.pyd": "",
    "pyarrow/parquet/core.py": "",
    "pyarrow-26.dist-info/LICENSE.txt": "Apache",
}
DATA = {"own-1.data/purelib/own/__init__.py": "", "own-1.dist-info/LICENSE": "MIT"}


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def tool() -> Any:
    return load_script("tools/windows_bundle.py")


@pytest.fixture
def wheels(tmp_path: Path) -> list[Path]:
    made = []
    for name, files in (("pandas-3", PANDAS), ("pyarrow-26", ARROW), ("own-1", DATA)):
        path = tmp_path / f"{name}-cp313-cp313-win_amd64.whl"
        path.write_bytes(zipped(files))
        made.append(path)
    return made


@pytest.fixture
def files(tool: Any, wheels: list[Path]) -> dict[str, bytes]:
    return tool.collect_files(zipped({**FILES, "LICENSE.txt": "PSF"}), wheels)


def test_what_is_used_is_in_it_and_the_rest_is_not(files: dict[str, bytes]) -> None:
    site = "python/Lib/site-packages/"
    assert sorted(name.removeprefix(site) for name in files if name.startswith(site)) == [
        "own/__init__.py",
        "pandas-3.dist-info/METADATA",
        "pandas/__init__.py",
        "pandas/_libs/lib.cp313-win_amd64.pyd",
        "pandas/_testing/__init__.py",
        "pandas/plotting/__init__.py",
        "pyarrow/_compute.cp313-win_amd64.pyd",
        "pyarrow/_fs.cp313-win_amd64.pyd",
        "pyarrow/_parquet.cp313-win_amd64.pyd",
        "pyarrow/arrow.dll",
        "pyarrow/arrow_compute.dll",
        "pyarrow/arrow_python.dll",
        "pyarrow/lib.cp313-win_amd64.pyd",
        "pyarrow/parquet.dll",
        "pyarrow/parquet/core.py",
    ]
    assert b"Lib\\site-packages" in files["python/python313._pth"]


def test_modules_are_compiled_and_run_without_their_source_and_without_being_written_anew(
    tool: Any, tmp_path: Path
) -> None:
    """What a Python of another version would compile is refused before anything is made."""
    site = "python/Lib/site-packages/"
    files = {
        "python/python313._pth": b"",
        f"{site}workbook_tools/__init__.py": b"",
        f"{site}lib/__init__.py": b"from lib.inner import said",
        f"{site}lib/inner.py": b"said = 'xin ch\xc3\xa0o'",
        f"{site}lib/data.txt": b"1",
    }
    made = tool.compile_modules(files, [sys.executable], tmp_path / "one")
    assert sorted(name.removeprefix(site) for name in made if name.startswith(site)) == [
        "lib/__init__.pyc",
        "lib/data.txt",
        "lib/inner.pyc",
        "workbook_tools/__init__.py",
        "workbook_tools/__pycache__/__init__.cpython-313.pyc",
    ]
    assert made == tool.compile_modules(files, [sys.executable], tmp_path / "other")
    for name, data in made.items():
        path = tmp_path / "unzipped" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    words = [sys.executable, "-X", "utf8", "-c", "import lib; print(lib.said)"]
    done = subprocess.run(words, cwd=tmp_path / "unzipped" / site, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "xin chào"


def test_a_compiler_of_another_version_is_refused(tool: Any) -> None:
    def runtime(magic: bytes) -> bytes:
        library = io.BytesIO()
        with zipfile.ZipFile(library, "w") as archive:
            archive.writestr("abc.pyc", magic + b"rest")
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as archive:
            archive.writestr("python313.zip", library.getvalue())
        return whole.getvalue()

    tool.check_compiler([sys.executable], runtime(importlib.util.MAGIC_NUMBER))
    with pytest.raises(SystemExit, match="--compiler"):
        tool.check_compiler([sys.executable], runtime(b"\0\0\r\n"))


def test_the_licence_of_every_part_is_where_one_looks_for_it(
    tool: Any, files: dict[str, bytes], tmp_path: Path
) -> None:
    assert {name: data for name, data in files.items() if name.startswith("giấy phép/")} == {
        "giấy phép/own-1/LICENSE": b"MIT",
        "giấy phép/pandas-3/LICENSE": b"BSD",
        "giấy phép/pandas-3/inner/LICENSE": b"MIT",
        "giấy phép/pyarrow-26/LICENSE.txt": b"Apache",
        "giấy phép/python/LICENSE.txt": b"PSF",
    }
    bare = tmp_path / "bare-1-py3-none-any.whl"
    bare.write_bytes(zipped({"bare/__init__.py": "", "bare-1.dist-info/METADATA": ""}))
    with pytest.raises(SystemExit, match="holds no licence"):
        tool.collect_wheel(bare)


def test_the_starters_are_such_that_windows_reads_them(files: dict[str, bytes]) -> None:
    """A .cmd needs CRLF (labels are not found without), no byte order mark, and ASCII up to where UTF-8 is switched on."""
    starters = [name for name in files if name.endswith(".cmd")]
    assert sorted(starters) == ["Mở chương trình.cmd", "Thêm vào Gửi tới.cmd"]
    for name in starters:
        data = files[name]
        assert data.startswith(b"@echo off\r\n")
        assert data.count(b"\n") == data.count(b"\r\n")
        data.partition(b"chcp 65001")[0].decode("ascii")
        assert b'"%~dp0python\\pythonw.exe"' in data
    assert files["ĐỌC TRƯỚC.txt"].startswith(b"\xef\xbb\xbf")


def test_the_guide_opens_without_a_network_and_all_its_links_lead_somewhere(files: dict[str, bytes]) -> None:
    text = files["Hướng dẫn sử dụng.html"].decode()
    names = re.findall(r'<h\d id="([^"]+)"', text)
    links = [unquote(link) for link in re.findall(r' href="([^"]+)"', text)]
    assert "#đợt-đầu-tiên-trong-15-phút" in links
    assert [link for link in links if link.removeprefix("#") not in names and link not in files] == []
    pictures = re.findall(r' src="([^"]{10})', text)
    assert len(pictures) > 5
    assert set(pictures) == {"data:image"}


def test_the_same_parts_make_the_same_bytes(tool: Any, files: dict[str, bytes], tmp_path: Path) -> None:
    one, other = tmp_path / "một.zip", tmp_path / "hai.zip"
    tool.write_archive(one, "Bieu-mau", files)
    tool.write_archive(other, "Bieu-mau", dict(reversed(files.items())))
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert archive.read("Bieu-mau/Mở chương trình.cmd") == files["Mở chương trình.cmd"]


def test_a_runtime_of_another_hash_is_refused(tool: Any, tmp_path: Path) -> None:
    runtime = tmp_path / "python embed.zip"
    runtime.write_bytes(b"PK")
    assert tool.fetch(str(runtime), hashlib.sha256(b"PK").hexdigest().upper()) == b"PK"
    with pytest.raises(SystemExit, match="its hash is"):
        tool.fetch(str(runtime), "0" * 64)


def test_every_package_of_the_lock_has_hashes_and_what_is_installed_is_locked(tool: Any) -> None:
    """What is needed at run time is in the lock: a new dependency is not forgotten there."""
    import configparser

    lock = (tool.PARTS / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==\S+ \\\n    --hash", lock, re.M))
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    needed = re.findall(r"^([A-Za-z0-9._-]+)", setup["options"]["install_requires"], re.M)
    assert {re.sub("[._]", "-", name.lower()) for name in needed} <= locked
