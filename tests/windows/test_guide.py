"""docs/huong-dan.md on the unzipped folder under Wine, in an officer's order: what the page is told to do is done.

Run by ``make test-windows``; the programs of Windows it names (Excel, Outlook, Explorer) are not there.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

from mailing import SAVED, SENT, lay_out, retype
from msoffcrypto.format.ooxml import OOXMLFile
from page.browsing import DROP, sync_api
from page.officer import add_up, confirm_by_telephone, leave, step, wait_for_work
from post.mail_servers import OFFICE, PASSWORD, requires_mail_servers
from post.posting import answer, parse, post
from propose.drawn import draw_word
from windows.machine import (
    PATIENCE,
    TOOL,
    assert_as_on_linux,
    on_wine,
    opened,
    visiting,
    wait_for,
)

from workbook_tools.excel import Cell
from workbook_tools.forms.fill import fill_form
from workbook_tools.usecases.collect import CollectOptions

if TYPE_CHECKING:
    from pathlib import Path

    from post.mail_servers import MailServers

pytestmark = on_wine


def new_folder(name: str) -> Path:
    folder: Path = TOOL.DRIVE / name
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def test_the_first_campaign_in_15_minutes() -> None:
    """“Đợt đầu tiên trong 15 phút” and “Xử lý những chỗ chưa rõ”: every button that they name."""
    folder = new_folder("Đợt thử")
    with opened() as page, visiting(page) as tab:
        tab.get_by_role("link", name="C:\\", exact=True).click()
        tab.get_by_text("Đợt mẫu, để xem thử").click()
        sample = tab.locator("details[open]")
        sample.get_by_label("Tên thư mục").fill(folder.name)
        sample.get_by_role("button", name="Tạo").click()
        tab.get_by_role("link", name="Xã, thị trấn").click()
        tab.wait_for_selector(".paper td.input")
        step(tab, "Gửi biểu")
        tab.get_by_role("button", name="Tạo biểu cho các đơn vị").click()
        tab.get_by_text("không thay đổi: ").wait_for()
        assert len([*(folder / "forms").glob("*.xlsx")]) == 72
        tab.get_by_role("button", name="Chuẩn bị thư").click()
        tab.get_by_role("button", name="Ghi thư thành tệp").click()
        wait_for(lambda: len([*(folder / "mail").rglob("*.eml")]) == 72)
        wait_for_work(tab)
        step(tab, "Báo cáo nộp về")
        wait_for_work(tab)
        tab.get_by_role("button", name="Cho các đơn vị nộp thử").click()
        tab.locator("tr.accepted").first.wait_for()
        wait_for_work(tab)
        drop_again(tab, folder / "returned")
        confirm_by_telephone(tab, "khoảng 20", "20")
        add_up(tab)
        journal = folder / "mail.sqlite3"
        options = CollectOptions(decisions=folder / "decisions.xlsx", mail_journal=journal)
        assert_as_on_linux(folder, options)
        leave(tab)


def drop_again(tab: Any, returned: Path) -> None:
    """Take four returns away, which shows by itself; drop three in an archive onto the page, and one with a password."""
    missing = tab.locator("tr.missing")
    before = missing.count()
    kept = sorted(returned.glob("1164*.xlsx"))[:4]
    packed, locked = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in kept[:3]:
            archive.writestr(f"Báo cáo các trường/{path.name}", path.read_bytes())
    OOXMLFile(io.BytesIO(kept[3].read_bytes())).encrypt("bí mật", locked)
    for path in kept:
        path.unlink()
    sync_api.expect(missing).to_have_count(before + 4, timeout=PATIENCE * 1000)
    dropped = {"Các trường.zip": packed, "Có mật khẩu.xlsx": locked}
    files = [(name, list(made.getvalue())) for name, made in dropped.items()]
    tab.evaluate(DROP, [tab.query_selector("#drop"), files])
    tab.get_by_text("Số tệp đã chép: 2.").wait_for()
    sync_api.expect(missing).to_have_count(before + 1, timeout=PATIENCE * 1000)
    wait_for_work(tab)
    assert all((returned / name).is_file() for name in dropped)
    step(tab, "Cần xử lý")
    tab.locator("summary", has_text="Tệp có mật khẩu").get_by_text("Có mật khẩu.xlsx").wait_for()


def test_a_form_of_the_office_s_own_and_the_next_campaign(tmp_path: Path) -> None:
    """“Biểu của cơ quan bạn”: from a drawn form, from nothing, and after the last campaign."""
    for name in ("Biểu của phòng", "Đợt trống", "Đợt sau"):
        new_folder(name)
    draw_word(tmp_path / "Mẫu.docx")
    with opened() as page, visiting(page) as tab:
        tab.get_by_role("link", name="C:\\", exact=True).click()
        drawn = tab.locator("details[open]")
        drawn.get_by_label("Tên thư mục").fill("Biểu của phòng")
        drawn.get_by_label("Tệp biểu").set_input_files(tmp_path / "Mẫu.docx")
        drawn.get_by_label("Hạn nộp").fill("2026-12-05")
        drawn.get_by_role("button", name="Tạo").click()
        tab.get_by_text("Đã đề xuất").wait_for()
        assert (TOOL.DRIVE / "Biểu của phòng" / "template.xlsx").is_file()
        make_another(tab, "Đợt trống", "Đợt trống", **{"Hạn nộp": "2026-12-05"})
        fields = {"Mã đợt báo cáo mới": "BC-2026-12", "Hạn nộp": "2026-12-31"}
        make_another(tab, "Tiếp theo đợt trước", "Đợt sau", **fields)
        assert tab.locator(".brand").inner_text() == "Biểu của phòng", "it stays open"
        leave(tab)


def make_another(tab: Any, kind: str, name: str, **fields: str) -> None:
    """Make a campaign beside the open one; it has a page of its own, which is left."""
    tab.get_by_role("link", name="Đợt báo cáo khác").click()
    tab.get_by_role("link", name="C:\\", exact=True).click()
    summary = tab.locator("summary", has_text=kind)
    if summary.locator("xpath=..").get_attribute("open") is None:
        summary.click()
    new = tab.locator("details[open]")
    new.get_by_label("Tên thư mục").fill(name)
    for label, value in fields.items():
        new.get_by_label(label).fill(value)
    with tab.context.expect_page() as opening:
        new.get_by_role("button", name="Tạo").click()
    other = opening.value
    # It says first what was made, which has to be read.
    other.get_by_role("link", name="Mở trang này").click()
    wait_for(lambda: other.locator(".brand").count() and other.locator(".brand").inner_text() == name)
    assert (TOOL.DRIVE / name / "template.xlsx").is_file()
    leave(other)


@requires_mail_servers
def test_letters_go_out_reports_come_back_and_another_computer_goes_on(servers: MailServers) -> None:
    """“Gửi thư và đôn đốc”, “Chuyển sang máy khác”, “Sao lưu”: through Dovecot and Postfix, then with a copy of the folder."""
    addresses = {"x1": "xa1@gd.example", "x2": "xa2@gd.example", "t1": "truong@gd.example"}
    servers.add_mailboxes([OFFICE, *addresses.values()])
    settings = {"nguoi_gui": OFFICE, "may_chu_gui": servers.smtp_url, "may_chu_nhan": servers.imap_url}
    folder = new_folder("Đợt gửi thư")
    lay_out(folder, addresses, *([f"thu_{name}", name, value] for name, value in settings.items()))
    trusted = {"SSL_CERT_FILE": "Z:" + str(servers.ca).replace("/", "\\")}
    with opened("C:\\Đợt gửi thư", **trusted) as page, visiting(page) as tab:
        step(tab, "Gửi biểu")
        tab.get_by_role("button", name="Chuẩn bị thư").click()
        tab.get_by_label(f"Mật khẩu của {OFFICE}").fill(PASSWORD)
        tab.get_by_role("button", name="Gửi thử một thư cho chính mình").click()
        servers.wait_for(lambda: servers.mails(OFFICE))
        wait_for_work(tab)
        send_all(tab)
        servers.wait_for(lambda: all(servers.mails(address) for address in addresses.values()))
        got = parse(servers.mails(addresses["x1"])[0])
        (form,) = got.iter_attachments()
        typed = {Cell("Biểu", int(ref[1:]), ord(ref[0]) - 64): value for ref, value in SENT["x1"].items()}
        post(servers, answer(got, fill_form(form.get_content(), typed, SAVED), "reply"))
        servers.wait_for(lambda: len(servers.mails(OFFICE)) == 2)
        step(tab, "Báo cáo nộp về")
        tab.get_by_text("Lấy báo cáo từ hộp thư").click()
        tab.get_by_role("button", name="Lấy thư", exact=True).click()
        wait_for(lambda: [*(folder / "returned").glob("*")])
        wait_for_work(tab)
        step(tab, "Đôn đốc")
        tab.get_by_role("button", name="Lập biểu gửi lại").click()
        send_all(tab)
        servers.wait_for(lambda: len(servers.mails(addresses["x1"])) == 2)
        leave(tab)
    mail = next(m for m in map(parse, servers.mails(addresses["x1"])) if m["Message-ID"] != got["Message-ID"])
    (form,) = mail.iter_attachments()
    copy = new_folder("Máy khác") / "Đợt gửi thư"
    shutil.copytree(folder, copy)
    (copy / "returned" / "sửa.xlsx").write_bytes(retype(form.get_content(), {"B5": 20, "B7": 5}, SAVED))
    with opened("C:\\Máy khác\\Đợt gửi thư", **trusted) as page, visiting(page) as tab:
        step(tab, "Gửi biểu")
        tab.get_by_role("button", name="Chuẩn bị thư").click()
        tab.get_by_text("Đã gửi hết các thư.").wait_for()
        add_up(tab)
        assert_as_on_linux(copy, CollectOptions(mail_journal=copy / "mail.sqlite3"))
        leave(tab)
    assert [len(servers.mails(address)) for address in addresses.values()] == [2, 1, 1], (
        "nothing is sent twice"
    )


def send_all(tab: Any) -> None:
    """Confirm the number of letters and send them."""
    tab.get_by_label("Đồng ý gửi").check()
    tab.locator("button[value=send]").click()
    tab.get_by_text("Đã gửi hết các thư.").wait_for()
    wait_for_work(tab)
