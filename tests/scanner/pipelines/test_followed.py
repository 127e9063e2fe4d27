"""What jobs of whole repositories lead to: targets, tasks and Bake files, tokens, flags, clusters of their own and calls of calls."""

from __future__ import annotations

import pytest

from tests.support.pipelines import WORKFLOW, act, jobs, roles, workflow


@pytest.mark.parametrize(
    ("token", "status"),
    [("${{ secrets.GITHUB_TOKEN }}", None), ("${{ github.token }}", None), ("${{ secrets.BOT || github.token }}", "set")],
)
def test_the_jobs_own_token_says_nothing_of_a_script_that_nobody_can_read(token: str, status: str | None) -> None:
    job = jobs(workflow(f"{{run: python tools/comment.py, env: {{GH_TOKEN: '{token}'}}}}"))["release"]
    assert roles(job).get("write_source") == status


@pytest.mark.parametrize(
    ("env", "command", "expected"),
    [
        ("CR_TOKEN: '${{ github.token }}'", "cr index --push", (True, ())),
        ("CR_TOKEN: '${{ secrets.GITHUB_TOKEN }}', GH_TOKEN: '${{ secrets.BOT }}'", "cr index --push", (True, ())),
        ("CR_TOKEN: '${{ secrets.BOT || github.token }}'", "cr index --push", (False, ("BOT",))),
        ("CR_TOKEN: '${{ secrets.BOT }}'", "cr index --push", (False, ("BOT",))),
        ("GH_TOKEN: '${{ github.token }}'", "cr index --push", (False, ())),
        ("CR_TOKEN: '${{ github.token }}'", "cr index --push --token $OTHER", (False, ())),
        ("NPM_TOKEN: '${{ secrets.NPM }}', NODE_AUTH_TOKEN: '${{ github.token }}'", "npm publish", (False, ("NPM",))),
    ],
)
def test_a_script_takes_the_jobs_own_token_out_of_the_environment_of_its_step(
    env: str, command: str, expected: tuple[bool, object]
) -> None:
    script = f'again() {{\n  local times="$1"; shift\n  "$@"\n}}\nmain() {{\n  again 5 {command}\n}}\nmain "$@"\n'
    files = {WORKFLOW: workflow(f"{{run: scripts/go.sh, env: {{{env}}}}}"), "scripts/go.sh": f"#!/bin/bash\n{script}"}
    found = act(jobs(files)["release"], "publish")
    assert (found.uses_job_token, found.takes) == expected


@pytest.mark.parametrize("path", ["Rakefile", "rakelib/gems.rake", "lib/tasks/gems.rake", "tasks/gems.rake"])
def test_a_rake_task_is_read_where_rake_loads_it_from(path: str) -> None:
    rakefile = {"Rakefile": "task default: :test\n"}
    files = rakefile | {
        WORKFLOW: workflow("run: bundle exec rake gems:release[v1]", job="    permissions: {id-token: write}\n"),
        path: "namespace :gems do\n  task build: [] do\n    sh 'gem build x.gemspec'\n  end\n  task release: [:build] do\n    sh 'gem push x.gem'\n  end\nend\n",
    }
    found = jobs(files)["release"]
    assert {role: roles(found).get(role) for role in ("publish", "package")} == {"publish": "set", "package": "set"}
    assert act(found, "publish").script == path


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ("--push", "set"),
        ("--progress plain --push", "set"),
        ("--load", "rehearsal"),
        ("${{ inputs.flags }}", "suspected"),
        ("push", "suspected"),
    ],
)
def test_flags_that_a_variable_of_the_step_holds(flags: str, status: str) -> None:
    files = {
        WORKFLOW: workflow(f"{{run: 'make image-nightly-${{REF##*/}}', env: {{ARGS: '{flags}'}}}}", top="on: push"),
        "Makefile": "image-%: image-base\n\tdocker buildx build $(ARGS) -t acme/web:$* .\n",
    }
    assert roles(jobs(files)["release"])["publish"] == status


