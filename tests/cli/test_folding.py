"""Many problems become few lines: worst first, repeats counted, each remedy said once, nothing a terminal would obey."""

from __future__ import annotations

from workbook_tools.cli.folding import fold_problems
from workbook_tools.problems import Place, Severity, count_problems, problem


def test_worst_first_and_the_remedy_once() -> None:
    problems = [
        problem("part-lost", Place(file="t.xlsx"), part="macros"),
        problem(
            "value-not-number",
            Place(file="t.xlsx", sheet="Chỉ tiêu", cell="G4"),
            value="mười",
            column="Nhỏ nhất",
        ),
        problem(
            "value-not-number",
            Place(file="t.xlsx", sheet="Chỉ tiêu", cell="G9"),
            value="hai",
            column="Nhỏ nhất",
        ),
    ]
    assert fold_problems(problems, "en") == [
        "ERRORS",
        "  Not a number (2)",
        "    t.xlsx, Chỉ tiêu!G4: “mười” in “Nhỏ nhất” is not a number.",
        "    t.xlsx, Chỉ tiêu!G9: “hai” in “Nhỏ nhất” is not a number.",
        "      → Type a number without letters, or leave the cell empty.",
        "WARNINGS",
        "  Part of the template lost (1)",
        "    t.xlsx: The workbook contains macros, which cannot be carried over to the forms.",
        "      → Remove it, or put a picture or plain cells in its place.",
    ]


def test_the_same_message_in_many_places_is_one_line() -> None:
    problems = [
        problem("value-missing", Place(file="t.xlsx", sheet="S", cell=f"A{row}"), column="Mã")
        for row in range(1, 9)
    ]
    lines = fold_problems(problems, "vi")
    assert lines[1] == "  Ô phải điền còn trống (8)"
    assert lines[2] == "    t.xlsx, S!A1; t.xlsx, S!A2; t.xlsx, S!A3 và 5 chỗ khác: Cột “Mã” còn trống."
    assert len(lines) == 4


def test_a_flood_of_one_kind_is_cut_and_counted() -> None:
    problems = [problem("code-invalid", Place(cell=f"A{row}"), value=f"x {row}") for row in range(50)]
    lines = fold_problems(problems, "en", limit=5)
    assert len([line for line in lines if "is not valid" in line]) == 5
    assert lines[-1] == "    … and 45 more lines of this kind"


def test_a_flood_with_remedies_of_its_own_is_cut_too() -> None:
    problems = [problem("marker-missing", value=f"ct_{n}", marker=f"{{{{ct_{n}}}}}") for n in range(50)]
    lines = fold_problems(problems, "en", limit=5)
    assert len(lines) == 2 + 5 * 2 + 1
    assert lines[-1] == "    … and 45 more lines of this kind"


def test_what_a_return_holds_cannot_steer_the_terminal() -> None:
    hostile = problem(
        "choice-unknown",
        Place(file="a\x1b]0;x\x07.xlsx", cell="B2"),
        value="\x1b[31m[red]x\n",
        accepted="Có",
        suggestion="",
    )
    assert all(line.isprintable() for line in fold_problems([hostile], "vi"))


def test_counting() -> None:
    problems = [
        problem("value-missing"),
        problem("part-lost"),
        problem("value-repaired"),
        problem("value-missing", severity=Severity.NOTICE),
    ]
    assert count_problems(problems) == (1, 1, 2)
