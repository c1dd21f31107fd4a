"""Start the page by a double-click: no console, errors in a message box, everything else in a log file."""

from __future__ import annotations

import logging
import os
import re
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools.page import NO_BROWSER

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform == "win32":
    # Here, so that the starter finds out that it is missing: without it there is no box to say so.
    import ctypes

TITLE = "Biểu mẫu báo cáo"
# MB_ICONERROR and MB_ICONINFORMATION of Windows.
_ERROR_ICON, _NOTE_ICON = 0x10, 0x40
_LOG_SIZE = 1_000_000
PARTS = "parts.txt"
"""Beside Python in the folder for Windows: the size and path of each file there, one a line."""
_NAMED = 3
"""Missing files that are named in the box; the others are counted."""
_SERVER = "workbook_tools.page.server"
_DAMAGED = """\
Thư mục chương trình thiếu một phần, hoặc có tệp bị hỏng hay bị chặn: {part}.

Hãy giải nén lại cả tệp .zip vào một thư mục có đường dẫn ngắn, ví dụ D:\\Bieu-mau, rồi mở chương trình từ đó.
Nếu vẫn vậy, phần mềm diệt vi-rút có thể đã giữ lại tệp: đề nghị bộ phận tin học cho phép thư mục này.
Dữ liệu các đợt báo cáo không bị ảnh hưởng.

A part of the program is missing, damaged or blocked: {part}.
Unzip the whole .zip file again into a folder with a short path, and open the program there.
If that does not help, an antivirus program may have removed the file.

Tệp nhật ký (log file): {log}"""
"""In both languages, because the catalogue may be what is missing."""


class IncompleteFolder(Exception):
    """Files of the unzipped folder are missing, or are not as long as they were."""

    def __init__(self, missing: list[str]) -> None:
        more = f" (+{len(missing) - _NAMED})" if len(missing) > _NAMED else ""
        super().__init__(", ".join(missing[:_NAMED]) + more)


def main(words: list[str]) -> int:
    """Serve the campaign that was dropped on the starter, or the page on which one is chosen or made."""
    log = None
    try:
        _replace_streams()
        log = _open_log()
        check_parts(Path(sys.executable).parent)
        # Imported here, because an antivirus program may have blocked a module: the error has to be shown.
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


def check_parts(folder: Path) -> None:
    """Check that Python's folder holds what was zipped, if it says what that was; IncompleteFolder if not.

    A part that is needed only later would otherwise be missed in the middle of the work.
    """
    try:
        lines = (folder / PARTS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    found = {f"{size} {path}" for path, size in _sizes(folder)}
    if missing := [line.partition(" ")[2] for line in lines if line not in found]:
        raise IncompleteFolder(missing)


def _sizes(folder: Path | str, inside: str = "") -> Iterator[tuple[str, int]]:
    """The path and size of each file below a folder; on Windows the sizes come with the names."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _sizes(entry.path, f"{inside}{entry.name}/")
            else:
                yield inside + entry.name, entry.stat().st_size


def _explain(error: Exception, log: Path | None) -> str:
    """Return the error in the user's language; of a folder that is not whole in both."""
    # What is cut short or may not be read fails in other ways than what is not there.
    if isinstance(error, ImportError | IncompleteFolder) or _SERVER not in sys.modules:
        # The name alone, where there is one: the rest is in the log.
        part = getattr(error, "name", None) or error
        return _DAMAGED.format(part=part, log=log or "–")
    try:
        return _say(error, log)
    except Exception as another:
        logging.getLogger(__name__).exception("could not say why")
        return _DAMAGED.format(part=another, log=log or "–")


def _say(error: Exception, log: Path | None) -> str:
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
    if re.fullmatch("[A-Za-z]:", text):
        text += "\\"
    return Path(text)


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
        icon = _ERROR_ICON if error else _NOTE_ICON
        ctypes.windll.user32.MessageBoxW(None, text, TITLE, icon)
    else:
        sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
