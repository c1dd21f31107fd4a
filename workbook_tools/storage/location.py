"""Where a file lies: on this computer, or at the URL of a store that fsspec reaches, such as ``s3://bucket/an-lao``."""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias

from workbook_tools.errors import CannotRead, CannotWrite, WorkbookToolsError
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_URL = re.compile(r"([a-z][a-z0-9+.-]+)://(.*)", re.I | re.S)
_PASSWORD = re.compile(r"^([^/:@]*):(?:[^/]*@|(?!\d*(?:/|$)).*@)", re.S)
"""In ``user:password@host/…``; one with a slash in it is wrong, and hidden all the same."""
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})
"""What is put there is there whole or not at all; they have names with slashes, and no folders."""
_WEB = frozenset({"http", "https"})
_INSTALLED_WITH_US = frozenset({*_OBJECT_STORES, "sftp", "ssh"})
_REFUSALS = ("Credential", "Authentication", "AccessDenied", "Forbidden", "error_perm")
NOT_ANSWERING = _("the host or store does not answer as it should; check the address and the network")


class FileTooLarge(WorkbookToolsError):
    """A remote file is larger than the reader takes."""


class Listed(NamedTuple):
    """A file below a remote folder: its path relative to it, with ``/``; ``mark`` is the store's own word for what is in
    it, another one whenever the file is written; empty where the store has none."""

    path: str
    size: int
    mark: str


