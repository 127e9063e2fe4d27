"""`keytrail report`, `where` and `explain` from outside: what is known is told again, from a report or from the store."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scanner import hosts
from scanner.identity import load_key
from scanner.identity.keyring import VARIABLE
from scanner.store import open_store
from tests.support import story, tokens
from tests.support.command import MAIN, Run, environment, keytrail
from tests.support.repos import Repo

KEY, OTHER_KEY = "ab" * 32, "cd" * 32
PASSWORD = "tulip-harbour-91"  # noqa: S105 - protects nothing
FLEET = """
[[targets]]
path = "web"
ci_exports = ["gitlab-project:variables.json"]
[[targets]]
path = "infra"
[[targets]]
path = "auth"
"""
COMMANDS = {"report": ["report", "FILE"], "where": ["where", "--report", "FILE"], "explain": ["explain", "abcdef", "--report", "FILE"]}


@dataclass(frozen=True, slots=True)
class World:
    """Two repositories, a home, an export and a password, read once by a scan and once by a sweep."""

    root: Path
    token: str
    openssh: str

    def ask(self, *arguments: str, stdin: bytes = b"", key: str | None = KEY) -> Run:
        env = None if key is None else {"KEYTRAIL_KEY": key}
        return keytrail(*arguments, cwd=self.root, stdin=stdin, env=env, home=self.root / "own")

    def known(self, *arguments: str, value: str | bytes) -> dict[str, Any] | None:
        """The credential that `where` names for a value, from JSON."""
        run = self.ask("where", *arguments, "--format", "json", stdin=value if isinstance(value, bytes) else value.encode())
        assert run.stderr == ""
        credential: dict[str, Any] | None = json.loads(run.stdout)["credential"]
        assert run.code == (0 if credential else 1)
        return credential

    def report(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.root / "report.json").read_text())
        return loaded

    def id_of(self, kind: str) -> str:
        (name,) = (one["id"] for one in self.report()["credentials"] if one["kind"] == kind)
        return str(name)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("lookup")
    made = story.build(root, seed=11)
    pair = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
    Repo(root / "auth").commit({".npmrc": f"//{hosts.spell(hosts.NPM)}/:_auth={pair}\n"})
    (root / "fleet.toml").write_text(FLEET)
    (root / "own").mkdir()
    world = World(root, made.token, (root / "home" / ".ssh" / "release_key").read_text())
    scanned = world.ask("scan", *made.arguments(), "auth", "-o", "json:report.json", "-o", "sarif:report.sarif")
    assert scanned.code == 1, scanned.stderr
    swept = world.ask("sweep", "fleet.toml", "--store", "store.db", "--quiet")
    assert swept.code == 0, swept.stderr
    return world


@pytest.fixture(params=["--report=report.json", "--store=store.db"], ids=["report", "store"])
def source(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestReport:
    @pytest.mark.parametrize("arguments", [("report.json",), ("-",)], ids=["file", "stdin"])
    def test_json_is_the_same_again(self, world: World, arguments: tuple[str, ...]) -> None:
        written = (world.root / "report.json").read_text()
        run = world.ask("report", *arguments, "--format", "json", stdin=written.encode())
        assert (run.code, run.stdout, run.stderr) == (0, written, "")

    def test_another_format_is_what_the_scan_would_have_written(self, world: World) -> None:
        assert world.ask("report", "report.json", "--format", "sarif").stdout == (world.root / "report.sarif").read_text()

    def test_text_is_the_default_and_begins_with_the_worst(self, world: World) -> None:
        run = world.ask("report", "report.json")
        (worst, *_) = world.report()["credentials"]
        assert (run.code, run.stderr) == (0, "")
        assert f"{worst['severity'].upper()} {worst['score']}  {worst['title']}" in run.stdout

    def test_several_formats_at_once(self, world: World, tmp_path: Path) -> None:
        run = world.ask("report", "report.json", "-o", f"json:{tmp_path}/a.json", "-o", f"text:{tmp_path}/a.txt")
        assert (run.code, run.stdout) == (0, "")
        assert (tmp_path / "a.json").read_text() == (world.root / "report.json").read_text()
        assert (tmp_path / "a.txt").read_text() == world.ask("report", "report.json").stdout

    def test_the_store_is_asked_where_nothing_is_named(self, world: World) -> None:
        told = json.loads(world.ask("report", "--store", "store.db", "--format", "json").stdout)
        assert [target["name"] for target in told["targets"]] == ["auth", "gitlab-project@web:variables.json", "infra", "web"]
        assert {one["kind"] for one in told["credentials"]} > {"npm-token", "rsa-private-key", "npm-basic-auth"}

    def test_what_the_store_says_is_a_report_too(self, world: World) -> None:
        told = world.ask("report", "--store", "store.db", "--format", "json").stdout
        again = world.ask("report", "-", "--format", "json", stdin=told.encode())
        assert (again.code, again.stdout) == (0, told)

    def test_no_key_is_needed(self, world: World) -> None:
        written = (world.root / "report.json").read_text()
        assert world.ask("report", "report.json", "--format", "json", key="no key").stdout == written
        assert world.ask("report", "--store", "store.db", key="no key").code == 0


class TestWhere:
    @pytest.mark.parametrize("form", ["{}", "{}\n", "\r\n {} \n", "//registry/:_authToken={}\n", "export NPM_TOKEN='{}' # mine\n"])
    def test_a_token_is_known_alone_and_in_other_text(self, world: World, source: str, form: str) -> None:
        found = world.known(source, value=form.format(world.token))
        assert found
        assert found["id"] == world.id_of("npm-token")

    def test_a_token_is_known_however_it_is_encoded(self, world: World, source: str) -> None:
        found = world.known(source, value=base64.b64encode(f"token={world.token}\n".encode()))
        assert found
        assert found["id"] == world.id_of("npm-token")

    def test_a_key_is_known_in_another_container(self, world: World) -> None:
        """The store has met it as PKCS#1 only."""
        found = world.known("--store=store.db", value=world.openssh)
        assert found
        assert found["id"] == world.id_of("rsa-private-key")
        assert [place["field"] for place in found["occurrences"]] == ["RELEASE_KEY"]

    @pytest.mark.parametrize("form", ["{}", "{}\n"])
    def test_a_password_is_known_although_no_detector_knows_it_alone(self, world: World, source: str, form: str) -> None:
        found = world.known(source, value=form.format(PASSWORD))
        assert found
        assert found["id"] == world.id_of("npm-basic-auth")

    def test_the_first_known_value_is_told(self, world: World, source: str) -> None:
        found = world.known(source, value=f"{tokens.npm(99)}\n{tokens.ghp(98)}\n{world.token}\n")
        assert found
        assert found["id"] == world.id_of("npm-token")

    @pytest.mark.parametrize(
        "value", [tokens.npm(99), "tulip-harbour-92", "\0\xff", "x" * 100_000], ids=["token", "password", "bytes", "long"]
    )
    def test_an_unknown_value(self, world: World, source: str, value: str) -> None:
        run = world.ask("where", source, stdin=value.encode("latin-1"))
        assert (run.code, run.stdout, run.stderr) == (1, "Not known here.\n", "")

    @pytest.mark.parametrize("value", ["", "\n", " \t\r\n"])
    def test_nothing_on_standard_input(self, world: World, source: str, value: str) -> None:
        run = world.ask("where", source, stdin=value.encode())
        assert (run.code, run.stdout) == (2, "")
        assert run.stderr == "keytrail: where reads the value from standard input, and there is none\n"

    def test_more_than_any_credential(self, world: World, source: str) -> None:
        run = world.ask("where", source, stdin=b"x" * ((1 << 20) + 1))
        assert (run.code, run.stderr) == (2, "keytrail: standard input is larger than any credential\n")

    def test_a_megabyte_of_tokens(self, world: World, source: str) -> None:
        many = "\n".join(tokens.npm(seed) for seed in range(1000, 26_000))
        found = world.known(source, value=f"{many}\n{world.token}")
        assert found
        assert found["id"] == world.id_of("npm-token")

    def test_a_closed_standard_input_is_an_empty_one(self, world: World) -> None:
        run = closed(world, "where", "--report=report.json")
        assert (run.code, run.stderr) == (2, "keytrail: where reads the value from standard input, and there is none\n")

    @pytest.mark.parametrize("arguments", [("{}",), ("--report=report.json", "{}"), ("--format={}",), ("--value={}",), ("--report={}",)])
    def test_a_value_as_argument_is_refused_and_not_repeated(self, world: World, arguments: tuple[str, ...]) -> None:
        run = world.ask("where", *(one.format(world.token) for one in arguments))
        assert (run.code, run.stdout) == (2, "")
        assert run.stderr.startswith("keytrail: an argument holds a credential; values are never given as arguments")
        assert world.token[4:12] not in run.stderr

    def test_standard_input_cannot_be_value_and_report(self, world: World) -> None:
        run = world.ask("where", "--report", "-", stdin=world.token.encode())
        assert (run.code, run.stderr) == (2, "keytrail: standard input is where the value comes from, so the report must be a file\n")

    def test_with_another_key_nothing_could_be_found(self, world: World) -> None:
        kid, other = (kid_of(key) for key in (KEY, OTHER_KEY))
        for source, what in (("--report=report.json", "report.json"), ("--store=store.db", "the store store.db")):
            run = world.ask("where", source, stdin=world.token.encode(), key=OTHER_KEY)
            assert (run.code, run.stdout) == (2, "")
            assert run.stderr == f"keytrail: {what} was made with another key (kid {kid}, this one is {other})\n"

    def test_a_key_file_is_the_same_as_the_variable(self, world: World, source: str, tmp_path: Path) -> None:
        (tmp_path / "key").write_text(KEY)
        run = world.ask("where", source, "--key-file", str(tmp_path / "key"), stdin=world.token.encode(), key=None)
        assert (run.code, run.stderr) == (0, "")

    def test_every_place_has_a_line(self, world: World) -> None:
        lines = world.ask("where", "--report=report.json", stdin=world.token.encode()).stdout.splitlines()
        assert [line for line in lines if line.split()[0] in {"source", "laptop", "shell", "ci", "history"}] != []
        assert lines[-1].endswith(f"{story.NPM_PLACES} places, {story.NPM_PLACES - 1} of them now.")

    def test_a_place_that_policies_accept_is_told_too(self, world: World, tmp_path: Path) -> None:
        (tmp_path / "app").mkdir()
        (tmp_path / "app" / "config.ini").write_text(f"token = {world.token}  # keytrail:allow an example\n")
        world.ask("scan", str(tmp_path / "app"), "-o", f"json:{tmp_path}/r.json")
        found = world.known(f"--report={tmp_path}/r.json", value=world.token)
        assert found
        assert [place["path"] for place in found["occurrences"]] == ["config.ini"]


