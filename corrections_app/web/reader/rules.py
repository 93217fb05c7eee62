"""/rules: what this newsroom writes, and why, for readers."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from corrections_app.web.answers import cacheable, kept
from corrections_app.workflow.house_rules import keeping

blueprint = Blueprint("rules", __name__)


@blueprint.get("/rules")
def index() -> Response:
    """The rules in use, the same page for everyone."""
    rules = [rule for rule in keeping.everything() if rule.active]
    return kept(cacheable(render_template("reader/rules/index.html", rules=rules)))
