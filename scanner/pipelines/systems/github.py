"""Workflows and actions of GitHub Actions, and workflows of Gitea and Forgejo, which took over the language.

Source: "Workflow syntax" and "Metadata syntax" of GitHub's documentation; "Forgejo Actions" and "Gitea Actions" of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from posixpath import join, normpath

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import (
    JobDefinition,
    Mention,
    Named,
    PipelineDefinition,
    Setting,
    StepDefinition,
    StepKind,
    Text,
    Via,
)
from scanner.pipelines.systems.github_expressions import Dialect, Source, mentions
from scanner.pipelines.systems.github_jobs import everywhere, grant, job
from scanner.pipelines.systems.github_steps import Defaults, leaves, outputs, settings, steps
from scanner.pipelines.systems.github_triggers import CALL, declared, triggers
from scanner.pipelines.systems.github_values import of_inputs
from scanner.pipelines.systems.system import Files, System
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, documents_and_lines, entries, text

_WORKFLOW = re.compile(r"\.(?:github|gitea|forgejo)/workflows/[^/]{1,255}\.ya?ml")
_OURS = re.compile(
    r"\.github/workflows/[^/]{1,255}\.ya?ml|(?!\.(?:gitea|forgejo)/workflows/[^/]{1,255}\Z)(?:.{1,4096}/)?action\.ya?ml", re.DOTALL
)
"""Actions are the same for all, so they are GitHub's wherever they lie."""
_ENTRYPOINT = re.compile(r"(?m)^[ \t]{0,16}ENTRYPOINT[ \t]{1,16}(?:\[[ \t]{0,16}[\"'])?([^\s\"'\],]{1,200})")
_COMPOSITE = "composite"
_RUNS = "runs"

_GITHUB = Dialect("github", frozenset({"github"}), frozenset({"github_token"}), has_hosted=True, has_environments=True)
_GITEA = Dialect("gitea", frozenset({"github", "gitea"}), frozenset({"github_token", "gitea_token"}), has_hosted=False)
_FORGEJO = Dialect(
    "forgejo",
    frozenset({"github", "forgejo", "forge", "gitea"}),
    frozenset({"github_token", "forgejo_token", "forge_token", "gitea_token"}),
    has_hosted=False,
)


def read(dialect: Dialect, path: str, data: bytes, files: Files) -> tuple[PipelineDefinition, ...]:
    """The one definition of a file; none for an `action.yml` that is something else. Raises `UnreadableError`."""
    documents, lines = documents_and_lines(data)
    source = Source(dialect, lines)
    top = documents[0] if documents else None
    if not _WORKFLOW.fullmatch(path):
        return (_action(source, path, top, files),) if isinstance(top, Entries) and isinstance(top.get(_RUNS), Entries) else ()
    if not isinstance(top, Entries):
        raise UnreadableError(Reason.MALFORMED, f"line {top.line if top is not None else 1}: a workflow is a mapping")
    if not isinstance(top.get("jobs"), Entries):
        raise UnreadableError(Reason.MALFORMED, f"line {top.line}: a workflow has jobs")
    return (_workflow(source, path, top),)


def _on(top: Entries) -> Node | None:
    """What starts a workflow; its key may have been written as what YAML 1.1 makes of it."""
    return next((found for name in ("on", "true", "True") if (found := top.get(name)) is not None), None)


def _workflow(source: Source, path: str, top: Entries) -> PipelineDefinition:
    on = _on(top)
    inputs, secrets = (tuple(key.value for key, _ in entries(declared(on, what))) for what in ("inputs", "secrets"))
    starts = triggers(on)
    defaults = Defaults().within(top)
    env = top.get("env")
    return PipelineDefinition(
        platform=source.dialect.platform,
        file=path,
        jobs=tuple(job(source, key, node, defaults) for key, node in entries(top.get("jobs")) if isinstance(node, Entries)),
        triggers=starts,
        env=settings(source, env),
        mentions=tuple((Via.WORKFLOW_ENV, one) for one in mentions(source, env)) if isinstance(env, Scalar) else (),
        grant=grant(top),
        is_reusable=any(trigger.event == CALL for trigger in starts),
        inputs=inputs,
        secrets=secrets,
        outputs=outputs(source, declared(on, "outputs")),
        choices=(*of_inputs(declared(on, "inputs", "workflow_dispatch")), *of_inputs(declared(on, "inputs"))),
    )


def _action(source: Source, path: str, top: Entries, files: Files) -> PipelineDefinition:
    """An action as a definition of one job, which has no steps where JavaScript does the work, or a container that others have built."""
    key, runs = next((key, node) for key, node in entries(top) if key.value == _RUNS)
    is_composite = (text(at(runs, "using")) or "").strip().lower() == _COMPOSITE
    names = tuple(name.value for name, _ in entries(top.get("inputs")))
    entry = _entry(path.rpartition("/")[0], runs, names, files)
    own = JobDefinition(
        name=_RUNS,
        line=key.line,
        column=key.column,
        steps=steps(source, at(runs, "steps"), Defaults()) if is_composite or at(runs, "steps") is not None else entry,
        env=settings(source, at(runs, "env")),
        mentions=tuple((Via.WITH_INPUT, one) for key in ("image", "entrypoint", "args") for one in everywhere(source, at(runs, key))),
    )
    return PipelineDefinition(
        platform=source.dialect.platform,
        file=path,
        jobs=(own,),
        mentions=tuple(_defaults(source, top.get("inputs"))),
        is_action=True,
        inputs=names,
        outputs=outputs(source, top.get("outputs")),
        choices=of_inputs(top.get("inputs")),
    )


def _entry(folder: str, runs: Node, inputs: tuple[str, ...], files: Files) -> tuple[StepDefinition, ...]:
    """What a container does that is built from the action's folder: the script that its image starts with."""
    image = text(at(runs, "image")) or ""
    if (text(at(runs, "using")) or "").strip().lower() != "docker" or image.startswith("docker://"):
        return ()
    said = at(runs, "entrypoint")
    if not isinstance(said, Scalar):
        built = _ENTRYPOINT.search((files(normpath(join(folder, image or "Dockerfile"))) or b"").decode("utf-8", "replace"))
        said = Scalar(built[1], runs.line, runs.column) if built is not None else None
    if said is None:
        return ()
    script = Text(f"./{said.value.rpartition('/')[2]}", said.line, said.column, is_block=False)
    env = tuple(
        Setting(
            f"INPUT_{name.upper()}",
            f"${{{{ inputs.{name} }}}}",
            runs.line,
            runs.column,
            (Mention(name, Named.INPUT, runs.line, runs.column),),
        )
        for name in inputs
    )
    return (StepDefinition(StepKind.SCRIPT, said.line, said.column, script=script, env=env, folder=folder or "."),)


def _defaults(source: Source, inputs: Node | None) -> Iterator[tuple[Via, Mention]]:
    """What inputs that nobody hands over come to: often the job's token."""
    for name, _, value in leaves(inputs):
        if name.endswith(".default"):
            yield from ((Via.WITH_INPUT, one) for one in mentions(source, value))


SYSTEMS: tuple[System, ...] = (
    System(_GITHUB.platform, _OURS, partial(read, _GITHUB)),
    System(_GITEA.platform, re.compile(r"\.gitea/workflows/[^/]{1,255}\.ya?ml"), partial(read, _GITEA)),
    System(_FORGEJO.platform, re.compile(r"\.forgejo/workflows/[^/]{1,255}\.ya?ml"), partial(read, _FORGEJO)),
)
