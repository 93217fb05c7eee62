"""/writebacks: the accepted changes on their way to the newsroom's own pages, and their fate."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request, url_for

from corrections_app.domain import writing_back as rules
from corrections_app.models import WriteBack
from corrections_app.web.access import person
from corrections_app.web.answers import given, see_other
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import confirmed
from corrections_app.workflow.sites import write_backs
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("writebacks", __name__, url_prefix="/writebacks")
# On other pages too: a correction's card, an article's revisions, the navigation.
blueprint.add_app_template_global(write_backs.of_decision, "write_back_of")
blueprint.add_app_template_global(write_backs.of_article, "write_backs_of")
blueprint.add_app_template_global(confirmed.awaited_by, "awaited_on_page")
blueprint.add_app_template_global(write_backs.has_sites, "has_sites")
blueprint.add_app_template_global(write_backs.place_of, "place_of_write_back")
blueprint.add_app_template_global(write_backs.words_of, "words_of_write_back")


@blueprint.get("")
def index() -> str:
    """The newest first: all, or those of one state."""
    show = request.args.get("show")
    show = show if show in write_backs.STATES else None
    found = write_backs.newest(show, request.args.get("before", type=int))
    return render_template(
        "newsroom/write_backs/index.html",
        rows=found,
        correction_of=write_backs.correction_of,
        needs_person=rules.NEEDS_PERSON,
        counts=write_backs.counts(),
        capped=write_backs.CAPPED,
        show=show,
        older=found[-1].id if len(found) == write_backs.PAGE else None,
    )


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    """One of them: what is to be changed there, and what a person can do."""
    row = write_backs.one(number)
    return render_template(
        "newsroom/write_backs/show.html", row=row, correction=write_backs.correction_of(row)
    )


@blueprint.post("/<int:number>/again")
def again(number: int) -> Response:
    """Try it again at once."""
    return _acted(number, write_backs.again)


@blueprint.post("/<int:number>/done")
def done(number: int) -> Response:
    """Say that it was made there by hand."""
    return _acted(number, write_backs.done)


def _acted(number: int, act: Callable[[int, Act], WriteBack]) -> Response:
    """Do it, and go back to where the button stood."""
    card = given().get("card", type=int)
    act(number, Act(person(), None, now()))
    if card is not None and 0 < card < 2**63:
        return see_other(url_for("queue.show", correction_id=card))
    return see_other(url_for("writebacks.show", number=number))
