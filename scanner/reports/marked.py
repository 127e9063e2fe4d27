"""Text from input inside Markdown, as CommonMark, GitHub and GitLab read it: it is shown, and never markup.

Escaping single characters is not enough: both forges make links of bare addresses and of mentions after the Markdown is read, and tables split
their cells before. Inside a code span nothing of that happens. So names are code, and in sentences every word is that is more than letters and
digits. A backtick would end the span and a bar the cell: both are written as their escape, like characters that are not drawn.
"""

from __future__ import annotations

import re

from scanner.reports.escape import shown

_PLAIN = re.compile(r"""["'(]?(?!\d+[.)])[^\W_]+(?:['’-][^\W_]+)*["')]?[.,;:?]?""")
"""A word that is no markup whatever stands beside it: no address, no mention, no emphasis, no reference, no number of a list."""


def code(text: str) -> str:
    r"""`text` as a code span, on one line."""
    inner = shown(text).replace("`", "\\x60").replace("|", "\\x7c")
    return f"`{inner}`" if inner.strip(" ") else "–"


def prose(text: str) -> str:
    """A sentence; whatever in it could be markup is a code span."""
    return " ".join(_word(word) for word in shown(text).split(" ") if word)


def cut(text: str, most: int) -> str:
    """The first characters of a text, with an ellipsis where there are more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _word(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    end = word[-1] if word[-1] in ".,;:" and len(word) > 1 else ""
    core = word.removesuffix(end)
    ours = len(core) > 2 and core[0] == core[-1] == "`"  # noqa: PLR2004 - what is between two backticks is code already
    return code(core[1:-1] if ours else core) + end
