"""Which files of a repository or folder are read for pipelines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from scanner.pipelines import includes, is_read, leads, may_be_included, may_be_read
from scanner.records import dataclass, field
from scanner.sources.files import FileRef
from scanner.sources.history import ObjectBatch, Repository

Met = TypeVar("Met")


@dataclass(frozen=True, slots=True)
class Defined:
    """The definitions and scripts of one repository or folder: its files, or the blobs that HEAD has."""

    source: int
    container: str
    refs: tuple[FileRef, ...] = ()
    batches: tuple[ObjectBatch, ...] = ()
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By object id."""
    jobs_only: bool = False
    """Whether nobody asks what scripts would do by themselves."""
    projects: tuple[str, ...] = ()
    """What forges call the repository: `owner/name`, in lower case."""


def tapped(met: Iterable[Met], kept: list[FileRef]) -> Iterator[Met]:
    """What is met, as it comes; what pipelines are made of is kept as well."""
    for one in met:
        if isinstance(one, FileRef) and may_be_read(one.path):
            kept.append(one)
        yield one


def at_head(source: int, container: str, repository: Repository) -> Iterator[Defined]:
    """The definitions and scripts of a repository without a work tree."""
    yield from among(source, container, repository, repository.files_at_head(may_be_read))


def among(source: int, container: str, repository: Repository, found: Mapping[str, str], *, jobs_only: bool = False) -> Iterator[Defined]:
    """The definitions and scripts among files, given as path to blob, of those that may be read."""
    if any(map(leads, found)):
        read = {path for path in found if is_read(path)}
        others = {path for path in found if path not in read and may_be_included(path)} if any(map(includes, read)) else set()
        paths: dict[str, tuple[str, ...]] = {}
        for path in sorted(read | others):
            paths[found[path]] = (*paths.get(found[path], ()), path)
        first = {found[path] for path in read}
        rest = {found[path] for path in others} - first
        batches = (*repository.batches(sorted(first)), *repository.batches(sorted(rest)))
        yield Defined(source, container, batches=batches, paths=paths, jobs_only=jobs_only, projects=repository.projects)
