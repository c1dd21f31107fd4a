"""Writing the Word report without another process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from workbook_tools.consolidated.office_report.statements import build_statements
from workbook_tools.outputs.word_report import begin_word_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from workbook_tools.frames import Collection
    from workbook_tools.returns.workers.side_process import SideProcess


class _Here:
    """Stands for the other process."""

    def begin(self, function: Callable[..., Any], *arguments: object) -> Callable[[], Any]:
        return partial(function, *arguments)


def write_word_report(collection: Collection, template: Path, out: Path) -> None:
    begun = begin_word_report(
        collection, build_statements(collection), template, cast("SideProcess", _Here())
    )
    out.write_bytes(begun())
