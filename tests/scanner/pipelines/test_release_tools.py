"""What settings of the repository say of the release tool that a job runs."""

from __future__ import annotations

import pytest

from tests.support.pipelines import WORKFLOW, jobs, pipelines, roles

RELEASED = frozenset({"publish", "release_page", "write_source", "sign", "deploy", "notify"})
PACKAGE = '{"name": "web", "version": "1.0.0"}'
PRIVATE = '{"name": "web", "private": true}'


def job(step: str) -> str:
    return f"on: push\njobs:\n  one:\n    runs-on: self-hosted\n    steps:\n      - {step}\n"


def done(step: str, files: dict[str, str]) -> dict[str, str]:
    """The roles of a job of one step that a release may have."""
    found = roles(jobs({WORKFLOW: job(step), **files})["one"])
    return {role: status for role, status in found.items() if role in RELEASED}


@pytest.mark.parametrize(
    ("command", "files", "expected"),
    [
        ("npx release-it", {}, {"publish": "set", "write_source": "set"}),
        ("npx release-it", {"package.json": PACKAGE, ".release-it.json": "{}"}, {"publish": "set", "write_source": "set"}),
        ("npx release-it", {".release-it.json": '{"npm": {"publish": false}}'}, {"write_source": "set"}),
        ("yarn release-it", {".release-it.json": '{"npm": false, "git": {"push": false}}'}, {}),
        (
            "npx release-it",
            {".release-it.json": '{"npm": false, "github": {"release": true}}'},
            {"write_source": "set", "release_page": "set"},
        ),
        (
            "npx release-it -d",
            {".release-it.json": '{"github": {"release": true}}'},
            dict.fromkeys(("publish", "write_source", "release_page"), "rehearsal"),
        ),
        ("npx release-it", {".release-it.yaml": "npm:\n  publish: false\n"}, {"write_source": "set"}),
        ("npx release-it", {".release-it.toml": "npm.publish = false\n"}, {"write_source": "set"}),
        ("npx release-it", {".release-it.ts": "export default {\n  npm: { publish: false },\n};\n"}, {"write_source": "set"}),
        (
            "npx release-it",
            {".release-it.ts": "export default {\n  // npm: { publish: false },\n};\n"},
            {"publish": "set", "write_source": "set"},
        ),
        ("npx release-it", {"package.json": '{"name": "a", "release-it": {"npm": {"publish": false}}}'}, {"write_source": "set"}),
        ("npx release-it", {"package.json": PRIVATE}, {"write_source": "set"}),
        (
            "npx release-it",
            {"package.json": PRIVATE, ".release-it.json": '{"npm": {"publishPath": "dist"}}'},
            {"publish": "set", "write_source": "set"},
        ),
        ("npx release-it --config ci.json", {".release-it.json": '{"npm": false}'}, {"publish": "set", "write_source": "set"}),
        ("npm run out", {"package.json": '{"scripts": {"out": "release-it"}, "release-it": {"npm": false}}'}, {"write_source": "set"}),
        ("npx semantic-release", {"package.json": PACKAGE}, {"publish": "set", "release_page": "set"}),
        ("npx semantic-release", {"package.json": PRIVATE}, {"release_page": "set"}),
        ("npx semantic-release", {".releaserc": "plugins: ['@semantic-release/github']"}, {"release_page": "set"}),
        ("npx semantic-release", {".releaserc": "plugins: [['@semantic-release/npm', {npmPublish: false}]]"}, {}),
        ("npx semantic-release", {".releaserc": "publish: [{path: '@semantic-release/github'}]"}, {"release_page": "set"}),
        ("npx semantic-release", {".releaserc": "extends: acme"}, {"publish": "set", "release_page": "set"}),
        (
            "npx semantic-release",
            {".releaserc": "plugins: [['@semantic-release/exec', {publishCmd: 'twine upload dist/*'}]]"},
            {"publish": "set"},
        ),
        (
            "npx semantic-release",
            {"package.json": '{"name": "a", "release": {"plugins": ["@semantic-release/gitlab"]}}'},
            {"release_page": "set"},
        ),
        (
            "npx semantic-release",
            {"release.config.js": "module.exports = {plugins: ['@semantic-release/github']};"},
            {"release_page": "set"},
        ),
        (
            "npx semantic-release",
            {"release.config.js": "module.exports = {...base, plugins: ['@semantic-release/github']};"},
            {"publish": "set", "release_page": "set"},
        ),
        ("npx np", {"package.json": PACKAGE}, {"publish": "set", "write_source": "set"}),
        ("npx np", {"package.json": '{"name": "a", "np": {"publish": false}}'}, {"write_source": "set"}),
        ("npx np", {".np-config.js": "module.exports = {publish: false};"}, {"write_source": "set"}),
        ("npx auto shipit", {"package.json": PACKAGE}, {"publish": "set", "release_page": "set"}),
        ("npx auto shipit", {".autorc": '{"plugins": ["git-tag", ["slack", {}]]}'}, {"release_page": "set", "notify": "set"}),
        ("npx auto shipit", {"package.json": '{"name": "a", "auto": {"plugins": ["npm"]}}'}, {"publish": "set", "release_page": "set"}),
        ("npx lerna version", {}, {"write_source": "set"}),
        ("npx lerna version", {"lerna.json": '{"command": {"version": {"push": false}}}'}, {}),
        ("npx lerna publish", {"package.json": PRIVATE, "packages/a/package.json": PACKAGE}, {"publish": "set", "write_source": "set"}),
        ("npx lerna publish", {"package.json": PRIVATE, "packages/a/package.json": PRIVATE}, {"write_source": "set"}),
        ("npx changeset publish", {"package.json": PRIVATE, "docs/package.json": "{}"}, {}),
        ("npx changeset publish", {"package.json": PRIVATE, "a/package.json": PACKAGE}, {"publish": "set"}),
        ("npm publish", {"package.json": PACKAGE}, {"publish": "set"}),
        ("npm publish", {"package.json": PRIVATE}, {"publish": "suspected"}),
        ("npm publish ./dist", {"package.json": PRIVATE}, {"publish": "set"}),
        ("npm publish -w a", {"package.json": PRIVATE}, {"publish": "set"}),
        ("pnpm -r publish", {"package.json": PRIVATE}, {"publish": "set"}),
        ("cd dist && npm publish", {"package.json": PRIVATE}, {"publish": "set"}),
        ("goreleaser check", {".goreleaser.yml": "brews: [{name: a}]"}, {}),
        ("goreleaser build", {".goreleaser.yml": "brews: [{name: a}]"}, {}),
        ("goreleaser release", {".goreleaser.yml": "brews: [{name: a}]"}, {"publish": "set", "release_page": "set"}),
        ("goreleaser release", {".goreleaser.yml": "signs: [{cmd: gpg}]\nrelease: {disable: true}"}, {"sign": "set"}),
        ("goreleaser release -f ci.yaml", {".goreleaser.yml": "brews: [{name: a}]"}, {"release_page": "set"}),
        ("goreleaser release --snapshot", {".goreleaser.yml": "brews: [{name: a}]"}, {"publish": "rehearsal", "release_page": "rehearsal"}),
        ("goreleaser release ${{ inputs.try && '--snapshot' || '' }}", {}, {"release_page": "set"}),
    ],
)
def test_settings_say_what_a_release_tool_does(command: str, files: dict[str, str], expected: dict[str, str]) -> None:
    assert done(f"run: {command}", files) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("uses: goreleaser/goreleaser-action@v7, with: {args: release --clean}", {"publish": "set", "release_page": "set"}),
        (
            "uses: goreleaser/goreleaser-action@v7, with: {args: release --clean --snapshot}",
            {"publish": "rehearsal", "release_page": "rehearsal"},
        ),
        (
            "uses: goreleaser/goreleaser-action@v7, with: {args: release --skip publish}",
            {"publish": "rehearsal", "release_page": "rehearsal"},
        ),
        (
            "uses: goreleaser/goreleaser-action@v7, with: {args: \"release ${{ inputs.try && '--snapshot' || '' }}\"}",
            {"publish": "set", "release_page": "set"},
        ),
        (
            "uses: goreleaser/goreleaser-action@v7, with: {args: \"${{ inputs.try && 'release --snapshot' || 'release' }}\"}",
            {"publish": "set", "release_page": "set"},
        ),
        ("uses: goreleaser/goreleaser-action@v7, with: {args: release -f .goreleaser-other.yml}", {"release_page": "set", "sign": "set"}),
        ("uses: goreleaser/goreleaser-action@v7, with: {args: release, workdir: cli}", {"release_page": "set", "notify": "set"}),
        ("uses: goreleaser/goreleaser-action@v7, with: {args: check}", {}),
        ("uses: cycjimmy/semantic-release-action@v4", {"release_page": "set"}),
    ],
)
def test_an_action_that_is_a_release_tool_has_its_settings(step: str, expected: dict[str, str]) -> None:
    files = {
        ".goreleaser.yaml": "dockers: [{image_templates: [acme/web]}]\n",
        ".goreleaser-other.yml": "signs: [{cmd: gpg}]\n",
        "cli/.goreleaser.yml": "announce: {slack: {enabled: true}}\n",
        ".releaserc.json": '{"plugins": ["@semantic-release/github"]}',
    }
    assert done(f"{{{step}}}", files) == expected


