"""What scripts read: collect --json and inspect --json keep to their documented schemas."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from campaigns import ROOT
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from workbook_tools.forms.fill import fill_form
from workbook_tools.forms.form_id import read_key
from workbook_tools.outputs.json import render_collection
from workbook_tools.problems import Severity
from workbook_tools.usecases.inspect import inspect_file, render_inspection

SCHEMAS = ROOT / "docs/schemas"


def valid(name, text):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    content = json.loads(text)
    Draft202012Validator(schema).validate(content)
    return content


def properties(schema):
    """Every property of a schema, wherever in it: its name, and its own schema."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    for name, part in schema.items():
        if name == "properties":
            yield from part.items()
        if isinstance(part, dict | list):
            yield from properties(part)


def in_files(content):
    """Each problem of a file, with the file's unit."""
    return [(file["unit"], problem) for file in content["files"] for problem in file["problems"]]


@pytest.mark.parametrize("name", ["collect", "inspect"])
def test_every_property_is_described(name):
    """So that the schema is the documentation; a reference is described where it points to, a list also in its items."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    found = dict(properties(schema))
    assert {"schema", "message", "remedy", "problems"} <= set(found)
    assert [key for key, part in found.items() if not part.get("description")] == []


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
    reasons = {(unit, p["code"]): p["reason"] for unit, p in in_files(content) if p["reason"]}
    assert reasons == {(p.place.unit, p.code): p.reason for p in demo.collection.problems if p.reason}
    assert content["totals"]["ct_7_1"] == demo.collection.totals.at["ct_7_1", "total"]


def test_a_warning_that_the_office_accepted_says_why(demo):
    late, *others = [p for p in demo.collection.problems if p.code == "late"]
    accepted = replace(late, severity=Severity.NOTICE, accepted="Gọi điện xác nhận (Chuyên viên, 14/10/2023)")
    content = valid("collect", render_collection(replace(demo.collection, problems=(accepted, *others))))
    assert [p["accepted"] for _, p in in_files(content)] == [accepted.accepted] + [None] * len(others)


def test_a_unit_with_nothing_to_report(demo):
    """The office's decision is an outcome of its own, known to the schema."""
    status = demo.collection.status.assign(outcome="nothing-to-report")
    content = valid("collect", render_collection(replace(demo.collection, status=status)))
    assert {unit["outcome"] for unit in content["units"]} == {"nothing-to-report"}


def test_inspect(demo):
    folder = demo.workbook.parent
    key = read_key(folder / "signing.key")
    form = folder / "returned/11644_Xa-Quang-Hung.xlsx"
    content = valid(
        "inspect", render_inspection(inspect_file(form, key=key, template=demo.collection.template))
    )
    assert content["identity"]["unit"] == "11644"
    assert content["identity"]["signature_checked"]
    assert len(content["identity"]["channels"]) == 4
    assert (content["answers"]["ct_7_1"]["raw"], content["answers"]["ct_7_1"]["value"]) == ("3", 3)
    assert {
        "code": "ct_7_1",
        "sheet": "Báo cáo",
        "cell": content["answers"]["ct_7_1"]["cell"],
        "kind": "count",
    } in content["inputs"]


def test_inspect_what_is_no_form(demo):
    scan = demo.workbook.parent / "returned/Bản quét báo cáo.pdf"
    content = valid("inspect", render_inspection(inspect_file(scan)))
    assert content["identity"] is None
    assert [p["code"] for p in content["problems"]] == ["format-unsupported"]


@pytest.mark.parametrize("knows_template", [True, False])
def test_inspect_holds_every_kind_of_answer(first, tmp_path, knows_template):
    """A date, a text, KCSL, a doubt and a repair; without the template as they are stored."""
    typed = {
        "vb_ngay": date(2023, 10, 9),
        "tm_1": "Đã làm.",
        "ct_2_1": "KCSL",
        "ct_2_2": 1.5,
        "ct_3_1": "1.250",
        "ct_3_2": 0,
    }
    cells = {first.template.inputs[code]: value for code, value in typed.items()}
    (tmp_path / "a.xlsx").write_bytes(
        fill_form(first.forms["11629"].read_bytes(), cells, datetime(2023, 10, 9, 8, tzinfo=UTC))
    )
    inspection = inspect_file(tmp_path / "a.xlsx", template=first.template if knows_template else None)
    content = valid("inspect", render_inspection(inspection))
    values = {code: answer["value"] for code, answer in content["answers"].items()}
    if knows_template:
        assert values == {
            "vb_ngay": "2023-10-09",
            "tm_1": "Đã làm.",
            "ct_2_1": None,
            "ct_2_2": None,
            "ct_3_1": 1250,
            "ct_3_2": 0,
        }
        assert {(p["code"], p["indicator"]) for p in content["problems"]} == {
            ("number-not-whole", "ct_2_2"),
            ("value-repaired", "ct_3_1"),
        }
    else:
        assert values == {
            "vb_ngay": 45208,
            "tm_1": "Đã làm.",
            "ct_2_1": "KCSL",
            "ct_2_2": 1.5,
            "ct_3_1": "1.250",
            "ct_3_2": 0,
        }
        assert content["problems"] == []
    assert not content["identity"]["signature_checked"]
