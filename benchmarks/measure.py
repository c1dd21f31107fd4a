"""Each job in a process of its own, several times, in turn with what it is compared to: noise then falls on
both.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Figures:
    """Of each run, in order: seconds by the clock and of processor time; and the greatest memory, in MB.

    Processor time is known of whole commands, their workers included; of other jobs it is 0.
    """

    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    memory: float

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{min(self.seconds):.3g} / {self.median:.3g} / {max(self.seconds):.3g}"


def measure(jobs: Mapping[str, Sequence[str]], repeats: int) -> dict[str, Figures]:
    """Job name → figures; a job is its name, as :func:`benchmarks.jobs.main` takes it, and its arguments."""
    # Compiled modules are kept, as those of an installed program are.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    processor: dict[str, list[float]] = {name: [] for name in jobs}
    memory: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items():
            ran = subprocess.run(
                [sys.executable, "-m", "benchmarks.jobs", *job],
                check=True,
                capture_output=True,
                text=True,
                cwd=Path(__file__).parent.parent,
                env=environment,
            )
            result = json.loads(ran.stdout.splitlines()[-1])
            seconds[name].append(result["seconds"])
            processor[name].append(result["processor"])
            memory[name].append(result["memory"])
    return {name: Figures(tuple(seconds[name]), tuple(processor[name]), max(memory[name])) for name in jobs}
