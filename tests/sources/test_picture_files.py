"""Which pictures a document gets: those in its own folder, and those that it holds itself."""

from __future__ import annotations

import base64
import os

import pytest

from corrections_app.domain import limits
from corrections_app.domain.text.body import Aside, as_json, from_json
from corrections_app.sources import read, read_all
from corrections_app.sources.html.blocks.srcset import ranked
from corrections_app.sources.pictures import Beside, NotHad
from tests.drawing import FOLDER, png

from .shown import of_markdown, of_page

ICE = png(12, 9)
SNOW = png(20, 15)


@pytest.fixture
def beside(tmp_path):
    """Pictures beside the document, and one outside of its folder."""
    folder = tmp_path / "inside"
    (folder / "p").mkdir(parents=True)
    for name in ("ice.png", "a b.png", "p/ice.png", "raw%20name.png", "q?w=6.png"):
        (folder / name).write_bytes(ICE)
    (folder / "snow.png").write_bytes(SNOW)
    (tmp_path / "secret.png").write_bytes(png(30, 30))

    def write(name, content):
        path = folder / name
        path.write_text(content)
        return path

    return write


def images(document):
    return [part for part in document.body if isinstance(part, Aside)]


def widths(document):
    return [image.media and image.media.width for image in images(document)]


@pytest.mark.parametrize(
    "src",
    [
        *("ice.png", "./ice.png", "p/ice.png", "p/../ice.png", "a%20b.png", "a b.png"),
        *("ice.png?w=9#x", "raw%20name.png", "q?w=6.png"),
    ],
)
def test_a_picture_in_the_documents_folder_comes(beside, src) -> None:
    document = of_page(beside, f'<img src="{src}" alt="Ice">')

    assert widths(document) == [12]
    assert document.pictures.sentences() == (f"Pictures that came: “{src} (12 × 9)”.",)


ELSEWHERE = {
    "../secret.png": "outside the file's own folder",
    "p/../../secret.png": "outside the file's own folder",
    "%2e%2e/secret.png": "outside the file's own folder",
    "out.png": "outside the file's own folder",
    "out/secret.png": "outside the file's own folder",
    "/etc/hostname": "an absolute path",
    "//courier.example/ice.png": "elsewhere, and nothing is fetched",
    "https://courier.example/ice.png": "elsewhere, and nothing is fetched",
    "file:///etc/hostname": "elsewhere, and nothing is fetched",
    "C:\\pictures\\ice.png": "elsewhere, and nothing is fetched",
    "\\\\host\\ice.png": "an absolute path",
    "none.png": "not beside the file",
    "a%00b.png": "not beside the file",
    "p": "not a regular file",
    "pipe": "not a regular file",
    "loop.png": "not beside the file",
    "a.html": "no PNG, JPEG, GIF, WebP or AVIF",
    "n" * 5000: "not beside the file",
    "http://[": "no address",
}


