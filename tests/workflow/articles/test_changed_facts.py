"""Which facts a new body changes: the words in which an import is refused."""

from __future__ import annotations

from corrections_app.domain.text.body import Block, Mark
from corrections_app.domain.warnings.risks import Risk
from corrections_app.workflow.articles.changed_facts import ChangedFact, changed_facts, told

WORDS = "The council and the harbour wall."


def linked(words, href="https://a.example/"):
    start = WORDS.index(words)
    mark = Mark("link", start, start + len(words), href=href)
    return (Block("title", "A wall"), Block("paragraph", WORDS, marks=(mark,)))


def test_a_link_that_moves_to_other_words_is_told_by_them():
    found = changed_facts(linked("council"), linked("harbour"))

    assert told(found) == "changes a link: council, now harbour"


def test_a_link_that_leads_elsewhere_is_told_once():
    found = changed_facts(linked("council"), linked("council", "https://b.example/"))

    assert told(found) == "changes a link: https://a.example/, now https://b.example/"


def test_the_same_links_are_no_change():
    assert changed_facts(linked("council"), linked("council")) == []


def test_an_english_word_parts_what_was_from_what_is():
    """An arrow between two Arabic names would be read with them, from right to left."""
    assert told([ChangedFact(Risk.NAME, "محمد", "أحمد")]) == "changes a name: محمد, now أحمد"
