"""/queue: the moderators' list, one correction, the decision."""

from __future__ import annotations

from secrets import token_urlsafe

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Action, ChangeClass, Reason
from corrections_app.models import Correction
from corrections_app.web.access import guard, person, require_person
from corrections_app.web.answers import given, wants_json
from corrections_app.web.errors import refused, status_of, words_of
from corrections_app.web.forms import DecisionForm, read
from corrections_app.workflow import queue, review
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
    """What waits, oldest first."""
    page = queue.waiting(after=request.args.get("after"))
    if wants_json():
        items = [queue.as_json(correction, now()) for correction in page.items]
        return jsonify(items=items, next=page.next)
    return make_response(
        render_template(
            "queue/index.html",
            items=[(item, queue.passage(item) or queue.sent_passage(item)) for item in page.items],
            next=page.next,
            count=queue.how_many(),
        )
    )


@blueprint.get("/next")
def following() -> Response:
    """The oldest that waits, or the list when nothing does."""
    after = request.args.get("after")
    page = queue.waiting(after=after, size=1)
    items = page.items or queue.waiting(size=1).items
    if not items:
        return redirect(url_for("queue.index"), 303)  # type: ignore[return-value]
    return redirect(url_for("queue.show", correction_id=items[0].id), 303)  # type: ignore[return-value]


@blueprint.get("/<int:correction_id>")
def show(correction_id: int) -> Response:
    """One correction in its context, with the form that decides it."""
    correction = queue.one(correction_id)
    if wants_json():
        return jsonify(queue.as_json(correction, now()))
    return make_response(_card(correction))


@blueprint.post("/<int:correction_id>/decision")
@guard("session")
def decide(correction_id: int) -> Response:
    """Accept, accept in other words, answer or reject."""
    fields = given()
    try:
        form = read(DecisionForm, fields)
        outcome = review.decide(
            correction_id, _verdict(form), by=person(), key=form.key.data or None, now=now()
        )
    except Refusal as refusal:
        return _again(correction_id, fields, refusal)
    if not wants_json():
        return redirect(url_for("queue.show", correction_id=correction_id), 303)  # type: ignore[return-value]
    return jsonify(
        id=outcome.id,
        status=outcome.status,
        version=outcome.version,
        revision=outcome.revision,
        undo_until=outcome.undo_until,
    )


def _verdict(form: DecisionForm) -> Verdict:
    return Verdict(
        action=Action(form.action.data),
        seen=form.seen.data,
        revision=form.revision.data,
        text=form.text.data or None,
        change_class=ChangeClass(form.change_class.data),
        notice=(form.notice.data or "").strip(),
        reason=Reason(form.reason.data) if form.reason.data else None,
        note=form.note.data or "",
    )


def _again(correction_id: int, fields: MultiDict[str, str], refusal: Refusal) -> Response:
    """The card once more, as it stands now, with what was typed and the reason."""
    if wants_json() or status_of(refusal) == 404:
        return refused(refusal)
    form = DecisionForm(formdata=fields)
    page = _card(queue.one(correction_id), form=form, refusal=refusal)
    return make_response(page, status_of(refusal))


def _card(
    correction: Correction, form: DecisionForm | None = None, refusal: Refusal | None = None
) -> str:
    passage = queue.passage(correction)
    form = form or DecisionForm(formdata=None)
    form.seen.data = correction.version
    form.revision.data = correction.article.head
    form.key.data = token_urlsafe(16)
    if form.text.data is None and passage is not None:
        form.text.data = passage.proposed
    return render_template(
        "queue/show.html",
        correction=correction,
        article=correction.article,
        passage=passage,
        sent=queue.sent_passage(correction),
        decision=review.standing_of(correction),
        letters=queue.letters_about(correction),
        form=form,
        refusal=refusal,
        words=words_of(refusal) if refusal else None,
    )
