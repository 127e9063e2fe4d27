"""GitLab CI/CD.

What is included from the same repository is read as part of the definition; what lies elsewhere is named in `includes`. Jobs come with all
that they extend and with what `default` gives them; jobs that begin with a dot are templates. Each entry of a script is a step of its own,
called by its section. `release`, `pages` and a report of the type `dotenv` are tasks of those names. A name of `secrets:` is a secret; an
identity token and the tokens that GitLab makes for a job are job tokens.

Who can start a job is told for each way in which a pipeline begins (`gitlab_conditions`). A push and a merge request always count; API,
trigger tokens, schedules and other pipelines count where the definition names them, since it is a setting of the project whether anybody
may. Source: GitLab's CI/CD YAML syntax reference.
"""

from __future__ import annotations

import re

from scanner.errors import UnreadableError
from scanner.model import Reason, Trust
from scanner.pipelines.definition import PipelineDefinition, TriggerDefinition
from scanner.pipelines.systems.ambient import Names
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.gitlab_conditions import Start
from scanner.pipelines.systems.gitlab_files import joined
from scanner.pipelines.systems.gitlab_jobs import Whole, job
from scanner.pipelines.systems.gitlab_merge import Config
from scanner.pipelines.systems.gitlab_rules import chosen, rules_of, triggers
from scanner.pipelines.systems.gitlab_steps import PREDEFINED, TOKENS, Here, variables
from scanner.pipelines.systems.system import Files, System
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, entries, texts

_FILES = re.compile(r"(?:.{0,4096}/)?[^/]{0,255}\.gitlab-ci\.ya?ml")
_OWN = ".gitlab-ci.y"
_NO_JOBS = frozenset(
    {
        "after_script",
        "before_script",
        "cache",
        "default",
        "image",
        "include",
        "services",
        "spec",
        "stages",
        "types",
        "variables",
        "workflow",
    }
)
_STAGES = ("build", "test", "deploy")
_EVERY_START = (("push:branches", Trust.CONTRIBUTOR), ("push:tags", Trust.MAINTAINER))

_TELLING = frozenset({"after_script", "artifacts", "extends", "image", "needs", "only", "rules", "stage", "tags", "trigger"})
"""Keys of a job; one with a script and one of these is GitLab's."""
_FOREIGN = frozenset(
    {
        "addons",
        "apiVersion",
        "arch",
        "definitions",
        "dist",
        "install",
        "jobs",
        "kind",
        "language",
        "matrix",
        "on",
        "orbs",
        "pipelines",
        "pool",
        "runs",
        "steps",
    }
)
"""Keys at the top of what is no definition of GitLab."""


def read(path: str, data: bytes, files: Files) -> tuple[PipelineDefinition, ...]:
    """What a definition says, its local includes with it. Raises `UnreadableError` where it is none or comes to too much."""
    budget = Budget()
    found = joined(path, data, files, budget)
    if found is None:
        raise UnreadableError(Reason.MALFORMED, "no mapping of jobs")
    config = Config(found.root, budget)
    names = frozenset(key.value for key, _ in config.entries(config.top("variables")))
    starts, began = _workflow(config, budget)
    here = Here(config, found.places, Names(PREDEFINED, TOKENS, names), budget)
    whole = Whole(config, found.places, budget, names, starts)
    jobs = [job(whole, key, node) for key, node in config.members() if isinstance(node, Entries) and key.value not in _NO_JOBS]
    lowered = tuple(TriggerDefinition(one.event, one.trust, *_spot(found.places.file(one.line), one), one.filters) for one in began)
    return (
        PipelineDefinition(
            platform="gitlab",
            file=path,
            jobs=tuple(jobs),
            triggers=lowered,
            env=variables(here, config.top("variables")),
            is_reusable=bool(found.inputs) or not path.rpartition("/")[2].startswith(_OWN),
            inputs=found.inputs,
            includes=found.includes,
            ambient=True,
            tokens=TOKENS,
            serial=True,
            stages=_stages(config),
        ),
    )


def _workflow(config: Config, budget: Budget) -> tuple[frozenset[Start] | None, tuple[TriggerDefinition, ...]]:
    """The starts that `workflow` leaves, and what they are as triggers."""
    node = config.get(config.top("workflow"), "rules")
    if node is None:
        return None, tuple(TriggerDefinition(event, trust, 1, 1) for event, trust in _EVERY_START)
    left = chosen(rules_of(config, node, None, may_fail=False, budget=budget))
    return frozenset(one.start for one in left), triggers(left)


def _spot(file: str, trigger: TriggerDefinition) -> tuple[int, int]:
    """Where a trigger stands; the beginning where another file says it."""
    return (1, 1) if file else (trigger.line, trigger.column)


def _stages(config: Config) -> tuple[str, ...]:
    node = config.top("stages") or config.top("types")
    said = [one.value for one in config.items(node) if isinstance(one, Scalar)] or list(_STAGES)
    return (".pre", *(one for one in said if one not in {".pre", ".post"}), ".post")


def _claims(root: Node) -> bool:
    """Whether a document is GitLab's: the header of a component, or a mapping with a job that only GitLab would write so."""
    if not isinstance(root, Entries):
        return False
    top = {key.value: node for key, node in entries(root)}
    if set(top) == {"spec"}:
        return isinstance(top["spec"], Entries) and {key.value for key, _ in entries(top["spec"])} <= {
            "component",
            "description",
            "include",
            "inputs",
        }
    if _FOREIGN & top.keys():
        return False
    return any(_is_job(node) for name, node in top.items() if name not in _NO_JOBS)


def _is_job(node: Node) -> bool:
    if not isinstance(node, Entries):
        return False
    keys = {key.value for key, _ in entries(node)}
    script = node.get("script")
    return bool(keys & _TELLING) and (isinstance(script, Items) or bool(texts(script)) or "trigger" in keys)


SYSTEM = System("gitlab", _FILES, read, _claims, re.compile(r"(?:.{0,4096}/)?[^/]{0,200}gitlab-?ci[^/]{0,200}\.ya?ml"))
