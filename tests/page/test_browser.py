"""An officer's campaign in a real browser, against the program's own server: 72 units, and 240."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from campaigns import ROOT
from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from page.browsing import (
    DROP,
    IN_BROWSER,
    PATIENCE,
    browser,
    served,
    sync_api,
    visiting,
)
from page.officer import add_up, confirm_by_telephone, enter_value, leave, step, wait_for_work
from propose.drawn import draw_word

from workbook_tools.page import application
from workbook_tools.page.jobs import Arrived
from workbook_tools.usecases import correct
from workbook_tools.usecases.write_outputs import write_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from page.browsing import Seen

    from workbook_tools.returns.result import FileReading

__all__ = ["browser"]
pytestmark = IN_BROWSER
AXE = ROOT / "tests" / "node" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.slow
def test_a_campaign_from_the_form_to_the_results(browser: Any, folder: Path) -> None:
    """Preview, forms, files dropped, one decision, the workbook: all with the mouse and the keyboard alone."""
    returned = folder / "returned"
    kept = [returned / path.name for path in sorted((folder / "forms").glob("1164*"))]
    kept = [path for path in kept if path.exists()][:3]
    aside = [(path.name, list(path.read_bytes())) for path in kept]
    for path in kept:
        path.unlink()
    with served(folder) as url, visiting(browser, url) as seen:
        page = seen.page
        assert "token" not in page.url
        page.get_by_role("link", name="Xã, thị trấn").click()
        page.wait_for_selector(".paper td.input")
        step(page, "Gửi biểu")
        page.get_by_role("button", name="Tạo biểu cho các đơn vị").click()
        page.get_by_text("không thay đổi: ").wait_for()
        step(page, "Báo cáo nộp về")
        wait_for_work(page)
        page.locator("tr.missing").first.wait_for()
        before = page.locator("tr.missing").count()
        page.evaluate(DROP, [page.query_selector("#drop"), aside])
        sync_api.expect(page.locator("tr.missing")).to_have_count(before - len(aside), timeout=PATIENCE)
        assert {name for name, _ in aside} <= {path.name for path in returned.iterdir()}
        confirm_by_telephone(page, "khoảng 20", "20")
        add_up(page)
        assert (folder / "consolidated.xlsx").is_file()
        assert seen.complaints == []
        away = folder.rename(folder.with_name("weg"))
        page.locator("#told", has_text="thư mục không còn").wait_for()
        away.rename(folder)
        sync_api.expect(page.locator("#told")).to_be_empty(timeout=PATIENCE)
        leave(page)


needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed: npm install --prefix tests/node"
)


@pytest.mark.slow
@needs_axe
def test_every_page_in_both_languages_can_be_read_used_by_keyboard_and_fits_the_screen(
    browser: Any, folder: Path
) -> None:
    """axe-core finds nothing (labels, contrasts, landmarks, names of buttons), nor is anything wider than 1366 in either language."""
    with served(folder) as url, visiting(browser, url) as seen:
        page, root = seen.page, seen.root
        page.goto(f"{root}/returns")
        wait_for_work(page)
        page.goto(f"{root}/mail/form")
        page.get_by_role("button", name="Chuẩn bị thư").click()
        page.locator(".scroll").wait_for()
        page.goto(f"{root}/choose")
        place = page.locator(".folders a").first.get_attribute("href")
        paths = ("/form?type=xa", "/send", "/returns", "/settle", "/settle?unit=11635", "/results", "/chase")
        for language in ("vi", "en"):
            for path in (*paths, "/mail/form", "/choose", place):
                page.goto(f"{root}{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= 1366, (language, path)
                assert page.evaluate(BROKEN_FIGURES) == [], (language, path)
                # What axe looks at is the same in both, which only the words differ in.
                if language == "vi":
                    assert is_focus_seen(seen), f"who works by keyboard sees where they are: {path}"
                    page.evaluate(
                        "document.querySelectorAll('details').forEach(part => { part.open = true; })"
                    )
                    assert find_faults(page) == [], path
            page.get_by_role("button", name="English" if language == "vi" else "Tiếng Việt").click()
        assert seen.complaints == []
        leave(page)


@needs_axe
@pytest.mark.slow
def test_what_is_wrong_can_be_read_and_used_by_keyboard_too(browser: Any, folder: Path) -> None:
    """The pages that axe does not see when all goes well."""
    template, units = folder / "template.xlsx", folder / "units.xlsx"
    blank_cells(template, "Chỉ tiêu")
    blank_cells(units, "Đơn vị")
    with served(folder) as url, visiting(browser, url) as seen:
        page, root = seen.page, seen.root
        page.locator("li.error").first.wait_for()
        for path in ("/form", "/send", "/returns", "/results", "/mail/correction", "/nowhere"):
            page.goto(f"{root}{path}")
            assert find_faults(page) == [], path
        folder.rename(folder.with_name("weg"))
        page.goto(f"{root}/settle")
        page.get_by_role("link", name="Thử lại").wait_for()
        assert find_faults(page) == []
        folder.with_name("weg").rename(folder)
        page.get_by_role("link", name="Thử lại").click()
        page.get_by_role("heading", name="Cần xử lý").wait_for()
        leave(page)
        assert find_faults(page) == []


def blank_cells(path: Path, sheet: str) -> None:
    """Empty the cells of two columns below the heads."""
    workbook = load_workbook(path)
    for row in workbook[sheet].iter_rows(min_row=5, min_col=1, max_col=2):
        for cell in row:
            if not isinstance(cell, MergedCell):
                cell.value = None
    workbook.save(path)


LEAVE_TWO_ALIKE = """() => {
  for (const list of new Set([...document.querySelectorAll("tbody tr, ul > li, details.matter")].map((row) => row.parentNode))) {
    const seen = {};
    for (const row of [...list.children]) {
      const kind = [row, ...row.querySelectorAll("*")].map((part) => part.tagName + part.className).join();
      seen[kind] = (seen[kind] || 0) + 1;
      if (seen[kind] > 2) row.remove();
    }
  }
}"""
"""Of many rows that differ in their texts only, axe would look at each."""


BROKEN_FIGURES = """() => [...document.querySelectorAll(".figure:not(th)")].filter((cell) => {
  const words = document.createRange();
  words.selectNodeContents(cell);
  return words.getClientRects().length > 1;
}).map((cell) => cell.textContent)"""
"""A figure broken in two lines reads as two."""


def find_faults(page: Any) -> list[Any]:
    page.evaluate(LEAVE_TWO_ALIKE)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        (found["id"], [node["target"] for node in found["nodes"]])
        for found in page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    ]


@pytest.mark.slow
def test_a_decision_asks_only_for_what_it_needs(browser: Any, folder: Path) -> None:
    """And a day is also said in words: browsers show dates in the order of their own language."""
    with served(folder) as url, visiting(browser, url) as seen:
        page, root = seen.page, seen.root
        page.goto(f"{root}/settle")
        wait_for_work(page)
        matter = page.locator("details.matter", has_text="khoảng 20").first
        matter.locator("summary").click()
        value, file = matter.locator("[name=value]"), matter.locator("[name=file]")
        for kind, needed in (("set-value", (True, False)), ("exclude-file", (False, True))):
            matter.get_by_label("Cách xử lý").select_option(kind)
            assert (value.is_visible(), file.is_visible()) == needed
        page.goto(f"{root}/settle?unit=11635")
        day = page.get_by_label("Hạn nộp mới")
        day.fill("2026-12-05")
        assert page.locator("output").inner_text() == "Thứ Bảy, 5 tháng 12, 2026"
        page.get_by_label("Cách xử lý").select_option("nothing-to-report")
        assert not day.is_visible()
        assert not page.locator("output").is_visible()
        leave(page)


TOO_WIDE = """width => document.documentElement.scrollWidth <= width ? [] :
  [...document.body.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > width)
  .map((part) => `${part.localName}.${part.className}: ${part.textContent.trim().slice(0, 30)}`).slice(-3)"""


@pytest.mark.slow
def test_very_long_names_fit_the_screen(browser: Any, folder: Path) -> None:
    """Of the campaign, of units and of files, with spaces and without; on 1366 × 768 at 125 %."""
    workbook = load_workbook(folder / "units.xlsx")
    sheet = workbook.worksheets[0]
    sheet["B3"] = "Trung tâm Giáo dục nghề nghiệp – Giáo dục thường xuyên " * 3
    sheet["B4"] = sheet["B9"] = "Trường_không_có_dấu_cách_" * 8
    workbook.save(folder / "units.xlsx")
    for path in sorted((folder / "returned").glob("1163*.xlsx")):
        path.rename(path.with_name(f"{'Bao_cao_tong_hop_' * 7}{path.name}"))
    (folder / "returned" / f"{'Anh_chup_man_hinh_' * 7}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    campaign = folder.rename(
        folder.with_name("Đợt báo cáo tổng kết năm học của các trường trên địa bàn huyện " * 2 + "2026")
    )
    with served(campaign) as url, visiting(browser, url) as seen:
        page, root = seen.page, seen.root
        page.set_viewport_size({"width": 1092, "height": 614})
        page.goto(f"{root}/settle")
        wait_for_work(page)
        enter_value(page, "khoảng 20", "20").click()
        page.get_by_text("Đã có 1 nội dung xử lý.").wait_for()
        wait_for_work(page)
        page.goto(f"{root}/mail/form")
        page.get_by_role("button", name="Chuẩn bị thư").click()
        page.locator(".scroll").wait_for()
        paths = (
            "/form?type=xa",
            "/send",
            "/returns",
            "/settle",
            "/settle?unit=11629-mn",
            "/results",
            "/chase",
        )
        for path in (*paths, "/mail/form", "/choose"):
            page.goto(f"{root}{path}")
            page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
            assert page.evaluate(TOO_WIDE, 1092) == [], path
            heights = [tool.bounding_box()["height"] for tool in page.locator(".tools :is(a, button)").all()]
            assert max(heights) < 50, "each in one line"
        leave(page)


def is_focus_seen(seen: Seen) -> bool:
    """Whether each of the elements that Tab reaches on the first screen is outlined, or its label where it is invisible."""
    outlines = []
    for _stop in range(16):
        seen.page.keyboard.press("Tab")
        outlines.append(
            seen.page.evaluate("""() => {
                const active = document.activeElement;
                const shown = getComputedStyle(active).opacity === "0" ? active.closest("label") : active;
                return active === document.body ? "solid" : getComputedStyle(shown).outlineStyle;
            }""")
        )
    return set(outlines) == {"solid"}


@pytest.mark.slow
def test_a_form_is_dropped_and_another_campaign_has_a_page_of_its_own(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new campaign from the drawn form of an office; then the sample, opened by another program."""
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    (tmp_path / "Documents").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(
        "workbook_tools.page.running.state_folder", lambda: tmp_path / "state" / "workbook_tools"
    )
    (tmp_path / "state" / "workbook_tools").mkdir()
    draw_word(tmp_path / "Mẫu.docx")
    drawn = list((tmp_path / "Mẫu.docx").read_bytes())
    with served(None) as url, visiting(browser, url) as seen:
        page = seen.page
        page.get_by_role("link", name="Documents").click()
        first = page.locator("details[open]")
        first.get_by_label("Tên thư mục").fill("Biểu của phòng")
        first.get_by_label("Hạn nộp").fill("2026-12-05")
        page.evaluate(DROP, [page.query_selector("main"), [("Mẫu.docx", drawn)]])
        first.get_by_role("button", name="Tạo").click()
        page.get_by_text("Đã đề xuất").wait_for()
        assert (tmp_path / "Documents" / "Biểu của phòng" / "template.xlsx").is_file()
        page.get_by_role("link", name="Đợt báo cáo khác").click()
        page.get_by_role("link", name="Documents").click()
        page.get_by_text("Đợt mẫu, để xem thử").click()
        sample = page.locator("details[open]")
        sample.get_by_label("Tên thư mục").fill("Thử")
        with page.context.expect_page() as opened:
            sample.get_by_role("button", name="Tạo").click()
        other = opened.value
        other.get_by_role("link", name="Mở trang này").click()
        other.get_by_text("72 đơn vị.").wait_for()
        assert other.url.split("/")[2] != page.url.split("/")[2]
        assert page.locator(".brand").inner_text() == "Biểu của phòng", "the first one stays open"
        leave(other)
        assert seen.complaints == []
        leave(page)


