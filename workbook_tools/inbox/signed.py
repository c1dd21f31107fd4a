"""Signed files and mails (S/MIME, CMS of RFC 5652): what was signed, taken out of the signature around it."""

from __future__ import annotations

from asn1crypto import cms, pem

from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import RefusedFile, damaged


def open_signed(data: bytes) -> bytes:
    """What a signature is wrapped around, byte by byte; whose it is is not looked at.

    RefusedFile where it is encrypted for its addressee, or a signature alone without what it signs.
    """
    try:
        if pem.detect(data):
            _type, _headers, data = pem.unarmor(data)
        message = cms.ContentInfo.load(data)
        if message["content_type"].native != "signed_data":
            raise RefusedFile("mail-sealed")
        content = message["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # The library has these for bytes that are not what their first ones say.
        raise damaged(_("its digital signature cannot be understood"), str(error)) from error
    if not isinstance(content, bytes):
        raise RefusedFile("signature-alone")
    return content
