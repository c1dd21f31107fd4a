"""What people do to a form: a moved row or column never gives a wrong number; what cannot be found is said."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from drawn_form import draw
from openpyxl import Workbook, load_workbook
from sheets import write_template, write_units

from workbook_tools.excel import Cell, parse_ref
from workbook_tools.forms import form_marks
from workbook_tools.forms.fill import fill_form
from workbook_tools.forms.form_id import read_key
from workbook_tools.problems import Severity
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.read import Hints, is_filled, read_return
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.usecases.generate import generate

TYPED = {
    "B5": 3,
    "B6": 2,
    "D6": 40,
    "B7": 5_000_000,
    "B8": "Trực tiếp",
    "B11": 1,
    "B12": "Tốt",
    "E6": "hai lớp",
}
READ = {"ct_1": 3, "ct_2a": 2, "ct_2b": 40, "ct_3": 5_000_000, "ct_4": "Trực tiếp", "ct_7": 1, "ct_8": "Tốt"}


LEGACY = {
    "Số bài viết": "Sè bµi viÕt",
    "Số lớp, số lượt người": "Sè líp, sè l­ît ng­êi",
    "Kinh phí": "Kinh phÝ",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    template = write_template(folder / "t.xlsx")
    forms = {
        f.unit: f.path.read_bytes()
        for f in generate(template, write_units(folder / "u.xlsx"), folder / "forms").forms
    }
    return load_template(template)[0], read_key(folder / "signing.key"), forms


@pytest.fixture(scope="module")
def changed(office, tmp_path_factory):
    """The template since the forms went out: another line was reworded, so it has another version; and the roster."""
    folder = tmp_path_factory.mktemp("changed")

    def reword(tables):
        tables["Biểu"][7][0] = tables["Chỉ tiêu"][5][2] = "Cách làm"

    template = write_template(folder / "t.xlsx", reword)
    loaded = load_template(template)[0]
    assert not loaded.made(office[0].version)
    return loaded, load_roster(write_units(folder / "u.xlsx"), loaded)[0]


@pytest.fixture
def read(office, request):
    """Fill the form, let somebody change the workbook, and read what comes back."""
    template, key, forms = office
    changed_template, roster = request.getfixturevalue("changed")

    def read_changed(change=None, *, unit="x1", key=key, all_problems=False, older=False):
        cells = {Cell("Biểu", *parse_ref(ref)): value for ref, value in TYPED.items()}
        data = fill_form(forms[unit], cells, datetime(2023, 10, 9, tzinfo=UTC))
        if change is not None:
            workbook = load_workbook(io.BytesIO(data))
            workbook = change(workbook) or workbook
            buffer = io.BytesIO()
            workbook.save(buffer)
            data = buffer.getvalue()
        known = changed_template if older else template
        found, problems = read_return(data, known, key, Hints(roster=roster))
        return (
            {a.code: a.value for a in found.answers if a.raw},
            problems if all_problems else [p.code for p in problems],
            found,
        )

    return read_changed


def test_as_it_was_sent(read):
    values, problems, found = read()
    assert values == READ
    assert problems == []
    assert next(a.note for a in found.answers if a.code == "ct_2b") == "hai lớp"


@pytest.mark.parametrize(
    "change",
    [
        lambda book: book["Biểu"].insert_rows(6, 3),
        lambda book: book["Biểu"].insert_cols(2),
        lambda book: book["Biểu"].insert_cols(1, 4),
        lambda book: book["Biểu"].delete_rows(2),
        lambda book: setattr(book["Biểu"], "title", "Sheet1"),
        lambda book: book.create_sheet("Nháp", 0).append([" "]),
        lambda book: book.move_sheet("Biểu", 1),
        lambda book: book.remove(book["_meta"]),
        lambda book: setattr(book["_meta"], "sheet_state", "visible"),
        lambda book: book["Biểu"].protection.disable(),
    ],
    ids=[
        "rows in",
        "column in",
        "columns before",
        "rows out",
        "renamed",
        "extra sheet",
        "reordered",
        "no map",
        "map shown",
        "unlocked",
    ],
)
def test_whatever_moved_is_found(read, change):
    values, problems, _ = read(change)
    assert values == READ
    assert problems == []


@pytest.mark.parametrize("address", ["đã xoá", "", "0", "#REF!"])
def test_an_address_of_the_map_that_is_none_loses_that_line_only(read, address):
    """Where the row marks are gone, the hidden map is gone by; what is wrong in it costs nothing else."""

    def change(book):
        for row in book["Biểu"].iter_rows():
            for cell in row:
                if str(cell.value).startswith(form_marks.ROW):
                    cell.value = None
        entry = next(
            row
            for row in book[form_marks.META_SHEET].iter_rows()
            if [c.value for c in row[:2]] == ["input", "ct_1"]
        )
        entry[3].value = address

    values, _, _ = read(change)
    assert values == {code: value for code, value in READ.items() if code != "ct_1"}


def swap_rows(book):
    """Sort: two whole rows change places."""
    sheet = book["Biểu"]
    for column in range(1, 8):
        a, b = sheet.cell(5, column), sheet.cell(7, column)
        a.value, b.value = b.value, a.value


def test_sorted_rows_take_their_answers_along(read):
    values, problems, found = read(swap_rows)
    assert values == READ
    assert next(a.cell.ref for a in found.answers if a.code == "ct_1") == "B7"
    assert problems == []


def test_lines_that_left_their_marks_are_not_read(read):
    """Cells pushed down in the visible columns only, the hidden marks staying behind."""
    values, problems, _ = read(lambda book: book["Biểu"].move_range("A11:E12", rows=1))
    assert values == {code: value for code, value in READ.items() if code not in ("ct_7", "ct_8")}
    assert set(problems) == {"input-moved-apart"}


@pytest.mark.parametrize("form_version", ["own", "older"])
def test_a_form_most_of_whose_lines_left_their_marks_is_refused(read, form_version):
    """It is never accepted with a few answers, or none."""
    with pytest.raises(RefusedFile) as caught:
        read(lambda book: book["Biểu"].move_range("A6:E12", rows=1), older=form_version == "older")
    assert caught.value.code == "lines-do-not-fit"


def test_two_lines_marked_in_one_row_are_not_both_read(read):
    """One label stands there, that of the other line does not."""

    def merge_marks(book):
        [upper, lower] = [
            next(c for c in book["Biểu"][row] if str(c.value).startswith(form_marks.ROW)) for row in (5, 7)
        ]
        lower.value, upper.value = lower.value + " " + upper.value.removeprefix(form_marks.ROW), None

    for change, missing in ((merge_marks, {"ct_1"}), (None, set()), (merge_marks, {"ct_1"})):
        values, problems, _ = read(change)
        assert values == {code: value for code, value in READ.items() if code not in missing}
        assert problems == ["input-moved-apart"] * len(missing)


def test_a_line_copied_twice_is_not_read(read):
    def copy_row(book):
        for column in range(1, 8):
            book["Biểu"].cell(20, column).value = book["Biểu"].cell(5, column).value

    values, problems, _ = read(copy_row)
    assert values == {code: value for code, value in READ.items() if code != "ct_1"}
    assert problems == ["input-duplicated"]


@pytest.mark.parametrize(
    ("cell", "text", "expected", "value", "code"),
    [
        ("C7", "triệu đồng", "đồng", "triệu đồng", "scale-changed"),
        ("B4", "Số a (tỷ)", "Số a", "Số a (tỷ)", "scale-changed"),
        ("B4", "Tỷ lệ a", "Số a", "Tỷ lệ a", "text-changed"),
        ("D4", None, "Số b", "–", "text-changed"),
        ("C6", "LỚP ", None, None, ""),
    ],
    ids=["another measure", "another scale", "another head", "a head removed", "the same in capitals"],
)
def test_a_locked_text_that_was_changed_is_said(read, cell, text, expected, value, code):
    def change(book):
        book["Biểu"][cell].value = text

    values, problems, _ = read(change, all_problems=True)
    assert values == READ
    said = [(p.code, p.params["expected"], p.params["value"], p.place.cell) for p in problems]
    assert said == ([(code, expected, value, cell)] if expected else [])


def test_a_form_reworded_throughout_is_said_in_a_few_lines(read):
    def change(book):
        for ref in ("A4", "B4", "D4", "E4", "C5", "C7"):
            book["Biểu"][ref].value = "khác"

    _, problems, _ = read(change)
    assert problems == ["text-changed"] * 3 + ["texts-changed"]


def test_a_reworded_label_is_said_and_the_answer_read(read):
    values, problems, _ = read(lambda book: book["Biểu"].__setitem__("A5", "Số bài viết và tin"))
    assert values == READ
    assert problems == ["label-changed"]
    _, problems, _ = read(lambda book: book["Biểu"].__setitem__("A5", "Số bài viết (nghìn)"))
    assert problems == ["scale-changed"]


def test_the_map_serves_where_the_marks_are_gone(read):
    def lose_marks(book):
        book["Biểu"].delete_cols(7)

    values, _, _ = read(lose_marks)
    assert values == READ


def test_a_sheet_copied_alone_is_still_known_by_two_marks(read):
    def copy_alone(book):
        alone = Workbook()
        for row in book["Biểu"].iter_rows():
            for cell in row:
                alone.active[cell.coordinate].value = cell.value
        return alone

    values, _, found = read(copy_alone)
    assert values == READ
    assert set(found.identity.channels) == {"visible-id", "row-keys"}


@pytest.mark.parametrize("strip_hashes", [False, True], ids=["with hashes", "of before hashes"])
def test_labels_are_guarded_on_forms_of_another_version(read, strip_hashes):
    """Two labels changed places without their marks: neither figure counts, whatever has become of the template since."""

    def change(book):
        sheet = book["Biểu"]
        sheet["A5"].value, sheet["A7"].value = sheet["A7"].value, sheet["A5"].value
        for row in sheet.iter_rows() if strip_hashes else ():
            for one in row:
                if str(one.value).startswith(form_marks.ROW):
                    one.value = re.sub(" #[0-9a-f]{8}", "", one.value)

    values, problems, _ = read(change, older=True)
    assert values == {code: value for code, value in READ.items() if code not in ("ct_1", "ct_3")}
    assert problems == ["input-moved-apart"] * 2


def test_an_older_form_as_it_was_sent_is_read_without_a_word(read):
    assert read(older=True)[:2] == (READ, [])
    values, problems, _ = read(swap_rows, older=True)
    assert (values, problems) == (READ, [])


def insert_cell(book):
    """One cell inserted in a column: what was typed below it stands one line lower, and so do the defined names."""
    book["Biểu"].move_range("B6:B8", rows=1)
    for name, row in {"ct_2a": 7, "ct_3": 8, "ct_4": 9}.items():
        book.defined_names[name].attr_text = f"'Biểu'!$B${row}"


def test_cells_inserted_in_a_column_are_told_by_the_defined_names(read):
    values, problems, _ = read(insert_cell, all_problems=True)
    assert values == {code: value for code, value in READ.items() if code not in ("ct_2a", "ct_3", "ct_4")}
    assert [p.code for p in problems] == ["cells-shifted"]
    assert "B7: 2" in problems[0].params["value"]


def test_a_name_whose_cell_is_gone_tells_nothing_by_itself(read):
    def change(book):
        book.defined_names["ct_3"].attr_text = "'Biểu'!#REF!"

    assert read(change)[:2] == (READ, [])


def test_a_column_inserted_where_the_marks_are_gone_gives_no_figure_of_another_column(read):
    """The map in the hidden sheet says where answers stood when the form was made."""

    def change(book):
        sheet = book["Biểu"]
        for row in sheet.iter_rows():
            for one in row:
                if str(one.value).startswith(form_marks.ROW):
                    one.value = None
        sheet.move_range("B1:F30", cols=1)

    with pytest.raises(RefusedFile) as caught:
        read(change)
    assert caught.value.code == "lines-do-not-fit"


def test_a_form_in_a_font_of_before_unicode_is_not_blamed_line_by_line(read):
    """TCVN3: the labels stand, converted."""

    def change(book):
        for row in book["Biểu"]["A4:E12"]:
            for one in row:
                if isinstance(one.value, str) and one.value in LEGACY:
                    one.value = LEGACY[one.value]

    assert read(change)[:2] == (READ, [])


def add_row(book):
    sheet = book["Biểu"]
    sheet.insert_rows(7)
    sheet["A7"], sheet["B7"] = "Số tin", 77


@pytest.mark.parametrize(
    ("change", "cell", "value"),
    [
        (add_row, "A7", "Số tin · 77"),
        (lambda book: book["Biểu"].__setitem__("B30", 12), "B30", "12"),
        (
            lambda book: book["Biểu"].__setitem__("E10", "xem công văn kèm theo"),
            "E10",
            "xem công văn kèm theo",
        ),
        (lambda book: book["Biểu"].__setitem__("C5", None), None, None),
        (lambda book: book["Biểu"].insert_rows(6, 2), None, None),
    ],
    ids=["a row of its own", "below the form", "a locked blank", "nothing added", "blank rows"],
)
def test_what_is_entered_where_nothing_is_asked_is_said(read, change, cell, value):
    values, problems, _ = read(change, all_problems=True)
    assert values == READ
    said = [(p.place.cell, p.params["value"]) for p in problems if p.code == "entry-outside"]
    assert said == ([(cell, value)] if cell else [])


def test_entries_in_many_places_are_a_few_problems(read):
    def change(book):
        for row in range(30, 40):
            book["Biểu"].cell(row, 2).value = row

    assert read(change)[1] == ["entry-outside"] * 3 + ["entries-outside"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [(2, []), (9, ["mirror-typed-over"]), (None, []), ("=B6", []), ("hai", ["mirror-typed-over"])],
)
def test_a_repeated_figure_that_was_typed_over_is_compared(read, typed, said):
    """Line ct_6 shows the 2 of ct_2a by a formula; what stands there is never counted."""
    values, problems, _ = read(lambda book: book["Biểu"].__setitem__("B10", typed))
    assert {code: value for code, value in values.items() if code != "ct_6"} == READ
    assert problems == said


class TestWhoseNameIsPrinted:
    def test_the_own_name(self, read):
        assert read(lambda book: None)[1] == []

    def test_another_unit_s_name_over_it(self, read):
        """The neighbour's form with the own name typed over the printed one counts for neither."""

        def change(book):
            book["Biểu"]["A3"].value = book["Biểu"]["A3"].value.replace("Xã Một", "Xã Hai")

        with pytest.raises(RefusedFile) as caught:
            read(change)
        assert caught.value.code == "name-of-other-unit"

    def test_some_other_name_over_it(self, read):
        def change(book):
            book["Biểu"]["A3"].value = "Báo cáo của Xã Ba"

        values, problems, _ = read(change, all_problems=True)
        assert values == READ
        assert [(p.code, p.severity) for p in problems] == [("name-changed", Severity.WARNING)]

    def test_the_name_in_another_case_or_place_is_the_name(self, read):
        def change(book):
            book["Biểu"]["A3"].value = "BÁO CÁO CỦA XÃ MỘT"

        assert read(change)[:2] == (READ, [])


