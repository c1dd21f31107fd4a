"""The officer's folder on a real CPython for Windows, under Wine: the whole way, a locked file, the starter, the page.

Run by ``make test-windows``, which prepares Wine first; see docs/windows.md.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from page.officer import leave, step, wait_for_work
from windows.machine import (
    PATIENCE,
    TOOL,
    assert_as_on_linux,
    double_click,
    on_wine,
    opened,
    pages,
    read_parts,
    run,
    script,
    visiting,
    wait_for,
)

from workbook_tools.usecases.collect import CollectOptions
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = on_wine
CAMPAIGN = "C:\\đợt báo cáo"


@pytest.fixture(scope="module")
def folder() -> Path:
    """The demonstration's campaign, made by Windows Python, as Linux sees it."""
    said = run("-m", "workbook_tools", "demo", CAMPAIGN)
    assert f"{CAMPAIGN}\\consolidated.xlsx" in said
    return TOOL.DRIVE / "đợt báo cáo"


def test_forms_and_workbook_are_those_that_linux_makes_of_the_same_folder(
    folder: Path, tmp_path: Path
) -> None:
    """Each part of each package, byte by byte."""
    template, units, key = folder / "template.xlsx", folder / "units.xlsx", folder / "signing.key"
    generate(template, units, tmp_path / "forms", key=key)
    made = sorted(path.name for path in (folder / "forms").iterdir())
    assert len([name for name in made if name.endswith(".xlsx")]) == 72
    assert made == sorted(path.name for path in (tmp_path / "forms").iterdir())
    for name in made:
        if name.endswith(".xlsx"):
            assert read_parts(folder / "forms" / name) == read_parts(tmp_path / "forms" / name), name
    assert_as_on_linux(folder, CollectOptions(key=key))


def test_an_output_that_excel_holds_open_stays_whole_and_is_named(folder: Path) -> None:
    before = (folder / "consolidated.xlsx").read_bytes()
    holding = script(
        "holding.py",
        """\
import ctypes, sys
from workbook_tools.cli import main
if __name__ == "__main__":
    kernel = ctypes.WinDLL("kernel32")
    kernel.CreateFileW.restype = ctypes.c_void_p
    # For reading and writing, others may read: as Excel opens a workbook.
    handle = kernel.CreateFileW(sys.argv[1] + "\\\\consolidated.xlsx", 0xC0000000, 1, None, 3, 0, None)
    assert handle not in (None, ctypes.c_void_p(-1).value)
    sys.exit(main(["collect", sys.argv[1] + "\\\\returned"]))
""",
    )
    said = run(holding, CAMPAIGN, code=2)
    assert "consolidated.xlsx" in said
    assert "Excel" in said
    assert (folder / "consolidated.xlsx").read_bytes() == before
    assert not [path for path in folder.iterdir() if path.suffix == ".tmp"]


@pytest.fixture
def share(folder: Path) -> Iterator[Path]:
    r"""A folder that is Windows' drive ``R:\\`` and ``\\\\may chu\\báo cáo``, with a small campaign in it."""
    office, devices = TOOL.DRIVE / "ổ mạng", TOOL.PREFIX / "dosdevices"
    shutil.rmtree(office, ignore_errors=True)
    links = devices / "r:", devices / "unc" / "may chu" / "báo cáo"
    for link in links:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(office)
    # A path without its drive of more than 250 characters, which Wine takes as Windows does where that is allowed.
    for campaign in (
        office,
        office / "đợt báo cáo",
        office / ("báo cáo của năm " * 6) / ("quý " * 20) / ("x" * 80),
    ):
        (campaign / "returned").mkdir(parents=True)
        for name in ("template.xlsx", "units.xlsx", "signing.key"):
            shutil.copy(folder / name, campaign)
        for path in sorted((folder / "returned").glob("*.xlsx"))[:4]:
            shutil.copy(path, campaign / "returned")
    yield office
    for link in links:
        link.unlink()


