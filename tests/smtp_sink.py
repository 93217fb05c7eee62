"""A real SMTP server in another process, which fails as it is told to.

``faults.json`` in its folder says what happens at a stage: ``connect``,
``mail``, ``rcpt`` (or ``rcpt bo@reader.example``), ``data``, ``dot`` (the whole
letter is there), ``quit``. What happens is an answer (``"550 no such person"``),
``"drop"``, ``"silent"``, ``"slow"``, ``"hold"`` (until it is let go), ``"pause"`` (a
moment, then as usual) or
``"drip"``; in a list, one after the other, and then nothing any more. Letters
that came whole are kept, answered or not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

ROOT = Path(__file__).parent.parent


class Sink:
    """The server as a test sees it."""

    def __init__(self, folder: Path, *, tls: str = "none", certificate: Path | None = None) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.smtp_sink", str(folder), "--tls", tls]
        if certificate:
            command += ["--certificate", str(certificate)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    @property
    def url(self) -> str:
        """What MAIL_URL would say."""
        return f"smtp://127.0.0.1:{self.port}"

    def fail(self, **faults: Any) -> None:
        """From now on fail so; without names, no more. ``rcpt_of={address: …}`` for one alone."""
        for address, what in faults.pop("rcpt_of", {}).items():
            faults[f"rcpt {address}"] = what
        draft = self.folder / "faults.tmp"
        draft.write_text(json.dumps(faults))
        draft.replace(self.folder / "faults.json")

    @property
    def envelopes(self) -> list[dict[str, Any]]:
        """What came whole: ``from``, ``to`` and ``data``, in order."""
        path = self.folder / "letters.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def letters(self) -> list[Any]:
        """What came whole, parsed."""
        return [
            message_from_bytes(one["data"].encode("latin-1"), policy=policy.default)
            for one in self.envelopes
        ]

    @property
    def connections(self) -> int:
        """How many were made."""
        path = self.folder / "connections"
        return len(path.read_text()) if path.exists() else 0

    @property
    def holds(self) -> bool:
        """Whether a letter has come to the stage where it is held."""
        return (self.folder / "held").exists()

    def let_go(self) -> None:
        """Answer what is held, and whatever comes after it."""
        (self.folder / "let-go").touch()

    def close(self) -> None:
        """End the server."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()


class Handler:
    """Keeps letters, and fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = ""
        self.faults: dict[str, Any] = {}

    def fault(self, stage: str) -> str | None:
        """What is to happen now."""
        path = self.folder / "faults.json"
        text = path.read_text() if path.exists() else "{}"
        if text != self.said:
            self.said, self.faults = text, json.loads(text)
        what = self.faults.get(stage)
        if isinstance(what, list):
            return str(what.pop(0)) if what else None
        return what

    async def act(self, server: Any, stage: str, otherwise: str) -> str:
        """The answer at a stage, or none."""
        what = self.fault(stage)
        if what == "silent":
            await asyncio.sleep(600)
        if what == "hold":
            (self.folder / "held").touch()
            while not (self.folder / "let-go").exists():
                await asyncio.sleep(0.01)
            return otherwise
        if what == "slow":
            await asyncio.sleep(0.5)
            return "250 fine"
        if what == "pause":
            await asyncio.sleep(0.02)
            return otherwise
        if what == "drop":
            server.transport.abort()
            await asyncio.sleep(600)
        return what or otherwise

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = await self.act(server, "mail", "250 fine")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = await self.act(server, f"rcpt {address}", "")
        answer = answer or await self.act(server, "rcpt", "250 fine")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "data": envelope.content.decode("latin-1"),
        }
        refused = (self.faults.get("dot") or "2")[0] in "45"
        if not refused:
            with (self.folder / "letters.jsonl").open("a") as kept:
                kept.write(json.dumps(letter) + "\n")
        return await self.act(server, "dot", "250 kept")

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        return await self.act(server, "quit", "221 bye")


class Faulty(SMTP):
    """aiosmtpd's server, which may fail before it greets."""

    async def _handle_client(self) -> None:
        folder = self.event_handler.folder
        with (folder / "connections").open("a") as count:
            count.write(".")
        what = self.event_handler.fault("connect")
        if what == "silent":
            await asyncio.sleep(600)
        while what == "drip":
            self._writer.write(b"2")
            await asyncio.sleep(0.05)
        if what:
            self._writer.write(what.encode() + b"\r\n")
            self.transport.close()
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:
        what = self.event_handler.fault("data")
        if what:
            await self.push(what)
            return
        await super().smtp_DATA(arg)


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    known = data.login == b"desk" and data.password == b"p@ss:word"
    return AuthResult(success=known, handled=False)


async def _serve(folder: Path, tls: str, certificate: Path | None) -> None:
    handler = Handler(folder)
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def make() -> SMTP:
        return Faulty(
            handler,
            tls_context=context if tls == "starttls" else None,
            authenticator=_authenticate,
            auth_require_tls=False,
            hostname="sink.example",
        )

    server = await asyncio.get_running_loop().create_server(
        make, "127.0.0.1", 0, ssl=context if tls == "implicit" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with its parent, however that ends.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tls", default="none")
    parser.add_argument("--certificate", type=Path)
    given = parser.parse_args()
    asyncio.run(_serve(given.folder, given.tls, given.certificate))


if __name__ == "__main__":
    main()
