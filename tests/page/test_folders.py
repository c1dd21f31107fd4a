"""The folders that the page offers to start from."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools.page.folders import Folders
from workbook_tools.page.running import read_recent, remember

if TYPE_CHECKING:
    import pytest


def test_the_folders_around_recent_campaigns_are_offered(tmp_path: Path) -> None:
    r"""``\\server\share`` has no letter by which one could come to it."""
    share = tmp_path / "mạng"
    share.mkdir()
    recent = [share / "đợt 1", share / "đợt 2", tmp_path / "gone" / "đợt 0"]
    assert [offer.path for offer in Folders().places(recent)] == [
        *(offer.path for offer in Folders().places()),
        share,
    ]


def test_a_campaign_on_a_drive_that_is_away_is_offered_again_when_it_is_back(tmp_path: Path) -> None:
    drive, away = tmp_path / "E", tmp_path / "away"
    for folder in (drive / "đợt 1", tmp_path / "đợt 2"):
        folder.mkdir(parents=True)
        (folder / "template.xlsx").touch()
    remember(drive / "đợt 1")
    drive.rename(away)
    remember(tmp_path / "đợt 2")
    assert read_recent() == [tmp_path / "đợt 2"]
    away.rename(drive)
    assert read_recent() == [tmp_path / "đợt 2", drive / "đợt 1"]


def test_recent_campaigns_that_cannot_be_read_now_are_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner for viruses may hold the list for a moment."""
    for name in ("đợt 1", "đợt 2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "template.xlsx").touch()
    remember(tmp_path / "đợt 1")

    def locked(*given: object, **options: object) -> str:
        raise PermissionError(errno.EACCES, "another process has locked it")

    with monkeypatch.context() as held:
        held.setattr(Path, "read_text", locked)
        assert read_recent() == []
        remember(tmp_path / "đợt 2")
    assert read_recent() == [tmp_path / "đợt 1"]
