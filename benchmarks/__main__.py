"""Measure, print, and write the page: ``python -m benchmarks [--large] [--quick]``."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks.campaign import make_office
from benchmarks.clients import CLIENTS, QUICK, installed_clients
from benchmarks.measure import Figures, measure

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
SIZES, LARGE = (72, 900), (5_000, 20_000, 45_000)
_NAIVE_LIMIT = 5_000
"""Above this only this program is run, and once."""
_SCRIPTS = {
    "imports": "import pandas, xlsxwriter",
    "pandas_openpyxl": "pandas, openpyxl",
    "pandas_calamine": "pandas, calamine",
    "polars_fastexcel": "polars, fastexcel",
}


@click.command()
@click.option(
    "--large",
    is_flag=True,
    help=(
        "Measure 5,000, 20,000 and 45,000 returns, too; takes hours, most of them to have "
        "the returns saved, and 5 GB of disk."
    ),
)
@click.option("--quick", is_flag=True, help="One run of each, of 12 returns only; nothing is written.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("build/benchmarks"),
    help="Where the campaigns are made and kept.",
)
@click.option("--repeats", default=3, show_default=True, help="How often each job is run.")
def main(large: bool, quick: bool, folder: Path, repeats: int) -> None:
    """Time the program side by side with other ways to do the same."""
    folder = folder.resolve()
    sizes = (12,) if quick else SIZES + LARGE * large
    repeats = 1 if quick else repeats
    offices = {size: make_office(folder, size, QUICK if quick else CLIENTS) for size in sizes}
    roots = {size: str(office.root) for size, office in offices.items()}
    middle = roots[sizes[min(1, len(sizes) - 1)]]
    lines = [*_head(repeats), *_forms(middle, repeats), *_curve(roots, repeats)]
    text = "\n".join(lines) + "\n"
    click.echo(text)
    if not quick:
        PAGE.write_text(text, encoding="utf-8")


def _head(repeats: int) -> list[str]:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("openpyxl", "pandas", "xlsxwriter", "python-calamine")
    )
    return [
        "# Performance",
        "",
        "Written by `python -m benchmarks`; do not edit. Jobs of a table ran in turn, each "
        "in a process of its own, "
        f"{repeats} times (once above {_NAIVE_LIMIT:,} returns); seconds are least / median / "
        "greatest, ratios are of medians.",
        "",
        f"Machine: {_processor()}, {platform.system()} {platform.release()}, Python "
        f"{platform.python_version()}; {packages}. "
        "It was shared with other work: trust the ratios, not the seconds.",
        "",
        (
            f"The returns are as clients save them, in turn: {', '.join(installed_clients())}. "
            "Every unit's figures and texts are its own."
        ),
        "",
    ]


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = (
        [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        if cpuinfo.exists()
        else []
    )
    return f"{len(names)} × {names[0]}" if names else platform.processor() or platform.machine()


def _forms(root: str, repeats: int) -> list[str]:
    lines = ["## One form", "", "| job | seconds a form | ratio |", "| --- | --- | --- |"]
    making = measure(
        {n: [n, root] for n in ("generate_ours", "stamp_ours", "write_bare", "generate_openpyxl")}, repeats
    )
    lines += [
        _row(
            "make one: this program, all forms of a campaign, masters included", making["generate_ours"], "1"
        ),
        _row(
            "… each form after the first",
            making["stamp_ours"],
            _ratio(making["stamp_ours"], making["generate_ours"]),
        ),
        _row(
            "make one: openpyxl, load, fill, save",
            making["generate_openpyxl"],
            _ratio(making["generate_openpyxl"], making["generate_ours"]),
        ),
        _row(
            "write the finished bytes, nothing else",
            making["write_bare"],
            _ratio(making["write_bare"], making["generate_ours"]),
        ),
    ]
    reading = measure(
        {n: [n, root] for n in ("read_ours", "read_return_ours", "read_calamine", "read_openpyxl")}, repeats
    )
    ours = reading["read_ours"]
    lines += [
        _row("read one: this program's reader, guarded, all returns of a campaign", ours, "1"),
        _row(
            "… and identified, located, every printed text compared",
            reading["read_return_ours"],
            _ratio(reading["read_return_ours"], ours),
        ),
        _row(
            "read one: python-calamine behind the same package check",
            reading["read_calamine"],
            _ratio(reading["read_calamine"], ours),
        ),
        _row("read one: openpyxl", reading["read_openpyxl"], _ratio(reading["read_openpyxl"], ours)),
    ]
    starting = measure({n: [n, root] for n in ("help_ours", "help_empty")}, repeats)
    lines += [
        _row("start: an empty click program's --help", starting["help_empty"], "1"),
        _row(
            "start: workbook-tools --help",
            starting["help_ours"],
            _ratio(starting["help_ours"], starting["help_empty"]),
        ),
    ]
    return [*lines, ""]


def _curve(roots: dict[int, str], repeats: int) -> list[str]:
    lines = [
        "## A whole collect",
        "",
        (
            "Each cell is a whole process, its start included. `collect` reads, checks, adds up, "
            "and writes the consolidated workbook and the Word report;"
        ),
        (
            "the scripts read one sheet of each file, put the lines together, pivot and write, "
            "and check nothing."
        ),
        "",
        f"| returns | collect | {' | '.join(_SCRIPTS.values())} |",
        "| --- " * (2 + len(_SCRIPTS)) + "|",
    ]
    ratios = [
        "",
        "The same as ratios: how many times as long as `collect` each takes (below 1 it is faster).",
        "",
        f"| returns | {' | '.join(_SCRIPTS.values())} |",
        "| --- " * (1 + len(_SCRIPTS)) + "|",
    ]
    again = [
        "",
        (
            "Inside one process that has its libraries open, with the workbook but without the "
            "Word report; memory is the main process's,"
        ),
        "each worker is limited to 1 GiB and was far below.",
        "",
        "| returns | collect | ms a return | memory, MB | with ten new ones |",
        "| --- | --- | --- | --- | --- |",
    ]
    for size, root in roots.items():
        times = repeats if size <= _NAIVE_LIMIT else 1
        scripts = _SCRIPTS if size <= _NAIVE_LIMIT else {}
        jobs = {"ours": ["command_ours", root]} | {n: ["command_script", root, n] for n in scripts}
        found = measure(jobs, times)
        lines.append(f"| {size:,} | {' | '.join(map(str, found.values()))} |")
        if scripts:
            ratios.append(f"| {size:,} | {' | '.join(_ratio(found[n], found['ours']) for n in scripts)} |")
        inside = measure({n: [n, root] for n in ("collect_ours", "collect_again")}, times)
        ours = inside["collect_ours"]
        again.append(
            f"| {size:,} | {ours} | {1000 * ours.median / size:.1f} | {ours.memory:,.0f} | "
            f"{inside['collect_again']} |"
        )
    return [*lines, *ratios, *again]


def _row(job: str, figures: Figures, ratio: str) -> str:
    return f"| {job} | {figures} | {ratio} |"


def _ratio(one: Figures, other: Figures) -> str:
    ratio = one.median / other.median
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"


if __name__ == "__main__":
    main()