class TestExplain:
    @pytest.mark.parametrize("shorten", ["whole", "six", "hash", "seven", "upper"])
    def test_an_id_and_its_beginning(self, world: World, source: str, shorten: str) -> None:
        whole = world.id_of("npm-token")
        tail = whole.rpartition(":")[2]
        name = {"whole": whole, "six": tail[:6], "hash": f"#{tail[:6]}", "seven": tail[:7], "upper": tail[:6].upper()}[shorten]
        run = world.ask("explain", name, source)
        assert (run.code, run.stderr) == (0, "")
        assert run.stdout.splitlines()[1].strip() == whole

    def test_a_password_is_called_as_reports_show_it(self, world: World, source: str) -> None:
        (shown,) = (one["redacted"] for one in world.report()["credentials"] if one["kind"] == "npm-basic-auth")
        run = world.ask("explain", shown.removeprefix("[hidden] "), source)
        assert run.stdout.splitlines()[1].strip() == world.id_of("npm-basic-auth")

    @pytest.mark.parametrize("name", ["zzzzzz", "#zzzzzz", "", "#w", "%%%%%%", "______", "kt1:", "x" * 10_000])
    def test_an_unknown_id(self, world: World, source: str, name: str) -> None:
        run = world.ask("explain", name, source)
        assert (run.code, run.stdout, run.stderr) == (2, "", "keytrail: no credential has this id\n")

    def test_an_ambiguous_beginning(self, world: World, tmp_path: Path) -> None:
        report = world.report()
        whole = world.id_of("npm-token")
        twin = whole[:-1] + ("a" if whole[-1] != "a" else "b")
        report["credentials"].append(dict(report["credentials"][0], id=twin))
        (tmp_path / "twins.json").write_text(json.dumps(report))
        arguments = ("--report", str(tmp_path / "twins.json"))
        run = world.ask("explain", whole.rpartition(":")[2][:6], *arguments)
        assert (run.code, run.stdout) == (2, "")
        assert run.stderr == "keytrail: 2 credentials have ids that begin so: give more of the id\n"
        assert world.ask("explain", twin, *arguments).stdout.splitlines()[1].strip() == twin

    def test_no_key_is_needed(self, world: World, source: str) -> None:
        assert world.ask("explain", world.id_of("npm-token"), source, key="no key").code == 0

    def test_a_report_on_standard_input(self, world: World) -> None:
        run = world.ask("explain", world.id_of("npm-basic-auth"), "--report", "-", stdin=(world.root / "report.json").read_bytes())
        assert run.code == 0