@pytest.mark.slow
def test_what_changes_outside_shows_by_itself(browser: Any, folder: Path) -> None:
    """The template saved in Excel, a file copied into the folder; what somebody is typing is not thrown away."""
    with served(folder) as url, visiting(browser, url) as seen:
        page = seen.page
        page.get_by_text("72 đơn vị").wait_for()
        template = (folder / "template.xlsx").read_bytes()
        (folder / "template.xlsx").write_bytes(b"half of it")
        page.locator("li.error").first.wait_for()
        (folder / "template.xlsx").write_bytes(template)
        page.get_by_text("47 chỉ tiêu").wait_for()
        step(page, "Kết quả")
        wait_for_work(page)
        came = page.locator(".tile.accepted b")
        before = came.inner_text()
        missing = folder / "returned" / "11629_Thi-tran-An-Lao.xlsx"
        data = missing.read_bytes()
        missing.unlink()
        page.wait_for_function(
            "before => document.querySelector('.tile.accepted b').innerText != before", arg=before
        )
        step(page, "Cần xử lý")
        wait_for_work(page)
        page.locator("details.matter", has_text="khoảng 20").first.locator("summary").click()
        reason = page.locator("details[open]").get_by_label("Lý do")
        reason.fill("đang gõ dở")
        missing.write_bytes(data)
        page.get_by_text("Có thay đổi mới.").wait_for()
        assert reason.input_value() == "đang gõ dở"
        leave(page)


