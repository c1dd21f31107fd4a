"""What is remembered of other files never changes what a file says: cells and texts come out as from a parser that knows nothing."""

from __future__ import annotations

import re
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from workbook_tools.readers.limits import LIMITS, Element
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.xlsx.cutter import MAIN, Cutter, read_main
from workbook_tools.readers.xlsx.parse_cache import PieceMemory

HEADS = [
    f'<worksheet xmlns="{MAIN[0]}">',
    f'<worksheet xmlns="{MAIN[1]}">',
    f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN[0]}" xmlns:x="{MAIN[0]}" xmlns:o="urn:other">',
    f'<?xml version="1.0" encoding="ISO-8859-1"?><worksheet xmlns="{MAIN[0]}" xmlns:x="urn:x" xmlns:o="urn:o">',
    f'<x:worksheet xmlns:x="{MAIN[0]}" xmlns="urn:other" xmlns:o="urn:o">',
]
CELLS = [
    '<c r="A1"><v>1</v></c>',
    '<c r="A1"><v>é</v></c>',
    '<c r="A1"><f>"&lt;/c>"</f><v>2</v></c> ',
    '<c r="A1" s="2"/>',
    "<c r='A1'><v>3</v></c>",
    '<c r="A1" n="/>"/>',
    '<c r="A1" n=">"><v>4</v></c>',
    '<c r="A1" n=\'">\'/>',
    '<c\nr="A1"><v>5</v></c >',
    "<c><v>6</v></c>",
    '<x:c r="A1"><v>7</v></x:c>',
    '<o:c r="A1"><v>8</v></o:c>',
    '<c r="A1"><c r="B1"/></c>',
    '<c r="A1"><c r="B1"><v>9</v></c></c>',
    '<c xmlns="urn:other" r="A1"><v>10</v></c>',
    '<g xmlns="urn:other"><c r="A1"><v>1</v></c></g>',
    '<c r="A1"><x:v>11</x:v></c>',
    '<c r="A1" o:n="1"><v>12</v></c>',
    '<c r="A1"><c><v>13</v></c></c>',
    '<c r="A1" xml:id="i"/>',
]
ODDITIES = [
    "</row>",
    '<row r="2">',
    '<!-- <c r="A1"><v>1</v></c> -->',
    '<![CDATA[<c r="A1"><v>1</v></c>]]>',
    '<?p <c r="A1"><v>1</v></c>?>',
    '<c r="A1">',
    '<c r="A1" n="/>">',
    '<c r="A1" n=">"/></c>',
    "</c>",
    " text ",
    '<row n="',
    '">',
    '<row r="3"/>',
    "<row><c/></row>",
    '<x:row><c r="A3"/></x:row>',
    '</row>\n<row r="4" x:n="1">',
    "</row><extra/><row >",
    "</row></sheetData><sheetData><row >",
    "</row></sheetData></worksheet>",
    '</row></sheetData></worksheet><row r="5">',
]
ROWS = st.lists(st.sampled_from(CELLS) | st.sampled_from(CELLS) | st.sampled_from(ODDITIES), max_size=6).map(
    "".join
)
FRONTS = [
    "<sheetData>",
    '<cols><col min="1"/></cols><sheetData>',
    '<c r="A1"/><sheetData>',
    '<g xmlns="urn:other"/><sheetData>',
    "",
]


def build_part(head: str, front: str, rows: list[str]) -> str:
    name = head.rpartition("<")[2].partition(" ")[0]
    opening = [f'<row r="{number}" s="1">' if number % 3 else "<row >" for number in range(len(rows))]
    inside = "".join(f"{begin}{cells}</row>" for begin, cells in zip(opening, rows, strict=True))
    return f"{head}{front}{inside}{'</sheetData>' if front else ''}</{name}>"


PARTS = st.builds(
    build_part,
    st.sampled_from(HEADS),
    st.sampled_from(FRONTS) | st.just(FRONTS[0]),
    st.lists(ROWS, max_size=4),
)
BEFORE_THE_ROOT = st.sampled_from(
    ["", "", "", '<row r="1"><c r="A1"/></row>', '<row n="', "text", "\ufeff", "<!-- -->"]
)
Cells = list[tuple[str, str, int]]


