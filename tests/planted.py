"""What units answer on the sample forms, and what has to come of it, worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Planted:
    """``totals`` of the office by line; ``values`` of single units; ``problems`` as (code, unit, line)."""

    answers: dict[str, dict[str, object]]
    totals: dict[str, float]
    values: dict[tuple[str, str], object] = field(default_factory=dict)
    problems: set[tuple[str, str, str]] = field(default_factory=set)
    later: dict[str, dict[str, object]] = field(default_factory=dict)
    """Answers of the next period, where the form carries figures over."""
    later_totals: dict[str, float] = field(default_factory=dict)


def grades(*rows: tuple[object, object, object]) -> dict[str, object]:
    return {
        f"k{n}_{name}": value
        for n, row in enumerate(rows, start=1)
        for name, value in zip(("lop", "nam", "nu"), row, strict=True)
    }


def ranks(*rows: tuple[int, ...]) -> dict[str, object]:
    return {
        f"k{n}_{name}": value
        for n, row in enumerate(rows, start=6)
        for name, value in zip(("ts", "tot", "kha", "dat", "cd"), row, strict=True)
    }


def peoples(first: int, second: object) -> dict[str, object]:
    """Two peoples of every level with figures, all others nought."""
    found: dict[str, object] = {f"{level}_{n}_ts": 0 for level in LEVELS for n in range(1, 37)}
    for level in LEVELS:
        found |= {f"{level}_1_ts": first, f"{level}_1_nu": first // 2, f"{level}_36_ts": second}
    return found


LEVELS = ("mn", "th", "cs", "pt", "tx")
FORMS = {
    "matrix": Planted(
        answers={
            "th-hb1": grades((3, 50, 45), (3, 48, 44), (2, 35, 33), (2, 30, 36), (2, 34, 30)),
            "th-hb2": grades((1, 20, "15 em"), (1, 18, 12), (1, 16, 14), (1, 15, 15), (1, 11, 19)),
            "th-nd": grades((1, 60, 40), (1, 10, 10), (1, "khoảng 20", 12), (1, 9, 11), (1, 8, 7)),
        },
        totals={
            "tong_lop": 22,
            "k1_nam": 130,
            "k1_nu": 100,
            "tong_hs": 707,
            "ty_le_nu": 343 / 707,
            "binh_quan": 32.1,
        },
        values={
            ("th-hb1", "tong_hs"): 385.0,
            ("th-hb1", "binh_quan"): 32.1,
            ("th-hb2", "ty_le_nu"): 75 / 155,
            ("th-nd", "tong_hs"): None,
        },
        problems={
            ("value-repaired", "th-hb2", "k1_nu"),
            ("number-in-doubt", "th-nd", "k3_nam"),
        },
    ),
    "three_sheets": Planted(
        answers={
            "mn-hoa-mai": {
                "p_kc": 8,
                "p_kc_moi": 2,
                "p_bkc": 1,
                "p_bkc_moi": 0,
                "p_nho": 0,
                "t_mt": 12,
                "t_mt_dung": 9,
                "t_tv": 10,
                "t_tv_dung": 10,
                "t_mt_nguon": "Ngân sách",
                "t_tv_nguon": "tài trợ",
                "so_lop": 9,
            },
            "mn-son-ca": {
                "p_kc": 5,
                "p_kc_moi": 0,
                "p_bkc": 2,
                "p_bkc_moi": 0,
                "p_nho": 1,
                "t_mt": 6,
                "t_mt_dung": 7,
                "t_tv": 4,
                "t_tv_dung": 4,
                "t_mt_nguon": "Mua sắm",
                "t_tv_nguon": "Ngân sách",
                "so_lop": 8,
            },
            "thcs-dong": {
                "p_kc": 16,
                "p_kc_moi": 0,
                "p_bkc": 0,
                "p_bkc_moi": 0,
                "p_bm": 4,
                "p_bm_moi": 1,
                "p_nho": 0,
                "t_mt": 40,
                "t_mt_dung": 30,
                "t_tv": 18,
                "t_tv_dung": 15,
                "t_tn": 10,
                "t_tn_dung": "KCSL",
                "t_mt_nguon": "Ngân sách",
                "t_tv_nguon": "Ngân sách",
                "t_tn_nguon": "Ngân sách",
                "so_lop": 16,
            },
        },
        totals={
            "p_kc": 29,
            "tong_phong": 40,
            "kien_co": 36,
            "ty_le_kc": 36 / 40,
            "phong_lop": 1.21,
            "may_100": 3.7,
        },
        values={
            ("mn-hoa-mai", "tong_phong"): 11.0,
            ("mn-hoa-mai", "kien_co"): 10.0,
            ("mn-hoa-mai", "du_phong"): "Đủ",
            ("mn-son-ca", "kien_co"): 5.0,
            ("thcs-dong", "kien_co"): 21.0,
            ("thcs-dong", "may_100"): 6.5,
        },
        problems={("rule-broken", "mn-son-ca", "t_mt_dung"), ("value-repaired", "mn-hoa-mai", "t_tv_nguon")},
    ),
    "finance": Planted(
        answers={
            "dv-vh": {
                "tx_du": 145.476,
                "tx_thuc": "145,476",
                "tx_so": -12.5,
                "dt_du": 1000,
                "dt_thuc": 800.25,
                "dt_so": 0,
                "khac_du": 0,
                "khac_thuc": 0,
                "khac_so": "-1,5",
                "thu_phi": 1_250_000,
                "quy": 1500,
                "so_nguoi": 100,
                "hai_long": 0.9,
                "diem": 8.5,
                "cho_lau": 2.5,
                "bien_che": -2,
                "cong_khai": "Niêm yết; Hội nghị",
            },
            "dv-yt": {
                "tx_du": 300,
                "tx_thuc": 250.125,
                "tx_so": 20,
                "dt_du": 0,
                "dt_thuc": 0,
                "dt_so": 0,
                "khac_du": 10,
                "khac_thuc": 5.5,
                "khac_so": 0,
                "thu_phi": "5.000.000đ",
                "quy": 250.5,
                "so_nguoi": 300,
                "hai_long": "87,5 %",
                "diem": "7,25",
                "cho_lau": 4,
                "bien_che": "3",
                "cong_khai": "Niêm yết",
            },
            "dv-hc": {
                "tx_du": "145.476",
                "tx_thuc": 90,
                "tx_so": 1,
                "dt_du": 0,
                "dt_thuc": 0,
                "dt_so": 0,
                "khac_du": 0,
                "khac_thuc": 0,
                "khac_so": 0,
                "thu_phi": 900,
                "quy": 0,
                "so_nguoi": 50,
                "hai_long": 0.8,
                "diem": 11,
                "cho_lau": 1,
                "bien_che": 0,
                "cong_khai": "Niêm yết",
            },
        },
        totals={
            "tx_du": 445.476,
            "tx_thuc": 340.125,
            "tx_so": 8.5,
            "khac_so": -1.5,
            "thu_phi": 6_250_900,
            "hai_long": (90 + 262.5 + 40) / 450,
            "diem": (850 + 2175 + 550) / 450,
            "cho_lau": 4,
            "bien_che": 1,
            "tong_thuc": 1145.875,
            "tong_so": 7.0,
        },
        values={
            ("dv-vh", "ty_le_th"): None,
            ("dv-vh", "tong_so"): -14.0,
            ("dv-yt", "ty_le_th"): 255.625 / 310,
        },
        problems={
            ("number-in-doubt", "dv-hc", "tx_du"),
            ("rule-broken", "dv-hc", "thu_phi"),
            ("number-out-of-range", "dv-hc", "diem"),
            ("number-in-doubt", "dv-vh", "tx_thuc"),
            ("value-repaired", "dv-vh", "khac_so"),
            ("value-repaired", "dv-yt", "bien_che"),
            ("value-repaired", "dv-yt", "diem"),
            ("value-repaired", "dv-yt", "hai_long"),
            ("value-repaired", "dv-yt", "thu_phi"),
        },
    ),
    "monthly": Planted(
        answers={
            "xa-a": {"kham": 120, "dieu_tri": 20, "tiem": 30},
            "xa-b": {"kham": "200 lượt", "dieu_tri": 50, "tiem": 0},
            "diem-b1": {"kham": 10, "dieu_tri": 12, "tiem": 5},
        },
        totals={"kham": 330, "lk_kham": 330, "lk_tiem": 35, "kham_1000": 16.1},
        values={("xa-a", "kham_1000"): 15.0, ("xa-b", "lk_kham"): 200.0},
        problems={
            ("value-repaired", "xa-b", "kham"),
            ("rule-broken", "diem-b1", "dieu_tri"),
            ("previous-absent", "", ""),
        },
        later={
            "xa-a": {"kham": 80, "dieu_tri": 20, "tiem": 10},
            "diem-b1": {"kham": 40, "dieu_tri": 2, "tiem": 5},
        },
        later_totals={"kham": 120, "lk_kham": 450, "lk_dieu_tri": 104, "lk_tiem": 50},
    ),
    "parts": Planted(
        answers={
            "cum-1": ranks((10, 5, 3, 1, 1), (20, 10, 5, 5, 0), (0, 0, 0, 0, 0), (12, 4, 4, 2, 2))
            | {"bao_gom": "Không"},
            "thcs-a": ranks(
                (100, 40, 30, 20, 10), (90, 30, 30, 20, 10), (80, 20, 20, 20, 20), (70, 70, 0, 0, 0)
            ),
            "thcs-b": ranks(
                (50, 20, 10, 10, 5), (40, 10, 10, 10, 10), (40, 20, 20, 0, 0), (30, 10, 10, 5, 5)
            ),
            "cum-2": ranks((60, 30, 20, 5, 5), (60, 20, 20, 15, 5), (50, 20, 10, 10, 10), (40, 20, 10, 5, 5))
            | {"bao_gom": "Có"},
            "thcs-c": ranks((30, 10, 10, 5, 5), (30, 10, 10, 5, 5), (25, 10, 5, 5, 5), (20, 10, 5, 0, 5)),
        },
        totals={"k6_ts": 220, "tong": 752, "ty_le_tot": 329 / 752, "ty_le_cd": 88 / 752},
        values={("thcs-a", "tong"): 340.0, ("thcs-a", "ty_le_tot"): 160 / 340},
        problems={("rule-broken", "thcs-b", "k6_ts")},
    ),
    "large": Planted(
        answers={"pg-bac": peoples(120, 5), "pg-nam": peoples(40, "7 em")},
        totals={f"tong_{level}": 172 for level in LEVELS} | {"mn_1_nu": 80, "tx_36_ts": 12},
        problems={("value-repaired", "pg-nam", f"{level}_36_ts") for level in LEVELS},
    ),
    "no_table": Planted(
        answers={
            "tr-1": {
                "ngay_pd": "05/09/2024",
                "cam_ket": 450,
                "hinh_thuc": "Chào cờ; Phát thanh",
                "cong_truong": "có",
                "tai_nan": 0,
                "ket_qua": "Không có vi phạm.",
            },
            "tr-2": {
                "ngay_pd": "6/9/24",
                "cam_ket": 400,
                "hinh_thuc": "Mạng xã hội",
                "cong_truong": "Không",
                "tai_nan": 1,
                "ket_qua": "Tốt.",
            },
            "tr-3": {
                "ngay_pd": "đầu tháng 9",
                "cam_ket": 880,
                "hinh_thuc": "Thi vẽ tranh; Diễu hành",
                "cong_truong": "Đang xây dựng",
                "tai_nan": 0,
            },
        },
        totals={"cam_ket": 1730, "tai_nan": 1},
        problems={
            ("rule-broken", "tr-2", "cam_ket"),
            ("date-in-doubt", "tr-3", "ngay_pd"),
            ("choice-unknown", "tr-3", "hinh_thuc"),
            ("answer-wanted", "tr-3", "ket_qua"),
            ("value-repaired", "tr-1", "cong_truong"),
            ("value-repaired", "tr-1", "ngay_pd"),
            ("value-repaired", "tr-2", "ngay_pd"),
        },
    ),
    "english": Planted(
        answers={
            "sch-a": {
                "books_en": 5200,
                "books_vi": 1800,
                "mags_en": 40,
                "mags_vi": 25,
                "readers": 320,
                "loans": 4100,
                "spending": 85.5,
                "saturday": "Yes",
            },
            "sch-b": {
                "books_en": "2,400",
                "books_vi": 3600,
                "mags_en": 10,
                "mags_vi": 60,
                "readers": 0,
                "loans": 900,
                "spending": 40,
                "saturday": "no",
            },
        },
        totals={
            "books_en": 5200,
            "books_vi": 5400,
            "readers": 320,
            "loans": 5000,
            "spending": 125.5,
            "per_reader": 15.63,
        },
        values={("sch-a", "total"): 7065.0, ("sch-a", "per_reader"): 12.81},
        problems={
            ("rule-broken", "sch-b", "loans"),
            ("number-in-doubt", "sch-b", "books_en"),
            ("value-repaired", "sch-b", "saturday"),
        },
    ),
    "levels": Planted(
        answers={
            "xa-dong": {"gv": 5, "gv_so": 5, "bai": 2, "ttht": 1, "bao_gom": "Không"},
            "th-dong": {"gv": 40, "gv_so": 30, "bai": 100},
            "cs-dong": {"gv": 35, "gv_so": 36, "bai": 80},
            "p-tay": {"gv": 60, "gv_so": 45, "bai": 200, "ttht": 1, "bao_gom": "Có"},
            "th-tay": {"gv": 30, "gv_so": 20, "bai": 90},
            "thpt-mau": {"gv": 80, "gv_so": 70, "bai": 300},
        },
        totals={"gv": 220, "gv_so": 186, "bai": 682, "ttht": 2, "ty_le": 186 / 220},
        values={("th-dong", "ty_le"): 0.75},
        problems={("rule-broken", "cs-dong", "gv_so")},
    ),
}
