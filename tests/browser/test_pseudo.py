"""Every page in a longer language: nothing is cut off, nothing lies over another thing."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from corrections_app import create_app, language
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.roles import Role
from corrections_app.extensions import db
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from tests.applications import TRIAL
from tests.browser.barriers import barriers, named
from tests.browser.selecting import select
from tests.builders import a_correction, accept, an_article, document, reject
from tests.messages import pseudo

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 1280, 1366)
READERS = ("/", "/articles/wall", "/articles/wall/corrections/new", "/corrections", "/privacy")
READERS += (
    "/corrections/policy",
    "/rules",
    "/receipts",
    "/sign-in",
    "/sign-in/forgotten",
    "/report",
)
STAFF = ("/queue", "/queue/1", "/account", "/people", "/reasons", "/outbox", "/tokens", "/hooks")
STAFF += ("/rules/editing", "/figures", "/notice-style", "/articles", "/writebacks")
STAFF += ("/figures/accuracy", "/account/second-factor", "/articles/wall/edit")
# What is wider than the window, and texts that their box cuts off.
FAULTS = """() => {
  const root = document.scrollingElement, faults = [];
  if (root.scrollWidth > innerWidth + 1) faults.push(`the page is ${root.scrollWidth} wide`);
  for (const one of document.querySelectorAll("body *")) {
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.includes("["));
    if (!says || box.width < 3 || style.clipPath !== "none") continue;
    const cuts = style.overflowX !== "visible" || style.textOverflow === "ellipsis";
    const shown = one.outerHTML.slice(0, 160);
    if (cuts && one.scrollWidth > one.clientWidth + 2) faults.push(`cut: ${shown}`);
    if (box.right > innerWidth + 1 || box.left < -1) {
      const scrolls = one.closest("[style*=overflow], .scrolls, table, pre, nav");
      if (!scrolls) faults.push(`outside: ${shown}`);
    }
  }
  for (const tool of document.querySelectorAll(".tools > *, .trail .next"))
    if (tool.checkVisibility() && tool.clientHeight > 44)
      faults.push(`two lines: ${tool.outerHTML.slice(0, 90)}`);
  const acts = [...document.querySelectorAll("button, a.button, input, select, textarea")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((one) => !one.closest(".unseen"))
    .map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 2);
  for (const [index, [one, a]] of acts.entries())
    for (const [other, b] of acts.slice(index + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const fixed = (each) => { for (; each; each = each.parentElement)
        if (["fixed", "sticky"].includes(getComputedStyle(each).position)) return true; };
      if (wide > 2 && high > 2 && !fixed(one) && !fixed(other))
        faults.push(`over: ${one.outerHTML.slice(0, 90)} and ${other.outerHTML.slice(0, 90)}`);
    }
  return faults;
}"""


# Until the page stands as wide as its window is now, in its own letters.
LAID_OUT = """() => document.fonts.ready.then(
  () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
).then(() => true)"""


class _Silent(WSGIRequestHandler):
    def log(self, type, message, *args):
        """Not on the terminal."""


def _caches():
    return language._translations, language._formats, language.messages


@pytest.fixture(scope="module")
def site(tmp_path_factory, databases):
    """The application in the language of tests, served by this process."""
    folder, database = tmp_path_factory.mktemp("pseudo"), databases.fresh()
    pseudo.write(folder / "locales")
    kept, language.FOLDER = language.FOLDER, folder / "locales"
    for each in _caches():
        each.cache_clear()
    settings = {"LANGUAGES": pseudo.LANG, "DATABASE_URL": database, "INSTANCE": str(folder / "i")}
    app = create_app(TRIAL | settings)

    def whole(environ, start_response):
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return list(parts)

    server = make_server("127.0.0.1", 0, whole, threaded=True, request_handler=_Silent)
    app.config["PUBLIC_URL"] = f"http://127.0.0.1:{server.server_port}"
    with app.app_context():
        _fill()
        app.config["LINK"] = accounts.one_time_link("eve@courier.example", now=now())
        db.session.remove()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        with app.app_context():
            db.engine.dispose()
        databases.drop(database)
        language.FOLDER = kept
        for each in _caches():
            each.cache_clear()


def _fill():
    article = an_article(slug="wall", now=now())
    eve = accounts.add("eve@courier.example", role=Role.ADMIN, now=now())
    waiting = a_correction(article, "about four million", "about five million", now=now())
    assert waiting.id == 1
    accept(
        a_correction(article, "the the", "the", now=now()),
        eve,
        change_class=ChangeClass.CORRECTION,
        notice="It said so.",
    )
    reject(a_correction(article, "high time", "low time", now=now()), eve)
    importing.bring_in(document("A second one", "It says this."), slug="second", now=now())


@pytest.fixture(scope="module")
def admin(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.config["LINK"])
    page.locator("main button").first.click()
    page.wait_for_url("**/queue")
    yield page
    context.close()


@pytest.fixture(scope="module")
def reader(chromium):
    """Not `visitor`, which hears of each style that axe tries where our policy forbids it."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def faults(page, url):
    found = []
    answer = page.goto(url)
    assert answer.status == 200, url
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate(LAID_OUT)
        found += [f"{width}: {fault}" for fault in page.evaluate(FAULTS)]
    return found + [f"axe: {rule} {element}" for rule, element in named(barriers(page))]


@pytest.mark.parametrize("path", READERS)
def test_readers_pages_have_room(reader, site, path):
    assert faults(reader, site.config["PUBLIC_URL"] + path) == []


@pytest.mark.parametrize("path", STAFF)
def test_staff_pages_have_room(admin, site, path):
    assert faults(admin, site.config["PUBLIC_URL"] + path) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_dialog_has_room(visitor, site, width):
    visitor.set_viewport_size({"width": width, "height": 844})
    visitor.goto(site.config["PUBLIC_URL"] + "/articles/second")
    select(visitor, "It says this")
    visitor.keyboard.press("Control+Enter")
    visitor.get_by_role("dialog").get_by_role("textbox").first.wait_for()
    assert visitor.evaluate(FAULTS) == []


PLANTED = """<!doctype html><body style="margin:0"><p style="width:40px;overflow:hidden;
white-space:nowrap">[what is cut off]</p><p style="position:absolute;left:-90px;top:200px">[outside]
</p><button style="position:absolute;top:90px;left:0">[one]</button><button
style="position:absolute;top:95px;left:5px">[two]</button><div style="width:3000px">[wide]</div>"""


def test_what_is_looked_for_is_found(visitor):
    visitor.set_content(PLANTED)
    found = " ".join(visitor.evaluate(FAULTS))
    assert all(fault in found for fault in ("cut:", "outside:", "over:", "the page is"))
