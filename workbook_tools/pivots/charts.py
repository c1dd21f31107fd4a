"""PivotCharts: binds a chart that xlsxwriter drew over a pivot's cells to the pivot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook_tools.pivots.parts.xml import quoted

if TYPE_CHECKING:
    from workbook_tools.pivots.placed import PlacedPivot


def link_chart(chart: str, placed: PlacedPivot, number: int) -> str:
    """Turn a chart's part into a PivotChart; ``number`` counts the PivotCharts of the workbook from 0.

    It follows the pivot's filters, and its series keep their present look.
    """
    # The brackets are empty: Excel ignores the file's name here, and a renamed file would make it wrong.
    name = f"[]{placed.sheet.get_name()}!{placed.pivot.name}"
    source = f'<c:pivotSource><c:name>{quoted(name)}</c:name><c:fmtId val="{number}"/></c:pivotSource>'
    linked = re.sub(r"(?=<c:(?:protection|chart)\b(?!Space))", lambda _: source, chart, count=1)
    formats = "".join(_render_format(series, place) for place, series in enumerate(_series(chart)))
    return re.sub(
        r"(?=<c:(?:view3D|plotArea)\b)", lambda _: f"<c:pivotFmts>{formats}</c:pivotFmts>", linked, count=1
    )


def _series(chart: str) -> list[str]:
    return re.findall(r"<c:ser>.*?</c:ser>", chart, re.DOTALL)


def _render_format(series: str, number: int) -> str:
    """The look of a series whenever Excel redraws it."""
    found = re.search(r"<c:spPr>.*?</c:spPr>", series, re.DOTALL)
    look = found[0] if found else ""
    labels = re.search(r"<c:dLbls>(.*?)</c:dLbls>", series, re.DOTALL)
    label = f'<c:dLbl><c:idx val="0"/>{labels[1]}</c:dLbl>' if labels else ""
    return (
        f'<c:pivotFmt><c:idx val="{number}"/>{look}'
        f'<c:marker><c:symbol val="none"/></c:marker>{label}</c:pivotFmt>'
    )
