"""Background jobs, one at a time, with progress and a way to stop them."""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.model import Outcome
from workbook_tools.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workbook_tools.returns.result import FileReading

_log = logging.getLogger(__name__)


class Stopped(BaseException):
    """Raised inside a job that was asked to stop; a BaseException, so that no handler swallows it."""


class JobState(StrEnum):
    """The state of a job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Job(Struct):
    """A started job; ``name`` is a translatable text and may change, ``done`` of ``total`` steps are done."""

    name: str
    automatic: bool = False
    """Whether it was started without the user; it gives way to any other job."""
    address: str = ""
    """The page of another site on which the user has to do something first."""
    done: int = 0
    total: int = 0
    state: JobState = JobState.RUNNING
    error: Exception | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int) -> None:
        """Record progress; the use case calls this after each step. Raises Stopped if asked to stop."""
        self.done, self.total = done, total
        if self._stop.is_set():
            raise Stopped

    @property
    def stopping(self) -> bool:
        """Whether the job was asked to stop and has not ended yet."""
        return self._stop.is_set() and self.state is JobState.RUNNING

    def stop(self) -> None:
        """Ask the job to stop after its current step; its output is then not written."""
        self._stop.set()


class Arrived(Struct):
    """Counts of the reading in progress: files, units with a return, rejected files and problems."""

    files: int = 0
    units: set[str] = field(default_factory=set)
    refused: int = 0
    problems: int = 0

    def count(self, readings: Sequence[FileReading]) -> None:
        """Count one file; an archive or mail has several readings."""
        self.files += 1
        for reading in readings:
            self.problems += sum(problem.severity is not Severity.NOTICE for problem in reading.problems)
            if reading.outcome is Outcome.ACCEPTED:
                self.units.add(reading.unit)
            elif reading.outcome is Outcome.REJECTED:
                self.refused += 1


class JobRunner:
    """Runs one job at a time in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.last: Job | None = None
        self._before: Job | None = None
        """The last job that the user started: an automatic one must not hide why it failed."""

    @property
    def running(self) -> bool:
        """Whether a job is running."""
        return self.last is not None and self.last.state is JobState.RUNNING

    @property
    def asked_for(self) -> Job | None:
        """The running job, if the user started it."""
        job = self.last
        return job if job is not None and self.running and not job.automatic else None

    @property
    def unsuccessful(self) -> list[Job]:
        """The jobs that failed or were stopped, until the user puts that away or starts another."""
        ended = (JobState.FAILED, JobState.STOPPED)
        return [job for job in (self._before, self.last) if job is not None and job.state in ended]

    def start(self, name: str, work: Callable[[Job], None], *, automatic: bool = False) -> Job | None:
        """Start a job; None if another one is running.

        An automatic job is stopped first, and the new one begins when that has ended.
        """
        with self._lock:
            before = None
            if self.last is not None and self.running:
                if automatic or not self.last.automatic:
                    return None
                self.last.stop()
                before = self._thread
            if not automatic:
                self._before = None
            elif self.last is not None and not self.last.automatic:
                self._before = self.last
            job = self.last = Job(name, automatic)
            self._thread = threading.Thread(target=_run, args=(job, work, before), name=name, daemon=True)
            self._thread.start()
            return job

    def forget(self) -> None:
        """Forget how the last jobs ended."""
        with self._lock:
            self._before = None
            if not self.running:
                self.last = None

    def wait(self, timeout: float | None = None) -> None:
        """Wait until no job is running."""
        if self._thread is not None:
            self._thread.join(timeout)


def _run(job: Job, work: Callable[[Job], None], before: threading.Thread | None) -> None:
    if before is not None:
        # The previous job may still be writing the same files.
        before.join()
    try:
        # Raises Stopped if the job was stopped while it waited.
        job.progress(0, 0)
        work(job)
    except Stopped:
        job.state = JobState.STOPPED
    except Exception as error:
        _log.info("job %s failed", job.name, exc_info=True)
        job.error = error
        job.state = JobState.FAILED
    else:
        job.state = JobState.DONE