def test_titles_and_heads_without_an_input_are_compared(read):
    values, problems, _ = read(lambda book: book["Biểu"].__setitem__("A4", "Khác"), all_problems=True)
    assert values == READ
    assert [(p.code, p.place.cell) for p in problems] == [("text-changed", "A4")]


class TestWhoItIsFrom:
    def test_relabelled_by_hand(self, office):
        template, key, forms = office
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(forms["x1"])) as old, zipfile.ZipFile(buffer, "w") as new:
            for name in old.namelist():
                new.writestr(name, re.sub(rb"(BM/THU-2023)/x1/", rb"\1/x2/", old.read(name)))
        with pytest.raises(RefusedFile) as caught:
            read_return(buffer.getvalue(), template, key)
        assert caught.value.code == "signature-wrong"
        found, _ = read_return(buffer.getvalue(), template, None)
        assert not found.identity.signature_checked

    def test_two_identities_in_one_file(self, read, office):
        def mix(book):
            other = load_workbook(io.BytesIO(office[2]["x2"]))
            book["Biểu"]["E1"].value = other["Biểu"]["E1"].value

        with pytest.raises(RefusedFile) as caught:
            read(mix)
        assert caught.value.code == "identity-conflict"

    def test_one_mark_alone_is_not_enough(self, read):
        def erase(book):
            book.remove(book["_meta"])
            book.properties.subject = book.properties.keywords = None
            for row in book["Biểu"].iter_rows():
                for cell in row:
                    if str(cell.value).startswith("wt:id"):
                        cell.value = None

        with pytest.raises(RefusedFile) as caught:
            read(erase)
        assert caught.value.code == "identity-weak"

    def test_a_stranger_s_workbook(self, office):
        buffer = io.BytesIO()
        Workbook().save(buffer)
        with pytest.raises(RefusedFile) as caught:
            read_return(buffer.getvalue(), office[0], office[1])
        assert caught.value.code == "not-a-form"


