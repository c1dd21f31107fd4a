"""What an input accepts: as an expression for its check and validation, and in the form's words."""

from __future__ import annotations

from workbook_tools.excel import LAST_SERIAL, Cell
from workbook_tools.forms.live.lasting_references import area
from workbook_tools.locale import show_figure
from workbook_tools.model import NO_FIGURE_CODE, SEVERAL, Indicator, Kind

Options = tuple[Cell, Cell]
_NUMBERS = {
    (Kind.COUNT, True): "số nguyên",
    (Kind.MONEY, True): "số nguyên",
    (Kind.MONEY, False): "số (được có phần thập phân)",
    (Kind.DECIMAL, False): "số (được có phần thập phân)",
    (Kind.PERCENT, False): "tỷ lệ %, gõ cả dấu %,",
}
"""Data validation by kind: the message, and whether only whole numbers are accepted."""
_MOST_CHOICES = 40
"""Of a line with more options not each is looked for: Excel nests functions 64 levels deep."""


def accepts(indicator: Indicator, ref: str, options: Options | None = None) -> str:
    """Return an expression that is TRUE if a filled cell holds what the indicator asks for.

    ``options`` are the first and the last cell of a choice's options. Of several choices, those typed
    without diacritics are wrong, as is a single one.
    """
    if indicator.kind.numeric:
        upper = f",{ref}<={indicator.maximum:.15g}" if indicator.maximum is not None else ""
        whole = f"{ref}=INT({ref})," if indicator.whole else ""
        number = f"AND({whole}{ref}>={indicator.minimum or 0:.15g}{upper})"
        return f'IF(ISNUMBER({ref}),{number},UPPER(TRIM({ref}))="{NO_FIGURE_CODE}")'
    if indicator.kind is Kind.DATE:
        first, last = date_bounds(indicator)
        return f"IF(ISNUMBER({ref}),AND({ref}>={first},{ref}<={last}),FALSE)"
    if options is not None and indicator.kind is Kind.CHOICE:
        return f"ISNUMBER(MATCH({_without_wildcards(as_read(ref))},{area(*options)},0))"
    if options is not None and len(indicator.options) <= _MOST_CHOICES:
        return _are_options(ref, options)
    return "TRUE"


def as_read(ref: str) -> str:
    """A choice as the office reads it, without spaces around it; those of web pages do not break."""
    return f'TRIM(SUBSTITUTE({ref},"\N{NO-BREAK SPACE}"," "))'


def date_bounds(indicator: Indicator) -> tuple[str, str]:
    """The first and the last day that a cell takes, as Excel's numbers."""
    first = 1 if indicator.minimum is None else indicator.minimum
    last = LAST_SERIAL if indicator.maximum is None else indicator.maximum
    return f"{first:.15g}", f"{last:.15g}"


def _are_options(ref: str, options: Options) -> str:
    """Return an expression that is TRUE if all parts between semicolons or line breaks are options.

    Each option is taken out of the text; then no letter may be left. Only SUBSTITUTE within SUBSTITUTE does
    that in every program without array formulas.
    """
    text = f'SUBSTITUTE(SUBSTITUTE({ref},CHAR(10),";"),"\N{NO-BREAK SPACE}"," ")'
    text = f'SUBSTITUTE(SUBSTITUTE(UPPER(TRIM({text}))," ;",";"),"; ",";")'
    # Each part gets two semicolons of its own, so that one beside a part that was taken out is still whole.
    text = f'";"&SUBSTITUTE({text},";",";;")&";"'
    first, last = options
    for column in range(first.column, last.column + 1):
        option = Cell(first.sheet, first.row, column).fixed
        text = f'SUBSTITUTE({text},";"&UPPER(TRIM({option}))&";","")'
    return f'LEN(SUBSTITUTE({text},";",""))=0'


def _without_wildcards(text: str) -> str:
    """Escape * and ?, which MATCH would treat as wildcards."""
    for sign in "~*?":
        text = f'SUBSTITUTE({text},"{sign}","~{sign}")'
    return text


def is_wrong(indicator: Indicator, ref: str, options: Options | None = None) -> str:
    """Return an expression that is TRUE if the cell holds something else than is asked; FALSE if blank."""
    # An expression, not a rule of the type "blanks": openpyxl cannot open that as ExcelJS saves it.
    if indicator.kind is Kind.TEXT:
        return f"ISERROR({ref})"
    return f"IF(ISERROR({ref}),TRUE,IF(LEN(TRIM({ref}))=0,FALSE,NOT({accepts(indicator, ref, options)})))"


def expectation(indicator: Indicator) -> str:
    """Return what the cell accepts, in the form's words."""
    if indicator.kind.numeric:
        least = _bound(indicator.minimum or 0, indicator)
        span = f"từ {least} trở lên"
        if indicator.maximum is not None:
            span = f"từ {least} đến {_bound(indicator.maximum, indicator)}"
        return (
            f"chỉ nhận {_NUMBERS[indicator.kind, indicator.whole]} {span}, hoặc "
            f"{NO_FIGURE_CODE} khi không có số liệu"
        )
    if indicator.kind is Kind.DATE:
        return "chỉ nhận ngày, gõ theo dạng ngày/tháng/năm"
    if indicator.kind is Kind.CHOICE:
        return "chỉ nhận một trong các mục của danh sách"
    if indicator.kind is Kind.CHOICES:
        return f"chỉ nhận một hoặc nhiều mục, cách nhau bằng dấu chấm phẩy: {SEVERAL.join(indicator.options)}"
    return "chỉ nhận văn bản"


def objection(indicator: Indicator) -> str:
    """Return the message for a cell with wrong content."""
    if indicator.kind is Kind.TEXT:
        return "phải có nội dung, không chỉ có dấu cách hoặc lỗi công thức"
    return expectation(indicator)


def _bound(number: float, indicator: Indicator) -> str:
    number_format = "0.##%" if indicator.kind is Kind.PERCENT else "#,##0"
    return show_figure(number, number_format, "vi")
