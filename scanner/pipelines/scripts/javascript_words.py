"""What calls of a program of JavaScript are given, as the text of a shell: words that are written out, and variables for the rest."""

from __future__ import annotations

import re

from tree_sitter import Node

from scanner.pipelines.scripts.javascript_tree import bare, field, pairs, text_of
from scanner.pipelines.scripts.text import quoted

UNKNOWN = "$words"
_MOST_WORDS = 256
_MOST_PARTS = 64
_LONGEST = 16_384
_LONGEST_VALUE = 1_000
"""Characters of a variable."""
_CHAINED = 4
"""Methods of a list that are called one after the other."""
_STRINGS = frozenset({"string", "template_string", "binary_expression"})
_KEPT = frozenset({"filter", "concat", "flat"})
"""Methods of a list after which what was in it may still be there."""
_ENV = re.compile(r"(?:(?:globalThis\.)?process|Bun|import\.meta)\.env(?:\.|\[[\"'])(?P<name>[A-Za-z_]\w{0,127}+)(?:[\"']\])?")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}

Words = tuple[str | None, ...]
"""None for one that only a run knows."""


class Known:
    """What variables of the program are set to, each by what those before it are."""

    def __init__(self) -> None:
        self.lists: dict[str, Words] = {}
        self.texts: dict[str, str] = {}

    def take(self, name: str, value: Node) -> None:
        """Remembers a variable."""
        if (found := _list(value, self)) is not None:
            self.lists[name] = found
        elif value.type in _STRINGS and (text := _word(value, self)) is not None and len(text) <= _LONGEST_VALUE:
            self.texts[name] = text


def command(given: list[Node], known: Known) -> str:
    """The text of a shell, or the words, that a call is given; empty where its program is not written out."""
    first = bare(given[0]) if given else None
    if first is None:
        return ""
    if (listed := _list(first, known)) is not None:
        return _joined(listed)
    text = _word(first, known)
    if text is None or len(text) > _LONGEST:
        return ""
    second = bare(given[1]) if len(given) > 1 else None
    more = None if second is None else _list(second, known) or _named(second, "args", known)
    if more is not None:
        return _joined((text, *more))
    if second is not None and second.type in _STRINGS:
        return _joined((text, *(_word(one, known) for one in given[1:_MOST_WORDS])))
    return "" if text.startswith("$") else text


def _joined(words: Words) -> str:
    program = words[0] if words else None
    if not program or (program.startswith("$") and "/" not in program):
        return ""
    return " ".join(UNKNOWN if word is None else quoted(word) for word in words)[:_LONGEST]


def _named(node: Node, name: str, known: Known) -> Words | None:
    """A list among the members of an object."""
    found = next((value for key, value in pairs(node) if key == name), None) if node.type == "object" else None
    return None if found is None else _list(found, known)


def _list(node: Node, known: Known) -> Words | None:
    """The words of a list, as far as it is written out; None for what is none."""
    found: Node | None = node
    for _ in range(_CHAINED):
        found = bare(found)
        if found is None or found.type == "array":
            break
        if found.type == "identifier":
            return known.lists.get(text_of(found))
        if found.type != "call_expression" or text_of(field(found, "function", "property")) not in _KEPT:
            return None
        found = field(found, "function", "object")
    return _members(found, known) if found is not None and found.type == "array" else None


def _members(listed: Node, known: Known) -> Words:
    found: list[str | None] = []
    for one in listed.named_children[:_MOST_WORDS]:
        inner = bare(one.named_children[0]) if one.type == "spread_element" and one.named_children else None
        if one.type != "spread_element":
            found.append(_word(one, known))
        elif inner is not None and inner.type == "identifier":
            found += known.lists.get(text_of(inner), (None,))
        else:
            found.append(None)
    return tuple(found[:_MOST_WORDS])


def _word(node: Node | None, known: Known) -> str | None:
    """A word as a shell has it; None for what only a run knows."""
    node = bare(node)
    if node is None:
        return None
    if node.type in {"string", "template_string"}:
        return _text(node, known)
    if node.type == "binary_expression":
        return _sum(node, known)
    return _variable(node, known)


def _variable(node: Node, known: Known) -> str | None:
    written = text_of(node) if node.end_byte - node.start_byte < _MOST_WORDS else ""
    if (found := _ENV.fullmatch(written)) is not None:
        return f"${{{found['name']}}}"
    if written == "process.execPath":
        return "node"
    return known.texts.get(written, f"${{{written}}}") if node.type == "identifier" else None


def _text(node: Node, known: Known) -> str:
    """The text of a string or template, with variables where something is put in."""
    found: list[str] = []
    for part in node.named_children[:_MOST_PARTS]:
        if part.type == "escape_sequence":
            said = text_of(part)[1:]
            found.append(_ESCAPES.get(said, said))
        elif part.type == "template_substitution":
            inner = bare(part.named_children[0]) if part.named_children else None
            found.append((None if inner is None else _variable(inner, known)) or UNKNOWN)
        else:
            found.append(text_of(part))
    return "".join(found)[:_LONGEST]


def _sum(node: Node, known: Known) -> str | None:
    """Texts that are put together with `+`, of which the first is known."""
    parts: list[Node] = []
    rest: Node | None = node
    while rest is not None and rest.type == "binary_expression" and len(parts) < _MOST_PARTS:
        right = bare(field(rest, "right"))
        if text_of(field(rest, "operator")) != "+" or right is None:
            return None
        parts.append(right)
        rest = bare(field(rest, "left"))
    if rest is None or rest.type == "binary_expression":
        return None
    words = [_text(one, known) if one.type in _STRINGS else _variable(one, known) for one in (rest, *reversed(parts))]
    return None if words[0] is None else "".join(word or UNKNOWN for word in words)[:_LONGEST]
