from __future__ import annotations

import pytest

from scanner.pipelines.commands import Command
from scanner.pipelines.definition import Text
from scanner.pipelines.shell import commands, position, variables


def argvs(text: str, shell: str = "bash") -> list[tuple[str, ...]]:
    return [one.argv for one in commands(text, shell)]


def only(text: str) -> Command:
    (one,) = commands(text)
    return one


def of(text: str, program: str) -> Command:
    return next(one for one in commands(text) if one.program == program)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("npm publish --tag next", [("npm", "publish", "--tag", "next")]),
        ("a; b && c || d & e", [("a",), ("b",), ("c",), ("d",), ("e",)]),
        ("npm \\\n  publish \\\n  --x", [("npm", "publish", "--x")]),
        ("a 'b c' \"d $E\" f\\ g 'x'\"y\"z", [("a", "b c", "d $E", "f g", "xyz")]),
        ('a "q\\"r" $\'s\\n\'', [("a", 'q"r', "s\n")]),
        ("if a; then b; elif c; then d; else e; fi", [("a",), ("b",), ("c",), ("d",), ("e",)]),
        ("for x in 1 2; do a $x; done; while ! b; do c; done", [("a", "$x"), ("b",), ("c",)]),
        ("case $X in a) b;; *) c;; esac", [("b",), ("c",)]),
        ("(cd x && a); { b; c; }", [("cd", "x"), ("a",), ("b",), ("c",)]),
        ("a --x=$(b c) `d`", [("a", "--x=$(b c)", "`d`"), ("b", "c"), ("d",)]),
        ("diff <(a) <(b)", [("diff", "<(a)", "<(b)"), ("a",), ("b",)]),
        ("export X=$(a) Y=2", [("export", "X=$(a)", "Y=2"), ("a",)]),
        ("# npm publish\necho '; npm publish'", [("echo", "; npm publish")]),
        ("cat <<EOF\nnpm publish\nEOF\na", [("cat",), ("a",)]),
        ("cat <<EOF | b | c\nx\nEOF\nd", [("cat",), ("b",), ("c",), ("d",)]),
        ("cat <<EOF > f && b || c\nx\nEOF", [("cat",), ("b",), ("c",)]),
        ("a\r\nb c\r\n", [("a",), ("b", "c")]),
        ("a > out b", [("a", "b")]),
        ("a $B:$C-x d", [("a", "$B:$C-x", "d")]),
        ("a $B/$C:${D}:$E-x $F-y", [("a", "$B/$C:${D}:$E-x", "$F-y")]),
        ("", []),
        ("é 'ü'; b", [("é", "ü"), ("b",)]),
    ],
)
def test_commands_are_those_that_the_shell_starts(text: str, expected: list[tuple[str, ...]]) -> None:
    assert argvs(text) == expected


