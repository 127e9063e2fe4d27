"""Programs of JavaScript and TypeScript that jobs run: what they call, and what they take from other files."""

from __future__ import annotations

import json

import pytest

from scanner.model import Reason
from tests.support.pipelines import WORKFLOW, jobs, pipelines, roles

FILES = {
    "package.json": json.dumps({"name": "x", "scripts": {"ship": "tsx scripts/ship.ts", "build": "node scripts/tool.mjs build"}}),
    "scripts/ship.ts": (
        "import { $ } from 'zx'\nconst $$ = $({ stdio: 'inherit' })\n\nasync function main(tag?: string) {\n"
        "  const dryRun = process.env.DRY === 'true'\n"
        "  await $$`pnpm -r publish --tag ${tag} ${dryRun ? ['--dry-run'] : []}`\n}\n\nmain(process.argv[2]).catch(() => process.exit(1))\n"
    ),
    "scripts/release.mjs": (
        "import { publish as go, pretend } from './lib/util.js'\nimport * as others from './others'\n"
        "async function main() {\n  if (args.dryRun) {\n    pretend()\n  } else {\n    await go()\n  }\n  others.tag()\n}\nmain()\n"
    ),
    "scripts/lib/util.ts": (
        "import { execa } from 'execa'\n"
        "const run = (bin: string, args: string[], opts = {}) => execa(bin, args, { stdio: 'inherit', ...opts })\n"
        "export async function publish(): Promise<void> {\n  await run('npm', ['publish', '--access', 'public'])\n}\n"
        "export const pretend = async () => {\n  await run('twine', ['upload', 'dist/*'])\n}\n"
        "export function unused() {\n  run('gem', ['push', 'a.gem'])\n}\n"
    ),
    "scripts/others/index.js": (
        "const cp = require('node:child_process');\n"
        "module.exports = {\n  tag() { cp.execSync(`git push origin ${process.env.TAG}`) },\n  other() { cp.spawnSync('cargo', ['publish']) },\n};\n"
    ),
    "scripts/quiet.js": "console.log('npm publish');\n/npm publish/.exec(x);\nspawn(program, ['publish']);\nexecSync('npm ' + what);\n",
    "scripts/told.js": (
        "const args = parse(process.argv);\nfunction publish() { execSync('npm publish') }\n"
        "if (args.publish) publish();\nif (!args.dryRun) { execSync('gem push a.gem') }\n"
    ),
    "scripts/tools.cjs": (
        "const { promisify } = require('util');\nconst { exec } = require('child_process');\nconst execAsync = promisify(exec);\n"
        "const files = ['a'];\nconst words = ['upload', ...files].filter(Boolean);\n"
        "execAsync('npm run lint' + ' -- --fix');\nrequire('cross-spawn').sync('x');\nexecFileSync('twine', words);\n"
    ),
    "scripts/deno.ts": "await new Deno.Command('cargo', { args: ['publish'] }).output()\n",
    "scripts/bun.ts": "Bun.spawnSync(['docker', 'push', 'a/b'])\n",
    "scripts/shelljs.js": "const sh = require('shelljs')\nsh.exec('npm test')\n",
    "scripts/nx.mts": "import { releasePublish, releaseVersion } from 'nx/release';\nawait releaseVersion({});\nawait releasePublish({ dryRun: false });\n",
    "scripts/octokit.js": "await octokit.rest.repos.createRelease({ tag_name: 'v1' });\n",
    "scripts/barrel.js": "import { deploy } from './lib/index.js'\ndeploy()\n",
    "scripts/lib/index.js": "export * from './deploy.js'\nexport { nothing } from './util'\n",
    "scripts/lib/deploy.js": "export default function start() { $`twine upload x` }\nexport const deploy = () => $`vsce publish`\n",
}


def done(command: str, files: dict[str, str] = FILES) -> list[tuple[str, str | None, float, str, int | None]]:
    """What a command comes to in programs of JavaScript."""
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    acts = jobs({**files, WORKFLOW: text})["ci"].acts
    return sorted((act.role, act.target, act.weight, act.at.path, act.at.line) for act in acts if act.script)


