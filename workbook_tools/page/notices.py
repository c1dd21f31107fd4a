"""Messages for the next page shown, so that every page comes from a GET and can be reloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.locale import translate
from workbook_tools.page.messages import Message, describe, describe_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from workbook_tools.problems import Problem


class Notices(Struct):
    """Messages for the next page; one list is enough, because there is only one user."""

    _waiting: list[Callable[[str], list[Message]]] = field(default_factory=list)

    def say(self, text: str, severity: str = "notice", *, undo: str = "", **given: object) -> None:
        """Show a translatable text on the next page, with a button if ``undo`` is the key of a decision."""
        self._waiting.append(
            lambda language: [
                Message(translate(text, language).format(**given), severity=severity, undo=undo)
            ]
        )

    def explain(self, error: Exception) -> None:
        """Show an exception on the next page."""
        self._waiting.append(lambda language: describe(error, language))

    def show(self, problems: Iterable[Problem]) -> None:
        """Show problems on the next page."""
        self._waiting.append(lambda language: describe_problems(problems, language))

    def __bool__(self) -> bool:
        """Whether there are messages for the next page."""
        return bool(self._waiting)

    def take(self, language: str) -> list[Message]:
        """Return the waiting messages in the user's language; each is shown once."""
        waiting, self._waiting = self._waiting, []
        return [message for render in waiting for message in render(language)]
