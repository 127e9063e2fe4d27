"""From what a CI system announces to the commits that are judged.

What is announced may not be there, may be what is checked out or lie under a merge of it, may be gone after a force push. A range that
comes out empty is an answer; that it cannot be told is none, and raises IncompleteError with what would help.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from scanner.errors import IncompleteError
from scanner.records import replace
from scanner.sources.changes.advice import bringing
from scanner.sources.changes.announced import TRACKED, Announcement, Index, Look, Proposal, Push, Removal
from scanner.sources.changes.changeset import ChangeSet, doubts, empty
from scanner.sources.changes.names import commits_of, is_id, parting, peeled, refs_called, symbolic, tags_through
from scanner.sources.changes.ranges import Span, collected
from scanner.sources.changes.staged import staged
from scanner.sources.history import Repository

_USUAL = ("main", "master", "trunk", "develop")
"""What default branches are called as a rule."""
_SHORT = 12


def derived(repository: Repository, said: Announcement, setting: str) -> ChangeSet:
    """The change that is announced, which may be empty; `setting` is what helps in this system where the clone lacks something.

    Raises IncompleteError where it cannot be told, or is not here.
    """
    if isinstance(said, Index):
        change = staged(repository)
        what = "what is staged" if change.chronicle.index else "nothing is staged"
        return replace(change, told=f"The change: {what}, since {said.says} runs us and names no commits.")
    if isinstance(said, Removal):
        return ChangeSet(
            empty(),
            base=repository.head,
            unscanned=tuple(doubts(repository)),
            told=f"Nothing to judge: {said.says} only removes a branch or a tag.",
        )
    if repository.head is None and not (isinstance(said, Push) and said.tips):
        message = "the repository has no commits yet"
        raise IncompleteError(message)
    deriving = _Deriving(repository, setting, said.says)
    if isinstance(said, Proposal):
        return deriving.proposed(said)
    return deriving.pushed(said) if isinstance(said, Push) else deriving.looked(said)


class _Deriving:
    def __init__(self, repository: Repository, setting: str, says: str) -> None:
        self._repository = repository
        self._setting = setting
        self._says = says

    def proposed(self, said: Proposal) -> ChangeSet:
        """What a pull request brings, checked out by itself or merged into its target."""
        head = self._repository.head
        sides = (f"{head}^1", f"{head}^2")
        found = commits_of(self._repository, (*filter(None, (said.head,)), *said.targets, *sides))
        tip, merged_into = self._proposal_tip(said, found, *sides)
        if merged_into:
            return self._judged(Span((tip,), (merged_into,), merged_into), "the other side of the merge that is checked out")
        targets = [(found[name], name) for name in said.targets if name in found]
        if not targets:
            self._lacks(f"the target of {self._says} is not in this clone", *said.targets)
        for target, name in targets:
            base = parting(self._repository, target, tip, self._setting) or target
            if base != tip:
                return self._judged(Span((tip,), (base, target), base), f"where it parted from {name}")
        return self._judged(Span((tip,), (tip,), tip), "its end, which its target has")

    def _proposal_tip(self, said: Proposal, found: Mapping[str, str], first: str, second: str) -> tuple[str, str | None]:
        """The last commit to be judged, and the target where what is checked out is a merge of both."""
        head = self._repository.head or ""
        if said.head is None:
            return head, None
        wanted = found.get(said.head)
        if wanted is None:
            self._lacks(f"{self._says} is about {said.head[:_SHORT]}, which is not in this clone", said.head)
        if wanted == found.get(second):
            return head, found.get(first)
        if wanted == found.get(first) and second in found:
            return head, found[second]
        return wanted, None

    def pushed(self, said: Push) -> ChangeSet:
        """What a branch or a tag has now and had not before."""
        before = said.before if said.before and said.before.strip("0") else None
        tag = (said.ref,) if said.ref and said.ref.startswith("refs/tags/") else ()
        found = commits_of(self._repository, (*said.tips, *tag, *filter(None, (before,))))
        tip = next((found[name] for name in said.tips if name in found), None) if said.tips else self._repository.head
        if tip is None:
            self._lacks(f"{self._says} is about {said.tips[0][:_SHORT]}, which is not in this clone", said.tips[0])
        tags = tuple(self._messages(tag[0])) if tag and found.get(tag[0]) == tip else ()
        if before and (known := found.get(before)):
            base = parting(self._repository, known, tip, self._setting)
            if base == known:
                return self._judged(Span((tip,), (known,), known, tags), "what was there before")
        branch = said.ref.removeprefix("refs/heads/") if said.ref and said.ref.startswith("refs/heads/") else None
        default, at = self._default(said.default, branch)
        if before and before in found and (at is None or default == branch):
            base = parting(self._repository, found[before], tip, self._setting)
            return self._judged(Span((tip,), (found[before],), base, tags), "where it parted from what was there before")
        if default is None or default != branch:
            return self._since_default(tip, default, at, tags)
        if before:
            self._lacks(f"{self._says} says that {before[:_SHORT]} was there before, which is not in this clone", before)
        if said.before:
            return self._judged(Span((tip,), (), None, tags), "all of it is new")
        return self._last_step(tip, tags)

    def looked(self, said: Look) -> ChangeSet:
        """What is checked out and the default branch has not."""
        default, at = self._default(said.default, None)
        return self._since_default(self._repository.head or "", default, at, ())

    def _since_default(self, tip: str, default: str | None, at: str | None, tags: tuple[str, ...]) -> ChangeSet:
        if at is None or default is None:
            name = default or _USUAL[0]
            said = name if default else f"which may be {name}"
            message = f"{self._says} names no base that is here, and the default branch, {said}, is not in this clone"
            self._lacks(message, TRACKED + name)
        base = parting(self._repository, at, tip, self._setting) or at
        return self._judged(Span((tip,), (base, at), base, tags), f"where it parted from {TRACKED}{default}")

    def _last_step(self, tip: str, tags: tuple[str, ...]) -> ChangeSet:
        """The last commit of the default branch, with all that it merges: nobody says what was there before."""
        first = commits_of(self._repository, (f"{tip}^1",)).get(f"{tip}^1")
        if first is None and tip in self._repository.shadow.shallow:
            message = f"{self._says} does not say what was there before, and the parent of the last commit is not in this clone"
            self._lacks(message)
        change = self._judged(Span((tip,), (first,) if first else (), first, tags), "the first parent of the last commit")
        return replace(change, told=f"{change.told} That is the last commit and what it merges: what was there before is not said.")

    def _default(self, said: str | None, branch: str | None) -> tuple[str | None, str | None]:
        """Name of the default branch, and the commit at which the clone has it; None for what cannot be told.

        It is what the system says, else what the clone says of its remote, else the first of the usual names that the remote has. Where
        the clone has no branch of any remote, the branch that is pushed is taken for it: there was nothing before.
        """
        named = symbolic(Path(self._repository.shadow.handle.gitdir), f"{TRACKED}HEAD") if said is None else None
        names = (said,) if said else (named.removeprefix(TRACKED),) if named else _USUAL
        found = commits_of(self._repository, [f"{TRACKED}{name}" for name in names])
        for name in names:
            if at := found.get(f"{TRACKED}{name}"):
                return name, at
        if len(names) == 1:
            return names[0], None
        return (branch if branch and not self._tracks_anything() else None), None

    def _tracks_anything(self) -> bool:
        with Path(self._repository.shadow.handle.gitdir, "packed-refs").open("rb") as packed:
            return any(b" refs/remotes/" in line for line in packed)

    def _messages(self, tag: str) -> Iterator[str]:
        """The annotated tags through which the ref `tag` leads."""
        held = refs_called(self._repository, [tag])
        for itself, _ in peeled(self._repository, list(held.values())):
            yield from tags_through(self._repository, itself)

    def _judged(self, span: Span, why: str) -> ChangeSet:
        change = collected(self._repository, span, self._setting)
        number = len(change.chronicle.commits)
        (tip,) = span.tips
        between = f"{span.base[:_SHORT]}..{tip[:_SHORT]}" if span.base else f"all that {tip[:_SHORT]} has"
        counted = f"{number:,} commit{'' if number == 1 else 's'}" if number else "no new commits"
        told = f"The change: {counted}, {between}, as {self._says} says."
        return replace(change, told=told, why=f"{self._says}: {span.base or 'nothing'}..{tip}; the base is {why}")

    def _lacks(self, what: str, *wanted: str) -> NoReturn:
        """Raises IncompleteError: something is not here, and this command brings the first of `wanted` that can be asked of a remote.

        A branch is brought to where it is looked for.
        """
        names = [f"+refs/heads/{name.removeprefix(TRACKED)}:{name}" if name.startswith(TRACKED) else name for name in wanted]
        asked = [name for name in names if name.startswith("+") or is_id(name)]
        message = f"it cannot be told what the change is: {what}: {bringing(self._repository, self._setting, *asked[:1])}"
        raise IncompleteError(message)
