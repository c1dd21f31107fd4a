"""The contract with xlsxwriter: what of it is used without being offered is there, and all of that is listed."""

from __future__ import annotations

import ast
import importlib
import inspect

import pytest
from campaigns import ROOT

from workbook_tools.pivots import private_names as of_pivots
from workbook_tools.sheetwriter import private_names as of_program

LISTED = [
    (name, method)
    for listed in (of_pivots.PRIVATE_NAMES, of_program.PRIVATE_NAMES)
    for name, methods in listed.items()
    for method in methods
]
READ = [
    (name, attribute)
    for listed in (of_pivots.ATTRIBUTES, of_program.ATTRIBUTES)
    for name, attributes in listed.items()
    for attribute in attributes
]
ARGUMENTS = {"url.Url": ("https://example.org",)}


def find(name: str) -> type:
    module, _, kind = name.partition(".")
    return getattr(importlib.import_module(f"xlsxwriter.{module}"), kind)


@pytest.mark.parametrize(("name", "method"), LISTED, ids=lambda value: value)
def test_each_method_is_there_with_its_parameters(name: str, method: str) -> None:
    called, _, parameters = method.rstrip(")").partition("(")
    found = list(inspect.signature(getattr(find(name), called)).parameters)
    assert [parameter for parameter in found if parameter != "self"] == [
        p for p in parameters.split(", ") if p
    ]


@pytest.mark.parametrize(("name", "attribute"), READ, ids=lambda value: value)
def test_each_attribute_is_there(name: str, attribute: str) -> None:
    kind = find(name)
    assert hasattr(kind, attribute) or hasattr(kind(*ARGUMENTS.get(name, ())), attribute)


def test_no_other_private_method_is_overridden_or_called() -> None:
    """Of classes of ours that are built upon xlsxwriter's."""
    known = {method.partition("(")[0] for _, method in LISTED}
    theirs = {
        name
        for kind, _ in LISTED
        for name in dir(find(kind))
        if name.startswith("_") and not name.startswith("__")
    }
    for room in ("pivots", "sheetwriter"):
        for module in (ROOT / "workbook_tools" / room).rglob("*.py"):
            tree = ast.parse(module.read_text(encoding="utf-8"))
            for kind in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
                named = {base.id for base in kind.bases if isinstance(base, ast.Name)}
                if named & {"Worksheet", "Workbook", "Packager", "PivotPackager", "SharedStrings", "Format"}:
                    methods = {node.name for node in kind.body if isinstance(node, ast.FunctionDef)}
                    assert methods & theirs <= known, module
