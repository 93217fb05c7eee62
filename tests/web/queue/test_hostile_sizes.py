"""Whatever a stranger sends, no page that shows it is long; what is left out is counted."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from corrections_app.domain import limits
from corrections_app.domain.text.differences import Piece
from corrections_app.domain.text.excerpts import CHIP, PIECE, excerpt
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import grouping
from corrections_app.workflow.queue.card import SHOWN, Card
from corrections_app.workflow.tokens import token_for
from tests.builders import SECOND, a_correction, an_article
from tests.web.conftest import JSON, as_it_is, decided, text_of

HOUR = timedelta(hours=1)
MOST = 200_000  # bytes
A_ROW = 7_000
LONG = " ".join(f"w{n}" for n in range(999))[: limits.EXACT - 200]
SHUFFLED = random.Random(5).sample(LONG, len(LONG))
RTL, POP, UNSEEN = "\u202e", "\u202c", "\u200b"
TURNED = f"{RTL}a{POP}" * 1_600
TAGGED = "\U000e0041\U000e0042" * 2_400
"""What nobody may send unless it stands in the article's own words."""

HOSTILE = {
    "plain": ("five", "six"),
    "one invisible character": ("five", "\u200b" * 9_990),
    "pairs that turn the text around": (TURNED, TURNED.replace("a", "b")),
    "two that take turns": ("five", "\u200b\u200c" * 4_990),
    "no-break spaces": ("five", " \u00a0" * 4_990),
    "tags": (TAGGED, f"six {TAGGED} legs"),
    "each letter apart": (LONG, " ".join(LONG)),
    "letters shuffled": (LONG, "".join(SHUFFLED)),
    "each word another": (LONG, LONG.replace("w", "v")),
    "every other word": (LONG, re.sub(r"w(\d*[02468])\b", r"v\1", LONG)),
    "abbreviations": ("five", "Mr. A. " * 1_400),
    "short words": ("five", "Aa. " * 2_490),
    "quotation marks": ("five", '"' * 9_990),
    "ampersands": ("five", "& " * 4_990),
    "emoji": ("five", "😀" * 9_990),
    "one word": ("five", "x" * 9_990),
    "explained": ("five", None),
}


@pytest.fixture(params=HOSTILE)
def sent(app, request):
    """A correction that is as bad as it can be, with everything else that can be sent."""
    article = an_article("A title", "It had five legs.", LONG, TURNED, TAGGED, "The end.")
    exact, replacement = HOSTILE[request.param]
    return a_correction(
        article,
        exact,
        replacement,
        now=now() - SECOND,
        name=UNSEEN * 99 + "x",
        explanation=f"{UNSEEN}<" * 999,
        source_url="https://a.example/" + "&" * 1_900,
    )


def lengths(browser, *paths, **more):
    return {path: len(browser.get(path, **more).get_data()) for path in paths}


def test_no_page_about_it_is_long(sent, moderator, app):
    card, receipt = f"/queue/{sent.id}", f"/receipts/{token_for(sent)}"
    pages = lengths(moderator, card, "/queue", f"{card}/change", receipt, "/queue?status=any")
    pages |= {f"{path} in JSON": n for path, n in lengths(moderator, card, headers=JSON).items()}
    form = f"/articles/harbour-wall/corrections/new?revision=1&start={sent.start}&end={sent.end}"
    pages |= lengths(app.test_client(), form)

    assert {path: n for path, n in pages.items() if n > MOST} == {}


def test_a_row_of_the_list_is_short(sent, moderator):
    page = text_of(moderator.get("/queue"))

    [row] = re.findall(r'<li class="listed".*?</li>', page, re.DOTALL)
    assert len(row.encode()) < A_ROW


def test_nor_is_any_page_or_letter_about_it_once_it_is_accepted(sent, moderator):
    decided(moderator, sent, note="Thank you.")
    sent = as_it_is(sent)

    pages = [f"/queue/{sent.id}", "/queue?status=any", f"/receipts/{token_for(sent)}"]
    pages += [] if sent.is_remark else ["/articles/harbour-wall/revisions/2?against=1"]
    assert {path: n for path, n in lengths(moderator, *pages).items() if n > MOST} == {}
    grouping.compose_due(now() + HOUR)
    [letter] = db.session.scalars(select(Letter)).all()
    assert len((letter.html or "").encode()) + len(letter.text.encode()) < MOST


