"""What holds for every detector whatever the text is."""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import registry
from scanner.contract import Check, Detector, Window
from tests.support import keys, tokens, tokens_registries, worst_assigned, worst_keys, worst_keystores, worst_providers
from tests.support.fixtures import BUILTIN, cases, read, unmarked

DETECTORS = {detector.id: detector for detector in registry.load([BUILTIN])}
INSIDE = tokens.BASE62 + "_-="
OUTSIDE = bytes(byte for byte in range(256) if chr(byte) not in INSIDE)

TOKENS: dict[str, tuple[str, Callable[[int], str]]] = {
    "ghp": ("github-token", tokens.ghp),
    "ghr": ("github-token", tokens.ghr),
    "stateless": ("github-stateless-token", tokens.stateless),
    "github_pat": ("github-fine-grained-token", tokens.github_pat),
    "npm": ("npm-token", tokens.npm),
    "pypi": ("pypi-token", lambda seed: tokens.pypi(seed, projects=["acme"])),
    "crates_minted": ("crates-token", tokens_registries.crates_minted),
    "nuget": ("nuget-api-key", tokens_registries.nuget),
    "nuget_dated": ("nuget-dated-api-key", tokens_registries.nuget_dated),
    "azure_devops": ("azure-devops-token", tokens_registries.azure_devops),
    "reference": ("artifactory-reference-token", tokens_registries.reference),
}

surrounding = st.lists(st.sampled_from(OUTSIDE), max_size=40).map(bytes)


@pytest.mark.parametrize("name", TOKENS)
@given(before=surrounding, after=surrounding, seed=st.integers(0, 10_000))
def test_a_planted_token_is_found_with_its_exact_span(name: str, before: bytes, after: bytes, seed: int) -> None:
    detector, make = TOKENS[name]
    value = make(seed).encode()
    found = read(DETECTORS[detector], before + value + after)
    assert [(one.start, one.end, one.check) for one in found] == [(len(before), len(before) + len(value), Check.PASSED)]


@pytest.mark.parametrize("name", ["ghp", "ghr", "github_pat", "npm"])
@given(seed=st.integers(0, 10_000), at=st.integers(11, 92), letter=st.sampled_from(tokens.BASE62))
def test_one_wrong_character_is_never_certain(name: str, seed: int, at: int, letter: str) -> None:
    detector, make = TOKENS[name]
    value = make(seed)
    last = 85 if name == "github_pat" else len(value)  # what follows the tag of a fine-grained token is in no checksum
    at = 11 + at % (last - 11)
    spoiled = value[:at] + letter + value[at + 1 :]
    checks = {reading.check for reading in read(DETECTORS[detector], spoiled.encode())}
    assert (Check.PASSED in checks) == (spoiled == value)


anchors = st.sampled_from([anchor.literal for detector in DETECTORS.values() for anchor in detector.anchors])
pieces = st.one_of(
    anchors,
    anchors.map(lambda literal: b"-----BEGIN " + literal),
    st.binary(max_size=30),
    st.sampled_from(
        [b"=", b": ", b"\n", b"\\n", b'"', b"AgEIcHlwaS5vcmcCJ", b"-----END ", b"-----", b"A" * 40, b"MIIEpAIBAAKCAQEA" * 4, b"lFgEZQ" * 20]
    ),
)


@pytest.mark.parametrize("detector", DETECTORS.values(), ids=DETECTORS)
@given(text=st.lists(pieces, max_size=12).map(b"".join), start=st.integers(0, 100))
def test_reading_never_raises_and_stays_inside_the_text(detector: Detector, text: bytes, start: int) -> None:
    for reading in detector.read(Window(text, min(start, len(text)), len(text))):
        assert 0 <= reading.start < reading.end <= len(text)


@pytest.mark.parametrize("name", ["rsa2048", "p256", "ed25519"])
@pytest.mark.parametrize("form", ["pkcs8", "openssh"])
@given(at=st.integers(40, 4000), noise=st.binary(min_size=1, max_size=8))
def test_a_damaged_key_never_raises(name: str, form: str, at: int, noise: bytes) -> None:
    value = keys.pem(name, form).encode()
    at %= len(value)
    damaged = value[:at] + noise + value[at + len(noise) :]
    list(DETECTORS["private-key"].read(Window(damaged, 0, len(damaged))))


