"""Use case: run a whole sample campaign with invented figures and all common faults."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.demo.invented_answers import Answer, invent_answers
from workbook_tools.errors import CannotWrite
from workbook_tools.forms.fill import Filling, Value, fill_forms
from workbook_tools.forms.form_id import sign_form
from workbook_tools.forms.form_name import form_name
from workbook_tools.inbox.folder import is_litter
from workbook_tools.locale import mark as _
from workbook_tools.packaging.package_parts import pack_parts, unpack_parts
from workbook_tools.returns.workers.side_process import SideProcess
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.storage.replace import write_bytes
from workbook_tools.usecases.collect import CollectOptions, collect
from workbook_tools.usecases.correct import correct
from workbook_tools.usecases.generate import generate
from workbook_tools.usecases.init import initialise
from workbook_tools.usecases.prepare_letters import draft_letters, prepare_forms
from workbook_tools.usecases.write_outputs import write_outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from workbook_tools.excel import Cell
    from workbook_tools.frames import Collection
    from workbook_tools.model import ReportTemplate, Roster, Unit

# Fixed, so that the demo is the same every time.
SEED = 2023
MARK = "chạy thử.txt"
"""Distinguishes a demonstration folder from a real campaign."""
MISSING = ("11635", "11653-th", "11662-thcs", "11674", "11677-mn")
LATE = {"11641": 1, "11650-thcs": 3, "thpt-quoc-tuan": 6}
"""Unit → days after the deadline."""
TYPED: dict[str, dict[str, Value]] = {
    "11629": {"ct_3_1": "1.250", "ct_6_2": "85 tài liệu"},
    "11632": {"ct_4_2": 0},
    "11632-th": {"ct_2_1": "khoảng 20"},
    "11638": {"ct_8_3": 500},
    "11638-mn": {"ct_4_3b": "KCSL", "ct_4_3a": 2},
    "11644": {"ct_7_1": 3},
    "11644-thcs": {"ct_3_2": 1.25},
    "11647": {"ct_5_1a": 1, "ct_5_1b": 640, "ct_5_1a.ghi_chu": "Một lớp trực tuyến cho toàn xã."},
    "11647-mn": {"ct_3_3": ""},
    "11656": {"ct_8_3": "5 triệu đồng", "ct_bao_gom": ""},
    "11659": {"ct_6_4": -4},
    "11665-th": {"ct_2_4a": 0, "ct_2_4b": 12},
    "11668": {"ct_bao_gom": "Có", "ct_3_1": 3},
    "11671-th": {"ct_3_1": 25_000, "ct_3_1.ghi_chu": '=HYPERLINK("http://example.example";"xem")'},
    "thpt-an-lao": {"ct_1": "Số 12/KH-THPT ngày 25/9/2023"},
}
"""Unit → what its clerk typed wrongly; "" leaves the line blank."""
COPIED = ("11671-mn", "11668-mn")
"""The first unit sends the figures of the second."""
_NEW_FOLDER = _("Name a new folder for the demonstration.")
TWICE = "11629-th"
FORGED = ("11665-mn", "11659-mn")
"""The first unit's form, relabelled by hand for the second unit, which sends none of its own."""
RELABELLED, SCAN, SHADOW, STRANGER = (
    "Ban sao.xlsx",
    "Bản quét báo cáo.pdf",
    "~$11629_Thi-tran-An-Lao.xlsx",
    "Danh sách đơn vị.xlsx",
)


class DemoResult(Struct, frozen=True):
    """The folder of the demonstration, and how many forms went out, files came back and letters were made."""

    workbook: Path
    forms: int
    returned: int
    collection: Collection
    letters: int = 0
    corrections: int = 0


