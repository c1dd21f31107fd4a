"""Real servers for tests of remote folders: an S3 store, an SFTP and an FTP host, reached over the network by every process alike."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import warnings
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest import mock
from urllib.request import Request, urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "can-bo", "bi-mat-2023"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": USER,
    "AWS_SECRET_ACCESS_KEY": PASSWORD,
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def s3_store() -> Iterator[str]:
    """An empty bucket of an S3 store; its URL. Where the store is and who asks stands in the environment."""
    import s3fs
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        # What it holds is the process's.
        urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
        with mock.patch.dict(os.environ, {**CREDENTIALS, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}):
            s3fs.S3FileSystem.clear_instance_cache()
            s3fs.S3FileSystem().mkdir("bucket")
            yield "s3://bucket"
            s3fs.S3FileSystem.clear_instance_cache()
    finally:
        server.stop()


@contextmanager
def ftp_host(folder: Path) -> Iterator[str]:
    """An FTP host that serves a folder; its URL, with a user's name and password."""
    pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed")
    with warnings.catch_warnings():
        # It uses asyncore as long as Python has it.
        warnings.simplefilter("ignore", DeprecationWarning)
        from pyftpdlib.authorizers import DummyAuthorizer
        from pyftpdlib.handlers import FTPHandler
        from pyftpdlib.servers import FTPServer

    logging.getLogger("pyftpdlib").setLevel(logging.ERROR)
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, str(folder), perm="elradfmwMT")
    handler = type("Handler", (FTPHandler,), {"authorizer": authorizer, "auth_failed_timeout": 0})
    server = FTPServer(("127.0.0.1", 0), handler)
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            server.serve_forever(timeout=0.02, blocking=False)

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    try:
        port = server.socket.getsockname()[1]
        yield f"ftp://{USER}:{PASSWORD}@127.0.0.1:{port}"
    finally:
        done.set()
        serving.join(5)
        server.close_all()


@contextmanager
def sftp_host(folder: Path) -> Iterator[str]:
    """An SFTP host that serves a folder; its URL, with a user's name and password."""
    import asyncssh

    connections: list[asyncssh.SSHServerConnection] = []

    class Door(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            connections.append(conn)

        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (USER, PASSWORD)

    def root(channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

    listening: Future[int] = Future()
    done = threading.Event()

    async def serve() -> None:
        key = asyncssh.generate_private_key("ssh-ed25519")
        acceptor = await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Door, server_host_keys=[key], sftp_factory=root
        )
        listening.set_result(acceptor.get_port())
        while not done.is_set():
            await asyncio.sleep(0.02)
        acceptor.close()
        for connection in connections:
            connection.abort()
            await connection.wait_closed()
        await acceptor.wait_closed()

    serving = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
    serving.start()
    try:
        yield f"sftp://{USER}:{PASSWORD}@127.0.0.1:{listening.result(10)}"
        _close_clients()
    finally:
        done.set()
        serving.join(5)


def _close_clients() -> None:
    """fsspec keeps its connections until the process ends."""
    from fsspec.implementations.sftp import SFTPFileSystem

    for known in SFTPFileSystem._cache.values():
        known.ftp.close()
        known.client.close()
    SFTPFileSystem.clear_instance_cache()
