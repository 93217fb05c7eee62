"""A subject holds the words of a headline: joined where they are joined, and nothing unseen."""

from __future__ import annotations

import pytest

from corrections_app.workflow.letters.letter import plain


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("The har\u00adbour ad\u00adminis\u00adtra\u00adtion", "The harbour administration"),
        ("بندر یخ\u200cزده است", "بندر یخ\u200cزده است"),
        ("क्\u200dष और क्\u200cष", "क्\u200dष और क्\u200cष"),
        ("The 👩\u200d👧 sail", "The 👩\u200d👧 sail"),
        ("\u202eThe\u202c quay\u200e froze\u2069", "The quay froze"),
        ("zero\u200bwidth\ufeff\u2060", "zerowidth"),
        ("no\u00a0break\nand lines\r\x00", "no break and lines"),
        ("=?utf-8?q?x?=", "= ?utf-8?q?x?="),
    ],
)
def test_unseen_signs_part_no_word(title, subject) -> None:
    assert plain(title) == subject
