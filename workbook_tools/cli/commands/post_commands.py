"""``mail draft``, ``mail send``, ``mail fetch``: letters made ready or sent, and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.commands.mail_command import (
    check_only,
    current_campaign,
    now,
    only_option,
    report_drafts,
)
from workbook_tools.cli.commands.mail_command import (
    mail_group as mail_group,
)
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.options import LOCAL_PATH
from workbook_tools.cli.screen import Screen
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TypeVar

    from workbook_tools.followup.letters import Letter
    from workbook_tools.post.connection import Login
    from workbook_tools.spec.mail.mail_settings import MailSettings, Server
    from workbook_tools.storage.campaign_folder import CampaignFolder
    from workbook_tools.usecases.prepare_letters import Prepared
    from workbook_tools.usecases.send import SendOptions, SendResult

    F = TypeVar("F", bound=Callable[..., Any])

DRAFT_HELP = _(
    "Make a mail for each unit with its form attached, ready to be opened and sent by "
    "hand; nothing leaves this computer. "
    "Beside the mails there is a text a unit for chats, one for the group of all "
    "units, and a list for a mail merge."
)
SEND_HELP = _(
    "Send letters of one kind by the office's mail server: form, reminder, correction "
    "or receipt. First they are listed, "
    "with their number to be confirmed. No unit gets a letter twice, whenever the "
    "program is stopped: what was sent is in "
    "mail.sqlite3, and a letter of which nobody knows whether it left is asked about. "
    "Before the first mail everything is "
    "checked; the password is asked for, or taken from the system's vault, and written nowhere."
)
FETCH_HELP = _(
    "Look through the mailbox and put the units' answers into the folder returned, "
    "whole. Nothing in the mailbox changes; "
    "mails that do not belong to the campaign are listed. What a mail server "
    "reports as undeliverable is remembered with "
    "the unit."
)
SHOWN = 20
KINDS = ("form", "reminder", "correction", "receipt")


def connection_options(function: F) -> F:
    """Who logs in where, and by what."""
    options = (
        click.option(
            "--from", "sender", metavar=_("ADDRESS"), help=_("The sending address; otherwise thu_nguoi_gui.")
        ),
        click.option(
            "--account", metavar=_("NAME"), help=_("The name to log in with; otherwise thu_tai_khoan.")
        ),
        click.option(
            "--oauth", is_flag=True, help=_("What is asked for is an access token (XOAUTH2), not a password.")
        ),
        click.option(
            "--remember", is_flag=True, help=_("Keep the password in the system's vault, for the next time.")
        ),
        click.option(
            "--ca-file",
            type=LOCAL_PATH,
            metavar=_("FILE"),
            help=_(
                "The certificate (PEM) of the authority that vouches for the server, "
                "if the system does not know it."
            ),
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True)
class Connection:
    """The settings of the template, with what was given in their place."""

    settings: MailSettings
    given: dict[str, Any]

    @property
    def sender(self) -> str:
        """The office's own address."""
        return str(self.given["sender"] or self.settings.sender)

    def server(self, option: str, of_template: Server | None, row: str) -> Server:
        """The server to use; a usage error where none is known."""
        from workbook_tools.spec.mail.mail_settings import Server

        text = self.given["server"]
        server = Server.parse(text) if text else of_template
        if server is None:
            message = _(
                "It is not known which mail server to use: give {option}, or fill in {row} in the template."
            )
            raise _usage(message, option=option, row=row)
        return server

    def login(self, screen: Screen, server: Server) -> Login:
        """Account and password, from the vault or asked for."""
        from workbook_tools.post.connection import Login
        from workbook_tools.post.vault import keep, recall

        account = self.given["account"] or self.settings.account or self.sender
        secret = recall(server, account)
        if secret is None:
            prompt = screen.text(_("Password of {account} on {host}"), account=account, host=server.host)
            secret = click.prompt(prompt, hide_input=True, err=True)
            if self.given["remember"] and not keep(server, account, secret):
                screen.note(_("The system has no vault for passwords; it will be asked for again."))
        return Login(account, secret, self.given["oauth"])

    @property
    def context(self) -> ssl.SSLContext:
        """Whose certificates are believed."""
        from workbook_tools.post.connection import trust

        return trust(self.given["ca_file"])


