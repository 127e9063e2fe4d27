"""Core kinds in their places: what hosts and copies say of a credential, beyond what fixtures can spell."""

from __future__ import annotations

import pytest

from detectors import github, npm, pypi
from scanner import hosts
from scanner.contract import Reading
from tests.support import tokens
from tests.support.fixtures import read

BY_ID = {detector.id: detector for module in (github, npm, pypi) for detector in module.DETECTORS}
DIGITS = tokens.uuid(1).replace("-", "") + tokens.uuid(2)[:8]


def one(detector: str, text: str) -> Reading:
    (reading,) = read(BY_ID[detector], text.encode())
    return reading


def test_copies_that_their_holder_restricted_are_one_credential() -> None:
    copies = (
        tokens.pypi(3),
        tokens.pypi(3, projects=["acme"]),
        tokens.pypi(3, user=tokens.uuid(4)),
        tokens.pypi(3, projects=["acme"], user=tokens.uuid(4), expires=1_900_000_000),
    )
    assert len({one("pypi-token", copy).secret.reveal() for copy in copies}) == 1


def test_the_same_token_at_another_index_is_another_credential() -> None:
    here, there = tokens.pypi(3), tokens.pypi(3, location=hosts.spell(hosts.TEST_PYPI))
    assert one("pypi-token", here).secret.reveal() != one("pypi-token", there).secret.reveal()


def test_digits_behind_the_key_of_github_packages_are_for_github_packages() -> None:
    host = hosts.spell(hosts.GITHUB_NPM)
    assert one("github-legacy-token", f"//{host}/:_authToken={DIGITS}").service == host


@pytest.mark.parametrize(("section", "host"), [("pypi", hosts.PYPI_UPLOAD), ("testpypi", hosts.TEST_PYPI)])
def test_a_section_without_an_address_is_for_the_index_of_its_name(section: str, host: hosts.Labels) -> None:
    assert one("pypi-password", f"[{section}]\nusername = ada\npassword = hunter2!\n").service == hosts.spell(host)


@pytest.mark.parametrize("name", [b"\xff\xfe", b"a\x1b[31m"])
def test_a_user_name_is_shown_without_what_is_for_no_reader(name: bytes) -> None:
    host = hosts.spell(hosts.GITHUB).encode()
    (reading,) = read(BY_ID["github-legacy-token"], b"https://" + name + b":" + DIGITS.encode() + b"@" + host + b"/acme/web")
    assert reading.account is not None
    assert reading.account.isprintable()


def test_a_user_name_that_is_no_text_does_not_hide_the_password() -> None:
    (reading,) = read(BY_ID["npm-basic-auth"], b"username=\xff\xfe\n_password=aHVudGVyMiE=\n")
    assert reading.secret.reveal() == b"hunter2!"
