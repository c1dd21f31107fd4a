"""The template: all that is asked, and where it is on the form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field

from workbook_tools.excel import Cell
from workbook_tools.model.asked import Campaign, Computed, Indicator, Kind, Need, Rule, UnitType
from workbook_tools.model.letter_kinds import LetterKind, LetterText
from workbook_tools.model.row_list import RowList
from workbook_tools.storage.location import Location


# Comparing all its content would cost more than a cache keyed by it saves.
class ReportTemplate(Struct, frozen=True, eq=False, dict=True):
    """A checked template: what is asked, and of whom. Compared by identity, so usable as a cache key.

    ``inputs`` and ``notes`` map indicators to the cells of their answer and remark on the form sheets,
    including mirrors and calculated lines; ``texts`` are the printed texts, with their markers. ``version``
    is 8 hex digits that change whenever what is asked, or where, does.
    """

    path: Location
    version: str
    campaign: Campaign
    indicators: Mapping[str, Indicator]
    rules: tuple[Rule, ...]
    unit_types: Mapping[str, UnitType]
    form_sheets: tuple[str, ...]
    inputs: Mapping[str, Cell]
    notes: Mapping[str, Cell]
    texts: Mapping[Cell, str] = field(default_factory=dict)
    computed: tuple[Computed, ...] = ()
    """The calculated cells, each after its inputs."""
    uncalculated: tuple[Cell, ...] = ()
    """Cells with formulas that the program cannot parse."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Code → number format of its cell in the template."""
    lists: Mapping[str, RowList] = field(default_factory=dict)
    row_formulas: tuple[Computed, ...] = ()
    """The calculated cells of lists, in the top row of each; every other row has them, too."""
    drawn: ReportTemplate | None = None
    """The template with each list in the single row that the officer drew; None if there is no list."""
    letters: Mapping[LetterKind, LetterText] = field(default_factory=dict)
    """The campaign's own wording; not part of ``version``."""
    earlier_version: str = ""
    """The version as computed before 0.2, which older forms carry."""
    page_texts: frozenset[str] = frozenset()
    """What the headers and footers of its pages say, without formatting."""
    pictures: int = 0
    """How many pictures are drawn on its sheets."""
    content: bytes = b""
    """The workbook's bytes, so that everything is made from the same state even if the file changes."""

    def __repr__(self) -> str:
        return f"ReportTemplate({self.path!r}, version={self.version!r})"

    def made(self, form_version: str) -> bool:
        """Whether forms of a version ask what this template asks, at the same places."""
        # Forms made before 0.2 may still come back.
        return form_version in (self.version, self.earlier_version)

    def indicators_for(self, unit_type: str) -> list[Indicator]:
        """The indicators that a unit type is asked for, without mirrors, in the order of the dictionary."""
        return [i for i in self.indicators.values() if i.asked and i.applies_to(unit_type)]

    def calculated_for(self, unit_type: str) -> list[Indicator]:
        """The lines calculated for a unit type, in the order of the dictionary."""
        return [i for i in self.indicators.values() if i.kind is Kind.FORMULA and i.applies_to(unit_type)]

    def lists_for(self, unit_type: str) -> list[RowList]:
        """The lists that a unit type is asked for, in the order of the dictionary."""
        return [one for one in self.lists.values() if one.applies_to(unit_type)]

    @cached_property
    def columns(self) -> Mapping[str, Indicator]:
        """The columns of all lists, by code."""
        return {code: column for one in self.lists.values() for code, column in one.columns.items()}

    def line(self, code: str) -> Indicator | None:
        """The line or column of a list with this code."""
        return self.indicators.get(code) or self.columns.get(code)

    def source(self, name: str) -> str:
        """The line that a mirror shows; any other name itself."""
        line = self.line(name)
        if line is not None and line.mirrors:
            return line.mirrors
        return name

    def label(self, code: str) -> str:
        """The label of a line, list or column; "" for any other code."""
        found = self.line(code) or self.lists.get(code)
        return found.label if found is not None else ""

    def wanted_for(self, unit_type: str) -> list[Indicator]:
        """The required and recommended indicators of a unit type, on which completeness is based."""
        return [i for i in self.indicators_for(unit_type) if i.need is not Need.OPTIONAL]

    def number_format(self, code: str) -> str:
        """The number format of a line's cell in the template; by default, that of integers."""
        drawn, indicator = self.formats.get(code, ""), self.line(code)
        assert indicator is not None
        # The officer has chosen neither: General is the default, and @ marks a cell as text.
        is_drawn = drawn not in ("", "General", "@")
        # A rate is stored as a fraction, so a format without % would show 0.875 for 87,5 %.
        if indicator.kind is Kind.PERCENT:
            if is_drawn and "%" in drawn:
                return drawn
            return "0.0%"
        if indicator.whole or (indicator.additive and code in self._whole_results and not is_drawn):
            return "#,##0"
        return drawn if is_drawn else "#,##0.00"

    @cached_property
    def _whole_results(self) -> frozenset[str]:
        return frozenset(one.name for one in (*self.computed, *self.row_formulas) if one.is_whole)

    def may_be_text(self, code: str) -> bool:
        """Whether a calculated line, or a list's calculated column, may have a text as its result."""
        return code in self._texts

    @cached_property
    def _texts(self) -> frozenset[str]:
        return frozenset(one.name for one in (*self.computed, *self.row_formulas) if one.may_be_text)

    def rules_for(self, unit_type: str) -> list[Rule]:
        """The rules that a unit type must satisfy."""
        return [r for r in self.rules if r.applies_to(unit_type)]

    @property
    def groups(self) -> list[str]:
        """Group names in the order of the dictionary."""
        return list(dict.fromkeys(i.group for i in self.indicators.values()))
