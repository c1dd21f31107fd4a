"""Start programs that hear a signal, even where the tests themselves run in the background or under nohup.

Those hand down signals that are ignored, and a program that respects that never ends.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def start_hearing(number: int, command: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """Start a program with the usual answer to a signal; its standard error is read as text."""
    if sys.platform != "win32":
        options["preexec_fn"] = partial(signal.signal, number, signal.SIG_DFL)
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options)
