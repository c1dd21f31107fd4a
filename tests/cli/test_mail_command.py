"""``mail draft`` as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mailing import lay_out

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return lay_out(tmp_path).root


def test_drafts_are_counted_and_their_place_is_named(here, run) -> None:
    ran = run("mail", "draft")
    assert ran.code == 0
    assert "3" in ran.out
    assert str(here / "mail" / "form") in ran.out


def test_a_unit_that_is_not_there_is_said(here, run) -> None:
    ran = run("mail", "draft", "--only", "x9")
    assert ran.code == 1
    assert "x9" in ran.err


def test_outside_of_a_campaign_folder_it_is_said(run) -> None:
    ran = run("--lang", "en", "mail", "draft")
    assert ran.code == 2
    assert "no campaign folder" in ran.err
