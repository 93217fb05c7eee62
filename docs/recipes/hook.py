"""What a program that hears of events begins with: who sent this, and when (Standard Webhooks)."""

import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


def is_genuine(head, body, secret):
    """Whether somebody who has the secret signed this, in the last five minutes."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    ours = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    is_new = abs(time.time() - int(head["webhook-timestamp"])) < 300
    # Several stand there, with blanks between, while the secret changes.
    theirs = head["webhook-signature"].encode().split()
    return is_new and any(hmac.compare_digest(ours.encode(), one) for one in theirs)


def listen(port, heard):
    """Call `heard` with each event. Where it fails, the event comes again, with the same id."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(min(int(self.headers["content-length"]), 1_000_000))
            genuine = is_genuine(self.headers, body, os.environ["SECRET"])
            if genuine:
                heard(json.loads(body))
            self.send_response(204 if genuine else 401)
            self.end_headers()

    HTTPServer(("", port), Hook).serve_forever()
