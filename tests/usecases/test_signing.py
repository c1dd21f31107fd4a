"""The key is precious: lost or exchanged, every form that went out would come back as forged."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from links import link

from workbook_tools.errors import CannotRead, CannotWrite, SpecificationError
from workbook_tools.usecases.collect import CollectOptions, collect
from workbook_tools.usecases.generate import Generated, generate

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

UNITS = ["11629", "11632"]


@pytest.fixture
def office(first: Campaign, tmp_path: Path) -> Path:
    """A campaign folder whose forms were made with the key that lies there."""
    first.copy_to(tmp_path)
    (tmp_path / "forms").mkdir()
    for unit in UNITS:
        shutil.copy(first.forms[unit], tmp_path / "forms")
    return tmp_path


def make(office: Path, *, new_key: bool = False) -> Generated:
    return generate(
        office / "template.xlsx", office / "units.xlsx", office / "forms", only=UNITS, new_key=new_key
    )


def forms(office: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in office.rglob("*.xlsx")}


@pytest.mark.parametrize("returned", [False, True])
def test_no_new_key_is_made_while_forms_of_the_lost_one_are_there(office: Path, returned: bool) -> None:
    if returned:
        (office / "forms").rename(office / "returned")
    before = forms(office)
    (office / "signing.key").unlink()
    with pytest.raises(SpecificationError) as refused:
        make(office)
    assert [p.code for p in refused.value.problems] == ["key-lost"]
    assert forms(office) == before
    assert not (office / "signing.key").exists()


def test_another_key_is_not_taken(office: Path) -> None:
    before = forms(office)
    (office / "signing.key").write_text("ab" * 32)
    with pytest.raises(SpecificationError) as refused:
        make(office)
    assert [p.code for p in refused.value.problems] == ["key-other"]
    assert forms(office) == before


@pytest.mark.slow
def test_an_option_says_otherwise(office: Path) -> None:
    (office / "signing.key").unlink()
    assert {form.action for form in make(office, new_key=True).forms} == {"written"}
    assert {form.action for form in make(office).forms} == {"unchanged"}


def test_where_no_form_is_a_key_is_made(office: Path) -> None:
    shutil.rmtree(office / "forms")
    (office / "signing.key").unlink()
    (office / "returned").mkdir()
    shutil.copy(office / "units.xlsx", office / "returned")
    assert {form.action for form in make(office).forms} == {"written"}


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 64, b"ab" * 31])
def test_an_unreadable_key_is_not_no_key(office: Path, content: bytes) -> None:
    (office / "signing.key").write_bytes(content)
    for command in (
        lambda: make(office, new_key=True),
        lambda: collect(office / "forms", office / "template.xlsx", office / "units.xlsx"),
    ):
        with pytest.raises(CannotRead) as refused:
            command()
        assert refused.value.remedy
    assert (office / "signing.key").read_bytes() == content


def test_a_link_that_leads_nowhere_is_not_no_key(office: Path) -> None:
    (office / "signing.key").unlink()
    link(office / "signing.key", office / "not there")
    with pytest.raises(CannotRead):
        make(office)


def test_a_key_that_was_named_has_to_be_there(office: Path) -> None:
    with pytest.raises(CannotRead, match="no such file"):
        collect(
            office / "forms",
            office / "template.xlsx",
            office / "units.xlsx",
            CollectOptions(key=office / "my.key"),
        )


def test_no_form_takes_the_place_of_what_it_is_made_from(office: Path, first: Campaign) -> None:
    """A roster may be named as a form would be."""
    roster = office / "forms" / first.forms["11629"].name
    shutil.copy(first.units_path, roster)
    with pytest.raises(CannotWrite, match="one of its inputs"):
        generate(office / "template.xlsx", roster, office / "forms", key=office / "signing.key")
    assert roster.read_bytes() == first.units_path.read_bytes()
