"""Print the tests of what changed since a revision: ``python tools/changed_tests.py [REVISION]``, HEAD unless
named.

Tests mirror the package, so a change in ``workbook_tools/answers/parse.py`` asks for ``tests/answers`` and a
change in a test file for that file. A change elsewhere asks for no test of its own. Run by ``make check``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent
ALWAYS = ("tests/test_architecture.py", "tests/test_docs.py", "tests/test_locale.py")


def changed_files(revision: str) -> list[str]:
    """Paths that differ from a revision or are new, relative to the project."""
    asked = (["diff", "--name-only", revision], ["ls-files", "--others", "--exclude-standard"])
    outputs = [
        subprocess.run(
            ["git", "-c", "core.quotePath=off", *words], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for words in asked
    ]
    return [line for output in outputs for line in output.stdout.splitlines()]


def tests_of(paths: Iterable[str]) -> list[str]:
    """Test files and folders that stand for changed files, without those that are not there."""
    chosen = dict.fromkeys(ALWAYS)
    for path in map(PurePosixPath, paths):
        if path.parts[0] == "tests" and path.name.startswith("test_"):
            chosen[str(path)] = None
        elif path.parts[0] == "workbook_tools" and len(path.parts) > 2:
            chosen[f"tests/{path.parts[1]}"] = None
    return [place for place in chosen if (ROOT / place).exists()]


if __name__ == "__main__":
    print("\n".join(tests_of(changed_files(sys.argv[1] if len(sys.argv) > 1 else "HEAD"))))
