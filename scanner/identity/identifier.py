"""Where a raw value ends: a detector's reading goes in, a credential with an id, a preview and facts comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scanner.contract import Fact, Kind, Reading, Secret, Sort
from scanner.identity import fingerprint
from scanner.identity.baseline import BaselineNames
from scanner.identity.canonical import Canonical, canonical
from scanner.identity.keyring import OrgKey
from scanner.identity.opened import AtRest
from scanner.identity.published import PUBLISHED
from scanner.identity.redact import preview
from scanner.identity.strength import is_guessable
from scanner.identity.stretch import StretchBudget
from scanner.model import Identified, Suppression

if TYPE_CHECKING:  # most texts mask nothing
    from scanner.identity.partial import Shown

SHORT = 6
"""Characters of an id that people read."""


class Identifier:
    """Gives credentials their ids. One a worker process, made from the run's key and the run's budget.

    `salt` is that of the run's baseline; without one credentials get no names for baselines.
    """

    def __init__(self, key: OrgKey, budget: StretchBudget, salt: bytes | None = None) -> None:
        self._kid = key.kid
        self._budget = budget
        self._correlate = fingerprint.hkdf(key.material, b"correlate/v1")
        self._partial = fingerprint.hkdf(key.material, b"partial/v1")
        self._salt = fingerprint.hkdf(key.material, b"weak-salt/v1")
        self._baseline = None if salt is None else BaselineNames(salt, budget)

    def identify(self, reading: Reading, kind: Kind, *, detector: str, dummy: str | None) -> Identified:
        """The credential that was read, without its value.

        The id is that of the canonical value under its sort: kind, detector and place have no part in it. `dummy` says why it is no real
        credential; what the detector says to that, and being a key that was published on purpose, count as well.
        """
        what = canonical(reading)
        name = self._id(what)
        facts = _facts(reading, kind, what)
        short = name.rsplit(":", 1)[-1][:SHORT]
        reason = dummy or reading.dummy or PUBLISHED.get(str(facts.get("spki_sha256")))
        return Identified(
            id=name,
            kind=kind,
            detector=detector,
            redacted=preview(reading, what, str(facts["at_rest"]), short),
            check=reading.check,
            confidence=reading.confidence,
            facts=facts,
            privilege=kind.privilege if reading.privilege is None else reading.privilege,
            assumed=reading.privilege is None and kind.assumed,
            suppression=Suppression("dummy", reason) if reason else None,
            fingerprint=_fingerprint(reading, what),
            baseline_id=self._baseline.of(what) if self._baseline else None,
        )

    def of_value(self, value: bytes) -> tuple[str, ...]:
        """The ids that `value` has as it stands, under whatever detector: for looking up what no detector recognises by itself.

        Which of the two ways it is hashed in, stretched or not, the value alone decides. Beyond the budget that is an id of this run.
        """
        return (self._id(Canonical(Sort.VALUE, Secret(value), guessable=is_guessable(value))),)

    def partial(self, shown: Shown) -> str:
        """A digest of what is shown of a value, the same for a masked copy and for the value itself; without the key nobody can guess it."""
        return fingerprint.keyed_digest(self._partial, f"{shown.form}:{shown.prefix.decode()}", shown.visible).hex()

    def _id(self, what: Canonical) -> str:
        return fingerprint.credential_id(self._kid, self._digest(what))

    def _digest(self, what: Canonical) -> bytes:
        data = what.secret.reveal()
        if not what.guessable:
            return fingerprint.keyed_digest(self._correlate, what.sort, data)
        return self._budget.digest(data, self._stretched)

    def _stretched(self, value: bytes) -> bytes:
        return fingerprint.keyed_digest(self._correlate, Sort.VALUE, fingerprint.stretch(value, self._salt))


def _fingerprint(reading: Reading, what: Canonical) -> str | None:
    """None where the value could be guessed, or the detector says so: nobody may test guesses without a key."""
    if what.guessable or reading.guessable:
        return None
    return fingerprint.public_fingerprint(what.sort, what.secret.reveal())


def _facts(reading: Reading, kind: Kind, what: Canonical) -> Mapping[str, Fact]:
    """What the detector read, under what the key itself says, over what is always there."""
    at_rest = AtRest.PLAIN
    if what.opened is not None:
        at_rest = what.opened.at_rest
    elif what.sort is Sort.CONTAINER:
        at_rest = AtRest.ENCRYPTED  # detectors choose this sort where the container hides everything
    always: dict[str, Fact] = {"lifetime": kind.lifetime.value, "validity": "unknown", "at_rest": at_rest.value, "scope": "unknown"}
    return {**always, **reading.facts, **(what.opened.facts() if what.opened else {})}
