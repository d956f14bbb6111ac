"""Every request is checked before a route sees it, and every answer carries the same headers and no echo (assurance W1 to W7)."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from pipeline.review.web.app import create_app
from pipeline.review.web.security import HEADERS, MAX_BODY
from tests.web.builders import HOST, HOSTS, LINES, PATH, SESSION_ID, page_for

CANARY = LINES[5][3:30]
NOBODY = {"base_url": f"http://{HOST}", "raise_server_exceptions": False}


@pytest.fixture
def app(site):
    return create_app(site, hosts=HOSTS)


def routes(app):
    """Yield every path and method of the application, from its own router; ids are filled with what is there."""
    for route in app.routes:
        yield from _routes(route)


def _routes(route):
    if isinstance(route, Mount):
        return
    nested = getattr(route, "original_router", None) or getattr(route, "router", None)
    if not isinstance(route, Route) and nested is not None:
        for inner in nested.routes:
            yield from _routes(inner)
        return
    path = re.sub(r"\{session_id\}", SESSION_ID, route.path)
    path = re.sub(r"\{first\}", "2", re.sub(r"\{end\}", "6", path))
    yield from ((path, method) for method in sorted(route.methods or ()) if method != "HEAD")


def test_router_is_read_whole(app):
    found = set(routes(app))
    assert (f"{PATH}/notes", "POST") in found
    assert ("/api/resolve/agreement", "GET") in found
    assert len(found) >= 24


HOSTILE_HOSTS = (
    "evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8766", "localhost", "localhost:80", "localhost.evil.example:8765",
    "127.0.0.1.nip.io:8765", "0.0.0.0:8765", "2130706433:8765", "0x7f000001:8765", "017700000001:8765", "127.1:8765", "[::1]:8765",
    "::1:8765", "127.0.0.1:8765.evil.example", "evil.example:8765", "user@127.0.0.1:8765", "127.0.0.1:8765@evil.example", "",
    "127.0.0.1:08765", "LOCALHOST.:8765", "127.0.0.1:8765,evil.example", "lo\u0441alhost:8765".encode().decode("latin-1"),
)  # fmt: skip


@pytest.mark.parametrize("host", HOSTILE_HOSTS)
def test_host_that_is_not_this_page_is_refused_on_every_route(host, app, page):
    assert len(HOSTILE_HOSTS) == 24
    bearer = page.headers["Authorization"]
    with TestClient(app, **NOBODY) as client:
        for path in {path for path, _ in routes(app)} | {"/", "/static/main.js"}:
            for method in ("GET", "POST"):
                told = client.request(method, path, headers={"Host": host.encode("latin-1"), "Authorization": bearer}, json={})
                assert told.status_code == 400
                assert CANARY not in told.text


def test_two_hosts_are_refused(app):
    with TestClient(app, **NOBODY) as client:
        told = client.get("/", headers=[("Host", HOST), ("Host", HOST)])
        assert told.status_code == 400


@pytest.mark.parametrize("bearer", [None, "Bearer ", "Bearer wrong", "Basic x", "bearer\u00e9"])
def test_every_route_but_the_way_in_needs_the_bearer(bearer, app):
    headers = {} if bearer is None else {"Authorization": bearer.encode("latin-1")}
    with TestClient(app, **NOBODY) as client:
        for path, method in routes(app):
            told = client.request(method, path, headers=headers, json={})
            if path not in ("/", "/api/enter"):
                assert told.status_code == 401, path
                assert CANARY not in told.text
        assert client.get("/api/nothing").status_code == 401


def test_bare_page_holds_no_word_and_no_name_of_a_session(app):
    with TestClient(app, **NOBODY) as client:
        told = client.get("/")
    assert told.status_code == 200
    assert CANARY not in told.text
    assert SESSION_ID not in told.text
    assert "s-rich" not in told.text


def test_code_works_once_and_has_256_bits(site, app):
    code = site.access.issue_code()
    assert len(code) >= 43
    with TestClient(app, **NOBODY) as client:
        assert client.post("/api/enter", json={"code": code}).status_code == 200
        assert client.post("/api/enter", json={"code": code}).status_code == 409
        assert client.post("/api/enter", json={"code": "x"}).status_code == 409


def test_used_link_is_followed_by_a_fresh_one(site, app):
    told = []
    site.on_entered = lambda: told.append(site.access.issue_code())
    with TestClient(app, **NOBODY) as client:
        client.post("/api/enter", json={"code": site.access.issue_code()})
        assert client.post("/api/enter", json={"code": told[0]}).status_code == 200


def test_locked_page_is_let_out(page):
    assert page.post("/api/lock", json={}).status_code == 200
    assert page.get("/api/sessions").status_code == 401


SITES = [
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Sec-Fetch-Site": "SAME-ORIGIN"}, False),
    ({"Sec-Fetch-Site": "same-origin, cross-site"}, False),
    ({"Sec-Fetch-Site": "nonsense"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"}, False),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, True),
    ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, True),
    ({}, True),
    ({"Origin": f"http://{HOST}"}, True),
    ({"Origin": "http://localhost:8765"}, True),
    ({"Origin": f"https://{HOST}"}, False),
    ({"Origin": "http://127.0.0.1"}, False),
    ({"Origin": "http://127.0.0.1:8766"}, False),
    ({"Origin": "http://127.0.0.1:80"}, False),
    ({"Origin": "http://localhost"}, False),
    ({"Origin": "http://evil.example"}, False),
    ({"Origin": "http://evil.example:8765"}, False),
    ({"Origin": "http://127.0.0.1.evil.example:8765"}, False),
    ({"Origin": f"http://{HOST}.evil.example"}, False),
    ({"Origin": f"http://evil.example/{HOST}"}, False),
    ({"Origin": f"http://user@{HOST}"}, False),
    ({"Origin": f"http://{HOST}/"}, False),
    ({"Origin": f"HTTP://{HOST}"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "file://"}, False),
    ({"Origin": "chrome-extension://abcdefgh"}, False),
    ({"Origin": "\u00ff"}, False),
    ({"Origin": f"http://{HOST}, http://evil.example"}, False),
    ({"Referer": "http://evil.example/"}, True),
    ({"Origin": "http://[::1]:8765"}, False),
]


@pytest.mark.parametrize(("headers", "passes"), SITES)
def test_write_of_another_site_changes_nothing(headers, passes, page, site):
    before = site.store.events(SESSION_ID)
    body = {"mode": "first", "based_on": 0, "first": 2, "end": 6, "reading": "unsure"}
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    told = page.post(f"{PATH}/decide", json=body, headers=sent)
    assert told.status_code == (200 if passes else 403)
    assert (site.store.events(SESSION_ID) != before) is passes


@pytest.mark.parametrize("name", ["Sec-Fetch-Site", "Origin"])
def test_header_that_comes_twice_is_refused(name, page):
    values = {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"}
    told = page.post("/api/lock", json={}, headers=[(name, values[name]), (name, values[name])])
    assert told.status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/json"])
def test_body_that_is_not_declared_as_json_changes_nothing(kind, page, site):
    body = b'{"mode": "first", "based_on": 0, "first": 2, "end": 6, "reading": "unsure"}'
    assert page.post(f"{PATH}/decide", content=body, headers={"Content-Type": kind}).status_code == 415
    assert site.store.events(SESSION_ID) == ()


def test_body_beyond_two_megabytes_is_refused(page):
    told = page.post(f"{PATH}/notes", content=b" " * (MAX_BODY + 1), headers={"Content-Type": "application/json"})
    assert told.status_code == 413
    pieces = (b" " * 65_536 for _ in range(MAX_BODY // 65_536 + 1))
    assert page.post(f"{PATH}/notes", content=pieces, headers={"Content-Type": "application/json"}).status_code == 413


def test_every_answer_carries_the_headers(app, page):
    wanted = {name.decode(): value.decode() for name, value in HEADERS}
    answers = [page.request(method, path, json={}) for path, method in routes(app) if path != "/api/lock"]
    answers += [page.get(path) for path in ("/api/nothing", "/static/nothing.js", "/static/main.js")]
    answers.append(page.request("DELETE", PATH, json={}))
    answers.append(page.get("/", headers={"Host": "evil.example"}))
    answers.append(page.post("/api/enter", content=b"{", headers={"Content-Type": "application/json"}))
    answers.append(page.post("/api/lock", json={}))
    answers.append(page.get("/api/sessions"))
    for told in answers:
        assert wanted.items() <= {name.lower(): value for name, value in told.headers.items()}.items()
        assert "set-cookie" not in told.headers
        assert "access-control-allow-origin" not in told.headers
    assert {200, 400, 401, 404, 405} <= {told.status_code for told in answers}


def test_policy_allows_own_files_only_and_no_inline(app):
    policy = dict(HEADERS)[b"content-security-policy"].decode()
    wanted = {"default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'", "base-uri 'none'"}
    assert wanted <= set(policy.split("; "))
    assert "unsafe" not in policy
    with TestClient(app, **NOBODY) as client:
        html = client.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\bstyle=|javascript:|<style", html)
    assert not re.search(r"(src|href)=\"(?!/|#)", html)


def test_every_text_field_keeps_checkers_and_extensions_out(app):
    with TestClient(app, **NOBODY) as client:
        html = client.get("/").text
    fields = re.findall(r"<(?:textarea|input)\b[^>]*>", html)
    typed = [one for one in fields if not re.search(r'type="(checkbox|radio|file)"', one)]
    assert len(typed) >= 7
    for one in typed:
        assert 'spellcheck="false"' in one
        assert 'autocomplete="off"' in one
        assert 'data-gramm="false"' in one


TRAVERSALS = [
    "..", "../..", "..%2f", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "%2e%2e/%2e%2e", "..\\", "..%5c..%5c", "..%255c", "..%252f..%252f",
    "%00", "x%00.json", "%00%2f", "/etc/passwd", "%2fetc%2fpasswd", "//evil.example", "%5c%5cserver%5cshare", "\\\\server\\share",
    "c:%5cwindows", "C:/windows", "file:%2f%2f%2fetc%2fpasswd", "~", "~root", "%7e", ".", "./.", "%2e", "s-rich", "s-rich.rupture.json",
    "s-rich%2erupture%2ejson", "review.sqlite", "notes-private.sqlite", "..%c0%af", "..%ef%bc%8f", "%ff%fe", "%u002e%u002e", "a" * 10_000,
    "0" * 63, "0" * 65, "0" * 64, "g" * 64, SESSION_ID.upper(), SESSION_ID + "%20", "%20" + SESSION_ID, SESSION_ID + "%00",
    SESSION_ID + "%2f..", SESSION_ID[:-1], SESSION_ID + ";x", SESSION_ID + "%3fmode", "null", "undefined", "-1", "1e9", "{}", "[]", "*",
    "?", "%0d%0aX: y", "%e2%80%ae", "\u202e", "con", "nul.txt",
]  # fmt: skip


@pytest.mark.parametrize("at", range(len(TRAVERSALS)))
def test_id_that_is_not_in_the_index_is_not_found_and_opens_no_file(at, page, monkeypatch, site):
    assert len(TRAVERSALS) >= 60
    opened = []
    monkeypatch.setattr("pipeline.review.web.library.read_result", opened.append)
    for template in ("/api/sessions/{}?mode=first", "/api/label/sessions/{}", "/api/sessions/{}/dyad?mode=first", "/static/{}"):
        told = page.get(template.format(TRAVERSALS[at].lstrip("/")))
        assert told.status_code in (404, 400, 405) or told.url.path in ("/", "/api/sessions", "/static/"), template
        assert CANARY not in told.text
    assert opened == []


def test_error_of_ours_is_told_by_kind_and_place_only(site, monkeypatch):
    def broken(*_, **__):
        raise KeyError(CANARY)

    monkeypatch.setattr("pipeline.review.web.routes.sessions.library_view", broken)
    faults = []
    with page_for(site, faults=faults) as page:
        told = page.get("/api/sessions")
    assert told.status_code == 500
    assert CANARY not in told.text
    assert CANARY not in "".join(faults)
    assert re.fullmatch(r"WEB-009: KeyError at \w+\.py:\d+", faults[0])


def test_malformed_request_is_not_echoed(page):
    told = page.post(f"{PATH}/decide", json={"mode": CANARY, "reading": CANARY})
    assert told.status_code == 400
    assert CANARY not in told.text
    assert page.get(f"/api/{CANARY}").text.count(CANARY) == 0
