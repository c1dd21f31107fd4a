"""Add the program to Windows Explorer's "Send to" menu: a file in the user's own folder, no registry."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from workbook_tools.errors import CannotWrite
from workbook_tools.locale import default_language, translate
from workbook_tools.locale import mark as _
from workbook_tools.page.launcher import TITLE, show_box

STARTER = "Mở chương trình.cmd"


def main() -> int:
    """Add the starter beside this Python's folder to the menu, and show the result in a box."""
    language = default_language(os.environ)
    folder = Path(os.environ.get("APPDATA", "")) / "Microsoft" / "Windows" / "SendTo"
    try:
        add_to_send_to(Path(sys.executable).parent.parent / STARTER, folder)
    except OSError as error:
        text = translate(CannotWrite.verdict, language)
        show_box(text.format(path=folder, reason=error.strerror))
        return 2
    text = translate(
        _("“{name}” is now under “Send to”: right-click a campaign's folder to open it."), language
    )
    show_box(text.format(name=TITLE), error=False)
    return 0


def add_to_send_to(starter: Path, folder: Path) -> Path:
    """Write a batch file that calls the starter with its arguments; an older one is replaced."""
    target = folder / f"{TITLE}.cmd"
    # In a batch file, a single percent sign starts a variable.
    called = str(starter).replace("%", "%%")
    # cmd.exe reads batch files in the console's code page, which cannot hold Vietnamese names by default.
    target.write_bytes(f'@chcp 65001 >nul\r\n@"{called}" %*\r\n'.encode())
    return target


if __name__ == "__main__":
    sys.exit(main())
