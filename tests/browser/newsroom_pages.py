"""A newsroom's own pages on another origin, some of them hostile, and our site beside them.

Both are servers of this process: what the site is asked and what it answers is noted down, for
the frame on the page can be looked into by nobody, which is the point of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from flask import request
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from corrections_app import create_app
from corrections_app.extensions import db
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from tests.applications import TRIAL
from tests.builders import document

WRONG = "councillors recieved"
PARAGRAPHS = (
    "The “Harbour” bridge — it’s late",
    "The mayor said on Tuesday that work would begin in 2027.",
    "All nine councillors recieved the engineer’s report, she said, “in good time”…",
    "Work is to take 10:30–11:30 hours, “give or take”.",
    "Copyright of the picture: the town.",
)
# The same as the newsroom's system puts it on its page: other quotes, a drop cap, a link.
SHOWN = """<h1>The “Harbour” bridge — it's late</h1>
<div class="entry-content">
<p><span class="dropcap" style="float:left">T</span>he mayor said on
 Tuesday that work would begin in <a href="/2027">2027</a>.</p>
<p>All <em>nine</em> councillors recieved the engineer's report, she said, "in good time"...</p>
<p>Work is to take 10:30&#8211;11:30 hours, &#8220;give or take&#8221;.</p>
<p>Copyright of the picture: the town.</p>
<aside><p>Copyright of the picture: the agency. councillors</p></aside>
</div>"""


@dataclass
class Case:
    """One kind of page: what stands in its head, its headers, what happens once it has loaded."""

    head: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    script: str = ""
    tag: str = "async"
    """Attributes of our script's tag; without any there is no tag."""


BREAK_GLOBALS = """Array.prototype.toJSON = () => "broken"; JSON.stringify = () => { throw 1 };
window.fetch = () => { throw 1 }; NodeList.prototype.forEach = null;
String.prototype.startsWith = () => true; window.addEventListener = window.addEventListener;"""
FORBID_COPYING = """document.onselectstart = () => false; document.oncontextmenu = () => false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey) { event.preventDefault(); event.stopImmediatePropagation(); } }, true);"""
WRAP = """for (const p of document.querySelectorAll(".entry-content p")) {
  const walker = document.createTreeWalker(p, 4), nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    const font = document.createElement("font"); node.replaceWith(font); font.append(node); } }"""
ADVERTISE = """for (const p of document.querySelectorAll(".entry-content p")) {
  const ad = document.createElement("div"); ad.textContent = "Advertisement: buy recieved things";
  const span = document.createElement("span"); span.textContent = " Advertisement ";
  p.after(ad); p.insertBefore(span, p.firstChild); }"""
SHARE = """document.addEventListener("mouseup", () => setTimeout(share));
document.addEventListener("selectionchange", share);
function share() {
  document.querySelector(".share")?.remove();
  const popup = document.createElement("div"); popup.className = "share";
  popup.textContent = "Share this quote"; popup.style = "position:fixed;top:0;z-index:2147483647";
  document.body.append(popup); }"""
SWALLOW = """window.addEventListener("keydown", (event) => {
  if (event.ctrlKey) { event.preventDefault(); event.stopImmediatePropagation(); } }, true);"""
TRANSLATE = """document.documentElement.className = "translated-ltr";
for (const p of document.querySelectorAll(".entry-content p"))
  p.textContent = "Alle Ratsleute bekamen den Bericht: councillors recieved";"""
UNSTYLE = """<style>*{all:unset!important;display:block!important}
dialog,iframe,button,reader-corrections *{display:none!important;opacity:0!important}</style>"""


def cases(site: str) -> dict[str, Case]:
    """Every kind of page, by its address."""
    strict = (
        f"default-src 'none'; script-src {site}; frame-src {site}; style-src 'self'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    nonce = (
        "script-src 'nonce-abc' 'strict-dynamic'; style-src 'nonce-abc'; object-src 'none'; "
        f"base-uri 'none'; frame-src {site}"
    )
    policy = "Content-Security-Policy"
    sandbox = "sandbox allow-scripts allow-same-origin"
    isolated = {
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return {
        "plain": Case(),
        "no-script": Case(tag=""),
        "strict": Case(headers={policy: strict}),
        "nonce": Case(headers={policy: nonce}, tag='async nonce="abc"'),
        "sandbox": Case(headers={policy: f"{sandbox} allow-forms allow-popups"}),
        "no-forms": Case(headers={policy: sandbox}),
        "isolated": Case(headers=isolated),
        "no-foreign-script": Case(headers={policy: f"default-src 'self'; frame-src {site}"}),
        "no-frames": Case(headers={policy: f"default-src 'self'; script-src {site}"}),
        "unstyled": Case(head=UNSTYLE),
        "no-copying": Case(
            head="<style>body{user-select:none;-webkit-user-select:none}</style>",
            script=FORBID_COPYING,
        ),
        "broken": Case(script=BREAK_GLOBALS),
        "shared": Case(script=SHARE),
        "swallowed": Case(script=SWALLOW),
        "wrapped": Case(script=WRAP),
        "base": Case(head='<base href="https://elsewhere.example/x/">'),
        "ads": Case(script=ADVERTISE),
        "translated": Case(script=TRANSLATE),
    }


def page_of(case: Case, site: str, canonical: str) -> str:
    """The page's HTML; its own script runs before ours."""
    nonce = ' nonce="abc"' if "nonce" in case.tag else ""
    own = f"<script{nonce}>{case.script}</script>" if case.script else ""
    ours = f'<script {case.tag} src="{site}/embed.js" data-corrections="{site}/"></script>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The News</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><link rel="canonical" href="{canonical}">{case.head}'
        f"</head><body>{SHOWN}"
        f'<p><a href="{site}/report?url={canonical}" data-corrections-report>Report an error</a>'
        f"</p>{own}{ours if case.tag else ''}</body></html>"
    )


