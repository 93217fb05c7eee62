"""Programs read of notices what readers do: those that are public, and what became of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.workflow.clock import now
from tests.builders import NOON, a_correction, accept, an_article
from tests.web.api.test_conventions import check_problem
from tests.workflow.record.noted import DAY, a_notice, became

NOTICES = "/api/v1/notices"


@pytest.fixture
def article(app):
    return an_article()


def test_what_is_public_is_listed_and_nothing_else(program, article):
    first = a_notice(article, "It is <six>.", section="City")
    update = {"change_class": ChangeClass.UPDATE, "public_at": NOON + DAY}
    second = a_notice(article, "It was four.", **update)
    a_notice(article, "Not yet.", public_at=now() + DAY)

    ours = program.get(NOTICES).json["items"]
    of_city = program.get(f"{NOTICES}?section=City").json["items"]
    of_class = program.get(f"{NOTICES}?class=update").json["items"]
    page = program.get(f"{NOTICES}?limit=1")

    assert [(one["id"], one["notice"]) for one in ours] == [
        (second, "It was four."),
        (first, "It is <six>."),
    ]
    assert [one["id"] for one in of_city] == [first]
    assert [one["id"] for one in of_class] == [second]
    assert page.headers["Link"] == f'<{NOTICES}?limit=1&after={second}>; rel="next"'
    assert ours[1]["url"] == f"http://localhost/corrections/{first}"
    assert ours[1]["article_url"] == "http://localhost/articles/harbour-wall"


def test_what_became_of_one_is_said_and_withheld_words_are_not(program, article):
    withdrawn = a_notice(article, "It was right.")
    withheld = a_notice(article, "Marlow is a thief.")
    became(withdrawn, NoticeChangeKind.WITHDRAWN, note="The council was mistaken.")
    became(withheld, NoticeChangeKind.WITHHELD, note="It was not so.")

    found = {one["id"]: one for one in program.get(NOTICES).json["items"]}

    told = {number: (one["status"], one["notice"]) for number, one in found.items()}
    assert told == {withdrawn: ("withdrawn", "It was right."), withheld: ("withheld", None)}
    assert "thief" not in program.get(f"{NOTICES}/{withheld}").get_data(as_text=True)


def test_one_says_what_changed_and_is_not_sent_again_to_who_has_it(program, article, mira):
    told = {"change_class": ChangeClass.CORRECTION, "notice": "It was in another month."}
    early = now() - timedelta(hours=1)
    text = article.current.text
    accept(a_correction(article, "May", "June", now=early), mira, now=early, **told)

    answer = program.get(f"{NOTICES}/1")
    again = program.get(f"{NOTICES}/1", headers={"If-None-Match": answer.headers["ETag"]})

    (changed,) = answer.json["changed"]
    assert text[changed["start"] : changed["end"]] == changed["exact"] == "May"
    assert changed["replacement"] == "June"
    assert answer.json["revision"] == 2
    assert again.status_code == 304


def test_one_that_is_not_public_is_none(program, article):
    later = a_notice(article, "Not yet.", public_at=now() + DAY)

    check_problem(program.get(f"{NOTICES}/{later}"), 404, "not_found")
