"""What is written to cost: twice the bytes take about twice the work, and each text is understood once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from posixpath import normpath

import pytest

from scanner.pipelines import handed, library, understood
from scanner.pipelines.commands import Command
from scanner.pipelines.shell import commands
from tests.support.pipelines import WORKFLOW, pipelines

HEAD = "on: push\njobs:\n"
FEW, MORE = 8_000, 20_000
"""Bytes that show how work grows: the smaller number, but for families whose bounds are only met by more."""
Files = dict[str, str]


def started(command: str) -> Files:
    return {WORKFLOW: f"{HEAD}  a: {{steps: [{{run: {command}}}]}}\n"}


def names(most: int, sign: str = " ") -> str:
    return sign.join(f"t{place}" for place in range(most))


def make(most: int) -> Files:
    return {"Makefile": "".join(f"t{place}:\n\tmake {names(most)}\n\tnpm publish\n" for place in range(most)), **started("make t0")}


def needs(most: int) -> Files:
    rules = "".join(f"t{place}: {names(most)}\n\tmake t{place}\n" for place in range(most))
    return {"Makefile": rules, **started("make t0")}


def one_rule(most: int) -> Files:
    return {"Makefile": "".join(f"t: a{place} b{place} c{place} d{place}\n" for place in range(most)), **started("make t")}


def task(most: int) -> Files:
    tasks = "".join(f"  t{place}: {{cmds: [npm publish, task {names(most)}]}}\n" for place in range(most))
    return {"Taskfile.yml": f"tasks:\n{tasks}", **started("task t0")}


def variables(most: int) -> Files:
    env = "".join(f"  E{place}: $E{place + 1}\n" for place in range(most))
    return {"Taskfile.yml": f"env:\n{env}tasks:\n" + "".join(f"  t{place}: {{cmds: [npm publish]}}\n" for place in range(most))}


def just(most: int) -> Files:
    return {"justfile": "".join(f"t{place}:\n    just {names(most)}\n    npm publish\n" for place in range(most)), **started("just t0")}


def tox(most: int) -> Files:
    parts = "".join(f"[testenv:t{place}]\ncommands =\n    tox -e {names(most, ',')}\n    twine upload x\n" for place in range(most))
    return {"tox.ini": parts, **started("tox -e t0")}


def packages(most: int) -> Files:
    scripts = ",".join(f'"t{place}": "npm run t{(place + 1) % most} && npm publish"' for place in range(most))
    return {"package.json": f'{{"scripts": {{{scripts}}}}}', **started("npm run t0")}


def shells(most: int) -> Files:
    return {f"t{place}.sh": "".join(f"./t{other}.sh\n" for other in range(most)) + f"npm publish --tag {place}\n" for place in range(most)}


def shell_tree(most: int) -> Files:
    return {f"t{place}.sh": f"./t{place * 2 + 1}.sh\n./t{place * 2 + 2}.sh\nnpm publish\n" for place in range(most)}


def one_script(most: int) -> Files:
    jobs = "".join(f"  j{place}: {{steps: [{{run: ./t.sh}}]}}\n" for place in range(most))
    return {WORKFLOW: HEAD + jobs, "t.sh": "npm publish --tag x\n" * most}


def stages(most: int) -> Files:
    jobs = "".join(f"j{place}: {{stage: t{place}, script: [npm publish]}}\n" for place in range(most))
    return {".gitlab-ci.yml": f"stages: [{names(most, ', ')}]\n{jobs}"}


def chained(most: int) -> Files:
    jobs = "".join(f"  j{place}: {{needs: [j{place - 1}], environment: e, runs-on: x}}\n" for place in range(most))
    return {WORKFLOW: HEAD + jobs}


def results(most: int) -> Files:
    steps = "".join(
        f"    - {{id: s{place}, uses: a/b@v1, with: {{x: '${{{{ steps.s{place - 1}.outputs.token }}}} ${{{{ secrets.S{place} }}}}'}}}}\n"
        for place in range(most)
    )
    return {WORKFLOW: f"{HEAD}  a:\n    steps:\n{steps}"}


def expressions(most: int) -> Files:
    lines = "".join(f"        npm publish --token ${{{{ secrets.S{place} }}}}\n" for place in range(most))
    return {WORKFLOW: f"{HEAD}  a:\n    steps:\n    - run: |\n{lines}"}


def inherited(most: int) -> Files:
    env = "".join(f"  E{place}: ${{{{ env.E{place + 1} }}}}\n" for place in range(190))
    return {WORKFLOW: f"env:\n{env}{HEAD}" + "".join(f"  j{place}: {{runs-on: x}}\n" for place in range(most))}


def quotes(most: int) -> Files:
    return {"t.sh": "echo don't \"\nnpm publish $X\n" * most}


def run(lines: list[str]) -> str:
    return f"{HEAD}  a:\n    steps:\n    - run: |\n" + "".join(f"        {line}\n" for line in lines)


def turned(most: int) -> Files:
    """A script whose conditions are asked once for each of the jobs that call it with other words."""
    jobs = "".join(f"  j{place}: {{steps: [{{run: ./t.sh {place}}}]}}\n" for place in range(most))
    return {WORKFLOW: HEAD + jobs, "t.sh": "if [ $1 = x ]; then npm publish; fi\n" * most}


def moved(most: int) -> Files:
    return {WORKFLOW: run(["cd a-folder-that-is-not-there"] * most)}


def patterns(most: int) -> Files:
    return {"Makefile": "".join(f"a%{place}: b%\n\tnpm publish $*\n" for place in range(most)), **started(f"make {names(90, '-a')}")}


def amplified(most: int) -> Files:
    values = "".join(f"{one}={f'$({after})' * 9}\n" for one, after in ("AB", "BC", "CD"))
    return {"Makefile": f"{values}D=x;\nall:\n" + "\t$(A)\n" * most, **started("make all")}


def javascript(most: int) -> Files:
    calls = "".join(f"function f{place}() {{ f{(place + 1) % most}(); execSync('npm publish') }}\n" for place in range(most))
    return {"x.js": f"f0()\n{calls}", **started("node x.js")}


def javascript_files(most: int) -> Files:
    files = {
        f"x{place}.js": f"import {{a}} from './x{place + 1}'\nexport const a = () => execSync('npm publish')\na()\n"
        for place in range(most)
    }
    return {**files, WORKFLOW: run([f"node x{place}.js" for place in range(most)])}


FAMILIES = (
    *(make, needs, one_rule, task, variables, just, tox, packages, shells, shell_tree, one_script),
    *(stages, chained, results, expressions, inherited, quotes, turned, moved, patterns, amplified),
    *(javascript, javascript_files),
)


def sized(family: Callable[[int], Files], size: int) -> Files:
    """As many as about so many bytes hold."""
    most = 2
    while _size(family(most)) < size:
        most += 1 + most // 32
    return family(most)


def _size(files: Files) -> int:
    return sum(map(len, files.values()))


def work(files: Files) -> int:
    """How many functions are called to read them."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        pipelines(files)
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture(autouse=True, scope="module")
def warm() -> None:
    """What is made once for each process is there."""
    pipelines(make(2) | shells(2) | task(2) | tox(2))