def test_a_target_of_make_hands_its_own_variables_to_what_it_makes() -> None:
    files = {
        WORKFLOW: workflow("run: make local", top="on: push"),
        "Makefile": "image-%:\n\tdocker buildx build $(ARGS) .\nlocal: export ARGS := --load\nlocal:\n\t$(MAKE) image-latest\n",
    }
    assert roles(jobs(files)["release"])["publish"] == "rehearsal"


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ("run: docker buildx bake", "set"),
        ("run: docker buildx bake other", "suspected"),
        ("run: docker buildx bake --load", "suspected"),
        ("{uses: docker/bake-action@v7, with: {targets: 'other,web'}}", "set"),
        ("{uses: docker/bake-action@v7, with: {targets: other}}", "suspected"),
        ("{uses: docker/bake-action@v7, with: {files: none.hcl}}", "suspected"),
        ("{uses: docker/bake-action@v7, with: {set: '*.output=type=docker'}}", "suspected"),
    ],
)
def test_a_bake_file_says_what_is_pushed(step: str, status: str) -> None:
    bake = 'group "default" {\n  targets = ["web"]\n}\ntarget "web" {\n  output = ["type=registry"]\n}\ntarget "other" {\n}\n'
    found = jobs({WORKFLOW: workflow(step), "docker-bake.hcl": bake})["release"]
    assert roles(found)["publish"] == status


@pytest.mark.parametrize(
    ("cache", "is_shared"), [('[{ type = "gha", scope = x }]', True), ('["type=gha"]', True), ('["type=registry,ref=a/b"]', False)]
)
def test_a_bake_file_says_from_which_cache_its_layers_come(cache: str, is_shared: bool) -> None:
    base = f'target "base" {{\n  cache-from = {cache}\n}}\n'
    bake = f'{base}target "web" {{\n  inherits = ["base"]\n  output = ["type=registry"]\n}}\n'
    found = jobs({WORKFLOW: workflow("run: docker buildx bake web"), "docker-bake.hcl": bake})["release"]
    assert [(one.family, one.pattern) for one in found.remarks if one.family == "cache"] == ([("cache", "image")] if is_shared else [])


KIND = "uses: helm/kind-action@v1"
APPLY = "run: kubectl apply -f all.yml"


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ((KIND, APPLY), "rehearsal"),
        (("run: kind create cluster && helm upgrade a b",), "rehearsal"),
        ((APPLY, KIND), "set"),
        ((KIND, "{run: kubectl apply -f all.yml, env: {KUBECONFIG: '${{ secrets.KUBE }}'}}"), "set"),
        ((KIND, "uses: azure/login@v2", APPLY), "set"),
    ],
)
def test_what_goes_to_a_cluster_of_the_jobs_own_is_a_rehearsal(steps: tuple[str, ...], status: str) -> None:
    found = jobs(workflow(*steps))["release"]
    assert roles(found)["deploy"] == status
    assert "local_cluster" not in roles(found)


@pytest.mark.parametrize(("event", "trust"), [("pull_request", "contributor"), ("workflow_dispatch", "maintainer")])
def test_the_trust_of_a_called_job_is_that_of_whoever_began_all_the_calls(event: str, trust: str) -> None:
    calls = "jobs:\n  {}:\n    uses: ./.github/workflows/{}.yml\n"
    files = {
        WORKFLOW: f"on: {event}\n" + calls.format("one", "two"),
        ".github/workflows/two.yml": "on: workflow_call\n" + calls.format("two", "three"),
        ".github/workflows/three.yml": "on: workflow_call\njobs:\n  three:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n",
    }
    found = jobs(files)
    assert {name: found[name].trigger_trust for name in ("one", "two", "three")} == dict.fromkeys(("one", "two", "three"), trust)


