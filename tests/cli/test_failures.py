"""Every exception becomes a line that says whose fault it is and what to do, and an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import workbook_tools.usecases.init
from workbook_tools.errors import CannotRead, CannotWrite, SpecificationError, WorkbookToolsError
from workbook_tools.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED = CannotWrite(Path("c.xlsx"), "it is open in another program, or you have no right to it")


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (
            CannotRead(Path("t.xlsx"), "there is no such file"),
            "Cannot read “t.xlsx”: there is no such file.",
            2,
        ),
        (REFUSED, "Cannot write “c.xlsx”: it is open in another program, or you have no right to it.", 2),
        (
            SpecificationError("t.xlsx", [problem("roster-empty")]),
            "“t.xlsx” cannot be used until its errors are corrected.",
            2,
        ),
        (WorkbookToolsError("so it is"), "so it is", 2),
        (
            ZeroDivisionError("division by zero"),
            "This is a bug in the program, not your mistake: ZeroDivisionError: division by zero.",
            2,
        ),
        (KeyboardInterrupt(), "Interrupted. Nothing was left half-written", 130),
    ],
)
def test_errors_are_explained(
    run: Callable[..., object], monkeypatch: pytest.MonkeyPatch, error: BaseException, said: str, code: int
) -> None:
    def fail(*_: object) -> list[Path]:
        raise error

    monkeypatch.setattr(workbook_tools.usecases.init, "lay_out_starter", fail)
    ran = run("--lang", "en", "init", "x")
    assert ran.code == code
    assert said in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert ("Traceback" in run("--lang", "en", "--debug", "init", "x").err) is (code == 2)


def test_reasons_are_translated(run: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[Path]:
        raise REFUSED

    monkeypatch.setattr(workbook_tools.usecases.init, "lay_out_starter", fail)
    assert (
        "Không ghi được “c.xlsx”: tệp đang mở trong chương trình khác, hoặc bạn không có quyền với tệp."
        in run("init", "x").err
    )


def test_braces_and_escapes_in_an_error_do_no_harm(
    run: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[Path]:
        raise ValueError("{x} \x1b[2J")

    monkeypatch.setattr(workbook_tools.usecases.init, "lay_out_starter", fail)
    assert "{x} \\x1b[2J" in run("init", "x").err


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["generate", "--nope"],
        ["template"],
        ["--lang", "en"],
        ["collect", "--as-of", "13.10"],
        ["inspect"],
    ],
)
def test_usage_errors_end_with_2(run: Callable[..., object], words: list[str]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "--help" in ran.err


def test_an_argument_is_named_in_the_reader_s_language(
    run: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "hãy ghi THƯ_MỤC" in run("collect").err
    assert "hãy ghi --template" in run("generate").err


def test_a_folder_that_is_not_empty_is_no_old_file(run: Callable[..., object], tmp_path: Path) -> None:
    """What to do is to name another folder; there is no workbook to close, and no old file that is untouched."""
    (tmp_path / "a.txt").touch()
    said = run("demo", str(tmp_path)).err
    assert "thư mục không trống" in said
    assert "thư mục mới" in said
    assert "Tệp cũ" not in said
    assert "Excel" not in said


def test_no_command_shows_the_help(run: Callable[..., object]) -> None:
    assert run().out == run("--help").out


def test_version(run: Callable[..., object]) -> None:
    assert run("--version").out.startswith("workbook-tools ")
