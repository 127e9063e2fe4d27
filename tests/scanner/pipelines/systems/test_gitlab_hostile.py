"""GitLab: whatever a tree is, it is read or said to be unreadable."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.pipelines.systems.gitlab import SYSTEM

WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "include local project file ref remote component template inputs variables value default inherit before_script script after_script "
        "image services name extends stages stage needs job environment action id_tokens aud secrets vault rules if when changes "
        "allow_failure only except refs workflow trigger branch forward release pages artifacts reports dotenv cache policy parallel "
        "matrix run step hooks .x x y spec manual never true false $CI_COMMIT_TAG a.yml b.yml",
    )
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=12))
TREES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=5)), max_leaves=40
)


@given(TREES, TREES, TREES)
def test_any_tree_is_read_or_unreadable(tree: object, second: object, third: object) -> None:
    files = {"a.yml": json.dumps(second).encode(), "b.yml": json.dumps(third).encode()}
    with suppress(UnreadableError):
        SYSTEM.read(".gitlab-ci.yml", json.dumps(tree).encode(), files.get)
    assert SYSTEM.claims is not None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_unreadable(data: bytes) -> None:
    with suppress(UnreadableError):
        SYSTEM.read(".gitlab-ci.yml", data, lambda _: None)


JOBS = "\n".join(f"j{number}: {{extends: .base}}" for number in range(3000))


@pytest.mark.parametrize(
    "text",
    [
        ".base: {script: [" + ", ".join(["a"] * 3000) + "]}\n" + JOBS,
        ".base: {script: ['" + "$A " * 100_000 + "']}\n" + JOBS,
        ".base: {variables: {" + ", ".join(f"V{number}: $X" for number in range(3000)) + "}}\n" + JOBS,
        ".base: {rules: [" + ", ".join(["{if: $A == 'b' && $C =~ /d/}"] * 3000) + "]}\n" + JOBS,
        ".base: {only: [" + ", ".join(["x"] * 3000) + "]}\n" + JOBS,
        ".r0: {script: [a, b]}\n"
        + "\n".join(f".r{number}: {{script: [{', '.join([f'!reference [.r{number - 1}, script]'] * 9)}]}}" for number in range(1, 11)),
    ],
    ids=["steps", "texts", "variables", "rules", "refs", "references"],
)
def test_what_few_lines_repeat_is_too_large(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        SYSTEM.read(".gitlab-ci.yml", text.encode(), lambda _: None)
    assert caught.value.reason == "too-large"


def test_a_long_chain_of_extensions_ends() -> None:
    chain = ".e0: {variables: {DEEP: a}}\n" + "\n".join(f".e{number}: {{extends: .e{number - 1}, script: [a]}}" for number in range(1, 500))
    (pipeline,) = SYSTEM.read(".gitlab-ci.yml", chain.encode(), lambda _: None)
    assert len(pipeline.jobs) == 500