@pytest.mark.parametrize(
    ("text", "argv", "wrappers"),
    [
        ("sudo -u me -E npm publish", ("npm", "publish"), ("sudo",)),
        ("env -i -u X npm publish", ("npm", "publish"), ("env",)),
        ("exec nice -n 5 nohup time npm publish", ("npm", "publish"), ("exec", "nice", "nohup", "time")),
        ("npx --yes -p x semantic-release@19 -d", ("semantic-release", "-d"), ("npx",)),
        ("npx @changesets/cli@2 publish", ("@changesets/cli", "publish"), ("npx",)),
        ("bunx np; ", ("np",), ("bunx",)),
        ("pnpm dlx np", ("np",), ("pnpm dlx",)),
        ("pnpm --filter a exec np", ("np",), ("pnpm exec",)),
        ("yarn dlx np", ("np",), ("yarn dlx",)),
        ("pipx run --spec twine==5 twine upload x", ("twine", "upload", "x"), ("pipx run",)),
        ("uvx --from build pyproject-build", ("pyproject-build",), ("uvx",)),
        ("uvx twine@6 upload", ("twine", "upload"), ("uvx",)),
        ("uv run --with twine --extra a -- python -m twine upload x", ("twine", "upload", "x"), ("uv run", "python -m")),
        ("uv --directory d run -m build", ("build",), ("uv run",)),
        ("python3.12 -Im build", ("build",), ("python -m",)),
        ("python -W error -m twine upload x", ("twine", "upload", "x"), ("python -m",)),
        ("poetry -C d run twine upload", ("twine", "upload"), ("poetry run",)),
        ("hatch run release:twine upload", ("twine", "upload"), ("hatch run",)),
        ("bundle exec gem push x", ("gem", "push", "x"), ("bundle exec",)),
        ("gem exec -g sigstore-cli sigstore-cli:0.2.2 sign x", ("sigstore-cli", "sign", "x"), ("gem exec",)),
        ("go run -tags x vuln.test/cmd/govulncheck@v1 ./...", ("vuln.test/cmd/govulncheck", "./..."), ("go run",)),
        ("docker run --rm $ARGS --pull never ${MORE[@]} -v a:b image rspec a", ("rspec", "a"), ("docker run",)),
        ("docker run $IMAGE rspec", ("rspec",), ("docker run",)),
        ("go tool golangci-lint run", ("golangci-lint", "run"), ("go tool",)),
        ("docker run --rm -it -v a:b --name=c img:1 npm publish", ("npm", "publish"), ("docker run",)),
        ("docker compose -f x run app npm publish", ("npm", "publish"), ("docker compose run",)),
        ("timeout -k 5 10m npm publish", ("npm", "publish"), ("timeout",)),
        ("xvfb-run -a -s '-x' npm t", ("npm", "t"), ("xvfb-run",)),
        ("java -Xmx1g -cp x -jar bin/jsign-7.4.jar --storepass a b.exe", ("bin/jsign-7.4.jar", "--storepass", "a", "b.exe"), ("java",)),
        ("java -jar tools/apksigner.jar sign a.apk", ("tools/apksigner.jar", "sign", "a.apk"), ("java",)),
        ("java -cp a.jar Main b", ("java", "-cp", "a.jar", "Main", "b"), ()),
        ("op run --env-file=x -- npm publish", ("npm", "publish"), ("op run",)),
        ("doppler run -p a -- npm publish", ("npm", "publish"), ("doppler run",)),
        ("infisical run --env=prod -- npm publish", ("npm", "publish"), ("infisical run",)),
        ("chamber exec a b -- npm publish", ("npm", "publish"), ("chamber exec",)),
        ("dotenv -e .env -- npm publish", ("npm", "publish"), ("dotenv",)),
        ("ls | xargs -n 1 -I{} npm publish {}", ("npm", "publish", "{}"), ("xargs",)),
        ("travis_retry npm publish", ("npm", "publish"), ("retry",)),
        ("retry -t 3 5 npm publish", ("npm", "publish"), ("retry",)),
        ("find . -name x -exec npm publish {} \\;", ("npm", "publish", "{}"), ("find -exec",)),
        ("bash -euo pipefail -c 'npm publish'", ("npm", "publish"), ("bash",)),
        ('sh -c "npm publish $X"', ("npm", "publish", "$X"), ("sh",)),
        ('eval "npm publish"', ("npm", "publish"), ("eval",)),
        ("bash <<'EOF'\nnpm publish\nEOF", ("npm", "publish"), ("bash",)),
        ("trap 'npm publish' EXIT", ("npm", "publish"), ("trap",)),
        ("time ruby -S bundle exec cucumber -f a", ("cucumber", "-f", "a"), ("time", "ruby -S", "bundle exec")),
        ("time $ruby -S bundle exec rake OPTS=$o test", ("rake", "OPTS=$o", "test"), ("time", "ruby -S", "bundle exec")),
        ("${PYTHON} -m pytest", ("pytest",), ("python -m",)),
        ("ruby -Ilib -rSet -S rspec", ("rspec",), ("ruby -S",)),
        ('dotnet coverage connect one "dotnet test a --no-build"', ("dotnet", "test", "a", "--no-build"), ("dotnet coverage connect",)),
        ("dotnet-coverage collect -f xml dotnet test a", ("dotnet", "test", "a"), ("dotnet-coverage collect",)),
        ("/usr/bin/env /usr/local/bin/npm publish", ("/usr/local/bin/npm", "publish"), ("env",)),
        ('run=()\n"${run[@]}" npm publish', ("npm", "publish"), ()),
        ('run=()\nif x; then run=(env A=b); fi\nexec uv run "${run[@]}" twine upload x', ("twine", "upload", "x"), ("exec", "uv run")),
        ('local run=(sudo -u me)\n"${run[@]}" npm publish', ("npm", "publish"), ()),
    ],
)
def test_what_only_starts_a_program_is_taken_off(text: str, argv: tuple[str, ...], wrappers: tuple[str, ...]) -> None:
    last = commands(text)[-1]
    assert (last.argv, last.wrappers) == (argv, wrappers)


