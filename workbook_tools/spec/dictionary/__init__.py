"""The dictionary sheets of a template: indicators, rules, unit types, campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools import heads
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.dictionary.campaign_rows import read_campaign, read_unit_types
from workbook_tools.spec.dictionary.indicator_rows import read_indicators
from workbook_tools.spec.dictionary.rule_rows import read_rules
from workbook_tools.spec.own_cells import own_sheet
from workbook_tools.spec.row_lists.list_columns import ListReader
from workbook_tools.spec.tables import Findings, Row, Table, find_sheet, note_missing_sheet, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.workbook import Workbook

    from workbook_tools.model import Campaign, Indicator, RowList, Rule, UnitType


class Dictionary(Struct, frozen=True):
    """The content of the dictionary sheets."""

    indicators: Mapping[str, Indicator]
    rules: tuple[Rule, ...]
    unit_types: Mapping[str, UnitType]
    campaign: Campaign | None
    calculated: Mapping[str, Row]
    """The rows of the lines of kind công thức, by code."""
    lists: Mapping[str, RowList] = field(default_factory=dict)
    columns: Mapping[str, Indicator] = field(default_factory=dict)
    """The columns of all lists, by code."""
    list_rows: Mapping[str, Row] = field(default_factory=dict)
    """The rows of lists and columns, by code."""
    campaign_codes: frozenset[str] = frozenset()
    """The codes of all campaign rows, valid or not: a marker that names one is not unknown."""

    @property
    def text_markers(self) -> set[str]:
        """Markers for texts from the dictionary or the roster's fixed columns."""
        optional = {*words.OPTIONAL_CAMPAIGN_KEYS, *words.CONTACT_KEYS}
        campaign = {*self.campaign_codes, *words.CAMPAIGN_KEYS, *optional}
        types = {name for unit_type in self.unit_types.values() for name in unit_type.texts}
        return campaign | types | set(words.UNIT_MARKERS) | set(words.GENERATED_MARKERS)


def read_dictionary(workbook: Workbook, findings: Findings) -> Dictionary:
    """Read all four dictionary sheets; faults are noted, and unusable rows left out."""
    tables = {
        name: _table(workbook, name, findings)
        for name in (words.UNIT_TYPES, words.CAMPAIGN, words.INDICATORS, words.RULES)
    }
    unit_types = read_unit_types(tables[words.UNIT_TYPES])
    reader = ListReader()
    indicators, calculated = read_indicators(tables[words.INDICATORS], unit_types, reader)
    lists = reader.settle()
    columns = {code: column for one in lists.values() for code, column in one.columns.items()}
    if tables[words.INDICATORS].columns and not tables[words.INDICATORS].values:
        findings.add("lines-missing", tables[words.INDICATORS].sheet)
    campaign = read_campaign(tables[words.CAMPAIGN], unit_types, indicators, findings)
    rules = read_rules(tables[words.RULES], unit_types, {**indicators, **columns})
    codes = frozenset(row.text(heads.KEY).lower() for row in tables[words.CAMPAIGN])
    return Dictionary(indicators, rules, unit_types, campaign, calculated, lists, columns, reader.rows, codes)


def _table(workbook: Workbook, name: str, findings: Findings) -> Table:
    title = find_sheet(workbook.sheetnames, name)
    if title is None:
        note_missing_sheet(workbook.sheetnames, name, findings)
        return Table(name, findings, {}, [])
    return read_table(own_sheet(workbook[title]), words.COLUMNS[name], findings)
