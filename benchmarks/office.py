"""Where the parts of a campaign lie.

Imports nothing else: each worker of a job imports the job's module anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Office:
    """A folder with template, roster, key, forms and returns."""

    root: Path

    @property
    def template(self) -> Path:
        """The template."""
        return self.root / "template.xlsx"

    @property
    def units(self) -> Path:
        """The roster."""
        return self.root / "units.xlsx"

    @property
    def key(self) -> Path:
        """The signature key."""
        return self.root / "signing.key"

    @property
    def forms(self) -> Path:
        """The blank forms."""
        return self.root / "forms"

    @property
    def returned(self) -> Path:
        """The filled ones."""
        return self.root / "returned"

    @property
    def clients(self) -> dict[str, str]:
        """File name of each return → the program that saved it."""
        found: dict[str, str] = json.loads((self.root / "clients.json").read_text(encoding="utf-8"))
        return found
