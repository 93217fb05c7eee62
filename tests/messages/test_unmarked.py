"""Nothing is said past gettext; and what looks for it finds it."""

import pytest

from tests.messages import extraction, unmarked


def test_templates_say_nothing_past_gettext() -> None:
    assert list(unmarked.in_templates()) == []


def test_no_sentence_is_put_together_before_it_can_be_translated() -> None:
    assert list(unmarked.in_python()) == []


def test_scripts_are_given_their_words() -> None:
    assert list(unmarked.in_scripts()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Plain words</p>", ["Plain words"]),
        ('<p>{{ _("Words") }}</p>', []),
        ("<p>{% trans %}Words{% endtrans %} and more</p>", ["and more"]),
        ('<input placeholder="Your name">', ["Your name"]),
        ('<input placeholder="{{ name }}">', []),
        ("<p><code>serve</code> {# said #}</p>", []),
        ('<p{% if a %} class="{{ b }}"{% endif %}>1</p>', []),
        ('<button aria-label="{% if a %}Close{% endif %}">×</button>', ["Close"]),
    ],
)
def test_what_stands_in_a_template(source: str, found: list[str]) -> None:
    assert [words.strip() for words in unmarked.in_template(source, is_html=True)] == found


def test_a_letter_s_own_words_are_found() -> None:
    assert unmarked.in_template("{{ _('Hello') }}\nBye then\n", is_html=False) == ["Bye then"]


def test_a_sentence_that_is_put_together_is_found() -> None:
    source = 'def f(n):\n    raise Invalid(f"You have {n} views already.")\n'
    assert list(unmarked.put_together(source)) == ["You have {} views already."]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('a = "Try it again";', ["Try it again"]),
        ("// Why: so.\na = `Try it again`;", ["Try it again"]),
        ("/* a = 'Try it again' */ b = 'data-act';", []),
        ("a = 1; // so\nb = { say: 'Try it again.' };", ["Try it again."]),
    ],
)
def test_what_a_script_says_by_itself(source: str, found: list[str]) -> None:
    assert list(unmarked.in_script(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise Invalid("Say why, please.")', ["Say why, please."]),
        ('raise Invalid.at("note", "Say why, please.")', ["Say why, please."]),
        ('WORDS = {"a": N_("typo")}', ["typo"]),
        ('"""Say why, please."""', []),
        ('log.info("Say why, please.")', []),
        ('ngettext("%(num)s day.", "%(num)s days.", n)', ["%(num)s day."]),
        ("gettext(refusal.template)", []),
    ],
)
def test_what_stands_in_python(source: str, found: list[str]) -> None:
    messages = extraction.in_python(source, "a.py", whole_sentences=True)
    assert [one.message for one in messages] == found


def test_no_template_says_forward_by_an_arrow_of_its_own() -> None:
    bare = [path for path in extraction.TEMPLATES.rglob("*.*") if "→" in path.read_text()]
    assert bare == []
