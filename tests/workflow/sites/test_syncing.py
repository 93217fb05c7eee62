"""What changed on a site comes in: once, whatever stops it, and nothing of ours is lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corrections_app.domain.errors import Invalid
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.models import Article, Revision, SiteArticle
from corrections_app.sites.trouble import Gone, NotAllowed, Unreachable
from corrections_app.sources import Source
from corrections_app.workflow import audit
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.sites import registry, syncing
from tests.builders import NOON, ON_PURPOSE, a_correction, accept, an_article, document
from tests.racing import at_once
from tests.workflow.sites.newsroom import ADDRESS, Newsroom, add, known, rows, sync, texts

PLAIN = {"title": "T", "excerpt": "", "content": "a"}
WALL = ("The council voted to rebuild the the wall.", "Work begins soon.")


@pytest.fixture
def there(app):
    """A newsroom's site, added and with two posts."""
    add()
    site = Newsroom()
    site.publish("7", *WALL, title="The wall")
    site.publish("8", "A stall sells fish.", title="The market")
    return site


def came(done):
    return [(one.imported.slug, one.imported.revision) for one in done if one.imported]


def heads():
    db.session.rollback()
    return dict(db.session.execute(select(Article.slug, Article.head)).all())


def test_all_comes_in_once_and_what_is_known_is_not_asked_for_again(there):
    first = sync(there)
    there.reads.clear()
    again = sync(there)

    assert came(first) == [("the-wall", 1), ("the-market", 1)]
    assert (again, there.reads) == ([], [])
    assert there.asked == [None, there.at]
    row = db.session.scalar(select(SiteArticle).filter_by(external_id="7"))
    assert row.raw == there.posts["7"].fields
    assert (row.version, row.address) == (there.posts["7"].version, f"{ADDRESS}/7/")
    assert known().synced_at == NOON
    article = reading.article_at("the-wall")
    assert (article.source_url, article.external_id) == (f"{ADDRESS}/7/", "7")


def test_a_change_there_comes_in_over_what_was_corrected_here(there, max_):
    sync(there)
    accept(a_correction(reading.article_at("the-wall")), max_)
    there.publish("7", WALL[0], "Work begins very soon.")

    done = sync(there)

    assert came(done) == [("the-wall", 3)]
    assert texts()["the-wall"] == (
        "The wall\n\nThe council voted to rebuild the wall.\n\nWork begins very soon."
    )
    row = db.session.scalar(select(SiteArticle).filter_by(external_id="7"))
    assert "the the" in row.raw["content"]


def test_a_fact_is_not_changed_without_a_word_and_is_asked_about_each_time(there):
    sync(there)
    there.publish("7", WALL[0], "Work begins on Friday at 9.")
    (refused,) = sync(there)
    (again,) = sync(there)

    assert "changes a number" in refused.said
    assert refused.said.startswith("news 7: the-wall: not imported")
    assert (again.said, heads()["the-wall"]) == (refused.said, 1)
    assert rows()["7"][2] == refused.said.removeprefix("news 7: ")
    row = db.session.scalar(select(SiteArticle).filter_by(external_id="7"))
    assert "soon" in row.raw["content"]

    terms = Terms(ChangeClass.CORRECTION, "An earlier version did not say when.")
    assert came(sync(there, "7", terms=terms)) == [("the-wall", 2)]
    assert rows()["7"][2] is None
    assert sync(there) == []
    assert db.session.scalar(select(Revision.notice).filter_by(number=2)) == terms.notice


def test_a_correction_is_not_undone_unless_somebody_says_so(there, max_):
    sync(there)
    accept(a_correction(reading.article_at("the-wall"), "Work begins", "Works begin"), max_)
    there.publish("7", WALL[0], "Labour begins soon.")

    (refused,) = sync(there)
    assert "would undo what was changed here" in refused.said
    assert came(sync(there, terms=replace(ON_PURPOSE, side="ours"))) == [("the-wall", 2)]
    assert "Works begin" in texts()["the-wall"]
    assert sync(there) == []


@pytest.mark.parametrize(
    "bad",
    [
        NotAllowed("it answers 403: this account may not."),
        Unreachable("it answers 500: try again later."),
        Source("1", None, "1", "wordpress", {"title": "", "excerpt": "", "content": "x"}),
        Source("1", None, "1", "lexical", {"title": "T", "custom_excerpt": "", "lexical": "["}),
        Source("1", None, "1", "wordpress", {"title": "T", "excerpt": "", "content": "<script>"}),
    ],
)
def test_one_bad_post_stops_no_other_and_is_tried_again(there, bad):
    good = there.posts["8"]
    there.posts = {"1": bad if isinstance(bad, Source) else good, **there.posts}
    there.posts["1"] = replace(there.posts["1"], id="1", version=good.version)
    if isinstance(bad, Exception):
        there.fails["1"] = bad

    done = sync(there)
    (again,) = sync(there)

    assert sorted(came(done)) == [("the-market", 1), ("the-wall", 1)]
    assert again.said == next(one.said for one in done if one.said)
    assert rows()["1"][0] is None
    assert "\n" not in again.said
    there.fails.clear()
    there.publish("1", "Mended.", title="The quay")
    assert came(sync(there)) == [("the-quay", 1)]
    assert rows()["1"][2] is None


