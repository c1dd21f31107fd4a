"""The progress panel of a form: how many lines are filled in, how many errors remain, whether to send it."""

from __future__ import annotations

from msgspec import Struct

from workbook_tools.forms.live.live_checks import ERROR, InputState, LiveCell

READY = "GỬI ĐƯỢC"


class Progress(Struct, frozen=True):
    """The panel's three figures as expressions: wanted lines still blank, missing ones, and errors."""

    wanted: str
    missing: str
    errors: str


def count_progress(states: str, checks: str) -> Progress:
    """The figures of one sheet, from the ranges of its input states and line checks."""
    return Progress(
        f"COUNTIF({states},{InputState.WANTED})",
        f"COUNTIF({states},{InputState.MISSING})",
        f'COUNTIF({checks},"{ERROR}*")',
    )


def build_panel(progress: Progress, asked: int, required: int) -> LiveCell:
    """How many of the lines are filled in, and how many errors remain; ``progress`` refers to cells."""
    filled = f"{asked}-{progress.wanted}-{progress.missing}"
    counted = f'"Đã điền "&({filled})&"/{asked} · còn "&{progress.errors}&" lỗi"'
    ready = f'IF({progress.errors}=0," · {READY}","")'
    tail = f'IF({progress.missing}>0," · còn "&{progress.missing}&" ô bắt buộc chưa điền",{ready})'
    rest = f"còn {required} ô bắt buộc chưa điền" if required else READY
    return LiveCell(f"={counted}&{tail}", f"Đã điền 0/{asked} · còn 0 lỗi · {rest}")
