"""Arrays of a script that hold nothing, or what only starts a program: `run=()`, `run=(env A=b)`, and then `"${run[@]}" make`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from scanner.pipelines.shell.peel import MOST_WRAPPERS, Peeled, behind, peel
from scanner.pipelines.shell.source import Source
from scanner.pipelines.shell.words import word

_ALL = re.compile(r"\$\{([A-Za-z_]\w{0,127})\[[@*]\]\}")
_LONGEST = 64
"""Words of an array that only starts something."""


class Arrays:
    """What was seen of the arrays of a text so far."""

    def __init__(self) -> None:
        self._only_start: dict[str, bool] = {}

    def see(self, assignment: Node, source: Source) -> None:
        """An array counts as long as all that it is given only starts what stands behind it."""
        parts = assignment.named_children
        if len(parts) > 1 and parts[-1].type == "array":
            name = word(parts[0], source)
            words = [word(one, source) for one in parts[-1].named_children[: _LONGEST + 1]]
            starts = len(words) <= _LONGEST and peel((*words, name)).first == len(words)
            self._only_start[name] = starts and self._only_start.get(name, True)

    def past(self, words: Sequence[str], peeled: Peeled) -> Peeled:
        """What is run behind arrays that only start it."""
        for _ in range(MOST_WRAPPERS):
            found = _ALL.fullmatch(peeled.program)
            if found is None or not self._only_start.get(found[1]) or peeled.first + 1 >= len(words):
                break
            peeled = behind(words, peeled, 1)
        return peeled
