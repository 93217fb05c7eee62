"""/media: the pictures of articles."""

from __future__ import annotations

from flask import Blueprint, Response, request

from corrections_app.web.headers import NO_SCRIPTS
from corrections_app.workflow.articles import media

blueprint = Blueprint("media", __name__)

_FOR_EVER = 365 * 24 * 60 * 60  # seconds: whoever wants longer is not heard by every cache
PICTURE_POLICY = f"default-src 'none'; sandbox; {NO_SCRIPTS}"


@blueprint.get("/media/<name>")
def show(name: str) -> Response:
    """A picture: named for its bytes, so whoever has it need never ask again (RFC 8246).

    Opened by itself it is a page of an origin of its own, without scripts, whatever is in it.
    """
    content, kind = media.content_of(name)
    answer = Response(content, content_type=kind)
    answer.cache_control.public = True
    answer.cache_control.max_age = _FOR_EVER
    answer.cache_control.immutable = True
    answer.headers["Content-Security-Policy"] = PICTURE_POLICY
    answer.set_etag(name.partition(".")[0])
    answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return answer
