"""What our Markdown knows beyond CommonMark: footnotes, signs of site programs, lone numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from corrections_app.sources.beside_text import COMMENTS, STRUCK, is_line_of_syntax, site_syntax_at
from corrections_app.sources.left_out import LeftOut
from corrections_app.sources.markdown.notes import Notes, lines_with_code, reference

_REFERENCE = regex.compile(r"\[\^([^\]\s^]{1,80})\]")
_NOTE_HERE = regex.compile(r"\^\[((?:[^\[\]]|\[[^\[\]]*\])+)\]")
_COMMENT = regex.compile(r"\{%-?\s*comment\s*-?%\}")
_COMMENT_END = regex.compile(r"\{%-?\s*endcomment\s*-?%\}")


def use(parser: MarkdownIt, out: LeftOut, notes: Notes) -> MarkdownIt:
    """The parser with these rules; what they leave out is noted."""

    def signs(state: StateInline, silent: bool) -> bool:
        return _signs(state, silent, out)

    def references(state: StateInline, silent: bool) -> bool:
        return _references(state, silent, notes)

    parser.inline.ruler.before("link", "signs_of_programs", signs)
    parser.inline.ruler.before("link", "references", references)
    parser.core.ruler.after("block", "lone_numbers", _lone_numbers)
    parser.core.ruler.after("lone_numbers", "joined_html", _join_html)
    parser.add_render_rule("fence", _fence)
    return parser


def outside_code(text: str, out: LeftOut) -> str:
    """The text without comments of several paragraphs and without lines for the site's program."""
    text = _without_comments(text, out)
    kept = []
    for line, in_code in lines_with_code(text):
        if not in_code and not line.startswith("    ") and is_line_of_syntax(line):
            out.note("signs for the site's program", line)
            line = ""
        kept.append(line)
    return "\n".join(_set_in(kept))


def _set_in(lines: Iterable[str]) -> Iterable[str]:
    """A line that is set in by a wide blank begins a paragraph, as East Asian texts have it."""
    for line in lines:
        if line.startswith("\u3000"):
            yield ""
            line = line.lstrip("\u3000")
        yield line


def _without_comments(text: str, out: LeftOut) -> str:
    """The text without what stands between two tags of Liquid, however many paragraphs."""
    kept, done = [], 0
    while (begins := _COMMENT.search(text, done)) and (
        ends := _COMMENT_END.search(text, begins.end())
    ):
        kept.append(text[done : begins.start()])
        out.note(COMMENTS, text[begins.end() : ends.start()])
        done = ends.end()
    return "".join(kept) + text[done:]


def _signs(state: StateInline, silent: bool, out: LeftOut) -> bool:
    """A sign for a program that builds sites: gone, or what of it is words stays."""
    if state.src[state.pos] not in "{[":
        return False
    found = site_syntax_at(state.src, state.pos)
    if found is None or found[0] > state.posMax or _is_link(state.src, found[0]):
        return False
    end, reason, words = found
    if not silent:
        gone = state.src[state.pos : end]
        if reason != STRUCK or not words:
            out.note(reason, gone)
        elif gone.startswith("{~~"):
            out.note(reason, gone[3:].partition("~>")[0])
        state.pending += words
    state.pos = end
    return True


def _is_link(text: str, end: int) -> bool:
    return text[end - 1] == "]" and text[end : end + 1] in ("(", "[")


def _references(state: StateInline, silent: bool, notes: Notes) -> bool:
    found = _REFERENCE.match(state.src, state.pos, state.posMax)
    if found:
        number = notes.number_of(found[1])
    else:
        found = _NOTE_HERE.match(state.src, state.pos, state.posMax)
        number = 0 if found else None
    if found is None or number is None:
        return False
    if not silent:
        token = state.push("html_inline", "", 0)
        token.content = reference(number or notes.add(found[1]))
    state.pos = found.end()
    return True


def _lone_numbers(state: StateCore) -> None:
    """A list of one item whose number is not 1 is a sentence: "3. Oktober", "1986. It was"."""
    tokens, kept = state.tokens, []
    lone: list[bool] = []
    for at, token in enumerate(tokens):
        stays = True
        if token.type.endswith("list_open"):
            lone.append(token.type.startswith("ordered") and _is_lone(tokens, at))
            stays = not lone[-1]
        elif token.type.endswith("list_close"):
            stays = not lone.pop()
        elif token.type.startswith("list_item") and lone[-1]:
            stays = False
            if token.nesting > 0:
                _put_before(tokens, at, f"{token.info}{token.markup} ")
        if stays:
            kept.append(token)
    state.tokens = kept


def _is_lone(tokens: Sequence[Token], at: int) -> bool:
    level = tokens[at].level
    items = 0
    for token in tokens[at + 1 :]:
        if token.type == "ordered_list_close" and token.level == level:
            break
        if token.type == "list_item_open" and token.level == level + 1:
            items += 1
            if items > 1:
                return False
    first = tokens[at + 1]
    begins = at + 2 < len(tokens) and tokens[at + 2].type == "paragraph_open"
    return begins and first.info.isdigit() and int(first.info) != 1


def _put_before(tokens: Sequence[Token], at: int, number: str) -> None:
    """Put a number before the first words of an item, whose paragraph is shown as one."""
    opening, inline, closing = tokens[at + 1 : at + 4]
    opening.hidden = closing.hidden = False
    inline.content = _escaped(number) + inline.content


def _escaped(number: str) -> str:
    return regex.sub(r"([.)])", r"\\\1", number)


def _join_html(state: StateCore) -> None:
    """HTML that a blank line divides is one piece: a table must not lose its cells."""
    kept: list[Token] = []
    for token in state.tokens:
        if kept and token.type == kept[-1].type == "html_block" and token.level == kept[-1].level:
            kept[-1].content += token.content
        else:
            kept.append(token)
    state.tokens = kept


def _fence(_: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    name, _, role = tokens[at].info.strip().partition(" ")
    attribute = f' data-aside="{escape(role.strip() or "note")}"' if name == "aside" else ""
    return f"<pre{attribute}>\n{escape(tokens[at].content)}</pre>\n"
