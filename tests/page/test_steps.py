"""The pages say what the use cases find, take decisions down, and survive what goes wrong outside."""

from __future__ import annotations

import errno
import logging
import re
import shutil
import threading
from contextlib import suppress
from datetime import UTC, date, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from page.conftest import HOST, TOKEN, Visitor

from workbook_tools.cli import main
from workbook_tools.errors import CannotWrite
from workbook_tools.excel import Cell
from workbook_tools.forms.fill import fill_form
from workbook_tools.model import Decision, DecisionKind
from workbook_tools.outputs import blank_decisions
from workbook_tools.page.desk import SENDING
from workbook_tools.page.jobs import Job, JobState
from workbook_tools.spec.decisions import read_decisions
from workbook_tools.spec.template import load_template
from workbook_tools.spec.vocabulary import DECISIONS, EXAMPLE_UNIT
from workbook_tools.storage.replace import write_bytes
from workbook_tools.usecases import correct
from workbook_tools.usecases.init import lay_out_starter

if TYPE_CHECKING:
    from pathlib import Path


def read(visitor: Visitor) -> None:
    visitor.desk.start_reading()
    visitor.desk.jobs.wait()
    job = visitor.desk.jobs.last
    assert job is not None
    assert job.state is JobState.DONE, job.error


def test_the_way_from_the_form_to_the_results(visitor: Visitor, folder: Path) -> None:
    assert "72 đơn vị" in visitor.text("/form")
    preview = visitor.text("/form?type=xa")
    assert "Thị trấn An Lão" in preview
    assert "Số lượng tờ rơi đã phát hành" in preview
    read(visitor)
    assert "Mầm non An Lão" in visitor.text("/returns")
    assert visitor.post("/results/make").status_code == 302
    visitor.desk.jobs.wait()
    assert (folder / "consolidated.xlsx").exists()
    assert (folder / "consolidated.docx").exists()
    assert "/72" in visitor.text("/results")


@pytest.mark.slow
def test_a_decision_goes_into_the_workbook_and_is_applied(visitor: Visitor, folder: Path) -> None:
    read(visitor)
    assert "khoảng 20" in visitor.text("/settle")
    assert visitor.desk.collection is not None
    asked = next(p for p in visitor.desk.collection.problems if "khoảng 20" in p.message("vi"))
    unit, line = asked.place.unit, asked.place.indicator
    sent = {
        "kind": "set-value",
        "unit": unit,
        "indicator": line,
        "value": "20",
        "reason": "=đã hỏi",
        "who": "Văn phòng",
    }
    assert visitor.post("/settle/decide", sent).status_code == 302
    visitor.desk.jobs.wait()
    template, roster = visitor.desk.collection.template, visitor.desk.collection.roster
    decisions, problems = read_decisions(folder / "decisions.xlsx", template, roster)
    assert problems == []
    assert [(d.kind, d.unit, d.indicator, d.reason) for d in decisions] == [
        (DecisionKind.SET, unit, line, "=đã hỏi")
    ]
    assert isinstance(decisions[0].when, date)
    collection = visitor.desk.collection
    row = collection.answers.query("unit == @unit and indicator == @line").iloc[0]
    assert row["number"] == 20
    assert row["decision"]


@pytest.mark.slow
@pytest.mark.parametrize("lacking", ["reason", "who", "value"])
def test_a_decision_without_grounds_is_not_written(visitor: Visitor, folder: Path, lacking: str) -> None:
    read(visitor)
    before = (folder / "decisions.xlsx").read_bytes()
    sent = {
        "kind": "set-value",
        "unit": "11629",
        "indicator": "ct_2_1",
        "value": "1",
        "reason": "r",
        "who": "w",
    }
    answer = visitor.post("/settle/decide", {**sent, "key": "unit|11629", lacking: " "})
    assert answer.status_code == 302, "what is shown comes from a GET, and can be reloaded"
    page = visitor.get("/settle?unit=11629").text
    assert 'class="error"' in page
    assert (folder / "decisions.xlsx").read_bytes() == before


PLANTED = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def plant(path: Path, sheet: str, head: str) -> None:
    """Write HTML into the first cell below a head."""
    workbook = load_workbook(path)
    found = next(cell for row in workbook[sheet].iter_rows() for cell in row if cell.value == head)
    workbook[sheet].cell(found.row + 1, found.column).value = PLANTED
    workbook.save(path)


