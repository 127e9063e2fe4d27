from __future__ import annotations

import pytest

from scanner import hosts
from scanner.errors import UnreadableError
from scanner.pipelines import is_read
from scanner.pipelines.scripts import READERS, is_shell, reader_of
from scanner.pipelines.scripts.nouns import ScriptFile
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.shell import commands


def read(path: str, text: str) -> ScriptFile:
    reader = reader_of(path)
    assert reader is not None
    return reader.read(path, text.encode())


def texts(path: str, text: str) -> dict[str, list[str]]:
    return {target.name: [one.value for one in target.texts] for target in read(path, text).targets}


def parts(path: str, text: str) -> list[tuple[str, str | None, str, int]]:
    return [(one.role, one.target, one.evidence, one.line) for one in read(path, text).parts]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("bin/release.sh", "shell"),
        ("x.ps1", "powershell"),
        ("x.CMD", "batch"),
        ("a/GNUmakefile", "make"),
        ("rules.mk", "make"),
        ("pnpm-workspace.yaml", "settings"),
        ("src/build.cake", "cake"),
        ("src/build.cs", "cake"),
        ("tasks/spec.rake", "rake"),
        ("ci/all.just", "just"),
        ("justfile", "just"),
        ("Taskfile.yml", "taskfile"),
        ("web/package.json", "npm_script"),
        ("tox.ini", "tox"),
        ("pyproject.toml", "tox"),
        ("noxfile.py", "nox"),
        ("Rakefile", "rake"),
        ("app/build.gradle.kts", "gradle"),
        ("pom.xml", "maven"),
        (".goreleaser.yaml", "goreleaser"),
        (".releaserc.json", "semantic_release"),
        ("fastlane/Fastfile", "fastlane"),
        ("Earthfile", "earthly"),
        ("a/Dockerfile.dev", "docker"),
        ("docker-bake.hcl", "bake"),
        ("rakelib/gems.rake", "rake"),
        (".npmrc", "settings"),
        (".changeset/config.json", "settings"),
        (".cargo/config.toml", "settings"),
    ],
)
def test_a_file_is_known_by_its_path(path: str, kind: str) -> None:
    reader = reader_of(path)
    assert reader is not None
    assert reader.type == kind
    assert is_read(path)


@pytest.mark.parametrize("path", ["README.md", "makefile.txt", "package.json.bak", "src/main.py", "config.json"])
def test_any_other_file_is_none(path: str) -> None:
    assert reader_of(path) is None


@pytest.mark.parametrize(
    ("data", "expected"), [(b"#!/bin/sh\n", True), (b"#!/usr/bin/env bash\n", True), (b"#!/usr/bin/python\n", False), (b"sh", False)]
)
def test_a_shebang_tells_a_script(data: bytes, expected: bool) -> None:
    assert is_shell(data) is expected


def test_a_makefile_has_targets_with_recipes() -> None:
    text = "REG := example.test\nall: build\nrelease: all  lint | dir\n\t@npm publish $(TAG) \\\n\t  --x\n\t-$(MAKE) sign IMG=$(REG)/a\n\techo $$X\n"
    found = read("Makefile", text)
    assert texts("Makefile", text) == {
        "all": [],
        "release": ["npm publish ${TAG} \\\n  --x", "make sign IMG=example.test/a || true", "echo $X"],
    }
    assert found.default == "all"
    release = found.targets[1]
    assert (release.needs, release.line, release.texts[0].line, release.texts[0].column) == (("all", "lint", "dir"), 3, 4, 3)


def test_one_shell_makes_a_recipe_one_text() -> None:
    assert texts("Makefile", ".ONESHELL:\na:\n\tb\n\tc\n")["a"] == ["b\nc"]


def test_a_justfile_has_recipes() -> None:
    text = (
        "x := 'y'\n\nrelease v: build (test 'a')\n    @npm publish {{v}}\n    gem push\n\nbuild:\n    #!/usr/bin/env bash\n    a\n    b\n"
    )
    assert texts("justfile", text) == {"release": ["npm publish {{v}}", "gem push"], "build": ["#!/usr/bin/env bash\na\nb"]}
    assert read("justfile", text).targets[0].needs == ("build", "test")


