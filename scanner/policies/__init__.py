"""What is wrong with what was found: rules on the graph, how bad each credential is, and the verdict."""

from __future__ import annotations

from scanner.policies.judge import CATALOGUE, check, judge
from scanner.policies.policy import Draft, Policy, View
from scanner.policies.verdict import verdict_of

__all__ = ["CATALOGUE", "Draft", "Policy", "View", "check", "judge", "verdict_of"]
