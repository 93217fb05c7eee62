"""The pictures of articles: kept once, whole, for ever, and known to be needed."""

from __future__ import annotations

import os
import stat

import pytest
from sqlalchemy import select

from corrections_app.checkup import installation
from corrections_app.domain.errors import ImportRefused, NotFound
from corrections_app.domain.text.body import Aside, Media
from corrections_app.extensions import db
from corrections_app.models import MediaFile, Revision
from corrections_app.sources import read
from corrections_app.workflow.articles import editing, importing, media, reading, retiring, slugs
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, ON_PURPOSE, a_correction, accept
from tests.drawing import FOLDER, png
from tests.racing import at_once

TEXT = "---\nlang: en\n---\n\n# The quay\n\nShips waited for the the tide.\n\n![Ice](ice.png)\n"
ICE, SNOW = png(12, 9), png(20, 15)


@pytest.fixture
def quay(app, tmp_path):
    """Brings in the quay: with a picture of these bytes beside it, or with none."""

    def bring(picture=ICE, *, text=TEXT, slug="quay", terms=importing.BY_ITSELF):
        folder = tmp_path / "sources"
        folder.mkdir(exist_ok=True)
        (folder / "ice.png").unlink(missing_ok=True)
        if picture is not None:
            (folder / "ice.png").write_bytes(picture)
        (folder / f"{slug}.md").write_text(text)
        document = read(folder / f"{slug}.md")
        return importing.bring_in(document, slug=slug, terms=terms, now=NOON)

    return bring


@pytest.fixture
def folder(app, tmp_path):
    return tmp_path / "instance" / "media"


def shown(slug="quay"):
    """The widths of an article's pictures, None for one that could not be had."""
    db.session.rollback()
    body = reading.article_at(slug).current.blocks
    return [part.media and part.media.width for part in body if isinstance(part, Aside)]


def test_a_picture_is_kept_under_its_digest_for_its_owner_alone(quay, folder):
    quay()

    (file,) = folder.iterdir()
    row = db.session.scalars(select(MediaFile)).one()
    assert (row.name, row.size) == (file.name, file.stat().st_size)
    assert file.read_bytes() == ICE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert media.content_of(file.name) == (ICE, "image/png")


def test_what_a_camera_noted_is_not_kept(quay, folder):
    quay((FOLDER / "gps.jpeg").read_bytes())

    (file,) = folder.iterdir()
    assert b"SECRET" not in file.read_bytes()
    assert file.suffix == ".jpeg"  # by what is in it, not by what it was called


def test_an_unchanged_picture_makes_no_revision_and_a_changed_one_does(quay, folder):
    quay()
    again = quay()
    noted = quay(png(12, 9, said=b"Exported on another day"))
    changed = quay(SNOW)

    came = [(done.revision, done.is_new) for done in (again, noted, changed)]
    assert came == [(1, False), (1, False), (2, True)]
    assert shown() == [20]
    first = db.session.scalars(select(Revision).filter_by(number=1)).one()
    kept = next(part.media for part in first.blocks if isinstance(part, Aside))
    assert media.content_of(kept.name)[0] == ICE  # revisions are for ever
    assert len(list(folder.iterdir())) == 2


def test_a_picture_that_cannot_be_had_this_time_stays(quay):
    quay()

    done = quay(None)

    assert (done.is_new, shown()) == (False, [12])
    quay(None, text=TEXT.replace("Ships", "Boats"), terms=ON_PURPOSE)
    assert shown() == [12]
    assert quay(None, text=TEXT.replace("Ships", "Boats")).is_new is False


def test_a_picture_comes_to_an_article_that_had_only_its_words(quay):
    assert quay(None).revision == 1
    assert shown() == [None]

    assert quay(ICE).revision == 2
    assert shown() == [12]


def test_a_picture_that_left_the_source_leaves_the_article(quay):
    quay()
    quay(text=TEXT.replace("![Ice](ice.png)", "So it was."))

    assert shown() == []


def test_a_changed_picture_and_an_accepted_correction_both_stand(quay, max_):
    quay()
    accept(a_correction(reading.article_at("quay")), max_)

    done = quay(SNOW)

    assert done.is_new
    assert shown() == [20]
    assert "the the" not in reading.article_at("quay").current.text


def test_pictures_stay_where_the_text_is_edited_and_restored(quay, max_):
    quay()
    quay(SNOW)

    editing.restore("quay", 1, Act(max_, None, NOON), base=2)
    assert shown() == [12]
    db.session.rollback()
    typed = reading.article_at("quay").current.text.replace("the the", "the")
    editing.edit("quay", typed, Act(max_, None, NOON), base=3)
    assert shown() == [12]
    assert quay(SNOW).is_new is False  # the source says what it said; what was restored stays


