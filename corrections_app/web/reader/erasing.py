"""…/erase: a reader has their address and name erased, of one correction or of all of them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from corrections_app.domain.lifecycle import AddressState
from corrections_app.web.answers import in_language_of_reader, see_other, wants_json
from corrections_app.web.reader.privacy import contact
from corrections_app.web.sending import check_act, count_act
from corrections_app.workflow import tokens
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.pending import enquiries
from corrections_app.workflow.privacy import erasing

blueprint = Blueprint("erasing", __name__)


@blueprint.after_request
def keep_from_indexes(answer: Response) -> Response:
    """The address is the key to the page: it stays in no index."""
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.get("/receipts/<token>/erase")
def show_receipt(token: str) -> str:
    """What would go, and the button: opening this changes nothing."""
    correction = in_language_of_reader(tokens.by_token(token))
    enquiry = enquiries.of(correction)
    return render_template(
        "reader/privacy/receipt.html",
        correction=correction,
        has_answer=enquiry is not None and enquiry.question is not None,
        token=token,
        contact=contact(),
    )


@blueprint.post("/receipts/<token>/erase")
def erase_receipt(token: str) -> Response:
    """Erase what was left with this correction; of no other, which another reader may have sent."""
    in_language_of_reader(tokens.by_token(token))
    check_act()
    done = erasing.of_receipt(token, now())
    count_act()
    return _answered(done, url_for("receipts.show", token=token))


@blueprint.get("/letters/<token>/erase")
def show_mailbox(token: str) -> str:
    """What would go, and the button; after it was pressed, that it went."""
    state = addresses.state_of(addresses.key_in(token))
    stopped = state == AddressState.STOPPED
    done = "done" in request.args
    return render_template("reader/privacy/mailbox.html", token=token, done=done, stopped=stopped)


@blueprint.post("/letters/<token>/erase")
def erase_mailbox(token: str) -> Response:
    """Erase all that was left with the address that this letter went to."""
    key = addresses.key_in(token)
    check_act()
    done = erasing.of_mailbox(key, now())
    count_act()
    return _answered(done, url_for("erasing.show_mailbox", token=token, done=1))


def _answered(done: erasing.Erased, page: str) -> Response:
    if wants_json():
        return jsonify(
            contacts=done.contacts, letters=done.letters, names=done.names, answers=done.answers
        )
    return see_other(page)
