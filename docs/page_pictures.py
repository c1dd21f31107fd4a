"""Render the guide's pictures from the real page over the demonstration's campaign.

Run by ``make pictures``; needs Chromium.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from datetime import datetime
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING

from playwright.sync_api import ViewportSize, sync_playwright

from workbook_tools.demo import run_demo
from workbook_tools.page.server import serve

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE = ViewportSize(width=1100, height=680)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WRITTEN = datetime(2023, 10, 19, 8, 0).astimezone()
PATIENCE = 300_000
"""Milliseconds that an answer may take."""


def main(folder: Path) -> None:
    """Walk through the steps of a campaign and take a picture of each."""
    urls: Queue[str] = Queue()
    server = threading.Thread(
        target=lambda: serve(folder, open_browser=lambda url: None, started=urls.put), daemon=True
    )
    server.start()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport=SIZE)
        page.set_default_timeout(PATIENCE)
        page.goto(urls.get(timeout=PATIENCE / 1000))
        walk(page, "/".join(page.url.split("/")[:3]), folder)
        page.get_by_role("button", name="Thoát").click()
        browser.close()
    server.join(PATIENCE / 1000)


def walk(page: Page, root: str, folder: Path) -> None:
    """The pages in the order of the guide."""
    page.goto(f"{root}/choose")
    page.locator(".folders a").first.click()
    page.get_by_text("Đợt mẫu, để xem thử").click()
    # Only this part: above it stands a path of this computer.
    section = page.locator("main > section")
    section.evaluate("part => { part.style.padding = '0 16px 8px'; }")
    section.screenshot(path=str(PICTURES / "page-start.png"))
    page.goto(f"{root}/form")
    page.get_by_role("link", name="Xã, thị trấn").click()
    page.wait_for_selector(".paper td.input")
    # The checks and the beginning of the form.
    page.set_viewport_size({"width": SIZE["width"], "height": 1000})
    page.evaluate("scrollTo(0, 0)")
    take(page, "form")
    page.set_viewport_size(SIZE)
    page.goto(f"{root}/returns")
    page.wait_for_selector("#job progress", state="detached")
    page.locator("table.list").first.wait_for()
    take(page, "returns")
    page.goto(f"{root}/settle")
    doubtful = page.locator("details.matter", has_text="khoảng 20").first
    doubtful.locator("summary").first.click()
    doubtful.locator("xpath=ancestor::section").scroll_into_view_if_needed()
    doubtful.evaluate("e => e.closest('section').scrollIntoView()")
    take(page, "settle")
    page.goto(f"{root}/results")
    page.get_by_role("button", name="Lập tệp tổng hợp").click()
    page.get_by_role("button", name="Mở báo cáo Word").wait_for()
    page.wait_for_selector("#job progress", state="detached")
    # The page says when the workbook was written; a second run is to give the same picture.
    os.utime(folder / "consolidated.xlsx", (WRITTEN.timestamp(),) * 2)
    page.goto(f"{root}/results")
    take(page, "results")
    page.goto(f"{root}/mail/form")
    page.get_by_role("button", name="Chuẩn bị thư").click()
    page.locator(".scroll").wait_for()
    page.wait_for_load_state()
    page.mouse.move(0, 0)
    take(page, "mail")


def take(page: Page, name: str) -> None:
    """One picture of what stands in the window."""
    page.screenshot(path=str(PICTURES / f"page-{name}.png"))


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(run_demo(Path(scratch) / "Tuần lễ HTSĐ").workbook.parent)
