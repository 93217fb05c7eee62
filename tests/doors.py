"""A newsroom in which every door has something behind it, and people who stand before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from werkzeug.routing import Rule

from corrections_app.domain.lifecycle import Action, ChangeClass, Reason, Role
from corrections_app.domain.warnings.house_rules import Rule as HouseRule
from corrections_app.extensions import db
from corrections_app.models import Article, Call, Correction, Hold, Letter, Site, User
from corrections_app.models import WriteBack as WriteBackRow
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing, reading, retiring
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import asking, bulk, decision, side_facts
from corrections_app.workflow.deciding.bulk import Batch, Seen
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.hooks import registry as hooks
from corrections_app.workflow.hooks.registry import By
from corrections_app.workflow.house_rules import keeping as house_rules
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.people import accounts, one_time_links
from corrections_app.workflow.people.one_time_links import Purpose
from corrections_app.workflow.programs import tokens as programs
from corrections_app.workflow.queue import saved_views
from corrections_app.workflow.record import acts as notices
from corrections_app.workflow.sites import pings
from corrections_app.workflow.submitting import receipts
from corrections_app.workflow.transaction import Act, write
from tests.builders import CONFIRMED, a_correction, document
from tests.workflow.sites.writable import a_site

HERE, THERE = "Harbour", "Culture"
PEOPLE: dict[str, tuple[Role, str | None]] = {
    "here": (Role.MODERATOR, HERE),
    "there": (Role.MODERATOR, THERE),
    "roving": (Role.MODERATOR, None),
    "editor": (Role.EDITOR, None),
    "admin": (Role.ADMIN, None),
    "gone": (Role.ADMIN, None),
    "spare": (Role.MODERATOR, None),
}
"""Who works here, and in which section; the account of ``gone`` is closed by now."""
STRANGERS = ("stranger", "gone")

UNKNOWN: dict[str, Any] = {
    "slug": "no-such-article",
    "token": "x" * 24,
    "key": "x" * 24,
    "code": "no_such_reason",
    "way": "no_such_way",
    "change_class": "no_such_class",
    "name": f"{'0' * 64}.png",
    "filename": "no/such/file.css",
    "number": 40_404,
}
"""What stands in an address that leads to nothing; every other number is such a one too."""

_ON_ONE = (
    "decide", "hold", "escalate", "ask", "answer", "skip", "place", "split", "duplicate",
    "put_back", "approve", "send_back", "uphold", "undo", "reopen", "bulk", "told", "own", "spare",
)  # fmt: skip
"""Each act on a correction has one of its own, in both sections."""


class Newsroom:
    """The objects behind the doors: in one section, in another, and none."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.ids: dict[tuple[str, str], int] = {}
        self.known: dict[str, Any] = {}
        with app.app_context():
            self._people()
            self._site()
            for section, by in ((HERE, "here"), (THERE, "there")):
                self._section(section, by)
            self._rest()
            self.browsers = {name: self._browser(name) for name in ("stranger", *PEOPLE)}
            accounts.disable("gone@courier.example", now=now())
            db.session.rollback()

    def _people(self) -> None:
        for name, (role, section) in PEOPLE.items():
            accounts.add(f"{name}@courier.example", role=role, now=now())
            with write() as session:
                session.scalars(select(User).filter_by(name=name)).one().section = section

    def user(self, name: str) -> User:
        """One of the people, read now."""
        db.session.rollback()
        return accounts.by_email(f"{name}@courier.example")

    def _act(self, name: str) -> Act:
        return Act(self.user(name), None, now())

    def _site(self) -> None:
        a_site()
        self.known["site"] = pings.key_of(db.session.scalars(select(Site)).one())

    def _section(self, section: str, by: str) -> None:
        slug = section.lower()
        words = [f"Line {name} has words that are wrong_{name} today." for name in _ON_ONE]
        importing.bring_in(
            document(f"All of {slug}", *words, section=section), slug=slug, now=now()
        )
        for name in _ON_ONE:
            article = reading.article_at(slug)
            email = f"{by}@courier.example" if name == "own" else f"{name}@reader.example"
            sent = a_correction(article, f"wrong_{name}", f"right_{name}", now=now(), email=email)
            self.ids[section, name] = sent.id
        self._decide(section, by)
        self._proposals(section, by)
        told = notices.publish(slug, ChangeClass.CORRECTION, "It was wrong.", self._act(by))
        self.ids[section, "notice"] = told.notice

    def _verdict(self, section: str, name: str, by: str, action: Action, **more: Any) -> Any:
        number = self.ids[section, name]
        db.session.rollback()
        row = db.session.get_one(Correction, number)
        known = {"seen": row.version, "revision": row.article.head, "confirmed": CONFIRMED}
        return decision.decide(number, Verdict(action, **(known | more)), self._act(by))

    def _decide(self, section: str, by: str) -> None:
        for name in ("undo", "reopen", "told"):
            self._verdict(section, name, by, Action.ACCEPT)
        self._verdict(section, "uphold", "roving", Action.REJECT, reason=Reason.NOT_AN_ERROR)
        receipts.appeal(self.receipt(section, "uphold"), "Please look again.", now=now())
        row = self.row(section, "bulk")
        batch = Batch(Action.SKIP, (Seen(row.id, row.version, row.article.head),), None, "")
        self.ids[section, "bulk_id"] = bulk.carry_out(batch, self._act(by))
        side_facts.skip(self.ids[section, "put_back"], self._act(by))
        asked = self.row(section, "answer")
        asking.ask(asked.id, "Who says so?", self._act("roving"), seen=asked.version)
        with write() as session:
            held = {"correction_id": self.ids[section, "spare"], "by_id": self.user(by).id}
            session.merge(Hold(**held, created_at=now(), until=now(), note="checking"))

    def _proposals(self, section: str, by: str) -> None:
        before, self.app.config["SECOND_APPROVAL"] = self.app.config["SECOND_APPROVAL"], "all"
        for name in ("approve", "send_back"):
            self._verdict(section, name, by, Action.ACCEPT)
        self.app.config["SECOND_APPROVAL"] = before

    def _rest(self) -> None:
        importing.bring_in(document("It is gone", "Words."), slug="gone", now=now())
        retiring.retire("gone", "It was a hoax.", self._act("editor"), confirmed=True)
        accounts.send_link("spare@courier.example", by=self.user("admin"), now=now())
        with write() as session:
            letter = session.scalars(select(Letter).order_by(Letter.id)).one()
            letter.state, letter.error, letter.attempts = "dead", "550 no such person", 1
            wall = session.scalars(select(Article).filter_by(slug="the-wall")).one()
            wall.section = HERE
        sent = a_correction(reading.article_at("the-wall"), now=now())
        self.ids[HERE, "wall"] = sent.id
        self._verdict(HERE, "wall", "here", Action.ACCEPT)
        rows = {"write_back": WriteBackRow, "letter": Letter}
        for name, model in rows.items():
            self.known[name] = db.session.scalars(select(model.id).order_by(model.id)).first()
        for name, by, shared in (("mine", "here", False), ("ours", "editor", True)):
            view = saved_views.save(
                name, "lane=waiting", shared=shared, by=self.user(by), now=now()
            )
            self.known[name] = view.id
        rule = HouseRule(0, "Kyiv", ("Kiev",), "It is Ukrainian.")
        self.known["rule"] = house_rules.add(rule, by=self.user("editor"), now=now())
        made = programs.make("the CMS", ["articles:read"], self.user("editor"), now=now())
        self.known["token"] = made.token.id
        hook = hooks.add("https://desk.example/heard", ["article.revised"], None, By(None, now()))
        hooks.test(hook.id, By(None, now()))
        self.known["hook"] = hook.id
        self.known["call"] = db.session.scalars(select(Call.id).order_by(Call.id)).one()
        self.known["mail"] = addresses.token_of(addresses.key_of("told@reader.example"))

    def row(self, section: str, name: str) -> Correction:
        """The correction that an act has in a section, as it stands now."""
        db.session.rollback()
        return db.session.get_one(Correction, self.ids[section, name])

    def receipt(self, section: str, name: str) -> str:
        """The key to a reader's page."""
        return tokens.token_for(self.row(section, name))

    def link(self, purpose: str = "sign-in") -> str:
        """The key to a way in for the person whose account no test needs."""
        made = one_time_links.new_token()
        meant = Purpose.RESET if purpose == "reset" else Purpose.SIGN_IN
        with write() as session:
            one_time_links.keep(session, self.user("spare").id, meant, made, now())
        return made

    def _browser(self, name: str) -> tuple[Any, str]:
        """A browser of this person, and the token of its pages."""
        client = self.app.test_client()
        if name == "stranger":
            return client, ""
        path = accounts.one_time_link(f"{name}@courier.example", now=now())
        assert client.post(path.removeprefix("http://localhost")).status_code == 303
        page = client.get("/account").get_data(as_text=True)
        found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
        assert found
        return client, found[1]

    def place(self, endpoint: str, section: str | None) -> dict[str, Any]:
        """What fills an endpoint's address: of this section, or (None) what there is none of."""
        room, _, act = endpoint.partition(".")
        if section is None:
            numbers = dict.fromkeys(("correction_id", "notice_id", "letter_id", "user_id"), 40_404)
            kept = ("bulk_id", "view_id", "passkey_id", "rule_id", "token_id", "hook_id", "call_id")
            others = dict.fromkeys(kept, 40_404)
            return UNKNOWN | numbers | others | {"act": "disable", "what": "test"}
        number = self.ids.get((section, act), self.ids[section, "told"])
        place: dict[str, Any] = {
            "slug": section.lower(),
            "correction_id": number,
            "notice_id": self.ids[section, "notice"],
            "letter_id": self.known["letter"] or 1,
            "user_id": self.user("spare").id,
            "bulk_id": self.ids[section, "bulk_id"],
            "view_id": self.known["ours"],
            "passkey_id": 1,
            "rule_id": self.known["rule"],
            "token_id": self.known["token"],
            "hook_id": self.known["hook"],
            "call_id": self.known["call"],
            "what": "test",
            "number": {"record": self.ids[section, "notice"]}.get(room, 1),
            "act": "disable",
            "code": "opinion",
            "way": "figure",
            "change_class": "correction",
            "key": self.known["site"],
            "name": UNKNOWN["name"],
            "filename": "css/site.css",
            "token": self._token(room, act, section),
        }
        if room == "writebacks":
            place["number"] = self.known["write_back"]
        return place

    def place_in(self, rule: Rule, section: str | None) -> str:
        """The path of a route, filled for a section, or leading nowhere."""
        with self.app.app_context():
            known = self.place(rule.endpoint, section)
        place = {name: known[name] for name in rule.arguments}
        path = rule.build(place, append_unknown=False)
        assert path is not None, rule
        return path[1]

    def _token(self, room: str, act: str, section: str) -> str:
        if room == "subscriptions" or act.endswith("_mailbox"):
            return str(self.known["mail"])
        if room == "sign_in":
            return self.link("reset" if act in ("choose", "reset") else "sign-in")
        names = {"answer": "answer", "appeal": "uphold", "withdraw": "own", "email": "spare"}
        return self.receipt(section, names.get(act, "told"))

    @contextmanager
    def changes(self) -> Iterator[list[str]]:
        """What is written and committed meanwhile, but for when a browser was last seen."""
        done: list[str] = []
        open_: list[str] = []

        def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
            if re.match(r"\s*(INSERT|UPDATE|DELETE)", statement) and not re.match(
                r"\s*UPDATE sessions", statement
            ):
                open_.append(statement)

        def keep(conn: Any) -> None:
            done.extend(open_)
            open_.clear()

        def drop(conn: Any) -> None:
            open_.clear()

        with self.app.app_context():
            engine = db.engine
        told: Mapping[str, Any] = {"before_cursor_execute": note, "commit": keep, "rollback": drop}
        for name, hear in told.items():
            event.listen(engine, name, hear)
        yield done
        for name, hear in told.items():
            event.remove(engine, name, hear)
