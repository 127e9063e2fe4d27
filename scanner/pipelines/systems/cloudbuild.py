"""Google Cloud Build: `cloudbuild.yaml` or `cloudbuild.json`, whose steps share one machine and one account.

A step is an image with words. Where it is known which program the image starts, or the file says it (`entrypoint`), they are its command.
Source: Cloud Build's build configuration schema, and the readmes of its builders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
)
from scanner.pipelines.systems.arguments import command, script
from scanner.pipelines.systems.given import assigned, secret, settings
from scanner.pipelines.systems.images import image
from scanner.pipelines.systems.system import Files, System
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, parse, text, texts

_PUSHED = ("images", "artifacts")
_BUILDERS = re.compile(r"(?:[a-z0-9.-]{1,60}/)?cloud-builders(?:-community)?/([a-z0-9_-]{1,60})")
"""Images that start the program they are called after."""
_BARE = re.compile(r"(?:[a-z0-9.-]{1,60}/)?(?:google\.com/)?cloudsdktool/[a-z0-9-]{1,60}|[a-z0-9._-]{1,60}")
"""Images that start what their first word names: the official ones of Docker Hub, and Google Cloud's command line."""
_STARTED = {"docker": "docker", "gcloud": "gcloud", "gcr.io/projectsigstore/cosign": "cosign", "ghcr.io/sigstore/cosign/cosign": "cosign"}
"""Official images that start a program of their own."""
_COSIGN = re.compile(r"[a-z0-9.-]{1,60}/(?:projectsigstore|sigstore/cosign)/cosign")


def _read(path: str, data: bytes, _files: Files) -> tuple[PipelineDefinition, ...]:
    document = next(iter(parse(data)), None)
    if not isinstance(document, Entries) or document.get("steps") is None:
        raise UnreadableError(Reason.MALFORMED, "no definition of Cloud Build")
    known = _known(document)
    steps = [_step(step, known) for step in items(document.get("steps")) if isinstance(step, Entries)]
    pushes = [_push(name, document) for name in _PUSHED if document.get(name) is not None]
    job = JobDefinition(
        name="build",
        line=document.line,
        column=document.column,
        steps=(*steps, *pushes),
        env=(*assigned(at(document, "options", "env")), *_secret_env(at(document, "options", "secretEnv"), known)),
        runner="self_hosted" if at(document, "options", "pool") is not None else "hosted",
        said=(),
    )
    env = settings(document.get("substitutions"))
    return (PipelineDefinition("cloudbuild", path, (job,), env=env),)


def _known(document: Entries) -> dict[str, Mention]:
    """The secrets by the variables that steps may ask for; those that are encrypted in the file have no other name."""
    found: dict[str, Mention] = {}
    for one in items(at(document, "availableSecrets", "secretManager")):
        version, variable = at(one, "versionName"), text(at(one, "env"))
        if isinstance(version, Scalar) and variable is not None:
            found[variable] = secret(version)
    inline = [(one, "envMap") for one in items(at(document, "availableSecrets", "inline"))]
    for one, key in [*inline, *((one, "secretEnv") for one in items(document.get("secrets")))]:
        for name, _ in entries(at(one, key)):
            found[name.value] = secret(name)
    return found


def _step(step: Entries, known: dict[str, Mention]) -> StepDefinition:
    uses, ref, pin = image(text(step.get("name")) or "")
    text_ = _script(step, uses)
    return StepDefinition(
        StepKind.PLUGIN if text_ is None else StepKind.SCRIPT,
        step.line,
        step.column,
        title=text(step.get("id")),
        uses=uses or None,
        ref=ref,
        pin=pin,
        settings=() if text_ is not None else tuple(_arguments(step.get("args"))),
        env=(*assigned(step.get("env")), *_secret_env(step.get("secretEnv"), known)),
        script=text_,
        folder=text(step.get("dir")),
        ignores_failure=text(step.get("allowFailure")) == "true",
    )


def _script(step: Entries, uses: str) -> Text | None:
    """What a step runs; None where the file does not tell which program its words are for."""
    written = step.get("script")
    if isinstance(written, Scalar) and not written.is_null:
        return script(written)
    words = texts(step.get("args"))
    entrypoint = step.get("entrypoint")
    if isinstance(entrypoint, Scalar) and not entrypoint.is_null:
        return command((entrypoint, *words))
    program = _program(uses)
    if program is not None and words:
        started = () if words[0].value == program else (Scalar(program, words[0].line, words[0].column),)
        return command((*started, *words))
    return command(words) if _BARE.fullmatch(uses) is not None else None


def _program(uses: str) -> str | None:
    builder = _BUILDERS.fullmatch(uses)
    if builder is not None:
        return builder[1]
    return "cosign" if _COSIGN.fullmatch(uses) else _STARTED.get(uses)


def _arguments(node: Node | None) -> Iterator[Setting]:
    """The words of a step as one setting, joined by commas, since what they mean depends on what stands before them."""
    words = texts(node)
    if words:
        yield Setting("args", ",".join(one.value for one in words), words[0].line, words[0].column)


def _push(name: str, document: Entries) -> StepDefinition:
    """What is pushed when all steps are done, as a step of its own."""
    place = next(key for key, _ in entries(document) if key.value == name)
    node = document.get(name)
    given = settings(node) or tuple(Setting(name, one.value, one.line, one.column) for one in texts(node))
    return StepDefinition(StepKind.TASK, place.line, place.column, uses=name, settings=given)


def _secret_env(node: Node | None, known: dict[str, Mention]) -> tuple[Setting, ...]:
    found = []
    for one in texts(node):
        stored = known.get(one.value)
        name = one.value if stored is None else stored.name
        found.append(Setting(one.value, "", one.line, one.column, (Mention(name, Named.SECRET, one.line, one.column),)))
    return tuple(found)


SYSTEM = System("cloudbuild", re.compile(r"(?:.{0,4096}/)?cloudbuild[^/]{0,255}\.(?:ya?ml|json)"), _read)
