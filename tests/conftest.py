"""Settings for all tests, and the sample campaign: generated and filled once, collected where a test needs it."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from datetime import UTC, datetime
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import openpyxl.reader.workbook
import pytest
from hypothesis import settings
from msgspec.structs import replace
from openpyxl.packaging import relationship
from openpyxl.pivot.cache import CacheDefinition
from openpyxl.pivot.record import RecordList
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.xml.functions import fromstring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns import Campaign
    from post.mail_servers import MailServers

# Modules are compiled once, not anew by each program that a test starts: 400 of them, a second of CPU time. Those of
# this project are imported after this line, that is where they are used.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Shared workbooks and campaigns are millions of objects, through which each full collection would go: every tenth
# second of the CPU time of tests that load workbooks.
gc.set_threshold(100_000, 20, 100)

settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("steady")

# openpyxl parses all pivot caches anew for every sheet of a workbook, and every record of them, which hardly a test looks
# at: nine tenths of the time to load ours. Here once, and the records when somebody asks for them.
_pivot_caches = cached_property(WorkbookParser.pivot_caches.fget)  # type: ignore[attr-defined]
_pivot_caches.__set_name__(WorkbookParser, "pivot_caches")
WorkbookParser.pivot_caches = _pivot_caches  # type: ignore[method-assign,assignment]


class _RecordsOnDemand:
    def __get__(self, cache: CacheDefinition | None, owner: type) -> Any:
        found = cache.__dict__.get("records") if cache else None
        if cache and callable(found):
            found = cache.__dict__["records"] = found()
        return found

    def __set__(self, cache: CacheDefinition, records: Any) -> None:
        cache.__dict__["records"] = records


def _get_rel(archive: Any, deps: Any, id: str, cls: type) -> Any:
    if cls is not RecordList:
        return relationship.get_rel(archive, deps, id, cls)
    data = archive.read(deps.get(id).target)
    return lambda: RecordList.from_tree(fromstring(data))


CacheDefinition.records = _RecordsOnDemand()
openpyxl.reader.workbook.get_rel = _get_rel


@pytest.fixture(scope="session", autouse=True)
def _templates_read_once() -> Iterator[None]:
    """A template of the same bytes and name is parsed once in this process: hundreds of tests read the samples'."""
    from workbook_tools.spec import template as module
    from workbook_tools.spec.own_workbook import read_own_file

    read, known = module.read_template, {}

    def read_once(path: Any) -> Any:
        asked = path.name, read_own_file(path)
        if asked not in known:
            known[asked] = read(path)
        template, problems = known[asked]
        return template and replace(template, path=path), [*problems]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "read_template", read_once)
        yield


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """The sample campaign: 72 blank forms."""
    from campaigns import TEMPLATE, UNITS, Campaign

    return Campaign(TEMPLATE, UNITS, tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="session")
def little(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign of four units and nine lines, for tests of what does not depend on the form."""
    from campaigns import Campaign
    from sheets import write_template, write_units

    folder = tmp_path_factory.mktemp("little")
    more = ["x3", "Xã Ba", "xa", None, None, None, 1]
    units = write_units(folder / "units.xlsx", lambda rows: rows.append(more))
    return Campaign(write_template(folder / "template.xlsx"), units, folder)


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """The campaign of the second template: two form sheets, a matrix, dates and choices."""
    from campaigns import SECOND_TEMPLATE, SECOND_UNITS, Campaign

    return Campaign(SECOND_TEMPLATE, SECOND_UNITS, tmp_path_factory.mktemp("second"))


@pytest.fixture(scope="session")
def second_collected(second: Campaign, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The second campaign, returned with every kind of fault: no inclusion, no communes, figures in a matrix."""
    from collecting import fill_all, read_back
    from filled_campaign import plant_faults

    from workbook_tools.usecases.collect import write_workbook

    folder = tmp_path_factory.mktemp("second")
    filled = plant_faults(second, seed=8)
    fill_all(second, filled.typed, folder / "returned", datetime(2024, 9, 10, 8, tzinfo=UTC))
    collection = read_back(second, folder / "returned")
    write_workbook(collection, folder / "consolidated.xlsx")
    return SimpleNamespace(workbook=folder / "consolidated.xlsx", collection=collection, filled=filled)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory):
    """The demonstration, run once in a folder with a space and a diacritic in its name."""
    from workbook_tools.demo import run_demo

    folder = tmp_path_factory.mktemp("demo") / "đợt báo cáo"
    result = run_demo(folder)
    yield result
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def servers() -> Iterator[MailServers]:
    """Dovecot and Postfix, started once, where a test asks for them."""
    from post.mail_servers import start_servers, stop_servers

    running = start_servers()
    yield running
    stop_servers(running)
