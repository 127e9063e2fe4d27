"""Where a job pushes its images to, and which login is for it."""

from __future__ import annotations

import pytest

from scanner import hosts
from scanner.model import Act
from tests.support.pipelines import act, jobs, roles

HUB, GHCR, TTL, QUAY = (hosts.spell(one) for one in (hosts.DOCKER_HUB, hosts.GHCR, hosts.TTL, hosts.QUAY))
OWN = hosts.spell(hosts.GITLAB_REGISTRY)
HEAD = "on: push\nenv: {WIDE: 'localhost:5000'}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n"
HUB_LOGIN = "{uses: docker/login-action@v3, with: {username: a, password: '${{ secrets.HUB }}'}}"
GHCR_LOGIN = f"{{uses: docker/login-action@v3, with: {{registry: {GHCR}, username: a, password: '${{{{ secrets.GITHUB_TOKEN }}}}'}}}}"
META = "{{id: meta, uses: docker/metadata-action@v5, with: {{images: '{}'}}}}"
BUILD = "{{uses: docker/build-push-action@v6, with: {{push: true, tags: '{}'}}}}"


def pushed(*steps: str) -> Act:
    return act(jobs(HEAD + "".join(f"      - {step}\n" for step in steps))["one"], "publish")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("acme/web:1", (HUB,)),
        ("web", (HUB,)),
        (f"{GHCR}/acme/web", (GHCR,)),
        ("docker.io/acme/web", (HUB,)),
        ("registry.test:5000/acme/web", ("registry.test",)),
        ("localhost:5000/web", ("localhost",)),
        ("127.0.0.1:5000/web", ("localhost",)),
        ("kind-registry:5000/web", ("localhost",)),
        ("k3d.localhost:5000/web", ("localhost",)),
        ("${{ env.WIDE }}/web", ("localhost",)),
        ("$WIDE/web", ("localhost",)),
        ("${WIDE}/web:$TAG", ("localhost",)),
        ("$ELSEWHERE/web", ()),
        ("$(make name)", ()),
        ("${{ github.repository }}", (HUB,)),
        ("${{ inputs.image }}", ()),
    ],
)
def test_the_host_in_the_name_of_an_image(image: str, expected: tuple[str, ...]) -> None:
    assert pushed(f"run: docker push {image}").hosts == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((META.format(f"{GHCR}/acme/web"), BUILD.format("${{ steps.meta.outputs.tags }}")), (GHCR,)),
        ((META.format(f"name={GHCR}/a/b,enable=true"), BUILD.format("${{ steps.meta.outputs.tags }}")), (GHCR,)),
        ((META.format(f"a/b,{QUAY}/a/b"), BUILD.format("${{ steps.meta.outputs.tags }}")), (HUB, QUAY)),
        ((BUILD.format("${{ steps.meta.outputs.tags }}"),), ()),
        (("{id: n, run: 'echo image=localhost:5000/web >> $GITHUB_OUTPUT'}", BUILD.format("${{ steps.n.outputs.image }}")), ("localhost",)),
        (("run: echo IMAGE=localhost:5000/web >> $GITHUB_ENV", BUILD.format("${{ env.IMAGE }}")), ("localhost",)),
        (("run: IMAGE=localhost:5000/web; docker push $IMAGE",), ("localhost",)),
        (("run: export IMAGE=localhost:5000/web && docker push $IMAGE",), ("localhost",)),
        (("run: IMAGE=localhost:5000/web", "run: docker push $IMAGE"), ()),
        ((f"{{uses: docker/build-push-action@v6, with: {{outputs: 'type=image,name={QUAY}/a/b,push=true'}}}}",), (QUAY,)),
        (("run: docker compose push web",), ()),
        (("run: local=localhost:5000/web; docker push $local",), ("localhost",)),
        (("run: web=${web}/web; docker push $web",), ()),
        (("run: crane append -t localhost:5000/web -f a.tar",), ("localhost",)),
        (("run: crane append --new_tag acme/web -f a.tar",), (HUB,)),
        (("run: crane mutate $MADE",), ()),
    ],
)
def test_a_name_is_led_back_to_where_it_is_made(steps: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert pushed(*steps).hosts == expected


@pytest.mark.parametrize(
    ("tags", "status", "tier"),
    [
        ("localhost:5000/web", "rehearsal", "test"),
        ("localhost:5000/web,acme/web", "set", "public"),
        (f"{TTL}/web:1h", "set", "test"),
        ("acme/web", "set", "public"),
        ("${{ inputs.image }}", "set", "public"),
    ],
)
def test_what_goes_nowhere_is_a_rehearsal_and_what_is_thrown_away_a_test(tags: str, status: str, tier: str) -> None:
    job = jobs(HEAD + f"      - {BUILD.format(tags)}\n")["one"]
    assert (roles(job)["publish"], act(job, "publish").tier) == (status, tier)


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("run: docker push localhost:5000/web", "rehearsal"),
        ("run: docker push acme/web", "set"),
        ("run: docker pull acme/web", "set"),
        ("{run: docker push localhost:5000/web, env: {TOKEN: '${{ secrets.TOKEN }}'}}", "set"),
    ],
)
def test_an_image_goes_where_all_others_go_when_the_job_holds_nothing(first: str, status: str) -> None:
    job = jobs(HEAD + f"      - {first}\n      - run: docker push $(make name)\n")["one"]
    assert roles(job)["publish"] == status


