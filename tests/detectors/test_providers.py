"""What tables of prefixes and names have in common, and which of two detectors answers where both could."""

from __future__ import annotations

from functools import cache

import pytest

from detectors import _assigned, gcp_service_account, github, gitlab, jwt, private_keys, teamcity, totp
from detectors._prefixed import Form
from detectors._prefixed import detector as prefixed
from scanner.contract import Confidence, Kind, Reading
from scanner.engine import Engine, Limits, build
from tests.support.fixtures import read
from tests.support.templates import expand

ONE, OTHER = Kind("acme-one", "one", "acme"), Kind("acme-other", "other", "acme")
PREFIXED = prefixed("acme", "acme", Form(ONE, "acme_a_", "[0-9a-f]{8}"), Form(OTHER, "acme_b_", "[0-9A-Za-z]{8}", mixed=True))
NAMED = _assigned.AssignedDetector(
    "acme",
    "acme",
    (
        _assigned.Form(ONE, "[0-9a-f]{8}", names=("acme_key",)),
        _assigned.Form(OTHER, "[0-9A-Za-z]{10}", names=("acme_ id|name",), mixed=True),
    ),
)
DETECTORS = (
    *gcp_service_account.DETECTORS,
    *github.DETECTORS,
    *gitlab.DETECTORS,
    *jwt.DETECTORS,
    *private_keys.DETECTORS,
    *teamcity.DETECTORS,
)


@cache
def engine() -> Engine:
    return build(DETECTORS, cache=None, limits=Limits())


def said(readings: list[Reading]) -> list[tuple[str, bytes]]:
    return [(one.kind, one.secret.reveal()) for one in readings]


def settled(template: str) -> list[str]:
    """The kinds that are left of everything that is read in a text."""
    return [one.reading.kind for one in engine().examine(expand(template)).found]


def test_a_prefix_tells_the_kind_and_the_body_that_belongs_to_it() -> None:
    text = b"acme_a_0123abcd acme_b_0123abcd acme_b_a1B2c3D4 acme_a_a1B2c3D4"
    assert said(read(PREFIXED, text)) == [("acme-one", b"acme_a_0123abcd"), ("acme-other", b"acme_b_a1B2c3D4")]


def test_a_prefix_is_shown_and_not_secret() -> None:
    (reading,) = read(PREFIXED, b"acme_a_0123abcd")
    assert (reading.prefix, reading.confidence) == ("acme_a_", Confidence.HIGH)


def test_a_prefix_is_searched_inside_encodings_only_where_its_form_says_so() -> None:
    forms = (Form(ONE, "acme_a_", "[0-9a-f]{8}"), Form(OTHER, "acme_b_", "[0-9a-f]{8}", encoded=True))
    assert [anchor.encoded for anchor in prefixed("acme", "acme", *forms).anchors] == [False, True]


def test_a_name_tells_the_kind_and_the_value_that_belongs_to_it() -> None:
    text = b"ACME_KEY=0123abcd ACME_ID=a1B2c3D4e5 acme_name: 'a1B2c3D4e5' ACME_KEY=a1B2c3D4e5 ACME_ID=0123abcd45"
    assert said(read(NAMED, text)) == [("acme-one", b"0123abcd"), ("acme-other", b"a1B2c3D4e5"), ("acme-other", b"a1B2c3D4e5")]


@pytest.mark.parametrize(
    "template",
    [
        '{"type": "service_account", "private_key_id": "<hex:40>", "private_key": "<escaped <pem:rsa2048:pkcs8>>\\n"}',
        'key: <b64 {"type": "service_account", "private_key_id": "<hex:40>", "private_key": "<escaped <pem:rsa2048:pkcs8>>"}>',
    ],
)
def test_a_key_in_the_file_of_a_service_account_is_one_credential_of_that_kind(template: str) -> None:
    assert settled(template) == ["gcp-service-account-key"]


def test_the_same_key_by_itself_is_a_private_key() -> None:
    assert settled("<pem:rsa2048:pkcs8>") == ["rsa-private-key"]


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("<stateless:1 app_id=5 expires=1800000000>", "github-app-installation-token"),
        ("<teamcity:1>", "teamcity-token"),
        ("glcbt-64_<ci_jwt:1 iss=acme>", "gitlab-job-token"),
        ("<signed_jwt:1 iss=acme>", "jwt"),
    ],
)
def test_a_token_that_holds_a_json_web_token_is_none_itself(template: str, kind: str) -> None:
    assert settled(f"TOKEN={template}\n") == [kind]


def test_a_seed_in_an_address_and_behind_a_name_is_one_value() -> None:
    seed = expand("<p_seed:32>")
    address, name = totp.DETECTORS
    found = (*read(address, b"otpauth://totp/a?secret=" + seed.lower()), *read(name, b"TOTP_SECRET=" + seed + b"===="))
    assert [one.secret.reveal() for one in found] == [seed, seed]
