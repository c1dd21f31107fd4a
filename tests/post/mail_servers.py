"""Real mail servers on the loopback: Dovecot (IMAP, POP3, LMTP, submission with STARTTLS) and Postfix (queues, bounces)."""

from __future__ import annotations

import base64
import hmac
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme

if TYPE_CHECKING:
    from collections.abc import Iterable

PASSWORD = "mat-khau-thu"
OFFICE = "phong@gd.example"
TOKEN_KEY = b"only-the-tests-know-this-key-0123"
_SERVICES = (
    "pickup unix n - n 60 1 pickup",
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "tlsmgr unix - - n 1000? 1 tlsmgr",
    "rewrite unix - - n - - trivial-rewrite",
    "bounce unix - - n - 0 bounce",
    "defer unix - - n - 0 bounce",
    "trace unix - - n - 0 bounce",
    "verify unix - - n - 1 verify",
    "flush unix n - n 1000? 0 flush",
    "proxymap unix - - n - - proxymap",
    "error unix - - n - - error",
    "retry unix - - n - - error",
    "lmtp unix - - n - - lmtp",
    "anvil unix - - n - 1 anvil",
    "scache unix - - n - 1 scache",
    "postlog unix-dgram n - n - 1 postlogd",
)


def requires_mail_servers(function):
    """Skipped with the reason where the servers are not installed or may not be started."""
    absent = [
        name for name in ("dovecot", "postfix") if shutil.which(name, path="/usr/sbin:/usr/bin") is None
    ]
    reason = f"not installed: {', '.join(absent)}" if absent else "only root may start Postfix"
    return pytest.mark.skipif(bool(absent) or getattr(os, "geteuid", lambda: 1)() != 0, reason=reason)(
        function
    )


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def access_token(account: str, key: bytes = TOKEN_KEY) -> str:
    """A token that lets an account in for an hour (JWT, RFC 7519), as a provider issues it."""
    now = int(time.time())
    claims = {"sub": account, "email": account, "iat": now, "exp": now + 3600}
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    )
    signature = hmac.new(key, head + b"." + body, "sha256").digest()
    return b".".join((head, body, base64.urlsafe_b64encode(signature).rstrip(b"="))).decode()


