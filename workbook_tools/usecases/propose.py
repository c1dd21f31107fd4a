"""Use case: derive a template from a form drawn in Excel or Word."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from workbook_tools.errors import CannotRead, CannotWrite
from workbook_tools.forms.pictures import keep_pictures
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.propose.propose_template import propose_template
from workbook_tools.propose.word import read_word_form
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.own_workbook import open_workbook, read_own_file
from workbook_tools.spec.tables import Findings, find_sheet
from workbook_tools.spec.unsupported.lost_parts import check_lost_parts
from workbook_tools.storage.replace import write_bytes

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from workbook_tools.problems import Problem
    from workbook_tools.propose.proposal import Proposal
    from workbook_tools.storage.location import Location


_NO_FORMS = frozenset(
    {
        Format.ODT,
        Format.IWORK,
        Format.SLIDES,
        Format.ODP,
        Format.XPS,
        Format.PDF,
        Format.IMAGE,
        Format.HTML,
        Format.TEXT,
    }
)
"""Formats that forms come in and that cannot be read; other workbooks' errors say how to save them."""


def propose(source: Location, target: Path, deadline: date) -> Proposal:
    """Write a proposed template to ``target``, which must not exist yet.

    Raises CannotRead if ``source`` is not a workbook or Word document, is already a template, or has no
    cell to fill in, and CannotWrite.
    """
    if target.exists():
        raise CannotWrite(target, _("a file with that name already exists"), _("Choose another name."))
    data = read_own_file(source)
    kind = detect_format(data)
    if kind in _NO_FORMS:
        raise CannotRead(
            source,
            _("it is neither an Excel workbook nor a Word document"),
            _("Save the form as .xlsx or .docx; what was scanned or printed has to be drawn anew."),
        )
    workbook = read_word_form(source, data) if kind is Format.WORD else _open_with_fonts(source, data)
    if find_sheet(workbook.sheetnames, words.INDICATORS) is not None:
        raise CannotRead(source, _("it is already a template: it has a sheet “Chỉ tiêu”"))
    lost = Findings(source.name)
    if kind is not Format.WORD:
        check_lost_parts(data, [s.title for s in workbook.worksheets if s.sheet_state == "visible"], lost)
    proposal = propose_template(
        workbook, deadline, [_remark(one) for one in lost.problems if one.place.sheet]
    )
    if not proposal.lines:
        raise CannotRead(
            source,
            _("no cell to fill in was found"),
            _("Give the cells to fill in a border on all sides, or a colour, and leave them empty."),
        )
    write_bytes(target, proposal.content)
    return proposal


def _remark(lost: Problem) -> tuple[str, str, str, str]:
    part = translate(str(lost.params["part"]), "vi")
    return lost.place.sheet, lost.place.cell or "A1", part, f"{lost.message('vi')} {lost.remedy('vi')}"


def _open_with_fonts(source: Location, data: bytes) -> Workbook:
    """Open the workbook with rich text; faults are reported as for any of the officer's workbooks."""
    open_workbook(source, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(io.BytesIO(data), rich_text=True)
    keep_pictures(workbook, data)
    return workbook
