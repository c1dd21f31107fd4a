"""The guide as one page that opens by a double-click without network: docs/huong-dan.md with its pictures,
followed by docs/template.md.
"""

from __future__ import annotations

import base64
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

DOCS = Path(__file__).resolve().parent.parent / "docs"
UNIT_PAGE = "Hướng dẫn cho đơn vị.docx"
_HEAD = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8">
<title>Hướng dẫn sử dụng – Biểu mẫu báo cáo</title>
<style>
body { font: 17px/1.5 "Segoe UI", "Noto Sans", Arial, sans-serif; color: #1d2733; }
body { max-width: 900px; margin: 24px auto; padding: 0 20px; overflow-wrap: break-word; }
h2 { margin-top: 40px; border-top: 1px solid #d5dbe1; padding-top: 20px; }
img { max-width: 100%; border: 1px solid #d5dbe1; }
table { border-collapse: collapse; }
th, td { border: 1px solid #d5dbe1; padding: 4px 10px; text-align: left; vertical-align: top; }
a { color: #1f5a96; } code { background: #f4f6f8; padding: 0 3px; }
</style></head>
<body><main>
"""
_FOOT = "</main></body></html>\n"


def build_guide() -> bytes:
    """The page; it ends the program if the guide links to what is not on it."""
    reader = MarkdownIt()
    reader.enable("table")
    guide, columns = (
        reader.parse((DOCS / name).read_text(encoding="utf-8")) for name in ("huong-dan.md", "template.md")
    )
    targets = {f"#{name}": f"#{name}" for name in _name_headings(guide)}
    targets |= {"template.md": f"#{_name_headings(columns)[0]}", "huong-dan-don-vi.docx": UNIT_PAGE}
    tokens = [*guide, *columns]
    for token in _walk(tokens):
        if token.type == "image":
            picture = (DOCS / str(token.attrs["src"])).read_bytes()
            token.attrs["src"] = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        elif token.type == "link_open":
            wanted = unquote(str(token.attrs["href"]))
            if wanted not in targets:
                sys.exit(f"The guide links to {wanted}, which the folder for Windows does not hold.")
            token.attrs["href"] = targets[wanted]
    body = str(reader.renderer.render(tokens, reader.options, {}))
    return (_HEAD + body + _FOOT).encode()


def _name_headings(tokens: list[Token]) -> list[str]:
    """Give each heading the name that GitHub gives it, which links use."""
    names = []
    for heading, words in pairwise(tokens):
        if heading.type == "heading_open":
            names.append(re.sub(r"[^\w\- ]", "", words.content.lower()).replace(" ", "-"))
            heading.attrs["id"] = names[-1]
    return names


def _walk(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or [])