def test_a_taskfile_has_tasks() -> None:
    text = "version: 3\nenv:\n  A: b\ntasks:\n  release:\n    deps: [build]\n    cmds:\n      - npm publish\n      - task: sign\n      - cmd: gem push\n  build: go build\n"
    found = read("Taskfile.yml", text)
    assert texts("Taskfile.yml", text) == {"release": ["npm publish", "gem push"], "build": ["go build"]}
    assert found.targets[0].needs == ("build", "sign")
    assert [one.name for one in found.targets[0].env] == ["A"]


def test_a_package_has_scripts_hooks_and_facts() -> None:
    url = f"https://{hosts.spell(hosts.NPM)}/"
    text = f'{{"name": "a", "private": true, "scripts": {{"prerelease": "a", "release": "npm publish", "postrelease": "b"}},\n "publishConfig": {{"provenance": false, "registry": "{url}"}}}}'
    found = read("package.json", text)
    assert texts("package.json", text) == {"prerelease": ["a"], "release": ["npm publish"], "postrelease": ["b"]}
    assert found.targets[1].needs == ("prerelease", "postrelease")
    assert found.facts == (("provenance", "false"), ("registry", "public"), ("private", "true"))


def test_semantic_release_publishes_by_its_plugins() -> None:
    text = 'plugins:\n  - "@semantic-release/github"\n  - ["@semantic-release/npm", {npmPublish: false}]\n  - ["@semantic-release/exec", {publishCmd: "gem push"}]\n'
    assert parts(".releaserc", text) == [("release_page", None, "semantic-release @semantic-release/github", 2)]
    assert texts(".releaserc", text) == {"publishCmd": ["gem push"]}


def test_semantic_release_has_plugins_by_itself() -> None:
    assert [one[:2] for one in parts(".releaserc", "branches: [main]")] == [("publish", "npm"), ("release_page", None)]


def test_tox_has_environments() -> None:
    text = "[tox]\nenvlist = a\n[testenv:release]\nsetenv =\n    A = b\ncommands =\n    python -m build\n    - twine upload \\\n      dist/*\n    {envpython} -m x {env:Y}\n"
    assert texts("tox.ini", text) == {"release": ["python -m build", "twine upload \\\ndist/* || true", "python -m x ${Y}"]}
    assert [(one.name, one.value) for one in read("tox.ini", text).targets[0].env] == [("A", "b")]


def test_tox_stands_in_a_project_file_too() -> None:
    text = '[tool.tox.env.release]\ncommands = [["twine", "upload", "dist/*"]]\n[tool.pdm.scripts]\nrel = "gem push"\n'
    assert texts("pyproject.toml", text) == {"release": ["twine upload dist/*"], "rel": ["gem push"]}


def test_nox_has_sessions_and_none_is_run() -> None:
    text = "import nox\nraise SystemExit\n@nox.session(name='rel', python='3')\ndef release(session):\n    session.install('twine')\n    if x:\n        session.run('twine', 'upload', 'a b')\n"
    assert texts("noxfile.py", text) == {"rel": ["pip install twine", "twine upload 'a b'"]}


def test_what_make_sets_for_one_target_is_a_variable_of_it_and_no_need() -> None:
    text = "image: export ARGS := --load\nimage: OTHER := $(X)\nall: image\nimage: build\n\tdocker build $(ARGS) .\n"
    file = read("Makefile", text)
    (image,) = (target for target in file.targets if target.name == "image")
    assert ([(one.name, one.value) for one in image.env], image.needs, file.default) == ([("ARGS", "--load")], ("build",), "all")


BAKE = """
variable "IMAGE" {
  default = "acme/web"
}
group "default" {
  targets = ["web"]
}
target "_base" {
  output = [{ type = "registry" }]
  tags = ["${IMAGE}:base"]
}
target "web" {
  inherits = ["_base"]
  tags = ["${IMAGE}:${TAG}", x ? "a" : ""]
}
target "local" {
  inherits = ["_base"]
  output = ["type=docker"]
}
target "cached" {
  cache-to = ["type=registry,ref=a"]
}
"""


def test_bake_has_targets_that_push_and_others() -> None:
    assert texts("docker-bake.hcl", BAKE) == {
        "default": [],
        "_base": ["docker buildx build --output type=registry --tag acme/web:base"],
        "web": ["docker buildx build --output type=registry --tag acme/web:${TAG} --tag a"],
        "local": [],
        "cached": [],
    }
    assert read("docker-bake.hcl", BAKE).targets[0].needs == ("web",)


