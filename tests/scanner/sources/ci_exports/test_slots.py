from __future__ import annotations

import re
from itertools import combinations

import pytest

from scanner.sources.ci_exports import slot_id
from scanner.sources.ci_exports.slots import LONGEST_NAME, printable
from tests.support import tokens

PARTS = ("gitlab", "acme/web", "project", "NPM_TOKEN", "*")


def test_id_is_a_label_and_130_bits_of_base32() -> None:
    assert re.fullmatch(r"sl1:[a-z2-7]{26}", slot_id(*PARTS))


def test_id_is_for_ever() -> None:
    assert slot_id(*PARTS) == "sl1:wf52huu3qfbjon5bhongqii3nm"


def test_every_part_tells_slots_apart() -> None:
    others = [(*PARTS[:n], "x", *PARTS[n + 1 :]) for n in range(len(PARTS))]

    ids = [slot_id(*PARTS), *(slot_id(*other) for other in others)]

    assert len(set(ids)) == len(PARTS) + 1


@pytest.mark.parametrize(
    ("one", "other"),
    list(
        combinations(
            [
                ("gitlab", "acme", "project", "NAME", None),
                ("gitlab", "acme", "project", "NAME", ""),
                ("gitlab", "acmeproject", "", "NAME", ""),
                ("gitlabacme", "", "project", "NAME", ""),
                ("gitlab", "acme", "project", "", "NAME"),
            ],
            2,
        )
    ),
)
def test_parts_do_not_run_together(one: tuple[str, str, str, str, str | None], other: tuple[str, str, str, str, str | None]) -> None:
    assert slot_id(*one) != slot_id(*other)


def test_id_exists_for_a_name_that_is_no_text() -> None:
    assert slot_id("shell", "owner", "unknown", "\udcff", None) != slot_id("shell", "owner", "unknown", "\udcfe", None)


@pytest.mark.parametrize(
    "name", ["NPM_TOKEN", "TF_VAR_digitalocean_token_2", "name with blanks", "é", "A" * LONGEST_NAME, "abcdefghijklmnopqrstuvwxyz01"]
)
def test_name_stays_as_it_is(name: str) -> None:
    assert printable(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (tokens.npm(1), "npm_…"),
        (f"TOKEN_{tokens.base62(1, 20)}_END", "TOKEN_…_END"),
        ("A" * (LONGEST_NAME + 1), "A" * (LONGEST_NAME - 1) + "…"),
        ("a\ud800b", "a\\ud800b"),
    ],
)
def test_name_is_made_fit_to_print(name: str, shown: str) -> None:
    assert printable(name) == shown
