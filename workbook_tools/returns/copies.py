"""Form sheets copied within a workbook: equal answers count once, contradicting ones are in doubt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.problems import BLANK, Place, Problem, problem
from workbook_tools.spec.markers import NOTE_SUFFIX

if TYPE_CHECKING:
    from workbook_tools.excel import Cell
    from workbook_tools.model import ReportTemplate
    from workbook_tools.readers.sheet_book import SheetBook
    from workbook_tools.returns.locate import Located


def settle_copies(located: Located, book: SheetBook, template: ReportTemplate | None) -> Located:
    """Choose the cell of each name that is in several, or drop the name with a problem.

    Copies without entries are ignored. If the others agree, the first visible sheet counts; if not, only the
    lines that differ are affected. A line copied within its sheet is not read at all.
    """
    # Nearly always; nothing is looked up then.
    if not located.several:
        return located
    contents = _Contents(book)
    places = [cell for cells in located.several.values() for cell in cells]
    used = {cell.sheet for cell in places if contents.of(cell)}
    cells, problems = dict(located.cells), list(located.problems)
    copied: set[str] = set()
    for name, standing in located.several.items():
        is_note = name.endswith(NOTE_SUFFIX)
        # Within one sheet, either of the two rows may be the line.
        if max(Counter(cell.sheet for cell in standing).values()) > 1:
            if not is_note:
                label = template.label(name) if template is not None else ""
                place = _place(standing[1], name)
                problems.append(problem("input-duplicated", place, value=label or name))
            continue
        # A blank copy, kept as a pattern, takes part in nothing.
        filled = [cell for cell in standing if cell.sheet in used] or list(standing)
        main = min(filled, key=lambda cell: contents.rank(cell.sheet))
        copied |= {cell.sheet for cell in standing} - {main.sheet}
        other = next((cell for cell in filled if contents.of(cell) != contents.of(main)), None)
        # A remark that differs changes no figure.
        if other is None or is_note:
            cells[name] = main
        else:
            problems.append(_differs(name, main, other, contents))
    if copied:
        problems.insert(0, problem("form-sheet-copied", value=", ".join(sorted(copied, key=contents.rank))))
    return replace(located, cells=cells, problems=tuple(problems), several={})


def _differs(name: str, main: Cell, other: Cell, contents: _Contents) -> Problem:
    here, there = contents.of(main) or BLANK, contents.of(other) or BLANK
    return problem("copies-differ", _place(main, name), value=here, read=there, other=other.sheet)


def _place(cell: Cell, name: str) -> Place:
    return Place(sheet=cell.sheet, cell=cell.ref, indicator=name)


class _Contents:
    """Cell contents of a workbook, and the order in which a person sees its sheets."""

    def __init__(self, book: SheetBook) -> None:
        self._sheets = {sheet.name: sheet for sheet in book.sheets}
        self._ranks = {
            sheet.name: (sheet.state != "visible", position) for position, sheet in enumerate(book.sheets)
        }

    def of(self, cell: Cell) -> str:
        """The cell's content, or ""; 12 as a number equals 12 as text."""
        return self._sheets[cell.sheet].raw((cell.row, cell.column)).strip()

    def rank(self, sheet: str) -> tuple[bool, int]:
        """Sort key: visible sheets before hidden ones, in the order of the workbook."""
        return self._ranks[sheet]
