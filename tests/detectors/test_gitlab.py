from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import gitlab
from scanner.contract import Check
from tests.support import tokens_gitlab
from tests.support.fixtures import read

TOKEN, ROUTABLE, JOB, *_ = gitlab.DETECTORS
WORD = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-="
OUTSIDE = bytes(byte for byte in range(256) if chr(byte) not in WORD)

surrounding = st.lists(st.sampled_from(OUTSIDE), max_size=40).map(bytes)
kinds = st.sampled_from(["glpat-", "gldt-", "glrt-t1_", "glrtr-", "glptt-", "acme-glpat-", "Acme_EU-2-gldt-"])
numbers = st.integers(0, 2**40)


@given(before=surrounding, after=surrounding, prefix=kinds, user=numbers, project=numbers)
def test_a_routable_token_is_found_wherever_it_stands(before: bytes, after: bytes, prefix: str, user: int, project: int) -> None:
    value = tokens_gitlab.routable(prefix, 1, o=1, u=user, p=project).encode()
    (found,) = read(ROUTABLE, before + value + after)
    assert (found.start, found.end, found.check) == (len(before), len(before) + len(value), Check.PASSED)
    assert (found.facts["user_id"], found.facts["project_id"]) == (user, project)


@given(seed=st.integers(0, 1000), at=st.integers(6, 100), letter=st.sampled_from("0aAz_-"))
def test_one_wrong_character_is_never_certain(seed: int, at: int, letter: str) -> None:
    value = tokens_gitlab.routable("glpat-", seed, o=1, u=seed)
    at = 6 + at % (len(value) - 6)
    spoiled = value[:at] + letter + value[at + 1 :]
    assert (Check.PASSED in {one.check for one in read(ROUTABLE, spoiled.encode())}) == (spoiled == value)


@pytest.mark.parametrize("before", [b"\xff-", b"a b-", b"-", b"--", b"-" * 40, b"a" * 21 + b"-"], ids=repr)
def test_what_is_no_prefix_of_an_instance_is_not_part_of_a_value(before: bytes) -> None:
    text = before + tokens_gitlab.routable("glpat-", 1, o=1).encode()
    assert [(one.start, one.check) for one in read(ROUTABLE, text)] == [(len(before), Check.PASSED)]


def test_a_checksum_over_what_no_instance_is_called_does_not_count() -> None:
    """Somebody can make one for any bytes."""
    value = tokens_gitlab.routable("é b-glpat-", 1, o=1).encode()
    assert [(one.prefix, one.check) for one in read(ROUTABLE, value)] == [("b-glpat-", Check.FAILED)]


@pytest.mark.parametrize(
    "claims", [{"a": "bcdef"}, {"iss": "\ud800", "sub": "\ud800"}, {"exp": 2**80, "u": "é"}, {"sub": ["gid"]}, {"o": "z" * 20}]
)
def test_claims_of_any_sort_are_no_facts(claims: dict[str, object]) -> None:
    (found,) = read(JOB, tokens_gitlab.job(1, claims).encode())
    assert set(found.facts) == {"lifetime", "validity", "at_rest", "scope"}
