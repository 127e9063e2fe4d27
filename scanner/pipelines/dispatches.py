"""Which jobs ask their platform to start another workflow of the repository: it then runs without anybody's hand.

A workflow is named by its file. That a step names one tells nothing by itself: it has to ask for it, or run a program that may. What is said
to be of another repository starts nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.errors import UnreadableError
from scanner.model import Job
from scanner.pipelines.definition import StepDefinition, StepKind
from scanner.pipelines.jobs import Made
from scanner.pipelines.library import Library

_SYSTEMS = frozenset({"github", "gitea", "forgejo"})
_BY_REQUEST = "workflow_dispatch"
_TRIGGER = "trigger"
"""The role of what asks a platform to start something."""
_MAY_ASK = frozenset({("actions", "write"), ("*", "write")})
"""Permissions of the job's token with which it can be asked."""
_FILE = re.compile(r"(?<![\w.-])[\w.-]{1,200}\.ya?ml(?![\w.-])")
_OTHERS = re.compile(
    r"(?:--repo|-R)[= \t]{1,8}[\"']?[\w.-]{1,100}/(?P<flag>[\w.-]{1,100})|\brepo(?:sitory)?: {0,8}[\"'](?:[\w.-]{1,100}/)?(?P<key>[\w.-]{1,100})[\"']"
)
_REPOSITORY = frozenset({"repo", "repository"})
"""Inputs of actions that start workflows, for where."""
_LONGEST = 100_000
"""Characters of a step or script in which names of files are looked for."""


def started(made: Mapping[str, Made], jobs: Mapping[str, Job], library: Library) -> dict[str, tuple[str, ...]]:
    """By the id of each job that starts others: the ids of these."""
    by_file: dict[tuple[str, str], list[str]] = {}
    for id_, one in made.items():
        if one.pipeline.platform in _SYSTEMS and any(trigger.event == _BY_REQUEST for trigger in one.pipeline.triggers):
            by_file.setdefault((one.pipeline.platform, one.pipeline.file.rpartition("/")[2]), []).append(id_)
    if not by_file:
        return {}
    found = {}
    for id_, one in made.items():
        named = dict.fromkeys(_named(one, jobs[id_], library))
        asked = dict.fromkeys(other for name in named for other in by_file.get((one.pipeline.platform, name), ()))
        if asked:
            found[id_] = tuple(asked)
    return found


def _named(one: Made, job: Job, library: Library) -> Iterator[str]:
    """Names of the files that a job names where it asks for something to be started."""
    may_ask = not _MAY_ASK.isdisjoint(job.permissions or ())
    for index, step in enumerate(one.definition.steps):
        asking = [act for act in job.acts if act.role == _TRIGGER and act.step == index]
        if asking or (may_ask and step.kind is StepKind.SCRIPT):
            yield from _files(_text(step), job.container)
        for path in dict.fromkeys(act.script for act in asking if act.script is not None):
            yield from _files(_content(path, library), job.container)


def _text(step: StepDefinition) -> str:
    script = step.script.value if step.script is not None else ""
    settings = (f"{setting.name}: '{setting.value}'" if setting.name in _REPOSITORY else setting.value for setting in step.settings)
    return "\n".join((script, *settings))


def _content(path: str, library: Library) -> str:
    try:
        return library.content(path).decode("utf-8", "replace") if path in library.paths else ""
    except UnreadableError:
        return ""


def _files(text: str, container: str) -> list[str]:
    said = text[:_LONGEST]
    elsewhere = (found["flag"] or found["key"] for found in _OTHERS.finditer(said))
    return [] if any(name not in container for name in elsewhere) else _FILE.findall(said)