def run_demo(folder: Path, *, progress: Callable[[int, int], None] | None = None) -> DemoResult:
    """Create a campaign in ``folder``, generate the forms, fill most of them in, collect, and write the
    workbook.

    A second run gives the same figures. Raises CannotWrite if the system refuses, and, before changing
    anything, if the folder holds anything but an earlier demonstration: invented returns must not mix with
    real ones.
    """
    campaign = CampaignFolder(folder)
    lay_out_sample(campaign)
    generated = generate(
        campaign.template, campaign.units, campaign.forms, key=campaign.key, progress=progress
    )
    count = write_returns(campaign)
    with SideProcess() as beside:
        collection = collect(
            campaign.returned,
            campaign.template,
            campaign.units,
            CollectOptions(key=campaign.key),
            beside=beside,
        )
        write_outputs(collection, campaign.consolidated, campaign.word_template, beside=beside)
    letters, corrections = _write_letters(campaign, collection)
    return DemoResult(campaign.consolidated, len(generated.forms), count, collection, letters, corrections)


def lay_out_sample(campaign: CampaignFolder[Path]) -> None:
    """Lay out the sample campaign, marked as a demonstration. Raises CannotWrite as :func:`run_demo` does."""
    _check_own(campaign)
    write_bytes(campaign.root / MARK, "Thư mục chạy thử: mọi số liệu đều là giả định.\n".encode())
    initialise(campaign.root)


def is_sample(campaign: CampaignFolder[Path]) -> bool:
    """Whether a campaign is a demonstration, to which invented returns may be added."""
    return (campaign.root / MARK).is_file()


def _write_letters(campaign: CampaignFolder[Path], collection: Collection) -> tuple[int, int]:
    """The letters with the forms, and those to the units that have something to correct; how many of each."""
    deadline = collection.template.campaign.deadline
    sent = datetime(deadline.year, deadline.month, deadline.day, 1, tzinfo=UTC) - timedelta(days=10)
    forms = draft_letters(campaign, prepare_forms(campaign), sent)
    corrected = correct(campaign, collection=collection)
    draft_letters(campaign, corrected.prepared, sent + timedelta(days=14))
    return len(forms.mails), len(corrected.asked)


def write_returns(campaign: CampaignFolder[Path]) -> int:
    """Write filled and faulty forms to ``returned``; return the number of files."""
    # Loaded again, because a user may have changed the sample since it was created.
    template, _ = load_template(campaign.template)
    roster, _ = load_roster(campaign.units, template)
    answers = invent_answers(template, roster, SEED)
    # Before typing errors are added, so that only the figures are the same.
    answers[COPIED[0]] = dict(answers[COPIED[1]])
    fillings: dict[Path, Filling] = {}
    for unit in _senders(roster):
        form = (campaign.forms / form_name(unit)).read_bytes()
        saved = _saved(unit, template)
        typed = _typed(unit, template, answers[unit.code])
        fillings[_target(campaign, unit, roster)] = Filling(form, typed, saved)
        if unit.code == TWICE:
            older = {**typed, template.inputs["ct_3_1"]: 999}
            fillings[_second_target(campaign)] = Filling(form, older, saved - timedelta(days=2))
    for target, data in zip(fillings, fill_forms(list(fillings.values())), strict=True):
        write_bytes(target, data)
    return len(fillings) + _write_strays(campaign, template)


def _check_own(campaign: CampaignFolder[Path]) -> None:
    """CannotWrite if the folder holds anything that no demonstration wrote."""
    folder = campaign.root
    if not folder.is_dir():
        return
    # Invented returns must never mix with real ones, so only a marked folder is used again.
    if any(folder.iterdir()) and not (folder / MARK).exists():
        raise CannotWrite(folder, _("the folder is not empty"), _NEW_FOLDER)
    own = _own_returns(campaign)
    for path in sorted(campaign.returned.rglob("*")):
        if not path.is_dir() and _composed(path) not in own and not is_litter(path.name):
            raise CannotWrite(path, _("the demonstration did not make this file"), _NEW_FOLDER)


