"""An answer is read plainly, repaired and listed, or in doubt and not counted; the table value_cases.csv says which."""

from __future__ import annotations

import os
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_cases import DOCUMENT, describe, parse_stored, read_cases, render_document

from workbook_tools.answers.doubts import REASONS
from workbook_tools.answers.parse import Reading, parse_value
from workbook_tools.excel import Cell
from workbook_tools.model import Indicator, Kind, RawAnswer, State
from workbook_tools.problems import CATALOGUE, Severity
from workbook_tools.text.clean import clean_text
from workbook_tools.text.legacy_fonts import TCVN3, VNI, LegacyFont, decode_legacy

CASES = read_cases()
COUNT = Indicator("ct_1", "Nhóm", "Số lượt", "lượt", Kind.COUNT)
MONEY = Indicator("ct_2", "Nhóm", "Kinh phí", "đồng", Kind.MONEY)
TEXT = Indicator("ct_3", "Nhóm", "Kế hoạch", "", Kind.TEXT)
WHOLE = st.integers(0, 10**12)
TRICKY = st.text(st.sampled_from("0123456789.,  -–/%đkxtrệu lượtKCSL\n\xa0\u202f１٣²½'+()>~e"), max_size=14)
ANYTHING = st.text(max_size=40) | TRICKY


def typed(indicator: Indicator, text: str) -> Reading:
    return parse_value(indicator, RawAnswer(indicator.code, Cell("Biểu", 6, 4), text, text))


def test_the_table() -> None:
    """What the table says of every case."""
    found = {case: describe(parse_value(case.indicator, case.answer)) for case in CASES}
    assert [
        (case.kind, case.stored, is_read)
        for case, is_read in found.items()
        if is_read != (case.outcome, case.value, case.problem)
    ] == []


def test_every_problem_can_be_told() -> None:
    """Message and remedy have all their parameters, and quote what stood in the cell."""
    for case in CASES:
        for found in parse_value(case.indicator, case.answer).problems:
            assert found.code in CATALOGUE, case
            assert "…" not in found.message("en") + found.remedy("en"), case
            assert found.severity is CATALOGUE[found.code].severity, case
            assert "{" not in found.message("en"), case


def test_every_reason_for_doubt_has_a_case() -> None:
    readings = [parse_value(case.indicator, case.answer) for case in CASES]
    assert {p.params["reason"] for r in readings for p in r.problems if "reason" in p.params} == set(REASONS)


