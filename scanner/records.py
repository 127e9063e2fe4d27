"""Dataclasses whose methods are written when somebody needs them.

`dataclasses.dataclass` writes and compiles six methods for every class that is imported. A short run imports two hundred, makes objects of
half of them, and compares, hashes or shows hardly any. So `dataclass` here is that of `dataclasses` in all but time: the constructor is
written at the first call, as are the methods that compare and hash, and everything else (representation, what `fields` asks for) is taken
from what `dataclasses` makes of the same definition, when it is first asked for. What is frozen is so from the beginning, and there is no
moment in which a representation shows what `repr=False` hides.

Classes of ours have slots and no base, so nothing else is known here. `field` and `replace` are those of `dataclasses` too, which is loaded
only for what is taken from it: with all that it needs itself that is a tenth of a gate's time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass", "field", "replace"]

Method = Callable[..., Any]


class _Missing:
    """What stands for a default where there is none."""


_MISSING = _Missing()


class _Later:
    """A field as its class describes it."""

    __slots__ = ("compare", "default", "default_factory", "init", "options")

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.default = options.get("default", _MISSING)
        self.default_factory = options.get("default_factory", _MISSING)
        self.init = options.get("init", True)
        self.compare = options.get("compare", True)
        self.options = options


class _Draft:
    """How a class was defined, which is all that its methods are written from."""

    __slots__ = ("_definition", "_made", "given", "names", "options")

    def __init__(self, defined: type[Any], options: Mapping[str, bool]) -> None:
        self._definition = {name: value for name, value in vars(defined).items() if name not in {"__dict__", "__weakref__"}}
        self.options = options
        self.names: tuple[str, ...] = tuple(
            name for name, kind in vars(defined).get("__annotations__", {}).items() if not kind.startswith("ClassVar")
        )
        body = {name: value for name, value in self._definition.items() if name not in self.names}
        own = {"__slots__": self.names, "__qualname__": defined.__qualname__, "__draft__": self, "__dataclass_fields__": _Fields()}
        matched = tuple(name for name in self.names if getattr(self._definition.get(name), "init", True))
        self.given = matched
        """Names of the fields that the constructor takes."""
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
            parameter, value = _field(name, self._definition.get(name, _MISSING), known)
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
        import dataclasses  # noqa: PLC0415 - see above

        defined = self.definition()
        for name, value in self._definition.items():
            if isinstance(value, _Later):
                setattr(defined, name, dataclasses.field(**value.options))
        return dataclasses.dataclass(**{**self.options, **others})(defined)

    def write_fields(self) -> None:
        """Gives the class what `fields` and `replace` ask for; the same however often."""
        made = self.of_dataclasses(init=False, repr=False, eq=False, order=False, frozen=False)
        self._made.__dataclass_fields__ = vars(made)["__dataclass_fields__"]

    def write_comparisons(self) -> None:
        """Gives the class the methods that compare and hash, as `dataclasses` would write them; the same however often."""
        compared = [name for name in self.names if getattr(self._definition.get(name), "compare", True)]
        one, other = (f"({''.join(f'{who}.{name}, ' for name in compared)})" for who in ("self", "other"))
        known: dict[str, Any] = {}
        lines = [f"def __hash__(self):\n return hash({one})"]
        for name, sign in _SIGNS.items():
            lines.append(f"def {name}(self, other):\n return {one} {sign} {other} if other.__class__ is self.__class__ else NotImplemented")
        exec("\n".join(lines), known)  # noqa: S102 - as above
        for name in _COMPARED.keys() & vars(self._made).keys() - self._definition.keys():
            if vars(self._made)[name] is not None:
                setattr(self._made, name, known[name])

    def write_representation(self) -> None:
        """Gives the class what shows it; the same however often."""
        if "__repr__" not in self._definition:
            self._made.__repr__ = vars(self.of_dataclasses(init=False))["__repr__"]


class _Made:
    """What stands in a constructor for what a factory makes."""

    def __repr__(self) -> str:
        return "<factory>"


_MADE = _Made()


def _field(name: str, given: Any, known: dict[str, Any]) -> tuple[list[str], list[str]]:  # noqa: ANN401 - a default may be anything
    """The parameter for a field and the value that it gets, none or one of each; what they refer to is added to what is `known`."""
    if not isinstance(given, _Later):
        given = _Later({"default": given})
    if given.default_factory is not _MISSING:
        known[f"_make_{name}"] = given.default_factory
        made = f"_make_{name}()"
        return ([f"{name}=_Made"], [f"{made} if {name} is _Made else {name}"]) if given.init else ([], [made])
    known[f"_default_{name}"] = given.default
    has_default = given.default is not _MISSING
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


def _compared_later(name: str) -> Method:
    """Stands for the method of this name until it is first called."""

    def method(self: Any, *others: Any) -> Any:  # noqa: ANN401 - as above
        self.__draft__.write_comparisons()
        return getattr(self.__draft__.made, name)(self, *others)

    return method


def _represent(self: Any) -> Any:  # noqa: ANN401 - as above
    self.__draft__.write_representation()
    return self.__draft__.made.__repr__(self)


def _refuse(_self: object, name: str, _value: object = None) -> NoReturn:
    import dataclasses  # noqa: PLC0415 - see above

    message = f"cannot change field {name!r}"
    raise dataclasses.FrozenInstanceError(message)


def _state(self: Any) -> list[Any]:  # noqa: ANN401 - as above
    return [getattr(self, name) for name in self.__draft__.names]


def _restore(self: Any, state: list[Any]) -> None:  # noqa: ANN401 - as above
    for name, value in zip(self.__draft__.names, state, strict=True):
        object.__setattr__(self, name, value)


_ORDERING = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
_SIGNS = {"__eq__": "==", **_ORDERING}
_COMPARED = {name: _compared_later(name) for name in ("__hash__", *_SIGNS)}
_ORDER = {name: _COMPARED[name] for name in _ORDERING}
_FROZEN: dict[str, Method | None] = {"__setattr__": _refuse, "__delattr__": _refuse, "__getstate__": _state, "__setstate__": _restore}


def _stubs(options: Mapping[str, bool]) -> dict[str, Method | None]:
    """What a class has in place of the methods that are yet to be written."""
    stubs: dict[str, Method | None] = {"__init__": _construct, "__repr__": _represent}
    if options["eq"]:
        stubs |= {"__eq__": _COMPARED["__eq__"], "__hash__": _COMPARED["__hash__"] if options["frozen"] else None}
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


def _described(**options: Any) -> _Later:  # noqa: ANN401 - a default may be anything
    """As `dataclasses.field`."""
    return _Later(options)


def _replaced(one: Any, /, **changes: Any) -> Any:  # noqa: ANN401 - an object of any class of ours
    """As `dataclasses.replace`; raises TypeError for a field that there is not, or that no constructor takes."""
    for name in one.__draft__.given:
        if name not in changes:
            changes[name] = getattr(one, name)
    return one.__class__(**changes)


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _lean, _described, _replaced
