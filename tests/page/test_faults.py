"""What goes wrong outside is said in a sentence, and nothing is lost: full disk, locked file, long path, killed server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

import pytest
from page.conftest import HOST

from workbook_tools.page.jobs import JobState
from workbook_tools.page.lifetime import Lifetime
from workbook_tools.usecases.init import initialise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from page.conftest import Visitor
    from werkzeug.test import TestResponse


def press(visitor: Visitor, path: str, page: str, data: Any = None) -> TestResponse:
    """Send a form as the browser does: with the page it stands on."""
    headers = {"Origin": f"http://{HOST}", "Referer": f"http://{HOST}{page}"}
    return visitor.client.post(path, base_url=f"http://{HOST}", data=data, headers=headers)


def read(visitor: Visitor) -> None:
    visitor.get("/returns")
    visitor.desk.jobs.wait()


def full_disk(*_arguments: object) -> None:
    raise OSError(28, "No space left on device")


def test_files_dropped_on_a_full_disk(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full refuses every byte as a full disk does; no half copy stays, and the page can be reloaded."""
    before = {path: path.stat().st_mtime_ns for path in (folder / "returned").rglob("*")}

    def onto_full_disk(path: Path, **_how: bool) -> BinaryIO:
        path.touch()
        return Path("/dev/full").open("wb")

    monkeypatch.setattr("workbook_tools.storage.replace._create", onto_full_disk)
    answer = press(visitor, "/returns/drop?name=b.xlsx", "/returns", b"x" * 100_000)
    assert answer.location == "/returns"
    assert "ổ đĩa không còn chỗ trống (hết chỗ trên đĩa)" in visitor.text("/returns")
    assert {path: path.stat().st_mtime_ns for path in (folder / "returned").rglob("*")} == before


def test_the_workbook_written_to_a_full_disk(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "consolidated.xlsx").write_bytes(b"of yesterday")
    monkeypatch.setattr("workbook_tools.storage.replace.os.fsync", full_disk)
    visitor.post("/results/make")
    visitor.desk.jobs.wait()
    assert visitor.desk.jobs.last is not None
    assert visitor.desk.jobs.last.state is JobState.FAILED
    page = visitor.text("/results")
    assert "ổ đĩa không còn chỗ trống (hết chỗ trên đĩa)" in page
    assert "lệnh" not in page, "there is no command to run on the page"
    assert (folder / "consolidated.xlsx").read_bytes() == b"of yesterday"
    assert not [path for path in folder.iterdir() if path.suffix == ".tmp"]


@pytest.mark.slow
@pytest.mark.parametrize("refused", ["replace", "read_bytes"])
def test_a_decision_while_excel_holds_the_decisions(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """It is said which file to close, and what was typed is still there."""
    read(visitor)
    before = (folder / "decisions.xlsx").read_bytes()

    def held(self: Path, *_target: Path) -> Any:
        if refused == "read_bytes" and self.name != "decisions.xlsx":
            return read_bytes(self)
        raise PermissionError(13, "in use", str(self))

    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, refused, held)
    sent = {
        "key": "unit|11629",
        "alone": "11629",
        "unit": "11629",
        "kind": "nothing-to-report",
        "reason": "đã hỏi rồi",
        "who": "Văn phòng",
    }
    answer = press(visitor, "/settle/decide", "/settle?unit=11629", sent)
    monkeypatch.undo()
    page = visitor.get(answer.location).text
    assert "decisions.xlsx" in page
    assert "Excel" in page
    assert 'value="đã hỏi rồi"' in page
    assert (folder / "decisions.xlsx").read_bytes() == before


def test_a_word_template_that_is_none(visitor: Visitor, folder: Path) -> None:
    """The workbook is there all the same, and the page does not say that nothing was written."""
    (folder / "report_template.docx").write_bytes(b"no document")
    visitor.post("/results/make")
    visitor.desk.jobs.wait()
    page = visitor.text("/results")
    assert "Đã lập tệp tổng hợp nhưng chưa lập được báo cáo Word" in page
    assert "report_template.docx" in page
    assert "Chưa ghi tệp nào" not in page
    assert (folder / "consolidated.xlsx").is_file()


def test_how_work_ended_is_said_until_it_is_put_away(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On every page but the form's, which says itself what is wrong now."""
    monkeypatch.setattr("workbook_tools.storage.replace.os.fsync", full_disk)
    visitor.post("/results/make")
    visitor.desk.jobs.wait()
    for page in ("/results", "/chase", "/send"):
        assert "hết chỗ trên đĩa" in visitor.text(page)
    assert "hết chỗ trên đĩa" not in visitor.text("/form")
    monkeypatch.undo()
    (folder / "returned" / "mới.txt").write_text("ghi chú", encoding="utf-8")
    for _ in range(2):
        assert visitor.text("/returns").count("hết chỗ trên đĩa") == 1, (
            "reading that starts by itself hides nothing"
        )
        visitor.desk.jobs.wait()
    visitor.post("/job/forget")
    assert "hết chỗ trên đĩa" not in visitor.text("/results")


def test_a_path_of_250_letters(newcomer: Visitor, tmp_path: Path) -> None:
    """A campaign that lies that deep works; a name that no system takes is cut or said."""
    deep = tmp_path
    while len(str(deep)) < 230:
        deep = deep / "thư mục rất sâu"
    folder = deep / ("x" * max(1, 250 - len(str(deep))))
    initialise(folder)
    number = open_folders(newcomer).offer(folder).number
    assert newcomer.post(f"/open/{number}").location == "/form"
    assert "72 đơn vị" in newcomer.text("/form")
    name = "Báo cáo của Trường Tiểu học " * 12 + ".xlsx"
    assert newcomer.post(f"/returns/drop?name={quote(name)}", b"PK").status_code == 204
    [taken] = (folder / "returned").iterdir()
    assert taken.suffix == ".xlsx"
    inside = open_folders(newcomer).offer(tmp_path / "không có" / ("y" * 300)).number
    assert press(newcomer, f"/new/{inside}", "/choose", {"kind": "empty", "name": "Đợt"}).status_code == 302
    assert "quá dài" in newcomer.text("/choose")


def open_folders(visitor: Visitor) -> Any:
    visitor.get("/choose")
    return visitor.client.application.extensions["folders"]


def test_a_network_drive_that_went_away(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(visitor)

    def gone(_self: Path) -> bool:
        return False

    monkeypatch.setattr("pathlib.Path.is_dir", gone)
    for page in ("/form", "/send", "/returns", "/settle", "/results", "/chase"):
        answer = visitor.get(page)
        assert answer.status_code == 409
        assert "thư mục không còn" in answer.text
        assert f'href="{page}">Thử lại' in answer.text
        assert 'href="/choose">Đợt báo cáo khác' in answer.text
    answer = press(visitor, "/results/make", "/results")
    assert answer.status_code in (302, 409)
    monkeypatch.undo()
    assert "72" in visitor.text("/results"), "when the drive is there again, all is as before"


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (1155, 409, "không có chương trình để mở"),
        (193, 409, "không có chương trình để mở"),
        (32, 409, "đang mở trong chương trình khác"),
        (1223, 204, ""),
    ],
    ids=["no program", "no program under Wine", "held", "the question which program was closed"],
)
def test_a_file_that_windows_cannot_open_is_no_fault_of_the_program(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, code: int, status: int, said: str
) -> None:
    def start(_path: Path) -> None:
        error = OSError(22, "")
        error.winerror = code  # type: ignore[attr-defined,unused-ignore]
        raise error

    monkeypatch.setattr(os, "startfile", start, raising=False)
    answer = visitor.post("/open-file/template")
    assert answer.status_code == status
    assert said in answer.text


