"""The file formats of returned files, and their everyday names."""

from __future__ import annotations

from enum import StrEnum

from workbook_tools.locale import mark as _


class Format(StrEnum):
    """Formats of files that come back as a form, or instead of one."""

    XLSX = "xlsx"
    XLS = "xls"
    OLD_XLS = "old-xls"
    XLSB = "xlsb"
    ODS = "ods"
    FODS = "fods"
    SXC = "sxc"
    XML_2003 = "xml-spreadsheet"
    NUMBERS = "numbers"
    ENCRYPTED = "encrypted"
    WORD = "word"
    ODT = "odt"
    IWORK = "iwork"
    SLIDES = "slides"
    ODP = "odp"
    VISIO = "visio"
    XPS = "xps"
    EPUB = "epub"
    DATABASE = "database"
    PROGRAM = "program"
    ZIP = "zip"
    PACKED = "packed"
    TNEF = "tnef"
    SIGNED = "signed"
    SEALED = "sealed"
    RAR = "rar"
    PDF = "pdf"
    IMAGE = "image"
    HTML = "html"
    XML = "xml"
    MAIL = "mail"
    MAILBOX = "mailbox"
    OUTLOOK = "outlook-mail"
    TEXT = "text"
    LINK = "link"
    EMPTY = "empty"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The everyday name, a translatable text."""
        return _LABELS[self]


# Everyday names, because most officers do not know the extensions that Windows hides.
_LABELS = {
    Format.XLSX: _("an Excel Workbook (.xlsx)"),
    Format.XLS: _("a workbook of Excel 97–2003 (.xls)"),
    Format.OLD_XLS: _("a workbook of Excel 95 or older (.xls)"),
    Format.XLSB: _("an Excel Binary Workbook (.xlsb)"),
    Format.ODS: _("an OpenDocument Spreadsheet (.ods)"),
    Format.FODS: _("a flat OpenDocument spreadsheet (.fods)"),
    Format.SXC: _("a spreadsheet of OpenOffice 1 (.sxc)"),
    Format.XML_2003: _("an XML Spreadsheet 2003 (.xml)"),
    Format.NUMBERS: _("a spreadsheet of Apple Numbers (.numbers)"),
    Format.ENCRYPTED: _("a password-protected file"),
    Format.WORD: _("a Word document"),
    Format.ODT: _("an OpenDocument text (.odt)"),
    Format.IWORK: _("a document of Apple Pages or Keynote"),
    Format.SLIDES: _("a PowerPoint presentation"),
    Format.ODP: _("an OpenDocument presentation or drawing (.odp, .odg)"),
    Format.VISIO: _("a Visio drawing"),
    Format.XPS: _("an XPS document (a print)"),
    Format.EPUB: _("an electronic book (.epub)"),
    Format.DATABASE: _("a database file"),
    Format.PROGRAM: _("a program"),
    Format.ZIP: _("an archive (.zip)"),
    Format.PACKED: _("an archive (.7z, .gz or the like)"),
    Format.TNEF: _("attachments in Outlook's own format (winmail.dat)"),
    Format.SIGNED: _("a file with a digital signature around it (.p7m)"),
    Format.SEALED: _("a file or mail encrypted for its addressee (.p7m)"),
    Format.RAR: _("an archive (.rar)"),
    Format.PDF: _("a PDF document"),
    Format.IMAGE: _("a picture or video"),
    Format.HTML: _("a web page"),
    Format.XML: _("an XML file"),
    Format.MAIL: _("an e-mail message"),
    Format.MAILBOX: _("a whole mailbox in one file (.mbox)"),
    Format.OUTLOOK: _("an Outlook message (.msg)"),
    Format.TEXT: _("a text file"),
    Format.LINK: _("a link to a document elsewhere"),
    Format.EMPTY: _("an empty file"),
    Format.UNKNOWN: _("a file of an unknown kind"),
}
