"""The table of a large form: five figures of 36 peoples on five sheets, 900 in all, with totals."""

from __future__ import annotations

PEOPLES = [
    "Tày",
    "Thái",
    "Mường",
    "Khmer",
    "Hoa",
    "Nùng",
    "Mông",
    "Dao",
    "Gia Rai",
    "Ê Đê",
    "Ba Na",
    "Sán Chay",
    "Chăm",
    "Cơ Ho",
    "Xơ Đăng",
    "Sán Dìu",
    "Hrê",
    "Ra Glai",
    "Mnông",
    "Thổ",
    "Xtiêng",
    "Khơ Mú",
    "Bru – Vân Kiều",
    "Cơ Tu",
    "Giáy",
    "Tà Ôi",
    "Mạ",
    "Giẻ Triêng",
    "Co",
    "Chơ Ro",
    "Xinh Mun",
    "Hà Nhì",
    "Chu Ru",
    "Lào",
    "La Chí",
    "Kháng",
]
LEVELS = {"mn": "Mầm non", "th": "Tiểu học", "cs": "THCS", "pt": "THPT", "tx": "GDTX"}
FIGURES = {"ts": "Tổng số", "nu": "Nữ", "nt": "Nội trú", "bt": "Bán trú", "ht": "Được hỗ trợ"}
_FIRST = 7
"""The row of the first people on a sheet."""
_HEAD = """== campaign
Mã | Nội dung | Giá trị
ma_dot | mã đợt báo cáo | DTTS-2024
tieu_de | tên báo cáo | Thống kê học sinh dân tộc thiểu số năm học 2024–2025
han_nop | hạn nộp | 2024-10-31
co_quan | cơ quan ban hành | Sở Giáo dục và Đào tạo tỉnh Mẫu (đặt ra)
loai_co_quan | loại cơ quan | so
cap_1 | cấp 1 | tỉnh
cap_2 | cấp 2 | huyện

== types
Mã | Tên loại | Cấp | dong_tren
so | Sở Giáo dục và Đào tạo | 1 | UBND TỈNH MẪU
phong | Phòng Giáo dục và Đào tạo | 2 | UBND HUYỆN

== units
Mã | Tên đơn vị | Loại | Trực thuộc
pg-bac | Phòng GDĐT huyện Bắc Sơn (đặt ra) | phong |
pg-nam | Phòng GDĐT huyện Nam Sơn (đặt ra) | phong |
"""


def build_table() -> str:
    """The table as ``tools/sample_forms.py`` reads it."""
    lines = [
        "== lines",
        "Mã | Nhóm | Nội dung | Đơn vị tính | Kiểu | Mức | Cách cộng | Lựa chọn | Hàng | Cột",
    ]
    rules = ["== rules", "Mã | Công thức | Mức độ | Thông báo"]
    sheets = [text for level in LEVELS for text in _sheet(level)]
    for level, name in LEVELS.items():
        for number, people in enumerate(PEOPLES, start=1):
            for figure, words in FIGURES.items():
                code = f"{level}_{number}_{figure}"
                need = "bắt buộc" if figure == "ts" else "tùy ý"
                label = f"{name}, dân tộc {people}: {words.lower()}"
                lines.append(f"{code} | {name} | {label} | em | | {need} | | | {people} | {words}")
            formula = f"={level}_{number}_nu<={level}_{number}_ts"
            rules.append(f"q_{level}_{number} | {formula} | lỗi | {people}: nữ nhiều hơn tổng số.")
        last = _FIRST + len(PEOPLES)
        lines.append(
            f"tong_{level} | {name} | {name}: tổng số | em | công thức | | cộng | ='{name}'!B{last} | |"
        )
    return "\n".join([_HEAD, *sheets, *lines, *rules])


def _sheet(level: str) -> list[str]:
    rows = [
        f"== form | {LEVELS[level]} | 24 12 12 12 12 14",
        f"*{{{{tieu_de}}}}: {LEVELS[level]}* {'| < ' * 5}",
        "# Dân tộc | " + " | ".join(FIGURES.values()),
    ]
    for number, people in enumerate(PEOPLES, start=1):
        rows.append(f": {people} | " + " | ".join(f"{{{{{level}_{number}_{figure}}}}}" for figure in FIGURES))
    last = _FIRST + len(PEOPLES) - 1
    sums = " | ".join(f"=SUM({column}{_FIRST}:{column}{last}) [#,##0]" for column in "BCDEF")
    return [*rows, f": *Cộng* | {sums}"]
