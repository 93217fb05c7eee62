"""Whatever a document holds, it is read or refused in words: never a traceback.

For longer: `python -m tests.sources.test_fuzz SECONDS SEED`.
"""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import as_json, from_json, is_canonical, placed, text_blocks
from corrections_app.domain.text.numbering import without_implied
from corrections_app.sources import Options, read_all
from corrections_app.web.rendering import arranged, spans

_NAMES = """
    p div b i em a br li ul ol table tr td th
    caption pre code h1 h2 span q ruby rt rb rtc rp del s
    ins sup sub math mfrac msup mi mn mroot semantics annotation figure figcaption picture
    source img noscript template button form input select option textarea details summary dialog blockquote
    footer aside nav article section svg title style script iframe x-term slot dl dd
    dt hr font o:p
"""
TAGS = _NAMES.split()
ATTRIBUTES = (
    "",
    " hidden",
    " aria-hidden=true",
    " class=comment",
    " class=MsoListParagraph",
    " class='share c7'",
    " start=5",
    " reversed",
    " value=-3 type=a",
    " colspan=3",
    " rowspan=0",
    " href=#fn1 id=fnref1",
    " href=#fnref1",
    " href=#cmnt1 id=cmnt_ref1",
    " id=cmnt1 href=#cmnt_ref1",
    " style='text-decoration:line-through'",
    " style='mso-list:l0 level2'",
    " src=/x alt=A",
    " alt='two words' width=9",
    " shadowrootmode=open",
    " slot=a name=a",
    " data-spare",
    " lang=he",
)
WORDS = (
    "a", "Word.", " ", "\n", "\n\n", "港", "。", "ท", "\u3000", "\u00a0", "\u200d", "é", "e\u0301", "🌊",
    "1", "3. ", "·", "• ", "[a]", "[gallery]", "[x]", "[/x]", "{% x %}", "{{ x }}", "{: .x}", "&amp;",
    "<", ">", "&", "&nbsp;", "<!--", "-->", "\x00", "\ufeff", "ك", "ש", "|", "Advertisement",
)  # fmt: skip
MARKS = (
    "- ", "1. ", "7. ", "3) ", "> ", "# ", "## ", "    ", "\t", "```\n", "```aside ad\n", "~~", "**", "*", "_",
    "`", "[^1]", "\n[^1]: ", "^[", "]", "![a](/x \"t\")", "[a](/b)", "---\n", "|---|\n", "<br>", "\\", "  \n",
    "{%comment%}", "{%endcomment%}", "{>>", "<<}", "{--", "--}", "{~~a~>b~~}", ":::\n", "+++\n", "title: x\n",
    "{% highlight x %}", "{% endhighlight %}",
)  # fmt: skip


def _pieces() -> list[str]:
    opening = [f"<{tag}{attributes}>" for tag in TAGS for attributes in ATTRIBUTES]
    return [*opening, *(f"</{tag}>" for tag in TAGS * 6), *WORDS * 20]


HTML = _pieces()
MARKDOWN = [*HTML, *MARKS * 40]
FOLDER = tempfile.TemporaryDirectory()


def check(name: str, text: str) -> None:
    """Read a document by both roads; what comes out can be stored and shown."""
    path = Path(FOLDER.name) / name
    path.write_bytes(text.encode())
    content = "body" if name.endswith("html") else None
    for options in (Options(title="T"), Options(title="T", content=content)):
        try:
            found = list(read_all(path, options))
        except ImportRefused as refused:
            _check_refusal(refused.message)
            continue
        for article in found:
            if article.document is not None:
                _check_body(article.document.body)


def _check_refusal(message: str) -> None:
    assert message
    assert "\n" not in message


def _check_body(body) -> None:
    for block in text_blocks(body):
        assert is_canonical(block), block
        assert all(0 <= mark.start < mark.end <= len(block.text) for mark in block.marks), block
        spans(block)
    assert from_json(as_json(body)) == body
    assert tuple(without_implied(body)) == body
    groups = arranged(placed(body))
    for group in groups:
        shown = [slot.index for row in group.rows for slot in row if slot.index is not None]
        assert shown == list(range(len(group.parts) if group.rows else 0))
        assert len({_width(group.rows, nth) for nth in range(len(group.rows))}) <= 1


def _width(rows, nth: int) -> int:
    """How many columns a row fills, with what hangs down into it."""
    return sum(
        slot.width
        for above, row in enumerate(rows[: nth + 1])
        for slot in row
        if above + slot.height > nth
    )


@given(st.lists(st.sampled_from(HTML), max_size=40))
def test_any_page_is_read_or_refused(pieces: list[str]) -> None:
    check("a.html", "".join(pieces))


@given(st.lists(st.sampled_from(MARKDOWN), max_size=40))
def test_any_markdown_is_read_or_refused(pieces: list[str]) -> None:
    check("a.md", "".join(pieces))


@given(st.lists(st.sampled_from([*MARKS, *WORDS]), max_size=30))
def test_any_signs_of_markdown_are_read_or_refused(pieces: list[str]) -> None:
    check("a.md", "".join(pieces))


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_plain_text_is_read_or_refused(pieces: list[str]) -> None:
    check("a.txt", "".join(pieces))


def main(seconds: float, seed: int) -> None:
    """Read documents made at random for so long, and say how many there were."""
    chance, until, count = random.Random(seed), time.monotonic() + seconds, 0
    kinds = (("a.html", HTML), ("a.md", MARKDOWN), ("a.md", [*MARKS, *WORDS]), ("a.txt", WORDS))
    while time.monotonic() < until:
        name, pieces = kinds[count % len(kinds)]
        text = "".join(chance.choices(pieces, k=chance.randint(1, 120)))
        try:
            check(name, text)
        except BaseException:
            print(f"seed {seed}, document {count}, {name}: {text!r}", file=sys.stderr)
            raise
        count += 1
    print(f"{count} documents, seed {seed}: no traceback")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
