"""How often one may try: by account, and by the network prefix that one household shares."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import request

from corrections_app.counting import Counted, Passed
from corrections_app.domain.errors import Sentence, TooMany
from corrections_app.extensions import counters
from corrections_app.language import N_
from corrections_app.web.devices import account_of

IPV4_PREFIX = 24
IPV6_PREFIX = 64
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([^:]*):\d+")
"""As some proxies write it: ``[2001:db8::1]:443``, ``192.0.2.1:443``."""


def prefix_of(*addresses: str | None) -> str:
    """The /24 or /64 of the first that is an address; where none is, ``local``.

    Limits count prefixes because an IPv6 household owns 2^64 addresses. Only the peer of a
    Unix socket has no address: what a proxy got wrong must not make all readers one.
    """
    ip = next((found for found in map(_address, addresses) if found), None)
    if ip is None:
        return "local"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    length = IPV6_PREFIX if ip.version == 6 else IPV4_PREFIX
    return str(ip_network(f"{ip}/{length}", strict=False))


def client_prefix() -> str:
    """The prefix of the request at hand, after as many proxies as are configured."""
    peer = request.environ.get("werkzeug.proxy_fix.orig", {}).get("REMOTE_ADDR")
    return prefix_of(request.remote_addr, peer)


def _address(text: str | None) -> IPv4Address | IPv6Address | None:
    bare = (text or "").strip()
    if with_port := _WITH_PORT.fullmatch(bare):
        bare = with_port[1] or with_port[2]
    try:
        return ip_address(bare.partition("%")[0])  # the zone says which cable, not which host
    except ValueError:
        return None


GUESSES_OF_PREFIX = "20/minute;100/hour"
GUESSES_OF_ACCOUNT = "5/minute;20/hour"
"""From one prefix."""
GUESSES_OF_STRANGERS = "10/hour;40/day"
"""At one account, from wherever they come. It locks nobody out: devices on which its owner came
in before do not count, and a link by mail always lets them in."""
GUESSES_OF_KNOWN = "5/minute;20/hour"
"""Of one device or link, or of all browsers that a person is in: instead of all the others."""
PLACES_OF_PREFIX = "20/minute"
"""Words that readers of other pages have us find: each may compare two texts."""
PLACES_OF_SITE = "600/minute"
PINGS_OF_SITE = "60/minute;1000/hour"
"""Articles that a newsroom's CMS has us read again: each is a request to it, and an import."""
LETTERS_OF_PREFIX = "20/hour"
LETTERS_TO_ADDRESS = "3/hour"
SEARCHES_OF_PREFIX = "60/minute;1000/hour"
"""Of what readers may ask for that is not read along an index, or is thousands of rows."""


def count_guess(known: str | None = None) -> None:
    """Count a try at a password. Raises `TooMany`.

    ``known`` names what sets the one who tries apart from strangers: a device
    on which they came in before, whom they are signed in as, or their link. Not the one
    browser in which they are: its token is another one each time they sign out the others.
    """
    account, prefix = _account(), client_prefix()
    with refused(_too_often):
        if known is not None:
            counters.take(Counted(GUESSES_OF_KNOWN, _here(), known))
            return
        counters.take(
            Counted(GUESSES_OF_PREFIX, _here(), prefix),
            Counted(GUESSES_OF_ACCOUNT, _here(), f"{account} {prefix}"),
        )
    with refused(_take_a_link):
        counters.take(Counted(GUESSES_OF_STRANGERS, _here(), account))


def _here() -> str:
    """Each address counts its own tries."""
    return request.endpoint or ""


def _take_a_link(passed: Passed) -> TooMany:
    return TooMany(
        "There were too many wrong passwords for this address. Ask for a sign-in link "
        "instead: it signs you in at once.",
        retry_after=passed.seconds,
    )


@contextmanager
def refused(say: Callable[[Passed], TooMany]) -> Iterator[None]:
    """Say to whoever is asking that a limit was passed inside the block."""
    try:
        yield
    except Passed as passed:
        raise say(passed) from None


def count_place() -> None:
    """Count words that are to be found in an article. Raises `TooMany`."""
    with refused(too_many):
        counters.take(Counted(PLACES_OF_PREFIX, _here(), client_prefix()))


