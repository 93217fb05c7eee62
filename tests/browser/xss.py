"""A newsroom whose every field holds an attack, and a browser that looks for what came of it.

Chromium asks the application itself, in this process: no server, and the same headers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from sqlalchemy import select

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Action, ChangeClass, Reason, Role
from corrections_app.extensions import db
from corrections_app.models import Correction, Letter, Notice, ReasonWording, User
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import decision, side_facts
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.letters import grouping
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import saved_views
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.record import acts as notices
from corrections_app.workflow.submitting import receipts, submission
from corrections_app.workflow.transaction import Act, write
from tests.builders import CONFIRMED, a_proposal, document
from tests.workflow.sites.writable import a_site

VECTORS: list[str] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "xss.json").read_text("utf-8")
)
TOGETHER = 24
"""So many attacks stand in one field that is long enough."""
BETWEEN = " ¦ "

WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = (said) => { window.ran.push(`${name}(${said})`); };
document.addEventListener("securitypolicyviolation", (e) =>
  window.ran.push(`policy: ${e.effectiveDirective} ${e.blockedURI} ${e.sample}`));
"""
# What our own pages never have: an element or attribute of an attack, code, an address elsewhere.
LOOK = """() => {
  const found = [...(window.ran ?? [])];
  const strange = "object, embed, base[href], math, frame, evil, xss, [evil], meta[http-equiv]";
  for (const one of document.querySelectorAll("*")) {
    if (one.matches(strange)) found.push(one.outerHTML.slice(0, 200));
    if (one.localName === "script" && !one.src && one.type !== "application/ld+json")
      found.push(one.outerHTML.slice(0, 200));
    for (const { name, value } of one.attributes) {
      if (/^on|^srcdoc$|^formaction$/.test(name)) found.push(`${one.localName} ${name}=${value}`);
      if (!/^(href|src|action|data|xlink:href|poster|srcset)$/.test(name)) continue;
      let there;
      try { there = new URL(value, location.href); } catch { continue; }
      const link = name === "href" && one.localName === "a";
      const ours = there.origin === location.origin || (link && /^https?:$/.test(there.protocol));
      if (!ours) found.push(`${one.localName} ${name}=${value}`);
    }
  }
  const said = [document.documentElement.textContent];
  for (const one of document.querySelectorAll("input, textarea, option")) said.push(one.value);
  for (const one of document.querySelectorAll("[aria-label], [title], [alt]"))
    said.push(one.ariaLabel, one.title, one.alt);
  return [found, said.join("\\n")];
}"""


