"""Whatever nest of formats a text is packed in, it comes out as it was, under the path that leads there."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tests.scanner.sources.archives.opened import opened
from tests.support.archives import ARCHIVES, COMPRESSIONS, ENDINGS, Files
from tests.support.tokens import npm

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda name: not name.endswith("/") and name not in {"TRAILER!!!", "/", "//"} and "\n" not in name and name == name.strip()
)
CONTENT = st.binary(min_size=1, max_size=400).map(lambda data: b"text " + data)


@dataclass(frozen=True, slots=True)
class Nest:
    """A packed file: how it is called, what it holds, and what must come out of it."""

    name: str
    data: bytes
    members: tuple[tuple[str, tuple[str, ...], bytes], ...]
    """Path below `name`, steps, content."""
    folds: bool = False
    """Whether it is one archive together with a compression of it."""


def leaf(name: str, content: bytes) -> Nest:
    return Nest(name, content, (("", (), content),))


def packed(kind: str, nests: tuple[Nest, ...], name: str) -> Nest:
    """Several in an archive."""
    files: Files = {nest.name: nest.data for nest in nests}
    members = tuple((f"!/{nest.name}{path}", (kind, *steps), content) for nest in nests for path, steps, content in nest.members)
    return Nest(name, ARCHIVES[kind](files), members, folds=kind in {"tar", "cpio"})


def compressed(kind: str, nest: Nest) -> Nest:
    """One, compressed."""
    below = "" if nest.folds else f"!/{nest.name.rpartition('/')[2]}"
    members = tuple((below + path, (kind, *steps), content) for path, steps, content in nest.members)
    return Nest(nest.name + ENDINGS[kind], COMPRESSIONS[kind](nest.data), members)


def extend(children: st.SearchStrategy[Nest]) -> st.SearchStrategy[Nest]:
    several = st.lists(children, min_size=1, max_size=3, unique_by=lambda nest: nest.name).map(tuple)
    return st.one_of(
        st.builds(packed, st.sampled_from(sorted(ARCHIVES)), several, st.sampled_from(["x", "d/y.bin", "z.jar"])),
        st.builds(compressed, st.sampled_from(sorted(COMPRESSIONS)), children),
    )


def depth(nest: Nest) -> int:
    return max(len(steps) for _, steps, _ in nest.members)


@given(st.recursive(st.builds(leaf, NAMES, CONTENT), extend, max_leaves=4).filter(lambda nest: 1 <= depth(nest) <= 8))
def test_every_nest_is_opened(nest: Nest) -> None:
    told = opened(nest.data, nest.name)
    assert told.problems == []
    assert sorted(told.contents) == sorted((nest.name + path, content) for path, _, content in nest.members)
    assert told.steps == {nest.name + path: steps for path, steps, _ in nest.members}


@given(
    st.recursive(st.just(leaf("deep.env", f"NPM_TOKEN={npm(5)}\n".encode())), extend, max_leaves=3).filter(
        lambda nest: 1 <= depth(nest) <= 8
    )
)
def test_a_token_comes_out_of_every_nest(nest: Nest) -> None:
    assert all(npm(5).encode() in content for _, content in opened(nest.data, nest.name).contents)
