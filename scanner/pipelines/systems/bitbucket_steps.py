"""Steps of Bitbucket Pipelines: scripts, pipes, images, services.

Source: Bitbucket's "Step options", "Docker image options", "Pipes" and "Variables and secrets".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import Grant, Mention, Pin, Setting, StepDefinition, StepKind, Via
from scanner.pipelines.systems.ambient import Names, Session, mentions
from scanner.pipelines.systems.budget import MADE, Budget
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, text, texts
from scanner.records import dataclass, replace

PREDEFINED = re.compile(
    r"""
    CI | BITBUCKET_(?: BOOKMARK | BRANCH | BUILD_NUMBER | CLONE_DIR | COMMIT | DOCKER_HOST_INTERNAL | EXIT_CODE | PIPELINE_UUID | SSH_KEY_FILE
      | TAG | WORKSPACE | (?: DEPLOYMENT | GIT | PARALLEL | PR | PROJECT | REPO | STEP )_[A-Z0-9_]{1,64} )
    | PIPELINES_[A-Z0-9_]{1,64}
    """,
    re.VERBOSE,
)
"""What Bitbucket sets. Not all of `BITBUCKET_`: people keep their own `BITBUCKET_TOKEN`."""
TOKENS = frozenset({"BITBUCKET_STEP_OIDC_TOKEN"})

_EXACT = re.compile(r"v?\d{1,6}+(?:\.\d{1,6}+){0,3}+(?:[-+][0-9A-Za-z.+-]{1,64})?")


@dataclass(frozen=True, slots=True)
class Shared:
    """What all steps of a file share."""

    image: Node | None
    services: Node | None
    runs_on: Node | None
    budget: Budget


class Reader:
    """Reads the nodes of one step."""

    def __init__(self, shared: Shared, own: frozenset[str]) -> None:
        self._shared = shared
        self._names = Names(PREDEFINED, TOKENS, own)

    def steps(self, node: Entries) -> tuple[StepDefinition, ...]:
        """Every command and pipe of a step, in order; what comes after is run whatever happened."""
        after = self._scripts(node.get("after-script"), "after-script")
        return (*self._scripts(node.get("script"), "script"), *(replace(step, always=True, ignores_failure=True) for step in after))

    def variables(self, node: Node | None) -> tuple[Setting, ...]:
        """What whoever starts a pipeline may say, with the default."""
        found = []
        for item in items(node):
            name, default = at(item, "name"), at(item, "default")
            if isinstance(name, Scalar) and not name.is_null:
                found.append(self._setting(name.value, default if isinstance(default, Scalar) else Scalar("", name.line, name.column)))
        return tuple(found)

    def containers(self, node: Entries) -> tuple[tuple[Via, Mention], ...]:
        """What the image of a step and those of its services are named and given."""
        said = [node.get("image") or self._shared.image]
        for service in texts(node.get("services")):
            self._shared.budget.spend()
            said += [at(self._shared.services, service.value, key) for key in ("image", "variables", "environment")]
        return tuple((Via.CONTAINER, mention) for one in said for scalar in self._scalars(one) for mention in self._mentions(scalar))

    def runner(self, node: Entries) -> str:
        """Where a step runs: on Bitbucket's machines, unless it says otherwise."""
        labels = {one.value for one in texts(node.get("runs-on") or self._shared.runs_on)}
        return "self_hosted" if "self.hosted" in labels else "unknown" if labels else "hosted"

    def _scripts(self, node: Node | None, title: str) -> Iterator[StepDefinition]:
        session = Session(self._names, self._shared.budget)
        waiting = [node] if node is not None else []
        while waiting:
            item = waiting.pop()
            self._shared.budget.spend(MADE)
            if isinstance(item, Items):
                waiting += reversed(item.items)
            elif isinstance(item, Scalar):
                if not item.is_null:
                    script = session.text(item, item.line)
                    yield StepDefinition(StepKind.SCRIPT, item.line, item.column, title, script=script)
            elif isinstance(pipe := item.get("pipe"), Scalar) and not pipe.is_null:
                yield self._pipe(item, pipe)

    def _pipe(self, node: Entries, pipe: Scalar) -> StepDefinition:
        uses, ref, pin = _version(pipe.value)
        settings = tuple(self._given(key, value) for key, value in entries(node.get("variables")))
        title = text(node.get("name"))
        return StepDefinition(StepKind.ACTION, pipe.line, pipe.column, title, uses=uses, ref=ref, pin=pin, settings=settings)

    def _given(self, key: Scalar, value: Node) -> Setting:
        if isinstance(value, Scalar):
            return self._setting(key.value, value)
        named = tuple(mention for scalar in self._scalars(value) for mention in self._mentions(scalar))
        return Setting(key.value, "", value.line, value.column, named)

    def _setting(self, name: str, scalar: Scalar) -> Setting:
        value = "" if scalar.is_null else scalar.value
        return Setting(name, value, scalar.line, scalar.column, self._mentions(scalar))

    def _mentions(self, scalar: Scalar) -> tuple[Mention, ...]:
        return mentions(scalar, scalar.line, self._names, self._shared.budget)

    def _scalars(self, node: Node | None) -> Iterator[Scalar]:
        waiting = [node] if node is not None else []
        while waiting:
            one = waiting.pop()
            self._shared.budget.spend()
            if isinstance(one, Scalar):
                yield one
            else:
                waiting += reversed(one.items if isinstance(one, Items) else [value for _, value in entries(one)])


def _version(pipe: str) -> tuple[str, str | None, Pin]:
    """The name of a pipe, its version, and how firm that is: versions are tags of images."""
    if "@" in pipe:
        name, _, ref = pipe.partition("@")
        return name, ref, Pin.COMMIT if ref.startswith("sha256:") else Pin.TAG
    name, colon, ref = pipe.rpartition(":")
    if not colon or "/" in ref:
        return pipe, None, Pin.NONE
    return name, ref, Pin.TAG if _EXACT.fullmatch(ref) else Pin.BRANCH


def grant(node: Entries) -> Grant:
    """Whether a step gets an identity token: `oidc: true`, or the audiences of one."""
    said = node.get("oidc")
    if isinstance(said, Entries):
        audiences = tuple(one.value for one in texts(said.get("audiences") or said.get("audience")))
        return Grant(oidc=True, audiences=audiences, line=said.line, column=said.column)
    if said is not None and text(said) in {"true", "True", "yes", "on"}:
        return Grant(oidc=True, line=said.line, column=said.column)
    return Grant(oidc=False)
