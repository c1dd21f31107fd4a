"""Returns as an office gets them: in archives, in mails, with passwords, with half their marks gone. The figures are the same."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from collecting import fill, filled, outcomes, read_back
from filled_campaign import read_answers
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import load_workbook

from workbook_tools.model import Outcome
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection

IN_TIME = datetime(2023, 10, 10, 8, 0, tzinfo=UTC)


def codes(collection: Collection, file: str) -> list[str]:
    """The problems of a file as a whole."""
    return sorted(p.code for p in collection.problems if p.place.file == file and not p.place.indicator)


def mail(path: Path, form: Path, sender: str, received: str) -> None:
    message = EmailMessage()
    message["Received"], message["From"], message["Subject"] = (
        f"from a by b; {received}",
        sender,
        "Báo cáo HTSĐ",
    )
    message.set_content("Kính gửi Phòng.")
    message.add_attachment(
        form.read_bytes(), maintype="application", subtype="octet-stream", filename=form.name
    )
    path.write_bytes(message.as_bytes())


def test_every_file_inside_an_archive_has_one_outcome(first: Campaign, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "Các xã gửi.zip", "w") as archive:
        for unit in ("11629", "11632", "11635"):
            archive.write(
                fill(first, unit, {"ct_2_1": 5}, tmp_path.parent / f"{unit}.xlsx"), f"xã/{unit}.xlsx"
            )
        archive.writestr("xã/.DS_Store", "x")
        archive.writestr("xã/ghi chú.txt", "x")
    collection = read_back(first, tmp_path)
    inside = {f"xã/{unit}.xlsx": Outcome.WARNED for unit in ("11629", "11632", "11635")}
    inside |= {"xã/.DS_Store": Outcome.IGNORED, "xã/ghi chú.txt": Outcome.REJECTED}
    assert outcomes(collection) == {f"Các xã gửi.zip/{name}": outcome for name, outcome in inside.items()}
    assert collection.totals.at["ct_2_1", "total"] == 15
    assert set(collection.files["container"]) == {"Các xã gửi.zip"}


def test_links_lead_to_the_archive_itself(first: Campaign, tmp_path: Path) -> None:
    (tmp_path / "returned").mkdir()
    with zipfile.ZipFile(tmp_path / "returned/gửi.zip", "w") as archive:
        archive.write(fill(first, "11629", {"ct_2_1": 5}, tmp_path / "a.xlsx"), "a.xlsx")
    write_workbook(read_back(first, tmp_path / "returned"), tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        targets = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/_rels" in name)
    assert 'gửi.zip"' in targets
    assert "gửi.zip\\a.xlsx" not in targets


@pytest.mark.parametrize(
    ("received", "days"), [("Thu, 12 Oct 2023 23:59:00 +0700", 0), ("Fri, 13 Oct 2023 00:01:00 +0700", 1)]
)
def test_a_mail_counts_as_received_when_it_arrived(
    first: Campaign, tmp_path: Path, received: str, days: int
) -> None:
    """The form was saved days before; what the sender's own clock or the file system says does not matter."""
    form = fill(first, "11629", {"ct_2_1": 5}, tmp_path.parent / "mẫu.xlsx", IN_TIME)
    mail(tmp_path / "thư.eml", form, "Văn thư <khac@xa.example>", received)
    collection = read_back(first, tmp_path)
    assert collection.status.set_index("unit").at["11629", "days_late"] == days
    assert codes(collection, "thư.eml/mẫu.xlsx") == sorted(["sender-differs", *["late"] * days])
    [file] = collection.files.to_dict("records")
    assert (file["sender"], file["subject"]) == ("khac@xa.example", "Báo cáo HTSĐ")


def test_a_mail_from_the_units_own_address_needs_no_remark(first: Campaign, tmp_path: Path) -> None:
    form = fill(first, "11629", {"ct_2_1": 5}, tmp_path.parent / "mẫu.xlsx", IN_TIME)
    mail(tmp_path / "thư.eml", form, first.roster["11629"].email.upper(), "Tue, 10 Oct 2023 10:00:00 +0700")
    assert codes(read_back(first, tmp_path), "thư.eml/mẫu.xlsx") == []


def test_of_two_saved_at_the_same_moment_the_one_mailed_later_counts(first: Campaign, tmp_path: Path) -> None:
    for number, figure in ((1, 5), (2, 9)):
        form = fill(first, "11629", {"ct_2_1": figure}, tmp_path.parent / f"lần {number}.xlsx", IN_TIME)
        mail(tmp_path / f"{9 - number}.eml", form, "a@b.example", f"Tue, 10 Oct 2023 1{number}:00:00 +0700")
    assert read_answers(read_back(first, tmp_path)) == {"11629": {"ct_2_1": 9}}


