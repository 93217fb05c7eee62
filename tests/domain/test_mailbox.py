"""What an address is, the same wherever it is asked; and which of them reach one person."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from corrections_app.domain.mailbox import NotAnAddress, address, mailbox_of, public_address

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
SCRIPTS = [
    *("abcxyz09-", "äöüßéłıñőş", "абвгдежїґѣ", "αβγδσςάώ", "אבגדהוז״", "ابتثجدذ٠١"),
    *("漢字日本語", "ひらがなカタカナー・", "कखगघ्ािी", "กขค่ำ", "가나다한글", "🦀😀", "가", "·ʹ׳"),
    "\u200c\u200d\u00ad\u0301\u2019",
]


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("ada@reader.example", "ada@reader.example"),
        ("Ada@Reader.Example", "ada@reader.example"),
        ("ada+news@reader.example", "ada@reader.example"),
        ("a.da@reader.example", "a.da@reader.example"),
        ("A.D.A+x@gmail.com", "ada@gmail.com"),
        ("ada@googlemail.com", "ada@gmail.com"),
        ("+ada@reader.example", "+ada@reader.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
    ],
)
def test_spellings_of_one_mailbox_are_one(typed, mailbox):
    assert mailbox_of(typed) == mailbox


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@reader.example", "ada@reader.example"),
        ("Ada.O'Hara+news@Reader.Example", "Ada.O'Hara+news@reader.example"),
        ("a!#$&'*+/=?^_`{|}~-@reader.example", "a!#$&'*+/=?^_`{|}~-@reader.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@пошта.укр", "ada@xn--80a1acn3a.xn--j1amh"),
        ("ada@مثال.example", "ada@xn--mgbh0fb.example"),
        (f"{'a' * 64}@reader.example", f"{'a' * 64}@reader.example"),
    ],
)
def test_an_address_is_kept_as_letters_go_to_it(typed, kept):
    assert address(typed) == public_address(typed) == kept
    assert address(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "ada", "@", "ada@", "@reader.example", "ada@reader.example\n", " ada@reader.example"),
        *("a%b@example.com", "ada@reader.example,bo@reader.example", "a@b@reader.example"),
        *('"ada bo"@reader.example', "ada(comment)@reader.example", "Ada <ada@reader.example>"),
        *("ada@[127.0.0.1]", "ada@127.0.0.1", "ada@[IPv6:::1]", "ada..b@reader.example"),
        *(".ada@reader.example", "ada.@reader.example", "ada@.example", "ada@reader..example"),
        *(
            "ada@reader.example.",
            "ada@-reader.example",
            "ada@reader-.example",
            "ада@reader.example",
        ),
        *("ada@straße.example", "ada@re\u00adader.example", "ada@🦀.example", "ada@ab--c.example"),
        *(
            "ada@xn--zzzz999999999.example",
            "ada@xn--a.example",
            "ada@xn--.example",
            "ada@a_b.example",
        ),
        *(
            "ada\ud800@reader.example",
            "ada@\ud800.example",
            "ada\0@reader.example",
            "ada@r\0.example",
        ),
        *(
            "ada@reader\u3002example",
            "ada\u202e@reader.example",
            "ada@אa.example",
            "ada@א.1a.example",
        ),
        f"{'a' * 65}@reader.example",
        f"a@{'b' * 64}.example",
        f"a@{'.'.join(['b' * 60] * 5)}.example",
    ],
)
def test_what_no_letter_can_be_sent_to_is_no_address(typed):
    with pytest.raises(NotAnAddress):
        address(typed)
    with pytest.raises(NotAnAddress):
        public_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "editor@localhost",
            "root@mailhost",
            "ada@desk.localhost",
            "ada@host.local",
            "ada@a.test",
        ),
        *("ada@b.invalid", "ada@c.onion", "ada@d.in-addr.arpa", "ada@intranet.x1"),
    ],
)
def test_strangers_cannot_have_us_write_into_the_house(typed):
    assert address(typed) == typed

    with pytest.raises(NotAnAddress):
        public_address(typed)


def words(alphabet, least=0):
    return st.text(alphabet, min_size=least, max_size=9)


labels = st.one_of(*(words(letters) for letters in SCRIPTS), words("".join(SCRIPTS)))
locals_ = st.one_of(
    words(PRINTABLE), words("ab.%!+'\"\\ é", 1), st.text("a.", min_size=60, max_size=66)
)
domains = st.lists(labels, min_size=1, max_size=3).map(".".join)


@given(local=locals_, domain=domains.map(lambda name: f"{name}.example"))
@example(local="a%b", domain="example.com")
@example(local="ada", domain="faß.de")
@example(local="ada", domain="xn--fa-hia.de")
def test_what_we_take_the_validator_takes_to_the_same_domain(local, domain):
    """An independent reading of the standards: nothing goes where it says nothing goes."""
    typed = f"{local}@{domain}"
    try:
        found = public_address(typed)
    except NotAnAddress:
        return
    theirs = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    assert found.lower() == (theirs.ascii_email or "").lower()


@given(local=words("abcXYZ019.!#$&'*+/=?^_`{|}~-", 1), domain=words("abcxyz09-.", 1))
def test_what_the_validator_takes_we_take_but_for_the_per_cent_sign(local, domain):
    typed = f"{local}@{domain}.example"
    try:
        validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return
    if "xn--" not in domain:
        assert public_address(typed) == typed.lower().replace(local.lower(), local, 1)
