"""What must be true of the database at every instant, after any act and any kill.

`broken` looks at everything and answers what is wrong. Each rule is a query or
a replay of its own: none asks the workflow whether the workflow was right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.patching import edits
from corrections_app.domain.text.body import canonical_text, from_json, title_of
from corrections_app.domain.text.edits import Edit, splice
from corrections_app.models import (
    Appeal,
    Approval,
    Article,
    AuditEvent,
    Contact,
    Correction,
    Decision,
    Escalation,
    Hold,
    IdempotencyKey,
    Letter,
    Owed,
    Placement,
    ReasonWording,
    Revision,
)
from corrections_app.workflow import audit
from tests.workflow.enquiries_told import enquiries
from tests.workflow.notices_told import notices
from tests.workflow.observing import Tables, read

CARRIED = ("clean", "moved")
CLOSED = ("accepted", "rejected", "superseded")
LEADS_TO = dict(zip(("accept", "reject", "supersede"), CLOSED, strict=True))
LEADS_TO |= {"submit": "pending", "withdraw": "withdrawn"}
RAISE_VERSION = {
    "accept", "reject", "supersede", "withdraw", "hold", "escalate", "split", "place",
    "duplicate", "propose", "send_back", "ask", "answer", "put_back",
}  # fmt: skip


class Picture(NamedTuple):
    """Every row, under what the rules look for it by."""

    tables: Tables
    articles: dict[int, Any]
    revisions: dict[tuple[int, int], Any]
    corrections: dict[int, Any]
    placements: dict[int, Any]
    contacts: dict[int, Any]
    decisions: dict[int, Any]
    standing: dict[int, Any]
    events: list[Any]


def broken(session: Session, tables: Tables | None = None) -> list[str]:
    """Every broken invariant, as a sentence; empty when all hold.

    ``tables`` are the rows where they have been read already.
    """
    seen = _picture(tables or read(session))
    faults = [fault for rule in RULES for fault in rule(seen)]
    faults.extend(audit.verify(session))
    session.rollback()
    return faults


def _picture(tables: Tables) -> Picture:
    decisions = {one.id: one for one in tables[Decision]}
    return Picture(
        tables,
        {one.id: one for one in tables[Article]},
        {(one.article_id, one.number): one for one in tables[Revision]},
        {one.id: one for one in tables[Correction]},
        {one.correction_id: one for one in tables[Placement]},
        {one.correction_id: one for one in tables[Contact]},
        decisions,
        {one.correction_id: one for one in decisions.values() if one.undone_at is None},
        tables[AuditEvent],
    )


def _statuses(seen: Picture) -> Iterator[str]:
    """Closed means one standing decision with that outcome, and pending means none (I3, I4)."""
    twice = Counter(one.correction_id for one in seen.decisions.values() if not one.undone_at)
    yield from (f"correction {one} has {n} standing decisions" for one, n in twice.items() if n > 1)
    for one in seen.corrections.values():
        decision = seen.standing.get(one.id)
        if one.status in CLOSED and (decision is None or decision.outcome != one.status):
            yield f"correction {one.id} is {one.status} without a decision that says so"
        if one.status not in CLOSED and decision is not None:
            yield f"correction {one.id} is {one.status} and has decision {decision.id}"
        if (one.status == "pending") != (one.decided_at is None):
            yield f"correction {one.id} is {one.status} and decided at {one.decided_at}"


def _accepted(seen: Picture) -> Iterator[str]:
    """A decision that changed the text and the revision of it come in pairs (I3, I8)."""
    makers: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for one in seen.decisions.values():
        if one.revision is not None and one.caused_by_id is None:
            makers[seen.corrections[one.correction_id].article_id, one.revision].append(one)
        if one.revision is not None and one.outcome != "accepted":
            yield f"decision {one.id} is {one.outcome} and names revision {one.revision}"
    accepts = {place for place, one in seen.revisions.items() if one.origin == "accept"}
    for place in accepts ^ makers.keys():
        yield f"revision {place} and a decision that made it do not come together"
    for place in accepts & makers.keys():
        if len(makers[place]) != 1:
            yield f"revision {place} was made by {len(makers[place])} decisions"
        yield from _as_decided(seen, makers[place][0], place)


def _followers(seen: Picture) -> Iterator[str]:
    """What a decision closed with it says the same, or was settled by it."""
    for one in seen.decisions.values():
        if one.caused_by_id is None:
            continue
        cause = seen.decisions[one.caused_by_id]
        if (one.revision, one.outcome) not in [
            (cause.revision, cause.outcome),
            (None, "superseded"),
        ]:
            yield f"decision {one.id} differs from {cause.id}, which caused it"
        if one.undone_at != cause.undone_at:
            yield f"decision {one.id} was taken back without {cause.id}, which caused it"


def _as_decided(seen: Picture, decision: Any, place: tuple[int, int]) -> Iterator[str]:
    """The decision's words are those that the revision took out and put in."""
    revision, before = seen.revisions[place], seen.revisions[place[0], place[1] - 1]
    applied = tuple(revision.edits or ())
    if tuple(decision.edits or ()) != applied or not applied:
        yield f"decision {decision.id} and revision {place} differ in what was applied"
        return
    low, high = applied[0].start, applied[-1].end
    grown = len(revision.text) - len(before.text)
    was, came = before.text[low:high], revision.text[low : high + grown]
    if (decision.before, decision.after) != (was, came):
        yield f"decision {decision.id} says {decision.before!r} → {decision.after!r}"


