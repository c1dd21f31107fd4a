"""Shared by the commands for letters: the letters of a kind, and messages about drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any, TypeVar

    from workbook_tools.cli.screen import Screen
    from workbook_tools.followup.drafts import Drafts
    from workbook_tools.storage.campaign_folder import CampaignFolder
    from workbook_tools.usecases.prepare_letters import Prepared

    F = TypeVar("F", bound=Callable[..., Any])

KINDS = ("form", "reminder", "correction", "receipt")


def only_option(function: F) -> F:
    """``--only``."""
    return click.option(
        "--only",
        multiple=True,
        metavar=_("CODE"),
        help=_("Only the unit with this code; may be given several times."),
    )(function)


def check_only(screen: Screen, only: tuple[str, ...], prepared: Prepared) -> bool:
    """Whether the roster has all named units; prints those it lacks."""
    unknown = sorted(set(only) - set(prepared.roster.units))
    if unknown:
        screen.note(
            _("The roster has no unit with the code {codes}."),
            codes=", ".join(f"“{code}”" for code in unknown),
        )
    return not unknown


def report_drafts(screen: Screen, prepared: Prepared, drafts: Drafts) -> None:
    """Report the number and folder of the mails, and the units without one."""
    screen.answer(
        _("Mails ready to send: {count}, in “{folder}”."), count=len(drafts.mails), folder=drafts.folder
    )
    screen.show_problems(prepared.problems)
    if prepared.refused:
        screen.note(_("Units without a mail: {count}."), count=len(prepared.refused))


def prepare_letters(kind: str, campaign: CampaignFolder[Path], only: tuple[str, ...]) -> Prepared:
    """Prepare the current letters of a kind."""
    if kind == "form":
        from workbook_tools.usecases.prepare_letters import prepare_forms

        return prepare_forms(campaign, only)
    if kind == "reminder":
        from workbook_tools.followup.journal import local_now
        from workbook_tools.usecases.remind import remind

        return remind(campaign, local_now(), only, drafts=False).prepared
    if kind == "correction":
        from workbook_tools.usecases.correct import correct

        return correct(campaign, only).prepared
    from workbook_tools.usecases.receipts import write_receipts

    return write_receipts(campaign, only)[0]
