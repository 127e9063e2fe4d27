"""What a change brings: which blobs lie at which paths after it and lay there before, for a range of commits or for what is staged.

`find_repository` finds the layout, `staged`, `between` and `since` say what the change is, `file_at` and `staged_file` give the files that
a gate goes by. The repository is best opened with `tips=False`, for a change is entered by its own ends.
"""

from __future__ import annotations

from scanner.sources.changes.changeset import ChangeSet, unborn
from scanner.sources.changes.contents import file_at, files_at, staged_file
from scanner.sources.changes.locate import NoRepositoryError, find_repository
from scanner.sources.changes.names import EmptyRangeError, commit_named, merge_base, parse_range, root_commits
from scanner.sources.changes.ranges import between, since
from scanner.sources.changes.staged import staged
from scanner.sources.changes.trees import files_after, files_before, touched

__all__ = [
    "ChangeSet",
    "EmptyRangeError",
    "NoRepositoryError",
    "between",
    "commit_named",
    "file_at",
    "files_after",
    "files_at",
    "files_before",
    "find_repository",
    "merge_base",
    "parse_range",
    "root_commits",
    "since",
    "staged",
    "staged_file",
    "touched",
    "unborn",
]
