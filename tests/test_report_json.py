"""What scripts read: collect --json and inspect --json keep to their documented schemas."""

from __future__ import annotations

import json

import pytest
from campaigns import ROOT
from jsonschema import Draft202012Validator

from workbook_tools.forms.form_id import read_key
from workbook_tools.inspection import inspect_file, render_inspection
from workbook_tools.report_json import render_collection

SCHEMAS = ROOT / "docs/schemas"


def valid(name, text):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    content = json.loads(text)
    Draft202012Validator(schema).validate(content)
    return content


def described(schema):
    """Every property of a schema has a description, so that the schema is the documentation."""
    for name, part in schema.get("properties", {}).items():
        yield name, "description" in part or "const" in part
        yield from described(part)
        yield from described(part.get("items", {}))


@pytest.mark.parametrize("name", ["collect", "inspect"])
def test_every_property_is_described(name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert [found for found, described_ in described(schema) if not described_] == []


def test_collect(demo):
    content = valid("collect", render_collection(demo.collection))
    files = {file["path"]: file for file in content["files"]}
    assert len(files) == len(demo.collection.files)
    assert files["Ban sao.xlsx"]["outcome"] == "rejected"
    assert [p["code"] for p in files["Ban sao.xlsx"]["problems"]] == ["signature-wrong"]
    units = {unit["code"]: unit for unit in content["units"]}
    assert units["11629"]["answers"]["ct_3_1"] == 1250
    assert units["11638-mn"]["answers"]["ct_4_3b"] is None
    assert "ct_2_1" not in units["11632-th"]["answers"]
    assert set(content["missing"]) == {code for code, unit in units.items() if unit["outcome"] == "missing"}
    assert content["totals"]["ct_7_1"] == demo.collection.totals.at["ct_7_1", "total"]


def test_inspect(demo):
    folder = demo.workbook.parent
    key = read_key(folder / "signing.key")
    form = folder / "returned/11644_Xa-Quang-Hung.xlsx"
    content = valid("inspect", render_inspection(inspect_file(form, key=key, template=demo.collection.template)))
    assert content["identity"]["unit"] == "11644"
    assert content["identity"]["signature_checked"]
    assert len(content["identity"]["channels"]) == 4
    assert content["answers"]["ct_7_1"]["raw"] == "3"
    assert {"code": "ct_7_1", "sheet": "Báo cáo", "cell": content["answers"]["ct_7_1"]["cell"], "kind": "count"} in content["inputs"]


def test_inspect_what_is_no_form(demo):
    scan = demo.workbook.parent / "returned/Bản quét báo cáo.pdf"
    content = valid("inspect", render_inspection(inspect_file(scan)))
    assert content["identity"] is None
    assert [p["code"] for p in content["problems"]] == ["format-unsupported"]
