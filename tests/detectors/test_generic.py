"""What is told by its surroundings alone: one credential wherever it stands, and none where an issuer's detector knows better."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest

from detectors import generic, github
from detectors._generic_assigned import PATTERN, names
from detectors._generic_letters import drawn, reads, wordy
from detectors._generic_marked import PATTERN as MARKED
from detectors._generic_values import in_its_place, key_like, password_like, same, trivial
from scanner.contract import Detector, Rx, Window
from scanner.engine import build
from tests.support import tokens
from tests.support.fixtures import cases

PASSWORD = b"Zwiebel" + b"#2047Kuchen"
ENGINE = build((*generic.DETECTORS, *github.DETECTORS), cache=None)


def spelled(password: bytes) -> dict[str, bytes]:
    pair = b64encode(b"ada:" + password)
    url = b"postgres://ada:%b@db.acme.dev/acme" % password.replace(b"#", b"%23")
    return {
        "an assignment": b"DB_PASSWORD='%b'\n" % password,
        "a URL": url,
        "a URL in JSON": b'{"page": "https:\\/\\/acme.dev", "url": "%b"}' % url.replace(b"/", b"\\/"),
        "a URL in a query": b"https://acme.dev/login?next=" + quote_from_bytes(url, safe="").encode(),
        "basic authentication": b"Authorization: Basic %b" % pair,
        "a connection": b"Server=db;Uid=ada;Pwd=%b;" % password,
        "curl": b"curl -u 'ada:%b' https://acme.dev" % password,
        "a password file": b"db.acme.dev:5432:acme:ada:%b\n" % password,
        "a call": b"session.auth = ('ada', '%b')\n" % password,
        "a statement": b"CREATE USER ada IDENTIFIED BY '%b'" % password,
        "a command": b"docker login -u ada -p '%b' registry.acme.dev" % password,
        "a table": b"| Password | `%b` |\n" % password,
        "a page": b"<code>password=&quot;%b&quot;</code>" % password,
    }


@pytest.mark.parametrize("way", spelled(PASSWORD))
def test_a_password_is_one_credential_however_it_is_written(way: str) -> None:
    assert [found.reading.secret.reveal() for found in ENGINE.examine(spelled(PASSWORD)[way]).found] == [PASSWORD]


@pytest.mark.parametrize("way", ["an assignment", "a URL", "basic authentication", "curl"])
def test_a_token_with_a_form_of_its_own_is_reported_once_as_that(way: str) -> None:
    text = spelled(tokens.ghp(1).encode())[way]
    assert [found.reading.kind for found in ENGINE.examine(text).found] == ["github-pat-classic"]


def test_the_examples_of_the_specifications_are_no_credentials() -> None:
    examined = ENGINE.examine(b'"access_token":"2Yotn' + b'FZFEjr1zCsicMWpAA", ')
    assert [found.dummy for found in examined.found] == ["a published example"]


def test_what_documentation_shows_as_output_is_a_sample_at_that_place_only() -> None:
    examined = ENGINE.examine(b"#   login('ada') #=> { password: '%b' }\n\npassword = '%b'\n" % (PASSWORD, PASSWORD))
    assert [found.reading.sample for found in examined.found] == ["it is what an example shows as its output", None]


def test_a_token_that_its_issuer_proves_is_no_sample_whatever_it_is_called() -> None:
    examined = ENGINE.examine(b"MOCK_TOKEN = '%b'\n" % tokens.ghp(1).encode())
    assert [(found.reading.kind, found.reading.sample, found.dummy) for found in examined.found] == [("github-pat-classic", None, None)]


@pytest.mark.parametrize("pattern", [PATTERN, MARKED], ids=["assigned", "marked"])
def test_names_are_looked_for_wherever_their_pattern_could_begin(pattern: Rx) -> None:
    texts = [case.expanded()[0] for case in cases() if case.detector == "generic-secret"]
    begun = [{match.start() for match in pattern.finditer(text)} for text in texts]
    assert any(begun)
    assert all(starts <= set(names(Window(text, 0, len(text)))) for text, starts in zip(texts, begun, strict=True))


@pytest.mark.parametrize("seed", range(40))
def test_letters_and_digits_drawn_at_random_look_like_it(seed: int) -> None:
    assert drawn(tokens.base62(seed, 40).encode())


@pytest.mark.parametrize(
    "value",
    [
        b"correct-horse-battery-staple-1234",
        b"MyApplicationSecretKeyForSigning2",
        b"aaaaaaaaaaaaaaaaaaaa1111111111",
        b"12345678901234567890123456789012",
        b"short1A",
        b"organization_settings_v2_token_name",
        b"getOrganizationUserById2FromDatabase",
    ],
)
def test_names_and_phrases_do_not(value: bytes) -> None:
    assert not drawn(value)


@pytest.mark.parametrize("word", [b"password", b"authentication", b"repository", b"credential", b"internet"])
def test_words_read_like_words(word: bytes) -> None:
    assert reads(word)
    assert wordy(word) == 1


@pytest.mark.parametrize("letters", [b"xkqzvwjp", b"qqwzxvkj", b"zxvbnmqw"])
def test_letters_in_no_order_do_not(letters: bytes) -> None:
    assert not reads(letters)


@pytest.mark.parametrize(
    "value", [b"P@ssw0rd1", b"admin123", b"Test1234!", b"minioadmin", b"guest", b"Welcome2024!", b"changeit", b"postgres1"]
)
def test_defaults_and_examples_are_trivial(value: bytes) -> None:
    assert trivial(value)
    assert not password_like(value)
    assert not in_its_place(value)


@pytest.mark.parametrize("value", [PASSWORD, b"kX9!" + b"vrPq", b"m7Qw-" + b"rT2x"])
def test_what_a_person_thought_up_is_not(value: bytes) -> None:
    assert password_like(value)
    assert not trivial(value)


@pytest.mark.parametrize(
    ("value", "name", "equal"),
    [
        (b"db_password", b"DB_PASSWORD", True),
        (b"password1", b"password", True),
        (b"pass", b"db_password", True),
        (PASSWORD, b"password", False),
        (b"", b"password", False),
    ],
)
def test_a_value_that_says_its_name_says_nothing(value: bytes, name: bytes, *, equal: bool) -> None:
    assert same(value, name) is equal


@pytest.mark.parametrize(
    "wrapped", [b"${%b}", b"$(%b)", b"{{ %b }}", b"<%b>", b"%%(%b)s", b"get(%b)", b"/etc/%b.pem", b"https://%b", b"ENC[%b]", b"%b..."]
)
def test_a_key_inside_a_reference_is_none(wrapped: bytes) -> None:
    value = tokens.base62(1, 32).encode()
    assert key_like(value)
    assert not key_like(wrapped % value)


LOADED = """
import sys
from detectors.generic import DETECTORS
from scanner.contract import Detector, Rx, Window
text = sys.stdin.buffer.read()
found = [reading for detector in DETECTORS for reading in detector.read(Window(text, 0, len(text)))]
print(len(found), *(name in sys.modules for name in ("detect_secrets", "requests")))
"""


@pytest.mark.parametrize(
    ("text", "said"), [(b"password = get_password1()\n", "0 False False\n"), (b"DB_PASSWORD='%b'\n" % PASSWORD, "1 True False\n")]
)
def test_detect_secrets_is_loaded_for_the_first_candidate(text: bytes, said: str) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=root, input=text, capture_output=True, check=True)
    assert done.stdout.decode() == said


@pytest.mark.parametrize("detector", generic.DETECTORS, ids=lambda detector: detector.id)
def test_everything_that_is_read_is_vague(detector: Detector) -> None:
    text = b"\n".join(spelled(PASSWORD).values()) + b"\nAuthorization: Bearer " + tokens.base62(1, 40).encode()
    readings = list(detector.read(Window(text, 0, len(text))))
    assert readings
    assert all(reading.vague for reading in readings)