@pytest.mark.parametrize(
    "odd",
    [
        {"fields": PLAIN | {"content": "a\ud800b"}},
        {"fields": PLAIN | {"content": "a\0b"}},
        {"address": f"{ADDRESS}/\ud800/"},
        {"address": f"{ADDRESS}/\0/"},
        {"section": "News\ud800\0", "byline": "A\0nn\ud800", "name": "a\ud800/../b\0"},
    ],
)
def test_what_no_column_holds_stops_no_sync(there, odd):
    """JSON can name halves of signs that no text can hold, and PostgreSQL takes no NUL."""
    there.posts["8"] = replace(there.posts["8"], **odd)

    done = sync(there)

    assert sorted(slug for slug, _ in came(done))[-1] == "the-wall"
    assert len(came(done)) == 2
    assert came(sync(there)) == []


def test_a_site_that_stops_answering_is_left_and_gone_on_with_later(there):
    for number in range(20, 26):
        there.publish(str(number), "Words.", title=f"Post {number}")
    there.fails = {str(number): Unreachable("It is down.") for number in range(20, 26)}

    with pytest.raises(Unreachable, match="It is down"):
        sync(there)
    assert (known().synced_at, known().synced_to) == (None, None)
    assert len(there.reads) == 5

    there.fails.clear()
    assert len(came(sync(there))) == 6
    assert known().synced_to == there.at


def test_whatever_kills_it_the_rest_comes_in_the_next_time(there):
    due = syncing.due(known(), there)
    running = syncing.bring_in(known(), there, due, clock=lambda: NOON)
    next(running)
    running.close()

    assert set(heads()) == {"the-wall"}
    assert came(sync(there)) == [("the-market", 1)]


def test_no_article_comes_in_without_what_is_known_of_it(there, monkeypatch):
    sync(there)
    there.publish("7", WALL[0], "Work begins very soon.")
    there.publish("9", "Words.")
    note = syncing._note

    def dies(*arguments):
        note(*arguments)
        raise SystemExit

    monkeypatch.setattr(syncing, "_note", dies)
    before = heads(), rows()
    for number in ("7", "9"):
        with pytest.raises(SystemExit):
            sync(there, number)

    assert (heads(), rows()) == before
    monkeypatch.undo()
    assert sorted(came(sync(there))) == [("post-9", 1), ("the-wall", 2)]


def test_two_at_once_bring_in_everything_once(app, there):
    for number in range(20, 24):
        there.publish(str(number), "Words.", title=f"Post {number}")
    meet, mine = threading.Barrier(2), threading.local()

    def meanwhile(number):
        seen = mine.__dict__.setdefault("seen", set())
        if number not in seen:  # whoever was overtaken reads again, alone
            seen.add(number)
            meet.wait(20)

    there.meanwhile = meanwhile
    first, second = at_once(app, lambda: sync(there), lambda: sync(there))

    assert not [one.said for one in (*first, *second) if one.said]
    assert set(heads().values()) == {1}
    assert len(heads()) == len(there.posts)
    assert len(rows()) == len(there.posts)
    assert list(audit.verify(db.session())) == []
    there.meanwhile = lambda _: None
    assert sync(there) == []


def test_an_older_state_never_comes_in_after_a_newer_one(there):
    sync(there)
    there.publish("7", WALL[0], "Work begins very soon.")

    def meanwhile(_):
        there.meanwhile = lambda _: None
        there.publish("7", WALL[0], "Work begins very very soon.")
        sync(there, "7")

    there.meanwhile = meanwhile
    sync(there)

    assert heads()["the-wall"] == 2
    assert texts()["the-wall"].endswith("Work begins very very soon.")
    assert rows()["7"][1] == there.posts["7"].version


def test_a_state_that_may_have_the_version_of_the_next_is_read_again(there):
    there.is_settled = False
    there.publish("7", *WALL)
    sync(there)
    version = there.posts["7"].version
    there.publish("7", WALL[0], "Work begins very soon.", version=version)

    assert came(sync(there)) == [("the-wall", 2)]
    there.posts["7"] = replace(there.posts["7"], settled=True)
    there.reads.clear()
    assert [not one.imported.is_new for one in sync(there)] == [True]
    assert (sync(there), there.reads) == ([], ["7"])