@pytest.mark.parametrize(
    "command",
    [
        "pnpm run ship v1",
        "npx tsx scripts/ship.ts",
        "tsx ./scripts/ship",
        "bun scripts/ship.ts",
        "deno run -A scripts/ship.ts",
        "zx scripts/ship.ts",
    ],
)
def test_templates_that_run_commands_are_what_a_program_does(command: str) -> None:
    assert done(command) == [("publish", "npm", 0.9, "scripts/ship.ts", 6)]


def test_functions_are_followed_into_the_files_that_they_come_from() -> None:
    expected = [
        ("publish", "npm", 0.9, "scripts/lib/util.ts", 4),
        ("publish", "pypi", 0.5, "scripts/lib/util.ts", 7),
        ("write_source", "forge", 0.9, "scripts/others/index.js", 3),
    ]
    assert done("node --import tsx scripts/release.mjs --yes") == expected
    assert done("./scripts/release.mjs") == expected


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("tools.cjs", {"lint": "set", "publish": "set"}),
        ("deno.ts", {"publish": "set"}),
        ("bun.ts", {"publish": "set"}),
        ("shelljs.js", {"test": "set"}),
        ("nx.mts", {"publish": "set"}),
        ("octokit.js", {"release_page": "set"}),
        ("barrel.js", {"publish": "set"}),
        ("quiet.js", dict[str, str]()),
    ],
)
def test_calls_that_stand_in_plain_sight_are_what_a_program_does(program: str, expected: dict[str, str]) -> None:
    package = json.dumps({"name": "x", "scripts": {"lint": "eslint ."}})
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: node scripts/{program}}}\n"
    assert roles(jobs({**FILES, "package.json": package, WORKFLOW: text})["ci"]) == expected


def test_what_is_handed_on_by_default_is_not_what_was_asked_for() -> None:
    assert [(target, path) for _, target, _, path, _ in done("node scripts/barrel.js")] == [("vscode", "scripts/lib/deploy.js")]


def test_what_only_a_flag_asks_for_is_not_certain_and_what_a_dry_run_leaves_out_is() -> None:
    assert done("node scripts/told.js") == [
        ("publish", "npm", 0.5, "scripts/told.js", 2),
        ("publish", "rubygems", 0.9, "scripts/told.js", 4),
    ]


def test_a_program_that_also_calls_others_is_still_one_nobody_can_read() -> None:
    step = "{run: node scripts/x.js, env: {NPM_TOKEN: '${{ secrets.X }}'}}"
    files = {"scripts/x.js": "execSync('git describe'); upload();\n", WORKFLOW: f"on: push\njobs:\n  ci:\n    steps:\n      - {step}\n"}
    assert [(act.role, act.target) for act in jobs(files)["ci"].acts] == [("publish", "npm")]


def test_yarn_itself_is_not_looked_into() -> None:
    files = {
        ".yarn/releases/yarn-4.1.0.cjs": "x" * (1 << 19),
        WORKFLOW: "on: push\njobs: {a: {steps: [{run: node .yarn/releases/yarn-4.1.0.cjs test}]}}\n",
    }
    assert pipelines(files).unread == ()


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("x" * (1 << 19), Reason.TOO_LARGE),
        ("a<b," * 3_000, Reason.TOO_LARGE),
        ("}{)(;" * 8_000, Reason.TOO_LARGE),
        ("function f() { f() }\n" * 20_000, Reason.TOO_LARGE),
    ],
    ids=["long", "types", "broken", "names"],
)
def test_programs_that_cost_too_much_are_said(program: str, reason: Reason) -> None:
    found = pipelines({"x.ts": program, WORKFLOW: "on: push\njobs: {a: {steps: [{run: tsx x.ts}]}}\n"})
    assert [(one.path, one.reason) for one in found.unread] == [("x.ts", reason)]


def test_programs_that_take_each_other_are_read_each_once() -> None:
    files = {f"p{place}.js": f"import './p{(place + 1) % 3}.js'\nexecSync('npm publish')\n" for place in range(3)}
    assert [path for _, _, _, path, _ in done("node p0.js", files)] == ["p0.js", "p1.js", "p2.js"]
