"""A workbook with a password is read where the officer knows it, and named for what it is where not."""

from __future__ import annotations

import io

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from workbook_tools.errors import CannotRead
from workbook_tools.inbox.passwords import decrypt, read_passwords
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.refused import RefusedFile


def _book() -> bytes:
    target = io.BytesIO()
    Workbook().save(target)
    return target.getvalue()


BOOK = _book()


def encrypted(password: str) -> bytes:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(BOOK)).encrypt(password, target)
    return target.getvalue()


def test_one_of_several_passwords_opens_it():
    data = encrypted("Mật khẩu 1")
    assert detect_format(data) is Format.ENCRYPTED
    assert decrypt(data, ["khác", "Mật khẩu 1"]) == BOOK


def test_the_password_that_excel_itself_uses_need_not_be_given():
    assert decrypt(encrypted("VelvetSweatshop"), []) == BOOK


def test_an_unknown_password_is_asked_for():
    with pytest.raises(RefusedFile) as caught:
        decrypt(encrypted("abc"), ["khác"])
    assert caught.value.code == "return-encrypted"


@pytest.mark.parametrize("cut", [600, 1600, 3000])
def test_an_encrypted_file_cut_off_still_opens_with_a_password_only(cut):
    with pytest.raises(RefusedFile) as caught:
        decrypt(encrypted("abc")[:-cut], ["abc"])
    assert caught.value.code == "return-encrypted"


@pytest.mark.parametrize("zeros", [1, 511, 40_000])
def test_zeros_behind_an_encrypted_file_do_not_matter(zeros):
    assert decrypt(encrypted("VelvetSweatshop") + bytes(zeros), []) == BOOK
    with pytest.raises(RefusedFile) as caught:
        decrypt(encrypted("abc") + bytes(zeros), ["khác"])
    assert caught.value.code == "return-encrypted"


@pytest.mark.parametrize("cipher", [b"DES", b"RC2", b"RC4"])
def test_a_cipher_that_is_not_known_here_is_a_password_all_the_same(cipher):
    data = encrypted("abc")
    assert b'cipherAlgorithm="AES"' in data
    other = data.replace(b'cipherAlgorithm="AES"', b'cipherAlgorithm="' + cipher + b'"')
    with pytest.raises(RefusedFile) as caught:
        decrypt(other, ["khác"])
    assert caught.value.code == "return-encrypted"


def test_a_password_file_has_one_in_each_line(tmp_path):
    file = tmp_path / "mật khẩu.txt"
    file.write_bytes("\ufeffabc\r\n\r\n có dấu cách \r\n".encode())
    assert read_passwords(file) == ("abc", " có dấu cách ")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_password_file_that_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / "p.txt").write_bytes(content)
    with pytest.raises(CannotRead):
        read_passwords(tmp_path / "p.txt")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe" + "một\nhai".encode("utf-16-le"), "\ufeffmột\r\n\r\nhai\n".encode()]
)
def test_passwords_as_notepad_saves_them(tmp_path, content):
    (tmp_path / "p.txt").write_bytes(content)
    assert read_passwords(tmp_path / "p.txt") == ("một", "hai")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x80\x81", b"a\0b", b"x" * (2 << 20)])
def test_what_is_no_list_of_passwords_is_said(tmp_path, content):
    (tmp_path / "p.txt").write_bytes(content)
    with pytest.raises(CannotRead) as refused:
        read_passwords(tmp_path / "p.txt")
    assert refused.value.remedy
