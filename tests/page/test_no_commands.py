"""Who works on the page has no command line: nothing there tells them to run a command; a button is named instead."""

from __future__ import annotations

import re
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest
from campaigns import ROOT
from flask import g, render_template

from workbook_tools.errors import SpecificationError
from workbook_tools.page.messages import describe
from workbook_tools.problems import CATALOGUE, problem

if TYPE_CHECKING:
    from pathlib import Path

    from page.conftest import Visitor

sys.path.insert(0, str(ROOT / "tools"))
from messages import extract_from_dir, parse_mapping_cfg, read_catalogue

COMMAND = re.compile(
    r"workbook-tools|(?<![\w-])--[a-z]|`[a-z]|\bthe command\b|\bcommand line\b|dòng lệnh|\blệnh\b|\bpip\b"
)
"""A command, an option, or talk of them, in either language."""
CLUSTER = "returns/workers/cluster.py"
"""The one room whose messages only a command can bring about."""


def test_no_text_outside_the_command_line_names_a_command() -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)
    catalogue, found = read_catalogue(), []
    for path, _line, message, *_ in extract_from_dir(ROOT / "workbook_tools", methods, options):
        file = PurePath(path).as_posix()
        if file.startswith("cli/") or file == CLUSTER:
            continue
        translated = catalogue.get(message)
        texts = (message, translated.string if translated else "")
        found += [f"{file}: {text}" for text in texts if COMMAND.search(str(text))]
    assert found == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_problem_on_a_page_names_a_button_where_the_program_can_do_something(
    visitor: Visitor, language: str
) -> None:
    app = visitor.client.application
    for code, kind in CATALOGUE.items():
        messages = describe(SpecificationError("template.xlsx", [problem(code)]), language)
        with app.test_request_context("/"):
            g.language = language
            page = render_template("messages.html", messages=messages)
        assert not COMMAND.search(page), code
        assert ("<a href=" in page) is (kind.action is not None), code


@pytest.mark.slow
def test_no_page_and_no_answer_names_a_command(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page that has an address of its own, with a whole campaign and with a broken one.

    In Vietnamese: the texts of both languages are gone through above.
    """
    monkeypatch.setattr("workbook_tools.page.views.files.open_on_desktop", lambda path: None)
    rules = visitor.client.application.url_map.iter_rules()
    plain = {rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments}
    pages = sorted(plain | {f"/mail/{kind}" for kind in ("form", "reminder", "correction", "receipt")})
    posts = [
        "/send/make",
        "/results/make",
        "/mail/form/prepare",
        "/mail/reminder/prepare",
        "/open-file/report-template",
    ]
    for broken in (False, True):
        if broken:
            (folder / "signing.key").unlink()
            (folder / "units.xlsx").write_bytes(b"no workbook")
        for path in posts:
            answer = visitor.post(path)
            visitor.desk.jobs.wait()
            assert not COMMAND.search(answer.text), path
            for page in pages:
                assert not COMMAND.search(visitor.get(page, follow_redirects=True).text), (path, page)
                visitor.desk.jobs.wait()


@pytest.mark.slow
def test_a_lost_key_is_made_anew_only_where_that_is_confirmed(visitor: Visitor, folder: Path) -> None:
    key = (folder / "signing.key").read_bytes()
    (folder / "signing.key").unlink()
    assert "khóa mới" not in visitor.text("/send")
    for sent, made in (({}, False), ({"key": "new"}, True)):
        visitor.post("/send/make", sent)
        visitor.desk.jobs.wait()
        assert (folder / "signing.key").exists() is made
        assert ("signing.key” phải là khóa của các biểu đã có" in visitor.text("/send")) is not made
        assert ("Tạo lại tất cả biểu với khóa mới" in visitor.text("/send")) is not made
    assert (folder / "signing.key").read_bytes() != key
