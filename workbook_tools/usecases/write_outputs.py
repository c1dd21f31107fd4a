"""Use case: write the consolidated workbook and, beside it, the office's report in Word."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import SpecificationError, WorkbookToolsError
from workbook_tools.problems import WORD_TEMPLATE_PROBLEMS
from workbook_tools.storage.replace import write_bytes
from workbook_tools.usecases.collect import write_workbook
from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workbook_tools.consolidated.office_report.statements import Statement
    from workbook_tools.frames import Collection
    from workbook_tools.returns.workers.side_process import SideProcess
    from workbook_tools.sheetwriter.whole_table import WholeTable
    from workbook_tools.storage.location import Location


class Written(Struct, frozen=True):
    """The lists that exceed their sheet, and why there is no report in Word, if so."""

    whole: Sequence[WholeTable]
    no_report: WorkbookToolsError | None = None


def open_writers() -> None:
    """Import what :func:`write_outputs` needs; other processes can read returns meanwhile."""
    import workbook_tools.consolidated
    import workbook_tools.outputs.word_report  # noqa: F401


def write_outputs(
    collection: Collection,
    out: Location,
    word_template: Location | None,
    *,
    beside: SideProcess,
    native_pivots: bool = True,
) -> Written:
    """Write the workbook, then the report beside it, from the program's own template by default.

    The report is filled in by the process ``beside`` while this one writes the workbook. Raises CannotWrite
    for the workbook; a report that cannot be written costs nothing else.
    """
    from workbook_tools.consolidated.office_report.statements import build_statements

    # Once, for both: what is common to thousands of texts takes long to find.
    statements = build_statements(collection)
    report = _begin_report(collection, statements, word_template or bundled(WORD_TEMPLATE), beside)
    whole = write_workbook(collection, out, native_pivots=native_pivots, statements=statements)
    try:
        write_bytes(out.with_suffix(".docx"), report())
    except WorkbookToolsError as error:
        return Written(whole, error)
    return Written(whole)


def _begin_report(
    collection: Collection, statements: Sequence[Statement], template: Location, beside: SideProcess
) -> Callable[[], bytes]:
    """A function that waits for the report, or raises why there is none: that must not cost the workbook."""
    wrong = [p for p in collection.problems if p.code in WORD_TEMPLATE_PROBLEMS]
    try:
        # The template was checked before the returns were read; filling it in would only fail again.
        if wrong:
            raise SpecificationError(template, wrong)
        from workbook_tools.outputs.word_report import begin_word_report

        return begin_word_report(collection, statements, template, beside)
    except WorkbookToolsError as error:
        return partial(_refuse, error)


def _refuse(error: WorkbookToolsError) -> bytes:
    raise error
