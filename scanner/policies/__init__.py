"""What is wrong with what was found: rules on the graph, how bad each credential is, and the verdict."""

from __future__ import annotations

from scanner.policies.judge import CATALOGUE, check, judge
from scanner.policies.policy import Draft, Policy, View

__all__ = ["CATALOGUE", "Draft", "Policy", "View", "check", "judge"]
