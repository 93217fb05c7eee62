"""What a moderator says of a correction, and which edits of the article that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.carrying import CARRIED, says_so
from corrections_app.domain.errors import Invalid, NoChange, StaleVersion, TextMoved, TooLong
from corrections_app.domain.flags import Flag
from corrections_app.domain.lifecycle import Action, ChangeClass
from corrections_app.domain.notices import Notice, notice
from corrections_app.domain.patching import Edit, edits, splice
from corrections_app.domain.splicing import widened
from corrections_app.domain.text import tidy
from corrections_app.language import gettext
from corrections_app.models import Article, Correction, Placement
from corrections_app.workflow import facts
from corrections_app.workflow.closing import ALREADY_CORRECTED, loaded

NOTICE = "notice"
"""What is confirmed by whoever lets a prepared notice stand: nobody publishes one unread."""


@dataclass(frozen=True)
class Verdict:
    """What a moderator says of a correction, and what they saw when they said it.

    ``seen`` is the correction's version and ``revision`` the article's, as shown.
    ``text`` are the words to apply instead of the reader's; ``edits`` are the
    numbers, from 0, of the parts of the change that are taken, where not all are.
    ``also`` are the starts of other places of the same words, code points in ``revision``.
    """

    action: Action
    seen: int | None
    revision: int | None = None
    text: str | None = None
    change_class: ChangeClass = ChangeClass.SILENT
    notice: str = ""
    reason: str | None = None
    note: str = ""
    also: tuple[int, ...] = ()
    edits: tuple[int, ...] | None = None
    prepared: bool = False
    """Whether the notice is the prepared one as it was shown, and must be so still."""
    confirmed: tuple[str, ...] = ()
    """What the one who decides was told and confirmed: what the change touches
    (`domain.flags.Flag`), and a prepared notice, by `NOTICE`."""
    thanks: tuple[int, ...] = ()
    """The corrections whose readers the notice thanks by name, of those who asked for it."""
    bulk_id: int | None = None
    """The act on many corrections that this is one row of."""

    @property
    def is_as_proposed(self) -> bool:
        """Whether it takes the reader's words, all of them."""
        return self.text is None and self.edits is None

    @property
    def chosen(self) -> list[int] | None:
        """The parts that are taken, as JSON keeps them."""
        return None if self.edits is None else sorted(set(self.edits))


def check(verdict: Verdict) -> None:
    """Refuse a verdict that could not be meant, whatever it is about."""
    if verdict.seen is None:
        sentence = "Say which version of the correction you saw (seen)."
        raise Invalid(sentence, fields={"seen": sentence})
    if verdict.action == Action.REJECT and not verdict.reason:
        sentence = "Choose a reason; “other” is one for your own words."
        raise Invalid(sentence, fields={"reason": sentence})
    for name, limit in (
        ("text", limits.REPLACEMENT),
        ("note", limits.NOTE),
        ("notice", limits.NOTICE),
    ):
        if len(getattr(verdict, name) or "") > limit:
            sentence = f"That is too long: {limit:,} characters at most."
            raise TooLong(sentence, fields={name: sentence})
    _check_parts(verdict)
    if verdict.change_class == ChangeClass.SILENT and verdict.notice:
        sentence = "A silent change has no notice: choose a class."
        raise Invalid(sentence, fields={"notice": sentence})
    is_told = verdict.action == Action.ACCEPT and verdict.change_class != ChangeClass.SILENT
    if is_told and not verdict.notice.strip():
        sentence = "Write the notice that readers will see, or call the change silent."
        raise Invalid(sentence, fields={"notice": sentence})


def _check_parts(verdict: Verdict) -> None:
    if verdict.edits is None:
        return
    if verdict.text is not None:
        sentence = "Take parts of the reader's words, or write your own: not both."
        raise Invalid(sentence, fields={"edits": sentence})
    if verdict.action == Action.ACCEPT and not verdict.edits:
        sentence = "Tick at least one of the changes, or reject the correction."
        raise Invalid(sentence, fields={"edits": sentence})


def check_told(
    article: Article, verdict: Verdict, edits: Sequence[Edit], flags: Sequence[Flag]
) -> None:
    """Refuse what the person was not told: which facts it touches, and what will be published.

    ``edits`` are those decided for, in the current text, ``flags`` what flags them. Raises
    `NeedsConfirmation` for facts, and `Invalid` for a prepared notice that nobody read or
    that would now read otherwise. The details of both hold the sentence to look at
    (``prepared``) and ``flags``, so that one answer confirms both.
    """
    silent = verdict.change_class == ChangeClass.SILENT
    if silent and not flags:
        return
    sentence = told(notice(article.current.text, edits))
    facts.check_confirmed(flags, verdict.confirmed, prepared=sentence)
    if silent:
        return
    if verdict.prepared and verdict.notice != sentence:
        words = "The notice reads otherwise for these words. Read it again, then accept."
    elif verdict.notice == sentence and NOTICE not in verdict.confirmed:
        words = "Read the notice that will be published: change it, or tick that it may stand."
    else:
        return
    named = [str(flag) for flag in flags]
    raise Invalid(words, fields={"notice": words}, prepared=sentence, flags=named)


