"""What is known of the values in a condition of GitHub Actions before it runs, in one way of starting it.

Source: "Evaluate expressions in workflows and actions" and "Contexts reference" of GitHub's documentation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from scanner.records import dataclass

BRANCH, TAG, PULL = "refs/heads/", "refs/tags/", "refs/pull/"
_PULLED = frozenset({"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"})
_PAYLOAD = {
    "pull_request": _PULLED,
    "workflow_run": frozenset({"workflow_run"}),
    "release": frozenset({"release"}),
    "issue": frozenset({"issues", "issue_comment"}),
    "comment": frozenset({"issue_comment", "discussion_comment", "pull_request_review_comment"}),
    "discussion": frozenset({"discussion", "discussion_comment"}),
    "review": frozenset({"pull_request_review"}),
    "client_payload": frozenset({"repository_dispatch"}),
    "inputs": frozenset({"workflow_dispatch"}),
    "schedule": frozenset({"schedule"}),
    "merge_group": frozenset({"merge_group"}),
    "ref": frozenset({"push", "create", "delete", "workflow_dispatch"}),
}
"""Parts of `github.event`, and the events that have them."""
_SAME = frozenset({"gitea", "forgejo", "forge"})
"""What Gitea and Forgejo call the context `github`."""
_WHOLE_REF = frozenset({"push", "workflow_dispatch"})
"""Events whose `github.event.ref` is `github.ref`; of a branch or tag that is created or deleted it is the bare name."""
Constant = str | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of what an expression comes to."""

    truth: bool | None
    """Whether it counts as true; None where that is not known."""
    constant: Constant = None
    is_constant: bool = False
    prefix: str | None = None
    """How a text begins of which no more is known."""
    differs: Callable[[str], bool] | None = None
    """Whether it is surely not a certain text, in lower case, nor anything of the repository's own."""
    is_own: bool = False
    """Whether it is something of the repository's own, such as its name."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which a workflow is started."""

    event: str
    ref: str
    """How the ref begins."""
    is_strangers: bool = False
    """Whether somebody does it who may write nothing in the repository."""


UNKNOWN = Value(None)


def constant(value: Constant) -> Value:
    """A value that is known."""
    return Value(bool(value) or isinstance(value, tuple), value, is_constant=True)


def either(left: Value, right: Value) -> Value:
    """What `left || right` comes to."""
    if left.truth is None:
        return Value(True if right.truth else None)
    return left if left.truth else right


def both(left: Value, right: Value) -> Value:
    """What `left && right` comes to."""
    if left.truth is None:
        return Value(False if right.truth is False else None)
    return right if left.truth else left


def number(value: Constant) -> float:
    """What a constant is as a number, where it is compared with one of another type."""
    if value is None or value == "":
        return 0.0
    try:
        return float(value) if isinstance(value, str | float | bool) else float("nan")
    except ValueError:
        return float("nan")


def same(left: Value, right: Value) -> bool | None:
    """Whether two values are equal as expressions compare them, texts without regard to case; None where that is not known."""
    for strange, known in ((left, right), (right, left)):
        if strange.differs is not None:
            is_other = isinstance(known.constant, str) and strange.differs(known.constant.lower())
            return False if is_other or known.is_own else None
    if left.is_constant and right.is_constant:
        one, other = left.constant, right.constant
        if isinstance(one, str) and isinstance(other, str):
            return one.lower() == other.lower()
        if isinstance(one, tuple) or isinstance(other, tuple):
            return None
        return number(one) == number(other)
    known, text = (left, right) if left.prefix is None else (right, left)
    if text.prefix is None or not known.is_constant or not isinstance(known.constant, str):
        return None
    return None if known.constant.lower().startswith(text.prefix) else False


def call(name: str, arguments: tuple[Value, ...]) -> Value:
    """What a function comes to."""
    known = _FUNCTIONS.get(name)
    if name == "always":
        return constant(value=True)
    if name == "fromjson" and len(arguments) == 1:
        return _list(arguments[0])
    if known is None or len(arguments) != 2:  # noqa: PLR2004 - a text and what is looked for in it
        return UNKNOWN
    text, sought = arguments
    if sought.differs is not None and isinstance(text.constant, tuple):
        return constant(value=False) if all(sought.differs(one.lower()) for one in text.constant) else UNKNOWN
    if not sought.is_constant or not isinstance(sought.constant, str):
        return UNKNOWN
    found = known(text, sought.constant.lower())
    return UNKNOWN if found is None else constant(found)


