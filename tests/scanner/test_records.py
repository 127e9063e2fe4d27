from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, asdict, fields, is_dataclass
from typing import Any, ClassVar

import pytest

import detectors
import scanner
from scanner.records import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Frozen:
    name: str
    hidden: bytes = field(default=b"", repr=False)
    others: list[int] = field(default_factory=list, compare=False)
    shown: ClassVar[str] = "of the class"


@dataclass(slots=True)
class Counted:
    total: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    begun: bool = field(init=False, default=True)
    kept: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.total += sum(self.parts.values())


@dataclass(frozen=True, slots=True, order=True)
class Ordered:
    high: int
    low: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Itself:
    name: str


def anew(kind: type[Any]) -> type[Any]:
    """The same class, of which nothing was asked yet."""
    made: type[Any] = type(kind.__draft__)(kind.__draft__.definition(), kind.__draft__.options).made
    return made


FIRST: list[tuple[Callable[[Any], object], object]] = [
    (repr, "Frozen(name='a', others=[])"),
    (str, "Frozen(name='a', others=[])"),
    (lambda one: one == type(one)("a", b"secret", [1]), True),
    (lambda one: one == type(one)("a"), False),
    (lambda one: one != type(one)("b"), True),
    (lambda one: one == "a", False),
    (lambda one: hash(one) == hash(type(one)("a", b"secret", [1])), True),
    (lambda one: one in {one, type(one)("b")}, True),
    (lambda one: replace(one, name="b").hidden, b"secret"),
    (asdict, {"name": "a", "hidden": b"secret", "others": []}),
    (lambda one: [each.name for each in fields(one)], ["name", "hidden", "others"]),
    (lambda one: [each.name for each in fields(type(one)) if each.repr], ["name", "others"]),
    (is_dataclass, True),
    (lambda one: (copy.copy(one) == one, copy.copy(one) is one), (True, False)),
    (lambda one: copy.deepcopy(one).hidden, b"secret"),
    (lambda one: type(one).shown, "of the class"),
    (lambda one: hasattr(one, "__dict__"), False),
]
"""What may be the first thing that is asked of an object, and the answer."""


@pytest.mark.parametrize(("ask", "answer"), FIRST)
def test_whatever_is_asked_first_is_answered_as_by_dataclasses(ask: Callable[[Any], object], answer: object) -> None:
    one = anew(Frozen)("a", b"secret")
    assert (ask(one), ask(one)) == (answer, answer)


@pytest.mark.parametrize(("ask", "_"), FIRST)
def test_a_hidden_field_is_never_shown(ask: Callable[[Any], object], _: object) -> None:
    one = anew(Frozen)(name="a", hidden=b"secret")
    shown = [f"{one}"]
    ask(one)
    assert "secret" not in "".join((*shown, repr(one), f"{one}"))


@pytest.mark.parametrize(
    "change", [lambda one: setattr(one, "name", "b"), lambda one: setattr(one, "new", 1), lambda one: delattr(one, "name")]
)
def test_what_is_frozen_is_so_from_the_beginning(change: Callable[[Any], None]) -> None:
    one = anew(Frozen)("a")
    for _ in range(2):
        with pytest.raises(FrozenInstanceError):
            change(one)
        assert one.name == "a"
        assert repr(one)


@pytest.mark.parametrize("one", [Frozen("a", b"b", [3]), Counted(1, {"a": 2}), Ordered(1)])
def test_objects_travel_to_other_processes(one: object) -> None:
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own


def test_every_object_gets_what_factories_make_for_it_alone() -> None:
    first, second = Counted(), Counted()
    first.parts["a"] = 1
    first.kept.add(1)
    assert (second.parts, second.kept, second.begun) == ({}, set(), True)


def test_what_comes_after_construction_is_done() -> None:
    assert Counted(1, {"a": 2, "b": 3}).total == 6


def test_only_what_can_change_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Counted())


def test_order_is_that_of_the_fields() -> None:
    kind = anew(Ordered)
    assert sorted([kind(2), kind(1, 5), kind(1)]) == [kind(1), kind(1, 5), kind(2)]
    assert (kind(1) <= kind(1), kind(2) > kind(1), kind(2) >= kind(3)) == (True, True, False)


def test_without_equality_an_object_equals_itself_alone() -> None:
    one = Itself("a")
    assert (one == one, one == Itself("a"), hash(one) == object.__hash__(one)) == (True, False, True)  # noqa: PLR0124 - what is meant


def test_patterns_match_by_position() -> None:
    match anew(Frozen)("a", b"b"):
        case Frozen():
            pytest.fail("another class")
    match Frozen("a", b"b"):
        case Frozen(name, hidden):
            assert (name, hidden) == ("a", b"b")


@pytest.mark.parametrize("call", [lambda kind: kind(), lambda kind: kind("a", b"", [], 1), lambda kind: kind("a", other=1)])
def test_a_wrong_call_is_refused_each_time(call: Callable[[Any], object]) -> None:
    kind = anew(Frozen)
    for _ in range(2):
        with pytest.raises(TypeError):
            call(kind)
    assert kind("a").name == "a"


def test_a_class_may_have_no_fields() -> None:
    @dataclass(frozen=True, slots=True)
    class Nothing:
        """Of which there is only one sort."""

    assert (Nothing() == Nothing(), repr(Nothing()).rpartition(".")[2], fields(Nothing)) == (True, "Nothing()", ())


def test_a_class_with_a_base_is_refused() -> None:
    with pytest.raises(TypeError, match="slots and no base"):

        @dataclass(frozen=True, slots=True)
        class _More(Frozen):
            more: int = 0


def _ours() -> Iterator[type[Any]]:
    """Every class of ours that `scanner.records` made."""
    for package in (scanner, detectors):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name:
                module = importlib.import_module(found.name)
                yield from (
                    one
                    for one in vars(module).values()
                    if isinstance(one, type) and hasattr(one, "__draft__") and one.__module__ == found.name
                )


@pytest.mark.parametrize("kind", [*_ours(), Frozen, Counted, Ordered], ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_constructors_are_those_that_dataclasses_writes(kind: type[Any]) -> None:
    ours, theirs = anew(kind), kind.__draft__.of_dataclasses()
    ours.__draft__.write_constructor()
    wanted, given = (inspect.signature(each.__init__).parameters for each in (theirs, ours))
    assert [(p.name, p.kind, repr(p.default)) for p in given.values()] == [(p.name, p.kind, repr(p.default)) for p in wanted.values()]
    assert ours.__match_args__ == theirs.__match_args__
    assert ours.__slots__ == tuple(each.name for each in fields(theirs))
