"""What scripts publish that no job runs, and whether that is a release or only where somebody deploys for themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scanner.model import SOMEWHERE, Act, Script
from scanner.policies.wiring import is_certain, is_stored, is_trial

_OF_CI = re.compile(r"(?:^|/)(?:\.kokoro|\.ci|\.cirrus[\w.-]{0,40}|\.semaphore|\.teamcity|\.buildkite|\.circleci|ci)/", re.IGNORECASE)
"""Folders of what CI systems run, those among them whose definitions are not read."""
_RELEASE = re.compile(r"releas|publish", re.IGNORECASE)
_IMAGES = frozenset({"container", "chart"})
_ELSEWHERE, _INSTALLS = "elsewhere", "installs"
"""The family of what is done to other machines, and the pattern of what is installed there."""


def by_hand(scripts: Iterable[Script]) -> dict[tuple[str, str, str | None], list[tuple[Script, Act]]]:
    """What scripts publish that no job runs, by their file and where it goes."""
    found: dict[tuple[str, str, str | None], list[tuple[Script, Act]]] = {}
    for script in scripts:
        if is_trial(script) or script.jobs or _OF_CI.search(script.path):
            continue
        for act in script.acts:
            goes_out = act.role == "publish" and is_certain(act) and act.tier == "public" and act.script is None
            if goes_out and not _is_own_place(script, act) and (is_stored(act) or act.is_keyless is not True):
                found.setdefault((script.container, script.path, act.target), []).append((script, act))
    return found


def is_open(script: Script, act: Act) -> bool:
    """Whether only a variable says where it goes, and no name that it is a release: whoever starts it may mean a place of their own."""
    return _is_chosen(script, act) and not _says_release(script)


def _is_own_place(script: Script, act: Act) -> bool:
    """Whether it goes to where it is then installed or deployed: nobody else fetches it."""
    installs = any(remark.family == _ELSEWHERE and remark.pattern == _INSTALLS for remark in script.remarks)
    if act.target not in _IMAGES:
        return installs and act.target == "file_host"
    return is_open(script, act) and any(other.role == "deploy" and is_certain(other) for other in script.acts)


def _is_chosen(script: Script, act: Act) -> bool:
    if act.target in _IMAGES:
        return not act.hosts or SOMEWHERE in act.hosts
    return any(remark.family == _ELSEWHERE and remark.at == act.at for remark in script.remarks)


def _says_release(script: Script) -> bool:
    return _RELEASE.search(script.target or script.path.rpartition("/")[2]) is not None
