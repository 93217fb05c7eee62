"""A CMS tells that an article changed: that one is read, and nothing it says is believed."""

from __future__ import annotations

import pytest

from corrections_app.sites.kinds import Described
from corrections_app.sites.trouble import Unreachable
from corrections_app.web import rates
from corrections_app.workflow.sites import pings, registry
from corrections_app.workflow.sites.pings import Waiting
from tests.builders import NOON
from tests.web.conftest import JSON
from tests.workflow.sites.newsroom import ADDRESS, Newsroom, known, rows, sync, texts

PAGE = f"{ADDRESS}/7/"


@pytest.fixture
def there(app, monkeypatch):
    """A site with two posts that came in, opened wherever it is asked for."""
    site = Newsroom()
    site.publish("7", "It stands.", title="The wall")
    site.publish("8", "It sells fish.", title="The market")
    registry.add(Described("ghost", ADDRESS), name="news", lang="en", key=None, now=NOON)
    sync(site)
    monkeypatch.setattr(registry, "opened", lambda _: site)
    site.reads.clear()
    yield site
    pings.idle()


@pytest.fixture
def tell(app, there):
    """Tells as the site does, and waits until what it told of was read."""

    def tell(*, key=None, **sent):
        key = pings.key_of(known()) if key is None else key
        sent = sent or {"json": {"id": "7"}}
        answer = app.test_client().post(f"/sites/{key}/changed", headers=JSON, **sent)
        pings.idle()
        return answer

    return tell


@pytest.mark.parametrize(
    ("sent", "named"),
    [({"json": {"id": 7}}, "7"), ({"data": {"id": "7"}}, "7"), ({"data": {"url": PAGE}}, PAGE)],
)
def test_the_article_it_names_is_asked_for_and_no_other(tell, there, sent, named):
    there.publish("7", "It stands there.")
    there.publish("8", "It sells flowers.")

    answer = tell(**sent)

    assert (answer.status_code, answer.json) == (202, {"reading": named})
    assert texts()["the-wall"] == "The wall\n\nIt stands there."
    assert texts()["the-market"] == "The market\n\nIt sells fish."
    assert "Set-Cookie" not in answer.headers


def test_nothing_else_that_is_sent_counts(tell, there):
    answer = tell(json={"id": "7", "content": "<p>It fell.</p>", "title": "No wall", "slug": "x"})

    assert answer.status_code == 202
    assert texts()["the-wall"] == "The wall\n\nIt stands."
    assert set(there.reads) == {"7"}


def test_an_article_that_is_new_there_comes_in(tell, there):
    there.publish("9", "It opens.", title="The bridge")

    assert tell(data={"id": "9"}).status_code == 202
    assert texts()["the-bridge"] == "The bridge\n\nIt opens."


def test_what_cannot_come_in_is_kept_as_with_every_sync(tell, there):
    there.fails["7"] = Unreachable("It is down: try again later.")

    assert tell().status_code == 202
    assert rows()["7"][2] == "It is down: try again later."


def test_what_was_wrong_with_an_address_is_over_once_its_article_is_known(tell, there):
    there.fails["7"] = Unreachable("It is down.")
    assert tell(json={"url": PAGE}).status_code == 202
    there.fails.clear()
    sync(there)

    assert {each: row[2] for each, row in rows().items()} == {"7": None, "8": None}


def test_one_that_fails_for_whatever_reason_keeps_no_other_from_coming_in(tell, there):
    there.fails["7"] = ZeroDivisionError()
    there.publish("8", "It sells flowers.")

    assert [tell(json={"id": number}).status_code for number in "78"] == [202, 202]
    assert texts()["the-market"] == "The market\n\nIt sells flowers."


@pytest.mark.parametrize("change", [lambda key: key[:-1] + "~", lambda key: key[1:], lambda _: "x"])
def test_without_its_key_nobody_is_heard(tell, there, change):
    answer = tell(key=change(pings.key_of(known())))

    assert (answer.status_code, answer.json["error"]) == (404, "not_found")
    assert there.reads == []


def test_the_key_is_this_instance_s_and_this_site_s(make_app, there):
    registry.add(Described("ghost", ADDRESS), name="other", lang="en", key=None, now=NOON)
    keys = {pings.key_of(known()), pings.key_of(known("other"))}
    with make_app(SECRET_KEY="another secret of this very length, at least").app_context():
        keys.add(pings.key_of(known()))

    assert len(keys) == 3
    assert all(key.isascii() and len(key) <= 100 for key in keys)


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {}},
        {"json": {"id": "7", "url": PAGE}},
        {"json": {"id": ""}},
        {"json": {"id": "7\n8"}},
        {"json": {"id": "x" * 2_001}},
        {"json": {"id": ["7"]}},
        {"json": ["7"]},
        {"data": {"id": b"\xff"}},
    ],
)
def test_what_names_no_article_is_refused_in_words(tell, there, sent):
    answer = tell(**sent)

    assert answer.status_code == 422
    assert answer.json["message"]
    assert there.reads == []


def test_a_page_that_nobody_named_is_not_brought_in(app, tell, there):
    described = Described("page", ADDRESS, content="article")
    registry.add(described, name="pages", lang="en", key=None, now=NOON)
    key = pings.key_of(known("pages"))

    assert tell(key=key, json={"url": f"{ADDRESS}/9/"}).status_code == 404
    assert there.reads == []


def test_a_site_that_tells_too_often_is_asked_to_wait(make_app, there, monkeypatch):
    monkeypatch.setattr(rates, "PINGS_OF_SITE", "2/minute")
    app = make_app(LIMITS="1/hour")
    with app.app_context():
        path = f"/sites/{pings.key_of(known())}/changed"
    answers = [app.test_client().post(path, json={"id": "7"}, headers=JSON) for _ in range(3)]
    pings.idle()

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert int(answers[2].headers["Retry-After"]) <= 60


def test_so_many_wait_and_each_of_them_once(app, there):
    waiting = Waiting(most=2)
    waiting._thread = object()  # a thread that is busy with another

    waiting.put(app, "news", "7")
    waiting.put(app, "news", "8")
    waiting.put(app, "news", "7")
    with pytest.raises(pings.TooMany, match="Too many articles"):
        waiting.put(app, "news", "9")

    assert list(waiting._asked) == [("news", "7"), ("news", "8")]


def test_by_reading_it_nothing_is_asked(app, there):
    assert app.test_client().get(f"/sites/{pings.key_of(known())}/changed").status_code == 405
