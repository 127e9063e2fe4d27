"""From hits to occurrences, source by source: what lies where, and what a repository remembers about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scanner.correlate import Part, export_zone, folder_zone, home_zone, occurrences_at, occurrences_of
from scanner.identity import derived_id
from scanner.model import Chronicle, Identified, Job, Keeping, Occurrence, Script, Sighting, Slot, Zone
from scanner.records import dataclass, field, replace
from scanner.run import told
from scanner.run.beside import NOBODY, Pairs, Place, Sought, only, places_beside
from scanner.run.read import Read
from scanner.run.work import Changes, Hit, Places
from scanner.sources.ci_exports import Export
from scanner.sources.history import Changed, Graph, Repository

if TYPE_CHECKING:  # loaded where there is a home to read
    from scanner.run.accounts import Account

Placed = dict[tuple[str, str], tuple[Sighting, ...]]
"""What blobs hold when they are read under their paths, by (object id, path); members of archives stand under `outer!/inner`."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a repository remembers about the blobs that hold something."""

    graph: Graph
    chronicle: Chronicle
    paths: Mapping[str, tuple[str, ...]]
    """By object id."""
    beside: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    """Where blobs lay that hold what belongs to a credential, by object id."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a repository is to be asked about its past."""

    repository: Repository
    graph: Graph
    held: frozenset[str] = frozenset()
    """Blobs that hold something."""
    beside: frozenset[str] = frozenset()
    """Blobs that hold what belongs to a credential."""

    past: bool = True
    """Whether there is anything to ask about its past."""

    def tasks(self, source: int) -> tuple[Changes, ...]:
        """What takes longest of it, in parts for workers; nothing where there is little to ask."""
        batches = self.repository.changes(self.graph, self.held | self.beside) if self.past else ()
        if sum(batch.count for batch in batches) <= self.repository.together:
            return ()
        return tuple(Changes(source, number, batch) for number, batch in enumerate(batches))


def ask(read: Read, sought: Sought = NOBODY) -> Question:
    """What there is to ask, once all objects were met: where hits lay, and what is `sought` beside them."""
    repository = read.repository
    if repository is None:
        message = "only repositories remember"
        raise TypeError(message)
    graph = repository.graph(read.commits, read.tags)
    if not read.history:
        return Question(repository, graph, past=False)
    held = frozenset(hit.oid for hit in read.hits if hit.oid is not None and hit.file == f"blob:{hit.oid}")
    beside = frozenset(one.oid for one in read.noted if one.oid is not None and sought.matches(one.noticed))
    return Question(repository, graph, held, beside)


def remember(read: Read, question: Question, parts: Sequence[Changed | None] = ()) -> Memory:
    """What a repository answers; `parts` is what came of the question's tasks, if somebody has done them, in their order. Says what is missing.

    A file that only its path tells was met without one, and held nothing; so those are asked for as well. Where its objects were not read it is asked one thing only: which of the files that hold something are in HEAD.
    """
    repository, graph, held, beside = question.repository, question.graph, question.held, question.beside
    if not question.past:
        head, problems = repository.at_head(frozenset(hit.file for hit in read.hits))
        read.unscanned += problems
        return Memory(graph, Chronicle({}, (), head, {}, {}, graph.ancestry(())), {oid: (path,) for path, oid in head.items()})
    past = repository.past(graph, held | beside, told.is_asked, parts)
    read.unscanned += (*past.lost, *past.untold)
    held |= past.named
    everything = past.chronicle
    chronicle = only(everything, held) if beside - held else everything
    met: dict[str, dict[str, None]] = {}
    for path, oid in _places(chronicle):
        if oid in held:
            met.setdefault(oid, {})[path] = None
    return Memory(graph, chronicle, {oid: tuple(paths) for oid, paths in met.items()}, places_beside(everything, beside))


def _places(chronicle: Chronicle) -> Iterator[tuple[str, str]]:
    for change in chronicle.changes:
        yield from ((change.path, oid) for oid in sorted(change.before))
        if change.after is not None:
            yield change.path, change.after
    yield from chronicle.head.items()
    yield from chronicle.index.items()


def place_tasks(source: int, read: Read, memory: Memory, known: Collection[tuple[str, str]] = ()) -> Iterator[Places]:
    """Hits once more, now under the paths that they have had, other than those that are known."""
    if read.repository is None:
        return
    new = {oid: tuple(path for path in paths if (oid, path) not in known) for oid, paths in memory.paths.items()}
    for batch in read.repository.batches(sorted(oid for oid, paths in new.items() if paths)):
        yield Places(source, batch, {oid: new[oid] for oid in batch.oids})


def repository_occurrences(read: Read, memory: Memory, placed: Placed) -> tuple[Occurrence, ...]:
    """Everything in a repository: history, work tree, messages, git's own files."""
    here = [hit for hit in read.hits if hit.oid is None and hit.file not in read.metadata]
    worktree: dict[str, tuple[Sighting, ...]] = {}
    for hit in here:
        worktree[hit.path] = worktree.get(hit.path, ()) + hit.sightings
    orphans: dict[str, tuple[Sighting, ...]] = {}
    for hit in read.hits:
        if hit.oid is not None and hit.oid not in memory.paths:
            orphans[hit.path] = orphans.get(hit.path, ()) + hit.sightings
    tagged = {f"tag:{tag.name}": memory.graph.peel(tag.oid) for tag in read.tags}
    named = {path.partition(":")[2] for path in orphans if path.startswith("commit:")} | {
        tagged[path] for path in orphans if path in tagged
    }
    history = occurrences_of(
        read.target,
        placed,
        _with_commits(memory, named),
        worktree=worktree,
        modes={hit.path: hit.mode for hit in here if hit.mode is not None},
        orphans=orphans,
        make_id=derived_id,
        commit_of=tagged,
    )
    own = (hit for hit in read.hits if hit.oid is None and hit.file in read.metadata)
    return history + tuple(occurrence for hit in own for occurrence in _at(hit, Zone.GIT_METADATA))