def check_still_reads(article: Article, verdict: Verdict, edits: Sequence[Edit]) -> None:
    """Refuse a proposed notice, prepared for other words than stand there by now.

    Raises `StaleVersion`: who confirms a proposal cannot word it anew.
    """
    if not verdict.prepared or verdict.change_class == ChangeClass.SILENT:
        return
    if verdict.notice != told(notice(article.current.text, edits)):
        raise StaleVersion("By now the notice would read otherwise. Send it back.")


def told(prepared: Notice) -> str:
    """A prepared notice in the current language, as a form's field gives it back."""
    sentences = (prepared, *prepared.further)
    return tidy(" ".join(gettext(one.sentence) % one.words for one in sentences)).strip()


def check_settled(session: Session, correction: Correction, verdict: Verdict) -> None:
    """Refuse "the article says so already" where it does not. Raises `Invalid`."""
    if verdict.action != Action.SUPERSEDE or verdict.reason != ALREADY_CORRECTED:
        return
    if not may_say_so(session, correction):
        sentence = "The article does not say so here. Accept it, or settle it in another way."
        raise Invalid(sentence, fields={"reason": sentence})


def may_say_so(session: Session, correction: Correction) -> bool:
    """Whether the article may say already what a correction asks for.

    Of a remark, and of words that are not to be found, a person has to know.
    """
    where = session.get(Placement, correction.id, populate_existing=True)
    wanted = correction.replacement
    if where is None or wanted is None or where.start is None or where.end is None:
        return True
    text = correction.article.current.text
    parts = loaded(where.edits) or ()
    if where.fit in CARRIED:
        return splice(text, parts) == text
    return says_so(text, where.start, where.end, correction.exact or "", wanted)


def wished(correction: Correction, verdict: Verdict) -> tuple[Edit, ...] | None:
    """The edits decided for, in the current text; None where nothing is applied."""
    where = correction.placement
    if where is None or (correction.is_remark and verdict.text is None):
        _check_answer(verdict)
        return None
    if where.fit not in CARRIED or where.start is None or where.end is None:
        raise moved()
    text = correction.article.current.text
    parts = loaded(where.edits)
    if verdict.revision is not None and verdict.revision != correction.article.head:
        _check_words_stand(correction, text, parts, where.start, where.end)
    if verdict.text is not None:
        _check_passage_stands(correction, verdict, text[where.start : where.end])
        parts = edits(text[where.start : where.end], tidy(verdict.text), where.start)
    parts = _taken(verdict, parts or ())
    places = [where.start, *_others(correction, verdict, text, where.start, where.end)]
    return tuple(
        Edit(edit.start + at - where.start, edit.end + at - where.start, edit.replacement)
        for at in sorted(places)
        for edit in parts
    )


def _taken(verdict: Verdict, parts: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The parts that were ticked; all of them where nothing was said of parts."""
    if verdict.chosen is None:
        return parts
    if verdict.revision is None:
        sentence = "Say which revision of the article you saw (revision)."
        raise Invalid(sentence, fields={"revision": sentence})
    if not all(0 <= index < len(parts) for index in verdict.chosen):
        sentence = "There is no such part of this change."
        raise Invalid(sentence, fields={"edits": sentence})
    return tuple(parts[index] for index in verdict.chosen)


def _others(correction: Correction, verdict: Verdict, text: str, start: int, end: int) -> list[int]:
    """The other places ticked, which must still be exact places of the same words."""
    if verdict.also and verdict.revision != correction.article.head:
        raise moved()
    words, length = text[start:end], end - start
    taken = [start]
    for at in sorted(set(verdict.also)):
        if at < 0 or text[at : at + length] != words:
            raise moved()
        if any(abs(at - other) < length for other in taken):
            sentence = "Two of the places overlap: choose one of them."
            raise Invalid(sentence, fields={"also": sentence})
        taken.append(at)
    return taken[1:]


def applied(article: Article, wished: Sequence[Edit]) -> tuple[Edit, ...]:
    text = article.current.text
    applied = widened(article.current.blocks, wished)
    if splice(text, applied) == text:
        sentence = "These words already stand in the article."
        raise NoChange(sentence, fields={"text": sentence})
    return applied


def _check_answer(verdict: Verdict) -> None:
    if verdict.text is not None:
        sentence = "There are no words here to replace."
        raise Invalid(sentence, fields={"text": sentence})
    if not verdict.note.strip():
        sentence = "Write the answer that the reader will get."
        raise Invalid(sentence, fields={"note": sentence})


def _check_words_stand(
    correction: Correction, text: str, parts: tuple[Edit, ...] | None, start: int, end: int
) -> None:
    """A page of an older revision counts only where the words are those it showed."""
    spans = [(part.start, part.end) for part in parts or ()] or [(start, end)]
    base = correction.start or 0
    exact = correction.exact or ""
    own = edits(exact, correction.replacement, base) if correction.replacement is not None else ()
    shown = [exact[part.start - base : part.end - base] for part in own] or [exact]
    if [text[a:b] for a, b in spans] != shown:
        raise moved()


def _check_passage_stands(correction: Correction, verdict: Verdict, passage: str) -> None:
    """Own words stand for the whole passage, and would take back what was accepted in it since."""
    if verdict.revision != correction.article.head and passage != correction.exact:
        raise moved()


def moved() -> TextMoved:
    """The refusal where the words are no longer those that were shown."""
    return TextMoved("The article's words changed here. Look at them again and decide.")
