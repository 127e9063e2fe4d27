"""Which keytrail this is."""

from __future__ import annotations

from scanner.installed import version_of


def tool_version() -> str:
    """The installed version; `0+unknown` when run from a tree that was never installed."""
    return version_of("keytrail") or _of_library() or "0+unknown"


def _of_library() -> str | None:
    """What is installed in a way that only the library knows."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - see `scanner.installed`

    try:
        return version("keytrail")
    except PackageNotFoundError:
        return None
