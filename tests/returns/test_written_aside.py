"""What a unit writes outside of the form's cells is told with its words, in every format, and changes no answer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from campaigns import Campaign
from corpus.case import change, filled, repack, unpack
from libreoffice import convert, requires_libreoffice
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.comments import Comment
from sheets import write_template, write_units

from workbook_tools.forms.form_id import read_key
from workbook_tools.problems import Severity
from workbook_tools.readers import read_workbook
from workbook_tools.returns.read import Hints, read_return

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.model import RawAnswer
    from workbook_tools.problems import Problem

SHEET = "Báo cáo"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
SHAPE = (
    "<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>22</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>25</xdr:row>"
    '<xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="Hộp"/>'
    '<xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1000000" cy="500000"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>Thêm </a:t>'
    "</a:r><a:r><a:t>15 bài</a:t></a:r></a:p><a:p><a:r><a:t>của các trường</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    "<xdr:clientData/></xdr:twoCellAnchor>"
)
DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{SHAPE}</xdr:wsDr>'
)
DRAWN = ("pictures-added", "documents-embedded")
OPEN_DOCUMENT = (
    "<office:document-content "
    + " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
        for name in ("office", "text", "chart")
    )
    + " office:version='1.3'><office:body>{}</office:body></office:document-content>"
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63646262000000180007cd6d35c60000000049454e44ae426082"
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
COMMENTS = (
    f'<comments xmlns="{MAIN}"><authors><author>tc={{1}}</author></authors><commentList><comment ref="E24" authorId="0">'
    "<text><r><t>[Threaded comment]\n\nYour version of Excel allows you to read this.\n\nComment:\n    Cả năm 2022: 15</t></r>"
    '</text></comment><comment ref="E28" authorId="0"><text><t>Cán bộ:\n</t></text></comment></commentList></comments>'
)
THREADS = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="E24" id="{1}"><text>Cả năm 2022: 15</text></threadedComment>'
    '<threadedComment ref="E24" id="{2}" parentId="{1}"><text>Đúng thế</text></threadedComment></ThreadedComments>'
)


@pytest.fixture(scope="module")
def form(first: Campaign) -> bytes:
    return filled(first.forms["11629"].read_bytes())


def read(campaign: Campaign, data: bytes) -> tuple[tuple[RawAnswer, ...], list[Problem]]:
    found, problems = read_return(
        data, campaign.template, read_key(campaign.key), Hints(roster=campaign.roster)
    )
    return found.answers, problems


def told(problems: list[Problem]) -> list[tuple[str, str, str, object]]:
    return [(p.code, p.place.cell, p.place.indicator, p.params.get("value")) for p in problems]


def with_parts(form: bytes, **parts: tuple[str, str]) -> bytes:
    """The form with parts related to its first sheet, each by the kind of its relationship."""
    related = {f"xl/{kind}1.xml": text.encode() for kind, (_, text) in parts.items()}
    links = "".join(
        f'<Relationship Id="r{kind}" Type="{type_}/{kind}" Target="../{kind}1.xml"/>'
        for kind, (type_, _) in parts.items()
    )
    related["xl/worksheets/_rels/sheet1.xml.rels"] = RELATIONS.format(links).encode()
    return repack({**unpack(form), **related})


def test_a_form_as_it_went_out_says_nothing_aside(first: Campaign, second: Campaign, form: bytes) -> None:
    codes = {"comment-unread", "shape-unread", "sheet-added"}
    for campaign in (first, second):
        for path in (*campaign.forms.values(),)[:10]:
            assert codes.isdisjoint(p.code for p in read(campaign, path.read_bytes())[1])
    assert codes.isdisjoint(p.code for p in read(first, form)[1])


@requires_libreoffice
def test_a_comment_and_a_sheet_are_told_in_every_format(first: Campaign, form: bytes, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(form))
    book[SHEET]["E24"].comment = Comment("Số này gồm 15 tin\ncủa năm 2022", "Cán bộ")
    book[SHEET]["A2"].comment = Comment("!!", "Cán bộ")
    added = book.create_sheet("Phụ lục")
    for row in (["Trường", 5], ["Trường 2", 7]):
        added.append(row)
    book.create_sheet("Trống")
    book.save(tmp_path / "f.xlsx")
    answers, problems = read(first, (tmp_path / "f.xlsx").read_bytes())
    plain = {answer.code: answer.raw for answer in read(first, form)[0]}
    assert {answer.code: answer.raw for answer in answers} == plain
    expected = [
        ("comment-unread", "E24", "ct_2_2", "Số này gồm 15 tin của năm 2022"),
        ("sheet-added", "", "", "Trường · 5 · Trường 2 · 7"),
    ]
    assert told(problems)[-2:] == expected
    assert {p.severity for p in problems[-2:]} == {Severity.NOTICE}
    for suffix in ("xlsx", "xls", "ods", "fods"):
        (path,) = convert([tmp_path / "f.xlsx"], tmp_path / suffix, suffix)
        assert told(read(first, path.read_bytes())[1])[-2:] == expected, suffix


@requires_libreoffice
def test_a_text_box_is_told_in_every_format(first: Campaign, form: bytes, tmp_path: Path) -> None:
    boxed = change(
        with_parts(form, drawing=(OFFICE, DRAWING)),
        "[Content_Types].xml",
        "</Types>",
        '<Override PartName="/xl/drawing1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>',
    )
    drawn = f'<drawing xmlns:r="{OFFICE}" r:id="rdrawing"/></worksheet>'
    (tmp_path / "f.xlsx").write_bytes(change(boxed, "xl/worksheets/sheet1.xml", "</worksheet>", drawn))
    text = "Thêm 15 bài của các trường"
    assert told(read(first, (tmp_path / "f.xlsx").read_bytes())[1])[-1] == ("shape-unread", "B23", "", text)
    for suffix in ("xlsx", "xls", "ods", "fods"):
        (path,) = convert([tmp_path / "f.xlsx"], tmp_path / suffix, suffix)
        *_, (code, _, _, words) = told(read(first, path.read_bytes())[1])
        assert (code, words) == ("shape-unread", text), suffix


@requires_libreoffice
def test_a_figure_in_the_header_of_the_pages_is_told_and_the_officer_s_own_is_not(tmp_path: Path) -> None:
    template = write_template(tmp_path / "t.xlsx")
    book = load_workbook(template)
    book["Biểu"].oddHeader.left.text = "Mẫu số 01/BC"
    book["Biểu"].oddFooter.center.text = "Trang &P/&N"
    book.save(template)
    campaign = Campaign(template, write_units(tmp_path / "u.xlsx"), tmp_path)
    form = campaign.forms["x1"]
    assert told(read(campaign, form.read_bytes())[1]) == []
    book = load_workbook(form)
    book["Biểu"].oddFooter.right.text = "Tổng số học sinh: 350"
    book["Biểu"].oddFooter.right.size = 14
    book.save(tmp_path / "f.xlsx")
    filled_in = [tmp_path / "f.xlsx"]
    for suffix in ("xlsx", "xls", "ods", "fods"):
        filled_in += convert(filled_in[:1], tmp_path / suffix, suffix)
        (blank,) = convert([form], tmp_path / suffix, suffix)
        assert "page-unread" not in {p.code for p in read(campaign, blank.read_bytes())[1]}, suffix
    for path in filled_in:
        (found,) = [p for p in read(campaign, path.read_bytes())[1] if p.code == "page-unread"]
        assert "Tổng số học sinh: 350" in found.params["value"], path
        assert found.place.sheet == "Biểu", path


def test_a_thread_of_comments_is_told_without_what_excel_writes_for_older_programs(
    first: Campaign, form: bytes
) -> None:
    data = with_parts(
        form,
        comments=(OFFICE, COMMENTS),
        threadedComment=("http://schemas.microsoft.com/office/2017/10/relationships", THREADS),
    )
    assert told(read(first, data)[1])[-3:] == [
        ("comment-unread", "E28", "ct_3_1", "Cán bộ:"),
        ("comment-unread", "E24", "ct_2_2", "Cả năm 2022: 15"),
        ("comment-unread", "E24", "ct_2_2", "Đúng thế"),
    ]


@pytest.mark.parametrize("part", ["", "<comments", "<other/>"])
def test_damaged_comments_cost_nothing_else(first: Campaign, form: bytes, part: str) -> None:
    data = with_parts(form, comments=(OFFICE, part))
    assert read(first, data)[0] == read(first, form)[0]


def test_many_comments_share_a_problem(first: Campaign, form: bytes) -> None:
    comments = "".join(f'<comment ref="E{row}"><text><t>ý {row}</t></text></comment>' for row in range(1, 61))
    data = with_parts(form, comments=(OFFICE, f'<comments xmlns="{MAIN}">{comments}</comments>'))
    codes = [p.code for p in read(first, data)[1]]
    assert (codes.count("comment-unread"), codes.count("asides-unread")) == (10, 1)


def test_a_shape_within_a_cell_does_not_take_its_text(tmp_path: Path) -> None:
    names = ("office", "table", "text", "drawing")
    spaces = " ".join(f'xmlns:{n[:4]}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    frame = "<draw:frame><draw:text-box><text:p>bên cạnh</text:p></draw:text-box></draw:frame>"
    document = "<draw:frame><draw:object><text:p>tên biểu đồ</text:p></draw:object></draw:frame>"
    data = (
        f"<office:document {spaces} office:mimetype='application/vnd.oasis.opendocument.spreadsheet'>"
        "<office:body><office:spreadsheet><table:table table:name='B'><table:table-row>"
        f"<table:table-cell office:value-type='string'><text:p>12{frame}3{document}</text:p></table:table-cell>"
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document>"
    )
    for short, name in (("offi", "office"), ("tabl", "table"), ("draw", "draw")):
        data = data.replace(f"xmlns:{short}=", f"xmlns:{name}=")
    (sheet,) = read_workbook(data.encode()).sheets
    assert sheet.cells[1, 1].raw == "123"
    assert [(one.kind, one.text, one.place) for one in sheet.asides] == [
        ("shape", "bên cạnh", (1, 1)),
        ("object", "", (1, 1)),
    ]


def test_pictures_that_the_unit_added_are_told_and_the_officer_s_are_not(
    first: Campaign, form: bytes
) -> None:
    pictures = DRAWING.replace(SHAPE, "<xdr:oneCellAnchor><xdr:pic/></xdr:oneCellAnchor>" * 3)
    data, key = with_parts(form, drawing=(OFFICE, pictures)), read_key(first.key)
    for drawn, added in ((0, 3), (2, 1), (3, 0)):
        template = replace(first.template, pictures=drawn)
        problems = read_return(data, template, key, Hints(roster=first.roster))[1]
        told = [(p.place.sheet, p.params["count"]) for p in problems if p.code == "pictures-added"]
        assert told == [(SHEET, added)] * bool(added)


@requires_libreoffice
def test_pictures_and_documents_are_told_in_every_format_and_charts_are_not(
    first: Campaign, form: bytes, tmp_path: Path
) -> None:
    (tmp_path / "f.xlsx").write_bytes(form)
    (plain,) = convert([tmp_path / "f.xlsx"], tmp_path, "ods")
    parts = unpack(plain.read_bytes())
    content, manifest = (parts[name].decode() for name in ("content.xml", "META-INF/manifest.xml"))
    listed = "<manifest:file-entry manifest:full-path='{}' manifest:media-type='{}'/>"
    kinds = {"Object 1/": "text", "Object 2/": "chart"}
    entries = [listed.format(part, f"application/vnd.oasis.opendocument.{kinds[part]}") for part in kinds]
    for part, body in (
        ("Object 1/", "<office:text><text:p>Tổng số: 350</text:p></office:text>"),
        (
            "Object 2/",
            "<office:chart><chart:chart chart:class='chart:bar'><chart:plot-area/></chart:chart></office:chart>",
        ),
    ):
        parts[f"{part}content.xml"] = OPEN_DOCUMENT.format(body).encode()
        entries.append(listed.format(f"{part}content.xml", "text/xml"))
    parts["Pictures/a.png"] = PIXEL
    entries.append(listed.format("Pictures/a.png", "image/png"))
    frame = "<draw:frame svg:width='3cm' svg:height='2cm' svg:x='1cm' svg:y='{}cm'><draw:{} xlink:href='{}' {}/></draw:frame>"
    embedded = "xlink:type='simple' xlink:show='embed' xlink:actuate='onLoad'"
    drawn = (("object", "./Object 1"), ("object", "./Object 2"), ("image", "Pictures/a.png"))
    frames = "".join(frame.format(3 * at, *one, embedded) for at, one in enumerate(drawn))
    start = content.index(">", content.index("<table:table ")) + 1
    parts["content.xml"] = f"{content[:start]}<table:shapes>{frames}</table:shapes>{content[start:]}".encode()
    parts["META-INF/manifest.xml"] = manifest.replace(
        "</manifest:manifest>", "".join(entries) + "</manifest:manifest>"
    ).encode()
    (tmp_path / "g.ods").write_bytes(repack(parts))
    for path in [
        tmp_path / "g.ods",
        *(convert([tmp_path / "g.ods"], tmp_path, s)[0] for s in ("xls", "fods")),
    ]:
        found = [(p.code, p.params["count"]) for p in read(first, path.read_bytes())[1] if p.code in DRAWN]
        assert found == [("pictures-added", 1), ("documents-embedded", 1)], path


@pytest.mark.parametrize("kind", ["oleObject", "package"])
def test_a_document_embedded_by_excel_is_told(first: Campaign, form: bytes, kind: str) -> None:
    data = with_parts(form, **{kind: (OFFICE, "…")})
    assert read(first, data)[0] == read(first, form)[0]
    (found,) = [p for p in read(first, data)[1] if p.code in DRAWN]
    assert (found.code, found.place.sheet, found.params["count"]) == ("documents-embedded", SHEET, 1)
