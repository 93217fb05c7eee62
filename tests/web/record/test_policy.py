"""/corrections/policy: the newsroom's own words, or what is true by its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from corrections_app.domain.lifecycle import ChangeClass, NoticePlace
from corrections_app.workflow.record import house_style
from tests.builders import NOON
from tests.web.conftest import text_of

SECOND = "only once an editor has confirmed it"


def policy(app):
    answer = app.test_client().get("/corrections/policy")
    assert answer.status_code == 200
    assert answer.cache_control.public
    return " ".join(text_of(answer).split())


@pytest.mark.parametrize(
    ("settings", "told", "untold"),
    [
        ({"UNDO_SECONDS": 600}, ["10 minutes later", "we write to you"], [SECOND, "mailto:"]),
        ({"UNDO_SECONDS": 0}, ["A person reads every report"], ["later"]),
        ({"UNDO_SECONDS": 61}, ["2 minutes later"], []),
        ({"SECOND_APPROVAL": "facts"}, [SECOND, "such a fact"], []),
        ({"SECOND_APPROVAL": "all"}, [SECOND], ["such a fact, or"]),
        ({"CONFIRM_EMAIL": "always"}, ["confirm that the address is yours"], []),
        ({"REPLY_TO": "desk@courier.example"}, ["mailto:desk@courier.example"], []),
        ({"PUBLIC_URL": "https://courier.example"}, ["receipt"], ["we write to you"]),
    ],
)
def test_it_tells_the_truth_of_the_settings(make_app, max_, mira, settings, told, untold):
    page = policy(make_app(**settings))

    for words in told:
        assert words in page
    for words in untold:
        assert words not in page


def test_it_says_where_each_kind_of_notice_stands_as_the_newsroom_chose(app, mira):
    before = policy(app)
    assert "what is right. On the article it appears above the text." in before
    assert "a mistake. On the article it appears beside the date." in before

    house_style.place(ChangeClass.CORRECTION, NoticePlace.FOOT, by=mira, now=NOON)

    assert "what is right. On the article it appears below the text." in policy(app)


def test_a_newsroom_of_one_promises_no_second_person(make_app, max_):
    page = policy(make_app(SECOND_APPROVAL="all"))

    assert SECOND not in page
    assert "Somebody else" not in page


def test_the_newsrooms_own_words_come_first_and_the_facts_stay(app):
    own = Path(app.instance_path) / "policy.md"
    own.write_text(
        "# Our word\n\nWe **never** hide it.\n\n<script>alert(1)</script>\n\n"
        "## At night\n\n- Call [us](https://courier.example/desk).\n"
    )

    page = policy(app)

    assert "<h1>Our word</h1>" in page
    assert "<strong>never</strong>" in page
    assert '<a href="https://courier.example/desk" rel="noopener">us</a>' in page
    assert "<h2>How we correct ourselves</h2>" not in page
    assert "alert(1)" not in page
    assert page.index("At night") < page.index("How it works here") < page.index("10 minutes later")


def test_what_it_says_is_noticed_by_whoever_kept_it(app):
    client, own = app.test_client(), Path(app.instance_path) / "policy.md"
    own.write_text("# Our word\n\nWe promise.\n")
    kept = {"If-None-Match": client.get("/corrections/policy").headers["ETag"]}
    assert client.get("/corrections/policy", headers=kept).status_code == 304

    own.write_text("# Our word\n\nWe promise more.\n")

    assert client.get("/corrections/policy", headers=kept).status_code == 200


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"x" * 3_000_000])
def test_words_that_cannot_be_read_leave_the_programs_own(app, caplog, content):
    (Path(app.instance_path) / "policy.md").write_bytes(content)

    assert "How we correct ourselves" in policy(app)
    assert "policy.md" in caplog.text
