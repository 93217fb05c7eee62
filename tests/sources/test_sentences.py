"""No word is lost from inside a sentence, whatever the elements around it are called."""

from __future__ import annotations

import pytest

from .shown import of_markdown, of_page, texts

WHOLE = {
    "a button": ("Prices rose because of <button>inflation</button>, it said.", "inflation"),
    "a button with a mark": ("The <button type=button><b>term</b></button> is old.", "term"),
    "a first letter": ('<span class="header-cap">M</span>r Lund paid.', "Mr Lund paid."),
    "a letter hidden from ears": ('<span aria-hidden="true">W</span>hen it fell.', "When it fell."),
    "letters hidden from ears": (
        "It is <i aria-hidden=true>n</i><i aria-hidden=true>o</i>w here.",
        "It is now here.",
    ),
    "named comment": ('He <span class="inline-comment">paid</span> it all.', "He paid it all."),
    "named by its id": ('He <em id="sponsor">paid</em> it all.', "He paid it all."),
    "named share": ('A <span class="share-price">12.5</span> per cent stake.', "12.5 per cent"),
    "a link named share": (
        'We <a class="share" href="https://a.example">share</a> it.',
        "We share it.",
    ),
    "named related, deep": (
        'He <b><span class="related-term"><i>paid</i></span></b> it all.',
        "He paid it all.",
    ),
    "named banner, last": ('They raised the <span class="banner">flag</span>', "raised the flag"),
    "an element of its own": (
        "The <glossary-term class=extra>pier</glossary-term> holds.",
        "The pier holds.",
    ),
    "a base hidden from ears": (
        "On <ruby><rb aria-hidden=true>漢字</rb><rt>kanji</rt></ruby> it.",
        "漢字",
    ),
    "found by a search": ("It <span hidden=until-found>really</span> is so.", "It really is so."),
    "a quotation": ("She said <q>it holds</q> and left.", "She said “it holds” and left."),
    "a quotation in a quotation": ("<q>He said <q>no</q>, twice</q>.", "“He said ‘no’, twice”."),
    "an emoji": ('We won <img class="emoji" alt="🎉" src="/x.png"> today.', "We won 🎉 today."),
    "an emoji at the end": ('We won <img alt="🎉" src="/x.png">', "We won 🎉"),
    "an initial": ('<img class="initial" alt="T" src="/t.png">he fair opened.', "The fair opened."),
    "a formula": (
        'So <img class="latex" alt="E = mc^2" src="/f.png"> holds for all.',
        "So E = mc^2 holds for all.",
    ),
    "a small picture": ('Press <img alt="Start" src="/s.png" width=16 height=16>.', "Press Start."),
    "a shadow tree": (
        "A <x-term><template shadowrootmode=open>word <slot></slot></template>seen</x-term> here.",
        "A word seen here.",
    ),
    "a named slot": (
        "A <x-t><template shadowrootmode=open><slot name=b></slot>-<slot></slot></template>"
        "<i slot=b>b</i>a</x-t> here.",
        "A b-a here.",
    ),
    "broken by a clearing break": ("one<br clear=all>two and three", "one\ntwo and three"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_sentence_of_a_page_is_whole(document, kind) -> None:
    html, words = WHOLE[kind]
    found = texts(of_page(document, f"<p>{html}</p>"))
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize("kind", WHOLE)
def test_a_sentence_of_html_in_markdown_is_whole(document, kind) -> None:
    html, words = WHOLE[kind]
    for text in (html, f"<p>{html}</p>"):
        assert words in "\n".join(texts(of_markdown(document, text)))


@pytest.mark.parametrize(
    ("lang", "quoted"),
    [("de", "„ja“"), ("fr", "«ja»"), ("uk", "«ja»"), ("pl", "„ja”"), ("ja", "「ja」")],
)
def test_a_quotation_has_the_marks_of_its_language(document, lang, quoted) -> None:
    found = of_page(document, "<p>Sie sagte <q>ja</q> dazu.</p>", attrs=f'lang="{lang}"')
    assert quoted in texts(found)[0]


@pytest.mark.parametrize(
    "name", ["media-heading", "meta", "share-title", "header", "comment-title"]
)
def test_a_heading_is_not_cut_by_its_name(document, name) -> None:
    html = f'<h2 class="{name}">The tale of the ice</h2><p>It goes on here, as tales do.</p>'
    assert texts(of_page(document, html))[0] == "The tale of the ice"


def test_a_whole_sentence_in_a_named_element_stays(document) -> None:
    html = '<p><span class="extra">All of this sentence stands in one element.</span></p>'
    assert texts(of_page(document, html)) == ["All of this sentence stands in one element."]


def test_whose_words_a_quotation_is_stays_below_it(document) -> None:
    html = (
        "<blockquote><p>It holds, and that is that.</p><footer>Ann Lee, diver</footer></blockquote>"
    )
    assert texts(of_page(document, html))[-1] == "Ann Lee, diver"


def test_buttons_and_share_bars_are_furniture_where_they_stand_alone(document) -> None:
    html = (
        '<div><button>Subscribe</button></div><div class="share-bar"><span>Share</span>'
        '<a href="https://s.example">Mail</a></div>'
    )
    assert texts(of_page(document, html)) == []


def test_all_html_in_markdown_is_read(document) -> None:
    text = (
        "<p>This is HTML.</p>\n\n<div>\n\nAnd *this* not.\n\n</div>\n\n"
        "<table>\n\n<tr><th>Club</th><th>Won</th></tr>\n\n<tr><td>North</td><td>4</td></tr>\n\n</table>\n\n"
        "<details><summary>More</summary>Hidden words.</details>"
    )
    found = of_markdown(document, text)
    cells = ["Club", "Won", "North", "4"]
    assert texts(found) == ["This is HTML.", "And this not.", *cells, "More", "Hidden words."]


def test_what_is_left_out_is_said_by_its_words(document) -> None:
    html = "<p hidden>Secret words.</p><p>It costs <del>40</del> 60.</p><nav>Home</nav>"
    said = " ".join(of_page(document, html).dropped)
    assert "“Secret words.”" in said
    assert "“40”" in said
    assert "Home" in said
