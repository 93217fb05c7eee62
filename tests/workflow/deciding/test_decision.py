"""A moderator decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import Action, ChangeClass, Reason
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Correction, Decision, Owed, Revision
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing
from corrections_app.workflow.deciding import decision, undoing
from corrections_app.workflow.deciding.decision import standing_of
from corrections_app.workflow.submitting import receipts, submission
from corrections_app.workflow.transaction import Act
from tests.builders import HARBOUR, NOON, a_correction, accept, an_article, decide, document, reject


def text_of(slug="harbour-wall"):
    db.session.rollback()
    return db.session.scalars(select(Article).filter_by(slug=slug)).one().current.text


def status_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).status


def test_accepting_makes_a_revision_with_the_new_words(app, max_):
    correction = a_correction(an_article())

    outcome = accept(correction, max_)

    assert (outcome.status, outcome.version, outcome.revision) == ("accepted", 2, 2)
    assert "rebuild the harbour wall." in text_of()


def test_accepting_changes_nothing_else(app, max_):
    before = an_article().current.text

    accept(a_correction(db.session.scalars(select(Article)).one(), "May 2025", "May 2026"), max_)

    assert text_of() == before.replace("May 2025", "May 2026")


def test_accepting_in_other_words_applies_the_moderators(app, max_):
    correction = a_correction(an_article(), "four million", "5 million")

    accept(correction, max_, text="five million")

    decision = standing_of(correction)
    assert "cost about five million pounds" in text_of()
    assert (decision.before, decision.after, decision.as_proposed) == ("four", "five", False)


def test_rejecting_changes_no_text(app, max_):
    correction = a_correction(an_article())
    before = text_of()

    outcome = reject(correction, max_, reason=Reason.HOUSE_STYLE, note="We write it so.")

    assert (outcome.status, outcome.revision) == ("rejected", 1)
    assert text_of() == before


def test_rejecting_needs_a_reason(app, max_):
    correction = a_correction(an_article())

    with pytest.raises(errors.Invalid):
        decide(correction, Action.REJECT, max_)

    assert status_of(correction) == "pending"


def test_a_decision_names_the_version_it_saw(app, max_):
    correction = a_correction(an_article())

    with pytest.raises(errors.Invalid):
        accept(correction, max_, seen=None)
    with pytest.raises(errors.StaleVersion):
        accept(correction, max_, seen=7)


def test_the_second_decision_hears_who_was_faster(app, max_, mira):
    correction = a_correction(an_article())
    accept(correction, mira)

    with pytest.raises(errors.AlreadyDecided) as refused:
        reject(correction, max_, seen=1)

    assert refused.value.details["who"] == "mira"
    assert refused.value.details["what"] == "accepted"
    assert refused.value.details["same_outcome"] is False
    assert "mira was faster" in refused.value.message


def test_who_is_too_late_hears_in_plain_words_what_was_done(app, max_, mira):
    article = an_article()
    settled, gone = a_correction(article), a_correction(article, "May 2025", "May 2026")
    decide(settled, Action.SUPERSEDE, mira)
    receipts.withdraw(tokens.token_for(gone), now=NOON)
    said = []
    for one in (settled, gone):
        with pytest.raises(errors.AlreadyDecided) as refused:
            accept(one, max_, seen=1)
        said.append(refused.value.message)

    assert "mira was faster: this correction was already closed without a verdict" in said[0]
    assert said[1] == "The reader withdrew this correction."


def test_the_same_decision_twice_is_said_to_be_the_same(app, max_, mira):
    correction = a_correction(an_article())
    accept(correction, mira)

    with pytest.raises(errors.AlreadyDecided) as refused:
        accept(correction, max_, seen=1)

    assert refused.value.details["same_outcome"] is True


def test_the_same_key_gets_the_same_answer(app, max_):
    correction = a_correction(an_article())

    first = accept(correction, max_, key="k", seen=1, revision=1)
    again = accept(correction, max_, key="k", seen=1, revision=1)

    assert again == first
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 1


def test_the_same_key_for_another_act_is_refused(app, max_):
    article = an_article()
    accept(a_correction(article), max_, key="k")

    with pytest.raises(errors.BadKey):
        accept(a_correction(article, "May 2025", "May 2026"), max_, key="k")


def test_a_remark_is_answered_and_changes_nothing(app, max_):
    remark = a_correction(an_article(), "four million", None, explanation="Is that right?")

    accept(remark, max_, note="Yes: the council's own figure.")

    assert status_of(remark) == "accepted"
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 1
    assert (
        db.session.scalars(select(Owed).where(Owed.decision_id.is_not(None))).one().kind
        == "answered"
    )


def test_an_answer_has_words(app, max_):
    remark = a_correction(an_article(), "four million", None, explanation="Is that right?")

    with pytest.raises(errors.Invalid):
        accept(remark, max_)

    assert status_of(remark) == "pending"


def test_a_remark_on_words_can_be_edited_and_accepted(app, max_):
    remark = a_correction(an_article(), "four million", None, explanation="It is five.")

    accept(remark, max_, text="five million")

    assert "about five million pounds" in text_of()


def test_a_class_and_its_notice_are_kept_with_the_revision(app, max_):
    correction = a_correction(an_article(), "four million", "five million")

    accept(correction, max_, change_class=ChangeClass.CORRECTION, notice="The cost was misstated.")

    revision = db.session.scalars(select(Revision).filter_by(number=2)).one()
    assert (revision.change_class, revision.notice) == ("correction", "The cost was misstated.")


def test_a_silent_change_has_no_notice(app, max_):
    correction = a_correction(an_article())

    with pytest.raises(errors.Invalid):
        accept(correction, max_, notice="We are sorry.")


def test_a_change_that_is_not_silent_has_a_notice(app, max_):
    correction = a_correction(an_article(), "four million", "five million")

    with pytest.raises(errors.Invalid) as refused:
        accept(correction, max_, change_class=ChangeClass.CORRECTION)

    assert "notice" in refused.value.fields
    assert status_of(correction) == "pending"


def test_a_letter_is_owed_when_the_undo_window_closes(app, max_):
    accept(a_correction(an_article()), max_)

    owed = db.session.scalars(select(Owed).where(Owed.decision_id.is_not(None))).one()

    assert (owed.kind, owed.state) == ("accepted", "waiting")
    assert owed.due_at == NOON + timedelta(seconds=600)


@pytest.mark.parametrize(
    ("sent", "verdict", "owed"),
    [
        ({"email": ""}, {"reason": Reason.NOT_AN_ERROR}, []),
        ({}, {"reason": Reason.SPAM}, []),
        ({}, {"reason": Reason.NEEDS_SOURCE}, ["rejected"]),
    ],
    ids=["no address", "spam", "any other reason"],
)
def test_only_who_asked_and_may_know_is_owed_a_letter(app, max_, sent, verdict, owed):
    reject(a_correction(an_article(), **sent), max_, **verdict)

    assert list(db.session.scalars(select(Owed.kind).where(Owed.decision_id.is_not(None)))) == owed


def test_every_decision_is_in_the_audit(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)
    event = db.session.scalars(select(AuditEvent).filter_by(action="accept")).one()

    assert (event.correction_id, event.by_id, event.data["revision"]) == (correction.id, max_.id, 2)


def test_the_audit_is_one_chain_for_each_article(app, max_):
    article = an_article()
    accept(a_correction(article), max_)
    reject(a_correction(article, "May 2025", "May 2026"), max_)

    chain = f"article:{article.id}"
    events = list(
        db.session.scalars(select(AuditEvent).filter_by(chain=chain).order_by(AuditEvent.number))
    )

    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert [event.previous for event in events[1:]] == [event.hash for event in events[:-1]]


def test_accepting_moves_the_others_exactly(app, max_):
    article = an_article()
    first = a_correction(article, "the the", "the")
    second = a_correction(article, "four million", "five million")

    accept(first, max_)
    accept(second, max_)

    assert "rebuild the harbour wall." in text_of()
    assert "cost about five million pounds" in text_of()


def test_two_readers_can_fix_two_words_of_one_sentence(app, max_):
    article = an_article()
    sentence = "Work will begin in May 2025 and cost about four million pounds."
    first = a_correction(article, sentence, sentence.replace("2025", "2026"))
    second = a_correction(article, sentence, sentence.replace("four", "five"))

    accept(first, max_)
    accept(second, max_)

    assert "Work will begin in May 2026 and cost about five million pounds." in text_of()


def test_words_that_were_edited_are_never_patched_blindly(app, max_):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    second = a_correction(article, "cost about four million pounds", "be cheap")
    accept(first, max_)

    with pytest.raises(errors.TextMoved):
        accept(second, max_)

    assert status_of(second) == "pending"
    assert "five million" in text_of()


def test_another_wish_for_the_same_words_is_settled_by_the_first(app, max_):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    rival = a_correction(article, "four million", "six million")

    accept(first, max_)

    decision = standing_of(rival)
    assert (status_of(rival), decision.reason) == ("superseded", "rival_accepted")
    assert decision.caused_by_id == standing_of(first).id


def test_the_same_wish_by_another_road_is_already_corrected(app, max_):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    twin = a_correction(article, "about four million", "about five million")
    accept(first, max_, text="five million")

    assert status_of(twin) in ("accepted", "superseded")


def test_a_rewrite_by_hand_settles_what_it_corrects(app, max_):
    article = an_article()
    fixed = a_correction(article, "the the", "the")
    waits = a_correction(article, "four million", "five million")

    importing.bring_in(
        document(*[text.replace("the the", "the") for text in HARBOUR]),
        slug="harbour-wall",
        now=NOON,
    )

    assert decision.standing_of(fixed).reason == "already_corrected"
    assert decision.standing_of(fixed).by_id is None
    assert status_of(waits) == "pending"


def test_other_places_of_the_same_words_are_one_decision(app, max_):
    article = an_article("Notes", "The Harbor is old.", "We love the Harbor.", "The Harbor!")
    text = article.current.text
    places = [at for at in range(len(text)) if text.startswith("Harbor", at)]
    sent = submission.submit(
        article.slug,
        Proposal(revision=1, start=places[0], end=places[0] + 6, replacement="Harbour"),
        key=None,
        now=NOON,
    )
    correction = tokens.by_token(sent.token)

    accept(correction, max_, also=(places[2],))

    assert text_of() == "Notes\n\nThe Harbour is old.\n\nWe love the Harbor.\n\nThe Harbour!"
    undoing.undo(correction.id, Act(max_, None, NOON))
    assert text_of() == text


@pytest.mark.parametrize("also", [(3,), (-1,), (10_000,)])
def test_a_place_where_other_words_stand_is_refused(app, max_, also):
    correction = a_correction(an_article(), "four million", "five million")

    with pytest.raises(errors.TextMoved):
        accept(correction, max_, also=also)

    assert status_of(correction) == "pending"


def test_other_places_count_in_a_revision_that_is_named(app, max_):
    article = an_article("Notes", "The Harbor is old.", "Our Harbor!")
    first, second = (article.current.text.index(words) for words in ("Harbor is", "Harbor!"))
    place = {"revision": 1, "start": first, "end": first + 6, "exact": "Harbor"}
    sent = submission.submit(
        article.slug, Proposal(**place, replacement="Harbour"), key=None, now=NOON
    )

    with pytest.raises(errors.TextMoved):
        accept(tokens.by_token(sent.token), max_, revision=None, also=(second,))


def test_a_page_of_an_older_revision_counts_where_its_words_still_stand(app, max_):
    article = an_article()
    first = a_correction(article, "the the", "the")
    second = a_correction(article, "four million", "five million")
    accept(first, max_)

    accept(second, max_, revision=1)

    assert "five million" in text_of()


def test_deleting_a_word_takes_one_blank_with_it(app, max_):
    accept(a_correction(an_article(), "about", ""), max_)

    assert "and cost four million pounds." in text_of()
