"""Cards of every kind in a served instance, each found by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from corrections_app import create_app, schema
from corrections_app.domain.lifecycle import Reason, Role
from corrections_app.domain.text.body import Block, Cell
from corrections_app.extensions import db
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.submitting import receipts
from tests.builders import ON_PURPOSE, a_correction, accept, an_article, document, reject

WALL = (
    "The harbour wall",
    "The council voted on Tuesday to rebuild the the harbour wall, which a storm had broken.",
    "Work will begin in May 2025 and cost about four million pounds, and recieve no grant, "
    "the definately cautious treasurer told the council in the evening.",
    "“It is hihg time,” said Ada Marlowe, who has fished here for thirty years.",
    "The wall is made of granite and of patience. The wall is not pretty.",
)
KINDS = (
    "plain", "flagged", "several", "rival", "other", "hidden", "alike", "quotation", "remark",
    "elsewhere", "rtl", "gone", "decided", "appeal", "comeback", "proposed", "behind", "leader",
    "table",
)  # fmt: skip
ARABIC = ("جدار الميناء", "صوت المجلس يوم الثلاثاء على إعادة بناء جدار المرفئ القديم في المدينة.")


def fill(instance: Path) -> dict[str, int]:
    """An instance with one card of each kind; their numbers, by name."""
    instance.mkdir(parents=True)
    settings = {"INSTANCE": str(instance), "SECOND_APPROVAL": "facts", "LIMITS": "off"}
    app = create_app(settings | {"PUBLIC_URL": "http://localhost"})
    with app.app_context():
        schema.ready()
        found = _cards()
        db.session.remove()
        db.engine.dispose()
    return found


def _cards() -> dict[str, int]:
    moment = now() - timedelta(days=1, hours=3)
    max_ = accounts.add("max@courier.example", role=Role.MODERATOR, now=moment)
    mira = accounts.add("mira@courier.example", role=Role.EDITOR, now=moment)
    article = an_article(*WALL, now=moment - timedelta(days=2))

    def sent(exact: str, replacement: str | None, **more: object) -> int:
        return a_correction(article, exact, replacement, now=moment, **more).id  # type: ignore[arg-type]

    made = {
        "plain": sent("the the", "the", email="a@reader.example", name="Ann", kind="typo"),
        "flagged": sent("May 2025", "May 2026", explanation="The council's own minutes say so."),
        "several": sent(
            "recieve no grant, the definately cautious", "receive no grant, the definitely cautious"
        ),
        "rival": sent("four million", "five million", email="b@reader.example"),
        "other": sent("four million", "six million", explanation="I was there and I counted."),
        "hidden": sent("granite", "gra\u200bnite"),
        "alike": sent("patience", "p\u0430tience"),
        "quotation": sent("hihg", "high"),
        "remark": sent("The wall is not pretty.", None, explanation="Says who?"),
        "elsewhere": sent("The wall is made", "The old wall is made"),
    }
    arabic = an_article(*ARABIC, slug="arabic", now=moment)
    arabic.lang, arabic.dir = "ar", "rtl"
    db.session.commit()
    made["rtl"] = a_correction(arabic, "المرفئ", "المرفأ", now=moment).id
    made["table"] = _in_a_table(moment)
    made |= _decided(moment, max_, mira)
    return made


def _in_a_table(moment):  # type: ignore[no-untyped-def]
    cells = (("Boat", "col"), ("Seats", "col"), ("Minnow", "row"), ("eigthy", None))
    rows = [
        Block("cell", words, cell=Cell(n // 2, n % 2, scope=scope))
        for n, (words, scope) in enumerate(cells)
    ]
    told = replace(document("The ferries"), body=(Block("title", "The ferries"), *rows))
    importing.bring_in(told, slug="ferries", now=moment)
    return a_correction(reading.article_at("ferries"), "eigthy", "eighty", now=moment).id


def _decided(moment, max_, mira):  # type: ignore[no-untyped-def]
    article = an_article(*WALL, slug="second", now=moment)
    gone = a_correction(article, "granite", "sandstone", now=moment)
    fixed = a_correction(article, "the the", "the", email="c@reader.example", now=moment)
    refused = [
        a_correction(article, "Marlowe", "Marlow", email="d@reader.example", now=moment)
        for _ in range(3)
    ]
    for one in refused:
        if db.session.get_one(type(one), one.id).leader_id is None:
            reject(one, max_, reason=Reason.IS_A_QUOTATION, now=now())
    receipts.appeal(tokens.token_for(refused[0]), "Ask her yourself.", now=now())
    again = a_correction(article, "Marlowe", "Marlow", email="d@reader.example", now=moment)
    accept(fixed, mira, now=now())
    proposed = a_correction(article, "four million", "five million", now=moment)
    accept(proposed, max_, change_class="correction", notice="The cost was misstated.", now=now())
    behind = [
        a_correction(article, "hihg", "high", email=f"{n}@x.example", now=moment) for n in "ef"
    ]
    rewritten = article.current.text.replace("granite and of ", "").split("\n\n")
    importing.bring_in(document(*rewritten), slug="second", terms=ON_PURPOSE, now=now())
    return {
        "gone": gone.id, "decided": fixed.id, "appeal": refused[0].id, "comeback": again.id,
        "proposed": proposed.id, "behind": behind[1].id, "leader": behind[0].id,
    }  # fmt: skip
