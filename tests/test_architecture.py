"""Imports only go down the house, and the parts that must stay small do."""

from __future__ import annotations

import ast
import configparser
import graphlib
from collections import Counter
from functools import cache

from campaigns import ROOT

PACKAGE = ROOT / "workbook_tools"
ROOMS = (
    ("bounded_cache", "errors", "excel", "heads", "locale", "problems"),
    ("text", "storage", "packaging"),
    ("model",),
    ("readers",),
    ("pivots",),
    ("formula",),
    ("spec",),
    ("forms", "propose"),
    ("inbox",),
    ("returns",),
    ("frames",),
    ("answers",),
    ("checks",),
    ("sheetwriter",),
    ("tally",),
    ("consolidated",),
    ("outputs",),
    ("followup",),
    ("post",),
    ("usecases",),
    ("demo", "page"),
    ("cli",),
    ("__main__",),
)
"""Rooms from the bottom up; a room may import itself, its neighbours on the same floor, and all below."""
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module):
    first = module.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def parsed(module):
    return ast.parse(module.read_text(encoding="utf-8"))


def imports(module):
    for node in ast.walk(parsed(module)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        for name in names:
            parts = name.split(".")
            if parts[0] == "workbook_tools" and len(parts) > 1:
                yield parts[1]


def test_imports_only_go_down():
    upward = [
        (str(module.relative_to(PACKAGE)), name)
        for module in MODULES
        if room_of(module) != "__init__"
        for name in imports(module)
        if FLOOR[name] > FLOOR[room_of(module)]
    ]
    assert upward == []


def name_of(module):
    return ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def named_imports(module):
    """What a module imports from where, within functions and for types, too."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.module, f"{node.module}.{alias.name}") for alias in node.names)


def test_no_module_needs_itself():
    """Not by any detour, nor by imports within functions or for types; CycleError names the detour."""
    known = {name_of(module) for module in MODULES}
    needed = {
        name_of(module): {whole if whole in known else short for short, whole in named_imports(module)}
        & known
        for module in MODULES
    }
    graphlib.TopologicalSorter(needed).prepare()


def test_only_the_shell_prints_and_exits():
    called = [
        (str(module.relative_to(PACKAGE)), node.func.id)
        for module in MODULES
        if room_of(module) not in ("cli", "__main__")
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert [one for one in called if one[1] in ("print", "exit", "input")] == []


MOST_MODULES = 15
"""In one room, besides ``__init__`` and its sub-rooms: more than that nobody takes in at a glance."""


def test_no_room_has_too_many_modules():
    rooms = Counter(str(m.parent.relative_to(PACKAGE)) for m in MODULES if m.name != "__init__.py")
    assert {room: count for room, count in rooms.items() if count > MOST_MODULES} == {}


MOST_LINES = 350
"""Of one module, its comments and docstrings included."""


def test_no_module_is_too_long():
    lengths = {str(m.relative_to(PACKAGE)): len(m.read_text(encoding="utf-8").splitlines()) for m in MODULES}
    assert {module: lines for module, lines in lengths.items() if lines > MOST_LINES} == {}


def test_returned_files_are_never_read_by_openpyxl_or_pandas():
    for module in MODULES:
        if room_of(module) in ("readers", "inbox", "returns"):
            text = module.read_text(encoding="utf-8")
            assert "openpyxl" not in text
            assert "read_excel" not in text


def test_every_room_is_installed():
    """setup.cfg names the packages one by one; a room that is not named there is in no wheel."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    rooms = {".".join(module.parent.relative_to(ROOT).parts) for module in MODULES}
    assert rooms - set(setup["options"]["packages"].split()) == set()


REPEATED_MODULES = {
    # One folder a file format, each with a workbook reader, and sheets and records where the format has them.
    "records",
    "sheet",
    "workbook",
    # A view of the page, or a use case, has the name of the room that it shows or runs.
    "mail",
    "propose",
    "returns",
    # Each of the two rooms above xlsxwriter lists which of its private names it uses.
    "private_names",
}
"""Names that stand for the same thing in each room; docs/design/rooms.md says why."""


def test_a_module_name_has_one_meaning():
    names = Counter(m.parent.name if m.name == "__init__.py" else m.stem for m in MODULES)
    assert {name for name, count in names.items() if count > 1} == REPEATED_MODULES


def repeated_names(kind: type[ast.ClassDef | ast.FunctionDef]) -> set[str]:
    names = Counter(
        node.name
        for module in MODULES
        for node in parsed(module).body
        if isinstance(node, kind) and not node.name.startswith("_")
    )
    return {name for name, count in names.items() if count > 1}


def test_a_class_name_has_one_meaning():
    assert repeated_names(ast.ClassDef) == set()


REPEATED_FUNCTIONS = {
    # A view's function has the name of what its page or button does; its room is part of its address.
    "forget",
    "make",
    "prepare",
    "show",
    # Each program begins with it.
    "main",
}


def test_a_function_name_has_one_meaning():
    assert repeated_names(ast.FunctionDef) <= REPEATED_FUNCTIONS