@pytest.mark.parametrize(
    ("steps", "takes", "job_token"),
    [
        ((HUB_LOGIN, GHCR_LOGIN, BUILD.format(f"{GHCR}/a/b")), (), True),
        ((GHCR_LOGIN, HUB_LOGIN, BUILD.format(f"{GHCR}/a/b")), (), True),
        ((HUB_LOGIN, GHCR_LOGIN, BUILD.format("a/b")), ("HUB",), False),
        ((HUB_LOGIN, GHCR_LOGIN, BUILD.format(f"a/b,{GHCR}/a/b")), ("HUB",), False),
        ((HUB_LOGIN, GHCR_LOGIN, BUILD.format("${{ inputs.image }}")), ("HUB",), False),
        ((HUB_LOGIN, BUILD.format(f"{GHCR}/a/b")), (), False),
        (("run: docker login -u a -p ${{ secrets.Q }} $WHERE", BUILD.format(f"{GHCR}/a/b")), ("Q",), False),
        (("run: docker login -u a -p ${{ secrets.Q }} " + QUAY, HUB_LOGIN, BUILD.format(f"{QUAY}/a/b")), ("Q",), False),
    ],
)
def test_a_push_takes_the_login_of_its_registry(steps: tuple[str, ...], takes: tuple[str, ...], job_token: bool) -> None:
    found = pushed(*steps)
    assert (found.takes, found.uses_job_token) == (takes, job_token)


def test_gitlab_says_what_its_own_registry_is_called() -> None:
    script = '["docker login -u $CI_REGISTRY_USER -p $CI_REGISTRY_PASSWORD $CI_REGISTRY", "docker push $CI_REGISTRY_IMAGE/web"]'
    found = act(jobs({".gitlab-ci.yml": f"one:\n  script: {script}\n"})["one"], "publish")
    assert (found.hosts, found.takes, found.uses_job_token) == ((OWN,), (), True)


@pytest.mark.parametrize("push", ["${{ github.event_name != 'pull_request' }}", "${{ startsWith(github.ref, 'refs/tags/') }}", "true"])
def test_a_push_that_depends_on_what_started_the_job_is_one(push: str) -> None:
    step = BUILD.format("acme/web").replace("push: true", f'push: "{push}"')
    assert roles(jobs(HEAD + f"      - {step}\n")["one"])["publish"] == "set"


@pytest.mark.parametrize(
    ("place", "expected"), [(f"oci://{GHCR}/charts", (GHCR,)), ("oci://localhost:5000/x", ("localhost",)), ("museum", ())]
)
def test_a_chart_goes_to_an_address(place: str, expected: tuple[str, ...]) -> None:
    assert pushed(f"run: helm push web.tgz {place}").hosts == expected
