"""Filling in forms of a campaign and collecting them, as most tests of the whole way do."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
from filled_campaign import to_cells

from workbook_tools.forms.fill import Filling, fill_form, fill_forms
from workbook_tools.usecases.collect import CollectOptions, collect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.excel import Cell
    from workbook_tools.frames import Collection

SAVED = datetime(2023, 10, 9, 8, 0, tzinfo=UTC)


def read_back(campaign: Campaign, folder: Path) -> Collection:
    return collect(folder, campaign.template_path, campaign.units_path, CollectOptions(key=campaign.key))


def fill(
    campaign: Campaign, unit: str, answers: dict[str, Any], target: Path, saved: datetime = SAVED
) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(filled(campaign, unit, answers, saved))
    return target


def filled(campaign: Campaign, unit: str, answers: dict[str, Any], saved: datetime = SAVED) -> bytes:
    """A form as a unit would return it."""
    return fill_once(campaign.forms[unit].read_bytes(), to_cells(campaign, answers), saved)


def fill_once(form: bytes, cells: Mapping[Cell, Any], saved: datetime) -> bytes:
    """What :func:`fill_form` makes of it: many tests fill in the same, and each time takes a tenth of a second."""
    # The type tells 1 from 1.0.
    return _fill_once(form, tuple((cell, type(value), value) for cell, value in cells.items()), saved)


@cache
def _fill_once(form: bytes, typed: tuple[tuple[Cell, type, Any], ...], saved: datetime) -> bytes:
    return fill_form(form, {cell: value for cell, _, value in typed}, saved)


def fill_all(
    campaign: Campaign, answers: Mapping[str, Mapping[str, Any]], folder: Path, saved: datetime = SAVED
) -> None:
    """Forms of many units by their answers, which takes little longer than one; each is named after its unit."""
    folder.mkdir(parents=True, exist_ok=True)
    fillings = [
        Filling(campaign.forms[unit].read_bytes(), to_cells(campaign, typed), saved)
        for unit, typed in answers.items()
    ]
    for unit, data in zip(answers, fill_forms(fillings), strict=True):
        (folder / f"{unit}.xlsx").write_bytes(data)


def outcomes(collection: Collection) -> dict[str, str]:
    return dict(zip(collection.files["path"], collection.files["outcome"], strict=True))


def assert_same(one: Collection, other: Collection) -> None:
    """Fail unless two collections have the same figures, states and problems."""
    assert one.problems == other.problems
    for name in ("files", "answers", "status", "totals"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