@pytest.mark.parametrize("kind", ["npm-token", "rsa-private-key", "npm-basic-auth"])
def test_the_store_says_of_one_what_it_says_of_all(world: World, kind: str) -> None:
    whole = json.loads(world.ask("report", "--store=store.db", "--format", "json").stdout)
    name = world.id_of(kind)
    one = json.loads(world.ask("explain", name, "--store=store.db", "--format", "json").stdout)
    (credential,) = (known for known in whole["credentials"] if known["id"] == name)
    assert one == {
        "schema": "keytrail.credential/1",
        "credential": credential,
        "findings": [finding for finding in whole["findings"] if name in finding["credentials"]],
        "slots": [slot for slot in whole["slots"] if name in slot["credentials"]],
        "jobs": [],
    }


@pytest.mark.parametrize("command", [["where"], ["explain", "abcdef"]], ids=["where", "explain"])
def test_other_formats_are_refused(world: World, source: str, command: list[str]) -> None:
    name = world.id_of("npm-token") if command[0] == "explain" else ""
    arguments = [command[0], *([name] if name else []), source, "--format", "sarif"]
    run = world.ask(*arguments, stdin=world.token.encode())
    assert (run.code, run.stdout, run.stderr) == (2, "", "keytrail: one credential is told as text or json, not as sarif\n")


