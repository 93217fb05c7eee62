"""Exports and feeds: every post with its text, address, id, writers and dates."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Aside, Block
from corrections_app.sources import Options, read, read_all

NAMES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"'
)


def rss(items: str, channel: str = "<language>en-GB</language>") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {NAMES}><channel>{channel}{items}</channel></rss>'


def wordpress(content: str, more: str = "") -> str:
    return rss(
        "<item><title>The quay &amp; the ice</title><link>https://c.example/quay</link>"
        "<dc:creator><![CDATA[ann]]></dc:creator>"
        '<guid isPermaLink="false">https://c.example/?p=7</guid><description></description>'
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        "<excerpt:encoded><![CDATA[Ships wait.]]></excerpt:encoded><wp:post_id>7</wp:post_id>"
        "<wp:post_date>2024-01-02 11:00:00</wp:post_date>"
        "<wp:post_date_gmt>2024-01-02 10:00:00</wp:post_date_gmt>"
        "<wp:post_name>quay-and-ice</wp:post_name><wp:status>publish</wp:status>"
        '<wp:post_type>post</wp:post_type><category domain="post_tag">boats</category>'
        f'<category domain="category" nicename="harbour">Harbour</category>{more}</item>',
        "<language>en-GB</language><wp:author><wp:author_login>ann</wp:author_login>"
        "<wp:author_display_name>Ann Lee</wp:author_display_name></wp:author>",
    )


def articles(document, text: str, name: str = "export.xml", **options):
    return [found.document for found in read_all(document(name, text), Options(**options))]


def test_a_post_of_wordpress_has_all_that_is_known_of_it(document) -> None:
    (post,) = articles(document, wordpress("Ships waited for two days."))
    assert (post.title, post.standfirst) == ("The quay & the ice", "Ships wait.")
    assert (post.byline, post.section, post.lang) == ("Ann Lee", "Harbour", "en-GB")
    assert (post.external_id, post.name) == ("7", "quay-and-ice")
    assert post.source_url == "https://c.example/quay"
    assert post.published.isoformat() == "2024-01-02T10:00:00+00:00"


def test_loose_text_of_wordpress_is_divided_by_blank_lines(document) -> None:
    content = (
        "Ships waited <em>for\n\ntwo</em> days\n\nNobody sailed.\nIt was cold.\n\n"
        '[caption id="x" width="300"]<img src="https://c.example/i.jpg" alt="Ice" /> In ice[/caption]\n\n'
        "[vc_row][vc_column]In columns.[/vc_column][/vc_row]\n\n<!--more-->\n\n"
        "[embed]https://video.example/1[/embed]\n\n<h2>Half</h2>\nUnder it.\n\n[gallery]"
    )
    (post,) = articles(document, wordpress(content))
    assert [part for part in post.body[3:] if not getattr(part, "marks", ())] == [
        Block("paragraph", "Nobody sailed.\nIt was cold."),
        Aside("image", ("Ice",), "https://c.example/i.jpg"),
        Block("caption", "In ice"),
        Block("paragraph", "In columns."),
        Aside("embed", (), "https://video.example/1"),
        Block("heading", "Half", level=2),
        Block("paragraph", "Under it."),
    ]


def test_blocks_of_wordpress_stay_as_they_are(document) -> None:
    content = "<!-- wp:paragraph -->\n<p>Ships\nwaited.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:list -->\n<ul><li>one</li>\n<li>two</li></ul>"
    (post,) = articles(document, wordpress(content))
    assert [block.text for block in post.body[3:]] == ["Ships waited.", "one", "two"]


def test_what_is_no_article_is_passed_over_and_named(document) -> None:
    items = "".join(
        f"<item><title>{title}</title><content:encoded>Words.</content:encoded>"
        f"<wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status></item>"
        for title, kind, status in [
            ("One", "post", "publish"),
            ("Picture", "attachment", "inherit"),
            ("Menu", "nav_menu_item", "publish"),
            ("Later", "post", "draft"),
            ("Page", "page", "publish"),
        ]
    )
    found = list(read_all(document("e.xml", rss(items))))
    assert [each.name for each in found if each.document] == ["One", "Page"]
    assert [(each.name, each.passed_over) for each in found if not each.document] == [
        ("Picture", True),
        ("Menu", True),
        ("Later", True),
    ]
    assert "draft" in found[3].refused


def test_a_bad_post_does_not_stop_the_others(document) -> None:
    deep = "&lt;div&gt;" * 2_000
    items = (
        f"<item><title>Deep</title><description>{deep}</description></item>"
        "<item><title>Empty</title><description></description></item>"
        "<item><description>Nameless.</description></item>"
        "<item><title>Good</title><description>Words.</description></item>"
    )
    found = list(read_all(document("feed.rss", rss(items))))
    assert [each.document is not None for each in found] == [False, False, False, True]
    assert not any(each.passed_over for each in found)
    assert "--title" in found[2].refused


def test_a_feed_of_rss_has_its_full_text(document) -> None:
    items = (
        "<item><title>It&amp;#8217;s ice</title><link>https://c.example/1</link><guid>tag:1</guid>"
        "<dc:creator>Ann Lee</dc:creator><pubDate>Tue, 02 Jan 2024 10:00:00 GMT</pubDate>"
        "<description>Short.</description>"
        "<content:encoded>&lt;p&gt;Long &lt;a href='/x'&gt;text&lt;/a&gt;.&lt;/p&gt;</content:encoded></item>"
    )
    (post,) = articles(document, rss(items), "feed.rss")
    assert (post.title, post.byline, post.external_id) == ("It’s ice", "Ann Lee", "tag:1")
    assert [block.text for block in post.body[1:]] == ["Ann Lee", "Long text."]
    assert post.body[2].marks[0].href == "https://c.example/x"
    assert post.published.isoformat() == "2024-01-02T10:00:00+00:00"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            '<content type="html">&lt;p&gt;One &amp;amp; &lt;b&gt;two&lt;/b&gt;.&lt;/p&gt;</content>',
            "One & two.",
        ),
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One &amp; <b>two</b>.</p></div></content>',
            "One & two.",
        ),
        ("<content>One &amp; &lt;two&gt;.</content>", "One & <two>."),
        ('<summary type="html">One.</summary>', "One."),
    ],
)
def test_a_feed_of_atom_has_its_full_text(document, content, words) -> None:
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk"><title>Courier</title><entry>'
        '<title type="html">The &amp;amp; quay</title><id>urn:7</id>'
        '<link rel="self" href="https://c.example/self"/><link href="https://c.example/quay"/>'
        "<author><name>Ann Lee</name></author><author><name>Bo Ek</name></author>"
        "<updated>2024-01-03T00:00:00Z</updated><published>2024-01-02T10:00:00Z</published>"
        f"{content}</entry></feed>"
    )
    (post,) = articles(document, text, "feed.atom")
    assert (post.title, post.byline, post.lang) == ("The & quay", "Ann Lee, Bo Ek", "uk")
    assert (post.external_id, post.source_url) == ("urn:7", "https://c.example/quay")
    assert post.published.isoformat() == "2024-01-02T10:00:00+00:00"
    assert [block.text for block in post.body[2:]] == [words]


def test_a_bare_day_of_a_feed_is_the_newsrooms(document) -> None:
    items = (
        "<item><title>T</title><description>W.</description><dc:date>2024-01-02</dc:date></item>"
    )
    (post,) = articles(document, rss(items), zone=ZoneInfo("America/New_York"))
    assert post.published.isoformat() == "2024-01-02T05:00:00+00:00"


def test_an_export_in_an_old_encoding_and_with_controls_is_read(document) -> None:
    text = wordpress("Café \x08closed.").replace("UTF-8", "ISO-8859-1")
    (post,) = articles(document, text.encode("latin-1"))
    assert post.body[3].text == "Café closed."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<rss><channel><item>", "not well-formed"),
        ("<html/>", "XML of another kind"),
        ("<rss><channel/></rss>", "without posts"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><rss><channel>&a;</channel></rss>', "entities"),
    ],
)
def test_a_file_that_is_no_feed_is_refused(document, text, words) -> None:
    with pytest.raises(ImportRefused, match=words) as refused:
        articles(document, text)
    assert "export.xml" in refused.value.message


def test_other_files_hold_one_article(document) -> None:
    path = document("a.md", "# T\n\nWords.")
    (found,) = read_all(path)
    assert found.is_file
    assert found.document == read(path)


def test_names_of_other_vocabularies_are_not_those_of_the_feed(document) -> None:
    more = (
        "<item><title>Ferry late</title><link>https://c.example/ferry</link>"
        "<author>desk@c.example (Bo Ek)</author><description>Noon.</description>"
        '<m:title xmlns:m="http://search.yahoo.com/mrss/">A photo</m:title>'
        '<m:description xmlns:m="http://search.yahoo.com/mrss/">Of ice</m:description>'
        '<a:link xmlns:a="http://www.w3.org/2005/Atom" href="https://c.example/feed"/>'
        '<i:author xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd">Nobody</i:author></item>'
        "<item><title>Boat</title><author>desk@c.example</author><description>One.</description></item>"
    )
    ferry, boat = articles(document, rss(more))
    assert (ferry.title, ferry.byline) == ("Ferry late", "Bo Ek")
    assert ferry.source_url == "https://c.example/ferry"
    assert [block.text for block in ferry.body] == ["Ferry late", "Bo Ek", "Noon."]
    assert boat.byline is None


@pytest.mark.parametrize("space", ["http://wordpress.org/export/1.0/", "https://wordpress.org/export/1.2/"])  # fmt: skip
def test_every_version_of_wordpress_says_what_is_not_public(document, space: str) -> None:
    for more, words in (
        ("<wp:post_password>harbour</wp:post_password>", "password"),
        ("<wp:status>private</wp:status>", "private"),
    ):
        text = wordpress("Ships waited.", more).replace("http://wordpress.org/export/1.2/", space)
        (found,) = read_all(document("export.xml", text))
        assert found.document is None
        assert found.passed_over
        assert words in found.refused


def test_footnotes_that_wordpress_stores_beside_a_post_stand_at_its_end(document) -> None:
    def meta(value: str) -> str:
        return (
            "<wp:postmeta><wp:meta_key>footnotes</wp:meta_key>"
            f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
        )

    notes = '[{"id":"a","content":"One &amp; <em>two</em>."},{"id":"b","content":"Three."}]'
    (post,) = articles(document, wordpress("Ships waited.", meta(notes)))
    assert [(part.text, part.ordered) for part in post.body[-2:]] == [
        ("One & two.", True),
        ("Three.", True),
    ]
    for broken in ('{"a":1}', "[[[", "[1]", ""):
        (post,) = articles(document, wordpress("Ships waited.", meta(broken)))
        assert post.body[-1].text == "Ships waited."


def test_what_one_post_does_stops_no_other(document) -> None:
    deep = "<b>" * 1_500
    nested = f"&lt;b&gt;{deep.replace('<', '&lt;').replace('>', '&gt;')}x"
    good = "<item><title>Good</title><description>Noon.</description></item>"
    bad = f"<item><title>{nested}</title><description>Noon.</description></item>"
    found = list(read_all(document("export.xml", rss(bad + good))))
    assert ["deep" in each.refused for each in found] == [True, False]

    div = "<div>" * 3_000 + "x" + "</div>" * 3_000
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Bad</title><content type="xhtml">'
        f"{div}</content></entry><entry><title>Good</title><content>Noon.</content></entry></feed>"
    )
    found = list(read_all(document("feed.atom", atom)))
    assert ["deep" in each.refused for each in found] == [True, False]


def test_entities_are_refused_wherever_they_are_declared_but_not_in_words(document) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    text = rss("<item><title>Ferry</title><description>&lt;p&gt;Noon.</description></item>")
    head, body = text.split("?>", 1)
    for before in ("", f"<!--{'x' * 200_000}-->", " <?pi x?>\n"):
        with pytest.raises(ImportRefused, match="entities"):
            articles(document, f"{head}?>{before}{bomb}{body}")
    said = text.replace("&lt;p&gt;Noon.", "<![CDATA[<p>An &lt;!ENTITY x&gt; <!ENTITY y> bomb.]]>")
    (post,) = articles(document, said)
    assert "<!ENTITY x>" in post.body[-1].text
