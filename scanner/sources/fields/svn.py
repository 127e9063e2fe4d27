r"""Subversion's authentication cache: one file for each realm, as the dump of a hash.

Source: `svn_hash_write` of Subversion. `K` and the octets of a key, the key, `V` and the octets of its value, the value, and so on up to `END`;
keys of credentials are `svn:realmstring` (`<URL> what the server calls it`), `username`, `password`, `passphrase` and `passtype`.
"""

from __future__ import annotations

import re

from scanner.records import replace
from scanner.sources.fields.marked import Marked
from scanner.sources.fields.named import Named, host_of, text_of

_HEAD = re.compile(rb"([KV]) ([0-9]{1,8})\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_REALM = re.compile(r"<([^<>]{1,1024})>")
_USERS = ("username", "ssl_client_cert_username")


class Svn:
    """A file of the cache, and what its values are called."""

    def __init__(self, text: bytes) -> None:
        self._marked = Marked()
        self._said: dict[str, str] = {}
        at, key = 0, ""
        while not self._marked.full and (head := _HEAD.match(text, at)) is not None:
            start, size = head.end(), int(head[2])
            end = _LINE_END.match(text, start + size)
            if end is None:
                return
            if head[1] == b"K":
                key = text_of(text[start : start + size][:256])
            elif key:
                self._marked.add(start, start + size, Named(key))
                self._said.setdefault(key, text_of(text[start : start + size][:1024]))
            at = end.end()

    def name(self, start: int, _end: int) -> Named | None:
        """What the value at `start` is called, for which host and account it is; None outside of values."""
        found = self._marked.find(start)
        if found is None:
            return None
        realm = _REALM.match(self._said.get("svn:realmstring", ""))
        account = next((self._said[key] for key in _USERS if self._said.get(key)), None)
        return replace(found, service=host_of(realm[1]) if realm else None, account=account)
