"""A filter of the queue, worked through with the keys."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.models import Correction

pytestmark = pytest.mark.browser


def test_a_filter_holds_by_keys_to_its_end_and_back_to_its_list(newsroom):
    section = newsroom.section()
    ids, others = newsroom.slips(section, 3), newsroom.slips(section, 2)
    slug = db.session.get_one(Correction, ids[0]).article.slug
    desk = newsroom.desk(section)
    desk.page.goto(f"{desk.url}/queue/next?article={slug}&order=oldest")

    for act, number in (("j", ids[0]), ("a", ids[1])):
        assert desk.at() == number
        assert desk.page.url == f"{desk.url}/queue/{number}?article={slug}&order=oldest"
        desk.press(act)
        desk.await_other(number)
    assert desk.at() == ids[2]
    desk.press("j")  # there is no further one
    desk.page.locator("[data-why]", has_text="Nothing more in this filter.").wait_for()
    desk.page.reload()
    desk.press("a")
    end = desk.page.locator("[data-end]")
    end.wait_for()

    assert "1 of it still waits." in end.inner_text()
    assert set(newsroom.decisions(ids + others)) == set(ids[1:])
    desk.page.keyboard.press("v")
    desk.page.wait_for_url(f"{desk.url}/queue?article={slug}&order=oldest")
    assert desk.page.locator(".count").inner_text().startswith("1 of ")
