"""Rows of ``Đợt báo cáo`` and ``Loại đơn vị``: the campaign, and the types of its units."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from workbook_tools import heads
from workbook_tools.locale import mark as _
from workbook_tools.model import DEFAULT_TIMEZONE, Campaign, Indicator, Kind, UnitType
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.dictionary.codes import is_campaign_code, read_code
from workbook_tools.spec.mail.mail_settings import is_valid_setting
from workbook_tools.spec.tables import CodeBook, Findings, Row, Table, clean
from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO = re.compile(r"(?:khong|chua|no)\b")


def read_unit_types(table: Table) -> dict[str, UnitType]:
    """The unit types by code."""
    fixed = {column.head for column in words.COLUMNS[words.UNIT_TYPES]}
    seen, found = CodeBook(), {}
    for row in table:
        code = read_code(row, seen)
        level = row.number_in(heads.LEVEL)
        if level is None:
            row.note("value-missing", heads.LEVEL)
        if code:
            texts = {head: row.text(head) for head in table.columns if head not in fixed}
            name, addressee = row.text(heads.TYPE_NAME, required=True), row.text(heads.ADDRESSEE)
            found[code] = UnitType(code, name, int(level or 1), texts, addressee)
    return found


def read_campaign(
    table: Table, unit_types: Mapping[str, UnitType], indicators: Mapping[str, Indicator], findings: Findings
) -> Campaign | None:
    """The campaign; None if its rows are incomplete or wrong, which is noted."""
    rows, values, seen = {}, {}, CodeBook()
    for row in table:
        code = read_code(row, seen)
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
        timezone=texts.get("mui_gio") or DEFAULT_TIMEZONE,
        values=values,
    )


def _campaign_value(row: Row) -> str | date:
    value = row.cells.get(heads.VALUE)
    # Workbooks have no dates without a time of day: they are read as midnight.
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
            rows[key].note("value-missing", heads.VALUE)
    if values["ma_dot"] and not is_campaign_code(str(values["ma_dot"])):
        rows["ma_dot"].note("code-invalid", heads.VALUE, value=values["ma_dot"])
    for key in ("han_nop", "han_gui_lai"):
        if values.get(key) and not isinstance(values[key], date):
            rows[key].note("value-not-date", heads.VALUE, value=values[key])
    office_type = str(values["loai_co_quan"]).lower()
    if office_type and office_type not in unit_types:
        rows["loai_co_quan"].note_unknown("type-unknown", heads.VALUE, office_type, unit_types)
    inclusion = str(values.get("ct_bao_gom", "")).lower()
    for key in words.MAIL_KEYS:
        if not is_valid_setting(key, str(values.get(key, ""))):
            rows[key].note("setting-invalid", heads.VALUE, value=values[key], what=words.MAIL_KEYS[key])
    timezone = str(values.get("mui_gio", ""))
    if timezone and not _is_timezone(timezone):
        rows["mui_gio"].note(
            "setting-invalid", heads.VALUE, value=timezone, what=_("a time zone such as Asia/Ho_Chi_Minh")
        )
    if inclusion and (inclusion not in indicators or indicators[inclusion].kind is not Kind.CHOICE):
        rows["ct_bao_gom"].note("inclusion-invalid", heads.VALUE, value=inclusion)
    is_sound = len(rows["ma_dot"].table.findings.problems) == before
    options = indicators[inclusion].options if inclusion in indicators else ()
    # With the options the other way round, every total would be wrong without a sign of it.
    if is_sound and options and _NO.match(fold(options[0])):
        rows["ct_bao_gom"].note(
            "inclusion-reversed", heads.VALUE, value=indicators[inclusion].label, option=options[0]
        )
    return is_sound


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    # A folder of zones, as Asia, is refused by the system; KeyError is the one for an unknown zone.
    except (KeyError, ValueError, OSError):
        return False
    return True
