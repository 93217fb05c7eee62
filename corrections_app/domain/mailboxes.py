"""Which mailbox an address leads to: for limits only, letters go to what was typed."""

from __future__ import annotations

_DOTS_MEAN_NOTHING = frozenset({"gmail.com", "googlemail.com"})


def mailbox_of(address: str) -> str:
    """One spelling for all addresses that reach one person.

    Case, a ``+tag`` (RFC 5233, section 1) and, where the provider ignores
    them, dots are taken away, so that spelling an address in new ways does not
    write to somebody again and again. The domain is in its ASCII form.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    domain = domain.encode("idna").decode() if not domain.isascii() else domain
    local = local.partition("+")[0] or local
    if domain in _DOTS_MEAN_NOTHING:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