def _with_commits(memory: Memory, ids: Iterable[str]) -> Chronicle:
    """The chronicle, with the commits whose own messages hold something."""
    known = {commit.id: commit for commit in (memory.graph.commit(oid) for oid in ids) if commit is not None}
    return replace(
        memory.chronicle,
        commits={**memory.chronicle.commits, **known},
        reach={**memory.chronicle.reach, **{oid: memory.graph.reach(oid) for oid in known}},
    )


def _zone(read: Read, hit: Hit) -> Zone:
    if hit.file in read.homes:
        return read.homes[hit.file].zone
    member = hit.path.removeprefix(hit.file)
    if read.kind == "home":
        return home_zone(hit.file, member)
    if read.kind == "ci_log":
        return Zone.CI_LOG_ARTIFACT
    return Zone.WORKTREE if read.inside else folder_zone(hit.file, member)


def _distinct(read: Read) -> Sequence[Hit]:
    """The hits of a source, each once."""
    if read.kind != "ci_log":
        return read.hits
    from scanner.run.logs import without_twins  # noqa: PLC0415 - loaded where there is a log

    return without_twins(read.hits)


def _owned(read: Read, hit: Hit) -> Hit:
    """The hit, with the tool whose file the catalogue of homes says it is; members of archives may be another's."""
    if hit.file not in read.homes:
        return hit
    tool = read.homes[hit.file].tool
    sightings = tuple(replace(one, spot=replace(one.spot, tool=(hit.member_of and one.spot.tool) or tool)) for one in hit.sightings)
    return replace(hit, sightings=sightings)


def _kept(read: Read, hit: Hit) -> Keeping | None:
    """How a home keeps the file, where it is one of its files and not a member of one."""
    located = read.homes.get(hit.file)
    return None if located is None or hit.member_of is not None else located.keeping


def _at(hit: Hit, zone: Zone, keeping: Keeping | None = None) -> tuple[Occurrence, ...]:
    return occurrences_at(hit.container, hit.path, zone, [Part(hit.sightings, mode=hit.mode, keeping=keeping)], derived_id)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much an assembly had at some time."""

    identified: int
    occurrences: int
    placed: int
    late: int
    anchors: int


@dataclass(slots=True)
class Assembly:
    """What a run has seen so far: the input of correlation."""

    identified: list[Identified] = field(default_factory=list)
    occurrences: list[Occurrence] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    pairs: Pairs = field(default_factory=Pairs)
    """What lies beside credentials."""

    @property
    def extent(self) -> Extent:
        """How much it has by now."""
        pairs = self.pairs
        return Extent(len(self.identified), len(self.occurrences), len(pairs.placed), len(pairs.late), len(pairs.anchors))

    def see(self, sightings: Iterable[Sighting]) -> None:
        """What sightings say about their credentials counts, wherever they turn out to lie."""
        self.identified += (sighting.identified for sighting in sightings)

    def add(self, read: Read, memory: Memory | None, placed: Placed) -> None:
        """Every hit of a source becomes occurrences."""
        hits = _distinct(read)
        for hit in hits:
            self.see(hit.sightings)
        self.pairs.place(read, memory.beside if memory is not None else {})
        self.jobs += read.jobs
        self.scripts += read.scripts
        if memory is not None:
            self.occurrences += repository_occurrences(read, memory, placed)
        else:
            self.occurrences += (one for hit in hits for one in _at(_owned(read, hit), _zone(read, hit), _kept(read, hit)))

    def believe(self, account: Account) -> None:
        """What an account says of credentials counts at once, for others are compared with them."""
        self.identified += account.identified
        self.pairs.tails.update(account.tails)

    def recall(self, read: Read, sought: Sought) -> bool:
        """Whether the account of a source holds where all these credentials are known; then it is as if the source had been read."""
        account, repository = read.account, read.repository
        if account is None or repository is None or not account.holds(sought):
            return False
        placed, late = account.noted(read.target, repository.layout)
        self.pairs.placed += placed
        self.pairs.late += late
        self.pairs.anchors += account.anchors
        self.occurrences += account.occurrences
        self.jobs += account.jobs
        self.scripts += account.scripts
        read.recall(account)
        return True

    def add_export(self, export: Export, slots: Iterable[Slot], parts: Iterable[tuple[str | None, tuple[Sighting, ...]]]) -> None:
        """What variables hold, by the id of their slot; None is what was read as text."""
        self.slots += slots
        self.add_parts(
            export.container, export.path, export_zone(export.platform), [Part(sightings, slot=slot) for slot, sightings in parts]
        )

    def add_parts(self, container: str, path: str, zone: Zone, parts: Sequence[Part]) -> None:
        """What was read of a path, variable by variable."""
        for part in parts:
            self.see(part.sightings)
        self.occurrences += occurrences_at(container, path, zone, parts, derived_id)
