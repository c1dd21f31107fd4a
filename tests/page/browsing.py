"""A page of the program's own server in Debian's Chromium, driven by Playwright."""

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

# Without the window that Chromium draws around a page, even where nobody sees it: a third of the CPU time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
_WITHOUT = (
    # Two pages of Chromium's own for each window, for what is typed into the address bar: a second of CPU time each.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # This list takes the place of Playwright's: what asks other computers, and what comes between its steps.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    f"--disable-features={','.join(_WITHOUT)}",
]
PATIENCE = 600_000
"""Milliseconds that an answer may take on a busy machine before the test is given up."""
DROP = """([target, files]) => {
  const transfer = new DataTransfer();
  for (const [name, bytes] of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
  target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
}"""


@dataclass
class Seen:
    """A page, with all that the browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The address of the program, without a path."""
        return "/".join(self.page.url.split("/")[:3])


@contextmanager
def served(folder: Path | None) -> Iterator[str]:
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
def visiting(browser: Any, url: str) -> Iterator[Seen]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Seen(page)
    page.on("console", lambda m: seen.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(url)
    yield seen
    context.close()