@pytest.mark.slow
def test_a_page_whose_program_has_gone_says_so(browser: Any, folder: Path) -> None:
    """In a dialog that takes the focus, with what to do; what was typed can still be read, and no click loses it."""
    with served(folder) as url, visiting(browser, url) as seen:
        page = seen.page
        other = page.context.new_page()
        other.goto(f"{seen.root}/settle")
        wait_for_work(other)
        enter_value(other, "khoảng 20", "20")
        leave(page)
        # Browsers let pages that nobody sees sleep.
        other.bring_to_front()
        dialog = other.get_by_role("alertdialog", name="Chương trình không còn chạy")
        dialog.wait_for()
        assert "bấm đúp “Mở chương trình.cmd” lần nữa" in dialog.inner_text()
        assert other.evaluate("document.querySelector('#ended').matches(':modal')"), "all else is inert"
        assert other.evaluate("document.activeElement.closest('#ended') !== null")
        if AXE.exists():
            assert find_faults(other) == []
        other.keyboard.press("Escape")
        # It stays as a bar; the browser says only after the key that the dialog was closed.
        other.locator("#ended[open]:not(:modal)").wait_for()
        sync_api.expect(dialog.get_by_role("button")).to_be_hidden()
        assert other.evaluate("document.documentElement.scrollWidth") <= 1366
        for button in ("Ghi nội dung xử lý", "Kết quả"):
            other.locator("details[open] button, nav a", has_text=button).first.click()
            dialog.get_by_role("button", name="Xem lại trang").click()
        other.keyboard.press("Enter")
        assert other.locator("details[open]").get_by_label("Lý do").input_value() == "đã hỏi qua điện thoại"
        # As where work has ended just before the program: the page does not give way to the browser's own error.
        with other.expect_event("requestfailed"):
            other.evaluate("document.dispatchEvent(new Event('work-ended'))")
        assert dialog.is_visible()


