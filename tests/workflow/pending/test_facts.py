"""Facts never silently: by every road a flagged change is confirmed, by two where two are asked.

The roads are crossed with the setting, the role, what the change does and what it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import Action, ChangeClass
from corrections_app.domain.proposal import Proposal
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Article, Correction
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import editing, reading
from corrections_app.workflow.deciding import approval, bulk, decision, undoing
from corrections_app.workflow.deciding.bulk import Batch, Seen
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.pending import clusters
from corrections_app.workflow.submitting import submission
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, an_article, decide

TEXT = ("A wall", "Some work will beginn in a year.", "It cost four pounds.", "Ink drys, it drys.")
"""A slip of the pen, a number, and a word that stands twice."""
CLASSES = (ChangeClass.SILENT, ChangeClass.CORRECTION)
LATER = NOON + timedelta(days=2)


def called(change_class: ChangeClass) -> dict[str, Any]:
    return {"change_class": change_class, "notice": "" if change_class == "silent" else "We erred."}


def words(flagged: bool) -> tuple[str, str]:
    return ("four", "five") if flagged else ("beginn", "begin")


Road = Callable[..., Any]


def accepted(article: Article, by: Any, flagged: bool, **said: Any) -> Any:
    return decide(a_correction(article, *words(flagged)), Action.ACCEPT, by, **said)


def in_other_words(article: Article, by: Any, flagged: bool, **said: Any) -> Any:
    asked = a_correction(article, words(flagged)[0], "altogether otherwise")
    return decide(asked, Action.ACCEPT, by, text=words(flagged)[1], **said)


def in_part(article: Article, by: Any, flagged: bool, **said: Any) -> Any:
    both = ("Some work will beginn in a year.\n\nIt cost four", "Some work will begin in a year.")
    asked = a_correction(article, both[0], f"{both[1]}\n\nIt cost five")
    return decide(asked, Action.ACCEPT, by, edits=(int(flagged),), **said)


def by_hand(article: Article, by: Any, flagged: bool, resolves: Any = None, **said: Any) -> Any:
    typed = article.current.text.replace(*words(flagged))
    known = {"base": article.head, "resolves": resolves}
    return editing.edit(article.slug, typed, Act(by, None, NOON), **known, **said)


def resolving(article: Article, by: Any, flagged: bool, **said: Any) -> Any:
    remark = a_correction(article, "A wall", None, explanation="Which wall is it?")
    return by_hand(article, by, flagged, editing.Resolved(remark.id, 1, "Thanks."), **said)


def restored(article: Article, by: Any, flagged: bool, **said: Any) -> Any:
    number = article.head
    typed = article.current.text.replace(*words(flagged))
    boss = Act(article.boss, None, NOON)  # type: ignore[attr-defined]
    editing.edit(article.slug, typed, boss, base=number, confirmed=tuple(Flag))
    return editing.restore(article.slug, number, Act(by, None, NOON), base=number + 1, **said)


DECIDING = (accepted, in_other_words, in_part)
BY_HAND = (by_hand, resolving, restored)


def outcome(road: Road, article: Article, by: Any, flagged: bool, **said: Any) -> str:
    """What came of going a road."""
    try:
        done = road(article, by, flagged, **said)
    except errors.NeedsConfirmation as refusal:
        return f"asked: {' '.join(refusal.details['flags'])}"
    except errors.NotPermitted:
        return "refused"
    return "awaits" if getattr(done, "awaiting", False) else "done"


@pytest.mark.parametrize("rule", ["off", "facts", "all"])
@pytest.mark.parametrize("road", [*DECIDING, *BY_HAND])
def test_every_road_asks_what_the_change_does(app, max_, mira, road, rule):
    app.config["SECOND_APPROVAL"] = rule
    cases = product((max_, mira), (True, False), CLASSES, ((), ("number",), ("date", "name")))
    for number, (by, flagged, change_class, confirmed) in enumerate(cases):
        article = an_article(*TEXT, slug=f"wall-{number}")
        article.boss = mira

        came = outcome(road, article, by, flagged, confirmed=confirmed, **called(change_class))

        is_told = change_class != ChangeClass.SILENT
        second = by is max_ and (rule == "all" or (rule == "facts" and (flagged or is_told)))
        asked = flagged and confirmed != ("number",)
        if road in BY_HAND:
            expected = "refused" if second else "asked: number" if asked else "done"
        else:
            expected = "asked: number" if asked else "awaits" if second else "done"
        assert came == expected, (by.name, flagged, change_class, confirmed)
        db.session.rollback()
        then = reading.article_at(article.slug).head
        assert then == 1 + (came == "done") + (road is restored), "only what is done changes it"


@pytest.mark.parametrize("road", [accepted, in_other_words, by_hand, resolving])
def test_a_newsroom_of_one_confirms_and_needs_nobody(app, max_, road):
    app.config["SECOND_APPROVAL"] = "facts"
    article = an_article(*TEXT)

    assert outcome(road, article, max_, True, confirmed=("number",)) == "done"


def sent_as_fact(article: Article, **more: Any) -> Correction:
    return a_correction(article, *words(False), kind="fact", **more)


def test_what_its_reader_calls_a_fact_is_one(app, max_):
    correction = sent_as_fact(an_article(*TEXT))

    with pytest.raises(errors.NeedsConfirmation) as refused:
        decide(correction, Action.ACCEPT, max_, confirmed=("number",))

    assert refused.value.details["flags"] == ["fact"]
    assert "what a reader calls a wrong fact" in refused.value.message
    assert decide(correction, Action.ACCEPT, max_, confirmed=("fact",)).status == "accepted"


def test_it_is_one_too_where_only_a_supporter_says_so(app, max_):
    article = an_article(*TEXT)
    leader = a_correction(article, *words(False))
    sent_as_fact(article, email="b@reader.example")
    assert clusters.members(db.session(), leader)

    with pytest.raises(errors.NeedsConfirmation):
        decide(leader, Action.ACCEPT, max_, confirmed=())


def test_an_answer_changes_nothing_and_asks_nothing(app, max_):
    remark = a_correction(an_article(*TEXT), "four", None, kind="fact", explanation="Is it so?")

    assert decide(remark, Action.ACCEPT, max_, note="It is.", confirmed=()).status == "accepted"


def test_the_edit_that_answers_a_fact_is_one(app, max_, mira):
    article = an_article(*TEXT)
    asked = sent_as_fact(article)
    known: dict[str, Any] = {"base": 1, "resolves": editing.Resolved(asked.id, 1)}
    typed = article.current.text.replace(*words(False))

    with pytest.raises(errors.NeedsConfirmation) as refused:
        editing.edit(article.slug, typed, Act(max_, None, NOON), **known)
    assert refused.value.details["flags"] == ["fact"]
    app.config["SECOND_APPROVAL"] = "facts"
    with pytest.raises(errors.NotPermitted):
        editing.edit(article.slug, typed, Act(max_, None, NOON), confirmed=("fact",), **known)

    assert (
        editing.edit(
            article.slug, typed, Act(mira, None, NOON), confirmed=("fact",), **known
        ).revision
        == 2
    )


def test_to_restore_what_stood_before_a_fact_was_put_right_is_one(app, max_, mira):
    article = an_article(*TEXT)
    decide(sent_as_fact(article), Action.ACCEPT, mira)
    hers = Act(mira, None, NOON)
    his = Act(max_, None, NOON)

    with pytest.raises(errors.NeedsConfirmation) as refused:
        editing.restore(article.slug, 1, his, base=2)
    assert refused.value.details["flags"] == ["fact"]
    assert editing.foresee_restoring(reading.article_at(article.slug), 1).flags == (Flag.FACT,)
    app.config["SECOND_APPROVAL"] = "facts"
    with pytest.raises(errors.NotPermitted):
        editing.restore(article.slug, 1, his, base=2, confirmed=("fact",))

    restored = editing.restore(article.slug, 1, hers, base=2, confirmed=("fact",))
    assert restored.revision == 3


def test_other_places_are_asked_about_as_the_place_itself(app, max_):
    article = an_article("A title", "The sea drys.", "“All drys,” she said. It rains.")
    text = article.current.text
    first, second = text.index("drys"), text.rindex("drys")

    sent = Proposal(1, first, first + 4, "drys", "dries", email="a@reader.example")
    correction = tokens.by_token(submission.submit(article.slug, sent, key=None, now=NOON).token)

    with pytest.raises(errors.NeedsConfirmation) as refused:
        decide(correction, Action.ACCEPT, max_, also=(second,), confirmed=())

    assert refused.value.details["flags"] == ["quotation"]
    assert decide(correction, Action.ACCEPT, max_, confirmed=()).status == "accepted"


def test_the_same_key_is_the_same_act_once_it_is_confirmed(app, max_):
    correction = a_correction(an_article(*TEXT), *words(True))
    with pytest.raises(errors.NeedsConfirmation):
        decide(correction, Action.ACCEPT, max_, key="k", confirmed=())

    done = decide(correction, Action.ACCEPT, max_, key="k", confirmed=("number",))

    verdict = Verdict(Action.ACCEPT, seen=1, revision=1)
    assert decision.decide(correction.id, verdict, Act(max_, "k", NOON)) == done


def test_the_second_person_is_told_and_confirms_for_themselves(app, max_, mira):
    app.config["SECOND_APPROVAL"] = "facts"
    correction = a_correction(an_article(*TEXT), *words(True))
    assert decide(correction, Action.ACCEPT, max_, confirmed=("number",)).awaiting

    for stale in ((), ("fact",)):
        with pytest.raises(errors.NeedsConfirmation):
            approval.approve(correction.id, Act(mira, "a", NOON), confirmed=stale)
    done = approval.approve(correction.id, Act(mira, "a", NOON), confirmed=("number",))

    assert done.status == "accepted"


def accepted_long_ago(by: Any, flagged: bool) -> Correction:
    correction = a_correction(an_article(*TEXT), *words(flagged))
    decide(correction, Action.ACCEPT, by)
    return correction


def test_to_open_again_asks_of_what_the_text_becomes(app, max_):
    correction = accepted_long_ago(max_, flagged=True)
    asked = Act(max_, None, LATER)

    with pytest.raises(errors.NeedsConfirmation) as refused:
        undoing.reopen(correction.id, "It was four.", asked)
    assert refused.value.details["flags"] == ["number"]

    done = undoing.reopen(correction.id, "It was four.", asked, confirmed=("number",))
    assert done.status == "pending"


def test_to_open_again_takes_an_editor_where_facts_take_two(app, max_, mira):
    correction = accepted_long_ago(max_, flagged=True)
    app.config["SECOND_APPROVAL"] = "facts"
    asked: dict[str, Any] = {"confirmed": ("number",)}

    with pytest.raises(errors.NotPermitted):
        undoing.reopen(correction.id, "It was four.", Act(max_, None, LATER), **asked)

    assert (
        undoing.reopen(correction.id, "It was four.", Act(mira, None, LATER), **asked).status
        == "pending"
    )


@pytest.mark.parametrize("rule", ["off", "facts"])
def test_undo_takes_a_slip_back_and_asks_nothing(app, max_, mira, rule):
    correction = accepted_long_ago(max_, flagged=True)
    app.config["SECOND_APPROVAL"] = rule

    assert undoing.undo(correction.id, Act(max_, None, NOON)).status == "pending"


def test_many_at_once_never_take_one_that_is_flagged(app, max_):
    article = an_article(*TEXT)
    plain = a_correction(article, *words(False))
    flagged = a_correction(article, *words(True))
    fact = a_correction(article, "Some work", "The work", kind="fact")
    rows = tuple(Seen(one.id, 1, 1) for one in (plain, flagged, fact))

    number = bulk.carry_out(Batch(Action.ACCEPT, rows), Act(max_, "k", NOON))

    answers = [item.answer["code"] for item in bulk.one(number).items]
    assert answers == ["done", "apart", "apart"]
    assert [one.status for one in (plain, flagged, fact)] == ["accepted", "pending", "pending"]


def test_nor_one_that_became_flagged_while_they_were_looked_at(app, max_, monkeypatch):
    correction = a_correction(an_article(*TEXT), *words(True))
    monkeypatch.setattr("corrections_app.workflow.deciding.bulk.hindrance", lambda *_: None)
    act = Batch(Action.ACCEPT, (Seen(correction.id, 1, 1),))

    number = bulk.carry_out(act, Act(max_, "k", NOON))

    assert bulk.one(number).items[0].answer["code"] == "needs_confirmation"
    assert correction.status == "pending"
