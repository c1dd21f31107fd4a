"""The officer's folder on a real CPython for Windows, under Wine: the whole way, a locked file, the starter, the page.

Run by ``make test-windows``, which prepares Wine first; see docs/windows.md.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from campaigns import ROOT

from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.wine,
    pytest.mark.skipif(
        "WORKBOOK_TOOLS_WINE" not in os.environ, reason="needs Wine and takes minutes: make test-windows"
    ),
]
CAMPAIGN = "C:\\đợt báo cáo"
PATIENCE = 600
"""Seconds that a command may take on a busy machine before the test is given up."""


def load_tool() -> Any:
    spec = importlib.util.spec_from_file_location("wine_tool", ROOT / "tools" / "wine.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()


def run(*words: str, code: int = 0, program: list[str] | None = None, **environment: str) -> str:
    """What a command of Windows Python says, which has to end with that code."""
    done = subprocess.run(
        [*(program or TOOL.command()), *words],
        env=TOOL.environment(**environment),
        input=b"",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
    )
    said = done.stdout.decode("utf-8", errors="replace")
    assert done.returncode == code, said
    return said


def script(name: str, text: str) -> str:
    """A program of our own in a file, which its workers need."""
    (TOOL.DRIVE / name).write_text(text, encoding="utf-8")
    return f"C:\\{name}"


def read_parts(package: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def folder() -> Path:
    """The demonstration's campaign, made by Windows Python, as Linux sees it."""
    said = run("-m", "workbook_tools", "demo", CAMPAIGN)
    assert f"{CAMPAIGN}\\consolidated.xlsx" in said
    return TOOL.DRIVE / "đợt báo cáo"


def assert_as_on_linux(folder: Path, options: CollectOptions) -> None:
    """Each part of the consolidated workbook is, byte by byte, what Linux makes of the same folder."""
    # In the same folder: the workbook has links to the returned files.
    ours = folder / "of Linux.xlsx"
    found = collect(folder / "returned", folder / "template.xlsx", folder / "units.xlsx", options)
    write_workbook(found, ours)
    theirs, own = read_parts(folder / "consolidated.xlsx"), read_parts(ours)
    ours.unlink()
    assert [*theirs] == [*own]
    assert [name for name in own if own[name] != theirs[name]] == []


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


def test_a_list_that_is_longer_than_a_sheet_can_be_written_and_read() -> None:
    """The folder holds no more of pyarrow than is used; Parquet is used for such lists only."""
    said = run(
        "-c",
        "import io, pandas as pd\nfrom pathlib import Path\nwhole = Path('C:\\\\whole.parquet')\n"
        "pd.DataFrame({'a': ['xã', None], 'b': [1.5, None]}).to_parquet(whole, index=False)\n"
        "print(pd.read_parquet(io.BytesIO(whole.read_bytes()), columns=['b', 'a'])['b'].sum())",
    )
    assert said.split() == ["1.5"]


def test_what_stops_the_start_is_said_in_a_box() -> None:
    said = run(
        "-c",
        "import sys\nsys.modules['waitress'] = None\nfrom workbook_tools.page import launcher\n"
        "launcher.show_box = print\nsys.exit(launcher.main([]))",
        code=2,
    )
    assert "thiếu một phần" in said
    assert "page.log" in said


def test_send_to_opens_a_folder_as_a_campaign() -> None:
    said = run(
        "-c",
        "import sys\nfrom workbook_tools.page import send_to\nsend_to.show_box = lambda text, **_: print(text)\n"
        "sys.exit(send_to.main())",
    )
    assert "Gửi tới" in said
    [written] = TOOL.DRIVE.glob("users/*/AppData/Roaming/Microsoft/Windows/SendTo/Biểu mẫu báo cáo.cmd")
    assert "Mở chương trình.cmd" in written.read_text(encoding="utf-8")


def starters() -> list[Path]:
    return [*TOOL.OFFICE.glob("*/Mở chương trình.cmd")]


def pages() -> dict[str, str]:
    """Which programs are open, by the files in which they say so."""
    found = {}
    for path in TOOL.DRIVE.glob("users/*/AppData/Local/workbook_tools/*.json"):
        if path.name != "recent.json" and (text := path.read_text(encoding="utf-8")):
            found[path.name] = json.loads(text)["url"]
    return found


def wait_for(condition: Any) -> Any:
    until = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < until
        time.sleep(0.5)
    return found


def double_click(*dropped: str) -> None:
    """What Explorer does: cmd runs the starter."""
    [starter] = starters()
    inside = "C:\\" + str(starter.relative_to(TOOL.DRIVE)).replace("/", "\\")
    # What it starts keeps its output open: the end of that is not waited for.
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [TOOL.loader(), inside, *dropped], env=TOOL.environment(), stdin=pipe, stdout=pipe, stderr=pipe
    ) as clicked:
        assert clicked.wait(PATIENCE) == 0


