"""The only way out of the house: an address is resolved once, checked, and that very one asked.

A name that is looked up twice may lead elsewhere the second time. No proxy of the environment is
asked, no cookie kept, and whatever comes is bounded in size, unpacked too, and in time.
"""

from __future__ import annotations

import http.client
import io
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urljoin

from corrections_app.config.hosts import Place
from corrections_app.sites import addresses
from corrections_app.sites.addresses import Target
from corrections_app.sites.trouble import Unknown, Unreachable

Resolver = Callable[..., Sequence[tuple[Any, ...]]]
"""As `socket.getaddrinfo`."""
Dial = Callable[[tuple[Any, ...], float], socket.socket]
"""A connection to one resolved address, within so many seconds."""

_USUAL = {
    "User-Agent": "Reader-Corrections",
    "Accept-Encoding": "gzip",
    # Each on a connection of its own, so that nothing of one answer is left for the next.
    "Connection": "close",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_CHUNK = 65_536
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from ``url``, where the redirects ended."""

    url: str
    status: int
    headers: Message
    content: bytes


@dataclass(slots=True)
class _Request:
    """What is asked, and whether a first byte of it went out."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None = None
    is_out: bool = False


@dataclass(frozen=True)
class Client:
    """Asks for one thing after another, each on a connection of its own.

    ``inside`` are the hosts of one's own network that may be asked too. ``seconds`` bounds a
    request with all its redirects, ``most`` the bytes of its answer when unpacked; where it is
    to be ``cut``, no more than these are read of a longer one, which is refused elsewhere.
    """

    inside: tuple[Place, ...] = ()
    seconds: float = 20.0
    most: int = 8_000_000
    cut: bool = False
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    resolve: Resolver = socket.getaddrinfo
    dial: Dial = field(default_factory=lambda: _dial)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """What an address answers, whatever its status.

        With ``headers`` a redirect to another origin is refused, for a key may stand in them.
        Raises `Unreachable`.
        """
        until = time.monotonic() + self.seconds
        first = addresses.target(url, self.inside)
        for _ in range(_MOST_REDIRECTS + 1):
            target = addresses.target(url, self.inside)
            if headers and target.origin != first.origin:
                raise Unreachable(
                    f"{first.origin} leads on to {target.origin}: add the site at that address."
                )
            if target.is_inside and not first.is_inside:
                raise Unreachable(
                    f"{first.origin} leads on to {target.origin}, inside your network."
                )
            answer = self._ask(url, target, _Request("GET", headers or {}), until)
            location = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            url = _led_on(url, location)
        raise Unreachable(f"{first.origin} leads from one address to the next without end.")

    def send(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """What an address answers to something that may change what is there.

        A redirect is an answer like any other and not followed. Raises `Unreachable` where
        nothing went out, and `Unknown` where it may have arrived.
        """
        request = _Request(method, headers, body)
        until = time.monotonic() + self.seconds
        try:
            return self._ask(url, addresses.target(url, self.inside), request, until)
        except Unreachable as trouble:
            if request.is_out:
                raise Unknown(f"{trouble.message} It may have been written all the same.") from None
            raise

    def _ask(self, url: str, target: Target, request: _Request, until: float) -> Answer:
        try:
            return self._answer(url, target, request, until)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"The certificate of {target.host} is not valid ({error.verify_message}): renew "
                "it there, or name its authority in SSL_CERT_FILE."
            ) from None
        except ssl.SSLError as error:
            raise Unreachable(
                f"{target.origin} speaks no TLS that is understood here "
                f"({error.reason or 'it broke off'}): check address and port."
            ) from None
        except TimeoutError:
            raise Unreachable(
                f"{target.origin} did not answer within {self.seconds:g} seconds: try again later."
            ) from None
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(
                f"{target.origin} cannot be reached ({_said(error)}): check the address, and "
                "that it is up."
            ) from None

    def _answer(self, url: str, target: Target, request: _Request, until: float) -> Answer:
        with closing(self._connected(target, until)) as sock:
            connection = _Connection(target, _Timed(sock, until))
            headers = {**_USUAL, **request.headers}
            request.is_out = True
            connection.request(request.method, target.path, request.body, headers)
            answer = connection.getresponse()
            if self.cut:
                return Answer(url, answer.status, answer.headers, _begin_of(answer, self.most))
            content = _Unpacked(answer.getheader("Content-Encoding", ""), self.most)
            while chunk := answer.read1(_CHUNK):
                content.add(chunk)
            if answer.length:  # bytes that were promised
                raise http.client.IncompleteRead(b"", answer.length)
            return Answer(url, answer.status, answer.headers, content.whole())

    def _connected(self, target: Target, until: float) -> socket.socket:
        """A connection to the first address that takes it; every one of them is checked first."""
        found = self._resolved(target, until)
        for one in found:
            addresses.check(one[4][0], is_inside=target.is_inside)
        last: OSError = OSError("it has no address")
        for one in found:
            try:
                sock = self.dial(one, _left(until))
                break
            except OSError as error:
                last = error
        else:
            raise last
        if target.scheme == "http":
            return sock
        try:
            sock.settimeout(_left(until))
            return self.tls.wrap_socket(sock, server_hostname=target.host)
        except BaseException:
            sock.close()
            raise

    def _resolved(self, target: Target, until: float) -> Sequence[tuple[Any, ...]]:
        """What the name leads to; a resolver has no time limit, so a thread waits for it."""
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self.resolve(target.host, target.port, type=socket.SOCK_STREAM))
            except Exception as error:
                answers.put(error)

        threading.Thread(target=look_up, name="resolver", daemon=True).start()
        try:
            found = answers.get(timeout=_left(until))
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(found, OSError | UnicodeError):
            raise Unreachable(
                f"There is no host {target.host}, or its name cannot be looked up now: check the "
                "address."
            )
        if isinstance(found, Exception):
            raise found
        return list(found)


