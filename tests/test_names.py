"""Names that hold a token: no report, no store's answer and no message shows it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.model.codec import encode
from scanner.run.names import Names
from scanner.run.recollect import unpack, unpack_summary
from scanner.run.unsaid import apart
from scanner.store import open_store
from tests.support import tokens
from tests.support.archives import zipped
from tests.support.command import DETECTORS, Run, keytrail
from tests.support.repos import Repo

TOKEN, OTHER = tokens.npm(41), tokens.ghp(41)
NAMES = Names(DETECTORS)
FORMS = ["text", "json", "sarif"]
"""Those that are made by themselves; all others say less, in the same words (see test_names_formats.py)."""


def paths(report: str) -> set[str]:
    found = json.loads(report)
    return {place["path"] for credential in found["credentials"] for place in credential["occurrences"]}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_called_by_its_token(tmp_path: Path, form: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / f".npmrc.{TOKEN}").write_text(f"_authToken={TOKEN}\n")
    run = keytrail("scan", "--home", str(home), "--format", form, "--all-places", cwd=tmp_path)
    assert run.code == 1
    assert TOKEN not in run.stdout + run.stderr
    assert ".npmrc.…" in run.stdout or ".npmrc.\\u2026" in run.stdout or ".npmrc.%E2%80%A6" in run.stdout


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_a_link_leads_to_and_a_folder_around_it(tmp_path: Path, form: str) -> None:
    kept = tmp_path / "home" / f"kept-{OTHER}"
    kept.mkdir(parents=True)
    (kept / f"{TOKEN}.txt").write_text(f"_authToken={TOKEN}\n")
    (kept / f"{TOKEN}.txt").chmod(0o644)
    kept.chmod(0o777)
    (tmp_path / "home" / ".npmrc").symlink_to(kept / f"{TOKEN}.txt")
    run = keytrail("scan", "--home", str(tmp_path / "home"), "--format", form, cwd=tmp_path)
    assert "TB705" in run.stdout
    assert TOKEN not in run.stdout + run.stderr
    assert OTHER not in run.stdout + run.stderr


def test_files_tags_and_people_of_a_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.git("config", "user.name", f"Ada {OTHER}")
    repo.commit({f"keys/{TOKEN}/a.env": f"A={TOKEN}\n"}, message="keys")
    repo.commit({f"keys/{TOKEN}/a.env": None, f"{OTHER}.txt": f"token {OTHER}"}, message="others")
    repo.git("tag", "-a", f"v-{TOKEN}", "-m", f"with {OTHER}")
    for command in (("scan", "repo"), ("sweep", str(tmp_path)), ("report",)):
        for form in ("text", "json"):
            run = keytrail(*command, "--format", form, cwd=tmp_path, home=tmp_path)
            assert run.code in {0, 1}, run.stderr
            assert TOKEN not in run.stdout + run.stderr, command
            assert OTHER not in run.stdout + run.stderr, command
    assert "keys/…/a.env" in paths(keytrail("scan", "repo", "--format", "json", cwd=tmp_path).stdout)


def test_what_could_not_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(folder / f"{TOKEN}.fifo")
    (folder / f"{TOKEN}.zip").write_bytes(b"PK\x03\x04" + bytes(40))
    for form in ("text", "json"):
        run = keytrail("scan", "folder", "--show-unscanned", "--format", form, cwd=tmp_path)
        assert TOKEN not in run.stdout + run.stderr
        assert ".zip" in run.stdout


def test_the_gate(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    (tmp_path / f"x-{TOKEN}.env").write_text(f"T={TOKEN}\n")
    repo.git("add", ".")
    run = keytrail("gate", "--staged", cwd=tmp_path)
    assert run.code == 1
    assert TOKEN not in run.stdout + run.stderr
    assert "x-….env" in run.stdout


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("src/app.py", "src/app.py"),
        (f"a/{TOKEN}", "a/…"),
        (f"{TOKEN}/{OTHER}", "…/…"),
        ("private-keys-v1.d/896AB72DE5FDB4FDEC9B5F164EC091AE476090A1.key",) * 2,
        ("blobs/sha256/" + "3f" * 32,) * 2,
        ("a_very_long_name_of_a_test_that_says_what_it_tests.py",) * 2,
        (f"\udcff{TOKEN}\udcfe", "\udcff…\udcfe"),
    ],
)
def test_only_what_is_a_credential_is_left_out(name: str, shown: str) -> None:
    assert NAMES.shown(name) == shown


TAILS = (TOKEN[8:20], TOKEN[-12:], OTHER[8:20], OTHER[-12:])
"""Pieces of the tokens, of which none may be told, in whatever spelling."""


def silent(run: Run) -> None:
    """Nothing of the tokens is in what the command says."""
    assert run.code in {0, 1, 3}, run.stderr
    said = run.stdout + run.stderr
    assert [piece for piece in TAILS if piece in said] == []


def containers(report: str) -> set[str]:
    found = json.loads(report)
    named = {source["target"] for source in found["coverage"]["sources"]}
    held = {place["container"] for credential in found["credentials"] for place in credential["occurrences"]}
    assert held <= named
    return named


def ids(report: str) -> set[str]:
    return set(held(report))


def held(report: str) -> dict[str, tuple[str | None, ...]]:
    """Every place by its id: what it is called and how it is reached."""
    facts = ("container", "path", "reachability", "commit", "author", "in_head", "field", "line")
    places = (place for credential in json.loads(report)["credentials"] for place in credential["occurrences"])
    return {place["id"]: tuple(place[fact] for fact in facts) for place in places}


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A folder with two repositories that are called by tokens, one of them with another inside, and what else can be a target."""
    top = tmp_path / "top"
    for number, token in enumerate((TOKEN, OTHER)):
        repo = Repo(top / f"clone-{token}")
        repo.commit({"a.env": f"A={tokens.npm(50 + number)}\nB={tokens.npm(60)}\n"})
        repo.commit({"a.env": None})
        (repo.path / f"{token}.zip").write_bytes(b"PK\x03\x04" + bytes(40))
    inner = Repo(top / f"clone-{OTHER}" / "inner")
    inner.commit({"b.env": f"A={tokens.npm(60)}\n"})
    (top / "plain").mkdir()
    (top / "plain" / "c.env").write_text(f"A={tokens.npm(60)}\n")
    return top


