"""What a moderator says of a correction, and which edits of the article that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.bodies.patch import widened
from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.errors import Invalid, NoChange, StaleVersion, TextMoved
from corrections_app.domain.lifecycle import ALREADY_CORRECTED, Action, ChangeClass
from corrections_app.domain.patching import edits
from corrections_app.domain.text.body import tidy
from corrections_app.domain.text.edits import Edit, splice
from corrections_app.domain.warnings.flags import Flag
from corrections_app.domain.warnings.notices import notice
from corrections_app.models import Article, Correction
from corrections_app.workflow.pending import facts
from corrections_app.workflow.pending.closing import may_say_so
from corrections_app.workflow.pending.credits import asked
from corrections_app.workflow.record import house_style


def thanked(session: Session, correction: Correction, verdict: Verdict) -> Sequence[str]:
    """The names that are published with a verdict: those ticked, of readers who asked for it."""
    if verdict.change_class == ChangeClass.SILENT or not verdict.thanks:
        return ()
    chosen = set(verdict.thanks)
    return [one.name for one in asked(session, correction) if one.correction_id in chosen]


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
    (`warnings.flags.Flag`), and a prepared notice, by `NOTICE`."""
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
        raise Invalid.at("seen", "Say which version of the correction you saw (seen).")
    if verdict.action == Action.REJECT and not verdict.reason:
        raise Invalid.at("reason", "Choose a reason; “other” is one for your own words.")
    limits.check_length("text", verdict.text or "", limits.REPLACEMENT)
    limits.check_length("note", verdict.note, limits.NOTE)
    limits.check_length("notice", verdict.notice, limits.NOTICE)
    _check_parts(verdict)
    if verdict.change_class == ChangeClass.SILENT and verdict.notice:
        raise Invalid.at("notice", "A silent change has no notice: choose a class.")
    is_told = verdict.action == Action.ACCEPT and verdict.change_class != ChangeClass.SILENT
    if is_told and not verdict.notice.strip():
        raise Invalid.at(
            "notice", "Write the notice that readers will see, or call the change silent."
        )


def _check_parts(verdict: Verdict) -> None:
    if verdict.edits is None:
        return
    if verdict.text is not None:
        raise Invalid.at("edits", "Take parts of the reader's words, or write your own: not both.")
    if verdict.action == Action.ACCEPT and not verdict.edits:
        raise Invalid.at("edits", "Tick at least one of the changes, or reject the correction.")


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
    if silent and facts.are_confirmed(flags, verdict.confirmed):
        return
    sentence = prepared_words(article, edits)
    facts.check_confirmed(flags, verdict.confirmed, prepared=sentence)
    if silent:
        return
    if verdict.prepared and verdict.notice != sentence:
        words = "The notice is different for these words. Read it again, then accept."
    elif verdict.notice == sentence and NOTICE not in verdict.confirmed:
        words = "Read the notice that will be published: change it, or tick that it is right."
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
    if verdict.notice != prepared_words(article, edits):
        raise StaleVersion("The notice would say something else now. Send it back.")


def prepared_words(article: Article, edits: Sequence[Edit]) -> str:
    """The notice that is prepared for edits of the current text, in the newsroom's words."""
    return house_style.sentence_of(
        notice(article.current.text, edits, article.current.blocks), article
    )


def check_settled(session: Session, correction: Correction, verdict: Verdict) -> None:
    """Refuse "the article says so already" where it does not. Raises `Invalid`."""
    if verdict.action != Action.SUPERSEDE or verdict.reason != ALREADY_CORRECTED:
        return
    if not may_say_so(session, correction):
        raise Invalid.at(
            "reason", "The article does not say so here. Accept it, or settle it in another way."
        )


def edits_meant(correction: Correction, verdict: Verdict) -> tuple[Edit, ...] | None:
    """The edits decided for, in the current text; None where nothing is applied."""
    placement = correction.placement
    if placement is None or (correction.is_remark and verdict.text is None):
        _check_answer(verdict)
        return None
    if placement.fit not in CARRIED or placement.start is None or placement.end is None:
        raise moved()
    text = correction.article.current.text
    parts = placement.edits
    if verdict.revision is not None and verdict.revision != correction.article.head:
        _check_words_stand(correction, text, parts, placement.start, placement.end)
    if verdict.text is not None:
        _check_passage_stands(correction, verdict, text[placement.start : placement.end])
        parts = edits(text[placement.start : placement.end], tidy(verdict.text), placement.start)
    parts = _ticked_parts(verdict, parts or ())
    places = [
        placement.start,
        *_ticked_places(correction, verdict, text, placement.start, placement.end),
    ]
    return tuple(
        Edit(edit.start + at - placement.start, edit.end + at - placement.start, edit.replacement)
        for at in sorted(places)
        for edit in parts
    )


def _ticked_parts(verdict: Verdict, parts: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The parts that were ticked; all of them where nothing was said of parts."""
    if verdict.chosen is None:
        return parts
    if verdict.revision is None:
        raise Invalid.at("revision", "Say which revision of the article you saw (revision).")
    if not all(0 <= index < len(parts) for index in verdict.chosen):
        raise Invalid.at("edits", "There is no such part of this change.")
    return tuple(parts[index] for index in verdict.chosen)


def _ticked_places(
    correction: Correction, verdict: Verdict, text: str, start: int, end: int
) -> list[int]:
    """The other places ticked, which must still be exact places of the same words."""
    if verdict.also and verdict.revision != correction.article.head:
        raise moved()
    words, length = text[start:end], end - start
    taken = [start]
    for at in sorted(set(verdict.also)):
        if at < 0 or text[at : at + length] != words:
            raise moved()
        if any(abs(at - other) < length for other in taken):
            raise Invalid.at("also", "Two of the places overlap: choose one of them.")
        taken.append(at)
    return taken[1:]


def edits_to_apply(article: Article, wished: Sequence[Edit]) -> tuple[Edit, ...]:
    text = article.current.text
    applied = widened(article.current.blocks, wished)
    if splice(text, applied) == text:
        raise NoChange.at("text", "The article already has these words.")
    return applied


def _check_answer(verdict: Verdict) -> None:
    if verdict.text is not None:
        raise Invalid.at("text", "There are no words here to replace.")
    if not verdict.note.strip():
        raise Invalid.at("note", "Write the answer that the reader will get.")


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