def test_the_lines_in_which_a_replaced_return_differs_are_listed(first: Campaign, tmp_path: Path) -> None:
    fill(
        first,
        "11629",
        {"ct_2_1": 9, "ct_2_2": 4, "ct_2_3": 3},
        tmp_path / "mới.xlsx",
        datetime(2023, 10, 11, tzinfo=UTC),
    )
    fill(first, "11629", {"ct_2_1": 5, "ct_2_2": 4, "ct_3_1": 6}, tmp_path / "cũ.xlsx", IN_TIME)
    collection = read_back(first, tmp_path)
    listed = {
        p.place.indicator: (p.params["value"], p.params["read"])
        for p in collection.problems
        if p.code == "differs-from-other"
    }
    assert listed == {"ct_2_1": (5, 9)}
    [left] = [p for p in collection.problems if p.code == "answers-left-behind"]
    assert left.params["count"] == 1
    assert str(left.params["value"]).endswith(": 6")
    assert all(
        p.place.file == "cũ.xlsx" and p.place.cell
        for p in collection.problems
        if p.code == "differs-from-other"
    )


def test_a_form_with_a_password_is_read_with_the_officers_list(first: Campaign, tmp_path: Path) -> None:
    form = fill(first, "11629", {"ct_2_1": 5}, tmp_path.parent / "mẫu.xlsx")
    with (tmp_path / "khóa.xlsx").open("wb") as target:
        OOXMLFile(io.BytesIO(form.read_bytes())).encrypt("bí mật", target)
    assert codes(read_back(first, tmp_path), "khóa.xlsx") == ["return-encrypted"]
    passwords = tmp_path.parent / "mật khẩu.txt"
    passwords.write_text("khác\nbí mật\n", encoding="utf-8")
    collection = collect(
        tmp_path, first.template_path, first.units_path, CollectOptions(key=first.key, passwords=passwords)
    )
    assert read_answers(collection) == {"11629": {"ct_2_1": 5}}


def strip_marks(form: Path) -> None:
    """As after copying all cells to a new workbook and clearing the visible id: only the row marks' own id is left."""
    book = load_workbook(form)
    del book["_meta"]
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and "BM/" in cell.value and not cell.value.startswith("wt:"):
                    cell.value = None
    book.properties.subject = book.properties.keywords = None
    book.save(form)


def test_one_mark_of_identity_is_enough_only_where_the_name_bears_it_out(
    first: Campaign, tmp_path: Path
) -> None:
    for name in ("11629.xlsx", "Báo cáo.xlsx", "11632.xlsx"):
        strip_marks(fill(first, "11629", {"ct_2_1": 5}, tmp_path / name))
    collection = read_back(first, tmp_path)
    assert outcomes(collection) == {
        "11629.xlsx": Outcome.WARNED,
        "Báo cáo.xlsx": Outcome.REJECTED,
        "11632.xlsx": Outcome.REJECTED,
    }
    assert "identity-by-name" in codes(collection, "11629.xlsx")
    assert codes(collection, "Báo cáo.xlsx") == ["identity-weak"]
    assert codes(collection, "11632.xlsx") == ["identity-weak", "unit-by-name"]


def test_a_scan_is_put_down_to_the_unit_its_name_says(first: Campaign, tmp_path: Path) -> None:
    (tmp_path / "Bao cao xa Bat Trang.pdf").write_bytes(b"%PDF-1.7 ...")
    collection = read_back(first, tmp_path)
    assert collection.status.set_index("unit").at["11632", "outcome"] == Outcome.REJECTED
    assert codes(collection, "Bao cao xa Bat Trang.pdf") == ["format-unsupported", "unit-by-name"]


@pytest.mark.parametrize("year", [2099, 2001])
def test_a_clock_that_is_years_off_moves_nothing(first: Campaign, tmp_path: Path, year: int) -> None:
    fill(first, "11629", {"ct_2_1": 5}, tmp_path / "a.xlsx", datetime(year, 1, 1, tzinfo=UTC))
    collection = read_back(first, tmp_path)
    assert codes(collection, "a.xlsx") == ["saved-in-doubt"]
    assert collection.as_of == first.template.campaign.deadline
    assert collection.status.set_index("unit").at["11629", "received"] is None


