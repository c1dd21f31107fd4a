"""Write the reference pages from the code: commands, problems, template.

Run by ``make docs``, checked by tests/test_docs.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.folding import COMMANDS
from workbook_tools.cli.program import NAME, build_program
from workbook_tools.locale import translate
from workbook_tools.problems import CHAPTERS
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.mail.letter_texts import LETTER_MARKERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from workbook_tools.problems import ProblemKind

HERE = Path(__file__).resolve().parent
NOTE = "<!-- Written by docs/build.py from the code; do not edit. -->\n"
EXITS = {
    Exit.CLEAN: "done; there may be warnings and notices",
    Exit.PROBLEMS: "done, but there are errors, a file was rejected, or a form could not be written",
    Exit.CANNOT_RUN: (
        "could not run: wrong usage, a file that cannot be read or written, a template or roster with errors"
    ),
    Exit.INTERRUPTED: "interrupted from the keyboard; no file is half-written",
}


FORM_SHEETS = """\
## Form sheets

Every sheet with a marker, except the dictionary sheets, is a form, drawn as it will print. Markers:

| marker | meaning |
| --- | --- |
| `{{ct_4_2}}` | the input cell of the line with the code ct_4_2; alone in its cell, in the first of merged cells |
| `{{ct_4_2.ghi_chu}}` | the cell for a remark on that line; it applies to every line of its row without its own |
| `{{ct_4_2.ky_truoc}}` | the unit's own figure of last period, from `previous.xlsx`: locked, a number in the cell's format; also usable in rules and formulas |
| `=D9+E9` | a formula of your own: live and locked on every form, empty while its inputs are, and never an error whatever is typed; with a row of kind công thức it is a line like any other |
| `{{tieu_de}}` | a text: any code of the sheet “Đợt báo cáo”, any further column of “Loại đơn vị”, any fact `dv_…` of the roster, or one of those below; may share its cell with other text |
"""


def render_pages() -> dict[str, str]:
    """Each page's text by its file name."""
    return {
        "commands.md": render_commands(),
        "problems.md": render_problems(),
        "template.md": render_template(),
    }


def render_commands() -> str:
    """Every command with its example and options, from the program's own help."""
    program = build_program("en")
    parts = [
        NOTE,
        (
            f"# Commands\n\n{program.help} `--help` after any command shows its help, in "
            "Vietnamese unless `--lang en` goes before it.\n"
        ),
    ]
    parts.append(f"```\n{_usage(program, NAME)}\n```\n\n{_options(program)}")
    for path, command in _commands(program):
        name = " ".join((NAME, *path))
        parts.append(
            "## "
            f"{' '.join(path)}\n\n{command.help}\n\n```\n{_usage(command, name)}\n```\n\n"
            f"Example:\n\n```console\n{command.example}\n```\n"
        )
        parts.append(_options(command))
    rows = [(str(int(code)), meaning) for code, meaning in EXITS.items()]
    parts.append("## Exit codes\n\n" + _table(("code", "meaning"), rows))
    return "\n".join(part for part in parts if part)


def render_problems() -> str:
    """Every problem code with its message and remedy in both languages."""
    parts = [
        NOTE,
        (
            "# Problems\n\nWhat can be wrong with a file, by code. The words in braces are "
            "filled in; JSON output carries code and text.\n"
        ),
    ]
    for title, kinds in CHAPTERS.items():
        parts.append(f"## {title}\n")
        parts += [_problem(code, kind) for code, kind in kinds.items()]
    return "\n".join(parts)


def render_template() -> str:
    """The sheets of a template and roster: columns, closed values, markers."""
    intro = (
        "# The template and the roster\n\nBoth are workbooks to edit in Excel. The heading row of a "
        "table is the first row of its sheet; columns may be in any order.\n"
    )
    parts = [NOTE, intro]
    for sheet, columns in words.COLUMNS.items():
        rows = [(column.head, "yes" if column.required else "", *_both(column.meaning)) for column in columns]
        parts.append(f"## Sheet “{sheet}”\n\n" + _table(("column", "required", "meaning", "ý nghĩa"), rows))
    closed: Mapping[str, Iterable[str]] = {
        "Kiểu": words.KINDS,
        "Mức": words.NEEDS,
        "Cách cộng": words.ADDING,
        "Mức độ": words.SEVERITIES,
        "Loại thư": words.LETTER_KINDS,
    }
    parts.append(
        "## Closed lists\n\n"
        + _table(("column", "values"), [(column, "; ".join(values)) for column, values in closed.items()])
    )
    parts.append(FORM_SHEETS)
    chapters = {
        "Required rows of the sheet “Đợt báo cáo”": words.CAMPAIGN_KEYS,
        "Optional rows of the sheet “Đợt báo cáo”": words.OPTIONAL_CAMPAIGN_KEYS,
        "Optional rows of the sheet “Đợt báo cáo”: whom to ask": words.CONTACT_KEYS,
        "Optional rows of the sheet “Đợt báo cáo” about mail": words.MAIL_KEYS,
        "Lists of any length": words.LIST_WORDS,
        "Markers: the unit": words.UNIT_MARKERS,
        "Markers: written by the program": words.GENERATED_MARKERS,
        "Markers: in letters only": LETTER_MARKERS,
    }
    for title, entries in chapters.items():
        parts.append(
            f"## {title}\n\n"
            + _table(
                ("code", "meaning", "ý nghĩa"),
                [(f"`{code}`", *_both(text)) for code, text in entries.items()],
            )
        )
    return "\n".join(parts)


def _commands(group: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], Command]]:
    if isinstance(group, click.Group):
        for name, below in group.commands.items():
            yield from _commands(below, *path, name)
    elif isinstance(group, Command):
        yield path, group


def _usage(command: click.Command, name: str) -> str:
    return " ".join((name, *command.collect_usage_pieces(click.Context(command, info_name=name))))


def _options(command: click.Command) -> str:
    rows = []
    for option in command.params:
        if isinstance(option, click.Option):
            choices = "|".join(option.type.choices) if isinstance(option.type, click.Choice) else ""
            rows.append(
                (
                    f"`{' '.join(filter(None, (option.opts[0], option.metavar or choices)))}`".replace(
                        "|", "\\|"
                    ),
                    option.help or "",
                )
            )
    return _table(("option", "meaning"), rows) if rows else ""


def _problem(code: str, kind: ProblemKind) -> str:
    texts = [
        f"{_plain(message)} {_plain(remedy)}"
        for message, remedy in zip(_both(kind.message), _both(kind.remedy), strict=True)
    ]
    named = " · ".join(_both(kind.title))
    # The page names the button.
    command = f"- `{COMMANDS[kind.action]}`\n" if kind.action else ""
    return f"### {code}\n\n{named} (*{kind.severity}*)\n\n- {texts[0]}\n- {texts[1]}\n{command}"


def _both(text: str) -> tuple[str, str]:
    return text, translate(text, "vi")


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Write the pages beside this file."""
    for name, text in render_pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
