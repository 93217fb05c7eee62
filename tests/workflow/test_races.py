"""Real races: threads and processes that meet at a barrier, on a real database of each engine."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Action, Role
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, Letter, Owed, Revision, User
from corrections_app.workflow.articles import importing
from corrections_app.workflow.deciding import decision, undoing
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.people import accounts
from corrections_app.workflow.submitting import submission
from corrections_app.workflow.transaction import Act
from tests.builders import (
    CONFIRMED,
    NOON,
    ON_PURPOSE,
    SECOND,
    a_correction,
    accept,
    an_article,
    document,
    reject,
)
from tests.workflow.invariants import broken

ROOT = Path(__file__).parents[2]
PEOPLE = 8
ROUNDS = 5
WORDS = [f"word{n:02}" for n in range(40)]
PAGE = ("Forty words", *(" and ".join(WORDS[n : n + 8]) + "." for n in range(0, 40, 8)))
ACTIONS = (Action.ACCEPT, Action.REJECT, Action.SUPERSEDE)
REASONS = {Action.REJECT: "not_an_error"}

# What one process does: it waits for the word, then its threads decide all at once.
DECIDE = """
import json, sys
from corrections_app import create_app
from tests.workflow.test_races import decisions, together
app = create_app(json.loads(sys.argv[1]))
ids, people = json.loads(sys.argv[2]), json.loads(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(together(app, decisions(ids, people))), flush=True)
"""

Answer = tuple[str, str]
"""``done`` and the status, or a refusal's code and who was faster."""


