"""How much one definition may come to, with all that includes, templates, references and parameters repeat."""

from __future__ import annotations

from scanner.errors import UnreadableError
from scanner.model import Reason

MOST = 500_000
"""Nodes that are gone through for one definition; those that are repeated count again."""
MADE = 5
"""What a step, setting or mention that is made counts as."""
_CHARACTERS = 32
"""Of a text: so many count as a node."""


class Budget:
    """What is left to go through. One for each definition that is read."""

    def __init__(self, left: int = MOST) -> None:
        self._left = left

    def spend(self, nodes: int = 1) -> None:
        """Takes nodes off. Raises `UnreadableError` (`too-large`) where too few are left."""
        self._left -= nodes
        if self._left < 0:
            raise UnreadableError(Reason.TOO_LARGE, "more than half a million nodes, those that are repeated included")

    def spend_text(self, value: str) -> None:
        """Takes the nodes off that something made of a text counts as. Raises `UnreadableError`."""
        self.spend(MADE + len(value) // _CHARACTERS)
