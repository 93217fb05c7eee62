"""The operations on corrections: sent, listed, read, decided, taken back."""

from __future__ import annotations

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import (
    Action,
    ChangeClass,
    EnquiryState,
    Fit,
    Kind,
    RemarkField,
    Status,
)
from corrections_app.domain.warnings.flags import Flag
from corrections_app.domain.warnings.risks import Risk
from corrections_app.web.api.description.parts import (
    KEY,
    KNOWN,
    LINKED,
    NUMBER,
    PAGING,
    SLUG,
    UNCHANGED,
    Part,
    gives,
    in_path,
    moment,
    one_of,
    or_null,
    query,
    record,
    ref,
    refusals,
    several,
    takes,
    text,
    whole,
    yes_or_no,
)
from corrections_app.workflow.queue import filters
from corrections_app.workflow.queue.filters import MOST_DAYS, Order
from corrections_app.workflow.queue.lanes import Lane

TAG = "Corrections"

_ID = in_path("correction_id", NUMBER, "The correction’s number (`id`)")

_SENT = record(
    {
        "revision": whole("The article’s revision in which offsets count; the newest if absent"),
        "start": whole("Offset of the first character, in code points of the canonical text"),
        "end": whole("Offset behind the last one"),
        "exact": text("The words that are wrong, exactly as in the text", most=limits.EXACT),
        "replacement": text("What it should say", most=limits.REPLACEMENT),
        "explanation": text("Why; alone, it is a remark", most=limits.EXPLANATION),
        "kind": one_of(["", *Kind]),
        "field": one_of(["", *RemarkField], "Of a remark: what it is about beside the text"),
        "source_url": text("A source that can be checked", most=limits.SOURCE_URL),
        "name": text(most=limits.NAME),
        "credit": yes_or_no("Whether the reader wants to be named if it is published"),
        "email": text("Where the reader wants to hear the outcome", most=limits.EMAIL),
    },
    optional=(
        "revision", "start", "end", "exact", "replacement", "explanation", "kind", "field",
        "source_url", "name", "credit", "email",
    ),
    said="`start` and `end`, or `exact` where the words occur once, or an `explanation` alone.",
)  # fmt: skip

_VERDICT = record(
    {
        "action": one_of((Action.ACCEPT, Action.REJECT, Action.SUPERSEDE)),
        "seen": whole("The `version` of the correction that was looked at"),
        "revision": whole("The article’s `revision` that was looked at"),
        "text": text("Other words to print than the reader’s", most=limits.REPLACEMENT),
        "class": one_of(ChangeClass, "What the change is; all but `silent` publish a notice"),
        "notice": text("What readers are told", most=limits.NOTICE),
        "reason": text("Of a rejection: one of the newsroom’s reasons. Of closing it otherwise: "
                       "`already_corrected`, or none", most=limits.NAME),
        "note": text("For the reader’s letter", most=limits.NOTE),
        "also": several(whole(), "The starts of other places of the same words"),
        "edits": several(whole(), "The parts of the change that are taken, from 0; all if absent"),
        "confirmed": several(
            one_of([*Flag, "notice"]),
            "What was looked at: the `flags` of a `needs_confirmation`, and `notice` where the "
            "notice is the prepared one",
        ),
        "thanks": several(whole(), "The corrections whose readers the notice thanks by name"),
    },
    optional=(
        "revision", "text", "class", "notice", "reason", "note", "also", "edits", "confirmed",
        "thanks",
    ),
)  # fmt: skip

SCHEMAS: Part = {
    "NewCorrection": _SENT,
    "Receipt": record(
        {
            "receipt": text("The token of the reader’s own page"),
            "url": text("That page; whoever has it may withdraw the correction", format="uri"),
            "status": one_of(Status),
            "reference": text("What to quote on the telephone; it opens nothing"),
        }
    ),
    "Verdict": _VERDICT,
    "Outcome": record(
        {
            "id": whole(),
            "status": one_of(Status),
            "version": whole(),
            "revision": whole("The article’s current one"),
            "undo_until": or_null(moment("Until when it can be undone")),
            "awaiting": yes_or_no("True where a second person has to confirm it first"),
        },
        optional=("awaiting",),
    ),
    "Question": record(
        {
            "state": one_of(EnquiryState),
            "words": or_null(text("What an editor asked the reader; gone where it was erased")),
            "asked_at": moment(),
            "until": moment("How long the card waits for the answer"),
            "answer": or_null(text("What the reader answered")),
            "answered_at": or_null(moment()),
        }
    ),
    "Reopened": record(
        {
            "id": whole(),
            "status": one_of(Status),
            "version": whole(),
            "revision": whole("The article’s current one"),
            "bulk": whole("The act on many that it was part of, to be undone as a whole"),
        },
        optional=("bulk",),
    ),
    "Decision": record(
        {
            "action": one_of((Action.ACCEPT, Action.REJECT, Action.SUPERSEDE)),
            "by": or_null(text("Who decided; null for the program")),
            "at": moment(),
            "reason": or_null(text()),
            "note": or_null(text()),
            "class": one_of(ChangeClass),
            "notice": or_null(text()),
            "revision": or_null(whole("The revision that it made")),
            "before": or_null(text("The passage as it stood")),
            "after": or_null(text("And as it is since then")),
            "as_proposed": yes_or_no("Whether in the reader’s own words"),
            "undo_until": moment("Until when it can be undone"),
        },
        said="The decision that holds.",
    ),
    "Reader": record(
        {
            "email": or_null(text()),
            "name": or_null(text()),
            "credit": yes_or_no("Whether they want to be named"),
            "lang": or_null(text()),
        },
        said="Who sent it. Only for a token with `readers:read`; null once it was deleted.",
    ),
    "Correction": record(
        {
            "id": whole(),
            "version": whole("Changes with everything that happens to it: `seen` of a decision"),
            "article": text("The article’s slug"),
            "title": text(),
            "revision": whole("The article’s current one, in which `start` and `end` count"),
            "exact": or_null(text("The words as they were sent; null of a remark on it all")),
            "prefix": text("What stood before them"),
            "suffix": text("And behind them"),
            "start": or_null(whole("Where they are now")),
            "end": or_null(whole()),
            "replacement": or_null(text("What it should say; null of a remark")),
            "explanation": or_null(text()),
            "kind": or_null(one_of(Kind)),
            "field": or_null(one_of(RemarkField)),
            "source_url": or_null(text()),
            "fit": or_null(one_of(Fit, "Whether the words are still in the current text")),
            "risks": several(one_of(Risk), "What the change touches"),
            "status": one_of(Status),
            "supporters": whole("How many others sent the same"),
            "held_until": or_null(moment("Until when it is being checked")),
            "escalated": yes_or_no("Whether it was sent to an editor"),
            "awaiting": yes_or_no("Whether a proposed decision waits for a second person"),
            "appealed": yes_or_no("Whether its reader asked for a second look"),
            "question": or_null(ref("Question")),
            "reference": text("What its reader quotes"),
            "created_at": moment(),
            "overdue": yes_or_no(),
            "age": whole("Seconds since it was sent"),
            "decision": or_null(ref("Decision")),
            "reader": or_null(ref("Reader")),
        },
        optional=("reader",),
    ),
}

