"""Whatever Vietnamese is shipped, an official could have written it: one spelling, and none of the phrases once complained of.

The sources: the catalogue of messages, texts in the code, the documents, and every text in the workbooks and Word template.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from workbook_tools.problems import CATALOGUE
from workbook_tools.text.spelling import modern_spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
BANNED = [
    "cơ quan phát biểu",
    "phát hành mẫu",
    "chữ ký của biểu",
    "khóa ký",
    "người quyết định",
    "không có gì báo cáo",
    "không phải là một số rõ ràng",
    "không được tính",
    "dấu nhận dạng",
    "row-keys",
    "visible-id",
    "đã nhận, có cảnh báo",
    "đã có bản mới hơn",
    "đã có bản khác thay",
    "không phải tệp nộp",
    "kết cục",
    "được đọc là",
    "xem có đúng ý đơn vị",
    "tăng hoặc giảm bất thường",
    "trung vị",
    "đơn vị bạn",
    "phải cùng có hoặc cùng bằng 0",
    "đặc tả",
    "vẽ mẫu",
    "đang đứng",
    "không chương trình bảng tính nào dùng",
    "biểu của chính mình",
    "bảng kéo thả",
    "tổng hợp chéo",
    "bị coi là",
    "xin xem lại",
    "biểu mẫu này",
    "trang mẫu",
]
BEGINNINGS = ["nhiều hơn số trung tâm"]
"""What no sentence begins with: it would lack its subject."""
EARLIER = {"Quyết định", "Người quyết định", "không có gì báo cáo"}
"""Words that workbooks in use contain, so that the program goes on to read them."""
PACKAGES = [
    *sorted((ROOT / "templates").glob("*.*x")),
    *sorted((ROOT / "samples").glob("*.xlsx")),
    ROOT / "samples/returned/11629_Thi-tran-An-Lao.xlsx",
]


def in_catalogue() -> Iterator[str]:
    text = (ROOT / "workbook_tools/locale/vi/LC_MESSAGES/workbook_tools.po").read_text(encoding="utf-8")
    return (match[1] for match in re.finditer(r'^msgstr(?:\[0\])? "(.*)"$', text, re.MULTILINE))


def in_code() -> Iterator[str]:
    for module in sorted((ROOT / "workbook_tools").rglob("*.py")):
        if module.parent.name in ("answers", "text"):
            continue  # what people type, in whatever spelling
        nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
        documented = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                yield node.value if node.value not in EARLIER else ""


def in_documents() -> Iterator[str]:
    for page in [ROOT / "README.md", ROOT / "samples/README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        # How people type is quoted there as it is typed.
        if page.name != "values.md":
            yield page.read_text(encoding="utf-8")


def in_package(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith(".xml") and "theme" not in name:
                root = ElementTree.fromstring(package.read(name))
                yield from (text for text in root.itertext() if not text.isascii())
                for element in root.iter():
                    yield from (value for value in element.attrib.values() if not value.isascii())


SOURCES = {"catalogue": in_catalogue, "code": in_code, "documents": in_documents} | {
    str(path.relative_to(ROOT)): (lambda path=path: in_package(path)) for path in PACKAGES
}


@pytest.fixture(params=SOURCES, scope="module")
def texts(request: pytest.FixtureRequest) -> list[str]:
    found = [text for text in SOURCES[request.param]() if not text.isascii()]
    assert found
    return found


def test_tones_are_marked_by_the_new_rule(texts: list[str]) -> None:
    assert [text for text in texts if modern_spelling(text) != unicodedata.normalize("NFC", text)] == []


def test_phrases_that_no_official_would_write(texts: list[str]) -> None:
    found = [(phrase, text) for text in texts for phrase in BANNED if phrase in text.casefold()]
    assert found == []


def test_sentences_have_a_subject(texts: list[str]) -> None:
    sentences = (part for text in texts for part in re.split(r"[.;:!?]\s+", text.casefold()))
    assert [s for s in sentences if s.startswith(tuple(BEGINNINGS))] == []


def test_every_kind_of_problem_has_a_name() -> None:
    """What it is called in lists and on the screen; tests/test_problems.py says what the names are like."""
    assert [code for code, kind in CATALOGUE.items() if not kind.title] == []
