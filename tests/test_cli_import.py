"""The command that brings in articles: what comes again, what is refused, what is foreseen."""

from __future__ import annotations

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.articles import reading
from corrections_app.workflow.people import accounts
from tests.builders import NOON, a_correction, accept
from tests.drawing import png
from tests.test_cli import run

__all__ = ["run"]

QUAY = "The quay froze\n\nThe quik fox runs over the ice.\n\nThe night was cold.\n"
OTHER = "The market\n\nA stall sells fish.\n"


@pytest.fixture
def files(tmp_path):
    """Two files as a feed would leave them."""
    for name, text in (("quay", QUAY), ("market", OTHER)):
        (tmp_path / f"{name}.txt").write_text(text)
    return [tmp_path / "market.txt", tmp_path / "quay.txt"]


@pytest.fixture
def quay(files):
    return files[1]


@pytest.fixture
def corrected(run, quay, make_app):
    """The quay is here, and "quik" was corrected; the reference of the correction."""
    run("import", "--lang", "en", quay)
    with make_app().app_context():
        correction = a_correction(reading.article_at("quay"), "quik", "quick")
        accept(correction, accounts.add("max@courier.example", role=Role.EDITOR, now=NOON))
        reference = db.session.get_one(Correction, correction.id).reference
        db.session.remove()
    return reference


def test_the_same_file_again_undoes_no_correction(run, quay, corrected):
    done = run("import", "--lang", "en", quay)

    assert (done.returncode, done.stdout) == (0, "quay\t2\tThe quay froze\n")


def test_a_file_that_would_undo_a_correction_is_refused_by_itself(run, files, quay, corrected):
    quay.write_text(QUAY.replace("quik", "quack"))

    foreseen = run("import", "--lang", "en", *files, "--dry-run")
    done = run("import", "--lang", "en", *files)

    assert (done.returncode, done.stdout) == (1, "market\t1\tThe market\n")
    refusal, summary = done.stderr.splitlines()
    assert f"{corrected} “quik”, now “quick”" in refusal
    assert summary == "corrections: 1 imported, 1 not imported."
    assert (foreseen.returncode, foreseen.stdout) == (1, done.stdout)
    assert foreseen.stderr.splitlines() == [
        refusal,
        "corrections: 1 would be imported, 1 would not.",
    ]


@pytest.mark.parametrize(
    ("side", "words", "said"),
    [("--ours", "quick", False), ("--theirs", "quack", True)],
)
def test_whose_words_stand_can_be_said(run, quay, corrected, side, words, said, make_app):
    quay.write_text(QUAY.replace("quik", "quack"))

    done = run("import", "--lang", "en", quay, side)

    assert done.returncode == 0
    assert (f"undoes correction {corrected}" in done.stderr) is said
    with make_app().app_context():
        assert words in reading.article_at("quay").current.text
        db.session.remove()


def test_a_changed_fact_is_refused_by_itself(run, files, quay):
    quay.write_text(QUAY.replace("quik", "31"))
    run("import", "--lang", "en", *files)
    quay.write_text(QUAY.replace("quik", "139"))
    files[0].write_text(OTHER.replace("sells", "sold"))

    done = run("import", "--lang", "en", *files)

    assert (done.returncode, done.stdout) == (1, "market\t2\tThe market\n")
    assert "changes a number: 31, now 139" in done.stderr
    assert "--class correction --notice" in done.stderr


def test_a_changed_fact_comes_in_where_it_is_said_what_it_is(run, quay):
    quay.write_text(QUAY.replace("quik", "31"))
    run("import", "--lang", "en", quay)
    quay.write_text(QUAY.replace("quik", "139"))

    assert run("import", "--lang", "en", quay).returncode == 1
    done = run("import", "--lang", "en", quay, "--class", "correction", "--notice", "It was 139.")

    assert (done.returncode, done.stdout) == (0, "quay\t2\tThe quay froze\n")
    again = run("import", "--lang", "en", quay, "--class", "correction", "--notice", "It was 139.")
    assert (again.returncode, again.stdout) == (0, "quay\t2\tThe quay froze\n")
    assert again.stderr == (f"{quay}: this changes nothing, so the notice is not published\n")


def test_a_second_person_is_named(run, quay, make_app):
    quay.write_text(QUAY.replace("quik", "31"))
    run("import", "--lang", "en", quay)
    for name in ("ada", "bo"):
        run("people", "add", f"{name}@courier.example", "--role", "editor")
    quay.write_text(QUAY.replace("quik", "139"))
    told = ("import", "--lang", "en", quay, "--class", "correction", "--notice", "It was 139.")

    refused = run(*told, SECOND_APPROVAL="facts")
    done = run(*told, "--approved-by", "Ada@courier.example", SECOND_APPROVAL="facts")

    assert refused.returncode == 1
    assert "--approved-by" in refused.stderr
    assert done.returncode == 0


def test_a_post_that_got_another_address_is_still_the_same_article(run, tmp_path):
    export = tmp_path / "export.xml"
    post = (
        '<rss xmlns:wp="http://wordpress.org/export/1.2/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><language>en</language>'
        "<item><title>The quay</title><link>https://{site}/{name}</link><wp:post_id>7</wp:post_id>"
        "<wp:post_name>{name}</wp:post_name>"
        "<content:encoded>Ships {did}.</content:encoded></item></channel></rss>"
    )
    came = []
    for site, name, did in (
        ("a.example", "quay", "waited"),
        ("a.example", "old-quay", "sailed"),
        ("b.example", "other-quay", "sank"),
    ):
        export.write_text(post.format(site=site, name=name, did=did))
        came.append(run("import", export).stdout)

    assert came == ["quay\t1\tThe quay\n", "quay\t2\tThe quay\n", "other-quay\t1\tThe quay\n"]


def test_the_report_says_which_pictures_came_and_why_others_did_not(run, tmp_path):
    (tmp_path / "quay").mkdir()
    (tmp_path / "quay" / "ice.png").write_bytes(png(12, 9))
    (tmp_path / "quay" / "ship.svg").write_text("<svg/>")
    (tmp_path / "quay.md").write_text(
        "---\nlang: en\n---\n# The quay\n\nShips waited.\n\n![Ice](quay/ice.png)\n"
        "![A ship](quay/ship.svg)\n![The tower](https://courier.example/tower.jpg)\n"
    )

    foreseen = run("import", "--dry-run", tmp_path / "quay.md")
    done = run("import", tmp_path / "quay.md")

    assert (done.returncode, done.stdout) == (0, "quay\t1\tThe quay\n")
    assert done.stderr.splitlines() == [
        f"{tmp_path}/quay.md: Pictures that came: “quay/ice.png (12 × 9)”.",
        f"{tmp_path}/quay.md: Pictures that did not come (elsewhere, and nothing is fetched: save "
        "it beside the file): “https://courier.example/tower.jpg”.",
        f"{tmp_path}/quay.md: Pictures that did not come (no PNG, JPEG, GIF, WebP or AVIF): "
        "“quay/ship.svg”.",
    ]
    assert foreseen == done

    (picture,) = (tmp_path / "instance" / "media").iterdir()
    assert "ok    pictures: all there\n" in run("check").stdout
    picture.unlink()
    checked = run("check")
    assert checked.returncode == 1
    assert f"BAD   pictures: missing: {picture.name} → bring instance/media back" in checked.stdout
