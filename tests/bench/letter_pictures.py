"""A picture of every letter, as a telephone shows it: ``python -m tests.bench.letter_pictures``.

390 px wide, light and dark, into ``docs/pictures/letters/``. The letters are
those of a real instance: written, decided and composed as they would be.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from corrections_app import create_app, schema
from corrections_app.domain.lifecycle import Action, Reason, Role
from corrections_app.extensions import db
from corrections_app.models import Appeal, Correction, Decision, Hold, Letter, Owed, User
from corrections_app.workflow.articles import importing, reading, retiring
from corrections_app.workflow.letters import addresses, grouping, newsroom, owed, writing
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act, write
from tests.applications import TRIAL
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.builders import (
    HARBOUR,
    NOON,
    ON_PURPOSE,
    a_correction,
    accept,
    an_article,
    decide,
    document,
    reject,
)

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures" / "letters"
DUE = NOON + timedelta(minutes=10)
LATER = NOON + timedelta(days=2)


def main() -> None:
    """Compose every letter and take its picture in both schemes."""
    with tempfile.TemporaryDirectory() as name:
        app = create_app(
            TRIAL
            | {
                "INSTANCE": name,
                "DATABASE_URL": f"sqlite:///{name}/letters.sqlite",
                "PUBLIC_URL": "https://corrections.courier.example",
                "REPLY_TO": "standards@courier.example",
                "DIGEST": "hourly",
            }
        )
        with app.app_context():
            schema.ready()
            pages = dict(reversed(list(every_letter())))  # the first of each kind
            db.session.remove()
            db.engine.dispose()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": 390, "height": 600}, color_scheme=scheme
            )
            page = context.new_page()
            for kind, html in pages.items():
                page.set_content(html)
                page.screenshot(path=FOLDER / f"{kind}-{scheme}.png", full_page=True)
                print(f"{kind}-{scheme}.png", file=sys.stderr)
            context.close()
        browser.close()


def every_letter() -> Iterator[tuple[str, str]]:
    """Each kind of letter and its HTML."""
    by = accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
    accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
    _closings(by)
    grouping.compose_due(DUE)
    _second_looks(by)
    grouping.compose_due(LATER)
    _waiting()
    grouping.compose_due(NOON + timedelta(days=15))
    newsroom.compose_due(NOON + timedelta(days=3))
    db.session.rollback()
    for letter in db.session.scalars(db.select(Letter).order_by(Letter.id)):
        yield letter.kind, letter.html
    yield "confirm", writing.confirm(db.session.scalars(db.select(Owed)).first()).html
    link = "https://corrections.courier.example/sign-in/7Hq2-a-one-time-word"
    for kind in ("sign_in", "reset", "invitation", "password_changed"):
        letter = writing.of_account(kind, "max@courier.example", "Max", link=link, by="Mira")
        yield kind, letter.html.replace(writing.SECRET_MARK, link)
    yield "test", writing.trial("max@courier.example", NOON).html


def _correction(slug: str, exact: str, replacement: str | None, **more: str) -> Correction:
    article = an_article(*HARBOUR, slug=slug)
    more.setdefault("email", f"{slug}@reader.example")
    return a_correction(article, exact, replacement, name="Ada Lovelace", **more)


def _closings(by: object) -> None:
    addresses.keep(addresses.key_of("otherwise@reader.example"), NOON)
    accept(_correction("accepted", "May 2025", "May 2026"), by)
    accept(
        _correction("otherwise", "four million", "5 million"),
        by,
        text="five million",
        note="The council’s own figure, published on Monday.",
    )
    remark = _correction("answered", "Ada Marlow", None, explanation="Is this her real name?")
    decide(
        remark, Action.ACCEPT, by, note="It is the name she gave us, and she asked us to use it."
    )
    reject(
        _correction("rejected", "the the harbour wall", "the harbor wall"),
        by,
        reason=Reason.HOUSE_STYLE,
        note="We write British English, whoever is quoted.",
    )
    _correction("already", "May 2025", "May 2026")
    put_right = [text.replace("2025", "2026") for text in HARBOUR]
    importing.bring_in(document(*put_right), slug="already", terms=ON_PURPOSE, now=NOON)
    _correction("rival", "May 2025", "May 2027")
    winner = a_correction(reading.article_at("rival"), "May 2025", "May 2026", email="")
    accept(winner, by)
    _correction("gone", "May 2025", "May 2026")
    reason = "It named a person who had asked not to be named."
    retiring.retire("gone", reason, Act(_editor(), None, NOON), confirmed=True)
    article = an_article(*HARBOUR, slug="several")
    changes = {"May 2025": "May 2026", "thirty years": "forty years", "on Tuesday": "on Monday"}
    for number, (exact, replacement) in enumerate(changes.items()):
        correction = a_correction(article, exact, replacement, email="several@reader.example")
        reject(correction, by) if number else accept(correction, by)


def _editor() -> User:
    return db.session.scalars(db.select(User).filter_by(role=Role.EDITOR)).one()


def _second_looks(by: object) -> None:
    for slug in ("changed", "upheld", "granted"):
        reject(_correction(slug, "May 2025", "May 2026"), by, now=DUE)
    grouping.compose_due(DUE + timedelta(minutes=10))
    with write() as session:
        for letter in session.scalars(db.select(Letter)):
            letter.state = "sent"
        for slug in ("changed", "upheld", "granted"):
            _looked_at_again(slug)
    for slug in ("changed", "granted"):
        accept(_sent_by(slug), by, now=DUE + timedelta(hours=1))


def _looked_at_again(slug: str) -> None:
    correction = _sent_by(slug)
    decision = db.session.scalars(db.select(Decision).filter_by(correction_id=correction.id)).one()
    if slug != "changed":
        outcome = "upheld" if slug == "upheld" else "reopened"
        appeal = Appeal(
            decision_id=decision.id,
            correction_id=correction.id,
            outcome=outcome,
            note="The council’s minutes say 2025 on every page." if slug == "upheld" else None,
            created_at=DUE,
            judged_at=DUE,
        )
        db.session.add(appeal)
        db.session.flush()
        if slug == "upheld":
            owed.owe_appeal(db.session(), appeal, now=DUE)
            return
    decision.undone_at = DUE
    correction.status, correction.version = "pending", correction.version + 1


def _waiting() -> None:
    correction = _correction("checking", "May 2025", "May 2026")
    with write() as session:
        row = session.get_one(Correction, correction.id)
        session.add(
            Hold(
                correction_id=row.id,
                by_id=1,
                until=LATER,
                note="Waiting for the harbour office.",
                created_at=NOON,
            )
        )


def _sent_by(slug: str) -> Correction:
    article = reading.article_at(slug)
    return db.session.scalars(db.select(Correction).filter_by(article_id=article.id)).one()


if __name__ == "__main__":
    main()
