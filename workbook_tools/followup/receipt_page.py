"""The receipt: a report as the office read it, as an HTML page for any browser to show and print."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.model import NO_FIGURE_CODE

if TYPE_CHECKING:
    from collections.abc import Sequence

_STYLE = (
    "body{font:13pt 'Times New Roman',serif;margin:2cm}h1{font-size:15pt;text-align:center}h2{font-size:13pt}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #999;padding:3pt 6pt;vertical-align:top}"
    "td.n{text-align:right;white-space:nowrap}th.g{text-align:left;background:#eee}"
)


class QuotedList(Struct, frozen=True):
    """The filled-in rows of a list, as texts, with the headings of its columns."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def render_receipt(
    title: str,
    head: Sequence[str],
    groups: Sequence[tuple[str, Sequence[tuple[str, str, str]]]],
    lists: Sequence[QuotedList] = (),
) -> str:
    """Render a page with ``head`` lines, a row (line, figure, measure) per line by group, and the lists.

    All texts are escaped.
    """
    rows = []
    for group, lines in groups:
        rows.append(f'<tr><th class="g" colspan="3">{escape(group)}</th></tr>')
        rows += [
            f'<tr><td>{escape(label)}</td><td class="n">{escape(value)}</td><td>{escape(measure)}</td></tr>'
            for label, value, measure in lines
        ]
    heads = "".join(f"<p>{escape(line)}</p>" for line in head)
    quoted = "".join(map(_render_list, lists))
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{heads}"
        "<table><tr><th>Nội dung</th><th>Số liệu</th><th>Đơn vị tính</th></tr>"
        f"{''.join(rows)}</table>{quoted}"
        f"<p>{NO_FIGURE_CODE}: không có số liệu.</p></body></html>\n"
    )


def _render_list(one: QuotedList) -> str:
    heads = "".join(f"<th>{escape(text)}</th>" for text in ("TT", *one.heads))
    rows = "".join(
        f'<tr><td class="n">{number}</td>{"".join(f"<td>{escape(text)}</td>" for text in row)}</tr>'
        for number, row in enumerate(one.rows, start=1)
    )
    return f"<h2>{escape(one.title)}: {len(one.rows)} dòng</h2><table><tr>{heads}</tr>{rows}</table>"
