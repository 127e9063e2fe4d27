"""Dataclasses whose methods are written when somebody needs them.

`dataclasses.dataclass` writes and compiles six methods for every class that is imported. A short run imports two hundred, makes objects of
half of them, and compares, hashes or shows hardly any. So `dataclass` here is that of `dataclasses` in all but time: the constructor is
written at the first call, and everything else (comparing, hashing, representation, what `fields` and `replace` ask for) is taken from what
`dataclasses` makes of the same definition, when it is first asked for. What is frozen is so from the beginning, and there is no
moment in which a representation shows what `repr=False` hides.

Classes of ours have slots and no base, so nothing else is known here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]

Method = Callable[..., Any]


class _Draft:
    """How a class was defined, which is all that its methods are written from."""

    __slots__ = ("_definition", "_made", "names", "options")

    def __init__(self, defined: type[Any], options: Mapping[str, bool]) -> None:
        self._definition = {name: value for name, value in vars(defined).items() if name not in {"__dict__", "__weakref__"}}
        self.options = options
        self.names = tuple(name for name, kind in vars(defined).get("__annotations__", {}).items() if not kind.startswith("ClassVar"))
        body = {name: value for name, value in self._definition.items() if name not in self.names}
        own = {"__slots__": self.names, "__qualname__": defined.__qualname__, "__draft__": self, "__dataclass_fields__": _Fields()}
        matched = tuple(name for name in self.names if getattr(self._definition.get(name), "init", True))
        self._made: Any = type(defined.__name__, (), {**_stubs(options), **body, **own, "__match_args__": matched})

    @property
    def made(self) -> Any:  # noqa: ANN401 - a class with whatever attributes its author gave it
        """The class itself."""
        return self._made

    def write_constructor(self) -> None:
        """Gives the class the `__init__` that `dataclasses` would write."""
        known: dict[str, Any] = {"_Made": _MADE}
        parameters, lines = ["self"], []
        for name in self.names:
            known[f"_set_{name}"] = vars(self._made)[name].__set__
            parameter, value = _field(name, self._definition.get(name, dataclasses.MISSING), known)
            parameters += parameter
            lines += [f"_set_{name}(self, {one})" for one in value]
        lines += ["self.__post_init__()"] if "__post_init__" in self._definition else []
        source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"])
        exec(source, known)  # noqa: S102 - as `dataclasses` does: of names in our own definitions
        self._made.__init__ = known["__init__"]

    def definition(self) -> type[Any]:
        """The class as it was defined; another one each time, since `dataclasses` changes what it gets."""
        return type(self._made.__name__, (), {"__qualname__": self._made.__qualname__, **self._definition})

    def of_dataclasses(self, **others: bool) -> type[Any]:
        """What `dataclasses` makes of the definition, slots aside, with these options or `others`."""
        return dataclasses.dataclass(**{**self.options, **others})(self.definition())

    def write_fields(self) -> None:
        """Gives the class what `fields` and `replace` ask for; the same however often."""
        made = self.of_dataclasses(init=False, repr=False, eq=False, order=False, frozen=False)
        self._made.__dataclass_fields__ = vars(made)["__dataclass_fields__"]

    def write_methods(self) -> None:
        """Gives the class all other methods; the same however often."""
        made = vars(self.of_dataclasses(init=False))
        for name in _AWAITED.keys() & made.keys() - self._definition.keys():
            setattr(self._made, name, made[name])


class _Made:
    """What stands in a constructor for what a factory makes."""

    def __repr__(self) -> str:
        return "<factory>"


_MADE = _Made()


def _field(name: str, given: Any, known: dict[str, Any]) -> tuple[list[str], list[str]]:  # noqa: ANN401 - a default may be anything
    """The parameter for a field and the value that it gets, none or one of each; what they refer to is added to what is `known`."""
    if not isinstance(given, dataclasses.Field):
        given = dataclasses.field(default=given)
    if given.default_factory is not dataclasses.MISSING:
        known[f"_make_{name}"] = given.default_factory
        made = f"_make_{name}()"
        return ([f"{name}=_Made"], [f"{made} if {name} is _Made else {name}"]) if given.init else ([], [made])
    known[f"_default_{name}"] = given.default
    has_default = given.default is not dataclasses.MISSING
    if not given.init:
        return [], [f"_default_{name}"] if has_default else []
    return [f"{name}=_default_{name}" if has_default else name], [name]


class _Fields:
    """What `dataclasses` and others know a class's fields by."""

    def __get__(self, _one: object, owner: Any) -> Any:  # noqa: ANN401 - any class of ours
        owner.__draft__.write_fields()
        return owner.__dataclass_fields__


def _construct(self: Any, *values: Any, **named: Any) -> None:  # noqa: ANN401 - an object of any class of ours
    self.__draft__.write_constructor()
    self.__draft__.made.__init__(self, *values, **named)


def _later(name: str) -> Method:
    """Stands for the method of this name until it is first called."""

    def method(self: Any, *others: Any) -> Any:  # noqa: ANN401 - as above
        self.__draft__.write_methods()
        return getattr(self.__draft__.made, name)(self, *others)

    return method


def _refuse(_self: object, name: str, _value: object = None) -> NoReturn:
    message = f"cannot change field {name!r}"
    raise dataclasses.FrozenInstanceError(message)


def _state(self: Any) -> list[Any]:  # noqa: ANN401 - as above
    return [getattr(self, name) for name in self.__draft__.names]


def _restore(self: Any, state: list[Any]) -> None:  # noqa: ANN401 - as above
    for name, value in zip(self.__draft__.names, state, strict=True):
        object.__setattr__(self, name, value)


_AWAITED = {name: _later(name) for name in ("__repr__", "__eq__", "__hash__", "__lt__", "__le__", "__gt__", "__ge__")}
_ORDER = {name: _AWAITED[name] for name in ("__lt__", "__le__", "__gt__", "__ge__")}
_FROZEN: dict[str, Method | None] = {"__setattr__": _refuse, "__delattr__": _refuse, "__getstate__": _state, "__setstate__": _restore}


def _stubs(options: Mapping[str, bool]) -> dict[str, Method | None]:
    """What a class has in place of the methods that are yet to be written."""
    stubs: dict[str, Method | None] = {"__init__": _construct, "__repr__": _AWAITED["__repr__"]}
    if options["eq"]:
        stubs |= {"__eq__": _AWAITED["__eq__"], "__hash__": _AWAITED["__hash__"] if options["frozen"] else None}
    if options["order"]:
        stubs |= _ORDER
    return stubs | _FROZEN if options["frozen"] else stubs


def _lean(*, slots: bool, frozen: bool = False, eq: bool = True, order: bool = False) -> Callable[[type[Any]], type[Any]]:
    """As `dataclasses.dataclass`; raises TypeError for a class without slots, or with a base."""

    def drafted(defined: type[Any]) -> type[Any]:
        if not slots or defined.__bases__ != (object,):
            message = f"{defined.__qualname__}: a dataclass of ours has slots and no base"
            raise TypeError(message)
        made: type[Any] = _Draft(defined, {"frozen": frozen, "eq": eq, "order": order}).made
        return made

    return drafted


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _lean
