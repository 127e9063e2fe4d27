"""What the matcher demands behind a name: less than the pattern does, since every state of a bounded repeat costs time when anchors are compiled.

What is met and is no value costs one look at a window, and that is seldom: a handful in a hundred megabytes of source.
"""

from __future__ import annotations

import re

_ENOUGH = 4
"""Characters of a value that are demanded."""
_BETWEEN = r"[vdtsbcq3$]"
"""What a word between a name and its value begins with: `value`, `default`, `type`, `desc`, `sens`, `str`, `body`, `bearer`, `token`, `cdata`, `quot;`,
`34;`, `${`. More than its first character in each of two hundred expressions took Hyperscan half a second to compile, and three megabytes."""
_FIRST_REPEAT = re.compile(r"(?:[\w-]|\\.|\[[^\]]*\](?!\{))*\[[^\]]*\](?=\{)")


def beginning(value: str) -> str:
    """An expression for the first characters of what `value` matches: up to its first repeat, and four characters of that.

    All of `value` where it begins with a group. No such repeat may be shorter.
    """
    match = _FIRST_REPEAT.match(value)
    return f"{match[0]}{{{_ENOUGH}}}" if match else value


def assigned(value: str) -> str:
    """An expression, for caseless anchors, for whatever joins a name to a value that begins like `value`.

    That is anything but letters and digits, or what may stand between them: another name with a default, a word that says what sort of token
    follows, a type, an option, a quote as HTML has it, the mark of a section in XML, and the name of the place where the value is, in the
    same element or the next.
    """
    return rf"(?:[^0-9A-Za-z]{{1,36}}(?:{value}|{_BETWEEN})|</[a-z])"
