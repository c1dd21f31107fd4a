"""A generated form: what may be typed, what is shown, how it is recognised, and what a second run leaves alone."""

from __future__ import annotations

import io
import os
import re
import zipfile
from datetime import date

import pytest
from campaigns import Campaign
from drawn_form import write_drawn, write_roster
from libreoffice import calculate, requires_libreoffice
from live_forms import read_form, type_into
from msgspec.structs import replace
from openpyxl import load_workbook
from package_audit import audit, find_unopenable
from sheets import write_template, write_units

from workbook_tools.errors import CannotRead, SpecificationError
from workbook_tools.excel import Cell, parse_ref, quote_text
from workbook_tools.forms.fill import fill_form
from workbook_tools.forms.form_id import make_key, parse_form_id, read_key, sign_form
from workbook_tools.forms.form_marks import MADE
from workbook_tools.forms.form_name import form_name
from workbook_tools.forms.live.accepted import expectation
from workbook_tools.forms.live.live_checks import ERROR, MISSING, WARNING
from workbook_tools.forms.live.progress import READY
from workbook_tools.forms.master import build_master, check_forms
from workbook_tools.model import Indicator, Kind, Unit
from workbook_tools.problems import has_errors
from workbook_tools.spec.template import load_template
from workbook_tools.storage.replace import write_bytes
from workbook_tools.usecases.collect import CollectOptions, collect
from workbook_tools.usecases.generate import FAILED, KEPT, UNCHANGED, WRITTEN, generate


@pytest.fixture
def small(tmp_path):
    return lambda **options: generate(
        write_template(tmp_path / "t.xlsx", options.pop("plant", None)),
        write_units(tmp_path / "u.xlsx"),
        tmp_path / "biểu mẫu",
        **options,
    )


@pytest.fixture
def sheet(small):
    def open_form(unit):
        path = next(form.path for form in small().forms if form.unit == unit)
        return load_workbook(path)["Biểu"]

    return open_form


class TestWhatMayBeTyped:
    def test_only_inputs_and_open_remarks_are_unlocked(self, sheet):
        unlocked = {
            cell.coordinate for row in sheet("t1").iter_rows() for cell in row if not cell.protection.locked
        }
        assert unlocked == {"B5", "E5", "B6", "D6", "E6", "B7", "B8", "B9", "B12"}

    def test_the_sheet_is_locked_but_sizes_and_filters_are_not(self, sheet):
        protection = sheet("x1").protection
        assert protection.sheet
        assert protection.password
        assert not protection.formatColumns
        assert not protection.autoFilter

    def test_merged_blocks_stand_from_top_to_bottom(self, first):
        with zipfile.ZipFile(first.forms["11629"]) as package:
            blocks = re.findall(
                r'<mergeCell ref="([^:]*):', package.read("xl/worksheets/sheet1.xml").decode()
            )
        assert len(blocks) > 50
        assert blocks == sorted(blocks, key=parse_ref)

    def test_every_format_states_its_own_lock_and_normal_is_open(self, first):
        with zipfile.ZipFile(first.forms["11629"]) as package:
            styles = package.read("xl/styles.xml").decode()
        normal, cells = styles.split("<cellStyleXfs")[1].split("</cellStyleXfs>")
        cells = cells.split("<cellXfs")[1].split("</cellXfs>")[0]
        assert 'locked="0"' in normal
        assert cells.count("<xf ") == cells.count("<protection ") == cells.count('applyProtection="1"')

    def test_a_line_that_does_not_apply_stays_in_its_place(self, sheet):
        cell = sheet("t1")["B11"]
        assert (cell.value, cell.protection.locked) == ("Không áp dụng", True)
        assert sheet("x1")["B11"].value is None

    def test_every_input_says_what_it_takes(self, first):
        for name in ("11629", "11629-mn"):
            form = load_workbook(first.forms[name])["Báo cáo"]
            rules = form.data_validations.dataValidation
            assert len(rules) == len(first.template.indicators_for(first.roster[name].type))
            for rule in rules:
                assert 0 < len(rule.promptTitle) <= 32
                assert 0 < len(rule.prompt) <= 255
                assert 0 < len(rule.error) <= 255
                assert len(rule.formula1) <= 255

    def test_the_cursor_starts_in_the_first_input_below_a_frozen_panel(self, sheet):
        form = sheet("x1")
        assert form.freeze_panes == "A2"
        assert [selection.activeCell for selection in form.sheet_view.selection] == ["B5"]

    def test_choices_are_offered_even_with_a_comma_in_them(self, sheet):
        form = sheet("x1")
        (rule,) = [r for r in form.data_validations.dataValidation if r.type == "list"]
        (row,) = form[rule.formula1.replace("$", "")]
        assert [cell.value for cell in row] == ["Trực tiếp", "Trực tuyến, kết hợp"]


