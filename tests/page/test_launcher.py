"""The double-click: what was dropped is opened, what stops the program is said in a box, with or without a console."""

from __future__ import annotations

import subprocess
import sys
import threading
import urllib.request
from functools import partial
from queue import Queue
from typing import TYPE_CHECKING

import pytest
from campaigns import ROOT
from scripts import load_script

from workbook_tools.errors import CannotWrite
from workbook_tools.page import launcher, running, send_to
from workbook_tools.page.server import serve

if TYPE_CHECKING:
    from pathlib import Path

    from page.conftest import Visitor

STATE_FOLDER = running.state_folder
"""As it is; the tests of the page have folders of their own."""


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    shown: list[str] = []
    monkeypatch.setattr(launcher, "show_box", lambda text, **_: shown.append(text))
    monkeypatch.setattr(send_to, "show_box", lambda text, **_: shown.append(text))
    monkeypatch.setattr(launcher, "_open_log", lambda: tmp_path / "page.log")
    return shown


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    folders: list[Path | None] = []
    monkeypatch.setattr("workbook_tools.page.server.serve", lambda folder, **_: folders.append(folder))
    return folders


@pytest.mark.slow
def test_a_dropped_folder_that_is_no_campaign_is_where_one_can_be_made(
    boxes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share without a letter cannot be reached in another way, also while the page to choose one is open."""
    (tmp_path / "state").mkdir(exist_ok=True)
    monkeypatch.setattr("workbook_tools.page.running.state_folder", lambda: tmp_path / "state")
    share = tmp_path / "mạng"
    share.mkdir()
    (share / "thư.txt").touch()
    urls: Queue[str] = Queue()
    monkeypatch.setattr("workbook_tools.page.server.serve", partial(serve, open_browser=urls.put))
    open_already = Dropped([], urls)
    for path in (share, share / "thư.txt"):
        dropped = Dropped([str(path)], urls)
        assert "Tạo đợt báo cáo mới tại đây" in dropped.page
        assert str(share) in dropped.page
        again = Dropped([str(path)], urls)
        assert again.url == dropped.url, "a second drop opens the page that is running"
        dropped.quit()
        again.program.join(600)
    gone = Dropped([str(share / "đợt tháng 9")], urls)
    assert "đợt tháng 9”: thư mục không còn" in gone.page
    assert "Thư mục trên máy này" in gone.page
    gone.quit()
    open_already.quit()
    assert boxes == []


class Dropped:
    """The program that a drop on the starter starts, and the page that it opens."""

    def __init__(self, words: list[str], urls: Queue[str]) -> None:
        self.program = threading.Thread(target=launcher.main, args=(words,), daemon=True)
        self.program.start()
        self.url = urls.get(timeout=600)
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        self.page = self.opener.open(self.url).read().decode()

    def quit(self) -> None:
        root = "/".join(self.url.split("/")[:3])
        self.opener.open(urllib.request.Request(f"{root}/quit", b"", {"Origin": root})).read()
        self.program.join(600)
        assert not self.program.is_alive()


def test_what_was_dropped_is_opened(served: list[Path | None], boxes: list[str], tmp_path: Path) -> None:
    """A campaign's folder or a file in it, in quotes or not; anything else opens the choice of one."""
    campaign = tmp_path / "Đợt & báo cáo (1)"
    campaign.mkdir()
    for name in ("template.xlsx", "units.xlsx"):
        (campaign / name).touch()
    (campaign / "returned").mkdir()
    for word in (str(campaign), str(campaign / "returned"), str(campaign / "units.xlsx"), f'{campaign}"'):
        assert launcher.main([word]) == 0
    for words in ([], [str(tmp_path / "gone")]):
        assert launcher.main(words) == 0
    assert served == [campaign] * 4 + [None] * 2
    assert boxes == []


def test_a_drive_is_not_the_folder_one_works_in_on_it() -> None:
    assert str(launcher._dropped_path('D:"')) == "D:\\"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("no port"), ["lỗi của chương trình", "no port", "page.log"]),
        (
            ImportError("DLL load failed"),
            ["thiếu một phần", "DLL load failed", "Hãy giải nén lại", "page.log"],
        ),
        (CannotWrite("C:\\đợt", "the disk is full"), ["Không ghi được", "C:\\đợt"]),
    ],
)
def test_what_stops_the_start_is_said(
    monkeypatch: pytest.MonkeyPatch, boxes: list[str], error: Exception, told: list[str]
) -> None:
    def fail(folder: Path | None, **_: object) -> None:
        raise error

    monkeypatch.setattr("workbook_tools.page.server.serve", fail)
    assert launcher.main([]) == 2
    [text] = boxes
    assert [word for word in told if word not in text] == []


BLOCKED = """\
import sys
from workbook_tools.page import launcher

class Blocked:
    @staticmethod
    def find_spec(name, path, target=None):
        if name == {module!r}:
            raise {error}

sys.meta_path.insert(0, Blocked)
launcher.show_box = print
sys.exit(launcher.main([]))
"""


@pytest.mark.parametrize(
    ("module", "error"),
    [
        ("platformdirs", 'ImportError("no such module", name="lacking")'),
        ("waitress.server", 'PermissionError(13, "lacking")'),
        ("msgspec", 'EOFError("marshal data too short: lacking")'),
        ("workbook_tools.page.server", 'ValueError("bad marshal data: lacking")'),
    ],
)
def test_a_part_that_is_missing_blocked_or_cut_short_is_said_whatever_needs_it(
    module: str, error: str
) -> None:
    """Also the log and the messages themselves."""
    words = [sys.executable, "-X", "utf8", "-c", BLOCKED.format(module=module, error=error)]
    ran = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=600)
    assert ran.returncode == 2, ran.stderr
    for said in ("thiếu một phần", "lacking", "Hãy giải nén lại", "Unzip"):
        assert said in ran.stdout


