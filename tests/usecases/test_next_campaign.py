"""Next month's campaign: what belongs to the office goes along, what belongs to the month stays behind."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from sheets import write_template, write_units

from workbook_tools.errors import CannotRead, CannotWrite
from workbook_tools.packaging.package_parts import pack_parts, unpack_parts
from workbook_tools.spec.template import load_template
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.form_record import check_code
from workbook_tools.usecases.generate import generate
from workbook_tools.usecases.next_campaign import NextCampaign, continue_campaign

if TYPE_CHECKING:
    from pathlib import Path

NOVEMBER = NextCampaign("BC-T11", date(2023, 12, 5), "Báo cáo tháng 11 & lũy kế <năm>")


@pytest.fixture
def october(tmp_path: Path) -> CampaignFolder[Path]:
    folder = CampaignFolder(tmp_path / "tháng 10")
    folder.returned.mkdir(parents=True)
    write_template(folder.template)
    write_units(folder.units)
    generate(folder.template, folder.units, folder.forms)
    for path in (folder.consolidated, folder.decisions, folder.returned / "x1.xlsx", folder.word_template):
        path.write_bytes(path.name.encode())
    return folder


def test_the_office_s_own_goes_along_and_the_month_s_stays_behind(
    tmp_path: Path, october: CampaignFolder[Path]
) -> None:
    made = continue_campaign(tmp_path / "tháng 11", october.root, NOVEMBER)
    new = CampaignFolder(tmp_path / "tháng 11")
    campaign = load_template(new.template)[0].campaign
    assert (campaign.code, campaign.title, campaign.deadline) == ("BC-T11", NOVEMBER.title, date(2023, 12, 5))
    assert campaign.office == load_template(october.template)[0].campaign.office
    for old, copied in (
        (october.units, new.units),
        (october.key, new.key),
        (october.consolidated, new.previous),
    ):
        assert old.read_bytes() == copied.read_bytes()
    assert sorted(p.name for p in new.root.rglob("*")) == sorted(p.name for p in made if p != new.root)
    assert not list(new.returned.iterdir())
    assert not new.decisions.exists()


def test_an_old_macintosh_s_template_counts_days_from_1904(
    tmp_path: Path, october: CampaignFolder[Path]
) -> None:
    book = load_workbook(october.template)
    book.epoch = CALENDAR_MAC_1904
    book.save(october.template)
    continue_campaign(tmp_path / "tháng 11", october.root, NOVEMBER)
    new = CampaignFolder(tmp_path / "tháng 11")
    assert load_template(new.template)[0].campaign.deadline == NOVEMBER.deadline
    # What forms check is written as days since 1900.
    form = generate(new.template, new.units, new.forms).forms[0].path
    assert load_workbook(form).epoch == CALENDAR_WINDOWS_1900


def test_running_totals_go_on_after_the_first_period_of_a_year(
    tmp_path: Path, october: CampaignFolder[Path]
) -> None:
    book = load_workbook(october.template)
    book["Đợt báo cáo"].append(["luy_ke_tu_dau", None, "có"])
    book.save(october.template)
    continue_campaign(tmp_path / "tháng 11", october.root, NOVEMBER)
    new = load_template(CampaignFolder(tmp_path / "tháng 11").template)[0]
    assert new.campaign.values["luy_ke_tu_dau"] == "không"


def test_nothing_else_of_the_template_is_touched(tmp_path: Path, october: CampaignFolder[Path]) -> None:
    """A text box or a partly bold label of the officer's would not outlive a library."""
    continue_campaign(tmp_path / "mới", october.root, NOVEMBER)
    with zipfile.ZipFile(october.template) as old, zipfile.ZipFile(tmp_path / "mới/template.xlsx") as new:
        assert old.namelist() == new.namelist()
        assert len([n for n in old.namelist() if old.read(n) != new.read(n)]) == 1


def test_attributes_may_come_in_any_order(tmp_path: Path, october: CampaignFolder[Path]) -> None:
    parts = unpack_parts(october.template.read_bytes())
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        parts[name] = re.sub(rb'<c r="(\w+)" ([^/>]*)', rb'<c \2 r="\1"', parts[name])
    october.template.write_bytes(pack_parts(parts))
    continue_campaign(tmp_path / "mới", october.root, NOVEMBER)
    assert load_template(tmp_path / "mới/template.xlsx")[0].campaign.code == NOVEMBER.code


def test_the_title_stays_where_none_is_given(tmp_path: Path, october: CampaignFolder[Path]) -> None:
    continue_campaign(tmp_path / "mới", october.root, NextCampaign("BC-T11", date(2023, 12, 5)))
    assert load_template(tmp_path / "mới/template.xlsx")[0].campaign.title == "Báo cáo thử"


def test_the_old_code_a_folder_in_use_and_no_campaign_are_refused(
    tmp_path: Path, october: CampaignFolder[Path]
) -> None:
    with pytest.raises(CannotWrite, match="code"):
        continue_campaign(tmp_path / "mới", october.root, NextCampaign("thu-2023", date(2023, 12, 5)))
    assert not (tmp_path / "mới").exists()
    with pytest.raises(CannotWrite, match="not valid"):
        continue_campaign(tmp_path / "mới", october.root, NextCampaign("tháng 11", date(2023, 12, 5)))
    with pytest.raises(CannotWrite, match="already"):
        continue_campaign(october.root, october.root, NOVEMBER)
    with pytest.raises(CannotRead):
        continue_campaign(tmp_path / "mới", tmp_path, NOVEMBER)


def test_a_campaign_that_made_no_forms_yet_shares_its_key_all_the_same(
    tmp_path: Path, october: CampaignFolder[Path]
) -> None:
    october.key.unlink()  # type: ignore[union-attr]
    for form in october.forms.iterdir():
        form.unlink()
    (october.returned / "x1.xlsx").unlink()
    continue_campaign(tmp_path / "mới", october.root, NOVEMBER)
    assert october.key.read_bytes() == (tmp_path / "mới/signing.key").read_bytes()


@pytest.mark.parametrize(("row", "value"), [(2, "Báo cáo tháng 11"), (3, date(2023, 11, 12))])
def test_a_new_title_or_deadline_under_the_old_code_is_warned_about(
    october: CampaignFolder[Path], row: int, value: object
) -> None:
    def told() -> set[str]:
        return {p.code for p in generate(october.template, october.units, october.forms).problems}

    assert "campaign-code-kept" not in told()
    write_template(october.template, lambda tables: tables["Đợt báo cáo"][row].__setitem__(2, value))
    template = load_template(october.template)[0]
    assert [p.code for p in check_code(october.root, template)] == ["campaign-code-kept"]
    assert "campaign-code-kept" in told()
    assert "campaign-code-kept" not in told()
