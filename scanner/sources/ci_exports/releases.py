"""Releases of Helm, as it keeps them in a cluster: JSON in gzip in base64, in a Secret in base64 once more.

Shape of the JSON: `name`, `namespace`, `config` (the values that were given), `chart.values` (the chart's own), `manifest` (what was made of them) and
`info` (Helm's `release.Release`, drivers `secret` and `configmap`). How much is undone is bounded for all releases of an export together.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator

from scanner.contract import Secret
from scanner.model import Reason
from scanner.records import dataclass, field, replace
from scanner.sources.archives.inflate import inflated
from scanner.sources.archives.limits import Broken, Budget, Limits
from scanner.sources.archives.sniff import Kind
from scanner.sources.archives.streams import CHUNK, of_bytes
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Record
from scanner.sources.ci_exports.settings import settings
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item

__all__ = ["MEMBER", "Budget", "Release", "budget_of", "opened", "text_of", "values_of"]

MEMBER = "release"
"""What a Secret or ConfigMap calls its only member."""

_LIMITS = Limits(total=256 << 20, ratio=20)
"""Releases hold templates and manifests, which gzip makes five to ten times smaller."""
_LARGEST = 32 << 20
"""Bytes of one release. In a cluster it takes at most a megabyte, packed."""
_MAGIC = b"\x1f\x8b\x08"
_MOST_LAYERS = 2


@dataclass(frozen=True, slots=True)
class Release:
    """One release, undone; or what kept it from being undone."""

    name: str | None
    namespace: str | None
    text: bytes = field(repr=False)
    """The JSON."""
    manifest: bytes = field(repr=False)
    config: Record = field(repr=False)
    defaults: Record = field(repr=False)
    encoding: tuple[str, ...] = ()
    flaw: str | None = None


def budget_of(content: Content) -> Budget:
    """What the releases of an export may come to."""
    return Budget(_LIMITS, len(content.text))


def opened(said: str, budget: Budget) -> Release | None:
    """The release that is in a member's text; None where that is none. Never raises."""
    layers = 0
    data = said.encode("utf-8", "replace")
    while layers < _MOST_LAYERS and not data.startswith(_MAGIC):
        try:
            data = b64decode(data, validate=False)
        except (binascii.Error, ValueError):
            return None
        layers += 1
    if not data.startswith(_MAGIC):
        return None
    encoding = ("base64",) * layers + ("gzip",)
    try:
        text = _inflated(data, budget)
    except Broken as error:
        return _damaged(f"expected a release of Helm: {error.detail}", encoding)
    documents, mistake = jsontext.parse(text, 1)
    if mistake is not None or len(documents) != 1 or not isinstance(documents[0], Record):
        return replace(_damaged("expected a release of Helm to be JSON", encoding), text=text)
    return _release(documents[0], text, encoding)


def _inflated(data: bytes, budget: Budget) -> bytes:
    """What is in the gzip. Raises `Broken`."""
    stream = inflated(Kind.GZIP, of_bytes(data), budget, _LIMITS.window, MEMBER)
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > _LARGEST:
            raise Broken(Reason.TOO_LARGE, f"more than {_LARGEST} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _damaged(flaw: str, encoding: tuple[str, ...]) -> Release:
    return Release(None, None, b"", b"", Record(()), Record(()), encoding, flaw)


def _release(record: Record, text: bytes, encoding: tuple[str, ...]) -> Release:
    manifest, config, defaults = (jsontext.below(record, *way) for way in (("manifest",), ("config",), ("chart", "values")))
    return Release(
        name=jsontext.word(record, "name") or None,
        namespace=jsontext.word(record, "namespace") or None,
        text=text,
        manifest=jsontext.secret(manifest).reveal() if isinstance(manifest, str) else b"",
        config=config if isinstance(config, Record) else Record(()),
        defaults=defaults if isinstance(defaults, Record) else Record(()),
        encoding=encoding,
    )


def text_of(release: Release, holder: Entry) -> Iterator[Item]:
    """All of a release, which is read as one text, and what was wrong with it."""
    if release.flaw is not None:
        yield Flaw(release.flaw)
    if release.text:
        yield replace(holder, name=MEMBER, value=Secret(release.text), encoding=release.encoding)


def values_of(release: Release, holder: Entry) -> Iterator[Item]:
    """The values that a release was given and those of its chart, by their paths."""
    for values in (release.config, release.defaults):
        for item in settings(values, holder):
            yield replace(item, encoding=release.encoding + item.encoding) if isinstance(item, Entry) else item
