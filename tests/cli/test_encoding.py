"""Whatever the console's code page, nothing stops the program; whatever a file holds, nothing steers the terminal."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook_tools.cli.encoding import FALLBACK, harmless, plain_letters


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đã nhận", "Da nhan"),
        ("Xã Đường Ỷ: “số liệu”…", 'Xa Duong Y: "so lieu"...'),
        ("→ 2 ‘ô’ – 3×4", "-> 2 'o' - 3x4"),
        ("đợt", "dot"),
        ("漢", "?"),
    ],
)
def test_letters_lose_their_diacritics(text: str, plain: str) -> None:
    assert plain_letters(text) == plain


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp850", "cp1252", "cp1258", "utf-8"])
@given(text=st.text(st.characters()))
def test_any_text_can_be_encoded(encoding: str, text: str) -> None:
    text.encode(encoding, FALLBACK).decode(encoding)


@given(st.text(st.characters()))
def test_harmless_text_has_nothing_to_obey(text: str) -> None:
    assert harmless(text).isprintable()
    assert harmless(harmless(text)) == harmless(text)


def test_escape_sequences_and_direction_marks_are_spelled_out() -> None:
    assert harmless("a\x1b[2Jb\u202excel\r\nc\x9b") == "a\\x1b[2Jb\\u202excel  c\\x9b"


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "cp1258"])
@pytest.mark.parametrize(
    "words", [["--help"], ["collect", "--help"], ["bogus"], ["template", "check", "Tệp này.xlsx"]]
)
def test_old_consoles_show_plain_letters(encoding: str, words: list[str], tmp_path: os.PathLike[str]) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    environ.pop("WORKBOOK_TOOLS_LANG", None)
    done = subprocess.run(
        [sys.executable, "-m", "workbook_tools", *words],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    shown = (done.stdout + done.stderr).decode(encoding)
    assert "Traceback" not in shown
    assert any(word in plain_letters(shown) for word in ("Cach dung", "Khong doc duoc"))