def _list(argument: Value) -> Value:
    """A list of texts that stands in the condition."""
    if not isinstance(argument.constant, str):
        return UNKNOWN
    try:
        found = json.loads(argument.constant)
    except (ValueError, RecursionError):
        return UNKNOWN
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return UNKNOWN
    return constant(tuple(found))


def _starts(text: Value, sought: str) -> bool | None:
    if text.prefix is not None:
        return True if text.prefix.startswith(sought) else None if sought.startswith(text.prefix) else False
    return text.constant.lower().startswith(sought) if isinstance(text.constant, str) else None


def _ends(text: Value, sought: str) -> bool | None:
    return text.constant.lower().endswith(sought) if isinstance(text.constant, str) else None


def _contains(text: Value, sought: str) -> bool | None:
    if text.prefix is not None:
        return True if sought in text.prefix else None
    if isinstance(text.constant, tuple):
        return sought in {one.lower() for one in text.constant}
    return sought in text.constant.lower() if isinstance(text.constant, str) else None


_FUNCTIONS: Mapping[str, Callable[[Value, str], bool | None]] = {"startswith": _starts, "endswith": _ends, "contains": _contains}
_WORDS = {"true": constant(value=True), "false": constant(value=False), "null": constant(None)}
_OWN = Value(None, is_own=True)
_WRITERS = frozenset({"owner", "member", "collaborator"})
"""What GitHub calls those who belong to a repository, in lower case."""
_NOBODY = Value(truth=True, differs=lambda _: True)
_OUTSIDER = Value(truth=True, differs=_WRITERS.__contains__)
_STRANGERS = {
    ("pull_request", "merged"): constant(value=False),
    ("pull_request", "merged_at"): constant(None),
    ("pull_request", "merged_by", "login"): constant(None),
    ("pull_request", "head", "repo", "fork"): constant(value=True),
    ("pull_request", "head", "repo", "full_name"): _NOBODY,
    ("pull_request", "head", "repo", "id"): _NOBODY,
    ("pull_request", "head", "repo", "owner", "login"): _NOBODY,
    ("pull_request", "head", "user", "login"): _NOBODY,
    ("pull_request", "user", "login"): _NOBODY,
    ("pull_request", "author_association"): _OUTSIDER,
    ("issue", "author_association"): _OUTSIDER,
    ("comment", "author_association"): _OUTSIDER,
    ("comment", "user", "login"): _NOBODY,
    ("review", "author_association"): _OUTSIDER,
    ("review", "user", "login"): _NOBODY,
    ("label", "name"): _NOBODY,
}
"""What `github.event` says of somebody who may not write: a label is set by those who may triage."""
_REF_TYPES = {BRANCH: "branch", TAG: "tag"}


def looked_up(path: tuple[str, ...], way: Way) -> Value:
    """What is known of a context's value in one way; a path in lower case."""
    if len(path) == 1:
        return _WORDS.get(path[0], UNKNOWN)
    path = ("github", *path[1:]) if path[:1] and path[0] in _SAME else path
    if path[:2] == ("github", "event"):
        if path[2:] == ("ref",) and way.event in _WHOLE_REF:
            return _of_github("ref", way)
        if way.is_strangers and path[2:] in _STRANGERS:
            return _STRANGERS[path[2:]]
        if path[2:3] == ("repository",):
            return _OWN
        events = _PAYLOAD.get(path[2]) if len(path) > len(("github", "event")) else None
        return UNKNOWN if events is None or way.event in events or "*" in path else constant(None)
    return _of_github(path[1], way) if path[0] == "github" and len(path) == len(("github", "ref")) else UNKNOWN


def _of_github(name: str, way: Way) -> Value:
    if name in {"repository", "repository_owner"}:
        return _OWN
    if name == "event_name":
        return constant(way.event)
    if name == "ref":
        return Value(truth=True, prefix=way.ref)
    if name == "ref_type" and way.ref in _REF_TYPES:
        return constant(_REF_TYPES[way.ref])
    return constant("") if name in {"head_ref", "base_ref"} and way.event not in _PULLED | {"merge_group"} else UNKNOWN
