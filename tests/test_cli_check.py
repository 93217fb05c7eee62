"""`corrections check` tries the way of letters for real, and names what would mend it."""

from __future__ import annotations

import socket
import subprocess
from contextlib import contextmanager

import pytest

from corrections_app import checkup
from corrections_app.checkup import bounces, mail
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.clock import now
from corrections_app.workflow.transaction import write
from tests.builders import a_correction, an_article
from tests.smtp_sink import Sink
from tests.test_cli import news, run
from tests.workflow.letters.test_outbox import a_letter
from tests.workflow.letters.test_smtp import certificate_for

__all__ = ["news", "run"]

AUTHORITY = """
[ca]
default_ca = own
[own]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = named
[any]
commonName = supplied
[named]
subjectAltName = DNS:localhost
"""


def expired_certificate(folder):
    """A certificate for localhost that was good on the first of January 2020."""
    folder.mkdir()
    (folder / "index.txt").touch()
    (folder / "authority.cnf").write_text(AUTHORITY.format(folder=folder))
    path, key = folder / "expired.pem", folder / "expired.key"
    for command in (
        f"req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost "
        f"-keyout {key} -out {folder}/request.pem",
        f"ca -batch -config {folder}/authority.cnf -selfsign -keyfile {key} -notext "
        f"-in {folder}/request.pem -out {path} -startdate 200101000000Z -enddate 200102000000Z",
    ):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True)
    return path


@contextmanager
def serving(folder, **more):
    sink = Sink(folder, **more)
    try:
        yield sink
    finally:
        sink.close()


def mail_line(run, url, **settings):
    """The line about mail, and what the command came to."""
    done = run("check", MAIL_URL=url, **settings)
    (line,) = [each for each in done.stdout.splitlines() if "  mail: " in each]
    return line, done.returncode


def test_a_server_with_starttls_is_tried_as_far_as_the_password(run, tmp_path):
    known, other = (certificate_for(name, tmp_path) for name in ("localhost", "other.example"))
    with serving(tmp_path / "sink", tls="starttls", certificate=known) as sink:
        at = f"localhost:{sink.port}"

        def tried(credentials="", query="?tls=starttls", host="localhost", authority=known):
            url = f"smtp://{credentials}{host}:{sink.port}{query}"
            return mail_line(run, url, MAIL_CAFILE=str(authority))

        right = tried("desk:p%40ss%3Aword@")
        assert right == (f"ok    mail: {at} answers, encrypted, signed in as desk", 0)
        table = (
            (tried("desk:pass@"), "535", "name and password in CORRECTIONS_MAIL_URL"),
            (tried(authority=other), "not trusted", "CORRECTIONS_MAIL_CAFILE"),
            (tried(host="127.0.0.1"), "not valid for '127.0.0.1'", "the name"),
            (tried(query="?tls=implicit"), "WRONG_VERSION_NUMBER", "?tls=starttls"),
            (tried(authority=tmp_path / "nowhere.pem"), "nowhere.pem", "CORRECTIONS_MAIL_CAFILE"),
            (tried(authority=known.with_suffix(".key")), "localhost.key", "PEM"),
        )
        assert sink.letters == []

    for (line, status), said, remedy in table:
        assert line.startswith("BAD   mail: ")
        assert status == 1
        assert said in line.partition(" → ")[0]
        assert remedy in line.partition(" → ")[2]


def test_a_server_without_encryption_is_tried(run, tmp_path):
    with serving(tmp_path / "sink") as sink:
        asked, status = mail_line(run, f"{sink.url}?tls=starttls")
        plain = mail_line(run, sink.url)
    gone, unreachable = mail_line(run, sink.url)

    assert (asked.startswith("BAD "), status) == (True, 1)
    assert "offers no STARTTLS" in asked
    assert plain == (f"ok    mail: 127.0.0.1:{sink.port} answers", 0)
    assert unreachable == 1
    assert f"whether a mail server listens at 127.0.0.1:{sink.port}" in gone


