"""A mail is a mail whatever its first field, its wrapping or the program that saved it; the form inside is read."""

from __future__ import annotations

import base64
import binascii
import struct
from email.message import EmailMessage

import pytest
from asn1crypto import algos, cms, core, pem
from handmade import pack, workbook

from workbook_tools.inbox.unwrap import unwrap
from workbook_tools.readers.file_kind import Format, detect_format

FORM = workbook('<row r="1"><c r="A1" t="str"><v>x</v></c></row>')
SENDER = "vanthu@an-tien.example"


def letter(*names: str, content: bytes = FORM) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = SENDER, "Báo cáo"
    message["Date"] = "Wed, 11 Oct 2023 01:00:00 +0700"
    message.set_content("Kính gửi Phòng.")
    for name in names or ("Báo cáo.xlsx",):
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def forms(data: bytes, path: str = "thư") -> list[str]:
    """The paths of the files inside that are the form, byte by byte; nothing else is inside but litter."""
    found = [f for f in unwrap(path, data) if not f.litter]
    assert [f.refused.code for f in found if f.refused] == []
    assert {f.data for f in found} == {FORM}
    return [f.path for f in found]


def refusal(data: bytes) -> str:
    [found] = unwrap("thư", data)
    assert found.refused is not None
    return found.refused.code


@pytest.mark.parametrize(
    "first",
    [
        "DKIM-Signature: v=1; a=rsa-sha256;\r\n\tb=AAAA",
        "ARC-Seal: i=1",
        "Content-Language: vi",
        "Message-ID: <a@b>",
        "List-Id: <a.b>",
        "Importance: high",
        "X-Anything_at.all: 1",
        "Bcc: a@b.example",
        "Errors-To: a@b.example",
        "\r\n\r\nTo: a@b.example",
        "\ufeffSubject: x",
        "received:x",
    ],
)
@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_any_field_may_come_first(first, ends):
    data = first.encode() + b"\n" + letter()
    assert forms(data.replace(b"\r\n", b"\n").replace(b"\n", ends.encode())) == ["thư/Báo cáo.xlsx"]


def test_a_long_head_is_still_that_of_a_mail():
    seals = b"".join(b"ARC-Seal: i=%d;\n\tb=%s\n" % (i, b"A" * 900) for i in range(20))
    assert forms(seals + letter()) == ["thư/Báo cáo.xlsx"]


@pytest.mark.parametrize(
    "html", ["<html><body>Kính gửi</body></html>", "<!DOCTYPE html><html></html>", "%PDF-1.4"]
)
def test_what_the_letter_says_first_does_not_matter(html):
    message = EmailMessage()
    message["From"] = SENDER
    message["Subject"] = "x"
    message.set_content(html, subtype="html", cte="7bit" if html.isascii() else "8bit")
    message.add_attachment(FORM, maintype="application", subtype="octet-stream", filename="a.xlsx")
    assert forms(message.as_bytes()) == ["thư/a.xlsx"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Subject: họp giao ban\r\n\r\nKính gửi", Format.TEXT),
        ("Date: 5/10\nSố lượt: 5", Format.TEXT),
        ("Ten: An\nTuoi: 5\n", Format.TEXT),
        ("http://a.example\n", Format.TEXT),
        ("Mã;Tên\nTo: x\nFrom: y\n", Format.TEXT),
        ("From: <Saved by Blink>\nSnapshot-Content-Location: https://a\nSubject: x\n\n", Format.HTML),
        ("MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related\n\n", Format.HTML),
    ],
)
def test_what_is_no_mail_is_not_taken_for_one(text, kind):
    assert detect_format(text.encode()) is kind


