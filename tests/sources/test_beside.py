"""What stands beside the text never becomes text, in pages and in Markdown alike."""

from __future__ import annotations

import pytest

from corrections_app.domain.text.body import Block, Mark
from corrections_app.sources import read

from .shown import of_markdown, of_page, page, texts

HTML = {
    "struck by del": ("It costs <del>40</del> <ins>60</ins> million.", "It costs 60 million."),
    "struck by s": ("It <s>may</s> will take years.", "It will take years."),
    "struck by strike": ("It <strike>may</strike> will take years.", "It will take years."),
    "struck by style": (
        'It costs <span style="text-decoration: line-through">40</span> 60.',
        "It costs 60.",
    ),
    "struck in Word": ('It costs <span class="msoDel">40</span> 60.', "It costs 60."),
    "a reading": (
        "At <ruby>漢字<rp>(</rp><rt>kanji</rt><rp>)</rp></ruby> it is.",
        "At 漢字 it is.",
    ),
    "a reading apart": ("At <ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby> it is.", "At 漢字 it is."),
    "TeX beside MathML": (
        "So <math><semantics><mrow><mi>x</mi><mo>=</mo><mn>2</mn></mrow>"
        '<annotation encoding="application/x-tex">x=2</annotation></semantics></math> holds.',
        "So x=2 holds.",
    ),
    "a formula shown twice": (
        'So <span class="katex"><span class="katex-mathml"><math><mi>x</mi></math></span>'
        '<span class="katex-html" aria-hidden="true">x</span></span> holds.',
        "So x holds.",
    ),
    "a fraction": (
        "It is <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of it.",
        "It is 1/2 of it.",
    ),
    "a wide fraction": (
        "It is <math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>.",
        "It is (a+b)/2.",
    ),
    "words for ears": ('Press <span class="sr-only">the button</span>Start.', "Press Start."),
    "words for ears, of WordPress": (
        'It is late<span class="screen-reader-text">(opens anew)</span>.',
        "It is late.",
    ),
    "a heading's sign": ('It is so. <a class="headerlink" href="#it">¶</a>', "It is so."),
    "a way back": ('It is so. <a href="#fnref1" class="footnote-backref">↩︎</a>', "It is so."),
    "a comment's sign of Google Docs": (
        'The tugs are old.<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup>',
        "The tugs are old.",
    ),
    "a comment's sign of Word": (
        'It is old.<span class="MsoCommentReference"><a class="msocomanchor" '
        'href="#_msocom_1" id="_anchor_1">[AL1]</a></span>',
        "It is old.",
    ),
    "a sign of Liquid": ("It is so. {% include box.html %}", "It is so."),
    "a shortcode": ('It is so. [gallery ids="1,2" columns="2"]', "It is so."),
    "an icon's letters": (
        'It is so <i class="material-icons" aria-hidden="true">arrow_forward</i>.',
        "It is so .",
    ),
}


@pytest.mark.parametrize("kind", HTML)
def test_a_page_has_only_its_text(document, kind) -> None:
    html, words = HTML[kind]
    assert texts(of_page(document, f"<p>{html}</p>")) == [words]


MARKDOWN = {
    "struck": ("It costs ~~40~~ 60 million.", ["It costs 60 million."]),
    "struck by an editor": ("It costs {--40--}{++60++} million.", ["It costs 60 million."]),
    "replaced by an editor": ("It costs {~~40~>60~~} million.", ["It costs 60 million."]),
    "an editor's remark": ("It is old.{>>Is it? Ask.<<}", ["It is old."]),
    "a class": ("Text here.\n{: .lead}", ["Text here."]),
    "a class of a heading": ("## Half {#half .big}\n\nText.", ["Half", "Text."]),
    "an include": ("{% include box.html %}\n\nText.", ["Text."]),
    "a shortcode of Hugo": ('{{< video x >}}\n\nText {{% ref "a_b" %}} here.', ["Text here."]),
    "a shortcode like an element": ('Text {{<video id="a_b_c">}} here.', ["Text here."]),
    "a comment of Liquid": (
        "One.\n\n{% comment %}\n\nNot this.\n\n{% endcomment %}\n\nTwo.",
        ["One.", "Two."],
    ),
    "a comment of HTML": (
        "One.<!-- not this -->\n\n<!-- nor\n\nthis -->\n\nTwo.",
        ["One.", "Two."],
    ),
    "a container": ("::: warning\nMind the ice.\n:::", ["Mind the ice."]),
    "an import": ("import Box from './box'\n\nText.", ["Text."]),
    "a remark of Obsidian": ("%%not this%%\n\nText.", ["Text."]),
    "a table of contents": ("[[_TOC_]]\n\nText.", ["Text."]),
    "in code it is text": ("Write `{% include x %}` there.", ["Write {% include x %} there."]),
    "in a block of code too": (
        "```\n{{< video >}}\n[^1]: not a note\n```\n\nText.",
        ["{{< video >}}\n[^1]: not a note", "Text."],
    ),
    "brackets are words": (
        "He said [sic] and […] left [note].",
        ["He said [sic] and […] left [note]."],
    ),
    "braces are words": ("The set {1, 2} and {a}.", ["The set {1, 2} and {a}."]),
}


@pytest.mark.parametrize("kind", MARKDOWN)
def test_markdown_has_only_its_text(document, kind) -> None:
    text, words = MARKDOWN[kind]
    assert texts(of_markdown(document, text)) == words


