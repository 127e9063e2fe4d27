"""Patches: what a unified difference says of files before and after, of the mails and the log that it came in.

`read_patch` reads one; `after`, `before` and `spoken` put together what it shows, `dealt` deals that.
"""

from __future__ import annotations

from scanner.sources.patches.contents import Shown, after, before, dealt, spoken, unread
from scanner.sources.patches.hunks import Image
from scanner.sources.patches.nouns import BrokenPatchError, FileDiff, LargePatchError, Message, Patch, Span
from scanner.sources.patches.reader import read_patch

__all__ = [
    "BrokenPatchError",
    "FileDiff",
    "Image",
    "LargePatchError",
    "Message",
    "Patch",
    "Shown",
    "Span",
    "after",
    "before",
    "dealt",
    "read_patch",
    "spoken",
    "unread",
]
