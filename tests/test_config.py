"""Settings: where they come from, and the key that is made once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from corrections_app import config, create_app
from corrections_app.models.engine import options_for


def test_defaults_run(tmp_path):
    settings = config.load(tmp_path)

    assert (settings["MAIL_URL"], settings["UNDO_SECONDS"]) == ("maildir:", 600)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("45m", timedelta(minutes=45)), ("12 h", timedelta(hours=12)), ("2d", timedelta(days=2))],
)
def test_a_length_of_time_has_its_unit(tmp_path, said, meant):
    assert config.load(tmp_path, {"SESSION_IDLE": said})["SESSION_IDLE"] == meant
    assert config.load(tmp_path, {"SESSION_IDLE": meant})["SESSION_IDLE"] == meant


def test_the_environment_beats_the_defaults_and_the_file_beats_both(tmp_path, monkeypatch):
    monkeypatch.setenv("CORRECTIONS_NEWSROOM", "The Gazette")
    monkeypatch.setenv("CORRECTIONS_UNDO_SECONDS", "60")
    (tmp_path / "config.py").write_text("UNDO_SECONDS = 5\n")

    settings = config.load(tmp_path)

    assert (settings["NEWSROOM"], settings["UNDO_SECONDS"]) == ("The Gazette", 5)


def test_what_is_given_to_create_app_beats_everything(tmp_path, monkeypatch):
    monkeypatch.setenv("CORRECTIONS_NEWSROOM", "The Gazette")

    app = create_app({"CORRECTIONS_NEWSROOM": "The Courier", "INSTANCE": str(tmp_path)})

    assert app.config["NEWSROOM"] == "The Courier"


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "config.py").write_text("UNDO_SECONDS = \n")

    with pytest.raises(config.BadConfiguration, match=r"config\.py"):
        config.load(tmp_path)


@pytest.mark.parametrize(
    "value", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"]
)
def test_postgresql_means_psycopg_3(tmp_path, value):
    assert (
        config.load(tmp_path, {"DATABASE_URL": value})["DATABASE_URL"]
        == "postgresql+psycopg://u@h/d"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UNDO_SECONDS", "3601"),
        ("UNDO_SECONDS", "-1"),
        ("PROXY_HOPS", "x"),
        ("MAIL_URL", "smtp://host"),
        ("MAIL_URL", "smtp://host:25?tls=maybe"),
        ("MAIL_URL", "http://host:25"),
        ("MAIL_SENDER", "a@b.example,c@d.example"),
        ("REPLY_TO", "nobody"),
        ("EDITOR", "two words@x"),
        ("SESSION_IDLE", "24"),
        ("SESSION_IDLE", "4m"),
        ("SESSION_IDLE", "soon"),
        ("SESSION_IDLE", "31d"),
        ("SESSION_ABSOLUTE", "-1h"),
        ("SESSION_ABSOLUTE", "0d"),
        ("SESSION_ABSOLUTE", "999999d"),
    ],
)
def test_nonsense_is_refused(tmp_path, name, value):
    with pytest.raises(config.BadConfiguration, match=f"CORRECTIONS_{name}"):
        config.load(tmp_path, {name: value})


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: config.secret_key(tmp_path), range(16)))

    assert len(keys) == 1
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_slip_of_the_pen_is_noticed(monkeypatch):
    before = set(config.unknown_variables())  # the tests have variables of their own
    monkeypatch.setenv("CORRECTIONS_NEWSROM", "x")

    assert set(config.unknown_variables()) - before == {"CORRECTIONS_NEWSROM"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UNDO_SECONDS", "²"),
        ("UNDO_SECONDS", "--5"),
        ("PUBLIC_URL", "https://a b.example"),
        ("PUBLIC_URL", "https://user:word@a.example"),
        ("PUBLIC_URL", "http://[::1"),
        ("MAIL_URL", "smtp://[::1:25"),
        ("MAIL_URL", "smtp://mail..example:25"),
        ("LIMITS", "0/hour"),
        ("LIMITS_PER_ARTICLE", "off"),
        ("LIMITS_PER_MAILBOX", "0/day"),
        ("LIMITS_PER_SITE", "many"),
        ("MOST_WAITING", "0"),
        ("MOST_WAITING_PER_ARTICLE", "off"),
        ("SECRET_KEY", "secret"),
        ("NEWSROOM", "The Gazette\nBcc: all@b.example"),
        ("TRUSTED_HOSTS", "*"),
        ("TRUSTED_HOSTS", ".example.org"),
        ("TRUSTED_HOSTS", "a.example:5000"),
        ("TRUSTED_HOSTS", "https://a.example"),
        ("EMBED_ORIGINS", "*"),
        ("EMBED_ORIGINS", "null"),
        ("EMBED_ORIGINS", "https://*.news.example"),
        ("EMBED_ORIGINS", "https://news.example/"),
        ("EMBED_ORIGINS", "https://news.example;https://b.example"),
        ("EMBED_ORIGINS", "https://news.example,,https://b.example"),
    ],
)
def test_what_would_only_fail_later_is_refused_at_once(tmp_path, name, value):
    with pytest.raises(config.BadConfiguration) as refused:
        config.load(tmp_path, {name: value})

    assert f"CORRECTIONS_{name}" in str(refused.value)
    assert "invalid literal" not in str(refused.value)
    assert "Invalid IPv6" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://u:p@h:port/d"),
        ("DATABASE_URL", "sqlite+foo:///x"),
        ("REDIS_URL", "nonsense"),
        ("REDIS_URL", "redis://h:notaport/"),
    ],
)
def test_what_a_library_refuses_is_said_in_a_sentence(tmp_path, name, value):
    with pytest.raises(config.BadConfiguration, match=f"CORRECTIONS_{name}"):
        create_app({"INSTANCE": str(tmp_path), name: value})


@pytest.mark.parametrize("written", ["", "\n", "short", "\udcff"], ids=ascii)
def test_a_key_file_without_a_key_stops_the_start(tmp_path, written):
    (tmp_path / "secret_key").write_bytes(written.encode(errors="surrogateescape"))

    with pytest.raises(config.BadConfiguration, match="secret_key"):
        config.secret_key(tmp_path)


@pytest.mark.parametrize("written", ["import sys\nsys.exit(0)", "1 / 0", "\udcff"], ids=ascii)
def test_a_file_that_ends_the_program_is_named(tmp_path, written):
    (tmp_path / "config.py").write_bytes(written.encode(errors="surrogateescape"))

    with pytest.raises(config.BadConfiguration, match=r"config\.py"):
        config.load(tmp_path)


def test_none_in_the_file_means_the_default(tmp_path):
    (tmp_path / "config.py").write_text("UNDO_SECONDS = None\n")

    assert config.load(tmp_path)["UNDO_SECONDS"] == 600


def test_postgresql_is_waited_for_as_long_as_its_address_says_and_seconds_otherwise():
    options = options_for("postgresql+psycopg://host/name?connect_timeout=2", 7)

    assert (options["pool_size"], options["max_overflow"]) == (7, 0)
    assert "connect_timeout" not in options["connect_args"]
    assert options["connect_args"]["tcp_user_timeout"] == 15_000