@dataclass
class Beside:
    """Our site and a newsroom's pages, each at its own origin."""

    app: Any
    url: str
    pages: str
    """Another site: ``localhost``."""
    neighbour: str
    """The same host at another port."""
    stranger: str
    """A host that no setting and no article names."""
    asked: list[tuple[str, str, int, Any]] = field(default_factory=list)
    """Method, path, status and, of JSON, the answer."""
    heard: threading.Condition = field(default_factory=threading.Condition)
    answering: int = 0
    """How many requests are being answered."""

    def wait_for(self, path: str, method: str = "GET") -> tuple[int, Any]:
        """The status and the answer of the first such request since `forget`."""

        def found() -> Any:
            return next((each for each in self.asked if each[:2] == (method, path)), None)

        with self.heard:
            assert self.heard.wait_for(found, timeout=60), self.asked
            return found()[2:]

    def forget(self) -> None:
        """Begin anew, once the last answer that somebody was on to is done."""
        with self.heard:
            assert self.heard.wait_for(lambda: not self.answering, timeout=60)
            self.asked.clear()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """A request is being answered."""
        with self.heard:
            self.answering += 1
        try:
            yield
        finally:
            with self.heard:
                self.answering -= 1
                self.heard.notify_all()


def _whole(both: Beside) -> Any:
    """The application, each of its answers read and closed before any of it is sent.

    The server of the tests leaves an answer's file open where the browser has gone away meanwhile.
    """

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        with both.at_work(), closing(ClosingIterator(both.app(environ, start_response))) as parts:
            return list(parts)

    return answer


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Not on the terminal."""


@contextmanager
def beside(folder: Path, database: str) -> Iterator[Beside]:
    """Serve both until the block ends."""
    pages = ThreadingHTTPServer(("0.0.0.0", 0), BaseHTTPRequestHandler)
    port = pages.server_port
    local, neighbour = f"http://localhost:{port}", f"http://127.0.0.1:{port}"
    settings = {"INSTANCE": str(folder), "EMBED_ORIGINS": f"{local},{neighbour}"}
    app = create_app(TRIAL | settings | {"DATABASE_URL": database})
    both = Beside(app, "", local, neighbour, f"http://127.0.0.2:{port}")
    site = make_server("127.0.0.1", 0, _whole(both), threaded=True, request_handler=_Silent)
    app.config["PUBLIC_URL"] = both.url = url = f"http://127.0.0.1:{site.server_port}"
    app.after_request(_noting(both))
    with app.app_context():
        here = document(*PARAGRAPHS, source_url=f"{local}/harbour/")
        importing.bring_in(here, slug="harbour", now=now())
        db.session.remove()
    pages.RequestHandlerClass = _handler(cases(url), url, f"{local}/harbour/")
    threads = [threading.Thread(target=each.serve_forever) for each in (site, pages)]
    for thread in threads:
        thread.start()
    try:
        yield both
    finally:
        for server in (site, pages):
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()
        with app.app_context():
            db.engine.dispose()


def _noting(both: Beside) -> Any:
    def note(answer: Any) -> Any:
        said = answer.get_json() if answer.is_json else None
        with both.heard:
            both.asked.append((request.method, request.path, answer.status_code, said))
            both.heard.notify_all()
        return answer

    return note


def _handler(known: dict[str, Case], site: str, canonical: str) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            case = known.get(self.path.strip("/"))
            self.send_response(200 if case else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            for name, value in (case.headers if case else {}).items():
                self.send_header(name, value)
            self.end_headers()
            if case:
                self.wfile.write(page_of(case, site, canonical).encode())

        def log_message(self, *said: Any) -> None:
            """Not on the terminal."""

    return Page
