"""The error for anything that cannot become a pivot."""

from __future__ import annotations


class PivotError(ValueError):
    """A pivot, slicer or source that Excel would refuse; the message says why."""
