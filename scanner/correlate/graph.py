"""One node for each credential: the best that anybody said about it, and every place it is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Never

from scanner.contract import GENERIC, Check, Confidence
from scanner.correlate.links import fill_slots, offered, superseded
from scanner.correlate.pairs import candidates, trusts, with_pairs
from scanner.correlate.places import knowledge
from scanner.model import Glimpse, Graph, Identified, Job, Occurrence, Script, Slot, Sprawl, Suppression, TrustAnchor, Zone
from scanner.records import replace

_CHECKS = (Check.FAILED, Check.NONE, Check.PASSED)
_CONFIDENCES = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)

_FROM_HOME = (
    Zone.REPO_HISTORY,
    Zone.REPO_HEAD,
    Zone.RELEASE_SCRIPT,
    Zone.CI_DEFINITION,
    Zone.WORKTREE,
    Zone.GIT_METADATA,
    Zone.FOLDER,
    Zone.WORKSTATION_DOTFILE,
    Zone.WORKSTATION_KEYSTORE,
    Zone.WORKSTATION_SHELL,
    Zone.CI_VARIABLE,
    Zone.DEPLOYMENT,
    Zone.CI_LOG_ARTIFACT,
    Zone.IMAGE_LAYER,
    Zone.PUBLISHED_ARTIFACT,
    Zone.CHAT,
    Zone.MANAGED_STORE,
)
"""Repositories first, then machines of people, then pipelines, then what left the house."""
_DISTANCE = {zone: distance for distance, zone in enumerate(_FROM_HOME)}

NOTHING: Mapping[str, Sequence[Never]] = MappingProxyType({})


def build_graph(
    identified: Iterable[Identified],
    occurrences: Iterable[Occurrence],
    *,
    slots: Iterable[Slot] = (),
    jobs: Iterable[Job] = (),
    scripts: Iterable[Script] = (),
    anchors: Mapping[str, Sequence[TrustAnchor]] = NOTHING,
    glimpses: Mapping[str, Sequence[Glimpse]] = NOTHING,
    public: Iterable[str] = (),
) -> Graph:
    """Everything that was seen, joined. The order of what comes in makes no difference.

    `identified` is what each sighting said of its credential, repeats welcome; every credential of an occurrence must be among them.
    `anchors` and `glimpses` are by credential: where its public half lies, and where parts of it were seen.
    """
    merged: dict[str, Identified] = {}
    for one in identified:
        merged[one.id] = _merged(merged.get(one.id, one), one)
    places: dict[str, Occurrence] = {}
    for occurrence in occurrences:
        met = places.get(occurrence.id)
        places[occurrence.id] = occurrence if met is None else _joined(met, occurrence)
    by_credential: dict[str, list[Occurrence]] = {}
    for occurrence in sorted(places.values(), key=_order):
        by_credential.setdefault(occurrence.credential, []).append(occurrence)
    filled = fill_slots(slots, places.values())
    by_id = {slot.id: slot for slot in filled}
    bare = (Sprawl(merged[credential], tuple(found)) for credential, found in by_credential.items())
    sprawls = tuple(with_pairs(one, anchors.get(one.id, ()), glimpses.get(one.id, ()), by_id) for one in bare)
    return Graph(
        sprawls=sprawls,
        slots=offered(filled, candidates(sprawls, glimpses)),
        jobs=tuple(sorted(jobs, key=lambda job: (job.container, job.file, job.id))),
        scripts=tuple(sorted(scripts, key=lambda script: (script.container, script.path, script.target))),
        superseded=superseded(places.values(), {credential: one.kind.provider for credential, one in merged.items()}),
        trusted=frozenset(one.id for one in sprawls if trusts(one)),
        public=frozenset(public),
    )


def _merged(one: Identified, other: Identified) -> Identified:
    """The better statement of two about one credential; one dummy makes a dummy, any other suppression must be unanimous."""
    if one == other:
        return one
    suppression = min(one.suppression, other.suppression, key=_weight)
    return replace(max(one, other, key=_worth), suppression=suppression)


def _weight(suppression: Suppression | None) -> tuple[int, str, str]:
    if suppression is None:
        return (1, "", "")
    return (0 if suppression.by == "dummy" else 2, suppression.by, suppression.reason)


def _worth(one: Identified) -> tuple[bool, int, int, bool, bool, int, tuple[str, ...]]:
    """How much a statement is worth: whether it names an issuer, what its checksum proves, then how sure it is, then whether it saw the key in the clear."""
    return (
        one.kind.provider != GENERIC,
        _CHECKS.index(one.check),
        _CONFIDENCES.index(one.confidence),
        one.facts.get("at_rest") in {None, "plain"},
        not one.kind.id.endswith("basic-auth"),
        len(one.facts),
        (one.kind.id, one.detector, one.redacted, str(one.privilege), str(one.assumed), repr(sorted(one.facts.items()))),
    )


def _joined(one: Occurrence, other: Occurrence) -> Occurrence:
    """The statement about a place that knows more; accepted only where both are."""
    better = max(one, other, key=_detail)
    return better if one.suppression and other.suppression else replace(better, suppression=None)


def _detail(occurrence: Occurrence) -> tuple[int, int, str]:
    """How much is known of a place; the text makes a choice between equals that does not depend on their order."""
    known = (
        occurrence.mode,
        occurrence.keeping,
        occurrence.slot,
        occurrence.job,
        occurrence.commit,
        occurrence.removed_commit,
        occurrence.spot.line,
    )
    return (knowledge(occurrence.spot), sum(fact is not None for fact in known), repr(occurrence))


def _order(occurrence: Occurrence) -> tuple[int, str, str, str, int, int, str]:
    """Nearest home first, then by name, then as the story went."""
    spot = occurrence.spot
    story = (occurrence.committed_at or "", spot.line or 0, spot.column or 0)
    return (_DISTANCE[occurrence.zone], occurrence.container, occurrence.path, *story, occurrence.id)
