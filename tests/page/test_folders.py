"""The folders that the page offers to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.page.folders import Folders

if TYPE_CHECKING:
    from pathlib import Path


def test_the_folders_around_recent_campaigns_are_offered(tmp_path: Path) -> None:
    r"""``\\server\share`` has no letter by which one could come to it."""
    share = tmp_path / "mạng"
    share.mkdir()
    recent = [share / "đợt 1", share / "đợt 2", tmp_path / "gone" / "đợt 0"]
    assert [offer.path for offer in Folders().places(recent)] == [
        *(offer.path for offer in Folders().places()),
        share,
    ]
