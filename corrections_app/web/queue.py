"""/queue: the moderators' list, one correction, the decision."""

from __future__ import annotations

from secrets import token_urlsafe

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from flask import redirect as sent_to
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import NotFound, Refusal
from corrections_app.domain.lifecycle import Action, ChangeClass, Status
from corrections_app.models import Correction
from corrections_app.web.access import guard, person, require_person
from corrections_app.web.answers import given, wants_json
from corrections_app.web.errors import refused, status_of, words_of
from corrections_app.web.forms import ActForm, DecisionForm, read
from corrections_app.workflow import card, lanes, letters, queue, reasons, review, triage
from corrections_app.workflow.lanes import Lane, Rest
from corrections_app.workflow.review import Verdict
from corrections_app.workflow.times import now

blueprint = Blueprint("queue", __name__, url_prefix="/queue")
blueprint.before_request(require_person)


@blueprint.after_request
def private(answer: Response) -> Response:
    """Moderators' pages stay in no cache."""
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


@blueprint.get("")
def index() -> Response:
    """What waits, oldest first; ``lane`` shows another part of it."""
    if not wants_json():
        return make_response(listed())
    page = queue.waiting(request.args.get("after"), among=_among())
    signs = queue.signs(page.items)
    items = [queue.as_json(item, signs[item.id], now()) for item in page.items]
    return jsonify(items=items, next=page.next)


@blueprint.get("/next")
def following() -> Response:
    """The next card for this person, or the list, saying why there is none."""
    lane = asked_lane() or Lane.WAITING
    found = lanes.following(lane, person(), now(), request.args.get("after"))
    if found is not None:
        return to_card(found.id)
    rest = lanes.rest(person(), now())
    if lane == Lane.WAITING and any((rest.skipped, rest.leased, rest.others)):
        return make_response(listed(rest=rest))
    return sent_to(url_for("queue.index", lane=request.args.get("lane")), 303)  # type: ignore[return-value]


@blueprint.get("/<int:correction_id>")
def show(correction_id: int) -> Response:
    """One correction in its context, with everything that can be done about it."""
    correction = queue.one(correction_id)
    if wants_json():
        return jsonify(queue.as_json(correction, queue.signs([correction])[correction_id], now()))
    if request.method == "GET" and correction.status == Status.PENDING:
        triage.lease(correction_id, by=person(), now=now())
    return make_response(shown(correction_id))


@blueprint.post("/<int:correction_id>/decision")
@guard("session")
def decide(correction_id: int) -> Response:
    """Accept, accept in other words, answer, reject or close in another way."""
    fields: MultiDict[str, str] = MultiDict()
    try:
        fields = given(several=("also",))
        form = read(DecisionForm, fields)
        outcome = review.decide(
            correction_id, _verdict(form), by=person(), key=form.key.data or None, now=now()
        )
    except Refusal as refusal:
        return again(correction_id, fields, refusal, fields.get("action", ""))
    if not wants_json():
        return to_card(correction_id)
    said = {"undo_until": outcome.undo_until} | ({"awaiting": True} if outcome.awaiting else {})
    return jsonify(
        id=outcome.id,
        status=outcome.status,
        version=outcome.version,
        revision=outcome.revision,
        **said,
    )


def to_card(correction_id: int) -> Response:
    """The way to a card, in the lane that the person works in."""
    lane = request.args.get("lane")
    return sent_to(url_for("queue.show", correction_id=correction_id, lane=lane), 303)  # type: ignore[return-value]


def again(correction_id: int, fields: MultiDict[str, str], refusal: Refusal, act: str) -> Response:
    """The card once more, as it stands now, with what was typed and the reason."""
    if wants_json() or status_of(refusal) == 404:
        return refused(refusal)
    return make_response(shown(correction_id, fields, refusal, act), status_of(refusal))


def listed(refusal: Refusal | None = None, rest: Rest | None = None) -> str:
    """The page of a lane, with a refusal or with the reason why nothing more is handed out."""
    lane = asked_lane() or Lane.WAITING
    page = queue.waiting(request.args.get("after"), among=_among())
    return render_template(
        "queue/index.html",
        items=[(item, queue.passage(item) or queue.sent_passage(item)) for item in page.items],
        signs=queue.signs(page.items),
        next=page.next,
        lane=lane,
        lanes=lanes.counts(person(), now()),
        rest=rest,
        words=words_of(refusal) if refusal else None,
    )


def shown(
    correction_id: int,
    fields: MultiDict[str, str] | None = None,
    refusal: Refusal | None = None,
    act: str = "",
) -> str:
    """The card; after a refusal with what was typed for that act, and the reason."""
    correction = queue.one(correction_id)
    decision = review.standing_of(correction)
    passage = queue.passage(correction)
    form, acting = _forms(correction, fields, act)
    if act == Action.ACCEPT and form.text.raw_data:
        act = "otherwise"
    elif passage is not None:
        form.text.data = passage.proposed
    pending = correction.status == Status.PENDING
    wanted = request.values.get("words", "").strip()
    return render_template(
        "queue/show.html",
        correction=correction,
        article=correction.article,
        passage=passage,
        sent=queue.sent_passage(correction),
        sent_of=queue.sent_passage,
        decision=decision,
        around=card.around(correction, person(), now()) if pending else None,
        closed=None if pending else card.closed(correction, decision, person(), now()),
        earlier=card.earlier(correction),
        owed=letters.about(correction),
        reasons=reasons.offered(),
        places=queue.places_like(correction, wanted) if pending and wanted else [],
        wanted=wanted,
        form=form,
        acting=acting,
        act=act,
        lane=request.args.get("lane"),
        this_moment=now(),
        refusal=refusal,
        words=words_of(refusal) if refusal else None,
    )


def asked_lane() -> Lane | None:
    """The lane that the address names, if it names one. Raises `NotFound` for no such lane."""
    name = request.args.get("lane")
    if not name:
        return None
    try:
        return Lane(name)
    except ValueError:
        raise NotFound("There is no such lane.") from None


def _among() -> lanes.Corrections:
    return lanes.within(asked_lane() or Lane.WAITING, person(), now())


def _forms(
    correction: Correction, fields: MultiDict[str, str] | None, act: str
) -> tuple[DecisionForm, ActForm]:
    """The two forms of a card, of which one holds what was typed."""
    deciding = act in (Action.ACCEPT, Action.REJECT, Action.SUPERSEDE)
    form = DecisionForm(formdata=fields if deciding else None)
    acting = ActForm(formdata=None if deciding else fields)
    form.key.data = acting.key.data = token_urlsafe(16)
    return form, acting


def _verdict(form: DecisionForm) -> Verdict:
    return Verdict(
        action=Action(form.action.data),
        seen=form.seen.data,
        revision=form.revision.data,
        text=form.text.data if form.text.raw_data else None,
        change_class=ChangeClass(form.change_class.data),
        notice=(form.notice.data or "").strip(),
        reason=form.reason.data or None,
        note=form.note.data or "",
        also=tuple(form.also.data or ()),
    )
