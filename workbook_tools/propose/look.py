"""The look of what the program draws into templates: its font, lines, and the colour of inputs."""

from __future__ import annotations

from openpyxl.styles import Border, PatternFill, Side

FONT = "Times New Roman"
_THIN = Side(style="thin")
RULED = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
INPUT_FILL = PatternFill("solid", fgColor="FFFFF8DC")
