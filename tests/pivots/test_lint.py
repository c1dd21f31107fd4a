"""The linter finds every kind of damage: a sound workbook is damaged in one way after another, and never passes."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from pivots.lint import lint_parts
from pivots.parts import Parts
from pivots.test_layouts import FRAME, ask_all, build

from workbook_tools.pivots import Pivot, PivotWorkbook, Value

if TYPE_CHECKING:
    from pathlib import Path

CACHE, RECORDS = "xl/pivotCache/pivotCacheDefinition1.xml", "xl/pivotCache/pivotCacheRecords1.xml"
ONE, TWO = "xl/pivotTables/pivotTable1.xml", "xl/pivotTables/pivotTable2.xml"
BOOK, BOOK_RELS, SHEET, TYPES = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "[Content_Types].xml",
)
SLICER_CACHE, SLICERS, DRAWING, CHART = (
    "xl/slicerCaches/slicerCache1.xml",
    "xl/slicers/slicer1.xml",
    "xl/drawings/drawing1.xml",
    "xl/charts/chart1.xml",
)
STYLES = "xl/styles.xml"

DAMAGES: dict[str, tuple[str, str, str]] = {
    "content type of a pivot": (TYPES, r"spreadsheetml\.pivotTable\+xml", "spreadsheetml.table+xml"),
    "content type of the records": (TYPES, r"pivotCacheRecords\+xml", "pivotCacheDefinition+xml"),
    "content type of a slicer": (TYPES, r"ms-excel\.slicer\+xml", "ms-excel.slicers+xml"),
    "relationship to nowhere": (BOOK_RELS, r"pivotCacheDefinition1\.xml", "pivotCacheDefinition9.xml"),
    "pivot without its cache's number": (ONE, r'cacheId="1"', 'cacheId="2"'),
    "cache not listed": (BOOK, r"<pivotCaches>.*?</pivotCaches>", ""),
    "caches before the calculation": (BOOK, r"(<calcPr[^>]*/>)(<pivotCaches>.*?</pivotCaches>)", r"\2\1"),
    "two lists of extensions": (BOOK, r"(<extLst>.*</extLst>)", r"\1<extLst/>"),
    "records miscounted in the cache": (CACHE, r'recordCount="4"', 'recordCount="5"'),
    "records miscounted in their part": (RECORDS, r' count="4"', ' count="3"'),
    "a record too few": (RECORDS, r"<r>.*?</r>", ""),
    "a record too short": (RECORDS, r"<r><x v=\"0\"/>", "<r>"),
    "an item that is not there": (RECORDS, r'<r><x v="0"/>', '<r><x v="9"/>'),
    "a figure where an item belongs": (RECORDS, r'<r><x v="0"/>', '<r><n v="0"/>'),
    "a field called otherwise than its column": (
        CACHE,
        r'cacheField name="Địa bàn"',
        'cacheField name="Địa phận"',
    ),
    "a table that is not there": (CACHE, r'worksheetSource name="DuLieu"', 'worksheetSource name="DuLieu2"'),
    "items that differ by case only": (CACHE, r'<s v="y"/>', '<s v="X"/>'),
    "flags without the blank": (CACHE, r' containsBlank="1"', ""),
    "flags with a wrong range": (CACHE, r'maxValue="3"', 'maxValue="2"'),
    "whole numbers that are none": (CACHE, r'(minValue="4\.5")', r'containsInteger="1" \1'),
    "items miscounted": (CACHE, r'sharedItems count="2"', 'sharedItems count="3"'),
    "no number for slicers": (CACHE, r"<extLst>.*</extLst>", ""),
    "an axis without its mark": (ONE, r' axis="axisRow"', ""),
    "a value without its mark": (ONE, r' dataField="1"', ""),
    "an item left out": (ONE, r'(<items count=")2("><item x="0"/>)<item x="1"/>', r"\g<1>1\2"),
    "an item twice": (ONE, r'<item x="1"/>', '<item x="0"/>'),
    "a subtotal nobody asked for": (ONE, r' defaultSubtotal="0"', ""),
    "no field of values": (ONE, r'<colFields count="1"><field x="-2"/></colFields>', ""),
    "a field of values too many": (
        TWO,
        r'<colFields count="1">(.*?)</colFields>',
        r'<colFields count="2">\1<field x="-2"/></colFields>',
    ),
    "a line too wide": (ONE, r"<rowItems(.*?)<i><x/><x/></i>", r"<rowItems\1<i><x/><x/><x/></i>"),
    "a line that repeats too much": (ONE, r'<i r="1">', '<i r="2">'),
    "a line with an item that is not there": (ONE, r'<i r="1"><x v="1"/></i>', '<i r="1"><x v="7"/></i>'),
    "a line too few": (ONE, r'<rowItems count="(\d)">(<i>.*?</i>)', r'<rowItems count="4">'),
    "no total": (ONE, r'<i t="grand"><x/></i></rowItems>', "</rowItems>"),
    "a total that the file denies": (ONE, r' colGrandTotals="0"', ' rowGrandTotals="0"'),
    "a total that is not there": (TWO, r' rowGrandTotals="0"', ""),
    "an item unticked that is shown": (ONE, r'<item x="1"/>', '<item h="1" x="1"/>'),
    "a filter that lets less pass": (ONE, r'<pageField fld="1"', '<pageField fld="1" item="1"'),
    "items in another order than their lines": (
        ONE,
        r'<item x="0"/><item x="1"/>',
        '<item x="1"/><item x="0"/>',
    ),
    "a location too large": (ONE, r'ref="A3:([A-Z])(\d+)"', r'ref="A3:\g<1>9"'),
    "heads elsewhere": (ONE, r'firstDataRow="1"', 'firstDataRow="2"'),
    "labels elsewhere": (ONE, r'firstDataCol="2"', 'firstDataCol="1"'),
    "filters not counted": (ONE, r' rowPageCount="1"', ""),
    "a filter of no hierarchy": (ONE, r' hier="-1"', ""),
    "a value called as a column": (ONE, r'dataField name="Tổng số"', 'dataField name="SỐ"'),
    "a number format that is not there": (ONE, r'numFmtId="16\d"', 'numFmtId="199"'),
    "parts out of order": (ONE, r"(<rowFields.*?</rowFields>)(<rowItems.*?</rowItems>)", r"\2\1"),
    "two pivots of one name": (TWO, r'name="Hai"', 'name="MỘT"'),
    "two pivots in one place": (TWO, r'ref="I1:L(\d)"', r'ref="B1:E\1"'),
    "a cell that shows another figure": (SHEET, r'(<c r="C4"[^>]*><v>)1<', r"\g<1>8<"),
    "buttons without their mark": (STYLES, r' ?pivotButton="1"', ""),
    "a slicer of a pivot that is not there": (SLICER_CACHE, r'name="Một"', 'name="Ba"'),
    "a slicer of another cache": (SLICER_CACHE, r'pivotCacheId="1"', 'pivotCacheId="2"'),
    "a slicer of another sheet": (SLICER_CACHE, r'tabId="1"', 'tabId="2"'),
    "a slicer of no field": (SLICER_CACHE, r'sourceName="Loại đơn vị"', 'sourceName="Loại"'),
    "a slicer without an item": (SLICER_CACHE, r'<i x="0" s="1"/>', ""),
    "a slicer with an item not pressed": (SLICER_CACHE, r'<i x="0" s="1"/>', '<i x="0"/>'),
    "a slicer without its name in the workbook": (
        BOOK,
        r"<definedName name=\"Slicer[^>]*>#N/A</definedName>",
        "",
    ),
    "a slicer that the workbook does not list": (BOOK, r"<x14:slicerCache [^>]*/>", ""),
    "an extension with a small letter": (SHEET, "456A", "456a"),
    "a slicer without the height of its rows": (SLICERS, r' rowHeight="\d+"', ""),
    "a slicer that is not drawn": (DRAWING, r'Requires="a14"', 'Requires="a15"'),
    "a slicer drawn under another name": (DRAWING, r'(<sle:slicer [^>]*name=")[^"]*', r"\1x"),
    "a row of values that appears": (ONE, r' hideValuesRow="1"', ""),
    "a look that is not there": (ONE, r'dxfId="0"', 'dxfId="99"'),
    "a look of no field": (ONE, r'<reference field="4294967294"', '<reference field="77"'),
    "a button without its look": (
        ONE,
        r'<format dxfId="\d+"><pivotArea[^>]*type="button"[^>]*/></format>',
        "",
    ),
    "a style that is not there": (ONE, r"PivotStyleLight16", "PivotStyleLight99"),
    "a slicer with a full item marked empty": (SLICER_CACHE, r'<i x="0" s="1"/>', '<i x="0" s="1" nd="1"/>'),
    "a slicer that grows": (DRAWING, r' editAs="oneCell"', ""),
    "a chart whose colours go": (CHART, r"<c:pivotFmts>.*?</c:pivotFmts>", "<c:pivotFmts/>"),
    "a pivot that knows nothing of its chart": (TWO, r"<chartFormats.*?</chartFormats>", ""),
    "a chart of a pivot that is not there": (CHART, r"!Hai<", "!Ba<"),
    "a chart without fmtId": (CHART, r'<c:fmtId val="0"/>', ""),
    "a chart that names its pivot too late": (
        CHART,
        r"(<c:pivotSource>.*?</c:pivotSource>)(<c:chart>.*?</c:chart>)",
        r"\2\1",
    ),
}


GROUPED: dict[str, tuple[str, str, str]] = {
    "no group of the longest part": (CACHE, r' par="\d+"', ""),
    "groups that end too soon": (CACHE, r'endDate="2024', 'endDate="2023'),
    "a quarter too few": (CACHE, r'<groupItems count="6">(.*?)<s v="Qtr2"/>', r'<groupItems count="5">\1'),
    "a group of another column": (CACHE, r'<fieldGroup base="2">', '<fieldGroup base="0">'),
    "a subtotal too few": (
        ONE,
        r'<rowItems count="(\d+)">(.*?)<i t="default"><x/></i>',
        r'<rowItems count="6">\2',
    ),
    "subtotals that the field denies": (ONE, r'<item t="default"/>', ""),
    "a layout of one field": (ONE, r'(axis="axisRow" )compact="0"', r"\1"),
    "a look of subtotals that are not there": (
        ONE,
        r'reference field="0" count="0" defaultSubtotal="1"',
        'reference field="1" count="0" defaultSubtotal="1"',
    ),
    "a group's figure in another row": (SHEET, r'(<c r="C5"[^>]*><v>)3<', r"\g<1>4<"),
}
DAYS = [date(2023, 1, 5), date(2023, 8, 1), date(2024, 2, 9)]


@pytest.fixture(scope="module")
def grouped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pivots") / "a.xlsx"
    with PivotWorkbook(path) as workbook:
        sheet, data = workbook.add_worksheet(), workbook.add_worksheet()
        frame = pd.DataFrame({"A": ["x", "x", "y"], "B": ["1", "2", "1"], "D": DAYS, "N": [1, 2, 4]})
        source = workbook.write_source(data, "T", frame, dates={"D": ["year", "quarter", "month"]})
        rows, subtotals = ["A", "B"], {"A": "below"}
        pivot = Pivot("P", source, rows, [Value("S", "N")], ["D (year)"], subtotals=subtotals)  # type: ignore[arg-type]
        workbook.add_pivot(sheet, 0, 0, pivot)
    return path


def test_groups_and_subtotals_pass(grouped: Path) -> None:
    assert lint_parts(Parts(grouped)) == []


@pytest.mark.parametrize("name", GROUPED)
def test_damage_to_groups_is_found(grouped: Path, name: str) -> None:
    find_damage(grouped, GROUPED[name])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pivots") / "a.xlsx"
    build(path, FRAME, ask_all)
    return path


def test_a_sound_workbook_passes(sound: Path) -> None:
    assert lint_parts(Parts(sound)) == []


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found(sound: Path, name: str) -> None:
    find_damage(sound, DAMAGES[name])


def find_damage(path: Path, damage: tuple[str, str, str]) -> None:
    part, pattern, damaged = damage
    parts = Parts(path)
    text, count = re.subn(pattern, damaged, parts.text(part), count=1, flags=re.DOTALL)
    assert count == 1, f"nothing to damage: {parts.text(part)}"
    parts.files[part] = text.encode()
    assert lint_parts(parts) != []
