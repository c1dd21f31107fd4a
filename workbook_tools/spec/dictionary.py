"""The dictionary sheets of a template: indicators, rules, unit types, campaign."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from workbook_tools.errors import FormulaError
from workbook_tools.excel import parse_ref
from workbook_tools.formula import FUNCTIONS, parse_formula
from workbook_tools.formula.measures import is_column, is_measure, list_of, measure_parts
from workbook_tools.model import Adding, Campaign, Indicator, Kind, Need, Rate, RowList, Rule, UnitType
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.mail.mail_settings import is_valid_setting
from workbook_tools.spec.markers import FACT_PREFIX, LAST_SUFFIX
from workbook_tools.spec.row_lists.list_columns import RESERVED, ListReader, is_list
from workbook_tools.spec.tables import (
    CodeBook,
    Findings,
    Row,
    Table,
    clean,
    find_sheet,
    note_missing_sheet,
    read_table,
    suggest,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.workbook import Workbook

MESSAGE_LIMIT = 255
"""Excel's limit on a string literal in a formula, and on the input message of a cell."""
PROMPT_TITLE_LIMIT = 32
_OF_NUMBERS = frozenset({Adding.MEAN, Adding.LARGEST, Adding.SMALLEST})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_COLUMN_CODE = re.compile(r"([a-z][a-z0-9_]{0,29})\.([a-z][a-z0-9_]{0,29})")
"""A column of a list, such as ds.ten."""
_RATE = re.compile(r"(?:([0-9]+(?:\.[0-9]+)?)\s+)?(dv_[a-z0-9_]{1,57})")
_ROW_COLUMN = re.compile(r"r[0-9]*c[0-9]*|[rc]")
_CAMPAIGN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Dictionary:
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
        campaign = {*self.campaign_codes, *words.CAMPAIGN_KEYS, *words.OPTIONAL_CAMPAIGN_KEYS}
        types = {name for unit_type in self.unit_types.values() for name in unit_type.texts}
        return campaign | types | set(words.UNIT_MARKERS) | set(words.GENERATED_MARKERS)


def read_dictionary(workbook: Workbook, findings: Findings) -> Dictionary:
    """Read all four dictionary sheets; faults are noted, and unusable rows left out."""
    tables = {
        name: _table(workbook, name, findings)
        for name in (words.UNIT_TYPES, words.CAMPAIGN, words.INDICATORS, words.RULES)
    }
    unit_types = _read_unit_types(tables[words.UNIT_TYPES])
    lists = ListReader()
    indicators, calculated = _read_indicators(tables[words.INDICATORS], unit_types, lists)
    settled = lists.settle()
    columns = {code: column for one in settled.values() for code, column in one.columns.items()}
    if tables[words.INDICATORS].columns and not tables[words.INDICATORS].values:
        findings.add("lines-missing", tables[words.INDICATORS].sheet)
    campaign = _read_campaign(tables[words.CAMPAIGN], unit_types, indicators, findings)
    rules = _read_rules(tables[words.RULES], unit_types, {**indicators, **columns})
    codes = frozenset(row.text("Mã").lower() for row in tables[words.CAMPAIGN])
    return Dictionary(indicators, rules, unit_types, campaign, calculated, settled, columns, lists.rows, codes)


def is_campaign_code(code: str) -> bool:
    """Whether a campaign may have this code, which stands in file names and form ids."""
    return bool(_CAMPAIGN_CODE.fullmatch(code))


def is_like_cell(code: str) -> bool:
    """Whether Excel would read a name as a cell address (``ct1`` is column CT, row 1; also ``r1c1`` and
    ``r``).
    """
    if _ROW_COLUMN.fullmatch(code):
        return True
    try:
        parse_ref(code)
    except ValueError:
        return False
    return True


def _table(workbook: Workbook, name: str, findings: Findings) -> Table:
    title = find_sheet(workbook, name)
    if title is None:
        note_missing_sheet(workbook, name, findings)
        return Table(name, findings, {}, [])
    return read_table(workbook[title], words.COLUMNS[name], findings)


