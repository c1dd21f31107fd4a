"""An officer's campaign in a real browser: Debian's Chromium, driven by Playwright, against the program's own server."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue
from typing import TYPE_CHECKING, Any

import pytest

from workbook_tools.page.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PATIENCE = 600_000
"""Milliseconds that an answer may take on a busy machine before the test is given up."""
DROP = """([form, files]) => {
  const transfer = new DataTransfer();
  for (const [name, bytes] of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
  form.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
}"""


@dataclass
class Seen:
    """A page, with all that the browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    urls: Queue[str] = Queue()
    thread = threading.Thread(
        target=lambda: serve(folder, open_browser=lambda url: None, started=urls.put), daemon=True
    )
    thread.start()
    yield urls.get(timeout=PATIENCE / 1000)
    thread.join(PATIENCE / 1000)
    assert not thread.is_alive(), "“Thoát” ends the program"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def visit(browser: Any, url: str) -> Iterator[Seen]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Seen(page)
    page.on("console", lambda m: seen.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(url)
    yield seen
    context.close()


def step(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()
    page.wait_for_load_state()


def wait_for_work(page: Page) -> None:
    page.wait_for_selector("#job progress", state="detached")


def test_a_campaign_from_the_form_to_the_results(browser: Any, folder: Path) -> None:
    """Preview, forms, files dropped, one decision, the workbook: all with the mouse and the keyboard alone."""
    returned = folder / "returned"
    kept = [returned / path.name for path in sorted((folder / "forms").glob("1164*"))]
    kept = [path for path in kept if path.exists()][:3]
    aside = [(path.name, list(path.read_bytes())) for path in kept]
    for path in kept:
        path.unlink()
    with served(folder) as url, visit(browser, url) as seen:
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
        step(page, "Cần xử lý")
        doubtful = page.locator("details.matter", has_text="khoảng 20").first
        doubtful.locator("summary").click()
        doubtful.get_by_label("Cách xử lý").select_option("set-value")
        doubtful.get_by_role("textbox", name="Giá trị").fill("20")
        doubtful.get_by_label("Lý do").fill("đã hỏi qua điện thoại")
        doubtful.get_by_label("Người xử lý").fill("Văn phòng")
        doubtful.get_by_role("button", name="Ghi nội dung xử lý").click()
        wait_for_work(page)
        page.get_by_text("Đã có 1 nội dung xử lý.").wait_for()
        step(page, "Kết quả")
        page.get_by_role("button", name="Lập tệp tổng hợp").click()
        page.get_by_role("button", name="Mở tệp tổng hợp").wait_for()
        wait_for_work(page)
        assert (folder / "consolidated.xlsx").is_file()
        assert seen.complaints == []
        page.get_by_role("button", name="Thoát").click()
        page.get_by_text("Chương trình đã kết thúc").wait_for()


def test_pages_fit_the_screen_in_both_languages_and_two_tabs_do_no_harm(browser: Any, folder: Path) -> None:
    with served(folder) as url, visit(browser, url) as seen:
        page = seen.page
        page.goto(page.url.replace("/form", "/returns"))
        wait_for_work(page)
        other = page.context.new_page()
        for language in ("vi", "en"):
            for path in ("/form", "/send", "/returns", "/settle", "/results", "/chase", "/choose"):
                for tab in (page, other):
                    tab.goto(tab.url.split("/", 3)[0] + "//" + url.split("/")[2] + path)
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= 1366, (language, path)
                unnamed = page.evaluate(
                    "[...document.querySelectorAll('input:not([type=hidden]),select')].filter(e => !e.labels.length).length"
                )
                assert unnamed == 0, "each field has a label that a screen reader says"
            page.get_by_role("button", name="English" if language == "vi" else "Tiếng Việt").click()
        assert seen.complaints == []
        page.get_by_role("button", name="Thoát").click()
