"""Symbolic links, where the system makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def link(path: Path, target: Path | str) -> None:
    """Make a link; the test is skipped where none can be made: Windows asks for a right, Wine only says it has made one."""
    try:
        path.symlink_to(target)
    except OSError as error:
        pytest.skip(f"this user cannot make links: {error}")
    if not path.is_symlink():
        pytest.skip("the system makes no links")