def _code(row: Row, seen: CodeBook, *, columns: bool = False) -> str | None:
    code = row.text("Mã", required=True)
    if not code:
        return None
    if columns and (parts := _COLUMN_CODE.fullmatch(code)) is not None:
        if parts[2] in RESERVED:
            row.note("code-reserved", "Mã", value=code)
            return None
        return code if seen.is_new(row, "Mã", code) else None
    if not _CODE.fullmatch(code):
        row.note("code-invalid", "Mã", value=code)
        return None
    if is_like_cell(code):
        row.note("code-like-cell", "Mã", value=code)
        return None
    return code if seen.is_new(row, "Mã", code) else None


def _types(row: Row, head: str, unit_types: Mapping[str, UnitType]) -> frozenset[str]:
    codes = [code.lower() for code in row.codes(head, between=";,\n")]
    if not codes or codes == [words.EVERYBODY]:
        return frozenset()
    for code in codes:
        if code not in unit_types:
            row.note(
                "type-unknown",
                head,
                value=code,
                accepted=", ".join([words.EVERYBODY, *unit_types]),
                suggestion=suggest(code, unit_types),
            )
    return frozenset(codes)


def _read_unit_types(table: Table) -> dict[str, UnitType]:
    fixed = {column.head for column in words.COLUMNS[words.UNIT_TYPES]}
    seen, found = CodeBook(), {}
    for row in table:
        code = _code(row, seen)
        level = row.number_in("Cấp")
        if level is None:
            row.note("value-missing", "Cấp")
        if code:
            texts = {head: row.text(head) for head in table.columns if head not in fixed}
            found[code] = UnitType(code, row.text("Tên loại", required=True), int(level or 1), texts)
    return found


def _read_indicators(
    table: Table, unit_types: Mapping[str, UnitType], lists: ListReader
) -> tuple[dict[str, Indicator], dict[str, Row]]:
    """The lines by code, and the rows of calculated ones; lists and their columns go into ``lists``."""
    seen, found, places = CodeBook(), {}, {}
    for row in table:
        code = _code(row, seen, columns=True)
        if code and is_list(row):
            lists.add_list(code, row, _types(row, "Ai điền", unit_types))
            continue
        indicator = _indicator(row, code or "", unit_types)
        if code and is_column(code):
            lists.add_column(indicator, row)
        elif code in words.UNIT_MARKERS or code in words.GENERATED_MARKERS:
            row.note("code-reserved", "Mã", value=code)
        elif code:
            found[code], places[code] = indicator, row
    for code, indicator in found.items():
        if indicator.kind is Kind.MIRROR and not (
            indicator.mirrors in found and found[indicator.mirrors or ""].asked
        ):
            value = indicator.mirrors or ""
            places[code].note("mirror-unknown", "Lựa chọn", value=value, suggestion=suggest(value, found))
    for code, indicator in found.items():
        weight = found.get(indicator.weight)
        if indicator.adding is Adding.MEAN and not (
            weight is not None and (weight.kind.numeric or weight.kind is Kind.FORMULA)
        ):
            value = indicator.weight
            places[code].note("weight-unknown", "Cách cộng", value=value, suggestion=suggest(value, found))
    calculated = {code: places[code] for code, one in found.items() if one.kind is Kind.FORMULA}
    return found, calculated


def _indicator(row: Row, code: str, unit_types: Mapping[str, UnitType]) -> Indicator:
    kind = row.one_of("Kiểu", words.KINDS, Kind.TEXT)
    need = row.one_of("Mức", words.NEEDS, Need.OPTIONAL)
    in_list = is_column(code)
    adding, weight = (Adding.NONE, "") if in_list and not row.text("Cách cộng") else _adding(row)
    additive = adding is Adding.SUM
    understood = row.text("Kiểu").lower() in words.KINDS
    adds_up = (kind.numeric and kind is not Kind.PERCENT) or kind in (Kind.MIRROR, Kind.FORMULA)
    if understood and ((additive and not adds_up) or (adding in _OF_NUMBERS and not kind.numeric)):
        row.note("text-not-additive", "Cách cộng", kind=row.text("Kiểu"))
    minimum, maximum = (_bound(row, head, kind) for head in ("Nhỏ nhất", "Lớn nhất"))
    if minimum is not None and maximum is not None and minimum > maximum:
        row.note("range-reversed", "Lớn nhất", minimum=f"{minimum:g}", maximum=f"{maximum:g}")
    label, hint = row.text("Nội dung", required=True), row.text("Gợi ý")
    if len(hint) > MESSAGE_LIMIT:
        row.note("hint-long", "Gợi ý", length=len(hint))
    return Indicator(
        code=code,
        group=row.text("Nhóm", required=not in_list),
        label=label,
        measure=row.text("Đơn vị tính"),
        kind=kind,
        need=need if kind is not Kind.FORMULA else Need.OPTIONAL,
        minimum=max(minimum or 0.0, 0.0) if kind.numeric and minimum is None else minimum,
        maximum=maximum,
        who=_types(row, "Ai điền", unit_types) if not in_list or row.text("Ai điền") else frozenset(),
        additive=additive and (kind.numeric or kind is Kind.FORMULA),
        adding=adding,
        weight=weight,
        matrix_row=" ".join(row.text("Hàng").split()),
        matrix_column=" ".join(row.text("Cột").split()),
        options=_options(row) if kind in (Kind.CHOICE, Kind.CHOICES) else (),
        mirrors=row.text("Lựa chọn").lower() or None if kind is Kind.MIRROR else None,
        formula=_formula(row, code) if kind is Kind.FORMULA else "",
        hint=hint,
        rate=_rate(row, additive=additive and kind.numeric),
    )