@pytest.mark.parametrize("detector", DETECTORS.values(), ids=DETECTORS)
def test_what_a_detector_reads_it_reads_again(detector: Detector) -> None:
    for case in cases():
        if case.detector == detector.id and case.kind:
            text, _ = unmarked(case.expanded()[0])
            assert [(one.start, one.end) for one in read(detector, text)] == [
                (one.start, one.end) for one in detector.read(Window(text, 0, len(text)))
            ]


def steps(detector: Detector, text: bytes) -> int:
    """Lines of Python that reading takes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ANN401 (the signature of a trace function)
        del frame, argument
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        list(detector.read(Window(text, 0, len(text))))
    finally:
        sys.settrace(before)
    return count


WORST = worst_providers.WORST | {
    **worst_assigned.WORST,
    **worst_keys.WORST,
    **worst_keystores.WORST,
    "github-runner-token": b"config.sh --token RUNNER_TOKEN=" + b"A2B3" * 8 + b'{"token": "' + b"A2B3" * 7 + b'A", "expires_at"',
    "github-webhook-secret": b"GITHUB_WEBHOOK_SECRET: value='" + b"a1b2c3d4" * 3 + b"'\n",
    "npm-structured-token": b'"https://a/": "@a": {"authToken": "' + b"a1b2c3d4" * 3 + b'"\n',
    "github-legacy-token": b"github.token?access_token=" + b"a1" * 20 + b" github-oauth.github.token=[github]<id>github",
    "npm-registry-token": b"[install]\n_authToken=" + b"a1" * 16 + b"\ntoken = 'a1a1a1a1'\nnpmAuthToken: " + b"a1" * 16 + b"\n",
    "pypi-password": b"[pypi]\n@ = hunter2!\nTWINE_@=hunter2!\nhttp-@.a ada hunter2!\n".replace(b"TWINE_@", b"TWINE_PASSWORD")
    .replace(b"http-@", b"http-basic")
    .replace(b"@", b"password"),
    "age-private-key": b"AGE-SECRET-KEY-1" + b"Q" * 58 + b" ",
    "cosign-private-key": b"1 2 -----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n" + b"eyJrZGYiOnsi\n" * 4,
    "jwk-private-key": b'{"a":\'"kty":"RSA"\',"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB",',
    "minisign-private-key": b"RWQAAEIy" + b"A" * 203 + b"=\n",
    "nix-private-key": b"a-1:a-1:" + b"A" * 86 + b"==\n",
    "note-private-key": b"PRIVATE+KEY+a+00000000+" + b"AQAA" * 11 + b" PRIVATE+KEY+",
    "putty-private-key": b"PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: \nPublic-Lines: 1\nAAAA\n",
    "signify-private-key": b"RWRCSwAA" + b"A" * 131 + b"=\n",
    "wireguard-private-key": b"[Interface]\nPrivateKey = " + b"A" * 43 + b"=\n",
    "artifactory-api-key": b"AKCp" + b"aA1" * 22,
    "artifactory-reference-token": b"cmVmdGtu" * 8,
    "azure-devops-token": b"aA1" * 18 + b"JQQJ99AA" + b"A" * 16 + b"AZDO" + b"A" * 4,
    "clojars-token": b"CLOJARS_" + b"ab1" * 20,
    "cloudsmith-api-key": b"csa_" + b"ab1" * 12,
    "cargo-registry-token": b"CARGO_REGISTRY_TOKEN=" + b"aA1" * 8 + b"\n[registry]\n",
    "crates-token": b"cio" * 12 + b"cio_tp_",
    "dockerhub-token": b"dckr_pat_dckr_oat_",
    "nuget-api-key": b"oy2" * 16,
    "nuget-dated-api-key": b"aA1" * 18 + b"JQQJ99AAN5" + b"A" * 14 + b"NUGTAAAA",
    "openvsx-token": b"ovsxat_" + b"00000000-0000-0000-0000-000000000000",
    "packagist-token": b"packagist_ort_" + b"ab1" * 22,
    "rubygems-api-key": b"rubygems_" + b"ab1" * 16,
    "rubygems-legacy-api-key": b"rubygems_api_key: " + b"ab1" * 11,
    "terraform-token": b"aA1" * 5 + b".atlasv1." + b"aA1" * 20,
    "anthropic-key": b"sk-ant-api03-" + b"A" * 80,
    "aws-access-key": b"AKIA" + b"Q" * 16 + b" aA1" + b"aA1" * 12 + b"a ",
    "aws-bedrock-api-key": b"ABSK" + b"A" * 106 + b" ",
    "azure-account-key": b"AccountName=acme;AccountKey=" + b"aA1" * 28 + b"aA==",
    "azure-client-secret": b"a1B2Q~" + b"aA1" * 10,
    "gcp-token": b"ya29." + b"aA1" * 100 + b"1//0",
    "huggingface-token": b"hf_" + b"aA" * 17,
    "openai-key": b"sk-" + b"aA1-" * 5 + b"T3BlbkFJ" + b"aA1-" * 5,
    "slack-token": b"xoxb-123456789-" + b"xoxp-123456789-",
    "slack-webhook": b"hooks.slack.com/services/T01234567/B01234567/",
    "vault-token": b"hvs." + b"aA1" * 40,
    "github-token": b"ghp_" + b"ghp_" * 10,
    "github-stateless-token": b"ghs_1_eyJhbGciOi",
    "github-fine-grained-token": b"github_pat_" + b"A" * 22 + b"_",
    "gitlab-token": b"glpat-" + b"aA1" * 6 + b"-glrt-",
    "gitlab-routable-token": b"a-glpat-" + b"aA1" * 12 + b".01.141234567",
    "gitlab-job-token": b"glcbt-64_eyJhbGciOi.eyJhbGciOi",
    "circleci-token": b"CCIPAT_" + b"aA1" * 7 + b"_",
    "buildkite-token": b"bkpt_e" + b"aA1" * 9 + b"--bkaj_eyJhbGciOi.eyJhbGciOi.",
    "teamcity-token": b64encode(b'{"typ": "TCV2"}') + b"." + b"aA1" * 12 + b".",
    "npm-token": b"npm_" + b"aA1" * 16,
    "npm-legacy-token": b"//a//_authToken=00000000-0000-0000-0000-",
    "npm-basic-auth": b"//a//:_auth=" + b64encode(b"user:p"),
    "pypi-token": b"pypi-AgEIcHlwaS5vcmcCJ" + b"A" * 40 + b"\n",
    "private-key": b"1 2 -----BEGIN PRIVATE KEY-----\n" + b"MIIEpAIBAAKCAQEA\n" * 4,
    "generic-secret": b"password = '@@' --token @@ | token | @@ | ${token:-@@}\n".replace(b"@", b"aA1aA1aA1"),
    "url-password": b"https://a:aA1aA1aA1aA1aA1aA1@b/ ://a:",
    "http-credentials": b"Authorization: Basic YTphQTFhQTFhQTE= curl -u a:aA1aA1 ?token=" + b"aA1" * 6 + b" ",
    "login-password": b"auth=('a', 'aA1!aA1!') identified by 'aA1!aA1!' docker login -p -p aA1!aA1! pass: -passin pass:aA1!aA1!\n",
    "connection-string": b"Server=a;Password=aA1aA1aA1;mysql -u a -paA1aA1\n",
    "upstream": b"password = 'aA1aA1aA1aA1aA1aA1' https://a:b1@c \n",
    "openpgp-private-key": b"# -----BEGIN PGP PRIVATE KEY BLOCK-----\n\n" + b"# lFgEZQlFgEZQlFgE\n" * 4,
}


@pytest.mark.parametrize("detector", DETECTORS.values(), ids=DETECTORS)
def test_twice_the_worst_text_takes_twice_the_steps(detector: Detector) -> None:
    once, twice = (steps(detector, WORST[detector.id] * count) for count in (200, 400))
    assert twice <= 2.1 * once + 100


@pytest.mark.parametrize(
    "unit", [b"-----BEGIN PRIVATE KEY-----", b"A\n", b"A" * 64 + b"\n", b'"A" + ', b"1 ", b"\\n", b"Proc-Type: 4,ENCRYPTED\n"]
)
def test_twice_the_worst_body_takes_twice_the_steps(unit: bytes) -> None:
    begin = b"1 1 1 -----BEGIN PRIVATE KEY-----\n"
    once, twice = (steps(DETECTORS["private-key"], (begin + unit * count) * 2) for count in (500, 1000))
    assert twice <= 2.1 * once + 100


def test_twice_the_worst_ring_takes_twice_the_steps() -> None:
    once, twice = (steps(DETECTORS["openpgp-private-key"], worst_keys.RING * count) for count in (200, 400))
    assert twice <= 2.1 * once + 100
