"""A form of last campaign is called that, whosever key it was signed with; it accuses nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from collecting import fill, read_back

from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign


@pytest.fixture(scope="module", params=["its own key", "the same key"])
def last_form(
    request: pytest.FixtureRequest, first: Campaign, tmp_path_factory: pytest.TempPathFactory
) -> bytes:
    """A form of the campaign before, for the same unit."""
    from openpyxl import load_workbook

    folder = tmp_path_factory.mktemp("đợt trước")
    book = load_workbook(first.template_path)
    for row in book["Đợt báo cáo"].iter_rows():
        if row[0].value == "ma_dot":
            row[2].value = "HTSD2022"
        if row[0].value == "tieu_de":
            row[2].value = "Tuần lễ năm 2022"
    book.save(folder / "template.xlsx")
    key = first.key if request.param == "the same key" else folder / "signing.key"
    made = generate(folder / "template.xlsx", first.units_path, folder / "forms", key=key, only={"11629"})
    return made.forms[0].path.read_bytes()


def test_last_campaign_s_form_says_which_campaign(first: Campaign, last_form: bytes, tmp_path: Path) -> None:
    fill(first, "11632", {"ct_2_1": 5}, tmp_path / "11632.xlsx")
    (tmp_path / "cũ.xlsx").write_bytes(last_form)
    collection = read_back(first, tmp_path)
    (found,) = [p for p in collection.problems if p.place.file == "cũ.xlsx"]
    assert found.code == "other-campaign"
    assert "Tuần lễ năm 2022 (HTSD2022)" in found.message("vi")
    assert first.template.campaign.code in found.message("vi")
    assert found.place.unit == "11629"
    assert collection.status.set_index("unit").at["11632", "outcome"] != "rejected"
