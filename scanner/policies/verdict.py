"""Pass or fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scanner.model import Finding, Severity, Verdict


def verdict_of(findings: Iterable[Finding], fail_on: Severity | None) -> Verdict:
    """Fails when a finding that no exception accepts reaches `fail_on`, with a count for each severity that does; None never fails."""
    if fail_on is None:
        return Verdict(failed=False, fail_on="none", reasons=())
    counts = Counter(finding.severity for finding in findings if finding.severity >= fail_on and finding.suppression is None)
    reasons = tuple(
        f"{counts[severity]} {severity.word} {'finding' if counts[severity] == 1 else 'findings'}"
        for severity in sorted(counts, reverse=True)
    )
    return Verdict(failed=bool(reasons), fail_on=fail_on.word, reasons=reasons)
