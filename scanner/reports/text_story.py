"""The sentence that says it all about a credential: where it is, whether somebody believes it gone, and how far it went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.contract import Check
from scanner.model import Credential, Occurrence, Reachability, Zone
from scanner.reports.text_places import exported, is_variable, named
from scanner.reports.view import View, joined
from scanner.reports.words import counted, day, listed

_NAME = 48
"""Columns of a name in a sentence."""

_HOLDERS: Mapping[Zone, tuple[str, str]] = {
    **dict.fromkeys(
        (Zone.REPO_HEAD, Zone.REPO_HISTORY, Zone.WORKTREE, Zone.GIT_METADATA, Zone.RELEASE_SCRIPT, Zone.CI_DEFINITION),
        ("repository", "repositories"),
    ),
    **dict.fromkeys((Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL, Zone.WORKSTATION_KEYSTORE), ("home", "homes")),
    **dict.fromkeys((Zone.FOLDER, Zone.DEPLOYMENT), ("folder", "folders")),
    Zone.CI_VARIABLE: ("CI export", "CI exports"),
    Zone.CI_LOG_ARTIFACT: ("CI log", "CI logs"),
    Zone.IMAGE_LAYER: ("image", "images"),
    Zone.PUBLISHED_ARTIFACT: ("published artefact", "published artefacts"),
    Zone.CHAT: ("chat", "chats"),
    Zone.MANAGED_STORE: ("store", "stores"),
}
_REMAINS = {
    Reachability.TAG: "under a tag of {}",
    Reachability.STASH: "in a stash of {}",
    Reachability.NOTE: "in a note of {}",
    Reachability.REFLOG: "in the reflog of {}",
    Reachability.WORKTREE: "in the work tree of {}, not committed",
    Reachability.UNREACHABLE: "in objects of {} that nothing leads to any more",
    Reachability.REWRITTEN: "in what {} was before its history was rewritten, and whoever hosts it may still serve it",
}
"""Where a credential is that no branch holds."""

_CONSEQUENCES = {
    "TB501": "Its public half is trusted, so whoever has it can sign in your name.",
    "TB402": "It can publish every project of its account.",
    "TB306": "It was short-lived or has expired; what wrote it down may do so again.",
}
"""What a policy adds that no place shows."""


def story(view: View, credential: Credential) -> str:
    """One sentence, and as many more as there is something else that must be known."""
    return " ".join([*_doubts(credential), _where(view, credential), *_more(view, credential)])


def _doubts(credential: Credential) -> Iterator[str]:
    if credential.identified.check is Check.FAILED:
        yield "Its checksum does not hold: mistyped, or never issued."


def _more(view: View, credential: Credential) -> Iterator[str]:
    policies = _policies(view, credential)
    yield from (sentence for policy, sentence in _CONSEQUENCES.items() if policy in policies)
    if credential.first_seen:
        place = next((one for one in credential.occurrences if one.id == credential.first_place), None)
        yield f"First seen {day(credential.first_seen)}" + (f" in {_short(view, place.container)}." if place else ".")


def _policies(view: View, credential: Credential) -> set[str]:
    return {finding.policy for finding in view.findings.get(credential.identified.id, ())}


def _where(view: View, credential: Credential) -> str:
    past = [one for one in credential.occurrences if _is_past(one)]
    now = [one for one in credential.occurrences if not _is_past(one)]
    policies = _policies(view, credential)
    if not credential.occurrences:
        return "In no place that is still there."
    if not now:
        return _only_past(view, past, unproven="TB302" in policies)
    if past:
        return _deleted(view, past, now) if "TB301" in policies else _both(view, past, now)
    return _only_now(view, now)


def _is_past(one: Occurrence) -> bool:
    return one.zone is Zone.REPO_HISTORY or not one.current


def _deleted(view: View, past: Sequence[Occurrence], now: Sequence[Occurrence]) -> str:
    """Somebody removed it and believes it gone, yet it is in use elsewhere."""
    holding = {one.container for one in now if one.in_head}
    forgotten = [one for one in past if one.container not in holding] or past
    elsewhere = [one for one in now if one.container not in _containers(forgotten)] or now
    use = f"in use in {counted(len(elsewhere), 'other place')}"
    gone = [one for one in forgotten if one.removed_commit or one.removed_at]
    containers = _containers(gone)
    last = _latest(gone)
    if not gone:
        return f"Not in the files of {_holders(view, forgotten)}, but never rotated: still in {_their(_containers(forgotten))} history and {use}."
    if len(containers) > 1:
        date = f", last on {last}" if last else ""
        return f"Deleted from {_holders(view, gone)}{date}, but never rotated: still in their history and {use}."
    subject = _file_of(view, gone[-1]) if containers[0] in _containers(now) else _short(view, containers[0])
    date = f" on {last}" if last else ""
    return f"Deleted from {subject}{date}, but never rotated: still in its history and {use}."


def _both(view: View, past: Sequence[Occurrence], now: Sequence[Occurrence]) -> str:
    history = (
        "its history" if _containers(past) == _containers(now) and len(_containers(now)) == 1 else f"the history of {_holders(view, past)}"
    )
    return f"{_here(view, now[0]) if len(now) == 1 else _spread(view, now)}. Also in {history}."


def _only_past(view: View, past: Sequence[Occurrence], *, unproven: bool) -> str:
    order = list(Reachability)
    reached = [one.reachability for one in past if one.reachability is not None]
    nearest = min(reached, key=order.index) if len(reached) == len(past) else None
    last = _latest(past) if all(one.removed_at for one in past) else ""
    since = f" since {last}" if last else ""
    doubt = ", and nothing shows that it was rotated" if unproven else ""
    where = _REMAINS.get(nearest, "in the history of {}") if nearest else "in the history of {}"
    return f"Only {where.replace('{}', _holders(view, past))}{since}{doubt}."


def _only_now(view: View, now: Sequence[Occurrence]) -> str:
    if len(now) == 1:
        since = f" since {day(now[0].committed_at)}" if now[0].committed_at else ""
        return f"{_here(view, now[0])}{since}, and nowhere else keytrail looked."
    return _spread(view, now) + (", and nowhere else keytrail looked." if len(_containers(now)) == 1 else ".")


def _spread(view: View, now: Sequence[Occurrence]) -> str:
    containers = _containers(now)
    places = counted(len(now), "place")
    if len(containers) == 1:
        return f"In {places} of {_short(view, containers[0])}"
    kinds: dict[tuple[str, str], set[str]] = {}
    for one in now:
        kinds.setdefault(_holder(one), set()).add(one.container)
    return f"In {places}: {listed([counted(len(held), *kind) for kind, held in kinds.items()])}"


def _holder(one: Occurrence) -> tuple[str, str]:
    return ("environment", "environments") if one.container == "environment" else _HOLDERS[one.zone]


def _here(view: View, one: Occurrence) -> str:
    container, name = named(view, one)
    if is_variable(view, one):
        return f"In the CI variable {_short(view, name)} of {_short(view, container)}"
    if variable := exported(one):
        return f"In the exported variable {_short(view, variable)}"
    if one.path == "-" and one.container == "stdin":
        return "In standard input"
    if one.zone is Zone.WORKTREE:
        return f"In {_file_of(view, one)}, not committed"
    if _HOLDERS[one.zone][0] == "repository":
        return f"In {_file_of(view, one)}"
    return f"In `{view.joined.fit(joined(one.container, one.path), _NAME)}`"


def _file_of(view: View, one: Occurrence) -> str:
    return f"`{_short(view, one.path)}` of {_short(view, one.container)}"


def _holders(view: View, places: Sequence[Occurrence]) -> str:
    containers = _containers(places)
    return _short(view, containers[0]) if len(containers) == 1 else counted(len(containers), "repository", "repositories")


def _short(view: View, name: str) -> str:
    return "this folder" if name == "." else view.names.fit(name, _NAME)


def _their(containers: Sequence[str]) -> str:
    return "its" if len(containers) == 1 else "their"


def _containers(places: Iterable[Occurrence]) -> list[str]:
    return list(dict.fromkeys(one.container for one in places))


def _latest(places: Iterable[Occurrence]) -> str:
    """The last day on which it was removed from one of `places`; empty where no day is known."""
    return max((day(one.removed_at) for one in places if one.removed_at), default="")
