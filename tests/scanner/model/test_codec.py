from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scanner.contract import Check, Confidence, Fact, Kind, Lifetime
from scanner.model import (
    Change,
    Credential,
    Finding,
    Identified,
    Levels,
    Location,
    Occurrence,
    Reachability,
    Reason,
    Severity,
    Sighting,
    Slot,
    Spot,
    Suppression,
    Unscanned,
    Zone,
)
from scanner.model.codec import decode, encode

KIND = Kind("npm-token", "npm token", "npm", frozenset({"publish", "read"}), 4, rotate=("revoke it",), lifetime=Lifetime.STATIC)
FACTS: dict[str, Fact] = {"lifetime": "static", "projects": ["a", "b"], "bits": 4096, "encrypted": False, "nothing": None}
IDENTIFIED = Identified("kt1:abc:x", KIND, "npm", "npm_…(40)", Check.PASSED, Confidence.HIGH, FACTS, 4, assumed=True)
SPOT = Spot(3, 9, "token", ("data", "npmrc"), ("base64",), "npm")
OCCURRENCE = Occurrence("o", "kt1:abc:x", Zone.REPO_HEAD, "web", ".npmrc", SPOT, in_head=True, reachability=Reachability.HEAD)
NOUNS = (
    KIND,
    IDENTIFIED,
    replace(IDENTIFIED, suppression=Suppression("dummy", "an example")),
    Sighting(IDENTIFIED, SPOT),
    OCCURRENCE,
    Change("c1", ".npmrc", frozenset({"a", "b"}), None),
    Unscanned("web", "commit:1", Reason.MISSING, "gone"),
    Slot("s", "gitlab", "project", "acme/web", "x", "NPM_TOKEN", allowed_projects=("a",), candidates=(("kt1:abc:x", "E3"),)),
    Finding("f", "TB001", "t", Severity.HIGH, "E1", ("kt1:abc:x",), "m", "r", (Location("web", ".npmrc", 3, 1),), life="new"),
    Credential(IDENTIFIED, (OCCURRENCE,), Severity.CRITICAL, 92, Levels(4, 3, 2, 1), ("assumed",)),
)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
def test_a_noun_comes_back_as_it_was(noun: object) -> None:
    assert decode(type(noun), json.loads(json.dumps(encode(noun)))) == noun


def test_what_has_its_default_takes_no_room() -> None:
    assert encode(Spot(line=4)) == {"line": 4}


def test_a_set_is_written_in_one_order() -> None:
    assert encode(KIND)["actions"] == ["publish", "read"]


def test_a_field_from_a_later_version_is_passed_over() -> None:
    assert decode(Spot, {"line": 4, "colour": "red"}) == Spot(line=4)


@pytest.mark.parametrize("data", [None, [], "x", {"line": "four"}, {"field_path": "ab"}, {"field_path": [1]}, {"line": [1]}])
def test_other_data_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="not the data of Spot"):
        decode(Spot, data)


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        decode(Occurrence, {**encode(OCCURRENCE), "zone": "elsewhere"})


def test_what_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes is no plain data"):
        encode({"a": b"x"})
