"""What pivots show before and after a refresh; runs under the system's Python for uno_office.py."""

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
