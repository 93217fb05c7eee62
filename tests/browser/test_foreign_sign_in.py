"""Another site's page, in a real browser, posts a sign-in link of its own by itself."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from tests.builders import NOON

pytestmark = pytest.mark.browser


@pytest.fixture
def other_site():
    """A site of somebody else's: its page posts to an address as soon as it is opened."""

    class Page(BaseHTTPRequestHandler):
        target = ""

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            form = f"<form method=post action='{self.target}'></form>"
            self.wfile.write(f"{form}<script>document.forms[0].submit()</script>".encode())

        def log_message(self, *_given):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Page, f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_nobody_finds_themself_in_another_s_place(newsroom, other_site):
    url, (page_of, address) = newsroom.url, other_site
    accounts.add("mallory@courier.example", role=Role.MODERATOR, now=NOON)
    link = accounts.one_time_link("mallory@courier.example", now=now())
    page_of.target = url + link[link.index("/", 8) :]
    page = newsroom.desk(newsroom.section()).page
    page.goto(f"{url}/account")
    me = page.get_by_label("Name").input_value()

    page.goto(address)
    page.wait_for_url(page_of.target)

    assert page.get_by_text("This was sent from another site").is_visible()
    page.goto(f"{url}/account")
    assert page.get_by_label("Name").input_value() == me
    # From our own page the same link says who goes before it lets another in.
    page.goto(page_of.target)
    assert page.get_by_text(f"{me} is signed in here.").is_visible()


def test_the_radios_stand_beside_their_labels(newsroom):
    page = newsroom.desk(newsroom.section()).page
    page.goto(f"{newsroom.url}/account")

    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for name in ("On: a single key acts at once", "Off: single keys do nothing"):
            radio = page.get_by_role("radio", name=name)
            dot, label = radio.bounding_box(), page.get_by_text(name, exact=True).bounding_box()
            assert dot["width"] < 25
            assert 0 < label["x"] - (dot["x"] + dot["width"]) < 16
            assert abs((label["y"] + label["height"] / 2) - (dot["y"] + dot["height"] / 2)) < 6
