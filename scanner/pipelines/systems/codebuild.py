"""AWS CodeBuild: `buildspec.yml`.

A project's variables are there in every command without the file naming them, and so are those that a store is asked for. Builds of a batch
are `batch/NAME`, since one of them may be called as the build itself. Source: CodeBuild's build specification and batch build references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import JobDefinition, Mention, Named, PipelineDefinition, Setting, StepDefinition, StepKind
from scanner.pipelines.systems.ambient import Names, Session
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.given import ambient, secret, settings
from scanner.pipelines.systems.system import Files, System
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, parse, text, texts

_STORES = ("secrets-manager", "parameter-store")
_SHELLS = {"powershell.exe": "pwsh", "cmd.exe": "cmd"}
_PREDEFINED = re.compile(r"CODEBUILD_[A-Z0-9_]{1,100}|AWS_(?:DEFAULT_)?REGION|AWS_ACCOUNT_ID|AWS_PARTITION")
_LONGEST = 200


def _read(path: str, data: bytes, _files: Files) -> tuple[PipelineDefinition, ...]:
    document = next(iter(parse(data)), None)
    if not isinstance(document, Entries) or (document.get("phases") is None and document.get("batch") is None):
        raise UnreadableError(Reason.MALFORMED, "no definition of CodeBuild")
    env = (*settings(at(document, "env", "variables")), *_stored(document.get("env")))
    names = Names(_PREDEFINED, frozenset(), own=frozenset(one.name for one in env))
    env = ambient(env, names)
    written = (text(at(document, "env", "shell")) or "bash").lower()
    shell = _SHELLS.get(written, written)
    session = Session(names, Budget())
    job = JobDefinition(
        name="build",
        line=document.line,
        column=document.column,
        steps=tuple(step for phase, node in entries(document.get("phases")) for step in _phase(phase.value, node, session, shell)),
        restores_cache=document.get("cache") is not None,
        outputs=tuple(_exported(at(document, "env", "exported-variables"))),
        said=(),
    )
    jobs = (*((job,) if job.steps or document.get("batch") is None else ()), *_batch(document, names))
    return (PipelineDefinition("codebuild", path, jobs, env=env, ambient=True),)


def _phase(name: str, phase: Node, session: Session, shell: str) -> Iterator[StepDefinition]:
    """Each command of a phase; those under `finally` run after a failure, too."""
    written = [(one, False) for one in texts(at(phase, "commands"))] + [(one, True) for one in texts(at(phase, "finally"))]
    forgives = text(at(phase, "on-failure")) == "CONTINUE"
    for one, is_last in written:
        script = session.text(one, one.line, shell=shell)
        yield StepDefinition(StepKind.SCRIPT, one.line, one.column, name, script=script, ignores_failure=forgives, always=is_last)


def _batch(document: Entries, names: Names) -> Iterator[JobDefinition]:
    """Builds of a batch: each may name a build specification of its own, which is read as a file of its own."""
    listed = [one for kind in ("build-graph", "build-list") for one in items(at(document, "batch", kind)) if isinstance(one, Entries)]
    met: set[str] = set()
    for position, build in enumerate(listed, 1):
        name = f"batch/{text(build.get('identifier')) or position}"
        name = name if name not in met else f"{name}/{position}"
        met.add(name)
        yield JobDefinition(
            name=name,
            line=build.line,
            column=build.column,
            env=ambient(settings(at(build, "env", "variables")), names),
            needs=tuple(f"batch/{one.value}" for one in texts(build.get("depend-on"))),
            ignores_failure=text(build.get("ignore-failure")) == "true",
        )


def _stored(env: Node | None) -> Iterator[Setting]:
    """Variables that are filled from a store, with the name that they have there."""
    for store in _STORES:
        for name, one in entries(at(env, store)):
            if isinstance(one, Scalar) and not one.is_null:
                yield Setting(name.value, "", one.line, one.column, (secret(one),))


def _exported(node: Node | None) -> Iterator[Setting]:
    """Variables that later stages of a pipeline get."""
    for one in texts(node):
        yield Setting(one.value[:_LONGEST], "", one.line, one.column, (Mention(one.value, Named.ENV, one.line, one.column),))


SYSTEM = System("codebuild", re.compile(r"(?:.{0,4096}/)?buildspec[^/]{0,255}\.ya?ml"), _read)
