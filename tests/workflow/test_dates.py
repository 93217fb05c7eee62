"""Days and times have one form and one time zone, wherever they are read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corrections_app import language
from corrections_app.domain.errors import AlreadyDecided
from corrections_app.workflow import dates
from tests.builders import a_correction, accept, an_article

ROOT = Path(__file__).parents[2]
LATE = datetime(2024, 2, 12, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "moment"),
    [
        ("UTC", "12 Feb 2024", "12 Feb 2024, 23:05 UTC"),
        ("Europe/Kyiv", "13 Feb 2024", "13 Feb 2024, 01:05 EET"),
        ("America/Sao_Paulo", "12 Feb 2024", "12 Feb 2024, 20:05 UTC-03"),
        ("Asia/Kathmandu", "13 Feb 2024", "13 Feb 2024, 04:50 UTC+0545"),
    ],
)
def test_a_moment_is_told_in_the_newsrooms_time_zone(make_app, zone, day, moment):
    with make_app(TIMEZONE=zone).app_context():
        assert (dates.day(LATE), dates.day_and_time(LATE)) == (day, moment)
        assert dates.day(date(2024, 9, 1)) == "1 Sep 2024"


@pytest.mark.parametrize(
    ("zone", "moment", "told"),
    [
        ("America/New_York", datetime(1, 1, 1, tzinfo=UTC), "1 Jan 1, 00:00 UTC"),
        ("Europe/Kyiv", datetime(9999, 12, 31, 23, tzinfo=UTC), "31 Dec 9999, 23:00 UTC"),
    ],
)
def test_a_moment_at_the_end_of_the_calendar_is_told_all_the_same(make_app, zone, moment, told):
    # Programs write the first day where they know none (Go's zero time).
    with make_app(TIMEZONE=zone).app_context():
        assert dates.day_and_time(moment) == told


def test_the_day_is_told_where_it_is_not_today(make_app, monkeypatch):
    with make_app(TIMEZONE="Europe/Kyiv").app_context():
        monkeypatch.setattr(dates, "now", lambda: datetime(2024, 2, 13, 21, tzinfo=UTC))
        assert dates.time_lately(LATE) == "01:05 EET"
        monkeypatch.setattr(dates, "now", lambda: datetime(2024, 2, 13, 22, tzinfo=UTC))
        assert dates.time_lately(LATE) == "01:05 EET on 13 Feb 2024"


def test_whoever_was_slower_is_told_the_time_of_the_newsroom(make_app, max_, mira):
    with make_app(TIMEZONE="Europe/Kyiv").app_context():
        correction = a_correction(an_article())
        accept(correction, mira)

        with pytest.raises(AlreadyDecided, match="accepted at 14:00 EET on 2 Mar 2026"):
            accept(correction, max_)


def test_nothing_else_writes_a_date_or_knows_the_zone():
    forms = re.compile(r"%[BbHZ]|\[\"TIMEZONE\"\]|toLocale\w*String")
    roots = [ROOT / "corrections_app", ROOT / "templates"]
    files = [path for root in roots for path in root.rglob("*") if path.suffix in ENDINGS]
    assert len(files) > 300

    found = {path.relative_to(ROOT).as_posix() for path in files if forms.search(path.read_text())}

    assert found == WRITERS


ENDINGS = {".py", ".js", ".html", ".txt", ".xml"}
WRITERS = {
    "corrections_app/workflow/dates.py",
    "corrections_app/sites/ghost.py",
    "corrections_app/sites/wordpress.py",
}
"""The one module, and what two programs of others are asked in."""


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "1 Feb 2024"),
        ("fr", "1er févr. 2024"),
        ("de", "1. Feb. 2024"),
        ("uk", "1 лют. 2024"),
        ("he", "1 בפבר׳ 2024"),
        ("xx", "1 Feb 2024"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(app, lang, said):
    with language.speaking(lang):
        assert dates.day(date(2024, 2, 1)) == said