def _formula(row: Row, code: str) -> str:
    """The formula of a line; a running total adds another line to its own last figure."""
    text = row.text("Lựa chọn", required=True)
    if not words.is_running(row.text("Kiểu")) or not text:
        return text
    return f"={code}{LAST_SUFFIX}+{text.lower().removeprefix('=')}"


def _rate(row: Row, *, additive: bool) -> Rate | None:
    """The base of a line's rate: ``1000 dv_so_hoc_sinh``, or the fact alone."""
    text = row.text("Tính trên").lower()
    found = _RATE.fullmatch(text)
    if text and (found is None or not additive or float(found[1] or 1) == 0):
        row.note("rate-invalid", "Tính trên", value=text)
        return None
    return Rate(found[2], float(found[1] or 1)) if found else None


def _adding(row: Row) -> tuple[Adding, str]:
    """How a line is aggregated, and for a weighted mean the code of the weighting line."""
    text = " ".join(row.text("Cách cộng").lower().split())
    if text.startswith(words.WEIGHTED):
        return Adding.MEAN, text.removeprefix(words.WEIGHTED)
    known = row.one_of("Cách cộng", {**words.ADDING, f"{words.WEIGHTED}…": None}, Adding.NONE)
    return known or Adding.NONE, ""


def _bound(row: Row, head: str, kind: Kind) -> float | None:
    """A bound; for a rate, 100 and 100% are equal, and the default is 100%."""
    if kind is not Kind.PERCENT:
        return row.number_in(head, whole=kind is not Kind.DECIMAL)
    text = row.text(head)
    value = row.cells.get(head)
    if isinstance(value, str) and text.endswith("%"):
        try:
            return float(text.removesuffix("%").strip().replace(",", ".")) / 100
        except ValueError:
            row.note("value-not-number", head, value=text)
            return None
    bound = row.number_in(head)
    if bound is None:
        return 1.0 if head == "Lớn nhất" and not text else None
    return bound / 100 if abs(bound) > 1 else bound


def _options(row: Row) -> tuple[str, ...]:
    options = row.codes("Lựa chọn")
    if len(options) < 2:
        row.note(
            "options-missing", "Lựa chọn", suggestion="; ".join(row.codes("Lựa chọn", between=",/\n")[:5])
        )
    seen: set[str] = set()
    for option in options:
        if option.casefold() in seen:
            row.note("option-duplicate", "Lựa chọn", value=option)
        seen.add(option.casefold())
    return options


def _read_rules(
    table: Table, unit_types: Mapping[str, UnitType], indicators: Mapping[str, Indicator]
) -> tuple[Rule, ...]:
    seen, found = CodeBook(), []
    for row in table:
        code = _code(row, seen)
        message = row.text("Thông báo", required=True)
        if len(message) > MESSAGE_LIMIT:
            row.note("rule-message-long", "Thông báo", length=len(message))
        shown_at = row.text("Hiện ở").lower()
        if shown_at and shown_at not in indicators:
            row.note("rule-name-unknown", "Hiện ở", value=shown_at, suggestion=suggest(shown_at, indicators))
        formula = row.text("Công thức", required=True)
        is_error = row.one_of("Mức độ", words.SEVERITIES, True)
        who = _types(row, "Ai", unit_types)
        if formula and _formula_is_sound(row, formula, indicators) and code:
            found.append(Rule(code, formula, is_error, message, who, shown_at or None))
    return tuple(found)