@pytest.mark.parametrize("form", FORMS)
def test_targets_that_are_called_by_tokens(fleet: Path, form: str) -> None:
    names = (f"clone-{TOKEN}", f"clone-{OTHER}", "plain")
    for targets in (names, (".",), tuple(str(fleet / name) for name in names)):
        run = keytrail("scan", *targets, "--format", form, "--all-places", "--show-unscanned", cwd=fleet)
        silent(run)
        assert "clone-" in run.stdout
        assert "plain" in run.stdout


def test_targets_that_would_look_the_same_have_numbers(fleet: Path) -> None:
    first, second = sorted((f"clone-{TOKEN}", f"clone-{OTHER}"))
    inner = "clone-…(2)/inner" if OTHER in second else "clone-…/inner"
    for order in ((first, second), (second, first)):
        report = keytrail("scan", *order, "--format", "json", cwd=fleet).stdout
        assert containers(report) == {"clone-…", "clone-…(2)", inner}
        held = [one["occurrences"] for one in json.loads(report)["credentials"] if len(one["occurrences"]) == 1]
        assert sorted(places[0]["container"] for places in held) == ["clone-…", "clone-…(2)"]


def test_ids_are_made_of_the_whole_name(fleet: Path) -> None:
    """So that they stay when another target is read beside it, under which name ever that makes it shown."""
    first, second = sorted((f"clone-{TOKEN}", f"clone-{OTHER}"))
    apart = [ids(keytrail("scan", name, "--format", "json", cwd=fleet, home=fleet.parent).stdout) for name in (first, second)]
    both = ids(keytrail("scan", first, second, "--format", "json", cwd=fleet, home=fleet.parent).stdout)
    assert apart[0] | apart[1] == both
    assert apart[0] & apart[1] == set()


