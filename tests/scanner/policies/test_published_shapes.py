"""What counts as publishing and as signing, how bad it is, and next to each shape that is no fault the fault that it resembles."""

from __future__ import annotations

import pytest

from tests.scanner.policies.test_real_shapes import GITHUB, IMAGE, JOB, LOGIN, findings, said


def unsigned(*steps: str, env: str = "") -> int:
    """How often TB505 speaks of a workflow with these steps."""
    return said(
        {GITHUB: JOB.replace("    runs", f"{env}    runs") + "    steps:\n" + LOGIN + "".join(f"      - {one}\n" for one in steps)}
    ).count("TB505")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("run: docker buildx build --push -t acme/web .", 0),
        ("run: docker buildx build --provenance=false --push -t acme/web .", 1),
        ("run: 'docker buildx build --attest=type=provenance,disabled=true --push -t acme/web .'", 1),
        ("run: docker buildx bake --push", 0),
        ("run: docker buildx bake --provenance=false --push", 1),
        ("run: 'docker buildx bake --set *.output=type=registry --set *.attest=type=provenance,disabled=true'", 1),
        ("{uses: docker/bake-action@v6, with: {push: true}}", 0),
        ("{uses: docker/bake-action@v6, with: {push: true, provenance: false}}", 1),
        ("{uses: docker/build-push-action@v6, with: {push: true}}", 0),
        ("run: docker build -t acme/web . && docker push acme/web", 1),
        ("run: docker build --push -t acme/web .", 1),
    ],
)
def test_an_image_that_the_builder_pushes_is_attested_unless_that_is_switched_off(step: str, expected: int) -> None:
    assert unsigned(step) == expected


@pytest.mark.parametrize(
    "build", ["run: docker buildx build --push -t acme/web .", "{uses: docker/build-push-action@v6, with: {push: true}}"]
)
@pytest.mark.parametrize(("variable", "expected"), [("BUILDX_NO_DEFAULT_ATTESTATIONS: 1", 1), ("BUILDX_METADATA_WARNINGS: 1", 0)])
def test_a_variable_switches_the_attestation_of_images_off(build: str, variable: str, expected: int) -> None:
    assert unsigned(build, env=f"    env: {{{variable}}}\n") == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("docker buildx imagetools create -t acme/web:latest acme/web:1", 0),
        ("crane cp acme/web:1 acme/other:1", 0),
        ("crane tag acme/web:1 latest", 0),
        ("crane append -b acme/web -f more.tar -t acme/web:2", 1),
        ("skopeo copy docker://acme/web:1 docker://acme/other:1", 0),
        ("skopeo copy docker-archive:web.tar docker://acme/other:1", 1),
        ("oras copy acme/web:1 acme/other:1", 0),
        ("oras copy --from-oci-layout web:1 acme/other:1", 1),
        ("regctl image copy acme/web:1 acme/other:1", 0),
        ("regctl image copy ocidir://web acme/other:1", 1),
    ],
)
def test_an_image_that_is_only_moved_keeps_what_was_attested_of_it(run: str, expected: int) -> None:
    step = f"run: '{run}'"
    assert unsigned(step) == expected
    assert said({GITHUB: JOB + "    steps:\n" + LOGIN + f"      - {step}\n"}).count("TB601") == 1


@pytest.mark.parametrize(
    ("attest", "expected"), [("", 0), ('  attest = ["type=provenance,disabled=true"]\n', 1), ('  attest = ["type=sbom"]\n', 0)]
)
def test_a_bake_file_may_switch_the_attestation_off(attest: str, expected: int) -> None:
    bake = f'target "web" {{\n  output = ["type=registry"]\n  tags = ["acme/web"]\n{attest}}}\n'
    files = {GITHUB: JOB + "    steps:\n" + LOGIN + "      - run: docker buildx bake web\n", "docker-bake.hcl": bake}
    assert said(files).count("TB505") == expected


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ("slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@v2", 0),
        ("acme/flows/.github/workflows/scan.yml@v2", 1),
    ],
)
def test_who_attests_may_have_the_password_of_the_registry(uses: str, expected: int) -> None:
    handed = f"  two:\n    uses: {uses}\n    secrets: {{registry-password: '${{{{ secrets.HUB }}}}'}}\n"
    assert said({GITHUB: JOB + "    steps:\n" + LOGIN + IMAGE + handed}).count("TB101") == expected


@pytest.mark.parametrize(("more", "expected"), [("", 1), ("    with: {environment: pub.dev}\n", 0)])
def test_a_called_workflow_that_publishes_may_have_a_gate(more: str, expected: int) -> None:
    text = "on: {push: {tags: ['v*']}}\njobs:\n  one:\n    uses: dart-lang/setup-dart/.github/workflows/publish.yml@v1\n" + more
    assert said({GITHUB: text}).count("TB601") == expected


