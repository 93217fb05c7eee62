"""The fixtures of the reader's tests: one site with the sample articles, and a page of it."""

from __future__ import annotations

import pytest

from tests.browser.reader import ARTICLE
from tests.processes import serving


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """One site for all who only send: so each sends words that no other test sends."""
    with serving(
        tmp_path_factory.mktemp("site") / "instance", "--samples", letters=False, LIMITS="off"
    ) as served:
        yield served


@pytest.fixture
def page(visitor, site):
    """An article, opened by a reader who has never been there."""
    visitor.goto(site.url + ARTICLE)
    return visitor
