"""Pairs of a user and a token, in base64: whose the token is, and what the place is called."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache

import pytest

from scanner import hosts
from scanner.identity import OrgKey, StretchBudget
from scanner.model import Spot
from scanner.run.examine import Examiner, Setup
from tests.support import tokens
from tests.support.command import DETECTORS

GITHUB = hosts.spell(hosts.GITHUB)
TOKEN = tokens.ghp(1)


@cache
def examiner() -> Examiner:
    return Examiner(Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS))


def spot(path: str, text: str) -> Spot:
    """Where the only value of `text` is."""
    (sighting,) = examiner().examine(path, text.encode()).sightings
    return sighting.spot


def coded(text: str) -> str:
    return b64encode(text.encode()).decode()


PLACES = {
    "header": ("a.sh", "curl -H 'Authorization: Basic {}'", ("Authorization", None, "basic-auth")),
    "npmrc": (".npmrc", "//npm.acme.dev:8443/:_auth={}", ("_auth", "npm.acme.dev:8443", "basic-auth")),
    "yarn": (".yarnrc.yml", 'npmRegistries:\n  "//npm.acme.dev":\n    npmAuthIdent: "{}"', ("npmAuthIdent", "npm.acme.dev", "basic-auth")),
    "docker": (".docker/config.json", '{{"auths": {{"reg.acme.dev": {{"auth": "{}"}}}}}}', ("auth", "reg.acme.dev", "docker-auth")),
    "git": (
        ".git/config",
        '[http "https://git.acme.dev/"]\n\textraheader = AUTHORIZATION: basic {}',
        ("extraheader", "git.acme.dev", "basic-auth"),
    ),
    "command": (
        "a.sh",
        'git config --global http.https://git.acme.dev/.extraheader "AUTHORIZATION: basic {}"',
        ("http.https://git.acme.dev/.extraheader", "git.acme.dev", "basic-auth"),
    ),
}
USERS = [
    ("ada", tokens.ghp(1)),
    ("x-access-token", tokens.ghp(2, "ghs_")),
    ("oauth2", tokens.github_pat(3)),
    ("__token__", tokens.pypi(4)),
    ("ab", tokens.npm(5)),
]


@pytest.mark.parametrize(("user", "token"), USERS, ids=[user for user, _ in USERS])
@pytest.mark.parametrize("place", PLACES)
def test_the_user_of_a_pair_is_the_account_of_its_token(place: str, user: str, token: str) -> None:
    path, text, (field, service, step) = PLACES[place]
    met = spot(path, text.format(coded(f"{user}:{token}")))
    assert (met.field, met.service, met.account, met.encoding) == (field, service, user, (step,))


@pytest.mark.parametrize("pair", [f"{TOKEN}:x-oauth-basic", f"{TOKEN}:", f":{TOKEN}"], ids=["marked", "no password", "no user"])
@pytest.mark.parametrize("place", PLACES)
def test_a_token_that_is_its_own_user_or_has_none_is_nobodys(place: str, pair: str) -> None:
    path, text, (field, service, _) = PLACES[place]
    met = spot(path, text.format(coded(pair)))
    assert (met.field, met.service, met.account) == (field, service, None)


def test_a_user_that_is_a_token_is_not_shown() -> None:
    found = examiner().examine("a.http", f"Authorization: Basic {coded(f'{TOKEN}:hunter2-Xq9!')}\n".encode()).sightings
    assert TOKEN[:20] not in repr(found)
    assert {one.identified.kind.id for one in found} == {"github-pat-classic"}


def test_an_account_that_a_detector_read_and_another_takes_for_a_token_is_not_shown() -> None:
    text = json.dumps({"auths": {"reg.acme.dev": {"auth": coded(f"{TOKEN}:hunter2-Xq9!zz")}}})
    assert TOKEN[:20] not in repr(examiner().examine(".docker/config.json", text.encode()).sightings)


@pytest.mark.parametrize(("pair", "account"), [("__token__:{}", "__token__"), ("KEY:{}", None)])
def test_base64_that_nothing_calls_a_pair_is_one_by_the_names_of_users_that_stand_for_tokens(pair: str, account: str | None) -> None:
    met = spot("a.env", f"UPLOAD={coded(pair.format(tokens.pypi(1)))}\n")
    assert (met.account, met.encoding) == (account, ("base64",))


def test_the_user_of_a_kubernetes_secret_is_told_as_it_is() -> None:
    text = f"apiVersion: v1\nkind: Secret\ndata:\n  username: {coded('ada-lovelace')}\n  password: {coded(TOKEN)}\n"
    assert spot("secret.yaml", text).account == "ada-lovelace"


def test_a_user_in_the_clear_beside_a_password_in_base64_stays_as_it_is() -> None:
    text = f"//npm.acme.dev/:username=john\n//npm.acme.dev/:_password={coded(TOKEN)}\n"
    assert spot(".npmrc", text).account == "john"


def test_a_port_that_the_place_names_is_part_of_the_service() -> None:
    assert spot(".npmrc", f"//npm.acme.dev:8443/:_authToken={tokens.npm(1)}\n").service == "npm.acme.dev:8443"


@pytest.mark.parametrize("width", [25, 60, 180])
def test_a_preview_counts_the_characters_of_a_token_and_not_the_ends_of_lines(width: int) -> None:
    token = tokens.trusted(1, expires=1_900_000_000)
    lines = "\n  ".join(token[at : at + width] for at in range(0, len(token), width))
    (sighting,) = examiner().examine("a.yml", f"password: >-\n  {lines}\n".encode()).sightings
    assert sighting.identified.redacted.startswith(f"pypi-…({len(token)}) #")