@pytest.mark.parametrize(
    "text",
    [
        'run=(ssh host)\n"${run[@]}" npm publish',
        'run=()\nrun+=(ssh)\n"${run[@]}" npm publish',
        '"${run[@]}" npm publish',
        'run=()\n"${run[@]}"',
    ],
)
def test_an_array_that_may_be_a_program_is_the_program(text: str) -> None:
    assert commands(text)[-1].argv[0] == "${run[@]}"


@pytest.mark.parametrize(
    "text", ["sudo -l", "env", "docker run img", "npx", "uv sync", "python setup.py upload", "bash release.sh", "pnpm publish"]
)
def test_a_program_that_starts_nothing_is_the_command(text: str) -> None:
    assert only(text).argv == tuple(text.split())
    assert only(text).wrappers == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1 B=$X npm publish", (("A", "1"), ("B", "$X"))),
        ("env A=b cross-env C=d npm publish", (("A", "b"), ("C", "d"))),
        ("docker run -e T=$T --env=U=1 -e V img npm publish", (("T", "$T"), ("U", "1"))),
    ],
)
def test_variables_that_are_set_for_a_command_are_told(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert only(text).assigned == expected


def test_assignments_on_a_line_of_their_own_are_not_of_the_next_command() -> None:
    first, second = commands("A=1 B=2\nnpm publish")
    assert (first.argv, first.assigned) == ((), (("A", "1"), ("B", "2")))
    assert (second.argv, second.assigned, second.row) == (("npm", "publish"), (), 1)


@pytest.mark.parametrize(
    "text",
    [
        "npm publish || true",
        "npm publish || :",
        "npm publish || exit 0",
        "npm publish || echo failed",
        "npm publish | tee x || true",
        "npm publish && a || true",
        "npm publish || { echo no; }",
        "(npm publish) || true",
        "set +e\nnpm publish",
        "set +eux; npm publish",
        "set +o errexit\nnpm publish",
        "f() { npm publish; }\nf || true",
        "npm publish > x || true",
    ],
)
def test_a_failure_that_is_passed_over_is_forgiven(text: str) -> None:
    assert of(text, "npm").is_forgiven


@pytest.mark.parametrize(
    "text",
    [
        "npm publish",
        "npm publish || exit 1",
        "npm publish || { echo no; exit 1; }",
        "npm publish || a",
        "a || true; npm publish",
        "true || npm publish",
        "set +e\na\nset -e\nnpm publish",
        "f() { npm publish; }\nf || true\nf",
        "f() { set +e; a; }\nnpm publish",
    ],
)
def test_any_other_failure_is_not_forgiven(text: str) -> None:
    assert not of(text, "npm").is_forgiven


@pytest.mark.parametrize(
    ("text", "names", "fed"),
    [
        ('echo "$T" | docker login -u $U', ("T", "U"), ("echo", "$T")),
        ("echo $T | tee x | docker login", ("T",), ("tee", "x")),
        ("docker login <<< $T", ("T",), ()),
        ("docker login -u $U <<EOF\n$T\nEOF", ("U", "T"), ()),
        ("docker login <<'EOF'\n$T\nEOF", (), ()),
        ("cat <<EOF | docker login\n$T\nEOF", ("T",), ("cat",)),
        ("docker login < file", (), ()),
        ("{ echo $A; echo $T; } | docker login", ("A", "T"), ("echo", "$T")),
        ("echo $T | while read x; do docker login; done", ("T",), ("echo", "$T")),
    ],
)
def test_what_is_fed_into_a_command_is_its_own(text: str, names: tuple[str, ...], fed: tuple[str, ...]) -> None:
    one = of(text, "docker")
    assert (one.names, one.fed, one.has_input) == (names, fed, True)


@pytest.mark.parametrize(
    ("text", "writes"),
    [
        ("a > f", ("f",)),
        ("a >> $GITHUB_ENV 2>&1", ("$GITHUB_ENV",)),
        ("{ a; } >> f", ("f",)),
        ("a > /dev/null 2> err", ()),
        ("a &> f", ("f",)),
    ],
)
def test_files_that_output_goes_to_are_told(text: str, writes: tuple[str, ...]) -> None:
    assert of(text, "a").writes == writes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('retry() { local n=$1; shift; "$@"; }\nretry 5 npm publish', ("npm", "publish")),
        ('again() { until "$@"; do sleep 1; done; }\nagain npm publish', ("npm", "publish")),
        ('run() { eval "$*"; }\nrun npm publish', ("npm", "publish")),
        ('run() { local c=("$@"); "${c[@]}"; }\nrun npm publish', ("npm", "publish")),
        ('skip() { "${@:2}"; }\nskip x npm publish', ("npm", "publish")),
        ('n() { npm "$@"; }\nn publish', ("npm", "publish")),
        ('npm() { command npm "$@"; }\nnpm publish', ("npm", "publish")),
    ],
)
def test_a_function_that_passes_its_arguments_on_is_looked_through(text: str, expected: tuple[str, ...]) -> None:
    assert argvs(text)[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> out.txt", []),
        ("<<END", []),
        ("> out.txt && npm publish", [("npm", "publish")]),
        ("> out.txt | npm publish", [("npm", "publish")]),
        ("> $(npm publish)", [("npm", "publish")]),
        ("npm pack | > $(npm publish)", [("npm", "pack"), ("npm", "publish")]),
        ("if > out.txt; then npm publish; fi", [("npm", "publish")]),
    ],
)
def test_a_redirection_on_its_own_is_no_command_and_hides_none(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [command.argv for command in commands(text)] == expected


def test_a_call_of_a_function_is_no_command() -> None:
    (one,) = commands("release() { npm publish; }\nrelease --now")
    assert (one.argv, one.function) == (("npm", "publish"), "release")


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ('a "${{ secrets.X }}"', ("a", "${{ secrets.X }}")),
        ("a --t=${{ format('{0}\\n', secrets.X) }}/b", ("a", "--t=${{ format('{0}\\n', secrets.X) }}/b")),
        ("a << parameters.x >> b", ("a", "<< parameters.x >>", "b")),
        ("a $[[ inputs.x ]]", ("a", "$[[ inputs.x ]]")),
        ("{{.BIN}} b {{if .C}}-d{{end}}", ("{{.BIN}}", "b", "-d")),
        ("a $(Build.Id)", ("a", "$(Build.Id)")),
    ],
)
def test_expressions_of_a_ci_system_stay_as_they_are_written(text: str, argv: tuple[str, ...]) -> None:
    assert argvs(text)[0] == argv


