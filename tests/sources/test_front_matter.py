"""What stands on top of a document is read as YAML or TOML, or it is refused in words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources import Options, read

NEW_YORK = ZoneInfo("America/New_York")


def found(document, head: str, *, fence: str = "---", **options):
    text = f"{fence}\n{head}\n{fence}\n\nShips waited.\n"
    return read(document("a.md", text), Options(**options))


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("title: The quay froze", "The quay froze"),
        ("title: The quay froze # at last", "The quay froze"),
        ("title: >-\n  The quay\n  froze", "The quay froze"),
        ("title: |\n  The quay\n  froze\n", "The quay froze"),
        ("title: The quay\n  froze", "The quay froze"),
        ('title: "The quay\n  froze"', "The quay froze"),
        ('title: "The \\"quay\\" froze"', 'The "quay" froze'),
        ("title: 'The mayor''s quay'", "The mayor's quay"),
        ("title: The quay: what now", "The quay: what now"),
        ("title: It's here: the ice", "It's here: the ice"),
        ("title: “The quay”, it said: no", "“The quay”, it said: no"),
        ("title: 1984", "1984"),
        ("title: No", "No"),
        ("title: 1.10", "1.10"),
        ("title: 12:30", "12:30"),
        ("Title: The quay froze", "The quay froze"),
        ("title: The quay froze\ncover:\n  title: A photo", "The quay froze"),
        ("cover:\n  title: A photo\ntitle: The quay froze", "The quay froze"),
        ("seo: {title: Buy ice}\ntitle: The quay froze", "The quay froze"),
        ("links:\n  - title: Other\ntitle: The quay froze", "The quay froze"),
        ("title: The quay froze\r", "The quay froze"),
    ],
)
def test_the_headline_is_the_outermost_title(document, head, title) -> None:
    assert found(document, head).title == title


@pytest.mark.parametrize("empty", ["~", "null", "", '""', "''"])
def test_nothing_is_nothing(document, empty) -> None:
    text = f"---\ntitle: {empty}\nauthor: {empty}\nlang: en\n---\n\n# The quay\n\nShips."
    article = read(document("a.md", text))
    assert (article.title, article.byline) == ("The quay", None)


@pytest.mark.parametrize(
    "said",
    [
        'author: [Ann Lee, "Bo Ek"]',
        "author:\n  - Ann Lee\n  - Bo Ek",
        "authors:\n- name: Ann Lee\n- name: Bo Ek\n  email: bo@c.example",
        "byline: Ann Lee, Bo Ek",
    ],
)
def test_several_writers_are_one_line(document, said) -> None:
    assert found(document, f"title: T\n{said}").byline == "Ann Lee, Bo Ek"


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2024-03-21 4:00:00 +0000", "2024-03-21T04:00:00"),
        ("2024-03-21 04:00", "2024-03-21T08:00:00"),
        ("2024-03-21T04:00:00Z", "2024-03-21T04:00:00"),
        ("2024-03-21T04:00:00+02:00", "2024-03-21T02:00:00"),
        ("2024-03-21 4:00:00 -5", "2024-03-21T09:00:00"),
        ("2024-3-21", "2024-03-21T04:00:00"),
        ("2024-03-21", "2024-03-21T04:00:00"),
        ('"2024-03-21"', "2024-03-21T04:00:00"),
        ("2024-01-02", "2024-01-02T05:00:00"),
        ("Thu, 21 Mar 2024 04:00:00 GMT", "2024-03-21T04:00:00"),
    ],
)
def test_a_date_without_a_zone_is_the_newsrooms(document, date, moment) -> None:
    published = found(document, f"title: T\ndate: {date}", zone=NEW_YORK).published
    assert published == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert published.astimezone(NEW_YORK).date().isoformat() in (
        "2024-03-21",
        "2024-01-02",
        "2024-03-20",
    )


def test_the_operators_date_is_the_newsrooms_too(document) -> None:
    published = found(document, "title: T", published="2024-01-02", zone=NEW_YORK).published
    assert published.astimezone(NEW_YORK).isoformat() == "2024-01-02T00:00:00-05:00"


def test_toml_says_the_same(document) -> None:
    head = (
        'title = "The quay froze"\nauthors = ["Ann Lee", "Bo Ek"]\ndate = 2024-01-02\n'
        'description = """\nShips\nwaited"""\n[cover]\ntitle = "A photo"'
    )
    article = found(document, head, fence="+++", zone=NEW_YORK)
    assert (article.title, article.byline) == ("The quay froze", "Ann Lee, Bo Ek")
    assert article.standfirst == "Ships waited"
    assert article.published.isoformat() == "2024-01-02T05:00:00+00:00"
    assert "cover" in article.dropped[0]


@pytest.mark.parametrize(
    ("head", "fence", "words"),
    [
        ("title: [The quay", "---", "cannot be read (line"),
        ('title: "The quay', "---", "cannot be read (line"),
        ("title:\n  main: The quay\n  sub: froze", "---", "'title' is no words"),
        ("title: T\nlang:\n  - {a: b}", "---", "'lang' is no words"),
        ("title: T\n\tx: y", "---", "cannot be read (line"),
        ("title: &a [*a]", "---", "no words"),
        ("title: !!python/object:os.system x", "---", "cannot be read"),
        ("title: " + "[" * 5_000, "---", "cannot be read"),
        ("title = The quay", "+++", "not TOML"),
        ("title: " + "x" * 70_000, "---", "shorten it"),
    ],
)
def test_what_is_not_understood_is_refused(document, head, fence, words) -> None:
    with pytest.raises(ImportRefused) as refused:
        found(document, head, fence=fence, title="T")
    assert words in refused.value.message
    assert "\n" not in refused.value.message


def test_text_between_two_rules_is_text(document) -> None:
    article = read(
        document("a.md", "---\nShips waited.\n---\n\nNobody sailed.\n"), Options(title="T")
    )
    assert [part.text for part in article.body[1:]] == ["Ships waited.", "Nobody sailed."]
