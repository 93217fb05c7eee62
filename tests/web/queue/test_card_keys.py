"""What a card shows before it is decided, and the forms that its keys press."""

from __future__ import annotations

import re

import pytest

from corrections_app.domain.lifecycle import Reason
from corrections_app.extensions import db
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.deciding.decision import standing_of
from corrections_app.workflow.letters import addresses
from tests.builders import NOON, a_correction, an_article, reject
from tests.web.conftest import YES, as_it_is, decided, text_of

NOTICE = "An earlier version of this article misstated a date: it is May 2026, not May 2025."


def card_of(moderator, correction):
    return text_of(moderator.get(f"/queue/{correction.id}"))


def sent_form(moderator, correction, act):
    """The fields of the form whose button carries this act, as a browser would send them."""
    page = card_of(moderator, correction)
    form = next(f for f in re.findall(r"<form.*?</form>", page, re.S) if f'data-act="{act}"' in f)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    # Its parts are ticked where they are read: on the card, by the form's name.
    theirs = re.findall(r'<input[^>]* form="accept-form"[^>]*>', page)
    parts = dict(re.findall(r'type="hidden" name="(\w+)".* value="(\w*)"', "\n".join(theirs)))
    chosen = re.findall(r'name="edits" .*value="(\d+)" checked', "\n".join(theirs))
    return {
        **hidden,
        **parts,
        "edits": chosen,
        "class": re.findall(r'<option value="(\w+)" selected', form)[0],
        "notice": re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", form, re.S)[0],
        "action": "accept",
    }


def test_an_unflagged_card_is_accepted_with_one_key(moderator):
    correction = a_correction(an_article())
    fields = sent_form(moderator, correction, "accept")

    assert fields["class"] == "silent"
    assert " data-flagged" not in card_of(moderator, correction)
    assert moderator.post(f"/queue/{correction.id}/decision", fields).status_code == 303
    decision = standing_of(as_it_is(correction))
    assert (decision.change_class, decision.notice) == ("silent", None)


def test_a_flagged_card_has_no_single_key_and_a_prepared_notice(moderator):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    page = card_of(moderator, correction)

    assert " data-flagged" in page
    assert 'data-act="accept"' not in page
    assert "changes a number" in page
    assert "changes a date" in page
    fields = sent_form(moderator, correction, "accept_flagged")
    assert (fields["class"], fields["notice"], fields["prepared"]) == ("correction", NOTICE, NOTICE)
    told = fields | {"confirmed": "number date"}
    unread = moderator.post(f"/queue/{correction.id}/decision", told)
    assert unread.status_code == 422
    assert "Read the notice that will be published" in text_of(unread)
    assert NOTICE in text_of(unread)
    fields["confirmed"] = "number date notice"
    assert moderator.post(f"/queue/{correction.id}/decision", fields).status_code == 303
    assert decision.standing_of(as_it_is(correction)).notice == NOTICE


def test_silence_may_still_be_chosen_by_hand(moderator):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    fields = sent_form(moderator, correction, "accept_flagged") | YES | {"class": "silent"}

    assert moderator.post(f"/queue/{correction.id}/decision", fields).status_code == 303
    decision = standing_of(as_it_is(correction))
    assert (decision.change_class, decision.notice) == ("silent", None)


def test_a_notice_that_was_typed_is_not_dropped_in_silence(moderator):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    fields = sent_form(moderator, correction, "accept_flagged")

    answer = moderator.post(
        f"/queue/{correction.id}/decision", fields | {"class": "silent", "notice": "My own words."}
    )

    assert answer.status_code == 422
    assert "My own words." in text_of(answer)


def test_own_words_are_what_an_untouched_notice_names(moderator):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    fields = sent_form(moderator, correction, "accept_flagged")
    mine = {"text": "May 2031", "confirmed": "number date notice"}

    page = text_of(moderator.post(f"/queue/{correction.id}/decision", fields | mine))

    asked = NOTICE.replace("2026", "2031")
    assert page.count(asked) == 2  # in the box, and beside it as what the card had prepared
    assert decision.standing_of(as_it_is(correction)) is None
    again = fields | mine | {"notice": asked, "prepared": asked}
    assert moderator.post(f"/queue/{correction.id}/decision", again).status_code == 303
    assert decision.standing_of(as_it_is(correction)).notice == asked