def _own_returns(campaign: CampaignFolder[Path]) -> set[str]:
    """Paths that the demonstration writes to ``returned``; empty without template or roster."""
    if not (campaign.template.exists() and campaign.units.exists()):
        return set()
    template, _ = load_template(campaign.template)
    roster, _ = load_roster(campaign.units, template)
    own = [_target(campaign, unit, roster) for unit in _senders(roster)]
    own += [_second_target(campaign), *(campaign.returned / name for name in (RELABELLED, SCAN, STRANGER))]
    return {_composed(path) for path in own}


def _composed(path: Path) -> str:
    """The path in NFC: older macOS file systems return names decomposed."""
    return unicodedata.normalize("NFC", str(path))


def _senders(roster: Roster) -> list[Unit]:
    return [unit for unit in roster if unit.code not in (*MISSING, FORGED[1])]


def _typed(unit: Unit, template: ReportTemplate, answers: dict[str, Answer]) -> dict[Cell, Value]:
    typed: dict[Cell, Value] = {template.inputs[code]: value for code, value in answers.items()}
    for name, value in TYPED.get(unit.code, {}).items():
        code, _, note = name.partition(".")
        cells = template.notes if note else template.inputs
        cell = cells.get(code)
        # Somebody who tries the sample out may have taken the line off the form.
        if cell is not None:
            typed[cell] = value
    # "" is a line that the clerk left blank.
    return {cell: value for cell, value in typed.items() if value != ""}


def _saved(unit: Unit, template: ReportTemplate) -> datetime:
    """A time in the nine days up to the deadline, varied by unit code; or a late one."""
    deadline = template.campaign.deadline
    # From the code, not from a random number: a second run must give the same times.
    spread = int(hashlib.sha256(unit.code.encode()).hexdigest()[:4], 16)
    days = LATE.get(unit.code, -(spread % 9))
    return datetime(
        deadline.year, deadline.month, deadline.day, 1 + spread % 9, spread % 60, tzinfo=UTC
    ) + timedelta(days=days)


def _target(campaign: CampaignFolder[Path], unit: Unit, roster: Roster) -> Path:
    """File names vary: the form's own name, another one, or a commune's folder with its schools."""
    # As in practice: one commune puts its schools into a folder, kindergartens rename the file.
    if unit.parent == "11632" or unit.code == "11632":
        return campaign.returned / "Xã Bát Trang" / form_name(unit)
    if unit.type == "mn":
        return campaign.returned / f"Báo cáo {unit.name}.xlsx"
    return campaign.returned / form_name(unit)


def _second_target(campaign: CampaignFolder[Path]) -> Path:
    return campaign.returned / f"{TWICE} (1).xlsx"


def _write_strays(campaign: CampaignFolder[Path], template: ReportTemplate) -> int:
    """Strays of such a folder: a relabelled form, a scan, an open file's lock file, an unrelated workbook."""
    source, target = FORGED
    names = {path.name: path for path in campaign.forms.glob("*.xlsx")}
    original = next((path for name, path in names.items() if name.startswith(f"{source}_")), None)
    if original is not None:
        # A signature of the right form that cannot be valid, as a forger without the key would make it.
        key = b"somebody else's key, not ours..."
        forged = str(sign_form(template.campaign.code, target, template.version, key))
        write_bytes(campaign.returned / RELABELLED, _relabel(original.read_bytes(), source, forged, template))
    write_bytes(campaign.returned / SCAN, b"%PDF-1.4\n% a scan, for the demonstration\n%%EOF\n")
    write_bytes(campaign.returned / SHADOW, b"\x00" * 165)
    write_bytes(campaign.returned / STRANGER, campaign.units.read_bytes())
    return 4


def _relabel(form: bytes, source: str, form_id: str, template: ReportTemplate) -> bytes:
    """Overwrite a form's ids, as if by hand."""
    pattern = re.compile(rf"BM/{template.campaign.code}/{source}/[0-9a-f]{{8}}/[0-9a-f]{{16}}".encode())
    parts = unpack_parts(form)
    return pack_parts({name: pattern.sub(form_id.encode(), part) for name, part in parts.items()})
