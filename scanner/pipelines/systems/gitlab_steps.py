"""Steps, variables and images of GitLab's jobs.

Source: GitLab's CI/CD YAML syntax reference, and "CI/CD inputs" for `$[[ inputs.NAME ]]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import Mention, Named, Pin, Setting, StepDefinition, StepKind
from scanner.pipelines.systems.ambient import Names, Session, mentions, spots
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.gitlab_files import Places
from scanner.pipelines.systems.gitlab_merge import Config
from scanner.pipelines.systems.pins import pin_of
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, text
from scanner.records import dataclass, replace

PREDEFINED = re.compile(
    r"""
    CI | CI_(?: API | BUILD | BUILDS | COMMIT | CONCURRENT | CONFIG | DEBUG | DEFAULT | DEPENDENCY_PROXY | ENVIRONMENT | EXTERNAL_PULL_REQUEST
      | GITLAB | JOB | KUBERNETES | MERGE_REQUEST | NODE | OPEN | PAGES | PIPELINE | PROJECT | RUNNER | SERVER | SHARED | TRIGGER | UPSTREAM )
      (?: _[A-Z0-9_]{1,64} )?
    | CI_(?: DEPLOY_FREEZE | DEPLOY_USER | DISPOSABLE_ENVIRONMENT | HAS_OPEN_REQUIREMENTS | REGISTRY | REGISTRY_IMAGE | REGISTRY_USER
      | RELEASE_DESCRIPTION | REPOSITORY_URL | TEMPLATE_REGISTRY_HOST )
    | CHAT_CHANNEL | CHAT_INPUT | CHAT_USER_ID | TRIGGER_PAYLOAD
    | GITLAB_(?: CI | ENV | FEATURES | USER_EMAIL | USER_ID | USER_LOGIN | USER_NAME )
    """,
    re.VERBOSE,
)
"""What GitLab sets. Not all of `CI_` and `GITLAB_`: people call their own `CI_PUSH_TOKEN` and `GITLAB_TOKEN`."""
TOKENS = frozenset(
    {"CI_DEPENDENCY_PROXY_PASSWORD", "CI_DEPLOY_PASSWORD", "CI_JOB_JWT", "CI_JOB_JWT_V2", "CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD"}
)

_INPUT = re.compile(r"\$\[\[ [ ]{0,8}+ inputs\. (?P<name> [A-Za-z0-9_-]{1,128}+ )", re.VERBOSE)
_LEVELS = 4
"""Of settings below settings: assets of a release."""


@dataclass(frozen=True, slots=True)
class Here:
    """What is needed to read the nodes of one job."""

    config: Config
    places: Places
    names: Names
    budget: Budget

    def setting(self, name: str, scalar: Scalar) -> Setting:
        """A name and its value. What names itself is the project's own, which goes before it."""
        names = replace(self.names, own=self.names.own - {name}) if name in self.names.own and name in scalar.value else self.names
        value = "" if scalar.is_null else scalar.value
        line = self.places.line(scalar.line)
        return Setting(name, value, line, scalar.column, self._mentions(scalar, names), self.places.file(scalar.line))

    def mentions(self, scalar: Scalar) -> tuple[Mention, ...]:
        """What a value names."""
        return self._mentions(scalar, self.names)

    def inputs(self, scalar: Scalar) -> tuple[Mention, ...]:
        """The inputs of whoever includes the file that a text is made with."""
        line = self.places.line(scalar.line)
        return tuple(Mention(match["name"], Named.INPUT, row, column) for match, row, column in spots(_INPUT, scalar, line))

    def _mentions(self, scalar: Scalar, names: Names) -> tuple[Mention, ...]:
        return (*self.inputs(scalar), *mentions(scalar, self.places.line(scalar.line), names, self.budget))


def variables(here: Here, node: Node | None) -> tuple[Setting, ...]:
    """The variables of a mapping, plain ones and those that are described."""
    found = []
    for key, value in here.config.entries(node):
        said = here.config.get(value, "value") if isinstance(value, Entries) else value
        found.append(here.setting(key.value, said if isinstance(said, Scalar) else _nothing(key)))
    return tuple(found)


def matrix(here: Here, node: Node | None) -> tuple[Setting, ...]:
    """The variables of `parallel:matrix`: with a value where there is only one, else with all that the values name."""
    found: dict[str, Setting] = {}
    for item in here.config.items(here.config.get(node, "matrix")):
        for key, value in here.config.entries(item):
            scalars = [one for one in here.config.items(value) if isinstance(one, Scalar)]
            if len(scalars) == 1 and key.value not in found:
                found[key.value] = here.setting(key.value, scalars[0])
                continue
            known = found.get(key.value, here.setting(key.value, _nothing(key)))
            named = tuple(mention for one in scalars for mention in here.mentions(one))
            found[key.value] = replace(known, value="", mentions=(*known.mentions, *named))
    return tuple(found.values())


