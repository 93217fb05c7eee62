"""The kinds of sites, what each has to be told, and the one that a row of the table means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from corrections_app.domain.errors import Invalid
from corrections_app.sites import addresses
from corrections_app.sites.ghost import Ghost
from corrections_app.sites.git import Git
from corrections_app.sites.outside import Client
from corrections_app.sites.page import Pages
from corrections_app.sites.site import Secret, Site
from corrections_app.sites.trouble import Unreachable
from corrections_app.sites.wordpress import WordPress

_GHOST_KEY = re.compile(r"[0-9a-f]{8,64}:(?:[0-9a-f]{2}){16,64}")
_LINE = 500


@dataclass(frozen=True, slots=True)
class Described:
    """What was said of a site when it was added."""

    kind: str
    address: str
    content: str | None = None
    branch: str | None = None
    folder: str | None = None
    pages: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of site: how one is opened, and what its key is, where it has one."""

    opened: Callable[[Described, Client, Secret], Site]
    key: str = ""
    is_key: Callable[[str], object] = bool


def _git(site: Described, _: Client, __: Secret) -> Site:
    return Git(folder_of(site.address), site.branch or "HEAD", site.folder or "", site.pages)


KINDS: dict[str, Kind] = {
    "wordpress": Kind(
        lambda site, client, secret: WordPress(client, site.address, secret),
        "user:application password",
        re.compile(r"[^:]+:.*\S").fullmatch,
    ),
    "ghost": Kind(
        lambda site, client, secret: Ghost(client, site.address, secret),
        "Admin API key (id:secret)",
        _GHOST_KEY.fullmatch,
    ),
    "git": Kind(_git),
    "page": Kind(lambda site, client, _: Pages(client, site.address)),
}


def opened(site: Described, client: Client, secret: Secret) -> Site:
    """The site that was described."""
    return KINDS[site.kind].opened(site, client, secret)


def folder_of(address: str) -> Path:
    """The folder that a ``file:`` address names."""
    return Path(unquote(urlsplit(address).path))


def checked(site: Described, client: Client) -> None:
    """Raise `Invalid`, naming the option, for what cannot be a site of its kind."""
    if site.kind == "git":
        if not site.address.startswith("file:///"):
            raise Invalid("A git site is a folder of this machine: give its path.")
    else:
        try:
            addresses.target(site.address, client.inside)
        except Unreachable as trouble:
            raise Invalid(trouble.template) from None
        if set(site.address) & set("?#"):
            raise Invalid("Give the address of the site alone, without ? and #.")
    if site.kind == "page" and not site.content:
        raise Invalid(
            "Say with --content which element of its pages holds the article (a CSS selector): "
            "menus and comments would be taken for text."
        )
    only = {"content": "page", "branch": "git", "folder": "git", "pages": "git"}
    for name, kind in only.items():
        if getattr(site, name) and site.kind != kind:
            raise Invalid(f"--{name} is for sites of the kind {kind}.")


def check_key(kind: str, words: str) -> None:
    """Raise `Invalid`, without the words, for what cannot be a key to a site of this kind."""
    known = KINDS[kind]
    if not words.isprintable() or len(words) > _LINE or not known.is_key(words):
        raise Invalid(f"That is no key of this kind. It is one line: {known.key}.")
