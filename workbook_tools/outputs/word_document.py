"""The Word report's document: the template with its marks replaced by the report's texts.

Needs no pandas: it is done in a process beside the one that writes the workbook.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from workbook_tools.errors import CannotRead, SpecificationError
from workbook_tools.locale import mark as _
from workbook_tools.outputs.word_template import (
    ReportEnvironment,
    TooMuch,
    check_word_template,
    limit_loops,
    open_word_template,
)
from workbook_tools.packaging.package_parts import pack_parts, unpack_parts
from workbook_tools.problems import Place, problem

if TYPE_CHECKING:
    from workbook_tools.storage.location import Location


def fill_in(data: bytes, context: Mapping[str, Any], template: Location) -> bytes:
    """The document from the content of a template; the same input gives the same bytes.

    ``context`` is that of :func:`~workbook_tools.outputs.word_report.build_context`. Raises
    SpecificationError for a template that is not a Word document or has forbidden marks; CannotRead if it
    exceeds the limits of a report.
    """
    try:
        document = open_word_template(data)
        # What units wrote is inserted as escaped text, and never parsed for marks.
        document.render(
            limit_loops(_with_lines(context)), ReportEnvironment(_known(context)), autoescape=True
        )
        properties = document.docx.core_properties
        properties.author = str(context["co_quan"])
        properties.comments = f"Mã số liệu: {context['ma_so_lieu']}"
        filled = io.BytesIO()
        document.save(filled)
        return _dateless(filled.getvalue())
    except TooMuch as error:
        raise CannotRead(template, _("filling it in takes more steps than any report needs")) from error
    except Exception as error:  # of docxtpl, python-docx, Jinja and lxml, which have no common root
        found = check_word_template(data, _known(context), template.name)
        unreadable = problem("word-template-unreadable", Place(file=template.name))
        raise SpecificationError(template, found or [unreadable]) from error


def _known(context: Mapping[str, Any]) -> frozenset[str]:
    """The names that a template may use: those of the context and, after a dot, those of list columns."""
    lists = [value for value in context.values() if isinstance(value, dict) and "cong" in value]
    return frozenset({*context, *(f".{name}" for one in lists for name in one["cong"])})


def _with_lines(value: Any) -> Any:
    """Convert line feeds, which Word ignores, to line breaks."""
    from docxtpl import Listing

    if isinstance(value, Mapping):
        return {key: _with_lines(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_lines(inner) for inner in value]
    if isinstance(value, str) and "\n" in value:
        return Listing(value)
    return value


def _dateless(data: bytes) -> bytes:
    """Set the date of every part, so that the same document is the same file.

    ExpatError for a part that is not well-formed, which Word would refuse.
    """
    parts = unpack_parts(data)
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            # A malformed part is our bug; Word would refuse the document without naming the part.
            expat.ParserCreate().Parse(part, True)
    return pack_parts(parts)
