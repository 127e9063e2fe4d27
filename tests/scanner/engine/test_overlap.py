"""Several readings of the same bytes."""

from __future__ import annotations

import random
from base64 import b64encode
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Check, Reading, Secret, Sort
from scanner.engine.found import Found, Layer
from scanner.engine.overlap import settle

TEXT = bytes(200)
OTHER = bytes(199)


def found(
    start: int,
    end: int,
    value: bytes = b"value",
    *,
    kind: str = "token",
    check: Check = Check.NONE,
    prefix: str = "",
    guessable: bool = False,
    steps: tuple[str, ...] = (),
    inner: bytes | None = None,
    sort: Sort = Sort.VALUE,
    account: str | None = None,
    service: str | None = None,
    vague: bool = False,
) -> Found:
    reading = Reading(
        start,
        end,
        kind,
        Secret(value),
        sort=sort,
        check=check,
        prefix=prefix,
        guessable=guessable,
        steps=steps,
        account=account,
        service=service,
        vague=vague,
    )
    outer = () if inner is None else (Layer(TEXT, start, end, "json"),)
    return Found(f"{kind}-detector", reading, (*outer, Layer(TEXT if inner is None else inner, start, end, None)))


def test_values_at_different_places_stay_in_the_order_of_places() -> None:
    first, second = found(0, 10), found(10, 20)
    assert settle([second, first]) == (first, second)


def test_the_public_name_of_a_value_beside_it_is_no_credential() -> None:
    named, name = found(0, 10, account="name"), found(40, 44, b"name")
    assert settle([name, named]) == (named,)


def test_a_name_far_away_or_of_another_detector_stays() -> None:
    named, far, other = found(0, 10, account="name"), found(20_000, 20_004, b"name"), found(40, 44, b"name", kind="password")
    assert settle([far, other, named]) == (named, other, far)


def test_different_values_may_overlap() -> None:
    one, other = found(0, 10, b"one"), found(5, 15, b"other", kind="password")
    assert settle([one, other]) == (one, other)


def test_one_value_read_twice_at_one_place_is_one() -> None:
    one, same = found(0, 10), found(0, 10)
    assert settle([one, same]) in [(one,), (same,)]


def test_the_same_bytes_as_another_sort_of_value_are_another_value() -> None:
    assert len(settle([found(0, 10), found(0, 10, sort=Sort.CONTAINER)])) == 2


def test_a_passed_check_knows_most_and_a_failed_one_least() -> None:
    for better, worse in ((Check.PASSED, Check.NONE), (Check.NONE, Check.FAILED)):
        known = found(5, 10, check=better, steps=("base64",))
        assert settle([found(0, 20, check=worse, kind="password"), known]) == (known,)


def test_a_form_of_its_own_knows_more_than_a_password() -> None:
    token = found(5, 10, prefix="tok_", inner=OTHER)
    assert settle([found(0, 20, kind="basic", guessable=True, steps=("basic-auth",)), token]) == (token,)


def test_then_the_longer_one_knows_more_then_the_one_read_more_directly_then_the_first_detector() -> None:
    assert settle([found(0, 10), found(0, 12, kind="longer")])[0].reading.kind == "longer"
    assert settle([found(0, 10, inner=OTHER), found(0, 10, kind="plain")])[0].reading.kind == "plain"
    assert settle([found(0, 10, kind="b"), found(0, 10, kind="a")])[0].reading.kind == "a"


def test_the_one_that_stays_takes_over_what_only_the_other_one_names() -> None:
    basic = found(0, 20, kind="basic", guessable=True, account="somebody", service="a.example")
    token = found(5, 10, prefix="tok_", inner=OTHER, service="b.example")
    (one,) = settle([basic, token])
    assert (one.reading.kind, one.reading.account, one.reading.service) == ("token", "somebody", "b.example")


def test_what_lies_inside_a_longer_value_with_a_passed_check_goes() -> None:
    outer = found(0, 20, b"outer", check=Check.PASSED)
    assert settle([outer, found(5, 10, b"inner", kind="jwt")]) == (outer,)
    assert settle([outer, found(15, 25, b"inner", kind="jwt")])[0] == outer
    assert len(settle([outer, found(15, 25, b"inner", kind="jwt")])) == 2
    assert len(settle([outer, found(5, 10, b"inner")])) == 2
    assert len(settle([found(0, 20, b"outer"), found(5, 10, b"inner", kind="jwt")])) == 2


def test_of_two_interpretations_of_the_same_bytes_by_one_detector_one_stays() -> None:
    whole = found(0, 20, b"whole", inner=OTHER)
    part = found(0, 15, b"part")
    assert settle([whole, part]) == (whole,)
    passed = found(0, 15, b"part", check=Check.PASSED)
    assert settle([whole, passed]) == (passed,)


def test_values_that_one_detector_reads_from_one_text_stay() -> None:
    assert len(settle([found(0, 20, b"pair"), found(5, 10, b"half")])) == 2


CANDIDATES = st.builds(
    lambda start, length, value, kind, check, inner, prefix: found(
        start, start + length, value, kind=kind, check=check, inner=inner, prefix=prefix
    ),
    st.integers(0, 30),
    st.integers(1, 20),
    st.sampled_from([b"one", b"two", b"three"]),
    st.sampled_from(["token", "password", "jwt"]),
    st.sampled_from(Check),
    st.sampled_from([None, OTHER]),
    st.sampled_from(["", "tok_"]),
)


@given(st.lists(CANDIDATES, max_size=10), st.randoms())
def test_the_order_in_which_they_come_does_not_matter(candidates: list[Found], rng: random.Random) -> None:
    shuffled = list(candidates)
    rng.shuffle(shuffled)
    assert Counter(map(_shown, settle(shuffled))) == Counter(map(_shown, settle(candidates)))


@given(st.lists(CANDIDATES, max_size=10))
def test_nothing_is_invented_and_something_stays(candidates: list[Found]) -> None:
    settled = settle(candidates)
    assert {_shown(one) for one in settled} <= {_shown(one) for one in candidates}
    assert bool(settled) == bool(candidates)


def test_many_values_side_by_side_cost_no_more_than_their_number() -> None:
    many = [found(at, at + 5, b64encode(at.to_bytes(4, "big"))) for at in range(0, 50_000, 5)]
    assert len(settle(many)) == 10_000


def _shown(one: Found) -> tuple[object, ...]:
    return one.span, one.detector, one.reading.secret.reveal(), one.reading.check, one.reading.prefix, one.encoding


def test_what_is_vague_goes_wherever_something_else_lies_over_it() -> None:
    token = found(5, 10, b"token", check=Check.FAILED)
    assert settle([found(0, 6, b"one", kind="secret", vague=True), token, found(9, 20, b"other", kind="secret", vague=True)]) == (token,)


def test_what_is_vague_stays_beside_others_and_under_its_like() -> None:
    token, beside, other = found(5, 10, b"token"), found(10, 20, b"one", vague=True), found(12, 18, b"other", vague=True)
    assert settle([token, beside, other]) == (token, beside, other)


def test_of_one_value_what_is_vague_only_gives_its_account() -> None:
    vague = found(0, 10, kind="a", vague=True, prefix="a", account="ada", service="acme.dev")
    assert [(one.reading.kind, one.reading.account) for one in settle([vague, found(0, 10, guessable=True)])] == [("token", "ada")]
