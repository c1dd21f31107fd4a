"""Signed files and mails (S/MIME, CMS of RFC 5652): extract the signed content."""

from __future__ import annotations

from asn1crypto import cms, pem

from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import RefusedFile, damaged


def open_signed(data: bytes) -> bytes:
    """The signed content, byte for byte; the signature is not verified.

    RefusedFile if it is encrypted, or a detached signature without its content.
    """
    try:
        if pem.detect(data):
            _type, _headers, data = pem.unarmor(data)
        message = cms.ContentInfo.load(data)
        if message["content_type"].native != "signed_data":
            raise RefusedFile("mail-sealed")
        content = message["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # The library raises these when the bytes contradict their beginning.
        raise damaged(_("its digital signature cannot be parsed"), str(error)) from error
    if not isinstance(content, bytes):
        raise RefusedFile("signature-alone")
    return content
