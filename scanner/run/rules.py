"""The policies, as pages of a catalogue."""

from __future__ import annotations

from scanner.errors import UsageError
from scanner.policies import CATALOGUE
from scanner.policies.standards import NAMES, standard_of
from scanner.records import dataclass
from scanner.reports import Style
from scanner.reports.catalogue_policies import Reference, Rule, render_rule, render_rules, rules_json
from scanner.run.catalogue import check_form


@dataclass(frozen=True, slots=True)
class Asked:
    """One policy that was asked for."""

    rule: Rule

    def told(self, form: str, _style: Style) -> str:
        """Everything about it, as text or JSON."""
        check_form(form)
        return rules_json([self.rule]) if form == "json" else render_rule(self.rule)


def overview(form: str, _style: Style) -> str:
    """All of them, as text or JSON."""
    check_form(form)
    every = rules()
    return rules_json(every) if form == "json" else render_rules(every)


def rules() -> tuple[Rule, ...]:
    """Every policy, sorted by id, with what its references are called."""
    return tuple(
        Rule(
            id=one.id,
            title=one.title,
            summary=one.summary,
            severity=one.severity,
            grade=one.grade,
            remediation=one.remediation,
            references=tuple(Reference(entry, NAMES[entry], standard_of(entry)) for entry in one.references),
        )
        for one in CATALOGUE
    )


def rule_of(name: str) -> Asked:
    """The policy with this id, in either case. Raises UsageError where there is none."""
    found = next((rule for rule in rules() if rule.id == name.upper()), None)
    if found is None:
        message = f"no such policy: {name} (keytrail policies list)"
        raise UsageError(message)
    return Asked(found)