@dataclass
class MailServers:
    """Both servers, running; every mailbox has the same password."""

    folder: Path
    ca: Path
    imap: int
    imaps: int
    pop3s: int
    submission: int
    relay: int

    @property
    def smtp_url(self) -> str:
        return f"smtp://localhost:{self.submission}"

    @property
    def imap_url(self) -> str:
        return f"imaps://localhost:{self.imaps}"

    @property
    def pop3_url(self) -> str:
        return f"pop3s://localhost:{self.pop3s}"

    def add_mailboxes(self, addresses: Iterable[str]) -> None:
        """Accounts with empty mailboxes; mails that some had are gone."""
        known = set((self.folder / "users").read_text().splitlines())
        wanted = list(addresses)
        for address in wanted:
            home = self.folder / "mail" / address
            known.add(f"{address}:{{PLAIN}}{PASSWORD}:nobody:nogroup::{home}::")
            shutil.rmtree(home, ignore_errors=True)
        (self.folder / "users").write_text("\n".join(sorted(known)) + "\n")
        # Dovecot looks at the file once a second at most; until then mails to the new ones bounce.
        ask = ["/usr/bin/doveadm", "-c", str(self.folder / "dovecot.conf"), "user", *wanted]
        self.wait_for(lambda: subprocess.run(ask, check=False, capture_output=True).returncode == 0)

    def mails(self, address: str, box: str = "") -> list[bytes]:
        """The mails in a mailbox, as they lie on the disk."""
        home = self.folder / "mail" / address / box
        return [path.read_bytes() for state in ("new", "cur") for path in sorted((home / state).glob("*"))]

    def put_mails(self, address: str, mails: Iterable[bytes]) -> None:
        """Put mails into a mailbox without the queue."""
        folder = self.folder / "mail" / address / "cur"
        folder.mkdir(parents=True)
        for number, mail in enumerate(mails):
            (folder / f"{number}.test:2,S").write_bytes(mail)
        for path in (folder.parent, folder, *folder.iterdir()):
            shutil.chown(path, "nobody", "nogroup")

    def number_anew(self, address: str) -> None:
        """Make Dovecot forget the numbers of a mailbox's mails."""
        home = self.folder / "mail" / address
        # The next numbering is named by the second it begins in, which must not be that of this one.
        begun = int((home / "dovecot-uidlist").read_text().split(" ")[1].removeprefix("V"))
        self.wait_for(lambda: time.time() >= begun + 1)
        for path in (
            home / "dovecot-uidlist",
            *home.glob("dovecot-uidvalidity*"),
            *home.glob("dovecot.index*"),
        ):
            path.unlink(missing_ok=True)

    def wait_for(self, condition, seconds: float = 600) -> None:
        """Until the queue has brought what is expected."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, (self.folder / "postfix.log").read_text()[-2000:]
            time.sleep(0.05)


def start_servers() -> MailServers:
    """Start both in a folder of their own, with certificates of an authority that only tests know."""
    folder = Path(tempfile.mkdtemp(prefix="wt-mail-"))
    folder.chmod(0o755)
    imap, imaps, pop3s, submission, lmtp, relay = free_ports(6)
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    (folder / "users").write_text("")
    (folder / "mail").mkdir()
    import pwd

    nobody = pwd.getpwnam("nobody")
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    (folder / "dovecot.conf").write_text(
        f"""
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap pop3 lmtp submission
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
mail_location = maildir:~
first_valid_uid = 1
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
namespace inbox {{
  inbox = yes
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = 0
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = {submission}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
submission_relay_trusted = yes
"""
    )
    (folder / "oauth2.conf").write_text(
        "introspection_mode = local\nusername_attribute = email\n"
        f"local_validation_key_dict = fs:posix:prefix={folder}/keys/\n"
    )
    key = folder / "keys/default/HS256/default"
    key.parent.mkdir(parents=True)
    key.write_text(base64.b64encode(TOKEN_KEY).decode())
    _lay_out_postfix(folder, relay, lmtp)
    subprocess.run(["/usr/sbin/dovecot", "-c", str(folder / "dovecot.conf")], check=True)
    subprocess.run(
        ["/usr/sbin/postfix", "-c", str(folder / "postfix"), "start"], check=True, capture_output=True
    )
    return MailServers(folder, folder / "ca.pem", imap, imaps, pop3s, submission, relay)


def stop_servers(servers: MailServers) -> None:
    """Stop both and remove all they wrote."""
    folder = servers.folder
    subprocess.run(
        ["/usr/sbin/postfix", "-c", str(folder / "postfix"), "stop"], check=False, capture_output=True
    )
    subprocess.run(
        ["/usr/sbin/dovecot", "-c", str(folder / "dovecot.conf"), "stop"], check=False, capture_output=True
    )
    shutil.rmtree(folder, ignore_errors=True)


def _lay_out_postfix(folder: Path, port: int, lmtp: int) -> None:
    for name in ("postfix", "spool", "data"):
        (folder / name).mkdir()
    import pwd

    postfix = pwd.getpwnam("postfix")
    os.chown(folder / "data", postfix.pw_uid, postfix.pw_gid)
    route = f"lmtp:inet:127.0.0.1:{lmtp}"
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": folder / "spool",
        "data_directory": folder / "data",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "post.gd.example",
        "mydestination": "",
        "default_transport": route,
        "relay_transport": route,
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "mynetworks": "127.0.0.0/8",
        "maillog_file": folder / "postfix.log",
        "maillog_file_prefixes": folder,
        "lmtp_destination_recipient_limit": 1,
        "alias_maps": "",
        "smtpd_tls_security_level": "none",
    }
    (folder / "postfix/main.cf").write_text(
        "".join(f"{name} = {value}\n" for name, value in settings.items())
    )
    services = [f"127.0.0.1:{port} inet n - n - - smtpd", *_SERVICES]
    (folder / "postfix/master.cf").write_text("\n".join(services) + "\n")
