"""What could not be read by meaning is said once, where a job runs it or a release is made with it, and nothing else is."""

from __future__ import annotations

import pytest

from tests.support.pipelines import jobs, pipelines

RUNS = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {}\n        working-directory: {}\n"
IDLE = RUNS.format("true", ".")
WORKFLOW = ".github/workflows/ci.yml"
DEEP = "[" * 100
LONG = "#\n" * (1 << 19) + "#"


def unread(files: dict[str, str | bytes]) -> list[tuple[str, str]]:
    """Path and reason of what could not be read."""
    return [(one.path, one.reason) for one in pipelines(files).unread]


BROKEN = [
    ("npm run release", "web/package.json", "{", "malformed"),
    ("npm run release", "web/package.json", "[]", "malformed"),
    ("npm run release", "web/package.json", f'{{"a": {DEEP}', "too-deep"),
    ("make release", "web/Makefile", b"\x7fELF\0\0", "malformed"),
    ("make release", "web/Makefile", "x:\n" + "#\n" * 20_001, "too-large"),
    ("make release", "web/Makefile", "".join(f"t{number}:\n" for number in range(2_001)), "too-large"),
    ("make release", "web/Makefile", LONG + "\n", "too-large"),
    ("tox -e release", "web/tox.ini", "commands = twine upload\n[testenv]\n", "malformed"),
    ("tox -e release", "web/tox.ini", "[testenv\ncommands = twine upload\n", "malformed"),
    ("tox -e release", "web/pyproject.toml", "[tool", "malformed"),
    ("nox -s release", "web/noxfile.py", "def (:\n", "malformed"),
    ("task release", "web/Taskfile.yml", "tasks: [\n", "malformed"),
    ("task release", "web/Taskfile.yml", "tasks: [a]\n", "malformed"),
    ("just release", "web/justfile", "a:\n" + "  # a\n" * 20_001, "too-large"),
    ("goreleaser release", "web/.goreleaser.yml", "- a\n", "malformed"),
    ("goreleaser release", "web/.goreleaser.yml", "a: [\n", "malformed"),
    ("semantic-release", "web/.releaserc", "{", "malformed"),
    ("release-it", "web/.release-it.json", "[]", "malformed"),
    ("lerna publish", "web/lerna.json", "]", "malformed"),
    ("mvn deploy", "web/pom.xml", "<project>", "malformed"),
    ("mvn deploy", "web/pom.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>', "malformed"),
    ("mvn deploy", "web/pom.xml", "<a>" * 101, "too-deep"),
    ("./gradlew publish", "web/build.gradle", b"\0", "malformed"),
    ("rake release", "web/Rakefile", b"\0", "malformed"),
    ("fastlane release", "web/Fastfile", b"\0", "malformed"),
    ("./ship.sh", "web/ship.sh", b"\0", "malformed"),
    ("sh ship.sh", "web/ship.sh", LONG + "\n", "too-large"),
]


@pytest.mark.parametrize(("command", "path", "text", "reason"), BROKEN, ids=[f"{path}-{reason}" for _, path, _, reason in BROKEN])
def test_a_broken_file_is_said_where_a_job_runs_it(command: str, path: str, text: str | bytes, reason: str) -> None:
    assert unread({WORKFLOW: RUNS.format(command, "web"), path: text}) == [(path, reason)]
    assert unread({WORKFLOW: IDLE, path: text}) == []


@pytest.mark.parametrize(
    "path",
    [
        "package.json",
        "Taskfile.yml",
        "tox.ini",
        "noxfile.py",
        "pom.xml",
        ".goreleaser.yaml",
        ".releaserc.json",
        "lerna.json",
        ".changeset/config.json",
        "build.gradle",
        "fastlane/Fastfile",
        "Dockerfile",
        "release.sh",
        "scripts/publish.sh",
        "bin/release.sh",
    ],
)
def test_what_releases_are_made_with_is_said_though_no_job_runs_it(path: str) -> None:
    broken = b"\0[{<"
    assert unread({WORKFLOW: IDLE, path: broken}) == [(path, "malformed")]
    assert unread({WORKFLOW: IDLE, f"test/fixtures/{path}": broken}) == []


def test_what_only_a_script_runs_that_nobody_runs_is_not_said() -> None:
    assert unread({WORKFLOW: IDLE, "a/b.sh": "make -C a/c x", "a/c/Makefile": b"\0"}) == []
    assert unread({WORKFLOW: RUNS.format("a/b.sh", "."), "a/b.sh": "make -C a/c x", "a/c/Makefile": b"\0"}) == [
        ("a/c/Makefile", "malformed")
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Taskfile.yml", "version: 3\nincludes: {a: ./a}\n"),
        ("Taskfile.yml", "tasks:\n"),
        (".goreleaser.yml", "# all is as usual\n"),
        (".releaserc", ""),
        ("setup.cfg", "# nothing\n\n[metadata]\nname = a\n    b\n"),
        ("package.json", '{"scripts": {}, }'),
        ("release.sh", "#!/bin/sh\nnpm publish\nexit\n" + "\0" * 9),
        ("release.ps1", "npm publish\r\n".encode("utf-16")),
    ],
)
def test_what_is_no_mistake_is_not_said(path: str, text: str | bytes) -> None:
    assert unread({WORKFLOW: IDLE, path: text}) == []


