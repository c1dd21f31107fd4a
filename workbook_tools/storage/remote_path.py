"""A location in a store that fsspec can reach, such as ``s3://bucket/an-lao``, used like a local path."""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from workbook_tools.errors import CannotRead, CannotWrite, WorkbookToolsError
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PASSWORD = re.compile(r"^([^/:@]*):(?:[^/]*@|(?!\d*(?:/|$)).*@)", re.S)
"""The password in ``user:password@host/…``. One that holds a slash makes the URL invalid but is hidden all
the same.
"""
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})
"""Protocols whose writes are atomic, whose names may hold slashes, and which have no folders."""
_WEB = frozenset({"http", "https"})
_INSTALLED_WITH_US = frozenset({*_OBJECT_STORES, "sftp", "ssh"})
_REFUSALS = ("Credential", "Authentication", "AccessDenied", "Forbidden", "error_perm")
NOT_ANSWERING = _("the host or store does not respond properly; check the address and the network")


class FileTooLarge(WorkbookToolsError):
    """A remote file exceeds the size limit of the reader."""


class ListedFile(NamedTuple):
    """A file below a remote folder.

    ``path`` is relative to the folder, with ``/``. ``mark`` is the store's version of the content, which
    changes with every write; empty if the store has none.
    """

    path: str
    size: int
    mark: str