@pytest.mark.parametrize("form", FORMS)
def test_a_home_and_what_lies_below_it(tmp_path: Path, form: str) -> None:
    home = tmp_path / f"of-{TOKEN}"
    Repo(home / "src" / f"x-{OTHER}").commit({"a.env": f"A={tokens.npm(60)}\n"})
    (home / ".npmrc").write_text(f"//npm.corp.test/:_authToken={tokens.npm(61)}\n")
    (home / ".npmrc").chmod(0o644)
    for command in (("workstation",), ("workstation", "--depth", "quick"), ("scan",)):
        run = keytrail(*command, "--home", str(home), "--format", form, cwd=tmp_path)
        silent(run)
        assert "TB705" in run.stdout


@pytest.mark.parametrize("form", FORMS)
def test_the_file_of_an_export_or_of_a_log(tmp_path: Path, form: str) -> None:
    (tmp_path / f"{TOKEN}.env").write_text(f"NPM_TOKEN={tokens.npm(60)}\n=\n")
    (tmp_path / f"{OTHER}.json").write_text(json.dumps([{"key": "A", "value": tokens.npm(62)}, {"key": 5}]))
    (tmp_path / f"{OTHER}.log").write_text(f"NPM_TOKEN={tokens.npm(60)}\n")
    exports = ("--ci-export", f"dotenv:{TOKEN}.env", "--ci-export", f"gitlab:{OTHER}.json", "--ci-log", f"{OTHER}.log")
    run = keytrail("scan", *exports, "--format", form, "--show-unscanned", "--all-places", cwd=tmp_path)
    silent(run)
    assert ".env" in run.stdout
    if form == "json":
        assert containers(run.stdout) == {"dotenv:….env", "gitlab:….json", "….log"}
        assert {slot["container"] for slot in json.loads(run.stdout)["slots"]} == {"dotenv:….env", "gitlab:….json"}


def test_a_folder_in_which_nothing_is(tmp_path: Path) -> None:
    (tmp_path / f"x-{TOKEN}").mkdir()
    (tmp_path / f"x-{TOKEN}" / ".keytrailignore").write_text("a\n")
    for form in FORMS:
        run = keytrail("scan", f"x-{TOKEN}", "--format", form, cwd=tmp_path)
        silent(run)
        assert run.code == 0
    assert "x-…/.keytrailignore is not obeyed" in keytrail("scan", f"x-{TOKEN}", cwd=tmp_path).stdout


def test_what_a_gate_notes(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    (tmp_path / f"x-{TOKEN}.env").write_text(f"T={TOKEN}  # keytrail:allow of a test\n")
    repo.git("add", ".")
    for form in FORMS:
        silent(keytrail("gate", "--staged", "--format", form, cwd=tmp_path))
    assert "in x-….env:1" in keytrail("gate", "--staged", cwd=tmp_path).stdout


def test_a_place_that_is_public_is_so_under_any_name(fleet: Path) -> None:
    named = f"top/clone-{TOKEN}"
    Repo(fleet / f"clone-{TOKEN}").commit({"d.env": f"A={tokens.npm(60)}\n"})
    (fleet.parent / "keytrail.toml").write_text(f'public = ["{named}"]\n')
    run = keytrail("scan", named, "--format", "json", cwd=fleet.parent)
    silent(run)
    assert "Everybody can read top/clone-…." in run.stdout


FIND = NAMES._find  # noqa: SLF001 - what is told apart is told by it


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["a", "b/c"], ["a", "b/c"]),
        ([f"a/{TOKEN}"], ["a/…"]),
        ([f"{TOKEN}/a", f"{TOKEN}/b", f"{OTHER}/b"], ["…(2)/a", "…(2)/b", "…/b"]),
        ([f"{OTHER}/{TOKEN}", f"{TOKEN}/{OTHER}", f"{TOKEN}/{TOKEN}"], ["…/…", "…(2)/…", "…(2)/…(2)"]),
        ([TOKEN, "…"], ["… (2)", "…"]),
        ([TOKEN, OTHER, "…", "…(2)"], ["…(2) (2)", "… (2)", "…", "…(2)"]),
        ([f"\udcff{TOKEN}"], ["\udcff…"]),
    ],
)
def test_names_that_are_shown_apart(names: list[str], shown: list[str]) -> None:
    assert apart(names, FIND) == dict(zip(names, shown, strict=True))
    assert apart(reversed(names), FIND) == dict(zip(names, shown, strict=True))


