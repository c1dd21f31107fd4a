"""The demonstration: the same every time, every planted fault found, and never in the way of a real campaign."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from workbook_tools.demo import _check_own, run_demo
from workbook_tools.errors import CannotWrite
from workbook_tools.problems import Severity
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.collect import collect

if TYPE_CHECKING:
    from campaigns import Campaign

ERRORS = [
    ("answer-missing", "11647-mn", "ct_3_3"),
    ("answer-missing", "11656", "ct_bao_gom"),
    ("format-unsupported", "Bản quét báo cáo.pdf", ""),
    ("not-a-form", "Danh sách đơn vị.xlsx", ""),
    ("number-in-doubt", "11632-th", "ct_2_1"),
    ("number-in-doubt", "11659", "ct_6_4"),
    ("number-not-whole", "11644-thcs", "ct_3_2"),
    ("rule-broken", "11632", "ct_4_2"),
    ("rule-broken", "11638", "ct_8_3"),
    ("rule-broken", "11644", "ct_7_1"),
    ("signature-wrong", "Ban sao.xlsx", ""),
]
WARNINGS = [
    # The commune says that it includes its schools; one of them typed a 0 too many, another sent its neighbour's figures.
    ("below-children", "11647", "ct_5_1a"),
    ("below-children", "11668", "ct_3_1"),
    ("below-children", "11671", "ct_2_1"),
    ("below-children", "11671", "ct_3_1"),
    ("below-children", "11671", "ct_5_1b"),
    ("below-children", "11671", "ct_5_2b"),
    ("inclusion-unanswered", "11656", "ct_bao_gom"),
    ("late", "11641", ""),
    ("late", "11650-thcs", ""),
    ("late", "thpt-quoc-tuan", ""),
    ("outlier", "11671-th", "ct_3_1"),
    ("rule-broken", "11647", "ct_5_1b"),
    ("rule-broken", "11665-th", "ct_2_4a"),
    ("same-as-other", "11668-mn", ""),
    ("same-as-other", "11671-mn", ""),
]
NOTICES = [
    ("differs-from-other", "11629-th", "ct_3_1"),
    ("superseded-return", "11629-th", ""),
    ("value-repaired", "11629", "ct_3_1"),
    ("value-repaired", "11629", "ct_6_2"),
    ("value-repaired", "11656", "ct_8_3"),
]


@pytest.mark.parametrize(
    ("severity", "planted"),
    [(Severity.ERROR, ERRORS), (Severity.WARNING, WARNINGS), (Severity.NOTICE, NOTICES)],
    ids=["errors", "warnings", "notices"],
)
def test_what_was_planted_is_found_and_nothing_else(
    demo: Any, severity: Severity, planted: list[tuple[str, str, str]]
) -> None:
    of_severity = [p for p in demo.collection.problems if p.severity is severity]
    assert sorted((p.code, p.place.unit or p.place.file, p.place.indicator) for p in of_severity) == planted
    for problem in of_severity:
        if problem.place.indicator:
            place = demo.collection.template.inputs[problem.place.indicator]
            assert (problem.place.sheet, problem.place.cell) == (place.sheet, place.ref)


def test_what_was_typed_amiss_is_read_as_it_was_meant(demo: Any) -> None:
    values = demo.collection.answers.set_index(["unit", "indicator"])
    assert values.at[("11629", "ct_3_1"), "value"] == 1250
    assert values.at[("11629", "ct_6_2"), "value"] == 85
    assert values.at[("11656", "ct_8_3"), "value"] == 5_000_000
    assert values.at[("11638-mn", "ct_4_3b"), "state"] == "no-figure"
    reasons = {p.place.unit: p.reason for p in demo.collection.problems if p.reason}
    assert reasons["11647"] == "Một lớp trực tuyến cho toàn xã."


def test_its_letters_address_offices_as_offices_do(demo: Any) -> None:
    folder = demo.workbook.parent / "mail/form/zalo"
    addressed = {
        path.name.partition("_")[0]: path.read_text("utf-8-sig").splitlines()[2]
        for path in folder.glob("11632*.txt")
    }
    assert addressed["11632"] == "Kính gửi: Ủy ban nhân dân xã Bát Trang"
    assert addressed["11632-mn"] == "Kính gửi: Trường Mầm non Bát Trang"


@pytest.fixture(scope="module")
def demo_folder(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration to put files into; the shared one stays as it is."""
    folder = tmp_path_factory.mktemp("begun") / "demo"
    shutil.copytree(demo.workbook.parent, folder)
    return folder


def test_a_second_run_gives_the_same_workbook_and_takes_litter_of_programs_for_nobodys_report(
    demo: Any, demo_folder: Path
) -> None:
    first = demo.workbook.read_bytes()
    again = run_demo(demo_folder)
    assert (again.forms, again.workbook.read_bytes()) == (72, first)
    assert again.workbook.with_suffix(".docx").read_bytes() == demo.workbook.with_suffix(".docx").read_bytes()
    litter = demo_folder / "returned/~$11647_Xa-Quang-Trung.xlsx"
    litter.write_bytes(b"\x00" * 165)
    _check_own(CampaignFolder(demo_folder))
    litter.unlink()


def test_a_correction_form_does_not_say_twice_what_the_unit_wrote(demo: Any) -> None:
    """A figure that breaks a rule was understood as it was written; one in doubt was not."""
    said = [
        (row[4], row[5])
        for path in sorted((demo.workbook.parent / "corrections").rglob("*.xlsx"))
        for row in openpyxl.load_workbook(path)["Cần sửa"].iter_rows(min_row=4, values_only=True)
    ]
    assert ("khoảng 20", "Chưa xác định được") in said
    assert ("0", None) in said
    assert not [pair for pair in said if pair[0] and pair[0] == pair[1]]


class TestItStaysOutOfARealCampaign:
    def snapshot(self, folder: Path) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_that_lies_in_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "returned").mkdir()
        (tmp_path / "returned/a.xlsx").write_bytes(b"somebody's report")
        with pytest.raises(CannotWrite, match="not empty"):
            run_demo(tmp_path)
        assert self.snapshot(tmp_path) == {tmp_path / "returned/a.xlsx": b"somebody's report"}

    @pytest.mark.parametrize(
        "name",
        ["Báo cáo của xã.xlsx", "Xã Quang Trung/11647_Xa-Quang-Trung.xlsx", "11635_Xa-Truong-Tho.xlsx"],
    )
    def test_that_was_begun_in_a_demonstration(self, demo_folder: Path, name: str) -> None:
        """A single return among the invented ones: the demonstration leaves all as it is, and names the file."""
        returned = demo_folder / "returned" / name
        returned.parent.mkdir(exist_ok=True)
        returned.write_bytes(b"somebody's report")
        before = self.snapshot(demo_folder)
        try:
            with pytest.raises(CannotWrite) as refused:
                run_demo(demo_folder)
        finally:
            after = self.snapshot(demo_folder)
            returned.unlink()
        assert refused.value.path == returned
        assert after == before


def test_the_samples_in_the_repository_are_of_the_current_template(first: Campaign) -> None:
    samples = Path(first.units_path).parent
    collection = collect(samples / "returned", first.template_path, first.units_path)
    assert "form-version-old" not in {p.code for p in collection.problems}
    assert (collection.status["outcome"] == "missing").sum() == 6
