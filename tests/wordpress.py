"""A real WordPress on SQLite, served by PHP itself: what the tests of sites read and change.

``make test`` fetches it into ``.venv/wordpress`` where PHP and npm are; without them its tests are
left out, loudly.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from corrections_app.config.hosts import Place
from corrections_app.sites.outside import Client
from corrections_app.sites.site import Secret
from corrections_app.sites.wordpress import WordPress
from tests.processes import ROOT, free_port

PLUGIN = ROOT / "docs" / "plugins" / "wordpress" / "reader-corrections.php"
FETCHED = ROOT / ".venv" / "wordpress" / "package" / "src"
VERSION = "6.5"
_SQLITE = "sqlite-database-integration"
_SQLITE_CONFIG = """
define('DB_NAME', 'wp'); define('DB_USER', ''); define('DB_PASSWORD', ''); define('DB_HOST', '');
define('DB_DIR', __DIR__ . '/wp-content/database/'); define('DB_FILE', '.ht.sqlite');
"""
_CONFIG = """<?php
DATABASE
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $of)
  foreach (['KEY', 'SALT'] as $what) define("{$of}_$what", hash('sha256', $of . $what));
$table_prefix = 'wp_';
define('WP_ENVIRONMENT_TYPE', 'local');     // application passwords without TLS
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true); // nothing leaves this machine
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
_ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file(__DIR__ . '/maintenance')) { http_response_code(503); die('<p>Back soon.</p>'); }
if ($path !== '/' && is_file(__DIR__ . '/wp' . $path)) return false;
$_SERVER['SCRIPT_NAME'] = '/index.php'; $_SERVER['PHP_SELF'] = '/index.php';
chdir(__DIR__ . '/wp'); require __DIR__ . '/wp/index.php';
"""
_INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER = ['HTTP_HOST' => '127.0.0.1:PORT', 'SERVER_NAME' => '127.0.0.1', 'REQUEST_URI' => '/',
  'SERVER_PORT' => 'PORT', 'SERVER_PROTOCOL' => 'HTTP/1.1'] + $_SERVER;
function wp_mail() { return true; }
require __DIR__ . '/wp/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('The Example', 'admin', 'admin@example.org', true, '', 'secret');
foreach (['siteurl', 'home'] as $option) update_option($option, 'http://127.0.0.1:PORT');
update_option('timezone_string', 'Europe/Kyiv');
update_option('permalink_structure', '/%postname%/'); flush_rewrite_rules(false);
$keys = [];
foreach (['editor', 'author'] as $role) {
  $id = wp_insert_user(['user_login' => "the-$role", 'display_name' => "Ann $role",
    'user_pass' => 'secret', 'user_email' => "$role@example.org", 'role' => $role]);
  [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'C']);
  $keys[$role] = "the-$role:" . WP_Application_Passwords::chunk_password($password);
}
file_put_contents(__DIR__ . '/keys', json_encode($keys));
"""


_INSIDE = """
define('WP_ADMIN', true);
require 'wp/wp-load.php'; require_once ABSPATH . 'wp-admin/includes/admin.php';
$said = json_decode($argv[1], true);
"""


