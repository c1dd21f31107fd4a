"""What people do to a form: move, copy, reword, relabel, and type whatever comes to mind."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable

from openpyxl import Workbook, load_workbook

from corpus.case import SHEET, UNIT, Case, filled, repack, retype, unpack
from workbook_tools.forms.form_id import FormId, parse_form_id, sign_form

Edit = Callable[[Workbook], object]


def build_people(form: bytes, key: bytes) -> dict[str, Case]:
    """Identity, structure, values."""
    return {**_identity(filled(form), key), **_structure(filled(form)), **_values(form)}


def _identity(form: bytes, key: bytes) -> dict[str, Case]:
    parts = unpack(form)
    found = next(filter(None, (parse_form_id(part.decode("utf-8")) for part in parts.values())))

    def relabelled(new: FormId, only: str = "") -> bytes:
        return repack(
            {
                n: d.replace(str(found).encode(), str(new).encode()) if only in n else d
                for n, d in parts.items()
            }
        )

    return {
        "biểu đợt khác.xlsx": Case(
            relabelled(sign_form("KHAIGIANG", UNIT, found.version, key)), "refused", "other-campaign"
        ),
        "đơn vị không có trong danh sách.xlsx": Case(
            relabelled(sign_form(found.campaign, "99999", found.version, key)), "refused", "unit-unknown"
        ),
        "phiên bản cũ.xlsx": Case(
            relabelled(sign_form(found.campaign, UNIT, "00c0ffee", key)), "read", "form-version-old"
        ),
        "sửa tay mã đơn vị.xlsx": Case(
            repack({n: d.replace(f"/{UNIT}/".encode(), b"/11632/") for n, d in parts.items()}),
            "refused",
            "signature-wrong",
        ),
        "chữ ký bịa.xlsx": Case(
            relabelled(FormId(found.campaign, UNIT, found.version, "0" * 16)), "refused", "signature-wrong"
        ),
        "hai mã khác nhau.xlsx": Case(
            relabelled(sign_form(found.campaign, "11632", found.version, key), "core"),
            "refused",
            "identity-conflict",
        ),
    }


def _structure(form: bytes) -> dict[str, Case]:
    read: dict[str, tuple[Edit, str]] = {
        "chèn hàng trên.xlsx": (lambda b: b[SHEET].insert_rows(3, 2), ""),
        "chèn hàng giữa.xlsx": (lambda b: b[SHEET].insert_rows(24), ""),
        "chèn cột trước.xlsx": (lambda b: b[SHEET].insert_cols(1), ""),
        "chèn cột giữa.xlsx": (lambda b: b[SHEET].insert_cols(4), ""),
        "đảo hai hàng.xlsx": (_swap_rows, ""),
        "đổi tên trang.xlsx": (lambda b: setattr(b[SHEET], "title", "Bản nháp"), ""),
        "thêm trang đứng đầu.xlsx": (lambda b: b.create_sheet("Ghi chú", 0).append(["99", 99]), ""),
        "mất trang meta.xlsx": (lambda b: b.remove(b["_meta"]), ""),
        "sửa lời dòng.xlsx": (
            lambda b: b[SHEET].__setitem__("A24", "Số tin, phóng sự đã phát"),
            "label-changed",
        ),
        "sửa đơn vị tính.xlsx": (lambda b: b[SHEET].__setitem__("F28", "nghìn tờ"), "scale-changed"),
        "bỏ bảo vệ.xlsx": (lambda b: b[SHEET].protection.disable(), ""),
        "chép trang sang sổ mới.xlsx": (_copied, ""),
        "ẩn cột nhập.xlsx": (lambda b: setattr(b[SHEET].column_dimensions["E"], "hidden", True), ""),
    }
    cases = {name: Case(_edited(form, edit), "read", code) for name, (edit, code) in read.items()}
    return cases | {
        "xóa một dòng.xlsx": Case(
            _edited(form, lambda b: b[SHEET].delete_rows(24)), "read", "input-missing", {"ct_2_2": None}
        ),
        "gộp ô nhập.xlsx": Case(
            _edited(form, lambda b: b[SHEET].merge_cells("E28:E29")),
            "read",
            "cells-merged",
            {"ct_3_1": None},
        ),
        "chép đúp một dòng.xlsx": Case(_edited(form, _doubled), "read", "input-duplicated", {"ct_2_2": None}),
        "lời dòng trôi khỏi ô.xlsx": Case(
            _edited(form, _drifted), "read", "input-moved-apart", {"ct_2_1": None, "ct_2_2": None}
        ),
        "chỉ chép phần nhìn thấy.xlsx": Case(_edited(form, _visible_part), "refused", "not-a-form"),
    }


def _values(form: bytes) -> dict[str, Case]:
    in_doubt = {"ct_2_1": None}
    long = "Kế hoạch " + "a" * 40_000
    cases = {
        "chữ trong ô số.xlsx": (filled(form, E23="khoảng 20"), "number-in-doubt", in_doubt),
        "số lẻ.xlsx": (filled(form, E23=1.25), "number-not-whole", in_doubt),
        "số âm.xlsx": (filled(form, E23=-4), "number-in-doubt", in_doubt),
        "1e308.xlsx": (retype(filled(form), "E23", "><v>1e308</v>"), "", in_doubt),
        "NaN.xlsx": (retype(filled(form), "E23", "><v>NaN</v>"), "", in_doubt),
        "INF.xlsx": (retype(filled(form), "E23", "><v>INF</v>"), "", in_doubt),
        "đúng sai.xlsx": (retype(filled(form), "E23", ' t="b"><v>1</v>'), "", in_doubt),
        "lỗi REF.xlsx": (retype(filled(form), "E23", ' t="e"><v>#REF!</v>'), "cell-error", in_doubt),
        "lỗi SPILL.xlsx": (retype(filled(form), "E23", ' t="e"><v>#SPILL!</v>'), "cell-error", in_doubt),
        "công thức chưa tính.xlsx": (
            retype(filled(form), "E23", "><f>SUM(A1:A9)</f>"),
            "formula-not-calculated",
            in_doubt,
        ),
        "chấm ngăn nghìn.xlsx": (filled(form, E23="1.250"), "value-repaired", {"ct_2_1": 1250.0}),
        "kèm đơn vị.xlsx": (filled(form, E23="12 bài"), "value-repaired", None),
        "toàn góc.xlsx": (filled(form, E23="１２"), "value-repaired", None),
        "dấu cách lạ.xlsx": (filled(form, E23="\u00a012\u200b"), "value-repaired", None),
        "dấu nháy.xlsx": (filled(form, E23="'12"), "value-repaired", None),
        "phần trăm.xlsx": (filled(form, E23="85%"), "number-in-doubt", in_doubt),
        "không.xlsx": (filled(form, E23="không"), "value-repaired", {"ct_2_1": 0.0}),
        "KCSL.xlsx": (filled(form, E23="kcsl"), "", {"ct_2_1": None}),
        "công thức trong chữ.xlsx": (
            filled(form, E21="=cmd|'/c calc'!A1"),
            "",
            {"ct_1": "=cmd|'/c calc'!A1"},
        ),
        "chữ tổ hợp.xlsx": (
            filled(form, E21=unicodedata.normalize("NFD", "Số 12/KH-UBND ngày 20/9/2023")),
            "",
            None,
        ),
        "chữ rất dài.xlsx": (filled(form, E21=long), "text-too-long", {"ct_1": long}),
        "để trống.xlsx": (filled(form, E23=None), "answer-missing", {"ct_2_1": None}),
    }
    return {name: Case(data, "read", code, answers) for name, (data, code, answers) in cases.items()}


def _edited(form: bytes, edit: Edit) -> bytes:
    """The form opened by a library, edited, and saved; an edit that makes another workbook returns it."""
    book = load_workbook(io.BytesIO(form))
    # The library moves cells but not what is merged, and would drop what comes to lie under it.
    for merged in list(book[SHEET].merged_cells.ranges):
        book[SHEET].unmerge_cells(str(merged))
    made = edit(book)
    target = io.BytesIO()
    (made if isinstance(made, Workbook) else book).save(target)
    return target.getvalue()


def _swap_rows(book: Workbook) -> None:
    """As sorting does: the whole rows, marks and all."""
    sheet = book[SHEET]
    for column in range(1, sheet.max_column + 1):
        one, other = sheet.cell(23, column), sheet.cell(24, column)
        one.value, other.value = other.value, one.value


def _doubled(book: Workbook) -> None:
    sheet = book[SHEET]
    for column in range(1, sheet.max_column + 1):
        sheet.cell(100, column).value = sheet.cell(24, column).value


def _drifted(book: Workbook) -> None:
    """Labels pasted one row further down than their figures."""
    sheet = book[SHEET]
    sheet["A23"].value, sheet["A24"].value = sheet["A24"].value, sheet["A23"].value


def _copied(book: Workbook) -> Workbook:
    """All cells of the form's sheet copied into a new workbook: names, properties and the other sheet stay behind."""
    new = Workbook()
    new.active.title = "Sheet1"
    for row in book[SHEET].iter_rows():
        for cell in row:
            if cell.value is not None:
                new.active.cell(cell.row, cell.column, cell.value)
    return new


def _visible_part(book: Workbook) -> Workbook:
    new = _copied(book)
    for row in new.active.iter_rows():
        for cell in row:
            if re.match(r"wt:|BM/|Mã biểu", str(cell.value)):
                cell.value = None
    return new
