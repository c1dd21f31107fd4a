"""Render the README's pictures from the demonstration's own files. Run by ``make pictures``; needs LibreOffice and poppler."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from workbook_tools.demo import run_demo

PICTURES = Path(__file__).resolve().parent / "pictures"
DOTS_PER_INCH = 96
FORM = "11638_*.xlsx"
"""A form that came back with a slip, so that the picture shows what the unit sees."""


def main() -> None:
    """Run the demonstration in a folder of its own and draw the first page of a form and of its workbook."""
    with tempfile.TemporaryDirectory() as folder:
        result = run_demo(Path(folder) / "demo")
        form = next((Path(folder) / "demo/returned").glob(FORM))
        for workbook, name in ((form, "form"), (result.workbook, "overview")):
            draw_first_page(workbook, PICTURES / name, Path(folder))


def draw_first_page(workbook: Path, target: Path, scratch: Path) -> None:
    """The first printed page of a workbook as ``target``.png."""
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(scratch), str(workbook)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    pdf = scratch / f"{workbook.stem}.pdf"
    target.parent.mkdir(exist_ok=True)
    first_page = ["-f", "1", "-l", "1", "-singlefile"]
    subprocess.run(["pdftoppm", "-png", "-r", str(DOTS_PER_INCH), *first_page, str(pdf), str(target)], check=True)


if __name__ == "__main__":
    main()
