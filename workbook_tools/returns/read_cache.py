"""Cache of readings, keyed by content hash: a second run is faster and gives the same result."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec
from zlib_ng import zlib_ng

from workbook_tools.inbox.folder import FoundFile, read_file
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.result import FileReading, ReadingContext, decode_readings, encode_readings

if TYPE_CHECKING:
    from types import TracebackType

_log = logging.getLogger(__name__)
_PACKAGE = Path(__file__).parent.parent
_TABLES = (
    "CREATE TABLE IF NOT EXISTS readings (key BLOB PRIMARY KEY, content BLOB) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS states (path BLOB PRIMARY KEY, state BLOB, sha256 BLOB) WITHOUT ROWID",
)
_FAILURES: tuple[type[Exception], ...] = (
    sqlite3.Error,
    OSError,
    zlib_ng.error,  # type: ignore[assignment]  # the stub declares an instance
    msgspec.MsgspecError,
)


class ReadingCache:
    """A file of earlier readings; one that is unusable or of another version counts as empty.

    A reading is valid only for the same bytes and name, template, units with their facts, key and program,
    and that of a file with a password only for the same passwords. If a store has version marks, these stand
    for the bytes, which then need not be fetched; a file whose state is that of the last run is not read
    again to know them. Entries that a run did not need are deleted when it succeeds.
    """

    def __init__(self, path: Path, context: ReadingContext, template: bytes) -> None:
        """``template`` is the workbook that the template was read from."""
        self._path, self._context = path, context
        self._made_with = _fingerprint(context, template)
        self._contents: dict[str, str] = {}
        self._marked: set[str] = set()
        self._unused: dict[bytes, bytes] = {}
        """Key → content of the stored readings that this run has not needed so far."""
        self._known: dict[bytes, tuple[bytes, bytes]] = {}
        self._states: dict[bytes, tuple[bytes, bytes]] = {}
        """Path → state and content hash: those stored, and those of this run."""
        self._unread: dict[str, bytes] = {}
        """Path → state of the files that need not be read to know that they are not stored."""
        self._database: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        try:
            self._open()
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
            # A locked file is another run's and must stay; only one that is no database is removed.
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                self._open_anew()
        return self

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(self._path, timeout=1, isolation_level=None)
        # A cache lost in a power cut is made again; waiting for the disk is not.
        self._database.execute("PRAGMA synchronous = OFF")
        for table in _TABLES:
            self._database.execute(table)
        # One transaction for the run: thousands of commits are slow.
        self._database.execute("BEGIN")
        stored = self._database.execute("SELECT path, state, sha256 FROM states")
        self._known = {path: (state, sha256) for path, state, sha256 in stored}
        # At once: a query for each of thousands of files takes as long as decoding them.
        self._unused = dict(self._database.execute("SELECT key, content FROM readings"))

    def _open_anew(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
            self._open()
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is None:
            return
        try:
            # After an interrupted run it is not known which entries are out of use.
            if kind is None:
                self._database.executemany(
                    "DELETE FROM readings WHERE key = ?", [(key,) for key in self._unused]
                )
                gone = self._known.items() - self._states.items()
                self._database.executemany("DELETE FROM states WHERE path = ?", [(path,) for path, _ in gone])
                new = self._states.items() - self._known.items()
                self._database.executemany(
                    "INSERT OR REPLACE INTO states VALUES (?, ?, ?)", [(path, *known) for path, known in new]
                )
            self._database.execute("COMMIT")
            self._database.close()
        except sqlite3.Error as failure:
            self._give_up(failure)

    def find(self, file: FoundFile) -> list[FileReading] | None:
        """The readings of the file as it is now; None if not cached."""
        if self._database is None:
            return None
        # In the first run all files would be read twice, and the workers would wait for it.
        if not self._unused and not file.mark:
            self._unread[file.path] = file.state.encode("ascii")
            return None
        try:
            self._contents[file.path] = file.mark or self._hash(file)
            if file.mark:
                self._marked.add(file.path)
        except RefusedFile:
            return None
        keys = (self._key(file.path, locked=locked) for locked in (False, True))
        key = next((key for key in keys if key in self._unused), b"")
        try:
            content = self._unused.get(key)
            readings = decode_readings(zlib_ng.decompress(content))[0] if content else None
        except _FAILURES as error:
            _log.info("a cached reading of %s cannot be used: %s", file.path, error)
            return None
        if readings:
            del self._unused[key]
        return readings

    def _hash(self, file: FoundFile) -> str:
        """The hash of the file's content; RefusedFile if it cannot be read."""
        path, state = file.path.encode("utf-8", "surrogateescape"), file.state.encode("ascii")
        known = self._known.get(path)
        if known is None or not state or known[0] != state:
            known = state, bytes.fromhex(read_file(self._context.root, file.path).sha256)
        if state:
            self._states[path] = known
        return known[1].hex()

    def keep(self, path: str, readings: list[FileReading]) -> None:
        """Store readings, unless the file changed meanwhile or reading was given up."""
        source = readings[0].container_sha256 or readings[0].sha256
        if path in self._unread and source:
            self._contents[path] = source
            if state := self._unread[path]:
                self._states[path.encode("utf-8", "surrogateescape")] = state, bytes.fromhex(source)
        failed = any(
            p.code in ("reading-failed", "return-unreadable")
            for reading in readings
            for p in reading.problems
        )
        # A file written meanwhile has another mark by now, so it would not be found under this one.
        changed = path not in self._marked and source != self._contents.get(path)
        if self._database is None or failed or not source or changed:
            return
        key = self._key(path, locked=any(reading.locked for reading in readings))
        try:
            self._database.execute(
                "INSERT OR REPLACE INTO readings VALUES (?, ?)",
                (key, zlib_ng.compress(encode_readings([readings]), 1)),
            )
            self._unused.pop(key, None)
        except sqlite3.Error as error:
            self._give_up(error)

    def _key(self, path: str, *, locked: bool) -> bytes:
        # Without the passwords for most files: a password that is added must not cause all to be read again.
        passwords = repr(self._context.passwords) if locked else ""
        return hashlib.sha256(
            "\0".join((self._made_with, path, self._contents[path], passwords)).encode(
                "utf-8", "surrogateescape"
            )
        ).digest()

    def _give_up(self, error: Exception) -> None:
        _log.info("the cache %s cannot be used: %s", self._path, error)
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
        self._database = None


def _fingerprint(context: ReadingContext, template: bytes) -> str:
    """Hash of what readings depend on besides the file: program, template, units and key.

    All of it as it was loaded: a file that is saved meanwhile has other bytes than those that are in use,
    and the units have last period's figures among their facts.
    """
    found = hashlib.sha256()
    # The program's own source: after a fix of a reader, its cached results must not be used.
    for source in sorted(_PACKAGE.rglob("*.py")):
        found.update(hashlib.sha256(source.read_bytes()).digest())
    found.update(hashlib.sha256(template).digest())
    found.update(msgspec.msgpack.encode(list(context.roster)))
    found.update(repr(context.key).encode())
    return found.hexdigest()
