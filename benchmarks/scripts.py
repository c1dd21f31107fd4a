"""The scripts that one writes instead: every file read, put together, pivoted, written.

No checks, no identity, no guard.

``python -m benchmarks.scripts NAME ROOT`` is what a person would run: the whole process is timed, its
libraries included.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.office import Office


def imports(root: str) -> None:
    """Nothing but opening the libraries that every such script needs."""
    import pandas  # noqa: F401
    import xlsxwriter  # noqa: F401


def pandas_openpyxl(root: str) -> None:
    """With pandas and its default library."""
    _with_pandas(root, "openpyxl")


def pandas_calamine(root: str) -> None:
    """With pandas and the fastest library it knows."""
    _with_pandas(root, "calamine")


def _with_pandas(root: str, engine: str) -> None:
    import pandas as pd

    frames = []
    for path in _returned(root):
        frame = pd.read_excel(path, sheet_name=0, header=None, engine=engine)  # type: ignore[call-overload]
        frames.append(frame[[0, 4]].assign(file=path.name))
    together = pd.concat(frames)
    together[4] = pd.to_numeric(together[4], errors="coerce")
    # Lines with a figure only: the printed texts, each unit's own name among them, would make a line of the
    # pivot each.
    together = together.dropna(subset=[4])
    pivot = together.pivot_table(index=0, columns="file", values=4, aggfunc="sum")
    with tempfile.TemporaryDirectory(dir=root) as out:
        pivot.to_excel(Path(out) / "out.xlsx", engine="xlsxwriter")


def every_sheet(root: str) -> None:
    """Every number of every sheet, by its place, with pandas and calamine."""
    import pandas as pd

    frames = []
    for path in _returned(root):
        for name, frame in pd.read_excel(path, sheet_name=None, header=None, engine="calamine").items():
            cells = frame.stack().reset_index().set_axis(["row", "column", "value"], axis=1)
            frames.append(cells.assign(sheet=name, file=path.name))
    together = pd.concat(frames)
    together["value"] = pd.to_numeric(together["value"], errors="coerce")
    together = together.dropna(subset=["value"])
    pivot = together.pivot_table(
        index=["sheet", "row", "column"], columns="file", values="value", aggfunc="sum"
    )
    with tempfile.TemporaryDirectory(dir=root) as out:
        pivot.to_excel(Path(out) / "out.xlsx", engine="xlsxwriter")


def make_with_openpyxl(root: str) -> None:
    """Every form made by the library: a finished one loaded, two cells filled in, saved."""
    from openpyxl import load_workbook

    office = Office(Path(root))
    forms = sorted(office.forms.glob("*.xlsx"))
    with tempfile.TemporaryDirectory(dir=root) as out:
        for path in forms:
            book = load_workbook(forms[0])
            book.worksheets[0]["E23"] = "Xã"
            book.worksheets[0]["E24"] = "BM"
            book.save(Path(out) / path.name)


def polars_fastexcel(root: str) -> None:
    """With polars, which reads through fastexcel."""
    import polars as pl

    frames = []
    for path in _returned(root):
        frame = pl.read_excel(path, has_header=False, infer_schema_length=0, drop_empty_cols=False)
        frames.append(frame.select(line=frame.columns[0], figure=frame.columns[4], file=pl.lit(path.name)))
    together = (
        pl.concat(frames).with_columns(pl.col("figure").cast(pl.Float64, strict=False)).drop_nulls("figure")
    )
    pivot = together.pivot("file", index="line", values="figure", aggregate_function="sum")
    with tempfile.TemporaryDirectory(dir=root) as out:
        pivot.write_excel(Path(out) / "out.xlsx")


def _returned(root: str) -> list[Path]:
    return sorted(Office(Path(root)).returned.glob("*.xlsx"))


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
