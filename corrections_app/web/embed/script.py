"""/embed.js: the one script that a newsroom puts on its pages."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app

from corrections_app.language import N_, gettext, speaking, spoken
from corrections_app.web.answers import cacheable, kept

blueprint = Blueprint("embed_script", __name__)

WORDS = (N_("Suggest a correction"), N_("Close"), N_("Open the form in a new tab"))
"""What the script says by itself, as it stands there."""
MAX_AGE = 300  # seconds: so long a page may run the script of before an upgrade
_SCRIPT = Path("js") / "embed" / "embed.js"
# A fifth of its weight is for us alone: whole lines of comment, types, and indentation.
_FOR_US = re.compile(r"^[ \t]*(?:(?:(?://|/\*\*|\* ).*)?\n)?|/\*\* @type .*?\*/ ?", re.MULTILINE)


@blueprint.get("/embed.js")
def script() -> Response:
    """The script, the same for everyone and for every site: it asks nothing until asked.

    Where a page does not word them itself, its few words are in the newsroom's own language.
    Any page may run it (Cross-Origin-Resource-Policy for those with
    Cross-Origin-Embedder-Policy) and check what it says (`integrity` needs CORS).
    """
    answer = cacheable(_served(Path(str(current_app.static_folder)) / _SCRIPT, spoken()))
    answer.mimetype = "text/javascript"
    answer.cache_control.no_cache = None
    answer.cache_control.max_age = MAX_AGE
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return kept(answer)


@cache
def _served(source: Path, lang: str) -> str:
    text = _FOR_US.sub("", source.read_text(encoding="utf-8"))
    with speaking(lang):
        for words in WORDS:
            text = text.replace(json.dumps(words), json.dumps(gettext(words)))
    return text
