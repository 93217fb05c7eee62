"""The bounces' walk against a real Dovecot: ``python -m tests.dovecot [ROOT]``.

ROOT is where Debian's dovecot-core and dovecot-imapd were unpacked (``dpkg -x``); without it
the installed ones are used. It is no part of the suite, which has `imap_server` instead.
"""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from imaplib import IMAP4_SSL
from pathlib import Path

from corrections_app import create_app, schema
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.bounces import boxes, taking
from corrections_app.workflow.letters import envelope, outbox, writing
from corrections_app.workflow.transaction import write
from tests.applications import TRIAL
from tests.builders import NOON
from tests.domain.bounces import samples
from tests.processes import free_port
from tests.workflow.letters.test_smtp import certificate_for

CONFIG = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
libexec_dir = {lib}
mail_plugin_dir = {lib}/modules
login_plugin_dir = {lib}/modules/login
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
import_environment = LD_LIBRARY_PATH
default_internal_user = {user}
default_internal_group = {user}
default_login_user = {nobody}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/box
auth_mechanisms = plain
listen = 127.0.0.1
passdb {{
  driver = static
  args = password=p@ss:word
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/box
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
SECONDS = 30
NOBODY = 65_534


def main(root: str = "/") -> None:
    """Serve a folder of reports, read it twice, and say what came of it."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        folder, port = Path(made), free_port()
        certificate = certificate_for("localhost", folder)
        # It keeps no letters as root.
        owner = os.getuid() or NOBODY
        (folder / "box").mkdir()
        os.chown(folder / "box", owner, -1)
        lib = Path(root, "usr/lib/dovecot")
        config = folder / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                folder=folder,
                lib=lib,
                port=port,
                uid=owner,
                gid=owner if owner == NOBODY else os.getgid(),
                user=getpass.getuser(),
                nobody="nobody" if getpass.getuser() == "root" else getpass.getuser(),
                certificate=certificate,
                key=certificate.with_suffix(".key"),
            )
        )
        paths = f"{lib}:{Path(root, 'usr/lib/x86_64-linux-gnu')}"
        server = subprocess.Popen(
            [Path(root, "usr/sbin/dovecot"), "-F", "-c", config],
            env=os.environ | {"LD_LIBRARY_PATH": paths},
        )
        try:
            _walk(folder, port, certificate)
        finally:
            server.terminate()
            server.wait()
            print((folder / "log").read_text(), file=sys.stderr)


def _walk(folder: Path, port: int, certificate: Path) -> None:
    import ssl

    context = ssl.create_default_context(cafile=str(certificate))
    door = _answering(port, context)
    door.login("desk", "p@ss:word")
    door.create('"Back in"')
    url = f"sqlite:///{folder / 'db.sqlite'}"
    given = {"DATABASE_URL": url, "INSTANCE": str(folder / "instance")}
    given |= {"BOUNCES": "bounces@news.example", "MAIL_CAFILE": str(certificate)}
    given |= {"BOUNCE_SOURCE": f"imaps://desk:p%40ss%3Aword@localhost:{port}/Back%20in"}
    app = create_app(TRIAL | given)
    with app.app_context():
        schema.ready()
        ids = []
        for name in ("POSTFIX", "EXCHANGE", "OUTLOOK_BLOCKED", "POSTFIX_DELAYED"):
            with write() as session:
                composed = writing.Composed("answered", "ada@reader.example", "x", "x", "x")
                letter = outbox.enqueue(session, composed, NOON, "sent")
                back = envelope.sender_for(letter.id, letter.message_id) or ""
                ids.append(letter.id)
            raw = getattr(samples, name).replace(samples.BACK.encode(), back.encode())
            door.append('"Back in"', "", "", raw.replace(b"\n", b"\r\n"))
        other = EmailMessage()
        other["To"] = "bounces@news.example"
        other.set_content("Hello.")
        door.append('"Back in"', "", "", other.as_bytes())
        first, second = taking.look(NOON), taking.look(NOON)
        states = [db.session.get_one(Letter, one).refusal for one in ids]
        db.session.remove()
        db.engine.dispose()
    door.logout()
    assert first == {"no_mailbox": 2, "policy": 1, "delayed": 1, "none": 1}, first
    assert second == {}, second
    assert states == ["no_mailbox", "no_mailbox", "policy", None], states
    _refused(port, certificate)
    print(f"read once, then nothing: {dict(first)}, {dict(second)}")


def _refused(port: int, certificate: Path) -> None:
    from corrections_app.domain.bounces.source import Source

    for wrong in (
        Source("Back in", "localhost", port, "desk", "wrong"),
        Source("No/where", "localhost", port, "desk", "p@ss:word"),
    ):
        try:
            with boxes.opened(wrong, str(certificate)):
                raise AssertionError("it let us in")
        except boxes.Trouble as trouble:
            print(f"refused: {trouble}")


def _answering(port: int, context: object) -> IMAP4_SSL:
    end = time.monotonic() + SECONDS
    while True:
        try:
            return IMAP4_SSL("localhost", port, ssl_context=context, timeout=SECONDS)  # type: ignore[arg-type]
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