def test_places_are_counted_in_characters() -> None:
    assert [(one.row, one.column) for one in commands("é=ü; a\n  ö b; sudo c")] == [(0, 0), (0, 5), (1, 2), (1, 12 - 5 + 5)]


def test_a_text_in_a_text_has_its_own_place() -> None:
    assert [(one.row, one.column) for one in commands("a; bash -c 'b\nc'")] == [(0, 0), (0, 12), (1, 0)]


@pytest.mark.parametrize(
    ("text", "shell", "expected"),
    [
        ("a $X ${Y:-z} ${#Z} $1 $@ $?\n$W", "bash", [("X", 0, 2), ("Y", 0, 5), ("Z", 0, 13), ("W", 1, 0)]),
        ("bash -c 'a $X'", "bash", [("X", 0, 11)]),
        ("a '$X'", "bash", []),
        ("a $env:X ${env:Y} $true", "pwsh", [("X", 0, 2), ("Y", 0, 9)]),
        ("a %X% !Y!", "cmd", [("X", 0, 2), ("Y", 0, 6)]),
        ("os.environ['X']; os.getenv(\"Y\")", "python", [("X", 0, 12), ("Y", 0, 28)]),
        ("process.env.X + process.env['Y']", "node", [("X", 0, 12), ("Y", 0, 29)]),
    ],
)
def test_variables_are_told_where_they_are_expanded(text: str, shell: str, expected: list[tuple[str, int, int]]) -> None:
    assert [(one.name, one.row, one.column) for one in variables(text, shell)] == expected


