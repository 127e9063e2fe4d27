"""What a vault's entry is called may be its own secret: people paste into the wrong field, and a scope is shown, where a value never is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.shapes import Entry, Item

_SHORTEST = 4
"""Characters from which on a value counts: shorter ones keep nothing, and are in many words."""
_MOST = 256
"""Values of one entry that are looked for. No manager has entries with more, and of one that has nothing is shown."""
_SHOWN = 512
"""Characters of a scope that may be shown, and more."""


def discreet(items: Iterable[Item]) -> Iterator[Item]:
    """The items of one entry of a vault, without a scope, an owner or a name in which one of its values stands."""
    told = list(items)
    kept = {item.value.reveal() for item in told if isinstance(item, Entry) and item.value is not None}
    kept = {value for value in kept if len(value) >= _SHORTEST}
    known: dict[str, bool] = {}

    def is_shown(text: str | None) -> bool:
        if text is None:
            return False
        if text not in known:
            shown = jsontext.secret(text[:_SHOWN]).reveal()
            known[text] = len(kept) > _MOST or any(value in shown for value in kept)
        return known[text]

    for item in told:
        if isinstance(item, Entry):
            scope = None if is_shown(item.environment_scope) else item.environment_scope
            group = None if is_shown(item.group) else item.group
            yield replace(item, name="…" if is_shown(item.name) else item.name, environment_scope=scope, group=group)
        else:
            yield item