class TestIdentity:
    def test_four_channels_carry_it(self, small):
        form = small().forms[0].path
        with zipfile.ZipFile(form) as package:
            core = package.read("docProps/core.xml").decode()
        workbook = load_workbook(form)
        ids = [
            parse_form_id(str(cell.value))
            for s in workbook
            for row in s.iter_rows()
            for cell in row
            if "BM/" in str(cell.value)
        ]
        assert len(ids) == 3
        assert {*ids, parse_form_id(core)} == {ids[0]}
        assert (ids[0].campaign, ids[0].unit) == ("THU-2023", "x1")
        assert workbook["_meta"].sheet_state == "veryHidden"
        assert workbook["Biểu"].column_dimensions["G"].hidden
        assert workbook.defined_names["ct_2a"].attr_text == "'Biểu'!$B$6"

    def test_a_signature_fits_one_unit_one_campaign_one_key(self):
        form_id = sign_form("C", "u", "0" * 8, b"k" * 32)
        assert parse_form_id(f"Mã biểu: {form_id}") == form_id
        assert form_id.is_signed_with(b"k" * 32)
        assert not form_id.is_signed_with(b"l" * 32)
        assert sign_form("C", "v", "0" * 8, b"k" * 32).signature != form_id.signature

    def test_the_key_is_made_once_for_its_owner_alone(self, tmp_path):
        key = make_key(tmp_path / "signing.key")
        assert make_key(tmp_path / "signing.key") == key == read_key(tmp_path / "signing.key")
        if os.name == "posix":  # On Windows the folder's own list says who may read.
            assert (tmp_path / "signing.key").stat().st_mode & 0o077 == 0
        (tmp_path / "signing.key").write_text("abc")
        with pytest.raises(CannotRead):
            read_key(tmp_path / "signing.key")


