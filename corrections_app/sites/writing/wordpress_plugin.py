"""Writing into WordPress under a lock, where our plugin is installed (docs/plugins/wordpress/).

It compares and writes in one transaction, so nobody's save is overwritten and none has to be put
back; and it writes nothing while somebody has the post open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from corrections_app.sites.json_api import Api
from corrections_app.sites.trouble import Changed, once_sent
from corrections_app.sources import Source

NAMESPACE = "reader-corrections/v1"
"""Its part of the REST API."""


@dataclass(frozen=True, slots=True)
class Locked:
    """Posts that are written through the plugin; ``read`` reads one by its number."""

    api: Api
    read: Callable[[str], Source]

    def write(self, before: Source, fields: Mapping[str, str]) -> Source:
        """See `site.Site.write`."""
        wanted = {**before.fields, **fields}
        if wanted != before.fields:
            try:
                self._send(before, fields)
            except Changed:
                now = self.read(before.id)
                if now.fields == wanted:  # by an earlier try that was never answered
                    return now
                raise
        with once_sent():
            done = self.read(before.id)
        if done.fields != wanted:
            raise Changed(f"Post {before.id} was saved in WordPress meanwhile: it comes in first.")
        return done

    def _send(self, before: Source, fields: Mapping[str, str]) -> None:
        hashes = {name: sha256(text.encode()).hexdigest() for name, text in before.fields.items()}
        said = {"fields": dict(fields), "if_sha256": hashes}
        self.api.send("POST", f"/{NAMESPACE}/posts/{before.id}", said)
