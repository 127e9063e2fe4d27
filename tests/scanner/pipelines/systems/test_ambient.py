"""Names in scripts that nobody has to hand over."""

from __future__ import annotations

import re

import pytest

from scanner.errors import UnreadableError
from scanner.pipelines.definition import Named
from scanner.pipelines.systems.ambient import Names, Session, mentions
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.yamltree import Scalar

NAMES = Names(re.compile(r"CI|CI_[A-Z]{1,9}"), frozenset({"CI_TOKEN"}), frozenset({"OWN"}), frozenset({"KEPT"}))


def names(*texts: str) -> list[str]:
    session = Session(NAMES, Budget())
    return [mention.name for text in texts for mention in session.text(Scalar(text, 1, 1, "|"), 1).mentions]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("echo $A ${B} ${C:-$D} ${#E} ${!F}", ["A", "B", "C", "D", "E", "F"]),
        ("echo $env:A ${env:B}", ["A", "B"]),
        ("echo %LONG% %ab% %Y%m%d%H", ["LONG"]),
        ("echo $$A $1 $? $@ ${1}", []),
        ("awk '{print $NF}' $HOME/x", []),
        ("echo '//host/:_authToken=${A}'", ["A"]),
        ("A=1; echo $A", []),
        ("A=$(x) && echo $A", []),
        ("A=$A run $A", ["A", "A"]),
        ("export A=${A:-x}; run $A", ["A", "A"]),
        ("A=1 run $A", ["A"]),
        ("run --build-arg A=$A\necho $A", ["A", "A"]),
        ("A=1\necho $A\necho $AB", ["AB"]),
        ("export A=1\nlocal B=2\necho $A $B", []),
        ("for A in 1 2; do echo $A; done", []),
        ("read -r A\necho $A", []),
        ("$A = 1\necho $A", []),
        ("if x; then A=1; fi\necho $A", []),
        ("echo $A\nA=1\necho $A", ["A", "A"]),
        ("$CI $CI_SHA $CI_TOKEN", ["CI_TOKEN"]),
    ],
)
def test_what_a_script_names(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_texts_of_one_session_know_what_the_earlier_ones_set() -> None:
    assert names("A=1", "echo $A $B") == ["B"]


@pytest.mark.parametrize(
    ("name", "named"),
    [("CI_TOKEN", Named.JOB_TOKEN), ("OWN", Named.ENV), ("KEPT", Named.SECRET), ("CI_SHA", None), ("PATH", None), ("X", Named.VARIABLE)],
)
def test_what_a_name_means(name: str, named: Named | None) -> None:
    assert NAMES.of(name) == named


@pytest.mark.parametrize(
    ("style", "value", "place"),
    [("|", "a\nb $X", (8, 7)), ("", "b $X", (7, 7)), (">", "a\nb $X", (7, 5)), ('"', "a\nb $X", (7, 5))],
)
def test_where_a_name_stands(style: str, value: str, place: tuple[int, int]) -> None:
    (mention,) = mentions(Scalar(value, 7, 5, style), 7, NAMES, Budget())
    assert (mention.line, mention.column) == place


def test_a_text_counts_by_its_length() -> None:
    Session(NAMES, Budget(15)).text(Scalar("x" * 320, 1, 1), 1)
    with pytest.raises(UnreadableError) as caught:
        Session(NAMES, Budget(14)).text(Scalar("x" * 320, 1, 1), 1)
    assert caught.value.reason == "too-large"
