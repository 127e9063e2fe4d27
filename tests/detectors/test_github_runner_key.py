"""The key of a runner wherever it is kept is the key in its PEM."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from detectors import github, private_keys
from scanner.engine import Found, build
from scanner.identity.canonical import canonical
from tests.support import keys, tokens_runner

ENGINE = build([*github.DETECTORS, *private_keys.DETECTORS], cache=None)


def one(text: str) -> Found:
    (found,) = ENGINE.examine(text.encode()).found
    return found


PLACES = {
    "the runner's file": json.dumps(tokens_runner.parameters(), indent=2),
    "a configuration on a command line": f"./run.sh --jitconfig {tokens_runner.jit()}\n",
    "an answer of the API": json.dumps({"runner": {"id": 23}, "encoded_jit_config": tokens_runner.jit()}),
    "a Secret of Kubernetes": f"data:\n  jit: {b64encode(tokens_runner.jit().encode()).decode()}\n",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_runner_s_key_is_the_credential_that_its_pem_is(place: str) -> None:
    found, pem = one(PLACES[place]), one(keys.pem("rsa2048", "pkcs1"))
    assert canonical(found.reading).secret.reveal() == canonical(pem.reading).secret.reveal()


def test_a_just_in_time_configuration_is_base64_twice() -> None:
    assert [layer.encoding for layer in one(f"JIT={tokens_runner.jit()}\n").layers if layer.encoding] == ["base64", "base64"]
