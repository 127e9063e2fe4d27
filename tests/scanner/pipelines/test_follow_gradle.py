"""Builds of Gradle whose own plugins publish and sign."""

from __future__ import annotations

import pytest

from tests.support.pipelines import WORKFLOW, jobs, roles, workflow

STEP = "{run: ./gradlew publishToSonatype, env: {PGP_KEY: '${{ secrets.K }}', PGP_PWD: '${{ secrets.P }}'}}"
SIGNS = (
    'publishing {\n}\nsigning {\n    useInMemoryPgpKeys(\n        providers.environmentVariable("PGP_KEY").orNull,\n'
    '        providers.environmentVariable("PGP_PWD").orNull\n    )\n    sign(publishing.publications)\n}\n'
)
BUILD = {"gradlew": "#!/bin/sh\n", "build.gradle.kts": 'plugins { id("x.conventions") }\n'}


@pytest.mark.parametrize(
    "files",
    [
        {"buildSrc/src/main/kotlin/x.conventions.gradle.kts": SIGNS},
        {"buildSrc/src/main/groovy/x.conventions.gradle": SIGNS},
        {"gradle/publish.gradle": SIGNS, "lib/build.gradle": 'apply from: "${rootDir}/gradle/publish.gradle"\n'},
        {
            "settings.gradle.kts": 'pluginManagement {\n    includeBuild("build-logic")\n}\n',
            "build-logic/src/main/kotlin/x.gradle.kts": SIGNS.replace("signing {", "configure<SigningExtension> {"),
        },
    ],
    ids=["buildSrc", "groovy", "applied", "included"],
)
def test_a_build_whose_own_plugins_sign_signs_what_it_publishes(files: dict[str, str]) -> None:
    job = jobs({**BUILD, **files, WORKFLOW: workflow(STEP)})["release"]
    assert {name: roles(job)[name] for name in ("publish", "sign")} == {"publish": "set", "sign": "set"}
    assert {act.takes for act in job.acts if act.role == "sign"} == {("K", "P")}


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("build-logic/src/main/kotlin/x.gradle.kts", STEP),
        ("sub/buildSrc/src/main/kotlin/x.gradle.kts", STEP),
        ("buildSrc/src/main/kotlin/x.gradle.kts", STEP.replace("publishToSonatype", "check")),
    ],
    ids=["not included", "of another build", "not published"],
)
def test_what_no_plugin_of_the_build_signs_is_not_signed(path: str, step: str) -> None:
    assert "sign" not in roles(jobs({**BUILD, path: SIGNS, WORKFLOW: workflow(step)})["release"])
