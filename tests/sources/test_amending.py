"""Accepted changes in the site's own text: exactly those words, or a sentence that says why not."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.errors import NotAmended, SeveralPlaces, SourceChanged
from corrections_app.domain.text.body import Aside, Block, Mark, Media, canonical_text
from corrections_app.domain.text.edits import Edit
from corrections_app.sources import Options, Source, amending, read_source
from corrections_app.sources.amending import amended
from tests.random_edits import drawn, is_that_alone
from tests.sources.amendments import changed, ghost, wordpress

BLOCKS = """<!-- wp:paragraph {"content":"recieved"} -->
<p class="recieved">The "council" voted on <strong>Tuesday</strong> &amp; Wednesday, <a href="/recieved" title="recieved">recieved</a> R&D <em>very <b>good</b></em> caf\u0065\u0301.<br>Next&nbsp;line 😀 &hellip;</p>
<!-- /wp:paragraph -->

<!-- wp:html -->
<iframe src="https://maps.example/recieved"></iframe><script>var recieved = "recieved" && 1;</script>
<!-- /wp:html -->

<!-- wp:paragraph {"dropCap":true} -->
<p class="has-drop-cap"><span class="cap">O</span>nce it was
   recieved</p>
<!-- /wp:paragraph -->

<!-- wp:table -->
<figure class="wp-block-table"><table><tbody><tr><td>recieved</td><td>12 ships</td></tr><tr><td>recieved</td><td>7</td></tr></tbody></table><figcaption>It was recieved</figcaption></figure>
<!-- /wp:table -->

<!-- wp:list -->
<ul><!-- wp:list-item --><li>recieved</li><!-- /wp:list-item --><!-- wp:list-item --><li>recieved</li><!-- /wp:list-item --></ul>
<!-- /wp:list -->

<!-- wp:image --><figure class="wp-block-image"><img src="https://news.example/x.png" alt="recieved"/><figcaption class="wp-element-caption">A <em>quay</em></figcaption></figure><!-- /wp:image -->

<!-- wp:preformatted --><pre class="wp-block-preformatted">one  two
  three</pre><!-- /wp:preformatted -->"""
CLASSIC = """First line\nsecond line & more.\r\n\r\nNext <em>paragraph</em>. Next line.

[caption id="x" width="3"]<img src="https://news.example/x.png" alt="ship" /> The ship[/caption]

