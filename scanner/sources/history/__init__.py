"""Git repositories: every object of the store, what leads to it, where it lay and when.

`discover` finds the layout, `Repository` opens it, a `Batch` yields its objects in any process; `cursor` tells whether a repository may
have changed since.
"""

from __future__ import annotations

from scanner.sources.history.commits import ParsedTag, Tag, parse_commit, parse_tag, stamp
from scanner.sources.history.cursor import cursor, stands
from scanner.sources.history.git import Limits, git_mark
from scanner.sources.history.graph import Graph
from scanner.sources.history.largeobject import LargeObject
from scanner.sources.history.layout import Layout, discover, is_repository, modules
from scanner.sources.history.metadata import metadata_files
from scanner.sources.history.objects import Batch, Inventory, ObjectBatch, ObjectReader, pack_ids, unpack_ids
from scanner.sources.history.parts import ChangeBatch, Changed
from scanner.sources.history.raw import RawObject, knowing
from scanner.sources.history.repository import Repository
from scanner.sources.history.table import CommitTable

__all__ = [
    "Batch",
    "ChangeBatch",
    "Changed",
    "CommitTable",
    "Graph",
    "Inventory",
    "LargeObject",
    "Layout",
    "Limits",
    "ObjectBatch",
    "ObjectReader",
    "ParsedTag",
    "RawObject",
    "Repository",
    "Tag",
    "cursor",
    "discover",
    "git_mark",
    "is_repository",
    "knowing",
    "metadata_files",
    "modules",
    "pack_ids",
    "parse_commit",
    "parse_tag",
    "stamp",
    "stands",
    "unpack_ids",
]
