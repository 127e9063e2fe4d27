"""What a push brings to the repository that receives it, told to its pre-receive hook on standard input (githooks(5)).

The hook runs before any ref is set, and what was pushed lies in a store of its own until the hook agrees (git-receive-pack(1)). What counts
is what no ref of the repository leads to yet, so a force push is as good as any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scanner.errors import IncompleteError, UsageError
from scanner.model import Unscanned
from scanner.records import dataclass, replace
from scanner.sources.changes.changeset import ChangeSet, gather
from scanner.sources.changes.names import peeled, refs_called, tags_through
from scanner.sources.changes.ranges import Span, collected
from scanner.sources.history import Repository, git
from scanner.sources.history.objects import types
from scanner.sources.history.refs import is_ref_name

LONGEST = 64 << 20
"""Bytes of lines: half a million refs in one push."""
_LINE = re.compile(rb"([0-9a-f]+) ([0-9a-f]+) (refs/[^\n]{1,4000})\n?")
_SHORT = 12
_NOTHING = (("", ""), ("", ""))

Found = tuple[str, str]
"""Id and type of an object."""


@dataclass(frozen=True, slots=True)
class Update:
    """One ref that is to be set."""

    before: str
    """The id that it has; zeros where it is new."""
    after: str
    """The id that it gets; zeros where it is to be removed."""
    ref: str

    @property
    def removes(self) -> bool:
        """Whether the ref is to go."""
        return not self.after.strip("0")

    @property
    def creates(self) -> bool:
        """Whether the ref is new."""
        return not self.before.strip("0")


def parse_updates(lines: bytes, digits: int) -> tuple[Update, ...]:
    """The updates in `OLD NEW REF` lines, with ids of `digits` hexadecimal digits.

    Raises UsageError for what is no such line, and where there is none.
    """
    if len(lines) > LONGEST:
        message = f"standard input holds more than {LONGEST >> 20} MiB, which is more than any push says"
        raise UsageError(message)
    updates = tuple(_update(number, line, digits) for number, line in enumerate(lines.splitlines(keepends=True), 1))
    if not updates:
        message = "standard input is empty, where a pre-receive hook is told what is pushed: one line `OLD NEW REF` for each ref"
        raise UsageError(message)
    return updates


def _update(number: int, line: bytes, digits: int) -> Update:
    match = _LINE.fullmatch(line)
    if match is None or {len(match[1]), len(match[2])} != {digits} or not is_ref_name(match[3]):
        message = f"line {number} of standard input is not `OLD NEW REF` with ids of {digits} digits, as a pre-receive hook is told"
        raise UsageError(message)
    return Update(match[1].decode("ascii"), match[2].decode("ascii"), match[3].decode("utf-8", "surrogateescape"))


def received(repository: Repository, lines: bytes) -> ChangeSet:
    """What the push brings that `lines` tell of. It is empty where it removes refs or sets them to what others have.

    Raises UsageError for lines that a hook is not told, for ids that are not there, and where the refs are set already.
    """
    updates = parse_updates(lines, repository.shadow.handle.digits)
    _must_be_ahead(repository, updates)
    known = _known(repository, updates)
    tips: dict[str, str | None] = {}
    tags: dict[str, None] = {}
    others: dict[str, None] = {}
    for update in (update for update in updates if not update.removes):
        itself, (oid, kind) = known[update.after]
        tags.update(dict.fromkeys(tags_through(repository, itself)))
        if kind != "commit":
            others[oid] = None
            continue
        _, (before, was) = known.get(update.before, _NOTHING)
        tips.setdefault(oid, before if was == "commit" else repository.head)
    change = collected(repository, Span(tuple(tips), None, repository.head, tuple(tags)))
    if others:
        change = _with_loose(repository, change, tuple(others))
    ends = tuple((tips[tip], tip) for _, tip in change.ends)
    return replace(change, ends=ends, told=_told(change, updates), why="the push: what no ref of the repository leads to yet")


def _must_be_ahead(repository: Repository, updates: Sequence[Update]) -> None:
    """A hook that runs after the refs were set finds nothing new, whatever was pushed: it must not pass for that."""
    changing = [update for update in updates if update.before != update.after and not update.removes]
    at = refs_called(repository, [update.ref for update in changing])
    if any(at.get(update.ref) == update.after for update in changing):
        message = "the refs are set already: --pre-receive is for the hook that runs before that"
        raise UsageError(message)


def _known(repository: Repository, updates: Sequence[Update]) -> dict[str, tuple[Found, Found]]:
    """What each id is, and what it leads to behind all tags. Raises UsageError where something is not there."""
    words = {oid: word for update in updates for oid, word in ((update.before, "replaced"), (update.after, "pushed")) if oid.strip("0")}
    known: dict[str, tuple[Found, Found]] = {}
    for (oid, word), (itself, behind) in zip(words.items(), peeled(repository, list(words)), strict=True):
        if itself is None or behind is None:
            message = f"{oid[:_SHORT]} is to be {word}, and not all of it is in the repository or in what was pushed"
            raise UsageError(message)
        known[oid] = (itself, behind)
    return known


def _with_loose(repository: Repository, change: ChangeSet, ends: tuple[str, ...]) -> ChangeSet:
    """`change` with the blobs that the trees and blobs `ends` hold and no ref leads to yet."""
    request = "".join(f"{end}\n" for end in ends).encode("ascii")
    with git.run(repository.shadow.handle, "rev-list", "--objects", "--stdin", "--not", "--all", request=request) as child:
        held = [line.split(b" ", 1)[0].strip().decode("ascii", "replace") for line in child.out]
        failure = child.end()
    if failure:
        message = f"it cannot be told what the change is: {failure.detail}"
        raise IncompleteError(message)
    kinds = types(repository.shadow.handle, held)
    loose = tuple(oid for oid in held if kinds.get(oid, "blob") == "blob")
    batches, lost = gather(repository, ((f"blob:{oid}", oid) for oid in loose), ())
    known = {oid for batch in change.batches for oid in batch.oids}
    more = tuple(part for batch in batches if (part := batch.only(set(batch.oids) - known)).objects)
    unscanned: tuple[Unscanned, ...] = (*change.unscanned, *lost)
    return replace(change, loose=loose, batches=(*change.batches, *more), unscanned=unscanned)


def _told(change: ChangeSet, updates: Sequence[Update]) -> str:
    new = [
        (len(change.chronicle.commits), "commit"),
        (len(change.messages) - len(change.chronicle.commits), "tag"),
        (len(change.loose), "blob"),
    ]
    brought = " and ".join(f"{number:,} new {word}{'' if number == 1 else 's'}" for number, word in new if number)
    refs = f"{len(updates):,} ref{'' if len(updates) == 1 else 's'}"
    if brought:
        return f"The change: {brought}, pushed to {refs}."
    what = "only removes refs" if all(update.removes for update in updates) else "brings nothing that the repository does not have"
    return f"Nothing to judge: the push, of {refs}, {what}."
