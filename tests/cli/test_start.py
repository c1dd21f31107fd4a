"""Help comes at once: the program's rooms, and the libraries they need, are opened by the command that uses them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from collecting import fill

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

SHELL = {"cli", "errors", "excel", "locale", "storage"}
SCRIPT = """
import json, sys
from workbook_tools.cli import main
main({words})
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("words", [["--help"], ["collect", "--help"], ["--version"]])
def test_help_opens_nothing_but_the_shell(words: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT.format(words=words)], capture_output=True, check=True)
    modules = json.loads(ran.stdout.splitlines()[-1])
    assert {name.split(".")[1] for name in modules if name.startswith("workbook_tools.")} == SHELL
    assert not {"hashlib", "openpyxl", "pandas", "pyexpat", "rich", "traceback", "xlsxwriter"} & {*modules}


NOT_NEEDED = {
    "generate": {"asyncio", "docx", "jinja2", "pandas", "pebble", "pyarrow", "sqlite3", "xlsxwriter"},
    "collect": {"docx", "docxtpl", "dask", "jinja2", "urllib.request"},
    "template check": {"asyncio", "docx", "jinja2", "pandas", "pebble", "pyarrow", "xlsxwriter"},
    "units check": {"asyncio", "docx", "jinja2", "pandas", "pebble", "pyarrow", "xlsxwriter"},
}
"""Libraries that a command must not import in its own process: each takes longer than reading some returns."""
CAMPAIGN_SCRIPT = """
import json, sys
from workbook_tools.cli import main
if __name__ == "__main__":
    main({words})
    print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("command", NOT_NEEDED)
def test_a_command_imports_only_what_it_needs(command: str, first: Campaign, tmp_path: Path) -> None:
    (tmp_path / "template.xlsx").write_bytes(first.template_path.read_bytes())
    (tmp_path / "units.xlsx").write_bytes(first.units_path.read_bytes())
    (tmp_path / "signing.key").write_bytes(first.key.read_bytes())
    if command == "collect":
        fill(first, "11629", {"ct_2_1": 3}, tmp_path / "returned" / "a.xlsx")
    script = tmp_path / "workbook-tools.py"
    script.write_text(CAMPAIGN_SCRIPT.format(words=command.split()), encoding="utf-8")
    ran = subprocess.run([sys.executable, script], capture_output=True, check=True, cwd=tmp_path)
    assert not NOT_NEEDED[command] & {*json.loads(ran.stdout.splitlines()[-1])}
    assert (tmp_path / "consolidated.docx").exists() == (command == "collect")


def test_a_process_that_reads_files_opens_no_more_than_reading_needs() -> None:
    code = "import json, sys, workbook_tools.returns.workers; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    modules = {*json.loads(ran.stdout)}
    # The first two take longer to open than an office's returns to read, the others are for mails and passwords.
    assert not {"pandas", "openpyxl", "asn1crypto", "msoffcrypto", "oxmsg", "tnefparse"} & modules