@pytest.mark.parametrize("before", ["a-b-c-d-e-f-g-", "a-b/c-d/e-f/g-h/v-", "x_" * 15])
def test_a_token_behind_many_joints(before: str) -> None:
    token = "shpat_" + tokens.base62(5, 64).encode().hex()[:32]
    assert NAMES.shown(before + token) == f"{before}…"


def remembered(home: Path, name: str, *, empty: bool = False) -> str:
    """Everything that the store has for itself about a target."""
    with open_store(str(home / ".local/share/keytrail/store.db"), kid=None, write=False) as store:
        memory = store.memory(name)
    assert memory is not None
    known = unpack(memory.document, memory.objects)
    assert bool(known.objects) is not empty
    return repr((encode(replace(known, objects=frozenset())), encode(unpack_summary(memory.document))))


def test_what_a_sweep_remembers_for_itself(tmp_path: Path) -> None:
    """Nothing of a token in a name, and the next run goes on all the same."""
    home, mine = tmp_path / "home", tokens.npm(60)
    home.mkdir()
    repo = Repo(tmp_path / "top" / "one")
    repo.git("config", "user.name", f"Ada {OTHER}")
    pair = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(pair)], check=True)
    nested = zipped({f"x/{TOKEN}.env": f"A={mine}\n".encode(), f"{TOKEN}.zip": b"PK\x03\x04" + bytes(40)})
    repo.commit({f"keys/{TOKEN}/a.env": f"A={TOKEN}\n", "b.zip": nested, f"{OTHER}.zip": zipped({"a.env": f"B={mine}\n".encode()})})
    repo.commit({f"{TOKEN}.pub": pair.with_suffix(".pub").read_text(), f"keys/{OTHER}": pair.read_text()})
    repo.git("commit", "--amend", "--no-edit", "--author", f"Ada {OTHER} <ada@example.org>")
    amended = repo.git("rev-parse", "HEAD").strip()
    repo.git("tag", "-a", f"v-{TOKEN}", "-m", f"with {OTHER}")
    first = keytrail("sweep", str(repo.path.parent), "--format", "json", cwd=tmp_path, home=home)
    silent(first)
    repo.commit({"c.env": f"A={mine}\n"})
    second = keytrail("sweep", str(repo.path.parent), "--format", "json", cwd=tmp_path, home=home)
    silent(second)
    assert [piece for piece in TAILS if piece in remembered(home, "one")] == []
    other = ("--store", str(tmp_path / "other.db"))
    afresh = keytrail("sweep", str(repo.path.parent), "--format", "json", *other, cwd=tmp_path, home=home)
    assert ids(first.stdout) < ids(second.stdout)
    assert held(second.stdout) == held(afresh.stdout)
    assert "Ada … <ada@example.org>" in {facts[4] for facts in held(second.stdout).values()}
    named = {".git/config", "keys/…/a.env", "keys/…", "….zip!/a.env", "b.zip", "b.zip!/x/….env", "c.env", "tag:v-…", f"commit:{amended}"}
    assert paths(second.stdout) == paths(afresh.stdout) == named
    places = [[credential["trust_anchors"] for credential in json.loads(run.stdout)["credentials"]] for run in (second, afresh)]
    assert places[0] == places[1]
    assert ["….pub"] in [[anchor["path"] for anchor in anchors] for anchors in places[0]]


@pytest.fixture
def listed(fleet: Path) -> Path:
    """A list of targets that are called by tokens, with exports that are, of which one is none."""
    (fleet / f"{TOKEN}.json").write_text(json.dumps([{"key": "A", "value": tokens.npm(62)}, {"key": 5}]))
    (fleet / f"{OTHER}.json").write_text("{")
    rows = [
        f'[[targets]]\npath = "clone-{TOKEN}"\nci_exports = ["gitlab:{TOKEN}.json", "gitlab:{OTHER}.json"]\nvisibility = "public"\n',
        f'[[targets]]\npath = "clone-{OTHER}"\n[[targets]]\npath = "gone-{OTHER}"\n',
    ]
    file = fleet / f"list-{TOKEN}.toml"
    file.write_text("".join(rows))
    return file


