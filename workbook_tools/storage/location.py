"""File locations: a local path, or the URL of a store."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TypeAlias, TypeVar

from workbook_tools.storage.remote_path import RemotePath

_URL = re.compile(r"([a-z][a-z0-9+.-]+)://(.*)", re.I | re.S)

Location: TypeAlias = Path | RemotePath
L = TypeVar("L", Path, RemotePath, Location)


def as_named(place: L) -> L:
    """The absolute location, by the name that the user gave it.

    Unlike ``resolve``, which on Windows turns a drive that stands for a network folder into the folder's own
    name: links between files under the two names would not be relative.
    """
    return Path(os.path.abspath(place)) if isinstance(place, Path) else place  # noqa: PTH100


def as_reached(path: Path) -> Path:
    """The absolute path without links; as it is named, if the system cannot tell."""
    try:
        return Path(os.path.realpath(path))
    # Windows' own limits, of very long paths among others, are not all known to realpath.
    except OSError:
        return as_named(path)


def parse_location(text: str) -> Location:
    """Parse a URL to RemotePath, anything else to Path; ``file://`` is a local path."""
    found = _URL.fullmatch(text)
    if found is None:
        return Path(text)
    scheme, rest = found[1].lower(), found[2]
    if scheme == "file":
        from urllib.request import url2pathname

        return Path(url2pathname(rest))
    return RemotePath(f"{scheme}://{rest.rstrip('/')}")
