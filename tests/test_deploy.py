"""What docs/deploy has for operators fits this program: settings, commands, files, units."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from corrections_app.cli import commands
from corrections_app.config import PREFIX, SETTINGS, load
from tests.dockerfile import DOCKERFILE, copied, is_in_context, steps
from tests.processes import ROOT

DEPLOY = ROOT / "docs" / "deploy"
SCALE, SECRET = ROOT / "docs" / "scale.md", f"{PREFIX}SECRET_KEY"
UNITS = sorted(DEPLOY.glob("*.service"))
FILES = sorted(path for path in DEPLOY.iterdir() if path.name != "requirements.txt")
EXAMPLES = {
    "POSTGRES_PASSWORD": "secret",
    "CORRECTIONS_PUBLIC_URL": "https://corrections.example.org",
    "CORRECTIONS_MAIL_URL": "smtp://user:password@mail.example.org:587?tls=starttls",
    "CORRECTIONS_MAIL_SENDER": "corrections@example.org",
    "CORRECTIONS_EDITOR": "mira@example.org",
}
LEAST_SAFE = 20
"""systemd's exposure level times ten: 0 is a jail, 96 a service that says nothing."""


@pytest.mark.parametrize("path", [*FILES, ROOT / "docs" / "scale.md"], ids=lambda path: path.name)
def test_every_setting_that_operators_are_shown_exists(path):
    named = set(re.findall(rf"{PREFIX}([A-Z][A-Z_]*[A-Z])", path.read_text("utf-8")))

    assert named - {"INSTANCE", "SITE"} <= set(SETTINGS)


def understood(words: list[str]) -> None:
    """Read a command line of ours as the program would. Raises a ClickException."""
    command: Any = commands
    while isinstance(command, click.Group):
        name, command, words = command.resolve_command(click.Context(command), words)
        assert command, name
    command.make_context("corrections", [word.replace("%i", "5001") for word in words])


def test_there_are_units_for_nodes_and_for_letters_workers():
    assert [path.name for path in UNITS] == [
        "corrections-letters@.service",
        "corrections-web@.service",
    ]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is(path):
    (line,) = re.findall(r"^ExecStart=\S+/corrections (.*)$", path.read_text("utf-8"), re.MULTILINE)

    understood(line.split())


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_with_a_unit_and_little_open(path, tmp_path):
    if not shutil.which("systemd-analyze"):
        assert not os.environ.get("CORRECTIONS_REQUIRE_BROWSER"), "apt install systemd"
        pytest.skip("no systemd here: apt install systemd")
    program = tmp_path / "corrections"
    program.touch(0o755)
    unit = tmp_path / path.name
    unit.write_text(
        path.read_text("utf-8").replace("/opt/corrections/bin/corrections", str(program)), "utf-8"
    )

    for asked in (
        ["verify", "--man=no", "--recursive-errors=no"],
        ["security", "--offline=yes", f"--threshold={LEAST_SAFE}"],
    ):
        said = subprocess.run(["systemd-analyze", *asked, unit], capture_output=True, text=True)
        assert (said.returncode, said.stderr) == (0, ""), said