@pytest.mark.parametrize(("src", "reason"), ELSEWHERE.items(), ids=[n[:30] for n in ELSEWHERE])
def test_what_is_elsewhere_or_none_stays_a_box_and_is_named(beside, tmp_path, src, reason) -> None:
    os.mkfifo(tmp_path / "inside" / "pipe")
    (tmp_path / "inside" / "out.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "inside" / "out").symlink_to(tmp_path)
    (tmp_path / "inside" / "loop.png").symlink_to("loop.png")

    document = of_page(beside, f'<img src="{src}" alt="Ice">')

    assert widths(document) == [None]
    assert images(document)[0].lines == ("Ice",)
    (sentence,) = document.pictures.sentences()
    assert sentence.startswith(f"Pictures that did not come ({reason}")


def test_a_link_that_stays_inside_is_followed(beside, tmp_path) -> None:
    (tmp_path / "inside" / "link.png").symlink_to("p/ice.png")

    assert widths(of_page(beside, '<img src="link.png">')) == [12]


def test_a_picture_in_the_document_itself_comes(beside) -> None:
    held = base64.b64encode(SNOW).decode()
    quoted = "".join(f"%{byte:02x}" for byte in ICE)

    document = of_page(
        beside,
        f'<img src="data:image/png;base64,{held}" alt="Snow"><img src="data:,{quoted}">'
        '<img src="data:image/png;base64,R0l!" alt="Torn"><img src="data:" alt="Empty">',
    )

    assert widths(document) == [20, 12, None, None]
    assert all(len(one) < 200 for one in document.pictures.sentences())


def test_what_is_too_heavy_is_not_read(beside, tmp_path) -> None:
    with (tmp_path / "inside" / "heavy.png").open("wb") as file:
        file.truncate(limits.PICTURE_BYTES + 1)

    with pytest.raises(NotHad, match="10 MB at most"):
        Beside(tmp_path / "inside").content("heavy.png")
    with pytest.raises(NotHad, match="10 MB at most"):
        Beside(None).content("data:," + "a" * (limits.PICTURE_BYTES + 1))


def test_an_article_has_no_more_pictures_than_it_may(beside, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(limits, "PICTURES", 1)

    document = of_page(beside, '<img src="ice.png" alt=A><img src="snow.png" alt=B>')

    assert widths(document) == [12, None]
    assert "more than 1 in one article" in document.pictures.sentences()[1]


def test_markdown_and_its_caption(beside) -> None:
    document = of_markdown(beside, 'Words.\n\n![Ice](p/ice.png "On Monday")\n')

    image, caption = document.body[-2:]
    assert (image.lines, image.media.width, caption.text) == (("Ice",), 12, "On Monday")


@pytest.mark.parametrize(
    ("markup", "lines"),
    [('alt="Ice"', ("Ice",)), ('alt=""', ("",)), ("alt", ("",)), ("", ())],
)
def test_a_text_alternative_is_what_the_source_says(beside, markup, lines) -> None:
    assert images(of_page(beside, f'<img src="ice.png" {markup}>'))[0].lines == lines


def test_a_feed_gets_no_files(tmp_path) -> None:
    (tmp_path / "ice.png").write_bytes(ICE)
    export = tmp_path / "feed.xml"
    export.write_text(
        "<rss><channel><language>en</language><item><title>Ice</title><description>Words. "
        '&lt;img src="ice.png" alt="Ice"&gt;</description></item></channel></rss>'
    )
    (found,) = read_all(export)

    assert widths(found.document) == [None]
    assert "nothing is fetched" in found.document.pictures.sentences()[0]


def test_a_picture_named_twice_is_one_picture(beside) -> None:
    document = of_page(beside, '<img src="ice.png" alt=A><p>Then.</p><img src="p/ice.png" alt=B>')

    assert widths(document) == [12, 12]
    assert len(document.pictures.had) == 1


def test_of_several_sizes_one_that_is_here_is_taken(beside) -> None:
    html = (
        '<img src="ice.png" srcset="none.png 480w, snow.png 1600w, https://far.example/a.png 3000w"'
        ' alt="Ice">'
    )
    assert widths(of_page(beside, html)) == [20]
    source = '<picture><source srcset="snow.png"><img src="ice.png" alt="Ice"></picture>'
    assert widths(of_page(beside, source)) == [12]
    only = '<picture><source srcset="snow.png"><img src="none.png" alt="Ice"></picture>'
    assert widths(of_page(beside, only)) == [20]


def test_a_blurred_copy_never_stands_for_the_picture(beside) -> None:
    small = f"data:image/png;base64,{base64.b64encode(ICE).decode()}"
    far = f'<img src="{small}" data-src="https://courier.example/ice.jpg" alt="Ice">'
    here = f'<img src="{small}" data-src="snow.png" alt="Ice">'

    assert widths(of_page(beside, far)) == [None]
    assert widths(of_page(beside, here)) == [20]


@pytest.mark.parametrize(
    ("srcset", "order"),
    [
        ("a.png 480w, b.png 1400w, c.png 2800w", ["b.png", "c.png", "a.png"]),
        ("a.png 480w,\n b.png 960w", ["b.png", "a.png"]),
        ("a.png, b.png 2x, c.png 3x", ["b.png", "c.png", "a.png"]),
        ("a.png 300w,b.png 700w", ["b.png", "a.png"]),
        ("data:image/png;base64,x,y 2x, b.png", ["data:image/png;base64,x,y", "b.png"]),
        (" , a.png ,, ", ["a.png"]),
        ("a.png huge, b.png -2x, c.png 9999999999999w", ["a.png", "b.png", "c.png"]),
        ("", []),
    ],
)
def test_the_smallest_that_is_sharp_everywhere_comes_first(srcset, order) -> None:
    assert ranked(srcset) == order


def test_a_body_with_pictures_is_stored_and_read_again(beside) -> None:
    body = of_page(beside, '<img src="ice.png" alt="Ice"><p>And.</p><img src="no.png" alt=B>').body

    assert from_json(as_json(body)) == body
    before = {"kind": "aside", "role": "image", "lines": ["Ice"], "href": "https://e.example/"}
    assert from_json([before]) == (Aside("image", ("Ice",), "https://e.example/"),)


def test_a_saved_page_keeps_the_link_to_the_original(beside) -> None:
    base = '<link rel="canonical" href="https://courier.example/2024/quay.html">'
    image = images(of_page(beside, '<img src="p/ice.png" alt="Ice">', head=base))[0]

    assert (image.href, image.media.width) == ("https://courier.example/2024/p/ice.png", 12)


def test_the_bytes_are_those_that_were_seen_or_none(tmp_path) -> None:
    photo = tmp_path / "gps.jpeg"
    photo.write_bytes((FOLDER / "gps.jpeg").read_bytes())
    (tmp_path / "a.md").write_text("# Ice\n\nWords.\n\n![Ice](gps.jpeg)\n")
    document = read(tmp_path / "a.md")
    (media,) = document.pictures.had

    assert b"SECRET" not in document.pictures.content(media)
    photo.write_bytes(SNOW)
    with pytest.raises(NotHad, match="changed"):
        document.pictures.content(media)
