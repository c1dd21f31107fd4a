"""A form that goes back to be mended: the unit's own, with what it sent; signed with its round; marked until it is mended."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from collecting import outcomes
from filled_campaign import to_cells
from libreoffice import calculate, fill_many, requires_libreoffice
from mailing import SAVED, SENT, blank, lay_out, read, retype, send
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import load_workbook
from package_audit import audit, find_unopenable
from programs import requires_gnumeric, save_with_gnumeric

from workbook_tools.errors import CannotRead
from workbook_tools.followup.requests import word_request
from workbook_tools.forms.fill import fill_form
from workbook_tools.forms.form_marks import CORRECTION_SHEET, DONE, OPEN, STILL_WRONG
from workbook_tools.forms.form_name import form_name
from workbook_tools.model import Indicator, Kind
from workbook_tools.problems import Severity, problem
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.correct import correct

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection


@pytest.fixture
def campaign(tmp_path: Path) -> CampaignFolder[Path]:
    made = lay_out(tmp_path / "đợt báo cáo")
    for unit, typed in SENT.items():
        send(made, unit, blank(made, unit), typed, SAVED)
    return made


def answers(collection: Collection, unit: str) -> dict[str, tuple[str, str]]:
    frame = collection.answers[collection.answers["unit"] == unit]
    return {
        code: (raw, note)
        for code, raw, note in zip(frame["indicator"], frame["raw"], frame["note"], strict=True)
    }


def codes(collection: Collection, unit: str) -> set[str]:
    return {p.code for p in collection.problems if p.place.unit == unit}


def test_only_units_with_errors_are_asked_each_with_what_it_sent(campaign) -> None:
    corrected = correct(campaign)
    assert [(a.unit, a.round, a.path.name) for a in corrected.asked] == [
        ("x1", 2, "x1_Xa-Mot_lan-2.xlsx"),
        ("x2", 2, "x2_Xa-Hai_lan-2.xlsx"),
    ]
    sheet = load_workbook(corrected.asked[0].path)["Biểu"]
    assert {ref: sheet[ref].value for ref in SENT["x1"]} == SENT["x1"]
    assert sheet["B12"].data_type == "s"
    (letter, _) = corrected.prepared.letters
    assert letter.attachments[0].data == corrected.asked[0].path.read_bytes()
    assert "khoảng 20" in letter.body
    assert "(nộp lần 2)" in letter.subject


def test_a_report_with_a_password_that_the_office_knows_is_asked_about_like_any_other(campaign) -> None:
    locked = next(path for path in campaign.returned.iterdir() if path.name.startswith("x1"))
    data = io.BytesIO()
    OOXMLFile(io.BytesIO(locked.read_bytes())).encrypt("bí mật", data)
    locked.write_bytes(data.getvalue())
    assert [asked.unit for asked in correct(campaign).asked] == ["x2"]
    campaign.passwords.write_text("khác\nbí mật\n", encoding="utf-8")
    asked = correct(campaign).asked
    assert [one.unit for one in asked] == ["x1", "x2"]
    assert load_workbook(asked[0].path)["Biểu"]["B5"].value == SENT["x1"]["B5"]


@pytest.mark.parametrize("change", ["renamed", "replaced"])
def test_returns_that_changed_since_they_were_collected_are_not_asked_about(campaign, change: str) -> None:
    """What is asked would not be about what the form that goes back holds."""
    collection = read(campaign)
    first, second = (
        next(path for path in campaign.returned.iterdir() if path.name.startswith(unit))
        for unit in ("x1", "x2")
    )
    if change == "renamed":
        first.rename(first.with_name("mới.xlsx"))
    else:
        first.write_bytes(second.read_bytes())
    with pytest.raises(CannotRead) as caught:
        correct(campaign, collection=collection)
    assert caught.value.path == campaign.returned
    assert not campaign.corrections.exists()


def test_the_questions_stand_on_a_sheet_of_their_own_with_links(campaign, tmp_path: Path) -> None:
    (first, _) = correct(campaign).asked
    sheet = load_workbook(first.path)[CORRECTION_SHEET]
    rows = {row[3].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=4)}
    assert rows["B5"][4:6] == ["khoảng 20", "Chưa xác định được"]
    assert sheet["D4"].hyperlink.location == "'Biểu'!B5"
    assert "NỘP LẦN 2" in sheet["A1"].value
    assert audit(first.path, tmp_path) == []


def test_any_program_can_open_what_goes_back(campaign) -> None:
    for asked in correct(campaign).asked:
        assert find_unopenable(asked.path.read_bytes()) == []


def test_a_second_run_gives_the_same_bytes(campaign) -> None:
    before = {asked.path: asked.path.read_bytes() for asked in correct(campaign).asked}
    assert {asked.path: asked.path.read_bytes() for asked in correct(campaign).asked} == before


def test_returned_unchanged_it_counts_as_not_mended_and_nothing_is_lost(campaign) -> None:
    before = read(campaign)
    (first, _) = correct(campaign).asked
    (campaign.returned / "lần 2.xlsx").write_bytes(first.path.read_bytes())
    after = read(campaign)
    assert outcomes(after)["lần 2.xlsx"] == "accepted-with-warnings"
    assert "correction-unchanged" in codes(after, "x1")
    assert answers(after, "x1") == answers(before, "x1")
    again = correct(campaign)
    assert again.unchanged == ["x1"]
    assert again.asked[0].round == 3
    assert not first.path.exists()


def test_an_answer_beside_its_question_is_told_as_not_read(campaign) -> None:
    (first, _) = correct(campaign).asked
    (campaign.returned / "lần 2.xlsx").write_bytes(first.path.read_bytes())
    told = {"sheet-added", "entry-outside"}
    assert told.isdisjoint(codes(read(campaign), "x1"))
    book = load_workbook(first.path)
    book[CORRECTION_SHEET]["J4"] = 25
    book[CORRECTION_SHEET]["I5"] = "20 bài"
    book[CORRECTION_SHEET]["C30"] = "Đã kiểm tra"
    book.save(campaign.returned / "lần 2.xlsx")
    problems = [p for p in read(campaign).problems if p.code in told]
    assert {(p.place.sheet, p.place.cell, p.params["value"]) for p in problems} == {
        (CORRECTION_SHEET, cell, value)
        for cell, value in (("J4", "25"), ("I5", "20 bài"), ("C30", "Đã kiểm tra"))
    }


def test_a_later_round_counts_whatever_the_clock_of_the_computer_says(campaign) -> None:
    (first, _) = correct(campaign).asked
    mended = retype(
        first.path.read_bytes(), {"B5": 20, "D6": 40, "B7": 500_000}, datetime(2023, 10, 1, tzinfo=UTC)
    )
    (campaign.returned / "a.xlsx").write_bytes(mended)
    collection = read(campaign)
    assert outcomes(collection)["x1.xlsx"] == "superseded"
    assert answers(collection, "x1")["ct_1"] == ("20", "Ước")
    differing = {p.place.indicator for p in collection.problems if p.code == "differs-from-other"}
    assert {"ct_1", "ct_3"} <= differing
    assert "correction-unchanged" not in codes(collection, "x1")


def test_a_round_that_somebody_wrote_is_noticed(campaign) -> None:
    (first, _) = correct(campaign).asked
    data = first.path.read_bytes()
    (campaign.returned / "giả.xlsx").write_bytes(retype(data, {}, ids=("/lan2", "/lan9")))
    (campaign.returned / "lần đầu.xlsx").write_bytes(retype(data, {}, ids=("/lan2", "")))
    collection = read(campaign)
    assert outcomes(collection)["giả.xlsx"] == "rejected"
    assert outcomes(collection)["lần đầu.xlsx"] == "rejected"
    assert outcomes(collection)["x1.xlsx"].startswith("accepted")


def test_nothing_to_mend_leaves_no_form_behind(campaign) -> None:
    asked = correct(campaign).asked
    for unit in ("x1", "x2"):
        send(campaign, unit, blank(campaign, unit), SENT["t1"] | {"B11": 1}, SAVED)
    mine = campaign.corrections / "ghi chú.xlsx"
    mine.write_bytes(b"")
    assert correct(campaign).asked == ()
    assert not any(a.path.exists() for a in asked)
    assert mine.exists()


def test_a_form_under_a_unit_s_former_name_does_not_stay(campaign) -> None:
    correct(campaign)
    former, own = campaign.corrections / "x1_Ten-cu_lan-2.xlsx", campaign.corrections / "x1_Ten-cu.xlsx"
    for path in (former, own):
        path.write_bytes(b"PK")
    kept = {asked.path for asked in correct(campaign).asked}
    assert {*campaign.corrections.iterdir()} == {*kept, own}


def test_of_a_return_in_a_mail_with_rows_inserted_the_values_find_their_cells(campaign) -> None:
    workbook = load_workbook(campaign.returned / "x1.xlsx")
    sheet = workbook["Biểu"]
    sheet.insert_rows(4)
    sheet.title = "Trang của tôi"
    workbook.save(campaign.returned / "x1.xlsx")
    (first, _) = correct(campaign).asked
    assert load_workbook(first.path)["Biểu"]["B5"].value == "khoảng 20"


@requires_libreoffice
@pytest.mark.slow
def test_what_is_on_file_is_what_a_program_calculates(campaign) -> None:
    paths = [asked.path for asked in correct(campaign).asked]
    for path, said in zip(paths, calculate(paths), strict=True):
        book = load_workbook(path, data_only=True)
        for name in ("Biểu", CORRECTION_SHEET):
            cells = (cell for row in book[name].iter_rows() for cell in row)
            assert {cell.coordinate: cell.value for cell in cells if cell.value not in (None, "")} == said[
                name
            ]


@requires_libreoffice
def test_mended_in_libreoffice_the_marks_clear_and_it_is_taken(campaign, tmp_path: Path) -> None:
    (first, second) = correct(campaign).asked
    targets = [campaign.returned / "x1 lần 2.xlsx", campaign.returned / "x2 lần 2.ods"]
    typed = [{("Biểu", "D6"): 40.0}, {("Biểu", "B8"): "Trực tiếp"}]
    fill_many([(first.path, typed[0], targets[0]), (second.path, typed[1], targets[1])])
    collection = read(campaign)
    assert all(outcomes(collection)[target.name].startswith("accepted") for target in targets)
    assert answers(collection, "x1")["ct_2b"][0] == "40"
    assert answers(collection, "x2")["ct_4"][0] == "Trực tiếp"
    sheets = load_workbook(targets[0], data_only=True)
    states = {row[3].value: row[8].value for row in sheets[CORRECTION_SHEET].iter_rows(min_row=4)}
    assert states == {"B5": OPEN, "B6; D6": DONE}
    assert sheets["Biểu"]["F5"].value.startswith("Lỗi")
    assert not (sheets["Biểu"]["F6"].value)


@requires_libreoffice
def test_a_cell_that_is_changed_and_still_wrong_does_not_count_as_mended(campaign, tmp_path: Path) -> None:
    (first, _) = correct(campaign).asked
    fill_many([(first.path, {("Biểu", "B5"): 500.0, ("Biểu", "B6"): 3.0}, tmp_path / "a.xlsx")])
    sheet = load_workbook(tmp_path / "a.xlsx", data_only=True)[CORRECTION_SHEET]
    states = {row[3].value: row[8].value for row in sheet.iter_rows(min_row=4)}
    assert states == {"B5": STILL_WRONG, "B6; D6": STILL_WRONG}


def test_lines_are_named_with_their_group_and_all_their_cells(campaign) -> None:
    corrected = correct(campaign)
    sheet = load_workbook(corrected.asked[0].path)[CORRECTION_SHEET]
    assert sheet["C5"].value == "Số lớp (mục “Nhóm 1”)"
    assert "Số lớp (mục “Nhóm 1”, ô B6; D6)." in corrected.prepared.letters[0].body


def test_the_name_of_a_form_that_goes_back_is_that_of_the_form(campaign) -> None:
    corrected = correct(campaign)
    unit = corrected.prepared.roster["x1"]
    assert corrected.asked[0].path.stem == form_name(unit).removesuffix(".xlsx") + "_lan-2"


AMISS = {"count": "khoảng 20", "date": "ngày rằm", "choice": "Chọn bừa"}


@pytest.fixture(scope="module")
def second_office(second: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = CampaignFolder(tmp_path_factory.mktemp("second"))
    made.returned.mkdir(parents=True)
    second.copy_to(made.root)
    given = second.invent_answers(8)
    for number, (unit, answers) in enumerate(list(given.items())[:4]):
        typed: dict[str, object] = dict(answers)
        for position, code in enumerate(second.template.indicators):
            kind = str(second.template.indicators[code].kind)
            if code in typed and kind in AMISS and (kind != "count" or position % 7 == number):
                typed[code] = AMISS[kind]
        form = fill_form(second.forms[unit].read_bytes(), to_cells(second, typed), SAVED)
        (made.returned / f"{unit}.xlsx").write_bytes(form)
    workbook = load_workbook(made.returned / "mn-hoa-mai.xlsx")
    for sheet in workbook.worksheets[:2]:
        sheet.insert_rows(9, 2)
    workbook.save(made.returned / "mn-hoa-mai.xlsx")
    return made.root


class TestSeveralSheets:
    """The second template: two form sheets, a matrix with several answers a row, dates and choices."""

    @pytest.fixture
    def office(self, second_office: Path, tmp_path: Path) -> CampaignFolder[Path]:
        return CampaignFolder(shutil.copytree(second_office, tmp_path / "đợt hai"))

    def raw(self, office: CampaignFolder[Path]) -> dict[tuple[str, str], str]:
        frame = read(office).answers
        return {
            (unit, code): raw
            for unit, code, raw in zip(frame["unit"], frame["indicator"], frame["raw"], strict=True)
        }

    @pytest.mark.slow
    def test_every_value_finds_its_cell_again_rows_inserted_or_not(self, office, tmp_path: Path) -> None:
        before = self.raw(office)
        asked = correct(office).asked
        assert {one.unit for one in asked} >= {"mn-hoa-mai", "th-minh-tan"}
        assert audit(asked[0].path, tmp_path) == []
        for one in asked:
            assert find_unopenable(one.path.read_bytes()) == []
            shutil.copyfile(one.path, office.returned / one.path.name)
        assert self.raw(office) == before
        assert set(correct(office).unchanged) == {one.unit for one in asked}

    def test_each_place_names_its_sheet(self, office) -> None:
        corrected = correct(office)
        one = next(asked for asked in corrected.asked if asked.unit == "th-minh-tan")
        sheet = load_workbook(one.path)[CORRECTION_SHEET]
        places = {sheet.cell(row, 4).value for row in range(4, sheet.max_row + 1)}
        assert {"Biểu 1 Quy mô: C11", "Biểu 2 Cơ sở vật chất: B23"} <= places
        assert sheet["D4"].hyperlink.location == "'Biểu 1 Quy mô'!C11"
        letter = next(one for one in corrected.prepared.letters if one.unit == "th-minh-tan")
        assert "trang “Biểu 1 Quy mô”, ô C11)" in letter.body

    @requires_libreoffice
    @requires_gnumeric
    def test_mended_in_libreoffice_and_saved_again_by_gnumeric(self, office, tmp_path: Path) -> None:
        one = next(asked for asked in correct(office).asked if asked.unit == "th-minh-tan")
        target = tmp_path / "sửa.xlsx"
        fill_many([(one.path, {("Biểu 2 Cơ sở vật chất", "C9"): 3.0}, target)])
        save_with_gnumeric([(target, office.returned / "lần 2.xlsx")])
        before = self.raw(office)
        assert outcomes(read(office))["lần 2.xlsx"].startswith("accepted")
        sheets = load_workbook(target, data_only=True)
        states = {row[3].value: row[8].value for row in sheets[CORRECTION_SHEET].iter_rows(min_row=4)}
        assert states.pop("Biểu 2 Cơ sở vật chất: C9") == DONE
        assert set(states.values()) == {OPEN}
        code = next(
            code
            for code, cell in read(office).template.inputs.items()
            if (cell.sheet, cell.ref) == ("Biểu 2 Cơ sở vật chất", "C9")
        )
        assert before["th-minh-tan", code] == "3"


@pytest.mark.parametrize(
    ("code", "kind", "measure", "asked"),
    [
        ("answer-missing", Kind.COUNT, "bài", "Điền số liệu; không phát sinh thì ghi 0"),
        ("answer-missing", Kind.CHOICE, "", "Chọn một mục"),
        ("answer-missing", Kind.CHOICES, "", "cách nhau bằng dấu chấm phẩy: Có; Không."),
        ("answer-missing", Kind.DATE, "", "Điền ngày theo dạng ngày/tháng/năm"),
        ("answer-missing", Kind.TEXT, "", "Điền nội dung"),
        ("cell-error", Kind.TEXT, "", "Ghi lại nội dung"),
        ("number-in-doubt", Kind.COUNT, "bài", "một số nguyên"),
        ("number-in-doubt", Kind.DECIMAL, "ha", "một số, không kèm chữ (ví dụ 12,5)"),
        ("number-in-doubt", Kind.MONEY, "triệu đồng", "một số, không kèm chữ (ví dụ 12,5)"),
        ("number-in-doubt", Kind.PERCENT, "%", "gõ cả dấu % (ví dụ 87,5%)"),
        ("choice-unknown", Kind.CHOICES, "", "một hoặc nhiều mục"),
    ],
)
def test_what_is_asked_fits_the_kind_of_answer(code, kind, measure, asked) -> None:
    """0 and KCSL are no answers to a question of yes or no, nor is a whole number one to a line of hectares."""
    line = Indicator("ct_1", "Nhóm", "Dòng", measure, kind, options=("Có", "Không"))
    said = word_request(problem(code), line, has_remark=True)
    assert asked in said
    assert ("KCSL" in said) == kind.numeric


@pytest.mark.parametrize("code", ["outlier", "answer-wanted", "rule-broken"])
def test_a_reason_goes_into_the_reply_where_the_form_has_no_remarks(code) -> None:
    line = Indicator("ct_1", "Nhóm", "Dòng", "bài", Kind.COUNT)
    warned = problem(code, severity=Severity.WARNING)
    assert "vào cột Ghi chú" in word_request(warned, line, has_remark=True)
    reply = word_request(warned, line, has_remark=False)
    assert "khi gửi lại" in reply
    assert "Ghi chú" not in reply
