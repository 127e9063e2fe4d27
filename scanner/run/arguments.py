"""What people write on the command line, in lists of targets and in baselines, looked at before any of it is repeated."""

from __future__ import annotations

from scanner import registry
from scanner.engine import build
from scanner.identity import default_cache_dir


def holds_credential(text: str) -> bool:
    """Whether `text` is or holds something that a detector takes for a credential."""
    examined = build(registry.select(registry.installed()), cache=default_cache_dir()).examine(text.encode(errors="surrogateescape"))
    return bool(examined.found)
