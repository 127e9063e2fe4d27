from __future__ import annotations

from contextlib import suppress
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.model import Trust
from scanner.pipelines.definition import GateKind, JobDefinition, Named, PipelineDefinition, Setting, StepKind
from scanner.pipelines.systems.jenkins import SYSTEM
from tests.scanner.pipelines.systems.azure_trees import no_files


def read(text: str, path: str = "Jenkinsfile") -> PipelineDefinition:
    return SYSTEM.read(path, dedent(text).encode(), no_files)[0]


def job(pipeline: PipelineDefinition, name: str) -> JobDefinition:
    return next(one for one in pipeline.jobs if one.name == name)


def named(settings: tuple[Setting, ...]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [(one.name, one.value, [(m.name, m.named.value) for m in one.mentions]) for one in settings]


def commands(one: JobDefinition) -> list[tuple[str, str, int, int]]:
    scripts = (step.script for step in one.steps if step.script is not None)
    return [(script.shell, script.value, script.line, script.column) for script in scripts]


DECLARATIVE = """\
    #!/usr/bin/env groovy
    @Library('shared@v2') _
    /* nothing { here ' */
    pipeline {
        agent any
        environment {
            KIND = 'release'  // it's a comment
            TOKEN = credentials('api-token')
        }
        triggers { cron('H 4 * * *') }
        parameters { string(name: 'TARGET', defaultValue: 'x') }
        stages {
            stage('Build') {
                steps {
                    sh 'make'
                    bat "build.cmd ${params.TARGET}"
                }
            }
            stage('Check') {
                parallel {
                    stage('Lint') { steps { sh 'lint' } }
                    stage('Test') {
                        stages {
                            stage('Unit') { steps { sh label: 'all', script: 'unit', returnStatus: true } }
                            stage('Whole') { steps { pwsh 'whole' } }
                        }
                    }
                }
            }
            stage('Approve') {
                input {
                    message 'Go on?'
                    submitter 'release-team'
                }
                steps { echo 'yes' }
            }
            stage('Publish') {
                when { tag 'v*' }
                environment { NPM = credentials('npm') }
                steps {
                    withCredentials([usernamePassword(credentialsId: 'nexus', usernameVariable: 'U', passwordVariable: 'P')]) {
                        sh '''
                            twine upload -u $U
                        '''
                        sh "push ${P} $KIND ${env.OTHER}"
                    }
                    dir('web') { catchError { sh 'npm publish' } }
                }
                post {
                    always { sh 'clean' }
                    success { slackSend channel: '#x', tokenCredentialId: 'slack' }
                }
            }
        }
        post { failure { mail to: 'a@b.example' } }
    }
"""


def test_stages_are_jobs_that_wait_for_each_other() -> None:
    pipeline = read(DECLARATIVE)
    assert [(one.name, one.needs, one.stage, one.line) for one in pipeline.jobs] == [
        ("Build", (), "Build", 13),
        ("Check/Lint", ("Build",), "Check", 21),
        ("Check/Test/Unit", ("Build",), "Check", 24),
        ("Check/Test/Whole", ("Check/Test/Unit",), "Check", 25),
        ("Approve", ("Check/Lint", "Check/Test/Whole"), "Approve", 30),
        ("Publish", ("Approve",), "Publish", 37),
        ("pipeline", ("Publish",), None, 55),
    ]
    assert {one.runner for one in pipeline.jobs} == {"self_hosted"}


def test_scripts_have_their_shell_and_place() -> None:
    pipeline = read(DECLARATIVE)
    assert commands(job(pipeline, "Build")) == [("bash", "make", 15, 21), ("cmd", "build.cmd ${params.TARGET}", 16, 22)]
    assert [(m.name, m.named.value, m.line, m.column) for s in job(pipeline, "Build").steps if s.script for m in s.script.mentions] == [
        ("TARGET", "input", 16, 32)
    ]
    unit = job(pipeline, "Check/Test/Unit").steps[0]
    assert (unit.title, unit.ignores_failure) == ("all", True)
    assert commands(job(pipeline, "Check/Test/Whole")) == [("pwsh", "whole", 25, 56)]


def test_credentials_of_an_environment_come_with_user_and_password() -> None:
    pipeline = read(DECLARATIVE)
    assert named(pipeline.env) == [
        ("KIND", "release", []),
        ("TOKEN", "", [("api-token", "secret")]),
        ("TOKEN_USR", "", [("api-token", "secret")]),
        ("TOKEN_PSW", "", [("api-token", "secret")]),
    ]
    assert [(one.line, one.column) for one in pipeline.env[:2]] == [(7, 17), (8, 17)]
    assert [one.name for one in job(pipeline, "Publish").env] == ["NPM", "NPM_USR", "NPM_PSW"]


def test_bound_credentials_are_variables_of_the_steps_inside() -> None:
    publish = job(read(DECLARATIVE), "Publish")
    assert [(len(step.env), step.folder, step.ignores_failure, step.always) for step in publish.steps] == [
        (2, None, False, False),
        (2, None, False, False),
        (0, "web", True, False),
        (0, None, False, True),
        (0, None, False, False),
    ]
    assert named(publish.steps[0].env) == [("U", "", [("nexus", "secret")]), ("P", "", [("nexus", "secret")])]
    assert commands(publish)[0] == ("bash", "                        twine upload -u $U\n                    ", 43, 1)
    said = publish.steps[1].script
    assert said is not None
    assert [(m.name, m.named.value, m.column) for m in said.mentions] == [("P", "env", 30), ("KIND", "env", 35), ("OTHER", "variable", 41)]
    assert named(publish.steps[-1].settings) == [("channel", "#x", []), ("tokenCredentialId", "slack", [("slack", "secret")])]


def test_what_starts_and_holds_jobs() -> None:
    pipeline = read(DECLARATIVE)
    assert [(one.event, one.trust, one.filters) for one in pipeline.triggers] == [
        ("push:branches", Trust.CONTRIBUTOR, ()),
        ("cron", Trust.TIMER, ("H 4 * * *",)),
    ]
    assert pipeline.inputs == ("TARGET",)
    assert [(one.target, one.ref) for one in pipeline.includes] == [("shared", "v2")]
    assert [(one.kind, one.evidence, one.line) for one in job(pipeline, "Approve").gates] == [
        (GateKind.INPUT, "input, submitter release-team", 31)
    ]
    publish = job(pipeline, "Publish")
    assert publish.condition == "tag 'v*'"
    assert [(one.event, one.trust, one.filters) for one in publish.triggers or ()] == [("push:tags", Trust.MAINTAINER, ("v*",))]


@pytest.mark.parametrize(
    ("when", "events"),
    [
        ("branch 'main'", ["push:branches"]),
        ("buildingTag()", ["push:tags"]),
        ("changeRequest()", ["change_request"]),
        ("triggeredBy 'TimerTrigger'", ["cron"]),
        ("allOf { branch 'main'; tag 'v*' }", ["push:tags"]),
        ("anyOf { branch 'main'; tag 'v*' }", ["push:branches", "push:tags"]),
        ("not { branch 'main' }", None),
        ("expression { env.X == '1' }", None),
        ("beforeAgent true", None),
    ],
)
def test_when_says_what_lets_a_stage_run_only_without_doubt(when: str, events: list[str] | None) -> None:
    text = f"pipeline {{ stages {{ stage('a') {{ when {{ {when} }}\n steps {{ sh 'x' }} }} }} }}"
    triggers = read(text).jobs[0].triggers
    assert (None if triggers is None else [one.event for one in triggers]) == events


@pytest.mark.parametrize(
    ("id_", "names"),
    [
        ("'hub'", ["hub"]),
        ("params.REGISTRY", ["${params.REGISTRY}"]),
        ('"${env.TEAM}-npm"', ["${env.TEAM}-npm"]),
        ("env.TEAM + '-npm'", ["${env.TEAM}-npm"]),
        ("['one', params.OTHER]", ["one", "${params.OTHER}"]),
    ],
)
def test_an_id_that_is_only_known_when_it_runs_is_one_credential(id_: str, names: list[str]) -> None:
    (step,) = [one for one in read(f"node {{ sshagent(credentials: {id_}) {{ sh 'x' }} }}").jobs[0].steps if one.uses == "sshagent"]
    assert [(one.name, one.named.value) for one in step.settings[0].mentions] == [(name, "secret") for name in names]


SCRIPTED = """\
    properties([pipelineTriggers([pollSCM('H * * * *')])])
    def release(id) {
        withCredentials([string(credentialsId: id, variable: 'T'), file(credentialsId: "pgp", variable: 'KEY')]) {
            sh "sign"
        }
    }
    String unused = 'a'
    node('linux') {
        checkout scm
        stage('Build') {
            sh(script: "make \\"all\\" \\$HOME", returnStdout: true).trim()
        }
        stage('Both') {
            parallel one: { sh 'a' }, two: {
                sh 'b'
            }
        }
        def builds = [:]
        builds['x'] = { stage('Later') { sh 'c' } }
        stage('Release') {
            input message: 'Sure?'
            release('x')
            docker.withRegistry('https://registry.example', 'hub') { image.push('latest') }
            build job: 'downstream', wait: false
            withMaven(mavenSettingsConfig: 'settings-id') { sh 'mvn deploy' }
        }
    }
"""


def test_scripted_stages_branches_and_functions() -> None:
    pipeline = read(SCRIPTED)
    assert [(one.name, one.needs) for one in pipeline.jobs] == [
        ("pipeline", ()),
        ("Build", ("pipeline",)),
        ("Both/one", ("Build",)),
        ("Both/two", ("Build",)),
        ("Later", ("Both/one", "Both/two")),
        ("Release", ("Later",)),
    ]
    assert commands(job(pipeline, "Build")) == [("bash", 'make "all" $HOME', 11, 21)]
    release = job(pipeline, "Release")
    assert [(step.uses, step.line, named(step.settings)) for step in release.steps if step.kind is StepKind.TASK] == [
        ("docker.withRegistry", 23, [("url", "https://registry.example", []), ("credentialsId", "hub", [("hub", "secret")])]),
        ("image.push", 23, [("1", "latest", [])]),
        ("build", 24, [("job", "downstream", []), ("wait", "false", [])]),
        ("withMaven", 25, [("mavenSettingsConfig", "settings-id", [("settings-id", "secret")])]),
    ]
    assert [one[1] for one in commands(release)] == ["sign", "mvn deploy"]
    signing = next(step for step in release.steps if step.script is not None)
    assert named(signing.env) == [("T", "", [("${id}", "secret")]), ("KEY", "", [("pgp", "secret")])]
    assert [(one.kind, one.evidence) for one in release.gates] == [(GateKind.INPUT, "input")]
    assert release.call is not None
    assert (release.call.target, release.call.is_local) == ("downstream", False)
    assert [one.event for one in pipeline.triggers] == ["push:branches", "pollSCM"]


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        ("string(credentialsId: 'a', variable: 'V')", [("V", "a")]),
        ("file(variable: 'V', credentialsId: 'a')", [("V", "a")]),
        ("usernameColonPassword(credentialsId: 'a', variable: 'V')", [("V", "a")]),
        ("certificate(credentialsId: 'a', keystoreVariable: 'K', passwordVariable: 'P')", [("K", "a"), ("P", "a")]),
        ("sshUserPrivateKey(credentialsId: 'a', keyFileVariable: 'F')", [("F", "a")]),
        ("[$class: 'StringBinding', credentialsId: 'a', variable: 'V']", [("V", "a")]),
    ],
)
def test_bindings(binding: str, expected: list[tuple[str, str]]) -> None:
    step = read(f"withCredentials([{binding}]) {{ sh 'x' }}").jobs[0].steps[0]
    assert [(one.name, m.name) for one in step.env for m in one.mentions] == expected