def _usage(message: str, **values: object) -> click.UsageError:
    context = click.get_current_context()
    return click.UsageError(context.ensure_object(Screen).text(message, **values), context)


def prepare(kind: str, campaign: CampaignFolder[Path], only: tuple[str, ...]) -> Prepared:
    """The letters of a kind, as they are now."""
    if kind == "form":
        from workbook_tools.usecases.prepare_letters import prepare_forms

        return prepare_forms(campaign, only)
    if kind == "reminder":
        from workbook_tools.usecases.remind import remind

        return remind(campaign, now(), only, drafts=False).prepared
    if kind == "correction":
        from workbook_tools.usecases.correct import correct

        return correct(campaign, only).prepared
    from workbook_tools.usecases.receipts import write_receipts

    return write_receipts(campaign, only)[0]


@mail_group.command(
    "draft",
    cls=Command,
    help=DRAFT_HELP,
    short_help=_("Make mails that are ready to be sent by hand."),
    example=(
        "workbook-tools mail draft\nworkbook-tools mail draft --only 11629\nworkbook-tools mail draft "
        "correction --to-mailbox"
    ),
)
@click.argument("kind", type=click.Choice(KINDS), default=KINDS[0])
@only_option
@click.option(
    "--to-mailbox",
    is_flag=True,
    help=_("Put the mails into the mailbox's own folder of drafts (IMAP), too, each once."),
)
@click.option("--mailbox", "server", metavar="URL", help=_("The server, such as imaps://mail.example.vn."))
@connection_options
@click.pass_obj
def draft_command(
    screen: Screen, /, kind: str, only: tuple[str, ...], to_mailbox: bool, **given: Any
) -> Exit:
    """Make the drafts and say where they are."""
    from workbook_tools.spec.mail.mail_settings import read_mail_settings
    from workbook_tools.usecases.prepare_letters import draft_letters

    campaign = current_campaign()
    prepared = prepare(kind, campaign, only)
    known = check_only(screen, only, prepared)
    if to_mailbox:
        connection = Connection(read_mail_settings(prepared.template.campaign.values), given)
        _put_drafts(screen, prepared, connection)
    report_drafts(screen, prepared, draft_letters(campaign, prepared, now()))
    screen.note(_("Next: open each mail and send it; put what comes back into the folder returned."))
    return Exit.CLEAN if known and not prepared.problems else Exit.PROBLEMS


def _put_drafts(screen: Screen, prepared: Prepared, connection: Connection) -> None:
    from workbook_tools.followup.message import build_mailbox_draft, message_id
    from workbook_tools.post.mailbox import ImapMailbox, open_mailbox

    server = connection.server("--mailbox", connection.settings.incoming, "thu_may_chu_nhan")
    if server.protocol != "imap":
        raise _usage(_("Only a mailbox that is reached by IMAP has a folder of drafts."))
    sender = connection.sender
    if not sender:
        raise _usage(_("From which address? Give --from, or fill in thu_nguoi_gui in the template."))
    login = connection.login(screen, server)
    with open_mailbox(server, login, connection.context) as mailbox:
        assert isinstance(mailbox, ImapMailbox)
        drafts = (
            (message_id(letter, sender), build_mailbox_draft(letter, sender)) for letter in prepared.letters
        )
        put = mailbox.put_drafts(drafts)
    screen.answer(_("Put into the folder of drafts: {count}."), count=put)


