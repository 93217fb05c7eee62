"""WordPress as it really is: its posts read, listed and checked, and what it refuses."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from corrections_app.config.hosts import Place
from corrections_app.domain.lifecycle import Role
from corrections_app.domain.text.body import Aside, canonical_text
from corrections_app.extensions import db
from corrections_app.models import SiteArticle
from corrections_app.sites import trouble
from corrections_app.sites.outside import Client
from corrections_app.sites.site import Secret
from corrections_app.sites.wordpress import WordPress
from corrections_app.sources import Options, read_source
from corrections_app.workflow.articles import reading
from corrections_app.workflow.people import accounts
from tests.builders import NOON, a_correction, accept
from tests.sites.answering import answering, page
from tests.test_cli import run
from tests.wordpress import newsroom, served

__all__ = ["newsroom", "run", "served"]

BLOCKS = """<!-- wp:paragraph -->
<p>The "council" voted on <strong>Tuesday</strong> &amp; Wednesday.</p>
<!-- /wp:paragraph -->

<!-- wp:html -->
<iframe src="https://maps.example/x"></iframe><script>var council = 1;</script>
<!-- /wp:html -->

<!-- wp:list -->
<ul><!-- wp:list-item --><li>One</li><!-- /wp:list-item --></ul>
<!-- /wp:list -->

