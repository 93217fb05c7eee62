"""Reports as mail servers send them, to the address of one letter; shaped after real ones."""

from __future__ import annotations

BACK = "bounces+1f-0123456789abcdef0123@news.example"
WHOM = "ada@reader.example"

RETURNED = """\
Content-Type: message/rfc822

From: corrections@news.example
To: ada@reader.example
Subject: Your correction
Message-ID: <letter-1@news.example>

Status: 5.1.1
Action: failed
"""


def report(
    status: str, *, headers: str = "", first: str = "", kind: str = "delivery-status"
) -> bytes:
    """A multipart/report with this delivery status: two blocks, and the letter returned."""
    return (
        f"Return-Path: <>\nDelivered-To: {BACK}\n{headers}"
        f"To: {BACK}\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        f"MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind};\n"
        '\tboundary="A1B2.3/mx.example"\n\nThis is a MIME-encapsulated message.\n\n'
        f"--A1B2.3/mx.example\nContent-Type: text/plain\n\n{first}\n"
        f"--A1B2.3/mx.example\nContent-Type: message/{kind}\n\n{status}\n"
        f"--A1B2.3/mx.example\n{RETURNED}\n--A1B2.3/mx.example--\n"
    ).encode()


POSTFIX = report(
    """\
Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: A1B2
X-Postfix-Sender: rfc822; bounces+1f-0123456789abcdef0123@news.example
Arrival-Date: Sat, 28 Nov 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; ada@reader.example
Original-Recipient: rfc822;ada@reader.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.reader.example
Diagnostic-Code: smtp; 550 5.1.1 <ada@reader.example>: Recipient address
    rejected: User unknown in virtual mailbox table
""",
    first="This is the mail system at host mx.example.",
)
POSTFIX_DELAYED = report(
    """\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@reader.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.reader.example[192.0.2.1]:25: Connection timed out
Will-Retry-Until: Thu, 3 Dec 2026 12:00:00 +0000 (UTC)
"""
)
POSTFIX_EXPIRED = report(
    """\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@reader.example
Action: failed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.reader.example[192.0.2.1]:25: Connection timed out
"""
)
EXIM = report(
    """\
Reporting-MTA: dns; mx.example

Action: failed
Final-Recipient: rfc822;ada@reader.example
Status: 5.0.0
Remote-MTA: dns; mx.reader.example
Diagnostic-Code: smtp; 550 5.1.1 No such user here
""",
    headers="X-Failed-Recipients: ada@reader.example\n",
)
EXIM_OLD = f"""\
Return-path: <>
Envelope-to: {BACK}
X-Failed-Recipients: ada@reader.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: {BACK}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@reader.example
    SMTP error from remote mail server after RCPT TO:<ada@reader.example>:
    host mx.reader.example [192.0.2.1]: 550 User unknown

------ This is a copy of the message, including all the headers. ------

Subject: Your correction about the spam blocklist
""".encode()
GMAIL = report(
    """\
Reporting-MTA: dns; googlemail.com
Received-From-MTA: dns; corrections@news.example
Arrival-Date: Sat, 28 Nov 2026 04:00:00 -0800 (PST)
X-Original-Message-ID: <letter-1@news.example>

Final-Recipient: rfc822; ada@reader.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.2, the server for the domain reader.example.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
 550-5.1.1 Please try double-checking the recipient's email address for typos or
 550-5.1.1 unnecessary spaces. For more information, go to
 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser x18-20020a - gsmtp
Last-Attempt-Date: Sat, 28 Nov 2026 04:00:01 -0800 (PST)
""",
    headers="X-Failed-Recipients: ada@reader.example\n",
)
EXCHANGE = report(
    """\
Reporting-MTA: dns;AM0PR01MB1234.eurprd01.prod.exchangelabs.com
Received-From-MTA: dns;mx.example
Arrival-Date: Sat, 28 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822;ada@reader.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada@reader.example
 not found by SMTP address lookup
"""
)
OUTLOOK_BLOCKED = report(
    """\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@reader.example
Action: failed
Status: 5.7.1
Diagnostic-Code: smtp; 550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. Please
 contact your Internet service provider since part of their network is on our block list (S3140).
"""
)
FULL = report(
    """\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@reader.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 The email account is over quota
"""
)
FORWARDED = report(
    """\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@elsewhere.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
"""
)
GLOBAL = report(
    """\
Reporting-MTA: dns; mx.example

Final-Recipient: utf-8; ada@reader.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such mailbox
""",
    kind="global-delivery-status",
)
QMAIL = f"""\
Return-Path: <>
Delivered-To: {BACK}
From: MAILER-DAEMON@mx.example
To: {BACK}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@reader.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 sorry, no mailbox here by that name

--- Below this line is a copy of the message.
""".encode()
DELIVERED = report(
    """\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@reader.example
Action: relayed
Status: 2.1.9
"""
)
VACATION = f"""\
Return-Path: <>
From: Ada <ada@reader.example>
To: {BACK}
Subject: Out of office (5.1.1)
Auto-Submitted: auto-replied

I am away. Action: failed. Status: 5.1.1. User unknown.
""".encode()

GARBAGE = [
    b"",
    b"\0" * 4096,
    b"\xff\xfe" * 4096,
    VACATION,
    POSTFIX[: len(POSTFIX) // 2],
    POSTFIX.replace(b"boundary=", b"boundary*0*=utf-8''%ff"),
    POSTFIX.replace(b"message/delivery-status", b"message/rfc822"),
    POSTFIX.replace(b"text/plain", b"text/plain; charset=no-such"),
    b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n" * 60_000,
    b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(9_000)
    ),
    b"".join(b"Content-Type: message/rfc822\n\n" for n in range(9_000)),
    b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    + b"Action: failed\nStatus: 5.1.1\n\n" * 8_000,
    b"To: " + b"a@b," * 60_000 + b"\nContent-Type: multipart/report; boundary=x\n\n--x--\n",
    b"To: " + b"(" * 200_000 + b"\nX-Failed-Recipients: " + b"(" * 50_000 + b"\n\n",
    b"Subject: =?utf-8?q?" + b"=ff" * 60_000 + b"?=\nX-Failed-Recipients: x@y\n\nz",
    b"X-Failed-Recipients: \xff@\xff\n\n\xff",
]
"""What no program may trip over."""