def _chain(seen: Picture) -> Iterator[str]:
    """Revisions run from 1 to the head without gaps, and say what their bodies say (I6)."""
    numbers = defaultdict(list)
    for (article_id, number), one in seen.revisions.items():
        numbers[article_id].append(number)
        body = from_json(one.body)
        if one.text != canonical_text(body):
            yield f"revision {article_id, number} has another text than its body"
        if one.title != title_of(body):
            yield f"revision {article_id, number} has another title than its body"
    for article in seen.articles.values():
        if sorted(numbers[article.id]) != list(range(1, article.head + 1)):
            yield f"article {article.id} is at {article.head} and has {numbers[article.id]}"


def _replay(seen: Picture) -> Iterator[str]:
    """The program's own edits, applied again, give the same text: nothing else changed (I7, I8)."""
    for (article_id, number), one in seen.revisions.items():
        own = one.origin in ("accept", "undo")
        if own != (one.edits is not None):
            yield f"revision {article_id, number} ({one.origin}) has edits {one.edits}"
        elif own:
            applied = tuple(one.edits or ())
            if any(a.end > b.start for a, b in pairwise(applied)):
                yield f"revision {article_id, number} has edits that overlap"
            if splice(seen.revisions[article_id, number - 1].text, applied) != one.text:
                yield f"revision {article_id, number} is not the one before it, edited"


def _kept(seen: Picture) -> Iterator[str]:
    """No import took an accepted correction back that stood, unless the file was to win."""
    side = {
        (one.chain, one.data.get("revision")): one.data.get("side")
        for one in seen.events
        if one.action == "import"
    }
    for (article_id, number), one in seen.revisions.items():
        if one.origin != "import" or side.get((f"article:{article_id}", number)) == "theirs":
            continue
        for decision in seen.decisions.values():
            made = decision.revision
            if seen.corrections[decision.correction_id].article_id != article_id or made is None:
                continue
            stood = decision.undone_at is None or decision.undone_at > one.created_at
            if made < number and stood and _was_taken_back(seen, article_id, made, number):
                yield f"revision {article_id, number} takes back decision {decision.id}"


def _was_taken_back(seen: Picture, article_id: int, made: int, number: int) -> bool:
    """Whether the words of revision ``made`` stood until ``number`` put those before it back."""
    texts = {n: seen.revisions[article_id, n].text for n in (made - 1, made, number - 1, number)}
    done = tuple(seen.revisions[article_id, made].edits or ())
    if not done:
        return False  # by hand: an edit that answers has no edits of its own
    low, high = done[0].start, done[-1].end
    grown = sum(len(edit.replacement) - (edit.end - edit.start) for edit in done)
    there = Alignment(texts[made], texts[number - 1]).carry(low, high + grown)
    if there is None:
        return False
    was, words = texts[made - 1][low:high], texts[made][low : high + grown]
    if texts[number - 1][slice(*there)] != words:
        return False
    came = [
        edit
        for edit in edits(texts[number - 1], texts[number])
        if edit.start <= there[1] and there[0] <= edit.end
    ]
    if not came:
        return False
    left, right = min(there[0], came[0].start), max(there[1], came[-1].end)
    before, text = texts[number - 1][left:right], texts[number - 1]
    moved = [Edit(one.start - left, one.end - left, one.replacement) for one in came]
    undone = text[left : there[0]] + was + text[there[1] : right]
    return splice(before, moved).split() == undone.split()


