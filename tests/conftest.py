"""Settings for all tests, and the sample campaign: generated and filled once, collected where a test needs it."""

from __future__ import annotations

import shutil
from functools import cached_property
from typing import TYPE_CHECKING

import pytest
from campaigns import SECOND_TEMPLATE, SECOND_UNITS, TEMPLATE, UNITS, Campaign
from hypothesis import settings
from openpyxl.reader.workbook import WorkbookParser

from workbook_tools.demo import run_demo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from post.mail_servers import MailServers

settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("steady")

# openpyxl parses the records of all pivots anew for every sheet of a workbook: six sevenths of the time to load ours.
_pivot_caches = cached_property(WorkbookParser.pivot_caches.fget)  # type: ignore[attr-defined]
_pivot_caches.__set_name__(WorkbookParser, "pivot_caches")
WorkbookParser.pivot_caches = _pivot_caches  # type: ignore[method-assign,assignment]


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """The sample campaign: 72 blank forms."""
    return Campaign(TEMPLATE, UNITS, tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """The campaign of the second template: two form sheets, a matrix, dates and choices."""
    return Campaign(SECOND_TEMPLATE, SECOND_UNITS, tmp_path_factory.mktemp("second"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory):
    """The demonstration, run once in a folder with a space and a diacritic in its name."""
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
