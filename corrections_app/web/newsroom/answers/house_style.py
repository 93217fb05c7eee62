"""/notice-style: how notices are worded, and where they stand on an article; for editors."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import NoticePlace
from corrections_app.language import N_, offered
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.forms import WordingForm, read
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import house_style
from corrections_app.workflow.record.house_style import Wording

blueprint = Blueprint("house_style", __name__, url_prefix="/notice-style")

PLACES = {
    NoticePlace.ABOVE: N_("above everything"),
    NoticePlace.BESIDE_DATE: N_("beside the date"),
    NoticePlace.TOP: N_("above the text"),
    NoticePlace.FOOT: N_("below the text"),
}
WAYS = {
    "figure": N_("a figure that was wrong"),
    "date": N_("a date that was wrong"),
    "spelling": N_("a name that was misspelled"),
    "name": N_("a name that was wrong"),
    "address": N_("a link that was wrong"),
    "quotation": N_("a misquotation"),
    "omitted": N_("a word that was left out"),
    "omitted_words": N_("words that were left out"),
    "omitted_all": N_("words that were left out, told alone"),
    "included": N_("a word too many"),
    "included_words": N_("words too many"),
    "included_all": N_("words too many, told alone"),
    "words": N_("words that were wrong"),
    "writing": N_("signs and blanks"),
    "passage": N_("a passage with several errors"),
    "other": N_("anything else"),
    "cell_figure": N_("a figure in a table"),
    "cell_date": N_("a date in a table"),
    "cell_spelling": N_("a name misspelled in a table"),
    "cell_name": N_("a wrong name in a table"),
    "cell_words": N_("words in a table"),
    "cell_heading": N_("a heading of a table"),
    "byline_spelling": N_("an author’s name that was misspelled"),
    "byline": N_("a wrong author"),
    "byline_omitted": N_("an author who was left out"),
    "byline_included": N_("an author too many"),
}


@blueprint.context_processor
def labels() -> dict[str, Any]:
    """What the pages call places and kinds of change."""
    return {"place_labels": PLACES, "way_labels": WAYS, "own_language": offered()}


@blueprint.get("")
def index() -> Response:
    """Where each class stands, and how each kind of change is worded."""
    if wants_json():
        places = {str(one): str(place) for one, place in house_style.places().items()}
        return jsonify(places=places, wordings=[asdict(one) for one in house_style.everything()])
    return _list()


@blueprint.post("/places/<change_class>")
@shows_again(lambda refusal, fields, change_class: _list(refusal, at_fault=change_class))
def place(fields: MultiDict[str, str], change_class: str) -> Response:
    """Let the notices of a class stand elsewhere."""
    form = read(WordingForm, fields)
    house_style.place(change_class, form.place.data or "", by=person(), now=now())
    if wants_json():
        return jsonify({"class": change_class, "place": form.place.data})
    return see_other(url_for("house_style.index", done="placed"))


@blueprint.get("/wordings/<way>")
def show(way: str) -> Response:
    """One kind of change and its sentence."""
    wording = house_style.wording(way)
    if wants_json():
        return jsonify(asdict(wording))
    form = WordingForm(formdata=None)
    form.sentence.data = wording.sentence
    return _page(wording, form)


@blueprint.post("/wordings/<way>")
@shows_again(
    lambda refusal, fields, way: _page(house_style.wording(way), WordingForm(fields), refusal)
)
def update(fields: MultiDict[str, str], way: str) -> Response:
    """Word it anew; an empty sentence brings the default one back."""
    form = read(WordingForm, fields)
    house_style.word(way, form.sentence.data or "", by=person(), now=now())
    if wants_json():
        return jsonify(asdict(house_style.wording(way)))
    return see_other(url_for("house_style.show", way=way, done="changed"))


def _list(refusal: Refusal | None = None, at_fault: str = "") -> Response:
    return page_of(
        "newsroom/house_style/index.html",
        refusal,
        places=house_style.places(),
        wordings=house_style.everything(),
        done=request.method == "GET" and request.args.get("done"),
        at_fault=at_fault,
    )


def _page(wording: Wording, form: WordingForm, refusal: Refusal | None = None) -> Response:
    done = request.method == "GET" and request.args.get("done")
    return page_of("newsroom/house_style/show.html", refusal, wording=wording, form=form, done=done)
