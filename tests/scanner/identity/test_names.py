"""The further names of a credential: its fingerprint, its name in a baseline, and the ids that a bare value can have."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import pytest

from scanner.contract import Kind, Reading, Secret, Sort
from scanner.identity import Identifier, OrgKey, StretchBudget, fingerprint
from scanner.identity.stretch import LIMIT
from scanner.model import Identified
from tests.support import tokens

KIND = Kind("npm-token", "npm token", "npm")
TOKEN = tokens.npm().encode()
PASSWORD = b"hunter2"
SALT = b"salt of the baseline"
OURS, THEIRS = OrgKey(bytes(32), "aaaaaa", None), OrgKey(b"\1" * 32, "bbbbbb", None)


def read(value: bytes, sort: Sort = Sort.VALUE) -> Reading:
    return Reading(0, len(value), KIND.id, Secret(value), sort=sort)


def seen(reading: Reading, *, key: OrgKey = OURS, salt: bytes | None = SALT, budget: StretchBudget | None = None) -> Identified:
    return Identifier(key, budget or StretchBudget(), salt).identify(reading, KIND, detector="d", dummy=None)


def test_a_fingerprint_does_not_depend_on_the_key() -> None:
    names = {seen(read(TOKEN), key=key, salt=salt).fingerprint for key in (OURS, THEIRS) for salt in (None, SALT)}
    assert names == {fingerprint.public_fingerprint("value", TOKEN)}


@pytest.mark.parametrize("reading", [read(PASSWORD), replace(read(TOKEN), guessable=True)], ids=["by itself", "says the detector"])
def test_what_could_be_guessed_has_no_fingerprint(reading: Reading) -> None:
    assert seen(reading).fingerprint is None


def test_sorts_have_fingerprints_of_their_own() -> None:
    names = {seen(read(TOKEN, sort)).fingerprint for sort in (Sort.VALUE, Sort.MACAROON, Sort.CONTAINER)}
    assert len(names - {None}) == 3


def test_without_a_baseline_there_is_no_name_for_one() -> None:
    assert seen(read(TOKEN), salt=None).baseline_id is None


@pytest.mark.parametrize("value", [TOKEN, PASSWORD], ids=["token", "password"])
def test_a_name_in_a_baseline_depends_on_salt_and_value_alone(value: bytes) -> None:
    names = {seen(read(value), key=key).baseline_id for key in (OURS, THEIRS)}
    assert len(names) == 1
    assert all(re.fullmatch(r"kb1:[a-z2-7]{26}", str(name)) for name in names)
    assert seen(read(value), salt=b"another").baseline_id not in names


def test_a_random_value_is_named_by_its_hmac() -> None:
    assert seen(read(TOKEN)).baseline_id == fingerprint.baseline_id(fingerprint.baseline_digest(SALT, "value", TOKEN))


def test_a_guessable_value_is_stretched_under_a_salt_of_the_baseline() -> None:
    salt = fingerprint.hkdf(SALT, b"weak-salt/v1")
    stretched = hashlib.scrypt(PASSWORD, salt=salt, n=32768, r=8, p=1, maxmem=2**26, dklen=32)
    assert seen(read(PASSWORD)).baseline_id == fingerprint.baseline_id(fingerprint.baseline_digest(SALT, "value", stretched))


def test_beyond_the_budget_no_baseline_knows_a_guessable_value() -> None:
    budget = StretchBudget()
    for number in range(LIMIT):
        budget.baseline_digest(b"%d" % number, SALT, lambda value: value.ljust(16))
    assert seen(read(PASSWORD), budget=budget).baseline_id is None
    assert seen(read(TOKEN), budget=budget).baseline_id is not None
    assert budget.exhausted


@pytest.mark.parametrize("value", [TOKEN, PASSWORD, b""], ids=["token", "password", "nothing"])
def test_a_bare_value_has_the_id_that_any_detector_gives_it(value: bytes) -> None:
    identifier = Identifier(OURS, StretchBudget())
    assert identifier.of_value(value) == (identifier.identify(read(value), KIND, detector="d", dummy=None).id,)


@pytest.mark.parametrize("value", [TOKEN, b"correct horse battery"], ids=["token", "password"])
def test_no_name_holds_a_piece_of_the_value(value: bytes) -> None:
    written = repr(seen(read(value))).encode()
    assert b"kb1:" in written
    assert not [at for at in range(len(value) - 7) if value[at : at + 8] in written]
