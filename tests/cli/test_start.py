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
