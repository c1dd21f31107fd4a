"""Runs under the system's Python with LibreOffice's bridge: refreshes the pivots of a workbook and says what they show."""

import json
import sys
from pathlib import Path

from uno_office import open_document, running_office


def main(source: str, target: str, profile: str) -> None:
    with running_office(profile) as desktop:
        document = open_document(desktop, source)
        found = {sheet.Name: read_pivots(sheet) for sheet in document.Sheets}
        document.close(True)
    Path(target).write_text(json.dumps(found), encoding="utf-8")


def read_pivots(sheet) -> list:
    """The cells of each pivot after a refresh, row by row."""
    pivots = []
    for name in sheet.DataPilotTables.ElementNames:
        pivot = sheet.DataPilotTables.getByName(name)
        pivot.refresh()
        area = pivot.OutputRange
        cells = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
        pivots.append([list(row) for row in cells.DataArray])
    return pivots


main(*sys.argv[1:])
