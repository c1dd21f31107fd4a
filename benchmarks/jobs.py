"""What is timed; run as a process of its own it prints the seconds taken and the memory used."""

from __future__ import annotations

import ctypes
import io
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import commands
from benchmarks.office import Office

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMS = 50
"""How many forms the slow ways of reading and making one are timed on."""


def generate_ours(root: str) -> float:
    """Generate all forms; seconds per form."""
    from workbook_tools.usecases.generate import generate

    office = Office(Path(root))
    with tempfile.TemporaryDirectory(dir=root) as out:
        begun = time.perf_counter()
        generated = generate(office.template, office.units, Path(out), key=office.key)
        return (time.perf_counter() - begun) / len(generated.forms)


def stamp_ours(root: str) -> float:
    """The same without what is done once for all forms, such as reading the roster and making the masters,
    per form.
    """
    from workbook_tools.usecases.generate import generate

    office = Office(Path(root))
    moments: list[float] = []
    with tempfile.TemporaryDirectory(dir=root) as out:
        generate(
            office.template,
            office.units,
            Path(out),
            key=office.key,
            progress=lambda *_: moments.append(time.perf_counter()),
        )
    return (moments[-1] - moments[0]) / (len(moments) - 1)


def generate_openpyxl(root: str) -> float:
    """Load a finished form, fill in two cells, save: what making each form with the library would cost."""
    from openpyxl import load_workbook

    form = sorted(Office(Path(root)).forms.glob("*.xlsx"))[0]
    begun = time.perf_counter()
    for _ in range(_FORMS // 5):
        book = load_workbook(form)
        book.worksheets[0]["E23"] = "Xã"
        book.worksheets[0]["E24"] = "BM"
        book.save(io.BytesIO())
    return (time.perf_counter() - begun) / (_FORMS // 5)


def write_bare(root: str) -> float:
    """The finished bytes of all forms written beside, each to its own file, per form."""
    forms = [path.read_bytes() for path in sorted(Office(Path(root)).forms.glob("*.xlsx"))]
    with tempfile.TemporaryDirectory(dir=root) as out:
        begun = time.perf_counter()
        for number, data in enumerate(forms):
            (Path(out) / f"{number}.xlsx").write_bytes(data)
        return (time.perf_counter() - begun) / len(forms)


def _per_form(read: Callable[[bytes], object], root: str, most: int | None = None, client: str = "") -> float:
    office = Office(Path(root))
    paths = sorted(office.returned.glob("*.xlsx"))
    if client:
        clients = office.clients
        paths = [path for path in paths if clients[path.name] == client]
    files = [path.read_bytes() for path in paths[:most]]
    read(files[0])
    begun = time.perf_counter()
    for data in files:
        read(data)
    return (time.perf_counter() - begun) / len(files)


def read_ours(root: str) -> float:
    """Every return from its bytes to its cells, with the guard, in one process."""
    from workbook_tools.readers import read_workbook

    return _per_form(read_workbook, root)


def read_return_ours(root: str, client: str = "") -> float:
    """Every return, or those that a client saved, from bytes to answers, every printed text compared."""
    from workbook_tools.forms.form_id import read_key
    from workbook_tools.returns.read import read_return
    from workbook_tools.spec.template import load_template

    office = Office(Path(root))
    template, key = load_template(office.template)[0], read_key(office.key)
    return _per_form(lambda data: read_return(data, template, key), root, client=client)


def read_calamine(root: str) -> float:
    """The same cells by python-calamine behind the guard's check of the package."""
    from python_calamine import CalamineWorkbook

    from workbook_tools.readers.zip_package import open_package

    def read(data: bytes) -> object:
        open_package(data)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    return _per_form(read, root, _FORMS)


def read_openpyxl(root: str) -> float:
    """The same cells by openpyxl, values only."""
    from openpyxl import load_workbook

    return _per_form(
        lambda data: [
            list(s.iter_rows(values_only=True)) for s in load_workbook(io.BytesIO(data), data_only=True)
        ],
        root,
        _FORMS,
    )


def collect_ours(root: str) -> float:
    """Everything: read, check, add up, write the workbook."""
    return _collect(root, None)


def collect_again(root: str) -> float:
    """The same with ten new files among those remembered from a run before."""
    with tempfile.TemporaryDirectory(dir=root) as scratch:
        cache, office = Path(scratch) / "cache", Office(Path(root))
        held = Path(scratch) / "held"
        held.mkdir()
        new = sorted(office.returned.glob("*.xlsx"))[-10:]
        for path in new:
            path.rename(held / path.name)
        try:
            _collect(root, cache)
        finally:
            for path in new:
                (held / path.name).rename(path)
        return _collect(root, cache)


def _collect(root: str, cache: Path | None) -> float:
    """As the command does it."""
    from workbook_tools.cli.garbage import paused_gc
    from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook

    office = Office(Path(root))
    begun = time.perf_counter()
    options = CollectOptions(key=office.key, cache=cache)
    with paused_gc(), tempfile.TemporaryDirectory(dir=root) as out:
        collection = collect(office.returned, office.template, office.units, options)
        write_workbook(collection, Path(out) / "consolidated.xlsx")
        return time.perf_counter() - begun


def _adopt_orphans() -> None:
    """Let what a command leaves behind, such as the process its workers are forked from, count as its own."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def main(name: str, *arguments: str) -> None:
    """Run one of the jobs above, or of those that are commands."""
    _adopt_orphans()
    seconds = {**vars(commands), **globals()}[name](*arguments)
    # Linux counts kilobytes; the workers' memory is not part of it, each is limited by itself.
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "processor": getattr(seconds, "processor", 0), "memory": used}))


if __name__ == "__main__":
    main(*sys.argv[1:])