def test_drive_roots_network_folders_and_long_paths(share: Path) -> None:
    r"""``collect R:\\returned``, ``\\\\server\\share\\…`` and a path of 290 characters, each as Linux does it."""
    long = next(share.glob("báo cáo của năm*/*/*"))
    inside = str(long.relative_to(share)).replace("/", "\\")
    places = {
        "R:\\": share,
        "\\\\may chu\\báo cáo\\đợt báo cáo": share / "đợt báo cáo",
        f"R:\\{inside}": long,
    }
    assert len(inside) > 250
    walk = script(
        "places.py",
        """\
import os, sys
from workbook_tools.cli import main
if __name__ == "__main__":
    for place in sys.argv[1:]:
        made = main(["generate", *(word for name in ("template", "units") for word in
                     (f"--{name}", os.path.join(place, f"{name}.xlsx"))), "--out", os.path.join(place, "forms")])
        print(place, made, main(["collect", os.path.join(place, "returned")]))
""",
    )
    said = run(walk, *places)
    for place, here in places.items():
        assert f"{place} 0 0" in said, said
        assert len([*(here / "forms").glob("*.xlsx")]) == 72
        assert_as_on_linux(here, CollectOptions(key=here / "signing.key"))


def test_a_worker_s_limit_of_memory_is_asked_for_as_windows_wants_it() -> None:
    """Wine takes the job object and does not keep its limit: that memory is refused can only be seen on Windows."""
    said = run(
        "-c",
        "import ctypes\nfrom workbook_tools.returns.workers import memory_limit\n"
        "memory_limit.limit_memory(1 << 30)\nprint(ctypes.sizeof(memory_limit._Limits))",
    )
    assert said.split() == ["144"], "of winnt.h, for 64 bits"


def test_the_folder_is_watched(folder: Path) -> None:
    """What is put into it is collected at once."""
    words = [*TOOL.command(), "-u", "-m", "workbook_tools", "collect", f"{CAMPAIGN}\\returned", "--watch"]
    pipe = subprocess.PIPE
    new = folder / "returned" / "mới.txt"
    with subprocess.Popen(
        words, env=TOOL.environment(), stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
    ) as watching:
        assert watching.stdout is not None
        giving_up = threading.Timer(PATIENCE, watching.kill)
        giving_up.start()
        try:
            assert any("Ctrl-C" in line.decode() for line in watching.stdout)
            new.write_text("ghi chú", encoding="utf-8")
            assert any("mới.txt" in line.decode() for line in watching.stdout)
        finally:
            giving_up.cancel()
            watching.kill()
            new.unlink(missing_ok=True)


