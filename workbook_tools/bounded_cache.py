"""Caches that do not grow without end: by the size of untrusted input, and by the life of what was read."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, TypeVarTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
Owner = TypeVar("Owner")
Others = TypeVarTuple("Others")


def cache_if(fits: Callable[P, bool], maxsize: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Cache the last ``maxsize`` results for arguments that ``fits`` accepts; compute the others each time.

    ``lru_cache`` bounds the number of results but not their size. A returned file decides the size, so a few
    hostile files could fill the memory. Callers share the results and must not change them.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        cached = cast("Callable[P, T]", lru_cache(maxsize)(function))

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            chosen = cached if fits(*args, **kwargs) else function
            return chosen(*args, **kwargs)

        return call

    return decorate


def keep_with_first(function: Callable[[Owner, *Others], T]) -> Callable[[Owner, *Others], T]:
    """Cache results in the ``__dict__`` of the first argument, such as a template, as long as that lives.

    ``lru_cache`` would hold templates that have been changed since, each with its whole workbook, as long as
    the page runs. For few values of the other arguments; callers share the results and must not change them.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def call(owner: Owner, *others: *Others) -> T:
        known: dict[tuple[object, ...], T] = owner.__dict__.setdefault(name, {})
        if others not in known:
            known[others] = function(owner, *others)
        return known[others]

    return call
