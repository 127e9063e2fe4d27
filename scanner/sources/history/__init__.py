"""Git repositories: every object of the store, what leads to it, where it lay and when.

`discover` finds the layout, `Repository` opens it, `read` yields the objects of a batch in any process. A repository that is elsewhere is
mirrored first (`remote_refs`, `update`); `cursor` tells whether one may have changed since.
"""

from __future__ import annotations

from scanner.sources.history.commits import ParsedTag, Tag, parse_commit, parse_tag
from scanner.sources.history.cursor import cursor
from scanner.sources.history.git import Limits
from scanner.sources.history.graph import Graph
from scanner.sources.history.layout import Layout, discover, is_repository, modules
from scanner.sources.history.metadata import metadata_files
from scanner.sources.history.mirror import RemoteRefs, mirror_folder, remote_refs, update
from scanner.sources.history.objects import Inventory, ObjectBatch, ObjectReader, RawObject, pack_ids, read, unpack_ids
from scanner.sources.history.repository import Repository
from scanner.sources.history.transfer import NetLimits
from scanner.sources.history.url import Url, parse_url

__all__ = [
    "Graph",
    "Inventory",
    "Layout",
    "Limits",
    "NetLimits",
    "ObjectBatch",
    "ObjectReader",
    "ParsedTag",
    "RawObject",
    "RemoteRefs",
    "Repository",
    "Tag",
    "Url",
    "cursor",
    "discover",
    "is_repository",
    "metadata_files",
    "mirror_folder",
    "modules",
    "pack_ids",
    "parse_commit",
    "parse_tag",
    "parse_url",
    "read",
    "remote_refs",
    "unpack_ids",
    "update",
]
