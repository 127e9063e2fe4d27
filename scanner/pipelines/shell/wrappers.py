"""Programs that only start another one, and which options they take."""

from __future__ import annotations

from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A program that starts another one."""

    words: tuple[str, ...]
    """Its name and sub-command; options may stand between them."""
    valued: frozenset[str] = frozenset()
    """Options whose value is the next word."""
    skipped: int = 0
    """Words of its own that are no options: a duration, an image."""
    after_dashes: bool = False
    """Whether the command stands behind `--` only."""
    assigns: bool = False
    """Whether `NAME=value` may stand before the command."""
    is_versioned: bool = False
    """Whether the command's name may carry a version: `np@8`, `twine==5`."""
    modules: frozenset[str] = frozenset()
    """Options whose value is the program: `-m`. Where there are any, nothing else is one, unless `is_runner`."""
    is_runner: bool = True
    """Whether a word that is no option is the program."""
    texts: frozenset[str] = frozenset()
    """Options whose value is text of a shell."""
    sets: frozenset[str] = frozenset()
    """Options whose value is `NAME=value`, a variable of the command."""
    strips: str = ""
    """What ends a prefix of the program's name that is no part of it."""
    numbers: bool = False
    """Whether numbers may stand before the command."""
    only: frozenset[str] = frozenset()
    """The programs that it starts, where it has sub-commands of its own."""
    takes_text: bool = False
    """Whether the command may be one word that is text of a shell."""
    joins: bool = False
    """Whether all words behind it are put together to one text of a shell."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CONTAINER = _set(
    "-a -c -e -h -l -m -p -u -v -w --add-host --annotation --blkio-weight --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --cpu-period"
    " --cpu-quota --cpu-shares --cpus --cpuset-cpus --cpuset-mems --device --dns --dns-search --domainname --entrypoint --env --env-file --expose"
    " --gpus --group-add --hostname --ip --ipc --label --label-file --link --log-driver --log-opt --mac-address --memory --memory-swap --mount"
    " --name --net --network --network-alias --pid --pids-limit --platform --publish --pull --restart --runtime --secret --security-opt --shm-size"
    " --stop-signal --storage-opt --sysctl --tmpfs --ulimit --user --userns --uts --volume --volumes-from --workdir"
)
_COMPOSE = _set("-f --file -p --project-name --profile --env-file --project-directory --context -H --host --config -l --log-level")
_UV = _set(
    "--with --with-editable --with-requirements --extra --group --only-group --no-group --no-extra --package --python -p --env-file --index"
    " --default-index --index-url -i --extra-index-url --find-links -f --directory --project --config-file --cache-dir --color --refresh-package"
    " --upgrade-package -P --reinstall-package --resolution --prerelease --exclude-newer --link-mode --index-strategy --keyring-provider"
    " -C --config-setting --no-build-package --no-binary-package --python-platform --from --constraint -c --overrides -w --isolated-with"
)
_NPX = _set("-p --package --workspace -w --prefix --registry --userconfig --cache --node-arg -n --loglevel --shell")
_PNPM = _set("-C --dir --filter -F --filter-prod --package --allow-build --loglevel --reporter --resume-from --workspace-concurrency")
_POETRY = _set("-C --directory -P --project")
_GO = _set(
    "-C -asmflags -buildmode -compiler -exec -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -o -overlay -p -pgo -pkgdir -tags"
)
_COVERAGE = _set(
    "-f --output-format -o --output -s --settings -id --session-id -l --log-file -ll --log-level -if --include-files -t --timeout"
)
_FOREACH = _set("-j --jobs --from --include --exclude --since")

WRAPPERS: tuple[Wrapper, ...] = (
    Wrapper(
        ("sudo",), _set("-u -g -h -p -C -D -R -r -t -T -U --user --group --host --prompt --chdir --close-from --role --type"), assigns=True
    ),
    Wrapper(("doas",), _set("-u -C")),
    Wrapper(("env",), _set("-u --unset -C --chdir"), assigns=True, texts=_set("-S --split-string")),
    Wrapper(("exec",), _set("-a")),
    Wrapper(("time",), _set("-f -o --format --output")),
    Wrapper(("gtime",), _set("-f -o --format --output")),
    *(
        Wrapper((name,))
        for name in ("command", "builtin", "nohup", "setsid", "unbuffer", "chronic", "coproc", "winpty", "noglob", "nocorrect")
    ),
    *(Wrapper((name,)) for name in ("tini", "dumb-init", "with-contenv", "fakeroot", "allexport", "wine", "mono")),
    Wrapper(("java",), _set("-cp -classpath --class-path -p --module-path --add-modules"), modules=_set("-jar"), is_runner=False),
    Wrapper(("nice",), _set("-n --adjustment")),
    Wrapper(("ionice",), _set("-c -n -p --class --classdata")),
    Wrapper(("stdbuf",), _set("-i -o -e --input --output --error")),
    Wrapper(("timeout",), _set("-s -k --signal --kill-after"), skipped=1),
    Wrapper(("gtimeout",), _set("-s -k --signal --kill-after"), skipped=1),
    Wrapper(("flock",), _set("-w --timeout --wait -E --conflict-exit-code"), skipped=1, texts=_set("-c --command")),
    Wrapper(("chroot",), _set("--userspec --groups"), skipped=1),
    Wrapper(("gosu",), skipped=1),
    Wrapper(("su-exec",), skipped=1),
    Wrapper(("su",), _set("-s --shell -g --group"), skipped=1, is_runner=False, texts=_set("-c --command")),
    Wrapper(("runuser",), _set("-g --group -s --shell -u --user"), texts=_set("-c --command")),
    Wrapper(("arch",), _set("-arch -e -d")),
    Wrapper(("caffeinate",), _set("-t -w")),
    Wrapper(("xvfb-run",), _set("-e -f -n -p -s -w --error-file --auth-file --server-num --xauth-protocol --server-args --wait")),
    Wrapper(("linter2cc",)),
    Wrapper(("xvfb-maybe",), _set("-e -f -n -p -s -w")),
    Wrapper(("dbus-run-session",), _set("--config-file --dbus-daemon")),
    Wrapper(
        ("xargs",),
        _set(
            "-a -d -E -I -L -n -P -s --arg-file --delimiter --max-lines --max-args --max-procs --max-chars --replace --process-slot-var -J -R -S"
        ),
    ),
    Wrapper(
        ("parallel",),
        _set("-j --jobs --retries --delay --timeout -N -n -a --arg-file --joblog --results --halt -S --colsep -I"),
        takes_text=True,
    ),
    *(
        Wrapper((name,), _set("-o -O +o +O --rcfile --init-file"), texts=_set("-c"), is_runner=False)
        for name in ("bash", "sh", "dash", "ash", "zsh", "ksh")
    ),
    Wrapper(("eval",), joins=True),
    Wrapper(("npx",), _NPX, is_versioned=True, texts=_set("-c --call")),
    Wrapper(("npm", "exec"), _NPX, is_versioned=True, texts=_set("-c --call")),
    Wrapper(("npm", "x"), _NPX, is_versioned=True, texts=_set("-c --call")),
    Wrapper(("bunx",), _set("-p --package"), is_versioned=True),
    Wrapper(("bun", "x"), _set("-p --package"), is_versioned=True),
    Wrapper(("pnpx",), _PNPM, is_versioned=True),
    Wrapper(("pnpm", "dlx"), _PNPM, is_versioned=True),
    Wrapper(("pnpm", "exec"), _PNPM),
    Wrapper(("yarn", "dlx"), _set("-p --package --cwd"), is_versioned=True),
    Wrapper(("yarn", "exec"), _set("--cwd")),
    Wrapper(("yarn", "workspaces", "foreach", "exec"), _FOREACH),
    Wrapper(("lerna", "exec"), after_dashes=True),
    Wrapper(("corepack",), is_versioned=True, only=_set("npm pnpm pnpx yarn yarnpkg")),
    Wrapper(
        ("pipx", "run"), _set("--spec --python --pip-args --index-url -i --path --with --backend --fetch-missing-python"), is_versioned=True
    ),
    Wrapper(("uvx",), _UV, is_versioned=True),
    Wrapper(("uv", "tool", "run"), _UV, is_versioned=True),
    Wrapper(("uv", "run"), _UV, modules=_set("-m --module")),
    Wrapper(("poetry", "run"), _POETRY),
    Wrapper(("pdm", "run"), _set("-p --project -c --config --venv -s --site-packages")),
    Wrapper(("hatch", "run"), _set("-e --env -p --project --data-dir --cache-dir --config"), strips=":"),
    Wrapper(("rye", "run"), _set("--pyproject")),
    Wrapper(("pipenv", "run"), _set("--python --pypi-mirror")),
    Wrapper(("pixi", "run"), _set("-e --environment --manifest-path -x --executable")),
    *(Wrapper((name, "run"), _set("-n --name -p --prefix --cwd")) for name in ("conda", "mamba", "micromamba")),
    Wrapper(("tox", "exec"), after_dashes=True),
    Wrapper(("bundle", "exec"), _set("--gemfile")),
    Wrapper(("gem", "exec"), _set("-v --version -g --gem"), is_versioned=True),
    Wrapper(("dotnet", "tool", "run")),
    *(Wrapper((*name, "connect"), _COVERAGE, skipped=1, joins=True) for name in (("dotnet", "coverage"), ("dotnet-coverage",))),
    *(Wrapper((*name, "collect"), _COVERAGE, joins=True) for name in (("dotnet", "coverage"), ("dotnet-coverage",))),
    Wrapper(("go", "run"), _GO, is_versioned=True),
    Wrapper(("go", "tool"), _set("-modfile -C")),
    Wrapper(("rbenv", "exec")),
    Wrapper(("pyenv", "exec")),
    Wrapper(("asdf", "exec")),
    Wrapper(("direnv", "exec"), skipped=1),
    Wrapper(("mise", "exec"), _set("-C --cd -j --jobs -E --env"), after_dashes=True, texts=_set("-c --command")),
    Wrapper(("mise", "x"), _set("-C --cd -j --jobs -E --env"), after_dashes=True, texts=_set("-c --command")),
    Wrapper(("devbox", "run"), _set("-c --config -e --env"), after_dashes=True),
    Wrapper(("nix", "develop"), skipped=8, is_runner=False, modules=_set("-c --command")),
    Wrapper(("nix", "shell"), skipped=32, is_runner=False, modules=_set("-c --command")),
    Wrapper(("nix-shell",), skipped=32, is_runner=False, texts=_set("--run --command")),
    *(Wrapper((engine, "run"), _CONTAINER, skipped=1, sets=_set("-e --env")) for engine in ("docker", "podman", "nerdctl")),
    *(Wrapper((engine, "container", "run"), _CONTAINER, skipped=1, sets=_set("-e --env")) for engine in ("docker", "podman", "nerdctl")),
    *(
        Wrapper((engine, "exec"), _set("-e --env --env-file -u --user -w --workdir --detach-keys"), skipped=1, sets=_set("-e --env"))
        for engine in ("docker", "podman", "nerdctl")
    ),
    *(
        Wrapper((*compose, verb), _CONTAINER | _COMPOSE | _set("--index"), skipped=1, sets=_set("-e --env"))
        for compose in (("docker", "compose"), ("docker-compose",), ("podman-compose",))
        for verb in ("run", "exec")
    ),
    Wrapper(("kubectl", "exec"), after_dashes=True),
    Wrapper(("dotenv",), _set("-e -f -c -v -p --file --quote"), after_dashes=True),
    Wrapper(("dotenv", "run"), _set("-f --file")),
    Wrapper(("dotenvx", "run"), _set("-f --env-file -e --env -fv --env-vault-file -fk --env-keys-file -l --log-level")),
    Wrapper(("env-cmd",), _set("-f --file -e --environments -r --rc-file")),
    Wrapper(("cross-env",), assigns=True),
    Wrapper(("cross-env-shell",), assigns=True, joins=True),
    Wrapper(("op", "run"), _set("--env-file --account --cache --config --environment"), after_dashes=True),
    Wrapper(
        ("doppler", "run"),
        _set(
            "-p --project -c --config -t --token --scope --mount --mount-template --mount-format --mount-max-reads --fallback --name-transformer"
        ),
        after_dashes=True,
        texts=_set("--command"),
    ),
    Wrapper(("infisical", "run"), _set("--env -e --path -p --projectId --token --tags -t"), after_dashes=True, texts=_set("--command -c")),
    Wrapper(("chamber", "exec"), after_dashes=True),
    Wrapper(("aws-vault", "exec"), after_dashes=True),
    Wrapper(("teller", "run"), after_dashes=True),
    Wrapper(("envconsul",), _set("-config -secret -prefix -log-level -kill-signal -vault-addr")),
    Wrapper(("summon",), _set("-f -p -D -e --environment --provider")),
    Wrapper(("envchain",), skipped=1),
    Wrapper(("sops", "exec-env"), skipped=1, joins=True),
    Wrapper(("with-env",), after_dashes=True),
)
"""Those that take the same options in one line, the longest names of each program first where that matters."""

PYTHON = Wrapper(("python -m",), _set("-W -X --check-hash-based-pycs -Q"), is_runner=False, modules=_set("-m"))
"""Any Python, which starts modules of others with `-m`."""
RUBY = Wrapper(("ruby -S",), _set("-I -r -C -E -W -x -K"), is_runner=False, modules=_set("-S"))
"""Any Ruby, which looks for programs with `-S`."""
RETRY = Wrapper(
    ("retry",),
    _set(
        "-t -n -d -s -m -r -x -i -u --times --tries --retries --attempts --max --max-attempts --max-retries --delay --sleep --wait --until"
        " --while --interval --timeout --backoff --on --fail --min --factor"
    ),
    numbers=True,
)
"""What tries a command again, whatever it is called."""
