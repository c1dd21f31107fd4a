"""What cannot be made into a pivot."""

from __future__ import annotations


class PivotError(ValueError):
    """A pivot, slicer or source that Excel would refuse; the message says why."""
