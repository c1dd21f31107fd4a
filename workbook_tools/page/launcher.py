"""Starting the page by a double-click: no console, errors in a message box, everything else in a log file."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

from workbook_tools.errors import WorkbookToolsError
from workbook_tools.locale import default_language, translate
from workbook_tools.locale import mark as _
from workbook_tools.page.messages import describe
from workbook_tools.page.server import serve
from workbook_tools.storage.campaign_folder import find_campaign

_ERROR_ICON = 0x10
_LOG_SIZE = 1_000_000


def main(words: list[str]) -> int:
    """Serve the campaign that was dropped on the starter, or lies around it, or the choice of one."""
    log = _open_log()
    try:
        serve(_campaign_of(words))
    except Exception as error:
        logging.getLogger(__name__).exception("could not go on")
        language = default_language(os.environ)
        lines = [message.text for message in describe(error, language)]
        if not isinstance(error, WorkbookToolsError):
            lines.append(translate(_("Log file: {path}"), language).format(path=log))
        show_box("\n".join(lines))
        return 2
    return 0


def _campaign_of(words: list[str]) -> Path | None:
    """The campaign of a folder, or of a file in it, that was given; None where none was or it is no campaign."""
    for word in words:
        campaign = find_campaign(Path(word))
        if campaign is not None:
            return campaign.root
    return None


def _open_log() -> Path:
    path = user_log_path("workbook_tools", appauthor=False, ensure_exists=True) / "page.log"
    handler = RotatingFileHandler(path, maxBytes=_LOG_SIZE, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # pythonw has no streams, and some libraries write to them without asking.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    return path


def show_box(text: str) -> None:
    """A message box on Windows; elsewhere a line on stderr."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, "Biểu mẫu báo cáo", _ERROR_ICON)
    else:
        sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
