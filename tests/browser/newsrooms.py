"""The fixtures of the triage tests: one served newsroom, and people at their desks."""

from __future__ import annotations

import pytest

from corrections_app import create_app
from corrections_app.extensions import db
from tests.applications import TRIAL
from tests.browser.triaging import PAUSE, Newsroom
from tests.processes import serving


@pytest.fixture(scope="package")
def served(tmp_path_factory, databases):
    instance = tmp_path_factory.mktemp("triage") / "instance"
    url = databases.fresh()
    with serving(instance, letters=False, LIMITS="off", DATABASE_URL=url) as site:
        app = create_app(TRIAL | {"INSTANCE": str(instance), "DATABASE_URL": url})
        with app.app_context():
            yield app, site.url
            db.session.remove()
            db.engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="package")
def open_newsroom(served, chromium):
    opened = Newsroom(*served, chromium)
    yield opened
    opened.close()


@pytest.fixture
def newsroom(open_newsroom):
    yield open_newsroom
    db.session.rollback()
    open_newsroom.leave()


@pytest.fixture
def desk(newsroom):
    """Max before four slips, the first of them on the table."""
    return before_slips(newsroom)


@pytest.fixture
def careful(newsroom):
    """The same, with the pause that a card has in earnest."""
    return before_slips(newsroom, pause=PAUSE)


@pytest.fixture
def newcomer(newsroom, request):
    """The same for somebody of whom no other test knows."""
    return before_slips(newsroom, name="".join(filter(str.isalnum, request.node.name)))


def before_slips(newsroom, **how):
    section = newsroom.section()
    ids = newsroom.slips(section, 4)
    desk = newsroom.desk(section, **how)
    desk.ids = ids
    desk.begin()
    return desk