def test_a_sender_s_clock_that_is_years_off_dates_no_report(first: Campaign, tmp_path: Path) -> None:
    saved = datetime(2023, 10, 9, tzinfo=UTC)
    form = filled(first, "11629", {"ct_2_1": 5}, saved)
    for name, day in (
        ("a.eml", "Sat, 1 Jan 2033 08:00:00 +0700"),
        ("b.eml", "Fri, 31 Dec 9999 23:00:00 +0000"),
    ):
        mail = EmailMessage()
        mail["Date"] = day
        mail.add_attachment(form, maintype="application", subtype="octet-stream", filename="a.xlsx")
        (tmp_path / name).write_bytes(mail.as_bytes())
    collection = read_back(first, tmp_path)
    for name, day in (("a.eml", "01/01/2033"), ("b.eml", "31/12/9999")):
        told = {p.code: p for p in collection.problems if p.place.file == f"{name}/a.xlsx"}
        assert told["mailed-in-doubt"].params["value"] == day
    assert collection.as_of == first.template.campaign.deadline
    received = collection.status.set_index("unit").at["11629", "received"]
    assert received == saved.date()


def test_a_form_saved_on_the_calendar_s_last_day_is_read(first: Campaign, tmp_path: Path) -> None:
    fill(first, "11629", {"ct_2_1": 5}, tmp_path / "a.xlsx", datetime(9999, 12, 31, 23, tzinfo=UTC))
    assert codes(read_back(first, tmp_path), "a.xlsx") == ["saved-in-doubt"]


class TestCompanions:
    """What offices send beside the form is listed with the unit and is no error; alone it is one."""

    SCAN, PICTURE = b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n"

    def mail(self, path: Path, attachments: dict[str, bytes], sender: str = "a@b.example") -> None:
        message = EmailMessage()
        message["From"], message["Subject"], message["Date"] = sender, "x", "Tue, 10 Oct 2023 10:00:00 +0700"
        message.set_content("Kính gửi Phòng.")
        for name, content in attachments.items():
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        path.write_bytes(message.as_bytes())

    def test_beside_a_form_of_the_same_mail(self, first: Campaign, tmp_path: Path) -> None:
        form = fill(first, "11629", {"ct_2_1": 5}, tmp_path.parent / "mẫu.xlsx", IN_TIME).read_bytes()
        beside = {"Bản ký.pdf": self.SCAN, "image001.png": self.PICTURE, "ghi chú.txt": b"x"}
        self.mail(tmp_path / "thư.eml", {"Bản ký.pdf": self.SCAN, "Báo cáo.xlsx": form, **beside})
        collection = read_back(first, tmp_path)
        files = collection.files.set_index("path")
        assert set(files["unit"]) == {"11629"}
        assert [files.at[f"thư.eml/{name}", "outcome"] for name in beside] == [Outcome.COMPANION] * 3
        assert [codes(collection, f"thư.eml/{name}") for name in beside] == [["companion-file"]] * 3
        assert [p.code for p in collection.problems if p.severity == "error" and not p.place.indicator] == []

    def test_of_a_unit_whose_form_was_read(self, first: Campaign, tmp_path: Path) -> None:
        fill(first, "11632", {"ct_2_1": 5}, tmp_path / "báo cáo.xlsx")
        (tmp_path / "Bao cao xa Bat Trang.pdf").write_bytes(self.SCAN)
        self.mail(tmp_path / "thư.eml", {"Bản ký.pdf": self.SCAN}, first.roster["11632"].email)
        (tmp_path / "11635.pdf").write_bytes(self.SCAN)
        collection = read_back(first, tmp_path)
        assert codes(collection, "Bao cao xa Bat Trang.pdf") == ["companion-file"]
        assert codes(collection, "thư.eml/Bản ký.pdf") == ["companion-file"]
        assert codes(collection, "11635.pdf") == ["format-unsupported", "unit-by-name"]

    def test_in_an_archive_of_one_unit_but_not_of_several(self, first: Campaign, tmp_path: Path) -> None:
        for name, units in (("một.zip", ["11629"]), ("nhiều.zip", ["11632", "11635"])):
            with zipfile.ZipFile(tmp_path / name, "w") as archive:
                archive.writestr("Bản ký.pdf", self.SCAN)
                for unit in units:
                    archive.write(
                        fill(first, unit, {"ct_2_1": 5}, tmp_path.parent / "m.xlsx"), f"{unit}.xlsx"
                    )
        collection = read_back(first, tmp_path)
        assert codes(collection, "một.zip/Bản ký.pdf") == ["companion-file"]
        assert codes(collection, "nhiều.zip/Bản ký.pdf") == ["format-unsupported"]

    def test_a_damaged_form_beside_a_form_is_still_an_error(self, first: Campaign, tmp_path: Path) -> None:
        form = fill(first, "11629", {"ct_2_1": 5}, tmp_path.parent / "mẫu.xlsx", IN_TIME).read_bytes()
        self.mail(tmp_path / "thư.eml", {"a.xlsx": form, "b.xlsx": form[: len(form) // 2]})
        assert codes(read_back(first, tmp_path), "thư.eml/b.xlsx") == ["return-damaged"]
