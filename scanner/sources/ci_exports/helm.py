"""Values of Helm's charts: `values.yaml` and its likes, and what `helm get values` and `helm get all` print.

Each value is called by its path, as `--set` has it (Helm's documentation). The environment scope is what the file's name tells. Releases, as Helm keeps
them in a cluster, are Kubernetes' objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from scanner.sources.ci_exports import jsontext, kubernetes
from scanner.sources.ci_exports.content import Content, Yaml
from scanner.sources.ci_exports.jsontext import Record
from scanner.sources.ci_exports.sealed import without_sops
from scanner.sources.ci_exports.settings import settings
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, System, broken, listed, mistakes
from scanner.sources.ci_exports.stages import stage_of

_FILE = re.compile(r"(?:[^/]{1,128}[._-])?values(?:[._-][^/]{1,128})?\.ya?ml", re.IGNORECASE)
_HEADING = re.compile(rb"^(?:USER-SUPPLIED|COMPUTED) VALUES:[ ]{0,16}\r?$", re.MULTILINE)
_MOST_HEADINGS = 1_000
"""Helm prints two, and people put what it prints of several releases into one file."""
_END = re.compile(rb"^(?:(?:USER-SUPPLIED|COMPUTED) VALUES|HOOKS|MANIFEST|NOTES):", re.MULTILINE)


def _recognise(content: Content) -> Listing | None:
    if _has_headings(content):
        return _read(content)
    if content.documents is not None or not _FILE.fullmatch(content.name) or kubernetes.SYSTEM.recognise(content) is not None:
        return None
    return _read(content) or broken(content)


def _read(content: Content) -> Listing | None:
    holder = Entry("", None, environment_scope=stage_of(content.name))
    if _has_headings(content):
        return listed(chain(_sections(content, holder), (Loose(),)))
    released = kubernetes.SYSTEM.recognise(content)
    if released is not None:
        return released
    trees = [tree for tree in content.trees if isinstance(tree, Record)]
    if not any(_is_nested(tree) for tree in trees) and content.documents is not None:
        return None
    return listed(chain(_values(trees, holder), mistakes(content), (Loose(),))) if trees else None


def _has_headings(content: Content) -> bool:
    return content.is_lines and _HEADING.search(content.text) is not None


def _is_nested(tree: Record) -> bool:
    return any(isinstance(value, (Record, list)) for _, value in tree.members)


def _values(trees: list[Record], holder: Entry) -> Iterator[Item]:
    return (item for tree in trees for item in settings(without_sops(tree), holder))


def _sections(content: Content, holder: Entry) -> Iterator[Item]:
    """The values under each heading; what stands under others is a manifest, or prose."""
    line, counted = content.first_line, 0
    for number, heading in enumerate(_HEADING.finditer(content.text)):
        if number >= _MOST_HEADINGS:
            yield Flaw(f"expected at most {_MOST_HEADINGS} headings")
            return
        start = heading.end()
        line += content.text.count(b"\n", counted, start)
        counted = start
        end = _END.search(content.text, start)
        text = content.text[start : end.start() if end else len(content.text)]
        documents, mistake = Yaml(text, line, start).parsed
        yield from _values([tree for tree in jsontext.pages(documents) if isinstance(tree, Record)], holder)
        if mistake is not None:
            yield Flaw(mistake)


SYSTEM = System(
    platform="helm",
    levels={},
    expects="values of Helm as YAML or JSON",
    recognise=_recognise,
    read=_read,
    level="project",
    is_yaml=True,
)
