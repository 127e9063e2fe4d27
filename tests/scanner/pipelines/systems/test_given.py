"""What names are given in definitions."""

from __future__ import annotations

import re

import pytest

from scanner.pipelines.definition import Named, Setting
from scanner.pipelines.systems.ambient import Names
from scanner.pipelines.systems.given import ambient, assigned, from_secret, listed_secrets, settings, variables
from scanner.pipelines.yamltree import Node, parse


def _node(text: str) -> Node:
    return parse(text.encode())[0]


def _told(found: tuple[Setting, ...]) -> list[tuple[str, str, list[str]]]:
    return [(one.name, one.value, [mention.name for mention in one.mentions]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: b, c: ~}", [("a", "b", []), ("c", "", [])]),
        ("{a: {b: {c: d}}, e: [f, {g: h}]}", [("a.b.c", "d", []), ("e", "f", []), ("e.g", "h", [])]),
        ("{a: {from_secret: x}, b: [{from_secret: y}]}", [("a", "x", ["x"]), ("b", "y", ["y"])]),
        ("{a: {from_secret: ~}, b: {from_secret: [x]}}", [("a.from_secret", "", []), ("b.from_secret", "x", [])]),
        ("{a: '$X ${Y}-$X $$Z'}", [("a", "$X ${Y}-$X $$Z", ["X", "Y"])]),
        ("[a]", []),
    ],
)
def test_settings(text: str, expected: list[tuple[str, str, list[str]]]) -> None:
    assert _told(settings(_node(text), from_secret)) == expected


def test_names_do_not_grow_without_end() -> None:
    deep = "{" + f"{'a' * 150}: {{" * 20 + "b: c" + "}" * 21
    assert [len(one.name) for one in settings(_node(deep))] == [200]


def test_variables_as_a_list() -> None:
    assert _told(variables(_node("[A=b=c, {D: {from_secret: e}}, F]"), from_secret)) == [("A", "b=c", []), ("D", "e", ["e"]), ("F", "", [])]
    (one,) = assigned(_node("NAME=$X"))
    assert (one.line, one.column, one.mentions[0].name) == (1, 6, "X")


def test_secrets_as_a_list() -> None:
    found = tuple(listed_secrets(_node("[a_b, {source: c, target: d}, {source: e}, {target: f}, [g], ~]")))
    assert _told(found) == [("A_B", "", ["a_b"]), ("D", "", ["c"]), ("E", "", ["e"])]


def test_what_a_variable_means_where_all_are_there() -> None:
    names = Names(re.compile(r"CI_\w{1,20}"), frozenset({"JOB"}), own=frozenset({"OWN"}))
    (one,) = ambient(settings(_node("{A: $CI_X $JOB $OWN $OTHER}")), names)
    assert [(mention.name, mention.named) for mention in one.mentions] == [
        ("JOB", Named.JOB_TOKEN),
        ("OWN", Named.ENV),
        ("OTHER", Named.VARIABLE),
    ]