BARE = "      - {uses: docker/build-push-action@v6, with: {push: true, provenance: false, tags: acme/web}}\n"
COSIGN = "      - run: cosign sign --yes acme/web@$DIGEST\n"
ATTEST = "  after:\n    needs: NEED\n    runs-on: ubuntu-latest\n    steps:\n      - {uses: actions/attest-build-provenance@v3}\n"


def unproven(files: dict[str, str]) -> list[tuple[str, bool]]:
    """How bad TB608 is, and whether it speaks of a provenance."""
    return [(one.severity.word, "leaves out provenance" in one.message) for one in findings(files) if one.policy == "TB608"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", [("medium", True)]),
        (COSIGN, []),
        (COSIGN + "      - {run: npm publish --ignore-scripts, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}\n", [("medium", True)]),
        (ATTEST.replace("NEED", "one"), []),
        (ATTEST.replace("    needs: NEED\n", ""), [("medium", True)]),
    ],
    ids=["nothing else", "signed", "more than images", "attested by a later job", "attested by some job"],
)
def test_an_image_without_provenance_may_be_proven_otherwise(more: str, expected: list[tuple[str, bool]]) -> None:
    assert unproven({GITHUB: JOB + "    steps:\n" + LOGIN + BARE + more}) == expected


@pytest.mark.parametrize(("need", "expected"), [("image", []), ("other", [("medium", True)])])
def test_who_waits_for_the_caller_attests_what_the_called_job_pushes(need: str, expected: list[tuple[str, bool]]) -> None:
    image = JOB.replace("on: {push: {tags: ['v*']}}", "on: workflow_call") + "    steps:\n" + LOGIN + BARE
    outer = "on: {push: {tags: ['v*']}}\njobs:\n  image: {uses: ./.github/workflows/image.yml}\n  other: {runs-on: a, steps: []}\n"
    files = {".github/workflows/image.yml": image, GITHUB: outer + ATTEST.replace("NEED", need)}
    assert unproven(files) == expected


def test_signing_that_is_switched_off_is_worse_than_a_provenance() -> None:
    step = "      - {run: goreleaser release --clean --skip=sign, env: {GITHUB_TOKEN: '${{ secrets.PAT }}'}}\n"
    files = {GITHUB: JOB + "    steps:\n" + step + IMAGE}
    assert unproven(files) == [("high", False)]


PUBLISH = "      - run: ./release.sh\n"
RELEASE = {"release.sh": "#!/bin/sh\nnpm publish --ignore-scripts\n"}


