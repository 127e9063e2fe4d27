"""Which keytrail this is."""

from __future__ import annotations

from scanner.installed import version_of


def tool_version() -> str:
    """The installed version; `0+unknown` when run from a tree that was never installed."""
    return version_of("keytrail") or _of_library() or "0+unknown"


def pack_reader() -> str:
    """Who reads git's packs: what is found is the same, but not how soon."""
    from scanner.sources.history import packs  # noqa: PLC0415 - nothing else here needs it

    return "packs are read directly" if packs.AVAILABLE else "packs are read through git, which is slower: the extension was not compiled"


def _of_library() -> str | None:
    """What is installed in a way that only the library knows."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - see `scanner.installed`

    try:
        return version("keytrail")
    except PackageNotFoundError:
        return None
