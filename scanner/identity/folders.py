"""Where keytrail keeps what belongs to the user: the key, the store, and what can be computed again."""

from __future__ import annotations

from pathlib import Path

import platformdirs

NAME = "keytrail"


def default_config_dir() -> Path | None:
    """The user's configuration folder for keytrail, made or not; None without a usable home."""
    return _usable(platformdirs.user_config_path(NAME, appauthor=False))


def default_cache_dir() -> Path | None:
    """The user's cache folder for keytrail, made or not; None without a usable home."""
    return _usable(platformdirs.user_cache_path(NAME, appauthor=False))


def default_data_dir() -> Path | None:
    """The user's data folder for keytrail, made or not; None without a usable home."""
    return _usable(platformdirs.user_data_path(NAME, appauthor=False), depth=3)


def _usable(folder: Path, depth: int = 2) -> Path | None:
    """`folder`, unless it would grow out of nothing: the homes of service accounts often do not exist. They are `depth` levels above."""
    return folder if folder.is_absolute() and folder.parents[depth - 1].is_dir() else None