@pytest.mark.parametrize(
    ("job", "steps", "expected"),
    [
        ("", PUBLISH, 0),
        ("    permissions: {pull-requests: write}\n", PUBLISH, 0),
        ("", PUBLISH.replace("./release.sh", "npm publish --ignore-scripts"), 1),
        ("", PUBLISH + "      - {uses: actions/setup-node@v4, with: {node-version: 22}}\n", 0),
        ("    permissions: {id-token: write}\n", PUBLISH, 1),
        ("    permissions: {packages: write}\n", PUBLISH, 1),
        ("    permissions: write-all\n", PUBLISH, 1),
        ("    env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}\n", PUBLISH, 1),
        ("    env: {NODE_AUTH_TOKEN: made-up}\n", PUBLISH, 1),
        ("", "      - {uses: acme/login@v1}\n" + PUBLISH, 1),
        ("", "      - {uses: ./.github/actions/login}\n" + PUBLISH, 1),
        ("", PUBLISH.replace("release.sh", "push.sh"), 1),
    ],
)
def test_who_holds_nothing_publishes_nothing(job: str, steps: str, expected: int) -> None:
    files = {GITHUB: JOB + job + "    steps:\n" + steps, "push.sh": "#!/bin/sh\ndocker push acme/web\n", **RELEASE}
    assert said(files).count("TB601") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (JOB, 0),
        (JOB.replace("ubuntu-latest", "[self-hosted, linux]"), 1),
        (JOB.replace("ubuntu-latest", "big-machine"), 1),
        (JOB.replace("on: {push: {tags: ['v*']}}", "on: workflow_call"), 1),
    ],
    ids=["hosted", "self-hosted", "unknown", "called"],
)
def test_a_machine_or_a_caller_may_bring_what_publishes(text: str, expected: int) -> None:
    assert said({GITHUB: text + "    steps:\n" + PUBLISH, **RELEASE}).count("TB601") == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("      - {uses: actions/attest-build-provenance@v3}\n", "TB401"),
        ("      - run: cosign sign-blob --yes --bundle a.bundle dist/a.whl\n", "TB401"),
        ("      - {run: cosign sign-blob --key env://COSIGN_KEY a.whl, env: {COSIGN_KEY: '${{ secrets.COSIGN }}'}}\n", "TB403"),
        ("", "TB403"),
    ],
    ids=["attests", "signs without a key", "signs with a key", "nothing else"],
)
def test_an_identity_that_attests_is_not_there_to_publish(step: str, expected: str) -> None:
    upload = "      - {run: twine upload dist/*, env: {TWINE_PASSWORD: '${{ secrets.PYPI }}'}}\n"
    files = {GITHUB: JOB + "    permissions: {id-token: write}\n    steps:\n" + step + upload}
    assert [one for one in said(files) if one in {"TB401", "TB403"}] == [expected]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("aws s3 cp endpoints.csv s3://acme-ci/endpoints.csv", 0),
        ("aws s3 cp contributors.svg s3://acme-static/docs/contributors.svg", 0),
        ("aws s3 sync build s3://acme-web --delete", 0),
        ("gsutil cp catalogue.json gs://acme-data/catalogue.json", 0),
        ("az storage blob upload -f picture.png -c pictures", 0),
        ("rclone copy public remote:acme-web", 0),
        ('aws s3 cp "$wheel" "s3://${BUCKET}/${S3_PATH}/$(basename "$wheel")"', 1),
        ("aws s3 sync out s3://acme-downloads", 1),
        ("aws s3 cp frontend s3://acme-static/web/v${{ inputs.version }} --recursive", 1),
        ("aws s3 cp web s3://acme-static/web/$TAG/web", 1),
        ("gsutil cp web-1.2.tgz gs://acme-web", 1),
        ("gsutil cp web gs://acme-release/web", 1),
        ("az storage blob upload -f web.msi -c web", 1),
        ("rclone copy packages remote:acme-apt", 1),
    ],
)
def test_a_bucket_holds_more_than_releases(run: str, expected: int) -> None:
    files = {GITHUB: JOB + "    steps:\n      - run: |\n          " + run + "\n"}
    found = [one.message for one in findings(files) if one.policy == "TB601"]
    assert (len(found), any("not checked" in message for message in found)) == (expected, False)


BY_HAND = "on: workflow_dispatch\njobs:\n  out:\n    runs-on: ubuntu-latest\n    steps:\n      - {run: npm publish --ignore-scripts, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}\n"
STARTS = "on: EVENT\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: gh workflow run out.yml\n"
CALLS = "on: EVENT\njobs:\n  one:\n    uses: ./.github/workflows/out.yml\n"
OTHER = "It is started by hand, or by the job one of .github/workflows/ci.yml."


def begun_by(files: dict[str, str]) -> list[tuple[str, str]]:
    """How bad TB601 is, and what it says of the start."""
    found = [one for one in findings(files) if one.policy == "TB601" and one.locations[0].path.endswith("out.yml")]
    return [(one.severity.word, one.message.partition("before it runs.")[2].strip()) for one in found]


@pytest.mark.parametrize(
    ("event", "job", "expected"),
    [
        ("{schedule: [{cron: 0 0 * * *}]}", "", ("medium", OTHER)),
        ("{push: {branches: [main]}}", "", ("medium", OTHER)),
        ("workflow_dispatch", "", ("low", "It is started by hand only.")),
        ("{push: {branches: [main]}}", "    environment: release\n", ("low", "It is started by hand only.")),
    ],
    ids=["timer", "push", "by hand", "gated"],
)
def test_a_workflow_that_another_one_starts_is_not_by_hand_only(event: str, job: str, expected: tuple[str, str]) -> None:
    starts = STARTS.replace("EVENT", event).replace("    steps:", f"{job}    steps:")
    assert begun_by({".github/workflows/out.yml": BY_HAND, GITHUB: starts}) == [expected]


@pytest.mark.parametrize(
    ("callers", "expected"),
    [
        (["workflow_dispatch"], ("low", "It is started by hand only.")),
        (["workflow_dispatch", "{schedule: [{cron: 0 0 * * *}]}"], ("medium", "")),
        ([], ("medium", "")),
    ],
    ids=["by hand", "by hand and timer", "nobody knows"],
)
def test_a_called_workflow_is_started_as_its_callers_are(callers: list[str], expected: tuple[str, str]) -> None:
    out = BY_HAND.replace("on: workflow_dispatch", "on: [workflow_dispatch, workflow_call]")
    others = {f".github/workflows/{number}.yml": CALLS.replace("EVENT", one) for number, one in enumerate(callers)}
    assert begun_by({".github/workflows/out.yml": out, **others}) == [expected]
