"""Looking into a file opens whatever ``collect`` opens: the form inside a mail or an archive is shown."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING

from collecting import fill

from workbook_tools.forms.form_id import read_key
from workbook_tools.problems import Severity
from workbook_tools.usecases.inspect import Inspection, inspect_file

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign


def look(campaign: Campaign, path: Path) -> Inspection:
    return inspect_file(path, key=read_key(campaign.key), template=campaign.template)


def shown(inspection: Inspection) -> tuple[str, object]:
    assert inspection.found is not None
    assert inspection.found.identity is not None
    answers = {answer.code: answer.value for answer in inspection.found.answers}
    return inspection.found.identity.unit, answers["ct_2_1"]


def test_the_form_in_a_mail_is_shown_with_what_lies_beside_it(first: Campaign, tmp_path: Path) -> None:
    form = fill(first, "11629", {"ct_2_1": 5}, tmp_path / "mẫu.xlsx")
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.example", "x"
    message.set_content("Kính gửi Phòng.")
    for name, content in (("Bản ký.pdf", b"%PDF-1.7"), ("Báo cáo.xlsx", form.read_bytes())):
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    (tmp_path / "thư.eml").write_bytes(message.as_bytes())
    inspection = look(first, tmp_path / "thư.eml")
    assert shown(inspection) == ("11629", 5)
    assert [file.path for file in inspection.inside] == ["thư.eml/Báo cáo.xlsx", "thư.eml/Bản ký.pdf"]
    assert ("thư.eml/Bản ký.pdf", "format-unsupported") in [
        (p.place.file, p.code) for p in inspection.problems
    ]
    # With the roster, what came beside a form is no error, as in collect.
    checked = inspect_file(
        tmp_path / "thư.eml", key=read_key(first.key), template=first.template, roster=first.roster
    )
    told = [(p.code, p.severity) for p in checked.problems if p.place.file == "thư.eml/Bản ký.pdf"]
    assert told == [("companion-file", Severity.NOTICE)]


def test_all_forms_in_an_archive_are_listed(first: Campaign, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "gửi.zip", "w") as archive:
        for unit in ("11629", "11632"):
            archive.write(fill(first, unit, {"ct_2_1": 5}, tmp_path / f"{unit}.xlsx"), f"{unit}.xlsx")
    inspection = look(first, tmp_path / "gửi.zip")
    assert shown(inspection) == ("11629", 5)
    assert [file.identity.unit for file in inspection.inside if file.identity] == ["11629", "11632"]


def test_a_form_of_its_own_is_shown_as_ever(first: Campaign, tmp_path: Path) -> None:
    inspection = look(first, fill(first, "11629", {"ct_2_1": 5}, tmp_path / "a.xlsx"))
    assert shown(inspection) == ("11629", 5)
    assert inspection.inside == ()
