"""A source comes in again: nothing that was accepted here is undone, no fact changes silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corrections_app.domain.errors import ImportRefused, Invalid
from corrections_app.domain.lifecycle import ChangeClass, Role
from corrections_app.domain.text.body import Aside, Block, Mark
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Correction, Revision, Source
from corrections_app.workflow.articles import editing, importing, reading
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act
from tests.builders import (
    CONFIRMED,
    HARBOUR,
    NOON,
    ON_PURPOSE,
    THE_FILE_WINS,
    a_correction,
    accept,
    an_article,
    document,
)

SLUG = "harbour-wall"
OURS = replace(ON_PURPOSE, side="ours")


def changed(was, becomes, of=HARBOUR):
    """The file with some words of it changed."""
    assert any(was in text for text in of)
    return document(*[text.replace(was, becomes) for text in of])


def come_in(told, terms=importing.BY_ITSELF, slug=SLUG):
    return importing.bring_in(told, slug=slug, terms=terms, now=NOON)


def text():
    db.session.rollback()
    return reading.article_at(SLUG).current.text


def head():
    db.session.rollback()
    return reading.article_at(SLUG).head


def last_import():
    query = select(AuditEvent.data).filter_by(action="import").order_by(AuditEvent.id.desc())
    return db.session.scalars(query.limit(1)).one()


@pytest.fixture
def corrected(app, max_):
    """An article in which "the the" was corrected, and the correction."""
    correction = a_correction(an_article())
    accept(correction, max_)
    return db.session.get_one(Correction, correction.id)


def test_an_unchanged_file_undoes_nothing(corrected):
    done = come_in(document(*HARBOUR))

    assert (done.revision, done.is_new) == (2, False)
    assert "the the" not in text()


def test_it_still_undoes_nothing_the_third_time_and_after_a_change(corrected):
    come_in(changed("Work will", "The work will"))
    come_in(changed("Work will", "The work will"))
    come_in(document(*HARBOUR))

    assert "rebuild the harbour" in text()
    assert "\nWork will" in text()
    assert head() == 4


def test_what_the_source_changed_elsewhere_comes_in_and_the_correction_stays(corrected):
    done = come_in(changed("Work will", "The work will"))

    assert (done.revision, done.is_new) == (3, True)
    assert "The work will begin" in text()
    assert "the the" not in text()


def test_marks_and_furniture_of_the_source_come_in_and_the_correction_stays(corrected):
    told = document(*HARBOUR)
    link = Mark("link", 0, 4, "https://work.example/")
    body = (told.body[0], Aside("ad"), told.body[1], Block("quote", HARBOUR[2], (link,)))
    come_in(replace(told, body=(*body, told.body[3])), ON_PURPOSE)

    now_there = reading.article_at(SLUG).current.blocks
    assert now_there[1] == Aside("ad")
    assert now_there[3] == Block("quote", HARBOUR[2], (link,))
    assert "the the" not in text()


def test_a_source_that_took_the_correction_over_makes_no_revision(corrected):
    done = come_in(changed("the the", "the"))

    assert done.is_new is False
    assert db.session.get_one(Source, corrected.article_id).blocks == done_body()


def done_body():
    return document(*[text.replace("the the", "the") for text in HARBOUR]).body


def test_a_change_of_the_very_words_is_refused_and_names_what_would_go(corrected):
    with pytest.raises(ImportRefused) as refused:
        come_in(changed("rebuild the the harbour", "rebuild our harbour"))

    assert f"correction {corrected.reference} “" in str(refused.value)
    assert "--ours" in str(refused.value)
    assert "--theirs" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (head(), db.session.get_one(Source, 1).blocks) == (2, document(*HARBOUR).body)


def test_ours_keeps_the_correction_and_takes_the_rest(corrected):
    told = [text.replace("the the harbour", "our harbour") for text in HARBOUR]
    told[2] = told[2].replace("Work will", "The work will")

    come_in(document(*told), OURS)

    assert "rebuild the harbour wall" in text()
    assert "The work will" in text()
    assert last_import()["side"] == "ours"


def test_theirs_lets_the_file_win_and_says_what_it_undid(corrected):
    done = come_in(changed("the the harbour", "our harbour"), THE_FILE_WINS)

    assert "rebuild our harbour wall" in text()
    assert [sentence for sentence in done.told if corrected.reference in sentence]
    assert last_import()["undone"] == [corrected.id]
    assert db.session.get_one(Correction, corrected.id).status == "accepted"


@pytest.mark.parametrize("who", ["its reader", "a supporter"])
def test_a_fact_that_a_reader_put_right_does_not_go_in_silence(app, max_, who):
    article = an_article()
    kind = "fact" if who == "its reader" else "clarity"
    correction = a_correction(article, "begin", "end", kind=kind)
    a_correction(article, "begin", "end", email="b@reader.example", kind="fact")
    accept(correction, max_)

    with pytest.raises(ImportRefused, match="a fact that a reader called wrong: begin, now end"):
        come_in(changed("begin", "start"), Terms(side="theirs"))

    assert come_in(changed("begin", "start"), THE_FILE_WINS).is_new


def test_once_decided_the_same_file_is_not_asked_about_again(corrected):
    told = changed("the the harbour", "our harbour")
    come_in(told, OURS)

    done = come_in(told)

    assert done.is_new is False


def test_a_paragraph_that_goes_with_a_correction_in_it_is_refused(corrected):
    with pytest.raises(ImportRefused, match=corrected.reference):
        come_in(document(HARBOUR[0], *HARBOUR[2:]), ON_PURPOSE)


def test_a_paragraph_that_moves_takes_its_correction_along(corrected):
    come_in(document(HARBOUR[0], *HARBOUR[2:], HARBOUR[1]), ON_PURPOSE)

    assert text().endswith(HARBOUR[1].replace("the the", "the"))


def test_a_source_that_falls_back_behind_a_correction_it_had_taken_over_is_refused(corrected):
    come_in(changed("the the", "the"))

    with pytest.raises(ImportRefused, match=corrected.reference):
        come_in(document(*HARBOUR), ON_PURPOSE)

    come_in(document(*HARBOUR), OURS)
    assert "the the" not in text()


def test_a_source_may_rewrite_what_it_had_taken_over(corrected):
    come_in(changed("the the", "the"))

    come_in(changed("the the harbour wall", "what the harbour needs"))

    assert "what the harbour needs" in text()


def test_a_correction_that_was_undone_protects_nothing(corrected, max_):
    undoing.undo(corrected.id, Act(max_, None, NOON))

    come_in(changed("the the harbour", "our harbour"))

    assert "our harbour" in text()


def test_an_edit_by_hand_is_protected_too(app, max_):
    article = an_article()
    typed = article.current.text.replace("harbour wall.", "old wall.")
    editing.edit(SLUG, typed, Act(max_, None, NOON), base=1)

    with pytest.raises(ImportRefused, match="“old” here, “sea” in the file"):
        come_in(changed("harbour wall.", "sea wall."))


def test_a_revision_that_was_restored_is_not_undone_by_an_unchanged_file(app, max_):
    an_article()
    come_in(changed("Work will", "The work will"))
    editing.restore(SLUG, 1, Act(max_, None, NOON), base=2)

    done = come_in(changed("Work will", "The work will"))

    assert (done.is_new, head()) == (False, 3)


def test_what_is_known_about_an_article_is_compared_with_what_was_said_last(app):
    an_article()
    with db.engine.begin() as connection:
        connection.execute(db.text("UPDATE articles SET lang = 'uk'"))
    come_in(document(*HARBOUR, section="City"))

    article = reading.article_at(SLUG)
    assert (article.lang, article.section) == ("uk", "City")
    assert last_import()["described"] == ["section"]


def test_a_byline_that_both_changed_is_refused_until_someone_says_whose(app, max_):
    importing.bring_in(document(*HARBOUR, byline="Ada"), slug=SLUG, now=NOON)
    article = reading.article_at(SLUG)
    act = Act(max_, None, NOON)
    typed = editing.text_to_edit(article).replace("Ada\n", "Ada Marlow\n", 1)
    editing.edit(SLUG, typed, act, base=1, confirmed=CONFIRMED)
    assert reading.article_at(SLUG).byline == "Ada Marlow"

    with pytest.raises(ImportRefused, match=r"byline “Ada Marlow” here, “A\. Marlow” in the file"):
        come_in(document(*HARBOUR, byline="A. Marlow"))

    come_in(document(*HARBOUR, byline="A. Marlow"), OURS)
    assert reading.article_at(SLUG).byline == "Ada Marlow"
    come_in(document(*HARBOUR, byline="Bo Ek"), THE_FILE_WINS)
    assert reading.article_at(SLUG).byline == "Bo Ek"


def test_nothing_is_foreseen_that_does_not_come(corrected):
    with pytest.raises(ImportRefused):
        importing.foresee(changed("the the harbour", "our harbour"), slug=SLUG)
    told = importing.foresee(changed("Work will", "The work will"), slug=SLUG)

    assert (told.revision, head()) == (3, 2)
    assert come_in(changed("Work will", "The work will")) == told


FACTS = {
    "a number: four, now five": ("four million", "five million"),
    "a date: 2025, now 2026": ("May 2025", "May 2026"),
    "a name: Marlow, now Marlowe": ("Ada Marlow,", "Ada Marlowe,"),
    "a quotation: time, now hour": ("high time", "high hour"),
    "a “not”: will, now will not": ("Work will begin", "Work will not begin"),
}


@pytest.mark.parametrize("what", FACTS)
def test_a_changed_fact_never_comes_in_silently_by_itself(app, what):
    an_article()

    with pytest.raises(ImportRefused) as refused:
        come_in(changed(*FACTS[what]))

    assert f"changes {what}" in str(refused.value)
    assert "--class correction --notice" in str(refused.value)
    assert (head(), db.session.get_one(Source, 1).blocks) == (1, document(*HARBOUR).body)
    assert come_in(changed(*FACTS[what]), ON_PURPOSE).revision == 2


def test_a_link_that_leads_elsewhere_is_a_changed_fact(app):
    def linked(href):
        told = document(*HARBOUR)
        block = Block("paragraph", HARBOUR[1], (Mark("link", 4, 11, href),))
        return replace(told, body=(told.body[0], block, *told.body[2:]))

    come_in(linked("https://council.example/"))

    with pytest.raises(
        ImportRefused, match=r"changes a link: https://council\.example/, now https://x"
    ):
        come_in(linked("https://x.example/"))


def test_a_changed_fact_comes_in_with_class_and_notice(app):
    an_article()

    come_in(changed("four million", "five million"), Terms(ChangeClass.CORRECTION, " Five. "))

    revision = db.session.scalars(select(Revision).filter_by(number=2)).one()
    assert (revision.change_class, revision.notice) == ("correction", "Five.")


@pytest.mark.parametrize(
    "terms",
    [
        Terms(ChangeClass.CORRECTION),
        Terms(ChangeClass.UPDATE, "  "),
        Terms(ChangeClass.SILENT, "We erred."),
        Terms(None, "We erred."),
    ],
)
def test_a_class_comes_with_its_notice_and_a_notice_with_its_class(app, terms):
    an_article()

    with pytest.raises(Invalid):
        come_in(changed("Work will", "The work will"), terms)

    assert head() == 1


def test_a_notice_that_was_not_published_is_said(app):
    terms = Terms(ChangeClass.CORRECTION, "We erred.")

    assert "is not published" in come_in(document(*HARBOUR), terms).told[0]
    assert "is not published" in come_in(document(*HARBOUR), terms).told[0]
    assert db.session.scalar(select(func.count(Revision.notice))) == 0


@pytest.fixture(params=["facts", "all"])
def strict(request, app, max_, mira):
    """A newsroom of several in which facts need a second person."""
    app.config["SECOND_APPROVAL"] = request.param
    return request.param


def test_a_changed_fact_needs_a_second_person(strict, mira):
    an_article()

    with pytest.raises(ImportRefused, match="--approved-by"):
        come_in(changed("four million", "five million"), ON_PURPOSE)

    come_in(changed("four million", "five million"), replace(ON_PURPOSE, approved_by=mira.email))
    assert last_import()["approved_by"] == mira.id


@pytest.mark.parametrize("who", ["max@courier.example", "nobody@courier.example", "gone"])
def test_only_an_active_editor_is_a_second_person(strict, who):
    an_article()
    if who == "gone":
        who = accounts.add("gone@courier.example", role=Role.EDITOR, now=NOON).email
        accounts.disable(who, now=NOON + timedelta(seconds=1))

    with pytest.raises(ImportRefused, match="no active editor"):
        come_in(changed("four million", "five million"), replace(ON_PURPOSE, approved_by=who))

    assert head() == 1


def test_what_changes_no_fact_needs_nobody(strict):
    an_article()

    assert come_in(changed("Work will", "The work will")).revision == 2


def test_a_newsroom_of_one_needs_nobody(app, max_):
    app.config["SECOND_APPROVAL"] = "facts"
    an_article()

    assert come_in(changed("four million", "five million"), ON_PURPOSE).revision == 2


def test_what_came_in_about_the_article_meanwhile_stays(app, monkeypatch):
    an_article()
    planned = importing._planned

    def slowly(*args):
        monkeypatch.setattr(importing, "_planned", planned)
        found = planned(*args)
        come_in(document(*HARBOUR, section="Sport"))
        return found

    monkeypatch.setattr(importing, "_planned", slowly)
    come_in(document(*HARBOUR, byline="A. Marlow"), ON_PURPOSE)

    db.session.rollback()
    article = reading.article_at(SLUG)
    assert (article.section, article.byline) == ("Sport", "A. Marlow")
