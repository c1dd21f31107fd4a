"""Runs under the system's Python with LibreOffice's bridge: what a form shows as it is typed into. See libreoffice.py."""

import json
import sys
from pathlib import Path

from uno_office import open_document, running_office


def main(plan: str, target: str, profile: str) -> None:
    with running_office(profile) as desktop:
        jobs = json.loads(Path(plan).read_text(encoding="utf-8"))
        shown = [watch(desktop, *job) for job in jobs]
    Path(target).write_text(json.dumps(shown), encoding="utf-8")


def watch(desktop, path: str, areas: list, scenes: list) -> list:
    """What ranges of cells hold after each scene, which is a list of values typed and of cells moved onto others."""
    document = open_document(desktop, path)
    document.enableAutomaticCalculation(False)
    found = []
    for scene in scenes:
        for sheet, ref, value in scene:
            act(document.Sheets.getByName(sheet), ref, value)
        document.calculateAll()
        ranges = [document.Sheets.getByName(s).getCellRangeByName(r) for s, r in areas]
        found.append([value for area in ranges for row in area.getDataArray() for value in row])
    document.close(True)
    return found


def act(sheet, ref: str, value) -> None:
    """Type a value; a list is the address that the cell is dragged onto."""
    cell = sheet.getCellRangeByName(ref)
    if isinstance(value, list):
        sheet.moveRange(sheet.getCellRangeByName(value[0]).getCellAddress(), cell.getRangeAddress())
    elif isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(float(value))


main(*sys.argv[1:])
