"""The states of units, as the page names them."""

from __future__ import annotations

from workbook_tools.locale import mark as _

STATES = {
    "accepted": _("accepted"),
    "nothing-to-report": _("nothing to report"),
    "accepted-with-warnings": _("accepted, to be looked at"),
    "rejected": _("could not be counted"),
    "missing": _("not yet returned"),
}
"""Outcome → its name, in the order in which tiles and charts show them."""
