"""The guide calls buttons, pages and messages what the program calls them."""

from __future__ import annotations

import re
import sys

import pytest
from campaigns import ROOT

pytest.importorskip("babel", reason="Babel is needed to read the catalogue")
sys.path.insert(0, str(ROOT / "tools"))
from messages import read_catalogue

OTHERS = {"Windows đã bảo vệ PC của bạn", "khoảng 20"}
"""What Windows says, and what a unit wrote."""


def test_what_the_guide_quotes_is_what_the_program_shows() -> None:
    guide = " ".join((ROOT / "docs/huong-dan.md").read_text(encoding="utf-8").split())
    quoted = set(re.findall("“([^”]+)”", guide))
    decisions = set(re.findall(r"\| ([^|]+) \| [^|]+ (?=\|)", guide.partition("| cách xử lý |")[2]))
    texts = [str(message.string) for message in read_catalogue() if message.id]
    assert {"Lập tệp tổng hợp", "Báo cáo nộp về"} <= quoted
    assert [words for words in quoted - OTHERS if not any(words in text for text in texts)] == []
    assert "gia hạn nộp" in decisions
    assert [words for words in decisions if words.strip("- ") and words not in texts] == []
