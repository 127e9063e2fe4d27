"""Every reader of a CI system: whatever a definition is, it is read, within bounds, or said to be unreadable."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.pipelines import systems
from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.systems.system import System
from scanner.pipelines.yamltree import parse


def _systems() -> Iterator[System]:
    """All that the modules of the package offer, whether they are listed or not."""
    met: dict[tuple[str, str], System] = {}
    for found in pkgutil.iter_modules(systems.__path__):
        module = importlib.import_module(f"{systems.__name__}.{found.name}")
        for system in (*getattr(module, "SYSTEMS", ()), *filter(None, [getattr(module, "SYSTEM", None)])):
            met[system.platform, system.files.pattern] = system
    yield from met.values()


SYSTEMS = tuple(_systems())
NAMES = [f"{system.platform}-{number}" for number, system in enumerate(SYSTEMS)]

PATHS = (
    *(".github/workflows/a.yml", ".gitea/workflows/a.yml", ".forgejo/workflows/a.yml", "action.yml", ".gitlab-ci.yml"),
    *("azure-pipelines.yml", ".travis.yml", "appveyor.yml", ".drone.yml", ".woodpecker.yml", ".buildkite/pipeline.yml"),
    *("cloudbuild.yaml", "buildspec.yml", ".circleci/config.yml", "bitbucket-pipelines.yml", "Jenkinsfile"),
)

WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        """
    name on jobs steps run uses with env if needs permissions environment secrets inputs outputs strategy matrix include exclude defaults shell
    trigger when event branch ref target cron evaluate kind pipeline services image settings commands environment from_secret depends_on
    plugins block input wait group key label agents queue soft_fail build branches exit_status args entrypoint script secretEnv versionName
    availableSecrets secretManager inline envMap substitutions options pool phases finally batch build-graph build-list identifier depend-on
    stages stage jobs job template parameters variables value task pool extends resources repositories checkout deployment strategy
    workflows orbs executors commands context filters tags only type approval docker auth definitions pipelines default parallel step pipe
    deploy provider api_key secure before_script after_script install language import source rules allow_failure id_tokens aud component
    push tag pull_request release manual true false docker bash -c $X ${{secrets.X}} <<parameters.x>> $(x) refs/tags/* a/b@v1 a#v1 ./a
    """,
    )
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=12))
TREES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=5)), max_leaves=30
)

VALID: dict[str, object] = {
    "drone": {
        "kind": "pipeline",
        "name": "a",
        "depends_on": ["b"],
        "trigger": {"event": ["push"], "ref": {"exclude": ["refs/tags/**"]}},
        "services": [{"name": "db", "image": "x", "environment": {"P": {"from_secret": "p"}}}],
        "steps": [{"name": "s", "image": "a/b:1", "settings": {"k": [{"v": 1}]}, "when": {"target": "x"}, "depends_on": ["t"]}],
    },
    "woodpecker": {
        "when": [{"event": "tag", "evaluate": 'CI_PIPELINE_EVENT == "tag"'}, {"branch": {"include": ["a"]}}],
        "labels": {"zone": "x"},
        "matrix": {"A": [1], "include": [{"B": 2}]},
        "steps": {
            "s": {"image": "x", "commands": ["npm publish"], "secrets": ["a", {"source": "b", "target": "c"}], "when": [{"event": "tag"}]}
        },
    },
    "buildkite": {
        "env": {"A": "$B"},
        "steps": [
            {"command": ["a", "b"], "plugins": [{"docker-login#v1": {"password-env": "X"}}], "if": "build.tag != null", "branches": "main"},
            "wait",
            {"block": "x", "key": "k"},
            {"group": "g", "steps": [{"trigger": "t", "build": {"env": {"A": "b"}}, "depends_on": [{"step": "k"}]}]},
        ],
    },
    "cloudbuild": {
        "steps": [
            {"name": "gcr.io/cloud-builders/docker", "args": ["push", "$_X"], "secretEnv": ["T"]},
            {"name": "x", "script": "#!python"},
        ],
        "availableSecrets": {"secretManager": [{"versionName": "v", "env": "T"}]},
        "images": ["x"],
    },
    "codebuild": {
        "env": {"variables": {"A": "$B"}, "secrets-manager": {"T": "a:b"}, "exported-variables": ["T"], "shell": "bash"},
        "phases": {"build": {"commands": ["npm publish"], "finally": ["x"], "on-failure": "CONTINUE"}},
        "batch": {"build-graph": [{"identifier": "a", "depend-on": ["b"]}]},
    },
}
"""Definitions of which parts are replaced."""

MOST_A_BYTE = 20
"""Facts that a definition may come to for each of its bytes: every event may start every job."""


def _path(system: System) -> str:
    """A path at which a system looks."""
    return next(path for path in PATHS if system.files.fullmatch(path))


def _facts(pipeline: PipelineDefinition) -> int:
    """How much a definition came to."""
    own = len(pipeline.env) + len(pipeline.triggers) + len(pipeline.includes)
    for job in pipeline.jobs:
        own += 1 + len(job.env) + len(job.needs) + len(job.gates) + len(job.triggers or ())
        own += sum(1 + len(step.settings) + len(step.env) for step in job.steps)
    return own


def _written(tree: object) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()


def _read(system: System, data: bytes) -> None:
    try:
        found = system.read(_path(system), data, {"a": data}.get)
    except UnreadableError:
        return
    assert sum(map(_facts, found)) <= MOST_A_BYTE * (len(data) + 50)


@pytest.mark.parametrize("system", SYSTEMS, ids=NAMES)
@given(tree=TREES)
def test_any_tree_is_read_or_unreadable(system: System, tree: object) -> None:
    _read(system, _written(tree))
    if system.claims is not None:
        with suppress(UnreadableError):
            assert system.claims(parse(_written(tree))[0]) in {True, False}


@pytest.mark.parametrize("system", SYSTEMS, ids=NAMES)
@settings(max_examples=30)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_unreadable(system: System, data: bytes) -> None:
    _read(system, data)


def _places(tree: object) -> list[tuple[object, ...]]:
    """The ways to all parts of a tree."""
    found: list[tuple[object, ...]] = []
    waiting: list[tuple[tuple[object, ...], object]] = [((), tree)]
    while waiting:
        way, node = waiting.pop()
        found.append(way)
        members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        waiting += [((*way, key), below) for key, below in members]
    return found


def _replaced(tree: object, way: tuple[object, ...], other: object) -> object:
    if not way:
        return other
    if isinstance(tree, dict):
        return {key: _replaced(below, way[1:], other) if key == way[0] else below for key, below in tree.items()}
    assert isinstance(tree, list)
    return [_replaced(below, way[1:], other) if number == way[0] else below for number, below in enumerate(tree)]


@pytest.mark.parametrize("platform", VALID)
@given(data=st.data())
def test_a_definition_with_anything_anywhere(platform: str, data: st.DataObject) -> None:
    tree = VALID[platform]
    changed = _replaced(tree, data.draw(st.sampled_from(_places(tree))), data.draw(TREES))
    system = next(one for one in SYSTEMS if one.platform == platform)
    _read(system, _written(changed))


@pytest.mark.parametrize("platform", VALID)
def test_a_valid_definition_is_read(platform: str) -> None:
    system = next(one for one in SYSTEMS if one.platform == platform)
    (pipeline,) = system.read(_path(system), _written(VALID[platform]), lambda _path: None)
    assert pipeline.jobs
    assert pipeline.platform == platform
