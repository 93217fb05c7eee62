"""Signs for the programs that build sites, in text: beside it, and never part of it.

Jekyll and Liquid, Hugo, Kramdown and Pandoc, WordPress, MDX, CriticMarkup.
Pages, feeds and Markdown are read with the same list; code is left alone.
"""

from __future__ import annotations

import regex

from corrections_app.sources.left_out import LeftOut

SITE_SYNTAX = "signs for the site's program"
COMMENTS = "editors' comments"
STRUCK = "struck words"

_ATTRIBUTE = (
    r"""[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|&quot;[^&]*&quot;|[“”″][^“”″]*[“”″]|[^\s\]"'}]+)"""
)
_ENTRY = rf"(?:[#.][\w:-]+|{_ATTRIBUTE})"
_KNOWN = (
    r"gallery|playlist|audio|video|embed|caption|wp_caption|contact-form(?:-7)?|gravityform|toc"
    r"|more|nextpage|sharethis|social_share|recent-posts|jetpack[\w-]*|vc_\w+|et_pb_\w+|fusion_\w+"
    r"|su_\w+|elementor-template|products?|woocommerce_\w+|pullquote|columns?|one_half|one_third"
    r"|ad(?:s|rotate|sense|inserter)?|newsletter\w*|mc4wp_form|soundcloud|youtube|vimeo|tweet|googlemaps?"
)
_PATTERNS: tuple[tuple[str, str], ...] = (
    # {% include box.html %}, {% comment %}…{% endcomment %}
    (COMMENTS, r"\{%-?\s*comment\s*-?%\}.{0,1000}?\{%-?\s*endcomment\s*-?%\}"),
    (SITE_SYNTAX, r"\{%.{0,1000}?%\}"),
    # {{< video x >}}, {{% note %}}, {{ site.title }}; {# a remark #}
    (SITE_SYNTAX, r"\{\{[<%].{0,1000}?[>%]\}\}|\{\{.{0,1000}?\}\}"),
    (COMMENTS, r"\{#\s.{0,1000}?\s#\}"),
    # {: .lead}, {#id .class key="value"}
    (SITE_SYNTAX, rf"\{{:(?:\s*(?:{_ENTRY}|[\w-]+))*\s*:?\}}"),
    (SITE_SYNTAX, rf"\{{\s*{_ENTRY}(?:\s+{_ENTRY})*\s*\}}"),
    # CriticMarkup: {>>a remark<<}, {--struck--}, {~~old~>new~~}
    (COMMENTS, r"\{>>.{0,1000}?<<\}"),
    (STRUCK, r"\{--.{0,1000}?--\}"),
    # [gallery columns="2"], [/gallery], [vc_row]
    (SITE_SYNTAX, rf"\[\[?/?(?:{_KNOWN})(?:\s+[^\[\]]*)?/?\]\]?"),
    (SITE_SYNTAX, rf"\[[a-z][\w-]*(?:\s+{_ATTRIBUTE})+\s*/?\]"),
    (SITE_SYNTAX, r"\[\[_?TOC_?\]\]|\[TOC\]"),
)
_ALL = regex.compile(
    "|".join(f"(?P<r{at}>{pattern})" for at, (_, pattern) in enumerate(_PATTERNS)),
    regex.DOTALL | regex.IGNORECASE,
)
_REASONS = {f"r{at}": reason for at, (reason, _) in enumerate(_PATTERNS)}
_NEW_WORDS = regex.compile(
    r"\{\+\+(.{0,1000}?)\+\+\}|\{==(.{0,1000}?)==\}|\{~~.{0,500}?~>(.{0,500}?)~~\}", regex.DOTALL
)
_PAIRED = regex.compile(
    r"\[([a-z][\w-]*)\](?=(?:(?!\[\1\]).){0,4000}?\[/\1\])|\[/([a-z][\w-]*)\]", regex.DOTALL
)
_BEGINS = frozenset("{[")
_LONGEST = 2_000
_MOST_SIGNS = 2_000
_WHOLE_LINE = regex.compile(
    r":{3,}.*|import\s.+\sfrom\s+['\"][^'\"]+['\"];?|export\s+(?:default|const|function)\s.*|%%.*%%",
    regex.DOTALL,
)


def without_site_syntax(text: str, out: LeftOut) -> str:
    """The words of a text without such signs, each of which is noted."""
    if not _BEGINS.isdisjoint(text) and text.count("{") + text.count("[") < _MOST_SIGNS:
        text = _NEW_WORDS.sub(lambda found: _only(found, out), text)
        text = _ALL.sub(lambda found: _noted(found, out), text)
        text = _PAIRED.sub(lambda found: _pair(found, out), text) if "[/" in text else text
    if _WHOLE_LINE.fullmatch(text.strip()):
        out.note(SITE_SYNTAX, text)
        return ""
    return text


def site_syntax_at(text: str, place: int) -> tuple[int, str, str] | None:
    """Where the sign that begins at a place ends, why it is no text, and what words it leaves."""
    found = _NEW_WORDS.match(text, place, place + _LONGEST)
    if found:
        return found.end(), STRUCK, next(filter(None, found.groups()), "")
    found = _ALL.match(text, place, place + _LONGEST)
    return (found.end(), _REASONS[found.lastgroup or "r0"], "") if found else None


def is_line_of_syntax(text: str) -> bool:
    """Whether a whole line is for the program: a container, an import, a remark."""
    return _WHOLE_LINE.fullmatch(text.strip()) is not None


def _noted(found: regex.Match[str], out: LeftOut) -> str:
    out.note(_REASONS[found.lastgroup or "r0"], found[0])
    return ""


def _only(found: regex.Match[str], out: LeftOut) -> str:
    if found[0].startswith("{~~"):
        out.note(STRUCK, found[0][3:].partition("~>")[0])
    return next(filter(None, found.groups()), "")


def _pair(found: regex.Match[str], out: LeftOut) -> str:
    out.note(SITE_SYNTAX, found[0])
    return ""
