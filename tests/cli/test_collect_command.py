"""``collect`` writes the workbook, shows what became of units and files, and keeps stdout clean for JSON."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from links import link
from msgspec.structs import replace

from workbook_tools.cli.campaign import quote_path
from workbook_tools.problems import Place, Problem, Severity, problem
from workbook_tools.sheetwriter.whole_table import WholeTable
from workbook_tools.usecases.collect import CollectOptions

if TYPE_CHECKING:
    from collections.abc import Callable

Calls = list[tuple[Any, ...]]
WHOLE: list[WholeTable] = []
"""What the faked workbook has no room for."""


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    root = tmp_path / "Đợt 1"
    root.mkdir()
    for name in ("template.xlsx", "units.xlsx"):
        (root / name).touch()
    return root


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return fake_collect(monkeypatch, ["accepted"], [])


def fake_collect(monkeypatch: pytest.MonkeyPatch, outcomes: list[str], problems: list[Problem]) -> Calls:
    calls: Calls = []

    def collect(
        folder: Path,
        template: Path,
        units: Path,
        options: CollectOptions,
        *,
        progress: Callable[[int, int], None],
        **_others: object,
    ) -> SimpleNamespace:
        progress(1, 1)
        calls.append(("collect", folder, template, units, options))
        status, files = pd.DataFrame({"outcome": [*outcomes, "missing"]}), pd.DataFrame({"outcome": outcomes})
        return SimpleNamespace(
            status=status,
            files=files,
            problems=tuple(problems),
            folder=str(folder),
            template=None,
            roster=None,
        )

    monkeypatch.setattr("workbook_tools.usecases.collect.collect", collect)
    monkeypatch.setattr(
        "workbook_tools.usecases.write_outputs.write_workbook",
        lambda collection, out, **_others: calls.append(("write", out)) or WHOLE,
    )
    monkeypatch.setattr(
        "workbook_tools.consolidated.office_report.statements.build_statements", lambda collection: []
    )
    monkeypatch.setattr(
        "workbook_tools.outputs.word_report.begin_word_report",
        lambda collection, statements, template, beside: bytes,
    )
    monkeypatch.setattr(
        "workbook_tools.outputs.blank_decisions.create_blank_decisions", lambda path, template, roster: None
    )
    monkeypatch.setattr(
        "workbook_tools.outputs.json.render_collection", lambda collection, language: '{"units": "Xã"}\n'
    )
    return calls


def test_a_campaign_folder_needs_no_options(
    run: Callable[..., Any], campaign: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(campaign)
    ran = run("--lang", "en", "collect")
    assert ran.code == 0
    paths = (campaign / "returned", campaign / "template.xlsx", campaign / "units.xlsx")
    assert calls == [
        (
            "collect",
            *paths,
            CollectOptions(cache=campaign / ".cache" / "readings.sqlite3", campaign=campaign),
        ),
        ("write", campaign / "consolidated.xlsx"),
    ]
    assert "accepted" in ran.out
    assert "nothing returned yet" in ran.out
    assert "rejected" not in ran.out


def test_the_passwords_of_a_campaign_lie_in_its_folder(
    run: Callable[..., Any], campaign: Path, calls: Calls
) -> None:
    (campaign / "passwords.txt").write_text("bí mật", encoding="utf-8")
    assert run("collect", str(campaign)).code == 0
    assert run("collect", str(campaign), "--password-file", "khác.txt").code == 0
    assert [call[4].passwords for call in calls if call[0] == "collect"] == [
        campaign / "passwords.txt",
        Path("khác.txt"),
    ]


@pytest.mark.parametrize("folder", ["Đợt 1", "Đợt 1/returned"])
def test_the_campaign_folder_can_be_named(
    run: Callable[..., Any], campaign: Path, calls: Calls, folder: str
) -> None:
    assert run("collect", folder).code == 0
    assert calls[0][1].resolve() == campaign / "returned"
    assert calls[1] == ("write", campaign / "consolidated.xlsx")


@pytest.mark.parametrize("inside", ["", "returned"])
def test_a_campaign_keeps_the_name_it_is_called_by(
    run: Callable[..., Any], campaign: Path, calls: Calls, tmp_path: Path, inside: str
) -> None:
    """As Windows has it with a drive that stands for a network folder: under two names no link would be relative."""
    called = tmp_path / "R"
    link(called, campaign)
    assert run("collect", str(called / inside)).code == 0
    assert calls[0][1:4] == (called / "returned", called / "template.xlsx", called / "units.xlsx")
    assert calls[1] == ("write", called / "consolidated.xlsx")


def test_every_path_can_be_given(run: Callable[..., Any], calls: Calls) -> None:
    paths = [
        "--template",
        "t",
        "--units",
        "u",
        "--out",
        "o.xlsx",
        "--key",
        "k",
        "--password-file",
        "p",
        "--decisions",
        "d",
        "--dask",
        "tcp://a:1",
    ]
    assert run("collect", "r", *paths, "--previous", "v", "--as-of", "13/10/2023").code == 0
    options = CollectOptions(
        key=Path("k"),
        passwords=Path("p"),
        decisions=Path("d"),
        previous=Path("v"),
        cluster="tcp://a:1",
        as_of=date(2023, 10, 13),
    )
    assert calls[0] == ("collect", Path("r"), Path("t"), Path("u"), options)


def test_json_alone_goes_to_stdout(
    run: Callable[..., Any], campaign: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(campaign)
    assert run("collect", "--json", "-").out == '{"units": "Xã"}\n'
    assert calls[1][0] == "write"


def test_json_goes_to_a_file_beside_the_tables(
    run: Callable[..., Any], campaign: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(campaign)
    assert "chưa nộp" in run("collect", "--json", "kết quả.json").out
    assert (campaign / "kết quả.json").read_text(encoding="utf-8") == '{"units": "Xã"}\n'


def test_json_needs_no_workbook(run: Callable[..., Any], calls: Calls) -> None:
    assert run("collect", "r", *["--template", "t", "--units", "u", "--json", "-"]).code == 0
    assert [call[0] for call in calls] == ["collect"]


def test_no_campaign_and_no_output_is_a_usage_error(run: Callable[..., Any], calls: Calls) -> None:
    ran = run("--lang", "en", "collect", "r", "--template", "t", "--units", "u")
    assert (ran.code, calls) == (2, [])
    assert "give --out" in ran.err


@pytest.mark.parametrize(
    ("outcomes", "problems", "code"),
    [
        (["accepted"], [], 0),
        (["accepted-with-warnings"], [problem("late", value="14/10/2023")], 0),
        (["accepted"], [problem("answer-missing")], 1),
        (["rejected"], [], 1),
        (["ignored", "superseded"], [problem("value-repaired", value="12 lượt", read="12")], 0),
    ],
)
def test_errors_and_files_turned_away_end_with_1(
    run: Callable[..., Any],
    campaign: Path,
    monkeypatch: pytest.MonkeyPatch,
    outcomes: list[str],
    problems: list[Problem],
    code: int,
) -> None:
    fake_collect(monkeypatch, outcomes, problems)
    assert run("collect", str(campaign)).code == code


def test_what_to_do_next_fits_what_was_called(
    run: Callable[..., Any], campaign: Path, calls: Calls, tmp_path: Path
) -> None:
    """The command is spelt out only where it is the whole of what was called; without a workbook none is to be opened."""
    named = ["--template", str(campaign / "template.xlsx"), "--units", str(campaign / "units.xlsx")]
    folder = tmp_path / "tệp nộp"
    folder.mkdir()
    own = run("--lang", "en", "collect", str(campaign)).err
    assert f'run again: workbook-tools collect "{campaign}"' in own
    given = run("--lang", "en", "collect", str(folder), *named, "--out", str(tmp_path / "o.xlsx")).err
    assert "open it in Excel" in given
    assert "run the same command again" in given
    assert "workbook-tools collect" not in given
    scripted = run("--lang", "en", "collect", str(folder), *named, "--json", "-").err
    assert "Excel" not in scripted


@pytest.mark.parametrize("path", ["R:\\", "D:\\Báo cáo & tổng hợp", "/srv/đợt 1"])
def test_a_suggested_command_can_be_pasted(path: str) -> None:
    """A drive's root ends in a backslash, which must not escape the closing quote."""
    assert shlex.split(f"workbook-tools collect {quote_path(path)}")[-1] == path


