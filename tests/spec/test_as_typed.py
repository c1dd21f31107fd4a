"""The officer's own workbooks are read as she sees them in Excel, or one message says what to mend and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sheets import Formula, write_template, write_units
from test_template import cell, typed

from workbook_tools.problems import has_errors
from workbook_tools.spec.own_workbook import NoResult, open_workbook, result_of
from workbook_tools.spec.roster import read_roster
from workbook_tools.spec.template import load_template, read_template

if TYPE_CHECKING:
    from pathlib import Path


def tell(path: Path) -> list[tuple[str, str]]:
    """The codes and cells of what is wrong with a template, in order."""
    return [(p.code, p.place.cell) for p in read_template(path)[1] if p.severity == "error"]


def with_results(path: Path, results: dict[str, tuple[str, str]]) -> Path:
    """The workbook with the saved results of its formulas: cell → type and value, as a spreadsheet program writes them."""
    import re
    import zipfile

    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    for ref, (kind, value) in results.items():
        parts[name] = re.sub(
            rf'<c r="{ref}"([^>]*?)(?: t="[a-z]*")?><f>(.*?)</f><v ?/?>(?:</v>)?'.encode(),
            rf'<c r="{ref}"\1 t="{kind}"><f>\2</f><v>{value}</v>'.encode(),
            parts[name],
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)
    return path


@pytest.fixture
def template(tmp_path: Path) -> Any:
    return load_template(write_template(tmp_path / "t.xlsx"))[0]


class TestFormulasInTables:
    @pytest.fixture
    def units(self, tmp_path: Path) -> Path:
        def plant(rows: list[list[Any]]) -> None:
            rows[1][1], rows[1][6], rows[3][1] = Formula('=PROPER("xã một")'), Formula("=1+1"), Formula("=A1")

        return write_units(tmp_path / "u.xlsx", plant)

    def test_count_by_their_saved_result(self, units: Path, template: Any) -> None:
        with_results(units, {"B2": ("str", "Xã Một"), "G2": ("n", "2"), "B4": ("str", "Xã Hai")})
        roster, problems = read_roster(units, template)
        assert not problems
        assert roster is not None
        assert (roster["x1"].name, roster["x1"].facts["dv_so_tt"], roster["x2"].name) == (
            "Xã Một",
            2,
            "Xã Hai",
        )

    def test_are_refused_where_none_was_saved_or_it_is_an_error(self, units: Path, template: Any) -> None:
        with_results(units, {"B2": ("e", "#N/A"), "G2": ("n", "2")})
        _, problems = read_roster(units, template)
        assert [(p.code, p.place.cell) for p in problems] == [
            ("result-missing", "B2"),
            ("result-missing", "B4"),
        ]
        assert "#N/A" in problems[0].message("vi")
        assert "chưa tính" in problems[1].message("vi")

    def test_a_rule_is_meant_as_it_is_typed(self, tmp_path: Path) -> None:
        path = write_template(tmp_path / "t.xlsx", cell("Quy tắc", 2, 2, Formula("=ct_2a>=ct_2b")))
        assert load_template(path)[0].rules[0].formula == "=ct_2a>=ct_2b"

    def test_an_array_formula_has_a_result_too(self, tmp_path: Path) -> None:
        from openpyxl.worksheet.formula import ArrayFormula

        path = write_units(tmp_path / "u.xlsx")
        workbook = load_workbook(path)
        workbook.active["B2"] = ArrayFormula("B2", "=A1")
        workbook.save(path)
        assert result_of(open_workbook(path).active["B2"].value) == NoResult("")


def add_titles(rows: list[list[Any]]) -> None:
    rows[:0] = [["DANH SÁCH"], [], ["Năm học 2023–2024", None, "Mã"]]


class TestHeads:
    def test_titles_may_stand_above_them(self, tmp_path: Path, template: Any) -> None:
        roster, problems = read_roster(write_units(tmp_path / "u.xlsx", add_titles), template)
        assert (problems, roster and list(roster.units)) == ([], ["x1", "t1", "x2"])
        path = write_template(
            tmp_path / "t.xlsx", lambda tables: [add_titles(tables[n]) for n in list(tables)[1:]]
        )
        assert tell(path) == []
        bad = write_units(tmp_path / "u.xlsx", lambda rows: (rows[1].__setitem__(2, "xaa"), add_titles(rows)))
        assert [(p.code, p.place.cell) for p in read_roster(bad, template)[1]] == [("type-unknown", "C5")]

    def test_a_misspelt_one_is_told_with_the_one_that_is_meant(self, tmp_path: Path) -> None:
        path = write_template(tmp_path / "t.xlsx", cell("Chỉ tiêu", 1, 8, "Lớn nhât"))
        assert tell(path) == [("column-misspelt", "H1")]
        assert "“Lớn nhất”" in read_template(path)[1][0].message("vi")

    @pytest.mark.parametrize("head", ["Ghi chú", "Gợi ý của phòng", "Nội dung phụ"])
    def test_a_column_of_the_officer_s_own_is_none_of_our_business(self, tmp_path: Path, head: str) -> None:
        assert tell(write_template(tmp_path / "t.xlsx", cell("Chỉ tiêu", 1, 12, head))) == []

    @pytest.mark.parametrize("name", ["Chỉ Tiêu", "CHỈ TIÊU ", "Chi\u0309 tiêu"])
    def test_a_sheet_s_name_may_have_other_capitals(self, tmp_path: Path, name: str) -> None:
        def rename(tables: dict[str, Any]) -> None:
            tables[name] = tables.pop("Chỉ tiêu")

        assert tell(write_template(tmp_path / "t.xlsx", rename)) == []

    def test_a_near_name_is_asked_about(self, tmp_path: Path) -> None:
        def rename(tables: dict[str, Any]) -> None:
            tables["Chi tieu"] = tables.pop("Chỉ tiêu")

        (missing,) = [
            p for p in read_template(write_template(tmp_path / "t.xlsx", rename))[1] if has_errors([p])
        ]
        assert (missing.code, "“Chi tieu”" in missing.remedy("vi")) == ("sheet-missing", True)


@pytest.mark.parametrize(
    ("text", "limit"), [("20.000", 20_000), ("1 000", 1000), ("5", 5), (" 12 ", 12), ("1.000.000", 1_000_000)]
)
def test_a_limit_typed_as_a_text_is_read_as_in_a_return(tmp_path: Path, text: str, limit: float) -> None:
    path = write_template(tmp_path / "t.xlsx", cell("Chỉ tiêu", 2, 8, text))
    assert load_template(path)[0].indicators["ct_1"].maximum == limit


@pytest.mark.parametrize("text", ["20.00", "1,500", "khoảng 20", "2e3", "nan"])
def test_a_limit_that_may_be_two_numbers_is_refused(tmp_path: Path, text: str) -> None:
    assert tell(write_template(tmp_path / "t.xlsx", cell("Chỉ tiêu", 2, 8, text))) == [
        ("value-not-number", "H2")
    ]


@pytest.mark.parametrize(
    ("formula", "word"),
    [
        ("=0,5*ct_2a<=ct_2b", "0.5"),
        ("=ct_2a≤ct_2b", "<="),
        ('=IF(ct_2a>0,“có”,"")=""', "ngoặc kép"),
        ("=SUM(ct_1:ct_2b)>0", "SUM(ct_1,ct_2,ct_3)"),
        ("=ct_1:ct_2b>0", "SUM(ct_1,ct_2,ct_3)"),
        ("=(0,5*ct_2a)<=ct_2b", "0.5"),
        ("=SUM(ct_1;ct_2a)>0", "chấm phẩy"),
        ("=ct_2a – ct_2b>0", "-"),
        ("={ct_2a}>0", "ngoặc"),
    ],
)
def test_the_slip_in_a_formula_is_named(tmp_path: Path, formula: str, word: str) -> None:
    path = write_template(tmp_path / "t.xlsx", cell("Quy tắc", 2, 2, formula))
    assert tell(path) == [("rule-syntax", "B2")]
    assert word in next(p for p in read_template(path)[1] if p.code == "rule-syntax").message("vi")


@pytest.mark.parametrize(
    ("plant", "code", "ref"),
    [
        (cell("Biểu", 5, 2, "{ct_1}"), "marker-braces", "B5"),
        (cell("Biểu", 5, 2, "{{ct_1}"), "marker-braces", "B5"),
        (cell("Biểu", 5, 2, "{CT_1}}"), "marker-braces", "B5"),
        (cell("Biểu", 5, 2, "{{CT_1}}"), "marker-unknown", "B5"),
        (cell("Chỉ tiêu", 2, 9, "xa, truong"), "", ""),
        (cell("Chỉ tiêu", 6, 11, "Có, Không"), "options-missing", "K6"),
        (cell("Đợt báo cáo", 4, 3, "giữa tháng"), "value-not-date", "C4"),
        (cell("Đợt báo cáo", 7, 1, "Cấp 1"), "key-missing", ""),
    ],
)
def test_there_is_one_message_for_one_slip(tmp_path: Path, plant: Any, code: str, ref: str) -> None:
    told = tell(write_template(tmp_path / "t.xlsx", plant))
    if code == "key-missing":
        told = [one for one in told if one[0] != "code-invalid"]
    assert told == ([(code, ref)] if code else [])


def test_a_form_whose_markers_all_have_one_brace(tmp_path: Path) -> None:
    def plant(tables: dict[str, Any]) -> None:
        tables["Biểu"] = [
            [v and v.replace("{{", "{").replace("}}", "}") for v in row] for row in tables["Biểu"]
        ]

    assert {code for code, _ in tell(write_template(tmp_path / "t.xlsx", plant))} == {
        "marker-braces",
        "panel-marker-missing",
    }


def test_a_marker_that_a_formula_makes(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.xlsx", typed("B5", '="{{"&"ct_1"&"}}"'))
    assert tell(with_results(path, {"B5": ("str", "{{ct_1}}")})) == [("marker-calculated", "B5")]


def test_a_template_that_asks_nothing(tmp_path: Path) -> None:
    def plant(tables: dict[str, Any]) -> None:
        del tables["Chỉ tiêu"][1:], tables["Quy tắc"][1:], tables["Biểu"][4:]

    assert tell(write_template(tmp_path / "t.xlsx", plant)) == [("lines-missing", "")]


def test_two_addresses_in_a_cell(tmp_path: Path, template: Any) -> None:
    for text in (
        "a@mau.example, b@mau.example",
        "a@mau.example; b@mau.example",
        "a@mau.example\nb@mau.example",
    ):
        units = write_units(tmp_path / "u.xlsx", lambda rows, text=text: rows[1].__setitem__(4, text))
        assert read_roster(units, template)[1] == []


@pytest.mark.parametrize(
    ("text", "number"), [("1.090 trẻ", 1090), ("1.090", 1090), ("12,5", 12.5), ("7 trung tâm", 7), ("0", 0)]
)
def test_a_fact_typed_as_a_text_is_a_number(tmp_path: Path, template: Any, text: str, number: float) -> None:
    units = write_units(tmp_path / "u.xlsx", lambda rows: rows[1].__setitem__(6, text))
    roster, problems = read_roster(units, template)
    assert (problems, roster and roster["x1"].facts) == ([], {"dv_so_tt": number})


@pytest.mark.parametrize("text", ["1,090", "5 triệu", "khoảng 20", "2-3"])
def test_a_fact_that_is_calculated_with_and_is_no_plain_number_is_refused(
    tmp_path: Path, template: Any, text: str
) -> None:
    units = write_units(tmp_path / "u.xlsx", lambda rows: rows[1].__setitem__(6, text))
    assert [(p.code, p.place.cell) for p in read_roster(units, template)[1]] == [("fact-not-number", "G2")]


def test_a_fact_that_is_only_printed_stays_as_it_was_typed(tmp_path: Path, template: Any) -> None:
    def plant(rows: list[list[Any]]) -> None:
        for row, text in zip(rows, ["dv_dia_chi", "12 Lê Lợi", "0225 000 001", "tổ 5"], strict=True):
            row.append(text)

    roster, problems = read_roster(write_units(tmp_path / "u.xlsx", plant), template)
    assert problems == []
    assert roster is not None
    assert [unit.facts["dv_dia_chi"] for unit in roster] == ["12 Lê Lợi", "0225 000 001", "tổ 5"]
