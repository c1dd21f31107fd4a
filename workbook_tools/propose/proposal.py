"""A proposed template: what was found on a drawn form, and what to check of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from workbook_tools.propose.guesses import ProposedLine
    from workbook_tools.propose.stated_rules import ProposedRule


class ProposedList(Struct, frozen=True):
    """A list: its group, its name, and the number of rows drawn for it."""

    group: str
    label: str
    room: int


class Proposal(Struct):
    """A proposal: lines, lists, rules, and remarks (sheet, cell, proposal, reason to check it).

    The columns of a list are lines whose codes begin with the list's.
    """

    lines: dict[str, ProposedLine] = field(default_factory=dict)
    lists: dict[str, ProposedList] = field(default_factory=dict)
    rules: list[ProposedRule] = field(default_factory=list)
    remarks: list[tuple[str, str, str, str]] = field(default_factory=list)
    content: bytes = b""
