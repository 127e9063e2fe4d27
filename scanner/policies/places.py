"""What kind of place an occurrence is, and how places are named in sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from scanner.contract import GENERIC, Check, Confidence
from scanner.model import Identified, Occurrence, Slot, Sprawl, Zone
from scanner.policies.policy import View, in_repository

_RECORDS = frozenset({Zone.CI_LOG_ARTIFACT})
"""Zones that tell what was used, not what is."""

_MAY_BE_TESTS = frozenset({Zone.REPO_HEAD, Zone.REPO_HISTORY, Zone.WORKTREE, Zone.FOLDER, Zone.DEPLOYMENT})
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|test[-_]?(?:data|keys|certs)|testing|vectors|regress|fixtures?|e2e|mocks?|__mocks__|__snapshots__|cassettes|benchmarks?"
    r"|integration[-_]tests?|integration/(?:[^/]{1,255}/){0,8}resources)/"
    r"|(?:^|/)(?:test_[^/]*|conftest)\.py$|_(?:test|spec)s?\.(?:py|go|rb|rs|exs?|dart|cc|cpp|c)$|(?:^|/)tests?\.rs$|[._-](?:spec|test|stor(?:y|ie))s?\.[cm]?[jt]sx?$"
    r"|(?:Tests?|Spec)\.(?:java|kt|groovy|scala|cs|php|swift)$|\.(?:snap|trycmd|bats)$",
    re.IGNORECASE,
)
"""Folders that projects keep tests, and what those work with, in (vectors/ is cryptography's, regress/ OpenSSH's), and names that runners of tests want."""
_ENVIRONMENTS = re.compile(
    r"(?:^|/)(?:envs?|environments?|overlays|stages|deploy(?:ments?)?|inventor(?:y|ies)|(?:group|host)_vars|clusters?)/(?:tests?|testing|e2e)/",
    re.IGNORECASE,
)
"""Where that is what an environment is called, whose credentials are as real as those of any other."""
_SHOWN = re.compile(r"(?:^|/)(?:docs?|documentation|examples?|samples?)/|\.(?:md|mdx|markdown|rst|adoc|asciidoc)$", re.IGNORECASE)
"""Documentation and examples."""
_OTHERS = re.compile(r"(?:^|/)(?:vendor|third[-_]party)/")
"""Copies of other projects."""
_PACKAGES = re.compile(r"(?:^|/)(?:node_modules|bower_components|(?:site|dist)-packages|[^/]+\.dist-info|[^/]+\.egg-info)/")
"""Folders that package managers install into, where a file came with somebody else's package."""
_STRONG_NAME = ".snk"
"""How files with the key of a strong name are called, for which .NET's tools look."""

_NAMED = 3
"""Places that a sentence names before it counts."""
ALL = 100
"""Where every single one matters, within reason."""


def current(occurrence: Occurrence) -> bool:
    """Whether the credential is there now, rather than only in what a repository remembers."""
    return occurrence.zone is not Zone.REPO_HISTORY


def held_at_head(sprawl: Sprawl) -> frozenset[str]:
    """The repositories whose HEAD holds the credential."""
    return frozenset(one.container for one in sprawl.occurrences if one.in_head)


def forgotten(sprawl: Sprawl) -> tuple[Occurrence, ...]:
    """What repositories remember of the credential although their HEAD does not hold it."""
    at_head = held_at_head(sprawl)
    return tuple(one for one in sprawl.occurrences if not current(one) and one.container not in at_head)


def still_in_use(sprawl: Sprawl) -> tuple[Occurrence, ...]:
    """Where the credential is now, other than in the repository that forgot it: the proof that it was not rotated then."""
    containers = {one.container for one in forgotten(sprawl)}
    if not containers:
        return ()
    inside = next(iter(containers)) if len(containers) == 1 else None
    return tuple(one for one in sprawl.occurrences if current(one) and one.zone not in _RECORDS and one.container != inside)