def _nothing(key: Scalar) -> Scalar:
    return Scalar("", key.line, key.column)


def images(here: Here, *nodes: Node | None) -> Iterator[Mention]:
    """What the names and settings of images and services name."""
    waiting = [node for node in reversed(nodes) if node is not None]
    while waiting:
        node = waiting.pop()
        here.budget.spend()
        if isinstance(node, Scalar):
            yield from here.mentions(node)
        elif isinstance(node, Items):
            waiting += reversed(tuple(here.config.items(node)))
        else:
            waiting += (value for _, value in reversed(tuple(here.config.entries(node))))


@dataclass(frozen=True, slots=True)
class Parts:
    """The keys of a job that its steps are made from, defaults included."""

    hooks: Node | None
    before: Node | None
    script: Node | None
    run: Node | None
    release: Node | None
    after: Node | None
    dotenv: Node | None
    pages: Node | None


def steps(here: Here, parts: Parts) -> tuple[StepDefinition, ...]:
    """Every command of a job, in the order in which they run. What comes before and the script share one shell."""
    session = Session(here.names, here.budget)
    found = [
        *_scripts(here, here.config.get(parts.hooks, "pre_get_sources_script"), "pre_get_sources_script", Session(here.names, here.budget)),
        *_scripts(here, parts.before, "before_script", session),
        *_scripts(here, parts.script, "script", session),
        *_run(here, parts.run, session),
    ]
    if isinstance(parts.release, Entries):
        found.append(_task(here, "release", parts.release, _settings(here, parts.release)))
    after = _scripts(here, parts.after, "after_script", Session(here.names, here.budget))
    found += (replace(step, always=True, ignores_failure=True) for step in after)
    if parts.dotenv is not None:
        paths = tuple(here.setting("path", one) for one in here.config.items(parts.dotenv) if isinstance(one, Scalar))
        found.append(_task(here, "dotenv", parts.dotenv, paths))
    if parts.pages is not None:
        found.append(_task(here, "pages", parts.pages, ()))
    return tuple(found)


def _scripts(here: Here, node: Node | None, title: str, session: Session) -> Iterator[StepDefinition]:
    for item in here.config.items(node):
        if isinstance(item, Scalar):
            yield _script(here, item, title, session)


def _script(here: Here, item: Scalar, title: str, session: Session) -> StepDefinition:
    line, file = here.places.line(item.line), here.places.file(item.line)
    script = session.text(item, line, file, others=here.inputs(item))
    return StepDefinition(StepKind.SCRIPT, line, item.column, title, script=script, file=file)


def _run(here: Here, node: Node | None, session: Session) -> Iterator[StepDefinition]:
    """The steps of `run`: scripts, and steps that lie elsewhere."""
    for item in here.config.items(node):
        title = text(here.config.get(item, "name"))
        script, step = here.config.get(item, "script"), text(here.config.get(item, "step"))
        if isinstance(script, Scalar):
            yield replace(_script(here, script, title or "run", session), env=variables(here, here.config.get(item, "env")))
        elif step is not None:
            name, _, ref = step.partition("@")
            pin = Pin.LOCAL if name.startswith((".", "/")) else pin_of(ref or None)
            yield StepDefinition(
                StepKind.ACTION,
                here.places.line(item.line),
                item.column,
                title,
                uses=name,
                ref=ref or None,
                pin=pin,
                settings=_settings(here, here.config.get(item, "inputs")),
                env=variables(here, here.config.get(item, "env")),
                file=here.places.file(item.line),
            )


def _task(here: Here, uses: str, node: Node, settings: tuple[Setting, ...]) -> StepDefinition:
    line, file = here.places.line(node.line), here.places.file(node.line)
    return StepDefinition(StepKind.TASK, line, node.column, uses=uses, settings=settings, file=file)


def _settings(here: Here, node: Node | None) -> tuple[Setting, ...]:
    """All below a mapping, nested names joined by dots."""
    found = []
    waiting: list[tuple[str, Node, int]] = [("", node, 0)] if node is not None else []
    while waiting:
        name, one, level = waiting.pop()
        here.budget.spend()
        if isinstance(one, Scalar):
            found.append(here.setting(name, one))
        elif isinstance(one, Items):
            waiting += ((name, item, level + 1) for item in reversed(tuple(here.config.items(one))) if level < _LEVELS)
        elif level < _LEVELS:
            members = reversed(tuple(here.config.entries(one)))
            waiting += ((f"{name}.{key.value}" if name else key.value, value, level + 1) for key, value in members)
    return tuple(found)