@pytest.mark.long
def test_rivals_at_the_same_long_passage_are_told_in_brief(app, moderator):
    article = an_article("A title", LONG, "The end.")
    words = re.findall(r"w\d+", LONG)
    step, reach = 25, 600  # 600 words are some 3,000 characters; they all overlap
    for n in range(SHOWN + 3):  # each is compared with all before it
        first, last = words[n * step % 200], words[n * step % 200 + reach]
        exact = LONG[LONG.index(f"{first} ") : LONG.index(f" {last} ")]
        other = re.sub(r"w(\d+)", rf"v\1{chr(97 + n % 26)}{n}", exact)
        one = a_correction(article, exact, other, now=now() - SECOND, email="")

    card, row = f"/queue/{one.id}", text_of(moderator.get("/queue"))

    assert {path: n for path, n in lengths(moderator, card).items() if n > MOST} == {}
    assert max(len(row) for row in row.split('<li class="listed"')) < A_ROW
    assert "Accepting this closes" in text_of(moderator.get(card))


def test_a_run_is_one_chip_that_says_how_long_it_is(app, moderator):
    one = a_correction(an_article(), "four million", "four\u200b" + "\u200b" * 9_000 + " million")

    page = text_of(moderator.get(f"/queue/{one.id}"))

    chips = re.findall(r'<span class="glyph"[^>]*>([^<]*)</span>', page)
    assert set(chips) == {"U+200B ZERO WIDTH SPACE × 9,001", "U+200B ZERO WIDTH SPACE"}


def test_what_is_left_out_is_counted_and_can_be_read(app, moderator):
    article = an_article()
    one = a_correction(article, "four million", f"{UNSEEN}a" * 4_990)
    passage = unescape(text_of(moderator.get(f"/queue/{one.id}")))

    left = int(re.search(r"… and (\d+) more characters", passage)[1])
    assert 9_000 < left < 2 * 4_990

    path, seen, pages = f"/queue/{one.id}/change", 0, 0
    while path:
        page = text_of(moderator.get(path))
        words = re.search(r'<p class="passage".*?</p>', page, re.DOTALL)[0]
        seen += words.count(">U+200B ZERO WIDTH SPACE<")
        onward = re.search(r'href="([^"]*)">Next page<', page)
        path, pages = onward and unescape(onward[1]), pages + 1
        assert len(page.encode()) < MOST
    assert (seen, pages > 3) == (4_990, True)


def test_a_change_in_too_many_parts_is_not_picked_apart(app, moderator):
    article = an_article("A title", LONG)
    few = " ".join(LONG.split()[: 2 * Card.most_parts])
    taken = a_correction(article, few, re.sub(r"w(\d*[02468])\b", r"v\1", few))
    many = a_correction(article, LONG, re.sub(r"w(\d*[02468])\b", r"v\1", LONG), email="")

    card = text_of(moderator.get(f"/queue/{taken.id}"))
    other = text_of(moderator.get(f"/queue/{many.id}"))

    assert card.count('name="edits"') == Card.most_parts
    assert 'name="edits"' not in other
    assert 'name="parts"' not in other
    assert "parts, too many to choose from" in other


def test_plain_letters_are_not_listed_as_odd(app, moderator):
    """Of “mardi\u00a05 mai” → “le lundi 5 mai” only the no-break space is (newcomers 31)."""
    article = an_article("Un titre", "Il vient mardi\u00a05 mai, dit-on.")
    one = a_correction(article, "mardi\u00a05 mai", "le lundi 5 mai")

    page = text_of(moderator.get(f"/queue/{one.id}"))

    chips = re.findall(r'<span class="glyph"[^>]*>([^<]*)</span>', page)
    assert chips
    assert {chip.split()[0] for chip in chips} == {"U+00A0"}


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["same", "removed", "added"]),
        st.text("ab \u200b\u200c\u202e", min_size=1, max_size=60),
    ).map(lambda piece: Piece(*piece)),
    max_size=8,
)


@given(PIECES, st.integers(1, 90), st.booleans())
def test_excerpts_one_after_the_other_are_the_whole(pieces, room, chips):
    whole = "".join(piece.text for piece in pieces)
    found, begin = "", 0
    while begin is not None:
        part = excerpt(pieces, room, begin=begin, chips=chips)
        words = "".join(one.text for piece in part.pieces for one in piece.parts)
        assert begin + len(words) + part.left == len(whole)
        taken = sum(PIECE + _cost(piece.parts) for piece in part.pieces)
        assert taken <= room + PIECE + CHIP
        assert part.next is None or part.next > begin
        found, begin = found + words, part.next
    assert found == whole


def _cost(parts):
    return sum(CHIP if part.name else len(part.text) for part in parts)


@given(PIECES, st.integers(0, 90))
def test_what_changes_is_kept_where_what_stays_is_folded(pieces, around):
    part = excerpt(pieces, 10**6, around=around)

    changed = [piece for piece in pieces if piece.kind != "same"]
    kept = [piece for piece in part.pieces if piece.kind != "same"]
    assert ["".join(one.text for one in piece.parts) for piece in kept] == [
        piece.text for piece in changed
    ]
    assert (part.next, part.left) == (None, 0)
