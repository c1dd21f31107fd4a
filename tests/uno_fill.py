"""Runs under the system's Python with LibreOffice's bridge: opens forms, types values, saves them. See libreoffice.py."""

import json
import sys
from pathlib import Path

from uno_office import open_document, option, running_office

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".fods": "OpenDocument Spreadsheet Flat XML",
}


def main(plan: str, profile: str) -> None:
    with running_office(profile) as desktop:
        for source, values, target in json.loads(Path(plan).read_text(encoding="utf-8")):
            fill(desktop, source, values, target)


def fill(desktop, source: str, values: list, target: str) -> None:
    document = open_document(desktop, source)
    for sheet, ref, value in values:
        cell = document.Sheets.getByName(sheet).getCellRangeByName(ref)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)
    document.calculateAll()
    document.storeToURL(Path(target).as_uri(), (option("FilterName", FILTERS[Path(target).suffix]),))
    document.close(True)


main(*sys.argv[1:])
