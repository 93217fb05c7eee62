"""/sign-in/provider: out to the newsroom's own provider, and back (OpenID Connect).

Both are GET, as the protocol has it: a form of ours may lead nowhere else (our policy's
form-action). What the way back changes is guarded by the state that this browser alone has.
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, request, session

from corrections_app.domain.errors import NotFound, NotPermitted, Refusal
from corrections_app.web.answers import see_other
from corrections_app.web.errors import page_of
from corrections_app.web.forms import SignInForm
from corrections_app.web.newsroom.signing_in import entering
from corrections_app.web.rates import count_provider
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import provider, sign_in
from corrections_app.workflow.people.provider import Asked

blueprint = Blueprint("provider", __name__, url_prefix="/sign-in/provider")
_ASKED = "provider"
_SECONDS = 600
"""How long somebody may take at the provider."""


@blueprint.before_request
def _is_set() -> None:
    if not provider.is_set():
        raise NotFound("There is no page at this address.")


@blueprint.get("")
def ask() -> Response:
    """Send the browser to the provider; what must come back is kept in its session."""
    target = request.args.get("next", "")
    try:
        count_provider()
        asked = provider.ask()
    except Refusal as refusal:
        return _refused(refusal)
    session[_ASKED] = asdict(asked) | {"next": target, "at": now().timestamp()}
    return see_other(asked.url)


@blueprint.get("/callback")
def back() -> Response:
    """Sign in whoever the provider names, if they work here; each way out leads back once."""
    kept = session.pop(_ASKED, None)
    try:
        if kept is None or now().timestamp() - kept["at"] > _SECONDS:
            raise NotPermitted("This sign-in is too old, or does not fit. Begin it again.")
        count_provider()
        asked = Asked(*(kept[name] for name in ("url", "state", "nonce", "verifier")))
        email = provider.address_of(asked, request.args)
        user = sign_in.by_provider(email, now=now())
    except Refusal as refusal:
        return _refused(refusal)
    return entering.enter(user, target=kept["next"])


def _refused(refusal: Refusal) -> Response:
    form = SignInForm(formdata=None)
    return page_of("newsroom/sign_in/new.html", refusal, form=form, next="")
