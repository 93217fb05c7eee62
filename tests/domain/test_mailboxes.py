"""Addresses that reach one person are one mailbox."""

from __future__ import annotations

import pytest

from corrections_app.domain.mailboxes import mailbox_of


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
