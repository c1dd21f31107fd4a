"""What an officer does on the page, whichever system serves it and whichever browser shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def step(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Các bước").get_by_role("link", name=name).click()
    page.wait_for_load_state()


def wait_for_work(page: Page) -> None:
    """Until the work has ended and the page has begun to be shown anew, which would undo a step taken before."""
    page.wait_for_selector("#job:has(progress), #job.htmx-added, #job[aria-busy]", state="detached")


def confirm_by_telephone(page: Page, told: str, value: str) -> None:
    """Set the value of the first cell in which a unit wrote ``told``."""
    step(page, "Cần xử lý")
    enter_value(page, told, value).click()
    page.get_by_text("Đã có 1 nội dung xử lý.").wait_for()
    wait_for_work(page)


def enter_value(page: Page, told: str, value: str) -> Locator:
    """Fill in the decision to set that cell's value; the button that writes it."""
    doubtful = page.locator("details.matter", has_text=told).first
    doubtful.locator("summary").click()
    doubtful.get_by_label("Cách xử lý").select_option("set-value")
    doubtful.get_by_role("textbox", name="Giá trị").fill(value)
    doubtful.get_by_label("Lý do").fill("đã hỏi qua điện thoại")
    doubtful.get_by_label("Người xử lý").fill("Văn phòng")
    return doubtful.get_by_role("button", name="Ghi nội dung xử lý")


def add_up(page: Page) -> None:
    step(page, "Kết quả")
    page.get_by_role("button", name="Lập tệp tổng hợp").click()
    page.get_by_role("button", name="Mở tệp tổng hợp").wait_for()
    wait_for_work(page)


def leave(page: Page) -> None:
    page.get_by_role("button", name="Thoát").click()
    page.get_by_text("Chương trình đã kết thúc").wait_for()