class TestFiles:
    def test_names_are_ascii_stable_and_legal(self):
        assert form_name(Unit("11629", "Thị trấn An Lão", "xa")) == "11629_Thi-tran-An-Lao.xlsx"
        assert form_name(Unit("con", "", "xa")) == "_con.xlsx"
        assert form_name(Unit("a", 'Đảo "?*:/\\ <xa>', "xa")) == "a_Dao-xa.xlsx"
        assert len(form_name(Unit("a", "Trường " * 40, "xa"))) < 70

    def test_a_second_run_leaves_everything_alone(self, small):
        first = small()
        assert {form.action for form in first.forms} == {WRITTEN}
        bytes_before = [form.path.read_bytes() for form in first.forms]
        second = small()
        assert {form.action for form in second.forms} == {UNCHANGED}
        assert [form.path.read_bytes() for form in second.forms] == bytes_before

    def test_a_form_that_somebody_filled_in_is_kept_unless_forced(self, small, first):
        form = small().forms[0]
        workbook = load_workbook(form.path)
        workbook["Biểu"]["B5"] = 7
        workbook.save(form.path)
        kept = form.path.read_bytes()
        assert small().forms[0].action == KEPT
        assert form.path.read_bytes() == kept
        assert small(force=True).forms[0].action == WRITTEN

    def test_a_changed_template_replaces_blank_forms(self, small):
        small()

        def plant(tables):
            tables["Biểu"][4][0] = "Số bài viết trên báo"

        assert {form.action for form in small(plant=plant).forms} == {WRITTEN}

    def test_a_form_that_cannot_be_written_stops_no_other(self, small):
        path = small().forms[0].path
        path.unlink()
        path.mkdir()
        assert [form.action for form in small().forms] == [FAILED, UNCHANGED, UNCHANGED]

    def test_only_some_units(self, small):
        assert [form.unit for form in small(only=["t1"]).forms] == ["t1"]

    def test_a_line_may_have_any_number_of_rules(self, small):
        def plant(tables):
            tables["Quy tắc"] += [
                [f"qt_x{i}", f"=ct_1<>{i}", "lỗi", "Không được. " * 20, "tất cả", None] for i in range(80)
            ]

        assert {form.action for form in small(plant=plant).forms} == {WRITTEN}

    def test_a_rule_that_is_too_long_for_a_cell_is_refused(self, small, tmp_path):
        def plant(tables):
            tables["Quy tắc"].append(
                ["qt_x", "=" + "+".join(["ct_1"] * 400) + ">0", "lỗi", "Sai.", "tất cả", None]
            )

        with pytest.raises(SpecificationError) as caught:
            small(plant=plant)
        assert {p.code for p in caught.value.problems} == {"rule-too-long"}
        # The check of the template, which makes no form, says the same.
        template, _ = load_template(write_template(tmp_path / "c.xlsx", plant))
        assert [(p.code, p.params["value"]) for p in check_forms(template)] == [("rule-too-long", "qt_x")]

    @pytest.mark.parametrize("depth", [20, 60])
    def test_a_rule_that_excel_would_find_nested_too_deep_is_refused(self, tmp_path, depth):
        """The form's formulas put some levels around the rule's own."""

        def plant(tables):
            formula = "=" + "ABS(" * depth + "ct_1" + ")" * depth + ">=0"
            tables["Quy tắc"].append(["qt_x", formula, "lỗi", "Sai (((", "tất cả", None])

        template, problems = load_template(write_template(tmp_path / "c.xlsx", plant))
        assert not has_errors(problems)
        found = [(p.code, p.params["value"]) for p in check_forms(template)]
        assert found == ([("rule-too-deep", "qt_x")] if depth == 60 else [])

    @pytest.mark.slow
    def test_nothing_is_wrong_with_the_package(self, first, second, tmp_path):
        for campaign in (first, second):
            for unit in {u.type: u.code for u in campaign.roster}.values():
                assert audit(campaign.forms[unit], tmp_path) == []


def test_every_form_blank_or_filled_is_one_that_any_program_can_open(first, second):
    filled = fill_form(first.forms["11629"].read_bytes(), {first.template.inputs["ct_2_1"]: 3}, MADE)
    assert find_unopenable(filled) == []
    for form in (*first.forms.values(), *second.forms.values()):
        assert find_unopenable(form.read_bytes()) == [], form


def test_a_form_opens_on_a_sheet_that_asks_its_unit_something(second):
    first, other = second.template.form_sheets[:2]
    on_first = {code for code, cell in second.template.inputs.items() if cell.sheet == first}
    lines = {
        code: replace(line, who=frozenset({"th"})) if code in on_first else line
        for code, line in second.template.indicators.items()
    }
    template = replace(second.template, indicators=lines, rules=())
    for kind, opened in (("mn", other), ("th", first)):
        book = load_workbook(io.BytesIO(build_master(template, template.unit_types[kind], "x").data))
        assert book.active.title == opened
        assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [opened]


