"""Sentences for the next page that is shown: every page then comes from a GET and can be reloaded."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbook_tools.locale import translate
from workbook_tools.page.messages import Message


@dataclass
class Notices:
    """What is still to be said: marked texts with their parameters, kept here because there is one user."""

    _waiting: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def say(self, text: str, severity: str = "notice", **given: object) -> None:
        """Say ``text`` once, on the next page."""
        self._waiting.append((text, severity, given))

    def take(self, language: str) -> list[Message]:
        """What is to be said now, in the reader's language."""
        waiting, self._waiting = self._waiting, []
        return [
            Message(translate(text, language).format(**given), severity=severity)
            for text, severity, given in waiting
        ]
