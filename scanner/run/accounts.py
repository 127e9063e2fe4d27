"""What earlier runs made of repositories in which nothing has changed since: those are not opened again.

An account has all that a run takes from a repository: counts, credentials and where they lie, what lies beside them; never a value. It is
sealed under the organisation's key and how every file of the repository stands, its work tree included. So nobody can read it but who has
both; once the repository changes or goes nobody can, and nothing has to be compared.

Where public halves lay in the past is looked up for the private keys that a run knows. So it is told at the end of a run whether an account
still holds, when all keys are known.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.model import Glimpse, Identified, Job, Occurrence, Reason, Script, TrustAnchor, Unscanned
from scanner.model.codec import decode, encode
from scanner.records import dataclass, field, replace
from scanner.run.beside import Late, Place, Placed, Sought
from scanner.run.notice import Noted, Noticed
from scanner.run.sealed import opened, sealed
from scanner.run.tables import mark_of
from scanner.sources.files import shown
from scanner.sources.history import Layout, git_mark, stands
from scanner.sources.standing import Standing, standing
from scanner.sources.tree import NestedRepository

if TYPE_CHECKING:
    from scanner.config import Settings
    from scanner.run.assemble import Assembly, Extent
    from scanner.run.examine import Setup
    from scanner.run.read import Read
    from scanner.store.clean import CleanBlobs

_RACE = 2_000_000_000
"""Nanoseconds within which a file may change without any sign of it, see `untouched`."""
_FORMAT = "accounts, 1"
_LASTING = frozenset({Reason.SHALLOW, Reason.PARTIAL_CLONE, Reason.ENCRYPTED, Reason.TOO_LARGE, Reason.TOO_DEEP})
"""Why something was not read that will not be read the next time either. All else is tried again."""
_LARGEST = 4 << 20
"""Bytes of an account; a larger one is not kept."""
_ID, _KEY = 20, 32


@dataclass(frozen=True, slots=True)
class Beside:
    """A text with something beside credentials."""

    path: str
    oid: str | None = None
    marks: str = ""
    """In hex, see `scanner.identity.marks`."""
    glimpses: tuple[Glimpse, ...] = ()
    place: Place | None = None
    """None for a blob that belonged to nobody while its repository was open."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a run made of a repository; no values."""

    blobs: int
    bytes: int
    skipped: dict[str, int]
    unscanned: tuple[Unscanned, ...]
    nested: tuple[tuple[str, str], ...]
    """Work trees among git's own files: their paths as they are reported, and as the file system spells them."""
    identified: tuple[Identified, ...]
    occurrences: tuple[Occurrence, ...]
    tails: dict[str, frozenset[str]]
    """What partial sightings of its credentials may look like."""
    beside: tuple[Beside, ...]
    anchors: tuple[TrustAnchor, ...]
    """Signatures."""
    jobs: tuple[Job, ...] = ()
    scripts: tuple[Script, ...] = ()
    sought: str = ""
    """A digest of which texts held what belonged to a credential of the run."""

    def noted(self, container: str, layout: Layout) -> tuple[list[Placed], list[Late]]:
        """What lies beside credentials, with its places and without."""
        texts = [(Noted(container, one.path, one.oid, Noticed(bytes.fromhex(one.marks), one.glimpses)), one.place) for one in self.beside]
        late = tuple(noted for noted, place in texts if place is None)
        return [Placed(noted, place) for noted, place in texts if place is not None], [Late(container, layout, late)] if late else []

    def holds(self, sought: Sought) -> bool:
        """Whether a run that knows of these credentials would have looked up the same."""
        return self.sought == _sought(self.beside, sought)


@dataclass(frozen=True, slots=True)
class Begun:
    """A repository of which there may be an account, as it stood before anything of it was read."""

    place: bytes
    """What it is known by."""
    layout: Layout
    tree: Path | None
    git: Standing
    below: Standing | None
    first: bool

    @property
    def state(self) -> bytes:
        """How everything stood."""
        return self.git.state + (self.below.state if self.below is not None else b"")

    def inside(self, container: str, account: Account) -> tuple[list[NestedRepository], list[NestedRepository]]:
        """Repositories that lie among git's own files, and in the work tree."""
        own = [NestedRepository(container, str(self.layout.common), path, os.fsencode(raw)) for path, raw in account.nested]
        if self.below is None or self.tree is None:
            return own, []
        root = os.path.realpath(self.tree)
        return own, [NestedRepository(container, root, shown(raw), raw) for raw in self.below.nested]


