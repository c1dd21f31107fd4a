"""A page over the demonstration's campaign, asked as a browser would ask it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from jinja2.bccache import Bucket, BytecodeCache

from workbook_tools.page.application import create_app
from workbook_tools.page.desk import Desk
from workbook_tools.page.lifetime import Lifetime
from workbook_tools.page.running import Claim
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.correct import collect_campaign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HOST = "127.0.0.1:5000"
TOKEN = "only-this-browser"


class _Compiled(BytecodeCache):
    """What the page's templates were compiled to, for all the programs that are started here."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = _Compiled()


@dataclass
class Visitor:
    """The user's own browser, with the cookie that the first address gave it."""

    client: FlaskClient
    desk: Desk
    ended: list[bool]

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=f"http://{HOST}", **options)

    def post(self, path: str, data: Any = None, origin: str | None = f"http://{HOST}") -> TestResponse:
        headers = {"Origin": origin} if origin else {}
        return self.client.post(path, base_url=f"http://{HOST}", data=data, headers=headers)

    def text(self, path: str) -> str:
        """The words of a page, without its tags."""
        answer = self.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state").mkdir()
    monkeypatch.setattr("workbook_tools.page.running.state_folder", lambda: tmp_path / "state")


@pytest.fixture(scope="session")
def known(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's campaign, whose returns were read before: every page reads them first."""
    root = tmp_path_factory.mktemp("known") / "đợt"
    shutil.copytree(demo.workbook.parent, root, ignore=shutil.ignore_patterns("consolidated*", "*.eml"))
    collect_campaign(CampaignFolder(root))
    return root


@pytest.fixture
def folder(known: Path, tmp_path: Path) -> Path:
    """The demonstration's campaign, a copy that a test may change."""
    return shutil.copytree(known, tmp_path / "Tuần lễ HTSĐ")


@pytest.fixture
def visitor(folder: Path) -> Iterator[Visitor]:
    yield from visit(folder)


@pytest.fixture
def newcomer() -> Iterator[Visitor]:
    """Somebody who has not chosen a campaign yet."""
    yield from visit(None)


def visit(folder: Path | None) -> Iterator[Visitor]:
    desk = Desk(Claim(folder), CampaignFolder(folder) if folder else None)
    ended: list[bool] = []
    app = create_app(desk, TOKEN, Lifetime(lambda: ended.append(True), lambda: False))
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = TEMPLATES
    found = Visitor(app.test_client(), desk, ended)
    found.get(f"/?token={TOKEN}")
    yield found
    desk.jobs.wait()
    desk.close()