@dataclass(frozen=True, slots=True, repr=False)
class RemotePath:
    """A place in a store, with the words of :class:`pathlib.Path`; nothing is asked of the store to make one.

    Everything behind ``scheme://`` is taken as it stands: ``#``, ``?`` and ``%`` are letters of a name, except that in
    http(s) what follows ``?`` is no part of it. Shown, it has neither password nor query. Whatever a protocol's library
    raises is CannotRead or CannotWrite here, except FileNotFoundError where a file to be read is not there.
    """

    url: str

    def __str__(self) -> str:
        scheme, rest = self._split()
        rest = _PASSWORD.sub(r"\1@", rest)
        return f"{scheme}://{rest.partition('?')[0] if scheme in _WEB else rest}"

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
        """What stands behind the last slash."""
        return self._place.rpartition("/")[2]

    @property
    def parent(self) -> Self:
        """The folder it lies in; a bucket or host is its own."""
        above = self._place.rpartition("/")[0]
        return self if above.endswith("/") else type(self)(above)

    @property
    def parents(self) -> Sequence[Self]:
        """All folders it lies in, the nearest first."""
        above = self.parent
        return () if above == self else (above, *above.parents)

    def with_suffix(self, suffix: str) -> Self:
        """The same place with another ending, such as ``.docx``."""
        return self.parent / (Path(self.name).stem + suffix)

    def resolve(self) -> Self:
        """Itself: a URL means the same everywhere."""
        return self

    def exists(self) -> bool:
        """Whether there is a file or folder."""
        return self._kind() is not None

    def is_file(self) -> bool:
        """Whether there is a file."""
        return self._kind() == "file"

    def is_dir(self) -> bool:
        """Whether there is a folder; in an object store, whether any name begins with it."""
        return self._kind() == "directory"

    def read_bytes(self, limit: int | None = None) -> bytes:
        """All that is in the file; FileTooLarge for more than ``limit`` bytes, which are not loaded to find that out."""
        with self._asking(CannotRead):
            store, path = self._open()
            info = store.info(path)
            if info["type"] != "file":
                raise CannotRead(self, _("it is not an ordinary file"))
            size = info.get("size")
            if size is None:
                data = _read_stream(store, path, limit)
            elif limit is not None and size > limit:
                raise FileTooLarge(str(self))
            else:
                # An empty range is an error to some stores.
                data = bytes(store.cat_file(path, start=0, end=size)) if size else b""
        return data

    def read_text(self, encoding: str) -> str:
        """The file as text."""
        return self.read_bytes().decode(encoding)

    def put(self, data: bytes) -> None:
        """Write the file, whole or not at all; folders that are not there are made."""
        with self._asking(CannotWrite):
            store, path = self._open()
            if self.scheme in _OBJECT_STORES:
                store.pipe_file(path, data)
                return
            folder = path.rpartition("/")[0]
            store.makedirs(folder or "/", exist_ok=True)
            temporary = f"{folder}/.{os.urandom(8).hex()}.tmp"
            try:
                store.pipe_file(temporary, data)
                store.mv(temporary, path)
            except BaseException:
                with suppress(Exception):
                    store.rm_file(temporary)
                raise

    def remove(self) -> None:
        """Remove the file if it is there."""
        if not self.is_file():
            return
        with self._asking(CannotWrite):
            store, path = self._open()
            store.rm_file(path)

    def find(self) -> Iterator[Listed]:
        """Every file below this folder; a subfolder that may not be opened is listed as if it were one.

        CannotRead where this folder cannot be listed.
        """
        with self._asking(CannotRead):
            store, base = self._open()
            # The store may have been asked before in this process.
            store.invalidate_cache()
            entries = (
                store.find(base, detail=True).values()
                if self.scheme in _OBJECT_STORES
                else self._walk(store, base)
            )
            for entry in entries:
                path = entry["name"][len(base) :].lstrip("/")
                if path and not path.endswith("/"):
                    yield Listed(path, entry.get("size") or 0, _mark(entry))

    def _walk(self, store: Any, base: str) -> Iterator[dict[str, Any]]:
        """By hand, for fsspec passes over folders it may not open in silence."""
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
                    waiting.append(entry["name"].rstrip("/"))
                else:
                    yield entry

    @property
    def _place(self) -> str:
        return self.url.partition("?")[0] if self.scheme in _WEB else self.url

    def _split(self) -> tuple[str, str]:
        scheme, rest = self.url.split("://", 1)
        return scheme, rest

    def _kind(self) -> str | None:
        """``file``, ``directory``, or what else the store calls it; None where nothing is there."""
        try:
            with self._asking(CannotRead):
                store, path = self._open()
                store.invalidate_cache()
                return str(store.info(path)["type"])
        except FileNotFoundError:
            return None

    def _open(self) -> tuple[Any, str]:
        """The store, and what this place is called in it; fsspec sees the host alone, for it would read ``#`` and ``::`` in names."""
        import fsspec

        scheme, rest = self._split()
        host, slash, key = rest.partition("/")
        store, base = fsspec.core.url_to_fs(f"{scheme}://{host}")
        return store, f"{base.rstrip('/')}/{key}" if slash else base

    @contextmanager
    def _asking(self, refusal: type[CannotRead | CannotWrite]) -> Iterator[None]:
        """The one door at which exceptions of the protocols' libraries stop."""
        try:
            yield
        except (WorkbookToolsError, MemoryError):
            raise
        except FileNotFoundError as error:
            if refusal is CannotWrite:
                raise refusal(self, _("there is no such bucket or folder")) from self._harmless(error)
            raise FileNotFoundError(errno.ENOENT, "there is no such file", str(self)) from self._harmless(
                error
            )
        except Exception as error:  # each library has a tree of its own, and some have none
            import logging  # help comes without it

            logging.getLogger(__name__).info("%s: %s", self, type(error).__name__)
            raise refusal(self, self._reason(error)) from self._harmless(error)

    def _harmless(self, error: Exception) -> Exception | None:
        """What may be shown of the cause when a fault is looked for: it can hold the address with its password."""
        return error if self.url == str(self) else None

    def _reason(self, error: Exception) -> str:
        if isinstance(error, ImportError) and self.scheme in _INSTALLED_WITH_US:
            return _("the library for such addresses is not installed; install workbook_tools[remote]")
        if isinstance(error, ImportError) or "Protocol not known" in str(error):
            return _("no library for such addresses is installed; install the one that fsspec names for them")
        if isinstance(error, PermissionError) or any(word in type(error).__name__ for word in _REFUSALS):
            return _(
                "access is refused; check the name and password or key your computer uses there, and what it may do"
            )
        return NOT_ANSWERING


def _read_stream(store: Any, path: str, limit: int | None) -> bytes:
    """A file of which the host does not say how large it is."""
    with store.open(path, "rb") as file:
        data = bytes(file.read(-1 if limit is None else limit + 1))
    if limit is not None and len(data) > limit:
        raise FileTooLarge(path)
    return data


Location: TypeAlias = Path | RemotePath


def parse_location(text: str) -> Location:
    """A URL as RemotePath, anything else as Path; ``file://`` is a path of this computer."""
    found = _URL.fullmatch(text)
    if found is None:
        return Path(text)
    scheme, rest = found[1].lower(), found[2]
    if scheme == "file":
        from urllib.request import url2pathname

        return Path(url2pathname(rest))
    return RemotePath(f"{scheme}://{rest.rstrip('/')}")


def _mark(entry: dict[str, Any]) -> str:
    tag = entry.get("ETag") or entry.get("etag") or ""
    written = entry.get("LastModified") or entry.get("last_modified") or entry.get("updated") or ""
    return f"{tag} {written}" if tag else ""
