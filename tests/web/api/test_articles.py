"""Articles that programs list, read, send and take down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.domain.text.body import as_json, canonical_text
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Notice, Revision, Site, SiteArticle
from corrections_app.workflow.articles import reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import write
from tests.builders import a_correction, accept, an_article, body
from tests.web.api.programs import a_person, a_program
from tests.web.api.test_conventions import check_problem

ARTICLES = "/api/v1/articles"
QUAY = f"{ARTICLES}/quay"
NEW = {"If-None-Match": "*"}
TEXT = "The quay\n\nBoats lie at the the quay.\n\nIt is 40 metres long."
MARKDOWN = "Boats lie at the the quay.\n\nIt is 40 metres long.\n"


def seen(revision):
    return {"If-Match": f'"r{revision}"'}


def a_quay(program, **more):
    answer = program.put(QUAY, json={"title": "The quay", "markdown": MARKDOWN} | more, headers=NEW)
    assert answer.status_code == 201, answer.json
    return answer


def put(program, markdown, revision=1, **more):
    headers = seen(revision) | more.pop("headers", {})
    sent = {"title": "The quay", "markdown": markdown} | more
    return program.put(QUAY, json=sent, headers=headers)


def stored():
    db.session.rollback()
    return [(one.number, one.text) for one in db.session.scalars(select(Revision).order_by("id"))]


@pytest.mark.parametrize(
    "sent",
    [
        {"title": "The quay", "markdown": MARKDOWN},
        {"markdown": f"# The quay\n\n{MARKDOWN}"},
        {"title": "The quay", "html": "<p>Boats lie at the the quay.</p><p>It is 40 metres long."},
        {"blocks": as_json(body(*TEXT.split("\n\n")))},
        {"title": "The quay", "blocks": as_json(body("It was otherwise", *TEXT.split("\n\n")[1:]))},
    ],
)
def test_an_article_is_made_and_reads_back_as_it_was_sent(program, sent):
    facts = {"section": "Harbour", "byline": "Ada Marlow", "lang": "en-GB", "id": "17"}
    facts |= {"published": "2026-03-02T12:00:00Z", "source_url": "https://news.example/quay"}

    made = program.put(QUAY, json=sent | facts, headers=NEW)

    assert made.status_code == 201, made.json
    assert made.headers["Location"] == QUAY
    assert made.headers["ETag"] == '"r1"'
    assert made.json | {"told": []} == {
        "slug": "quay",
        "revision": 1,
        "title": "The quay",
        "changed": True,
        "told": [],
    }
    found = program.get(QUAY)
    assert found.headers["ETag"] == '"r1"'
    title, *rest = TEXT.split("\n\n")
    assert found.json["text"] == "\n\n".join([title, "Ada Marlow", *rest])
    assert found.json["blocks"][0] == {"kind": "title", "text": "The quay"}
    known = {name: found.json[name] for name in ("section", "byline", "lang", "dir", "source_url")}
    assert known == {
        "section": "Harbour",
        "byline": "Ada Marlow",
        "lang": "en-GB",
        "dir": "ltr",
        "source_url": "https://news.example/quay",
    }
    assert found.json["published"] == "2026-03-02T12:00:00+00:00"


def test_what_was_read_may_be_sent_back_and_changes_nothing(program):
    marked = "Boats **lie** at [the quay](https://news.example/) — `so`.\n\n> It is so.\n\n"
    table = "| A | B |\n|---|---|\n| 1 | 2 |\n\n- one\n- two\n"
    a_quay(program, markdown=marked + table, byline="Ada")
    found = program.get(QUAY).json

    answer = program.put(QUAY, json={"blocks": found["blocks"]}, headers=seen(1))

    assert answer.status_code == 200, answer.json
    assert answer.json["changed"] is False
    assert program.get(QUAY).json == found
    assert len(stored()) == 1


def test_the_next_state_is_a_revision_of_the_owners_and_of_the_token(program):
    a_quay(program)

    answer = put(program, MARKDOWN.replace("the the", "the"))

    assert answer.status_code == 200, answer.json
    assert answer.headers["ETag"] == '"r2"'
    assert [text.partition("\n\n")[2][:24] for _, text in stored()] == [
        "Boats lie at the the qua",
        "Boats lie at the quay.\n\n",
    ]
    mira = accounts.by_email("mira@courier.example").id
    events = db.session.scalars(select(AuditEvent).filter_by(action="import").order_by("id")).all()
    assert [(event.by_id, event.data["token"]) for event in events] == [
        (mira, program.number),
        (mira, program.number),
    ]
    assert db.session.scalars(select(Revision.author_id)).all() == [mira, mira]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "precondition_required"),
        (seen(2), 412, "precondition_failed"),
        (NEW, 412, "precondition_failed"),
        ({"If-Match": "*"}, 412, "precondition_failed"),
    ],
)
def test_a_state_that_is_not_the_one_that_was_seen_takes_nothing(program, headers, status, code):
    a_quay(program)
    before = stored()

    answer = program.put(QUAY, json={"title": "Otherwise", "markdown": "No."}, headers=headers)

    check_problem(answer, status, code)
    assert stored() == before


def test_one_that_is_not_there_is_not_made_by_accident(program):
    answer = put(program, MARKDOWN, 3)

    check_problem(answer, 412, "precondition_failed")
    assert stored() == []


def test_a_key_lets_it_happen_once_and_says_the_same_again(program):
    key = {"Idempotency-Key": "one"}
    first = a_quay(program)
    changed = [put(program, f"{MARKDOWN}\nBoats lie here.", headers=key) for _ in range(3)]
    other = put(program, f"{MARKDOWN}\nBoats lie there.", headers=key)

    assert {answer.status_code for answer in changed} == {200}
    assert len({answer.get_data() for answer in changed}) == 1
    assert {answer.headers["ETag"] for answer in changed} == {'"r2"'}
    check_problem(other, 422, "bad_key")
    assert first.json["revision"] == 1
    assert len(stored()) == 2


def test_one_that_was_made_is_answered_alike_again(program):
    key = NEW | {"Idempotency-Key": '"a key"'}
    sent = {"title": "The quay", "markdown": MARKDOWN}

    first, again = (program.put(QUAY, json=sent, headers=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_data() == again.get_data()
    assert again.headers["Location"] == QUAY


def test_the_keys_of_two_programs_of_one_owner_do_not_meet(app):
    one, other = a_program(app), a_program(app)
    key = {"Idempotency-Key": "1"}
    a_quay(one)

    first = put(one, f"{MARKDOWN}\nBoats lie here.", headers=key)
    second = put(other, f"{MARKDOWN}\nBoats lie there.", 2, headers=key)

    assert (first.json["revision"], second.json["revision"]) == (2, 3)


def test_a_change_of_facts_is_looked_at_and_called_what_it_is(program):
    a_quay(program)
    longer = MARKDOWN.replace("40", "60")

    asked = put(program, longer)
    unnamed = put(program, longer, confirmed=["number"])
    untold = put(program, longer, confirmed=["number"], **{"class": "correction"})
    before = stored()
    done = put(
        program, longer, confirmed=["number"], notice="It is longer.", **{"class": "correction"}
    )

    check_problem(asked, 409, "needs_confirmation")
    assert asked.json["flags"] == ["number"]
    check_problem(unnamed, 422, "invalid")
    assert set(unnamed.json["fields"]) == {"class"}
    check_problem(untold, 422, "invalid")
    assert set(untold.json["fields"]) == {"notice"}
    assert len(before) == 1
    assert done.status_code == 200, done.json
    db.session.rollback()
    [notice] = db.session.scalars(select(Notice)).all()
    assert notice.change_class == "correction"


def test_under_second_approval_a_moderators_program_needs_an_editor(make_app):
    app = make_app(SECOND_APPROVAL="facts")
    with app.app_context():
        a_person("mira", Role.EDITOR)
        program = a_program(app, role=Role.MODERATOR, name="max")
        a_quay(program)
        longer, known = MARKDOWN.replace("40", "60"), {"confirmed": ["number"], "class": "silent"}

        refused = put(program, longer, **known)
        typo = put(program, MARKDOWN.replace("the the", "the"))
        editors = put(a_program(app), longer, 2, **known)

    check_problem(refused, 403, "not_permitted")
    assert typo.status_code == 200
    assert editors.status_code == 200, editors.json


def test_a_program_goes_no_further_than_its_owners_section(app):
    an_article(slug="elsewhere")
    program = a_program(app, role=Role.MODERATOR, section="Harbour", name="max")
    a_quay(program, section="Harbour")
    sent = {"title": "Another", "markdown": "Words."}
    before = stored()

    answers = [
        program.put(f"{ARTICLES}/another", json=sent, headers=NEW),
        program.put(f"{ARTICLES}/another", json=sent | {"section": "Culture"}, headers=NEW),
        program.put(f"{ARTICLES}/elsewhere", json=sent, headers=seen(1)),
        put(program, MARKDOWN, section="Culture"),
        program.post(f"{QUAY}/retire", json={"reason": "No.", "confirmed": True}),
    ]

    for answer in answers:
        check_problem(answer, 403, "not_permitted")
    assert stored() == before
    assert put(program, f"{MARKDOWN}\nBoats lie.").status_code == 200


def test_what_was_corrected_here_stays_until_somebody_says_whose_words_stand(app, program, mira):
    a_quay(program)
    sent = a_correction(reading.article_at("quay"), "the the", "the", now=now())
    number = sent.id
    accept(sent, mira, now=now())

    other = put(program, MARKDOWN + "\nAnd deep.\n", 2)
    assert other.status_code == 200, other.json
    assert "at the quay" in stored()[-1][1]

    undone = put(program, MARKDOWN.replace("the the", "one"), 3)
    check_problem(undone, 422, "import_refused")
    assert "“side: ours”" in undone.json["message"]
    assert "--" not in undone.json["message"]
    assert undone.json["corrections"] == [number]
    theirs = put(program, MARKDOWN.replace("the the", "one"), 3, side="theirs")
    assert theirs.status_code == 200, theirs.json
    assert "at one quay" in stored()[-1][1]


def test_a_whole_article_is_taken_and_more_than_that_is_not(program):
    long = "\n\n".join(["It is a long story. " * 50] * 400)

    taken = program.put(QUAY, json={"title": "t", "markdown": long}, headers=NEW)
    too_long = program.put(QUAY, json={"title": "t", "markdown": long * 6}, headers=seen(1))

    assert taken.status_code == 201, taken.json
    assert len(long) > 64 * 1024
    check_problem(too_long, 413, "request_entity_too_large")


def test_no_html_of_a_program_is_ever_stored(program):
    html = '<p onclick="x()">A <script>alert(1)</script><b>b</b> <a href="javascript:x">c</a>'

    a = program.put(QUAY, json={"title": "<i>t</i>", "html": html}, headers=NEW)

    assert a.status_code == 201
    assert program.get(QUAY).json["blocks"][1] == {
        "kind": "paragraph",
        "text": "A b c",
        "marks": [{"kind": "strong", "start": 2, "end": 3}],
    }


def test_an_article_is_taken_down_for_a_reason_and_with_care(program):
    a_quay(program)

    unsure = program.post(f"{QUAY}/retire", json={"reason": "It was a hoax."})
    unsaid = program.post(f"{QUAY}/retire", json={"confirmed": True})
    sent = {"reason": "It was a hoax.", "confirmed": True}
    down = program.post(f"{QUAY}/retire", json=sent, headers={"Idempotency-Key": "k"})
    again = program.post(f"{QUAY}/retire", json=sent, headers={"Idempotency-Key": "k"})
    twice = program.post(f"{QUAY}/retire", json=sent)

    check_problem(unsure, 409, "needs_confirmation")
    check_problem(unsaid, 422, "invalid")
    assert down.status_code == 200, down.json
    assert again.get_data() == down.get_data()
    check_problem(twice, 409, "already_decided")
    check_problem(program.get(QUAY), 410, "gone")
    [item] = program.get(ARTICLES).json["items"]
    assert item["taken_down"] == down.json["taken_down"]
    back = program.put(QUAY, json={"title": "t", "markdown": "a"}, headers=seen(1))
    check_problem(back, 422, "import_refused")


def test_what_lives_on_a_site_is_changed_there(program):
    a_quay(program)
    with write() as session:
        at = session.scalar(select(Article.id))
        site = Site(name="news", kind="page", address="https://news.example/", created_at=now())
        session.add(site)
        session.flush()
        known = {"site_id": site.id, "external_id": "7", "article_id": at, "version": "1"}
        session.add(SiteArticle(settled=True, read_at=now(), **known))
    before = stored()

    answer = put(program, "Otherwise.")

    check_problem(answer, 422, "invalid")
    assert "lives on the site news" in answer.json["message"]
    assert stored() == before


def test_what_is_read_is_what_offsets_count_in(program):
    a_quay(program, markdown="Boats 🚢 lie.\n\n- one\n- two\n")

    found = program.get(QUAY).json

    article = reading.article_at("quay")
    assert found["text"] == canonical_text(article.current.blocks)
    assert found["text"][len("The quay\n\nBoats ")] == "🚢"
    check_problem(program.get(f"{ARTICLES}/nothing"), 404, "not_found")