def test_a_dry_run_and_a_refusal_keep_nothing(quay, folder, tmp_path):
    quay(None, text=TEXT.replace("the the", "the 9"))
    (tmp_path / "sources" / "ice.png").write_bytes(ICE)
    document = read(tmp_path / "sources" / "quay.md")

    importing.foresee(document, slug="quay")
    with pytest.raises(ImportRefused, match="changes a number"):
        quay(text=TEXT.replace("the the", "the 8"))

    assert not folder.exists()
    assert db.session.scalars(select(MediaFile)).all() == []


def test_a_picture_that_changes_on_its_way_is_refused(quay, tmp_path):
    quay(None)
    (tmp_path / "sources" / "ice.png").write_bytes(ICE)
    document = read(tmp_path / "sources" / "quay.md")
    (tmp_path / "sources" / "ice.png").write_bytes(SNOW)

    with pytest.raises(ImportRefused, match="quay: a picture could not be had again"):
        importing.bring_in(document, slug="quay", now=NOON)

    assert shown() == [None]


def test_a_disk_that_is_full_leaves_neither_half_a_picture_nor_an_article(
    quay, folder, monkeypatch
):
    def full(*_):
        raise OSError(28, "No space left on device", "ice")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        quay()
    monkeypatch.undo()

    assert list(folder.iterdir()) == []
    assert not slugs.exists("quay")
    assert quay().is_new


def test_two_imports_at_once_keep_one_whole_picture(app, quay, folder, tmp_path):
    quay(None)
    (tmp_path / "sources" / "ice.png").write_bytes(ICE)
    document = read(tmp_path / "sources" / "quay.md")

    def bring(slug):
        return lambda: importing.bring_in(document, slug=slug, now=NOON)

    done = at_once(app, *map(bring, ("north", "south", "east", "west", "north", "quay")))

    assert [one.title for one in done] == ["The quay"] * 6
    assert [file.read_bytes() for file in folder.iterdir()] == [ICE]
    assert db.session.query(MediaFile).count() == 1
    assert [shown(slug) for slug in ("north", "south", "east", "west", "quay")] == [[12]] * 5


def test_check_names_what_is_missing_and_an_import_brings_it_back(quay, folder):
    quay()
    quay(SNOW)
    (said,) = installation.pictures()
    assert (said.subject, said.said, said.fine) == ("pictures", "all there", True)

    lost, torn = sorted(folder.iterdir(), key=lambda file: file.read_bytes() == ICE)
    lost.unlink()
    torn.write_bytes(ICE[:20])

    assert sorted(media.missing(db.session())) == sorted([lost.name, torn.name])
    (said,) = installation.pictures()
    assert (said.fine, "missing" in said.said, "and 1 more" in said.said) == (False, True, True)

    quay(ICE)
    quay(SNOW)
    assert list(media.missing(db.session())) == []


DIGEST = "a" * 64


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../secret_key", f"{DIGEST}.svg", f"{DIGEST}.png/", f"x{DIGEST}.png"),
        *(f"{DIGEST}.png\n", f"{DIGEST.upper()}.png", f"{DIGEST}.png"),
    ],
)
def test_nothing_else_of_the_instance_is_given_out(quay, name):
    quay()

    with pytest.raises(NotFound):
        media.content_of(name)


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"", b"<svg/>", SNOW[:4]])
def test_a_file_that_somebody_put_there_is_given_out_only_if_it_is_what_it_says(
    quay, folder, content
):
    quay()
    (folder / f"{DIGEST}.png").write_bytes(content)
    (folder / f"{DIGEST}.gif").write_bytes(ICE)

    for ending in ("png", "gif"):
        with pytest.raises(NotFound):
            media.content_of(f"{DIGEST}.{ending}")
    assert media.is_here(Media(DIGEST, "png", 1, 1))


def test_a_notice_may_come_with_a_changed_picture(quay):
    quay()
    terms = Terms(change_class="correction", notice="The picture was of another quay.")

    done = quay(SNOW, terms=terms)

    db.session.rollback()
    assert done.told == ()
    assert reading.article_at("quay").current.notice == terms.notice


def test_no_import_changes_a_fact_of_an_alternative_text_in_silence(quay):
    quay(text=TEXT.replace("![Ice]", "![7 boats in the ice]"))

    with pytest.raises(ImportRefused, match="changes a number"):
        quay(text=TEXT.replace("![Ice]", "![9 boats in the ice]"))


def test_one_article_goes_while_another_brings_in_the_same_picture(app, quay, folder, mira):
    quay()
    (file,) = folder.iterdir()
    act = Act(mira, None, NOON)

    went, came = at_once(
        app,
        lambda: retiring.retire("quay", "Private.", act, confirmed=True),
        lambda: quay(slug="pier"),
    )

    db.session.rollback()
    assert (went.slug, came.slug) == ("quay", "pier")
    assert media.content_of(file.name) == (ICE, "image/png")
