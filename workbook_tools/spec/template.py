"""Read and check the template workbook, and report everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.errors import SpecificationError
from workbook_tools.model import ReportTemplate
from workbook_tools.problems import Problem, has_errors
from workbook_tools.readers.limits import LIMITS
from workbook_tools.readers.xlsx.beside_cells import read_asides
from workbook_tools.readers.xlsx.sheet import read_page_texts
from workbook_tools.readers.zip_package import open_package
from workbook_tools.spec.computed import read_computed
from workbook_tools.spec.consequences import without_consequences
from workbook_tools.spec.dictionary import read_dictionary
from workbook_tools.spec.form_sheets import read_form_sheets
from workbook_tools.spec.mail.letter_sheet import read_letters
from workbook_tools.spec.own_workbook import keep_open, open_workbook, read_own_file
from workbook_tools.spec.row_lists.list_formulas import point_columns
from workbook_tools.spec.row_lists.list_places import place_lists
from workbook_tools.spec.row_lists.list_room import make_room
from workbook_tools.spec.tables import Findings
from workbook_tools.spec.unsupported.foreign_references import check_foreign_references
from workbook_tools.spec.unsupported.lost_parts import check_lost_parts
from workbook_tools.spec.unsupported.typing_rules import check_typing_rules
from workbook_tools.spec.version import earlier_version, form_version

if TYPE_CHECKING:
    from workbook_tools.storage.location import Location


def read_template(path: Location) -> tuple[ReportTemplate | None, list[Problem]]:
    """Read a template; the first value is None if it has errors.

    The problems name every fault by sheet and cell, so that the officer can correct the template from them
    alone. Raises CannotRead if the file is not a workbook.
    """
    # Read once: an edit while the program runs must not make form and report disagree.
    content = read_own_file(path)
    workbook = open_workbook(path, content)
    findings = Findings(path.name)
    dictionary = read_dictionary(workbook, findings)
    columns = dictionary.columns
    form = read_form_sheets(workbook, dictionary.indicators, dictionary.text_markers, findings, columns)
    inputs = {*form.inputs.values(), *form.columns.values()}
    check_foreign_references(workbook, form.names, inputs, findings)
    check_typing_rules(workbook, inputs, findings)
    point_columns(form, columns, dictionary.list_rows)
    lists = place_lists(dictionary.lists, form, findings)
    computed, row_formulas = read_computed(
        form, dictionary.indicators, dictionary.calculated, findings, columns
    )
    letters = read_letters(workbook, dictionary.text_markers, findings)
    # A missing sheet makes a hundred codes unknown; only the cause is reported.
    findings.problems = without_consequences(findings.problems)
    check_lost_parts(content, form.names, findings)
    # The master form is made from the same workbook, which takes long to open.
    keep_open(content, workbook)
    if has_errors(findings.problems) or dictionary.campaign is None:
        return None, findings.problems
    page_texts, pictures = _read_beside_cells(content)
    template = ReportTemplate(
        path=path,
        version=form_version(dictionary, form, computed, lists, row_formulas),
        earlier_version=earlier_version(dictionary, form, computed),
        campaign=dictionary.campaign,
        indicators=dictionary.indicators,
        rules=dictionary.rules,
        unit_types=dictionary.unit_types,
        form_sheets=tuple(form.names),
        inputs=form.inputs,
        notes=form.notes,
        texts=form.texts,
        computed=computed,
        uncalculated=tuple(cell for cell in form.formulas if cell not in {one.cell for one in computed}),
        formats=form.formats,
        letters=letters,
        lists=lists,
        row_formulas=row_formulas,
        page_texts=page_texts,
        pictures=pictures,
        content=content,
    )
    return make_room(template), findings.problems


def load_template(path: Location) -> tuple[ReportTemplate, list[Problem]]:
    """Read a template that must be valid; SpecificationError with all problems otherwise."""
    template, problems = read_template(path)
    if template is None:
        raise SpecificationError(path, problems)
    return template, problems


def _read_beside_cells(content: bytes) -> tuple[frozenset[str], int]:
    """The texts of headers and footers, and how many pictures there are."""
    package = open_package(content)
    sheets = [name for name in package.names if "/worksheets/" in name and name.endswith(".xml")]
    texts = frozenset(text for name in sheets for text in read_page_texts(package.read(name)))
    asides = [aside for name in sheets for aside in read_asides(package, name, LIMITS)]
    return texts, sum(aside.kind == "picture" for aside in asides)