@pytest.mark.slow
def test_a_page_whose_program_answers_again_goes_on(browser: Any, folder: Path) -> None:
    """As after a closed lid."""
    with served(folder) as url, visiting(browser, url) as seen:
        page = seen.page
        asked: list[str] = []
        page.route(
            "**/alive",
            lambda route: (asked.append(""), route.abort() if len(asked) < 2 else route.continue_()),
        )
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        while len(asked) < 2:
            page.wait_for_timeout(100)
        assert not page.get_by_role("alertdialog").is_visible(), "what was cancelled once is asked again"
        page.unroute("**/alive")
        page.route("**/alive", lambda route: route.abort())
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        dialog = page.get_by_role("alertdialog")
        dialog.wait_for()
        page.unroute("**/alive")
        dialog.wait_for(state="hidden")
        leave(page)


@pytest.mark.slow
def test_a_page_whose_program_hangs_says_so(browser: Any, folder: Path) -> None:
    """And what to do: to open the program again would lead to the same page."""
    with served(folder) as url, visiting(browser, url) as seen:
        page = seen.page
        # Without waiting so long.
        page.evaluate(
            """() => {
              const timeout = AbortSignal.timeout;
              AbortSignal.timeout = (wait) => timeout.call(AbortSignal, wait / 100);
            }"""
        )
        page.route("**/alive", lambda route: None)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        dialog = page.get_by_role("alertdialog", name="Chương trình không trả lời")
        dialog.wait_for()
        assert "khởi động lại máy" in dialog.inner_text()
        assert "bấm đúp" not in dialog.inner_text()
        page.unroute("**/alive")
        page.route("**/alive", lambda route: route.abort())
        page.get_by_role("alertdialog", name="Chương trình không còn chạy").wait_for()
        page.unroute("**/alive")
        page.get_by_role("alertdialog").wait_for(state="hidden")
        leave(page)