def _placed(seen: Picture) -> Iterator[str]:
    """What waits stands at the head, and where it stands its words are those meant (I9)."""
    by_hand = {one.correction_id for one in seen.events if one.action == "place"}
    for one in seen.corrections.values():
        at = seen.placements.get(one.id)
        if (at is None) != (one.start is None):
            yield f"correction {one.id} has a placement without a target, or none with one"
        if at is None or one.status != "pending":
            continue
        if at.revision != seen.articles[one.article_id].head:
            yield f"correction {one.id} waits and stands in revision {at.revision}"
        if at.fit in CARRIED:
            yield from _words_meant(seen, one, at, by_hand)


def _words_meant(seen: Picture, one: Any, at: Any, by_hand: set[int | None]) -> Iterator[str]:
    text = seen.revisions[one.article_id, at.revision].text
    if at.start is None or at.end is None or not 0 <= at.start < at.end <= len(text):
        yield f"correction {one.id} is {at.fit} at {at.start}–{at.end}"
        return
    if one.replacement is None:
        return
    here = _pairs(text, at.edits)
    known = seen.revisions[one.article_id, at.known_revision].text
    if here != _pairs(known, at.known_edits):
        yield f"correction {one.id} stands at other words than where it was known last"
    if one.id not in by_hand:
        base = seen.revisions[one.article_id, one.base_revision].text
        meant = edits(one.exact or "", one.replacement, one.start or 0)
        if here != _pairs(base, meant):
            yield f"correction {one.id} stands at other words than the reader's: {here}"


def _clusters(seen: Picture) -> Iterator[str]:
    """Whoever waits behind another waits behind one that waits, and leads."""
    for one in seen.corrections.values():
        if one.leader_id is None:
            continue
        leader = seen.corrections[one.leader_id]
        if leader.article_id != one.article_id:
            yield f"correction {one.id} stands behind one of another article"
        if one.status == "pending" and leader.status != "pending":
            yield f"correction {one.id} waits behind {leader.id}, which is {leader.status}"
        if one.status == "pending" and leader.leader_id is not None:
            yield f"correction {one.id} waits behind {leader.id}, which stands behind another"
        if one.status == "pending" and one.stands_alone:
            yield f"correction {one.id} was taken out of its cluster and stands behind {leader.id}"


def _side_facts(seen: Picture) -> Iterator[str]:
    """Only what waits is held, escalated or proposed; only a rejection was appealed."""
    for table in (Hold, Escalation, Approval):
        for row in seen.tables[table]:
            if seen.corrections[row.correction_id].status != "pending":
                yield f"correction {row.correction_id} is closed, still in {table.__tablename__}"
    for appeal in seen.tables[Appeal]:
        decision = seen.decisions[appeal.decision_id]
        if decision.outcome != "rejected" or decision.correction_id != appeal.correction_id:
            yield f"an appeal is about decision {decision.id}, no rejection of its own"
        if decision.undone_at is not None and appeal.outcome is None:
            yield f"an appeal waits on decision {decision.id}, which was taken back"


