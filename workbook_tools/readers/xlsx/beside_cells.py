"""Comments, shapes with text, pictures and embedded documents on a sheet of .xlsx, .xlsm or .xlsb."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from workbook_tools.excel import parse_ref
from workbook_tools.readers.limits import Element, Limits, read_tree, text_of
from workbook_tools.readers.refused import spared
from workbook_tools.readers.sheet_book import Aside
from workbook_tools.readers.xlsx.cutter import read_main
from workbook_tools.readers.xlsx.strings import decode_text, read_text
from workbook_tools.readers.zip_package import read_relationships

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workbook_tools.readers.zip_package import ZipPackage

    ReadPart: TypeAlias = Callable[[bytes, str, Limits], list[Aside]]

_EMBEDDED = ("oleObject", "package")
"""Kinds of relationships; the second is a document of Office's own."""


def _read_comments(data: bytes, part: str, limits: Limits) -> list[Aside]:
    root, prefix = read_main(data, part, limits)
    return [
        Aside(decode_text(read_text(text, prefix)), _place(comment.get("ref", "")), "comment")
        for comment in root.iter(f"{prefix}comment")
        for text in comment.iterchildren(f"{prefix}text")
    ]


def read_asides(
    package: ZipPackage, sheet: str, limits: Limits, read_comments: ReadPart = _read_comments
) -> tuple[Aside, ...]:
    """The comments, texts in shapes, pictures and embedded documents of a sheet's part; nothing of parts that
    are damaged.

    A form has none of the parts, so it costs nothing to look.
    """
    readers = {
        "threadedComment": _read_threads,
        "comments": read_comments,
        "drawing": _read_drawing,
    }
    found: dict[str, list[Aside]] = {kind: [] for kind in readers}
    related = read_relationships(package, sheet, limits).values()
    for relation in related:
        if relation.kind in readers and not relation.external:
            with spared():
                found[relation.kind] += readers[relation.kind](
                    package.read(relation.target), relation.target, limits
                )
    # For older programs, Excel writes the whole thread as a comment, too, with an explanation in front.
    threaded = {aside.place for aside in found["threadedComment"]}
    comments = [aside for aside in found["comments"] if aside.place not in threaded]
    embedded = (Aside("", None, "object") for relation in related if relation.kind in _EMBEDDED)
    return tuple(
        aside
        for aside in (*comments, *found["threadedComment"], *found["drawing"], *embedded)
        if aside.kind in ("picture", "object") or aside.text.strip()
    )


def _read_threads(data: bytes, part: str, limits: Limits) -> list[Aside]:
    return [
        Aside(text_of(text), _place(comment.get("ref", "")), "comment")
        for comment in _named(read_tree(data, part, limits), "threadedComment")
        for text in _named(comment, "text")
    ]


def _read_drawing(data: bytes, part: str, limits: Limits) -> list[Aside]:
    found = []
    for anchor in read_tree(data, part, limits):
        # A second version for programs that know the first one repeats its texts.
        texts = dict.fromkeys(_text_of_shape(body) for body in _named(anchor, "txBody"))
        found += [Aside(text, _anchored_at(anchor), "shape") for text in texts]
        found += [Aside("", _anchored_at(anchor), "picture") for _ in _named(anchor, "pic")]
    return found


def _text_of_shape(body: Element) -> str:
    return "\n".join("".join(map(text_of, _named(paragraph, "t"))) for paragraph in _named(body, "p"))


def _anchored_at(anchor: Element) -> tuple[int, int] | None:
    """The cell where a shape begins."""
    numbers = {
        name: text_of(element)
        for start in _named(anchor, "from")
        for name in ("row", "col")
        for element in _named(start, name)
    }
    if not all(numbers.get(name, "").isdecimal() and len(numbers[name]) < 8 for name in ("row", "col")):
        return None
    return int(numbers["row"]) + 1, int(numbers["col"]) + 1


def _named(element: Element, name: str) -> Iterator[Element]:
    """The elements within one, by local name: Strict files have namespaces of their own."""
    found: Iterator[Element] = element.iter(f"{{*}}{name}")
    return found


def _place(ref: str) -> tuple[int, int] | None:
    with suppress(ValueError):
        return parse_ref(ref)
    return None
