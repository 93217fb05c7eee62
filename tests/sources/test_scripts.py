"""Scripts without blanks, paragraphs of nothing, languages and directions."""

from __future__ import annotations

import pytest

from corrections_app.sources import Options, read
from corrections_app.sources.languages import direction, language

from .shown import of_markdown, of_page, texts

JOINED = [
    ("这个段落很长，\n所以分成两行。", "这个段落很长，所以分成两行。"),
    ("日本語の文も\n折り返される。", "日本語の文も折り返される。"),
    ("カタカナー\nです", "カタカナーです"),
    ("ท่าเรือ\nปิด", "ท่าเรือปิด"),
    ("ທ່າເຮືອ\nປິດ", "ທ່າເຮືອປິດ"),
    ("កំពង់ផែ\nបិទ", "កំពង់ផែបិទ"),
    ("他说“走”\n然后走了", "他说“走”然后走了"),
    ("港里结了冰\nand more", "港里结了冰 and more"),
    ("한국어는\n띄어쓴다", "한국어는 띄어쓴다"),
    ("two\nlines", "two lines"),
    ("港里  \t\n  结冰", "港里结冰"),
    ("港里 结冰", "港里 结冰"),
]


@pytest.mark.parametrize(("text", "joined"), JOINED)
def test_the_end_of_a_line_is_a_blank_only_where_the_script_has_blanks(
    document, text, joined
) -> None:
    plain = read(document("a.txt", text), Options(title="T", lang="zh"))
    assert texts(plain) == [joined]
    assert texts(of_page(document, f"<p>{text}</p>")) == [joined]
    if "  \t\n" not in text:  # two blanks at the end of a line are a break in Markdown
        assert texts(of_markdown(document, text)) == [joined]


def test_the_end_of_a_line_between_marks_is_none_either(document) -> None:
    assert texts(of_markdown(document, "港里**结了**\n冰\n*很冷*")) == ["港里结了冰很冷"]


def test_a_line_set_in_by_a_wide_blank_is_a_paragraph(document) -> None:
    text = "\u3000\u3000港里结了冰，\n船都停着。\n\u3000\u3000没有人出海。"
    expected = ["港里结了冰，船都停着。", "没有人出海。"]
    assert texts(read(document("a.txt", text), Options(title="T", lang="zh"))) == expected
    assert texts(of_markdown(document, text)) == expected


NOTHING = [
    "&nbsp;",
    "&#8203;",
    "\ufeff",
    "\u3000",
    "<strong>&nbsp;</strong>",
    "&shy;",
    "\u2800",
    "&zwnj;",
]


@pytest.mark.parametrize("blank", NOTHING)
def test_a_paragraph_of_nothing_is_none(document, blank) -> None:
    html = f"<p>{blank}</p><h2>{blank}</h2><ul><li>{blank}</li></ul><pre>{blank}</pre><p>Words.</p>"
    assert texts(of_page(document, html)) == ["Words."]
    assert texts(of_markdown(document, f"{blank}\n\nWords.")) == ["Words."]


def test_a_line_of_nothing_divides_plain_text(document) -> None:
    text = "One.\n\u00a0\nTwo.\n\u200b\nThree."
    assert texts(read(document("a.txt", text), Options(title="T", lang="en"))) == [
        "One.",
        "Two.",
        "Three.",
    ]


@pytest.mark.parametrize(
    ("tag", "lang", "way"),
    [
        ("iw", "he", "rtl"),
        ("ara", "ar", "rtl"),
        ("heb-IL", "he-IL", "rtl"),
        ("per", "fa", "rtl"),
        ("ks", "ks", "rtl"),
        ("ks-Deva", "ks-Deva", "ltr"),
        ("nqo", "nqo", "rtl"),
        ("man-Nkoo", "man-Nkoo", "rtl"),
        ("ff-Adlm", "ff-Adlm", "rtl"),
        ("ar-Latn", "ar-Latn", "ltr"),
        ("pa-Arab", "pa-Arab", "rtl"),
        ("pa", "pa", "ltr"),
        ("az_arab_ir", "az-Arab-IR", "rtl"),
        ("uz-AF", "uz-AF", "rtl"),
        ("syr", "syr", "rtl"),
        ("ukr", "uk", "ltr"),
        ("zh-hant-tw", "zh-Hant-TW", "ltr"),
        ("en", "en", "ltr"),
    ],
)
def test_a_tag_has_its_usual_form_and_direction(tag, lang, way) -> None:
    assert language(tag) == lang
    assert direction(lang) == way


@pytest.mark.parametrize(
    ("text", "lang", "way"),
    [
        ("الميناء يتجمد\n\nتجمد الميناء ليلة الاثنين.", "ar", "rtl"),
        ("הנמל קפא\n\nהספינות חיכו יומיים.", "he", "rtl"),
        ("بندر یخ زد\n\nکشتی‌ها دو روز پشت پل چوبی گذاشته شدند.", "fa", "rtl"),
        ("بندرگاہ جم گئی\n\nجہاز ٹھہرے رہے۔ یہ بڑی بات ہے۔", "ur", "rtl"),
        ("结冰的港\n\n港里结了冰。", "zh", "ltr"),
        ("港が凍った\n\n船は二日待った。", "ja", "ltr"),
        ("The quay froze\n\nThe word كتاب stands here alone.", "en", "ltr"),
    ],
)
def test_letters_tell_where_no_language_is_named(document, text, lang, way) -> None:
    for name in ("a.txt", "a.md"):
        found = read(document(name, text), Options(title="T"))
        assert (found.lang, found.dir) == (lang, way)
    html = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    found = read(document("a.html", html), Options(title="T", content="body"))
    assert (found.lang, found.dir) == (lang, way)


def test_a_language_that_is_named_counts_more_than_letters(document) -> None:
    found = read(document("a.txt", "קפא\n\nהספינות חיכו."), Options(lang="en"))
    assert (found.lang, found.dir) == ("en", "ltr")


@pytest.mark.parametrize("tag", ["und", "mul", "zxx", "UND-Arab"])
def test_a_tag_that_names_no_language_leaves_it_to_the_letters(document, tag: str) -> None:
    html = f"<html lang={tag}><p>הנמל קפא</p><p>הספינות חיכו יומיים.</p>"
    found = read(document("a.html", html), Options(title="T", content="body"))
    assert (found.lang, found.dir) == ("he", "rtl")
