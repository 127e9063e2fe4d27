"""CircleCI: whatever a tree is, it is read or said to be unreadable."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.systems.circleci import SYSTEM


def read(text: str) -> PipelineDefinition:
    (pipeline,) = SYSTEM.read(".circleci/config.yml", text.encode(), lambda _: None)
    return pipeline


WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "version 2.1 setup orbs jobs commands executors executor parameters default docker image auth environment steps run command name shell "
        "when unless condition deploy checkout restore_cache workflows triggers schedule filters branches tags only ignore requires context "
        "matrix alias type approval pre-steps post-steps build x x/y a/b@1.0.0 $KEY << parameters.x >> /.*/ circleci/continuation/continue",
    )
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=12), st.just("<< parameters.x >>"))
TREES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=5)), max_leaves=40
)


@given(st.dictionaries(WORDS, TREES, max_size=5) | TREES)
def test_any_tree_is_read_or_unreadable(tree: object) -> None:
    with suppress(UnreadableError):
        read(json.dumps(tree))


def repeated(name: str, text: str, times: int = 9) -> str:
    return f"{name}: {{steps: [{', '.join([text] * times)}]}}"


@pytest.mark.parametrize(
    "text",
    [
        "commands: {a0: {steps: [checkout]}, " + ", ".join(repeated(f"a{n}", f"a{n - 1}") for n in range(1, 10)) + "}\n"
        "jobs: {build: {steps: [a9]}}",
        "jobs: {"
        + repeated("a", "checkout", 3000)
        + "}\nworkflows: {w: {jobs: ["
        + ", ".join(f"a: {{x: {n}}}" for n in range(3000))
        + "]}}",
        "jobs: {a: {steps: [{run: '"
        + "$A " * 100_000
        + "'}]}}\nworkflows: {w: {jobs: ["
        + ", ".join(f"a: {{x: {n}}}" for n in range(99))
        + "]}}",
    ],
    ids=["commands", "uses", "texts"],
)
def test_what_few_lines_repeat_is_too_large(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read("version: 2.1\n" + text)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize("text", ["", "- hunter2", "a"])
def test_what_is_no_mapping_is_no_definition(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert (caught.value.reason, caught.value.detail) == ("malformed", "no mapping of jobs")