def _owed(seen: Picture) -> Iterator[str]:
    """Each standing decision owes its reader one letter, and one taken back owes none (I11)."""
    silent = {one.code for one in seen.tables[ReasonWording] if not one.sends_letter}
    letters = {one.id: one for one in seen.tables[Letter]}
    about: dict[int, list[Any]] = defaultdict(list)
    for owed in seen.tables[Owed]:
        if owed.kind != "taken_down" or owed.state != "cancelled":  # its article came back
            about[owed.decision_id].append(owed)
        if owed.state == ("lettered" if owed.letter_id is None else "waiting"):
            yield f"owed {owed.id} is {owed.state} with letter {owed.letter_id}"
    ends = ("upheld", "retired")
    upheld = {one.decision_id for one in seen.tables[Appeal] if one.outcome in ends}
    for decision in seen.decisions.values():
        rows = about[decision.id]
        contact = seen.contacts.get(decision.correction_id)
        if decision.undone_at is not None:
            yield from _nothing_owed(decision, rows, letters)
        elif contact is None or contact.email is None:  # or not any more: it was erased
            if any(row.state == "waiting" for row in rows):
                yield f"decision {decision.id} owes a letter to nobody"
        else:
            due = (decision.reason not in silent) + (decision.id in upheld)
            yield from _owed_once(decision, rows, due)


def _owed_once(decision: Any, rows: list[Any], due: int) -> Iterator[str]:
    if len(rows) != due:
        yield f"decision {decision.id} owes {len(rows)} letters"
    if any(row.state == "cancelled" and row.error is None for row in rows):
        yield f"decision {decision.id} stands, and its letter was cancelled"


def _nothing_owed(decision: Any, rows: list[Any], letters: dict[int, Any]) -> Iterator[str]:
    for row in rows:
        if row.state == "waiting":
            yield f"decision {decision.id} was taken back and still owes a letter"
        if row.state == "lettered":
            letter = letters[row.letter_id or 0]
            if letter.state == "ready" and not letter.unknowns:
                yield f"decision {decision.id} was taken back and letter {letter.id} is to go"


def _told_once(seen: Picture) -> Iterator[str]:
    """No letter tells of a decision that was taken back before it went."""
    letters = {one.id: one for one in seen.tables[Letter] if one.sent_at is not None}
    for owed in seen.tables[Owed]:
        letter, decision = letters.get(owed.letter_id), seen.decisions.get(owed.decision_id)
        undone = decision.undone_at if decision else None
        if letter is not None and undone is not None and letter.created_at > undone:
            yield f"letter {letter.id} was written after decision {decision.id} was taken back"


def _answers(seen: Picture) -> Iterator[str]:
    """What was answered to a keyed request is there (I2)."""
    references = {one.reference for one in seen.corrections.values()}
    for kept in seen.tables[IdempotencyKey]:
        if kept.scope.startswith("submit:") and kept.answer["reference"] not in references:
            yield f"key {kept.key} was answered with a correction that is not there"
        if kept.scope.startswith("act:") and kept.answer.get("id") not in (None, *seen.corrections):
            yield f"key {kept.key} was answered with a correction that is not there"


def _audit(seen: Picture) -> Iterator[str]:
    """The acts in the audit, done again, come to what the tables say (I4, I16)."""
    statuses: dict[int | None, str] = {}
    versions: Counter[int | None] = Counter()
    for event in sorted(seen.events, key=lambda one: (one.chain, one.number)):
        opened = event.data.get("opened", ())  # of what takes decisions back
        statuses |= dict.fromkeys(opened, "pending")
        versions.update(opened)
        if event.action in LEADS_TO:
            statuses[event.correction_id] = LEADS_TO[event.action]
        versions[event.correction_id] += event.action in RAISE_VERSION
        if event.action == "answer" and event.data["leader"] is not None:
            versions[event.data["leader"]] += 1  # on whose card it is read
    for one in seen.corrections.values():
        if statuses.get(one.id) != one.status:
            yield f"correction {one.id} is {one.status}; by the audit {statuses.get(one.id)}"
        if one.version != 1 + versions[one.id]:
            yield f"correction {one.id} has version {one.version}; by the audit {versions[one.id]}"


def _pairs(text: str, parts: Sequence[Edit] | None) -> list[tuple[str, str]]:
    """The words that edits take out, each with what they put in."""
    return [(text[edit.start : edit.end], edit.replacement) for edit in parts or ()]


RULES = (
    _statuses,
    _accepted,
    _followers,
    _chain,
    _replay,
    _kept,
    _placed,
    _clusters,
    _side_facts,
    enquiries,
    _owed,
    _told_once,
    notices,
    _answers,
    _audit,
)
