"""The units of the roster, of whom the report is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct, field

from workbook_tools.storage.location import Location
from workbook_tools.text.clean import fold_case

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
# No dot at the beginning, at the end, or twice in a row (RFC 5322, 3.2.3), and no encoded word: no server
# accepts these, and the standard library builds no mail to them.
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@)(?!.*=\?){_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_email(text: str) -> bool:
    """Whether a text is a single e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def split_addresses(text: str) -> list[str]:
    """The e-mail addresses of a cell, separated by semicolons, commas or blanks."""
    return [part for part in re.split(r"[;,\s]+", text) if part]


class Unit(Struct, frozen=True):
    """A reporting unit: a row of the roster. ``facts`` are its ``dv_…`` columns."""

    code: str
    name: str
    type: str
    parent: str | None = None
    email: str = ""
    phone: str = ""
    facts: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its distinct e-mail addresses in lower case: mail systems ignore case."""
        return tuple(dict.fromkeys(part.lower() for part in split_addresses(self.email)))


class Roster(Struct, frozen=True, dict=True):
    """All units by code, in the roster's order; a parent is a unit or None (directly under the office)."""

    path: Location
    units: Mapping[str, Unit]
    counted_facts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """For facts that are last period's figures: name → unit → the part in last period's totals."""
    fact_labels: Mapping[str, str] = field(default_factory=dict)
    """What facts are called in words, where the heading of their column says it."""

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units.values())

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, code: str) -> Unit:
        return self.units[code]

    def __contains__(self, code: object) -> bool:
        return code in self.units

    def named(self, code: str) -> str:
        """A unit as a person reads it, “Mầm non An Lão (11629-mn)”; the code alone if no unit has it."""
        if code in self.units:
            return f"{self.units[code].name} ({code})"
        return code

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Unit → its name."""
        return {unit.code: unit.name for unit in self}

    @cached_property
    def children(self) -> dict[str | None, tuple[Unit, ...]]:
        """Parent code → its units; None → those directly under the office."""
        found: dict[str | None, list[Unit]] = {}
        for unit in self:
            found.setdefault(unit.parent, []).append(unit)
        return {parent: tuple(units) for parent, units in found.items()}

    @cached_property
    def by_name(self) -> dict[str, tuple[Unit, ...]]:
        """Name, folded (:func:`~workbook_tools.text.clean.fold_case`) → the units of that name."""
        found: dict[str, tuple[Unit, ...]] = {}
        for unit in self:
            name = fold_case(unit.name)
            found[name] = (*found.get(name, ()), unit)
        return found

    @cached_property
    def by_address(self) -> Mapping[str, str]:
        """E-mail address → the code of the unit that has it; without addresses that several units share."""
        found: dict[str, list[str]] = {}
        for unit in self:
            for address in unit.addresses:
                found.setdefault(address, []).append(unit.code)
        return {address: codes[0] for address, codes in found.items() if len(codes) == 1}

    def name_above(self, unit: Unit, office: str) -> str:
        """The name of the unit above; that of the office for units directly under it."""
        if unit.parent is None:
            return office
        return self.units[unit.parent].name

    def ancestors(self, code: str) -> list[Unit]:
        """The unit's parent, grandparent and so on, nearest first."""
        found: list[Unit] = []
        parent = self.units[code].parent
        # The bound is needed for units that are each other's parents, which another check reports.
        while parent is not None and parent in self.units and len(found) < len(self.units):
            found.append(self.units[parent])
            parent = self.units[parent].parent
        return found

    @cached_property
    def fact_names(self) -> tuple[str, ...]:
        """Names of all facts, ``dv_…``, in the order of the roster's columns."""
        return tuple(dict.fromkeys(name for unit in self for name in unit.facts))
