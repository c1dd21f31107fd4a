"""Returns as units' own programs save them: each program writes other bytes for the same form."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from benchmarks.excel_saved import save_like_excel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

QUICK = ("this program", "openpyxl", "as Excel writes")
"""Those that need no other program."""
CLIENTS = ("this program", "openpyxl", "LibreOffice", "SheetJS", "as Excel writes")
_NODE = Path(__file__).parent.parent / "tests" / "node"
_PROFILE = "benchmark-profile"
_AT_A_TIME = 200
"""How many workbooks LibreOffice is given at once: it keeps some memory of each."""
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def save_as_clients(
    filled: Mapping[str, bytes], saved: Mapping[str, datetime], client_of: Mapping[str, str]
) -> dict[str, bytes]:
    """File name → the form as its client saves it, with the given time of saving."""
    done: dict[str, bytes] = {}
    for client in dict.fromkeys(map(client_of.__getitem__, filled)):
        done |= _save(client, {name: data for name, data in filled.items() if client_of[name] == client})
    return {name: _dated(done[name], saved[name]) for name in filled}


def assign_clients(names: Sequence[str], clients: Sequence[str]) -> dict[str, str]:
    """File name → the client that saves it: each in turn that is on this computer."""
    clients = [client for client in clients if _is_there(client)]
    return {name: clients[number % len(clients)] for number, name in enumerate(names)}


def installed_clients() -> list[str]:
    """The clients that save on this computer."""
    return [client for client in CLIENTS if _is_there(client)]


def _is_there(client: str) -> bool:
    if client == "LibreOffice":
        return shutil.which("soffice") is not None
    if client == "SheetJS":
        return shutil.which("node") is not None and (_NODE / "node_modules" / "xlsx").is_dir()
    return True


def _save(client: str, filled: dict[str, bytes]) -> dict[str, bytes]:
    if client == "this program":
        return filled
    if client == "as Excel writes":
        return {name: save_like_excel(data) for name, data in filled.items()}
    if client == "openpyxl":
        return {name: _save_with_openpyxl(data) for name, data in filled.items()}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "in").mkdir()
        (folder / "out").mkdir()
        for name, data in filled.items():
            (folder / "in" / name).write_bytes(data)
        run = _run_libreoffice if client == "LibreOffice" else _run_sheetjs
        run(folder, [*filled])
        return {name: (folder / "out" / name).read_bytes() for name in filled}


def _save_with_openpyxl(data: bytes) -> bytes:
    buffer = io.BytesIO()
    load_workbook(io.BytesIO(data)).save(buffer)
    return buffer.getvalue()


def _run_libreoffice(folder: Path, names: list[str]) -> None:
    profile = f"-env:UserInstallation={(folder / _PROFILE).as_uri()}"
    for first in range(0, len(names), _AT_A_TIME):
        sources = [str(folder / "in" / name) for name in names[first : first + _AT_A_TIME]]
        command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out")]
        subprocess.run([*command, *sources], check=True, capture_output=True)


def _run_sheetjs(folder: Path, names: list[str]) -> None:
    plan = folder / "jobs.json"
    jobs = [["sheetjs", str(folder / "in" / name), str(folder / "out" / name)] for name in names]
    plan.write_text(json.dumps(jobs), encoding="utf-8")
    subprocess.run(["node", str(_NODE / "save.js"), str(plan)], check=True, capture_output=True)


def _dated(data: bytes, saved: datetime) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    moment = f"{saved:%Y-%m-%dT%H:%M:%SZ}".encode("ascii")
    parts["docProps/core.xml"] = _MODIFIED.sub(rb"\g<1>" + moment, parts["docProps/core.xml"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return buffer.getvalue()
