"""The generated pages of docs/: what is recognised, what findings mean, the schema of the JSON report.

usage: python -m tests.support.docs
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner import registry
from scanner.contract import Detector, Kind
from scanner.policies import CATALOGUE
from scanner.reports import json_schema

DOCS = Path(__file__).parents[2] / "docs"
GENERATED = "<!-- Written by `make docs`; edit the module it comes from. -->\n\n"


def pages() -> Mapping[str, str]:
    """Every generated page, by file name."""
    return {
        "detectors.md": GENERATED + "".join(_detectors()),
        "policies.md": GENERATED + "".join(_policies()),
        "report.schema.json": json.dumps(json_schema(), indent=2) + "\n",
    }


def _detectors() -> Iterator[str]:
    yield "# Detectors\n\nWhat keytrail recognises. Checksum and structure decide; a value that fails its own checksum is only information.\n"
    by_module: dict[str, list[Detector]] = {}
    for detector in registry.load():
        by_module.setdefault(_module(detector), []).append(detector)
    for module, detectors in sorted(by_module.items()):
        yield f"\n## {module.rpartition('.')[2]}\n\n{inspect.getdoc(importlib.import_module(module))}\n\n"
        yield "| detector | kind | what it is | can do | level |\n|---|---|---|---|---|\n"
        yield from (_kind(detector, kind) for detector in detectors for kind in detector.kinds)


def _module(detector: Detector) -> str:
    """The module whose DETECTORS names the detector."""
    for path in sorted((DOCS.parent / "detectors").glob("[!_]*.py")):
        module = importlib.import_module(f"detectors.{path.stem}")
        if any(detector.id == other.id for other in module.DETECTORS):
            return module.__name__
    message = f"no module of ours has {detector.id}"
    raise LookupError(message)


def _kind(detector: Detector, kind: Kind) -> str:
    level = f"{kind.privilege}{' (assumed)' if kind.assumed else ''}"
    return f"| `{detector.id}` | `{kind.id}` | {kind.title} | {', '.join(sorted(kind.actions)) or '–'} | {level} |\n"


def _policies() -> Iterator[str]:
    yield (
        "# Policies\n\nWhat a finding means, and what to do. The base severity is raised to the band of the credential's score, and never above the band\n"
        "that its privilege allows. Grade E1: the same credential was seen in both places.\n\n"
        "| id | title | severity | grade | references |\n|---|---|---|---|---|\n"
    )
    for policy in CATALOGUE:
        yield f"| [{policy.id}](#{policy.id.lower()}) | {policy.title} | {policy.severity.word} | {policy.grade} | {', '.join(policy.references)} |\n"
    for policy in CATALOGUE:
        yield f"\n## {policy.id}\n\n**{policy.title}.** {policy.summary}\n\n*What to do:* {policy.remediation}\n"


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
