"""The way out: what is connected to, how long, how much of it, and what is said where it fails."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading

import pytest

from corrections_app.config.hosts import Place
from corrections_app.sites.outside import Client
from corrections_app.sites.trouble import Unknown, Unreachable
from tests.sites.answering import answering, led_on, page
from tests.workflow.letters.test_smtp import certificate_for


def of(server, **more):
    """A client that may ask this server."""
    return Client(inside=(Place("127.0.0.1", server.port),), **more)


def resolving(*answers):
    """A resolver that says another thing each time it is asked, and how often it was."""
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    return resolve, asked


def test_the_very_address_that_was_checked_is_connected_to():
    resolve, asked = resolving(["93.184.216.34"], ["127.0.0.1"])
    dialled = []

    def dial(resolved, _):
        dialled.append(resolved[4])
        raise ConnectionRefusedError(111, "Connection refused")

    with pytest.raises(Unreachable, match="Connection refused"):
        Client(resolve=resolve, dial=dial).get("https://flips.example/")

    assert (asked, dialled) == (["flips.example"], [("93.184.216.34", 443)])


def test_a_name_that_leads_out_and_in_at_once_is_refused_whole():
    resolve, _ = resolving(["93.184.216.34", "10.0.0.5"])

    with pytest.raises(Unreachable, match=r"10\.0\.0\.5"):
        Client(resolve=resolve, dial=pytest.fail).get("https://both.example/")


def test_a_redirect_is_looked_up_and_checked_anew():
    resolve, asked = resolving(["127.0.0.1"], ["169.254.169.254"])
    with answering(lambda _: led_on("/next")) as server:
        client = Client(inside=(Place("cms.intranet", server.port),), resolve=resolve)

        with pytest.raises(Unreachable, match=r"169\.254\.169\.254"):
            client.get(f"http://cms.intranet:{server.port}/")

    assert (len(asked), len(server.asked)) == (2, 1)


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://[::1]:1/",
        "//10.0.0.1/",
        "http://[",
    ],
)
def test_no_redirect_leads_where_no_address_may(address):
    with answering(lambda _: led_on(address)) as server, pytest.raises(Unreachable):
        of(server).get(server.url)

    assert len(server.asked) == 1


def test_no_page_outside_leads_to_a_host_of_the_inside():
    """What asks there is our machine: nobody who is not inside may say what."""
    resolve, asked = resolving(["93.184.216.34"], ["127.0.0.1"])
    ours, theirs = socket.socketpair()
    theirs.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://cms.intranet/?drop\r\nContent-Length: 0\r\n\r\n"
    )
    inside = (Place("cms.intranet", 80),)
    outside = Client(inside=inside, resolve=resolve, dial=lambda *_: ours, tls=PlainTls())

    with pytest.raises(Unreachable, match="leads on to"):
        outside.get("https://news.example/")

    theirs.close()
    assert asked == ["news.example"]


class PlainTls:
    """TLS that is none."""

    def wrap_socket(self, sock, server_hostname):
        return sock


def test_redirects_end():
    endless = answering(lambda asked: led_on(asked.path + "x"))
    with endless as server, pytest.raises(Unreachable, match="without end"):
        of(server).get(server.url)

    assert len(server.asked) == 6


def test_a_key_is_sent_to_no_other_origin():
    led = answering(lambda _: led_on(other.url))
    with answering(lambda _: page(b"{}")) as other, led as server:
        client = Client(inside=tuple(Place("127.0.0.1", s.port) for s in (server, other)))

        with pytest.raises(Unreachable, match=f"leads on to {other.url}: add the site at"):
            client.get(server.url, {"Authorization": "Basic c2VjcmV0"})

        assert client.get(server.url).url == other.url
    assert len(other.asked) == 1
    assert "authorization" not in other.asked[0].headers


def test_what_is_sent_names_the_host_and_nothing_that_was_not_asked_for(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    answers = [page(b"one", "Set-Cookie: a=b"), page(b"two")]
    with answering(lambda _: answers[len(server.asked) - 1]) as server:
        client = of(server)

        contents = [client.get(server.url + "/x?y=1").content for _ in range(2)]

    assert contents == [b"one", b"two"]
    assert server.asked[1].path == "/x?y=1"
    assert server.asked[1].headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "Reader-Corrections",
        "accept-encoding": "gzip",
        "connection": "close",
    }


def chunked(content):
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield f"{len(content):x}\r\n".encode() + content + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        lambda content: page(content),
        lambda content: page(gzip.compress(content), "Content-Encoding: gzip"),
        lambda content: iter([b"HTTP/1.0 200 OK\r\n\r\n", content]),
        chunked,
    ],
)
def test_an_answer_comes_whole_however_it_is_sent(answer):
    content = json.dumps(["Ü" * 100_000]).encode()
    with answering(lambda _: answer(content)) as server:
        assert of(server).get(server.url).content == content


def bomb():
    yield from page(gzip.compress(b"a" * 50_000_000), "Content-Encoding: gzip")


def endless():
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    while True:
        yield b"a" * 65_536


def endless_after_its_end():
    """What follows the end of what is packed is kept by zlib, all of it."""
    yield b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"abc")
    while True:
        yield b"a" * 65_536


def long_line():
    yield b"HTTP/1.1 200 OK\r\nX: "
    while True:
        yield b"a" * 65_536


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (bomb, "more than 1 MB"),
        (endless, "more than 1 MB"),
        (endless_after_its_end, "more than 1 MB"),
        (long_line, "does not speak HTTP"),
        (lambda: page(b"aa" * 600_000), "more than 1 MB"),
        (lambda: page(b"abc", "Content-Encoding: gzip"), "cannot be read"),
        (lambda: page(gzip.compress(b"abc")[:-9], "Content-Encoding: gzip"), "end is missing"),
        (lambda: page(b"abc", "Content-Encoding: br"), "nobody asked for"),
        (lambda: iter([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"]), "half way"),
        (lambda: iter([b"220 mail.example ESMTP\r\n"]), "does not speak HTTP"),
        (lambda: iter([]), "hung up"),
    ],
)
def test_what_is_too_much_or_not_whole_is_refused_with_the_reason(answer, said):
    with answering(lambda _: answer()) as server, pytest.raises(Unreachable, match=said):
        of(server, most=1_000_000).get(server.url)


def test_an_answer_of_the_very_size_is_taken():
    packed = page(gzip.compress(b"a" * 1_000), "Content-Encoding: gzip")
    with answering(lambda _: packed) as server:
        assert len(of(server, most=1_000).get(server.url).content) == 1_000


def dripping(before):
    """A byte now and then, for ever: each wait by itself would be short enough."""

    def drip(_):
        yield before
        while True:
            server_waits.wait(0.02)
            yield b"a"

    server_waits = threading.Event()
    return drip


@pytest.mark.parametrize("before", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n", b""])
def test_who_drips_is_left(before):
    with answering(dripping(before)) as server:
        with pytest.raises(Unreachable, match=r"within 0\.3 seconds"):
            of(server, seconds=0.3).get(server.url)

        assert server.left.wait(20)


def test_a_resolver_that_hangs_is_left():
    hangs = threading.Event()

    with pytest.raises(Unreachable, match=r"within 0\.1 seconds"):
        Client(resolve=lambda *_, **__: hangs.wait(20), seconds=0.1).get("https://slow.example/")
    hangs.set()


def test_a_name_that_nobody_knows_is_said_so():
    def resolve(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(Unreachable, match=r"no host nowhere\.example"):
        Client(resolve=resolve).get("https://nowhere.example/")


@pytest.mark.parametrize("flaw", ["", "unknown authority", "other name"])
def test_a_certificate_must_be_known_and_of_this_host(tmp_path, flaw):
    right = certificate_for("localhost", tmp_path)
    wrong = certificate_for("elsewhere.example", tmp_path)
    shown, trusted = {
        "": (right, right),
        "unknown authority": (right, wrong),
        "other name": (wrong, wrong),
    }[flaw]
    with answering(lambda _: page(b"secret"), shown) as server:
        client = Client(
            inside=(Place("localhost", server.port),),
            tls=ssl.create_default_context(cafile=trusted),
            resolve=resolving(["127.0.0.1"])[0],
        )
        url = f"https://localhost:{server.port}/"

        if flaw:
            with pytest.raises(Unreachable, match="certificate of localhost is not valid"):
                client.get(url)
        else:
            assert client.get(url).content == b"secret"
    assert len(server.asked) == (0 if flaw else 1)


def test_what_speaks_no_tls_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as mail:
        port = mail.getsockname()[1]

        def greet():
            with mail.accept()[0] as sock:
                sock.sendall(b"220 mail.example ESMTP\r\n")

        greeting = threading.Thread(target=greet, daemon=True)
        greeting.start()
        client = Client(inside=(Place("127.0.0.1", port),))

        with pytest.raises(Unreachable, match="no TLS"):
            client.get(f"https://127.0.0.1:{port}/")
        greeting.join()


def test_what_is_sent_goes_out_once_with_its_body_and_follows_nothing():
    with answering(lambda _: led_on("/elsewhere")) as server:
        answer = of(server).send("PUT", f"{server.url}/x", b"{}", {"Authorization": "key"})

    (asked,) = server.asked
    assert (asked.method, asked.path, asked.body) == ("PUT", "/x", b"{}")
    assert (asked.headers["authorization"], asked.headers["content-length"]) == ("key", "2")
    assert answer.status == 302


def hung_up():
    return iter(())


def half():
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"


@pytest.mark.parametrize("answers", [hung_up, half, bomb])
def test_an_answer_that_is_lost_leaves_open_whether_it_was_written(answers):
    with answering(lambda _: answers()) as server, pytest.raises(Unknown, match="may have been"):
        of(server, most=1_000).send("POST", server.url, b"{}", {})


def test_what_never_went_out_was_not_written():
    with answering(lambda _: page(b"")) as server:
        away, client = server.url, of(server)

    for url in (away, "http://169.254.169.254/", "ftp://news.example/"):
        with pytest.raises(Unreachable):
            client.send("POST", url, b"{}", {})