def test_files_of_settings_are_bound_too() -> None:
    step = read("configFileProvider([configFile(fileId: 'maven', variable: 'M')]) { sh 'x' }").jobs[0].steps[0]
    assert named(step.env) == [("M", "", [("maven", "secret")])]


def test_credentials_anywhere_are_slots() -> None:
    text = "node { git url: 'x', credentialsId: 'key'\n checkout([$class: 'Git', remotes: [[credentialsId: 'other']]]) }"
    steps = read(text).jobs[0].steps
    assert [(step.uses, m.name, m.named) for step in steps for one in step.settings for m in one.mentions] == [
        ("git", "key", Named.SECRET),
        ("checkout", "other", Named.SECRET),
    ]


def test_variables_around_steps() -> None:
    step = read("withEnv(['A=b', \"C=${env.D}\"]) { sh 'x' }").jobs[0].steps[0]
    assert named(step.env) == [("A", "b", []), ("C", "${env.D}", [("D", "variable")])]


def test_shared_steps_are_called_by_others() -> None:
    pipeline = read("def call(Map config) {\n  sh 'release'\n}\n", "vars/release.groovy")
    assert (pipeline.is_reusable, pipeline.triggers, [(one.name, one.steps[0].line) for one in pipeline.jobs]) == (
        True,
        (),
        [("pipeline", 2)],
    )