HOSTILE = {
    "empty": b"",
    "text": b"hello SECRETSECRET",
    "cut": b'{"schema": "keytrail.report/1", "credentials": [{"id": "SECRETSECRET',
    "list": b"[]",
    "null": b"null",
    "another schema": b'{"schema": "SECRETSECRET"}',
    "another version": b'{"schema": "keytrail.report/2"}',
    "wrong fields": b'{"schema": "keytrail.report/1", "tool": "SECRETSECRET", "SECRETSECRET": 1}',
    "no UTF-8": b'{"schema": "keytrail.report/1", "tool": "\xff\xfe SECRETSECRET"}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"schema":' * 100_000,
    "deep and closed": b'{"schema":"keytrail.report/1","facts":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "long number": b'{"schema": ' + b"9" * 100_000 + b"}",
    "large": b'{"schema": "' + b"SECRETSECRET" * (5 << 20) + b'"}',
}


@pytest.mark.parametrize(("command", "content"), [*product(("report",), HOSTILE), ("where", "wrong fields"), ("explain", "deep objects")])
def test_what_is_no_report_is_refused_in_one_line(world: World, tmp_path: Path, command: str, content: str) -> None:
    (tmp_path / "bad.json").write_bytes(HOSTILE[content])
    arguments = [str(tmp_path / "bad.json") if one == "FILE" else one for one in COMMANDS[command]]
    run = world.ask(*arguments, stdin=world.token.encode())
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1), run.stderr
    assert "SECRET" not in run.stderr
    assert "internal error" not in run.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("name", "why"), [("nowhere.json", "No such file or directory"), (".", "Is a directory")])