SEVERAL = "Work will begin in May 2025 and cost about four million"
CHANGED = SEVERAL.replace("Work", "Works").replace("four", "five")


@pytest.mark.parametrize(
    ("ticked", "status", "reads"),
    [
        (["0", "1"], 303, CHANGED),
        (["0"], 303, SEVERAL.replace("Work", "Works")),
        ([], 422, SEVERAL),
    ],
)
def test_parts_are_ticked_without_scripts(moderator, ticked, status, reads):
    correction = a_correction(an_article(), SEVERAL, CHANGED)
    fields = sent_form(moderator, correction, "accept_flagged") | YES | {"notice": "My own words."}
    assert fields["edits"] == ["0", "1"]

    answer = moderator.post(f"/queue/{correction.id}/decision", fields | {"edits": ticked})

    assert answer.status_code == status
    assert reads in as_it_is(correction).article.current.text
    if status == 422:
        page = text_of(answer)
        assert "Tick at least one" in page
        assert not re.search(r'name="edits" [^>]*value="\d" checked', page)


@pytest.mark.parametrize(
    ("edits", "status"),
    [([1], 200), ("1", 200), ([0, 1], 200), ([], 422), ([7], 422), (["x"], 422)],
)
def test_a_program_names_the_parts_by_number(moderator, edits, status):
    correction = a_correction(an_article(), SEVERAL, CHANGED)

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision",
        {"action": "accept", "seen": 1, "revision": 1, "edits": edits} | YES,
    )

    assert answer.status_code == status
    if status == 422:
        assert list(answer.json["fields"]) == ["edits"]


def test_each_reason_is_a_button_with_its_digit(moderator):
    correction = a_correction(an_article())
    page = card_of(moderator, correction)
    digits = re.findall(r'<button name="reason" value="(\w+)" data-digit="(\d)"', page)

    assert [digit for _, digit in digits] == [str(n) for n in range(1, len(digits) + 1)]
    assert [code for code, _ in digits] == [one.value for one in Reason if one != Reason.OTHER]
    assert 'data-digit="0"' in page
    answer = moderator.post(
        f"/queue/{correction.id}/decision", {"action": "reject", "reason": "opinion", "seen": 1}
    )
    assert answer.status_code == 303


def test_a_change_that_comes_back_says_why_it_was_rejected(moderator, max_):
    article = an_article()
    for _ in range(3):
        reject(a_correction(article, "fished", "sailed"), max_, reason=Reason.OPINION)
    page = card_of(moderator, a_correction(article, "fished", "sailed"))

    assert "Rejected 3 times before:" in page
    assert 'data-repeat="opinion"' in page
    assert "Opinion, max" in page


def test_invisible_characters_are_shown_by_name(moderator):
    correction = a_correction(an_article(), "harbour wall.", "harb\u200bour wall.")
    page = card_of(moderator, correction)

    assert '<span class="glyph" dir="ltr" title="U+200B ZERO WIDTH SPACE">U+200B ZERO WIDTH' in page
    assert "It looks the same, but it is not." in page
    assert 'data-act="accept_flagged"' in page
    passage = re.search(r'<p class="passage".*?</p>', page, re.S)
    assert passage
    assert "\u200b" not in passage[0]


def test_what_cannot_be_seen_is_shown_in_the_article_too(moderator):
    article = an_article("Title", "A so\u00adft hyphen and a no-break\u00a0space are hrer.")
    page = card_of(moderator, a_correction(article, "hrer", "here"))

    assert page.count('title="U+00AD SOFT HYPHEN"') >= 1
    assert ">U+00A0</span>" in page