@pytest.mark.parametrize("shell", ["python", "node", "perl {0}"])
def test_another_language_has_no_commands(shell: str) -> None:
    assert commands("npm publish", shell) == ()


@pytest.mark.parametrize("shell", ["sh", "/bin/bash", "bash -l {0}", "BASH", ""])
def test_a_posix_shell_is_known_however_it_is_written(shell: str) -> None:
    assert argvs("npm publish", shell) == [("npm", "publish")]


@pytest.mark.parametrize(
    ("is_block", "row", "expected"),
    [(True, 0, (7, 12)), (True, 2, (9, 12)), (False, 0, (7, 12)), (False, 2, (7, 9))],
)
def test_places_of_a_text_are_places_of_its_file(is_block: bool, row: int, expected: tuple[int, int]) -> None:
    assert position(Text("a", 7, 9, is_block), row, 3) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "$(" * 50_000,
        "a|" * 50_000,
        "'" * 100_000,
        "bash -c '" * 20_000,
        "<<<:-`" * 10_000,
        "a=(" * 30_000,
        "f() " * 30_000,
        "))'" * 30_000,
        "sudo " * 100_000,
        "a <<A\n" * 20_000,
        "\0\ud800 $X",
        "find -exec " * 20_000,
        'f() { f "$@"; }; f f f f x',
    ],
)
def test_hostile_text_is_read_within_bounds(text: str) -> None:
    found = commands(text)
    assert len(found) <= 20_000
    assert sum(len(word) for one in found for word in one.argv) < 64 << 20


def test_the_number_of_commands_is_bounded() -> None:
    assert len(commands("a;" * 30_000)) == 20_000


def test_a_long_pipeline_is_read_to_its_end() -> None:
    assert len(commands("a | " * 200 + "b")) == 201


@pytest.mark.parametrize("text", ["<<EOT", "> out", "<<EOT\n", "< in > out"])
def test_what_is_redirected_without_a_command_is_none(text: str) -> None:
    assert argvs(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'echo "$TOKEN" | docker login --password-stdin',
        'if x; then echo "$TOKEN" | docker login --password-stdin && y; fi',
        'gpg --import <(echo "$TOKEN")',
        'login --with "$(echo "$TOKEN")"',
        'echo "$TOKEN" | base64 -d > key.gpg',
        'echo "$TOKEN" | base64 -d | gpg --import',
    ],
)
def test_what_goes_into_another_command_does_not_go_to_the_log(text: str) -> None:
    assert [command.is_captured for command in commands(text) if command.program == "echo"] == [True]


@pytest.mark.parametrize("text", ['echo "$TOKEN"', 'echo "$TOKEN" | base64', 'echo "$TOKEN" | rev | tee', 'x | echo "$TOKEN"'])
def test_what_another_command_only_shows_goes_to_the_log(text: str) -> None:
    assert [command.is_captured for command in commands(text) if command.program == "echo"] == [False]


def test_the_folder_of_a_program_may_be_in_a_variable() -> None:
    assert [command.program for command in commands("${PREFIX}twine upload dist/*\n$PREFIX/twine upload\n${TWINE} upload")] == [
        "twine",
        "twine",
        "${TWINE}",
    ]


@pytest.mark.parametrize("shell", ["nu {0}", "fish", "/usr/bin/elvish"])
def test_lines_of_another_shell_that_are_words_alone_are_commands(shell: str) -> None:
    text = "cd /opt\nlet a = (ls | length)\ngit push origin main\n  npm publish --tag next\ndef f [] {\n  $env.A = 'npm publish'\n}\n"
    assert [(command.argv, command.row) for command in commands(text, shell)] == [
        (("cd", "/opt"), 0),
        (("git", "push", "origin", "main"), 2),
        (("npm", "publish", "--tag", "next"), 3),
    ]
    assert commands(text, "perl {0}") == ()