def test_a_report_that_is_not_there_is_said(world: World, command: str, name: str, why: str) -> None:
    run = world.ask(*(name if one == "FILE" else one for one in COMMANDS[command]), stdin=world.token.encode())
    assert (run.code, run.stdout, run.stderr) == (2, "", f"keytrail: the report {name} cannot be read: {why}\n")


@pytest.mark.parametrize("name", ["SECRETSECRET", "kt1:SECRETSECRET:abcdef", "kt1:60c2a3:\x1b[31mred", ""])
def test_ids_of_a_report_may_be_anything(world: World, tmp_path: Path, name: str) -> None:
    report = world.report()
    for one in report["credentials"]:
        one["id"] = name
    (tmp_path / "odd.json").write_text(json.dumps(report))
    file = str(tmp_path / "odd.json")
    assert world.ask("where", "--report", file, stdin=world.token.encode()).code == 1
    told = world.ask("explain", "abcdef", "--report", file)
    assert (told.code, "SECRET" in told.stderr) == (2, False)
    assert "\x1b" not in world.ask("report", file).stdout


class TestUnfilledStore:
    COMMANDS = (["report"], ["where"], ["explain", "abcdef"])

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
    def test_one_that_is_not_there(self, tmp_path: Path, command: list[str]) -> None:
        run = keytrail(*command, "--store", "none.db", cwd=tmp_path, stdin=b"value")
        assert (run.code, run.stdout, run.stderr) == (2, "", "keytrail: no store at none.db: keytrail sweep makes one\n")
        assert not (tmp_path / "none.db").exists()

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
    def test_one_that_no_sweep_has_filled(self, tmp_path: Path, command: list[str]) -> None:
        open_store(str(tmp_path / "new.db"), kid=None, write=True).close()
        run = keytrail(*command, "--store", "new.db", cwd=tmp_path, stdin=b"value")
        assert (run.code, run.stdout, run.stderr) == (2, "", "keytrail: no sweep has come to its end yet in the store new.db\n")

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
    def test_something_else(self, tmp_path: Path, command: list[str]) -> None:
        (tmp_path / "other.db").write_bytes(b"SQLite format 3\0" + b"SECRETSECRET" * 1000)
        run = keytrail(*command, "--store", "other.db", cwd=tmp_path, stdin=b"value")
        assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
        assert "SECRET" not in run.stderr

    def test_the_default_one_is_in_the_data_directory(self, world: World, tmp_path: Path) -> None:
        env = {"KEYTRAIL_KEY": KEY}
        assert keytrail("sweep", "fleet.toml", "--quiet", cwd=world.root, env=env, home=tmp_path).code == 0
        assert keytrail("where", cwd=tmp_path, stdin=world.token.encode(), env=env, home=tmp_path).code == 0


def kid_of(key: str) -> str:
    return load_key(key_file=None, environ={VARIABLE: key}, config_dir=None).kid


def closed(world: World, *arguments: str) -> Run:
    """The command with no standard input at all."""
    command = ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-c", MAIN, *arguments]
    env = environment(world.root / "home", {"KEYTRAIL_KEY": KEY})
    done = subprocess.run(command, cwd=world.root, env=env, capture_output=True, text=True, check=False)
    return Run(done.returncode, done.stdout, done.stderr)