def test_every_post_has_an_address_of_its_own(there):
    an_article("The quay", "Written here.", slug="the-quay")
    there.publish("20", "Ships wait.", title="The quay")
    there.publish("21", "Ships sail.", title="The quay")
    there.publish("22", "Слова.", title="Стіна", name="%d1%81")
    sync(there)

    assert {number: row[0] for number, row in rows().items()} == {
        "7": "the-wall",
        "8": "the-market",
        "20": "the-quay-2",
        "21": "the-quay-3",
        "22": "d1-81",
    }
    assert texts()["the-quay"] == "The quay\n\nWritten here."


def test_an_address_that_was_taken_meanwhile_is_left_to_its_article(there, monkeypatch):
    made = importing.bring_in

    def taken(document_, **more):
        monkeypatch.undo()
        an_article("The wall", "Written here.", slug="the-wall")
        return made(document_, **more)

    monkeypatch.setattr(importing, "bring_in", taken)
    sync(there)

    assert texts()["the-wall"] == "The wall\n\nWritten here."
    assert rows()["7"][0] == "the-wall-2"


def test_an_article_that_came_from_an_export_goes_on_as_the_same(there, max_):
    told = document("The wall", *WALL, external_id="7", source_url=f"{ADDRESS}/7/")
    importing.bring_in(told, slug="wall-of-old", now=NOON)
    accept(a_correction(reading.article_at("wall-of-old")), max_)

    done = sync(there)

    assert [one.imported.slug for one in done] == ["wall-of-old", "the-market"]
    assert "rebuild the wall" in texts()["wall-of-old"]
    assert heads() == {"wall-of-old": 2, "the-market": 1}


def test_two_sites_may_count_alike(there):
    other = Newsroom()
    other.publish("7", "Of another.", title="Another")
    other.posts["7"] = replace(other.posts["7"], address="https://other.example/7/")
    add("other")
    sync(there)
    sync(other, name="other")

    assert texts()["another"] == "Another\n\nOf another."
    assert heads()["the-wall"] == 1


def test_what_is_no_longer_public_is_told_once_and_may_come_back(there):
    sync(there)
    gone = there.posts.pop("8")
    assert sync(there) == []

    (told,) = sync(there, everything=True)
    (again,) = sync(there, "8")

    assert told.passed_over
    assert "the-market stays here as it is; take it down by hand" in told.said
    assert (again.said, again.passed_over) == ("", True)
    assert rows()["8"][3] == NOON
    there.posts["8"] = gone
    there.publish("8", "A stall sells fresh fish.")
    assert came(sync(there)) == [("the-market", 2)]
    assert rows()["8"][3] is None


def test_what_never_was_public_leaves_nothing(there):
    there.publish("9", "Words.")
    there.fails["9"] = Gone("Post 9 is not public.")

    done = sync(there)

    assert [one.said for one in done if one.passed_over] == ["news 9: Post 9 is not public."]
    assert "9" not in rows()


def test_a_clock_that_runs_ahead_hides_nothing(there):
    there.at = NOON + timedelta(days=400)
    there.publish("7", WALL[0], "Work begins very soon.")
    sync(there)

    assert known().synced_to == NOON


def test_of_a_new_site_only_what_changed_lately_comes_in(there):
    moment = there.at - timedelta(seconds=30)

    assert came(sync(there, since=moment)) == [("the-market", 1)]
    assert sync(there, since=moment - timedelta(days=9)) == []
    assert there.asked[0] == moment


def test_an_article_is_brought_in_by_its_address(there):
    assert came(sync(there, f"{ADDRESS}/8/")) == [("the-market", 1)]
    assert known().synced_at is None
    assert rows()["8"][1] == there.posts["8"].version


def test_pages_are_read_again_each_time_and_their_html_is_not_kept(there):
    there.lists_all = False
    there.changed = lambda _: ()
    html = "<html><head><title>T</title></head><body><article><p>{}</p></article></body></html>"
    address = f"{ADDRESS}/7/"
    there.posts["7"] = Source(address, address, "1", "html", {"html": html.format("Words.")})
    assert came(sync(there, address)) == [("t", 1)]
    there.posts["7"] = Source(address, address, "2", "html", {"html": html.format("New words.")})

    assert came(sync(there)) == [("t", 2)]
    assert db.session.scalar(select(SiteArticle.raw)) is None
    assert sync(there)[0].imported.is_new is False


def test_terms_that_cannot_be_meant_stop_it(there):
    with pytest.raises(Invalid):
        sync(there, terms=Terms(ChangeClass.CORRECTION))
    assert heads() == {}


def test_a_site_is_removed_and_its_articles_stay(there):
    sync(there)
    registry.keys().keep("news", "ann:secret")

    assert registry.remove("news", NOON) == 2

    assert set(heads()) == {"the-wall", "the-market"}
    assert db.session.scalar(select(func.count(SiteArticle.id))) == 0
    assert registry.everyone() == []
    assert registry.keys().of("news").reveal() == ""
    assert list(audit.verify(db.session())) == []
