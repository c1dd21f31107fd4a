"""Only the browser that was opened by the program is answered, whatever page runs in it."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from page.conftest import HOST, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from page.conftest import Visitor

PAGES = (
    "/form",
    "/send",
    "/returns",
    "/returns/list",
    "/settle",
    "/results",
    "/chase",
    "/choose",
    "/choose/0",
    "/elsewhere/0",
    "/changed/returns",
    "/changed/form",
    "/mail/form",
    "/job",
    "/alive",
)


def test_nobody_without_the_token_is_answered(visitor: Visitor) -> None:
    stranger = visitor.client.application.test_client()
    for path in PAGES:
        assert stranger.get(path, base_url=f"http://{HOST}").status_code == 403, path
        assert stranger.get(f"{path}?token=guess", base_url=f"http://{HOST}").status_code == 403, path


def test_who_is_refused_reads_it_as_a_page_with_a_way_on(visitor: Visitor) -> None:
    """A link from elsewhere has no cookie with it, but one on our own page has; a stranger keeps nothing alive."""
    stranger = visitor.client.application.test_client()
    page = stranger.get("/form", base_url=f"http://{HOST}").text
    assert 'href="/">Thử lại' in page
    visitor.client.application.extensions["lifetime"].hear = lambda: pytest.fail("a stranger was heard")
    [style] = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    answer = stranger.get(style, base_url=f"http://{HOST}", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert stranger.get("/static/../application.py", base_url=f"http://{HOST}").status_code in (403, 404)
    for bad in ({"base_url": "http://evil.example"}, {"headers": {"Origin": "http://evil.example"}}):
        assert stranger.get(style, **{"base_url": f"http://{HOST}", **bad}).status_code == 403


def test_a_name_that_was_made_to_lead_here_is_refused(visitor: Visitor) -> None:
    """DNS rebinding: the browser sends the name it was told, and with it no cookie of ours; the token would not help."""
    for host in ("evil.example:5000", "127.0.0.1.evil.example", "evil.example"):
        for path in ("/form", f"/?token={TOKEN}"):
            assert visitor.client.get(path, base_url=f"http://{host}").status_code == 403, (host, path)


BUTTONS = (
    "/send/make",
    "/results/make",
    "/quit",
    "/returns/drop",
    "/settle/decide",
    "/settle/undo",
    "/form/trial/xa",
    "/open-file/folder",
    "/open/0",
    "/new/0",
    "/returns/sample",
    "/returns/fetch",
    "/mail/form/prepare",
    "/mail/form/send",
)


def test_another_page_can_press_no_button(visitor: Visitor) -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999", None):
        for path in BUTTONS:
            assert visitor.post(path, origin=origin).status_code == 403, (origin, path)
    assert visitor.ended == []
    assert visitor.desk.jobs.last is None


def test_the_token_leaves_the_address_at_once(visitor: Visitor) -> None:
    answer = visitor.get(f"/?token={TOKEN}")
    assert answer.status_code == 302
    assert "token" not in answer.location
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]


def test_the_browser_is_told_to_run_our_scripts_only(visitor: Visitor) -> None:
    for path in PAGES:
        answer = visitor.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "<script>" not in answer.text, path
        assert " style=" not in answer.text, path
        assert " onclick=" not in answer.text, path


def test_only_files_that_a_page_names_are_opened(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "workbook_tools.page.views.files.open_on_desktop", lambda path: opened.append(path.name)
    )
    assert visitor.post("/open-file/template").status_code == 204
    for name in ("../signing.key", "signing.key", "..%2f..%2fetc%2fpasswd", "key"):
        assert visitor.post(f"/open-file/{name}").status_code == 404
    assert opened == ["template.xlsx"]


def test_only_documents_that_were_returned_are_opened(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in an archive by that archive; never a program, nor anything that is not among the returns."""
    opened: list[Path] = []
    monkeypatch.setattr("workbook_tools.page.views.files.open_on_desktop", opened.append)
    returned = folder / "returned"
    inside = next(returned.glob("1164*.xlsx"))
    with zipfile.ZipFile(returned / "Các trường.zip", "w") as archive:
        archive.writestr(inside.name, inside.read_bytes())
    (returned / "Báo cáo.pdf.bat").write_bytes(b"echo")
    visitor.desk.start_reading()
    visitor.desk.jobs.wait()
    names = ("11629_Thi-tran-An-Lao.xlsx", f"Các trường.zip/{inside.name}")
    refused = ("Báo cáo.pdf.bat", "../signing.key", "../template.xlsx", str(folder / "template.xlsx"), "")
    for status, asked in ((204, names), (404, refused)):
        for name in asked:
            assert visitor.post(f"/open-return?{urlencode({'file': name})}").status_code == status, name
    assert opened == [returned / names[0], returned / "Các trường.zip"]
    page = visitor.get("/settle").text
    assert "Báo cáo.pdf.bat" in page
    assert "/open-return?file=" in page
    assert urlencode({"file": "Báo cáo.pdf.bat"}) not in page


def test_no_method_is_a_way_around(visitor: Visitor) -> None:
    stranger = visitor.client.application.test_client()
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "PATCH"):
        for path in ("/settle", "/quit", "/send/make"):
            answer = stranger.open(path, method=method, base_url=f"http://{HOST}")
            assert answer.status_code == 403, (method, path)
            assert "Access-Control-Allow-Origin" not in answer.headers, (method, path)
    assert visitor.ended == []
    assert visitor.desk.jobs.last is None


def test_the_cookie_of_another_program_is_not_ours(visitor: Visitor) -> None:
    """Browsers send the cookies of all ports of a host: a page served on another port has no token of this one."""
    stranger = visitor.client.application.test_client()
    for name, value in (("workbook_tools_5001", TOKEN), ("workbook_tools_5000", "x"), ("token", TOKEN)):
        stranger.set_cookie(name, value, domain="127.0.0.1")
    assert stranger.get("/form", base_url=f"http://{HOST}").status_code == 403


def test_two_programs_do_not_take_each_other_s_cookie(visitor: Visitor) -> None:
    """Browsers keep one cookie of a name for all ports: with the same name, the second program would lock out the first."""
    names = {
        visitor.client.get(f"/?token={TOKEN}", base_url=f"http://127.0.0.1:{port}")
        .headers["Set-Cookie"]
        .partition("=")[0]
        for port in (5000, 5001)
    }
    assert len(names) == 2


def test_a_token_on_another_page_s_button_is_no_origin(visitor: Visitor) -> None:
    assert visitor.post(f"/quit?token={TOKEN}", origin="http://evil.example").status_code == 403
    assert visitor.ended == []
