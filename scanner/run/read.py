"""One source of a run, and what came of it so far."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING

from scanner.model import Job, Script, Unscanned
from scanner.records import dataclass, field
from scanner.run.notice import Noted
from scanner.run.signed import Signed
from scanner.run.work import Answer, Hit
from scanner.sources.files import FileRef
from scanner.sources.history import CommitTable, Repository, Tag
from scanner.sources.tree import NestedRepository
from scanner.sources.workstation import HomeFile

if TYPE_CHECKING:  # loaded where there is a home to read
    from scanner.run.accounts import Account, Begun


@dataclass(slots=True, eq=False)
class Read:
    """One source, and what came of it so far."""

    kind: str
    """`repository`, `tree`, `home`, `machine`, `environment`, `processes`, `ci_export`, `ci_log`, `stdin`."""
    target: str
    """The container of everything in it."""
    repository: Repository | None = None
    history: bool = False
    """Whether the objects of `repository` are read with it, rather than not at all or with another source."""
    inside: bool = False
    """Whether a plain folder lies in the work tree of a repository that was not itself named."""
    homes: dict[str, HomeFile] = field(default_factory=dict)
    """The catalogue's files among what is read, by path."""
    blobs: int = 0
    bytes: int = 0
    unscanned: list[Unscanned] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    hits: list[Hit] = field(default_factory=list)
    commits: CommitTable = field(default_factory=CommitTable)
    tags: list[Tag] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    """What lies beside credentials."""
    signed: Signed = field(default_factory=dict)
    metadata: frozenset[str] = frozenset()
    """Paths of git's own files."""
    jobs: list[Job] = field(default_factory=list)
    """Of its pipelines, like `scripts`."""
    scripts: list[Script] = field(default_factory=list)
    defined: list[FileRef] = field(default_factory=list)
    """Files that may be definitions of pipelines or scripts."""
    number: int = -1
    """Its place among the sources of a plan."""
    opened: ExitStack = field(default_factory=ExitStack)
    """Closes the repository."""
    nested: tuple[NestedRepository, ...] = ()
    """Work trees among git's own files."""
    begun: Begun | None = None
    """How the repository stood before it was read; None where nobody wants to know."""
    account: Account | None = None
    """What an earlier run made of it, as long as that is taken in place of reading it."""

    @property
    def projects(self) -> tuple[str, ...]:
        """What forges call it, where it is a repository."""
        return () if self.repository is None else self.repository.projects

    def take(self, answer: Answer) -> None:
        """Adds what came of a task of the first reading."""
        self.blobs += answer.blobs
        self.bytes += answer.bytes
        self.unscanned += (*answer.unscanned, *answer.unopened)
        self.skipped += answer.skipped
        self.hits += answer.hits
        self.commits.extend(answer.commits)
        self.tags += answer.tags
        self.noted += answer.noted
        if answer.pipelines is not None:
            self.jobs += answer.pipelines.jobs
            self.scripts += answer.pipelines.scripts

    def recall(self, account: Account) -> None:
        """Adds what reading the repository would have counted."""
        self.blobs += account.blobs
        self.bytes += account.bytes
        self.unscanned += account.unscanned
        self.skipped.update(account.skipped)

    def forget(self) -> None:
        """Once all hits are occurrences: nothing is open any more, and what only the way there needed takes no memory."""
        self.opened.close()
        for kept in (self.homes, self.hits, self.commits, self.tags, self.noted, self.signed):
            kept.clear()
        self.metadata = frozenset()