BOUND_LATE = {stages, results, turned}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_twice_the_bytes_take_about_twice_the_work(family: Callable[[int], Files]) -> None:
    size = MORE if family in BOUND_LATE else FEW
    assert work(sized(family, 2 * size)) < 2.5 * work(sized(family, size))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were parsed."""
    texts: list[str] = []

    def noted(text: str, shell: str = "bash") -> tuple[Command, ...]:
        texts.append(text)
        return commands(text, shell)

    monkeypatch.setattr(understood, "commands", noted)
    return texts


def test_each_text_is_parsed_once(read: list[str]) -> None:
    pipelines(shells(12) | started("./t3.sh"))
    assert len(read) == 13


def test_of_texts_that_were_put_away_to_make_room_each_counts_when_it_is_parsed_again(
    read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(understood, "MOST_KEPT", 5)
    found = pipelines({f"t{place}.sh": f"{'# x' * 4_000}\n./t{(place + 1) % 9}.sh\nnpm publish\n" for place in range(9)})
    assert (len(read) > 9, len(found.scripts), found.unread) == (True, 9, ())


def test_more_targets_than_are_read_are_said() -> None:
    scripts = ",".join(f'"t{place}": "npm publish"' for place in range(15_000))
    found = pipelines({"package.json": f'{{"scripts": {{{scripts}}}}}'})
    assert [(one.path, one.detail) for one in found.unread] == [
        ("package.json", "2000 targets or more; those behind them were not read by meaning")
    ]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few things are looked at."""
    monkeypatch.setattr(library, "_MOST_LOOKED", 100)


