"""Debian's own WordPress on MariaDB, in a folder of its own: a database with real locks of rows."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.wordpress import Newsroom, installed

SOURCE = Path("/usr/share/wordpress")
PACKAGES = (
    "wordpress wordpress-theme-twentytwentythree mariadb-server php-cli php-mysql php-xml "
    "php-mbstring php-curl"
)
_PROGRAMS = ("php", "mariadbd", "mariadb-install-db", "mariadb-admin", "mariadb")


def missing() -> str:
    """What to do so that it can be run here; empty where nothing is missing."""
    if SOURCE.is_dir() and all(map(shutil.which, _PROGRAMS)):
        return ""
    return f"apt install {PACKAGES}"


@contextmanager
def wordpress(folder: Path) -> Iterator[Newsroom]:
    """One that is installed there, served until the block ends."""
    # Debian's links lead out of it, and its configuration is one for each host.
    shutil.copytree(SOURCE, folder / "wp", ignore=shutil.ignore_patterns("wp-config.php"))
    with _mariadb(folder) as socket:
        host = f"localhost:{socket}"
        named = {"NAME": "wp", "USER": "root", "PASSWORD": "", "HOST": host}
        lines = "".join(f"define('DB_{name}', '{value}');" for name, value in named.items())
        with installed(folder, lines) as newsroom:
            yield newsroom


@contextmanager
def _mariadb(folder: Path) -> Iterator[Path]:
    """The socket of a server that listens on nothing else, with an empty database ``wp``."""
    socket, data = folder / "sock", folder / "database"
    common = ["--no-defaults", f"--user={getpass.getuser()}", f"--datadir={data}"]
    made = ["mariadb-install-db", *common, "--auth-root-authentication-method=normal"]
    subprocess.run([*made, "--skip-test-db"], check=True, capture_output=True)
    small = ["--innodb-buffer-pool-size=32M", "--performance-schema=OFF"]
    command = ["mariadbd", *common, f"--socket={socket}", "--skip-networking", *small]
    with (
        open(folder / "mariadb.log", "wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as server,
    ):
        try:
            there = ["--no-defaults", f"--socket={socket}", "--user=root"]
            ping = ["mariadb-admin", *there, "--wait=60", "--connect-timeout=60", "ping"]
            subprocess.run(ping, check=True, capture_output=True)
            make = "create database wp character set utf8mb4"
            subprocess.run(["mariadb", *there, "-e", make], check=True)
            yield socket
        finally:
            server.terminate()