@pytest.mark.parametrize("query", ["", "?tls=starttls"])
def test_a_port_that_speaks_tls_at_once_is_found_out(run, tmp_path, query):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "config.py").write_text("MAIL_TIMEOUT = 0.2\n")
    certificate = certificate_for("localhost", tmp_path)
    with serving(tmp_path / "sink", tls="implicit", certificate=certificate) as sink:
        line, status = mail_line(run, f"smtp://localhost:{sink.port}{query}")
        right, fine = mail_line(
            run, f"smtp://localhost:{sink.port}?tls=implicit", MAIL_CAFILE=str(certificate)
        )

    assert (line.startswith("BAD "), status) == (True, 1)
    assert "speaks TLS at once: write ?tls=implicit" in line
    assert (right.endswith("answers, encrypted"), fine) == (True, 0)


def test_a_port_that_says_nothing_may_be_another_programs(run, tmp_path, monkeypatch):
    monkeypatch.setattr(mail.remedies, "PATIENCE", 0.2)
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "config.py").write_text("MAIL_TIMEOUT = 0.2\n")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        line, status = mail_line(run, f"smtp://127.0.0.1:{mute.getsockname()[1]}")

    assert status == 1
    assert "a firewall" in line


def test_a_certificate_that_has_run_out_is_called_so(run, tmp_path):
    certificate = expired_certificate(tmp_path / "authority")
    with serving(tmp_path / "sink", tls="starttls", certificate=certificate) as sink:
        line, status = mail_line(
            run, f"smtp://localhost:{sink.port}?tls=starttls", MAIL_CAFILE=str(certificate)
        )

    assert status == 1
    assert "has expired → renew the certificate of the mail server" in line


def test_what_the_server_says_is_passed_on(run, tmp_path):
    with serving(tmp_path / "sink") as sink:
        sink.fail(connect="554 go away")
        line, status = mail_line(run, sink.url)

    assert status == 1
    assert "554 go away → ask whoever runs the mail server" in line


def test_a_test_letter_that_is_refused_has_its_remedy(run, tmp_path):
    with serving(tmp_path / "sink") as sink:
        sink.fail(rcpt="550 no such person")
        done = run("check", "--send-test", "ada@reader.example", MAIL_URL=sink.url)

    assert done.returncode == 1
    assert "test letter: 550 no such person → see CORRECTIONS_MAIL_SENDER" in done.stdout


def test_letters_that_go_in_the_clear_to_another_machine_are_warned_of(make_app):
    app = make_app(MAIL_URL="smtp://desk:word@mail.example:25", MAIL_TIMEOUT=0.2)

    with app.app_context():
        warnings = list(mail.open_lines())

    (warning,) = map(str, warnings)
    assert warning.startswith("warn  mail: ")
    assert "the password too" in warning
    assert "?tls=starttls" in warning


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("MAIL_UURL = 'x'", "BAD   settings: MAIL_UURL in config.py means nothing → write MAIL"),
        ("CORRECTIONS_TIME_ZONE = 'x'", "BAD   settings: CORRECTIONS_TIME_ZONE in config.py"),
        ("PAPER = 'x'", "warn  settings: PAPER in config.py means nothing → "),
        ("SESSION_COOKIE_NAME = 'x'\nSQLALCHEMY_ECHO = False\npaper = 'x'", None),
    ],
)
def test_a_name_of_config_py_that_means_nothing_is_said(run, tmp_path, written, line):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "config.py").write_text(f"{written}\n")

    done = run("check")

    found = [each for each in done.stdout.splitlines() if "in config.py" in each]
    assert (found[0].startswith(line) if line else not found) is True
    assert done.returncode == int(bool(line and line.startswith("BAD")))


def test_a_variable_that_is_nearly_a_setting_is_wrong(run, monkeypatch):
    monkeypatch.setenv("CORRECTIONS_NEWSROM", "The Gazette")

    done = run("check")

    assert done.returncode == 1
    assert "CORRECTIONS_NEWSROM means nothing → write CORRECTIONS_NEWSROOM" in done.stdout