def _formula_is_sound(row: Row, text: str, indicators: Mapping[str, Indicator]) -> bool:
    try:
        formula = parse_formula(text)
    except FormulaError as error:
        row.note("rule-syntax", "Công thức", value=text, reason=error.reason)
        return False
    sound = True
    for name in [part for name in formula.names for part in name_parts(name)]:
        base = name.removesuffix(LAST_SUFFIX)
        if base not in indicators and not name.startswith(FACT_PREFIX):
            row.note("rule-name-unknown", "Công thức", value=name, suggestion=suggest(name, indicators))
            sound = False
    lists = {list_of(name) for name in formula.names if is_column(name)}
    if len(lists) > 1:
        row.note("rule-of-two-lists", "Công thức", value=", ".join(sorted(lists)))
        sound = False
    for function in sorted(formula.functions - set(FUNCTIONS)):
        row.note("rule-function-unknown", "Công thức", value=function, accepted=", ".join(sorted(FUNCTIONS)))
        sound = False
    return sound


def name_parts(name: str) -> tuple[str, ...]:
    """The codes behind a name of a formula: the columns of a count or sum of a list, otherwise itself."""
    return measure_parts(name)[1] if is_measure(name) else (name,)


def _read_campaign(
    table: Table, unit_types: Mapping[str, UnitType], indicators: Mapping[str, Indicator], findings: Findings
) -> Campaign | None:
    rows, values, seen = {}, {}, CodeBook()
    for row in table:
        code = _code(row, seen)
        if code:
            rows[code], values[code] = row, _campaign_value(row)
    missing = [key for key in words.CAMPAIGN_KEYS if key not in rows]
    for key in missing:
        findings.add("key-missing", table.sheet, value=key)
    if missing or not _campaign_is_sound(rows, values, unit_types, indicators):
        return None
    texts = {key: str(value) for key, value in values.items()}
    deadline = values["han_nop"]
    assert isinstance(deadline, date)
    return Campaign(
        code=texts["ma_dot"],
        title=texts["tieu_de"],
        deadline=deadline,
        office=texts["co_quan"],
        office_type=texts["loai_co_quan"].lower(),
        level_names={
            int(key[4:]): text for key, text in texts.items() if re.fullmatch(r"cap_[1-9]", key) and text
        },
        inclusion=texts.get("ct_bao_gom", "").lower() or None,
        timezone=texts.get("mui_gio") or "Asia/Ho_Chi_Minh",
        values=values,
    )


def _campaign_value(row: Row) -> str | date:
    value = row.cells.get("Giá trị")
    if isinstance(value, datetime):
        return value.date()
    return clean(value)


def _campaign_is_sound(
    rows: Mapping[str, Row],
    values: Mapping[str, str | date],
    unit_types: Mapping[str, UnitType],
    indicators: Mapping[str, Indicator],
) -> bool:
    before = len(rows["ma_dot"].table.findings.problems)
    for key in words.CAMPAIGN_KEYS:
        if not values[key]:
            rows[key].note("value-missing", "Giá trị")
    if values["ma_dot"] and not is_campaign_code(str(values["ma_dot"])):
        rows["ma_dot"].note("code-invalid", "Giá trị", value=values["ma_dot"])
    if values["han_nop"] and not isinstance(values["han_nop"], date):
        rows["han_nop"].note("value-not-date", "Giá trị", value=values["han_nop"])
    office_type = str(values["loai_co_quan"]).lower()
    if office_type and office_type not in unit_types:
        rows["loai_co_quan"].note(
            "type-unknown",
            "Giá trị",
            value=office_type,
            accepted=", ".join(unit_types),
            suggestion=suggest(office_type, unit_types),
        )
    inclusion = str(values.get("ct_bao_gom", "")).lower()
    for key in words.MAIL_KEYS:
        if not is_valid_setting(key, str(values.get(key, ""))):
            rows[key].note("mail-setting-invalid", "Giá trị", value=values[key], what=words.MAIL_KEYS[key])
    if inclusion and (inclusion not in indicators or indicators[inclusion].kind is not Kind.CHOICE):
        rows["ct_bao_gom"].note("inclusion-invalid", "Giá trị", value=inclusion)
    return len(rows["ma_dot"].table.findings.problems) == before
