"""Letters of other alphabets, and odd ones of ours, in words that look like ordinary ones."""

from __future__ import annotations

import unicodedata

import pytest
import regex

from corrections_app.domain.text.characters import misfit
from corrections_app.domain.text.invisible import named, parts, seen, unseen
from corrections_app.domain.text.lookalikes import looks_stranger, looks_the_same, strange_host
from corrections_app.domain.text.unicode.confusables import DRAWN_LIKE, VERSION

# By hand, not from the table: Cyrillic, Greek, Armenian, Hebrew, Arabic, Tifinagh, Runic, Coptic,
# Cherokee, Lisu, Malayalam, small capitals and phonetic signs.
TWINS = {
    "a": "аɑ", "c": "сᴄⲥ", "d": "ԁ", "e": "е", "h": "һհ", "i": "іɩɪ", "j": "ј", "l": "ǀוןاⵏᛁ",
    "n": "ոɴ", "o": "оοօⲟᴏסഠ", "p": "рⲣρ", "s": "ѕꜱ", "u": "սᴜ", "v": "ѵᴠν", "w": "ԝᴡ",
    "x": "х", "y": "уʏ", "A": "АΑᎪ", "B": "ВΒᏴ", "C": "СᏟ", "E": "ЕΕ", "H": "НΗ", "K": "КΚ",
    "M": "МΜᎷ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ",
}  # fmt: skip
WORDS = (
    "paypal window school island council cathedral chaos Harbour Berlin Athens King Mayor Tower "
    "Police"
)
DISGUISED = [
    (word, word.replace(letter, twin, 1))
    for word in WORDS.split()
    for letter in dict.fromkeys(word)
    for twin in TWINS.get(letter, "")
]


def test_two_hundred_disguised_words_are_flagged_whatever_stood_there():
    missed = [
        (word, [named(one) for one in twin if not one.isascii()])
        for word, twin in DISGUISED
        if not (looks_the_same(word, twin) and looks_stranger(word, twin))
        or not looks_stranger("other", twin)
    ]

    assert missed == []
    assert len({twin for _, twin in DISGUISED}) >= 200


@pytest.mark.parametrize("word", ["сору", "рауоре", "ΤΟΡ", "ΗΟΤΕΙ", "hоте"])
def test_a_word_wholly_of_another_alphabet_is_flagged_among_latin_ones(word):
    assert looks_stranger("The harbour", f"The {word}")


@pytest.mark.parametrize("letter", ["ל", "ו", "ا", "ⵏ", "ᛁ", "რ", "ഠ", "൦"])
def test_a_letter_of_any_alphabet_inside_a_latin_word_is_flagged(letter):
    assert looks_stranger("google", f"goog{letter}e")


ORDINARY = {
    "en": "The naïve café's co-op sold 5µm filters; the T-shirt cost £20 in 2024.",
    "uk": "Об’єкт на березі: сам рос, а хор поїхав у 2024р. до Києва з IT-фірмою.",
    "de": "Straße, Größe, Übermut und Öl: GmbH & Co. KG, 3. Oktober.",
    "fr": "L’œuvre de Noël, où l’été naît; ça coûte 3 €, 2e étage.",
    "tr": "Kısa ışık, İstanbul’da ılık bir akşam; ısı artıyor.",
    "pl": "Zażółć gęślą jaźń, żółw i łódź w Łodzi.",
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "es": "El niño de la peña; ¿qué pingüino? 1.º de mayo.",
    "ar": "صوت المجلس يوم الثلاثاء على إعادة بناء الجدار في ٢٠٢٤ مع Google.",
    "el": "Η νέα οδός είναι ωραία και ο όρος ίδιος.",
    "he": "המועצה הצביעה ביום שלישי על Google.",
    "is": "Það er þoka yfir Þingvöllum.",
    "vi": "Người Việt ở Đà Nẵng đọc báo.",
    "ja": "Tシャツと卡拉OKは2024年に流行した。",
    "th": "ใช้Facebookเป็นประจำ",
    "ka": "საბჭომ კედლის აღდგენას დაუჭირა მხარი.",
}


@pytest.mark.parametrize("words", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_words_of_a_language_are_not(words):
    assert not looks_stranger(words.split()[0], words)
    assert not looks_stranger("", words)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://\u0430pple.com/", "xn--pple-43d.com"),
        ("https://www.müller.example/a?b", "www.xn--mller-kva.example"),
        ("https://apple.com/\u0430", ""),
        ("https://[broken/", ""),
        ("", ""),
        ("https://" + "ä" * 70 + ".example/", "ä" * 70 + ".example"),
    ],
)
def test_a_host_is_named_as_the_network_knows_it(address, host):
    assert strange_host(address) == host


def test_the_table_is_of_a_known_unicode_and_leads_to_ascii_alone():
    assert VERSION.count(".") == 2
    assert all(like.isascii() and not set(them) & set("aeiou") for like, them in DRAWN_LIKE.items())
    assert 400 < sum(map(len, DRAWN_LIKE.values())) < 600


# Of every code point that draws nothing, by Unicode's properties and the signs that are white.
HIDDEN = regex.compile(
    r"[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}"
    r"\u2800\u303F\uFFFC\U0001D159--[ \n\t]]",
    regex.V1,
)


def test_each_of_4255_code_points_that_nobody_sees_is_shown_or_refused():
    every = [chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000]
    hidden = HIDDEN.findall("".join(every))

    passed = [
        named(one)
        for one in hidden
        if misfit(f"a{one}b") is None
        and ([part.name for part in parts(f"a{one}b")] != ["", named(one), ""] or not unseen(one))
    ]

    assert passed == []
    assert len(hidden) >= 4255


def test_tags_behind_a_flag_that_no_font_draws_are_refused():
    letters = "".join(chr(0xE0000 + ord(letter)) for letter in "secret")
    assert misfit(f"\U0001f3f4{letters}\U000e007f") is not None


@pytest.mark.parametrize("sign", ["\u2800", "\u303f", "\ufffc", "\U0001d159"])
def test_signs_that_are_white_are_no_words(sign):
    assert unicodedata.category(sign) == "So"
    assert seen(f"a{sign}b") in ("a b", "ab")
