"""What belongs to a credential without being it, as rows like those of its places: who trusts a key, and where parts of a value are."""

from __future__ import annotations

from scanner.model import Credential, Partial, TrustAnchor
from scanner.reports.layout import Line, flow, words
from scanner.reports.text_places import INDENT, Place, bounded, object_name, table
from scanner.reports.view import View
from scanner.reports.words import counted

_AT_MOST = 5
_KINDS = {
    "ssh": "ssh",
    "public-key": "PEM",
    "certificate": "certificate",
    "certificate-request": "certificate request",
    "openpgp": "OpenPGP",
    "jwk": "JSON Web Key",
    "minisign": "minisign or signify",
    "tuf": "TUF metadata",
    "sparkle": "Sparkle",
}
_FORMS = {
    "last4": "its last four characters",
    "last8": "its last eight characters",
    "first-last": "its first eight and last four characters",
    "sha256": "its SHA-256",
}
_GRADES = {"E1": "", "E2": "", "E3": "most likely", "E4": "perhaps"}


def pair_lines(view: View, credential: Credential) -> list[Line]:
    """The rows: all of them where all places were asked for, else the most telling ones and how many more there are."""
    rows = pair_places(credential)
    shown = rows if view.style.all_places else rows[:_AT_MOST]
    lines = table(view, shown)
    if more := len(rows) - len(shown):
        lines += flow(words(f"… and {more:,} more (--all-places)", "dim"), view.columns, INDENT)
    return lines


def pair_places(credential: Credential) -> list[Place]:
    """Everything that belongs to the credential, as cells: trust first, then signatures, other public halves and partial sightings."""
    anchors = sorted(credential.trust_anchors, key=_rank)
    return [*map(_of_anchor, anchors), *map(_of_partial, credential.partials)]


def _rank(anchor: TrustAnchor) -> int:
    return 0 if anchor.grants else 1 if anchor.kind == "signature" else 2


def _of_anchor(one: TrustAnchor) -> Place:
    if one.kind == "signature":
        newest = f"commit {one.commit[:7]}" if one.commit else object_name(one.path)
        more = f"and {counted(one.count - 1, 'more commit or tag', 'more commits and tags')}" if one.count > 1 else ""
        return Place("signed", one.container, newest, None, tuple(filter(None, ("signed by it", more))))
    what = f"its public half, {_KINDS.get(one.kind, bounded(one.kind))}"
    gone = ("no longer there",) if one.in_head is False else ()
    label = "trusted" if one.grants else "public"
    return Place(
        label, one.container, bounded(one.field) if one.field else object_name(one.path), None if one.field else one.line, (what, *gone)
    )


def _of_partial(one: Partial) -> Place:
    details = tuple(filter(None, (_FORMS.get(one.form, bounded(one.form)), _GRADES.get(one.grade, ""))))
    return Place(
        "partial", one.container, bounded(one.field) if one.field else object_name(one.path), None if one.field else one.line, details
    )
