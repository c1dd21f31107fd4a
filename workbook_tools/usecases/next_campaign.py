"""Use case: create the next campaign from the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import CannotRead, CannotWrite
from workbook_tools.locale import mark as _
from workbook_tools.readers.limits import MIB
from workbook_tools.spec.campaign_values import change_campaign
from workbook_tools.spec.dictionary.codes import is_campaign_code
from workbook_tools.spec.own_workbook import read_own_file
from workbook_tools.spec.template import load_template
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.storage.replace import create_bytes, write_bytes
from workbook_tools.tally.last_figures import ANEW, begin_anew
from workbook_tools.usecases.init import make_folders
from workbook_tools.usecases.signing import choose_key

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

_LARGEST_WORKBOOK = 500 * MIB


class NextCampaign(Struct, frozen=True):
    """The differences of the next campaign from the last one; an empty title keeps the old one."""

    code: str
    deadline: date
    title: str = ""


def continue_campaign(folder: Path, old: Path, campaign: NextCampaign) -> list[Path]:
    """Create ``folder`` with the template, roster, Word template and key of ``old``; return the new files.

    ``old``'s consolidated workbook, if any, becomes the previous one; forms, returns, decisions and the mail
    journal are not copied. Raises CannotRead if ``old`` is not a campaign, SpecificationError if its
    template has errors, CannotWrite if ``folder`` already has a campaign, the code is the old one, or the
    system refuses.
    """
    source, target = CampaignFolder(old), CampaignFolder(folder)
    for path in (source.template, source.units):
        if not path.is_file():
            raise CannotRead(path, _("there is no such file"), _("Name the folder of the last campaign."))
    template, _problems = load_template(source.template)
    _check_new_code(folder, campaign.code, template.campaign.code)
    # Before anything is written: two campaigns mixed in one folder could not be separated.
    if target.template.exists() or target.units.exists():
        raise CannotWrite(folder, _("it already has a campaign"), _("Name a new folder."))
    values: dict[str, str | date] = {"ma_dot": campaign.code, "han_nop": campaign.deadline}
    if begin_anew(template):
        # Only a year's first period restarts running totals; copied, the row would restart them every time.
        values[ANEW] = "không"
    if campaign.title:
        values["tieu_de"] = campaign.title
    contents = {
        target.template: change_campaign(source.template, values),
        target.units: read_own_file(source.units),
    }
    for path, other in ((target.word_template, source.word_template), (target.previous, source.consolidated)):
        if other.is_file():
            contents[path] = read_own_file(other, _LARGEST_WORKBOOK)
    # An office that sent no forms yet gets its key now, so that both campaigns have the same.
    key = choose_key(source.key, template.campaign.code, [source.forms, source.returned])
    return _write(target, key, contents)


def _check_new_code(folder: Path, code: str, old: str) -> None:
    if not is_campaign_code(code):
        raise CannotWrite(
            folder,
            _("the code of the new campaign is not valid"),
            _("Use letters a–z, digits, - and _ only, at most 40 characters, such as BC-2026-11."),
        )
    # Codes become file names, and Windows ignores their case.
    if code.casefold() == old.casefold():
        raise CannotWrite(
            folder,
            _(
                "the new campaign would have the code of the old one, so returns of the old one would "
                "be counted in it"
            ),
            _("Give the new campaign a code of its own."),
        )


def _write(target: CampaignFolder[Path], key: bytes, contents: dict[Path, bytes]) -> list[Path]:
    made = make_folders(target)
    if create_bytes(target.key, f"{key.hex()}\n".encode("ascii"), private=True):
        made.append(target.key)
    for path, data in contents.items():
        write_bytes(path, data)
        made.append(path)
    return made
