"""Limit a worker's memory: a file that needs more fails alone, instead of exhausting the computer."""

from __future__ import annotations

import sys
from pathlib import Path


def limit_memory(size: int) -> None:
    """Let this process take ``size`` bytes more than it has now; what asks for more gets a MemoryError.

    A job object holds the limit on Windows, RLIMIT_AS elsewhere.
    """
    if sys.platform == "win32":
        _limit_committed(size)
        return
    import resource

    # RLIMIT_AS limits the address space, libraries and all, so what is mapped already comes on top.
    used = 0
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        used = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + size, used + size))
    # A worker that crashes leaves no copy of its memory, with a unit's figures, on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _PROCESS_MEMORY = 0x100
    _EXTENDED_LIMITS = 9
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateJobObjectW.restype = wintypes.HANDLE
    _kernel.GetCurrentProcess.restype = wintypes.HANDLE

    class _Limits(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of winnt.h."""

        _fields_ = (
            ("per_process_user_time", ctypes.c_int64),
            ("per_job_user_time", ctypes.c_int64),
            ("flags", wintypes.DWORD),
            ("minimum_working_set", ctypes.c_size_t),
            ("maximum_working_set", ctypes.c_size_t),
            ("active_processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority_class", wintypes.DWORD),
            ("scheduling_class", wintypes.DWORD),
            ("io_counters", ctypes.c_uint64 * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = (
            ("size", wintypes.DWORD),
            ("page_faults", wintypes.DWORD),
            ("peak_working_set", ctypes.c_size_t),
            ("working_set", ctypes.c_size_t),
            ("pools", ctypes.c_size_t * 4),
            ("committed", ctypes.c_size_t),
            ("peak_committed", ctypes.c_size_t),
        )

    def _limit_committed(size: int) -> None:
        """Put this process in a job of its own, which ends with it; jobs nest since Windows 8."""
        process = wintypes.HANDLE(_kernel.GetCurrentProcess())
        counters = _Counters(size=ctypes.sizeof(_Counters))
        _check(_kernel.K32GetProcessMemoryInfo(process, ctypes.byref(counters), counters.size))
        limits = _Limits(flags=_PROCESS_MEMORY, process_memory=counters.committed + size)
        job = wintypes.HANDLE(_check(_kernel.CreateJobObjectW(None, None)))
        _check(
            _kernel.SetInformationJobObject(
                job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
            )
        )
        _check(_kernel.AssignProcessToJobObject(job, process))

    def _check(answer: int | None) -> int:
        if not answer:
            raise ctypes.WinError(ctypes.get_last_error())
        return answer
