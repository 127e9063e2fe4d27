"""What the types of the public report are made of."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, FailFast

from scanner.reports.escape import encodable


def _encodable(value: object) -> object:
    return encodable(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_encodable)]
"""Valid Unicode; a byte of the input that was no UTF-8 is written `\\xNN`."""
T = TypeVar("T")
_NAMED = 1024
"""Facts of a credential, or reasons for which something was skipped, that a report may have."""


class _FirstError(FailFast):
    """One wrong member is enough: a hostile report must not make an error of each of a million."""

    __hash__ = object.__hash__  # an annotation in a union is hashed, which its base forgot


Many = Annotated[tuple[T, ...], _FirstError()]


def _few(value: object) -> object:
    if isinstance(value, dict) and len(value) > _NAMED:
        message = "too many"
        raise ValueError(message)
    return value


Few = Annotated[dict[Text, T], BeforeValidator(_few)]
"""What is named by input; bounded for the same reason."""


class Shape(BaseModel):
    """Frozen, and never showing its input in an error. What has a default is written all the same, every time."""

    model_config = ConfigDict(
        frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )
