"""Every kind of answer, under http and https, to our own name and to a stranger's."""

from __future__ import annotations

from pathlib import Path

import pytest

from corrections_app.domain.errors import Busy, TooMany
from corrections_app.domain.lifecycle import Role
from corrections_app.serving.body_first import BodyFirst, Patience, in_front_of
from corrections_app.serving.pools import Full
from corrections_app.web import hosts
from corrections_app.web.doors import DOORS, READ
from corrections_app.web.headers import HTTPS_ONLY, SECURITY_HEADERS
from corrections_app.web.newsroom.outbox import LETTER_POLICY
from corrections_app.web.reader.media import PICTURE_POLICY
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import retiring
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, an_article
from tests.web.lines import Coming, Head, heard, run

EVIL = "evil.example"
JSON = {"Accept": "application/json"}
WITHOUT = {"Accept-Encoding": "identity"}
# Method, address, what is said besides, and the status that comes of it.
KINDS = [
    ("GET", "/", {}, 200),
    ("HEAD", "/", {}, 200),
    ("OPTIONS", "/", {}, 200),
    ("GET", "/articles/quay", {}, 200),
    ("GET", "/articles/quay/corrections/new", {}, 200),
    ("GET", "/articles/harbour-wall", {}, 410),
    ("GET", "/corrections", {}, 200),
    ("GET", "/corrections.atom", {}, 200),
    ("GET", "/corrections.json", {}, 200),
    ("GET", "/corrections.csv", {}, 200),
    ("GET", "/corrections/policy", {}, 200),
    ("GET", "/rules", {}, 200),
    ("GET", "/healthz", {}, 200),
    ("GET", "/embed.js", {}, 200),
    ("GET", "/embed/form", {}, 200),
    ("GET", "/report?url=https://news.example/", {}, 403),
    ("POST", "/embed/place", {"json": {}}, 422),
    ("GET", "/sign-in", {}, 200),
    ("GET", "RECEIPT", {}, 200),
    ("GET", "/receipts/1-forged", {}, 404),
    ("GET", "/static/css/site.css", {}, 200),
    ("GET", "/static/css/site.css", {"headers": {"Range": "bytes=0-9"}}, 206),
    ("GET", "/static/css/site.css", {"headers": {"Range": "bytes=999999-"}}, 416),
    ("GET", "/static/css/site.css", {"headers": {"If-None-Match": "TAG"}}, 304),
    ("GET", "/static/../config.py", {}, 404),
    ("GET", "/static/nowhere.css", {}, 404),
    ("GET", "/static/", {}, 404),
    ("GET", "/.git/config", {}, 404),
    ("POST", "/static/css/site.css", {}, 405),
    ("GET", "/media/nowhere.png", {}, 404),
    ("GET", "/", {"headers": {"If-None-Match": "TAG"}}, 304),
    ("GET", "/queue", {}, 303),
    ("GET", "/queue", {"headers": JSON}, 403),
    ("GET", "/articles//quay", {}, 308),
    ("GET", "/nowhere", {}, 404),
    ("GET", "/nowhere", {"headers": JSON}, 404),
    ("POST", "/articles/quay", {}, 405),
    ("TRACE", "/", {}, 405),
    ("POST", "/articles/quay/corrections", {"data": {}}, 422),
    ("POST", "/articles/quay/corrections", {"data": "x", "content_type": "text/plain"}, 415),
    ("POST", "/articles/quay/corrections", {"data": {"exact": "x" * 70_000}}, 413),
    ("POST", "/sign-in", {"headers": {"Origin": f"https://{EVIL}"}}, 403),
    ("POST", "/sign-in/forged", {"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    ("GET", "/broken", {}, 500),
    ("GET", "/broken", {"headers": JSON}, 500),
    ("GET", "/busy", {}, 503),
    ("GET", "/limited", {}, 429),
]


@pytest.fixture(params=["http://localhost", "https://corrections.example.org"])
def url(request):
    return request.param


@pytest.fixture
def app(make_app, url, monkeypatch):
    """An application with something to show of every kind, and something that fails."""
    app = make_app(PUBLIC_URL=url, PROPAGATE_EXCEPTIONS=False, LIMITS="1000/hour")
    planted = {"broken": lambda: 1 / 0, "busy": _busy, "limited": _limited}
    for name, view in planted.items():
        app.add_url_rule(f"/{name}", name, view)
        monkeypatch.setitem(DOORS, name, READ)
    with app.app_context():
        mira = accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
        an_article()
        retiring.retire("harbour-wall", "Never so.", Act(mira, None, now()), confirmed=True)
        app.config["RECEIPT"] = f"/receipts/{_receipt()}"
        yield app


def _receipt():
    article = an_article("The quay", "Boats lie at the the quay.", slug="quay")
    return tokens.token_for(a_correction(article, "the the", "the"))


def _busy():
    raise Busy("Too many at once.")


def _limited():
    raise TooMany("Too many of one.", retry_after=60)


def asked(app, url, host=None):
    """Every kind of answer, each with what it should be."""
    client = app.test_client()
    base = f"{url.partition(':')[0]}://{host}" if host else url
    for method, path, said, status in KINDS:
        address = app.config["RECEIPT"] if path == "RECEIPT" else path
        fields = {**said, "headers": WITHOUT | said.get("headers", {})}
        if "TAG" in fields["headers"].values():
            with client.get(path, base_url=url, headers=WITHOUT) as first:
                fields["headers"] |= {"If-None-Match": first.headers["ETag"]}
        with client.open(address, method=method, base_url=base, **fields) as answer:
            answer.get_data()
        yield (method, path, status), answer


def wrong(answer, url):
    """The headers that an answer lacks, has twice, or has and should not."""
    wanted = SECURITY_HEADERS | (HTTPS_ONLY if url.startswith("https:") else {})
    held = {name: answer.headers.getlist(name) for name in SECURITY_HEADERS | HTTPS_ONLY}
    return {
        name: values
        for name, values in held.items()
        if values != ([wanted[name]] if name in wanted else [])
    }


def named_badly(answer):
    """The type of a body that leaves its reader guessing."""
    known = answer.mimetype and (
        not answer.mimetype.startswith("text/") or answer.mimetype_params.get("charset") == "utf-8"
    )
    return answer.content_type if answer.data and not known else None


def test_every_kind_of_answer_carries_every_header(app, url):
    for kind, answer in asked(app, url):
        assert (kind, answer.status_code) == (kind, kind[2])
        assert (kind, wrong(answer, url)) == (kind, {})
        assert "Domain" not in str(answer.headers.getlist("Set-Cookie"))
        assert (kind, named_badly(answer)) == (kind, None)


def test_a_host_that_is_not_ours_is_answered_by_none_of_them(app, url):
    for kind, answer in asked(app, url, EVIL):
        assert (kind, answer.status_code) == (kind, 400)
        assert (kind, wrong(answer, url)) == (kind, {})
        assert EVIL not in f"{answer.headers}{answer.text}"
        assert not answer.headers.getlist("Set-Cookie")
        assert answer.headers["Cache-Control"] == "no-store"
        if answer.request.accept_mimetypes["application/json"] == 1:
            assert answer.json["error"] == hosts.CODE
            assert answer.json["message"] == hosts.WORDS


# What the server refuses by itself: the head of the request, its body, and the status.
REFUSED = [
    ({}, Coming(), 411),
    ({"transfer-encoding": "chunked"}, Coming(b"x"), 411),
    ({"content-length": "many"}, Coming(b"x"), 400),
    ({"content-length": "5"}, Coming(b"x"), 400),
    ({"content-length": "9000000000"}, Coming(), 413),
    ({"content-length": "5"}, Coming(b"x", hangs=True), 408),
]


def told(server: BodyFirst, line: Coming, host: str, method: str = "POST", **said: str):
    head = Head(method=method, path="/articles/quay/corrections", said={"host": host, **said})
    return run(heard(server, line, head))


@pytest.mark.parametrize("host", [None, EVIL])
def test_so_does_what_the_server_refuses_by_itself(app, url, host):
    server = in_front_of(app)
    server._patience = Patience(silence=0.01, drain=0.01)
    ours = url.partition("//")[2]

    for said, line, status in REFUSED:
        answer = told(server, Coming(line.body, hangs=line.hangs), host or ours, **said)
        assert answer.status_code == (400 if host else status)
        assert wrong(answer, url) == {}
        assert answer.text.startswith(hosts.WORDS) is bool(host)
        assert EVIL not in f"{answer.headers}{answer.text}"


def test_so_does_a_full_server_and_an_application_that_breaks(app, url, monkeypatch):
    server = in_front_of(app)
    ours = url.partition("//")[2]

    def breaks(environ, start):
        raise RuntimeError("no page at all")

    monkeypatch.setattr(server, "_app", breaks)
    broken = told(server, Coming(), ours, "GET")
    monkeypatch.setattr(server._pools, "pool_for", _full)
    full = told(server, Coming(), ours, "GET")

    server.close()

    assert (broken.status_code, full.status_code) == (500, 503)
    assert full.headers["Retry-After"] == "7"
    assert wrong(broken, url) == wrong(full, url) == {}


def _full(method, path):
    raise Full(7)


@pytest.mark.parametrize("template", ["errors/page.html", "layout.html"])
def test_so_does_an_error_whose_page_is_broken(app, url, template):
    page = Path(app.instance_path) / "templates" / template
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("{% if %}")

    for path, status in (("/nowhere", 404), ("/broken", 500)):
        answer = app.test_client().get(path, base_url=url)
        assert answer.status_code == status
        assert wrong(answer, url) == {}
        assert answer.text


def test_a_page_with_a_policy_of_its_own_takes_no_markup_from_scripts_either(app):
    form = app.test_client().get("/embed/form", base_url=app.config["PUBLIC_URL"])
    policies = [LETTER_POLICY, PICTURE_POLICY, form.headers["Content-Security-Policy"]]

    for policy in policies:
        named = {one.partition(" ")[0] for one in policy.split("; ")}
        assert {"require-trusted-types-for", "trusted-types"} <= named
