"""Archives and mails are opened as deep as people pack them; every file inside gets its own outcome, and nothing else is touched."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage

import olefile
import pytest
from compound_file import compound_file, message_tree, outlook_message
from handmade import pack, workbook

from workbook_tools.inbox import unwrap as unwrap_module
from workbook_tools.inbox.unwrap import unwrap

FORM = workbook('<row r="1"><c r="A1" t="str"><v>x</v></c></row>')
ARRIVED = datetime(2023, 10, 12, 2, 30, tzinfo=UTC)


def letter(*attachments: tuple[str, bytes], sender: str = "Văn thư <VanThu@an-tien.example>") -> EmailMessage:
    message = EmailMessage()
    message["Received"] = "from a by b; Thu, 12 Oct 2023 09:30:00 +0700"
    message["Received"] = "from c by a; Thu, 12 Oct 2023 09:29:00 +0700"
    message["From"], message["Subject"], message["Date"] = (
        sender,
        "Báo cáo  tuần lễ",
        "Wed, 11 Oct 2023 01:00:00 +0700",
    )
    message.set_content("Kính gửi Phòng.")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def read(path: str, data: bytes) -> dict[str, str]:
    """Path → what became of it: ``file``, ``litter`` or the code of its refusal."""
    return {
        f.path: "litter" if f.litter else f.refused.code if f.refused else "file" for f in unwrap(path, data)
    }


def test_a_file_of_its_own_is_itself():
    assert read("a.xlsx", FORM) == {"a.xlsx": "file"}


def test_folders_litter_and_archives_within_an_archive():
    inner = pack({"An Tiến.xlsx": FORM})
    data = pack(
        {
            "xã/": b"",
            "xã/Báo cáo.xlsx": FORM,
            "xã/~$Báo cáo.xlsx": b"x",
            "__MACOSX/._Báo cáo.xlsx": b"x",
            "gom.zip": inner,
        }
    )
    assert read("Gửi.zip", data) == {
        "Gửi.zip/xã/Báo cáo.xlsx": "file",
        "Gửi.zip/xã/~$Báo cáo.xlsx": "litter",
        "Gửi.zip/__MACOSX/._Báo cáo.xlsx": "litter",
        "Gửi.zip/gom.zip/An Tiến.xlsx": "file",
    }


def test_a_third_archive_within_is_not_opened():
    data = pack({"c.zip": pack({"b.zip": pack({"a.xlsx": FORM}), "d.xlsx": FORM})})
    assert read("d.zip", data) == {"d.zip/c.zip/b.zip": "nested-too-deep", "d.zip/c.zip/d.xlsx": "file"}


def test_names_in_utf8_are_read_though_the_archive_does_not_say_so():
    data = bytearray(pack({"Xã An Tiến.xlsx": FORM}))
    for start in (data.find(b"PK\x03\x04") + 6, data.rfind(b"PK\x01\x02") + 8):
        data[start : start + 2] = b"\0\0"
    assert read("a.zip", bytes(data)) == {"a.zip/Xã An Tiến.xlsx": "file"}


def test_a_damaged_member_costs_no_other():
    data = bytearray(pack({"a.xlsx": b"A" * 500, "b.xlsx": FORM}, zipfile.ZIP_STORED))
    data[data.find(b"AAAA") + 10] ^= 1
    assert read("x.zip", bytes(data)) == {"x.zip/a.xlsx": "return-damaged", "x.zip/b.xlsx": "file"}


def test_a_member_that_points_outside_costs_no_other():
    data = pack({"./a.xlsx": FORM, "/xã/b.xlsx": FORM, "../c.xlsx": FORM, "./": b""})
    assert read("x.zip", data) == {
        "x.zip/a.xlsx": "file",
        "x.zip/xã/b.xlsx": "file",
        "x.zip/../c.xlsx": "return-hostile",
    }


def test_a_large_member_costs_no_other():
    """A film beside the report: 26 MB that hardly compress, packed as they are."""
    data = pack({"phim.mp4": b"\0" * (26 << 20), "b.xlsx": FORM}, zipfile.ZIP_STORED)
    assert read("x.zip", data) == {"x.zip/phim.mp4": "return-too-large", "x.zip/b.xlsx": "file"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pack({"xã/": b""}), "archive-empty"),
        (pack({"../a.xlsx": FORM}), "return-hostile"),
        (pack([("a.xlsx", "x"), ("A.xlsx", "y")]), "return-hostile"),
        (pack({"a.xlsx": FORM})[:-30], "return-damaged"),
        (letter().as_bytes(), "mail-empty"),
        (outlook_message("a@b.example", "x", ARRIVED, {}), "mail-empty"),
        (outlook_message("a@b.example", "x", ARRIVED, {"a.xlsx": FORM})[:-600], "return-damaged"),
    ],
    ids=[
        "nothing in it",
        "points outside",
        "one name twice",
        "cut off",
        "no attachment",
        "no attachment (Outlook)",
        "cut off (Outlook)",
    ],
)
def test_what_cannot_be_opened_is_one_file_with_a_reason(data, code):
    assert read("gửi", data) == {"gửi": code}


def test_an_archive_with_a_password_says_so():
    data = bytearray(pack({"a.xlsx": FORM}))
    for start in (data.find(b"PK\x03\x04") + 6, data.rfind(b"PK\x01\x02") + 8):
        data[start] |= 1
    assert read("a.zip", bytes(data)) == {"a.zip": "archive-encrypted"}


def test_an_archive_of_stored_workbooks_is_not_taken_for_one_with_too_many_parts():
    forms = {f"{number}.xlsx": FORM for number in range(300)}
    assert len(read("a.zip", pack(forms, zipfile.ZIP_STORED))) == 300


def test_more_files_than_anyone_packs_are_read_up_to_there(monkeypatch):
    monkeypatch.setattr(unwrap_module, "_MEMBERS", 3)
    found = read("a.zip", pack({f"{number}.xlsx": FORM for number in range(5)}))
    assert found == {
        "a.zip/0.xlsx": "file",
        "a.zip/1.xlsx": "file",
        "a.zip/2.xlsx": "file",
        "a.zip": "return-too-large",
    }


def test_a_province_in_one_archive_is_read():
    small = {f"{number}.txt": b"x" for number in range(5000)}
    assert set(read("a.zip", pack(small)).values()) == {"file"}
    assert read("a.zip", pack({**small, "more.txt": b"x"})) == {"a.zip": "return-too-large"}


def test_a_file_packed_by_another_method_costs_no_other():
    target = io.BytesIO(pack({"a.xlsx": FORM}))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("b.xlsx", FORM)
    assert read("a.zip", target.getvalue()) == {"a.zip/a.xlsx": "file", "a.zip/b.xlsx": "packed-oddly"}


def test_an_archive_packed_by_another_method_throughout_is_one_refusal():
    packed = pack({"a.txt": b"x", "b.txt": b"x"}, zipfile.ZIP_LZMA)
    [found] = unwrap("a.zip", packed)
    assert found.refused is not None
    assert (found.refused.code, found.refused.params["value"]) == ("packed-oddly", "LZMA")


def test_a_mail_gives_its_attachments_sender_subject_and_the_last_servers_date():
    found = list(unwrap("thư.eml", letter(("Báo cáo.xlsx", FORM), ("Báo cáo.xlsx", FORM)).as_bytes()))
    assert [f.path for f in found] == ["thư.eml/Báo cáo.xlsx", "thư.eml/Báo cáo.xlsx (2)"]
    assert all(f.data == FORM for f in found)
    envelope = found[0].envelope
    assert envelope is not None
    assert (envelope.sender, envelope.subject, envelope.received) == (
        "vanthu@an-tien.example",
        "Báo cáo tuần lễ",
        ARRIVED,
    )


@pytest.mark.parametrize(
    "names",
    [
        ("a.xlsx", "a.xlsx (2)", "a.xlsx"),
        ("a.xlsx", "a.xlsx", "a.xlsx (2)", "A.xlsx"),
        ("a.xlsx (2)", "a.xlsx", "a.xlsx"),
    ],
)
def test_every_attachment_has_a_path_of_its_own(names):
    paths = [f.path for f in unwrap("thư.eml", letter(*((name, FORM) for name in names)).as_bytes())]
    assert len({path.casefold() for path in paths}) == len(names)


def test_a_folder_called_like_an_archive_beside_it_hides_none():
    inner = pack({"a.xlsx": FORM})
    paths = [f.path for f in unwrap("b.zip", pack({"x.zip": inner, "x.zip/a.xlsx": FORM}))]
    assert len({*paths}) == 2


def test_a_mail_without_a_servers_stamp_has_the_senders_date():
    message = letter(("a.xlsx", FORM))
    del message["Received"]
    [found] = unwrap("a.eml", message.as_bytes())
    assert found.envelope is not None
    assert found.envelope.received == datetime(2023, 10, 10, 18, 0, tzinfo=UTC)


def test_pictures_of_the_letter_itself_are_litter_but_an_attached_scan_is_not():
    message = letter(("Báo cáo.xlsx", FORM))
    message.add_attachment(
        b"\x89PNG\r\n\x1a\n",
        maintype="image",
        subtype="png",
        filename="logo.png",
        disposition="inline",
        cid="<1>",
    )
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="Bản quét.png")
    assert read("a.eml", message.as_bytes()) == {
        "a.eml/Báo cáo.xlsx": "file",
        "a.eml/logo.png": "litter",
        "a.eml/Bản quét.png": "file",
    }


def test_a_mail_sent_on_as_an_attachment_keeps_the_first_senders_envelope():
    outer = letter(sender="phong@huyen.example")
    outer.add_attachment(letter(("a.xlsx", FORM), sender="truong@an-thai.example"))
    [found] = unwrap("a.eml", outer.as_bytes())
    assert found.path == "a.eml/mail.eml/a.xlsx"
    assert found.envelope is not None
    assert found.envelope.sender == "truong@an-thai.example"


def test_thousands_of_mails_within_mails_are_refused_and_not_followed():
    text = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3000))
    assert read("a.eml", b"From: a@b.example\r\n" + text.encode()) == {"a.eml": "return-hostile"}


def test_an_archive_attached_to_a_mail_is_opened_too():
    data = letter(("gom.zip", pack({"a.xlsx": FORM}))).as_bytes()
    [found] = unwrap("a.eml", data)
    assert found.path == "a.eml/gom.zip/a.xlsx"
    assert found.envelope is not None
    assert found.envelope.sender == "vanthu@an-tien.example"


def test_an_outlook_message_gives_the_same():
    data = outlook_message(
        "VanThu@an-tien.example", "Báo cáo", ARRIVED, {"Báo cáo.xlsx": FORM, "to.xlsx": FORM + b"\0" * 5000}
    )
    assert olefile.isOleFile(io.BytesIO(data))
    found = list(unwrap("thư.msg", data))
    assert {f.path: len(f.data) for f in found} == {
        "thư.msg/Báo cáo.xlsx": len(FORM),
        "thư.msg/to.xlsx": len(FORM) + 5000,
    }
    envelope = found[0].envelope
    assert envelope is not None
    assert (envelope.sender, envelope.subject, envelope.received) == (
        "vanthu@an-tien.example",
        "Báo cáo",
        ARRIVED,
    )


def test_a_message_attached_to_an_outlook_message_is_opened_with_its_own_sender():
    inner = message_tree("truong@an-thai.example", "Báo cáo", ARRIVED, {"Báo cáo.xlsx": FORM})
    deeper = message_tree("xa@b.example", "FW", ARRIVED, {"thư": inner, "b.xlsx": FORM})
    found = [*unwrap("thư.msg", outlook_message("phong@huyen.example", "FW", ARRIVED, {"thư": deeper}))]
    assert [(f.path, f.envelope.sender) for f in found if f.envelope] == [
        ("thư.msg/1.msg/1.msg/Báo cáo.xlsx", "truong@an-thai.example"),
        ("thư.msg/1.msg/b.xlsx", "xa@b.example"),
    ]
    assert {f.data for f in found} == {FORM}


def test_outlook_messages_within_messages_are_followed_no_further_than_people_go():
    tree = message_tree("a@b.example", "x", ARRIVED, {"a.xlsx": FORM})
    for _ in range(8):
        tree = message_tree("a@b.example", "x", ARRIVED, {"thư": tree})
    [found] = unwrap("thư.msg", outlook_message("a@b.example", "x", ARRIVED, {"thư": tree}))
    assert found.refused is not None
    assert found.refused.code == "nested-too-deep"


def test_the_compound_files_of_these_tests_are_read_by_another_program():
    file = olefile.OleFileIO(compound_file({"a": {"b": b"x" * 9000, "c": b"y"}, "d": b"z" * 100}))
    assert file.openstream("a/b").read() == b"x" * 9000
    assert file.openstream("a/c").read() == b"y"
    assert file.openstream("d").read() == b"z" * 100
