"""Files that SOPS encrypted, in YAML, JSON and dotenv: names in clear, values that only a holder of one of the keys can read.

Shapes: a member `sops` beside the others, or names that begin with `sops_` (SOPS' documentation). What it left as it is (`unencrypted_suffix` and the
like) has its value. The environment scope is what the file's name tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from scanner.records import replace
from scanner.sources.ci_exports import dotenv, jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Record
from scanner.sources.ci_exports.sealed import flaw, has_sops, is_sealed, without_sops
from scanner.sources.ci_exports.settings import settings
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, held, listed, mistakes
from scanner.sources.ci_exports.stages import stage_of

_LOOKS = re.compile(rb"^sops[ ]{0,16}:", re.MULTILINE)
_DOTENV = re.compile(rb"^sops_(?:mac|version)=", re.MULTILINE)
_OWN = "sops_"


def _recognise(content: Content) -> Listing | None:
    if not content.mentions(b"sops"):
        return None
    if content.is_lines and not _LOOKS.search(content.text):
        return _dotenv(content)
    return _read(content)


def _read(content: Content) -> Listing | None:
    files = [page for page in jsontext.pages(content.trees) if isinstance(page, Record) and has_sops(page)]
    if not files:
        return _dotenv(content)
    holder = Entry("", None, environment_scope=stage_of(content.name))
    said = (item for file in files for item in settings(without_sops(file), holder))
    return listed(chain(said, mistakes(content), (Loose(),)))


def _dotenv(content: Content) -> Listing | None:
    if not content.is_lines or not _DOTENV.search(content.text):
        return None
    listing = dotenv.SYSTEM.read(content)
    if listing is None:
        return None
    holder = Entry("", None, environment_scope=stage_of(content.name))
    return listed(chain(held(_named(listing), holder), listing.flaws, (Loose(),)))


def _named(listing: Listing) -> Iterator[Item]:
    """The variables, without what SOPS says about itself; those that are encrypted without their values."""
    found = False
    for entry in listing.entries:
        value = None if entry.value is None else entry.value.reveal().decode("utf-8", "replace")
        if not entry.name.startswith(_OWN):
            found = found or is_sealed(value)
            yield replace(entry, value=None, line=None, offset=None) if is_sealed(value) else entry
    if found:
        yield flaw()


SYSTEM = System(
    platform="sops",
    levels={},
    expects="a file that SOPS encrypted, as YAML, JSON or dotenv",
    recognise=_recognise,
    read=_read,
    level="project",
    is_yaml=True,
)
