"""Rules that a drawn form states: totals of rows and columns, parts of a whole, ``(1)=(2)+(3)``."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.propose.inputs import MEASURES, heads, row_texts
from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workbook_tools.propose.grid import Block, Grid

_EQUATION = re.compile(r"\(?(\d{1,2})\)?\s*=\s*((?:\(?\d{1,2}\)?\s*[-+]\s*)+\(?\d{1,2}\)?)")
_TERM = re.compile(r"([-+]?)\s*\(?(\d{1,2})\)?")
_TOTAL = re.compile(r"(?:tong so|tong cong|cong|tong)\b")
_TOTAL_ROW = re.compile(r"(?:tong so|tong cong|cong|tong)(?: chung)?")
_PART = re.compile(r"[-+*\s]*trong do\b")


class ProposedRule(Struct, frozen=True):
    """A rule over codes, and why it is proposed; a rule printed on the form is an error if broken."""

    formula: str
    message: str
    is_printed: bool


def guess_rules(grid: Grid, codes: Mapping[Block, str]) -> Iterator[ProposedRule]:
    """Guess the rules of one sheet; ``codes`` maps its numeric inputs and calculated lines to their codes."""
    found: dict[str, ProposedRule] = {}
    # Printed equations first: of two equal rules the first is kept, and theirs are errors.
    for rule in (*_equations(grid, codes), *_row_totals(grid, codes), *_parts(grid, codes)):
        found.setdefault(rule.formula, rule)
    yield from found.values()


def list_totals(
    grid: Grid, columns: Mapping[Block, str], codes: Mapping[Block, str]
) -> Iterator[ProposedRule]:
    """Yield the rules that a total directly below a list is the sum of the list's column."""
    for block, code in codes.items():
        above = grid.at(block.row - 1, block.column)
        if above is not None and above in columns and is_total(grid, block):
            yield ProposedRule(
                f"={code}=SUM({columns[above]})", "Dòng cộng phải bằng tổng các dòng của danh sách.", False
            )


def _equations(grid: Grid, codes: Mapping[Block, str]) -> Iterator[ProposedRule]:
    named = [b for b in grid.blocks if b.is_boxed and b.column_number.isdigit() and "(" in b.text]
    numbers = {b.column_number: b.column for b in named}
    below = max((b.row for b in named), default=0)
    for block in grid.blocks:
        for whole, parts in _EQUATION.findall(block.text):
            terms = _TERM.findall(parts)
            columns = [numbers.get(n) for n in (whole, *(n for _sign, n in terms))]
            # The equation is about columns that this sheet does not have.
            if None in columns:
                continue
            for row in sorted({b.row for b in codes if b.row > below}):
                cells = [codes.get(cell) if (cell := grid.at(row, c or 0)) else None for c in columns]
                if None not in cells:
                    right = "".join(
                        f"{sign}{code}" for (sign, _n), code in zip(terms, cells[1:], strict=True)
                    )
                    yield ProposedRule(
                        f"={cells[0]}={right}", f"Cột {whole} phải bằng {parts.strip()}.", True
                    )


def _row_totals(grid: Grid, codes: Mapping[Block, str]) -> Iterator[ProposedRule]:
    """Yield the rules that a total is the sum of the rows above, up to the previous total or heading."""
    columns: dict[int, list[Block]] = defaultdict(list)
    for block in codes:
        columns[block.column].append(block)
    for blocks in columns.values():
        above: list[Block] = []
        for block in sorted(blocks, key=lambda b: b.row):
            if above and not _same_table(grid, above[-1], block):
                above = []
            if not is_total(grid, block):
                above.append(block)
                continue
            # A row "trong đó" is a part of the row above and would count twice.
            rows = [b for b in above if not _is_part(grid, b)]
            if len(rows) > 1:
                total = "+".join(codes[b] for b in rows)
                yield ProposedRule(
                    f"={codes[block]}={total}", f"{_name(grid, block)} phải bằng tổng các dòng trên.", False
                )
            above = []


def _parts(grid: Grid, codes: Mapping[Block, str]) -> Iterator[ProposedRule]:
    """Yield the rules that a part is at most the whole: beside a total, or in a row “trong đó”."""
    rows: dict[int, list[tuple[Block, list[str]]]] = defaultdict(list)
    columns: dict[int, list[Block]] = defaultdict(list)
    for block in codes:
        rows[block.row].append((block, heads(grid, block)))
        if not _is_part(grid, block):
            columns[block.column].append(block)
    for row in rows.values():
        for block, own in row:
            for other, theirs in row:
                if _is_whole_of(theirs, own):
                    text = f"{own[-1]} không được nhiều hơn {theirs[-1].lower()}."
                    yield ProposedRule(f"={codes[block]}<={codes[other]}", text, False)
    for block in codes:
        if _is_part(grid, block):
            above = [b for b in columns[block.column] if b.row < block.row]
            if above and _same_table(grid, above[-1], block):
                text = f"{_name(grid, block)}: không được nhiều hơn số chung."
                yield ProposedRule(f"={codes[block]}<={codes[above[-1]]}", text, False)


def _is_whole_of(theirs: Sequence[str], own: Sequence[str]) -> bool:
    """Whether headings are of a total beside a part: alike but for the last ones."""
    if len(own) < 2 or len(theirs) < 2 or own[:-1] != theirs[:-1]:
        return False
    return bool(_TOTAL.match(fold(theirs[-1]))) and not _TOTAL.match(fold(own[-1]))


def _same_table(grid: Grid, upper: Block, lower: Block) -> bool:
    between = (grid.at(row, lower.column) for row in range(upper.row, lower.row + 1))
    return all(block is not None and block.is_boxed for block in between)


def _name(grid: Grid, block: Block) -> str:
    texts = row_texts(grid, block)
    texts = [b for b in texts if not any(fold(head) in MEASURES for head in heads(grid, b)[-1:])]
    if texts:
        return " ".join(texts[-1].text.split()).strip(" :;-+")
    return block.ref


def is_total(grid: Grid, block: Block) -> bool:
    """Whether its row is called a total."""
    return bool(_TOTAL_ROW.fullmatch(fold(_name(grid, block))))


def _is_part(grid: Grid, block: Block) -> bool:
    return bool(_PART.match(fold(_name(grid, block))))