NAMED = {False: ["clone-… "] * 2, True: [*["clone-… "] * 2, *["gitlab@clone-…:….json "] * 2, "gone-… "]}
"""Targets of a folder and of a list, without what tells them apart."""


@pytest.mark.parametrize("whole", [False, True], ids=["folder", "list"])
def test_a_fleet(listed: Path, tmp_path: Path, *, whole: bool) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    home.mkdir()
    out.mkdir()
    targets = str(listed if whole else listed.parent)
    outputs = [part for form in FORMS for part in ("-o", f"{form}:{out / form}")]
    told = ("--show-unscanned", "--all-places", *outputs)
    for command in (("sweep", targets, "-v"), ("sweep", targets), ("report",)):
        run = keytrail(*command, *told, cwd=tmp_path, home=home)
        silent(replace(run, stdout="".join((out / form).read_text() for form in FORMS)))
    report = json.loads((out / "json").read_text())
    states = {target["name"]: target["state"] for target in report["targets"]}
    assert sorted(name.partition("(")[0] for name in states) == NAMED[whole]
    for one in report["credentials"][:1]:
        silent(keytrail("explain", one["id"], cwd=tmp_path, home=home))
    silent(keytrail("where", "--format", "json", cwd=tmp_path, home=home, stdin=tokens.npm(60).encode()))
    for name, state in states.items():
        if state == "ok":
            assert [piece for piece in TAILS if piece in remembered(home, name, empty=name.startswith("gitlab"))] == []
    store = (home / ".local/share/keytrail/store.db").read_bytes().decode("latin-1")
    assert [piece for piece in TAILS if piece in store] == []


def test_a_fleet_is_called_the_same_whatever_else_is_in_it(fleet: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = json.loads(keytrail("sweep", str(fleet), "--format", "json", cwd=tmp_path, home=home).stdout)
    Repo(fleet / f"clone-{tokens.npm(43)}").commit({"a.env": f"A={tokens.npm(60)}\n"})
    after = json.loads(keytrail("sweep", str(fleet), "--format", "json", cwd=tmp_path, home=home).stdout)
    names = [{target["name"] for target in report["targets"]} for report in (before, after)]
    assert len(names[0]) == 2
    assert len(names[1]) == 3
    assert names[0] < names[1]


def test_what_is_said_of_errors_that_no_argument_brings(fleet: Path) -> None:
    (fleet / f"clone-{TOKEN}" / "keytrail.toml").write_text("fail-on = 5\n")
    run = keytrail("scan", cwd=fleet / f"clone-{TOKEN}", env={"KEYTRAIL_BASELINE": f"{fleet}/x-{OTHER}/gone.toml"})
    assert run.code == 2
    assert [piece for piece in TAILS if piece in run.stderr] == []
    assert "/x-…/gone.toml" in run.stderr


def test_what_verbose_runs_say(fleet: Path) -> None:
    for command in (("scan", "."), ("scan", f"clone-{TOKEN}"), ("workstation", "--home", str(fleet))):
        run = keytrail(*command, "-v", cwd=fleet)
        silent(run)
        assert "clone-…" in run.stderr


def test_a_baseline_accepts_a_place_whose_name_it_does_not_have(tmp_path: Path) -> None:
    (tmp_path / f"x-{TOKEN}.env").write_text(f"A={tokens.npm(60)}\n")
    run = keytrail("baseline", "create", ".", "-o", "b.toml", cwd=tmp_path)
    silent(run)
    assert [piece for piece in TAILS if piece in (tmp_path / "b.toml").read_text()] == []
    run = keytrail("scan", ".", "--baseline", "b.toml", cwd=tmp_path)
    silent(run)
    assert run.code == 0
