"""``mail send``: send letters by a mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workbook_tools.cli.campaign import current_campaign, local_folder_argument
from workbook_tools.cli.command_help import Command
from workbook_tools.cli.commands.mail_commands.mail_server import Connection, connection_options, usage_error
from workbook_tools.cli.commands.mail_letters import (
    KINDS,
    check_only,
    only_option,
    prepare_letters,
)
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.options import parse_address
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from workbook_tools.cli.screen import Screen
    from workbook_tools.followup.letters import Letter
    from workbook_tools.spec.mail.mail_settings import Server
    from workbook_tools.storage.campaign_folder import CampaignFolder
    from workbook_tools.usecases.send import SendOptions, SendResult


SEND_HELP = _(
    "Send letters of one kind by the office's mail server: form, reminder, correction or receipt. They are "
    "listed first, and you confirm their number. No unit gets a letter twice, even if the program is "
    "interrupted: mail.sqlite3 records what was sent, and you are asked about letters whose delivery is "
    "unknown. Everything is checked before the first mail; the password is asked for or taken from the "
    "system's vault, and stored nowhere else. FOLDER is the campaign folder; the default is the current one."
)
SHOWN = 20


@click.command(
    "send",
    cls=Command,
    help=SEND_HELP,
    short_help=_("Send letters by a mail server."),
    example="workbook-tools mail send --dry-run\nworkbook-tools mail send reminder --limit 20 --rate 30",
)
@click.argument("kind", type=click.Choice(KINDS), default=KINDS[0])
@local_folder_argument
@only_option
@click.option("--smtp", "server", metavar="URL", help=_("The server, such as smtp://mail.example.vn:587."))
@connection_options
@click.option("--dry-run", is_flag=True, help=_("Only list what would be sent."))
@click.option(
    "--test-to",
    metavar=_("ADDRESS"),
    callback=parse_address,
    help=_("Send the letters to this address only, marked as a test."),
)
@click.option(
    "--limit", type=click.IntRange(1), metavar=_("NUMBER"), help=_("Maximum number of letters in this run.")
)
@click.option(
    "--rate", type=click.IntRange(0), default=0, metavar=_("NUMBER"), help=_("Maximum number per minute.")
)
@click.option(
    "--quota",
    type=click.IntRange(0),
    default=0,
    metavar=_("NUMBER"),
    help=_("Maximum number per day, over all runs."),
)
@click.option(
    "--stop-after",
    type=click.IntRange(1),
    default=5,
    metavar=_("NUMBER"),
    help=_("Stop after this many consecutive refusals."),
)
@click.option("--copy", is_flag=True, help=_("Send a copy of each to the sending address."))
@click.option("--skip-refused", is_flag=True, help=_("Send to the other units if some cannot get a letter."))
@click.option(
    "--again",
    is_flag=True,
    help=_("Also send the form to units that already have it with another text or version."),
)
@click.option("--yes", is_flag=True, help=_("Send without asking."))
@click.pass_obj
def send_command(
    screen: Screen, /, kind: str, folder: Path | None, only: tuple[str, ...], **given: Any
) -> Exit:
    """Check, list, confirm, send."""
    from workbook_tools.spec.mail.mail_settings import read_mail_settings
    from workbook_tools.spec.template import load_template
    from workbook_tools.usecases.send import still_to_send

    campaign = current_campaign(folder)
    template, _problems = load_template(campaign.template)
    connection = Connection(read_mail_settings(template.campaign.values), given)
    if not connection.sender:
        raise usage_error(_("From which address? Give --from, or fill in thu_nguoi_gui in the template."))
    if not given["test_to"] and not given["dry_run"]:
        # Before the letters are prepared: the user's answer decides whether a letter is still due.
        _settle(screen, campaign, kind, only, connection)
    prepared = prepare_letters(kind, campaign, only)
    known = check_only(screen, only, prepared)
    if prepared.problems:
        screen.show_problems(prepared.problems)
        if not given["skip_refused"]:
            screen.note(_("Nothing was sent. With --skip-refused the other units get their letters."))
            return Exit.PROBLEMS
    letters = list(prepared.letters)
    if not given["test_to"]:
        letters = still_to_send(campaign, letters, again=given["again"])
        _tell_resent(screen, len(still_to_send(campaign, prepared.letters, again=True)) - len(letters))
    letters = letters[: given["limit"]] if given["limit"] else letters
    _list(screen, letters)
    if given["dry_run"] or not letters:
        screen.note(_("Nothing was sent."))
        return Exit.of(clean=known and not prepared.problems)
    server = connection.server("--smtp", connection.settings.outgoing, "thu_may_chu_gui")
    question = screen.text(
        _("Send {count} letters from {sender} now?"), count=len(letters), sender=connection.sender
    )
    if not given["yes"] and not click.confirm(question, err=True):
        screen.note(_("Nothing was sent."))
        return Exit.CLEAN
    return _send(screen, campaign, letters, connection, server)


def _tell_resent(screen: Screen, count: int) -> None:
    if count:
        screen.note(
            _(
                "{count} units already have their form, with another text or version; they get it again "
                "only with --again."
            ),
            count=count,
        )


def _list(screen: Screen, letters: Sequence[Letter]) -> None:
    rows = [
        (
            letter.unit,
            ", ".join((*letter.to, *letter.cc)),
            letter.subject,
            ", ".join(attachment.name for attachment in letter.attachments),
            sum(len(attachment.data) for attachment in letter.attachments),
        )
        for letter in letters
    ]
    heads = [_("Code"), _("To"), _("Subject"), _("Attachment"), _("Bytes")]
    if rows:
        screen.show_table(_("Letters to be sent: {count}"), heads, rows, count=len(rows))


def _settle(
    screen: Screen,
    campaign: CampaignFolder[Path],
    kind: str,
    only: tuple[str, ...],
    connection: Connection,
) -> None:
    """Resolve letters with unknown delivery: from the mailbox, otherwise by asking."""
    from workbook_tools.followup.journal import local_now
    from workbook_tools.followup.message import message_id
    from workbook_tools.model import LetterKind
    from workbook_tools.usecases.send import find_unsettled, settle_by_hand

    unsettled = [
        entry for entry in find_unsettled(campaign, LetterKind(kind)) if not only or entry.unit in only
    ]
    if not unsettled:
        return
    screen.note(_("For {count} letters it is not known whether they were sent."), count=len(unsettled))
    incoming = connection.settings.incoming
    found: set[str] = set()
    if incoming is not None and incoming.protocol == "imap":
        from workbook_tools.post.imap import ImapMailbox
        from workbook_tools.post.mailbox import open_mailbox

        with (
            connection.login(screen, incoming) as (login, worked),
            open_mailbox(incoming, login, connection.context) as mailbox,
        ):
            worked()
            assert isinstance(mailbox, ImapMailbox)
            ids = {entry.key: message_id(entry.key, connection.sender) for entry in unsettled}
            sent = mailbox.find_sent(set(ids.values()))
            found = {key for key, one in ids.items() if one in sent}
    for entry in unsettled:
        if entry.key in found:
            settle_by_hand(campaign, entry, arrived=True, now=local_now())
            continue
        question = screen.text(
            _("Did “{subject}” reach {addresses}? (y: yes, n: no, send it again, ?: leave it for now)"),
            subject=entry.subject,
            addresses=entry.addresses,
        )
        answer = click.prompt(question, type=click.Choice(["y", "n", "?"]), default="?", err=True)
        if answer != "?":
            settle_by_hand(campaign, entry, arrived=answer == "y", now=local_now())


def _send(
    screen: Screen,
    campaign: CampaignFolder[Path],
    letters: list[Letter],
    connection: Connection,
    server: Server,
) -> Exit:
    import time

    from workbook_tools.followup.journal import local_now
    from workbook_tools.post.smtp import Outbox, Verdict
    from workbook_tools.usecases.send import Clock, SendOptions, send_letters, send_test

    given = connection.given
    options = SendOptions(
        connection.sender, given["rate"], given["quota"], given["stop_after"], copy=given["copy"]
    )
    clock = Clock(local_now, time.sleep)
    with (
        connection.login(screen, server) as (login, worked),
        Outbox(server, login, connection.context) as outbox,
        screen.progress(_("Sending")) as progress,
    ):
        worked()
        if given["test_to"]:
            answers = send_test(letters, given["test_to"], outbox, options, clock)
            sent = sum(answer.verdict is Verdict.ACCEPTED for answer in answers)
            screen.answer(_("Test letters sent: {count} of {all}."), count=sent, all=len(answers))
            return Exit.of(clean=sent == len(answers))
        result = send_letters(campaign, letters, outbox, options, clock, progress)
    return _report(screen, result, options)


def _report(screen: Screen, result: SendResult, options: SendOptions) -> Exit:
    screen.answer(_("Letters sent: {count}."), count=len(result.sent))
    for unit, answer in result.refused[:SHOWN]:
        screen.note(_("Refused: {unit}: {answer}"), unit=unit, answer=answer)
    if result.unknown:
        screen.note(
            _(
                "It is not known whether these were sent: {units}. The next run asks about them and "
                "does not send them by itself."
            ),
            units=", ".join(result.unknown),
        )
    if result.stopped == "quota":
        screen.note(
            _("The day's quota is used up; run the command again tomorrow. Left: {count}."),
            count=len(result.unsent),
        )
    elif result.stopped:
        screen.note(
            _("Stopped after {number} consecutive refusals. Left: {count}."),
            number=options.stop_after,
            count=len(result.unsent),
        )
    clean = not (result.refused or result.unknown or result.stopped)
    return Exit.of(clean=clean)