def test_a_form_opens_where_its_unit_is_asked_something(second):
    """A cluster is asked two lines at the foot of a long sheet."""
    inputs = second.template.inputs
    for kind in ("cum", "th"):
        unit = next(unit for unit in second.roster if unit.type == kind)
        sheet = load_workbook(second.forms[unit.code])[second.template.form_sheets[0]]
        shown = sheet.sheet_view.pane or sheet.sheet_view
        top = parse_ref(shown.topLeftCell or "A1")[0]
        first = min(inputs[i.code].row for i in second.template.indicators_for(kind))
        assert top <= first < top + 25


def test_messages_beside_a_line_shrink_before_they_are_cut(sheet):
    assert any(cell.alignment.shrink_to_fit for row in sheet("t1").iter_rows() for cell in row)


def test_a_date_keeps_the_look_that_the_officer_gave_it(first, tmp_path):
    """In the letterhead it is written out, as Decree 30 has it; elsewhere it is day/month/year."""
    sheet = load_workbook(first.forms["11629"])["Báo cáo"]
    assert sheet[first.template.inputs["vb_ngay"].ref].number_format == 'dd" tháng "mm" năm "yyyy'
    typed = {first.template.inputs["vb_ngay"]: date(2023, 10, 11)}
    (tmp_path / "returned").mkdir()
    (tmp_path / "returned/x.xlsx").write_bytes(fill_form(first.forms["11629"].read_bytes(), typed, MADE))
    found = collect(
        tmp_path / "returned", first.template_path, first.units_path, CollectOptions(key=first.key)
    )
    answers = found.answers.set_index(["unit", "indicator"])
    assert answers.loc[("11629", "vb_ngay"), "value"] == date(2023, 10, 11)


@requires_libreoffice
@pytest.mark.slow
def test_the_form_answers_while_it_is_typed(small, tmp_path):
    """Wrong content, a broken rule, a warning, a line left blank, and a form that may be sent, as LibreOffice shows them."""
    forms = {form.unit: form.path.read_bytes() for form in small().forms}
    good = {"B5": 3, "B6": 2, "D6": 40, "B8": "Trực tiếp", "B9": 45201, "B11": 1}
    typed = {
        "good": good,
        "kcsl": good | {"B5": " kcsl "},
        "wrong": good | {"B5": "khoảng 3"},
        "fraction": good | {"B5": 1.5},
        "range": good | {"B5": 101},
        "choice": good | {"B8": "Qua mạng"},
        "date": good | {"B9": "mùa thu"},
        "rule": good | {"D6": 0},
        "warning": good | {"B11": 5},
        "missing": {ref: value for ref, value in good.items() if ref != "B5"},
    }
    paths = []
    for name, values in typed.items():
        from workbook_tools.excel import Cell, parse_ref

        cells = {Cell("Biểu", *parse_ref(ref)): value for ref, value in values.items()}
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(fill_form(forms["x1"], cells, MADE))
    shown = {}
    for path, calculated in zip(paths, calculate(paths), strict=True):
        form = calculated["Biểu"]
        shown[path.stem] = str(form["A1"]), {row: str(form.get(f"F{row}", "")) for row in range(5, 13)}
    for name in ("good", "kcsl", "warning"):
        assert shown[name][0].endswith(READY), shown[name]
    for name, row in (("wrong", 5), ("fraction", 5), ("range", 5), ("choice", 8), ("date", 9), ("rule", 6)):
        assert shown[name][1][row].startswith(ERROR), (name, shown[name])
        assert "còn 1 lỗi" in shown[name][0]
    assert shown["rule"][1][6] == "Lỗi: Có lớp thì có người học."
    assert shown["warning"][1][11] == f"{WARNING}: Nhiều hơn số trung tâm."
    assert shown["missing"][1][5] == MISSING
    assert "còn 1 ô bắt buộc chưa điền" in shown["missing"][0]
    assert "lớp" in shown["good"][1][6] or shown["good"][1][6] == ""