@pytest.mark.slow
def test_files_dropped_in_haste_are_all_copied(browser: Any, folder: Path) -> None:
    """While the first are copied, more are dropped, reading ends, and another step is clicked; then what was done is said."""
    returned = folder / "returned"
    kept = sorted(returned.glob("1164*.xlsx"))[:3]
    aside = [(path.name, list(path.read_bytes())) for path in kept]
    for path in kept:
        path.unlink()
    held: list[Any] = []
    with served(folder) as url, visiting(browser, url) as seen:
        page = seen.page
        page.goto(f"{seen.root}/returns")
        wait_for_work(page)
        page.locator("tr.missing").first.wait_for()
        page.route("**/returns/drop*", lambda route: route.continue_() if held else held.append(route))
        page.evaluate(DROP, [page.query_selector("#drop"), aside[:2]])
        page.get_by_text("Đang chép tệp … 1/2").wait_for()
        page.evaluate(DROP, [page.query_selector("#drop"), aside[2:]])
        page.evaluate("document.dispatchEvent(new Event('work-ended'))")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.get_by_role("link", name="Kết quả").click()
        assert asked == ["beforeunload"]
        held[0].continue_()
        page.get_by_text("Số tệp đã chép: 3.").wait_for()
        assert [path.is_file() for path in kept] == [True] * 3
        wait_for_work(page)
        # The list was shown anew meanwhile.
        assert page.get_by_text("Số tệp đã chép: 3.").is_visible()
        page.reload()
        assert page.get_by_text("Số tệp đã chép").count() == 0
        page.evaluate(DROP, [page.query_selector("#drop"), []])
        page.get_by_text("Không có tệp nào trong nội dung vừa thả").wait_for()
        step(page, "Kết quả")
        page.locator("main").wait_for()
        page.evaluate(DROP, [page.query_selector("main"), aside])
        page.get_by_text("Hãy thả ở bước “Báo cáo nộp về”").wait_for()
        leave(page)


@pytest.mark.slow
def test_a_double_click_is_one_click(browser: Any, folder: Path) -> None:
    """A workbook is opened once, a problem stays open, one decision is written and said."""
    opened: list[str] = []
    with served(folder) as url, visiting(browser, url) as seen:
        page = seen.page
        page.goto(f"{seen.root}/settle")
        wait_for_work(page)
        page.route(
            "**/open-file/*", lambda route: (opened.append(route.request.url), route.fulfill(status=204))
        )
        page.get_by_role("button", name="Mở thư mục").dblclick()
        matter = page.locator("details.matter", has_text="khoảng 20").first
        matter.locator("summary").dblclick()
        assert matter.get_attribute("open") is not None
        matter.locator("summary").click()
        enter_value(page, "khoảng 20", "20").dblclick()
        page.get_by_role("button", name="Hoàn tác").wait_for()
        wait_for_work(page)
        assert page.get_by_text("thay cho nội dung xử lý trước").count() == 0
        assert len(opened) == 1
        leave(page)


