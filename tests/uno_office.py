"""Runs under the system's Python with LibreOffice's bridge: does what each line of its input asks. See libreoffice.py.

A line is a list of what to do, the time zone to do it in, and what that needs, in JSON; so is the answer, a pair of what
was found and what went wrong. The office is started where it is first needed and again after a fault, and ends with the input.
"""

import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet import FormulaResult
from uno_pivots import read_pivots

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".fods": "OpenDocument Spreadsheet Flat XML",
    ".pdf": "calc_pdf_Export",
}


class Office:
    """LibreOffice with a profile of its own."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._program = self._zone = self._desktop = None

    def desktop_in(self, zone: str):
        """The desktop of an office that runs in a time zone, ``""`` for the system's."""
        if self._program and (zone != self._zone or self._program.poll() is not None):
            self.stop()
        if not self._program:
            # Two runs of the tests at once must not reach each other's office.
            pipe = f"workbook-tools-tests-{os.getpid()}"
            words = ["soffice", self._profile, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"]
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            self._program = subprocess.Popen(words, env=os.environ | ({"TZ": zone} if zone else {}), **quiet)
            self._zone, self._desktop = zone, _connect(self._program, pipe)
        return self._desktop

    def stop(self) -> None:
        """End it, as it asks to be ended where it still hears."""
        if not self._program:
            return
        try:
            self._desktop.terminate()
            self._program.wait(20)
        except Exception:
            # The program that was started is not the office itself: all of this group end, this script with them.
            os.killpg(0, 9)
        self._program = self._desktop = None


def _connect(program: subprocess.Popen, pipe: str):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    while program.poll() is None:
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            time.sleep(0.1)
    raise ConnectionError("LibreOffice ended before it answered")


def option(name: str, value: object):
    """One of the named values that the bridge takes in lists."""
    return PropertyValue(name, 0, value, 0)


def open_document(desktop, path: str):
    """A workbook opened without a window."""
    return desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (option("Hidden", True),))


def store(document, target: str) -> None:
    """Save in the format of the target's name."""
    document.storeToURL(Path(target).as_uri(), (option("FilterName", FILTERS[Path(target).suffix]),))


def type_value(cell, value) -> None:
    if isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(float(value))


def convert(desktop, jobs: list) -> None:
    for source, target in jobs:
        document = open_document(desktop, source)
        store(document, target)
        document.close(True)


def fill(desktop, jobs: list) -> None:
    """Jobs that differ in their target only, such as formats, are one document that is saved several times."""
    targets = {}
    for source, values, target in jobs:
        targets.setdefault(json.dumps([source, values]), []).append(target)
    for job, several in targets.items():
        source, values = json.loads(job)
        document = open_document(desktop, source)
        for sheet, ref, value in values:
            type_value(document.Sheets.getByName(sheet).getCellRangeByName(ref), value)
        document.calculateAll()
        for target in several:
            store(document, target)
        document.close(True)


def watch(desktop, jobs: list) -> list:
    """What ranges of cells of each workbook hold after each scene, which is a list of values typed and of cells moved onto others."""
    return [_watch_one(open_document(desktop, path), areas, scenes) for path, areas, scenes in jobs]


def _watch_one(document, areas: list, scenes: list) -> list:
    document.enableAutomaticCalculation(False)
    watched = [document.Sheets.getByName(s).getCellRangeByName(r).RangeAddress for s, r in areas]
    found = []
    for scene in scenes:
        for sheet, ref, value in scene:
            _act(document.Sheets.getByName(sheet), ref, value)
        document.calculate()
        found.append(_read(document, watched))
    document.close(True)
    return found


def _read(document, watched: list) -> list:
    """The values of ranges, one after the other; all of a sheet are asked for at once, as each question takes long."""
    last, held = {}, {}
    for area in watched:
        column, row = last.get(area.Sheet, (0, 0))
        last[area.Sheet] = max(column, area.EndColumn), max(row, area.EndRow)
    for sheet, corner in last.items():
        held[sheet] = document.Sheets.getByIndex(sheet).getCellRangeByPosition(0, 0, *corner).getDataArray()
    return [
        value
        for area in watched
        for row in held[area.Sheet][area.StartRow : area.EndRow + 1]
        for value in row[area.StartColumn : area.EndColumn + 1]
    ]


def _act(sheet, ref: str, value) -> None:
    """Type a value; a list is the address that the cell is dragged onto."""
    cell = sheet.getCellRangeByName(ref)
    if isinstance(value, list):
        sheet.moveRange(sheet.getCellRangeByName(value[0]).getCellAddress(), cell.getRangeAddress())
    else:
        type_value(cell, value)


def calculate(desktop, sources: list) -> list:
    """Of each workbook: sheet → what its rows show, from the first cell on."""
    found = []
    for source in sources:
        document = open_document(desktop, source)
        found.append({sheet.Name: _rows(sheet) for sheet in document.Sheets})
        document.close(True)
    return found


def _rows(sheet) -> list:
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    corner = cursor.RangeAddress
    area = sheet.getCellRangeByPosition(0, 0, corner.EndColumn, corner.EndRow)
    rows = [list(row) for row in area.getDataArray()]
    for wrong in area.queryFormulaCells(FormulaResult.ERROR).Cells:
        rows[wrong.CellAddress.Row][wrong.CellAddress.Column] = wrong.String
    return rows


def refresh_pivots(desktop, source: str) -> dict:
    """Sheet → its pivots before and after a refresh."""
    document = open_document(desktop, source)
    found = {sheet.Name: read_pivots(sheet) for sheet in document.Sheets}
    document.close(True)
    return found


ACTIONS = {action.__name__: action for action in (convert, fill, watch, calculate, refresh_pivots)}


def main(profile: str) -> None:
    office = Office(profile)
    try:
        for line in sys.stdin:
            action, zone, asked = json.loads(line)
            found = wrong = None
            try:
                found = ACTIONS[action](office.desktop_in(zone), asked)
            except Exception:
                wrong = traceback.format_exc()
                office.stop()
            print(json.dumps([found, wrong]), flush=True)
    finally:
        # Also where nobody is left to hear the answer.
        office.stop()


main(*sys.argv[1:])