PACKAGES = {f"p/{place}/package.json": f'{{"name": "p{place}", "scripts": {{"x": "npm publish"}}}}' for place in range(40)}
SCRIPTS = {"package.json": f'{{"scripts": {{{",".join(f"{chr(34)}s:{place}{chr(34)}: {chr(34)}true{chr(34)}" for place in range(60))}}}}}'}
RAKES = {f"tasks/{place}.rake": f"task :t{place} do\nend\n" for place in range(60)}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("files", "commands", "path"),
    [
        (PACKAGES, ["pnpm --filter p1 x", "pnpm --filter p2 x", "pnpm --filter p3 x"], "package.json"),
        (PACKAGES, ["turbo run x", "turbo run y", "turbo run z"], "package.json"),
        (SCRIPTS, ["run-s s:*1", "run-s s:*2"], "package.json"),
        (RAKES, ["rake a", "rake b"], "Rakefile"),
    ],
    ids=["filters", "monorepo", "patterns", "rake"],
)
def test_what_is_looked_for_too_often_is_said(files: Files, commands: list[str], path: str) -> None:
    found = pipelines({**files, WORKFLOW: run(commands)})
    detail = "more than 100 things were looked at to find what commands mean; what others mean was not looked for"
    assert [(normpath(one.path), one.detail) for one in found.unread] == [(path, detail)]


def test_a_makefile_whose_variables_make_too_much_of_it_is_said() -> None:
    said = [(one.path, one.detail) for one in pipelines(amplified(500)).unread]
    assert ("Makefile", "its variables make too much of it; the rest was read as written") in said


def test_called_jobs_that_are_not_made_for_each_caller_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed, "_MOST_CHARACTERS", 20)
    called = "on: {workflow_call: {inputs: {s: {type: string}}}}\njobs:\n  b: {steps: [{run: 'npm run ${{ inputs.s }}'}]}\n"
    calls = "".join(f"  a{one}: {{uses: ./.github/workflows/c.yml, with: {{s: x{one}}}}}\n" for one in range(3))
    found = pipelines({".github/workflows/c.yml": called, WORKFLOW: HEAD + calls})
    detail = "its inputs are so many for all that it does that some callers do what it does for any of them"
    assert [(one.path, one.detail) for one in found.unread] == [(".github/workflows/c.yml", detail)]


def test_targets_that_are_included_too_often_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_MOST_JOINED", 3)
    files = {f"{name}/Makefile": "include ../fat.mk\nall: t0\n" for name in "ab"}
    found = pipelines({"fat.mk": "t0:\n\tnpm publish\nt1:\n\ttrue\n", **files, WORKFLOW: run(["make -C a all", "make -C b all"])})
    assert [one.path for one in found.unread] == ["b/Makefile"]


def test_a_target_that_needs_more_than_is_followed_is_said() -> None:
    rules = "".join(f"all: t{place}\nt{place}:\n\tnpm publish\n" for place in range(1_500))
    found = pipelines({"Makefile": rules, **started("make all")})
    assert [one.detail for one in found.unread] == ["a target that needs more than 1000 others, which are not all followed"]


def test_all_that_a_target_needs_is_followed() -> None:
    rules = f"all: {names(150)}\n" + "".join(f"t{place}:\n\tnpm publish\n" for place in range(150))
    (job,) = pipelines({"Makefile": rules, **started("make all")}).jobs
    assert sum(act.role == "publish" for act in job.acts) == 150


def test_jobs_of_a_stage_are_held_by_what_holds_those_before_it() -> None:
    text = "stages: [a, b]\n" + "".join(f"a{place}: {{stage: a, script: [x], when: manual}}\n" for place in range(12))
    found = pipelines({".gitlab-ci.yml": f"{text}b0: {{stage: b, script: [npm publish]}}\nb1: {{stage: b, script: [npm publish]}}\n"})
    later = [job for job in found.jobs if job.name.startswith("b")]
    assert [(len(job.needs), sum(gate.is_upstream for gate in job.gates)) for job in later] == [(12, 12), (12, 12)]


def test_jobs_that_wait_for_each_other_in_too_many_ways_are_said() -> None:
    found = pipelines(stages(1_000))
    assert [(one.path, one.detail) for one in found.unread] == [
        (".gitlab-ci.yml", "jobs wait for each other in too many ways to tell all that holds them")
    ]


def test_of_more_expressions_in_a_text_than_are_looked_for_the_slots_still_come_in() -> None:
    found = pipelines(expressions(250))
    assert (len(found.jobs[0].uses), [one.detail for one in found.unread]) == (
        250,
        ["more than 200 expressions in one text; which commands those after them stand in was not read"],
    )
