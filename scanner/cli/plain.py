"""Options are turned into numbers and paths here, not by typer, which loads pydantic for it: a third of a gate's time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import typer

_READ: Mapping[object, Callable[[str], object]] = {str: str, int: int, Path: Path}


class Plain:
    """Reads the text of one option or argument. What typer asks of a reader of its own (`RuntimeParam` of typer 0.29)."""

    def __init__(self, read: Callable[[str], object]) -> None:
        self._read = read

    def coerce(self, value: object, param: Any, ctx: Any) -> object:  # noqa: ANN401 - typer's own types are not public
        """The value as the command wants it.

        Raises BadParameter where the text is none.
        """
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if isinstance(value, (list, tuple)):
            return [self._one(one, param, ctx) for one in value]
        return self._one(value, param, ctx)

    def _one(self, value: object, param: Any, ctx: Any) -> object:  # noqa: ANN401 - as above
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except ValueError:
            message = f"{param.opts[0]} must be a whole number"
            raise typer.BadParameter(message, ctx=ctx, param=param) from None


def without_pydantic(command: Any, settings: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - as above
    """The same command, whose options are read by `Plain` where their types are plain; everything else stays typer's business.

    There is no public way to say so, and where typer looks for something else it only takes longer. `settings` are those of the context.
    """
    settings = settings or command.context_settings
    for param in (*command.params, command.get_help_option(typer.Context(command, **settings))):
        described = getattr(param, "type_descriptor", None)
        read = _reader(getattr(described, "annotation", None))
        if read is not None and hasattr(param, "_runtime_param"):
            param._runtime_param = Plain(read)  # noqa: SLF001 - see above
    for inner in _commands(command):
        without_pydantic(inner, settings)
    return command


def _commands(command: Any) -> Sequence[Any]:  # noqa: ANN401 - as above
    return tuple(getattr(command, "commands", {}).values())


def _reader(annotation: object) -> Callable[[str], object] | None:
    """What reads a text for this annotation: of a list, each of its members."""
    inner = get_args(annotation)
    return _READ.get(inner[0] if inner else annotation) or (bool if annotation is bool else None)
