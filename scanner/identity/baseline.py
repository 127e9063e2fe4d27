"""Names of credentials under the salt of a baseline: for whoever has the baseline, on every machine, without the organisation's key."""

from __future__ import annotations

from scanner.contract import Sort
from scanner.identity import fingerprint
from scanner.identity.canonical import Canonical
from scanner.identity.stretch import StretchBudget


class BaselineNames:
    """Gives credentials their names in one baseline. One a worker process, made from the baseline's salt and the run's budget."""

    def __init__(self, salt: bytes, budget: StretchBudget) -> None:
        self._salt = salt
        self._weak_salt = fingerprint.hkdf(salt, b"weak-salt/v1")
        self._budget = budget

    def of(self, what: Canonical) -> str | None:
        """The name of a canonical value. None for a guessable one beyond the budget: no baseline knows it, so it is reported."""
        data = what.secret.reveal()
        if not what.guessable:
            return fingerprint.baseline_id(fingerprint.baseline_digest(self._salt, what.sort, data))
        digest = self._budget.baseline_digest(data, self._salt, self._stretched)
        return None if digest is None else fingerprint.baseline_id(digest)

    def _stretched(self, value: bytes) -> bytes:
        return fingerprint.baseline_digest(self._salt, Sort.VALUE, fingerprint.stretch(value, self._weak_salt))
