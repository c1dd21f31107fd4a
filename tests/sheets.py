"""A small template and roster, made from tables in which a test can plant one fault."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import date
from functools import cache

from openpyxl import Workbook


class Formula(str):
    """A formula in a table; any other text that begins with ``=`` stays a text."""

    __slots__ = ()


FORM = [
    ["{{tien_do}}", None, None, None, "{{ma_bieu}}"],
    ["{{co_quan_chu_quan}}", None, None, None, None],
    ["Báo cáo của {{don_vi}}", None, None, None, None],
    ["Nội dung", "Số a", None, "Số b", "Ghi chú"],
    ["Số bài viết", "{{ct_1}}", "bài", None, "{{ct_1.ghi_chu}}"],
    ["Số lớp, số lượt người", "{{ct_2a}}", "lớp", "{{ct_2b}}", "{{ct_2a.ghi_chu}}"],
    ["Kinh phí", "{{ct_3}}", "đồng", None, None],
    ["Hình thức", "{{ct_4}}", None, None, None],
    ["Ngày tổ chức", "{{ct_5}}", None, None, None],
    ["Số lớp, nhắc lại", "{{ct_6}}", None, None, None],
    ["Trung tâm của xã", "{{ct_7}}", None, None, None],
    ["Nhận xét", "{{ct_8}}", None, None, None],
]
INDICATORS = [
    [
        "Mã",
        "Nhóm",
        "Nội dung",
        "Đơn vị tính",
        "Kiểu",
        "Mức",
        "Nhỏ nhất",
        "Lớn nhất",
        "Ai điền",
        "Cách cộng",
        "Lựa chọn",
        "Gợi ý",
    ],
    [
        "ct_1",
        "Nhóm 1",
        "Số bài viết",
        "bài",
        "số đếm",
        "bắt buộc",
        0,
        100,
        "tất cả",
        "cộng",
        None,
        "Đếm cả bài trên mạng.",
    ],
    ["ct_2a", "Nhóm 1", "Số lớp", "lớp", "số đếm", "bắt buộc", 0, None, "tất cả", "cộng", None, None],
    ["ct_2b", "Nhóm 1", "Số lượt người", "lượt", "số đếm", "nên điền", 0, None, "tất cả", "cộng", None, None],
    ["ct_3", "Nhóm 2", "Kinh phí", "đồng", "tiền", "tuỳ ý", None, None, "tất cả", "cộng", None, None],
    [
        "ct_4",
        "Nhóm 2",
        "Hình thức",
        None,
        "lựa chọn",
        "bắt buộc",
        None,
        None,
        "tất cả",
        "không cộng",
        "Trực tiếp; Trực tuyến, kết hợp",
        None,
    ],
    [
        "ct_5",
        "Nhóm 2",
        "Ngày tổ chức",
        None,
        "ngày",
        "tuỳ ý",
        date(2023, 10, 1),
        date(2023, 10, 31),
        "tất cả",
        "không cộng",
        None,
        None,
    ],
    [
        "ct_6",
        "Nhóm 2",
        "Số lớp, nhắc lại",
        "lớp",
        "nhắc lại",
        "tuỳ ý",
        None,
        None,
        "tất cả",
        "cộng",
        "ct_2a",
        None,
    ],
    [
        "ct_7",
        "Nhóm 3",
        "Trung tâm của xã",
        "trung tâm",
        "số đếm",
        "bắt buộc",
        0,
        None,
        "xa",
        "cộng",
        None,
        None,
    ],
    ["ct_8", "Nhóm 3", "Nhận xét", None, "văn bản", "tuỳ ý", None, None, "tất cả", "không cộng", None, None],
]
RULES = [
    ["Mã", "Công thức", "Mức độ", "Thông báo", "Ai", "Hiện ở"],
    ["qt_1", "=(ct_2a>0)=(ct_2b>0)", "lỗi", "Có lớp thì có người học.", "tất cả", None],
    ["qt_2", "=ct_7<=dv_so_tt", "cảnh báo", "Nhiều hơn số trung tâm.", "xa", None],
]
TYPES = [
    ["Mã", "Tên loại", "Cấp", "co_quan_chu_quan"],
    ["huyen", "Huyện", 1, "UBND"],
    ["xa", "Xã", 2, "UBND {{don_vi_hoa}}"],
    ["truong", "Trường", 3, "PHÒNG GDĐT"],
]
CAMPAIGN = [
    ["Mã", "Nội dung", "Giá trị", "Giải thích"],
    ["ma_dot", "", "THU-2023", ""],
    ["tieu_de", "", "Báo cáo thử", ""],
    ["han_nop", "", date(2023, 10, 12), ""],
    ["co_quan", "", "Phòng GDĐT", ""],
    ["loai_co_quan", "", "huyen", ""],
    ["cap_1", "", "huyện", ""],
]
TEMPLATE = {
    "Biểu": FORM,
    "Chỉ tiêu": INDICATORS,
    "Quy tắc": RULES,
    "Loại đơn vị": TYPES,
    "Đợt báo cáo": CAMPAIGN,
}
UNITS = [
    ["Mã", "Tên đơn vị", "Loại", "Trực thuộc", "E-mail", "Điện thoại", "dv_so_tt"],
    ["x1", "Xã Một", "xa", None, "xa1@mau.example", "0225 000 001", 2],
    ["t1", "Trường Một", "truong", "x1", None, None, None],
    ["x2", "Xã Hai", "xa", None, None, None, 1],
]


def write_tables(path, tables):
    """A workbook with a sheet for each table."""
    told = tuple(
        (name, tuple(tuple((type(value), value) for value in row) for row in rows))
        for name, rows in tables.items()
    )
    path.write_bytes(_pack_tables(told))
    return path


@cache
def _pack_tables(told):
    """Hundreds of tests write the same. The types tell 1 from 1.0, and a formula from a text."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, typed in told:
        sheet = workbook.create_sheet(name)
        rows = [[value for _, value in row] for row in typed]
        for row in rows:
            sheet.append(row)
        for cells, given in zip(sheet.iter_rows(), rows, strict=True):
            for cell, value in zip(cells, given, strict=False):
                if isinstance(value, str) and not isinstance(value, Formula):
                    cell.data_type = "s"
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def write_template(path, plant=None):
    """The small template; ``plant`` may change its tables before they are written."""
    tables = deepcopy(TEMPLATE)
    if plant is not None:
        plant(tables)
    return write_tables(path, tables)


def write_units(path, plant=None):
    """The small roster; ``plant`` may change its rows before they are written."""
    rows = deepcopy(UNITS)
    if plant is not None:
        plant(rows)
    return write_tables(path, {"Đơn vị": rows})
