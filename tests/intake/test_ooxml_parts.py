"""What is remembered of other files never changes what a file says: cells and texts come out as from a parser that knows nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbook_tools.intake.guard import LIMITS, Element
from workbook_tools.intake.ooxml_parts import MAIN, PieceMemory, read_main
from workbook_tools.intake.refusal import RefusedFile

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
]
ROWS = st.lists(st.sampled_from(CELLS) | st.sampled_from(CELLS) | st.sampled_from(ODDITIES), max_size=6).map("".join)
PARTS = st.builds(
    lambda head, rows: f"{head}<row>{'</row><row>'.join(rows)}</row></{head.rpartition('<')[2].partition(' ')[0]}>",
    st.sampled_from(HEADS),
    st.lists(ROWS, max_size=3),
)


def parse(element: Element, prefix: str) -> tuple[str, str, int]:
    return element.get("r", ""), "".join(element.itertext()), len(element)


def read_afresh(data: bytes) -> list[tuple[str, str, int]] | str:
    try:
        root, prefix = read_main(data, "", LIMITS)
    except RefusedFile as refused:
        return refused.code
    return [parse(element, prefix) for element in root.iter(f"{prefix}c")]


def read_with(memory: PieceMemory[tuple[str, str, int]], data: bytes) -> list[tuple[str, str, int]] | str:
    try:
        return memory.read(data, "", LIMITS)
    except RefusedFile as refused:
        return refused.code


@given(st.lists(PARTS, min_size=2, max_size=5))
def test_a_memory_of_other_parts_changes_nothing(parts):
    memory = PieceMemory("c", b"<c ", parse)
    for part in parts:
        data = part.encode("latin-1" if "8859" in part else "utf-8")
        assert read_with(memory, data) == read_afresh(data)


def test_what_is_known_is_not_parsed_again():
    parsed = []
    memory = PieceMemory("c", b"<c ", lambda element, prefix: parsed.append(element.get("r")))
    form = f'{HEADS[0]}<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="2"/></row><row r="2"><c r="A2"><v>%d</v></c></row></worksheet>'
    for number in (1, 2, 2):
        memory.read((form % number).encode(), "", LIMITS)
    assert parsed == ["A1", "B1", "A2", "A2"]


def test_what_is_remembered_is_limited():
    memory = PieceMemory("c", b"<c ", parse)
    for number in range(60):
        long = "".join(f'<c r="A{row}"><v>{number}{"0" * 10_000}</v></c>' for row in range(1, 51))
        assert len(memory.read(f"{HEADS[0]}{long}</worksheet>".encode(), "", LIMITS)) == 50
    assert sum(map(len, memory._rests)) <= 1 << 24