def test_a_token_that_a_login_trades_for_is_made_of_none_of_its_inputs() -> None:
    text = workflow(
        "{uses: NuGet/login@v1, id: login, with: {user: '${{ secrets.USER }}'}}",
        "{run: dotnet nuget push a.nupkg, env: {NUGET_API_KEY: '${{ steps.login.outputs.NUGET_API_KEY }}'}}",
        job="    permissions: {id-token: write}\n",
    )
    found = act(jobs(text)["release"], "publish")
    assert (found.takes, found.is_keyless) == ((), True)


def test_a_login_that_a_script_of_the_same_step_makes_counts_wherever_it_stands() -> None:
    files = {
        WORKFLOW: workflow("run: ./build.sh", "{run: ./build.sh, env: {HUB: '${{ secrets.HUB }}'}}"),
        "build.sh": "#!/bin/sh\n./login.sh\ndocker push acme/web\n",
        "login.sh": "#!/bin/sh\necho $HUB | docker login -u acme --password-stdin\n",
    }
    assert [one.takes for one in jobs(files)["release"].acts if one.role == "publish" and one.target == "container"] == [(), ("HUB",)]


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("dotnet make publish --key=${{ secrets.NUGET_API_KEY }}", "set"),
        ("dotnet make test --key=${{ secrets.NUGET_API_KEY }}", "suspected"),
        ("dotnet make publish --key=${{ secrets.OTHER }}", "suspected"),
        ("echo publish ${{ secrets.NUGET_API_KEY }}", "suspected"),
        ("./ship --key=${{ secrets.NUGET_API_KEY }}", "set"),
    ],
)
def test_a_task_that_nobody_can_read_is_told_by_its_name_and_what_it_is_handed(command: str, status: str) -> None:
    assert roles(jobs(workflow(f"run: {command}"))["release"])["publish"] == status


@pytest.mark.parametrize(
    ("head", "takes"), [("", ("NPM_TOKEN",)), ("variables: {NPM_TOKEN: none}\n", ()), ("variables: [{group: release}]\n", ("NPM_TOKEN",))]
)
def test_a_secret_of_azure_that_no_file_sets_is_one_of_the_project(head: str, takes: tuple[str, ...]) -> None:
    text = f"trigger: [main]\n{head}steps:\n  - script: npm publish\n    env: {{NODE_AUTH_TOKEN: $(NPM_TOKEN)}}\n"
    (job,) = jobs({"azure-pipelines.yml": text}).values()
    assert act(job, "publish").takes == takes


@pytest.mark.parametrize(
    "step",
    [
        "pwsh: dotnet nuget push a.nupkg --api-key $(NuGetApiKey)",
        "{task: DotNetCoreCLI@2, inputs: {command: custom, custom: nuget, arguments: push a.nupkg --api-key $(NuGetApiKey)}}",
        "{task: NuGetCommand@2, inputs: {command: custom, arguments: push a.nupkg -ApiKey $(NuGetApiKey)}}",
    ],
)
def test_words_of_a_command_that_azure_puts_together(step: str) -> None:
    (job,) = jobs({"azure-pipelines.yml": f"trigger: [main]\nsteps:\n  - {step}\n"}).values()
    assert (act(job, "publish").target, act(job, "publish").takes) == ("nuget", ("NuGetApiKey",))


@pytest.mark.parametrize(
    "include", ["include mk/images.mk", "-include mk/*.mk", "DIR := mk\ninclude none.mk $(DIR)/images.mk", "include mk/all.mk"]
)
def test_targets_that_a_makefile_includes_are_its_own(include: str) -> None:
    files = {
        WORKFLOW: workflow("run: make push"),
        "Makefile": f"{include}\npush: image\n",
        "mk/all.mk": "include mk/images.mk mk/all.mk\n",
        "mk/images.mk": "TAG = 1\nimage:\n\tdocker push acme/web:$(TAG)\n",
    }
    found = act(jobs(files)["release"], "publish")
    assert (found.at.path, found.at.line) == ("mk/images.mk", 3)
