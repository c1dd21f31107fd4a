"""A cache for functions of untrusted input: results of large arguments are not kept."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


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