[gallery ids="1,2"]"""


@pytest.mark.parametrize(
    ("old", "new", "there", "then"),
    [
        ("Tuesday", "Monday", "<strong>Tuesday</strong>", "<strong>Monday</strong>"),
        ("& Wednesday", "and Wednesday", "&amp; Wednesday", "and Wednesday"),
        ("R&D very", "R & D very", "R&D", "R &amp; D"),
        ("R&D very", "R&amp;D very", "R&D", "R&amp;amp;D"),
        ("…", "!", "&hellip;", "!"),
        ("Next\u00a0line", "Next line", "Next&nbsp;line", "Next line"),
        ("line 😀", "line 👩‍👩‍👧", "😀", "👩‍👩‍👧"),
        ("café", "cafe", "caf\u0065\u0301", "cafe"),
        (".\nNext", ". Next", "<br>", " "),
        (" Wednesday", " Wednesday\nor", "Wednesday", "Wednesday<br>or"),
        ("line", "<b>line</b>", "line 😀", "&lt;b&gt;line&lt;/b&gt; 😀"),
        ("Next", "[events x]", "Next&", "&#91;events x]&"),
        # Words that come and go where an inline element begins or ends.
        ("recieved R&D", "R&D", '<a href="/recieved" title="recieved">recieved</a> ', ""),
        ("very good", "good", "very ", ""),
        ("very good", "quite good", "very", "quite"),
        ("Tuesday &", "Tuesday night &", "</strong> &amp;", " night</strong> &amp;"),
        ("on Tuesday", "on Shrove Tuesday", "<strong>Tuesday", "Shrove <strong>Tuesday"),
        ("Tuesday", "Shrove Tuesday", "<strong>Tuesday", "<strong>Shrove Tuesday"),
        (
            "voted on Tuesday & Wednesday",
            "chose",
            "voted on <strong>Tuesday</strong> &amp; Wednesday",
            "chose",
        ),
        ("Once it", "Twice it", '<span class="cap">O</span>nce', '<span class="cap">Twi</span>ce'),
        ("12 ships", "13 ships", "12", "13"),
        ("A quay", "One quay", "A <em>", "One <em>"),
        ("two\n  three", "two\n  four", "three", "four"),
    ],
)
def test_words_of_block_html_become_others_and_nothing_else(old, new, there, then):
    assert BLOCKS.count(there) == 1

    assert changed(wordpress(BLOCKS), old, new) == {"content": BLOCKS.replace(there, then)}


def test_each_of_many_equal_words_is_its_own():
    places = [
        found.start() for found in re.finditer(">recieved<|was\n   recieved|was recieved", BLOCKS)
    ]
    assert len(places) == 7

    for nth, place in enumerate(places):
        at = BLOCKS.index("recieved", place)
        then = BLOCKS[:at] + "received" + BLOCKS[at + 8 :]
        assert changed(wordpress(BLOCKS), "recieved", "received", nth) == {"content": then}


@pytest.mark.parametrize(
    ("old", "new", "there", "then"),
    [
        ("First line", "First row", "First line", "First row"),
        ("second line & more", "two\nlines", "second line & more", "two<br>lines"),
        ("Next line", "That line", ". Next", ". That"),
        ("Next paragraph", "The paragraph", "Next <em>", "The <em>"),
        ("The ship", "A ship", "> The", "> A"),
    ],
)
def test_what_was_typed_before_there_were_blocks_is_changed_too(old, new, there, then):
    assert changed(wordpress(CLASSIC), old, new) == {"content": CLASSIC.replace(there, then)}


def test_headline_and_excerpt_are_fields_of_their_own():
    assert changed(wordpress(BLOCKS), "R&D at", "R & B <at>") == {
        "title": "R & B &lt;at&gt; the <em>wall</em>"
    }
    assert changed(wordpress(BLOCKS), "In short", "In full") == {"excerpt": "In full."}
    assert changed(ghost("One."), "In & short", "<b>") == {"custom_excerpt": "<b>"}
    assert changed(ghost("One."), "The wall", "The “wall”") == {"title": "The “wall”"}


def test_several_blocks_change_at_once():
    source = wordpress(BLOCKS)
    body = read_source(source, Options()).body
    words = canonical_text(body)
    pairs = [("short", "full"), ("R&D very", "then very"), ("Once", "Twice"), ("7", "8")]
    edits = [Edit(words.index(old), words.index(old) + len(old), new) for old, new in pairs]

    done = amended(source, Options(), body, patch(body, edits))

    then = (
        BLOCKS.replace("R&D", "then").replace(">O</span>nce", ">Twi</span>ce").replace(">7<", ">8<")
    )
    assert done.fields == {"excerpt": "In full.", "content": then}


def test_a_change_is_taken_back_to_the_byte():
    source = wordpress(BLOCKS)
    body = read_source(source, Options()).body
    at = canonical_text(body).index("Tuesday")
    wished = patch(body, [Edit(at, at + 7, "R&D <x>")])
    done = amended(source, Options(), body, wished)

    back = replace(source, fields={**source.fields, **done.fields})

    assert amended(back, Options(), done.document.body, body).fields == {"content": BLOCKS}


BEFORE = read_source(wordpress(BLOCKS), Options()).body


def of_kind(kind):
    return next(
        index for index, part in enumerate(BEFORE) if getattr(part, "kind", "aside") == kind
    )


def with_part(index, *parts):
    return (*BEFORE[:index], *parts, *BEFORE[index + 1 :])


@pytest.mark.parametrize(
    ("wished", "said"),
    [
        (with_part(of_kind("list_item")), "whole paragraphs"),
        (
            with_part(of_kind("list_item"), Block("paragraph", "Other")),
            "emphasis, links or the kind",
        ),
        (
            with_part(of_kind("standfirst"), Block("standfirst", "In short.", (Mark("em", 0, 2),))),
            "emphasis",
        ),
        (
            with_part(of_kind("standfirst"), Block("standfirst", "In full.", (Mark("em", 0, 2),))),
            "nothing else",
        ),
        (with_part(of_kind("byline"), Block("byline", "Bo")), "byline"),
        (
            with_part(
                of_kind("aside"), Aside("image", ("A better text",), "https://news.example/x.png")
            ),
            "text alternative",
        ),
    ],
)
def test_what_is_no_change_of_words_is_made_by_hand(wished, said):
    with pytest.raises(NotAmended, match=said) as refused:
        amended(wordpress(BLOCKS), Options(), BEFORE, wished)

    assert refused.value.code == "not_exact"


def test_a_source_that_means_something_else_comes_in_first():
    other = wordpress(BLOCKS.replace("12 ships", "13 ships"))
    empty = wordpress("", title="")

    for source in (other, empty):
        with pytest.raises(SourceChanged) as refused:
            amended(source, Options(), BEFORE, BEFORE)
        assert refused.value.code == "source_changed"


def test_a_picture_that_is_kept_here_is_no_change_there():
    picture = of_kind("aside")
    media = Media("0" * 64, "png", 8, 6)
    kept = with_part(picture, replace(BEFORE[picture], media=media))
    at = canonical_text(kept).index("ships")

    done = amended(wordpress(BLOCKS), Options(), kept, patch(kept, [Edit(at, at + 5, "boats")]))

    assert done.fields["content"] == BLOCKS.replace("ships", "boats")


def test_nothing_to_change_changes_nothing():
    assert amended(wordpress(BLOCKS), Options(), BEFORE, BEFORE).fields == {}


def test_of_a_doubled_word_one_goes_with_its_element():
    source = wordpress("<p>One <span>two</span><span>two</span> three.</p>")
    body = read_source(source, Options()).body
    at = canonical_text(body).index("twotwo")

    done = amended(source, Options(), body, patch(body, [Edit(at, at + 6, "two")]))

    assert done.fields == {"content": "<p>One <span>two</span> three.</p>"}


def test_where_two_places_would_do_nobody_guesses(monkeypatch):
    source = wordpress("<p hidden>q</p><p>x</p><p hidden>q</p><p hidden>x</p><p hidden>q</p>")
    body = read_source(source, Options()).body
    wished = (*body[:-1], Block("paragraph", "y"))
    read = read_source(source, Options())
    documents = iter([read, *[replace(read, body=wished)] * 9])
    monkeypatch.setattr(amending, "read_source", lambda *_: next(documents))

    with pytest.raises(SeveralPlaces) as refused:
        amended(source, Options(), body, wished)

    assert refused.value.code == "ambiguous"


def test_a_page_has_no_source_to_change():
    page = "<html><title>T</title><article><p>One two three four five.</p></article>"
    source = Source("x", None, "1", "html", {"html": page})
    body = read_source(source, Options(content="article")).body

    with pytest.raises(NotAmended, match="by hand"):
        amended(source, Options(content="article"), body, body)


@pytest.mark.parametrize("content", [BLOCKS, CLASSIC])
def test_random_changes_are_those_alone_by_another_reader(content):
    source, chance = wordpress(content), random.Random(14)
    body = read_source(source, Options()).body
    made = asked = 0

    for _ in range(100):
        if (found := drawn(body, chance)) is None:
            continue
        old, new, wished = found
        asked += 1
        try:
            done = amended(source, Options(), body, wished)
        except NotAmended:
            continue
        ((name, after),) = done.fields.items()
        assert is_that_alone(source.fields[name], after, old, new), (old, new)
        made += 1

    assert made >= 0.9 * asked > 50


@pytest.mark.parametrize(
    "content",
    [
        "<p>x</p>" + '<a "' * 20_000,
        "<p>x</p>" + "<!--" * 20_000,
        "<p>x</p>" + "&amp" * 20_000,
        "<p>x</p><script>" * 900,
        "<p>x</p>" + "[caption]<i>" * 300,
    ],
)
def test_hostile_sources_are_read_in_one_go(content):
    source = wordpress(content)
    body = read_source(source, Options()).body
    at = canonical_text(body).index("x")
    wished = patch(body, [Edit(at, at + 1, "y")])

    try:
        done = amended(source, Options(), body, wished)
    except NotAmended:
        return
    assert done.fields["content"].replace("y", "x", 1) == content