@pytest.fixture
def started(folder: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The program in a process of its own."""
    program = start(folder, tmp_path)
    yield program
    program.kill()
    program.communicate()


IMPATIENT = """
import sys
from pathlib import Path
from workbook_tools.page.server import serve
if __name__ == "__main__":
    serve(
        Path(sys.argv[1]),
        open_browser=lambda url: None,
        started=lambda url: print(url, flush=True),
        patience=float(sys.argv[2]),
    )
"""
"""A program that ends some seconds after the last page was closed, not minutes."""


def start(folder: Path, tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path / "xdg"),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONUNBUFFERED": "1",
    }
    words = words or ("-m", "workbook_tools", "--lang", "en", "app", str(folder), "--no-browser")
    return subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )


def call(program: subprocess.Popen[str]) -> tuple[Any, str]:
    """A browser with the token, and the address of the program."""
    assert program.stdout is not None
    url = program.stdout.readline().split()[-1]
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    opener.open(url).read()
    return opener, url.split("/?")[0]


def post(opener: Any, root: str, path: str) -> None:
    opener.open(urllib.request.Request(root + path, data=b"", headers={"Origin": root})).read()


def wait_for(condition: Any) -> None:
    until = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent")
@pytest.mark.slow
def test_a_closed_lid_is_no_closed_page(folder: Path, tmp_path: Path) -> None:
    """The computer stands still for longer than the program waits for its pages, and then all goes on."""
    (tmp_path / "impatient.py").write_text(IMPATIENT)
    patience = 8
    program = start(folder, tmp_path, str(tmp_path / "impatient.py"), str(folder), str(patience))
    try:
        opener, root = call(program)
        program.send_signal(signal.SIGSTOP)
        time.sleep(patience + 2)
        program.send_signal(signal.SIGCONT)
        for _second in range(4):
            assert opener.open(f"{root}/alive").status == 204
            time.sleep(1)
        post(opener, root, "/results/make")
        wait_for(lambda: b"<progress" not in opener.open(f"{root}/job").read())
        assert zipfile.is_zipfile(folder / "consolidated.xlsx")
        # Of a closed page nothing is heard any more.
        assert program.wait(600) == 0
    finally:
        program.kill()
        program.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent")
@pytest.mark.slow
def test_a_server_that_is_killed_in_the_middle_of_its_work(
    started: subprocess.Popen[str], folder: Path, tmp_path: Path
) -> None:
    """It costs nothing: the next double-click works, the old workbook is whole."""
    (folder / "consolidated.xlsx").write_bytes(b"of yesterday")
    opener, root = call(started)
    post(opener, root, "/results/make")
    wait_for(lambda: b"<progress" in opener.open(f"{root}/job").read())
    started.kill()
    started.wait()
    workbook = folder / "consolidated.xlsx"
    # A zip file's directory is at its end: half of one is no zip file.
    assert workbook.read_bytes() == b"of yesterday" or zipfile.is_zipfile(workbook)
    again = start(folder, tmp_path)
    try:
        opener, root = call(again)
        post(opener, root, "/results/make")
        wait_for(lambda: b"<progress" not in opener.open(f"{root}/job").read())
        assert zipfile.is_zipfile(workbook)
        assert not [path for path in folder.iterdir() if path.suffix == ".tmp"]
        post(opener, root, "/quit")
        again.wait(600)
        assert again.returncode == 0
    finally:
        again.kill()
        again.communicate()


class Clock:
    """A clock of which each wait is as long as the test says."""

    def __init__(self, *waits: float) -> None:
        self.now, self.waits = 0.0, [*waits]

    def wait(self, _step: float) -> bool:
        if not self.waits:
            return True
        self.now += self.waits.pop(0)
        return False


@pytest.mark.parametrize(
    ("waits", "busy", "ends"),
    [
        ([5.0] * 23, False, False),
        ([5.0] * 26, False, True),
        ([5.0] * 30, True, False),
        ([5.0, 36_000.0, *[5.0] * 20], False, False),
        ([5.0, 36_000.0, *[5.0] * 26], False, True),
    ],
    ids=["open a moment ago", "closed", "still at work", "the lid was closed", "not opened again"],
)
def test_the_program_ends_some_time_after_the_last_page_and_not_because_of_a_closed_lid(
    monkeypatch: pytest.MonkeyPatch, waits: list[float], busy: bool, ends: bool
) -> None:
    clock, ended = Clock(*waits), []
    monkeypatch.setattr("workbook_tools.page.lifetime.time.monotonic", lambda: clock.now)
    lifetime = Lifetime(lambda: ended.append(True), lambda: busy, patience=120)
    monkeypatch.setattr(lifetime._over, "wait", clock.wait)
    lifetime._watch()
    assert bool(ended) == ends


@pytest.mark.parametrize("decided", [True, False], ids=["decisions there", "decisions made meanwhile"])
def test_a_file_that_comes_while_the_returns_are_read_is_read_afterwards(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch, decided: bool
) -> None:
    from workbook_tools.usecases import correct

    (folder / "decisions.xlsx").unlink(missing_ok=True)
    if decided:
        read(visitor)
        (folder / "returned" / "mới.xlsx").write_bytes(b"1")
    collect_campaign = correct.collect_campaign

    def with_a_late_file(*arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(correct, "collect_campaign", collect_campaign)
        collection = collect_campaign(*arguments, **more)
        (folder / "returned" / "muộn.xlsx").write_bytes(b"12")
        return collection

    monkeypatch.setattr(correct, "collect_campaign", with_a_late_file)
    read(visitor)
    assert (folder / "decisions.xlsx").exists()
    assert visitor.desk.worth_reading
    read(visitor)
    assert not visitor.desk.worth_reading
    assert "muộn.xlsx" in {*visitor.desk.collection.files["path"]}
