"""Exports of CI variables: what a platform's API or a shell says about the secrets that a pipeline gets.

`parse_spec` understands what the user wrote, `read_export` turns the file into variables with their slots. A new system is one file
that reads it and one row in `systems`.
"""

from scanner.sources.ci_exports.nouns import Export, ExportSpec, Variable
from scanner.sources.ci_exports.reader import is_refused, read_export
from scanner.sources.ci_exports.slots import printable, slot_id
from scanner.sources.ci_exports.spec import parse_spec

__all__ = ["Export", "ExportSpec", "Variable", "is_refused", "parse_spec", "printable", "read_export", "slot_id"]