def test_words_struck_by_a_class_of_the_style_sheet_go(document) -> None:
    head = "<style>.c1{color:red}.c7,.c8{text-decoration:line-through;font-size:9pt}</style>"
    html = '<p>It costs <span class="c1 c7">40</span> 60 million.</p>'
    assert texts(of_page(document, html, head=head)) == ["It costs 60 million."]


def test_comments_of_an_exported_document_go_with_their_words(document) -> None:
    html = (
        '<p>The tugs are old.<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup></p>'
        '<div style="border:1px solid"><p><a href="#cmnt_ref1" id="cmnt1">[a]</a>'
        "<span>Is that so?</span></p><p><span>Ask the port.</span></p></div>"
        "<div style='mso-element:comment'><p>Ask them twice.</p></div>"
    )
    found = of_page(document, html)
    assert texts(found) == ["The tugs are old."]
    assert "Ask the port" in " ".join(found.dropped)


@pytest.mark.parametrize(
    ("reference", "note"),
    [
        ('<sup><a href="#fn1" id="r1">1</a></sup>', '<ol><li id="fn1">A note.</li></ol>'),
        (
            '<a href="#_ftn1" name="_ftnref1"><span class="MsoFootnoteReference">[1]</span></a>',
            '<p><a href="#_ftnref1" name="_ftn1">[1]</a> A note.</p>',
        ),
        (
            '<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>',
            '<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span> A note.</span></p></div>',
        ),
        (
            '<a class="footnote-anchor" id="footnote-anchor-1" href="#footnote-1">1</a>',
            '<div><a id="footnote-1" href="#footnote-anchor-1" class="footnote-number">1</a>'
            "<div><p>A note.</p></div></div>",
        ),
    ],
)
def test_a_reference_is_furniture_and_the_note_a_numbered_block(document, reference, note) -> None:
    found = of_page(document, f"<p>The pier is old.{reference} It leaks.</p>{note}")
    said = [
        part for part in found.body if getattr(part, "text", "").startswith(("The pier", "A n"))
    ]
    assert said == [
        Block("paragraph", "The pier is old. It leaks.", (Mark("note", 15, 16, "#1"),)),
        Block("list_item", "A note.", level=1, ordered=True),
    ]


def test_footnotes_of_markdown_are_numbered_as_they_are_referred_to(document) -> None:
    text = (
        "Old.[^b] Leaks.[^a] Damp.^[Said Ann.]\n\n[^a]: https://e.example/report\n"
        "[^b]: See *the*\n    report.\n\n    And more.\n\nAfter."
    )
    found = of_markdown(document, text).body[1:]
    assert found[0] == Block(
        "paragraph",
        "Old. Leaks. Damp.",
        (Mark("note", 3, 4, "#1"), Mark("note", 10, 11, "#2"), Mark("note", 16, 17, "#3")),
    )
    assert [block.text for block in found[1:]] == [
        "After.",
        "See the report.",
        "And more.",
        "https://e.example/report",
        "Said Ann.",
    ]
    assert [block.number for block in found[2:]] == [None, None, 2, None]


def test_a_reference_to_no_note_is_text(document) -> None:
    assert texts(of_markdown(document, "The set[^x] is open.")) == ["The set[^x] is open."]


@pytest.mark.parametrize(
    "html",
    [
        '<pre><span class="lineno">1</span>a = 1\n<span class="lineno">2</span>b = 2\n</pre>',
        '<table><tr><td class="rouge-gutter gl"><pre class="lineno">1\n2\n</pre></td>'
        '<td class="rouge-code"><pre>a = 1\nb = 2\n</pre></td></tr></table>',
        '<pre class="line-numbers">a = 1\nb = 2<span aria-hidden="true" class="line-numbers-rows">'
        "<span></span></span></pre>",
        "<pre><div>a = 1</div><div>b = 2</div></pre>",
    ],
)
def test_the_numbers_of_lines_are_not_code(document, html) -> None:
    assert texts(of_page(document, html)) == ["a = 1\nb = 2"]


def test_powers_and_indices_of_a_formula_keep_their_height(document) -> None:
    html = "<p>So <math><msup><mi>x</mi><mn>2</mn></msup></math> grows.</p>"
    (block,) = (b for b in of_page(document, html).body if getattr(b, "text", "") == "So x2 grows.")
    assert block.marks == (Mark("sup", 4, 5),)


def test_code_of_jekyll_is_code(document) -> None:
    text = "{% highlight ruby %}\nputs  1\n{% endhighlight %}\n\nText."
    found = of_markdown(document, text).body[1:]
    assert found == (Block("preformatted", "puts  1"), Block("paragraph", "Text."))


def test_bullets_of_word_are_items(document) -> None:
    html = (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
        "<span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;</span></span>North</p>"
        "<p class=MsoListParagraph style='mso-list:l1 level2 lfo2'>"
        "<span style='mso-list:Ignore'>3.<span>&nbsp;</span></span>South</p><p>• East</p>"
    )
    found = [part for part in read(document("a.html", page(html))).body if part.kind == "list_item"]
    assert [(b.text, b.level, b.ordered, b.number) for b in found] == [
        ("North", 1, False, None),
        ("South", 2, True, 3),
        ("East", 1, False, None),
    ]
