"""Pictures on the page of an article, and by themselves."""

from __future__ import annotations

import re

import pytest

from corrections_app.sources import read
from corrections_app.workflow.articles import importing, retiring, withholding
from corrections_app.workflow.transaction import Act
from tests.builders import NOON
from tests.drawing import FOLDER, png

NAMES = ("gps.jpeg", "notes.png", "moving.gif", "notes.webp", "notes.avif")
IMAGE = re.compile(r"<img[^>]*>")


@pytest.fixture
def page(app, tmp_path):
    """Brings in an article with this Markdown and shows it."""

    def show(text, address="/articles/quay"):
        for name in NAMES:
            (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
        (tmp_path / "quay.md").write_text(f"---\nlang: en\n---\n# The quay\n\nWords.\n\n{text}\n")
        importing.bring_in(read(tmp_path / "quay.md"), slug="quay", now=NOON)
        return app.test_client().get(address).get_data(as_text=True)

    return show


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "instance" / "media"


def test_a_picture_stands_with_its_size_its_words_and_its_caption(page):
    html = page('![Ships & "ice"](gps.jpeg "On Monday")')

    (image,) = IMAGE.findall(html)
    assert re.search(r'src="/media/[0-9a-f]{64}\.jpeg" width="32" height="48"', image)
    assert 'alt="Ships &amp; &#34;ice&#34;"' in image
    figure = html[html.index("<figure>") : html.index("</figure>")]
    assert image in figure
    assert re.search(r'<figcaption data-start="\d+">On Monday</figcaption>', figure)
    assert 'data-media="' in figure


def test_only_the_first_is_fetched_at_once(page):
    html = page("![A](none.png)\n\n![B](gps.jpeg)\n\n![C](notes.png)\n\n![D](notes.avif)")

    images = IMAGE.findall(html)
    assert ["loading" in image for image in images] == [False, True, True]
    assert all('decoding="async"' in image for image in images)


@pytest.mark.parametrize(
    ("markup", "alt"),
    [
        ('<img src="notes.png" alt="Ice">', "Ice"),
        ('<img src="notes.png" alt="">', ""),
        ('<img src="notes.png">', "Picture"),
        ('<figure><img src="notes.png" alt=""><figcaption>Ice</figcaption></figure>', ""),
        ('<figure><img src="notes.png"><figcaption>Ice</figcaption></figure>', ""),
    ],
)
def test_a_picture_without_words_claims_none(page, markup, alt):
    (image,) = IMAGE.findall(page(markup))

    assert image.endswith(f'alt="{alt}">')


def test_what_could_not_be_had_is_a_box_with_its_words_and_a_link(page):
    html = page("![Ice](https://courier.example/ice.png)")

    assert "<img" not in html
    assert '<a href="https://courier.example/ice.png" rel="noopener">Ice</a>' in html


def test_a_picture_whose_file_is_gone_is_a_box_again(app, page, folder):
    browser = app.test_client()
    assert IMAGE.findall(page("![Ice](notes.png)"))
    tag = browser.get("/articles/quay").headers["ETag"]
    (file,) = folder.iterdir()
    content = file.read_bytes()

    file.unlink()
    lost = browser.get("/articles/quay", headers={"If-None-Match": tag})

    assert lost.status_code == 200
    assert not IMAGE.findall(lost.get_data(as_text=True))
    assert "<p>Ice</p>" in lost.get_data(as_text=True)
    file.write_bytes(content)
    assert browser.get("/articles/quay", headers={"If-None-Match": tag}).status_code == 304


def test_moderators_see_the_pictures_of_a_revision(page, moderator):
    page("![A](notes.png)\n\n![B](gps.jpeg)")

    html = moderator.get("/articles/quay/revisions/1").get_data(as_text=True)

    assert ["loading" in image for image in IMAGE.findall(html)] == [True, True]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_sent_as_what_it_is_to_be_kept_for_ever(app, page, folder, name):
    page(f"![Ice]({name})")
    (file,) = folder.iterdir()

    answer = app.test_client().get(f"/media/{file.name}", headers={"Accept-Encoding": "gzip"})

    assert answer.data == file.read_bytes()
    assert answer.headers["Content-Type"] == f"image/{name.partition('.')[2]}"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["ETag"] == f'"{file.stem}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; sandbox; ")
    assert "trusted-types 'none'" in policy
    assert "Content-Encoding" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_whoever_has_a_picture_is_not_sent_it_again(app, page, folder):
    page("![Ice](notes.png)")
    (file,) = folder.iterdir()
    browser = app.test_client()

    known = {"If-None-Match": f'"{file.stem}"'}
    again = browser.get(f"/media/{file.name}", headers=known)
    part = browser.get(f"/media/{file.name}", headers={"Range": "bytes=0-3"})
    head = browser.head(f"/media/{file.name}")

    assert (again.status_code, again.data) == (304, b"")
    assert (part.status_code, part.data) == (206, b"\x89PNG")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(file.stat().st_size)


@pytest.mark.parametrize(
    "name", ["x.png", f"{'a' * 64}.png", f"{'a' * 64}.svg", "..%2fsecret_key", "%00", ".png"]
)
def test_an_unknown_picture_is_a_page_that_nobody_keeps(app, page, name):
    page("![Ice](notes.png)")

    answer = app.test_client().get(f"/media/{name}")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "text/html" in answer.headers["Content-Type"]


def test_a_page_that_was_put_among_the_pictures_is_not_given_out(app, page, folder):
    page("![Ice](notes.png)")
    (folder / f"{'b' * 64}.png").write_bytes(b"<script>alert(1)</script>")

    assert app.test_client().get(f"/media/{'b' * 64}.png").status_code == 404


def test_words_of_a_picture_stay_words(page, tmp_path):
    (tmp_path / "x.png").write_bytes(png())
    html = page('<img src="x.png" alt="&quot; onerror=&quot;alert(1)">')

    (image,) = IMAGE.findall(html)
    assert 'alt="&#34; onerror=&#34;alert(1)"' in image


def address_of(html):
    return re.search(r'src="(/media/[^"]*)"', html)[1]


def test_a_picture_goes_with_what_is_taken_down_and_comes_back_with_it(app, page, mira):
    client = app.test_client()
    picture = address_of(page("![A](gps.jpeg)"))

    retiring.retire("quay", "Private.", Act(mira, None, NOON), confirmed=True)

    gone = client.get(picture)
    assert (gone.status_code, gone.headers["Cache-Control"]) == (404, "no-store")
    assert "taken down" in gone.text
    retiring.bring_back("quay", Act(mira, None, NOON), confirmed=True)
    assert client.get(picture).status_code == 200


def test_a_picture_that_another_article_shows_stays_there(app, page, tmp_path, mira):
    client = app.test_client()
    picture = address_of(page("![A](gps.jpeg)"))
    importing.bring_in(read(tmp_path / "quay.md"), slug="other", now=NOON)
    act = Act(mira, None, NOON)

    retiring.retire("quay", "Private.", act, confirmed=True)
    assert client.get(picture).status_code == 200
    retiring.retire("other", "Private.", act, confirmed=True)
    assert client.get(picture).status_code == 404
    importing.bring_in(read(tmp_path / "quay.md"), slug="third", now=NOON)
    assert client.get(picture).status_code == 200


def test_a_picture_goes_with_the_version_that_alone_showed_it(app, page, mira):
    client, act = app.test_client(), Act(mira, None, NOON)
    picture = address_of(page("![A](gps.jpeg)\n\n![B](notes.png)"))
    stays = address_of(page("Other words.\n\n![B](notes.png)"))

    withholding.withhold("quay", 1, "Private.", act, confirmed=True)

    assert client.get(picture).status_code == 404
    assert client.get(stays).status_code == 200
    withholding.show_again("quay", 1, act, confirmed=True)
    assert client.get(picture).status_code == 200


def test_links_to_the_article_are_shown_with_its_first_picture(page):
    html = page("![A](none.png)\n\n![B](gps.jpeg)\n\n![C](notes.png)")

    (image,) = re.findall(r'<meta property="og:image" content="([^"]+)">', html)
    assert re.fullmatch(r"https?://[^/]+/media/[0-9a-f]{64}\.jpeg", image)
    assert f'"image":"{image}"' in html
