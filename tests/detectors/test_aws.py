from __future__ import annotations

import pytest

from detectors import aws
from scanner.contract import Confidence, Reading, Window
from tests.support.fixtures import read
from tests.support.templates import expand
from tests.support.tokens_cloud import aws_id

DETECTOR = aws.DETECTORS[0]
ID, OTHER_ID = aws_id(["1"], {}), aws_id(["2"], {})
SECRET, OTHER_SECRET = expand("<base62:40>").decode(), expand("<skip:8 <base62:48>>").decode()


def pairs(text: str) -> list[tuple[str, object]]:
    """Every value that is found, with its id."""
    return [(reading.secret.reveal().decode(), reading.facts.get("access_key_id")) for reading in read(DETECTOR, text.encode())]


def test_key_id_and_secret_are_one_credential_whose_name_is_the_id() -> None:
    (reading,) = read(DETECTOR, f"aws_access_key_id={ID}\naws_secret_access_key={SECRET}\n".encode())
    assert isinstance(reading, Reading)
    assert (reading.secret.reveal(), reading.account, reading.facts["access_key_id"]) == (SECRET.encode(), ID, ID)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{ID}:{SECRET}\n{OTHER_ID}:{OTHER_SECRET}\n", [(SECRET, ID), (OTHER_SECRET, OTHER_ID)]),
        (f"{SECRET} {ID}\n{OTHER_SECRET} {OTHER_ID}\n", [(SECRET, ID), (OTHER_SECRET, OTHER_ID)]),
        (f"[a]\nid={ID}\nsecret={SECRET}\n[b]\nid={OTHER_ID}\nsecret={OTHER_SECRET}", [(SECRET, ID), (OTHER_SECRET, OTHER_ID)]),
        (f"{ID}\n{OTHER_ID}\n{SECRET}\n", [(ID, None), (SECRET, OTHER_ID)]),
    ],
)
def test_a_secret_belongs_to_the_id_with_the_fewest_lines_between(text: str, found: list[tuple[str, str | None]]) -> None:
    assert pairs(text) == found


@pytest.mark.parametrize(("gap", "found"), [(512, [(SECRET, ID)]), (513, [(ID, None)])])
def test_an_id_and_a_secret_that_nothing_names_are_near_up_to_a_bound(gap: int, found: list[tuple[str, str | None]]) -> None:
    assert pairs(ID + " " * gap + SECRET) == found


@pytest.mark.parametrize(
    "secret",
    [
        expand("<said wJalrXUt>nFEMI/<base62:26>").decode(),
        expand("<said je7MtGbC>lwBF/<base62:27>").decode(),
        expand("<base62:14><said K7MDENG/>bPxR<base62:14>").decode(),
    ],
)
def test_what_a_writer_made_of_a_documented_secret_is_an_example(secret: str) -> None:
    (reading,) = read(DETECTOR, f"aws_access_key_id={ID}\naws_secret_access_key={secret}\n".encode())
    assert (len(secret), reading.dummy) == (40, "a published example")


def test_the_documented_id_says_nothing_of_the_secret_beside_it() -> None:
    documented = expand("AKIA<said IOSF>ODNN7AAAAAAA").decode()
    (reading,) = read(DETECTOR, f"aws_access_key_id={documented}\naws_secret_access_key={SECRET}\n".encode())
    assert (reading.dummy, reading.account, reading.confidence) == (None, None, Confidence.LOW)
    assert "access_key_id" not in reading.facts
    (alone,) = read(DETECTOR, documented.encode())
    assert alone.dummy == "a published example"


def test_two_copies_of_an_id_are_both_taken_when_each_has_its_secret() -> None:
    assert pairs(f"{ID}:{SECRET}\n" * 40) == [(SECRET, ID)] * 40


def test_a_window_that_ends_between_id_and_secret_still_joins_them() -> None:
    text = f"{ID}:{SECRET}".encode()
    assert list(DETECTOR.read(Window(text, 0, len(ID)))) == []
    (reading,) = DETECTOR.read(Window(text, len(ID), len(text)))
    assert reading.account == ID


def test_a_session_token_in_an_address_is_the_token_without_its_escapes() -> None:
    (detector,) = (one for one in aws.DETECTORS if one.id == "aws-session-token")
    text = expand("X-Amz-Security-Token=<said AgoJb3JpZ2luX2Vj>%2F%2b<base62:300>%3D&X-Amz-Date=1")
    (reading,) = read(detector, text)
    assert reading.secret.reveal() == expand("<said AgoJb3JpZ2luX2Vj>/+<base62:300>=")
