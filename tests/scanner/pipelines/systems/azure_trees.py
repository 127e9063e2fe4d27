"""Trees that no author would write: what readers of YAML must take without falling."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.systems.system import System


def no_files(_: str) -> bytes | None:
    """A repository that has nothing else."""
    return None


def trees(keys: tuple[str, ...], values: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """Documents made of a system's own keys and values, at the wrong places."""
    leaf = st.one_of(st.sampled_from(values), st.sampled_from(keys), st.none(), st.booleans(), st.integers(), st.text(max_size=8))
    node = st.recursive(
        leaf,
        lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(st.sampled_from(keys), below, max_size=5)),
        max_leaves=40,
    )
    return st.dictionaries(st.sampled_from(keys), node, min_size=1, max_size=6).map(lambda tree: json.dumps(tree).encode())


def taken(system: System, data: bytes) -> tuple[PipelineDefinition, ...] | None:
    """What a reader says; None where it refuses, which is the only error that it may have."""
    try:
        return system.read("definition.yml", data, no_files)
    except UnreadableError:
        return None
