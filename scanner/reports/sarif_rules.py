"""Policies as rules of SARIF: what a finding means and what to do, in plain text and in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scanner.model import Finding, Severity
from scanner.reports.escape import encodable, shown
from scanner.reports.sarif_places import Object, message

LEVELS: Mapping[Severity, str] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_NUMBERS: Mapping[Severity, str] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
"""`security-severity`, on the scale of CVSS; code scanning reads it from the rule."""
_EVIDENCE: Mapping[str, str] = {
    "E1": "the same credential was seen in every place that is named",
    "E2": "the places share one slot",
    "E3": "names and services agree; the values themselves were not seen",
    "E4": "names suggest it; treat it as a guess",
}

FALLBACK = Finding(
    id="",
    policy="TB003",
    title="Credential outside its home",
    severity=Severity.INFO,
    grade="E1",
    credentials=(),
    message="",
    remediation="Move the credential into a managed store, and rotate it if others could read the place.",
)
"""The rule of a result that no finding speaks about: of what is suppressed, or what only left-out policies look at."""


def rules(findings: Iterable[Finding], results: Iterable[tuple[str, Severity]]) -> list[Object]:
    """The rule of every result, sorted by id; as severe as the worst result that it has."""
    told: dict[str, Finding] = {}
    for finding in findings:
        told.setdefault(encodable(finding.policy), finding)
    worst: dict[str, Severity] = {}
    for policy, severity in results:
        worst[policy] = max(severity, worst.get(policy, severity))
    return [_rule(policy, told.get(policy, FALLBACK), severity) for policy, severity in sorted(worst.items())]


def _rule(policy: str, finding: Finding, severity: Severity) -> Object:
    evidence = _EVIDENCE.get(finding.grade, "")
    meaning = f"{_sentence(finding.title)} Evidence: {evidence}." if evidence else _sentence(finding.title)
    references = [encodable(reference) for reference in finding.references]
    return {
        "id": policy,
        "name": "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", finding.title)) or policy,
        "shortDescription": message(_sentence(finding.title)),
        "fullDescription": message(meaning),
        "help": {**_help(meaning, finding, references), "markdown": _markdown(meaning, finding, references)},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"tags": ["security", *dict.fromkeys(references)], "security-severity": _NUMBERS[severity]},
    }


def _help(meaning: str, finding: Finding, references: list[str]) -> Object:
    also = f" See {', '.join(references)}." if references else ""
    return message(f"{meaning} What to do: {_sentence(finding.remediation)}{also}")


def _markdown(meaning: str, finding: Finding, references: list[str]) -> str:
    also = f"\n\n**See** {_plain(', '.join(references))}" if references else ""
    return f"**What it means.** {_plain(meaning)}\n\n**What to do.** {_plain(_sentence(finding.remediation))}{also}"


def _sentence(text: str) -> str:
    return f"{text.strip().removesuffix('.')}."


def _plain(text: str) -> str:
    """`text` in Markdown, where nothing in it is markup."""
    doubled = shown(text).replace("{", "{{").replace("}", "}}")
    return re.sub(r"([\\`*_\[\]<>#|!~&])", r"\\\1", doubled)
