"""The plugin in a real WordPress: it overwrites nothing, changes nothing else, tells of changes."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from flask import request
from werkzeug.serving import make_server

from corrections_app.extensions import db
from corrections_app.sites.kinds import Described
from corrections_app.workflow.sites import pings, registry
from tests.builders import NOON
from tests.wordpress import plugged, served, with_plugin
from tests.workflow.sites.newsroom import known, rows, texts

__all__ = ["plugged", "served", "with_plugin"]

HARD = """<!-- wp:paragraph -->
<p>A back\\slash, two \\\\, "quotes", 'it''s', R&D &amp; 100 % 🙂 \\u0041 %s {$x}</p>
<!-- /wp:paragraph -->

<!-- wp:html -->
<iframe src="https://maps.example/x"></iframe><script>var a = "\\n";</script>
<!-- /wp:html -->
[gallery ids="1,2"]"""


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def save(newsroom, number, fields, before, key=None):
    """Ask for it; the status and the answer."""
    token = base64.b64encode((key or newsroom.keys["editor"]).encode()).decode()
    said = {"fields": fields, "if_sha256": {name: sha(text) for name, text in before.items()}}
    connection = HTTPConnection(newsroom.inside)
    connection.request(
        "POST",
        f"/wp-json/reader-corrections/v1/posts/{number}",
        json.dumps(said),
        {"Authorization": f"Basic {token}", "Content-Type": "application/json"},
    )
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def now_there(newsroom, number):
    post = newsroom.call("GET", f"/posts/{number}?context=edit")
    return {name: post[name]["raw"] for name in ("title", "excerpt", "content")}


def test_what_is_saved_is_saved_to_the_letter_and_nothing_else_changes(plugged):
    kept = {"title": "R&D <em>\\o/</em>", "excerpt": 'In "short"\\.', "content": HARD}
    post = plugged.post(kept["title"], HARD, excerpt=kept["excerpt"], sticky=True)
    changed = {"title": kept["title"] + " \\\\ 2", "content": HARD.replace("back", "b\"a'ck\\")}

    status, told = save(plugged, post["id"], changed, kept)
    after = plugged.call("GET", f"/posts/{post['id']}?context=edit")
    revisions = plugged.call("GET", f"/posts/{post['id']}/revisions?context=edit")

    assert status == 200, told
    assert now_there(plugged, post["id"]) == kept | changed
    assert told == {"id": post["id"], "modified_gmt": after["modified_gmt"]}
    assert revisions[0]["author"] == post["author"]
    assert revisions[0]["content"]["raw"] == changed["content"]
    for name in ("slug", "date_gmt", "status", "author", "sticky", "categories", "link"):
        assert after[name] == post[name]


def test_of_six_who_save_at_once_one_is_saved_and_the_others_are_told(plugged):
    number = plugged.post("The wall", "<p>It stands.</p>")["id"]
    for turn in range(3):
        before = {"content": now_there(plugged, number)["content"]}
        meet = threading.Barrier(6)

        def act(who, before=before, meet=meet, turn=turn):
            meet.wait()
            text = f"{before['content']}<p>{turn} {who}</p>"
            return save(plugged, number, {"content": text}, before)

        with ThreadPoolExecutor(6) as pool:
            done = list(pool.map(act, range(6)))

        assert sorted(status for status, _ in done) == [200] + 5 * [409]
        assert {told["code"] for status, told in done if status == 409} == {"source_changed"}
        winner = [status for status, _ in done].index(200)
        assert now_there(plugged, number)["content"] == f"{before['content']}<p>{turn} {winner}</p>"


def test_a_field_that_changed_refuses_the_change_of_another(plugged):
    number = plugged.post("The wall", "<p>It stands.</p>")["id"]
    before = now_there(plugged, number)
    plugged.call("POST", f"/posts/{number}", {"title": "The other wall"})

    status, told = save(plugged, number, {"content": "<p>It fell.</p>"}, before)

    assert (status, told["code"]) == (409, "source_changed")
    assert now_there(plugged, number) == before | {"title": "The other wall"}


def test_a_post_that_a_colleague_has_open_is_left_alone(plugged):
    number = plugged.post("The wall", "<p>It stands.</p>")["id"]
    before = now_there(plugged, number)
    plugged.php("wp_set_current_user(1); wp_set_post_lock($said['id']);", id=number)

    status, told = save(plugged, number, {"content": "<p>It fell.</p>"}, before)
    plugged.php("delete_post_meta($said['id'], '_edit_lock');", id=number)
    later, _ = save(plugged, number, {"content": "<p>It fell.</p>"}, before)

    assert (status, told["code"], told["data"]["by"]) == (423, "being_edited", "admin")
    assert later == 200


def test_what_wordpress_would_store_otherwise_is_not_stored_at_all(plugged):
    number = plugged.post("The wall", "<p>It stands.</p>")["id"]
    before = now_there(plugged, number)
    count = len(plugged.call("GET", f"/posts/{number}/revisions"))

    changed = {"title": "The wall ", "content": "<p>It fell.</p>"}  # a title's blanks are trimmed
    status, told = save(plugged, number, changed, before)

    assert (status, told["code"]) == (422, "stored_otherwise")
    assert now_there(plugged, number) == before
    assert len(plugged.call("GET", f"/posts/{number}/revisions")) == count


@pytest.mark.parametrize(
    ("who", "more", "status", "code"),
    [
        ("author", {}, 403, "rest_cannot_edit"),
        ("stranger", {}, 401, "rest_cannot_edit"),
        ("editor", {"status": "draft"}, 404, "gone"),
        ("editor", {"status": "private"}, 404, "gone"),
        ("editor", {"password": "x"}, 404, "gone"),
    ],
)
def test_who_may_not_and_what_is_not_public(plugged, who, more, status, code):
    number = plugged.post("The wall", "<p>It stands.</p>", **more)["id"]
    before = now_there(plugged, number)
    key = plugged.keys.get(who, "the-editor:wrong wrong")

    answer, told = save(plugged, number, {"content": "<p>It fell.</p>"}, before, key)

    assert (answer, told["code"]) == (status, code)
    assert now_there(plugged, number) == before


def test_an_account_that_would_strip_embeds_saves_nothing(plugged):
    number = plugged.post("The wall", HARD)["id"]
    before = now_there(plugged, number)
    config = plugged.folder / "wp" / "wp-content" / "mu-plugins" / "no-html.php"
    config.write_text("<?php define('DISALLOW_UNFILTERED_HTML', true);")
    try:
        status, told = save(plugged, number, {"content": "<p>It fell.</p>"}, before)
    finally:
        config.unlink()

    assert (status, told["code"]) == (403, "unfiltered_html")
    assert now_there(plugged, number) == before


@pytest.mark.parametrize(
    ("number", "fields", "before", "status"),
    [
        (None, {}, {"content": "x"}, 400),
        (None, {"content": "x"}, {}, 400),
        (None, {"content": "x"}, {"title": "The wall"}, 400),
        (None, {"slug": "x"}, {"slug": "x"}, 400),
        (None, {"content": ["x"]}, {"content": "x"}, 400),
        (999_999, {"content": "x"}, {"content": "x"}, 404),
        (10**25, {"content": "x"}, {"content": "x"}, 404),
    ],
)
def test_what_is_asked_in_another_way_is_refused(plugged, number, fields, before, status):
    post = plugged.post("The wall", "<p>It stands.</p>")["id"]

    assert save(plugged, number or post, fields, before)[0] == status
    assert now_there(plugged, post)["content"] == "<p>It stands.</p>"


def fetched(newsroom, path):
    connection = HTTPConnection(newsroom.inside)
    connection.request("GET", path)
    page = connection.getresponse().read().decode()
    connection.close()
    return page


def test_the_script_stands_on_posts_alone_and_only_when_its_address_is_known(plugged):
    plugged.post("The wall", "<p>It stands.</p>", slug="wall")
    plugged.set()
    without = fetched(plugged, "/wall/")
    plugged.set(address="https://corrections.example.org/")
    page, front = fetched(plugged, "/wall/"), fetched(plugged, "/")

    assert "embed.js" not in without + front
    (tag,) = [line for line in page.splitlines() if "embed.js" in line]
    assert 'src="https://corrections.example.org/embed.js"' in tag
    assert 'data-corrections="https://corrections.example.org/"' in tag
    for word in (" async", 'data-cfasync="false"', 'data-no-optimize="1"', " nowprocket"):
        assert word in tag


SANITIZED = """
update_option('reader_corrections_address', 'https://old.example/');
update_option('reader_corrections_key', 'old');
foreach ($said['addresses'] as $one) $found[] = reader_corrections_sanitize_address($one);
foreach ($said['keys'] as $one) $found[] = reader_corrections_sanitize_key($one);
$found[] = count(get_settings_errors());
echo json_encode($found);
"""
PAGE = """
update_option('reader_corrections_key', '"><script>alert(1)</script>');
wp_set_current_user(1); do_action('admin_init'); reader_corrections_page();
"""


def test_settings_are_what_they_should_be_or_stay_as_they_were(plugged):
    good, key = "https://c.example/path", "news-example-org-" + 24 * "x"
    odd = ["javascript:alert(1)", "c.example corrections", "https://c.example/?x=1", "ftp://c.x"]

    given = {"addresses": [f" {good} ", "", *odd], "keys": [key, "", "x y", "x" * 999]}
    found = json.loads(plugged.php(SANITIZED, **given))
    page = plugged.php(PAGE)

    old = "https://old.example/"
    assert found == [f"{good}/", "", old, old, old, old, key, "", "old", "old", 6]
    assert 'aria-describedby="reader_corrections_key-help"' in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_when_it_is_deleted_it_leaves_nothing_behind(plugged):
    plugged.set(address="https://corrections.example.org/", key="x" * 30)
    plugged.deactivate()
    left = plugged.php("echo json_encode(get_option('reader_corrections_key', null));")
    plugged.activate()

    assert left == "null"


@contextmanager
def listening(app):
    """The application at an address of its own; every ping that came is noted."""
    heard, news = [], threading.Condition()

    @app.after_request
    def note(answer):
        with news:
            heard.append((request.path, request.form.to_dict(), answer.status_code))
            news.notify_all()
        return answer

    def wait_for(count):
        with news:
            assert news.wait_for(lambda: len(heard) >= count, timeout=20), heard
        pings.idle()
        return [int(form["id"]) for _, form, _ in heard]

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", wait_for, heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_post_that_is_saved_there_comes_in_here_at_once(make_app, plugged):
    newsroom = plugged
    app = make_app(own=True, INSIDE_HOSTS=newsroom.inside)
    with app.app_context(), listening(app) as (address, wait_for, heard):
        described = Described("wordpress", newsroom.url)
        given = newsroom.keys["editor"]
        registry.add(described, name="news", lang="en", key=given, now=NOON)
        key = pings.key_of(known())
        newsroom.set(address, key)
        number = newsroom.post("The wall", "<p>It stands.</p>", slug="wall")["id"]
        assert wait_for(1) == [number]
        assert texts() == {"wall": "The wall\n\nAnn editor\n\nIt stands."}

        newsroom.post("A draft", "<p>Words.</p>", status="draft")
        newsroom.call("POST", "/pages", {"title": "About", "content": "x", "status": "publish"})
        ours = {"content": "<p>It stands still.</p>"}
        assert save(newsroom, number, ours, now_there(newsroom, number))[0] == 200
        newsroom.call("POST", f"/posts/{number}", {"content": "<p>It fell.</p>"})
        assert wait_for(2) == [number, number]
        assert texts() == {"wall": "The wall\n\nAnn editor\n\nIt fell."}

        newsroom.call("POST", f"/posts/{number}", {"status": "draft"})
        assert wait_for(3) == 3 * [number]
        assert rows()[str(number)][3] is not None  # it is public there no more
        assert {(path, status) for path, _, status in heard} == {(f"/sites/{key}/changed", 202)}
        db.session.remove()
