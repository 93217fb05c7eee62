"""What commands do on a machine whose key is not the one that the database is used with."""

from __future__ import annotations

import pytest

from tests.test_cli import one_line, run

__all__ = ["run"]

OURS, ANOTHER = "the key that all machines have", "the key of a machine that was set up alone"


@pytest.mark.parametrize(
    "command",
    ["privacy erase ada@reader.example --yes", "privacy export ada@reader.example",
     "mail deliver", "people link mira@courier.example"],
)  # fmt: skip
def test_no_command_seeks_or_signs_with_another_key(run, command):
    """An address is known by its seal alone: with another key nothing would be found to erase."""
    run("people", "add", "mira@courier.example", SECRET_KEY=OURS)
    run("db", "accept-key")

    done = run(*command.split(), SECRET_KEY=ANOTHER)

    assert (done.returncode, done.stdout, one_line(done.stderr)) == (1, "", True)
    assert "corrections db accept-key" in done.stderr
    assert run("db", "accept-key").returncode == 0
    assert run(*command.split()).returncode == 0
