from __future__ import annotations

import hashlib
import json

import pytest

from detectors import tuf
from scanner.contract import Reading
from tests.support import tokens_keys
from tests.support.fixtures import read

DETECTOR = tuf.DETECTORS[0]


def only(value: object) -> Reading:
    (reading,) = read(DETECTOR, json.dumps(value).encode())
    return reading


def test_the_key_id_is_that_of_the_specification() -> None:
    key = tokens_keys.tuf(1)
    public = str(dict(key["keyval"])["public"])  # type: ignore[call-overload]  # a table
    canonical = '{"keytype":"ed25519","keyval":{"public":"' + public + '"},"scheme":"ed25519"}'
    assert only(key).facts["keyid"] == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_key_id_of_old_versions_covers_the_hash_algorithms() -> None:
    key = tokens_keys.tuf(1, hashes=True)
    public = str(dict(key["keyval"])["public"])  # type: ignore[call-overload]  # a table
    head = '{"keyid_hash_algorithms":["sha256","sha512"],"keytype":"ed25519",'
    canonical = head + '"keyval":{"public":"' + public + '"},"scheme":"ed25519"}'
    assert only(key).facts["keyid"] == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize("first", [True, False])
def test_the_order_of_members_changes_nothing(*, first: bool) -> None:
    key = tokens_keys.tuf(2)
    turned = {"keyval": key["keyval"], **key} if first else dict(reversed(key.items()))
    assert only(turned).facts == only(key).facts


def test_one_key_is_one_credential_with_and_without_its_public_half_behind_it() -> None:
    assert only(tokens_keys.tuf(3)).secret.reveal() == only(tokens_keys.tuf(3, pair=True)).secret.reveal()


def test_a_box_is_the_same_however_it_is_indented() -> None:
    value = tokens_keys.box(1)
    (pretty,) = read(DETECTOR, json.dumps(value, indent=4).encode())
    assert pretty.secret.reveal() == only(value).secret.reveal()
