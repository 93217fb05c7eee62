"""/queue/next and /queue/<id>: the way to a card, the card, the decision."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from flask import Response, jsonify, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import NotFound, Refusal
from corrections_app.domain.lifecycle import Action, Status
from corrections_app.domain.text.invisible import seen
from corrections_app.language import gettext
from corrections_app.models import Correction
from corrections_app.web import verdicts
from corrections_app.web.access import person
from corrections_app.web.answers import given, see_other, wants_json
from corrections_app.web.errors import refused, status_of, words_of
from corrections_app.web.filters import arrow
from corrections_app.web.forms import ActForm, DecisionForm, read
from corrections_app.web.queue import filter_form
from corrections_app.web.queue.listing import (
    asked_criteria,
    asked_lane,
    blueprint,
    card_url,
    known_criteria,
    listed,
    to_card,
    where,
)
from corrections_app.web.queue.warnings import install, notice_text
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import owed
from corrections_app.workflow.queue import around, lanes, leases, rows
from corrections_app.workflow.queue import card as cards
from corrections_app.workflow.queue.filters import Criteria
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.record import showing
from corrections_app.workflow.submitting import elsewhere, same_words
from corrections_app.workflow.transaction import Act

install(blueprint)
blueprint.add_app_template_global(rows.sent_passage, "sent_of")

PATIENCE = 3
"""So often is another card looked for when a colleague was faster to take one."""
_SUMMARY = 60


@blueprint.get("/next")
def following() -> Response:
    """The next card for this person, or the list, saying why there is none."""
    lane, criteria = asked_lane() or Lane.WAITING, asked_criteria()
    for _ in range(PATIENCE):
        offered = lanes.following(lane, person(), now(), request.args.get("after"), criteria)
        if offered is None:
            break
        # Taken here rather than with the card: two who ask at once are handed two cards.
        if leases.lease(offered.id, by=person(), now=now()) is None:
            return _handed(offered.id)
    if criteria.narrows and request.args.get("after"):
        return make_response(listed(criteria=criteria, at_end=True))
    if criteria.narrows:
        return see_other(url_for("queue.index", **where()))
    rest = lanes.rest(person(), now())
    if lane == Lane.WAITING and any((rest.skipped, rest.leased, rest.others)):
        return make_response(listed(rest=rest))
    return see_other(url_for("queue.index", **where()))


def _handed(correction_id: int) -> Response:
    """The card itself where a script waits for it, which saves a way there and back."""
    if not _alone():
        return to_card(correction_id)
    answer = make_response(shown(correction_id))
    answer.headers["Content-Location"] = card_url(correction_id)
    return answer


def _alone() -> bool:
    """Whether the scripts ask for a card without what stands around theirs (RFC 7240, 4.2)."""
    return "return=minimal" in request.headers.get("Prefer", "")


@blueprint.get("/<int:correction_id>")
def show(correction_id: int) -> Response:
    """One correction in its context, with everything that can be done about it."""
    correction = rows.one(correction_id)
    if wants_json():
        return jsonify(rows.as_json(correction, rows.signs([correction])[correction_id], now()))
    if request.method == "GET" and correction.status == Status.PENDING:
        leases.lease(correction_id, by=person(), now=now())
    return make_response(shown(correction_id))


@blueprint.get("/<int:correction_id>/change")
def change(correction_id: int) -> str:
    """All of a change that is too long for its card, page by page."""
    correction = rows.one(correction_id)
    begin = max(0, request.args.get("from", 0, type=int))
    passage = rows.shown(correction)
    pieces = passage.pieces if passage else ()
    return render_template(
        "queue/change.html",
        correction=correction,
        article=correction.article,
        pieces=pieces,
        begin=begin,
    )


@blueprint.post("/<int:correction_id>/decision")
def decide(correction_id: int) -> Response:
    """Accept, accept in other words, answer, reject or close in another way."""
    fields: MultiDict[str, str] = MultiDict()
    try:
        fields = given(several=("also", "edits", "confirmed", "thanks"))
        form = read(DecisionForm, fields)
        outcome = verdicts.decided(correction_id, form, Act(person(), form.key.data or None, now()))
    except Refusal as refusal:
        return again(correction_id, fields, refusal, fields.get("action", ""))
    if not wants_json():
        return to_card(correction_id)
    return jsonify(verdicts.outcome_json(outcome))


def again(correction_id: int, fields: MultiDict[str, str], refusal: Refusal, act: str) -> Response:
    """The card once more, as it stands now, with what was typed and the reason."""
    if wants_json() or status_of(refusal) == 404:
        return refused(refusal)
    return make_response(shown(correction_id, fields, refusal, act), status_of(refusal))


def shown(
    correction_id: int,
    fields: MultiDict[str, str] | None = None,
    refusal: Refusal | None = None,
    act: str = "",
) -> str:
    """The card; after a refusal with what was typed for that act, and the reason."""
    card = cards.of(rows.one(correction_id), person(), now())
    form, acting = _forms(fields, act)
    if act == Action.ACCEPT and form.text.raw_data:
        act = "otherwise"
    elif card.passage is not None:
        form.text.data = card.passage.proposed
    lane, criteria = _list_worked_through()
    prepared = notice_text(card.briefing.prepared, card.correction.article)
    if refusal and verdicts.is_untouched(form):
        form.notice.data = refusal.details.get("prepared") or prepared
    wanted = request.values.get("find", "").strip()
    return render_template(
        "queue/show.html",
        card=card,
        prepared=prepared,
        notice=showing.told_of(card.decision, now()) if card.closed else None,
        owed=owed.about(card.correction),
        reasons=reasons.offered(),
        places=rows.places_like(card.correction, wanted) if card.open and wanted else [],
        wanted=wanted,
        form=form,
        acting=acting,
        act=act,
        lane=request.args.get("lane"),
        where=where(),
        alone=_alone(),
        position=around.position(card.correction, lane, person(), now(), criteria),
        listed_by=filter_form.told(lane, criteria),
        most_below=around.AFTER,
        beside=[] if _alone() else _beside(card.correction, lane, criteria),
        **_elsewhere(card),
        refusal=refusal,
        words=words_of(refusal) if refusal else None,
    )


def _elsewhere(card: cards.Card) -> dict[str, Any]:
    """What of a change may be wrong elsewhere too, and where; looked for at once only by a rule
    or after a decision: to read all texts for each card would hold up who decides."""
    swap = same_words.of_correction(card.correction, card.decision)
    is_asked = swap is not None and (swap.rule is not None or card.closed is not None)
    found = elsewhere.look(swap, elsewhere.ON_A_CARD) if swap and is_asked else None
    if found and found.are_more and not found.places:
        found = None  # nowhere among the newest is not nowhere
    return {"same_words": swap, "found_elsewhere": found}


def _list_worked_through() -> tuple[Lane, Criteria]:
    """The lane and the filters of the address; a card can be shown without either."""
    try:
        return asked_lane() or Lane.WAITING, known_criteria()
    except NotFound:
        return Lane.WAITING, known_criteria()


def _beside(
    correction: Correction, lane: Lane, criteria: Criteria
) -> list[tuple[Correction, rows.Passage | None]]:
    """The rows of the list around a card, each with its change."""
    found = around.neighbours(correction, lane, person(), now(), criteria)
    return [(one, rows.shown(one)) for one in found]


@blueprint.app_template_global("summary_of")
def _summary(correction: Correction, passage: rows.Passage | None) -> str:
    """What a card is about, in a few plain words."""
    title = correction.article.current.title
    if passage is None or correction.is_remark:
        return title
    gone, come = (_shortened("".join(_words_of(passage, kind))) for kind in ("removed", "added"))
    if not come:
        return gettext("without “%(words)s”, %(title)s") % {"words": gone, "title": title}
    # Words and arrow are one run, which turns around with the words, whatever the page speaks.
    way = arrow(correction.article.dir)
    return f"{gone} {way} {come}, {title}" if gone else f"+ {come}, {title}"


def _words_of(passage: rows.Passage, kind: str) -> list[str]:
    return [f"{piece.text} " for piece in passage.pieces if piece.kind == kind]


def _shortened(words: str) -> str:
    words = seen(words).strip()
    return words if len(words) <= _SUMMARY else words[:_SUMMARY].rstrip() + "…"


def _forms(fields: MultiDict[str, str] | None, act: str) -> tuple[DecisionForm, ActForm]:
    """The two forms of a card, of which one holds what was typed."""
    deciding = act in (Action.ACCEPT, Action.REJECT, Action.SUPERSEDE)
    form = DecisionForm(formdata=fields if deciding else None)
    acting = ActForm(formdata=None if deciding else fields)
    form.key.data = acting.key.data = token_urlsafe(16)
    return form, acting
