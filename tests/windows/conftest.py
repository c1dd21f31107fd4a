"""Windows under Wine, as one finds it after switching it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from windows.machine import TOOL

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def windows() -> Iterator[None]:
    """No program runs there yet, and none afterwards: not even one of tests that were killed in the middle."""
    TOOL.end_programs()
    yield
    TOOL.end_programs()