def test_the_card_carries_what_scripts_need(moderator):
    correction = a_correction(an_article(), "four million", "five million")
    page = card_of(moderator, correction)
    start = page[page.index('<article class="card"') :].partition(">")[0]

    assert f'data-id="{correction.id}"' in start
    assert 'data-version="1"' in start
    assert 'data-revision="1"' in start
    assert 'data-summary="four → five, The harbour wall"' in start


@pytest.mark.parametrize(
    ("fields", "status"),
    [(lambda one: {"of": str(one.id)}, 303), (lambda one: {"reference": one.reference}, 303),
     (lambda one: {"of": str(one.id), "reference": "NONE-0000"}, 422), (lambda one: {}, 422)],
)  # fmt: skip
def test_a_duplicate_is_named_or_chosen(moderator, fields, status):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    second = a_correction(article, "four million", "5 million")
    assert f'name="of" value="{first.id}"' in card_of(moderator, second)

    answer = moderator.post(f"/queue/{second.id}/duplicate", fields(first))

    assert answer.status_code == status
    assert as_it_is(second).leader_id == (first.id if status == 303 else None)
    if status == 422:
        assert "There is no such correction of this article." in text_of(answer)


def test_a_program_puts_two_together(moderator):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    second = a_correction(article, "four million", "5 million")
    fields = {"of": first.reference, "key": "k"}

    answer = moderator.post_json(f"/queue/{second.id}/duplicate", fields)

    assert (answer.status_code, answer.json["status"]) == (200, "pending")
    assert answer.json == moderator.post_json(f"/queue/{second.id}/duplicate", fields).json


def test_the_senders_record_is_told_and_the_address_is_not(moderator):
    article = an_article()
    mine = {"email": "reader@long.example"}
    decided(moderator, a_correction(article, **mine))
    unchecked = card_of(moderator, a_correction(article, "May 2025", "May 2026", **mine))
    addresses.keep(addresses.key_of(mine["email"]), NOON)
    page = card_of(moderator, a_correction(article, "fished", "sailed", **mine))

    assert "no decisions yet" in unchecked
    assert "1 corrected" not in unchecked
    assert "1 corrected, 0 not changed" in page
    assert "r***@long.example" in page
    assert "reader@long" not in page


def test_the_whole_paragraph_and_its_neighbours_need_no_request(moderator):
    article = an_article("Title", "First one.", "Second " + "word " * 200 + "hrer.", "Third one.")
    page = card_of(moderator, a_correction(article, "hrer", "here"))
    more = page[page.index('data-act="context"') :].partition("</details>")[0]

    assert "First one." in more
    assert more.count("word") == 200
    assert "Third one." in more


def test_words_that_look_like_markup_stay_words(moderator):
    article = an_article("Title", "Say <b>it</b> now & then hrer.")
    correction = a_correction(article, "hrer", "<script>alert(1)</script> here")
    page = card_of(moderator, correction)

    assert "<script>alert" not in page
    assert "&lt;b&gt;it" in page
    db.session.rollback()


def test_the_scripts_are_given_the_card_without_what_stands_around_it(moderator):
    path = f"/queue/{a_correction(an_article()).id}"

    whole = text_of(moderator.get(path))
    alone = text_of(moderator.get(path, headers={"Prefer": "return=minimal"}))

    for page, around in ((whole, 1), (alone, 0)):
        assert page.count("data-triage") == around
        assert page.count('<article class="card"') == 1


def test_the_scripts_are_handed_the_next_card_without_a_detour(moderator):
    article = an_article()
    first, second = a_correction(article), a_correction(article, "May 2025", "May 2026")
    asked = {"Prefer": "return=minimal"}

    detour = moderator.get(f"/queue/next?after={first.id}&lane=waiting")
    handed = moderator.get(f"/queue/next?after={first.id}&lane=waiting", headers=asked)

    assert detour.status_code == 303
    assert handed.headers["Content-Location"] == detour.location
    assert f'data-id="{second.id}"' in text_of(handed)
