"""How much readers may send, and what counts: never what is refused, asked about or sent again."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import counters, db
from corrections_app.models import Correction
from corrections_app.web import sending
from corrections_app.web.sending import mailbox_key
from corrections_app.workflow.pending import depth
from corrections_app.workflow.people import accounts
from tests.builders import NOON, an_article, reject
from tests.web.conftest import JSON, text_of

OURS = {"Sec-Fetch-Site": "same-origin"}
WORDS = [f"word{number}" for number in range(12)]
MANY = {"LIMITS": "1000/hour"}
"""For tests of the other limits."""


class Readers:
    """Readers everywhere: each from a network of their own unless it is named."""

    def __init__(self, make_app, **settings):
        self.app = make_app(**settings)
        self.networks = 0

    def send(self, slug="a", words="word0", replacement="mended", network=None, **more):
        """A correction as a program sends it; ``accept``: as a page does."""
        if network is None:
            self.networks += 1
            network = self.networks
        headers = OURS | {"Accept": more.pop("accept", "application/json")}
        start = ("The title\n\n" + " ".join(WORDS)).index(words)
        fields = {"revision": 1, "start": start, "end": start + len(words), "exact": words}
        fields |= {"replacement": replacement} | more
        way = {"data": fields} if headers["Accept"] == "text/html" else {"json": fields}
        return self.app.test_client().post(
            f"/articles/{slug}/corrections",
            headers=headers,
            environ_base={"REMOTE_ADDR": f"10.0.{network}.7"},
            **way,
        )

    def statuses(self, *sent):
        return [self.send(**one).status_code for one in sent]


@pytest.fixture
def readers(make_app):
    """Makes them, with articles to write about."""

    def make(**settings):
        found = Readers(make_app, **settings)
        context = found.app.app_context()
        context.push()
        entered.append(context)
        for slug in ("a", "b"):
            an_article("The title", " ".join(WORDS), slug=slug)
        return found

    entered = []
    yield make
    for context in entered:
        db.session.rollback()
        context.pop()


def stored():
    db.session.rollback()
    return list(db.session.scalars(select(Correction).order_by(Correction.id)))


def test_only_what_is_stored_counts(readers):
    of = readers(LIMITS="2/hour")
    near = {"network": 1}
    first = near | {"key": "k1"}
    form = near | {"accept": "text/html", "ask": "1", "replacement": "mended"}

    assert of.statuses(first) == [201]
    refused = of.statuses(
        near | {"replacement": "word0"},  # no change
        near | {"replacement": "a\u202eb"},
        near | {"words": "word1", "email": "nobody"},
        near | {"slug": "nowhere"},
        first | {"replacement": "other"},  # its key is used
        form,  # asked, because the same waits
    )
    assert refused == [422, 422, 422, 404, 422, 409]
    assert of.statuses(*[first] * 3) == [200] * 3
    assert of.statuses(near | {"words": "word1"}, near | {"words": "word2"}) == [201, 429]
    # What was sent is still answered, and what is wrong still named.
    assert of.statuses(first, near | {"replacement": "word0"}) == [200, 422]
    assert len(stored()) == 2


@pytest.mark.parametrize(
    ("limit", "more", "field", "sentence"),
    [
        ("LIMITS", [{"network": 1}] * 3, None, "Too many were sent from here."),
        (
            "LIMITS_PER_ARTICLE",
            [{"slug": "a"}, {"slug": "a", "words": "word2"}, {}],
            None,
            "Many readers are writing about this article just now.",
        ),
        (
            "LIMITS_PER_MAILBOX",
            [
                {"email": email}
                for email in ("ada.l@gmail.com", "AdaL+news@GoogleMail.com", "adal@gmail.com")
            ],
            "email",
            "Too many were sent with this e-mail address. Leave it empty, or try",
        ),
        ("LIMITS_PER_SITE", [{}] * 3, None, "Many readers are writing to the newsroom just now."),
    ],
)
def test_each_limit_says_what_there_is_too_much_of(readers, limit, more, field, sentence):
    of = readers(**(MANY | {limit: "2/hour"}))
    places = [{"words": "word0", "slug": "a"}, {"words": "word0", "slug": "b"}, {"words": "word1"}]
    sent = [place | fields for place, fields in zip(places, more, strict=True)]

    assert of.statuses(*sent[:2]) == [201, 201]
    told = of.send(**sent[2])
    page = of.send(**sent[2], accept="text/html", explanation="What I typed")

    assert (told.status_code, told.json["error"]) == (429, "too_many")
    assert told.json["message"].startswith(sentence)
    assert list(told.json["fields"]) == ([field] if field else [])
    assert "in 60 minutes" in told.json["message"]
    for answer in (told, page):
        assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert page.status_code == 429
    assert sentence in page.get_data(as_text=True)
    assert "What I typed</textarea>" in page.get_data(as_text=True)
    assert len(stored()) == 2


def test_who_is_refused_by_one_limit_has_used_up_nothing_of_the_others(readers):
    of = readers(LIMITS="2/hour", LIMITS_PER_ARTICLE="1/hour", LIMITS_PER_MAILBOX="2/hour")
    mine = {"network": 1, "email": "ada@reader.example"}

    assert of.statuses(mine, *[mine | {"words": "word1"}] * 3) == [201, 429, 429, 429]
    assert of.statuses(mine | {"slug": "b"}) == [201]


def test_who_asks_for_what_waits_already_gives_nobody_more_to_read(readers):
    of = readers(
        **MANY,
        LIMITS_PER_ARTICLE="1/hour",
        LIMITS_PER_SITE="1/hour",
        LIMITS_PER_MAILBOX="1/hour",
        MOST_WAITING=1,
    )
    mine = {"email": "ada@reader.example"}

    assert of.statuses(mine, {}, {}, {"replacement": "other"}) == [201, 201, 201, 429]
    assert of.statuses(mine) == [429]  # of one address there are no more for that
    assert [one.leader_id for one in stored()] == [None, stored()[0].id, stored()[0].id]


def test_what_waits_has_an_end_for_each_article_and_for_all_together(readers):
    of = readers(**MANY, MOST_WAITING=3, MOST_WAITING_PER_ARTICLE=2)
    max_ = accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)

    assert of.statuses(*({"words": word} for word in WORDS[:6])) == [201, 201] + 4 * [429]
    assert of.statuses(*({"words": word, "slug": "b"} for word in WORDS[:4])) == [201] + 3 * [429]
    told = of.send(words="word9")
    page = text_of(of.send(words="word9", replacement="kept", accept="text/html", network=9))

    assert len(stored()) == 3
    assert told.json["message"] == (
        "The editors have more than they can read just now. What you typed is kept; try again in "
        "30 minutes."
    )
    assert (told.json["error"], told.headers["Retry-After"]) == ("too_many", "1800")
    assert "more than they can read" in page
    assert "kept</textarea>" in page
    reject(stored()[2], max_)
    here = of.send(words="word9")
    assert here.json["message"].startswith("The editors have more about this article than they")
    assert of.statuses({"words": "word9", "slug": "b"}, {"words": "word8", "slug": "b"}) == [
        201,
        429,
    ]


def test_what_is_set_aside_takes_no_room_from_readers_and_has_an_end_too(readers):
    of = readers(**MANY, MOST_WAITING=3)
    trapped = [{"words": word, "topic": "filled in"} for word in WORDS[:5]]

    assert of.statuses(*trapped) == [201, 201, 201, 429, 429]
    assert of.statuses({"words": WORDS[5]}) == [201]


def test_room_is_looked_for_in_the_turn_itself_too(readers, monkeypatch):
    """As where two come at once: both find room before the turn."""
    of = readers(**MANY, MOST_WAITING=2)
    look, seen = depth.look, iter(range(100))
    monkeypatch.setattr(
        depth, "look", lambda *given, **how: look(*given, **how) if next(seen) % 2 else None
    )

    assert of.statuses(*({"words": word} for word in WORDS[:4])) == [201, 201, 429, 429]
    assert len(stored()) == 2


def test_a_thousand_readers_behind_one_change_are_enough(readers, monkeypatch):
    monkeypatch.setattr(depth, "MOST_BEHIND", 2)
    of = readers(**MANY)

    assert of.statuses({}, {}, {}, {}) == [201, 201, 201, 429]
    assert "it waits for an editor: nothing more is needed" in of.send().json["message"]
    assert of.statuses({"replacement": "other"}) == [201]


def test_off_is_off_for_all_of_them(readers):
    rates = {f"LIMITS_PER_{what}": "1/hour" for what in ("ARTICLE", "MAILBOX", "SITE")}
    of = readers(LIMITS="off", MOST_WAITING=1, MOST_WAITING_PER_ARTICLE=1, **rates)
    mine = {"network": 1, "email": "ada@reader.example"}

    assert of.statuses(*(mine | {"words": word} for word in WORDS[:4])) == [201] * 4


def test_nobody_can_read_an_address_from_what_is_counted(readers):
    of = readers(**MANY)
    counters.store.reset()

    assert of.statuses({"email": "ada@reader.example", "network": 1}) == [201]

    names = json.dumps(counters.store.names)
    assert mailbox_key("Ada+x@reader.example") in names
    assert "reader.example" not in names
    before = mailbox_key("ada@reader.example")
    of.app.config["SECRET_KEY"] = "another key, so another name"
    assert before != mailbox_key("ada@reader.example")
    assert mailbox_key("\ud800@reader.example") == mailbox_key("nobody") == ""


def test_refusals_do_not_count_but_nobody_has_us_work_for_ever(readers, monkeypatch):
    monkeypatch.setattr(sending, "TRIES_OF_PREFIX", "3/hour")
    of = readers(**MANY)
    wrong = {"slug": "nowhere", "network": 99}

    assert of.statuses(*[wrong] * 4, {"network": 99}, {}) == [404] * 3 + [429, 429, 201]


def test_receipts_count_what_was_done_and_the_mailbox_that_was_named(readers):
    of = readers(LIMITS="2/hour", LIMITS_PER_MAILBOX="2/hour")
    urls = [of.send(words=word).json["url"] for word in WORDS[:4]]

    def act(url, name, network, **fields):
        return of.app.test_client().post(
            f"{url}/{name}",
            data=fields,
            headers=JSON,
            environ_base={"REMOTE_ADDR": f"10.9.{network}.7"},
        )

    wrong = [act(urls[0], "email", 1, email="nobody").status_code for _ in range(4)]
    named = [act(url, "email", n, email="ada@reader.example") for n, url in enumerate(urls[:3], 1)]
    assert wrong == [422] * 4
    assert [answer.status_code for answer in named] == [200, 200, 429]
    assert "with this e-mail address" in named[2].json["message"]
    assert [act(url, "withdraw", 1).status_code for url in urls[:2]] == [200, 429]


def test_those_who_come_at_once_find_no_more_room_than_there_is(readers):
    of = readers(**MANY, MOST_WAITING=2)
    slugs = [f"at-once-{number}" for number in range(4)]
    for slug in slugs:
        an_article("The title", " ".join(WORDS), slug=slug)

    with ThreadPoolExecutor(len(slugs)) as crowd:
        sent = list(crowd.map(lambda slug: of.send(slug, network=len(slug)).status_code, slugs))

    assert sorted(sent) == [201, 201, 429, 429]
    assert len(stored()) == 2