@pytest.mark.slow
def test_what_units_and_officers_write_is_only_ever_text(visitor: Visitor, folder: Path) -> None:
    """HTML in the names of a file and a unit, in a note, in the label of a line and in the campaign's title."""
    (folder / "returned" / "‹b›tệp lạ.pdf").write_bytes(b"%PDF-1.4")
    template = load_template(folder / "template.xlsx")[0]
    form = next((folder / "forms").glob("11629_*.xlsx"))
    typed = {template.inputs["ct_4_1"]: 3, template.inputs["ct_4_2"]: 0, template.notes["ct_4_2"]: PLANTED}
    (folder / "returned" / form.name).write_bytes(
        fill_form(form.read_bytes(), typed, datetime(2023, 10, 9, tzinfo=UTC))
    )
    plant(folder / "units.xlsx", load_workbook(folder / "units.xlsx").sheetnames[0], "Tên đơn vị")
    read(visitor)
    assert_only_text(visitor)
    plant(folder / "template.xlsx", "Chỉ tiêu", "Nội dung")
    read(visitor)
    assert_only_text(visitor)


def assert_only_text(visitor: Visitor) -> None:
    pages = [
        visitor.get(path).text
        for path in ("/returns", "/settle", "/settle?unit=11629", "/results", "/chase", "/form?type=xa")
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
    assert any("&lt;script&gt;alert" in page for page in pages), "it is shown as it was written"


def test_a_folder_that_is_gone_is_said_in_a_sentence(visitor: Visitor, folder: Path) -> None:
    shutil.rmtree(folder)
    answer = visitor.get("/returns")
    assert answer.status_code == 409
    assert "thư mục không còn" in answer.text


def test_a_template_that_no_longer_works_stops_reading_and_says_where(visitor: Visitor, folder: Path) -> None:
    read(visitor)
    (folder / "template.xlsx").write_bytes(b"PK not a workbook")
    assert visitor.get("/returns").status_code == 200
    visitor.desk.jobs.wait()
    assert visitor.desk.jobs.last is not None
    assert visitor.desk.jobs.last.state is JobState.FAILED
    assert "template.xlsx" in visitor.text("/returns")
    failed = visitor.desk.jobs.last
    visitor.get("/returns/list")
    assert visitor.desk.jobs.last is failed, "what failed is not tried again until something has changed"


def test_each_message_about_a_workbook_leads_to_it(visitor: Visitor, folder: Path) -> None:
    """On the form's page, and on the page of a job that failed because of it."""
    workbook = load_workbook(folder / "units.xlsx")
    sheet = workbook.worksheets[0]
    for row in (6, 8):
        sheet.cell(row, 2).value = None
    workbook.save(folder / "units.xlsx")
    visitor.post("/send/make")
    visitor.desk.jobs.wait()
    # The page of the job says first that it wrote nothing.
    for path, heads in (("/form", 0), ("/send", 1)):
        found = re.findall(r'<li class="error">(.*?)</li>', visitor.get(path).text, re.DOTALL)[heads:]
        assert ['hx-post="/open-file/units"' in message for message in found] == [True, True]


def test_work_that_is_stopped_writes_nothing(visitor: Visitor, folder: Path) -> None:
    job = visitor.desk.start_writing()
    assert job is not None
    job.stop()
    assert job.stopping
    visitor.desk.jobs.wait()
    assert not job.stopping
    assert job.state is JobState.STOPPED
    assert not (folder / "consolidated.xlsx").exists()
    assert "Đã dừng" in visitor.text("/results")


@pytest.mark.slow
def test_reading_that_began_by_itself_gives_way_to_what_was_asked_for(visitor: Visitor, folder: Path) -> None:
    assert visitor.get("/returns").status_code == 200
    first = visitor.desk.jobs.last
    assert visitor.post("/results/make").status_code == 302
    second = visitor.desk.jobs.last
    assert second is not first
    assert visitor.post("/send/make").status_code == 302
    assert "Đang làm việc khác" in visitor.text("/send"), "what was asked for does not give way"
    visitor.desk.jobs.wait()
    assert second is not None
    assert second.state is JobState.DONE
    assert (folder / "consolidated.xlsx").is_file()
    assert not visitor.desk.stale


def test_a_second_program_finds_the_first(
    visitor: Visitor, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from workbook_tools.page.server import serve

    visitor.desk.claim.publish("http://127.0.0.1:4321/?token=x")
    opened: list[str] = []
    serve(folder, open_browser=opened.append)
    assert opened == ["http://127.0.0.1:4321/?token=x"]
    assert main(["app", str(folder), "--no-browser"]) == 0
    assert opened[0] in capsys.readouterr().out


def decided(visitor: Visitor) -> list[tuple[str, object]]:
    """The valid decisions in the workbook, of which none contradicts another: unit and value."""
    visitor.desk.jobs.wait()
    collection = visitor.desk.collection
    assert collection is not None
    found, problems = read_decisions(visitor.desk.folder.decisions, collection.template, collection.roster)
    assert problems == []
    return [(decision.unit, decision.value) for decision in found]


EXTEND = {"kind": "extend-deadline", "unit": "11629", "reason": "bão", "who": "Văn phòng"}


def test_a_second_decision_about_the_same_takes_the_place_of_the_first(visitor: Visitor) -> None:
    """A button pressed twice, in two tabs, or on another day: two rows would contradict each other, and none count."""
    read(visitor)
    for day in ("2026-12-05", "2026-12-05", "2026-12-09"):
        visitor.post("/settle/decide", {**EXTEND, "value": day})
    assert "thay cho nội dung xử lý trước" in visitor.text("/settle")
    visitor.post("/settle/decide", {**EXTEND, "kind": "stop-reminders"})
    assert decided(visitor) == [("11629", date(2026, 12, 9)), ("11629", None)]
    # Typed in Excel: a pair that contradicts each other, of which none counted, gives way as a whole.
    workbook = load_workbook(path := visitor.desk.folder.decisions)
    sheet = workbook.worksheets[0]
    sheet.append([cell.value for cell in sheet[2]])
    workbook.save(path)
    visitor.post("/settle/decide", {**EXTEND, "value": "2026-12-10"})
    assert decided(visitor) == [("11629", date(2026, 12, 10)), ("11629", None)]


@pytest.mark.slow
def test_two_tabs_that_decide_at_once_lose_nothing(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    read(visitor)
    both = threading.Barrier(2)

    def write_late(path: Path, data: bytes) -> None:
        # Were the other one let in meanwhile, it would have read the workbook as it was.
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        write_bytes(path, data)

    monkeypatch.setattr("workbook_tools.outputs.add_decision.write_bytes", write_late)
    app = visitor.client.application
    tabs = []
    for unit in ("11629", "11632"):
        client = app.test_client()
        client.get(f"/?token={TOKEN}", base_url=f"http://{HOST}")
        tab = Visitor(client, visitor.desk, [])
        sent = {**EXTEND, "unit": unit, "value": "2026-12-05"}
        tabs.append(threading.Thread(target=tab.post, args=("/settle/decide", sent)))
        tabs[-1].start()
    for tab in tabs:
        tab.join()
    assert {unit for unit, _day in decided(visitor)} == {"11629", "11632"}


def test_a_decision_taken_while_the_blank_workbook_is_made_stays(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page shows what to decide as soon as the returns are read."""
    visitor.desk.folder.decisions.unlink(missing_ok=True)
    write_guide = blank_decisions._write_guide
    deciding: list[threading.Thread] = []

    def decide_meanwhile(sheet: object) -> None:
        write_guide(sheet)  # type: ignore[arg-type]
        if not deciding:
            desk, collection = visitor.desk, visitor.desk.collection
            decision = Decision(
                DecisionKind.SILENCE,
                Cell(DECISIONS, 1, 1),
                "11629",
                reason="hẹn",
                who="A",
                when=date(2026, 1, 1),
            )
            deciding.append(threading.Thread(target=desk.write_decision, args=(decision, collection)))
            deciding[0].start()
            deciding[0].join(1)

    monkeypatch.setattr(blank_decisions, "_write_guide", decide_meanwhile)
    read(visitor)
    deciding[0].join()
    assert decided(visitor) == [("11629", None)]


def test_no_blank_workbook_takes_the_name_of_one_that_excel_is_saving(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(visitor)
    decisions = visitor.desk.folder.decisions
    aside, collect_campaign = decisions.with_name("1A2B3C4D"), correct.collect_campaign

    def collect_while_excel_saves(*arguments: Any, **more: Any) -> Any:
        collection = collect_campaign(*arguments, **more)
        decisions.rename(aside)
        return collection

    monkeypatch.setattr(correct, "collect_campaign", collect_while_excel_saves)
    read(visitor)
    assert not decisions.exists()
    assert aside.exists()


@pytest.mark.parametrize("name", ["signing.key", "form_versions.json", "passwords.txt", "mail.sqlite3"])
def test_whatever_the_figures_depend_on_is_read_again(visitor: Visitor, folder: Path, name: str) -> None:
    path, aside = folder / name, folder / "aside"
    if not path.exists():
        path.touch()
    shutil.move(path, aside)
    read(visitor)
    assert not visitor.desk.worth_reading
    shutil.move(aside, path)
    assert visitor.desk.worth_reading
    read(visitor)
    assert not visitor.desk.worth_reading


def test_a_folder_that_cannot_be_made_is_named(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *arguments: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Access is denied", str(path))

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    for start in (visitor.desk.start_reading, visitor.desk.start_forms):
        start()
        visitor.desk.jobs.wait()
        job = visitor.desk.jobs.last
        assert job is not None
        assert isinstance(job.error, CannotWrite)


def test_a_decision_goes_where_the_officer_has_moved_the_headings_or_into_a_new_workbook(
    visitor: Visitor, folder: Path
) -> None:
    """Titles above the table, or the workbook deleted while the page is open."""
    read(visitor)
    workbook = load_workbook(folder / "decisions.xlsx")
    workbook.worksheets[0].insert_rows(1, 2)
    workbook.worksheets[0]["A1"] = "Các nội dung đã xử lý"
    workbook.save(folder / "decisions.xlsx")
    visitor.post("/settle/decide", {**EXTEND, "value": "2026-12-05"})
    assert decided(visitor) == [("11629", date(2026, 12, 5))]
    (folder / "decisions.xlsx").unlink()
    visitor.post("/settle/decide", {**EXTEND, "value": "2026-12-07"})
    assert decided(visitor) == [("11629", date(2026, 12, 7))]
    workbook = load_workbook(folder / "decisions.xlsx")
    del workbook[workbook.sheetnames[0]]
    workbook.save(folder / "decisions.xlsx")
    before = (folder / "decisions.xlsx").read_bytes()
    visitor.post("/settle/decide", {**EXTEND, "value": "2026-12-08"})
    assert "Chưa dùng được" in visitor.text("/settle")
    assert (folder / "decisions.xlsx").read_bytes() == before


def test_what_was_typed_is_not_lost_where_a_decision_lacks_something(visitor: Visitor) -> None:
    read(visitor)
    sent = {"key": "unit|11629", "unit": "11629", "kind": "extend-deadline", "reason": "mất điện", "who": "w"}
    visitor.post("/settle/decide", {**sent, "value": "hôm nào đó"})
    assert 'value="mất điện"' in visitor.get("/settle?unit=11629").text
    assert 'value="mất điện"' not in visitor.get("/settle?unit=11629").text


@pytest.mark.slow
def test_a_unit_that_sent_nothing_can_be_decided_about(visitor: Visitor, folder: Path) -> None:
    read(visitor)
    assert visitor.desk.collection is not None
    status = visitor.desk.collection.status
    unit = status[status["outcome"] == "missing"]["unit"].iloc[0]
    assert f"/settle?unit={unit}" in visitor.get("/returns?state=missing").text
    sent = {"unit": unit, "kind": "nothing-to-report", "reason": "không phát sinh", "who": "Văn phòng"}
    assert visitor.post("/settle/decide", sent).status_code == 302
    visitor.desk.jobs.wait()
    status = visitor.desk.collection.status.set_index("unit")
    assert status.at[unit, "outcome"] == "nothing-to-report"
    assert "không phát sinh (Văn phòng" in visitor.text("/settle")


@pytest.mark.slow
def test_a_decision_that_has_no_effect_is_shown(visitor: Visitor, folder: Path) -> None:
    read(visitor)
    sent = {"unit": "11629", "kind": "choose-file", "file": "không có.xlsx", "reason": "r", "who": "w"}
    assert visitor.post("/settle/decide", sent).status_code == 302
    visitor.desk.jobs.wait()
    page = visitor.text("/settle")
    assert "chưa có tác dụng" in page
    assert "không có.xlsx" in page


def test_a_return_called_as_the_office_calls_its_decisions_is_settled_as_any_other(
    visitor: Visitor, folder: Path
) -> None:
    (folder / "returned" / "decisions.xlsx").write_bytes(b"")
    read(visitor)
    assert "Tệp rỗng decisions.xlsx – Tệp rỗng (0 byte)" in visitor.text("/settle?kind=file-empty")
    assert "decisions.xlsx: Tệp rỗng (0 byte)" in visitor.text("/returns")


def test_units_and_problems_are_found_by_state_name_and_kind(visitor: Visitor) -> None:
    read(visitor)
    assert visitor.get("/returns/list?q=AN LÃO").text.count("<tr class=") < 20
    assert "Mầm non An Lão" in visitor.text("/returns?q=mam non an lao")
    everything = visitor.get("/settle").text
    kinds = re.findall(r'<option value="([a-z-]+)">[^<]*\([0-9]+\)', everything)
    assert len(kinds) > 5
    assert visitor.get(f"/settle?kind={kinds[-1]}").text.count('<details class="matter') < 10


def test_the_number_of_units_of_a_state_leads_to_them(visitor: Visitor) -> None:
    read(visitor)
    page = visitor.get("/returns").text
    [(path, count)] = re.findall(r'<a class="tile missing" href="([^"]+)"><b>(\d+)</b>', page)
    assert visitor.get(path).text.count('<tr class="missing">') == int(count) > 0
    assert '<tr class="accepted">' not in visitor.get(path).text


def test_a_search_that_finds_nobody_says_so_and_leads_back(visitor: Visitor) -> None:
    read(visitor)
    page = visitor.get("/returns?q=không có ai").text
    assert "Không có đơn vị nào phù hợp" in page
    assert '<a href="/returns">' in page
    assert "<table" not in page


def test_figures_are_shown_as_people_write_them(visitor: Visitor) -> None:
    """25000 in the cell is understood as 25.000, not as a computer's 25000.0."""
    read(visitor)
    for language, figure in (("vi", "25.000"), ("en", "25,000")):
        visitor.post(f"/language/{language}")
        page = visitor.get("/settle").text
        assert f"<dd>{figure}</dd>" in page
        assert not re.search(r"<dd>\d+\.0</dd>", page)


def test_what_is_not_there_yet_has_no_button(visitor: Visitor, folder: Path) -> None:
    assert "/open-file/workbook" not in visitor.get("/results").text
    visitor.post("/results/make")
    visitor.desk.jobs.wait()
    page = visitor.get("/results").text
    assert "/open-file/workbook" in page
    assert re.search(r"Lập lúc \d\d:\d\d, ", page)


def test_a_workbook_that_is_older_than_the_figures_is_told(visitor: Visitor, folder: Path) -> None:
    """Whether a return came, went or was decided about."""
    told = "trước các thay đổi mới nhất"
    visitor.post("/results/make")
    visitor.desk.jobs.wait()
    assert told not in visitor.text("/results")
    gone = folder / "returned" / "11629_Thi-tran-An-Lao.xlsx"
    data = gone.read_bytes()
    gone.unlink()
    read(visitor)
    assert told in visitor.text("/results")
    gone.write_bytes(data)
    read(visitor)
    assert told not in visitor.text("/results"), "the figures are those of the workbook again"
    (folder / "consolidated.xlsx").write_bytes(b"half of it")
    assert told not in visitor.text("/results")


def test_a_unit_to_decide_about_is_shown_with_its_state_telephone_and_files(visitor: Visitor) -> None:
    read(visitor)
    page = visitor.text("/settle?unit=11635")
    assert "chưa nộp" in page
    assert "0225 000 009" in page
    assert "11629_Thi-tran-An-Lao.xlsx Mở tệp" in visitor.text("/settle?unit=11629")


def test_a_unit_that_is_missing_can_be_decided_about_where_it_is_chased(visitor: Visitor) -> None:
    read(visitor)
    assert 'href="/settle?unit=11635"' in visitor.get("/chase").text


def test_one_is_not_many_in_english(newcomer: Visitor, tmp_path: Path) -> None:
    lay_out_starter(tmp_path / "one", date(2026, 12, 5))
    newcomer.desk.open(tmp_path / "one")
    newcomer.post("/language/en")
    assert "1 unit." in newcomer.text("/form")
    read(newcomer)
    assert "1 unit has not reported." in newcomer.text("/chase")
    newcomer.post("/send/make")
    newcomer.desk.jobs.wait()
    assert "1 form is in the folder" in newcomer.text("/send")


def test_a_unit_that_gets_no_letter_is_named_and_so_is_the_example_unit(
    newcomer: Visitor, tmp_path: Path
) -> None:
    lay_out_starter(tmp_path / "one", date(2026, 12, 5))
    newcomer.desk.open(tmp_path / "one")
    assert "Danh sách vẫn còn đơn vị ví dụ." in newcomer.text("/form")
    newcomer.post("/send/make")
    newcomer.desk.jobs.wait()
    newcomer.post("/mail/form/prepare")
    newcomer.desk.jobs.wait()
    page = newcomer.text("/mail/form")
    assert f"{EXAMPLE_UNIT} · units.xlsx Đơn vị chưa có địa chỉ thư điện tử" in page


def test_a_list_that_has_not_changed_is_not_sent_again(visitor: Visitor) -> None:
    read(visitor)
    (seen,) = re.findall(r'name="seen" value="(\d+)"', visitor.get("/returns").text)
    assert visitor.get(f"/returns/list?seen={seen}").status_code == 204
    visitor.desk.readings += 1
    assert visitor.get(f"/returns/list?seen={seen}").status_code == 200


def test_errors_are_as_many_as_on_the_workbook_s_overview(visitor: Visitor) -> None:
    """Those of files of which nobody knows the unit are among them."""
    visitor.post("/results/make")
    visitor.desk.jobs.wait()
    tiles = re.findall(r'<span class="tile [\w-]+"><b>(\d+)</b> (lỗi|cảnh báo)', visitor.get("/results").text)
    overview = load_workbook(visitor.desk.folder.consolidated)["Tổng quan"]
    cells = {cell.value: cell for row in overview.iter_rows() for cell in row}
    shown = [
        (cells[head].offset(-1).value, name)
        for head, name in (("lỗi phải sửa", "lỗi"), ("cảnh báo", "cảnh báo"))
    ]
    assert [(int(number), name) for number, name in tiles] == [(int(number), name) for number, name in shown]


def test_charts_say_in_words_what_they_draw(visitor: Visitor) -> None:
    read(visitor)
    page = visitor.get("/results").text
    assert " style=" not in page
    charts = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', page)
    assert charts
    assert visitor.desk.collection is not None
    status = visitor.desk.collection.status
    drawn = [sum(map(int, re.findall(r": (\d+)", words))) for words in charts[:-1]]
    assert sum(drawn) == len(status), "each unit is in one bar"
    assert sum(map(int, re.findall(r": (\d+)(?:;|$)", charts[-1]))) == status["received"].notna().sum()


def test_both_languages_are_whole(visitor: Visitor) -> None:
    read(visitor)
    assert visitor.post("/language/en").status_code == 302
    assert "Chase" in visitor.text("/chase")
    assert visitor.post("/language/xx").status_code == 302
    assert visitor.post("/language/vi").status_code == 302
    assert "Đôn đốc" in visitor.text("/chase")


def test_a_tab_says_which_page_it_shows_of_which_campaign(visitor: Visitor, folder: Path) -> None:
    """As taskbars and screen readers do when somebody changes windows."""
    paths = (
        "/form",
        "/send",
        "/returns",
        "/settle",
        "/results",
        "/chase",
        "/mail/form",
        "/choose",
        "/nowhere",
    )
    titles = []
    for path in paths:
        text = visitor.get(path).text
        titles += re.findall("<title>(.*)</title>", text)
        assert titles[-1] == f"{re.findall('<h1>(.*)</h1>', text)[0]} – {folder.name}"
    assert len(set(titles)) == len(paths)


def test_quitting_ends_the_program(visitor: Visitor) -> None:
    assert "Chương trình đã kết thúc" in visitor.post("/quit").text
    assert visitor.ended == [True]


def test_who_quits_while_something_is_being_done_is_asked_first(visitor: Visitor) -> None:
    """Not while the returns are read, which begins by itself."""
    goes_on = threading.Event()

    def send(job: Job) -> None:
        goes_on.wait(60)
        job.progress(1, 2)

    job = visitor.desk.jobs.start(SENDING, send)
    assert job is not None
    assert visitor.post("/quit").location == "/quit"
    assert "” chưa xong. Phần đã ghi hoặc đã gửi được giữ nguyên" in visitor.text("/quit")
    assert visitor.ended == []
    visitor.post("/quit", {"sure": "yes"})
    assert visitor.ended == [True]
    assert job.stopping
    goes_on.set()
    visitor.desk.jobs.wait()
    assert visitor.get("/quit").location == "/", "what has ended meanwhile is no reason to ask"
    visitor.desk.start_reading()
    assert "Chương trình đã kết thúc" in visitor.post("/quit").text


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/settle/decide", 405), ("/mail/nothing", 404)]
)
def test_an_address_that_leads_nowhere_is_said_on_a_page_with_a_way_on(
    visitor: Visitor, path: str, status: int
) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    assert "Không có trang này" in answer.text
    assert "Báo cáo nộp về" in answer.text


def test_a_fault_of_the_program_is_said_to_be_its_own(
    visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.client.application.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setattr("workbook_tools.page.views.form._check_template", lambda language: 1 / 0)
    answer = visitor.get("/form")
    assert answer.status_code == 500
    assert "lỗi của chương trình" in answer.text
    log = RotatingFileHandler(tmp_path / "page.log", delay=True)
    logging.getLogger().addHandler(log)
    try:
        assert str(tmp_path / "page.log") in visitor.get("/form").text, (
            "it says where the file is that it asks for"
        )
    finally:
        logging.getLogger().removeHandler(log)
        log.close()


def test_a_browser_without_the_cookie_is_told_what_to_do_and_nothing_else(
    visitor: Visitor, folder: Path
) -> None:
    answer = visitor.client.application.test_client().get("/form", base_url="http://127.0.0.1:5000")
    assert answer.status_code == 403
    assert "bấm đúp" in answer.text
    assert folder.name not in answer.text


def parts(page: str, unit: str) -> str:
    """The part of the page of what is to be settled that is about a unit."""
    found = re.search(rf'<section class="unit" id="u-{unit}">.*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_what_is_to_be_settled_says_whom_to_call_where_it_stands_and_in_what_it_is_measured(
    visitor: Visitor,
) -> None:
    read(visitor)
    part = parts(visitor.get("/settle").text, "11638")
    assert "Xã Trường Thành – " in re.sub("<[^>]*>", "", part)
    assert visitor.desk.collection is not None
    assert visitor.desk.collection.roster["11638"].phone in part
    assert "Giá trị (đồng)" in part
    assert "(8. Tổng kết, khen thưởng)" in part
    assert re.search(r"trang Báo cáo, ô [A-Z]+\d+", part)


def test_only_ways_that_fit_are_offered(visitor: Visitor) -> None:
    """A report that came late needs neither a decision that there is nothing to report nor an end of reminders."""
    read(visitor)
    late = visitor.get("/settle?kind=late").text.partition('class="unit"')[2]
    assert {*re.findall(r'<option value="([a-z-]+)"', late)} == {
        "accept-warning",
        "extend-deadline",
        "exclude-file",
    }
    assert 'value="nothing-to-report"' not in visitor.get("/settle?unit=11629").text
    assert 'value="nothing-to-report"' in visitor.get("/settle?unit=11635").text, "it has sent nothing"


def test_what_is_to_be_settled_is_found_by_the_unit_s_name(visitor: Visitor) -> None:
    read(visitor)
    page = visitor.get("/settle?q=truong thanh").text
    assert re.findall('id="u-([^"]*)"', page) == ["11638"]
    assert "Không có đơn vị nào phù hợp" in visitor.text("/settle?q=không có ai")


def test_a_decision_is_repeated_and_can_be_taken_back(visitor: Visitor, folder: Path) -> None:
    read(visitor)
    before = (folder / "decisions.xlsx").read_bytes()
    sent = {
        "kind": "set-value",
        "unit": "11629",
        "indicator": "ct_2_1",
        "value": "2000",
        "reason": "r",
        "who": "w",
    }
    visitor.post("/settle/decide", sent)
    page = visitor.get("/settle").text
    assert "Đã ghi: Thị trấn An Lão, Số bài viết trên các báo = 2.000." in page
    [key] = re.findall(r'name="key" value="(\w{64})"', page)
    assert decided(visitor) == [("11629", "2000")]
    visitor.post("/settle/undo", {"key": key})
    assert "Đã hoàn tác" in visitor.text("/settle")
    assert (folder / "decisions.xlsx").read_bytes() == before
    assert decided(visitor) == []


def test_a_decision_is_not_taken_back_once_the_workbook_has_changed(visitor: Visitor, folder: Path) -> None:
    """By another decision, or in Excel."""
    read(visitor)
    visitor.post("/settle/decide", {**EXTEND, "value": "2026-12-05"})
    [key] = re.findall(r'name="key" value="(\w{64})"', visitor.get("/settle").text)
    visitor.post("/settle/decide", {**EXTEND, "unit": "11632", "value": "2026-12-05"})
    for wrong in ("", key):
        visitor.post("/settle/undo", {"key": wrong})
        assert "không hoàn tác được" in visitor.text("/settle")
    assert [unit for unit, _day in decided(visitor)] == ["11629", "11632"]


def test_the_place_in_the_list_stays_though_its_unit_has_gone(visitor: Visitor) -> None:
    read(visitor)
    page = visitor.get("/settle?kind=late").text
    first, second, *_ = re.findall('id="u-([^"]*)"', page)
    [following] = re.findall('name="following" value="([^"]*)"', parts(page, first))
    assert following == second
    sent = {**EXTEND, "unit": first, "value": "2026-12-05", "filter": "late", "following": following}
    answer = visitor.post("/settle/decide", sent)
    assert answer.location.endswith(f"#u-{first}")
    visitor.desk.jobs.wait()
    page = visitor.get(answer.location).text
    assert re.findall('id="u-([^"]*)"', page)[:2] == [first, second]
    assert page.count('<section class="unit"') == 2


def test_totals_stand_under_their_groups(visitor: Visitor) -> None:
    """“Có đủ cơ sở vật chất” alone says nothing."""
    read(visitor)
    page = visitor.get("/results").text
    group = "7. Số Trung tâm HTCD trên địa bàn đã thực hiện theo quy định về các nội dung"
    assert re.search(rf'<th scope="rowgroup"[^>]*>{group}</th></tr>\s*<tr><th scope="row">Có đủ', page)


def test_it_is_said_why_fewer_reports_are_added_up_than_came(visitor: Visitor) -> None:
    """66 units have returned a report, 47 are added up: the schools of a commune are in its figure."""
    read(visitor)
    page = visitor.text("/results")
    assert "66/72 đơn vị đã nộp" in page
    assert "Số báo cáo được cộng có thể ít hơn số đơn vị đã nộp" in page


def test_a_late_report_is_said_to_be_late_in_the_list(visitor: Visitor) -> None:
    read(visitor)
    late = next(
        row
        for row in re.findall(r"<tr class=.*?</tr>", visitor.get("/returns").text)
        if "THCS Quốc Tuấn" in row
    )
    assert re.search(r"15/10/2023 .*trễ \d ngày", late)


def test_the_preview_has_the_colours_and_borders_of_the_form(visitor: Visitor, folder: Path) -> None:
    """Cells to fill in are yellow only where they are on the form, and the letterhead has no grid."""
    sheet = load_workbook(next((folder / "forms").glob("11629_*.xlsx")))["Báo cáo"]
    page = visitor.get("/form?type=xa").text
    table = page.partition('<div class="paper">')[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>", table)
    yellow = [cell for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "00FFF8DC"]
    assert sum('bgcolor="#FFF8DC"' in cell for cell in cells) == len(yellow) > 0
    letterhead = re.search(r"<td([^>]*)>[^<]*<?[^<]*CỘNG HÒA XÃ HỘI", table)
    assert letterhead is not None
    assert "top" not in letterhead[1]
    assert any("top right bottom left" in cell for cell in cells)
    assert 'height="320"' in table, "a box for texts is as high as on the form: 240 points"


def test_a_trial_form_opens_and_counts_nowhere(
    visitor: Visitor, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("workbook_tools.page.views.form.open_on_desktop", opened.append)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *names, **options: tmp_path / "cache")
    before = {*folder.rglob("*")}
    assert 'hx-post="/form/trial/xa"' in visitor.get("/form?type=xa").text
    assert visitor.post("/form/trial/xa").status_code == 204
    [path] = opened
    assert load_workbook(path)["Báo cáo"].protection.sheet
    assert {*folder.rglob("*")} == before
    shutil.copy(path, folder / "returned" / path.name)
    read(visitor)
    assert f"{path.name} – Mã xác thực của biểu không khớp" in visitor.text("/settle")
    assert visitor.post("/form/trial/nothing").status_code == 404
