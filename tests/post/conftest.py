from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from post.mail_servers import start_servers, stop_servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from post.mail_servers import MailServers


@pytest.fixture(scope="session")
def servers() -> Iterator[MailServers]:
    """Dovecot and Postfix, started once."""
    running = start_servers()
    yield running
    stop_servers(running)
