"""What only Wine does wrong: a test that cannot pass there is skipped, for a fault that docs/windows.md lists."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    import ctypes

    _WINE = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
else:
    _WINE = False


def skip_on_wine(fault: str) -> pytest.MarkDecorator:
    """Skip a test under Wine; the fault is the first cell of a row of the table there."""
    page = Path(__file__).resolve().parent.parent / "docs" / "windows.md"
    listed = page.read_text(encoding="utf-8").partition("## Faults of Wine only")[2]
    assert f"\n| {fault} |" in listed, "not listed in docs/windows.md"
    return pytest.mark.skipif(_WINE, reason=f"a fault of Wine: {fault}")
