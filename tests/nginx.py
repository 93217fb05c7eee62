"""The real nginx with the configuration that is documented, on ports and folders of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.processes import ROOT, free_port

DOCUMENTED = ROOT / "docs" / "deploy" / "nginx.conf"
PATIENCE = 60.0
_WHOLE = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    add_header X-Cache $upstream_cache_status always;
    {documented}
}}
"""
Answer = tuple[int, dict[str, str], str]


class Nginx:
    """nginx in front of nodes: asked over TLS, as readers do."""

    def __init__(self, folder: Path, nodes: Sequence[int]) -> None:
        folder.mkdir()
        folder.chmod(0o755)  # its workers may be of another account
        self.folder, self.port, self.plain_port = folder, free_port(), free_port()
        self._certificate()
        config = folder / "nginx.conf"
        config.write_text(self._config(DOCUMENTED.read_text("utf-8"), nodes), "utf-8")
        self.process = subprocess.Popen([binary(), "-p", str(folder), "-c", str(config)])
        self._wait()

    def _certificate(self) -> None:
        request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"]
        request += [
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ]
        files = ["-keyout", str(self.folder / "privkey.pem")]
        files += ["-out", str(self.folder / "fullchain.pem")]
        subprocess.run([*request, *files], check=True, capture_output=True)

    def _config(self, documented: str, nodes: Sequence[int]) -> str:
        """What is documented, with nothing else in it than places changed."""
        places = {
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "/var/cache/nginx/corrections": str(self.folder / "cache"),
            "/etc/ssl/corrections": str(self.folder),
        }
        for stands, here in places.items():
            assert stands in documented, stands
            documented = documented.replace(stands, here)
        for number, port in enumerate(nodes, 5001):
            assert documented.count(f":{number} ") == 2  # once as a backup of itself
            documented = documented.replace(f"127.0.0.1:{number} ", f"127.0.0.1:{port} ")
        assert ":500" not in documented
        user = "user root;" if os.geteuid() == 0 else ""
        return _WHOLE.format(folder=self.folder, documented=documented, user=user)

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError):
                self.ask("/healthz")
                return
            assert self.process.poll() is None, (self.folder / "error.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.02)

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> Answer:
        """Status, headers (their names in small letters) and body."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        line = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, context=trusting
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return _answer(line, method, path, body, named)

    def ask_plainly(self, path: str, **headers: str) -> Answer:
        """The same without TLS."""
        line = http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=PATIENCE)
        return _answer(line, "GET", path, None, headers)

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(PATIENCE)


def _answer(
    line: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str | None,
    headers: Mapping[str, str],
) -> Answer:
    try:
        line.request(method, path, body, dict(headers))
        answer = line.getresponse()
        said = answer.read().decode()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, said
    finally:
        line.close()


def binary() -> str:
    """Where nginx is; where there is none the test is left out, loudly."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not found:
        message = "no nginx here: apt install nginx"
        if os.environ.get("CORRECTIONS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def in_front_of(folder: Path, nodes: Sequence[int]) -> Iterator[Nginx]:
    """nginx in front of the nodes at these ports."""
    nginx = Nginx(folder, nodes)
    try:
        yield nginx
    finally:
        nginx.close()
