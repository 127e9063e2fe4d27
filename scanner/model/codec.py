"""Nouns as plain data, and back: what a store keeps and another machine sends.

Every frozen dataclass of ours becomes an object of its fields, what has its default left out, so that old data can be read after a
field was added. Everything in it must be what JSON has, an enumeration, or a tuple, set or mapping of those.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Plain = Any
"""What `json` reads and writes."""
Annotation = Any
"""What a field is annotated with: a class, or what `typing` makes of several."""


def encode(noun: object) -> Plain:
    """`noun` as plain data, the same for equal nouns."""
    if isinstance(noun, Enum):
        return noun.value
    if is_dataclass(noun) and not isinstance(noun, type):
        named = ((field, getattr(noun, field.name)) for field in fields(noun))
        return {field.name: encode(value) for field, value in named if value != _default(field)}
    if isinstance(noun, (set, frozenset)):
        return sorted(encode(one) for one in noun)
    if isinstance(noun, (tuple, list)):
        return [encode(one) for one in noun]
    if isinstance(noun, Mapping):
        return {key: encode(value) for key, value in noun.items()}
    if noun is None or isinstance(noun, (str, int, float)):
        return noun
    message = f"{type(noun).__name__} is no plain data"
    raise TypeError(message)


def decode(kind: type[T], data: Plain) -> T:
    """The noun of type `kind` that `data` was made from; fields that are unknown here are passed over.

    Raises ValueError where the data is not that of such a noun.
    """
    try:
        noun: T = _decoded(kind, data)
    except (TypeError, KeyError, AttributeError) as error:
        message = f"not the data of {kind.__name__}"
        raise ValueError(message) from error
    return noun


def _decoded(kind: Annotation, data: Plain) -> Plain:
    origin: Annotation = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _of_union(get_args(kind), data)
    if origin is not None:
        return _of_container(origin, get_args(kind), data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if isinstance(kind, type) and is_dataclass(kind):
        known = _types(kind)
        return kind(**{name: _decoded(known[name], value) for name, value in data.items() if name in known})
    if kind is float and isinstance(data, int):
        return float(data)
    if not isinstance(data, kind):
        raise TypeError
    return data


def _of_union(kinds: tuple[Annotation, ...], data: Plain) -> Plain:
    """None, the plain type that fits, or the one kind that is not plain."""
    if data is None and types.NoneType in kinds:
        return None
    for kind in kinds:
        container: Annotation = get_origin(kind)
        if kind is type(data) or (container is list and isinstance(data, list)):
            return data
    other = next((kind for kind in kinds if kind not in {types.NoneType, str, int, bool, float}), None)
    if other is None:
        raise TypeError
    return _decoded(other, data)


def _of_container(origin: Annotation, inner: tuple[Annotation, ...], data: Plain) -> Plain:
    if issubclass(origin, Mapping):
        return {key: _decoded(inner[1], value) for key, value in data.items()}
    if not isinstance(data, list):
        raise TypeError
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(_decoded(kind, one) for kind, one in zip(inner, data, strict=True))
    return origin(_decoded(inner[0], one) for one in data)


@cache
def _types(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _default(field: Field[Any]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default