def test_a_public_address_with_a_path_is_refused(run):
    refused = run("check", PUBLIC_URL="https://news.example/corrections")
    bare = run("check", PUBLIC_URL="https://news.example/")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "CORRECTIONS_PUBLIC_URL is 'https://news.example/corrections'" in refused.stderr
    assert "no path" in refused.stderr
    assert "ok    public URL: https://news.example" in bare.stdout


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({}, ["ok    limits: 30/hour from one network", "ok    waiting: 1 of 2,000"]),
        ({"LIMITS": "off"}, ["ok    limits: off"]),
        (
            {"LIMITS": "off", "PUBLIC_URL": "https://a.example"},
            ["warn  limits: off → take CORRECTIONS_LIMITS out: anybody may send as much as they"],
        ),
        (
            {"PUBLIC_URL": "https://a.example"},
            [
                "ok    limits: 30/hour from one network",
                "warn  limits: no proxy is believed to say who asks → CORRECTIONS_PROXY_HOPS=1: ",
                "ok    waiting: 1 of 2,000",
            ],
        ),
        (
            {"MOST_WAITING": 1, "REDIS_URL": "redis+unix:///nowhere/at/all"},
            [
                "ok    limits: 30/hour from one network",
                "BAD   limits: Redis does not answer; each process counts for itself, so more",
                "warn  waiting: 1 of 1 → decide some, or raise CORRECTIONS_MOST_WAITING: readers",
            ],
        ),
    ],
    ids=["by default", "off at home", "off outside", "no proxy", "full, without Redis"],
)
def test_limits_and_what_waits_are_looked_at(make_app, settings, lines):
    with make_app(**({"LIMITS": "30/hour"} | settings)).app_context():
        a_correction(an_article())
        found = [one for one in checkup.findings() if one.subject in ("limits", "waiting")]
        db.session.rollback()

    assert len(found) == len(lines)
    for one, line in zip(found, lines, strict=True):
        assert str(one).startswith(line)


def bounce_lines(run, **settings):
    """The lines about letters that come back, and what the command came to."""
    done = run("check", **settings)
    lines = [each for each in done.stdout.splitlines() if "  bounces: " in each]
    return lines, done.returncode


def test_a_box_of_bounces_is_opened_and_what_is_missing_is_named(run, tmp_path):
    box = tmp_path / "box"
    source = {"BOUNCE_SOURCE": f"maildir:{box}"}
    both = source | {"BOUNCES": "bounces@news.example"}

    assert bounce_lines(run) == ([], 0)
    [nameless], status = bounce_lines(run, **source)
    assert (status, "CORRECTIONS_BOUNCES" in nameless) == (1, True)
    [missing], status = bounce_lines(run, **both)
    assert (status, "is no maildir" in missing, "CORRECTIONS_BOUNCE_SOURCE" in missing) == (
        1,
        True,
        True,
    )
    for name in ("new", "cur"):
        (box / name).mkdir(parents=True)
    [found], status = bounce_lines(run, **both)
    assert (status, f"are read in {box}" in found) == (0, True)


def test_bounces_that_nobody_reads_are_warned_of(make_app):
    smtp = {"MAIL_URL": "smtp://127.0.0.1:9"}
    with make_app(**smtp).app_context():
        [nobody] = [one for one in bounces.coming_back() if one.subject == "bounces"]
    with make_app(**smtp, BOUNCES="bounces@news.example").app_context():
        [unread] = [one for one in bounces.coming_back() if one.subject == "bounces"]

    assert (nobody.fine, "nobody reads them" in nobody.said) == (True, True)
    assert (unread.fine, "CORRECTIONS_BOUNCE_SOURCE" in unread.remedy) == (True, True)


def test_letters_refused_for_what_the_server_is_are_the_operators_affair(make_app):
    with make_app().app_context():
        letter_id = a_letter()
        assert list(bounces.coming_back()) == []
        with write() as session:
            letter = session.get_one(Letter, letter_id)
            letter.refusal, letter.refused_at = "policy", now()
        [refused] = bounces.coming_back()

    assert (refused.subject, refused.fine) == ("refusals", True)
    assert "1 letter" in refused.said
    assert "DMARC" in refused.remedy


def test_it_says_which_hosts_are_answered(run):
    trial = run("check").stdout
    named = {"PUBLIC_URL": "https://corrections.example.org", "TRUSTED_HOSTS": "10.0.0.7, desk"}
    told = run("check", **named)

    assert "every bare IP address → CORRECTIONS_PUBLIC_URL ends the trial" in trial
    assert "ok    hosts: 10.0.0.7, corrections.example.org, desk; on this machine" in told.stdout
    assert told.returncode == 0
