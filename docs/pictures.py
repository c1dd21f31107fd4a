"""Render the README's pictures from the demonstration's own files.

Run by ``make pictures``; needs LibreOffice and poppler.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

from workbook_tools.demo import run_demo

PICTURES = Path(__file__).resolve().parent / "pictures"
DOTS_PER_INCH = 108
FORM = "11632_*.xlsx"
"""A form that came back with a slip, so that the picture shows what the unit sees."""
_ALWAYS_CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_PRINT_NAMES = re.compile(rb'<definedName name="_xlnm\.Print[^>]*>[^<]*</definedName>')


def main() -> None:
    """Run the demonstration in a folder of its own and draw a form, as on the screen, and the first page of
    its workbook.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = run_demo(Path(folder) / "demo")
        form = next((Path(folder) / "demo/returned").rglob(FORM))
        whole = Path(folder) / "form.xlsx"
        write_without_print_area(form, whole)
        draw_page(whole, PICTURES / "form", Path(folder), page=1)
        draw_page(result.workbook, PICTURES / "overview", Path(folder), page=1)
        for name, (workbook, size) in run_examples(Path(folder)).items():
            draw_page(workbook, PICTURES / name, Path(folder), page=1, size=size)


def run_examples(folder: Path) -> dict[str, tuple[Path, tuple[int, int]]]:
    """The workbooks of the page on pivots as plain cells: LibreOffice draws native pivots anew, in a look of
    its own.

    Each picture's name leads to its workbook and its size.
    """
    text = (PICTURES.parent / "pivots.md").read_text(encoding="utf-8")
    for example in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        code = re.sub(
            r'PivotWorkbook\("(.*?)"\)',
            lambda found: f"PivotWorkbook({str(folder / found[1])!r}, native=False)",
            example,
        )
        exec(compile(code, "pivots.md", "exec"), {})
    return {
        "pivots": (folder / "sales.xlsx", (780, 240)),
        "pivots-shares": (folder / "shares.xlsx", (610, 260)),
    }


def write_without_print_area(form: Path, target: Path) -> None:
    """A copy of a form that prints its panel and checks as well."""
    with zipfile.ZipFile(form) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            data = source.read(name)
            copy.writestr(name, _PRINT_NAMES.sub(b"", data) if name == "xl/workbook.xml" else data)


def draw_page(
    workbook: Path, target: Path, scratch: Path, page: int, size: tuple[int, int] | None = None
) -> None:
    """One printed page of a workbook, calculated anew, as ``target``.png; with ``size`` its upper left
    corner.
    """
    settings = scratch / "profile/user/registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_ALWAYS_CALCULATE, encoding="utf-8")
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(scratch),
        str(workbook),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    pdf = scratch / f"{workbook.stem}.pdf"
    target.parent.mkdir(exist_ok=True)
    one_page = ["-f", str(page), "-l", str(page), "-singlefile"]
    if size is not None:
        one_page += ["-x", "60", "-y", "60", "-W", str(size[0]), "-H", str(size[1])]
    subprocess.run(
        ["pdftoppm", "-png", "-r", str(DOTS_PER_INCH), *one_page, str(pdf), str(target)], check=True
    )


if __name__ == "__main__":
    main()