def test_a_flood_is_folded_and_notices_are_left_to_the_workbook(
    run: Callable[..., Any], campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flood = [problem("number-not-whole", Place(file=f"{n}.xlsx"), value=f"{n},5") for n in range(500)]
    detail = replace(problem("value-missing", severity=Severity.NOTICE), under="number-not-whole")
    repaired = problem("value-repaired", value="12 lượt", read="12")
    fake_collect(monkeypatch, ["accepted"], [*flood, repaired, detail])
    ran = run("--lang", "en", "collect", str(campaign))
    assert len(ran.err.splitlines()) < 20
    assert "… and 495 more lines of this kind" in ran.err
    assert "12 lượt" not in ran.err
    assert "Errors: 500, warnings: 0, notices: 2." in ran.err
    assert f"Its sheet “Vấn đề” has notices, too: {repaired.title('en')} (1)." in ran.err


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Its sheet “Dữ liệu” omits the last 951,425 of 2,000,000 rows, which exceed Excel's limit; all are in: o - Dữ liệu.parquet",
        ),
        (
            "vi",
            "Trang “Dữ liệu” còn thiếu 951.425 dòng cuối trong số 2.000.000 dòng vì Excel không chứa hết; đủ cả ở tệp: o - Dữ liệu.parquet",
        ),
    ],
)
def test_what_a_sheet_has_no_room_for_is_said(
    run: Callable[..., Any], calls: Calls, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setattr(
        f"{__name__}.WHOLE", [WholeTable("Dữ liệu", 2_000_000, 1_048_575, Path("o - Dữ liệu.parquet"))]
    )
    ran = run(
        "--lang",
        language,
        "collect",
        "r",
        "--template",
        "t",
        "--units",
        "u",
        "--out",
        "o.xlsx",
        "--json",
        "-",
    )
    assert words in ran.err.splitlines()
    assert ran.out == '{"units": "Xã"}\n'


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda folder: (folder / "x2.xlsx").write_bytes(b"new"), "x2.xlsx"),
        (lambda folder: (folder / "x1.xlsx").write_bytes(b"another"), "x1.xlsx"),
        (lambda folder: (folder / "x1.xlsx").unlink(), "x1.xlsx"),
        (lambda folder: (folder / "~$x1.xlsx").write_bytes(b"open in Excel"), ""),
        (lambda folder: None, ""),
    ],
)
def test_what_comes_or_changes_meanwhile_is_told(
    run: Callable[..., Any],
    campaign: Path,
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], object],
    named: str,
) -> None:
    returned = campaign / "returned"
    returned.mkdir()
    (returned / "x1.xlsx").write_bytes(b"old")
    monkeypatch.setattr(
        "workbook_tools.usecases.write_outputs.write_workbook",
        lambda collection, out, **_others: (change(returned), WHOLE)[1],
    )
    ran = run("collect", str(campaign))
    assert ran.code == 0
    assert ("tổng hợp lại" in ran.err) == bool(named)
    assert named in ran.err


def test_decisions_taken_meanwhile_are_not_replaced_by_blank_ones(
    run: Callable[..., Any], campaign: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank: list[Path] = []
    monkeypatch.setattr(
        "workbook_tools.outputs.blank_decisions.create_blank_decisions",
        lambda path, template, roster: blank.append(path),
    )
    taken = campaign / "decisions.xlsx"
    assert run("collect", str(campaign)).code == 0
    assert blank == [taken]
    monkeypatch.setattr(
        "workbook_tools.usecases.write_outputs.write_workbook",
        lambda collection, out, **_others: (taken.write_bytes(b"decided"), WHOLE)[1],
    )
    assert run("collect", str(campaign)).code == 0
    assert blank == [taken]
