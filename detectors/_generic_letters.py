"""How much letters read like words, and values like something drawn at random.

A table of neighbours stands in for a dictionary: how much more often one letter follows another in the words of source and documentation
than it would by chance. It was counted over the distinct words of Python's library and of manuals. The extra of detect-secrets for this
purpose needs a package whose last release is of 2020, and judges lower-case letters of whole values only.
"""

from __future__ import annotations

from itertools import pairwise

from detectors._guess import LONG, guessable
from detectors._sorts import DIGITS, LETTERS, count
from scanner.contract import rx

_FOLLOWS = (
    b"25652351503756050767433341",
    b"74546432642733641664622151",
    b"73446326506543730546521030",
    b"64458532722543641554532130",
    b"53664542302557343776243530",
    b"64556632801633740655522130",
    b"53438346602545530664521022",
    b"73348322703443730546512140",
    b"54655450102658641566140304",
    b"73457432535434742373724120",
    b"64458444733545541465534031",
    b"63458321703633740355531150",
    b"75348321602553670354521130",
    b"62666572514434631367441020",
    b"44562441414667560755645310",
    b"72447324503633651756522050",
    b"34343421300634234565942112",
    b"73558341704454640566432040",
    b"52537336603543563367623140",
    b"63537426702433641665423151",
    b"56545440501667360766110200",
    b"73438332700343540454223131",
    b"73447436704436641664223210",
    b"54647534601453472457332542",
    b"54546443502666571576334233",
    b"72339423602442641344312044",
)
"""For each letter, how likely each of the 26 follows: 5 is chance, each step more or less a factor of two."""
_A, _0 = ord("a"), ord("0")
_READS = 4.7
"""Mean from which on letters read like a word: nineteen of twenty words of eight letters have more, one random string of ten."""
_RUN = rx(r"[A-Za-z] [a-z]{2,63}+ | [A-Z]{3,64}+")
_LOOKED_AT = 512
_WORDY = 0.4
"""Share of characters in words from which on a value is a name or a phrase."""
_DISTINCT = 0.3
"""Share of different characters below which nobody drew them at random; a long value may repeat all of its alphabet."""
_MANY = 12
_HEX_DIGITS = frozenset(b"0123456789abcdef")
_SHORTEST_HEX = 24
_LETTERS_OF_HEX = 3
_SHORTEST = 16
_SCATTERED = 0.3
"""Share of neighbours one of which is a capital, from which on they were drawn at random. Words that are joined have fewer."""


def reads(letters: bytes) -> bool:
    """Whether letters of one case could be a word."""
    low = letters.lower()
    steps = [_FOLLOWS[one - _A][other - _A] - _0 for one, other in pairwise(low)]
    return sum(steps) >= _READS * len(steps)


def wordy(value: bytes) -> float:
    """The share of `value` that lies in stretches of letters which read like words."""
    looked = value[:_LOOKED_AT]
    return sum(len(run) for run in _RUN.findall(looked) if reads(run)) / max(1, len(looked))


def drawn(value: bytes) -> bool:
    """Whether `value` looks like letters and digits that were drawn at random, long enough to be a key."""
    looked = value[:_LOOKED_AT]
    if len(looked) < _SHORTEST or len(frozenset(looked)) < min(_MANY, _DISTINCT * len(looked)) or looked in (looked + looked)[1:-1]:
        return False
    if _HEX_DIGITS.issuperset(looked.lower()):
        letters = frozenset(looked.lower()).difference(b"0123456789")
        return len(looked) >= _SHORTEST_HEX and len(letters) >= _LETTERS_OF_HEX and not (looked.lower() != looked != looked.upper())
    return wordy(looked) < _WORDY and not (guessable(value) and len(value) >= LONG) and _mixed(looked)


def _mixed(value: bytes) -> bool:
    """Whether there are letters, and digits enough that they are no number of something."""
    digits = count(value, DIGITS)
    return count(value, LETTERS) >= len(value) // 4 and (digits >= max(2, len(value) // 16) or (digits > 0 and _scattered(value)))


def _scattered(value: bytes) -> bool:
    """Whether capitals stand among the other letters as no name has them. One of eight values of 20 characters has a single digit."""
    changes = sum(bytes((one,)).isupper() != bytes((other,)).isupper() for one, other in pairwise(value))
    return len(value) >= LONG and changes >= _SCATTERED * len(value)
