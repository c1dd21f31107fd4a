"""Headings of the data table and names of sheets, shared by the modules that write, read and link to them."""

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
"""The line's number, label and measure: sorted alphabetically, as slicers do, this is the
order of the form.
"""
MATRIX_ROW: Final = "Hàng"
MATRIX_COLUMN: Final = "Cột"
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
MATRIX_SHEET: Final = "Bảng hàng, cột"
EXPLORER_SHEET: Final = "Phân tích"
EXTREMES_SHEET: Final = "Nổi bật"