def test_systemd_and_a_shell_read_the_settings_alike(tmp_path):
    """Where a command is given another key than the server, it finds nobody and seals in vain."""
    (shown,) = re.findall(r"```sh\n(# Read by.*?)```", SCALE.read_text("utf-8"), re.DOTALL)
    named = dict(re.findall(r"^(\w+)=(.*)$", shown, re.MULTILINE))
    (tmp_path / "settings").write_text(shown, "utf-8")

    sourced = subprocess.run(
        ["sh", "-c", "set -a; . ./settings; env"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
    )

    assert sourced.stderr == ""
    heard = dict(line.split("=", 1) for line in sourced.stdout.splitlines())
    assert named == {name: f"'{heard[name]}'" for name in named}
    settings = load(tmp_path, {name: heard[name] for name in named} | {SECRET: "x" * 48})
    assert settings["PROXY_HOPS"] == 1


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_and_compose_wait_as_long_before_they_kill(path, compose):
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", path.read_text("utf-8"), re.MULTILINE)
    service = compose["services"]["letters" if "letters" in path.name else "web1"]

    assert service["stop_grace_period"] == f"{seconds}s"


@pytest.fixture(scope="module")
def compose() -> Any:
    """compose.yaml as Compose reads it, with the answers of an .env beside it."""
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    wanted = set(re.findall(r"\$\{(\w+):\?\}", text))
    assert wanted == set(EXAMPLES)
    assert all(f"{name}=" in text for name in wanted), "the head of the file names them"
    return yaml.safe_load(re.sub(r"\$\{(\w+):\?\}", lambda found: EXAMPLES[found[1]], text))


def ours(compose: Any) -> dict[str, Any]:
    """The services of our image."""
    return {
        name: service
        for name, service in compose["services"].items()
        if service["image"] == "reader-corrections"
    }


def test_compose_runs_two_nodes_and_two_workers_with_settings_and_commands_that_there_are(
    compose, tmp_path, monkeypatch
):
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    services = ours(compose)
    kinds = [service["command"][0] for service in services.values()]
    assert (kinds.count("serve"), services["letters"]["deploy"]["replicas"]) == (2, 2)
    for service in services.values():
        understood(list(service["command"]))
        settings = load(tmp_path, service["environment"])
        assert settings["DATABASE_URL"] == "postgresql+psycopg://corrections:secret@db/corrections"
        assert settings["PROXY_HOPS"] == 1


def test_compose_names_only_what_there_is(compose):
    services, volumes = compose["services"], compose["volumes"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            here = source.startswith("./") and (DEPLOY / source).is_file()
            assert here or source in volumes or source.startswith("/etc/")
    built = services["web1"]["build"]
    assert (DEPLOY / built["context"]).resolve() == ROOT
    assert (ROOT / built["dockerfile"]).resolve() == DOCKERFILE


def test_compose_serves_at_the_ports_that_nginx_asks(compose):
    asked = re.findall(
        r"server (127\.0\.0\.1:\d+) max_fails=1", (DEPLOY / "nginx.conf").read_text("utf-8")
    )
    served = [
        service["ports"][0].rpartition(":")[0]
        for service in ours(compose).values()
        if service["command"][0] == "serve"
    ]

    assert asked == served


def test_the_image_is_made_of_files_that_there_are_and_that_are_sent():
    sources = [name for step in steps() if step.word == "COPY" for name in copied(step)[0]]

    assert len(sources) > 5
    for name in sources:
        assert (ROOT / name).exists(), name
        assert is_in_context(name), name
    assert is_in_context("corrections_app/static/css/article.css")


KEPT_OUT = """
instance/secret_key .env docs/deploy/.env .git/config .venv/bin/python tests/conftest.py
docs/tour.md corrections_app/__pycache__/cli.cpython-313.pyc
"""


@pytest.mark.parametrize("name", KEPT_OUT.split())
def test_nothing_else_of_this_machine_gets_into_the_image(name):
    assert not is_in_context(name)


def test_the_image_starts_a_command_that_there_is():
    (command,) = [step.given for step in steps() if step.word == "CMD"]

    understood(yaml.safe_load(command))


def pinned(path: Path) -> dict[str, list[str]]:
    """What a file of requirements names, each with its hashes."""
    found: dict[str, list[str]] = {}
    for block in re.findall(r"^\S+==.*?(?=^\S|\Z)", path.read_text("utf-8"), re.M | re.S):
        found.setdefault(block.partition("==")[0], []).append(block)
    return found


def test_the_image_has_the_versions_that_are_tested():
    """`make lock` chooses them together; the extras are in it, and no tool of tests."""
    image = pinned(DEPLOY / "requirements.txt")
    tested, base = pinned(ROOT / "tests" / "requirements.txt"), pinned(ROOT / "requirements.txt")

    assert set(base) | {"psycopg", "redis", "pyotp", "webauthn", "authlib"} <= set(image)
    assert "pytest" not in image
    assert {name: tested[name] for name in image} == image
