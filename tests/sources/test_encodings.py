"""Old encodings that a page declares are read; those that lie are refused with the remedy."""

from __future__ import annotations

import pytest

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources import Options, read

WORDS = {
    "windows-1251": "Причал замёрз, и суда ждали.",
    "koi8-r": "Причал замёрз, и суда ждали.",
    "koi8-u": "Причал замерз, і кораблі чекали її.",
    "iso-8859-1": "Le café “ferme” à midi – voilà.",
    "iso-8859-2": "Przystań zamarzła, żaglówki czekały.",
    "iso-8859-5": "Причал замёрз, и суда ждали.",
    "iso-8859-7": "Το λιμάνι πάγωσε.",
    "iso-8859-9": "İskele dondu, gemiler bekledi.",
    "iso-8859-15": "La jetée coûte 40 € à Nœud.",
    "shift_jis": "港が凍った。船は二日待った。",
    "euc-jp": "港が凍った。船は二日待った。",
    "gb2312": "港里结了冰，船都停着。",
    "gb18030": "港里结了冰，船都停着。",
    "big5": "港裡結了冰，船都停著。",
    "euc-kr": "부두가 얼어붙었다.",
    "tis-620": "ท่าเรือปิด",
    "windows-1256": "تجمد الميناء",
    "windows-1255": "הנמל קפא",
}
CODECS = {"iso-8859-1": "cp1252", "iso-8859-9": "cp1254", "tis-620": "cp874"}


@pytest.mark.parametrize("label", WORDS)
@pytest.mark.parametrize(
    "said",
    [
        '<meta charset="{}">',
        "<meta http-equiv=Content-Type content='text/html; charset={}'>",
        "<META CHARSET={}>",
    ],
)
def test_what_a_page_declares_is_what_it_is_read_by(document, label, said) -> None:
    html = f"<html><head>{said.format(label)}<title>T</title></head><p>{WORDS[label]}</p>"
    content = html.encode(CODECS.get(label, label))
    found = read(document("a.html", content), Options(title="T", content="body"))
    assert found.body[1].text == WORDS[label]


@pytest.mark.parametrize(
    ("declared", "content", "words"),
    [
        ("windows-1251", "Причал".encode(), "is UTF-8: correct"),
        ("utf-8", "Причал".encode("cp1251"), "is not UTF-8"),
        ("shift_jis", "Причал".encode("cp1251") + b"\xff\xff", "and is not"),
        ("euc-jp", "港が凍った".encode("cp932"), "and is not"),
        ("klingon", "Причал".encode("cp1251"), "no encoding known here"),
        ("rot13", "Причал".encode("cp1251"), "no encoding known here"),
        ("iso-8859-5", "“café”".encode("cp1252"), "and is not"),
    ],
)
def test_a_declaration_that_lies_is_refused(document, declared, content, words) -> None:
    page = f"<meta charset={declared}><title>T</title><p>".encode() + content
    with pytest.raises(ImportRefused) as refused:
        read(document("a.html", page))
    assert words in refused.value.message
    assert "UTF-8" in refused.value.message


def test_a_page_that_declares_nothing_is_utf8_or_refused(document) -> None:
    with pytest.raises(ImportRefused, match="is not UTF-8"):
        read(document("a.html", "<title>T</title><p>Причал".encode("cp1251")))


def test_a_mark_at_the_beginning_counts_more_than_a_declaration(document) -> None:
    page = "\ufeff<meta charset=windows-1251><title>T</title><p>Причал".encode()
    assert read(document("a.html", page)).body[1].text == "Причал"


def test_a_declaration_in_a_comment_is_none(document) -> None:
    page = "<!-- <meta charset=windows-1251> --><title>T</title><p>Причал".encode()
    assert read(document("a.html", page)).body[1].text == "Причал"


def test_a_text_file_declares_nothing(document) -> None:
    words = "T\n\n<meta charset=windows-1251> Причал"
    assert "Причал" in read(document("a.txt", words)).body[1].text
