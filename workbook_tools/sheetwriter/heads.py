"""Heads of the table of data, and names of sheets: written by one module, read and linked to by others."""

from __future__ import annotations

from typing import Final

UNIT_CODE: Final = "Mã đơn vị"
UNIT: Final = "Đơn vị"
UNIT_TYPE: Final = "Loại đơn vị"
LEVEL: Final = "Cấp"
AREA: Final = "Địa bàn"
GROUP: Final = "Nhóm"
CODE: Final = "Mã chỉ tiêu"
LABEL: Final = "Chỉ tiêu"
LINE: Final = "Dòng"
"""The line's number, label and measure: in alphabetical order, as slicers sort, it is the order of the form."""
MEASURE: Final = "Đơn vị tính"
VALUE: Final = "Giá trị"
COUNTED: Final = "Giá trị tính"
LAST: Final = "Kỳ trước"
LAST_COUNTED: Final = "Kỳ trước tính"
DIFFERENCE: Final = "Chênh lệch tính"
STATE: Final = "Tình trạng"
RAW: Final = "Nguyên văn"
REMARK: Final = "Ghi chú"
FILE: Final = "Tệp"
CELL: Final = "Ô"
IN_TOTAL: Final = "Tính vào tổng"
DECISION: Final = "Xử lý"

SUMMARY_SHEET: Final = "Tổng hợp"
EXPLORER_SHEET: Final = "Phân tích"
EXTREMES_SHEET: Final = "Nổi bật"