def together(app: object, acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Do all of this at once, each in a thread and a context of its own."""
    barrier = threading.Barrier(len(acts))
    answers: list[Answer] = [("nothing", "")] * len(acts)

    def run(index: int) -> None:
        with app.app_context():  # type: ignore[attr-defined]
            db.session.connection()  # connected before the start, so that all start alike
            db.session.rollback()
            barrier.wait(60)
            try:
                answers[index] = acts[index]()
            except Refusal as refusal:
                answers[index] = refusal.code, str(refusal.details.get("who", ""))
            except Exception as error:
                answers[index] = type(error).__name__, str(error)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def decisions(ids: Sequence[int], people: Sequence[int]) -> list[Callable[[], Answer]]:
    """For each person: to decide these corrections, each in another manner."""
    return [_decider(ids, user_id, index) for index, user_id in enumerate(people)]


def _decider(ids: Sequence[int], user_id: int, index: int) -> Callable[[], Answer]:
    action = ACTIONS[index % len(ACTIONS)]
    verdict = Verdict(action, seen=1, revision=1, reason=REASONS.get(action), confirmed=CONFIRMED)

    def act() -> Answer:
        user = db.session.get_one(User, user_id)
        name, done = user.name, ("nothing", "")
        for correction_id in ids:
            outcome = decision.decide(correction_id, verdict, Act(user, None, NOON))
            done = "done", f"{name} {outcome.status}"
        return done

    return act


@pytest.fixture
def people(app) -> list[User]:
    roles = [Role.ADMIN] + [Role.MODERATOR] * (PEOPLE - 1)
    return [
        accounts.add(f"p{n}@courier.example", role=role, now=NOON) for n, role in enumerate(roles)
    ]


def faults() -> list[str]:
    return broken(db.session())


def the_text() -> str:
    db.session.rollback()
    return db.session.scalars(select(Article)).one().current.text


def one_wins(answers: Sequence[Answer]) -> None:
    """One decision was made, and all others were told by whom."""
    won = [who for code, who in answers if code == "done"]
    assert len(won) == 1, answers
    winner, _ = won[0].split()
    lost = [answer for answer in answers if answer[0] != "done"]
    assert lost == [("already_decided", winner)] * (len(answers) - 1)


def test_of_eight_decisions_one_wins_and_seven_are_told_by_whom(app, people):
    article = an_article(*PAGE)
    for word in WORDS[:ROUNDS]:
        correction = a_correction(article, word, word.upper())
        ids = [person.id for person in people]
        db.session.rollback()

        one_wins(together(app, decisions([correction.id], ids)))

    assert faults() == []


def test_of_the_decisions_of_two_processes_one_wins(app, people, database, tmp_path):
    correction = a_correction(an_article(*PAGE), "word00", "WORD")
    config = {"DATABASE_URL": database, "INSTANCE": str(tmp_path / "instance"), "LIMITS": "off"}
    ids = [person.id for person in people]
    db.session.rollback()

    running = [
        subprocess.Popen(
            [sys.executable, "-c", DECIDE, json.dumps(config), f"[{correction.id}]", str(four)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for four in (ids[:4], ids[4:])
    ]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * 2
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[0] for process in running]

    one_wins([(code, who) for line in said for code, who in json.loads(line)])
    assert faults() == []


def test_forty_disjoint_accepts_by_eight_people_all_land_once(app, people):
    article = an_article(*PAGE)
    sent = [a_correction(article, word, word.upper()).id for word in WORDS]
    shares = [sent[n::PEOPLE] for n in range(PEOPLE)]
    acts = [_decider(share, person.id, 0) for share, person in zip(shares, people, strict=True)]
    db.session.rollback()

    answers = together(app, acts)

    assert [code for code, _ in answers] == ["done"] * PEOPLE, answers
    assert the_text() == "\n\n".join(
        [PAGE[0], *(text.upper().replace("AND", "and") for text in PAGE[1:])]
    )
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 1 + len(WORDS)
    assert faults() == []


def test_of_accepts_that_overlap_one_lands(app, people):
    article = an_article(*PAGE)
    for first in range(0, 8 * ROUNDS, 8):
        low, high = WORDS[first], WORDS[first + 1]
        before = the_text()
        article = db.session.scalars(select(Article)).one()
        sent = [
            a_correction(article, f"{low} and {high}", f"one {n} two").id for n in range(PEOPLE)
        ]
        acts = [_accepter(one, person.id) for one, person in zip(sent, people, strict=True)]
        db.session.rollback()

        answers = together(app, acts)

        assert Counter(code for code, _ in answers) == {"done": 1, "already_decided": 7}, answers
        winner = [code for code, _ in answers].index("done")
        assert the_text() == before.replace(f"{low} and {high}", f"one {winner} two")
    assert faults() == []


def _accepter(correction_id: int, user_id: int) -> Callable[[], Answer]:
    def act() -> Answer:
        user = db.session.get_one(User, user_id)
        head = db.session.get_one(Correction, correction_id).article.head
        verdict = Verdict(Action.ACCEPT, seen=1, revision=head, confirmed=CONFIRMED)
        return "done", decision.decide(correction_id, verdict, Act(user, None, NOON)).status

    return act


def test_what_is_sent_while_the_article_changes_finds_its_place(app, people):
    article = an_article(*PAGE)
    slug = article.slug
    for first in range(0, 4 * ROUNDS, 4):
        accepted = [a_correction(article, word, word.upper()).id for word in WORDS[first:][:4]]
        acts = [_accepter(one, person.id) for one, person in zip(accepted, people, strict=False)]
        acts += [_sender(slug, word) for word in WORDS[first + 20 :][:4]]
        db.session.rollback()

        answers = together(app, acts)

        assert [code for code, _ in answers] == ["done"] * 8, answers
        article = db.session.scalars(select(Article)).one()
    assert faults() == []


def _sender(slug: str, word: str) -> Callable[[], Answer]:
    def act() -> Answer:
        for n in range(8):  # long enough to meet the revisions that are being made
            sent = Proposal(revision=1, exact=word, replacement=f"{word}{n}")
            submission.submit(slug, sent, key=None, now=NOON)
        return "done", word

    return act


def test_an_undo_and_a_decision_of_another_never_undo_each_other(app, people):
    article = an_article(*PAGE)
    admin = people[0]
    for word, next_word in zip(WORDS[:ROUNDS], WORDS[10 : 10 + ROUNDS], strict=True):
        first = a_correction(article, word, word.upper())
        second = a_correction(article, next_word, next_word.upper())
        accept(first, admin)
        before, ids = the_text(), (first.id, second.id, admin.id)

        def undo(ids=ids) -> Answer:
            user = db.session.get_one(User, ids[2])
            return "done", undoing.undo(ids[0], Act(user, None, NOON)).status

        answers = together(app, [undo, undo, _accepter(ids[1], people[1].id)])

        codes = Counter(code for code, _ in answers)
        assert codes == {"done": 2, "already_decided": 1}, answers
        assert the_text() == before.replace(word.upper(), word).replace(
            next_word, next_word.upper()
        )
        db.session.rollback()
    assert faults() == []


@pytest.mark.parametrize("wait", [0.0, 0.01, 0.02, 0.03])
def test_a_decision_is_taken_back_or_told_never_both(app, people, wait):
    correction = a_correction(an_article(*PAGE), "word00", "WORD")
    decided = reject(correction, people[0])
    due = NOON + timedelta(seconds=600)
    correction_id, user_id = correction.id, people[0].id
    db.session.rollback()

    def undo() -> Answer:
        threading.Event().wait(wait)
        user = db.session.get_one(User, user_id)
        return "done", undoing.undo(correction_id, Act(user, None, due - SECOND)).status

    def deliver() -> Answer:
        return "done", str(delivery.deliver(due).sent)

    answers = together(app, [undo, deliver, deliver])

    db.session.rollback()
    sent = db.session.scalars(select(Letter).filter_by(state="sent")).all()
    undone = db.session.get_one(Decision, 1).undone_at is not None
    assert decided.status == "rejected"
    assert [code for code, _ in answers[1:]] == ["done", "done"], answers
    assert answers[0][0] == ("done" if undone else "already_decided"), answers
    assert len(sent) == (0 if undone else 1)
    state = db.session.scalars(select(Owed.state).where(Owed.decision_id.is_not(None))).one()
    assert state == ("cancelled" if undone else "lettered")
    assert faults() == []


def test_one_submission_sent_eight_times_at_once_is_stored_once(app, people):
    article = an_article(*PAGE)
    sent = Proposal(revision=1, exact="word00", replacement="WORD", email="ada@reader.example")
    slug = article.slug
    db.session.rollback()

    def submit() -> Answer:
        return "done", submission.submit(slug, sent, key="k", now=NOON).token

    answers = together(app, [submit] * PEOPLE)

    assert [code for code, _ in answers] == ["done"] * PEOPLE, answers
    assert len({token for _, token in answers}) == 1
    assert db.session.scalar(select(func.count()).select_from(Correction)) == 1
    assert faults() == []


def test_one_decision_sent_eight_times_at_once_gets_one_answer(app, people):
    correction = a_correction(an_article(*PAGE), "word00", "WORD")
    correction_id, user_id = correction.id, people[0].id
    db.session.rollback()

    def decide() -> Answer:
        user = db.session.get_one(User, user_id)
        verdict = Verdict(Action.ACCEPT, seen=1, revision=1, confirmed=CONFIRMED)
        return "done", str(decision.decide(correction_id, verdict, Act(user, "k", NOON)))

    answers = together(app, [decide] * PEOPLE)

    assert len(set(answers)) == 1, answers
    assert answers[0][0] == "done"
    assert faults() == []


def test_two_imports_of_one_address_make_one_article_with_both_texts(app):
    texts = [document("The wall", f"Text {n}.") for n in range(2)]

    def bring_in(text) -> Callable[[], Answer]:
        return lambda: (
            "done",
            importing.bring_in(text, slug="wall", terms=ON_PURPOSE, now=NOON).slug,
        )

    answers = together(app, [bring_in(text) for text in texts])

    db.session.rollback()
    assert answers == [("done", "wall")] * 2
    article = db.session.scalars(select(Article)).one()
    kept = set(db.session.scalars(select(Revision.text).filter_by(article_id=article.id)))
    assert kept == {"The wall\n\nText 0.", "The wall\n\nText 1."}
    assert article.head == 2
    assert faults() == []
