"""An encrypted .xls: Excel itself encrypts one whose structure is locked, with a password that everybody knows."""

from __future__ import annotations

import hashlib
import struct

import pytest
from handmade_xls import compound, record, shared, short, workbook_stream

from workbook_tools.inbox.passwords import decrypt
from workbook_tools.readers import read_workbook
from workbook_tools.readers.refused import RefusedFile

KNOWN = "VelvetSweatshop"
PLAIN = (0x0809, 0x002F)
SALT, VERIFIER = bytes(range(16)), b"kiem tra 16 byte"


def rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    mixed, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        mixed.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(mixed)


def md5_key(password: str, block: int) -> bytes:
    first = hashlib.md5(password.encode("utf-16-le")).digest()[:5]
    return hashlib.md5(hashlib.md5((first + SALT) * 16).digest()[:5] + struct.pack("<I", block)).digest()


def sha1_key(password: str, block: int, bits: int) -> bytes:
    base = hashlib.sha1(SALT + password.encode("utf-16-le")).digest()
    key = hashlib.sha1(base + struct.pack("<I", block)).digest()[: bits // 8]
    return key.ljust(16, b"\0") if bits == 40 else key


def encrypted(password: str, bits: int | None) -> bytes:
    """A workbook of texts and numbers, encrypted with MD5, or with SHA-1 and a key of so many bits."""

    def key(block: int) -> bytes:
        return md5_key(password, block) if bits is None else sha1_key(password, block, bits)

    if bits is None:
        proof = rc4(key(0), VERIFIER + hashlib.md5(VERIFIER).digest())
        info = short(1, 1, 1) + SALT + proof
    else:
        proof = rc4(key(0), VERIFIER + hashlib.sha1(VERIFIER).digest())
        header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, bits, 1, 0, 0) + "RC4\0".encode("utf-16-le")
        info = short(1, 2, 2) + struct.pack("<II", 4, len(header)) + header
        info += struct.pack("<I", 16) + SALT + proof[:16] + struct.pack("<I", 20) + proof[16:]
    rows = b"".join(
        record(0x00FD, short(row, 0, 0), struct.pack("<I", row))
        + record(0x0203, short(row, 1, 0), struct.pack("<d", row * 1.5))
        for row in range(99)
    )
    before = record(0x002F, info) + shared(*(f"dòng {row}" for row in range(99)))
    stream = workbook_stream([("Biểu", 0, rows), ("_meta", 2, b"")], before)
    masks = [rc4(key(block), bytes(1024)) for block in range(len(stream) // 1024 + 1)]
    mask, mixed, at = b"".join(masks), bytearray(stream), 0
    while at < len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        at += 4
        for place in range(at + (4 if kind == 0x0085 else 0), at + length):
            if kind not in PLAIN:
                mixed[place] ^= mask[place]
        at += length
    return compound({"Workbook": bytes(mixed)})


@pytest.mark.parametrize("bits", [None, 40, 128])
@pytest.mark.parametrize("password", [KNOWN, "bí mật"])
def test_an_encrypted_xls_is_read_with_its_password(bits, password):
    with pytest.raises(RefusedFile) as caught:
        read_workbook(encrypted(password, bits))
    assert caught.value.code == "return-encrypted"
    book = read_workbook(decrypt(encrypted(password, bits), [] if password == KNOWN else ["khác", password]))
    assert [(s.name, s.state) for s in book.sheets] == [("Biểu", "visible"), ("_meta", "veryHidden")]
    found = {place: cell.value for place, cell in book.sheets[0].cells.items()}
    assert found == {(row + 1, 1): f"dòng {row}" for row in range(99)} | {
        (row + 1, 2): row * 1.5 for row in range(99)
    }


@pytest.mark.parametrize("bits", [None, 40, 128])
def test_without_its_password_it_is_refused(bits):
    with pytest.raises(RefusedFile) as caught:
        decrypt(encrypted("bí mật", bits), ["khác"])
    assert caught.value.code == "return-encrypted"


@pytest.mark.parametrize("info", [short(0, 1, 2), short(1, 3, 3), b"", short(1, 1, 1) + SALT])
def test_other_ways_and_what_is_cut_off_are_refused(info):
    with pytest.raises(RefusedFile):
        decrypt(compound({"Workbook": workbook_stream([("Biểu", 0, b"")], record(0x002F, info))}), ["a"])