@dataclass(slots=True)
class Accounts:
    """The accounts of earlier runs, and those of this one. Only the parent process has them."""

    _clean: CleanBlobs
    _key: bytes = field(repr=False)
    _manner: str
    _new: list[tuple[Begun, Account]] = field(default_factory=list)
    _git: str | None = None

    def begin(self, container: str, layout: Layout, tree: Path | None, *, first: bool) -> Begun | None:
        """How a repository stands; None where that says too little. `first` says whether its objects are read, `tree` what else is.

        Raises UsageError where there is no git.
        """
        if self._git is None:
            self._git = git_mark()
        since = time.time_ns() - _RACE
        git = stands(layout)
        below = None if tree is None else standing(os.path.realpath(tree), tree=True)
        if git is None or (below is None and tree is not None) or max(git.newest, below.newest if below else 0) > since:
            return None
        folders = (container, layout.gitdir, layout.common, layout.objects, layout.worktree, tree, first)
        names = "\0".join(map(str, (_FORMAT, self._manner, self._git, *folders))).encode("utf-8", "surrogateescape")
        place = hashlib.blake2b(names, key=self._key, digest_size=_ID, person=b"kt/place").digest()
        return Begun(place, layout, tree, git, below, first)

    def recall(self, begun: Begun) -> Account | None:
        """The account of a repository that stands as it stood."""
        known, _ = self._clean.among((begun.place,), None)
        _, data = known.get(begun.place, (0, b""))
        plain = opened(self._key_of(begun), data)
        return None if plain is None else decode(Account, json.loads(plain))

    def take(self, read: Read, assembly: Assembly, extent: Extent, statements: Iterable[Identified]) -> None:
        """A repository was read, of which `assembly` has everything since `extent`, and `statements` besides.

        Nothing is kept where it does not stand any more as it stood, or where another run may read more.
        """
        begun = read.begun
        if begun is None or not {one.reason for one in read.unscanned} <= _LASTING:
            return
        now = standing(os.path.realpath(begun.tree), tree=True) if begun.tree is not None else None
        if (stands(begun.layout), now) != (begun.git, begun.below):
            return
        pairs = assembly.pairs
        placed = [_beside(one.noted, one.place) for one in pairs.placed[extent.placed :]]
        late = [_beside(noted, None) for one in pairs.late[extent.late :] for noted in one.noted]
        identified = _distinct((*assembly.identified[extent.identified :], *statements))
        account = Account(
            read.blobs,
            read.bytes,
            dict(read.skipped),
            tuple(sorted(set(read.unscanned))),
            tuple((one.path, os.fsdecode(one.raw)) for one in read.nested),
            identified,
            tuple(assembly.occurrences[extent.occurrences :]),
            {one.id: pairs.tails[one.id] for one in identified if one.id in pairs.tails},
            (*placed, *late),
            tuple(pairs.anchors[extent.anchors :]),
            tuple(read.jobs),
            tuple(read.scripts),
        )
        self._new.append((begun, account))

    def keep(self, sought: Sought) -> None:
        """Everything was read, and these are the credentials of the run: the accounts are for the next one."""
        for begun, account in self._new:
            told = replace(account, sought=_sought(account.beside, sought))
            data = sealed(self._key_of(begun), json.dumps(encode(told), separators=(",", ":")).encode())
            if len(data) <= _LARGEST:
                self._clean.add({begun.place: (len(data), data)}, None)
        self._new.clear()

    def _key_of(self, begun: Begun) -> bytes:
        return hashlib.blake2b(begun.state, key=self._key, digest_size=_KEY, person=b"kt/account").digest()


@contextmanager
def accounts(setup: Setup, settings: Settings, clean: CleanBlobs | None) -> Iterator[Accounts | None]:
    """Those that runs like this one have left, in `clean`; None where that is not kept, or where patterns leave out some of what stands there."""
    if clean is None or not setup.key.lasting or settings.include or settings.exclude or settings.trust_config:
        yield None
        return
    with clean:
        key = hashlib.blake2b(setup.key.material, digest_size=_KEY, person=b"kt/accounts").digest()
        yield Accounts(clean, key, f"{settings.history} {setup.inline} {setup.salt!r} {mark_of(setup)}")


def _beside(noted: Noted, place: Place | None) -> Beside:
    return Beside(noted.path, noted.oid, noted.noticed.marks.hex(), noted.noticed.glimpses, place)


def _distinct(statements: Iterable[Identified]) -> tuple[Identified, ...]:
    """Each statement once: a credential in a thousand places is described in a few ways."""
    by_id: dict[str, list[Identified]] = {}
    for one in statements:
        said = by_id.setdefault(one.id, [])
        if one not in said:
            said.append(one)
    return tuple(one for said in by_id.values() for one in said)


def _sought(beside: Sequence[Beside], sought: Sought) -> str:
    """Which of these texts hold what belongs to a credential, by a digest; of those that history has, for files are where they are."""
    history = (one for one in beside if one.oid is not None)
    held = sorted({f"{one.oid} {one.path}" for one in history if sought.matches(Noticed(bytes.fromhex(one.marks), one.glimpses))})
    return hashlib.blake2b("\0".join(held).encode("utf-8", "surrogateescape"), digest_size=_ID).hexdigest()
