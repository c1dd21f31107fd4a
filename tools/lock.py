"""Write requirements-dev.lock: the exact version of everything installed for development.

Run by ``make lock``.
"""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements-dev.lock"
OWN = {"workbook-tools", "pip", "setuptools", "wheel"}
HEAD = """\
# What the tests passed with: constraints for pip, written by `make lock`.
# Runtime requirements, which are ranges, are in setup.cfg.
"""


def main() -> None:
    """Read the installed distributions and write one line for each, in order."""
    versions = {normalise(found.metadata["Name"]): found.version for found in distributions()}
    lines = [f"{name}=={version}" for name, version in sorted(versions.items()) if name not in OWN]
    LOCK.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def normalise(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
