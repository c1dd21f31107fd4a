"""Starts the page by a double-click: no console, errors in a message box, everything else in a log file."""

from __future__ import annotations

import logging
import os
import re
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from workbook_tools.page import NO_BROWSER

TITLE = "Biểu mẫu báo cáo"
# MB_ICONERROR and MB_ICONINFORMATION of Windows.
_ERROR_ICON, _NOTE_ICON = 0x10, 0x40
_LOG_SIZE = 1_000_000
_MISSING = """\
Chương trình thiếu một phần: {part}.
Hãy giải nén lại cả thư mục; có thể phần mềm diệt vi-rút đã lấy mất một tệp.

A part of the program is missing: {part}.
Unzip the whole folder again; an antivirus program may have removed a file.

Tệp nhật ký (log file): {log}"""


def main(words: list[str]) -> int:
    """Serve the campaign that was dropped on the starter, or the page on which one is chosen or made."""
    log = None
    try:
        _replace_streams()
        log = _open_log()
        # Imported here, because an antivirus program may have removed a module: the error has to be shown.
        from workbook_tools.page.server import serve

        if words[:1] == [NO_BROWSER]:
            serve(_campaign_of(words[1:]), open_browser=lambda url: None)
        else:
            serve(_campaign_of(words), place=_folder_of(words))
    except Exception as error:
        logging.getLogger(__name__).exception("could not go on")
        show_box(_explain(error, log))
        return 2
    return 0


def _explain(error: Exception, log: Path | None) -> str:
    """Return the error in the user's language; a missing module in both, as it may be the catalogue's."""
    if isinstance(error, ImportError):
        # The name alone, where there is one: the rest is in the log.
        return _MISSING.format(part=error.name or error, log=log or "–")
    from workbook_tools.errors import WorkbookToolsError
    from workbook_tools.locale import default_language, translate
    from workbook_tools.locale import mark as _
    from workbook_tools.page.messages import describe

    language = default_language(os.environ)
    lines = [text for message in describe(error, language) for text in (message.text, message.remedy) if text]
    if log is not None and not isinstance(error, WorkbookToolsError):
        lines.append(translate(_("Log file: {path}"), language).format(path=log))
    return "\n".join(lines)


def _campaign_of(words: list[str]) -> Path | None:
    """Return the campaign of the first folder or file that belongs to one; None if none does."""
    from workbook_tools.storage.campaign_folder import find_campaign

    for word in words:
        campaign = find_campaign(_dropped_path(word))
        if campaign is not None:
            return campaign.root
    return None


def _folder_of(words: list[str]) -> Path | None:
    """Return the first folder, or the folder of the first file; if nothing is there, what was dropped, which
    the page then says; None if nothing was dropped.
    """
    paths = [_dropped_path(word) for word in words]
    for path in paths:
        with suppress(OSError):
            if path.exists():
                return path if path.is_dir() else path.parent
    return paths[0] if paths else None


def _dropped_path(word: str) -> Path:
    r"""Return the path of an argument; the C library turns a quoted drive, ``"D:\"``, into ``D:"``."""
    text = word.strip('"')
    return Path(text + "\\" if re.fullmatch("[A-Za-z]:", text) else text)


def _open_log() -> Path | None:
    """Open the log file; None if it cannot be created, because the program works without one."""
    from platformdirs import user_log_path

    try:
        path = user_log_path("workbook_tools", appauthor=False, ensure_exists=True) / "page.log"
        handler = RotatingFileHandler(path, maxBytes=_LOG_SIZE, backupCount=1, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    return path


def _replace_streams() -> None:
    """Replace the streams that pythonw lacks: some libraries write to them without checking."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def show_box(text: str, *, error: bool = True) -> None:
    """Show a message box on Windows; elsewhere write a line to stderr."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, TITLE, _ERROR_ICON if error else _NOTE_ICON)
    else:
        sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
