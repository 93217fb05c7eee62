"""More than 300 attacks in every field, on every page, in a real browser: they are words.

``python -m tests.bench.xss`` moves them on until each was in each field.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from xml.etree import ElementTree

import pytest

from tests.browser.xss import VECTORS, Attacked, bare, faults_of

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def attacked(databases, applications, tmp_path_factory):
    url = databases.fresh()
    folder = tmp_path_factory.mktemp("attacked")
    yield Attacked(applications.make(url, folder, own=True, NEWSROOM=VECTORS[16]), each=5)
    applications.put_down()
    databases.drop(url)


def test_there_are_more_than_300_and_each_stands_in_some_field(attacked):
    written = {one for several in attacked.in_fields.values() for one in several}

    assert len(set(VECTORS)) > 300
    assert set(VECTORS) <= written


def test_none_does_anything_and_all_are_shown_as_they_were_typed(attacked, chromium):
    pages, faults = faults_of(attacked, chromium)

    assert pages > 70
    assert faults == []


def test_they_are_words_in_what_programs_read_too(attacked):
    told = attacked.in_fields["notice"][-6:]
    get = attacked.client.get

    feed = ElementTree.fromstring(get("/corrections.atom").data)
    entries = json.loads(get("/corrections.json").data)["items"]
    rows = list(csv.reader(io.StringIO(get("/corrections.csv").get_data(as_text=True))))
    page = get("/articles/hostile").get_data(as_text=True)
    (linked,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)

    for one in told:
        # What feeds tell is HTML: escaped once more.
        assert bare(one) in bare(html.unescape("".join(feed.itertext())))
        assert bare(one) in bare(html.unescape(" ".join(_texts(entries))))
        assert bare(one) in bare(" ".join(cell for row in rows for cell in row))
    assert not [cell for row in rows for cell in row if re.match(r"[=+\-@\t\r]", cell)]
    assert attacked.in_fields["title"][0] in _texts([json.loads(linked)])


def _texts(value):
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value)]