@pytest.fixture
def page(folder: Path) -> Iterator[str]:
    """The address of the page that a folder dropped on the starter opens, without a console."""
    for stale in TOOL.DRIVE.glob("users/*/AppData/Local/workbook_tools/*.json"):
        stale.unlink()
    double_click(CAMPAIGN)
    [url] = wait_for(pages).values()
    yield url
    wait_for(lambda: not pages())


def test_the_page_that_windows_serves(folder: Path, page: str) -> None:
    """A file dropped, the workbook written, a second double-click, the end: in Debian's Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = chromium.new_page()
        tab.set_default_timeout(PATIENCE * 1000)
        tab.goto(page)
        tab.get_by_role("navigation").get_by_role("link", name="Kết quả").click()
        (folder / "consolidated.xlsx").unlink()
        tab.get_by_role("button", name="Lập tệp tổng hợp").click()
        wait_for((folder / "consolidated.xlsx").is_file)
        tab.wait_for_selector("#job progress", state="detached")
        # As a second double-click does; that it has ended is known only of a program that is waited for.
        run("-m", "workbook_tools.page.launcher", CAMPAIGN)
        assert [*pages().values()] == [page], "a second double-click opens the page that is there"
        tab.get_by_role("button", name="Thoát").click()
        tab.get_by_text("Chương trình đã kết thúc").wait_for()
        chromium.close()


@pytest.fixture
def start_page() -> Iterator[str]:
    """The address of the page that a double-click on the starter opens."""
    for stale in TOOL.DRIVE.glob("users/*/AppData/Local/workbook_tools/*.json"):
        stale.unlink()
    double_click()
    [url] = wait_for(pages).values()
    yield url
    wait_for(lambda: not pages())


def test_the_guide_s_first_campaign_step_by_step(start_page: str) -> None:
    """docs/huong-dan.md, “Đợt đầu tiên trong 15 phút”, on the unzipped folder: every button that it names."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    folder = TOOL.DRIVE / "Đợt thử"
    shutil.rmtree(folder, ignore_errors=True)
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = chromium.new_page()
        tab.set_default_timeout(PATIENCE * 1000)
        tab.goto(start_page)
        tab.get_by_role("link", name="C:\\", exact=True).click()
        tab.get_by_text("Đợt mẫu, để xem thử").click()
        sample = tab.locator("details[open]")
        sample.get_by_label("Tên thư mục").fill(folder.name)
        sample.get_by_role("button", name="Tạo").click()
        tab.get_by_role("link", name="Xã, thị trấn").click()
        tab.wait_for_selector(".paper td.input")
        step(tab, "Gửi biểu")
        tab.get_by_role("button", name="Tạo biểu cho các đơn vị").click()
        tab.get_by_text("không thay đổi: ").wait_for()
        assert len([*(folder / "forms").glob("*.xlsx")]) == 72
        tab.get_by_role("button", name="Chuẩn bị thư").click()
        tab.get_by_role("button", name="Ghi thư thành tệp").click()
        wait_for(lambda: len([*(folder / "mail").rglob("*.eml")]) == 72)
        wait_for_work(tab)
        step(tab, "Báo cáo nộp về")
        wait_for_work(tab)
        tab.get_by_role("button", name="Cho các đơn vị nộp thử").click()
        tab.locator("tr.accepted").first.wait_for()
        wait_for_work(tab)
        step(tab, "Cần xử lý")
        doubtful = tab.locator("details.matter", has_text="khoảng 20").first
        doubtful.locator("summary").click()
        doubtful.get_by_label("Cách xử lý").select_option("set-value")
        doubtful.get_by_role("textbox", name="Giá trị").fill("20")
        doubtful.get_by_label("Lý do").fill("đã hỏi qua điện thoại")
        doubtful.get_by_label("Người xử lý").fill("Văn phòng")
        doubtful.get_by_role("button", name="Ghi nội dung xử lý").click()
        tab.get_by_text("Đã có 1 nội dung xử lý.").wait_for()
        wait_for_work(tab)
        step(tab, "Kết quả")
        tab.get_by_role("button", name="Lập tệp tổng hợp").click()
        tab.get_by_role("button", name="Mở tệp tổng hợp").wait_for()
        wait_for_work(tab)
        journal = folder / "mail.sqlite3"
        options = CollectOptions(decisions=folder / "decisions.xlsx", mail_journal=journal)
        assert_as_on_linux(folder, options)
        tab.get_by_role("button", name="Thoát").click()
        tab.get_by_text("Chương trình đã kết thúc").wait_for()
        chromium.close()


def step(tab: Any, name: str) -> None:
    tab.get_by_role("navigation", name="Các bước").get_by_role("link", name=name).click()
    tab.wait_for_load_state()


def wait_for_work(tab: Any) -> None:
    tab.wait_for_selector("#job progress", state="detached")
