"""/receipts: the reader's own page for one correction."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template
from flask import url_for as address_of

from corrections_app.domain.errors import Refusal
from corrections_app.models import Correction
from corrections_app.web.access import guard
from corrections_app.web.answers import given, language, wants_json
from corrections_app.web.errors import refused, status_of, words_of
from corrections_app.web.forms import ReceiptForm, read
from corrections_app.workflow import card, letters, queue, receipts, review, submission
from corrections_app.workflow.times import now

blueprint = Blueprint("receipts", __name__, url_prefix="/receipts")


@blueprint.after_request
def private(answer: Response) -> Response:
    """The address is the key to the page: it must not stay in caches or travel in a Referer."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.get("/<token>")
def show(token: str) -> Response:
    """What was sent, and what became of it."""
    correction = submission.by_token(token)
    if wants_json():
        return _as_json(correction, token)
    return make_response(_page(correction, token, ReceiptForm(formdata=None)))


@blueprint.post("/<token>/withdraw")
@guard("capability")
def withdraw(token: str) -> Response:
    """Take one's own correction back."""
    return _act(token, lambda form: receipts.withdraw(token, now=now()))


@blueprint.post("/<token>/email")
@guard("capability")
def email(token: str) -> Response:
    """Leave an address, or another one."""

    def act(form: ReceiptForm) -> None:
        receipts.add_address(token, form.email.data or "", lang=language(), now=now())

    return _act(token, act)


@blueprint.post("/<token>/appeal")
@guard("capability")
def appeal(token: str) -> Response:
    """Ask for a second look."""
    return _act(token, lambda form: receipts.appeal(token, form.words.data or "", now=now()))


def _act(token: str, act: Callable[[ReceiptForm], None]) -> Response:
    """Do it and show the receipt; or show it with what was typed, and why it was not done."""
    submission.by_token(token)
    form = ReceiptForm(formdata=None)
    try:
        form = read(ReceiptForm, given())
        act(form)
    except Refusal as refusal:
        if wants_json() or status_of(refusal) == 404:
            return refused(refusal)
        page = _page(submission.by_token(token), token, form, refusal)
        return make_response(page, status_of(refusal))
    if wants_json():
        return _as_json(submission.by_token(token), token)
    return redirect(address_of("receipts.show", token=token), 303)  # type: ignore[return-value]


def _as_json(correction: Correction, token: str) -> Response:
    return jsonify(reference=correction.reference, status=correction.status, receipt=token)


def _page(
    correction: Correction, token: str, form: ReceiptForm, refusal: Refusal | None = None
) -> str:
    return render_template(
        "receipts/show.html",
        correction=correction,
        decision=review.standing_of(correction),
        earlier=card.earlier(correction),
        hold=card.hold_on(correction),
        appeal=card.appeal_about(correction),
        promise=letters.promise(correction),
        passage=queue.sent_passage(correction),
        token=token,
        form=form,
        refusal=refusal,
        words=words_of(refusal) if refusal else None,
    )
