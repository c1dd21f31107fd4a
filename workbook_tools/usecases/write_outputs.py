"""Use case: write the consolidated workbook and, beside it, the office's report in Word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbook_tools.errors import SpecificationError, WorkbookToolsError
from workbook_tools.outputs.word_report import write_word_report
from workbook_tools.problems import WORD_TEMPLATE_PROBLEMS
from workbook_tools.usecases.collect import write_workbook
from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.whole_table import WholeTable
    from workbook_tools.storage.location import Location


@dataclass(frozen=True, slots=True)
class Written:
    """The lists that exceed their sheet, and why there is no report in Word, if so."""

    whole: Sequence[WholeTable]
    no_report: WorkbookToolsError | None = None


def write_outputs(
    collection: Collection, out: Location, word_template: Location | None, *, native_pivots: bool = True
) -> Written:
    """Write the workbook, then the report beside it, from the program's own template by default.

    Raises CannotWrite for the workbook; a report that cannot be written costs nothing else.
    """
    whole = write_workbook(collection, out, native_pivots=native_pivots)
    template = word_template or bundled(WORD_TEMPLATE)
    wrong = [p for p in collection.problems if p.code in WORD_TEMPLATE_PROBLEMS]
    if wrong:
        # The template was checked before the returns were read; filling it in would only fail again.
        return Written(whole, SpecificationError(template, wrong))
    try:
        write_word_report(collection, template, out.with_suffix(".docx"))
    except WorkbookToolsError as error:
        return Written(whole, error)
    return Written(whole)