class TestOtherWaysToSave:
    LINE = b"From vanthu@an-tien.example Fri Oct  6 09:00:00 2023\n"

    def test_a_mailbox_of_one_mail_is_that_mail(self):
        assert forms(self.LINE + letter()) == ["thư/Báo cáo.xlsx"]

    def test_a_mailbox_of_several_is_opened(self):
        """A line of a letter that begins with "From " is no mail of its own."""
        noisy = letter().replace(b"S8OtbmggZ+G7rWkgUGjDsm5nLg==", b"S8Ot\n\nFrom 2023\nbmgg")
        data = self.LINE + letter("a.xlsx") + b"\n" + self.LINE + noisy + b"\n" + self.LINE + letter("b.xlsx")
        assert forms(data, "Hộp thư.mbox") == [
            "Hộp thư.mbox/1.eml/a.xlsx",
            "Hộp thư.mbox/2.eml/Báo cáo.xlsx",
            "Hộp thư.mbox/3.eml/b.xlsx",
        ]

    def test_apple_mail_counts_the_bytes_first(self):
        mail = letter()
        assert forms(b"%-10d\n" % len(mail) + mail + b'<?xml version="1.0"?><plist/>') == ["thư/Báo cáo.xlsx"]

    def test_an_attachment_that_apple_mail_keeps_elsewhere_is_said_to_be_absent(self):
        mail = b"From: a@b.example\nSubject: x\nContent-Type: application/x; name=a.xlsx\nX-Apple-Content-Length: 9\n\n"
        assert refusal(mail) == "attachment-absent"


class TestFooters:
    """List servers and virus scanners write behind the base64, into the same part."""

    @pytest.mark.parametrize(
        "footer",
        [
            "\n-- \nThis message was scanned.\n",
            "\nScanned\nby-gateway.example\n",
            "_______\nĐã kiểm tra\n",
            "\n<p>Checked</p>",
            "\nAVAST\n***\n",
        ],
    )
    @pytest.mark.parametrize("length", [54, 55, 56, 57, 4000, 4001])
    def test_a_footer_is_left_out(self, footer, length):
        content = FORM + bytes(length)
        coded = base64.encodebytes(content).decode()
        mail = f"From: a@b.example\nSubject: x\nContent-Type: application/octet-stream; name=a.xlsx\nContent-Transfer-Encoding: base64\n\n{coded}{footer}"
        [found] = unwrap("thư", mail.encode())
        assert found.data == content

    def test_base64_in_uneven_lines_is_read_whole(self):
        coded = base64.b64encode(FORM).decode()
        lines = "\n".join([coded[:40], coded[40:100], coded[100:104], coded[104:]])
        mail = f"From: a@b.example\nSubject: x\nContent-Type: application/octet-stream; name=a.xlsx\nContent-Transfer-Encoding: Base64\n\n{lines}\n"
        assert forms(mail.encode()) == ["thư/a.xlsx"]


@pytest.mark.parametrize("coding", ["base64", "7bit"])
def test_a_mail_within_a_mail_is_read_however_it_is_coded(coding):
    inner = letter()
    coded = base64.encodebytes(inner) if coding == "base64" else inner
    outer = (
        f'From: a@b.example\nSubject: FW\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=b="\n\n--=b=\n'
        f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {coding}\n\n"
    )
    data = outer.encode() + coded + b"\n--=b=--\n"
    [found] = [f for f in unwrap("thư", data) if not f.litter]
    assert (found.path, found.data) == ("thư/mail.eml/Báo cáo.xlsx", FORM)
    assert found.envelope is not None
    assert found.envelope.sender == SENDER


@pytest.mark.parametrize("end", ["`\nend\n", " \nend\n", "end"])
def test_files_written_into_the_letter_are_read(end):
    lines = b"".join(binascii.b2a_uu(FORM[i : i + 45]) for i in range(0, len(FORM), 45)).decode()
    mail = (
        f"From: a@b.example\nSubject: x\n\nKinh gui\n\nbegin 644 Bao cao.xlsx\n{lines}{end}\n-- \nVan thu\n"
    )
    assert forms(mail.encode()) == ["thư/Bao cao.xlsx"]


def signed(content: bytes, kind: str = "signed_data") -> bytes:
    """A message in CMS around some bytes; the signature itself is left out, for nothing looks at it."""
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data", "content": content},
            "signer_infos": [],
        }
    )
    return cms.ContentInfo({"content_type": kind, "content": data}).dump()


def streamed(content: bytes) -> bytes:
    """The same as mail programs write it, its parts without a length and the content in pieces."""
    oid = bytes.fromhex("06092a864886f70d0107")
    pieces = b"".join(core.OctetString(content[i : i + 1000]).dump() for i in range(0, len(content), 1000))
    inner = b"\x30\x80" + oid + b"\x01\xa0\x80\x24\x80" + pieces + b"\0\0\0\0\0\0"
    return b"\x30\x80" + oid + b"\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00" + inner + b"\x31\x00" + b"\0\0" * 3