def test_rake_has_tasks() -> None:
    text = "namespace :gem do\n  task :push => [:build, 'test'] do\n    sh \"gem push x\"\n  end\nend\n"
    assert texts("Rakefile", text) == {"gem:push": ["gem push x"]}
    assert read("Rakefile", text).targets[0].needs == ("build", "test")


def test_a_rake_task_needs_those_of_its_own_namespace_first() -> None:
    text = "task build: :clean do\nend\nnamespace :gem do\n  task :build do\n  end\n  task push: [:build, :clean] do\n  end\nend\n"
    assert {target.name: target.needs for target in read("Rakefile", text).targets} == {
        "build": ("clean",),
        "gem:build": (),
        "gem:push": ("gem:build", "clean"),
    }


def test_fastlane_has_lanes_and_actions() -> None:
    text = "lane :beta do\n  match(type: 'x')\n  sh('npm publish')\n  upload_to_testflight\nend\n"
    assert texts("fastlane/Fastfile", text) == {"beta": ["npm publish"]}
    assert parts("fastlane/Fastfile", text) == [
        ("sign", None, "fastlane match", 2),
        ("publish", "appstore", "fastlane upload_to_testflight", 4),
    ]


def test_gradle_has_blocks() -> None:
    text = 'plugins {}\npublishing {\n  password = System.getenv("OSSRH_PASSWORD")\n}\nsigning {\n}\n'
    assert parts("build.gradle.kts", text) == [("publish", "maven", "publishing", 2), ("sign", None, "signing", 5)]
    assert read("build.gradle.kts", text).parts[0].sinks == ("OSSRH_PASSWORD",)


def test_maven_has_where_it_deploys_and_what_signs() -> None:
    text = "<project><distributionManagement><repository>\n<url>https://repo.example.test/x</url></repository></distributionManagement>\n<build><plugins><plugin><artifactId>maven-gpg-plugin</artifactId></plugin></plugins></build></project>"
    assert parts("pom.xml", text) == [("publish", "maven", "distributionManagement", 1), ("sign", None, "maven-gpg-plugin", 3)]
    assert read("pom.xml", text).facts == (("registry", "private"),)


def test_goreleaser_has_parts_that_no_command_names() -> None:
    text = "before:\n  hooks: [go mod tidy]\nsigns:\n  - cmd: cosign\n    args: [sign-blob, '{{ .Env.KEY }}']\nbrews:\n  - name: x\ndockers:\n  - skip_push: true\nrelease:\n  disable: true\n"
    assert parts(".goreleaser.yml", text) == [("sign", None, "goreleaser signs", 4), ("publish", "homebrew", "goreleaser brews", 7)]
    assert texts(".goreleaser.yml", text) == {"before": ["go mod tidy"], "signs": ["cosign sign-blob {{ .Env.KEY }}"]}
    assert [(one.name, one.line) for one in read(".goreleaser.yml", text).mentions] == [("KEY", 5)]


def test_a_dockerfile_runs_commands_and_names_tokens() -> None:
    text = 'FROM a\nARG NPM_TOKEN\nENV PATH=x\nRUN --mount=type=secret,id=npm npm ci \\\n  && npm publish\nRUN ["gem", "push"]\n'
    assert texts("Dockerfile", text) == {"": ["npm ci \\\n  && npm publish", "'gem' 'push'"]}
    assert [(one.name, one.line) for one in read("Dockerfile", text).mentions] == [("NPM_TOKEN", 2), ("npm", 4)]


HERE = """\
FROM node
RUN <<EOF
npm ci
npm publish
EOF
RUN --mount=type=secret,id=npm <<-"END" bash
\tset -e
\ttwine upload dist/*
\tEND
COPY <<EOF /x.sh
RUN cargo publish
EOF
RUN cat <<A > a && <<B sh -s
RUN gem push
A
helm push x y
B
RUN <<EOT
#!/usr/bin/env python3
print("npm publish")
EOT
"""


def test_here_documents_are_scripts_or_what_a_command_is_fed() -> None:
    (target,) = read("Dockerfile", HERE).targets
    run = [
        ([word for command in commands(text.value, text.shell) for word in command.argv[:2]], text.line, text.shell)
        for text in target.texts
    ]
    assert run == [
        (["npm", "ci", "npm", "publish"], 3, "bash"),
        (["set", "-e", "twine", "upload"], 6, "bash"),
        (["cat"], 13, "bash"),
        (["helm", "push"], 15, "bash"),
        ([], 19, "python"),
    ]


