"""How much is made of one text of a shell."""

from __future__ import annotations

from scanner.records import dataclass

MOST = 20_000
"""Commands of a text."""
MOST_CHARACTERS = 8 << 20
"""Of all words of a text: those of a command that stands in another one count for both."""
_MOST_DAMAGES = 32
"""Places at which a text is damaged and read on behind."""
_MOST_ANEW = 1 << 18
"""Bytes that are read anew because of that."""


@dataclass(slots=True)
class Budget:
    """What may still be made of a text and all texts in it."""

    commands: int = MOST
    characters: int = MOST_CHARACTERS
    damages: int = _MOST_DAMAGES
    anew: int = _MOST_ANEW

    def takes(self, anew: int) -> bool:
        """Whether so many bytes behind a damage may be read anew; they are taken off."""
        if self.damages <= 0 or anew > self.anew:
            return False
        self.damages -= 1
        self.anew -= anew
        return True
