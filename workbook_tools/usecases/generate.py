"""Use case: generate one locked form per unit from template and roster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import CannotRead, CannotWrite, SpecificationError
from workbook_tools.forms.form_id import sheet_password, sign_form
from workbook_tools.forms.form_name import form_name
from workbook_tools.forms.master import build_master
from workbook_tools.forms.stamp import Stamp, build_stamp, stamp_form, unit_texts
from workbook_tools.problems import Problem, has_errors
from workbook_tools.returns.read import is_filled
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.storage.campaign_folder import CampaignFolder, key_beside
from workbook_tools.storage.overwrite_guard import Inputs
from workbook_tools.storage.refusals import cause
from workbook_tools.storage.remote_path import RemotePath
from workbook_tools.storage.replace import write_bytes
from workbook_tools.tally.last_figures import add_last_figures, read_last_period
from workbook_tools.usecases.form_record import check_code, record_forms
from workbook_tools.usecases.signing import choose_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from workbook_tools.model import ReportTemplate, Roster, Unit
    from workbook_tools.storage.location import Location

WRITTEN, UNCHANGED, KEPT, FAILED = "written", "unchanged", "kept", "failed"


class FormResult(Struct, frozen=True):
    """The result for one unit's form; ``action`` is written, unchanged, kept (somebody filled it in) or
    failed.
    """

    unit: str
    name: str
    path: Location
    action: str
    reason: str = ""


class Generated(Struct, frozen=True):
    """The forms of a run in the roster's order, and the problems of template and roster."""

    forms: tuple[FormResult, ...]
    problems: tuple[Problem, ...]
    out: Location


def generate(
    template: Location,
    units: Location,
    out: Location,
    *,
    key: Location | None = None,
    campaign: Location | None = None,
    force: bool = False,
    new_key: bool = False,
    previous: Location | None = None,
    only: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Generated:
    """Generate the forms of all units, or of those in ``only``, in the folder ``out``.

    ``previous`` is last period's consolidated workbook, whose figures the template may name. The signature
    key is beside the roster, or at ``key``; the record of the forms is in the folder ``campaign``, otherwise
    beside the key. The key is created on first use, but not, unless ``new_key``, while forms or returns
    signed with another key exist (in ``out``, or in ``returned`` beside the record). An unchanged form is not
    rewritten, and one that somebody filled in is kept unless ``force``. Raises SpecificationError for a
    template or roster with errors and for such a key, CannotRead, and CannotWrite, also if a form would
    replace an input; one form that cannot be written does not stop the others.
    """
    report_template, problems = load_template(template)
    roster, roster_problems = load_roster(units, report_template)
    last, changed = read_last_period(previous, report_template)
    roster, last_problems = add_last_figures(roster, report_template, last)
    wanted = [unit for unit in roster if not only or unit.code in only]
    key_path = key or key_beside(units)
    home = campaign or key_path.parent
    returned = CampaignFolder(home).returned
    _check_places((template, units, key_path), returned, [out / form_name(unit) for unit in wanted])
    # Before any form is written: forms with another key would all be rejected when they come back.
    secret = choose_key(key_path, report_template.campaign.code, [out, returned], new=new_key)
    if isinstance(out, RemotePath):
        # Fail early if the store is unreachable, instead of once per form after a timeout.
        out.exists()
    problems = [*problems, *check_code(home, report_template)]
    stamps = build_stamps(report_template, roster, {unit.type for unit in wanted}, sheet_password(secret))
    # Before the forms, so that an interrupted run leaves no form of an unrecorded version.
    record_forms(home, report_template)
    forms, office = [], report_template.campaign.office
    for number, unit in enumerate(wanted, start=1):
        form_id = sign_form(report_template.campaign.code, unit.code, report_template.version, secret)
        data = stamp_form(stamps[unit.type], unit, roster.name_above(unit, office), form_id)
        forms.append(_write_form(unit, out / form_name(unit), data, force=force))
        if progress is not None:
            progress(number, len(wanted))
    return Generated(tuple(forms), (*problems, *roster_problems, *changed, *last_problems), out)


def _check_places(inputs: tuple[Location, ...], returned: Location, places: list[Location]) -> None:
    """CannotWrite if a form would replace an input or be among the returns."""
    names = {place.name.casefold() for place in inputs}
    alike = [place for place in places if place.name.casefold() in names]
    # All forms share a folder, so checking the first is enough.
    Inputs(inputs, (returned,)).check_outputs(dict.fromkeys([*places[:1], *alike]))


def build_stamps(
    template: ReportTemplate, roster: Roster, types: Collection[str], password: str
) -> dict[str, Stamp]:
    """Build for each unit type the stamp from which its forms are made."""
    stamps = {}
    # In a fixed order, so that the same fault is reported every time.
    for code in sorted(types):
        master = build_master(
            template, template.unit_types[code], password, _find_longest(template, roster, code)
        )
        if has_errors(master.problems):
            raise SpecificationError(template.path, master.problems)
        stamps[code] = build_stamp(master)
    return stamps


def _find_longest(template: ReportTemplate, roster: Roster, unit_type: str) -> dict[str, str]:
    """Marker → the longest text that forms of a type print in its place."""
    longest: dict[str, str] = {}
    # Of all units, not only those asked for: a form is the same whatever others are made with it.
    for unit in (unit for unit in roster if unit.type == unit_type):
        for name, text in unit_texts(unit, roster.name_above(unit, template.campaign.office)).items():
            longest[name] = max(longest.get(name, ""), text, key=len)
    return longest


def _write_form(unit: Unit, path: Location, data: bytes, *, force: bool) -> FormResult:
    try:
        old = path.read_bytes()
    except FileNotFoundError:
        old = None
    except OSError as error:
        return FormResult(unit.code, unit.name, path, FAILED, cause(error))
    except CannotRead as error:
        return FormResult(unit.code, unit.name, path, FAILED, error.reason)
    # The file keeps its date, so that a sync client does not upload a thousand unchanged forms again.
    if old == data:
        return FormResult(unit.code, unit.name, path, UNCHANGED)
    # Somebody may have filled in the copy in this folder, which may be the only one with these figures.
    if old is not None and not force and is_filled(old):
        return FormResult(unit.code, unit.name, path, KEPT)
    try:
        # Thousands of flushes to disk take minutes, and a form lost in a power cut is soon generated again.
        write_bytes(path, data, lasting=False)
    except CannotWrite as error:
        return FormResult(unit.code, unit.name, path, FAILED, error.reason)
    return FormResult(unit.code, unit.name, path, WRITTEN)