def _begin_of(answer: http.client.HTTPResponse, most: int) -> bytes:
    """The first bytes of a body as it comes, as far as it comes: its status has come already."""
    parts = list[bytes]()
    with suppress(OSError, http.client.HTTPException):
        while (left := most - sum(map(len, parts))) > 0 and (chunk := answer.read1(left)):
            parts.append(chunk)
    return b"".join(parts)


def _dial(resolved: tuple[Any, ...], seconds: float) -> socket.socket:
    family, kind, protocol, _, address = resolved
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(seconds)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


def _led_on(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Unreachable(f"{url} leads on to what is no address.") from None


def _left(until: float) -> float:
    """Seconds that are left. Raises TimeoutError for none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return {
        http.client.RemoteDisconnected: "it hung up",
        http.client.IncompleteRead: "it hung up half way",
    }.get(type(error), "it does not speak HTTP")


class _Connection(http.client.HTTPConnection):
    """HTTP over a socket that is connected already, and stays another's to close."""

    def __init__(self, target: Target, sock: _Timed) -> None:
        super().__init__(target.host, target.port)
        # The port that goes without saying is not written into Host.
        self.default_port = 443 if target.scheme == "https" else 80
        self.sock = sock


class _Timed:
    """A socket that never waits past a moment, however slowly its bytes trickle."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock, self._until = sock, until

    def sendall(self, content: Any) -> None:
        """Send it, or raise TimeoutError."""
        self._sock.settimeout(_left(self._until))
        self._sock.sendall(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        """What comes, to be read."""
        return io.BufferedReader(_Reading(self._sock, self._until))

    def close(self) -> None:
        """Nothing: http.client would close it while its answer is still being read."""


class _Reading(io.RawIOBase):
    """The reading half of a `_Timed` socket."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock, self._until = sock, until

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As many bytes as there are, or TimeoutError."""
        self._sock.settimeout(_left(self._until))
        return self._sock.recv_into(buffer)


class _Unpacked:
    """A body as it comes, unpacked as far as it may grow."""

    def __init__(self, encoding: str, most: int) -> None:
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise Unreachable("It answers in a packing that nobody asked for: switch that off.")
        self._unpack = zlib.decompressobj(_GZIP) if "gzip" in encoding else None
        self._most, self._parts, self._length = most, list[bytes](), 0
        self._came = 0

    def add(self, chunk: bytes) -> None:
        """Take what came. Raises `Unreachable` where it grows too long or cannot be unpacked."""
        room = self._most - self._length
        # What follows its end is kept by zlib too, so what comes is bounded as what is unpacked.
        self._came += len(chunk)
        if self._came > self._most:
            raise self._too_long()
        if self._unpack is not None:
            try:
                chunk = self._unpack.decompress(chunk, room + 1)
            except zlib.error:
                raise Unreachable("Its answer is packed in a way that cannot be read.") from None
        if len(chunk) > room:
            raise self._too_long()
        self._parts.append(chunk)
        self._length += len(chunk)

    def _too_long(self) -> Unreachable:
        return Unreachable(f"Its answer has more than {self._most / 1e6:g} MB.")

    def whole(self) -> bytes:
        """All of it. Raises `Unreachable` where the end is missing."""
        if self._unpack is not None and self._parts and not self._unpack.eof:
            raise Unreachable("Its answer is packed, and its end is missing.")
        return b"".join(self._parts)
