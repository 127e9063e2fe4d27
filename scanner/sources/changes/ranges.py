"""What a range of commits brings: each commit against all its parents."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from scanner.model import Change, Chronicle, Commit, Reachability, Reason, Unscanned
from scanner.records import dataclass, field
from scanner.sources.changes.advice import SETTING, bringing
from scanner.sources.changes.changeset import KEPT, MORE, PLACE, ChangeSet, doubts, gather, places_of, sides
from scanner.sources.changes.names import EmptyRangeError, hide_shallow, merge_base, need_commits
from scanner.sources.files import shown
from scanner.sources.history import CommitTable, Graph, RawObject, Repository, git, parse_commit
from scanner.sources.history.changes import Gap, RawChange, Renames, list_changes
from scanner.sources.history.chronicle import in_tree
from scanner.sources.history.git import Failure
from scanner.sources.history.text import printable

_NAMED = 3
"""Parents that are named where they are missing."""
_TREES = 32
"""Tips whose trees are looked at: what is there is told as a part of a branch, and a push may have thousands."""


@dataclass(frozen=True, slots=True)
class Span:
    """Commits that some have and others have not; all are ids."""

    tips: tuple[str, ...]
    without: tuple[str, ...] | None
    """What these have does not count; None stands for every ref of the repository."""
    base: str | None
    """The commit whose tree was reviewed."""
    tags: tuple[str, ...] = ()
    """Annotated tags whose messages count."""


def between(repository: Repository, base: str, tip: str, setting: str = SETTING) -> ChangeSet:
    """What the commits bring that `tip` has and `base` has not. `setting` is what helps in CI where the clone is shallow.

    Raises UsageError where a name stands for no commit, EmptyRangeError where there are no such commits.
    """
    (before, after), tags = need_commits(repository, base, tip, setting=setting)
    return collected(repository, Span((after,), (before,), before, tags), setting, asked=f"{base}..{tip}")


def since(repository: Repository, ref: str, setting: str = SETTING) -> ChangeSet:
    """What HEAD's commits bring since HEAD and `ref` parted. `setting` is what helps in CI where the clone is shallow.

    Raises UsageError where `ref` stands for no commit or there are none at all, EmptyRangeError where `ref` has all of HEAD's,
    IncompleteError where it cannot be told when they parted.
    """
    (other, head), _ = need_commits(repository, ref, "HEAD", setting=setting)
    base = merge_base(repository, other, head, setting)
    return collected(repository, Span((head,), (base,), base), setting, asked=f"{ref}..HEAD")


@dataclass(slots=True)
class _Found:
    """What git has said so far about a range."""

    graph: Graph
    container: str
    unscanned: list[Unscanned]
    changes: list[Change] = field(default_factory=list)
    tip: dict[str, str | None] = field(default_factory=dict)
    """What each path had last."""
    kept: int = 0

    @property
    def straight(self) -> bool:
        """Whether the range is one line of commits."""
        return all(len(commit.parents) <= 1 for commit in self.graph.commits.values())

    def say(self, path: str, reason: Reason, detail: str) -> None:
        self.unscanned.append(Unscanned(self.container, path, reason, detail))

    def add(self, found: RawChange) -> bool:
        """Takes a change; False when there is no more room."""
        self.kept += PLACE + len(found.path)
        before, after = sides(found)
        changes = [Change(found.commit, shown(found.path), before, after)]
        if found.status.startswith("R") and len(found.before) == 1:
            changes.append(Change(found.commit, shown(found.origins[0]), before, None))
        self.tip.update((change.path, change.after) for change in reversed(changes))
        self.changes += [change for change in changes if change.before != ({change.after} if change.after else set())]
        return self.kept <= KEPT


def collected(repository: Repository, span: Span, setting: str = SETTING, *, asked: str = "") -> ChangeSet:
    """What the commits of `span` bring. `setting` is what helps in CI where the clone is shallow.

    Raises EmptyRangeError where there are none although somebody `asked` for them under this name.
    """
    unscanned = doubts(repository)
    oids, failure = _range(repository, span)
    if failure:
        names = ", ".join(span.tips[:3])
        unscanned.append(
            Unscanned(repository.container, f"commit:{names}", failure.reason, f"its history is not all there: {failure.detail}")
        )
    elif asked and not oids:
        message = f"{printable(asked)} holds no commits"
        raise EmptyRangeError(message)
    commits = _commits(repository, oids, unscanned)
    found = _Found(Graph((), CommitTable.of(commits), ()), repository.container, unscanned)
    whole = _compare(repository, found, span, setting)
    chronicle = Chronicle(
        commits={oid: found.graph.commits[oid] for oid in found.graph.order},
        changes=tuple(found.changes),
        head=_head(repository, span.tips, found, whole=whole),
        index={},
        reach=dict.fromkeys(found.graph.commits, Reachability.BRANCH),
        ancestry=found.graph.ancestry(change.commit for change in found.changes),
    )
    messages = (*found.graph.order, *span.tags)
    batches, lost = gather(repository, places_of(chronicle), messages, setting)
    ends = tuple((span.base, tip) for tip in span.tips if tip in found.graph)
    return ChangeSet(chronicle, messages, span.base, ends=ends, batches=batches, unscanned=(*unscanned, *lost))


def _range(repository: Repository, span: Span) -> tuple[list[str], Failure | None]:
    """Ids of the commits of `span`, and why that may not be all."""
    if not span.tips:
        return [], None
    hide_shallow(repository)
    ends = [*span.tips, *(f"^{oid}" for oid in span.without or ())]
    others = ("--not", "--all") if span.without is None else ()
    request = "".join(f"{end}\n" for end in ends).encode("ascii")
    with git.run(repository.shadow.handle, "rev-list", "--stdin", *others, request=request) as child:
        oids = [line.decode("ascii", "replace").strip() for line in child.out]
        return oids, child.end()


def _commits(repository: Repository, oids: Sequence[str], unscanned: list[Unscanned]) -> Iterator[Commit]:
    """The commits `oids`, as far as they can be read."""
    lost = dict.fromkeys(oids)
    for batch in repository.batches(oids):
        for found in batch.read():
            if isinstance(found, RawObject) and found.type == "commit" and (parsed := parse_commit(found.oid, found.data)):
                del lost[found.oid]
                yield parsed[0]
    unscanned += [Unscanned(repository.container, f"commit:{oid}", Reason.DAMAGED, "it cannot be read as a commit") for oid in lost]


def _compare(repository: Repository, found: _Found, span: Span, setting: str) -> bool:
    """`found` has all changes of its commits, or says what is not known. The answer is whether they came in one go, in the right order.

    Where git cannot read what it takes to find renames, it does without them: then what was renamed counts as new.
    """
    known = {span.base, *(span.without or ())}
    order = [oid for oid in found.graph.order if not _is_cut_off(repository, found, found.graph.commits[oid], known, setting)]
    failed = _attempt(repository, found, order, Renames.FOUND)
    if not failed:
        return True
    again = [oid for oid in order if oid in failed]
    for oid, failure in _attempt(repository, found, again, Renames.IGNORED).items():
        found.say(f"commit:{oid}", failure.reason, f"what it changes is not known: {failure.detail}")
    position = {oid: number for number, oid in enumerate(order)}
    found.changes = sorted(dict.fromkeys(found.changes), key=lambda change: position[change.commit])
    return False


def _is_cut_off(repository: Repository, found: _Found, commit: Commit, known: Collection[str | None], setting: str) -> bool:
    """Whether a shallow clone left out parents of a commit in the range, so that neither they nor its changes can be known.

    Where all parents are `known`, as what the range begins behind, nothing is missing, though they may have been fetched one by one.
    """
    if commit.id not in repository.shadow.shallow or all(parent in known for parent in commit.parents):
        return False
    parents = ", ".join(parent[:12] for parent in commit.parents[:_NAMED])
    found.say(f"commit:{commit.id}", Reason.SHALLOW, f"this shallow clone ends here and lacks {parents}: {bringing(repository, setting)}")
    return True


def _attempt(repository: Repository, found: _Found, oids: Sequence[str], renames: Renames) -> dict[str, Failure]:
    """`found` has the changes of `oids`, except for those commits that come with the reason.

    They are compared with the parents that they name themselves, whatever else the repository claims.
    """
    failed: dict[str, Failure] = {}
    position = {oid: number for number, oid in enumerate(oids)}
    commits = found.graph.commits
    for change in list_changes(repository.shadow.handle, oids, lambda oid: " ".join((oid, *commits[oid].parents)), None, renames):
        if isinstance(change, Gap):
            start = position[change.commit]
            failed |= dict.fromkeys(oids[start : start + 1 + change.others], change.failure)
        elif not found.add(change):
            found.say(f"commit:{change.commit}", Reason.TOO_LARGE, MORE)
            break
    return failed


def _head(repository: Repository, tips: Sequence[str], found: _Found, *, whole: bool) -> dict[str, str]:
    """Path to blob in the trees of `tips`, the first of them first, for every path that changes.

    At the end of one line of commits it is what each path had last.
    """
    paths = frozenset(change.path for change in found.changes)
    if len(tips) == 1 and whole and found.straight:
        return {path: oid for path, oid in found.tip.items() if oid and path in paths}
    held: dict[str, str] = {}
    for tip in tips[:_TREES] if paths else ():
        there, failure = in_tree(repository.shadow, tip, paths)
        if failure:
            found.say(f"commit:{tip}", failure.reason, f"what it holds is not known: {failure.detail}")
        held = {**there, **held}
    return held