@dataclass
class Newsroom:
    """A WordPress that answers: its address, the keys of its accounts, its folder."""

    url: str
    keys: dict[str, str]
    folder: Path

    @property
    def inside(self) -> str:
        """What CORRECTIONS_INSIDE_HOSTS says of it."""
        return self.url.removeprefix("http://")

    def site(self, key: str | None = None) -> WordPress:
        """It, as the program knows sites, by default with the editor's key."""
        host, port = self.inside.split(":")
        client = Client(inside=(Place(host, int(port)),))
        return WordPress(client, self.url, Secret(key or self.keys["editor"]))

    def call(self, method: str, path: str, said: Any = None) -> Any:
        """One request as the editor, past all that is tested."""
        token = base64.b64encode(self.keys["editor"].encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/wp-json/wp/v2{path}",
            None if said is None else json.dumps(said).encode(),
            {"Authorization": f"Basic {token}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise AssertionError(error.read()) from error

    def post(self, title: str, content: str, **more: Any) -> dict[str, Any]:
        """Publish one."""
        said = {"title": title, "content": content, "status": "publish"} | more
        found: dict[str, Any] = self.call("POST", "/posts", said)
        return found

    def php(self, code: str, **said: Any) -> str:
        """What some PHP prints inside this WordPress; ``$said`` holds what is named."""
        done = subprocess.run(
            ["php", "-r", _INSIDE + code, "--", json.dumps(said)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def activate(self) -> None:
        """Install our plugin, and switch it on."""
        shutil.copy(PLUGIN, self.folder / "wp" / "wp-content" / "plugins")
        self.php("if (activate_plugin('reader-corrections.php')) exit(1);")

    def set(self, address: str = "", key: str = "") -> None:
        """The settings of our plugin."""
        self.php(
            'foreach ($said as $name => $value) update_option("reader_corrections_$name", $value);',
            address=address,
            key=key,
        )

    def deactivate(self) -> None:
        """Take the plugin out again, settings and all."""
        self.php(
            "deactivate_plugins('reader-corrections.php');"
            "uninstall_plugin('reader-corrections.php');"
        )

    def empty(self) -> None:
        """Remove all posts."""
        for post in self.call("GET", "/posts?per_page=100&status=any"):
            self.call("DELETE", f"/posts/{post['id']}?force=true")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """A WordPress that was just installed, one for each test process."""
    if not shutil.which("php") or not FETCHED.is_dir():
        message = "no WordPress here: apt install php-cli php-sqlite3 npm; make test fetches it"
        if os.environ.get("CORRECTIONS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("wordpress")
    with on_sqlite(folder) as newsroom:
        yield newsroom


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Newsroom]:
    """The WordPress that was fetched, put into this folder and served until the block ends."""
    _unpack(folder)
    with installed(folder, _SQLITE_CONFIG) as newsroom:
        yield newsroom


@contextmanager
def installed(folder: Path, database: str) -> Iterator[Newsroom]:
    """The WordPress in ``wp`` of this folder, installed on an empty database and served.

    ``database`` are the lines of its configuration that name one.
    """
    port = free_port()
    (folder / "wp" / "wp-config.php").write_text(_CONFIG.replace("DATABASE", database))
    (folder / "router.php").write_text(_ROUTER)
    (folder / "install.php").write_text(_INSTALL.replace("PORT", str(port)))
    done = subprocess.run(
        ["php", "install.php"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (folder / "keys").exists(), done.stdout + done.stderr
    keys: dict[str, str] = json.loads((folder / "keys").read_text())
    command = ["php", "-d", "opcache.enable_cli=1", "-S", f"127.0.0.1:{port}", "-t", "wp"]
    with subprocess.Popen(
        [*command, "router.php"],
        cwd=folder,
        env=os.environ | {"PHP_CLI_SERVER_WORKERS": "4"},  # so that two can save at once
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stderr is not None
        assert any("started" in line for line in server.stderr), "PHP does not serve"
        rest = threading.Thread(target=server.stderr.read, daemon=True)
        rest.start()
        try:
            yield Newsroom(f"http://127.0.0.1:{port}", keys, folder)
        finally:
            os.killpg(server.pid, signal.SIGTERM)  # its workers would outlive it
            rest.join()  # nobody closes what it still reads


@pytest.fixture
def newsroom(served: Newsroom) -> Newsroom:
    """A WordPress without posts."""
    served.empty()
    return served


@pytest.fixture(scope="module")
def with_plugin(served: Newsroom) -> Iterator[Newsroom]:
    """One with our plugin, for the tests of a file."""
    served.activate()
    yield served
    served.deactivate()


@pytest.fixture
def plugged(with_plugin: Newsroom) -> Newsroom:
    """That one, without posts."""
    with_plugin.empty()
    return with_plugin


def _unpack(folder: Path) -> None:
    """Put what was fetched into this folder: WordPress, and what makes it run on SQLite."""
    with zipfile.ZipFile(FETCHED / "wordpress" / f"wp-{VERSION}.zip") as archive:
        archive.extractall(folder / "wp")
    if (folder / "wp" / "wordpress").is_dir():
        (folder / "wp" / "wordpress").rename(folder / "inner")
        shutil.rmtree(folder / "wp")
        (folder / "inner").rename(folder / "wp")
    content = folder / "wp" / "wp-content"
    with zipfile.ZipFile(FETCHED / _SQLITE / f"{_SQLITE}.zip") as archive:
        archive.extractall(folder / "plugin")
    (content / "mu-plugins").mkdir(exist_ok=True)
    (plugin,) = (folder / "plugin").iterdir()
    shutil.move(plugin, content / "mu-plugins" / _SQLITE)
    copy = (content / "mu-plugins" / _SQLITE / "db.copy").read_text()
    copy = copy.replace(
        "'{SQLITE_IMPLEMENTATION_FOLDER_PATH}'", f"__DIR__ . '/mu-plugins/{_SQLITE}'"
    ).replace("{SQLITE_PLUGIN}", f"{_SQLITE}/load.php")
    (content / "db.php").write_text(copy)
    # One that is installed already comes along: it would be of another address.
    shutil.rmtree(content / "database", ignore_errors=True)
    (content / "database").mkdir()
