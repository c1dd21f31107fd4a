"""XML that could grow, loop or reach out is refused by the parser; what is merely broken is called damaged."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from workbook_tools.readers.limits import LIMITS, XmlHandlers, read_tree, text_of, walk_xml
from workbook_tools.readers.refused import RefusedFile

SMALL = replace(LIMITS, tags=50)


def read_values(data: bytes, limits=LIMITS) -> list[str]:
    found: list[str] = []
    text: list[str] = []
    handlers = XmlHandlers(
        ("urn:a", "urn:b"),
        {"v": lambda _: text.clear()},
        {"v": lambda: found.append("".join(text))},
        text.append,
    )
    walk_xml(data, handlers, "part.xml", limits)
    return found


def refusal(data: bytes, limits=LIMITS) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read_values(data, limits)
    return caught.value


def test_elements_are_told_by_namespace_and_local_name():
    data = b'<p:x xmlns:p="urn:a" xmlns="urn:b" xmlns:o="urn:other"><p:v>1</p:v><v>2</v><o:v>3</o:v></p:x>'
    assert read_values(data) == ["1", "2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_doctype_is_refused_in_every_encoding(encoding):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x xmlns="urn:a"><v>&b;</v></x>'
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    assert refusal((mark + bomb).encode(encoding)).code == "return-hostile"


def test_a_bare_doctype_and_an_external_one_are_refused():
    assert refusal(b'<!DOCTYPE x><x xmlns="urn:a"/>').code == "return-hostile"
    assert refusal(b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>').code == "return-hostile"


def test_utf_16_without_a_doctype_is_read():
    assert read_values('<x xmlns="urn:a"><v>ố</v></x>'.encode("utf-16")) == ["ố"]


def test_comments_and_instructions_are_no_text():
    assert read_values(b'<x xmlns="urn:a"><v>1<!-- 2 -->3<?p 4?>5<![CDATA[6]]></v></x>') == ["1356"]


def test_the_declared_encoding_is_heeded_and_a_mark_goes_before_it():
    assert read_values(
        '<?xml version="1.0" encoding="ISO-8859-1"?><x xmlns="urn:a"><v>\xe9</v></x>'.encode("latin-1")
    ) == ["\xe9"]
    assert read_values(
        '<?xml version="1.0" encoding="UTF-16"?><x xmlns="urn:a"><v>ố</v></x>'.encode("utf-16-le")
    ) == ["ố"]
    assert read_values(b"\xef\xbb\xbf" + '<x xmlns="urn:a"><v>ố</v></x>'.encode()) == ["ố"]
    assert refusal('<?xml version="1.0"?><x>\xe9</x>'.encode("latin-1")).code == "return-damaged"


def test_depth_and_number_of_tags_are_limited():
    assert refusal(b"<a>" * 1000 + b"</a>" * 1000).code == "return-hostile"
    assert read_values(b"<a>" * 20 + b"</a>" * 20) == []
    assert refusal(b"<a>" + b"<b/>" * 60 + b"</a>", SMALL).code == "return-too-large"


def test_names_and_texts_longer_than_any_are_refused():
    assert refusal(b"<x" + b"a" * 60_000 + b"/>").code == "return-hostile"
    assert refusal(b'<x a="' + b"a" * 2**24 + b'"/>').code == "return-hostile"
    assert read_values(b'<x xmlns="urn:a"><v>' + b"a" * 2**19 + b"</v></x>") == ["a" * 2**19]


def test_a_tree_gives_text_whole_even_around_other_elements():
    root = read_tree(b"<x><v>1<b>2</b>3</v></x>")
    assert text_of(root[0]) == "123"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<x>",
        b"<x></y>",
        b"\0\0\0",
        b"<x>\x00</x>",
        b"<x>&unknown;</x>",
        b'<?xml version="1.0" encoding="rot13"?><x/>',
        b"\xff<x/>",
    ],
)
def test_what_is_not_xml_is_damaged(data):
    assert refusal(data).code == "return-damaged"


def test_a_refusal_is_a_problem_with_a_text():
    found = refusal(b"<x>").problem
    assert found.code == "return-damaged"
    assert "damaged" in found.message("en")
    assert "part.xml" not in found.message("en")
