"""Plain pages, each known by its address: read as a reader reads them, and mended by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from corrections_app.domain.errors import ImportRefused
from corrections_app.sites import addresses
from corrections_app.sites.outside import Answer, Client
from corrections_app.sites.site import Finding, Listed
from corrections_app.sites.trouble import Gone, NotAllowed, Trouble, Unreachable
from corrections_app.sources import Source
from corrections_app.sources.encodings import decoded

_TYPES = frozenset({"text/html", "application/xhtml+xml"})


class Pages:
    """The pages below an address."""

    lists_all = False
    writes = False

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address.rstrip("/")

    def read(self, reference: str) -> Source:
        """The source of the page at this address, with all that is not the article in it too."""
        address = addresses.canonical(reference)
        if not self._is_below(address):
            raise Unreachable(f"{reference} is not below {self._address}.")
        answer = self._page(address)
        label = answer.headers.get_content_charset()
        try:
            text = decoded(answer.content, declares=True, said=label)
        except ImportRefused as refused:
            raise Unreachable(f"{address} {refused.message}.") from None
        return Source(
            id=address,
            address=answer.url,
            version=hashlib.sha256(answer.content).hexdigest(),
            format="html",
            fields={"html": text},
        )

    def changed(self, since: datetime | None) -> Sequence[Listed]:
        """None: a page does not tell of others."""
        return ()

    def write(self, before: Source, fields: Mapping[str, str]) -> Source:
        """It cannot be: raises `NotAllowed`."""
        raise NotAllowed("A page is changed by hand, where it is made.")

    def editor(self, external_id: str) -> str | None:
        """None: there is none in the web."""
        return None

    def check(self) -> Iterator[Finding]:
        """Whether the first of them can be read."""
        try:
            self._page(self._address)
        except Trouble as trouble:
            yield Finding("not usable", trouble.message, False)
            return
        yield Finding("reachable", f"a page answers at {self._address}")
        yield Finding("may edit", "no: what is accepted is changed there by hand")

    def _is_below(self, address: str) -> bool:
        return address == self._address or address.startswith((f"{self._address}/",))

    def _page(self, address: str) -> Answer:
        answer = self._client.get(address)
        if not self._is_below(answer.url):
            raise Unreachable(f"{address} leads on to {answer.url}, which is not of this site.")
        status = answer.status
        if status in (404, 410):
            raise Gone(f"{address} answers {status}: there is no such page.")
        if status in (401, 403):
            raise NotAllowed(f"{address} answers {status}: it is not for everybody.")
        if status != 200:
            raise Unreachable(f"{address} answers {status}: try again later.")
        if answer.headers.get_content_type() not in _TYPES:
            raise Unreachable(f"{address} is no page but {answer.headers.get_content_type()}.")
        return answer