def test_functions_that_call_themselves_end() -> None:
    assert len(read("def a() { sh 'x'\n b() }\ndef b() { sh 'y'\n a() }\na()").jobs[0].steps) == 2


def test_what_multiplies_is_refused() -> None:
    functions = "\n".join(f"def f{number}() {{ {f'f{number + 1}();' * 30} sh 'x' }}" for number in range(6))
    with pytest.raises(UnreadableError, match="with its functions"):
        read(f"{functions}\ndef f6() {{ sh 'x' }}\nf0()")


@pytest.mark.parametrize(
    "text",
    [
        "{" * (1 << 20),
        "(" * 90 + "}" * (1 << 20),
        ("withCredentials(" * 90 + ")" * 90 + "\n") * 350,
        "'" * (1 << 20),
        '"' * (1 << 20),
        '"${' * 349_525,
        "/*" * (1 << 19),
        "$/" * (1 << 19),
        "(/" * (1 << 19),
    ],
    ids=["braces", "closings", "nested", "single", "double", "inner", "comments", "dollars", "slashes"],
)
def test_a_mebibyte_of_signs_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableError):
        read(text)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("Jenkinsfile", True),
        ("ci/Jenkinsfile-release", True),
        ("Jenkinsfile.groovy", True),
        ("a/release.jenkinsfile", True),
        ("vars/deploy.groovy", True),
        ("src/vars.groovy", False),
        ("Jenkinsfiles", False),
    ],
)
def test_files(path: str, known: bool) -> None:
    assert bool(SYSTEM.files.fullmatch(path)) is known


PIECES = (
    *("pipeline", "stages", "stage('a')", "steps", "sh", "'x'", '"$y"', "{", "}", "(", ")", "[", "]", ",", ":", "=", "\n", ";", "//", "/*"),
    *("withCredentials", "credentialsId", "variable", "parallel", "when", "tag", "environment", "credentials('a')", "def", "input", "'''"),
    *("post", "always", "matrix", "libraries", "triggers", "cron('x')", "build", "job:", "withEnv", ".", "$", "\\", "/", '"""', "script"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_no_mixture_makes_it_fall(pieces: list[str]) -> None:
    with suppress(UnreadableError):
        read(" ".join(pieces))


@given(st.text(max_size=300))
def test_no_text_makes_it_fall(text: str) -> None:
    with suppress(UnreadableError):
        read(text)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fall(data: bytes) -> None:
    with suppress(UnreadableError):
        SYSTEM.read("Jenkinsfile", data, no_files)