def test_why_it_cannot_go_on_is_said_though_the_catalogue_is_missing(
    monkeypatch: pytest.MonkeyPatch, boxes: list[str]
) -> None:
    def fail(*_: object) -> str:
        raise FileNotFoundError("workbook_tools.mo")

    monkeypatch.setattr("workbook_tools.page.server.serve", fail)
    monkeypatch.setattr("workbook_tools.page.messages.translate", fail)
    assert launcher.main([]) == 2
    assert "workbook_tools.mo" in boxes[0]
    assert "Hãy giải nén lại" in boxes[0]


def test_a_part_that_is_blocked_while_the_page_is_open_is_said_on_it(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no fault of the program, and has a remedy."""

    def fail(*_: object, **__: object) -> None:
        raise ImportError("DLL load failed", name="lxml.etree")

    monkeypatch.setitem(visitor.client.application.config, "TESTING", False)
    monkeypatch.setattr("workbook_tools.page.views.form.render_template", fail)
    text = " ".join(visitor.get("/form").text.split())
    assert "bị chặn: lxml.etree." in text
    assert "giải nén hoặc cài đặt lại" in text


def test_what_cannot_be_said_in_a_box_the_starter_finds_out() -> None:
    """Nothing of the program, nor of a library, is loaded before the box can be shown, but what the starter tries first."""
    program = (
        "import sys\nbefore = {*sys.modules}\nfrom workbook_tools.page import launcher\n"
        "print(*(n for n in {*sys.modules} - before if n.split('.')[0] not in sys.stdlib_module_names))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=600, check=True
    )
    assert set(ran.stdout.split()) == {
        "workbook_tools",
        "workbook_tools.page",
        "workbook_tools.page.launcher",
    }
    for name in ("Mo-chuong-trinh.cmd", "Them-vao-Gui-toi.cmd"):
        lines = (ROOT / "tools" / "windows" / name).read_text(encoding="utf-8").splitlines()
        [start] = [line for line in lines if line.startswith("start ")]
        tried = next(line for line in lines if line.startswith('"%~dp0python'))
        module = start.split(" -m ")[1].split()[0]
        assert f"import {module}" in tried, "by the same Python, before"
        assert lines.index(tried) < lines.index("if not %errorlevel%==0 goto broken") < lines.index(start)


def test_a_folder_that_is_not_whole_is_said_before_the_work_begins(
    boxes: list[str], served: list[Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the missing file is needed only later: each file that was zipped is there, and as long as it was."""
    bundle = load_script("tools/windows_bundle.py")
    names = ["pythonw.exe", "Lib/site-packages/docx/mẫu.docx", *(f"Lib/a/{n}.pyc" for n in range(9))]
    files = {f"python/{name}": name.encode() for name in names}
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "python" / launcher.PARTS).write_bytes(bundle.list_parts({**files, "ĐỌC TRƯỚC.txt": b""}))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python" / "pythonw.exe"))
    assert launcher.main([]) == 0
    assert served == [None]
    (tmp_path / "python" / names[1]).write_bytes(b"")
    assert launcher.main([]) == 2
    assert f"bị chặn: {names[1]}.\n" in boxes[-1]
    for path in (tmp_path / "python" / "Lib" / "a").iterdir():
        path.unlink()
    assert launcher.main([]) == 2
    assert "Lib/a/0.pyc, Lib/a/1.pyc, Lib/a/2.pyc (+7).\n" in boxes[-1]
    assert served == [None]


def test_a_profile_that_cannot_be_written_to_is_said(
    monkeypatch: pytest.MonkeyPatch, boxes: list[str], tmp_path: Path
) -> None:
    """Not as a fault of the program: there is a file in the way, or no space."""
    blocked = tmp_path / "workbook_tools"
    blocked.touch()
    monkeypatch.setattr("workbook_tools.page.running.user_state_path", lambda *_, **__: blocked)
    monkeypatch.setattr("workbook_tools.page.running.state_folder", STATE_FOLDER)
    assert launcher.main([]) == 2
    assert f"Không ghi được “{blocked}”" in boxes[0]
    assert "lỗi của chương trình" not in boxes[0]


def test_no_console_and_no_place_for_a_log_are_no_reason_to_stay_away(
    monkeypatch: pytest.MonkeyPatch, served: list[Path | None], tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setattr("platformdirs.user_log_path", lambda *_, **__: blocked / "log")
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert launcher.main([]) == 0
    assert served == [None]
    for stream in (sys.stdout, sys.stderr):
        print("a library's words", file=stream)
        stream.close()


def test_the_program_is_offered_under_send_to(
    monkeypatch: pytest.MonkeyPatch, boxes: list[str], tmp_path: Path
) -> None:
    """A second time replaces it (the folder was moved); where the user's folder is gone, that is said."""
    folder = tmp_path / "Microsoft" / "Windows" / "SendTo"
    folder.mkdir(parents=True)
    monkeypatch.setenv("APPDATA", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "100% biểu" / "python" / "pythonw.exe"))
    assert send_to.main() == send_to.main() == 0
    [written] = folder.iterdir()
    lines = written.read_bytes().split(b"\r\n")
    assert lines[0] == b"@chcp 65001 >nul"
    assert lines[1].decode() == f'@"{tmp_path / "100%% biểu" / send_to.STARTER}" %*'
    assert "Gửi tới" in boxes[0]
    monkeypatch.setenv("APPDATA", str(tmp_path / "gone"))
    assert send_to.main() == 2
    assert "Không ghi được" in boxes[-1]
