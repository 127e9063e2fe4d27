"""Jenkins: stages without a block, and what is asked for in branches."""

from __future__ import annotations

from scanner.pipelines.definition import JobDefinition
from scanner.pipelines.systems.jenkins import SYSTEM


def read(text: str) -> dict[str, JobDefinition]:
    (pipeline,) = SYSTEM.read("Jenkinsfile", text.encode(), lambda _: None)
    return {job.name: job for job in pipeline.jobs}


def said(jobs: dict[str, JobDefinition]) -> dict[str, tuple[list[str], int]]:
    return {name: ([step.script.value for step in job.steps if step.script is not None], len(job.gates)) for name, job in jobs.items()}


FLAT = """\
def build() { sh 'npm run build' }
node('a') {
    sh 'first'
    stage 'Build'
    build()
    wrap([$class: 'Xvnc']) { sh 'npm test' }
    stage name: "Package", concurrency: 1
    sh 'vsce package'
    stage('Check') { sh 'lint' }
}
node('b') {
    if (generic) {
        stage 'publish generic version'
        withCredentials([string(credentialsId: 't', variable: 'T')]) { sh 'vsce publish a' }
    } else if (special) {
        timeout(time: 5) { input message: 'Approve?' }
        stage 'Publish'
        sh 'vsce publish b'
        stage ("Promote") { sh 'sftp' }
    }
    stage 'Clean'
    sh 'rm'
}
sh 'last'
"""


def test_a_stage_without_a_block_goes_on_to_the_next_one() -> None:
    jobs = read(FLAT)
    assert said(jobs) == {
        "pipeline": (["first", "last"], 0),
        "Build": (["npm run build", "npm test"], 0),
        "Package": (["vsce package"], 0),
        "Check": (["lint"], 0),
        "publish generic version": (["vsce publish a"], 0),
        "Publish": (["vsce publish b"], 1),
        "Promote": (["sftp"], 1),
        "Clean": (["rm"], 0),
    }
    assert (jobs["Build"].needs, jobs["Package"].needs) == (("pipeline",), ("Build",))


def test_what_is_asked_for_outside_of_stages_holds_what_follows_it() -> None:
    text = "node {\n sh 'a'\n stage('One') { sh 'b' }\n try { input 'Go?' } finally { echo 'x' }\n stage('Two') { sh 'c' }\n}\n"
    assert said(read(text)) == {"pipeline": (["a"], 0), "One": (["b"], 0), "Two": (["c"], 1)}
    assert said(read("node { sh 'a'\n input 'Go?'\n sh 'npm publish' }")) == {"pipeline": (["a", "npm publish"], 1)}
    assert said(read("node { if (x) { input 'Go?' } else { sh 'a' }\n stage('Two') { sh 'c' } }")) == {
        "pipeline": (["a"], 0),
        "Two": (["c"], 0),
    }


def test_any_number_of_questions_is_read() -> None:
    assert len(read("input 'Go?'\n" * 5_000 + "sh 'a'")["pipeline"].gates) == 20
