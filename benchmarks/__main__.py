"""Measure, print, and write the page: ``python -m benchmarks [--large] [--quick]``."""

from __future__ import annotations

import compileall
import platform
import statistics
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.campaign import make_office
from benchmarks.clients import CLIENTS, QUICK, installed_clients
from benchmarks.forms import LIST_FILLED, OTHERS, SAMPLE
from benchmarks.measure import Figures, measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.office import Office

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "performance.md"
SIZES, LARGE = (72, 900, 5_000), (45_000,)
FORMS_SIZE = 72
"""How many returns of each form are read."""
_NAIVE_LIMIT = 5_000
"""Above this only this program is run, and once."""
_WHOLE = """\
Each cell is a whole process, its start included. `collect` reads, checks, adds up, and writes the
consolidated workbook and the Word report; nothing is cached. “With ten new ones”: all but ten returns
were read by an earlier run. “One more, watched”: from its arrival until `collect --watch` has it in the
workbook. The scripts read one sheet of each file, put the lines together, pivot and write, and check
nothing."""
_INSIDE = """\
Inside one process that has its libraries open, with the workbook but without the Word report; memory is
the main process's, each worker is limited to 1 GiB and was far below."""
_WHY = """\
However few the returns, a run opens pandas and xlsxwriter, as the scripts do, and then openpyxl for the
template and its drawing, starts processes that may die of a hostile file without ending the run, writes
twenty sheets with pivots, charts and links, and fills in the report in Word. A script that reads one sheet
of each file and trusts it does none of that. With each further return the difference shrinks: reading one,
all checks included, costs less than a third of what it costs with calamine through pandas, and several are
read at once."""
_MAKING = {
    "make one: this program, all forms of a campaign, masters included": "generate_ours",
    "… each form after the first": "stamp_ours",
    "make one: openpyxl, load, fill, save": "generate_openpyxl",
    "write the finished bytes, nothing else": "write_bare",
}
_READING = {
    "read one: this program's reader, guarded, all returns of a campaign": "read_ours",
    "… and identified, located, every printed text compared": "read_return_ours",
    "read one: python-calamine behind the same package check": "read_calamine",
    "read one: openpyxl": "read_openpyxl",
}
_STARTING = {
    "start: an empty click program's --help": "help_empty",
    "start: workbook-tools --help": "help_ours",
}
"""Row of the table → its job; each group is compared with its first one."""
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
        "Measure 45,000 returns, too; takes hours, most of them to have the returns saved, and 5 GB of disk."
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
    # As an installed program is.
    compileall.compile_dir(ROOT / "workbook_tools", quiet=1)
    sizes = (12,) if quick else SIZES + LARGE * large
    repeats = 1 if quick else repeats
    clients = QUICK if quick else CLIENTS
    offices = {size: make_office(folder, size, clients) for size in sizes}
    roots = {size: str(office.root) for size, office in offices.items()}
    middle = roots[sizes[min(1, len(sizes) - 1)]]
    size, forms = (12, OTHERS[-1:]) if quick else (FORMS_SIZE, (SAMPLE, *OTHERS))
    others = {form: make_office(folder, size, clients, form) for form in forms}
    lines = [*_head(repeats), *_curve(roots, repeats), ""]
    lines += _clients(offices[sizes[min(1, len(sizes) - 1)]], repeats)
    lines += [*_other_forms(others, repeats), *_forms(middle, repeats)]
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
        "Written by `python -m benchmarks`; do not edit. Jobs of a table ran in turn, each in a process of "
        f"its own, {'once' if repeats == 1 else f'{repeats} times'} (once above {_NAIVE_LIMIT:,} returns); "
        "seconds are least / median / greatest, ratios are of medians.",
        "",
        f"Machine: {_processor()}, {platform.system()} {platform.release()}, Python "
        f"{platform.python_version()}; {packages}. It was shared with other work: trust the ratios, not the "
        "seconds.",
        "",
        (
            f"The returns are as clients save them, in turn: {', '.join(installed_clients())}. Every unit's "
            "figures and texts are its own; what it says in words has up to 60 sentences."
        ),
        "",
    ]


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else platform.processor() or platform.machine()


def _forms(root: str, repeats: int) -> list[str]:
    lines = ["## One form", "", "| job | seconds a form | ratio |", "| --- | --- | --- |"]
    lines += _compare({label: [job, root] for label, job in _MAKING.items()}, repeats)
    lines += _compare({label: [job, root] for label, job in _READING.items()}, repeats)
    whole = {
        "make all, whole command": ["command_generate", root],
        "… each with openpyxl: load, fill, save": ["command_script", root, "make_with_openpyxl"],
    }
    lines += _compare(whole, 1)
    lines += _compare({label: [job, root] for label, job in _STARTING.items()}, repeats)
    return [*lines, ""]