@dataclass(frozen=True, slots=True, repr=False)
class RemotePath:
    """A location in a store, with the interface of :class:`pathlib.Path`; making one sends no request.

    Everything after ``scheme://`` is literal: ``#``, ``?`` and ``%`` are part of the name, except that
    http(s) treats ``?`` as the start of the query. Its text shows neither password nor query. Exceptions of
    protocol libraries become CannotRead or CannotWrite, except FileNotFoundError for a missing file to read.
    """

    url: str

    def __str__(self) -> str:
        scheme, rest = self._split()
        rest = _PASSWORD.sub(r"\1@", rest)
        if scheme in _WEB:
            rest = rest.partition("?")[0]
        return f"{scheme}://{rest}"

    def __repr__(self) -> str:
        return f"RemotePath({str(self)!r})"

    def __truediv__(self, name: str) -> Self:
        return type(self)(f"{self._place}/{name}")

    @property
    def scheme(self) -> str:
        """The protocol, such as ``s3``."""
        return self._split()[0]

    @property
    def name(self) -> str:
        """The part after the last slash."""
        return self._place.rpartition("/")[2]

    @property
    def parent(self) -> Self:
        """The containing folder; a bucket or host is its own parent."""
        above = self._place.rpartition("/")[0]
        if above.endswith("/"):
            return self
        return type(self)(above)

    @property
    def parents(self) -> Sequence[Self]:
        """All containing folders, the nearest first."""
        above = self.parent
        if above == self:
            return ()
        return (above, *above.parents)

    def with_suffix(self, suffix: str) -> Self:
        """The same location with another suffix, such as ``.docx``."""
        return self.parent / (Path(self.name).stem + suffix)

    def resolve(self) -> Self:
        """Itself: a URL means the same everywhere."""
        return self

    def exists(self) -> bool:
        """Whether a file or folder exists."""
        return self._kind() is not None

    def is_file(self) -> bool:
        """Whether a file exists."""
        return self._kind() == "file"

    def is_dir(self) -> bool:
        """Whether a folder exists; in an object store, whether any name starts with it."""
        return self._kind() == "directory"

    def read_bytes(self, limit: int | None = None) -> bytes:
        """Read the file; FileTooLarge beyond ``limit`` bytes, without loading them."""
        with self._asking(CannotRead):
            store, path = self._open()
            info = store.info(path)
            # A pipe or a device would never end.
            if info["type"] != "file":
                raise CannotRead(self, _("it is not an ordinary file"))
            size = info.get("size")
            if size is None:
                data = _read_stream(store, path, limit)
            # Before anything is fetched: the limit is also one of time and money.
            elif limit is not None and size > limit:
                raise FileTooLarge(str(self))
            else:
                # Some stores reject an empty range.
                data = bytes(store.cat_file(path, start=0, end=size)) if size else b""
        return data

    def read_text(self, encoding: str) -> str:
        """Read the file as text."""
        return self.read_bytes().decode(encoding)

    def put(self, data: bytes) -> None:
        """Write the file atomically; missing folders are made."""
        with self._asking(CannotWrite):
            store, path = self._open()
            # An object store shows the new object only once it is complete.
            if self.scheme in _OBJECT_STORES:
                store.pipe_file(path, data)
                return
            folder = path.rpartition("/")[0]
            store.makedirs(folder or "/", exist_ok=True)
            # Elsewhere a reader could see half a file: write beside it, then move. The leading dot hides it
            # from `find`'s users, and a random name lets two computers write at once.
            temporary = f"{folder}/.{os.urandom(8).hex()}.tmp"
            try:
                store.pipe_file(temporary, data)
                store.mv(temporary, path)
            # Also on Ctrl-C: otherwise the partial file would stay forever.
            except BaseException:
                with suppress(Exception):
                    store.rm_file(temporary)
                raise

    def remove(self) -> None:
        """Remove the file if it exists."""
        if not self.is_file():
            return
        with self._asking(CannotWrite):
            store, path = self._open()
            store.rm_file(path)

    def find(self) -> Iterator[ListedFile]:
        """List every file below this folder; a subfolder without permission is listed like a file.

        Raises CannotRead if this folder cannot be listed.
        """
        with self._asking(CannotRead):
            store, base = self._open()
            # The store's listing may be cached from an earlier call in this process.
            store.invalidate_cache()
            if self.scheme in _OBJECT_STORES:
                entries = store.find(base, detail=True).values()
            else:
                entries = self._walk(store, base)
            for entry in entries:
                path = entry["name"][len(base) :].lstrip("/")
                # Object stores list their placeholder for an empty folder as a file.
                if path and not path.endswith("/"):
                    yield ListedFile(path, entry.get("size") or 0, _mark(entry))

    def _walk(self, store: Any, base: str) -> Iterator[dict[str, Any]]:
        """Own walk, because fsspec's skips folders without permission silently."""
        waiting = [base]
        while waiting:
            folder = waiting.pop()
            try:
                with self._asking(CannotRead):
                    entries = store.ls(folder, detail=True)
            except (CannotRead, FileNotFoundError):
                if folder == base:
                    raise
                yield {"name": folder}
                continue
            for entry in entries:
                if entry["type"] == "directory":
                    # Some protocols end names of folders with a slash, which would then be doubled.
                    waiting.append(entry["name"].rstrip("/"))
                else:
                    yield entry

    @property
    def _place(self) -> str:
        if self.scheme in _WEB:
            return self.url.partition("?")[0]
        return self.url

    def _split(self) -> tuple[str, str]:
        scheme, rest = self.url.split("://", 1)
        return scheme, rest

    def _kind(self) -> str | None:
        """``file``, ``directory`` or another type of the store; None if nothing exists."""
        try:
            with self._asking(CannotRead):
                store, path = self._open()
                store.invalidate_cache()
                return str(store.info(path)["type"])
        except FileNotFoundError:
            return None

    def _open(self) -> tuple[Any, str]:
        """The store, and this location's name in it.

        fsspec gets the host only, because it would interpret ``#`` and ``::`` in names.
        """
        import fsspec

        scheme, rest = self._split()
        host, slash, key = rest.partition("/")
        store, base = fsspec.core.url_to_fs(f"{scheme}://{host}")
        name = f"{base.rstrip('/')}/{key}" if slash else base
        return store, name

    @contextmanager
    def _asking(self, refusal: type[CannotRead | CannotWrite]) -> Iterator[None]:
        """Convert exceptions of protocol libraries; the only place that sees them."""
        try:
            yield
        # Our own exceptions are already clear; running out of memory is not the store's fault.
        except (WorkbookToolsError, MemoryError):
            raise
        except FileNotFoundError as error:
            if refusal is CannotWrite:
                raise refusal(self, _("there is no such bucket or folder")) from self._harmless(error)
            raise FileNotFoundError(errno.ENOENT, "there is no such file", str(self)) from self._harmless(
                error
            )
        except Exception as error:  # the libraries share no base class
            import logging  # imported late: only needed after a failure

            logging.getLogger(__name__).info("%s: %s", self, type(error).__name__)
            raise refusal(self, self._reason(error)) from self._harmless(error)

    def _harmless(self, error: Exception) -> Exception | None:
        """The cause, with nothing that could reveal the password in the address."""
        if self.url == str(self):
            return error
        return None

    def _reason(self, error: Exception) -> str:
        if isinstance(error, ImportError) and self.scheme in _INSTALLED_WITH_US:
            return _("the library for such addresses is not installed; install workbook_tools[remote]")
        if isinstance(error, ImportError) or "Protocol not known" in str(error):
            return _("no library for such addresses is installed; install the one that fsspec names for them")
        # By name, because importing each protocol's library only to name its exceptions is slow.
        if isinstance(error, PermissionError) or any(word in type(error).__name__ for word in _REFUSALS):
            return _("access is denied; check the credentials your computer uses there and their permissions")
        return NOT_ANSWERING


def _read_stream(store: Any, path: str, limit: int | None) -> bytes:
    """Read a file of unknown size."""
    # One byte more than allowed is enough to know, and no more is loaded.
    most = -1 if limit is None else limit + 1
    with store.open(path, "rb") as file:
        data = bytes(file.read(most))
    if limit is not None and len(data) > limit:
        raise FileTooLarge(path)
    return data


def _mark(entry: dict[str, Any]) -> str:
    tag = entry.get("ETag") or entry.get("etag") or ""
    written = entry.get("LastModified") or entry.get("last_modified") or entry.get("updated") or ""
    # A time alone has a resolution of a second: two writes in one second would look alike.
    return f"{tag} {written}" if tag else ""
