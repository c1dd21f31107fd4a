"""Runs under the system's Python with LibreOffice's bridge: opens forms, types values, saves them. See libreoffice.py."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".fods": "OpenDocument Spreadsheet Flat XML",
}


def main(plan: str, profile: str) -> None:
    # Two runs of the tests at once must not reach each other's office.
    pipe = f"workbook-tools-tests-{os.getpid()}"
    office = subprocess.Popen(["soffice", profile, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"])
    try:
        desktop = connect(pipe)
        for source, values, target in json.loads(Path(plan).read_text(encoding="utf-8")):
            fill(desktop, source, values, target)
        desktop.terminate()
    finally:
        try:
            office.wait(20)
        except subprocess.TimeoutExpired:
            office.kill()


def connect(pipe: str):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(300):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            time.sleep(0.1)
    raise TimeoutError("LibreOffice did not answer")


def fill(desktop, source: str, values: list, target: str) -> None:
    document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (PropertyValue("Hidden", 0, True, 0),))
    for sheet, ref, value in values:
        cell = document.Sheets.getByName(sheet).getCellRangeByName(ref)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)
    document.calculateAll()
    document.storeToURL(Path(target).as_uri(), (PropertyValue("FilterName", 0, FILTERS[Path(target).suffix], 0),))
    document.close(True)


main(*sys.argv[1:])