def with_history(sprawl: Sprawl, places: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    """`places`, and what the history of the same repositories holds where their HEAD holds the credential too."""
    containers = {one.container for one in places} & held_at_head(sprawl)
    return (*places, *(one for one in sprawl.occurrences if not current(one) and one.container in containers))


def wanted_home(view: View, occurrence: Occurrence) -> bool:
    """Whether this is where the credential should be: a managed store, or a CI variable that is as narrow as they get."""
    slot = view.slots.get(occurrence.slot or "")
    return occurrence.zone is Zone.MANAGED_STORE or (occurrence.zone is Zone.CI_VARIABLE and slot is not None and narrow(slot))


def narrow(slot: Slot) -> bool:
    """Whether a CI variable is protected, masked and scoped to one environment."""
    return bool(slot.protected and (slot.masked or slot.hidden) and slot.environment_scope and "*" not in slot.environment_scope)


def in_tests(occurrence: Occurrence) -> bool:
    """Whether a place is one of tests: a file of them, or one that they work with."""
    return occurrence.zone in _MAY_BE_TESTS and _TESTS.search(_ENVIRONMENTS.sub("/", occurrence.path)) is not None


def _displayed(occurrence: Occurrence) -> bool:
    """Whether a place is one of tests, documentation or examples."""
    return in_tests(occurrence) or (occurrence.zone in _MAY_BE_TESTS and _SHOWN.search(occurrence.path) is not None)


def test_key(view: View, sprawl: Sprawl) -> bool:
    """Whether this is a key that is kept in tests, documentation and examples, nowhere else, and trusted by nobody."""
    return sprawl.identified.private_key and sprawl.id not in view.graph.trusted and all(map(_displayed, sprawl.occurrences))


def strong_name(view: View, sprawl: Sprawl) -> bool:
    """Whether this is a key that only gives assemblies of .NET their names: it lies in files for that, and nowhere else, and nobody trusts it."""
    return (
        "public_key_token" in sprawl.identified.facts
        and sprawl.id not in view.graph.trusted
        and all(one.path.lower().endswith(_STRONG_NAME) for one in sprawl.occurrences)
    )


def foreign(view: View, sprawl: Sprawl) -> bool:
    """Whether this is a key that came with installed packages, lies nowhere else, and is trusted by nobody."""
    return (
        sprawl.identified.private_key
        and sprawl.id not in view.graph.trusted
        and all(_PACKAGES.search(one.path) for one in sprawl.occurrences)
    )


def shown(sprawl: Sprawl) -> bool:
    """Whether this is a value that nothing in it proves and that lies only where people show how something is used: in tests, documentation, others' code."""
    return not _proven(sprawl.identified) and all(
        _displayed(one) or (one.zone in _MAY_BE_TESTS and any(tree.search(one.path) for tree in (_OTHERS, _PACKAGES)))
        for one in sprawl.occurrences
    )


def _proven(identified: Identified) -> bool:
    """Whether a value says of itself that an issuer made it: by a form or a checksum of that issuer's, or as a key."""
    if identified.private_key or identified.kind.provider == GENERIC:
        return identified.private_key
    return identified.confidence is Confidence.HIGH or (identified.confidence is Confidence.MEDIUM and identified.check is Check.PASSED)


def projects(view: View, sprawl: Sprawl) -> tuple[str, ...]:
    """The repositories and CI projects that the credential is in, in the order of its occurrences."""
    found = (project_of(view, one) for one in sprawl.occurrences)
    return tuple(dict.fromkeys(project for project in found if project is not None))


def project_of(view: View, occurrence: Occurrence) -> str | None:
    """The repository or CI project that a place belongs to; None for what belongs to none."""
    if in_repository(occurrence):
        return occurrence.container
    return view.projects.get(occurrence.slot or "")


def groups(sprawl: Sprawl) -> tuple[str, ...]:
    """The groups of zones that the credential is in; a managed store crosses no boundary."""
    return tuple(dict.fromkeys(group(one) for one in sprawl.occurrences if one.zone is not Zone.MANAGED_STORE))


def group(occurrence: Occurrence) -> str:
    """The group of zones that a place is in; what describes a deployment to tests deploys nothing, and is a file among theirs."""
    return (Zone.FOLDER if occurrence.zone is Zone.DEPLOYMENT and in_tests(occurrence) else occurrence.zone).group


def called(sprawl: Sprawl) -> str:
    """The credential as sentences begin: `The npm token #k7f3q2`."""
    return f"The {sprawl.identified.kind.title} #{sprawl.identified.short}"


def whereabouts(occurrence: Occurrence) -> str:
    """Container and path; of a variable its name and where it is one."""
    if occurrence.slot is not None and occurrence.spot.field:
        return f"{occurrence.spot.field} of {occurrence.container}"
    return f"{occurrence.container}:{occurrence.path}"


def named(places: Iterable[Occurrence], name: Callable[[Occurrence], str] = whereabouts, most: int = _NAMED) -> str:
    """The first few places by name, the rest by number: `a, b and 2 more`."""
    return listed(dict.fromkeys(map(name, places)), most)


def listed(names: Iterable[str], most: int = _NAMED) -> str:
    """The first few names, and how many more: `a`, `a and b`, `a, b, c and 2 more`."""
    known = list(names)
    shown = known[:most] + ([f"{len(known) - most} more"] if len(known) > most else [])
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
