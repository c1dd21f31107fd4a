"""How a workbook that cannot be read is refused."""

from __future__ import annotations

import pytest

from workbook_tools.readers import read_workbook
from workbook_tools.readers.limits import LIMITS, Limits
from workbook_tools.readers.refused import RefusedFile


def refusal(data: bytes, limits: Limits = LIMITS) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read_workbook(data, limits)
    assert caught.value.problem.message("en")
    return caught.value
