"""Serve the page on this computer, from opening the browser until the last page is closed."""

from __future__ import annotations

import logging
import secrets
import socket
import threading
import time
import webbrowser
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.server import create_server

from workbook_tools.page.application import create_app
from workbook_tools.page.desk import Desk
from workbook_tools.page.folders import Folders
from workbook_tools.page.lifetime import PATIENCE, Lifetime
from workbook_tools.page.running import AlreadyOpen, Claim, remember
from workbook_tools.storage.campaign_folder import CampaignFolder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_log = logging.getLogger(__name__)
_THREADS = 8
_FAREWELL = 1.0
"""Seconds for delivering the last page, and again for closing the connections."""


def serve(
    folder: Path | None,
    *,
    place: Path | None = None,
    open_browser: Callable[[str], object] = webbrowser.open,
    patience: float = PATIENCE,
    started: Callable[[str], None] = lambda url: None,
) -> str:
    """Serve the page of a campaign, or the page to choose one, until the program ends; return its address.

    Without a campaign, the browser shows the contents of ``place`` first, where one can be made. If another
    program has the campaign or the place open, only its page is opened.
    """
    try:
        # A place of its own: the page to choose a campaign may be open already, but shows another folder.
        claim = Claim(folder or place)
    except AlreadyOpen as other:
        if other.url:
            open_browser(other.url)
        return other.url
    campaign = CampaignFolder(folder) if folder else None
    desk = Desk(claim, campaign)
    if folder is not None:
        remember(folder)
    token = secrets.token_urlsafe(32)
    over = threading.Event()
    lifetime = Lifetime(over.set, lambda: desk.jobs.running, patience)
    app = create_app(desk, token, lifetime)
    # Port 0: the system chooses a free port.
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    sockets: dict[int, Any] = {}
    # Any, because the stubs lack `trigger`.
    server: Any = create_server(app, sockets, sockets=[listener], threads=_THREADS, ident="")
    desk.url = url = f"http://127.0.0.1:{port}/?token={token}"
    if folder is None and place is not None:
        offer = app.extensions.setdefault("folders", Folders()).offer(place)
        url = f"http://127.0.0.1:{port}/choose/{offer.number}?token={token}"
    desk.claim.publish(url)
    _log.info("serving on port %s", port)
    started(url)
    open_browser(url)
    lifetime.watch()
    # A daemon thread, so that an error while it ends does not keep the program alive.
    serving = threading.Thread(target=server.run, name="server", daemon=True)
    serving.start()
    try:
        # On Windows, Ctrl-C does not interrupt a wait without a timeout.
        while not over.wait(1):
            pass
        # The page that says goodbye still has to be delivered.
        time.sleep(_FAREWELL)
    finally:
        # Closed by the thread that waits on them: Windows reports an error if another thread closes a socket.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets, ignore_all=True))
        serving.join(_FAREWELL)
        desk.close()
    return desk.url
