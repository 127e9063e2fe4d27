"""No piece of a value in anything that keytrail says or keeps: every report, every format, errors, crashes, caches and keys."""

from __future__ import annotations

import base64
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scanner.config import FORMATS
from tests.support import story, tokens
from tests.support.command import Run, environment, keytrail, warm
from tests.support.repos import Repo

REPORTS = [
    ["--format", "text"],
    ["--format", "text", "--all-places", "--show-suppressed", "--show-unscanned"],
    ["--format", "json"],
    ["--format", "json", "-v", "--jobs", "2"],
    ["--no-history"],
    ["--quiet"],
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> story.Story:
    return story.build(tmp_path_factory.mktemp("leak"), seed=7)


def encoded(piece: str) -> Iterator[str]:
    """A piece as it might leave in disguise."""
    yield piece
    yield piece.encode().hex()
    yield base64.b64encode(piece[:6].encode()).decode()


def leaks(world: story.Story, said: str) -> list[str]:
    return [piece for piece in world.pieces() if any(form in said for form in encoded(piece))]


def kept(home: Path) -> str:
    """Everything that a run left in its home, but for the objects of mirrors, which are what was scanned, and detectors that it was given."""
    files = (path for path in home.rglob("*") if path.is_file() and "objects" not in path.parts and path.suffix != ".hs")
    return "".join(path.read_bytes().decode("latin-1") for path in files)


def said(run: Run) -> str:
    return run.stdout + run.stderr


@pytest.mark.parametrize("options", REPORTS, ids=" ".join)
def test_no_report_and_no_file_of_ours_holds_a_piece(world: story.Story, tmp_path: Path, options: list[str]) -> None:
    run = keytrail("scan", *world.arguments(), *options, cwd=world.root, home=tmp_path)
    assert run.code == 1, run.stderr
    assert leaks(world, run.stdout + run.stderr + kept(tmp_path)) == []


@pytest.mark.parametrize("options", [[], ["--all-places", "--show-suppressed", "--show-unscanned", "--as-of", "2026-11-25"]], ids=len)
def test_a_written_report_holds_no_piece(world: story.Story, tmp_path: Path, options: list[str]) -> None:
    run = keytrail("scan", *world.arguments(), *reports(tmp_path), *options, cwd=world.root)
    assert run.code == 1, run.stderr
    assert leaks(world, said(run) + written(tmp_path)) == []


def test_a_value_as_argument_is_refused_and_not_repeated(world: story.Story) -> None:
    for arguments in (["scan", world.token], ["scan", f"--format={world.token}"], ["scan", f"--{world.token}"], [world.token]):
        run = keytrail(*arguments, cwd=world.root)
        assert run.code == 2
        assert leaks(world, run.stdout + run.stderr) == []


@pytest.mark.parametrize("setting", ['fail-on = "{}"', "{} = 1", '"x {}" = 1', "{} {}"])
def test_a_value_in_a_setting_is_not_repeated(tmp_path: Path, setting: str) -> None:
    world = story.Story(tmp_path, tokens.npm(3), "")
    (tmp_path / "keytrail.toml").write_text(setting.replace("{}", world.token))
    run = keytrail("scan", "--config", "keytrail.toml", cwd=tmp_path)
    assert run.code == 2
    assert leaks(world, run.stdout + run.stderr) == []


def test_a_malformed_export_holds_no_piece(tmp_path: Path) -> None:
    world = story.Story(tmp_path, tokens.npm(4), "")
    (tmp_path / "vars.json").write_text('[{"key": "A", "value": "' + world.token + '"')
    run = keytrail("scan", "--ci-export", "gitlab-project:vars.json", "--show-unscanned", cwd=tmp_path)
    assert run.code == 1
    assert "malformed" in run.stdout
    assert leaks(world, run.stdout + run.stderr) == []


EVERYTHING = ["-v", "--all-places", "--show-suppressed", "--show-unscanned"]


def reports(folder: Path) -> list[str]:
    """Options for every report there is, in `folder`, and what people read on standard output."""
    return [*(argument for form in FORMATS for argument in ("-o", f"{form}:{folder / form}")), "-o", "-"]


def written(folder: Path) -> str:
    """What these options had written, to the last of them."""
    return "".join((folder / form).read_text() for form in FORMATS)


@pytest.fixture(scope="module")
def repo(world: story.Story, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A commit that brings the values in all manners, its message too, and the same once more in the index."""
    repo = Repo(tmp_path_factory.mktemp("gate") / "web")
    encoded = base64.b64encode(f"token={world.token}".encode()).decode()
    repo.commit({"README.md": "web\n", "known.ini": f"a = {world.token}\n"})
    assert keytrail("baseline", "create", "--reason", "known", cwd=repo.path).code == 0
    repo.git("add", "--all")
    repo.commit(message="baseline")
    files: dict[str, str | bytes | None] = {
        "plain.ini": f"token = {world.token}\n",
        "allowed.ini": f"token = {world.token}  # keytrail:allow {world.token} is fine\n",
        "partly.ini": f"token = {world.token}  # keytrail:allow it begins with {world.token[4:14]}\n",
        "encoded.yaml": f"a:\n  b: {encoded}\n",
        "key.pem": world.pkcs1,
        "known.ini": f"a = {world.token}\nb = {world.token}\n",
    }
    repo.commit(files, message=f"use {world.token}")
    repo.git("reset", "--quiet", "--soft", "HEAD~1")
    repo.git("commit", "--quiet", "--message", f"use {world.token}")
    for name, content in files.items():
        (repo.path / f"staged-{name}").write_text(str(content))
    repo.git("add", "--all")
    return repo


class TestGate:
    @pytest.mark.parametrize(
        "change", [["--staged"], ["--range", "HEAD~1..HEAD"], ["--since", "HEAD~1", "--no-inline-allow"]], ids=" ".join
    )
    def test_no_report_holds_a_piece(self, world: story.Story, repo: Repo, change: list[str], tmp_path: Path) -> None:
        options = ["--baseline", ".keytrail-baseline.toml", *reports(tmp_path), *EVERYTHING]
        run = keytrail("gate", *change, *options, cwd=repo.path, home=tmp_path)
        assert run.code == 1, run.stderr
        assert leaks(world, said(run) + written(tmp_path) + kept(tmp_path)) == []

    def test_a_range_that_is_a_value_is_not_repeated(self, world: story.Story, repo: Repo) -> None:
        for arguments in (["--range", f"{world.token}..HEAD"], ["--since", world.token], ["--baseline", world.token, "--staged"]):
            run = keytrail("gate", *arguments, cwd=repo.path)
            assert run.code == 2
            assert leaks(world, said(run)) == []


class TestBaseline:
    def test_a_baseline_holds_no_piece(self, world: story.Story, tmp_path: Path) -> None:
        for target in ("web", "infra", "home", "variables.json"):
            run = keytrail("baseline", "create", target, "-o", str(tmp_path / target), "-v", cwd=world.root)
            assert run.code == 0, run.stderr
            assert leaks(world, said(run) + (tmp_path / target).read_text()) == []

    def test_a_value_as_reason_is_refused_and_not_repeated(self, world: story.Story, tmp_path: Path) -> None:
        run = keytrail("baseline", "create", "web", "-o", str(tmp_path / "b.toml"), "--reason", f"{world.token} is fine", cwd=world.root)
        assert run.code == 2
        assert leaks(world, said(run)) == []
        assert not (tmp_path / "b.toml").exists()

    def test_a_value_in_the_reason_of_a_baseline_is_not_repeated(self, world: story.Story, tmp_path: Path) -> None:
        file = tmp_path / "b.toml"
        assert keytrail("baseline", "create", "web", "-o", str(file), "--reason", "REASON", cwd=world.root).code == 0
        file.write_text(file.read_text().replace("REASON", f"{world.token} is fine"))
        run = keytrail("scan", "web", "--baseline", str(file), *reports(tmp_path), *EVERYTHING, cwd=world.root)
        assert run.code == 0, run.stderr
        assert leaks(world, said(run) + written(tmp_path)) == []

    @pytest.mark.parametrize(
        "broken", ['version = "{}"', "{} = 1", "version = 1\nsalt = '{}'", 'version = 1\nsalt = "ab"\n[[known]]\nid = "{}"', "{}"]
    )
    def test_a_broken_baseline_is_not_repeated(self, world: story.Story, tmp_path: Path, broken: str) -> None:
        (tmp_path / "b.toml").write_text(broken.format(world.token))
        run = keytrail("scan", "web", "--baseline", str(tmp_path / "b.toml"), cwd=world.root)
        assert run.code == 2
        assert leaks(world, said(run)) == []


def test_a_workstation_holds_no_piece(world: story.Story, tmp_path: Path) -> None:
    env = {"NPM_TOKEN": world.token, "RELEASE_KEY": world.pkcs1, "XDG_CONFIG_HOME": str(tmp_path)}
    run = keytrail("workstation", *reports(tmp_path), *EVERYTHING, cwd=world.root, home=world.root / "home", env=env)
    assert run.code == 0, run.stderr
    assert leaks(world, said(run) + written(tmp_path) + kept(tmp_path)) == []


def test_variables_of_processes_and_everything_below_a_home_hold_no_piece(world: story.Story, tmp_path: Path) -> None:
    variables = {world.token: world.token, "RELEASE_KEY": world.pkcs1, "NETRC": world.token, "KUBECONFIG": world.pkcs1}
    warm(tmp_path)
    env = {**variables, "XDG_CACHE_HOME": str(tmp_path / ".cache"), "XDG_CONFIG_HOME": str(tmp_path)}
    command = [sys.executable, "-c", "print(flush=True); input()"]
    started = {**os.environ, "KT_TOKEN": world.token, f"KT_{world.token}": world.token}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=started) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        options = ("--depth", "full", "--processes", *reports(tmp_path), *EVERYTHING)
        run = keytrail("workstation", *options, cwd=world.root, home=world.root / "home", env=env, machine=tmp_path)
        process.stdin.close()
    assert run.code == 0, run.stderr
    assert "processes" in run.stdout
    assert leaks(world, said(run) + written(tmp_path) + kept(tmp_path)) == []


FLEET = """
[[targets]]
path = "web"
ci_exports = ["gitlab-project:variables.json"]
[[targets]]
url = "file://{root}/infra"
[[targets]]
name = "unreachable"
url = "https://ada:{token}@127.0.0.1:1/web.git"
[[targets]]
name = "user"
url = "https://{token}@127.0.0.1:1/web.git"
[[targets]]
name = "query"
url = "https://127.0.0.1:1/web.git?token={token}"
[[targets]]
name = "forbidden"
url = "http://ada:{token}@forge.example/web.git"
[[targets]]
name = "ext"
url = "ext::sh -c {token}"
"""


@pytest.fixture(scope="module")
def swept(world: story.Story, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home with a store that two sweeps have filled, and all that they have said."""
    home = tmp_path_factory.mktemp("sweep")
    warm(home)
    (world.root / "fleet.toml").write_text(FLEET.format(root=world.root, token=world.token))
    heard = ""
    for options in (["--format", "json", *EVERYTHING], [*reports(home), *EVERYTHING], reports(home)):
        run = keytrail("sweep", "fleet.toml", *options, cwd=world.root, home=home)
        assert run.code == 3, run.stderr
        heard += said(run)
    return home, heard + written(home)


class TestSweep:
    def test_nothing_that_is_said_or_kept_holds_a_piece(self, world: story.Story, swept: tuple[Path, str]) -> None:
        home, heard = swept
        assert "5 failed" in heard
        assert any(home.rglob("objects"))
        assert leaks(world, heard + kept(home)) == []

    def test_the_log_of_the_store_holds_no_piece(self, world: story.Story, swept: tuple[Path, str]) -> None:
        """It is there as long as somebody reads the store, so somebody does."""
        home, _ = swept
        file = store_of(home)
        with closing(sqlite3.connect(file)) as reader:
            reader.execute("SELECT * FROM runs").fetchone()
            Repo(world.root / "web").commit({"again.ini": f"token = {world.token}\n"})
            run = keytrail("sweep", "fleet.toml", *EVERYTHING, cwd=world.root, home=home)
            log = file.with_name(f"{file.name}-wal").read_bytes()
        assert run.code == 3
        assert len(log) > 0
        assert leaks(world, said(run) + log.decode("latin-1")) == []

    def test_what_the_store_keeps_compressed_holds_no_piece(self, world: story.Story, swept: tuple[Path, str]) -> None:
        with closing(sqlite3.connect(store_of(swept[0]))) as store:
            kept = "".join(inflated(document) for (document,) in store.execute("SELECT document FROM memories"))
        assert ".npmrc" in kept
        assert leaks(world, kept) == []

    @pytest.mark.parametrize(
        "broken",
        [
            "{}",
            "{} = 1",
            '[[targets]]\n{} = "a"',
            '[[targets]]\nurl = "{}"\npath = "{}"',
            '[[targets]]\npath = "web"\nvisibility = "{}"',
            '[[targets]]\nurl = "https://ada:{}@h/x"\n[[targets]]\nurl = "https://eve:{}@h/x"',
            '[[targets]]\npath = "web"\nci_exports = ["gitlab-project:{}"]',
        ],
    )
    def test_a_broken_listing_is_not_repeated(self, world: story.Story, tmp_path: Path, broken: str) -> None:
        (tmp_path / "fleet.toml").write_text(broken.replace("{}", world.token))
        run = keytrail("sweep", "fleet.toml", cwd=tmp_path)
        assert run.code in {2, 3}
        assert leaks(world, said(run)) == []

    def test_a_store_with_a_password_is_not_repeated(self, world: story.Story, tmp_path: Path) -> None:
        (tmp_path / "mine.toml").write_text(f'store = "postgresql://ada:{world.token}@127.0.0.1/db"\n')
        for command in (["sweep", "."], ["report"], ["where"], ["explain", "abcdef"]):
            run = keytrail(*command, "--config", "mine.toml", cwd=tmp_path, stdin=b"value")
            assert run.code == 2
            assert leaks(world, said(run)) == []

    def test_no_report_of_the_store_holds_a_piece(self, world: story.Story, swept: tuple[Path, str], tmp_path: Path) -> None:
        run = keytrail("report", *reports(tmp_path), *EVERYTHING, cwd=world.root, home=swept[0])
        assert run.code == 0, run.stderr
        assert leaks(world, said(run) + written(tmp_path) + kept(swept[0])) == []

    @pytest.mark.parametrize("form", ["text", "json", "sarif"])
    def test_nothing_that_is_told_of_the_store_holds_a_piece(self, world: story.Story, swept: tuple[Path, str], form: str) -> None:
        home, _ = swept
        asked = []
        options = ["--format", form, *EVERYTHING]
        for value in (world.token, world.pkcs1, f"//registry/:_authToken={world.token}"):
            asked += [keytrail("where", *options, cwd=world.root, home=home, stdin=value.encode())]
        for credential in json.loads((home / "json").read_text())["credentials"]:
            asked += [keytrail("explain", credential["id"], *options, cwd=world.root, home=home)]
        assert {run.code for run in asked} == ({2} if form == "sarif" else {0})
        assert leaks(world, "".join(map(said, asked)) + kept(home)) == []


def store_of(home: Path) -> Path:
    (file,) = home.rglob("store.db")
    return file


def inflated(document: bytes) -> str:
    """What is in a row of compressed texts."""
    texts = []
    while document:
        stream = zlib.decompressobj()
        texts.append(stream.decompress(document).decode())
        document = stream.unused_data
    return "".join(texts)


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_that_is_told_of_a_report_holds_a_piece(world: story.Story, tmp_path: Path, form: str) -> None:
    file = str(tmp_path / "report.json")
    keytrail("scan", *world.arguments(), "-o", f"json:{file}", cwd=world.root, home=tmp_path)
    options = ["--format", form, *EVERYTHING]
    asked = [
        keytrail("report", file, *reports(tmp_path), *EVERYTHING, cwd=world.root),
        keytrail("where", "--report", file, *options, cwd=world.root, home=tmp_path, stdin=world.token.encode()),
    ]
    for credential in json.loads(Path(file).read_text())["credentials"]:
        asked += [keytrail("explain", credential["id"], "--report", file, *options, cwd=world.root)]
    assert {run.code for run in asked} == {0}
    assert leaks(world, "".join(map(said, asked)) + written(tmp_path) + kept(tmp_path)) == []


@pytest.mark.parametrize("content", ["{}", '["{}"]', '{{"schema": "{}"}}', '{{"schema": "keytrail.report/1", "{}": 1, "tool": "{}"}}'])
def test_a_value_in_what_is_no_report_is_not_repeated(world: story.Story, tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content.format(world.token, world.token))
    for command in (["report", "bad.json"], ["where", "--report", "bad.json"], ["explain", "abcdef", "--report", "bad.json"]):
        run = keytrail(*command, cwd=tmp_path, stdin=world.token.encode())
        assert run.code == 2
        assert leaks(world, said(run)) == []


def test_a_value_where_the_key_should_be_is_not_repeated(world: story.Story, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(world.token)
    for options, env in ((["--key-file", "key"], {}), ([], {"KEYTRAIL_KEY": world.token})):
        for command in (["scan"], ["workstation"], ["sweep", str(world.root)], ["baseline", "create", "-o", "b.toml"]):
            run = keytrail(*command, *options, cwd=tmp_path, env=env)
            assert run.code == 2
            assert leaks(world, said(run)) == []


CRASH = """
import sys
from scanner.cli import main
import scanner.identity.fingerprint as fingerprint, scanner.run.examine as examine
def boom(*arguments, **named):
    raise RuntimeError(repr(arguments) + str([getattr(a, 'secret', a) for a in arguments]) + sys.argv[-1])
examine.Examiner._sighting = boom
sys.argv = ['keytrail', *sys.argv[1:]]
main()
"""


def test_a_crash_names_the_place_and_not_the_value(world: story.Story, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH, "scan", "infra", "web", "home"],
        cwd=world.root,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 70
    assert "internal error: RuntimeError" in done.stderr
    assert leaks(world, done.stdout + done.stderr) == []


def test_the_pieces_would_be_noticed(world: story.Story) -> None:
    assert leaks(world, world.token)
    assert leaks(world, world.token.encode().hex())
    assert list(itertools.islice(encoded("x"), 1)) == ["x"]
    assert os.sep not in world.token