@mail_group.command(
    "send",
    cls=Command,
    help=SEND_HELP,
    short_help=_("Send letters by a mail server."),
    example="workbook-tools mail send --dry-run\nworkbook-tools mail send reminder --limit 20 --rate 30",
)
@click.argument("kind", type=click.Choice(KINDS), default=KINDS[0])
@only_option
@click.option("--smtp", "server", metavar="URL", help=_("The server, such as smtp://mail.example.vn:587."))
@connection_options
@click.option("--dry-run", is_flag=True, help=_("Only list what would be sent."))
@click.option(
    "--test-to", metavar=_("ADDRESS"), help=_("Send the letters to this address alone, marked as a test.")
)
@click.option(
    "--limit", type=click.IntRange(1), metavar=_("NUMBER"), help=_("At most so many letters in this run.")
)
@click.option(
    "--rate", type=click.IntRange(0), default=0, metavar=_("NUMBER"), help=_("At most so many a minute.")
)
@click.option(
    "--quota",
    type=click.IntRange(0),
    default=0,
    metavar=_("NUMBER"),
    help=_("At most so many a day, over all runs."),
)
@click.option(
    "--stop-after",
    type=click.IntRange(1),
    default=5,
    metavar=_("NUMBER"),
    help=_("Stop after so many refusals in a row."),
)
@click.option("--copy", is_flag=True, help=_("A copy of each to the sending address."))
@click.option(
    "--skip-refused", is_flag=True, help=_("Send to the others although there are units that get none.")
)
@click.option("--yes", is_flag=True, help=_("Send without asking."))
@click.pass_obj
def send_command(screen: Screen, /, kind: str, only: tuple[str, ...], **given: Any) -> Exit:
    """Check, list, ask, send."""
    from workbook_tools.spec.mail.mail_settings import read_mail_settings
    from workbook_tools.usecases.send import still_to_send

    campaign = current_campaign()
    prepared = prepare(kind, campaign, only)
    known = check_only(screen, only, prepared)
    connection = Connection(read_mail_settings(prepared.template.campaign.values), given)
    if not connection.sender:
        raise _usage(_("From which address? Give --from, or fill in thu_nguoi_gui in the template."))
    if prepared.problems:
        screen.show_problems(prepared.problems)
        if not given["skip_refused"]:
            screen.note(_("Nothing was sent. With --skip-refused the other units get their letters."))
            return Exit.PROBLEMS
    if not given["test_to"] and not given["dry_run"]:
        _settle(screen, campaign, prepared, connection)
    letters = still_to_send(campaign, prepared.letters) if not given["test_to"] else list(prepared.letters)
    letters = letters[: given["limit"]] if given["limit"] else letters
    _list(screen, letters)
    if given["dry_run"] or not letters:
        screen.note(_("Nothing was sent."))
        return Exit.CLEAN if known and not prepared.problems else Exit.PROBLEMS
    server = connection.server("--smtp", connection.settings.outgoing, "thu_may_chu_gui")
    question = screen.text(
        _("Send {count} letters from {sender} now?"), count=len(letters), sender=connection.sender
    )
    if not given["yes"] and not click.confirm(question, err=True):
        screen.note(_("Nothing was sent."))
        return Exit.CLEAN
    return _send(screen, campaign, letters, connection, server)


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
    screen: Screen, campaign: CampaignFolder[Path], prepared: Prepared, connection: Connection
) -> None:
    """Ask about each letter of which it is not known whether it left."""
    from workbook_tools.followup.message import message_id
    from workbook_tools.usecases.send import find_unsettled, settle_by_hand

    unsettled = find_unsettled(campaign, prepared.letters)
    if not unsettled:
        return
    screen.note(_("Of {count} letters it is not known whether they left."), count=len(unsettled))
    letters = {letter.key: letter for letter in prepared.letters}
    incoming = connection.settings.incoming
    found: set[str] = set()
    if incoming is not None and incoming.protocol == "imap":
        from workbook_tools.post.mailbox import ImapMailbox, open_mailbox

        login = connection.login(screen, incoming)
        with open_mailbox(incoming, login, connection.context) as mailbox:
            assert isinstance(mailbox, ImapMailbox)
            ids = {e.key: message_id(letters[e.key], connection.sender) for e in unsettled}
            sent = mailbox.find_sent(set(ids.values()))
            found = {key for key, one in ids.items() if one in sent}
    for entry in unsettled:
        if entry.key in found:
            settle_by_hand(campaign, entry, arrived=True, now=now())
            continue
        question = screen.text(
            _("Did “{subject}” reach {addresses}? (y: yes, n: no, send it again, ?: leave it for now)"),
            subject=entry.subject,
            addresses=entry.addresses,
        )
        answer = click.prompt(question, type=click.Choice(["y", "n", "?"]), default="?", err=True)
        if answer != "?":
            settle_by_hand(campaign, entry, arrived=answer == "y", now=now())


