"""What can be done for the Word report in another process; the libraries for it are imported only there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from workbook_tools.problems import Problem
    from workbook_tools.storage.location import Location


def check_report_template(data: bytes, names: Collection[str], file: str) -> list[Problem]:
    """:func:`~workbook_tools.outputs.word_template.check_word_template`."""
    from workbook_tools.outputs.word_template import check_word_template

    return check_word_template(data, names, file)


def fill_in_report(data: bytes, context: Mapping[str, Any], template: Location) -> bytes:
    """:func:`~workbook_tools.outputs.word_document.fill_in`."""
    from workbook_tools.outputs.word_document import fill_in

    return fill_in(data, context, template)