@requires_libreoffice
@pytest.mark.slow
def test_form_and_collector_agree_on_lines_that_are_not_asked(small, tmp_path):
    """To MIN, AVERAGE, COUNT, ISBLANK and ="" a blank cell is not 0; a school is not asked ct_7, on which these rules look."""
    looks = [
        "MIN(ct_7,ct_1)=3",
        "AVERAGE(ct_7,ct_1)=3",
        "COUNT(ct_7,ct_1)=1",
        "AND(ISBLANK(ct_7),ct_1=3)",
        'AND(ct_7="",ct_1=3)',
        "ct_7+ct_1=3",
    ]

    def verdicts(folder, template):
        """What stands beside the line, and what the collector says of it."""
        template = write_template(tmp_path / f"{folder}.xlsx", template)
        units = write_units(tmp_path / "u.xlsx")
        form = next(
            form.path
            for form in generate(template, units, tmp_path / folder, key=tmp_path / "key").forms
            if form.unit == "t1"
        )
        typed = {
            Cell("Biểu", 5, 2): 3,
            Cell("Biểu", 6, 2): 0,
            Cell("Biểu", 6, 4): 0,
            Cell("Biểu", 8, 2): "Trực tiếp",
        }
        returned = tmp_path / folder / "returned" / "t1.xlsx"
        write_bytes(returned, fill_form(form.read_bytes(), typed, MADE))
        (calculated,) = calculate([returned])
        shown = str(calculated["Biểu"].get("F5", ""))
        found = collect(returned.parent, template, units, CollectOptions(key=tmp_path / "key")).problems
        return shown, [str(p.params["message"]) for p in found if p.code == "rule-broken"]

    def rules(*formulas):
        def plant(tables):
            tables["Quy tắc"] += [
                [f"qt_x{n}", f"={f}", "lỗi", f"Sai {f}.", "tất cả", "ct_1"] for n, f in enumerate(formulas)
            ]

        return plant

    assert verdicts("đúng", rules(*looks)) == ("", [])
    assert verdicts("sai", rules("MIN(ct_7,ct_1)=0")) == (
        "Lỗi: Sai MIN(ct_7,ct_1)=0.",
        ["Sai MIN(ct_7,ct_1)=0."],
    )


def test_long_texts_are_cut_for_excel():
    assert quote_text('a"b') == '"a""b"'
    assert all(len(piece) <= 257 for piece in quote_text("x" * 600).split("&"))


def test_stamping_is_the_same_every_time(small):
    form = small().forms[0].path
    with zipfile.ZipFile(io.BytesIO(form.read_bytes())) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


NAMES = {
    "x1": 'Trường TH&THCS "An Lão"',
    "x2": "Trung tâm GDNN&GDTX " + "và bồi dưỡng " * 15,
}


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """Forms with the unit's name in every kind of place, by unit."""
    folder = tmp_path_factory.mktemp("named")
    form = "Báo cáo của {{don_vi}}\nDòng một | {{ct_1}}\n"
    line = "ct_1 | Một | lượt | số đếm | cộng\n"
    rule = "qt_1 | =ct_1<=100 | lỗi | " + "Theo {{co_quan}}, {{don_vi}} không quá 100. " * 3
    path = write_drawn(folder / "t.xlsx", {"Biểu": form}, line, rule)
    workbook = load_workbook(path)
    campaign = workbook["Đợt báo cáo"]
    next(row for row in campaign.iter_rows() if row[0].value == "co_quan")[2].value = "Phòng VH&XH"
    workbook["Biểu"].oddHeader.center.text = "{{don_vi}}"
    workbook["Biểu"].oddFooter.left.text = "{{co_quan}} &G"
    heads = [cell.value for cell in workbook["Chỉ tiêu"][1]]
    workbook["Chỉ tiêu"].cell(2, heads.index("Gợi ý") + 1).value = "Ghi số của {{don_vi}}. " + "Ghi rõ. " * 28
    workbook.save(path)
    units = "".join(f"{code} | {name} | xa\n" for code, name in NAMES.items())
    return Campaign(path, write_roster(folder / "u.xlsx", units), folder).forms