def test_a_blank_form_is_not_filled_and_anything_unreadable_is_worth_keeping(office):
    assert not is_filled(office[2]["x1"])
    assert is_filled(b"something else")


def test_the_form_of_a_unit_that_is_asked_nothing_is_not_filled_until_somebody_saved_it(tmp_path):
    lines = "hs | Số học sinh | em | số đếm | cộng | | | | truong"
    drawn = draw(
        tmp_path,
        {"Biểu": "\nBáo cáo của {{don_vi}}\nHọc sinh | {{hs}}"},
        lines,
        "x1 | Xã | xa\nt1 | Trường | truong",
    )
    book, saved = load_workbook(drawn.forms["x1"]), io.BytesIO()
    book["Biểu"]["A3"] = "Xã không có trường nào"
    book.save(saved)
    assert not is_filled(drawn.forms["x1"].read_bytes())
    assert is_filled(saved.getvalue())


class TestTheFormSheetCopied:
    """A draft beside the form, visible or hidden: what agrees counts once, what differs is in doubt, nothing is lost."""

    @pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
    @pytest.mark.parametrize("first", [True, False])
    def test_equal_copies_count_once(self, read, state, first):
        def change(book):
            copy = book.copy_worksheet(book["Biểu"])
            copy.sheet_state = state
            if first:
                book.move_sheet(copy, -len(book.sheetnames))

        values, problems, found = read(change)
        assert values == READ
        assert problems == ["form-sheet-copied"]
        assert len({a.cell.sheet for a in found.answers}) == 1

    def test_a_copy_that_differs_puts_those_lines_in_doubt_and_no_other(self, read):
        def change(book):
            copy = book.copy_worksheet(book["Biểu"])
            copy["B5"].value, copy["D6"].value, copy["E6"].value = 4, None, "ba lớp"

        values, problems, _ = read(change, all_problems=True)
        assert values == {code: value for code, value in READ.items() if code not in ("ct_1", "ct_2b")}
        differing = {p.place.indicator: p.params for p in problems if p.code == "copies-differ"}
        assert [(d["value"], d["read"]) for d in differing.values()] == [("3", "4"), ("40", "–")]
        assert {d["other"] for d in differing.values()} == {"Biểu Copy"}

    @pytest.mark.parametrize("blank_first", [True, False])
    def test_a_copy_with_nothing_filled_in_says_nothing(self, read, blank_first):
        def change(book):
            copy = book.copy_worksheet(book["Biểu"])
            for ref in TYPED:
                copy[ref].value = None
            if blank_first:
                book.move_sheet(copy, -len(book.sheetnames))

        values, problems, _ = read(change)
        assert values == READ
        assert problems == ["form-sheet-copied"]

    def test_copies_that_differ_in_every_line_are_still_the_units_form(self, read):
        def change(book):
            copy = book.copy_worksheet(book["Biểu"])
            for ref in TYPED:
                copy[ref].value = 77

        values, problems, found = read(change)
        assert values == {}
        assert found.identity.unit == "x1"
        assert problems.count("copies-differ") == len(READ)

    def test_a_form_without_its_marks_is_said_to_be_ours(self, read):
        def lose_marks(book):
            book["Biểu"].delete_cols(7)
            for row in book["_meta"].iter_rows():
                if row[0].value == "input":
                    row[0].value = "x"

        with pytest.raises(RefusedFile) as caught:
            read(lose_marks)
        assert (caught.value.code, caught.value.params) == (
            "lines-lost",
            {"value": "Xã Một (x1)", "unit": "x1"},
        )


