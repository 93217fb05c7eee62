"""/rules/editing and /rules/<id>: the house rules as editors keep them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField, TextAreaField

from corrections_app.domain.errors import Refusal
from corrections_app.domain.warnings.house_rules import Rule
from corrections_app.language import N_
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.forms import Form, read
from corrections_app.workflow.clock import now
from corrections_app.workflow.house_rules import keeping
from corrections_app.workflow.submitting import elsewhere, same_words

blueprint = Blueprint("house_rules", __name__, url_prefix="/rules")


class HouseRuleForm(Form):
    """A rule (``POST /rules/editing``, ``POST /rules/<id>``); a choice that is left out is off."""

    preferred = StringField(N_("We write"))
    forms = TextAreaField(N_("We do not write"))
    reason = TextAreaField(N_("Why"))
    link = StringField(N_("Where more is said about it"))
    lang = StringField(N_("Only in articles in this language"))
    whole_words = BooleanField(N_("Only as whole words"))
    case_sensitive = BooleanField(N_("Capital letters matter"))
    active = BooleanField(N_("The rule is in use"))

    def rule(self, *, active: bool) -> Rule:
        """What was typed, as a rule without a number."""
        return Rule(
            number=0,
            preferred=self.preferred.data or "",
            forms=tuple((self.forms.data or "").splitlines()),
            reason=self.reason.data or "",
            link=self.link.data or "",
            lang=self.lang.data or "",
            whole_words=self.whole_words.data,
            case_sensitive=self.case_sensitive.data,
            active=active,
        )


@blueprint.get("/editing")
def index() -> Response:
    """All rules, those that are switched off too, and the form for one more."""
    if wants_json():
        return jsonify(items=[asdict(rule) for rule in keeping.everything()])
    return _list(HouseRuleForm(formdata=None, whole_words=True))


@blueprint.post("/editing")
@shows_again(lambda refusal, fields: _list(HouseRuleForm(fields), refusal), several=("forms",))
def create(fields: MultiDict[str, str]) -> Response:
    """One more rule, in use from now on."""
    form = _read(fields)
    number = keeping.add(form.rule(active=True), by=person(), now=now())
    if wants_json():
        return make_response(jsonify(asdict(keeping.one(number))), 201)
    return see_other(url_for("house_rules.show", rule_id=number, done="added"))


@blueprint.get("/<int:rule_id>")
def show(rule_id: int) -> Response:
    """One rule, and in how many articles there is what it does not write."""
    rule = keeping.one(rule_id)
    if wants_json():
        return jsonify(asdict(rule))
    form = HouseRuleForm(None, **asdict(rule) | {"forms": "\n".join(rule.forms)})
    return _page(rule, form)


@blueprint.post("/<int:rule_id>")
@shows_again(
    lambda refusal, fields, rule_id: _page(keeping.one(rule_id), HouseRuleForm(fields), refusal),
    several=("forms",),
)
def update(fields: MultiDict[str, str], rule_id: int) -> Response:
    """Change it, or switch it off or on; every field is given."""
    form = _read(fields)
    keeping.change(rule_id, form.rule(active=form.active.data), by=person(), now=now())
    if wants_json():
        return jsonify(asdict(keeping.one(rule_id)))
    return see_other(url_for("house_rules.show", rule_id=rule_id, done="changed"))


def _read(fields: MultiDict[str, str]) -> HouseRuleForm:
    """The form; programs may send the forms of a rule as a list."""
    if len(several := fields.getlist("forms")) > 1:
        fields.setlist("forms", ["\n".join(several)])
    return read(HouseRuleForm, fields)


def _list(form: HouseRuleForm, refusal: Refusal | None = None) -> Response:
    rules = keeping.everything()
    return page_of("newsroom/house_rules/index.html", refusal, rules=rules, form=form)


def _page(rule: Rule, form: HouseRuleForm, refusal: Refusal | None = None) -> Response:
    values: dict[str, Any] = {"rule": rule, "form": form}
    values["done"] = request.method == "GET" and request.args.get("done")
    values["words"] = elsewhere.look(same_words.by_rule(rule)) if rule.active else None
    return page_of("newsroom/house_rules/show.html", refusal, found=values.pop("words"), **values)
