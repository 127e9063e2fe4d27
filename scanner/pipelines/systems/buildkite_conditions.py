"""What `if` and `branches` of Buildkite's steps leave of what starts a pipeline. Only what leaves no doubt counts.

Source: Buildkite's "Using conditionals" and "Branch configuration".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scanner.pipelines.definition import TriggerDefinition
from scanner.pipelines.yamltree import Scalar

_LONGEST = 2_000
_MOST = 20
_BRANCH, _PULL, _TAG = "push:branches", "pull_request", "push:tags"
_DOUBT = re.compile(r"\|\||!(?![=~])|[?({]")
_HAS_TAG = re.compile(r"""\s{0,9}build\.tag\s{0,9}(?:!=\s{0,9}(?:null|"")|=~.{1,400}|==\s{0,9}["'][^"'\n]{1,200}["'])\s{0,9}""", re.DOTALL)
_NO_TAG = re.compile(r"""\s{0,9}build\.tag\s{0,9}==\s{0,9}(?:null|"")\s{0,9}""")
_NO_PULL = re.compile(r"\s{0,9}build\.pull_request\.id\s{0,9}==\s{0,9}null\s{0,9}")
_HAS_PULL = re.compile(r"\s{0,9}build\.pull_request\.id\s{0,9}!=\s{0,9}null\s{0,9}")
_ON_BRANCH = re.compile(r"""\s{0,9}build\.branch\s{0,9}==\s{0,9}(?:["']([^"'\n]{1,200})["']|pipeline\.default_branch)\s{0,9}""")
_SOURCE = re.compile(r"""\s{0,9}build\.source\s{0,9}==\s{0,9}["']([a-z_]{1,20})["']\s{0,9}""")
_SOURCES = {
    "schedule": {"schedule"},
    "api": {"api"},
    "ui": {"ui"},
    "trigger_job": {"trigger_job"},
    "webhook": {_BRANCH, _PULL, _TAG},
}


def narrowed(triggers: tuple[TriggerDefinition, ...], condition: str | None, branches: Sequence[Scalar]) -> tuple[TriggerDefinition, ...]:
    """The triggers that may be left; all of them where nothing is sure or nothing would be left."""
    left = {one.event for one in triggers}
    for gone in (*_by_condition(condition), *([_by_branches(branches)] if branches else [])):
        left -= gone
    told = tuple(one.value for one in branches[:_MOST])
    found = tuple(_filtered(one, told) for one in triggers if one.event in left)
    return found or triggers


def _filtered(trigger: TriggerDefinition, branches: tuple[str, ...]) -> TriggerDefinition:
    if not branches:
        return trigger
    return TriggerDefinition(trigger.event, trigger.trust, trigger.line, trigger.column, branches)


def _by_condition(condition: str | None) -> Iterator[set[str]]:
    """What each term of a condition takes away; a tag, a branch and a pull request are never the same build."""
    if condition is None or len(condition) > _LONGEST or _DOUBT.search(_without_patterns(condition)):
        return
    for term in condition.split("&&"):
        if _HAS_TAG.fullmatch(term):
            yield {_BRANCH, _PULL}
        elif _NO_TAG.fullmatch(term):
            yield {_TAG}
        elif _NO_PULL.fullmatch(term):
            yield {_PULL}
        elif _HAS_PULL.fullmatch(term):
            yield {_BRANCH, _TAG, "schedule"}
        elif _ON_BRANCH.fullmatch(term):
            yield {_TAG, _PULL}
        elif (source := _SOURCE.fullmatch(term)) is not None:
            kept = _SOURCES.get(source[1], set())
            yield {_BRANCH, _PULL, _TAG, *_SOURCES} - kept if kept else set()


def _without_patterns(condition: str) -> str:
    """A condition without its regular expressions, in which any character may stand."""
    return re.sub(r"/(?:[^/\\\n]|\\.){1,200}/", "", condition)


def _by_branches(branches: Sequence[Scalar]) -> set[str]:
    """A pull request has the branch that it comes from, which is not one of those that are named in full."""
    names = [name for one in branches[:_MOST] for name in one.value.split()]
    plain = bool(names) and len(branches) <= _MOST and all("*" not in name and not name.startswith("!") for name in names)
    return {_PULL} if plain else set()
