"""What counts as no real credential, and that the reason tells nothing of it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Check, Fact, Reading, Secret, Sort
from scanner.engine import filters
from scanner.engine.filters import dummy_reason, masked
from tests.support import tokens


def reading(value: str, *, prefix: str = "", guessable: bool = False, check: Check = Check.NONE, **facts: Fact) -> Reading:
    return Reading(0, len(value), "token", Secret(value.encode()), prefix=prefix, guessable=guessable, check=check, facts=facts)


RANDOM = tokens.base62(5, 36)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("x" * 36, "one pattern repeated"),
        ("0" * 36, "one pattern repeated"),
        ("ab" * 18, "one pattern repeated"),
        ("XXXXX-XXXXX-XXXXX-XXXXX", "one pattern repeated"),
        ("1234567890" * 3, "letters or digits in their order"),
        ("abcdefghijklmnopqrstuvwxyz0123456789", "letters or digits in their order"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ" + tokens.base62(1, 10), "letters or digits in their order"),
        ("abcd1234efgh5678", "letters or digits in their order"),
        ("12345AbcDFoo_qbcdef", "letters or digits in their order"),
        ("938475029384750192847561029384756102", "digits only"),
        ("aabbaababbbaabababbaabbabaabababab12", "too few different characters"),
        ("3kPexample9fQz2LmT7vRw4Ny8Xb6Hd1Jc5G", "a placeholder word in it"),
        ("3kPYOUR9fQz2LmT7vRw4Ny8Xb6Hd1Jc5Gs0A", "a placeholder word in it"),
        ("3kPReplace9fQz2LmT7vRw4Ny8Xb6Hd1Jc5G", "a placeholder word in it"),
    ],
)
def test_a_body_that_no_generator_makes_is_a_dummy(body: str, reason: str) -> None:
    assert dummy_reason(reading("tok_" + body, prefix="tok_")) == reason


@pytest.mark.parametrize("prefix", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "npm_"])
def test_hexadecimal_digits_alone_are_a_dummy_where_any_letter_was_possible(prefix: str) -> None:
    body = hashlib.sha256(b"body").hexdigest()[:36]
    assert dummy_reason(reading(prefix + body, prefix=prefix)) == "hexadecimal digits where any letter was possible"
    assert dummy_reason(reading("rubygems_" + body, prefix="rubygems_")) is None


@pytest.mark.parametrize("body", ["Sommer" + "12345678", "kX9vrPq1234m7QwrT2x5678Lz", "1234vrPqefgh"[:11]])
def test_one_stretch_in_order_or_few_of_a_long_body_are_none(body: str) -> None:
    assert dummy_reason(reading(body, guessable=True)) is None


@pytest.mark.parametrize(
    ("value", "dummy"),
    [("explicit_token", True), ("old-registry-password", True), ("fallback_Token", False), ("correct-horse-battery", False)],
)
def test_words_that_name_a_secret_are_no_password(value: str, dummy: bool) -> None:
    assert dummy_reason(reading(value, guessable=True)) == ("words that name a secret" if dummy else None)


@given(st.integers(0, 10**6))
def test_a_random_body_is_none(seed: int) -> None:
    value = "tok_" + tokens.base62(seed, 36)
    words = [word for word in filters._WORDS if any(spelling in value.encode() for spelling in (word, word.upper(), word.capitalize()))]  # noqa: SLF001 - chance
    assert bool(dummy_reason(reading(value, prefix="tok_"))) == bool(words)


def test_a_word_in_mixed_case_is_chance() -> None:
    assert dummy_reason(reading("tok_3kPyOuR9fQz2LmT7vRw4Ny8Xb6Hd1Jc5Gs0", prefix="tok_")) is None


def test_a_short_word_in_a_long_body_is_chance() -> None:
    assert dummy_reason(reading(tokens.base62(3, 300) + "test" + tokens.base62(4, 300))) is None
    assert dummy_reason(reading(tokens.base62(3, 300) + "example" + tokens.base62(4, 300))) == "a placeholder word in it"


@pytest.mark.parametrize("body", ["x" * 36, "0123456789" * 4, "exampleexample", "0" * 8])
def test_a_passed_check_outweighs_every_shape(body: str) -> None:
    assert dummy_reason(reading("tok_" + body, prefix="tok_", check=Check.PASSED)) is None


@pytest.mark.parametrize("sort", [Sort.SPKI, Sort.CONTAINER])
def test_keys_have_no_shape(sort: Sort) -> None:
    assert dummy_reason(replace(reading("\0" * 64), sort=sort)) is None


@pytest.mark.parametrize(
    "password",
    ["changeme", "password", "password123", "your-password-here", "insert_your_token_here", "testtest", "aaaaaaaa", "12345678", "Secret1!"],
)
def test_a_password_that_is_little_more_than_a_word_for_one_is_a_dummy(password: str) -> None:
    assert dummy_reason(reading(password, guessable=True)) is not None


@pytest.mark.parametrize("password", ["foo", "not a real pass", "admin", "minio-admin", "postgres", "GUEST", "change-me", "hello world"])
def test_a_default_is_a_dummy(password: str) -> None:
    assert dummy_reason(reading(password, guessable=True)) in {"a default, or filler words", "a placeholder word"}


@pytest.mark.parametrize("password", ["admins", "foot", "postgres7", "realm", "thesis", "passat"])
def test_a_word_more_is_no_default(password: str) -> None:
    assert dummy_reason(reading(password, guessable=True)) is None


@pytest.mark.parametrize("password", ["hunter2", "CompanySecret2024", "correct horse battery staple", "84729301", "Tr0ub4dor&3", "x", ""])
def test_any_other_password_is_taken_seriously(password: str) -> None:
    assert dummy_reason(reading(password, guessable=True)) is None


def test_published_values_are_known_by_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    value = tokens.npm(3)
    monkeypatch.setattr(filters, "_PUBLISHED", frozenset({hashlib.sha256(value.encode()).digest()}))
    assert dummy_reason(reading(value, prefix="npm_", check=Check.PASSED)) == "a published example"
    assert dummy_reason(reading(RANDOM, key_id=value)) is None
    assert dummy_reason(reading(tokens.npm(4), prefix="npm_", check=Check.PASSED)) is None


def test_no_published_value_is_lost() -> None:
    assert len(filters._PUBLISHED) == 69  # noqa: SLF001 - the list itself


def test_a_key_that_is_shipped_on_purpose_is_known_by_its_fingerprint() -> None:
    key = replace(reading("\0" * 64, fingerprint="SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA"), sort=Sort.SPKI, check=Check.PASSED)
    assert dummy_reason(key) == "a published example"


@given(st.text(alphabet="aAbBxX019_-test", min_size=1, max_size=60), st.booleans(), st.sampled_from(["", "npm_"]))
def test_a_reason_never_contains_the_value(value: str, guessable: bool, prefix: str) -> None:
    reason = dummy_reason(reading(prefix + value, guessable=guessable, prefix=prefix))
    assert reason is None or len(value) < 4 or value not in reason


@given(st.binary(max_size=100), st.booleans())
def test_any_bytes_are_judged(value: bytes, guessable: bool) -> None:
    dummy_reason(Reading(0, 1, "token", Secret(value), guessable=guessable))


def test_a_very_long_value_is_judged_by_its_beginning() -> None:
    value = tokens.base62(9, 5000)
    assert math.isclose(len(value), 5000)
    assert dummy_reason(reading(value + "example")) is None


MASKS = [
    "***",
    "********",
    "•••",
    "●●●●",
    "[MASKED]",
    "[secure]",
    "<redacted>",
    "xxxx1234",
    "XXXXXXXX",
    "####ab",
    "ab***cd",
    "pre[MASKED]post",
]


@pytest.mark.parametrize("value", MASKS)
def test_a_mask_is_told(value: str) -> None:
    assert masked(reading(value))


@pytest.mark.parametrize("value", ["a**b", "[MASK]", "masked", "xxx12345", "xxxx12345", "secure-and-long", RANDOM, ""])
def test_what_has_no_mask_in_it_is_none(value: str) -> None:
    assert not masked(reading(value))


def test_what_a_checksum_confirms_and_what_is_a_key_is_no_mask() -> None:
    assert not masked(reading("xxxx1234", check=Check.PASSED))
    assert not masked(replace(reading("xxxx1234"), sort=Sort.SPKI))


@given(st.binary(max_size=64), st.sampled_from([*MASKS[:5]]), st.binary(max_size=64))
def test_a_mask_is_told_wherever_it_stands(before: bytes, mask: str, behind: bytes) -> None:
    value = before + mask.encode() + behind
    assert masked(replace(reading(""), secret=Secret(value)))
