"""An OpenDocument spreadsheet is read as Excel's are: the same values, sheets and names, or a refusal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from handmade import pack
from msgspec.structs import replace
from mutants import change_bytes, change_members, read_mutants
from refusal import refusal

from workbook_tools.readers import read_workbook
from workbook_tools.readers.limits import LIMITS
from workbook_tools.readers.sheet_book import CellValue, SheetBook

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "draw": "drawing",
        "meta": "meta",
        "manifest": "manifest",
    }.items()
)
NAMESPACES += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
NAMESPACES += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
STYLES = """<office:automatic-styles>
 <style:style style:name="shown" style:family="table"><style:table-properties table:display="true"/></style:style>
 <style:style style:name="unseen" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>"""
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def table(rows: str, name: str = "Biểu", style: str = "shown") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def body(tables: str) -> str:
    return f"{STYLES}<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"


def contents(tables: str, **extra: str) -> dict[str, str]:
    """The parts of a spreadsheet; ``extra`` are others, by their name without ``.xml``."""
    parts = {
        "mimetype": MIMETYPE,
        "content.xml": f"<office:document-content {NAMESPACES}>{body(tables)}</office:document-content>",
        "META-INF/manifest.xml": f"<manifest:manifest {NAMESPACES}/>",
    }
    return parts | {f"{name}.xml": text for name, text in extra.items()}


def meta(properties: str) -> str:
    return (
        f"<office:document-meta {NAMESPACES}><office:meta>{properties}</office:meta></office:document-meta>"
    )


def flat(tables: str, properties: str = "") -> bytes:
    mime = f'office:mimetype="{MIMETYPE}"'
    return f"<office:document {NAMESPACES} {mime}><office:meta>{properties}</office:meta>{body(tables)}</office:document>".encode()


def cells(rows: str) -> dict[tuple[int, int], CellValue]:
    """What is read of the rows; the same from a packed and from a flat file."""
    found = read_workbook(pack(contents(table(rows)))).sheets[0].cells
    assert read_workbook(flat(table(rows))).sheets[0].cells == found
    return dict(found)


def only(attributes: str, inside: str = "") -> CellValue | None:
    found = cells(
        f"<table:table-row><table:table-cell {attributes}>{inside}</table:table-cell></table:table-row>"
    )
    return found.get((1, 1))


@pytest.mark.parametrize(
    ("attributes", "shown", "expected"),
    [
        ('office:value-type="float" office:value="1250"', "1.250", CellValue("number", "1250", 1250.0)),
        ('office:value-type="float" office:value="1500.5"', "1.500,5", CellValue("number", "1500.5", 1500.5)),
        (
            'office:value-type="float" office:value="1.5"',
            "1,5 tỷ",
            CellValue("number", "1.5", 1.5, shown="1,5 tỷ"),
        ),
        (
            'office:value-type="float" office:value="1500.5"',
            "2",
            CellValue("number", "1500.5", 1500.5, shown="2"),
        ),
        ('office:value-type="float" office:value="12"', "", CellValue("number", "12", 12.0, shown=" ")),
        ('office:value-type="float" office:value="-5"', "5", CellValue("number", "-5", -5.0, shown="5")),
        ('office:value-type="float" office:value="1500.5"', "1,5E+03", CellValue("number", "1500.5", 1500.5)),
        (
            'office:value-type="percentage" office:value="0.15"',
            "15%",
            CellValue("number", "0.15", 0.15, shown="15%"),
        ),
        (
            'office:value-type="currency" office:currency="VND" office:value="-1.5E-007"',
            "-1,5E-07",
            CellValue("number", "-1.5E-007", -1.5e-7),
        ),
        ('office:value-type="float" office:value="1,5"', "1,5", CellValue("error", "1,5", "1,5")),
        ('office:value-type="float" office:value="NaN"', "", CellValue("error", "NaN", "NaN")),
        ('office:value-type="float"', "mười", CellValue("error", "mười", "mười")),
        (
            'office:value-type="date" office:date-value="2023-10-13"',
            "",
            CellValue("number", "2023-10-13", 45212.0, is_date=True),
        ),
        (
            'office:value-type="date" office:date-value="2023-10-13T12:00:00"',
            "",
            CellValue("number", "2023-10-13T12:00:00", 45212.5, is_date=True),
        ),
        (
            'office:value-type="date" office:date-value="10000-01-01"',
            "",
            CellValue("error", "10000-01-01", "10000-01-01"),
        ),
        ('office:value-type="date" office:date-value=""', "", CellValue("error", "#VALUE!", "#VALUE!")),
        (
            'office:value-type="time" office:time-value="PT18H00M00S"',
            "",
            CellValue("number", "PT18H00M00S", 0.75, is_date=True),
        ),
        (
            'office:value-type="time" office:time-value="-P1DT042H00M00,0S"',
            "",
            CellValue("number", "-P1DT042H00M00,0S", -2.75, is_date=True),
        ),
        ('office:value-type="time" office:time-value="PT"', "mai", CellValue("error", "PT", "PT")),
        ('office:value-type="boolean" office:boolean-value="true"', "ĐÚNG", CellValue("bool", "TRUE", True)),
        ('office:value-type="boolean" office:boolean-value="2"', "", CellValue("error", "2", "2")),
        ('office:value-type="string"', "007", CellValue("text", "007", "007")),
        (
            'office:value-type="string" office:string-value="  hai  ba&#10;"',
            "hai ba",
            CellValue("text", "  hai  ba\n", "  hai  ba\n"),
        ),
        ("", "chữ", CellValue("text", "chữ", "chữ")),
        ('office:value-type="strange"', "5", CellValue("error", "5", "5")),
        (
            'table:formula="of:=1+1" office:value-type="float" office:value="2"',
            "2",
            CellValue("number", "2", 2.0, is_formula=True),
        ),
        ('table:formula="of:=IF(1;&quot;&quot;)"', "", CellValue("text", "", "", is_formula=True)),
        (
            'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"',
            "Err:502",
            CellValue("error", "Err:502", "Err:502", is_formula=True),
        ),
        (
            'table:formula="of:=1/0" office:value-type="string" office:string-value="#DIV/0!"',
            "#DIV/0!",
            CellValue("error", "#DIV/0!", "#DIV/0!", is_formula=True),
        ),
        ('office:value-type="string"', "#N/A", CellValue("text", "#N/A", "#N/A")),
    ],
)
def test_every_kind_of_value_is_told_apart(attributes, shown, expected):
    assert only(attributes, f"<text:p>{shown}</text:p>") == expected


def test_a_formula_without_a_result_is_no_blank():
    assert only('table:formula="of:=SUM([.B1])"') == CellValue("blank-formula", "", None, is_formula=True)
    assert only('office:value-type="string"') is None


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<text:p>một</text:p><text:p>hai</text:p>", "một\nhai"),
        ("<text:p/><text:p>hai</text:p>", "\nhai"),
        ("<text:p>một<text:line-break/>hai</text:p>", "một\nhai"),
        ('<text:p><text:s text:c="2"/>a<text:s/> b<text:tab/>c </text:p>', "  a  b\tc "),
        ("\n  <text:p>\n   một\n   hai</text:p>\n", "một hai"),
        ('<text:p>Số <text:span>lư<text:a href="x">ợng</text:a></text:span></text:p>', "Số lượng"),
        (
            "<office:annotation><dc:date>2023</dc:date><text:p>ý kiến</text:p></office:annotation><text:p>a</text:p>",
            "a",
        ),
        ("<text:p>a<office:annotation><text:p>ý kiến</text:p></office:annotation>b</text:p>", "ab"),
        (
            "<draw:frame><draw:text-box><text:p>hình</text:p></draw:text-box></draw:frame><text:p>a</text:p>",
            "a",
        ),
    ],
)
def test_the_text_of_a_cell_is_that_of_its_paragraphs(inside, text):
    found = only('office:value-type="string"', inside)
    assert found is not None
    assert found.raw == text


@pytest.mark.parametrize("count", ["-1", "x", "99999999", "32768", "１"])
def test_blanks_without_end_are_refused(count):
    inside = f'<text:p><text:s text:c="{count}"/></text:p>'
    row = f'<table:table-row><table:table-cell office:value-type="string">{inside}</table:table-cell></table:table-row>'
    assert refusal(flat(table(row))).code == "return-damaged"


def value(number: int, repeats: int = 1, name: str = "table-cell") -> str:
    return f'<table:{name} office:value-type="float" office:value="{number}" table:number-columns-repeated="{repeats}"/>'


def test_repeated_rows_and_cells_stand_where_they_are_seen():
    found = cells(
        f"""<table:table-header-rows><table:table-row>{value(1)}</table:table-row></table:table-header-rows>
        <table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="2"/></table:table-row>
        <table:table-row-group><table:table-row table:number-rows-repeated="2">
         <table:table-cell/>{value(2, 2)}<table:covered-table-cell/>{value(3, name="covered-table-cell")}
        </table:table-row></table:table-row-group>
        <table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row><table:table-cell table:number-columns-repeated="16383"/>{value(4)}</table:table-row>"""
    )
    placed = {place: cell.value for place, cell in found.items()}
    assert placed == {
        (1, 1): 1,
        (5, 2): 2,
        (5, 3): 2,
        (5, 5): 3,
        (6, 2): 2,
        (6, 3): 2,
        (6, 5): 3,
        (1048576, 16384): 4,
    }


@pytest.mark.parametrize(
    "rows",
    [
        f"<table:table-row>{value(1, 16385)}</table:table-row>",
        f'<table:table-row table:number-rows-repeated="0">{value(1)}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="1048576"/><table:table-row>{value(1)}</table:table-row>',
    ],
)
def test_a_damaged_sheet_is_known_by_its_name_and_the_others_are_read(rows):
    sound = f"<table:table-row>{value(1)}</table:table-row>"
    book = read_workbook(pack(contents(table(sound) + table(rows, "Nháp") + table(sound, "Sau"))))
    assert [(s.name, len(s.cells), s.fault is not None) for s in book.sheets] == [
        ("Biểu", 1, False),
        ("Nháp", 0, True),
        ("Sau", 1, False),
    ]


def test_merged_cells_are_read_those_of_repeated_rows_too():
    merged = '<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1"/>'
    rows = (
        f"<table:table-row>{value(1)}{merged}<table:covered-table-cell/></table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{merged}</table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-spanned="1" table:number-rows-spanned="3"/></table:table-row>'
    )
    book = read_workbook(pack(contents(table(rows))))
    assert book.sheets[0].merged == [(1, 2, 1, 3), (2, 1, 2, 2), (3, 1, 3, 2), (4, 1, 6, 1)]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (
            f'<table:table-row table:number-rows-repeated="1048576">{value(1)}</table:table-row>',
            "return-too-large",
        ),
        (
            f"<table:table-row>{value(1, 16385)}</table:table-row>",
            "return-damaged",
        ),
        (
            f'<table:table-row table:number-rows-repeated="1048576"/><table:table-row>{value(1)}</table:table-row>',
            "return-damaged",
        ),
        (f'<table:table-row table:number-rows-repeated="0">{value(1)}</table:table-row>', "return-damaged"),
        (
            f'<table:table-row table:number-rows-repeated="9999999999">{value(1)}</table:table-row>',
            "return-damaged",
        ),
        (value(1), "return-hostile"),
        (
            f"<table:table-row><table:table-cell>{table('')}</table:table-cell></table:table-row>",
            "return-hostile",
        ),
        (
            "<table:table-row><table:table-cell><table:table-cell/></table:table-cell></table:table-row>",
            "return-hostile",
        ),
        ("<text:span>" * 300, "return-hostile"),
    ],
)
def test_what_is_off_the_grid_too_much_or_no_table_is_refused(rows, code):
    assert refusal(flat(table(rows))).code == code


def test_blank_rows_and_cells_cost_nothing_however_many():
    rows = '<table:table-row table:number-rows-repeated="999999999"><table:table-cell table:number-columns-repeated="999999999"/></table:table-row>'
    assert cells(rows * 20) == {}


def test_sheets_names_and_properties():
    names = """<table:named-expressions><table:named-range table:name="ct_1" table:cell-range-address="$'Biểu 1.A'.$A$1"/>
     <table:named-range table:name="vùng" table:cell-range-address="$Biểu.$A$1:.$B$2"/>
     <table:named-expression table:name="hs" table:expression="5"/></table:named-expressions>"""
    local = '<table:named-expressions><table:named-range table:name="ct_1" table:cell-range-address="$X.$A$1"/></table:named-expressions>'
    properties = """<meta:initial-creator>phòng</meta:initial-creator><dc:creator>xã</dc:creator><dc:subject>BM/x</dc:subject>
     <meta:keyword>một</meta:keyword><meta:keyword>hai</meta:keyword><dc:date>2023-10-13T08:02:03.123456789</dc:date>
     <meta:user-defined meta:name="ma" meta:value-type="string">BM/y</meta:user-defined>"""
    remark = (
        "<office:annotation><dc:creator>ai đó</dc:creator><dc:date>2001-01-01</dc:date></office:annotation>"
    )
    row = f"<table:table-row><table:table-cell>{remark}</table:table-cell></table:table-row>"
    tables = table(row + local) + table("", "_meta", "unseen") + table("", "'file:///x.ods'#$A") + names
    for data in (pack(contents(tables, meta=meta(properties))), flat(tables, properties)):
        book = read_workbook(data)
        assert [(s.name, s.state) for s in book.sheets] == [("Biểu", "visible"), ("_meta", "hidden")]
        assert book.defined_names == {"ct_1": "'Biểu 1.A'!$A$1", "vùng": "Biểu!$A$1:$B$2", "hs": "5"}
        assert book.properties == {
            "creator": "phòng",
            "last_modified_by": "xã",
            "subject": "BM/x",
            "keywords": "một, hai",
            "modified": "2023-10-13T08:02:03.123456789",
            "custom:ma": "BM/y",
        }


def test_changes_that_were_recorded_are_no_cells():
    tracked = f"<table:tracked-changes><table:cell-content-change>{value(9)}</table:cell-content-change></table:tracked-changes>"
    linked = f"<table:dde-links><table:dde-link>{table(f'<table:table-row>{value(8)}</table:table-row>', 'x')}</table:dde-link></table:dde-links>"
    book = read_workbook(flat(tracked + table(f"<table:table-row>{value(1)}</table:table-row>") + linked))
    assert [(s.name, {k: c.value for k, c in s.cells.items()}) for s in book.sheets] == [
        ("Biểu", {(1, 1): 1.0})
    ]


@pytest.mark.parametrize(
    ("modified", "saved"),
    [
        ("2023-10-13T08:02:03", datetime(2023, 10, 13, 8, 2, 3)),
        ("2023-10-13T08:02:03Z", datetime(2023, 10, 13, 8, 2, 3, tzinfo=UTC)),
        ("2023-10-13T08:02:03+07:00", datetime(2023, 10, 13, 1, 2, 3, tzinfo=UTC)),
        ("hôm qua", None),
    ],
)
def test_a_time_without_a_zone_is_local_time(modified, saved):
    assert read_workbook(flat(table(""), f"<dc:date>{modified}</dc:date>")).saved == saved


def test_a_file_with_a_password_is_told():
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    parts = {
        **contents(table("")),
        "META-INF/manifest.xml": f"<manifest:manifest {NAMESPACES}>{entry}</manifest:manifest>",
    }
    assert refusal(pack({**parts, "content.xml": "\x93\x12"})).code == "return-encrypted"


@pytest.mark.parametrize("part", ["content", "meta", "META-INF/manifest"])
def test_text_of_its_own_in_any_part_is_refused(part):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    parts = contents(table(""), meta=meta(""))
    parts[f"{part}.xml"] = bomb + parts[f"{part}.xml"]
    assert refusal(pack(parts)).code == "return-hostile"
    assert (
        refusal(bomb.replace("x", "office:document", 1).encode() + flat(table(""))).code == "return-hostile"
    )


def test_a_file_without_sheets_or_with_two_of_one_name_is_refused():
    assert refusal(pack(contents(""))).code == "return-damaged"
    assert refusal(pack(contents(table("") + table("", "BIỂU")))).code == "return-damaged"
    assert refusal(pack({"mimetype": MIMETYPE}, 0)).code == "return-damaged"
    text = f"<office:document-content {NAMESPACES}><office:body><office:text/></office:body></office:document-content>"
    manifest = f"<manifest:manifest {NAMESPACES}/>"
    assert refusal(pack({"content.xml": text, "META-INF/manifest.xml": manifest})).code == "return-damaged"


def test_too_many_cells_characters_or_sheets_are_refused():
    data = flat(table(f"<table:table-row>{value(123456, 7)}</table:table-row>"))
    assert refusal(data, replace(LIMITS, cells=6)).code == "return-too-large"
    assert refusal(data, replace(LIMITS, sheets=0)).code == "return-too-large"
    assert refusal(data, replace(LIMITS, file=100)).code == "return-too-large"


def test_a_few_bytes_that_stand_for_many_blanks_are_refused():
    blanks = '<text:p><text:s text:c="32767"/></text:p>' * 2_000
    data = pack(
        contents(
            table(
                f'<table:table-row><table:table-cell office:value-type="string">{blanks}</table:table-cell></table:table-row>'
            )
        )
    )
    assert len(data) < 3_000
    assert refusal(data).code == "return-too-large"


def test_what_gnumeric_leaves_of_a_font_is_no_word_of_a_header():
    header = '<text:span>Times New Roman,Regular"3 {}</text:span><text:page-number>1</text:page-number>'
    page = f"<text:p>{header.format('')}</text:p><text:p>{header.format('Tổng số: 350')}</text:p>"
    styles = f"""<office:document-styles {NAMESPACES}><office:master-styles>
      <style:master-page style:name="page"><style:header>{page}</style:header></style:master-page>
    </office:master-styles></office:document-styles>"""
    parts = contents(table(""), styles=styles)
    paged = 'style:name="shown" style:family="table" style:master-page-name="page"'
    parts["content.xml"] = parts["content.xml"].replace('style:name="shown" style:family="table"', paged)
    (sheet,) = read_workbook(pack(parts)).sheets
    assert [aside.text for aside in sheet.asides] == ["Tổng số: 350"]


def test_what_is_embedded_is_none_of_the_file():
    """A chart or a sheet set into another, in a flat file a document within the document."""
    inner = flat(
        table(f"<table:table-row>{value(9)}</table:table-row>", "bên trong"), "<dc:subject>khác</dc:subject>"
    ).decode()
    row = f"<table:table-row><table:table-cell><draw:frame><draw:object>{inner}</draw:object></draw:frame></table:table-cell>{value(1)}</table:table-row>"
    book = read_workbook(flat(table(row), "<dc:subject>BM/x</dc:subject>"))
    assert book.properties == {"subject": "BM/x"}
    assert [(s.name, {place: c.value for place, c in s.cells.items()}) for s in book.sheets] == [
        ("Biểu", {(1, 2): 1.0})
    ]


SAMPLE = table(
    "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>dòng {row}</text:p></table:table-cell>{value(row * 7)}'
        f'<table:table-cell office:value-type="date" office:date-value="2023-10-{row:02}"/>{value(row, 3)}'
        "</table:table-row>"
        for row in range(1, 20)
    )
)


def test_a_changed_byte_never_changes_a_number():
    data = pack(contents(SAMPLE, meta=meta("<dc:subject>BM/x</dc:subject>")))
    sound = read_workbook(data)

    def check(book: SheetBook) -> None:
        assert book.sheets == sound.sheets

    assert 0 < read_mutants(change_bytes(data, 300), check) < 300


def test_a_changed_part_gives_a_refusal_or_a_result():
    data = pack(contents(SAMPLE, meta=meta("<dc:subject>BM/x</dc:subject>")))
    assert 0 < read_mutants(change_members(data, 300)) < 300
    assert 0 < read_mutants(change_bytes(flat(SAMPLE), 300)) < 300
