"""Lists of a Rakefile, the loops over them that define tasks, and texts that stand below the command that is given them.

Source: Ruby's documentation of literals (`%w`, here documents) and of `each`.
"""

from __future__ import annotations

import re
from itertools import islice

from scanner.pipelines.scripts.text import MOST

Lists = dict[str, tuple[str, ...]]
"""What lists that have a name hold: a constant's, a variable's."""

_LIST = r"(?:%[wi][\[({<][^\])}>]{0,2000}[\])}>]|\[[^\[\]]{0,2000}\]|\{[^{}]{0,2000}\})"
_SET = re.compile(rf"(?m)^[ \t]{{0,64}}+(?P<name>[A-Za-z_]\w{{0,80}}+)[ \t]{{0,8}}+=[ \t]{{0,8}}+(?P<list>{_LIST})")
_EACH = re.compile(
    rf"(?m)(?:^(?P<indent>[ \t]{{0,64}}+))(?:(?P<name>[A-Za-z_]\w{{0,80}}+)|(?P<list>{_LIST}))(?:\.(?:freeze|keys|sort|uniq))?"
    r"\.each(?:_key|_pair|_with_index)?[ \t]{1,8}+(?:do|\{)[ \t]{1,8}+\|[ \t]{0,8}+\(?(?P<variable>[a-z_]\w{0,80}+)"
)
_PERCENT = re.compile(r"%[wi].([^\])}>]{0,2000})")
_MEMBER = re.compile(r"[\"'](?P<text>[^\"'\n]{1,80})[\"']|:(?P<symbol>[A-Za-z_]\w{0,80})")
_KEY = re.compile(
    r"(?:[\"'](?P<text>[^\"'\n]{1,80})[\"']|:(?P<symbol>[A-Za-z_]\w{0,80}))[ ]{0,8}+=>|(?<![:\w])(?P<key>[A-Za-z_]\w{0,80}+):(?!:)"
)
_NAME = re.compile(r"[A-Za-z_][\w.:-]{0,127}")
_ADDED = re.compile(r"(?P<name>[A-Za-z_]\w{0,80}+)(?:\.(?:keys|to_a|dup))?")
_HERE = re.compile(r"(?m)(?:^|[\s(=])(?:sh|system|exec|run)[ (]{1,4}+<<[-~]?[\"']?(?P<tag>[A-Z_]{1,32}+)[\"']?[^\n]{0,200}+\n")
_LONGEST = 8_000
"""Characters of a here document."""
_MOST_ITEMS = 100


def lists_in(text: str) -> Lists:
    """The lists of a program that are written out and have a name."""
    return {found["name"]: _items(found["list"]) for found in islice(_SET.finditer(text), MOST)}


def _items(written: str) -> tuple[str, ...]:
    """The names in a list, or the keys of a hash."""
    if (words := _PERCENT.match(written)) is not None:
        names = words[1].split()
    else:
        names = [found[found.lastgroup or 0] for found in (_KEY if written.startswith("{") else _MEMBER).finditer(written)]
    return tuple(name for name in names[:_MOST_ITEMS] if _NAME.fullmatch(name))


class Loops:
    """The loops of a program, by where each begins."""

    def __init__(self, text: str, lists: Lists) -> None:
        self._found = [
            (one.start(), len(one["indent"]), one["variable"], _items(one["list"]) if one["list"] else lists.get(one["name"], ()))
            for one in islice(_EACH.finditer(text), MOST)
        ]
        self._next = 0

    def around(self, variable: str, at: int, indent: int) -> tuple[int, tuple[str, ...]]:
        """How far the loop is indented in which something stands that is itself indented so far, and what its variable is one after the other.

        Places are asked for in their order.
        """
        while self._next < len(self._found) and self._found[self._next][0] < at:
            self._next += 1
        for _, outer, name, items in reversed(self._found[max(0, self._next - _MOST_ITEMS) : self._next]):
            if outer < indent and name == variable:
                return outer, items
        return indent, ()


def needed(written: str, lists: Lists) -> tuple[str, ...]:
    """The tasks that are needed because they are in a list: `task all: [:test] + GEMS.keys`."""
    return tuple(item for found in islice(_ADDED.finditer(written), _MOST_ITEMS) for item in lists.get(found["name"], ()))


def here_documents(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where texts stand that are handed to a shell from the lines below."""
    found: list[tuple[int, int]] = []
    for one in islice(_HERE.finditer(text, start, end), MOST):
        last = re.compile(rf"(?m)^[ \t]{{0,64}}+{one['tag']}\b").search(text, one.end(), min(end, one.end() + _LONGEST))
        if last is not None:
            found.append((one.end(), last.start()))
    return found