def count_place_of(site: str) -> None:
    """Count them for the site whose page they are on. Raises `TooMany`."""
    with refused(too_many):
        counters.take(Counted(PLACES_OF_SITE, "site", f"site-{site}"))


def count_ping(name: str) -> None:
    """Count an article that a site tells of. Raises `TooMany`."""
    with refused(too_many):
        counters.take(Counted(PINGS_OF_SITE, _here(), f"site-{name}"))


def too_many(passed: Passed) -> TooMany:
    """That a limit was passed, in the words of this application, with the time that is left."""
    seconds, scope, wait = passed.seconds, passed.scope, _wait(passed.seconds)
    if scope == "article":
        sentence = (
            "Many readers are writing about this article just now. Try again %(wait)s; what you "
            "typed is kept."
        )
    elif scope == "site":
        sentence = (
            "Many readers are writing to the newsroom just now. Try again %(wait)s; what you "
            "typed is kept."
        )
    elif scope == "mailbox":
        return TooMany.at(
            "email",
            "Too many were sent with this e-mail address. Leave it empty, or try again %(wait)s; "
            "what you typed is kept.",
            wait=wait,
            retry_after=seconds,
        )
    else:
        sentence = "Too many were sent from here. Try again %(wait)s; what you typed is kept."
    return TooMany(sentence, wait=wait, retry_after=seconds)


def _wait(seconds: int) -> Sentence:
    """When to try again, in words: never earlier than it will be of use."""
    minutes = math.ceil(seconds / 60)
    if minutes <= 120:
        return Sentence.counted("in a minute", "in %(num)s minutes", minutes)
    return Sentence.of(N_("in %(hours)s hours"), {"hours": math.ceil(minutes / 60)})


def count_letter() -> None:
    """Count a letter asked for, whether or not one will go. Raises `TooMany`."""
    with refused(_too_often):
        counters.take(
            Counted(LETTERS_OF_PREFIX, _here(), client_prefix()),
            Counted(LETTERS_TO_ADDRESS, _here(), _account()),
        )


def count_search() -> None:
    """Count a search, or another answer that is dear to make. Raises `TooMany`."""
    with refused(too_many):
        counters.take(Counted(SEARCHES_OF_PREFIX, "search", client_prefix()))


def _account() -> str:
    """Whom the request is about."""
    return "account-" + account_of(request.form.get("email", ""))


def _too_often(passed: Passed) -> TooMany:
    sentence = "That was tried too often. Try again %(wait)s."
    return TooMany(sentence, wait=_wait(passed.seconds), retry_after=passed.seconds)


CODES_OF_ACCOUNT = "5/minute;10/hour"
"""Tries at a second factor, from everywhere together; a device on which its owner gave one before
has as many of its own. Three of a million codes are right at a time."""


def count_code(whose: str) -> None:
    """Count a try at a second factor: ``whose`` account, or known device. Raises `TooMany`."""
    with refused(_too_often):
        counters.take(Counted(CODES_OF_ACCOUNT, _here(), f"code-{whose}"))


PROVIDER_OF_PREFIX = "20/minute"
"""Ways to the newsroom's provider and back: each may be requests to it."""


def count_provider() -> None:
    """Count a way to the provider, or back. Raises `TooMany`."""
    with refused(_too_often):
        counters.take(Counted(PROVIDER_OF_PREFIX, "provider", client_prefix()))


BAD_TOKENS_OF_PREFIX = GUESSES_OF_PREFIX
"""Requests with a token that lets nobody in; those without any are no guesses."""
CALLS_OF_TOKEN = "1200/minute"
"""What one program may ask of us, wherever it runs."""


def count_bad_token() -> None:
    """Count a token that lets nobody in. Raises `TooMany`."""
    with refused(_too_often):
        counters.take(Counted(BAD_TOKENS_OF_PREFIX, "token", client_prefix()))


def count_call(number: int) -> None:
    """Count a request with the token of this number. Raises `TooMany`."""
    with refused(_too_often):
        counters.take(Counted(CALLS_OF_TOKEN, "call", f"token-{number}"))
