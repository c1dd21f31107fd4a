"""``generate`` finds its files in the campaign folder, counts what it made, names what it could not, and says what is next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from workbook_tools.problems import problem
from workbook_tools.usecases.generate import FormResult, Generated

if TYPE_CHECKING:
    from collections.abc import Callable

Calls = list[tuple[tuple[Path, ...], dict[str, Any]]]


def fake_generate(
    monkeypatch: pytest.MonkeyPatch, actions: dict[str, str], problems: tuple[Any, ...] = ()
) -> Calls:
    calls: Calls = []

    def generate(template: Path, units: Path, out: Path, **options: Any) -> Generated:
        calls.append(((template, units, out), options))
        options["progress"](1, 1)
        forms = tuple(
            FormResult(code, f"Xã {code}", out / f"{code}.xlsx", action) for code, action in actions.items()
        )
        return Generated(forms, problems, out)

    monkeypatch.setattr("workbook_tools.usecases.generate.generate", generate)
    return calls


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    for name in ("template.xlsx", "units.xlsx"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_campaign_folder_needs_no_options(
    run: Callable[..., Any], campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = fake_generate(monkeypatch, {"a": "written", "b": "written", "c": "unchanged"})
    (campaign / "forms").mkdir()
    monkeypatch.chdir(campaign / "forms")
    ran = run("--lang", "en", "generate")
    assert ran.code == 0
    assert calls[0][0] == (campaign / "template.xlsx", campaign / "units.xlsx", campaign / "forms")
    assert calls[0][1] | {"progress": None} == {
        "key": None,
        "campaign": campaign,
        "force": False,
        "new_key": False,
        "previous": None,
        "only": (),
        "progress": None,
    }
    assert [line.split() for line in ran.out.splitlines() if "written" in line or "unchanged" in line] == [
        ["│", "written", "│", "2", "│"],
        ["│", "unchanged", "│", "1", "│"],
    ]
    assert ran.err.endswith("run: workbook-tools collect\n")


def test_for_a_campaign_elsewhere_the_next_command_names_it(
    run: Callable[..., Any], campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = fake_generate(monkeypatch, {"a": "written"})
    (campaign.parent / "khác").mkdir()
    monkeypatch.chdir(campaign.parent / "khác")
    ran = run("--lang", "en", "generate", str(campaign))
    assert calls[0][0] == (campaign / "template.xlsx", campaign / "units.xlsx", campaign / "forms")
    assert ran.err.endswith(f'run: workbook-tools collect "{campaign}"\n')


def test_every_path_can_be_given(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fake_generate(monkeypatch, {"a": "written"})
    words = "--template t.xlsx --units u.xlsx --out o --key k --force --only a --only a"
    assert run("generate", *words.split()).code == 0
    assert calls[0][0] == (Path("t.xlsx"), Path("u.xlsx"), Path("o"))
    assert calls[0][1] | {"progress": None} == {
        "key": Path("k"),
        "campaign": None,
        "force": True,
        "new_key": False,
        "previous": None,
        "only": ("a", "a"),
        "progress": None,
    }


def test_elsewhere_the_missing_option_is_named(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = fake_generate(monkeypatch, {})
    ran = run("--lang", "en", "generate", "--template", "t.xlsx")
    assert (ran.code, calls) == (2, [])
    assert "give --units" in ran.err


def test_kept_forms_are_named_and_are_no_problem(
    run: Callable[..., Any], campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_generate(monkeypatch, {f"u{n}": "kept" for n in range(30)})
    ran = run("--lang", "en", "generate")
    assert ran.code == 0
    assert ran.err.count("kept: ") == 20
    assert "… and 10 more" in ran.err
    assert "--force" in ran.err


def test_a_form_that_could_not_be_written_is_a_problem(
    run: Callable[..., Any], campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_generate(monkeypatch, {"a": "failed", "b": "written"})
    ran = run("--lang", "en", "generate")
    assert ran.code == 1
    assert "not written: Xã a (a.xlsx)" in ran.err


def test_an_unknown_code_is_a_problem(
    run: Callable[..., Any], campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_generate(monkeypatch, {"a": "written"})
    ran = run("--lang", "en", "generate", "--only", "a", "--only", "zz")
    assert ran.code == 1
    assert "The roster has no unit with the code “zz”." in ran.err


def test_warnings_alone_are_clean(
    run: Callable[..., Any], campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_generate(monkeypatch, {"a": "written"}, (problem("part-lost", part="macros"),))
    ran = run("generate")
    assert ran.code == 0
    assert "Tệp có macro" in ran.err