class TestSigned:
    ENTITY = letter().partition(b"MIME-Version")[2].partition(b"\n")[2]

    @pytest.mark.parametrize("wrap", [signed, streamed])
    @pytest.mark.parametrize(
        "kind", ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/octet-stream"]
    )
    def test_a_mail_signed_as_a_whole_is_read(self, wrap, kind):
        head = f"From: {SENDER}\nSubject: x\nMIME-Version: 1.0\nContent-Type: {kind}; smime-type=signed-data; name=smime.p7m\n"
        mail = (
            head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(wrap(self.ENTITY))
        )
        [found] = [f for f in unwrap("thư", mail) if not f.litter]
        assert found.data == FORM
        assert found.envelope is not None
        assert found.envelope.sender == SENDER

    @pytest.mark.parametrize("wrap", [signed, streamed, lambda data: pem.armor("PKCS7", signed(data))])
    def test_a_file_with_a_signature_around_it_is_read(self, wrap):
        assert forms(wrap(FORM), "Báo cáo.xlsx.p7m") == ["Báo cáo.xlsx.p7m/Báo cáo.xlsx"]

    def test_what_is_encrypted_is_said_to_be(self):
        sealed = signed(FORM).replace(
            bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010703"), 1
        )
        mail = b"From: a@b.example\nSubject: x\nContent-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
        assert refusal(mail + base64.encodebytes(sealed)) == "mail-sealed"

    def test_a_damaged_signature_costs_itself_only(self):
        whole = signed(self.ENTITY)
        for cut in (20, 60, len(whole) // 2, len(whole) - 1):
            assert refusal(whole[:cut]) == "return-damaged"

    def test_a_signature_alone_is_said_to_be_one(self):
        empty = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [],
                "encap_content_info": {"content_type": "data"},
                "signer_infos": [],
            }
        )
        assert (
            refusal(cms.ContentInfo({"content_type": "signed_data", "content": empty}).dump())
            == "signature-alone"
        )


def winmail(*attachments: tuple[str, bytes]) -> bytes:
    """Attachments as Outlook wraps them (MS-OXTNEF), each with its short and its long name."""
    data = struct.pack("<IH", 0x223E9F78, 1) + _attribute(1, 0x9007, 6, struct.pack("<II", 1258, 0))
    for name, content in attachments:
        encoded = (name + "\0").encode("utf-16-le")
        encoded += bytes(-len(encoded) % 4)
        long_name = (
            struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, len((name + "\0").encode("utf-16-le"))) + encoded
        )
        data += _attribute(2, 0x9002, 6, bytes(14)) + _attribute(2, 0x8010, 1, b"BAOCAO~1.XLS\0")
        data += _attribute(2, 0x800F, 6, content) + _attribute(2, 0x9005, 6, long_name)
    return data


def _attribute(level: int, name: int, kind: int, content: bytes) -> bytes:
    return (
        struct.pack("<BHHI", level, name, kind, len(content))
        + content
        + struct.pack("<H", sum(content) & 0xFFFF)
    )


class TestOutlooksWrapping:
    def test_attachments_keep_their_names(self):
        assert forms(winmail(("Báo cáo.xlsx", FORM), ("Báo cáo 2.xlsx", FORM)), "winmail.dat") == [
            "winmail.dat/Báo cáo.xlsx",
            "winmail.dat/Báo cáo 2.xlsx",
        ]

    def test_in_a_mail_they_have_its_sender(self):
        [found] = unwrap("thư", letter("winmail.dat", content=winmail(("gom.zip", pack({"a.xlsx": FORM})))))
        assert found.path == "thư/winmail.dat/gom.zip/a.xlsx"
        assert found.envelope is not None
        assert found.envelope.sender == SENDER

    @pytest.mark.parametrize("keep", [7, 30, 80])
    def test_one_cut_off_costs_itself_only(self, keep):
        found = [*unwrap("thư", winmail(("a.xlsx", FORM))[:keep])]
        assert FORM not in [f.data for f in found]
        assert {f.refused.code for f in found if f.refused} <= {"return-damaged", "mail-empty"}
