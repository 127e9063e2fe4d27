"""What a gate meets and how it has to end: the table of docs/commands/gate.md, and what tests/test_gate_situations.py makes and runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import tokens
from tests.support.command import keytrail
from tests.support.forge import ZERO, Forge
from tests.support.repos import Repo

OLD = f"token = {tokens.npm(7)}\n"
"""What the default branch has in `old.ini` from the beginning."""
NEW = f"token = {tokens.npm(8)}\n"
FILLER = "[part]\n" * 20
BASELINE = ".keytrail-baseline.toml"

PASSES, FAILS, UNSEEN = 0, 1, 2
VERDICTS = {PASSES: "passes", FAILS: "**fails**", UNSEEN: "ends with 2"}


@dataclass(frozen=True, slots=True)
class Run:
    """Where the gate runs, and with what."""

    folder: Path
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """One line of the table."""

    name: str
    verdict: int
    because: str
    make: Callable[[Forge], Run]
    places: tuple[str, ...] = ()
    """The paths that are reported, each as often as there are credentials at it; of messages the kind alone."""


def table() -> str:
    """The situations in Markdown."""
    rows = "".join(f"| {one.name} | {VERDICTS[one.verdict]} | {one.because} |\n" for one in SITUATIONS)
    return f"| the change | the gate | because |\n|---|---|---|\n{rows}"


def _range(forge: Forge, *commits: Mapping[str, str | bytes | None], options: tuple[str, ...] = ()) -> Run:
    """These commits on top of the default branch, named as a range."""
    before = forge.main
    for files in commits:
        forge.advance(files)
    return Run(forge.repo.path, ("--range", f"{before}..HEAD", *options))


def _pull(forge: Forge, tip: str) -> Run:
    """The branch `topic` as a pull request that is checked out merged."""
    merged = forge.merge("topic")
    return Run(forge.checkout(merged, "main").path, (), forge.pull(tip, merged))


def _moved(forge: Forge) -> Run:
    return _range(forge, {"old.ini": f"# above\n\n{FILLER}{OLD}"})


def _renamed(forge: Forge) -> Run:
    return _range(forge, {"old.ini": None, "settings.ini": FILLER + OLD})


def _reverted(forge: Forge) -> Run:
    forge.advance({"old.ini": "gone\n"})
    return _range(forge, {"old.ini": FILLER + OLD})


def _message(forge: Forge) -> Run:
    before = forge.main
    forge.repo.commit({"a.txt": "a\n"}, message=NEW)
    return Run(forge.repo.path, ("--range", f"{before}..HEAD"))


def _rebased(forge: Forge) -> Run:
    forge.advance({"theirs.ini": NEW})
    tip = forge.branch("topic", {"mine.txt": "x\n"})
    return Run(forge.checkout(tip, "main").path, (), forge.pushed("topic", "1" * 40, tip))


def _forced(forge: Forge) -> Run:
    tip = forge.branch("topic", {"mine.ini": NEW})
    return Run(forge.checkout(tip, "main").path, (), forge.pushed("topic", "1" * 40, tip))


def _merged(forge: Forge) -> Run:
    forge.branch("topic", {"mine.txt": "x\n"})
    forge.advance({"theirs.ini": NEW})
    forge.repo.git("switch", "--quiet", "topic")
    forge.repo.git("merge", "--quiet", "--no-edit", "main")
    tip = forge.repo.git("rev-parse", "HEAD")
    forge.repo.git("switch", "--quiet", "main")
    return _pull(forge, tip)


def _evil(forge: Forge) -> Run:
    forge.branch("topic", {"mine.txt": "x\n"})
    before = forge.advance({"theirs.txt": "x\n"})
    forge.repo.git("merge", "--quiet", "--no-commit", "--no-ff", "topic")
    forge.repo.commit({"evil.ini": NEW}, message="merge")
    return Run(forge.repo.path, ("--range", f"{before}..HEAD"))


def _new_branch(forge: Forge) -> Run:
    tip = forge.branch("topic", {"mine.ini": NEW})
    return Run(forge.checkout(tip, "main").path, (), forge.pushed("topic", ZERO, tip))


def _new_repository(forge: Forge) -> Run:
    return Run(forge.checkout(forge.main, "main").path, (), forge.pushed("main", ZERO, forge.main))


def _fork(forge: Forge) -> Run:
    """The branch is known to the forge by the number of the request alone."""
    tip = forge.branch("topic", {"mine.ini": NEW})
    run = _pull(forge, tip)
    forge.repo.git("branch", "--quiet", "-D", "topic")
    return run


def _tag(forge: Forge, message: str) -> Run:
    forge.repo.git("tag", "--annotate", "v1", "--message", message)
    tag = forge.repo.git("rev-parse", "v1")
    clone = forge.checkout(forge.main, "main")
    clone.git("fetch", "--quiet", "origin", "refs/tags/v1:refs/tags/v1")
    return Run(clone.path, (), forge.event("push", {"before": ZERO, "after": tag}, GITHUB_REF="refs/tags/v1", GITHUB_SHA=forge.main))


def _removed(forge: Forge) -> Run:
    return Run(forge.checkout(forge.main, "main").path, (), forge.pushed("topic", forge.first, ZERO))


def _submodule(forge: Forge) -> Run:
    inner = Repo(forge.repo.path / "inner")
    inner.commit({"a.txt": "a\n"})
    forge.repo.git("add", "inner")
    before = forge.repo.commit()
    inner.commit({"secret.ini": NEW})
    forge.repo.git("add", "inner")
    forge.repo.commit()
    return Run(forge.repo.path, ("--range", f"{before}..HEAD"))


def _shallow(forge: Forge) -> Run:
    tip = forge.branch("topic", {"mine.txt": "x\n"})
    merged = forge.merge("topic")
    return Run(forge.checkout(merged, depth=1).path, (), forge.pull(tip, merged))


def _baseline(forge: Forge) -> str:
    """A baseline that accepts the new credential in `new.ini`."""
    (forge.repo.path / "new.ini").write_text(NEW)
    made = keytrail("baseline", "create", ".", "-o", BASELINE, cwd=forge.repo.path)
    if made.code:
        raise AssertionError(made.stderr)
    text = (forge.repo.path / BASELINE).read_text()
    (forge.repo.path / BASELINE).unlink()
    return text


def _accepted(forge: Forge) -> Run:
    forge.advance({BASELINE: _baseline(forge), "keytrail.toml": f'baseline = "{BASELINE}"\n'})
    return _range(forge, {"new.ini": NEW})


def _own_baseline(forge: Forge) -> Run:
    accepted = _baseline(forge)
    return _range(forge, {"new.ini": NEW, BASELINE: accepted, "keytrail.toml": f'baseline = "{BASELINE}"\n'})


def _own_settings(forge: Forge) -> Run:
    quiet = 'fail-on = "none"\nno-detector = ["npm-token"]\nexclude = ["*"]\nmax-blob-size = "1"\n'
    return _range(forge, {"keytrail.toml": quiet, ".keytrailignore": "*\n", ".gitattributes": "* binary -diff\n"}, {"new.ini": NEW})


_BINARY = b"\x7fELF\0\1\2\3" * 64 + NEW.encode() + b"\0\xff\xfe" * 64
_ALLOWED = NEW.rstrip() + "  # keytrail:allow an example\n"

SITUATIONS = (
    Situation("a new credential", FAILS, "it is at a place where it was not", lambda forge: _range(forge, {"new.ini": NEW}), ("new.ini",)),
    Situation(
        "added, and removed by a later commit",
        FAILS,
        "it stays in the history",
        lambda forge: _range(forge, {"new.ini": NEW}, {"new.ini": None}),
        ("new.ini",),
    ),
    Situation("in the message of a commit", FAILS, "messages stay as well", _message, ("commit:",)),
    Situation("removed", PASSES, "nothing is brought", lambda forge: _range(forge, {"old.ini": None})),
    Situation("a line with a known credential is moved", PASSES, "it is in the same file as before", _moved),
    Situation("its file is renamed", PASSES, "git finds the rename", _renamed),
    Situation(
        "a known credential in another file",
        FAILS,
        "the place is new, though the value is not",
        lambda forge: _range(forge, {"copy.ini": OLD}),
        ("copy.ini",),
    ),
    Situation("a revert brings it back", FAILS, "it was gone", _reverted, ("old.ini",)),
    Situation("a rebase onto a newer default branch", PASSES, "commits of the default branch are not the branch's", _rebased),
    Situation("the default branch is merged into the branch", PASSES, "each commit is compared with all its parents", _merged),
    Situation("a merge that slips something in", FAILS, "no parent has it", _evil, ("evil.ini",)),
    Situation("the first push of a branch", FAILS, "what the default branch has not", _new_branch, ("mine.ini",)),
    Situation("the first push of a repository", FAILS, "all of it is new", _new_repository, ("old.ini",)),
    Situation("a force push", FAILS, "what the default branch has not; what was there before is gone", _forced, ("mine.ini",)),
    Situation(
        "a pull request from a fork", FAILS, "what is checked out is its merge; the target's side does not count", _fork, ("mine.ini",)
    ),
    Situation("a tag of commits that are known", PASSES, "nothing is new", lambda forge: _tag(forge, "first")),
    Situation("a credential in the message of a tag", FAILS, "the message is new", lambda forge: _tag(forge, NEW), ("tag:",)),
    Situation("a branch is deleted", PASSES, "nothing is brought", _removed),
    Situation("a submodule is moved on", PASSES, "its commits are another repository's", _submodule),
    Situation(
        "in a binary file",
        FAILS,
        "all bytes are read, whatever `.gitattributes` says",
        lambda forge: _range(forge, {"a.bin": _BINARY}),
        ("a.bin",),
    ),
    Situation(
        "a file that is larger than `--max-blob-size`",
        UNSEEN,
        "it was not read",
        lambda forge: _range(forge, {"large.txt": "x" * 5000}, options=("--max-blob-size", "4000")),
    ),
    Situation("a place that the reviewed baseline accepts", PASSES, "it was accepted before this change", _accepted),
    Situation("a baseline that comes with the change", FAILS, "nobody has reviewed it", _own_baseline, ("new.ini",)),
    Situation("settings that come with the change", FAILS, "nobody has reviewed them", _own_settings, ("new.ini",)),
    Situation("a marker beside the value", PASSES, "it is said in the report", lambda forge: _range(forge, {"new.ini": _ALLOWED})),
    Situation(
        "a marker, with `--no-inline-allow`",
        FAILS,
        "markers do not count",
        lambda forge: _range(forge, {"new.ini": _ALLOWED}, options=("--no-inline-allow",)),
        ("new.ini",),
    ),
    Situation("a clone that lacks a part of the change", UNSEEN, "what cannot be seen cannot pass", _shallow),
)
"""The default branch has a credential from the beginning, which is nobody's business here."""