def parse(element: Element, prefix: str) -> tuple[str, str, int]:
    return (
        element.get("r", ""),
        "".join(element.itertext()),
        sum(child.tag.startswith(prefix) for child in element),
    )


def parse_cell(element: Element, prefix: str) -> tuple[tuple[str, str, int], ...]:
    return () if element.get("s") else (parse(element, prefix),)


def parse_plain(parse: object, piece: bytes) -> tuple[tuple[str, str, int], ...] | None:
    plain = re.fullmatch(r'r="([A-Z][1-9])"><v>([0-9])</v></c>', piece.decode("latin-1"))
    return ((plain[1], plain[2], 1),) if plain is not None else None


def check_row(row: Element) -> None:
    if row.get("r") == "5":
        raise RefusedFile("return-damaged")


def cell_memory() -> PieceMemory[tuple]:
    return PieceMemory(Cutter(b"<c ", ("worksheet", "sheetData", "row"), check_row), parse_plain)


def read_afresh(data: bytes, name: str = "c") -> Cells | str:
    try:
        root, prefix = read_main(data, "", LIMITS)
        for row in root.iter(f"{prefix}row"):
            check_row(row)
    except RefusedFile as refused:
        return refused.code
    return [
        parse(element, prefix)
        for element in root.iter(f"{prefix}{name}")
        if name != "c" or not element.get("s")
    ]


def encode(part: str) -> bytes:
    return part.encode("latin-1" if "8859" in part else "utf-8", "replace")


def body(part: str, closing: str = "</row></sheetData></worksheet>") -> bytes | None:
    return encode(part.removesuffix(closing)) if part.endswith(closing) else None


@given(st.lists(st.builds(str.__add__, BEFORE_THE_ROOT, PARTS), min_size=2, max_size=5))
def test_a_memory_of_other_sheets_changes_nothing(parts):
    memory = cell_memory()
    for part in parts:
        cells = memory.read(body(part), "", LIMITS, parse_cell)
        assert cells is None or [*chain.from_iterable(cells)] == read_afresh(encode(part))


ITEMS = [
    "<si><t>1</t></si>",
    "<si><t>é</t></si>",
    "<si><x:t>2</x:t></si>",
    "<si x:n='1'><t>3</t></si>",
    "<si><o:t>4</o:t></si>",
    "<si/>",
    '<si><t xml:id="i">6</t></si>',
    "<si></si >",
    "<si><si><t>5</t></si></si>",
    "<x:si/>",
    "\n",
    "<extra/>",
    "</si>",
    "<si>",
    "</sst>",
    '<n n="',
    '"/>',
    "<!-- <si> -->",
    '<sst xmlns="urn:other">',
]
LISTS = st.builds(
    lambda before, head, items: (
        f"{before}{head.replace('worksheet', 'sst')}{''.join(items)}</{'x:' if '<x:' in head else ''}sst>"
    ),
    st.sampled_from(["", "", "<si><t>1</t></si>"]),
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(ITEMS[:7]) | st.sampled_from(ITEMS), max_size=6),
)


@given(st.lists(LISTS, min_size=2, max_size=5))
def test_a_memory_of_other_texts_changes_nothing(parts):
    memory = PieceMemory(Cutter(b"<si>", ("sst",)))
    for part in parts:
        found = memory.read(body(part, "</sst>"), "", LIMITS, parse)
        assert found is None or found == read_afresh(encode(part), "si")


def build_sheet(rows: str) -> bytes | None:
    return body(f"{HEADS[0]}<sheetData>{rows}</sheetData></worksheet>")


ROW = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="2"/></row>'


