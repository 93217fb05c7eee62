"""Public pages and files, sent smaller to browsers that can unpack them."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

# Below this a packet is a packet; pictures and archives are as small as they get.
_LEAST = 512  # bytes
_TYPES = ("text/", "application/json", "application/atom+xml", "image/svg+xml")


def install(app: Flask) -> None:
    """Compress every answer that is public and text.

    What is personal stays as it is: of a page that holds a secret beside words that a
    stranger chose, the length would tell the secret (BREACH, https://breachattack.com).
    """
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    public = response.cache_control.public or request.endpoint == "static"
    if not public or response.status_code not in (200, 304):
        return response
    if response.status_code == 200 and not (response.mimetype or "").startswith(_TYPES):
        return response
    response.vary.add("Accept-Encoding")
    tag, _ = response.get_etag()
    if tag:  # the same words in other bytes: weakly the same (RFC 9110, 8.8.1)
        response.set_etag(tag, weak=True)
    if response.status_code == 304 or not request.accept_encodings.quality("gzip"):
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) >= _LEAST:
        response.set_data(gzip.compress(data, 6, mtime=0))
        response.content_encoding = "gzip"
        response.headers.pop("Accept-Ranges", None)
    return response
