"""Forms in archives and mails, packed as people and programs pack them."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage

from compound_file import outlook_message

from corpus.case import Case, repack

_DAY = datetime(2023, 10, 10, 3, 0, tzinfo=UTC)


def build_wrapped(form: bytes) -> dict[str, Case]:
    """One form each, however deep, or the reason why it was not taken out."""
    inside = repack({"Báo cáo.xlsx": form})
    message = _mail(form)
    read = {
        "một biểu.zip": inside,
        "trong thư mục con.zip": repack({"xã/": b"", "xã/ấp/Báo cáo.xlsx": form}),
        "zip trong zip.zip": repack({"gom.zip": inside}),
        "zip mang đuôi rar.rar": inside,
        "zip không nén.zip": repack({"Báo cáo.xlsx": form}, zipfile.ZIP_STORED),
        "có rác của máy Mac.zip": repack(
            {"__MACOSX/._Báo cáo.xlsx": b"x", ".DS_Store": b"x", "Báo cáo.xlsx": form}
        ),
        "thư.eml": message.as_bytes(),
        "thư xuống dòng Windows.eml": message.as_bytes().replace(b"\n", b"\r\n"),
        "thư chuyển tiếp.eml": _forwarded(message),
        "thư kèm zip.eml": _mail(inside, "gom.zip").as_bytes(),
        "thư có chữ ký ảnh.eml": _with_picture(form),
        "thư không người gửi.eml": _without_headers(form),
        "thư Outlook.msg": outlook_message("a@b.example", "Báo cáo", _DAY, {"Báo cáo.xlsx": form}),
        "thư Outlook kèm zip.msg": outlook_message("a@b.example", "Báo cáo", _DAY, {"gom.zip": inside}),
    }
    refused = {
        "zip ba tầng.zip": (repack({"c.zip": repack({"b.zip": inside})}), "nested-too-deep"),
        "zip dẫn ra ngoài.zip": (repack({"../../Báo cáo.xlsx": form}), "return-hostile"),
        "zip bị cắt.zip": (inside[:-40], "return-damaged"),
        "zip toàn thư mục.zip": (repack({"a/": b"", "a/b/": b""}), "archive-empty"),
        "zip có mật khẩu.zip": (_locked(inside), "archive-encrypted"),
        "zip chỉ có ảnh.zip": (repack({"Ảnh.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 99}), "format-unsupported"),
        "thư trống.eml": (_empty(), "mail-empty"),
        "thư lồng nhau.eml": (_nested(7), "nested-too-deep"),
        "thư base64 hỏng.eml": (message.as_bytes().replace(b"UEsDB", b"U!!!B"), "format-unsupported"),
        "thư Outlook trống.msg": (outlook_message("a@b.example", "x", _DAY, {}), "mail-empty"),
        "thư Outlook bị cắt.msg": (
            outlook_message("a@b.example", "x", _DAY, {"a.xlsx": form})[:-600],
            "return-damaged",
        ),
    }
    cases = {name: Case(data, "read") for name, data in read.items()}
    return cases | {name: Case(data, "refused", code) for name, (data, code) in refused.items()}


def _mail(content: bytes, name: str = "Báo cáo.xlsx") -> EmailMessage:
    message = EmailMessage()
    message["Received"] = "from a by b; Tue, 10 Oct 2023 10:00:00 +0700"
    message["From"], message["Subject"] = "Văn thư <a@b.example>", "Gửi báo cáo tuần lễ"
    message.set_content("Kính gửi Phòng.")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def _forwarded(message: EmailMessage) -> bytes:
    outer = _empty_message()
    outer.add_attachment(message)
    return outer.as_bytes()


def _with_picture(form: bytes) -> bytes:
    message = _mail(form)
    message.add_attachment(
        b"\x89PNG\r\n\x1a\n",
        maintype="image",
        subtype="png",
        filename="logo.png",
        disposition="inline",
        cid="<1>",
    )
    return message.as_bytes()


def _without_headers(form: bytes) -> bytes:
    message = _mail(form)
    for name in ("From", "Subject", "Received"):
        del message[name]
    return b"Date: x\n" + message.as_bytes()


def _empty_message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.example", "Chuyển tiếp"
    message.set_content("Xem thư kèm.")
    return message


def _empty() -> bytes:
    return _empty_message().as_bytes()


def _nested(depth: int) -> bytes:
    message = _empty_message()
    for _ in range(depth):
        outer = _empty_message()
        outer.add_attachment(message)
        message = outer
    return message.as_bytes()


def _locked(archive: bytes) -> bytes:
    data = bytearray(archive)
    for start in (data.find(b"PK\3\4") + 6, data.rfind(b"PK\1\2") + 8):
        data[start] |= 1
    return bytes(data)
