"""Click's own messages that our commands can show, listed for the catalogue.

See :func:`language.click_speaks`.
"""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.locale import mark_plural

HELP = (
    _("Usage:"),
    _("[OPTIONS]"),
    _("COMMAND [ARGS]..."),
    _("Options"),
    _("Commands"),
    _("Show this message and exit."),
    _("Show the version and exit."),
    _("required"),
    _("default: {default}"),
    _("(dynamic)"),
)
USAGE_ERRORS = (
    _("Error: {message}"),
    _("Try '{command} {option}' for help."),
    _("Missing command."),
    _("Missing argument"),
    _("Missing option"),
    _("No such command {name!r}."),
    _("No such option {name!r}."),
    _("Invalid value for {param_hint}: {message}"),
    _("Invalid value: {message}"),
    _("Option {name!r} does not take a value."),
    mark_plural("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    mark_plural("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    mark_plural("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    mark_plural("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