@pytest.mark.parametrize("text", ["#!/bin/sh\nnpm publish\nexit\n" + "\0" * 9 + "gem push\n", "npm publish\r\n".encode("utf-16")])
def test_what_can_be_read_of_a_script_is_read(text: str | bytes) -> None:
    name = "release.sh" if isinstance(text, str) else "release.ps1"
    (script,) = pipelines({WORKFLOW: IDLE, name: text}).scripts
    assert [(act.target, act.at.line) for act in script.acts if act.role == "publish"] == [("npm", 2 if name == "release.sh" else 1)]


def test_all_that_can_be_read_of_a_long_file_is_read() -> None:
    files = {WORKFLOW: RUNS.format("make x", "."), "Makefile": "x:\n\tnpm publish\n" + "#\n" * 20_001}
    assert "publish" in {role.role for role in jobs(files)["a"].roles}


CALL = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/{}\n"
AZURE = "trigger: [main]\nsteps:\n  - template: {}\n"
GITLAB = "include: {}\na:\n  script: [npm test]\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({WORKFLOW: CALL.format("gone.yml")}, [(".github/workflows/gone.yml", "missing")]),
        ({WORKFLOW: CALL.format("bad.yml"), ".github/workflows/bad.yml": "a: ["}, [(".github/workflows/bad.yml", "malformed")]),
        ({"azure-pipelines.yml": AZURE.format("ci/gone.yml")}, [("ci/gone.yml", "missing")]),
        ({"azure-pipelines.yml": AZURE.format("ci/bad.yml"), "ci/bad.yml": "a: ["}, [("ci/bad.yml", "malformed")]),
        ({"azure-pipelines.yml": AZURE.format("ci/good.yml"), "ci/good.yml": "steps: [{bash: a}]"}, []),
        ({"azure-pipelines.yml": AZURE.format("ci/gone.yml@other")}, []),
        ({"azure-pipelines.yml": AZURE.format("ci/${{ variables.a }}.yml")}, []),
        ({".gitlab-ci.yml": GITLAB.format("/ci/gone.yml")}, [("ci/gone.yml", "missing")]),
        ({".gitlab-ci.yml": GITLAB.format("[ci/gone.yml, {local: ci/gone.yml}]")}, [("ci/gone.yml", "missing")]),
        ({".gitlab-ci.yml": GITLAB.format("ci/bad.yml"), "ci/bad.yml": "a: ["}, [("ci/bad.yml", "malformed")]),
        ({".gitlab-ci.yml": GITLAB.format("ci/bad.yml"), "ci/bad.yml": "- a"}, [("ci/bad.yml", "malformed")]),
        ({".gitlab-ci.yml": GITLAB.format("ci/bad.yml"), "ci/bad.yml": f"a: {DEEP}"}, [("ci/bad.yml", "too-deep")]),
        ({".gitlab-ci.yml": GITLAB.format("ci/bad.yml"), "ci/bad.yml": LONG + "\n"}, [("ci/bad.yml", "too-large")]),
        ({".gitlab-ci.yml": GITLAB.format("ci/bad.gitlab-ci.yml"), "ci/bad.gitlab-ci.yml": "- a"}, [("ci/bad.gitlab-ci.yml", "malformed")]),
        ({".gitlab-ci.yml": GITLAB.format("ci/$NAME.yml")}, []),
        ({".gitlab-ci.yml": GITLAB.format("{project: a/b, file: /gone.yml}")}, []),
        ({".gitlab-ci.yml": GITLAB.format("[ci/a.yml, ../up.yml]"), "ci/a.yml": "include: .gitlab-ci.yml\n"}, []),
        ({"test/.gitlab-ci.yml": GITLAB.format("ci/gone.yml")}, []),
    ],
)  # fmt: skip
def test_what_a_definition_names_and_cannot_be_read_is_said(files: dict[str, str | bytes], said: list[tuple[str, str]]) -> None:
    assert unread(files) == said


def test_what_is_included_from_too_far_is_said() -> None:
    files: dict[str, str | bytes] = {f"{number}.yml": f"include: {number + 1}.yml\n" for number in range(1, 9)}
    assert unread({".gitlab-ci.yml": GITLAB.format("1.yml"), **files, "9.yml": "b: {script: [a]}"}) == [("7.yml", "too-deep")]


def test_of_thousands_of_files_that_a_pattern_names_the_first_too_many_is_said() -> None:
    files: dict[str, str | bytes] = {f"ci/{number:04}.yml": "a: {script: [a]}" for number in range(5_000)}
    assert unread({".gitlab-ci.yml": GITLAB.format("ci/*.yml"), **files}) == [("ci/0150.yml", "too-deep")]


def test_no_more_than_a_thousand_missing_files_are_said() -> None:
    many = ", ".join(f"{number}.yml" for number in range(3_000))
    assert len(unread({".gitlab-ci.yml": GITLAB.format(f"[{many}]")})) == 1_000
