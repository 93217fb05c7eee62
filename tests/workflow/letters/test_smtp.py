"""Handing letters to a mail server, and telling apart what went wrong."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from mailbox import Maildir

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.config.mail import MailServer, mail_server
from corrections_app.workflow.letters.mime import (
    Malformed,
    Message,
    Sender,
    Written,
    serialised,
    single_address,
)
from corrections_app.workflow.letters.smtp import Refused, Unknown, Unreachable
from corrections_app.workflow.letters.transport import SmtpPost, open_post
from tests.smtp_sink import Sink

DESK = Sender("The Harbour Courier", "corrections@courier.example", "desk@courier.example")
FAR = 20.0
SOON = 0.3


def a_letter(recipient="ada@reader.example", **more):
    given_ = {
        "recipient": recipient,
        "message_id": "<letter-1.abc@courier.example>",
        "thread": "<correction-1.abc@courier.example>",
        "subject": "Corrected, thanks to you: “The harbour wall”",
        "text": "You were right.\n.\nThank you — дякуємо.\n",
        "html": "<p>You were right.</p>\n",
        "date": datetime(2026, 3, 2, 12, 10, tzinfo=UTC),
    }
    return Written(**(given_ | more))


def a_message(recipient="ada@reader.example", **more):
    return Message(a_letter(recipient, **more), DESK)


@pytest.fixture
def sink(tmp_path):
    sink = Sink(tmp_path / "sink")
    yield sink
    sink.close()


@pytest.fixture
def post(sink, app):
    post = a_post(sink)
    yield post
    post.close()


def a_post(sink, timeout=FAR, cafile=None, **more):
    account = MailServer(**({"host": "127.0.0.1", "port": sink.port} | more))
    return SmtpPost(account, cafile=cafile, name="courier.example", timeout=timeout)


def certificate_for(name, folder):
    path = folder / f"{name}.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN={name} -addext subjectAltName=DNS:{name}"
    )
    key = str(path.with_suffix(".key"))
    subprocess.run(
        [*command.split(), "-keyout", key, "-out", str(path)], check=True, capture_output=True
    )
    return path


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("smtp://mail.example:25", MailServer("mail.example", 25)),
        ("smtp://mail.example:25?tls=none", MailServer("mail.example", 25)),
        (
            "smtp://desk:p%40ss%3Aword@mail.example:587?tls=starttls",
            MailServer("mail.example", 587, "desk", "p@ss:word", "starttls"),
        ),
        ("smtp://[::1]:465?tls=implicit", MailServer("::1", 465, tls="implicit")),
    ],
)
def test_one_address_says_where_letters_are_handed_over(url, account):
    assert mail_server(url) == account


@pytest.mark.parametrize("url", ["smtp://mail.example", "http://a:1", "smtp://a:1?tls=maybe"])
def test_a_mail_address_that_makes_no_sense_is_refused(url):
    with pytest.raises(ValueError, match=r"smtp|tls"):
        mail_server(url)


def test_a_letter_arrives_as_it_was_written(post, sink):
    post.send(a_message())

    [envelope], [letter] = sink.envelopes, sink.letters
    assert (envelope["from"], envelope["to"]) == (DESK.address, ["ada@reader.example"])
    assert dict(letter.items()) == {
        "Subject": "Corrected, thanks to you: “The harbour wall”",
        "From": "The Harbour Courier <corrections@courier.example>",
        "To": "ada@reader.example",
        "Date": "Mon, 02 Mar 2026 12:10:00 +0000",
        "Message-ID": "<letter-1.abc@courier.example>",
        "References": "<correction-1.abc@courier.example>",
        "Reply-To": "desk@courier.example",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Type": letter["Content-Type"],
    }
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    lines = letter.get_body("plain").get_content().splitlines()
    assert lines == ["You were right.", ".", "Thank you — дякуємо."]
    assert max(len(line) for line in envelope["data"].splitlines()) <= 78
    assert envelope["data"].isascii()


def test_one_connection_carries_a_batch(post, sink):
    for number in range(3):
        post.send(a_message(f"reader{number}@reader.example"))

    assert (len(sink.letters), sink.connections) == (3, 1)


def test_a_server_that_hangs_up_on_goodbye_undoes_nothing(post, sink):
    sink.fail(quit="drop")

    post.send(a_message())
    post.close()

    assert len(sink.letters) == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 no", True), ("552 full", True), ("451 later", False)]
)
def test_a_refusal_is_the_servers_own_word(post, sink, stage, answer, permanent):
    sink.fail(**{stage: answer})

    with pytest.raises(Refused, match=answer) as refusal:
        post.send(a_message())

    assert refusal.value.permanent is permanent
    assert sink.letters == []


def test_a_refusal_of_one_letter_leaves_the_connection_to_the_next(post, sink):
    sink.fail(rcpt_of={"ada@reader.example": "550 no such person"})

    with pytest.raises(Refused):
        post.send(a_message())
    post.send(a_message("bo@reader.example"))

    assert ([letter["To"] for letter in sink.letters], sink.connections) == (
        ["bo@reader.example"],
        1,
    )


def test_a_connection_lost_after_the_last_dot_leaves_the_outcome_unknown(post, sink):
    sink.fail(dot="drop")

    with pytest.raises(Unknown):
        post.send(a_message())

    assert len(sink.letters) == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_a_connection_lost_before_the_last_dot_has_certainly_not_delivered(post, sink, stage):
    sink.fail(**{stage: "drop"})

    with pytest.raises(Unreachable):
        post.send(a_message())

    assert sink.letters == []


@pytest.mark.parametrize("how", ["drop", "421 enough for one connection"])
def test_a_server_that_ends_a_long_connection_gets_the_letter_on_a_new_one(post, sink, how):
    post.send(a_message())
    sink.fail(mail=[how])

    post.send(a_message("bo@reader.example"))

    assert (len(sink.letters), sink.connections) == (2, 2)


@pytest.mark.parametrize("how", ["silent", "drip", "554 go away"])
def test_a_server_that_never_greets_is_given_up(app, sink, how):
    sink.fail(connect=how)
    post = a_post(sink, timeout=SOON)

    with pytest.raises(Unreachable):
        post.connect()
    post.close()


@pytest.mark.parametrize(("stage", "failure"), [("mail", Unreachable), ("dot", Unknown)])
def test_a_server_that_falls_silent_is_given_up(app, sink, stage, failure):
    sink.fail(**{stage: "silent"})
    post = a_post(sink, timeout=SOON)

    with pytest.raises(failure):
        post.send(a_message())
    post.close()


def test_a_port_where_nobody_listens_is_unreachable(app, sink):
    sink.close()

    with pytest.raises(Unreachable, match="refused"):
        a_post(sink).connect()


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_letters_go_encrypted_to_a_server_whose_certificate_is_known(app, tmp_path, tls):
    certificate = certificate_for("localhost", tmp_path)
    sink = Sink(tmp_path / "sink", tls=tls, certificate=certificate)
    post = a_post(sink, host="localhost", tls=tls, cafile=str(certificate))

    post.send(a_message())
    post.close()
    sink.close()

    assert len(sink.letters) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize("flaw", ["unknown authority", "other name"])
def test_a_wrong_certificate_is_refused(app, tmp_path, tls, flaw):
    right = certificate_for("localhost", tmp_path)
    wrong = certificate_for("elsewhere.example", tmp_path)
    shown, trusted = (right, wrong) if flaw == "unknown authority" else (wrong, wrong)
    sink = Sink(tmp_path / "sink", tls=tls, certificate=shown)
    post = a_post(sink, host="localhost", tls=tls, cafile=str(trusted))

    with pytest.raises(Unreachable, match="certificate"):
        post.send(a_message())
    post.close()
    sink.close()

    assert sink.letters == []


def test_a_server_without_encryption_is_refused_where_it_is_asked_for(app, sink):
    post = a_post(sink, tls="starttls")

    with pytest.raises(Unreachable, match="STARTTLS"):
        post.connect()
    post.close()


def test_name_and_password_are_given_and_a_wrong_one_is_no_letters_fault(app, sink):
    right, wrong = (
        a_post(sink, user="desk", password=word) for word in ("p@ss:word", "something else")
    )

    right.send(a_message())
    with pytest.raises(Unreachable, match="535"):
        wrong.send(a_message())
    right.close()
    wrong.close()

    assert len(sink.letters) == 1


def test_debug_prints_no_password(make_app, sink, capfd):
    app = make_app(MAIL_URL=f"smtp://desk:p%40ss%3Aword@127.0.0.1:{sink.port}")
    app.debug = True

    with app.app_context(), open_post(app) as post:
        post.send(a_message())

    assert capfd.readouterr() == ("", "")


def test_without_a_server_letters_go_into_a_folder(app):
    with open_post(app) as post:
        post.send(a_message())

    [kept] = Maildir(f"{app.instance_path}/mail")
    assert message_from_bytes(bytes(kept), policy=policy.default)["To"] == "ada@reader.example"


@pytest.mark.parametrize(
    "address",
    [
        "ada@reader.example",
        "a.d-a+x_y@sub.reader.example",
        "o'hara@reader.example",
        "editor@localhost",
    ],
)
def test_a_plain_address_is_taken(address):
    assert single_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@reader.example",
        "ada@",
        "ada@reader.example, bo@reader.example",
        "ada@reader.example\r\nBcc: bo@reader.example",
        "ada@reader.example\n",
        "Ada <ada@reader.example>",
        "ada@reader.example]<bo@reader.example>",
        '"ada bo"@reader.example',
        "ada%other.example@reader.example",
        "ада@reader.example",
        "ada@[127.0.0.1]",
        "ada..b@reader.example",
        f"{'a' * 65}@reader.example",
        f"a@{'b' * 250}.example",
        "ada@-reader.example",
    ],
)
def test_anything_else_is_no_address(address):
    with pytest.raises(Malformed):
        single_address(address)


def test_an_injected_header_never_leaves(app):
    with pytest.raises(Malformed):
        a_message(message_id="<a@b>\r\nBcc: bo@reader.example")


@pytest.mark.parametrize(
    "name",
    [
        "The Very Long-Winded Evening Gazette, Advertiser & Chronicle: North, South (and Beyond)",
        "Вечірня газета, оголошення й літопис: північ, південь (і далі), схід, захід і все інше",
        'The "Quoted" Courier, Inc., of a town whose name is far too long to fit on one line',
    ],
)
def test_a_long_name_with_commas_stays_one_sender(name):
    raw = serialised(a_letter(), Sender(name, "corrections@courier.example"))

    [sender] = message_from_bytes(raw, policy=policy.default)["From"].addresses
    assert "".join(sender.display_name.split()) == "".join(name.split())
    assert sender.addr_spec == "corrections@courier.example"
    shown = str(make_header(decode_header(message_from_bytes(raw)["From"])))
    assert name in shown.replace("\\", "").replace("\r\n", "")


def test_a_long_subject_of_another_script_has_no_seams():
    subject = "Виправлено завдяки вам: «Найперспективніші високотехнологічні підприємства міста»"

    raw = serialised(a_letter(subject=subject), DESK)

    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject
    assert str(make_header(decode_header(message_from_bytes(raw)["Subject"]))) == subject


HOSTILE = st.text(
    st.sampled_from("aé語\r\n\t\x00\x0b\x85\u2028\u202e:,;<>@=?\"'\\ ()[]🦀") | st.characters(),
    max_size=150,
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_whatever_a_title_holds_the_headers_are_those_meant(title, name, text):
    letter = a_letter(subject=f"Corrected: “{title}”", text=text, secret=None)
    sender = Sender(name, "corrections@courier.example")

    try:
        raw = serialised(letter, sender)
    except Malformed:
        assert any("\ud800" <= char <= "\udfff" for char in title + name + text)
        return

    parsed = message_from_bytes(raw, policy=policy.default)
    meant = (
        "Auto-Submitted Content-Type Date From MIME-Version Message-ID References Subject To "
        "X-Auto-Response-Suppress"
    )
    assert sorted(parsed.keys()) == meant.split()
    assert [one.addr_spec for one in parsed["To"].addresses] == ["ada@reader.example"]
    assert [one.addr_spec for one in parsed["From"].addresses] == [sender.address]
