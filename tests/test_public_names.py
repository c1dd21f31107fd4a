"""What scripts may import from ``workbook_tools`` itself: a name that goes, or comes, is a decision and not an accident."""

from __future__ import annotations

import re
import subprocess
import sys

from campaigns import ROOT

import workbook_tools

PUBLIC = {
    "CollectOptions",
    "Collection",
    "Problem",
    "WorkbookToolsError",
    "__version__",
    "collect",
    "generate",
    "initialise",
    "inspect_file",
    "write_workbook",
}


def test_public_names_are_these_and_each_is_there() -> None:
    assert set(workbook_tools.__all__) == PUBLIC
    assert all(getattr(workbook_tools, name) is not None for name in PUBLIC)


def test_importing_the_package_loads_no_library() -> None:
    """``--help`` must answer at once, and loads this package."""
    code = (
        "import sys, workbook_tools; print({'pandas', 'openpyxl', 'xlsxwriter', 'lxml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_changelog_tells_of_this_version():
    """The first version named in it is that of the package; what comes after it is not released yet."""
    versions = re.findall(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert versions[0] == workbook_tools.__version__