class Attacked:
    """Attacks in every field, from the ``shift``-th on; of receipts each ``each``-th is shown."""

    def __init__(self, app: Any, shift: int = 0, each: int = 1) -> None:
        self.app, self.shift, self.each, self.taken = app, shift, each, 0
        self.in_fields: dict[str, list[str]] = {}
        with app.app_context():
            self._people()
            self._articles()
            self._corrections()
            self._told()
            grouping.compose_due(now() + timedelta(days=2))
            db.session.rollback()
            self.addresses = list(self._addresses())
        self.client = self._signed_in()

    def take(self, field: str, most: int = 2_000, each: int = 1) -> str:
        """The next attacks that fit into a field."""
        chosen: list[str] = []
        for _ in range(len(VECTORS)):
            one = VECTORS[(self.shift + self.taken) % len(VECTORS)]
            self.taken += 1
            if len(BETWEEN.join([*chosen, one])) <= most:
                chosen.append(one)
            if len(chosen) == each:
                break
        self.in_fields.setdefault(field, []).extend(chosen)
        return BETWEEN.join(chosen)

    def _people(self) -> None:
        self.admin = accounts.add("admin@courier.example", role=Role.ADMIN, now=now())
        accounts.rename(self.admin, self.take("person", 90), now=now())

    def _act(self) -> Act:
        return Act(db.session.scalars(select(User).order_by(User.id)).first(), None, now())

    def _articles(self) -> None:
        words = [f"Begin {self.take('paragraph', 3_000, TOGETHER)} end." for _ in range(5)]
        told = document(
            self.take("title", 200), *words, byline=self.take("byline", 90), section="Harbour"
        )
        importing.bring_in(told, slug="hostile", now=now())
        section = self.take("section", 90)
        lines = [f"Line {n} says wrong{n:02} here." for n in range(15)]
        importing.bring_in(document("Plain", *lines, section=section), slug="plain", now=now())
        a_site()

    def _send(self, slug: str, exact: str) -> Correction:
        article = reading.article_at(slug)
        said: dict[str, Any] = {
            "explanation": self.take("explanation", 1_900, TOGETHER),
            "name": self.take("name", 100),
            "credit": True,
            "email": f"a'+onload={self.taken}@reader.example",
        }
        place = a_proposal(article, exact, self.take("replacement", 3_000, TOGETHER), **said)
        link = "https://a.example/?" + self.take("source", 200)
        for source in (link, "https://a.example/" + quote(link)):
            said["source_url"] = source
            try:
                sent = submission.submit(
                    slug, a_proposal(article, exact, place.replacement, **said), key=None, now=now()
                )
                return tokens.by_token(sent.token)
            except Refusal:
                continue
        raise AssertionError("neither address was taken")

    def _corrections(self) -> None:
        self.ids = [self._send("plain", f"wrong{n:02}").id for n in range(15)]
        self.wall = self._send("the-wall", "the the").id
        for number in self.ids[:6]:
            self._decide(number, Action.ACCEPT, self.take("notice", 900, 6))
        self._decide(self.wall, Action.ACCEPT, self.take("notice", 900, 6))
        for number in self.ids[6:9]:
            self._decide(number, Action.REJECT)
        for number in self.ids[6:8]:
            token = tokens.token_for(db.session.get_one(Correction, number))
            receipts.appeal(token, self.take("appeal", 1_900, TOGETHER), now=now())
        note = self.take("hold", 1_900, TOGETHER)
        side_facts.hold(self.ids[9], self._act(), until=now() + timedelta(days=2), note=note)
        note = self.take("escalation", 1_900, TOGETHER)
        side_facts.escalate(self.ids[10], self._act(), note=note)

    def _decide(self, number: int, action: Action, notice: str = "") -> None:
        db.session.rollback()
        row = db.session.get_one(Correction, number)
        known: dict[str, Any] = {"seen": row.version, "revision": row.article.head}
        known |= {"confirmed": CONFIRMED, "note": self.take("note", 1_900, TOGETHER)}
        if action == Action.ACCEPT:
            known |= {"change_class": ChangeClass.CORRECTION, "notice": notice}
        else:
            known |= {"reason": Reason.OPINION}
        decision.decide(number, Verdict(action, **known), self._act())

    def _told(self) -> None:
        act = self._act()
        told = notices.publish(
            "plain", ChangeClass.CORRECTION, self.take("notice", 900, 6), self._act()
        ).notice
        notices.reword(
            told, self.take("notice", 900, 6), self.take("notice's note", 900, 6), 0, self._act()
        )
        reasons.add(
            label=self.take("reason", 60),
            sentence=self.take("reason's words", 300, 2),
            neutral=False,
            sends_letter=True,
            by=act.by,
            now=now(),
        )
        saved_views.save(self.take("view", 90), "lane=waiting", shared=True, by=act.by, now=now())
        with write() as session:  # what the clock would do in ten minutes
            for notice in session.scalars(select(Notice).order_by(Notice.id)):
                notice.public_at = now() - timedelta(minutes=1)

    def _addresses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each page, and which fields stand on it in full, of all that were written."""
        yield "/articles/hostile", ("title", "byline", "paragraph")
        yield "/articles/hostile/edit", ("title", "paragraph")
        yield "/articles/hostile/details", ("byline",)
        yield "/articles/hostile/revisions/1", ("title", "paragraph")
        yield "/articles/plain/details", ("section",)
        yield "/people", ("person",)
        yield "/reasons", ("reason",)
        yield "/queue", ("view",)
        yield "/articles/plain/notices", ("notice's note",)
        yield "/corrections", ("notice",)
        plain = ["/", "/articles", "/articles/plain", "/articles/plain/history", "/outbox"]
        plain += ["/articles/plain/revisions", "/articles/plain/revisions/7?against=1"]
        plain += ["/figures", "/account", "/writebacks", "/corrections/policy", "/accuracy"]
        plain += ["/queue?lane=appealed", "/queue?lane=escalated", "/queue?lane=held"]
        plain += ["/queue?lane=decided", "/notice-style", "/articles/the-wall", "/writebacks/1"]
        plain += [
            f"/{page}={quote(one)}" for page, one in zip(self._searches(), VECTORS, strict=False)
        ]
        plain += [f"/queue/bulk?act=reject&selected={self.ids[12]}&selected={self.ids[13]}"]
        plain += [f"/corrections/{one}" for one in db.session.scalars(select(Notice.id))]
        for reason in db.session.scalars(select(ReasonWording)):
            if not hasattr(Reason, reason.code.upper()):
                plain.append(f"/reasons/{reason.code}")
        for letter in db.session.scalars(select(Letter.id).order_by(Letter.id).limit(4)):
            plain += [f"/outbox/{letter}", f"/outbox/{letter}/html"]
        yield from ((page, ()) for page in plain)
        for number in (*self.ids, self.wall):
            yield f"/queue/{number}", ()
            if number % self.each == 0:  # the same words once more, on a page of less
                row = db.session.get_one(Correction, number)
                yield f"/receipts/{tokens.token_for(row)}", ()

    def _searches(self) -> tuple[str, ...]:
        return (
            "corrections?q", "articles?words", "articles?section", "queue?words", "queue?lane",
            "report?url", "embed/form?url", "articles/plain/corrections/new?q", "sign-in?next",
            "articles/plain/corrections/new?whole=1&field", "sign-in/forgotten?email",
            "articles/plain/corrections/new?beside", "corrections?section", "figures?section",
        )  # fmt: skip

    def written(self, number: int) -> list[str]:
        """The attacks in a correction's own words, as they are kept."""
        with self.app.app_context():
            row = db.session.get_one(Correction, number)
            kept = f"{row.replacement}{BETWEEN}{row.explanation}"
            db.session.rollback()
            return kept.split(BETWEEN)

    def _signed_in(self) -> Any:
        client = self.app.test_client()
        with self.app.app_context():
            path = accounts.one_time_link("admin@courier.example", now=now())
        assert client.post(path.removeprefix("http://localhost")).status_code == 303
        return client

    def answer(self, route: Any) -> None:
        """What the application answers, for the browser; anything foreign is not even asked."""
        parts = urlsplit(route.request.url)
        if parts.netloc != "localhost":
            self.elsewhere.append(route.request.url)
            route.abort()
            return
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": route.request.headers.get("accept", "*/*")}
        found = self.client.get(path, headers=headers, follow_redirects=True)
        told = {name: value for name, value in found.headers if name != "Content-Length"}
        route.fulfill(status=found.status_code, headers=told, body=found.get_data())
        found.close()

    @contextmanager
    def browser(self, chromium: Any) -> Iterator[Any]:
        """A page of a browser that watches."""
        self.elsewhere: list[str] = []
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(WATCH)
        context.route("**/*", self.answer)
        page = context.new_page()
        page.on("dialog", lambda box: (self.elsewhere.append(box.message), box.dismiss()))
        yield page
        context.close()

    def look(self, page: Any, address: str) -> tuple[list[str], str]:
        """What is wrong on a page, and all that it says, without blanks."""
        page.goto(f"http://localhost{address}", wait_until="load")
        found, said = page.evaluate(LOOK)
        return [*found, *self.elsewhere], bare(said)


def bare(text: str) -> str:
    """Words without their blanks, which pages are free to break lines at."""
    return re.sub(r"\s+", "", text)


def faults_of(attacked: Attacked, chromium: Any) -> tuple[int, list[tuple[str, Any]]]:
    """How many pages were opened, and what was wrong on which."""
    faults: list[tuple[str, Any]] = []
    with attacked.browser(chromium) as page:
        for address, fields in attacked.addresses:
            found, said = attacked.look(page, address)
            faults += [(address, one) for one in found]
            attacked.elsewhere.clear()
            kept = [one for field in fields for one in attacked.in_fields[field]]
            if fields == ("notice",):
                kept = kept[-6:]
            number = address.removeprefix("/queue/")
            if number.isdigit():
                kept += attacked.written(int(number))
            faults += [(address, f"not as typed: {one}") for one in kept if bare(one) not in said]
    return len(attacked.addresses), faults
