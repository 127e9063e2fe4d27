"""The sweep: many repositories, again and again, into the store.

Each target is read from where the last run left off and remembered at once, so that a sweep that was killed goes on where it was. What
readers see changes once, at the end: a run is visible whole or not at all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from scanner.config import Settings
from scanner.correlate import build_graph, injected
from scanner.errors import UsageError
from scanner.identity import OrgKey
from scanner.model import Coverage, Graph, Identified, Occurrence, Outcome, Reason, SourceCoverage, TrustAnchor, Unscanned
from scanner.records import dataclass, replace
from scanner.run.conclude import detector_ids, judged, lapsed
from scanner.run.manner import clean_blobs
from scanner.run.names import Names
from scanner.run.pairing import owned
from scanner.run.prepare import prepare
from scanner.run.recollect import Means, unpack
from scanner.run.request import Progress
from scanner.run.stored import outcome_of, store_url
from scanner.run.tables import with_tables
from scanner.run.version import tool_version
from scanner.run.visit import FAILED, OK, Visit, Visitor
from scanner.sources.ci_exports import slot_id
from scanner.sources.files import shown
from scanner.sources.history import discover, is_repository
from scanner.store import Target, open_store
from scanner.store.edition import Edition
from scanner.store.store import Store
from scanner.sweep import Listing, read_targets

_GONE, _REWRITTEN = "gone", "rewritten"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user named."""

    targets: str
    """A folder of clones, or a TOML file."""
    insecure: bool = False
    """Whether URLs without encryption may lead anywhere."""


def sweep(asked: Asked, settings: Settings, environ: Mapping[str, str], progress: Progress) -> Outcome:
    """Every target of the listing, brought up to date in the store; the outcome is the whole fleet's.

    Raises UsageError for a listing, a key or a store that cannot be used. A target that cannot be read has failed and says why; the
    others go on.
    """
    began, started = time.monotonic(), _now()
    listing = _listing(asked.targets)
    setup = prepare(settings, environ, targets=[target.path for target in listing.targets if target.path is not None])
    setup = with_tables(setup, settings)
    names = Names(setup.cache)
    if not setup.key.lasting:
        message = f"a sweep needs a key that lasts, but {setup.key.note}"
        raise UsageError(message)
    with ExitStack() as stack:
        store = stack.enter_context(open_store(store_url(settings), kid=setup.key.kid, write=True))
        stack.enter_context(store.lock())
        clean = clean_blobs(setup, settings)
        if clean is not None:
            stack.enter_context(clean)
        means = Means(setup, settings, clean, several=len(listing.targets) > 1)
        folder = listing.name.rpartition("/")[0]
        listing = _called(listing, names, setup.key)
        visitor = Visitor(store, means, progress, listing, names, folder=folder, insecure=asked.insecure)
        visits: list[Visit] = []
        for number, target in enumerate(listing.targets, 1):
            progress.begin(target.name, number, len(listing.targets))
            visits += visitor.visit(target)
        progress.begin("the whole fleet")
        anchors = tuple(names.anchors(visitor.pair()))
        coverage = names.coverage(_coverage(listing, visits, (*visitor.notes, *lapsed(settings))))
        with store.publish(started) as edition:
            _show(store, edition, listing, visits, names)
            public = {*edition.public(), *(names.alias(name, setup.key) for name in settings.public)}
            credentials, findings, _ = judged(_graph(edition, anchors, public), settings)
            edition.record(credentials, findings)
            edition.finish(coverage, finished_at=_now(), tool_version=tool_version(), detectors=detector_ids(setup))
        stored = store.outcome()
    if stored is None:
        message = "an edition that was just published is there"
        raise AssertionError(message)
    return replace(outcome_of(stored, settings, listing.name), seconds=time.monotonic() - began)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _listing(argument: str) -> Listing:
    """The targets that were named, under names that are text: on this machine a path may be any bytes.

    A work tree in a folder of clones that is linked to one of them is no target: what it has is read with that one.
    """
    listing = read_targets(argument, is_repository, base=Path.cwd())
    targets = listing.targets
    if os.path.isdir(listing.name):  # noqa: PTH112 - the method raises where a folder on the way lets nobody in
        owners = {os.path.realpath(place) for target in targets if target.path for place in (target.path, target.path / ".git")}
        targets = tuple(target for target in targets if _shared_store(target.path) not in owners)
    return replace(listing, name=shown(os.fsencode(listing.name)), targets=targets)