def _compare(jobs: Mapping[str, Sequence[str]], repeats: int) -> list[str]:
    """A row for each job, with its ratio to the first one."""
    found = measure(jobs, repeats)
    first, *others = found.items()
    rows = [(*first, "1"), *((label, figures, _ratio(figures, first[1])) for label, figures in others)]
    return [f"| {label} | {figures} | {ratio} |" for label, figures, ratio in rows]


def _curve(roots: dict[int, str], repeats: int) -> list[str]:
    lines = [
        "## A whole collect",
        "",
        _WHOLE,
        "",
        f"| returns | collect | with ten new ones | one more, watched | {' | '.join(_SCRIPTS.values())} |",
        "| --- " * (4 + len(_SCRIPTS)) + "|",
    ]
    ratios = [
        "",
        "As ratios, by the clock (and in processor time, all processes together): how many times as long as",
        "`collect` each takes. Below 1 the script is faster.",
        "",
        f"| returns | {' | '.join(_SCRIPTS.values())} |",
        "| --- " * (1 + len(_SCRIPTS)) + "|",
    ]
    inner = [
        "",
        _INSIDE,
        "",
        "| returns | collect | ms a return | memory, MB | with ten new ones |",
        "| --- | --- | --- | --- | --- |",
    ]
    slower: list[str] = []
    for size, root in roots.items():
        times = repeats if size <= _NAIVE_LIMIT else 1
        scripts = _SCRIPTS if size <= _NAIVE_LIMIT else {}
        jobs = {n: [f"command_{n}", root] for n in ("ours", "again", "watch")}
        found = measure(jobs | {n: ["command_script", root, n] for n in scripts}, times)
        lines.append(f"| {size:,} | {' | '.join(map(str, found.values()))} |")
        if scripts:
            both = (
                f"{_ratio(found[n], found['ours'])} ({_work_ratio(found[n], found['ours'])})" for n in scripts
            )
            ratios.append(f"| {size:,} | {' | '.join(both)} |")
            beaten = [n for n in scripts if n != "imports" and found[n].median < found["ours"].median]
            slower += [f"{scripts[n]} at {size:,} returns" for n in beaten]
        inside = measure({n: [n, root] for n in ("collect_ours", "collect_again")}, times)
        ours = inside["collect_ours"]
        inner.append(
            f"| {size:,} | {ours} | {1000 * ours.median / size:.1f} | {ours.memory:,.0f} "
            f"| {inside['collect_again']} |"
        )
    return [*lines, *ratios, *inner, *_slower(slower)]


def _slower(found: list[str]) -> list[str]:
    return [
        "",
        "## Slower than a script, and why",
        "",
        f"In this run: {'; '.join(found) if found else 'no script was faster'}.",
        "",
        _WHY,
    ]


def _clients(office: Office, repeats: int) -> list[str]:
    clients = dict.fromkeys(office.clients.values())
    jobs = {client: ["read_return_ours", str(office.root), client] for client in clients}
    found = measure(jobs, repeats)
    return [
        "## One return, by the program that saved it",
        "",
        "Read, identified, located and compared, on one core: milliseconds a file.",
        "",
        "| saved by | ms |",
        "| --- | --- |",
        *(
            f"| {client} | {' / '.join(f'{1000 * s:.2f}' for s in sorted(figures.seconds))} |"
            for client, figures in found.items()
        ),
        "",
    ]


def _other_forms(offices: dict[str, Office], repeats: int) -> list[str]:
    lines = [
        "## Other forms",
        "",
        f"{FORMS_SIZE} returns each, by the number of inputs; the list has {LIST_FILLED} rows of three",
        "columns filled in. The script reads every sheet with pandas and calamine.",
        "",
        "| form | kB a file | ms to read one | collect | script | script ÷ collect |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for form, office in offices.items():
        root = str(office.root)
        jobs = {
            "read": ["read_return_ours", root],
            "ours": ["command_ours", root],
            "script": ["command_script", root, "every_sheet"],
        }
        found = measure(jobs, repeats)
        files = [path.stat().st_size for path in office.returned.glob("*.xlsx")]
        lines.append(
            f"| {form} | {sum(files) / len(files) / 1000:.0f} | {1000 * found['read'].median:.2f} "
            f"| {found['ours']} | {found['script']} | {_ratio(found['script'], found['ours'])} |"
        )
    return [*lines, ""]


def _ratio(one: Figures, other: Figures) -> str:
    return _times(one.median / other.median)


def _work_ratio(one: Figures, other: Figures) -> str:
    return _times(statistics.median(one.processor) / statistics.median(other.processor))


def _times(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"


if __name__ == "__main__":
    main()
