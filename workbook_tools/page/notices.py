"""Sentences for the next page that is shown: every page then comes from a GET and can be reloaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbook_tools.locale import translate
from workbook_tools.page.messages import Message, describe

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Notices:
    """Texts waiting for the next page; one list will do, because there is one user."""

    _waiting: list[Callable[[str], list[Message]]] = field(default_factory=list)

    def say(self, text: str, severity: str = "notice", **given: object) -> None:
        """Say a marked text once, on the next page."""
        self._waiting.append(
            lambda language: [Message(translate(text, language).format(**given), severity=severity)]
        )

    def explain(self, error: Exception) -> None:
        """Say on the next page what stopped the work, and what to do."""
        self._waiting.append(lambda language: describe(error, language))

    def __bool__(self) -> bool:
        """Whether anything is waiting."""
        return bool(self._waiting)

    def take(self, language: str) -> list[Message]:
        """What is to be said now, in the reader's language."""
        waiting, self._waiting = self._waiting, []
        return [message for render in waiting for message in render(language)]