def test_a_rehearsal_beside_a_release_makes_it_none() -> None:
    text = job("{uses: goreleaser/goreleaser-action@v7, with: {args: release}}") + "      - run: ./goreleaser release --snapshot\n"
    found = jobs({WORKFLOW: text, ".goreleaser.yml": "dockers: [{use: buildx}]\nsigns: [{cmd: cosign}]\n"})["one"]
    assert {role: status for role, status in roles(found).items() if role in RELEASED} == dict.fromkeys(
        ("publish", "release_page", "sign"), "set"
    )


def test_what_settings_keep_a_tool_from_is_no_way_to_release_by_hand() -> None:
    found = pipelines({"package.json": '{"name": "a", "scripts": {"out": "release-it"}, "release-it": {"npm": false}}'}).scripts
    assert [act.role for script in found for act in script.acts] == []


def test_a_part_takes_the_variables_that_it_names() -> None:
    settings = "homebrew_casks: [{repository: {owner: acme, token: '{{ .Env.TAP }}'}}]\naurs: [{name: a}]\n"
    step = "{uses: goreleaser/goreleaser-action@v7, with: {args: release}, env: {TAP: '${{ secrets.BOT }}', AUR_KEY: '${{ secrets.AUR }}'}}"
    found = jobs({WORKFLOW: job(step), ".goreleaser.yml": settings})["one"]
    assert [(act.target, act.takes) for act in found.acts if act.role == "publish"] == [("homebrew", ("BOT",)), ("aur", ("AUR",))]


def test_the_variables_of_a_tool_are_not_those_of_its_hooks() -> None:
    step = "{uses: goreleaser/goreleaser-action@v7, with: {args: release}, env: {SNAPCRAFT_STORE_CREDENTIALS: '${{ secrets.SNAP }}'}}"
    assert done(step[1:-1].join("{}"), {".goreleaser.yml": "before: {hooks: [./man.sh]}\n"}) == {"release_page": "set"}


@pytest.mark.parametrize(("part", "keyless"), [("npms", True), ("dockers", True), ("brews", None), ("krews", None)])
def test_an_identity_token_opens_only_what_takes_it(part: str, keyless: bool | None) -> None:
    text = job("run: goreleaser release").replace("    steps:", "    permissions: {id-token: write}\n    steps:")
    (found,) = (act for act in jobs({WORKFLOW: text, ".goreleaser.yml": f"{part}: [{{name: a}}]"})["one"].acts if act.role == "publish")
    assert found.is_keyless is keyless