_FILTERS: dict[str, tuple[Part, str]] = {
    "status": (one_of([*Status, filters.ANY]), "`any` leaves none out"),
    "article": (text(most=limits.SLUG), "Of the article with this slug"),
    "section": (text(most=limits.NAME), "Of articles in this section"),
    "kind": (one_of(Kind), "What the reader says is wrong"),
    "fit": (one_of(Fit), "Whether the words are still there"),
    "risk": (one_of(Risk), "What the change touches"),
    "like": (NUMBER, "From the reader who sent this correction; with `readers:read` only"),
    "older": (whole(minimum=1, maximum=MOST_DAYS), "Sent more than so many days ago"),
    "overdue": (one_of(("1", "0")), "Overdue ones only"),
    "reason": (text(most=40), "Decided for this reason"),
    "by": (NUMBER, "Decided by the person with this number"),
    "words": (
        text(most=limits.NOTE),
        "Words, a reference, or the address of an article; a reader’s address with "
        "`readers:read` only",
    ),
    "reference": (text(most=limits.NAME), "The correction with this reference"),
    "question": (one_of(EnquiryState), "Whose reader was asked something"),
    "order": (one_of(Order), "`best` is what matters most"),
}

PATHS: Part = {
    "/articles/{slug}/corrections": {
        "post": {
            "operationId": "submitCorrection",
            "tags": [TAG],
            "summary": "Send a correction",
            "description": "Taken like a reader’s, and held against the same limits: signs of "
            "spam, how much may wait, how much one network, address and article may send.",
            "security": [{"token": ["corrections:submit"]}],
            "parameters": [SLUG, KEY],
            "requestBody": takes(ref("NewCorrection")),
            "responses": {
                "201": gives("It arrived.", ref("Receipt")),
                "200": gives("It had arrived before, with this key.", ref("Receipt")),
                **refusals(404, 410, 413, 415, 422),
            },
        }
    },
    "/corrections": {
        "get": {
            "operationId": "listCorrections",
            "tags": [TAG],
            "summary": "List corrections",
            "description": "A part of the queue (`lane`), as its owner sees it, or whatever the "
            "filters look back for. Everything stays where it is in a list that was begun.",
            "security": [{"token": ["corrections:read"]}],
            "parameters": [
                query("lane", one_of(Lane), "A part of what there is to do; `waiting` if absent"),
                *(query(name, *known) for name, known in _FILTERS.items()),
                *PAGING,
                KNOWN,
            ],
            "responses": {
                "200": gives("Some of them", ref("Corrections"), LINKED),
                **UNCHANGED,
                **refusals(404, 422),
            },
        }
    },
    "/corrections/{correction_id}": {
        "get": {
            "operationId": "readCorrection",
            "tags": [TAG],
            "summary": "Read one correction",
            "security": [{"token": ["corrections:read"]}],
            "parameters": [_ID],
            "responses": {"200": gives("As it is now", ref("Correction")), **refusals(404)},
        }
    },
    "/corrections/{correction_id}/decision": {
        "post": {
            "operationId": "decideCorrection",
            "tags": [TAG],
            "summary": "Decide",
            "description": "By the rules of the card: the owner of the token decides, in their "
            "section, never on what they sent themselves. A change of facts is refused once with "
            "what it touches (`needs_confirmation`): send it again with `confirmed`. Where a "
            "second person is needed it waits for them (`awaiting`).",
            "security": [{"token": ["corrections:decide"]}],
            "parameters": [_ID, KEY],
            "requestBody": takes(ref("Verdict")),
            "responses": {
                "200": gives("Decided, or proposed", ref("Outcome")),
                **refusals(404, 409, 413, 415, 422),
            },
        }
    },
    "/corrections/{correction_id}/undo": {
        "post": {
            "operationId": "undoDecision",
            "tags": [TAG],
            "summary": "Undo a decision",
            "description": "While it is young (`undo_until`); a colleague’s takes an editor.",
            "security": [{"token": ["corrections:decide"]}],
            "parameters": [_ID, KEY],
            "responses": {
                "200": gives("It is open again", ref("Reopened")),
                **refusals(404, 409, 410, 413, 415, 422),
            },
        }
    },
}