def merge(area):
    def change(book):
        book["Biểu"].merge_cells(area)

    return change


@pytest.mark.parametrize(
    ("area", "lost"),
    [("B5:B6", {"ct_1", "ct_2a"}), ("A7:B7", {"ct_3"}), ("B6:D6", {"ct_2a", "ct_2b"})],
    ids=["two lines", "label and input", "two inputs of a line"],
)
def test_a_figure_in_merged_cells_is_not_counted_for_one_of_their_lines(read, area, lost):
    """What a covered cell holds is not seen, and what the first holds may be meant for all."""
    expected = {code: value for code, value in READ.items() if code not in lost}
    values, problems, _ = read(merge(area), all_problems=True)
    assert values == expected
    told = [p for p in problems if p.code == "cells-merged"]
    # openpyxl empties the covered cells, so that of a label's merge nothing is left to tell.
    assert [p.severity for p in told] == ([] if area == "A7:B7" else [Severity.ERROR])


def test_merged_cells_that_hold_nothing_are_no_matter(read):
    def change(book):
        book["Biểu"]["B5"].value = book["Biểu"]["B6"].value = None
        book["Biểu"].merge_cells("B5:B6")

    values, problems, _ = read(change)
    assert problems == []
    assert values == {code: value for code, value in READ.items() if code not in ("ct_1", "ct_2a")}


def test_a_cell_that_repeats_what_a_unit_is_not_asked_is_a_locked_blank(first):
    """A school has no classes for labourers to repeat: what was typed there is said."""
    school, mirror = "11629-mn", first.template.inputs["ct_5_4a"]
    book = load_workbook(first.forms[school])
    book[mirror.sheet][mirror.ref] = 4
    saved = io.BytesIO()
    book.save(saved)
    _found, problems = read_return(
        saved.getvalue(), first.template, read_key(first.key), Hints(roster=first.roster)
    )
    assert [(p.code, p.place.cell) for p in problems] == [("entry-outside", mirror.ref)]


def test_a_line_that_differs_in_a_copy_is_said_once(read):
    def change(book):
        draft = book.copy_worksheet(book["Biểu"])
        draft["B5"].value = 99

    assert read(change)[1] == ["form-sheet-copied", "copies-differ"]