def _called(listing: Listing, names: Names, key: OrgKey) -> Listing:
    """The same under names that can be shown and kept; files and folders are where they are."""
    targets = tuple(replace(target, name=names.alias(target.name, key)) for target in listing.targets)
    return replace(listing, name=names.alias(listing.name, key), targets=targets)


def _shared_store(path: Path | None) -> str | None:
    """The git folder that a linked work tree shares with others; None for anything else."""
    if path is None or not os.path.isfile(path / ".git"):  # noqa: PTH113 - as above
        return None
    layout, _ = discover(path)
    return os.path.realpath(layout.common) if layout is not None and layout.gitdir != layout.common else None


def _show(store: Store, edition: Edition, listing: Listing, visits: Iterable[Visit], names: Names) -> None:
    """The edition holds what the visits learned; what could not be visited stays as it was."""
    remembered = store.remembered()
    named = set()
    closed = tuple(f"{shown(os.fsencode(path.name))}/" for path in listing.unreadable)
    for visit in visits:
        named.add(visit.name)
        target = Target(visit.name, listing.name, visit.kind, visit.state, visit.why, visit.public)
        if not visit.learned:
            edition.retain(target)
        elif remembered[visit.name].shown:
            edition.touch(target)
        else:
            _renew(store, edition, target, names)
    for target in store.targets():
        if target.listing != listing.name or target.name in named:
            continue
        if target.name.startswith(closed):
            edition.retain(replace(target, state=FAILED, why="the folder that it lies in cannot be listed"))
        else:
            edition.retain(replace(target, state=_GONE, why="it is no longer listed"))


def _renew(store: Store, edition: Edition, target: Target, names: Names) -> None:
    memory = store.memory(target.name)
    if memory is None:
        message = f"{target.name} was visited, but nothing is remembered of it"
        raise AssertionError(message)
    now = unpack(memory.document, memory.objects)
    if now.rewritten and target.state == OK:
        target = replace(target, state=_REWRITTEN, why="refs no longer lead to what they led to")
    places = tuple(names.occurrences(now.occurrences))
    edition.renew(target, now.identified(), places, now.slots, jobs=now.jobs, scripts=now.scripts, keep_lost=now.rewritten or not now.fresh)


def _graph(edition: Edition, anchors: Sequence[TrustAnchor], public: Collection[str]) -> Graph:
    """Everything that is known of all targets, joined."""
    identified: list[Identified] = []
    occurrences: list[Occurrence] = []
    for statements, places in edition.sprawls():
        identified += statements
        occurrences += places
    jobs, slots = injected(edition.jobs(), edition.slots(), slot_id)
    return build_graph(
        identified,
        occurrences,
        slots=slots,
        jobs=jobs,
        scripts=edition.scripts(),
        anchors=owned(anchors, identified),
        public=public,
    )


def _coverage(listing: Listing, visits: Iterable[Visit], notes: tuple[str, ...]) -> Coverage:
    """What was read now and what earlier, and what was not."""
    closed = (shown(os.fsencode(path)) for path in listing.unreadable)
    unscanned = [Unscanned(listing.name, path, Reason.UNREADABLE, "it may hold repositories") for path in closed]
    sources = []
    for visit in visits:
        unscanned += visit.unscanned
        sources.append(SourceCoverage(visit.kind, visit.name, visit.blobs, visit.bytes, len(visit.unscanned), visit.known))
    return Coverage(tuple(sources), tuple(sorted(set(unscanned))), {}, notes)
