"""Text of shells, of POSIX and of Windows, as the simple commands that it runs and the variables that it sets.

`text` says what a text comes to, `branches` which parts of it depend on what a call asks for. Nothing is run.
"""

from __future__ import annotations

from scanner.pipelines.shell.branches import Branches, Place, has_branches, is_left_out
from scanner.pipelines.shell.text import commands, is_traced, position, traces, variables
from scanner.pipelines.shell.windows import block_end

__all__ = [
    "Branches",
    "Place",
    "block_end",
    "commands",
    "has_branches",
    "is_left_out",
    "is_traced",
    "position",
    "traces",
    "variables",
]
