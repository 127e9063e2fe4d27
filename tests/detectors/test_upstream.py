"""The plugins of detect-secrets: all of them, asked line by line, and nothing sent anywhere."""

from __future__ import annotations

import inspect
import json
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import detect_secrets.plugins
import pytest
from detect_secrets.plugins.base import BasePlugin

from detectors._upstream import BUILT_IN, LEFT_OUT, Upstream
from scanner.contract import Reading, Window
from tests.support import tokens
from tests.support.command import environment, keytrail

STRIPE = ("sk_" + "live_" + tokens.base62(1, 24)).encode()


def read(text: bytes, detector: Upstream | None = None) -> list[Reading]:
    return list((detector or Upstream()).read(Window(text, 0, len(text))))


def test_every_class_of_the_installed_version_is_asked_or_left_out() -> None:
    modules = [import_module(f"detect_secrets.plugins.{one.name}") for one in pkgutil.iter_modules(detect_secrets.plugins.__path__)]
    found = [(module, name, one) for module in modules for name, one in inspect.getmembers(module, inspect.isclass)]
    classes = {
        (module.__name__.rpartition(".")[2], name, str(vars(one)["secret_type"]))
        for module, name, one in found
        if issubclass(one, BasePlugin) and one.__module__ == module.__name__ and isinstance(vars(one).get("secret_type"), str)
    }
    assert {one for one in classes if one[1] not in LEFT_OUT} == set(BUILT_IN)
    assert {name for _, name, _ in classes} >= set(LEFT_OUT)


def test_each_class_has_a_kind() -> None:
    assert len({kind.id for kind in Upstream().kinds}) == len(BUILT_IN)


@pytest.mark.parametrize("before", [0, 700, 1000, 1023, 5000])
def test_a_value_in_a_long_line_is_found_wherever_it_stands(before: int) -> None:
    text = b"x " * (before // 2) + STRIPE + b" " + b"y " * 2000
    assert {(one.start, one.end) for one in read(text) if one.kind == "upstream-stripe-access-key"} == {
        (before // 2 * 2, before // 2 * 2 + len(STRIPE))
    }


def test_a_line_that_was_silent_once_is_silent_again_and_one_that_was_not_is_not() -> None:
    text = b"nothing to see\nkey " + STRIPE + b"\n"
    assert [one.start for one in read(text * 3) if one.kind == "upstream-stripe-access-key"] == [19, 19 + len(text), 19 + 2 * len(text)]


def test_an_issuers_detector_wins_at_the_same_place(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"token {tokens.ghp(1)}\n")
    run = keytrail(
        "scan", "a.txt", "--format", "json", "--detector", "upstream", "--detector", "github-token", "--fail-on", "none", cwd=tmp_path
    )
    assert [one["kind"] for one in json.loads(run.stdout)["credentials"]] == ["github-pat-classic"]


OFFLINE = """
import socket, sys
class Refused(socket.socket):
    def __init__(self, *arguments, **more):
        raise AssertionError("a socket was opened")
socket.socket = Refused
socket.create_connection = socket.getaddrinfo = Refused
from scanner.cli import main
sys.argv[0] = "keytrail"
main()
"""


def test_nothing_is_sent_anywhere(tmp_path: Path) -> None:
    webhook = "https://hooks.slack.com/services/" + "T01234567/B01234567/" + tokens.base62(1, 24)
    (tmp_path / "a.txt").write_text(f"{STRIPE.decode()}\n{webhook}\n")
    arguments = ["scan", "a.txt", "--detector", "upstream", "-j", "1", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, *arguments], cwd=tmp_path, env=environment(tmp_path), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")
    kinds = {one["kind"] for one in json.loads(done.stdout)["credentials"]}
    assert {"upstream-stripe-access-key", "upstream-slack-token"} <= kinds


def test_it_runs_only_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f'x = "{tokens.base62(1, 40)}"\n')
    assert keytrail("scan", "a.txt", cwd=tmp_path).code == 0
    assert keytrail("scan", "a.txt", "--detector", "upstream", cwd=tmp_path).code == 1
