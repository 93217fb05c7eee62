"""What is owed to a reader becomes one letter."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Action, Reason, Role
from corrections_app.extensions import db
from corrections_app.models import Correction, Letter, Owed, ReasonWording
from corrections_app.workflow import tokens
from corrections_app.workflow.letters import addresses, grouping, writing
from corrections_app.workflow.people import accounts
from tests.builders import NOON, a_correction, accept, an_article, decide, reject

DUE = NOON + timedelta(minutes=10)
RTL_OVERRIDE = "\u202e"


class Page(HTMLParser):
    """What an HTML letter shows, and what it would fetch or run."""

    def __init__(self, html):
        super().__init__()
        self.links, self.tags, self.words = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def the_letters():
    grouping.compose_due(DUE)
    return db.session.scalars(select(Letter).order_by(Letter.id)).all()


def the_letter():
    [letter] = the_letters()
    return letter


def flowing(text):
    return " ".join(text.split())


def test_an_accepted_reader_sees_the_words_before_and_after(app, max_):
    accept(a_correction(an_article(), "May 2025", "May 2026"), max_)

    letter = the_letter()

    assert letter.subject == "Corrected, thanks to you: “The harbour wall”"
    before, after = "in May *2025* and cost", "in May *2026* and cost"
    assert flowing(letter.text).index(before) < flowing(letter.text).index(after)
    assert "<del" in letter.html
    assert "<ins" in letter.html
    assert (
        "Work will begin in May 2026 and cost about four million pounds." in Page(letter.html).text
    )


def test_a_difference_is_readable_without_colour(app, max_):
    accept(a_correction(an_article(), "May 2025", "May 2026"), max_)

    tags = Page(the_letter().html).tags

    styles = {tag: attrs.get("style", "") for tag, attrs in tags}
    assert "line-through" in styles["del"]
    assert "underline" in styles["ins"]
    assert "color" not in styles["del"] + styles["ins"]


def test_a_reader_whose_words_were_changed_sees_both(app, max_):
    accept(a_correction(an_article(), "four million", "5 million"), max_, text="five million")

    text = flowing(the_letter().text)

    assert text.index("It now says: Work will begin in May 2025 and cost about *five* million")
    assert text.index("You suggested: Work will begin in May 2025 and cost about *5* million")


def test_a_rejected_reader_is_told_why_and_by_whom_to_be_heard(make_app, database):
    app = make_app(REPLY_TO="desk@courier.example")
    with app.app_context():
        by = accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        reject(a_correction(an_article()), by, reason=Reason.HOUSE_STYLE, note="See page 12.")

        text = flowing(the_letter().text)
        assert db.session.get_one(ReasonWording, Reason.HOUSE_STYLE).sentence in text

    assert "From the editor: See page 12." in text
    assert "ask for a second look" in text
    assert "#appeal" in text
    assert "A reply to this letter reaches an editor" in text


def test_words_that_stay_are_not_struck_out(app, max_):
    reject(a_correction(an_article(), "Ada Marlow", "Eva Marlow"), max_)

    letter = the_letter()

    assert "<del" not in letter.html
    assert "line-through" not in letter.html
    before, after = "said Ada Marlow, who", "said Eva Marlow, who"
    assert Page(letter.html).text.index(before) < Page(letter.html).text.index(after)
    promise = "somebody who did not decide it before will take it, where there is somebody else"
    assert promise in flowing(letter.text)
    assert promise in Page(letter.html).text


def test_a_reason_in_ones_own_words_is_those_words(app, max_):
    reject(a_correction(an_article()), max_, reason=Reason.OTHER, note="It is a quotation, twice.")

    text = flowing(the_letter().text)

    assert "An editor has written why. From the editor: It is a quotation, twice." in text
    assert "We checked the passage" not in text


def test_a_remark_gets_its_answer_with_the_words_it_was_about(app, max_):
    remark = a_correction(an_article(), "Ada Marlow", None, explanation="Is this her real name?")

    decide(remark, Action.ACCEPT, max_, note="It is the name she gave us.")

    letter = the_letter()
    text = flowing(letter.text)
    assert letter.kind == "answered"
    assert "It is high time,” said Ada Marlow, who has fished here" in text
    assert "You wrote: Is this her real name?" in text
    assert "From the editor: It is the name she gave us." in text


def test_every_letter_leads_to_the_words_and_to_the_receipt(app, max_):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    accept(correction, max_)

    letter = the_letter()

    place, keep, _, receipt, stop = Page(letter.html).links
    assert place.startswith("http://localhost/articles/harbour-wall#:~:text=")
    assert unquote(place.partition("text=")[2]) == "will begin in May-,2026,-and cost about four"
    assert receipt == f"http://localhost/receipts/{tokens.token_for(correction)}"
    assert keep == stop == addresses.page_of(letter.address_key)
    assert all(link in letter.text for link in (place, receipt, stop))
    assert correction.reference in letter.text
    assert correction.reference in Page(letter.html).text


def test_one_reader_gets_one_letter_of_all_that_is_due_in_one_article(app, max_):
    article = an_article()
    accept(a_correction(article, "May 2025", "May 2026"), max_)
    reject(a_correction(article, "four million", "forty million"), max_)

    letter = the_letter()

    assert letter.kind == "several"
    assert letter.subject == "About your 2 corrections to “The harbour wall”"
    assert "1 of 2" in letter.text
    assert "*2026*" in letter.text
    assert "*forty*" in letter.text
    assert len(letter.thread.split()) == 2


def test_other_readers_and_other_articles_get_letters_of_their_own(app, max_):
    addresses.keep(addresses.key_of("ada@reader.example"), NOON)
    one, other = an_article(), an_article(slug="another")
    accept(a_correction(one), max_)
    accept(a_correction(other), max_)
    accept(a_correction(one, "May 2025", "May 2026", email="bo@reader.example"), max_)

    letters = the_letters()

    assert sorted(letter.recipient for letter in letters) == [
        "ada@reader.example",
        "ada@reader.example",
        "bo@reader.example",
    ]


def test_a_letter_tells_of_a_handful_at_length_and_of_the_rest_in_a_line_each(app, max_):
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    article = an_article("Numbers", *[f"Number {word} is here." for word in words])
    corrections = [a_correction(article, word, word.upper()) for word in words]
    for correction in corrections:
        reject(correction, max_)

    letter = the_letter()

    text = flowing(letter.text)
    assert letter.subject == "About your 8 corrections to “Numbers”"
    assert "*SIX*" in text
    assert "*SEVEN*" not in text
    assert "And 2 more, in short:" in text
    assert f"{corrections[7].reference}: not changed" in text
    assert all(tokens.token_for(one) in letter.html for one in corrections)


def test_no_letter_is_written_before_the_time_to_undo_is_over(app, max_):
    accept(a_correction(an_article()), max_)

    assert grouping.compose_due(DUE - timedelta(seconds=1)) == 0
    assert grouping.compose_due(DUE) == 1
    assert grouping.compose_due(DUE) == 0


def test_what_is_no_longer_owed_is_not_written(app, max_):
    accept(a_correction(an_article()), max_)
    db.session.scalars(select(Owed).filter_by(kind="accepted")).one().state = "cancelled"
    db.session.commit()

    assert the_letters() == []


def test_a_purged_address_gets_no_letter(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)
    db.session.delete(db.session.get_one(Correction, correction.id).contact)
    db.session.commit()

    assert the_letters() == []
    assert db.session.scalars(select(Owed.state).filter_by(kind="accepted")).one() == "cancelled"


def test_readers_words_are_shown_and_never_obeyed(app, max_):
    hostile = '<img src="http://evil.example/x.png"><script>alert(1)</script>'
    reject(a_correction(an_article(), "May 2025", hostile, name="<b>Bo</b>"), max_)

    page = Page(the_letter().html)

    assert {tag for tag, _ in page.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "div", "p", "br", "b", "a"),
        *("del", "ins"),
    }
    assert "<script>alert(1)</script>" in page.text
    assert "Dear <b>Bo</b>," in page.text
    assert not [tag for tag, attrs in page.tags if "src" in attrs]


def test_a_subject_holds_no_control_and_no_direction(app, max_):
    title = f"Wall\u2028 and{RTL_OVERRIDE} harbour"
    correction = a_correction(an_article(title, "The the wall stands."), "The the", "The")
    accept(correction, max_)

    assert the_letter().subject == "Corrected, thanks to you: “Wall and harbour”"


@pytest.mark.parametrize("filling", ["слово ", "\"'<&> ", "🦀"])
def test_a_letter_stays_small(app, max_, filling):
    article = an_article("Довгий текст", filling.strip() * 400 + " кінець.", "Інший абзац.")
    for reader in range(12):
        text = f"{reader} " + filling * 900
        correction = a_correction(article, "Інший абзац.", text, explanation=filling * 300)
        reject(correction, max_, note=filling * 160)

    letters = the_letters()

    assert [len(letter.owed) for letter in letters] == [12]
    assert len(letters[0].html.encode()) <= 30_000


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_for_both_sides(app, reason):
    wording = db.session.get_one(ReasonWording, reason)

    assert wording.label
    assert wording.sentence.endswith(".")


@pytest.mark.own_app
def test_a_template_in_the_instance_takes_the_place_of_ours(app, max_, tmp_path):
    own = tmp_path / "instance" / "templates" / "emails" / "accepted"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("Ta very much, {{ name or 'friend' }}")
    accept(a_correction(an_article()), max_)

    assert the_letter().subject == "Ta very much, friend"


@pytest.mark.own_app
def test_a_broken_template_says_so_and_is_tried_again(app, max_, tmp_path):
    own = tmp_path / "instance" / "templates" / "emails" / "accepted"
    own.mkdir(parents=True)
    article = an_article()
    (own / "body.html").write_text("{{ no.such.thing }}")
    accept(a_correction(article), max_)
    reject(a_correction(article, "May 2025", "May 2026", email="bo@reader.example"), max_)

    assert [letter.recipient for letter in the_letters()] == ["bo@reader.example"]
    owed = db.session.scalars(select(Owed).filter_by(kind="accepted")).one()
    assert "UndefinedError" in owed.error

    (own / "body.html").unlink()
    app.jinja_env.cache.clear()
    writing._unescaped.cache_clear()
    assert grouping.compose_due(DUE + grouping.COMPOSE_AGAIN) == 1


def test_a_sign_in_link_stands_nowhere_but_in_the_letter_that_is_sent(app):
    link = "http://localhost/sign-in/very-secret"

    composed = writing.sign_in("max@courier.example", "Max", link)

    assert composed.secret == link
    assert "very-secret" not in composed.text + composed.html + composed.subject
    assert composed.text.count(writing.SECRET_MARK) == 1


def test_letters_about_one_correction_share_a_thread_and_nothing_else(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    letter = the_letter()

    assert letter.thread == writing.thread_id(correction)
    assert letter.thread != letter.message_id
    assert re.fullmatch(
        rf"<letter-{letter.id}\.[0-9a-f]{{24}}@courier\.example>", letter.message_id
    )


def test_no_letter_tells_of_more_than_forty():
    """A hundred corrections of two articles by one reader whose address is known."""
    rows = [grouping.Due(n, "rejected", n % 2, "rejected", "ada@reader.example") for n in range(99)]

    groups = grouping._by_article(rows)

    assert [len(group) for group in groups] == [40, 10, 40, 9]
    assert sorted(one for group in groups for one in group) == list(range(99))


def test_the_first_letter_to_an_address_tells_of_forty_and_the_rest_waits(app, max_):
    article = an_article("A title", " ".join(f"wrod{n:02}x" for n in range(41)))
    for n in range(41):
        reject(a_correction(article, f"wrod{n:02}x", f"word{n:02}x"), max_)

    the_letter()

    states = db.session.scalars(select(Owed.state).where(Owed.kind == "rejected")).all()
    assert (states.count("lettered"), states.count("waiting")) == (40, 1)