@pytest.mark.parametrize("first", ['echo "a <<EOF b"', "cat <<EOF", "echo $((1 <<EOF ))", "cat <<<EOF", "['sh', '<<EOF']", "# <<EOF"])
def test_what_is_no_here_document_hides_nothing(first: str) -> None:
    (target,) = read("Dockerfile", f"FROM x\nRUN {first}\nRUN npm publish\n").targets
    assert target.texts[-1].value == "npm publish"


def test_markers_without_number_are_not_followed() -> None:
    text = "RUN " + " ".join(f"<<E{number}" for number in range(5_000)) + " cat\n" + "RUN <<X\n" * 19_000
    assert len(read("Dockerfile", text).targets[0].texts) == 2_000


def test_an_earthfile_has_targets() -> None:
    text = "VERSION 0.8\nbuild:\n  RUN go build\nrelease:\n  BUILD +build\n  RUN --push --secret TOKEN npm publish\n"
    assert texts("Earthfile", text) == {"build": ["go build"], "release": ["npm publish"]}
    assert read("Earthfile", text).targets[-1].needs == ("build",)


@pytest.mark.parametrize(
    ("path", "text", "names", "facts"),
    [
        (
            ".npmrc",
            "//host/:_authToken=${NPM_TOKEN}\nprovenance=false\nstrict-ssl=false\n",
            ["NPM_TOKEN"],
            (("provenance", "false"), ("strict-ssl", "false")),
        ),
        (".npmrc", "@a:registry=https://npm.example.test/\nignore-scripts=true", [], (("registry", "private"), ("ignore-scripts", "true"))),
        (".yarnrc.yml", 'npmAuthToken: "${T:-}"\nenableScripts: false\n', ["T"], (("ignore-scripts", "true"),)),
        ("settings.xml", "<password>${env.MAVEN_PASSWORD}</password><x>${project.y}</x>", ["MAVEN_PASSWORD"], ()),
        ("NuGet.Config", '<add key="ClearTextPassword" value="%NUGET_KEY%" />', ["NUGET_KEY"], ()),
        ("gradle.properties", "signing.keyId=x\norg.gradle.jvmargs=y", ["signing.keyId"], ()),
    ],
)
def test_settings_name_variables_and_switch_protections(path: str, text: str, names: list[str], facts: tuple[tuple[str, str], ...]) -> None:
    found = read(path, text)
    assert ([one.name for one in found.mentions], found.facts) == (names, facts)


HOSTILE = (
    b"",
    b"\0\xff\xfe",
    b"{" * 50_000,
    b"[" * 50_000,
    b"a:\n\tb\n" * 20_000,
    b"<a>" * 50_000,
    b"x = [" * 20_000,
    b"(" * 50_000,
    b"\n" * 100_000,
    b'{"scripts": [1], "tasks": 3, "plugins": {"a": [[]]}}',
    b"a \\\n" * 30_000,
)


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("reader", READERS, ids=lambda one: f"{one.type}")
def test_hostile_files_are_values_or_unreadable(reader: ScriptReader, data: bytes) -> None:
    try:
        found = reader.read("x", data)
    except UnreadableError:
        return
    assert len(found.targets) <= 2_001


def test_tasks_that_libraries_define() -> None:
    text = (
        "RSpec::Core::RakeTask.new(:integration)\nRake::TestTask.new do |t|\nend\nRuboCop::RakeTask.new 'style'\n"
        'Rake::ExtensionTask.new("acme_http")\n# RSpec::Core::RakeTask.new(:old)\n'
    )
    assert texts("Rakefile", text) == {"integration": ["rspec"], "test": ["minitest"], "style": ["rubocop"], "compile": ["make"]}


def test_the_name_of_a_task_ends_before_its_needs() -> None:
    text = "task release: :prepare do\n  sh 'gem push a.gem'\nend\ntask :prepare\ntask \"docs:check\"\n"
    assert [(one.name, one.needs) for one in read("Rakefile", text).targets] == [
        ("release", ("prepare",)),
        ("prepare", ()),
        ("docs:check", ()),
    ]