@pytest.mark.slow
def test_work_that_ends_just_then_does_not_take_back_the_end(
    browser: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """“Thoát” is clicked while the returns are read; that ends, and would show the page anew, before the answer."""
    read, clicked, told = correct.collect_campaign, threading.Event(), threading.Event()

    def read_slowly(*given: Any, **named: Any) -> Any:
        clicked.wait(PATIENCE / 1000)
        return read(*given, **named)

    def quit_slowly(*given: Any) -> Any:
        clicked.set()
        told.wait(PATIENCE / 1000)
        return quit_at_once(*given)

    def tell(response: Any) -> None:
        if "hx-trigger-after-settle" in response.headers:
            # Time for the page to do something wrong.
            threading.Timer(1, told.set).start()

    quit_at_once = application._quit
    monkeypatch.setattr(application, "_quit", quit_slowly)
    monkeypatch.setattr(correct, "collect_campaign", read_slowly)
    with served(folder) as url, visiting(browser, url) as seen:
        page = seen.page
        page.goto(f"{seen.root}/returns")
        page.locator("#job progress").wait_for()
        page.on("response", tell)
        leave(page)


@pytest.mark.slow
def test_two_tabs_do_no_harm(browser: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both press the same buttons; one decision is written, one workbook made, and both tabs see the same."""
    made, goes_on = [], threading.Event()

    def write_slowly(*given: Any, **named: Any) -> Any:
        made.append(given)
        goes_on.wait(PATIENCE / 1000)
        return write_outputs(*given, **named)

    monkeypatch.setattr("workbook_tools.usecases.write_outputs.write_outputs", write_slowly)
    with served(folder) as url, visiting(browser, url) as seen:
        page, root = seen.page, seen.root
        page.goto(f"{root}/settle")
        wait_for_work(page)
        other = page.context.new_page()
        other.goto(f"{root}/settle")
        # Both are filled in before one is written: that what has begun to be typed stays is another test.
        buttons = [enter_value(tab, "khoảng 20", value) for tab, value in ((page, "20"), (other, "21"))]
        for button in buttons:
            button.click()
        other.get_by_text("thay cho nội dung xử lý trước").wait_for()
        for tab in (page, other):
            tab.wait_for_url("**/settle?page=*")
            wait_for_work(tab)
            tab.goto(f"{root}/settle")
            tab.get_by_text("Đã có 1 nội dung xử lý.").wait_for()
            wait_for_work(tab)
            tab.goto(f"{root}/results")
        page.get_by_role("button", name="Lập tệp tổng hợp").click()
        page.locator("#job progress").wait_for()
        other.get_by_role("button", name="Lập tệp tổng hợp").click()
        other.get_by_text("Đang làm việc khác").wait_for()
        goes_on.set()
        for tab in (page, other):
            tab.get_by_role("button", name="Mở tệp tổng hợp").wait_for()
            wait_for_work(tab)
        assert len(made) == 1
        assert page.locator("main .tiles").inner_text() == other.locator("main .tiles").inner_text()
        other.reload()
        assert seen.complaints == []
        leave(page)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign of 240 units, of which all but 60 have reported."""
    from benchmarks.campaign import make_office

    office = make_office(tmp_path_factory.mktemp("tỉnh"), 240, ["this program"])
    for path in sorted(office.returned.iterdir())[::4]:
        path.unlink()
    return office.root


@pytest.mark.slow
def test_a_province_of_240_units(browser: Any, province: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First figures while files are read, tables a page at a time, no page that takes a second to build."""
    looked_at = threading.Event()

    def count(arrived: Arrived, readings: Sequence[FileReading], then: Any = Arrived.count) -> None:
        then(arrived, readings)
        if arrived.files == 100:
            assert looked_at.wait(PATIENCE / 1000)

    monkeypatch.setattr(Arrived, "count", count)
    with served(province) as url, visiting(browser, url) as seen:
        page, root = seen.page, seen.root
        rows = page.locator("table.list tbody tr")
        step(page, "Báo cáo nộp về")
        page.get_by_text("đơn vị đã nộp").wait_for()
        assert page.locator("#job progress").count() == 1, "while the rest is still being read"
        looked_at.set()
        page.locator("tr.accepted").first.wait_for()
        wait_for_work(page)
        sync_api.expect(rows).to_have_count(100, timeout=PATIENCE)
        page.get_by_role("navigation", name="Các trang").get_by_role("link", name="3").click()
        sync_api.expect(rows).to_have_count(40, timeout=PATIENCE)
        page.get_by_label("Đơn vị").fill("xa so 50")
        page.get_by_role("button", name="Xem").click()
        sync_api.expect(rows).to_have_count(1, timeout=PATIENCE)
        step(page, "Đôn đốc")
        sync_api.expect(rows).to_have_count(60, timeout=PATIENCE)
        for path in ("/form?type=xa", "/send", "/returns", "/settle", "/results", "/chase"):
            page.goto(f"{root}{path}")
            assert len(page.content()) < 300_000, path
            assert page.evaluate("document.querySelectorAll('*').length") < 3_000, path
        assert seen.complaints == []
        leave(page)
