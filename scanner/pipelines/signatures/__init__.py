"""What publishes, signs, deploys, approves and so on, as tables: which commands, actions, variables and names, and what follows from them.

The tables are files in `scanner/pipelines/data`; `load` reads and checks them, together with those that configuration adds. `rows` says
what each of their keys means.
"""

from __future__ import annotations

from scanner.pipelines.signatures.load import LARGEST, load
from scanner.pipelines.signatures.matcher import Noted, Signatures
from scanner.pipelines.signatures.sinks import Suspected

__all__ = ["LARGEST", "Noted", "Signatures", "Suspected", "load"]
