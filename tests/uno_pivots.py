"""Runs under the system's Python with LibreOffice's bridge: refreshes the pivots of a workbook and says what they show."""

import json
import sys
from pathlib import Path

from uno_office import open_document, running_office

LOOK = (
    "CellStyle",
    "CellBackColor",
    "CharColor",
    "CharHeight",
    "CharPosture",
    "CharWeight",
    "HoriJustify",
    "IsTextWrapped",
    "NumberFormat",
    "ParaIndent",
    "TableBorder2",
    "VertJustify",
)


def main(source: str, target: str, profile: str) -> None:
    with running_office(profile) as desktop:
        document = open_document(desktop, source)
        found = {sheet.Name: read_pivots(sheet) for sheet in document.Sheets}
        document.close(True)
    Path(target).write_text(json.dumps(found), encoding="utf-8")


def read_pivots(sheet) -> list:
    """Each pivot before and after a refresh."""
    pivots = []
    for name in sheet.DataPilotTables.ElementNames:
        pivot = sheet.DataPilotTables.getByName(name)
        before = read_cells(sheet, pivot.OutputRange)
        pivot.refresh()
        pivots.append({"before": before, "after": read_cells(sheet, pivot.OutputRange)})
    return pivots


def read_cells(sheet, area) -> dict:
    """Where a pivot lies, rows and columns from 1, what its cells hold, row by row, and how they look."""
    cells = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
    held = cells.DataArray
    looks = [
        [read_look(cells.getCellByPosition(column, row)) for column in range(len(held[0]))]
        for row in range(len(held))
    ]
    return {
        "place": [area.StartRow + 1, area.StartColumn + 1],
        "cells": [list(row) for row in held],
        "looks": looks,
    }


def read_look(cell) -> list:
    """The properties of a cell's look, each as a text."""
    return [str(value) for value in cell.getPropertyValues(LOOK)]


main(*sys.argv[1:])