def test_all_that_the_program_imports_is_in_the_folder() -> None:
    """Also what functions import when they are called, for a command that no other test gives."""
    names = set()
    for path in TOOL.python().parent.glob("Lib/site-packages/workbook_tools/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
    said = run(
        "-c",
        "import importlib, sys\nfor name in sys.argv[1:]:\n"
        "    try: importlib.import_module(name)\n    except ImportError: print(name)",
        *sorted(names),
    )
    assert len(names) > 100
    assert said.split() == ["distributed", "resource"], "for clusters of computers, and of POSIX systems"


def test_a_list_that_is_longer_than_a_sheet_can_be_written_and_read() -> None:
    """The folder holds no more of pyarrow than is used; Parquet is used for such lists only."""
    said = run(
        "-c",
        "import io, pandas as pd\nfrom pathlib import Path\nwhole = Path('C:\\\\whole.parquet')\n"
        "pd.DataFrame({'a': ['xã', None], 'b': [1.5, None]}).to_parquet(whole, index=False)\n"
        "print(pd.read_parquet(io.BytesIO(whole.read_bytes()), columns=['b', 'a'])['b'].sum())",
    )
    assert said.split() == ["1.5"]


def test_documents_are_offered_where_windows_keeps_them() -> None:
    """OneDrive and administrators move them away from the user's own folder."""
    key = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    moved = "C:\\OneDrive - Phòng GD\\Tài liệu"
    (TOOL.DRIVE / "OneDrive - Phòng GD" / "Tài liệu").mkdir(parents=True, exist_ok=True)
    said = run(
        "-c",
        "import sys, winreg\nfrom workbook_tools.page.folders import Folders\n"
        "with winreg.OpenKey(winreg.HKEY_CURRENT_USER, sys.argv[1], 0, winreg.KEY_ALL_ACCESS) as folders:\n"
        "    before = winreg.QueryValueEx(folders, 'Personal')\n"
        "    winreg.SetValueEx(folders, 'Personal', 0, winreg.REG_SZ, sys.argv[2])\n"
        "    found = [str(offer.path) for offer in Folders().places()]\n"
        "    winreg.SetValueEx(folders, 'Personal', 0, before[1], before[0])\n"
        "print(*found, sep='\\n')",
        key,
        moved,
    )
    assert said.splitlines()[0] == moved
    assert said.splitlines()[1].endswith("Desktop")


@contextmanager
def without(path: Path) -> Iterator[None]:
    aside = path.rename(path.with_name(f"{path.name} aside"))
    yield
    aside.rename(path)


def test_a_folder_without_its_python_or_program_is_said_by_the_starter() -> None:
    """The one thing that can speak then; its Vietnamese is garbled by Wine only."""
    python = TOOL.python().parent
    for gone in ("python313.zip", "_ctypes.pyd", "pythonw.exe", "Lib/site-packages/workbook_tools"):
        with without(python / gone):
            assert "Extract All" in double_click(), gone
            assert pages() == {}
    with without(python):
        assert "Extract All" in double_click(), "as where only the starter was taken out of the zip file"


def test_a_folder_from_which_a_library_was_taken_is_said_in_a_box() -> None:
    """Not when it is needed, in the middle of the work."""
    with without(TOOL.python().parent / "Lib" / "site-packages" / "docx"):
        said = run(
            "-c",
            "import sys\nfrom workbook_tools.page import launcher\n"
            "launcher.show_box = print\nsys.exit(launcher.main([]))",
            code=2,
        )
    assert "bị chặn: Lib/site-packages/docx/__init__.pyc" in said
    assert "page.log" in said
    [log] = TOOL.DRIVE.glob("users/*/AppData/Local/workbook_tools/Logs/page.log")
    assert "IncompleteFolder" in log.read_text(encoding="utf-8")


def test_send_to_opens_a_folder_as_a_campaign() -> None:
    said = run(
        "-c",
        "import sys\nfrom workbook_tools.page import send_to\nsend_to.show_box = lambda text, **_: print(text)\n"
        "sys.exit(send_to.main())",
    )
    assert "Gửi tới" in said
    [written] = TOOL.DRIVE.glob("users/*/AppData/Roaming/Microsoft/Windows/SendTo/Biểu mẫu báo cáo.cmd")
    assert "Mở chương trình.cmd" in written.read_text(encoding="utf-8")


def test_the_page_that_windows_serves(folder: Path) -> None:
    """A folder dropped on the starter, the workbook written, a second double-click, the end: in Debian's Chromium."""
    with opened(CAMPAIGN) as page, visiting(page) as tab:
        step(tab, "Kết quả")
        (folder / "consolidated.xlsx").unlink()
        tab.get_by_role("button", name="Lập tệp tổng hợp").click()
        wait_for((folder / "consolidated.xlsx").is_file)
        wait_for_work(tab)
        # As a second double-click does; that it has ended is known only of a program that is waited for.
        run("-m", "workbook_tools.page.launcher", CAMPAIGN)
        assert [*pages().values()] == [page], "a second double-click opens the page that is there"
        leave(tab)


def test_a_campaign_on_a_network_folder_that_has_no_letter(share: Path) -> None:
    r"""Dropped on the starter; the folder around it is then offered, for the next campaign."""
    # The share itself is then no campaign, but a folder to make one in.
    (share / "template.xlsx").unlink()
    with opened(r"\\may chu\báo cáo\đợt báo cáo") as page, visiting(page) as tab:
        assert tab.locator(".brand").inner_text() == "đợt báo cáo"
        step(tab, "Báo cáo nộp về")
        wait_for_work(tab)
        tab.locator("tr.accepted").first.wait_for()
        tab.get_by_role("link", name="Đợt báo cáo khác").click()
        tab.get_by_role("link", name="\\\\may chu\\báo cáo\\").click()
        tab.get_by_text("Tạo đợt báo cáo mới tại đây").wait_for()
        leave(tab)
