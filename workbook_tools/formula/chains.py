"""Cells that need one another, worked out to any depth: in a long column each may use the one below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbook_tools.excel import Cell

_DEEPEST = 20
"""Cells worked out one inside the other; Python's stack holds a hundred or so of plain formulas."""


class _TooDeep(Exception):
    """The cell has to be worked out first; ``path`` are those that wait for it."""

    def __init__(self, cell: Cell, path: tuple[Cell, ...]) -> None:
        super().__init__(cell)
        self.cell, self.path = cell, path


class CellChain(Struct):
    """The cells that are being worked out, each of them for the one before it."""

    _open: list[Cell] = field(default_factory=list)
    _waiting: set[Cell] = field(default_factory=set)

    def holds(self, cell: Cell) -> bool:
        """Whether a cell is being worked out, so that one that needs it now needs itself."""
        return cell in self._waiting or cell in self._open

    def run(self, cell: Cell, work: Callable[[Cell], None]) -> None:
        """Work out a cell; ``work`` calls this for every cell that it needs and that is not known yet.

        Where that goes deep, all begun work is broken off by an exception that it must let through, and begun
        again once the deepest cell is known.
        """
        if self._open:
            if len(self._open) >= _DEEPEST:
                raise _TooDeep(cell, tuple(self._open))
            self._do(cell, work)
            return
        todo: list[tuple[Cell, tuple[Cell, ...]]] = [(cell, ())]
        while todo:
            now, path = todo[-1]
            try:
                self._do(now, work)
            except _TooDeep as deeper:
                todo.append((deeper.cell, deeper.path))
                self._waiting.update(deeper.path)
            else:
                todo.pop()
                self._waiting.difference_update(path)

    def _do(self, cell: Cell, work: Callable[[Cell], None]) -> None:
        self._open.append(cell)
        try:
            work(cell)
        finally:
            self._open.pop()