def test_the_document_is_the_table() -> None:
    """docs/values.md shows every case; with UPDATE_DOCS=1 it is written anew."""
    rendered = render_document(CASES)
    if os.environ.get("UPDATE_DOCS"):
        DOCUMENT.write_text(rendered, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == rendered


@pytest.mark.parametrize(
    ("serial", "shown"),
    [(0.354166666666667, "8:30"), (0.75, "18:00"), (0.9999, "23:59"), (1.104166666666667, "26:30")],
)
def test_a_time_of_day_in_a_line_of_texts(serial: float, shown: str) -> None:
    answer = RawAnswer("ct_3", Cell("Biểu", 6, 4), str(serial), serial, is_date=True)
    assert parse_value(TEXT, answer) == Reading(State.ANSWERED, shown)


@given(WHOLE)
def test_a_number_reads_back_exactly(number: int) -> None:
    answer = RawAnswer("ct_1", Cell("Biểu", 6, 4), str(number), float(number))
    assert parse_value(COUNT, answer) == Reading(State.ANSWERED, float(number))


@given(WHOLE, st.sampled_from([".", " ", "\xa0", "\u202f"]), st.sampled_from(["", " lượt", "lượt", " luot"]))
def test_grouped_thousands_read_back_exactly(number: int, sign: str, unit: str) -> None:
    """As text, with dots or blanks between groups of three, with the line's own unit or without."""
    reading = typed(COUNT, f"{number:,}".replace(",", sign) + unit)
    assert (reading.state, reading.value) == (State.ANSWERED, float(number))
    assert [p.code for p in reading.problems] == ["value-repaired"]


def test_how_a_grouped_number_was_read_is_not_said_in_the_same_signs() -> None:
    [told] = typed(COUNT, "1.250").problems
    assert told.message("vi") == "“1.250” được hiểu là 1250."
    [told] = typed(COUNT, "1250 lượt").problems
    assert told.message("vi") == "“1250 lượt” được hiểu là 1.250."


@given(st.integers(1, 999), st.integers(0, 999))
def test_one_comma_before_three_digits_is_never_read(whole: int, rest: int) -> None:
    assert typed(COUNT, f"{whole},{rest:03}").state is State.IN_DOUBT


@given(
    WHOLE,
    st.sampled_from(".,"),
    st.text("0123456789", min_size=1, max_size=6).filter(lambda digits: len(digits) != 3),
)
def test_a_group_that_is_not_of_three_is_never_read(whole: int, sign: str, rest: str) -> None:
    assert typed(COUNT, f"{whole}{sign}{rest}").state is State.IN_DOUBT


@given(st.integers(1, 999), st.integers(0, 99), st.sampled_from(",."))
def test_millions_may_have_decimals_in_money(whole: int, hundredths: int, sign: str) -> None:
    assert typed(MONEY, f"{whole}{sign}{hundredths:02} triệu").value == whole * 10**6 + hundredths * 10**4


@given(st.sampled_from([COUNT, MONEY]), ANYTHING)
def test_whatever_is_typed_is_read_once_or_asked_about(indicator: Indicator, text: str) -> None:
    """No text breaks the reading; what counts is a whole figure and listed as a repair, what does not has an error."""
    reading = typed(indicator, text)
    codes = [p.code for p in reading.problems]
    if reading.state is State.ANSWERED:
        assert codes == ["value-repaired"]
        assert isinstance(reading.value, float)
        assert reading.value.is_integer()
        assert reading.value >= 0
    else:
        assert reading.value is None
    if reading.state is State.IN_DOUBT:
        assert [p.severity for p in reading.problems] == [Severity.ERROR]


@given(ANYTHING)
def test_a_count_is_made_of_its_own_digits(text: str) -> None:
    """Nothing is added, left out or multiplied: the digits read are the digits typed, zeros as decimals aside."""
    reading = typed(COUNT, text)
    if reading.value is None:
        return
    typed_digits = "".join(c for c in text.translate({0xFF11: "1"}) if c in "0123456789")
    read = f"{reading.value:.0f}"
    assert typed_digits.lstrip("0") in ({"", read} if read == "0" else {read, f"{read}0", f"{read}00"})


@given(st.text(max_size=60))
def test_a_text_is_kept_in_one_form(text: str) -> None:
    """Composed, without outer blanks, and fit to be written to a workbook; reading it again changes nothing."""
    value = typed(TEXT, text).value or ""
    assert isinstance(value, str)
    assert value == unicodedata.normalize("NFC", value).strip()
    assert not any(unicodedata.category(c) in ("Cs", "Cc") and c not in "\t\n" for c in value)
    assert clean_text(value) == value


def test_an_entry_far_too_long_is_asked_about() -> None:
    """Python refuses to make a number of thousands of digits; a unit that pasted them is asked like any other."""
    for text in ("9" * 50_000, "hơn " * 20_000, "1.000" * 20_000, "-1" + " ." * 30_000, "0" * 20_000):
        assert typed(COUNT, text).state is State.IN_DOUBT


def test_a_long_answer_is_quoted_by_its_beginning() -> None:
    [found] = typed(COUNT, "rất nhiều\nđại biểu " * 50).problems
    assert found.message("en").startswith("“rất nhiều đại biểu rất nhiều đại biểu")
    assert len(found.message("en")) < 200


def test_a_text_longer_than_a_cell_of_excel_is_kept_whole() -> None:
    reading = typed(TEXT, "a" * 32_768)
    assert reading.value == "a" * 32_768
    assert [p.code for p in reading.problems] == ["text-too-long"]


def test_below_nought_is_read_where_the_line_allows_it() -> None:
    line = Indicator("ct_1", "Nhóm", "Chênh lệch", "lượt", Kind.COUNT, minimum=-10)
    assert parse_value(line, parse_stored("number -5")) == Reading(State.ANSWERED, -5.0)


def test_a_figure_outside_its_bounds_is_kept() -> None:
    """Its bounds are checked with all answers together, so that it is told once."""
    line = Indicator("ct_1", "Nhóm", "Số lớp", "lớp", Kind.COUNT, minimum=1, maximum=10)
    assert parse_value(line, parse_stored("number 11")) == Reading(State.ANSWERED, 11.0)


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_a_day_reads_back_in_every_form(day: date) -> None:
    line = Indicator("ct_1", "Nhóm", "Ngày", "", Kind.DATE)
    assert parse_value(line, parse_stored(f"date {day}")) == Reading(State.ANSWERED, day)
    slashed, worded = f"{day.day}/{day.month}/{day.year}", f"ngày {day.day} tháng {day.month} năm {day.year}"
    assert [typed(line, text).value for text in (slashed, worded, day.isoformat())] == [day, day, day]


@pytest.mark.parametrize("serial", [-1.0, 0.0, 0.5, 60.0, 2958466.0, 1e300, float("nan"), float("inf")])
def test_a_serial_number_of_no_day_is_in_doubt(serial: float) -> None:
    """Below 61 the programs disagree about the day (Excel has a 29/02/1900); above 2958465 there is none."""
    answer = RawAnswer("ct_1", Cell("Biểu", 6, 4), str(serial), serial, is_date=True)
    assert parse_value(Indicator("ct_1", "Nhóm", "Ngày", "", Kind.DATE), answer).state is State.IN_DOUBT
    assert parse_value(COUNT, answer).state is State.IN_DOUBT


SENTENCES = (
    "Tổ chức lễ khai mạc Tuần lễ hưởng ứng học tập suốt đời năm 2023",
    "Đẩy mạnh chuyển đổi số; nâng cao năng lực tự học trong kỷ nguyên số.",
    "Cán bộ, công chức, viên chức và người lao động đã tham gia đầy đủ",
    "Trung tâm học tập cộng đồng phối hợp với thư viện xã mở 02 lớp tin học",
    "- Kinh phí còn hạn chế, máy tính chưa đủ; giáo viên ít được bồi dưỡng",
    "Các trường mầm non, tiểu học, THCS trên địa bàn huyện",
    "Quỹ khuyến học tặng quà học sinh nghèo vượt khó, quyển sách, xe đạp",
)


def _encode(text: str, font: LegacyFont) -> str:
    places = {letter: place for place, letter in font.letters.items()}
    return "".join(places.get(c, places.get(c.lower(), c)) for c in text)


@pytest.mark.parametrize("font", [TCVN3, VNI], ids=["TCVN3", "VNI"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_comes_back_from_an_old_font(sentence: str, font: LegacyFont) -> None:
    """Capitals with a tone are drawn by a TCVN3 font of capitals; within a word in small letters they cannot be told."""
    stored = _encode(sentence, font)
    decoded = decode_legacy(stored)
    assert decoded is not None
    assert decoded.casefold() == sentence.casefold()
    assert typed(TEXT, stored).problems[0].code == "text-decoded"


@pytest.mark.parametrize(
    "text",
    [
        *SENTENCES,
        "là và có không ai cá",
        "khôg có (viết sai)",
        "L'été dernier, à l'école, où il était né, près d'un café très agréable",
        "Voilà, même côté: forêt, hôtel, bête, tôt, thé, naïf, Noël, Thaï, où",
        "Straße über München, Größe, schön",
        "El niño y la señora, mañana, ¿qué? ¡Más!",
        "Não há informação: são três ações",
        "Malmö, Ångström, smörgåsbord, blåbær, København",
        "© 2023 Microsoft®, § 5, «ghi», 12 m², 20 °C, 5 µm, 10 µg/l, ±2, 3×4, ¼, ½",
    ],
)
def test_a_text_in_unicode_is_never_converted(text: str) -> None:
    assert decode_legacy(text) is None
    assert decode_legacy(unicodedata.normalize("NFC", text).upper()) is None


def test_both_tables_hold_every_letter() -> None:
    """Each of the 67 small letters with marks has a place; TCVN 5712 and VNI agree on what they draw."""
    plain = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
    assert len(set(plain)) == 67
    for font in (TCVN3, VNI):
        assert set(plain) <= set(font.letters.values())
        assert len(set(font.letters.values())) == len(font.letters)


def test_of_a_figure_that_its_cell_does_not_show_nothing_is_quoted_as_shown() -> None:
    answer = RawAnswer("ct_1", Cell("Biểu", 6, 4), "15", 15.0, shown=" ")
    [told] = parse_value(COUNT, answer).problems
    assert (told.code, told.params["read"], told.params["value"]) == ("shown-otherwise", "–", "15")
