"""/receipts: the reader's own page for each correction, and this device's list of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from secrets import token_urlsafe

from flask import Blueprint, Response, jsonify, render_template, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.text import characters
from corrections_app.extensions import db
from corrections_app.language import gettext, ngettext, spoken
from corrections_app.models import Correction
from corrections_app.web.answers import (
    cacheable,
    given,
    in_language_of_reader,
    see_other,
    wants_json,
)
from corrections_app.web.errors import page_of, refused, status_of
from corrections_app.web.filters import state
from corrections_app.web.forms import ReceiptForm, read
from corrections_app.web.sending import check_act, count_act, count_try
from corrections_app.workflow import dates, tokens
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding.decision import standing_of
from corrections_app.workflow.letters import confirmed, owed
from corrections_app.workflow.pending import credits, enquiries, placing
from corrections_app.workflow.queue import card, rows
from corrections_app.workflow.queue.rows import Passage
from corrections_app.workflow.record import showing
from corrections_app.workflow.submitting import answering, receipts

blueprint = Blueprint("receipts", __name__, url_prefix="/receipts")


@blueprint.after_request
def keep_from_indexes(answer: Response) -> Response:
    """The address is the key to the page: it stays in no index."""
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.get("")
def index() -> Response:
    """The receipts that this device has kept: the page knows none, the browser does."""
    return cacheable(render_template("reader/receipts/index.html"))


@blueprint.get("/<token>")
def show(token: str) -> Response:
    """What was sent, and what became of it."""
    correction = in_language_of_reader(tokens.by_token(token))
    if wants_json():
        return _as_json(correction, token)
    return _page(correction, token, ReceiptForm(formdata=None))


@blueprint.post("/<token>/withdraw")
def withdraw(token: str) -> Response:
    """Take one's own correction back."""
    return _act(token, lambda form: receipts.withdraw(token, now=now()))


@blueprint.post("/<token>/email")
def email(token: str) -> Response:
    """Leave an address, or another one."""

    def act(form: ReceiptForm) -> None:
        receipts.add_address(token, form.email.data or "", now=now())

    return _act(token, act)


@blueprint.post("/<token>/answer")
def answer(token: str) -> Response:
    """Answer an editor's question; what was answered before is not counted again."""

    def act(form: ReceiptForm) -> bool:
        words, key = form.answer.data or "", form.key.data or None
        return answering.answer(token, words, key=key, now=now(), asked=form.asked.data or "")

    return _act(token, act)


@blueprint.post("/<token>/appeal")
def appeal(token: str) -> Response:
    """Ask for a second look."""
    return _act(token, lambda form: receipts.appeal(token, form.words.data or "", now=now()))


def _act(token: str, act: Callable[[ReceiptForm], bool | None]) -> Response:
    """Do it and show the receipt; or show it with what was typed, and why it was not done.

    ``act`` says False where nothing was stored: then it counts nowhere.
    """
    in_language_of_reader(tokens.by_token(token))
    fields: MultiDict[str, str] = MultiDict()
    try:
        fields = given()
        count_try()
        form = read(ReceiptForm, fields)
        check_act(form.email.data or "")
        if act(form) is not False:
            count_act(form.email.data or "")
    except Refusal as refusal:
        return _refused(token, ReceiptForm(formdata=fields), refusal)
    if wants_json():
        return _as_json(tokens.by_token(token), token)
    return see_other(url_for("receipts.show", token=token))


def _refused(token: str, form: ReceiptForm, refusal: Refusal) -> Response:
    if wants_json() or status_of(refusal) == 404:
        return refused(refusal)
    correction = tokens.by_token(token)
    if "character" in refusal.details:  # nobody finds in a box what nobody sees
        for name in form.data.keys() & refusal.fields.keys():
            form[name].data = characters.without(
                form[name].data or "", lines=name != "email", stood=correction.exact or ""
            )
    return _page(correction, token, form, refusal)


def _as_json(correction: Correction, token: str) -> Response:
    decision, hold = standing_of(correction), card.hold_on(correction)
    decided_at = decision.created_at if decision else correction.decided_at
    said = state(correction.status, decision, hold)
    if confirmed.awaited_by(decision):
        said = gettext("accepted, and on its way to the page")
    enquiry = enquiries.of(correction)
    if enquiries.awaits_answer(correction, enquiry):
        said = state("asked")
    return jsonify(
        reference=correction.reference,
        status=correction.status,
        receipt=token,
        state=said,
        said_in=spoken(),
        url=url_for("receipts.show", token=token),
        article=correction.article.slug,
        title=correction.article.current.title,
        sent=correction.created_at.isoformat(),
        sent_on=dates.day(correction.created_at),
        exact=correction.exact,
        replacement=correction.replacement,
        explanation=correction.explanation,
        place=_place(correction),
        lang=correction.article.lang,
        dir=correction.article.dir,
        decided=decided_at.isoformat() if decided_at else None,
        question=enquiry.question if enquiry else None,
        answer=enquiry.answer if enquiry else None,
    )


def _place(correction: Correction) -> dict[str, int] | None:
    """Where the words stand in the current revision; None where they wait no more, or are lost."""
    placement = correction.placement
    if correction.status != Status.PENDING or placement is None or placement.start is None:
        return None
    if placement.end is None or correction.article.retired_at is not None:
        return None
    return {
        "revision": correction.article.current.number,
        "start": placement.start,
        "end": placement.end,
    }


def _page(
    correction: Correction, token: str, form: ReceiptForm, refusal: Refusal | None = None
) -> Response:
    decision = standing_of(correction)
    enquiry = enquiries.of(correction)
    form.key.data = form.key.data or token_urlsafe(16)
    is_down = correction.article.retired_at is not None
    return page_of(
        "reader/receipts/show.html",
        refusal,
        correction=correction,
        decision=decision,
        earlier=card.earlier(correction),
        hold=card.hold_on(correction),
        appeal=card.appeal_about(correction),
        enquiry=enquiry,
        asked=enquiries.awaits_answer(correction, enquiry),
        promise=owed.promise(correction),
        passage=_sent(correction),
        spot="" if is_down else placing.fragment(db.session(), correction, decision),
        quotable=receipts.is_quotable(correction, decision),
        notice=showing.told_of(decision, now()),
        is_named=credits.is_named(correction, decision),
        has_rivals=receipts.has_rivals(correction),
        usually=_in_words(receipts.usual_wait(now())),
        token=token,
        form=form,
    )


def _sent(correction: Correction) -> Passage | None:
    """What the reader marked and proposed, without what stood around it where that is hidden."""
    sent = rows.sent_passage(correction)
    if sent is None or receipts.is_shown(correction, correction.base_revision):
        return sent
    return replace(sent, before="", after="")


def _in_words(wait: timedelta | None) -> str:
    """A wait rounded up to what people say; empty where none is known."""
    if wait is None:
        return ""
    hours = wait.total_seconds() / 3600
    if hours <= 1:
        return gettext("An editor usually looks at it within an hour.")
    if hours <= 12:
        return gettext("An editor usually looks at it within a few hours.")
    days = math.ceil(hours / 24)
    sentence = ngettext(
        "An editor usually looks at it within a day.",
        "An editor usually looks at it within %(num)s days.",
        days,
    )
    return sentence % {"num": days}
