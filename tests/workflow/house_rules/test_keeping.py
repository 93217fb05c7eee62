"""House rules are added, changed and switched off by editors, and the audit says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.domain.warnings import house_rules
from corrections_app.domain.warnings.house_rules import Rule
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, PublicVersion
from corrections_app.workflow import audit
from corrections_app.workflow.house_rules import keeping, matching
from tests.builders import NOON

KYIV = Rule(0, "Kyiv", ("Kiev", "Kiew"), "It is the Ukrainian name.", lang="en")


def events():
    db.session.rollback()
    query = select(AuditEvent).where(AuditEvent.action.like("%house_rule"))
    return [(one.action, one.data) for one in db.session.scalars(query.order_by(AuditEvent.id))]


def version():
    db.session.rollback()
    return db.session.scalar(select(PublicVersion.number))


def test_every_change_is_kept_and_told(app, mira):
    before = version()
    number = keeping.add(KYIV, by=mira, now=NOON)
    kept = replace(KYIV, number=number)
    off = replace(KYIV, reason="It is the official name.", active=False)

    assert keeping.everything() == [kept]
    keeping.change(number, off, by=mira, now=NOON + timedelta(days=1))
    keeping.change(number, off, by=mira, now=NOON + timedelta(days=2))  # nothing changes
    assert keeping.one(number) == replace(off, number=number)
    assert matching.applying(db.session(), "en") == []
    (added, first), (changed, second) = events()
    assert (added, changed) == ("add_house_rule", "change_house_rule")
    assert (first["rule"]["preferred"], first["rule"]["active"]) == ("Kyiv", True)
    assert (second["before"]["active"], second["rule"]["active"]) == (True, False)
    assert second["rule"]["reason"] == "It is the official name."
    assert list(audit.verify(db.session())) == []
    assert version() == before + 3  # readers see another page


def test_what_contradicts_is_refused_and_nothing_changes(app, mira, monkeypatch):
    number = keeping.add(KYIV, by=mira, now=NOON)
    other = Rule(0, "e-mail", ("email",), "With a hyphen.")
    second = keeping.add(other, by=mira, now=NOON)
    back = replace(KYIV, preferred="Kiev", forms=("Kyiv",))

    for act in (
        lambda: keeping.add(back, by=mira, now=NOON),
        lambda: keeping.change(second, back, by=mira, now=NOON),
    ):
        with pytest.raises(Invalid):
            act()
    with pytest.raises(NotFound):
        keeping.change(second + 1, other, by=mira, now=NOON)
    keeping.change(number, replace(KYIV, active=False), by=mira, now=NOON)
    third = keeping.add(back, by=mira, now=NOON)
    with pytest.raises(Invalid):  # switched on again it would contradict
        keeping.change(number, KYIV, by=mira, now=NOON)
    monkeypatch.setattr(house_rules, "MOST", 3)
    with pytest.raises(Invalid, match="3 rules"):
        keeping.add(Rule(0, "grey", ("gray",), "British."), by=mira, now=NOON)

    found = {rule.number: (rule.preferred, rule.active) for rule in keeping.everything()}
    assert found == {number: ("Kyiv", False), second: ("e-mail", True), third: ("Kiev", True)}


def test_only_rules_of_the_language_that_are_in_use_apply(app, mira):
    number = keeping.add(KYIV, by=mira, now=NOON)
    session = db.session()

    touched = matching.of_words(session, "en-GB", "from Kyiv", "from Kiev")
    assert [found.rule.number for found in touched.against] == [number]
    assert matching.words(touched.against[0]) == (
        "We write “Kyiv”, not “Kiev”. It is the Ukrainian name."
    )
    assert matching.of_words(session, "de", "aus Kyiv", "aus Kiev") == matching.NOTHING
