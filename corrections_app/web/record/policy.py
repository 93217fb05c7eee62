"""/corrections/policy: how this newsroom corrects itself, in its own words or in ours."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template

from corrections_app.domain.lifecycle import NoticePlace
from corrections_app.domain.text.body import placed
from corrections_app.extensions import db
from corrections_app.language import N_
from corrections_app.web.answers import cacheable
from corrections_app.workflow import permission
from corrections_app.workflow.record import accuracy, house_style, policy

blueprint = Blueprint("policy", __name__, url_prefix="/corrections")

_STANDS = {
    NoticePlace.ABOVE: N_("On the article it appears above everything else."),
    NoticePlace.BESIDE_DATE: N_("On the article it appears beside the date."),
    NoticePlace.TOP: N_("On the article it appears above the text."),
    NoticePlace.FOOT: N_("On the article it appears below the text."),
}


@blueprint.get("/policy")
def show() -> Response:
    """What the newsroom wrote, or else what its settings say; of both, nothing personal."""
    own = policy.own(current_app.instance_path)
    parts = list(placed(own.body)) if own else None
    minutes = -(-current_app.config["UNDO_SECONDS"] // 60)
    text = render_template(
        "record/policy.html",
        own=own,
        parts=parts,
        minutes=minutes,
        stands={kind: _STANDS[place] for kind, place in house_style.places().items()},
        has_accuracy=accuracy.is_public(),
        alone=permission.is_alone(db.session()),
    )
    return cacheable(text)