@pytest.mark.parametrize("unit", NAMES)
def test_a_name_is_printed_with_all_its_signs(named, unit):
    """An ampersand begins a code in a header, a quote ends a text in a formula and an attribute."""
    sheet = load_workbook(named[unit])["Biểu"]
    name = NAMES[unit].strip()
    assert sheet.oddHeader.center.text.startswith(name.replace("&", "&&")[:250])
    assert sheet.oddFooter.left.text.startswith("Phòng VH&&XH")
    (rule,) = sheet.data_validations.dataValidation
    assert rule.prompt.startswith(f"Ghi số của {name}")
    assert len(rule.prompt) <= 255
    form = read_form(named[unit])
    (place,) = (cell for cell, text in form.formulas.items() if "không quá" in text)
    assert all(len(text) <= 255 for text in re.findall(r'"((?:[^"]|"")*)"', form.formulas[place]))
    live = type_into(form, [{Cell("Biểu", 3, 2): 101}])
    assert live.calculate(place).to_values()[0].startswith(f"Lỗi: Theo Phòng VH&XH, {name} không quá 100")


def test_a_long_fact_keeps_its_decimals(tmp_path):
    """12.345,67 hectares were 12.346; a year is not grouped."""
    form = "Báo cáo của {{don_vi}} | {{ct_1}}\n{{dv_dt}} | {{dv_nam}} | {{dv_dan}}\n"
    path = write_drawn(tmp_path / "t.xlsx", {"Biểu": form}, "ct_1 | Một | lượt | số đếm | cộng\n")
    units = write_roster(
        tmp_path / "u.xlsx", "x1 | Xã Một | xa | | dv_dt=12345.67 | dv_nam=2023 | dv_dan=123456"
    )
    form = Campaign(path, units, tmp_path).forms["x1"]
    live = type_into(read_form(form), [{}])
    shown = {}
    for area in load_workbook(form)["Biểu"].conditional_formatting:
        for rule in (rule for rule in area.rules if rule.dxf.numFmt):
            met = live.evaluate(f"={rule.formula[0]}", Cell("Biểu", 3, 1)).to_values()
            shown[str(area.sqref)] = (rule.dxf.numFmt.formatCode, met)
    assert shown == {
        "A3": ("#,##0.####", [True]),
        "B3": ("#,##0.####", [False]),
        "C3": ("#,##0.####", [False]),
    }


def test_a_form_prints_any_number_of_facts(tmp_path):
    facts = [f"dv_{number}" for number in range(1, 1011)]
    rows = [facts[first : first + 10] for first in range(0, len(facts), 10)]
    form = "Báo cáo của {{don_vi}} | {{ct_1}}\n"
    form += "".join(" | ".join(f"{{{{{fact}}}}}" for fact in row) + "\n" for row in rows)
    path = write_drawn(tmp_path / "t.xlsx", {"Biểu": form}, "ct_1 | Một | lượt | số đếm | cộng\n")
    units = "x1 | Xã Một | xa | | " + " | ".join(f"{fact}={n}" for n, fact in enumerate(facts, start=1))
    campaign = Campaign(path, write_roster(tmp_path / "u.xlsx", units), tmp_path)
    sheet = load_workbook(campaign.forms["x1"])["Biểu"]
    printed = sheet.iter_rows(min_row=3, max_row=103, max_col=10, values_only=True)
    assert [value for row in printed for value in row] == list(range(1, 1011))


@pytest.mark.parametrize(
    ("kind", "most", "shown"),
    [(Kind.PERCENT, 0.125, "12,5%"), (Kind.PERCENT, 1.0, "100%"), (Kind.DECIMAL, 2.5, "2,5")],
)
def test_a_limit_is_told_with_its_decimals(kind, most, shown):
    line = Indicator("ct_1", "Nhóm", "Dòng", "", kind, maximum=most)
    assert f"từ 0{'%' if kind is Kind.PERCENT else ''} đến {shown}" in expectation(line)