def _send(
    screen: Screen,
    campaign: CampaignFolder[Path],
    letters: list[Letter],
    connection: Connection,
    server: Server,
) -> Exit:
    import time

    from workbook_tools.post.smtp import Outbox, Verdict
    from workbook_tools.usecases.send import Clock, SendOptions, send_letters, send_test

    given = connection.given
    login = connection.login(screen, server)
    options = SendOptions(
        connection.sender, given["rate"], given["quota"], given["stop_after"], copy=given["copy"]
    )
    clock = Clock(now, time.sleep)
    with Outbox(server, login, connection.context) as outbox, screen.progress(_("Sending")) as progress:
        if given["test_to"]:
            answers = send_test(letters, given["test_to"], outbox, options, clock)
            sent = sum(answer.verdict is Verdict.ACCEPTED for answer in answers)
            screen.answer(_("Test letters sent: {count} of {all}."), count=sent, all=len(answers))
            return Exit.CLEAN if sent == len(answers) else Exit.PROBLEMS
        result = send_letters(campaign, letters, outbox, options, clock, progress)
    return _report(screen, result, options)


def _report(screen: Screen, result: SendResult, options: SendOptions) -> Exit:
    screen.answer(_("Letters sent: {count}."), count=len(result.sent))
    for unit, answer in result.refused[:SHOWN]:
        screen.note(_("Refused: {unit}: {answer}"), unit=unit, answer=answer)
    if result.unknown:
        screen.note(
            _(
                "It is not known whether these left: {units}. The next run asks about them, and does not "
                "send them by itself."
            ),
            units=", ".join(result.unknown),
        )
    if result.stopped == "quota":
        screen.note(
            _("The day's quota is used up; run the command again tomorrow. Left: {count}."),
            count=len(result.left),
        )
    elif result.stopped:
        screen.note(
            _("Stopped after {number} refusals in a row. Left: {count}."),
            number=options.stop_after,
            count=len(result.left),
        )
    clean = not (result.refused or result.unknown or result.stopped)
    return Exit.CLEAN if clean else Exit.PROBLEMS


@mail_group.command(
    "fetch",
    cls=Command,
    help=FETCH_HELP,
    short_help=_("Fetch the units' answers from the mailbox."),
    example="workbook-tools mail fetch\nworkbook-tools mail fetch --mailbox pop3s://mail.example.vn",
)
@click.option(
    "--mailbox",
    "server",
    metavar="URL",
    help=_("The server, such as imaps://mail.example.vn or pop3s://mail.example.vn."),
)
@connection_options
@click.pass_obj
def fetch_command(screen: Screen, /, **given: Any) -> Exit:
    """Fetch what is new and say what it was."""
    from workbook_tools.followup.sorting import What
    from workbook_tools.post.mailbox import open_mailbox
    from workbook_tools.spec.mail.mail_settings import read_mail_settings
    from workbook_tools.spec.template import load_template
    from workbook_tools.usecases.fetch import fetch_mails

    campaign = current_campaign()
    template, _problems = load_template(campaign.template)
    connection = Connection(read_mail_settings(template.campaign.values), given)
    server = connection.server("--mailbox", connection.settings.incoming, "thu_may_chu_nhan")
    login = connection.login(screen, server)
    with (
        open_mailbox(server, login, connection.context) as mailbox,
        screen.progress(_("Looking through the mailbox")) as progress,
    ):
        result = fetch_mails(campaign, mailbox, connection.sender, now(), progress)
    words = {
        What.RETURN: _("answers with a file, put into returned"),
        What.WORDS: _("answers without a file"),
        What.BOUNCE: _("undeliverable"),
        What.DELAY: _("delayed on the way"),
        What.AUTOMATIC: _("automatic answers"),
        What.OWN: _("sent by this office itself"),
        What.LARGE: _("too large to be fetched"),
        What.OTHER: _("not of this campaign"),
    }
    rows = [(screen.text(text), len(result.of(what))) for what, text in words.items() if result.of(what)]
    if rows:
        screen.show_table(_("New mails"), [_("What it is"), _("Number")], rows)
    else:
        screen.answer(_("No new mail."))
    for what in (What.WORDS, What.BOUNCE, What.LARGE, What.OTHER):
        for seen in result.of(what)[:SHOWN]:
            screen.note(
                _("{what}: {sender}: {subject}"),
                what=screen.text(words[what]),
                sender=seen.sender,
                subject=seen.subject,
            )
    screen.note(_("Next: {command}"), command="workbook-tools collect")
    return Exit.PROBLEMS if result.of(What.BOUNCE) or result.of(What.LARGE) else Exit.CLEAN
