"""KeePass' and KeePassXC's exports: XML and CSV. Their databases are encrypted, and said to be.

- XML of KeePass 2: `KeePassFile`, `Root`, `Group`, `Entry` with `String` of `Key` and `Value`, and what entries were before in `History`; of KeePass 1:
  `pwlist` of `pwentry`
- CSV of KeePassXC: `Group`, `Title`, `Username`, `Password`, `URL`, `Notes`; of KeePass: `Account`, `Login Name`, `Password`, `Web Site`, `Comments`
- `.kdbx` and `.kdb`: told by their first bytes

(KeePass' help pages.) The environment scope is the title, the owner the group.
"""

from __future__ import annotations

from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.sealed import flaw
from scanner.sources.ci_exports.shapes import Listing, System
from scanner.sources.ci_exports.tables import Layout, reader

_DATABASE = b"\x03\xd9\xa2\x9a"
"""Begins a database of either version."""
_XML = (b"<KeePassFile", b"<pwlist")
_HEAD = 4_096
_TABLE = reader(
    Layout(
        columns=frozenset({"group", "title", "username", "password", "url", "notes"}),
        secrets=("password", "totp"),
        title="title",
        group="group",
    ),
    Layout(columns=frozenset({"account", "login name", "password", "web site", "comments"}), secrets=("password",), title="account"),
)


def _read(content: Content) -> Listing | None:
    if content.text.startswith(_DATABASE):
        return Listing((), (flaw(),))
    if any(mark in content.text[:_HEAD] for mark in _XML):
        from scanner.sources.ci_exports import keepass_xml  # noqa: PLC0415 - most runs start sooner without a parser of XML

        return keepass_xml.read(content)
    return _TABLE(content)


SYSTEM = System(
    platform="keepass",
    levels={},
    expects="a KeePass export as XML or CSV",
    recognise=_read,
    read=_read,
    level="user",
)
