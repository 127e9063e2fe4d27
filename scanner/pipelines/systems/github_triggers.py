"""What starts a workflow of GitHub Actions, and who can.

Source: "Events that trigger workflows" and "Workflow syntax" of GitHub's documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Trust
from scanner.pipelines.definition import TriggerDefinition
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, texts

_UNTRUSTED = (
    *("pull_request_target", "workflow_run", "issue_comment", "pull_request_comment", "issues", "discussion", "discussion_comment"),
    *("fork", "watch", "gollum"),
)
_CONTRIBUTOR = (
    *(
        "push",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "create",
        "delete",
        "check_run",
        "check_suite",
        "status",
    ),
    *("deployment", "deployment_status", "page_build"),
)
_MAINTAINER = (
    *("release", "workflow_dispatch", "merge_group", "registry_package", "package", "label", "milestone", "public", "image_version"),
    *("branch_protection_rule", "project", "project_card", "project_column"),
)
_TRUST = {
    **dict.fromkeys(_UNTRUSTED, Trust.UNTRUSTED),
    **dict.fromkeys(_CONTRIBUTOR, Trust.CONTRIBUTOR),
    **dict.fromkeys(_MAINTAINER, Trust.MAINTAINER),
    "repository_dispatch": Trust.REMOTE,
    "schedule": Trust.TIMER,
    "workflow_call": Trust.UNKNOWN,
}
_FILTERS = ("types", "branches", "branches-ignore", "tags", "tags-ignore", "workflows")
_PUSHED = {"branches": Trust.CONTRIBUTOR, "tags": Trust.MAINTAINER}
_MOST_STRANGE = 20
"""Events that are not known here, so that what asks every job about every trigger has an end."""
CALL = "workflow_call"


def triggers(node: Node | None) -> tuple[TriggerDefinition, ...]:
    """What `on` says, whether it is a name, a list or a mapping; each event once, and of those that GitHub does not have a few."""
    known: dict[str, tuple[Scalar, Node | None]] = {}
    strange = 0
    for name, settings in _events(node):
        strange += name.value not in _TRUST
        if name.value in _TRUST or strange <= _MOST_STRANGE:
            known.setdefault(name.value, (name, settings))
    return tuple(one for name, settings in known.values() for one in _of(name, settings))


def declared(node: Node | None, what: str, event: str = CALL) -> Node | None:
    """The `inputs`, `secrets` or `outputs` that `workflow_call`, or another event, declares."""
    return next((at(settings, what) for name, settings in _events(node) if name.value == event), None)


def _events(node: Node | None) -> Iterator[tuple[Scalar, Node | None]]:
    if isinstance(node, Entries):
        yield from entries(node)
        return
    yield from ((name, None) for name in texts(node))
    for item in node.items if isinstance(node, Items) else ():
        yield from entries(item)


def _of(name: Scalar, settings: Node | None) -> Iterator[TriggerDefinition]:
    event = name.value
    trust = _TRUST.get(event, Trust.UNKNOWN)
    if event == "push" and (kinds := _pushed(settings)):
        for kind in kinds:
            filters = _filters(settings, (kind, f"{kind}-ignore"))
            yield TriggerDefinition(f"push:{kind}", _PUSHED[kind], name.line, name.column, filters)
        return
    yield TriggerDefinition(event, trust, name.line, name.column, _filters(settings, _FILTERS))


def _pushed(settings: Node | None) -> tuple[str, ...]:
    """Which refs a push must be of, where the file says it."""
    return tuple(kind for kind in _PUSHED if at(settings, kind) is not None or at(settings, f"{kind}-ignore") is not None)


def _filters(settings: Node | None, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns under some keys; those that are ignored with a `!`, as they could be written too."""
    return tuple(f"!{one.value}" if key.endswith("-ignore") else one.value for key in keys for one in texts(at(settings, key)))