<!-- wp:shortcode -->[gallery ids="1,2"]<!-- /wp:shortcode -->"""
CLASSIC = "First line\nsecond line.\n\nNext <em>paragraph</em>."


def test_a_post_is_read_as_it_was_typed(newsroom):
    post = newsroom.post("R&D at the <em>wall</em>", BLOCKS, excerpt="In short.", slug="the-wall")

    source = newsroom.site().read(str(post["id"]))
    document = read_source(source, Options())

    assert source.fields == {
        "title": "R&D at the <em>wall</em>",
        "excerpt": "In short.",
        "content": BLOCKS,
    }
    assert source.address == f"{newsroom.url}/the-wall/"
    assert (source.name, source.byline, source.section) == ("the-wall", "Ann editor", None)
    assert source.published == datetime.fromisoformat(post["date_gmt"]).replace(tzinfo=UTC)
    assert canonical_text(document.body).split("\n\n") == [
        "R&D at the wall",
        "In short.",
        "Ann editor",
        'The "council" voted on Tuesday & Wednesday.',
        "One",
    ]
    assert [part.role for part in document.body if isinstance(part, Aside)] == ["embed"]
    assert (document.external_id, document.name) == (str(post["id"]), "the-wall")


def test_what_was_typed_before_there_were_blocks_is_divided_by_its_lines(newsroom):
    post = newsroom.post("Classic", CLASSIC)

    document = read_source(newsroom.site().read(str(post["id"])), Options())

    texts = canonical_text(document.body).split("\n\n")
    assert texts == ["Classic", "Ann editor", "First line\nsecond line.", "Next paragraph."]


def test_a_post_is_found_by_its_address_and_by_no_other(newsroom):
    post = newsroom.post("The wall", "<p>It stands.</p>", slug="wall")
    site = newsroom.site()

    for address in (post["link"], post["link"].rstrip("/") + "?utm_source=x#y"):
        assert site.read(address).id == str(post["id"])
    for address in (f"{newsroom.url}/2024/wall/", f"{newsroom.url}/?p={post['id']}", "x://y/wall"):
        with pytest.raises(trouble.Gone, match="no public post at"):
            site.read(address)


def test_a_version_is_settled_when_its_second_is_over(newsroom, monkeypatch):
    post = newsroom.post("The wall", "<p>It stands.</p>")

    fresh = newsroom.site().read(str(post["id"]))
    monkeypatch.setattr("corrections_app.sites.json_api._SECONDS_THAT_COUNT", -1)
    later = newsroom.site().read(str(post["id"]))

    assert (fresh.settled, later.settled) == (False, True)
    assert fresh.version == post["modified_gmt"]


def test_only_what_is_public_is_read_and_listed(newsroom):
    public = newsroom.post("Public", "<p>Words.</p>")
    others = [
        newsroom.post("Draft", "<p>Words.</p>", status="draft"),
        newsroom.post("Private", "<p>Words.</p>", status="private"),
        newsroom.post("Later", "<p>Words.</p>", status="future", date="2036-01-01T00:00:00"),
        newsroom.post("Locked", "<p>Words.</p>", password="x"),
    ]
    site = newsroom.site()

    listed = {one.id for one in site.changed(None)}

    assert listed - {str(others[3]["id"])} == {str(public["id"])}
    for post in others:
        with pytest.raises(trouble.Gone, match="not public"):
            site.read(str(post["id"]))
    with pytest.raises(trouble.Gone, match="rest_post_invalid_id"):
        site.read("999999")


def test_what_changed_after_a_moment_is_listed_in_any_zone_page_after_page(newsroom, monkeypatch):
    monkeypatch.setattr("corrections_app.sites.wordpress._PAGE", 2)
    posts = [newsroom.post(f"Post {n}", "<p>Words.</p>") for n in range(5)]
    site = newsroom.site()

    listed = site.changed(None)
    moment = max(one.changed_at for one in listed)

    assert {one.id for one in listed} == {str(post["id"]) for post in posts}
    assert {one.id for one in site.changed(moment)} == {one.id for one in listed}
    assert site.changed(moment + timedelta(hours=3)) == []


def test_a_post_that_is_saved_while_they_are_listed_hides_no_other(newsroom, monkeypatch):
    monkeypatch.setattr("corrections_app.sites.wordpress._PAGE", 2)
    for hour in range(4):
        newsroom.post(f"Post {hour}", "<p>Words.</p>", date=f"2024-01-01T0{hour}:00:00")
    site = newsroom.site()
    first = site.changed(None)[0].id
    asked = Client.get
    saves = iter([True])

    def get(client, url, headers=None):
        answer = asked(client, url, headers)
        if "page=1" in url and next(saves, False):
            newsroom.call("POST", f"/posts/{first}", {"content": "<p>Other words.</p>"})
        return answer

    monkeypatch.setattr(Client, "get", get)

    assert len(newsroom.site().changed(None)) == 4


def test_the_check_names_what_works(newsroom):
    newsroom.post("The wall", "<p>It stands.</p>")

    found = list(newsroom.site().check())

    assert [one.subject for one in found] == [
        "reachable",
        "authorised",
        "may edit",
        "unfiltered_html",
        "revisions",
        "plugin",
    ]
    assert all(one.fine for one in found)
    assert found[1].said == "signed in as the-editor"
    assert "docs/plugins/wordpress/reader-corrections.php" in found[5].remedy


def test_an_account_that_would_strip_embeds_is_told_so(newsroom):
    found = {one.subject: one for one in newsroom.site(newsroom.keys["author"]).check()}

    assert not found["unfiltered_html"].fine
    assert "DISALLOW_UNFILTERED_HTML" in found["unfiltered_html"].remedy
    assert not found["may edit"].fine
    assert "edit the posts of others" in found["may edit"].said


def test_an_account_of_a_low_role_cannot_read_what_others_typed(newsroom):
    post = newsroom.post("The wall", "<p>It stands.</p>")

    with pytest.raises(trouble.NotAllowed, match="give it the role Editor"):
        newsroom.site(newsroom.keys["author"]).read(str(post["id"]))


def test_a_wrong_key_is_told_from_a_stranger_s_welcome(newsroom):
    post = newsroom.post("The wall", "<p>It stands.</p>")
    site = newsroom.site("the-editor:wrong wrong wrong")

    for ask in (lambda: site.read(str(post["id"])), lambda: site.changed(None)):
        with pytest.raises(trouble.NotAllowed, match="Application Passwords") as refused:
            ask()
        assert "wrong wrong" not in refused.value.message
    (_, found) = site.check()
    assert (found.subject, found.fine) == ("not usable", False)


def test_maintenance_is_waited_for(newsroom):
    (newsroom.folder / "maintenance").touch()
    try:
        with pytest.raises(trouble.Unreachable, match="answers 503: try again later"):
            newsroom.site().changed(None)
    finally:
        (newsroom.folder / "maintenance").unlink()


def test_a_site_with_plain_addresses_is_known_too(newsroom):
    host, port = newsroom.inside.split(":")
    post = newsroom.post("The wall", "<p>It stands.</p>")

    def behind(asked):
        if asked.path.startswith("/wp-json"):
            return page(b"<p>Nothing here.</p>", status="404 Not Found")
        headers = {"Authorization": asked.headers["authorization"]}
        client = Client(inside=(Place(host, int(port)),))
        answer = client.get(newsroom.url + asked.path, headers)
        kept = [f"{name}: {answer.headers[name]}" for name in ("X-WP-Total", "X-WP-TotalPages")]
        return page(answer.content, *kept, status=f"{answer.status} OK")

    with answering(behind) as server:
        inside = (Place("127.0.0.1", server.port),)
        site = WordPress(Client(inside=inside), server.url, Secret(newsroom.keys["editor"]))

        assert [one.id for one in site.changed(None)] == [str(post["id"])]
        assert site.read(str(post["id"])).fields["title"] == "The wall"
        assert all(one.fine for one in site.check())


def test_a_colleague_s_change_comes_in_over_what_was_corrected_here(
    newsroom, run, monkeypatch, app
):
    post = newsroom.post("The wall", BLOCKS, slug="the-wall")
    monkeypatch.setattr(sys, "stdin", io.StringIO(newsroom.keys["editor"]))
    settings = {"INSIDE_HOSTS": newsroom.inside}
    added = run("sites", "add", newsroom.url, "--kind", "wordpress", "--name", "news", **settings)
    first = run("sites", "sync", **settings)
    correction = a_correction(reading.article_at("the-wall"), '"council" voted', '"council" met')
    accept(correction, accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON))
    newsroom.call("POST", f"/posts/{post['id']}", {"content": BLOCKS.replace("One", "One more")})

    second = run("sites", "sync", **settings)
    newsroom.call("DELETE", f"/posts/{post['id']}?force=true")
    gone = run("sites", "sync", "--all", **settings)
    again = run("sites", "sync", "--all", **settings)

    assert (added.returncode, first.stdout) == (0, "the-wall\t1\tThe wall\n")
    assert (second.returncode, second.stdout) == (0, "the-wall\t3\tThe wall\n")
    db.session.rollback()
    text = reading.article_at("the-wall").current.text
    assert text.endswith('The "council" met on Tuesday & Wednesday.\n\nOne more')
    kept = db.session.scalar(select(SiteArticle))
    assert kept.raw["content"] == BLOCKS.replace("One", "One more")
    assert (gone.returncode, again.stderr) == (0, "")
    assert "the-wall stays here as it is; take it down by hand" in gone.stderr


def a_site(server):
    inside = (Place("127.0.0.1", server.port),)
    return WordPress(Client(inside=inside, seconds=5), server.url, Secret("ann:secret words"))


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        ("200 OK", b"<html>Checking your browser", "a page instead of data: .* security plug-in"),
        ("403 Forbidden", b"<html>Blocked", "answers 403 with a page"),
        ("404 Not Found", b"<html>Nothing", "answers 404 with a page"),
        ("500 Error", b"<html>secret words", "answers 500: try again later"),
        ("429 Slow", b"{}", "answers 429: try again later"),
        ("200 OK", b'{"namespaces": ["other/v1"]}', "answers otherwise than WordPress"),
        ("200 OK", b'["x"]', "answers otherwise than WordPress"),
        ("200 OK", b"[" * 100_000, "a page instead of data"),
        ("418 Odd", b'{"code": "secret words"}', "answers 418: check the address"),
    ],
)
def test_what_is_no_wordpress_is_said_in_one_line(status, content, said):
    answers = answering(lambda _: page(content, status=status))
    with answers as server, pytest.raises(trouble.Trouble, match=said) as refused:
        a_site(server).changed(None)

    assert "secret" not in refused.value.message
    assert "\n" not in refused.value.message


GOOD = {
    "id": 7,
    "status": "publish",
    "password": "",
    "link": "https://news.example/x/",
    "modified_gmt": "2026-01-02T03:04:05",
    "title": {"raw": "T"},
    "excerpt": {"raw": ""},
    "content": {"raw": "C"},
}


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "seven"},
        {"title": "T"},
        {"content": {"raw": None}},
        {"content": {"rendered": "C"}},
        {"modified_gmt": "yesterday"},
        {"id": True},
        {"id": -7},
        {"id": 10**400},
        None,
    ],
)
def test_a_post_of_another_shape_is_refused(odd):
    post = GOOD | odd if odd is not None else ["x"]

    def answer(asked):
        about = {"namespaces": ["wp/v2"]}
        return page(json.dumps(post if "/posts/" in asked.path else about).encode())

    with answering(answer) as server, pytest.raises(trouble.Unreachable, match="otherwise than"):
        a_site(server).read("7")


@pytest.mark.parametrize("date", ["Mon, 1 Jan 2024 00:00:00 +99999999999999999", "soon"])
def test_a_clock_that_says_nonsense_settles_nothing(date):
    def answer(asked):
        said = GOOD if "/posts/" in asked.path else {"namespaces": ["wp/v2"]}
        return page(json.dumps(said).encode(), f"Date: {date}")

    with answering(answer) as server:
        assert not a_site(server).read("7").settled


@pytest.mark.parametrize("posts", [[], [{"id": 7, "modified_gmt": "2026-01-02T03:04:05"}]])
def test_pages_without_end_are_left(posts):
    """It says that there are 99,999,999 pages, and has nothing new on them."""

    def answer(asked):
        about = {"namespaces": ["wp/v2"]}
        is_list = "/posts?" in asked.path
        said = json.dumps(posts if is_list else about).encode()
        return page(said, "X-WP-TotalPages: 99999999", "X-WP-Total: 99999999")

    with answering(answer) as server:
        with pytest.raises(trouble.Unreachable, match="change faster"):
            a_site(server).changed(None)

        assert len(server.asked) < 20
