"""Definitions that are written to cost: what is too much is said, the rest of the file and of the repository is still read."""

from __future__ import annotations

import pytest

from scanner.model import Reason
from scanner.pipelines import repository
from tests.support.pipelines import WORKFLOW, pipelines

HEAD = "on: push\njobs:\n"
FOLDER = ".github/workflows"


def said(files: dict[str, str]) -> list[tuple[str, Reason]]:
    return [(one.path, one.reason) for one in pipelines(files).unread]


def test_of_too_many_jobs_the_first_are_read() -> None:
    found = pipelines({WORKFLOW: HEAD + "".join(f"  j{place}: {{runs-on: x}}\n" for place in range(1_100))})
    assert (len(found.jobs), [(one.path, one.reason) for one in found.unread]) == (1_000, [(WORKFLOW, Reason.TOO_LARGE)])


def test_of_definitions_with_too_many_jobs_together_the_first_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MOST_JOBS", 4)
    found = pipelines({f"{FOLDER}/{name}.yml": f"{HEAD}  a: {{runs-on: x}}\n  b: {{runs-on: x}}\n" for name in "abc"})
    detail = "4 jobs or more in all definitions; those of this one and after it were not read by meaning"
    assert (len(found.jobs), [(one.path, one.detail) for one in found.unread]) == (4, [(f"{FOLDER}/c.yml", detail)])


def test_of_too_many_variables_the_first_are_read() -> None:
    env = "".join(f"  A{place}: '${{{{ secrets.S{place} }}}}'\n" for place in range(300))
    found = pipelines({WORKFLOW: f"env:\n{env}{HEAD}  a: {{runs-on: x}}\n"})
    assert (len(found.jobs[0].uses), [one.reason for one in found.unread]) == (200, [Reason.TOO_LARGE])


def test_gates_of_a_long_chain_of_jobs_are_counted() -> None:
    chain = "".join(f"  j{place}: {{environment: e{place}, needs: [j{place - 1}]}}\n" for place in range(300))
    last = next(job for job in pipelines({WORKFLOW: HEAD + chain}).jobs if job.name == "j299")
    assert 1 < len(last.gates) <= 101


def test_an_action_that_uses_itself_ends() -> None:
    action = "runs:\n  using: composite\n  steps:\n" + "  - uses: ./x\n" * 100
    files = {WORKFLOW: HEAD + "  a: {steps: [{uses: ./x}, {run: npm publish}]}\n", "x/action.yml": action}
    assert said(files) == [("x/action.yml", Reason.TOO_LARGE)]
    assert [act.target for act in pipelines(files).jobs[0].acts if act.role == "publish"] == ["npm"]


def test_workflows_that_all_call_each_other_end() -> None:
    call = "".join(f"  a{place}: {{uses: ./{FOLDER}/{place}.yml, secrets: inherit}}\n" for place in range(40))
    files = {
        f"{FOLDER}/{place}.yml": f"on: [push, workflow_call]\njobs:\n{call}  b: {{steps: [{{run: npm publish}}]}}\n" for place in range(40)
    }
    found = pipelines(files)
    assert (len(found.jobs), [one.reason for one in found.unread]) == (40 * 41, [Reason.TOO_LARGE])


def test_workflows_in_a_ring_are_read_whole() -> None:
    files = {
        f"{FOLDER}/{place}.yml": f"on: [push, workflow_call]\njobs:\n  a: {{uses: ./{FOLDER}/{(place + 1) % 50}.yml}}\n"
        for place in range(50)
    }
    found = pipelines(files)
    assert (len(found.jobs), found.unread) == (50, ())


def test_scripts_that_start_each_other_are_read_each_once() -> None:
    files = {WORKFLOW: HEAD + "  a: {steps: [{run: ./s0.sh}]}\n"}
    files |= {f"s{place}.sh": f"#!/bin/sh\n./s{(place + 1) % 3}.sh\nnpm publish\n" for place in range(3)}
    found = pipelines(files)
    assert sorted(act.script or "" for act in found.jobs[0].acts if act.role == "publish") == ["s0.sh", "s1.sh", "s2.sh"]
    assert found.unread == ()


def test_variables_of_make_that_grow_end() -> None:
    grows = "".join(f"V{place} = {f'$(V{place + 1}) ' * 200}\n" for place in range(300))
    rows = "".join(f"t{place}: {'$(V0) ' * 100}\n\t{'$(V0) ' * 1_000}$(foreach a,$(V1),$(subst x,y,$(V2)))\n" for place in range(20))
    files = {WORKFLOW: HEAD + "  a: {steps: [{run: make t0 ship}]}\n", "more.mk": grows}
    files["Makefile"] = f"include more.mk\n{grows}{rows}%: common-%\ncommon-ship:\n\tnpm publish\n"
    found = pipelines(files)
    assert [(act.target, act.at.line) for act in found.jobs[0].acts if act.role == "publish"] == [("npm", 344)]


def test_words_of_python_that_are_said_again_and_again_end() -> None:
    script = "import subprocess\nwords = ['npm', 'publish', '" + "x" * 100_000 + "']\n" + "subprocess.run(words)\n" * 2_000
    files = {WORKFLOW: HEAD + "  a: {steps: [{run: python x.py}, {run: invoke a}]}\n", "x.py": script}
    files["tasks.py"] = "from invoke import task\n@task(b)\ndef a(c): b(c)\n@task(a)\ndef b(c): a(c)\n" + "(" * 500
    found = pipelines(files)
    assert len([act for act in found.jobs[0].acts if act.role == "publish"]) == 11
    assert [(one.path, one.reason) for one in found.unread] == [("tasks.py", Reason.MALFORMED)]
