"""LibreOffice itself, through its bridge; for scripts that run under the system's Python. See libreoffice.py."""

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


@contextmanager
def running_office(profile: str):
    """Its desktop, until the block ends."""
    # Two runs of the tests at once must not reach each other's office.
    pipe = f"workbook-tools-tests-{os.getpid()}"
    office = subprocess.Popen(
        ["soffice", profile, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"]
    )
    try:
        desktop = _connect(pipe)
        yield desktop
        desktop.terminate()
    finally:
        try:
            office.wait(20)
        except subprocess.TimeoutExpired:
            office.kill()


def option(name: str, value: object):
    """One of the named values that the bridge takes in lists."""
    return PropertyValue(name, 0, value, 0)


def open_document(desktop, path: str):
    """A workbook opened without a window."""
    return desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (option("Hidden", True),))


def _connect(pipe: str):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(6000):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            time.sleep(0.1)
    raise TimeoutError("LibreOffice did not answer")
