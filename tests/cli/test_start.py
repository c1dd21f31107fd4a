"""Help comes at once: the program's rooms, and the libraries they need, are opened by the command that uses them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SHELL = {"cli", "errors", "locale", "storage"}
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


def test_a_process_that_reads_files_opens_no_more_than_reading_needs() -> None:
    code = "import json, sys, workbook_tools.returns.workers; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    modules = {*json.loads(ran.stdout)}
    # The first two take longer to open than an office's returns to read, the others are for mails and passwords.
    assert not {"pandas", "openpyxl", "asn1crypto", "msoffcrypto", "oxmsg", "tnefparse"} & modules