def test_what_is_known_is_not_parsed_again():
    parsed = []

    def parse_noted(element: Element, prefix: str) -> tuple[str, ...]:
        parsed.append(element.get("r"))
        return (element[0].text,) if len(element) else ()

    memory = PieceMemory(Cutter(b"<c ", ("worksheet", "sheetData", "row")))
    sheets = [
        memory.read(
            build_sheet(f'{ROW}<row r="2"><c r="A2"><v>{number}</v></c><c r="B2"><v>0</v></c></row>'),
            "",
            LIMITS,
            parse_noted,
        )
        for number in (1, 2, 2)
    ]
    assert sheets == [
        [("1",), (), ("1",), ("0",)],
        [("1",), (), ("2",), ("0",)],
        [("1",), (), ("2",), ("0",)],
    ]
    assert parsed == ["A1", "B1", "A2", "B2", "A2"]


def test_blanks_between_rows_and_rows_without_cells_are_as_good():
    sheet = build_sheet(
        f'\n{ROW}\n <row r="2"/><row r="3" s="1"></row>\n<row r="4"><c r="A4"/>\n<c r="B4"/>\n</row>'
    )
    assert cell_memory().read(sheet, "", LIMITS, parse_cell) == [
        (("A1", "1", 1),),
        (),
        (("A4", "", 0),),
        (("B4", "", 0),),
    ]


def test_rows_in_front_of_the_first_cell_are_checked_too():
    rows = '<row r="{}"/><row r="6"><c r="A6" s="1"/></row>'
    assert cell_memory().read(build_sheet(rows.format(4)), "", LIMITS, parse_cell) == [()]
    assert cell_memory().read(build_sheet(rows.format(5)), "", LIMITS, parse_cell) is None


def test_names_may_mean_something_else_in_another_part():
    memory = cell_memory()
    rows = '<sheetData><row r="1"><c r="A1"><x:v>1</x:v></c>'
    for head, expected in (
        (HEADS[2], [(("A1", "1", 1),)]),
        (HEADS[2].replace(f'x="{MAIN[0]}"', 'x="urn:x"'), [(("A1", "1", 0),)]),
        (HEADS[0], None),
    ):
        assert memory.read(f"{head}{rows}".encode(), "", LIMITS, parse_cell) == expected


def test_what_stands_where_nothing_may_stand_is_not_known():
    memory = cell_memory()
    assert memory.read(build_sheet(ROW), "", LIMITS, parse_cell) == [(("A1", "1", 1),), ()]
    sheet = f"{HEADS[0]}<sheetData></sheetData></worksheet>"
    for odd in (
        f"{ROW}{sheet}",
        f"{sheet}{ROW}",
        f'{HEADS[0]}<sheetData n="{ROW}"></row></sheetData></worksheet>',
        f"{HEADS[0]}<sheetData><!-- {ROW}</sheetData></worksheet>",
        f"{HEADS[0]}<sheetData>{ROW}<row n='{ROW}</sheetData></worksheet>",
        f"{HEADS[0]}<sheetData>{ROW}{CELLS[0]}</row></sheetData></worksheet>",
    ):
        found = memory.read(body(odd), "", LIMITS, parse_cell)
        assert found is None, odd


def test_another_way_to_read_finds_nothing_known():
    memory = PieceMemory(Cutter(b"<c ", ("worksheet", "sheetData", "row")))
    assert memory.read(build_sheet(ROW), "", LIMITS, parse_cell) == [(("A1", "1", 1),), ()]
    assert memory.read(build_sheet(ROW), "", LIMITS, lambda element, prefix: ("else",)) == [("else",)] * 2


def test_what_is_remembered_is_limited():
    memory = cell_memory()
    for number in range(100):
        long = "".join(
            f'<row r="{row}"><c r="A{row}"><v>{number}{"0" * 10_000}</v></c></row>' for row in range(11, 61)
        )
        assert len(memory.read(build_sheet(long), "", LIMITS, parse_cell)) == 50
    assert 1 << 23 < memory.known.size <= 1 << 25


def test_many_ways_to_read_are_not_remembered_for_ever():
    memory = cell_memory()
    for number in range(3000):
        head = f'<worksheet xmlns="{MAIN[0]}" xmlns:n="urn:{number}"><sheetData>'
        row = ROW.removesuffix("</row>")
        assert memory.read(f"{head}{row}".encode(), "", LIMITS, parse_cell) is not None
    assert memory.known.size < 1 << 20
