"""Problems in words: facts and remedies in the reader's language, numbers as the reader writes them."""

from __future__ import annotations

import string

from workbook_tools.problems import CATALOGUE, Place, problem


def test_numbers_are_written_as_the_reader_writes_them():
    found = problem("below-children", Place(), value=1250.0, sum=2500.5)
    assert "1.250" in found.message("vi")
    assert "2.500,5" in found.message("vi")
    assert "1,250" in found.message("en")


def test_every_problem_has_a_fact_and_a_remedy():
    for code, kind in CATALOGUE.items():
        names = {
            name
            for text in (kind.message, kind.remedy)
            for _, name, _, _ in string.Formatter().parse(text)
            if name
        }
        found = problem(code, Place(), **dict.fromkeys(names, "x"))
        for language in ("vi", "en"):
            assert found.message(language).strip(), (code, language)
            assert found.remedy(language).strip(), (code, language)
            assert "…" not in found.message(language), (code, language)


def test_kinds_have_names_that_a_person_uses():
    """A few words in both languages, without parameters, unlike the code; and no two kinds are called the same."""
    titles = {code: kind.title for code, kind in CATALOGUE.items() if kind.title}
    for code, title in titles.items():
        assert len(title) <= 45, code
        assert 0 < len(problem(code).title("vi")) <= 45, code
        assert problem(code).title("vi") != title, code
        assert "{" not in title, code
    assert len({*titles.values()}) == len(titles)


def test_a_suggestion_is_a_question():
    found = problem("decision-unit-unknown", value="xá", suggestion="xa")
    assert found.remedy("vi").endswith("Có phải là “xa”?")
    assert found.remedy("en").endswith("Did you mean “xa”?")
    assert problem("decision-unit-unknown", value="q", suggestion="").remedy("vi").endswith(".")
