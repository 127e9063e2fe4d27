"""Where people's machines keep publishing credentials and keys: the catalogue, as data.

One row is one place below a home directory. `*` stands for any part of one name, a last `**` for every file below. A trailing `*`
catches what editors and people leave behind (`.npmrc.bak`). Names are those of the tools' own documentation for Linux, macOS and
Windows; all of them are looked for everywhere, since homes are copied between machines.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Zone
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One place: the first row that reaches a file speaks for it."""

    pattern: str
    tool: str
    format: str
    zone: Zone


def _rows(tool: str, format_: str, zone: Zone, *patterns: str) -> Iterator[Row]:
    return (Row(pattern, tool, format_, zone) for pattern in patterns)


_DOTFILE = Zone.WORKSTATION_DOTFILE
_SHELL = Zone.WORKSTATION_SHELL
_KEYSTORE = Zone.WORKSTATION_KEYSTORE

CATALOGUE: tuple[Row, ...] = (
    *_rows(
        "npm",
        "npmrc",
        _DOTFILE,
        ".npmrc*",
        ".config/npm/npmrc",
        ".local/etc/npmrc",
        ".npm-global/etc/npmrc",
        ".nvm/versions/node/*/etc/npmrc",
        "AppData/Roaming/npm/etc/npmrc",
    ),
    *_rows(
        "pnpm",
        "npmrc",
        _DOTFILE,
        ".config/pnpm/rc",
        ".config/pnpm/auth.ini",
        "Library/Preferences/pnpm/rc",
        "Library/Preferences/pnpm/auth.ini",
        "AppData/Local/pnpm/config/rc",
        "AppData/Local/pnpm/config/auth.ini",
    ),
    *_rows("yarn", "yaml", _DOTFILE, ".yarnrc.yml*"),
    *_rows("yarn", "lines", _DOTFILE, ".yarnrc"),
    *_rows("pip", "ini", _DOTFILE, ".pypirc*"),
    *_rows("netrc", "netrc", _DOTFILE, ".netrc*", "_netrc*", ".authinfo*"),
    *_rows("git", "lines", _DOTFILE, ".git-credentials*", ".config/git/credentials"),
    *_rows("git", "gitconfig", _DOTFILE, ".gitconfig*", ".config/git/config"),
    *_rows(
        "gh",
        "yaml",
        _DOTFILE,
        ".config/gh/hosts.yml",
        "Library/Application Support/gh/hosts.yml",
        "AppData/Roaming/GitHub CLI/hosts.yml",
    ),
    *_rows("docker", "json", _DOTFILE, ".docker/config.json*", ".dockercfg"),
    *_rows("cargo", "toml", _DOTFILE, ".cargo/credentials*", ".cargo/config", ".cargo/config.toml"),
    *_rows("gem", "yaml", _DOTFILE, ".gem/credentials*", ".local/share/gem/credentials", ".bundle/config", ".config/bundle/config"),
    *_rows(
        "shell",
        "shell",
        _SHELL,
        ".profile*",
        ".bash_profile*",
        ".bashrc*",
        ".bash_login",
        ".bash_logout",
        ".bash_aliases",
        ".zshrc*",
        ".zshenv*",
        ".zprofile*",
        ".zlogin",
        ".zlogout",
        ".kshrc",
        ".mkshrc",
        ".cshrc",
        ".tcshrc",
        ".login",
        ".xprofile",
        ".xsessionrc",
        ".envrc",
        ".pam_environment",
        ".config/environment.d/*.conf",
        ".config/fish/config.fish",
        ".config/fish/fish_variables",
        ".config/fish/conf.d/*.fish",
        ".config/nushell/*.nu",
        "Library/Application Support/nushell/*.nu",
        "AppData/Roaming/nushell/*.nu",
        ".config/zsh/.z*",
        ".config/powershell/*.ps1",
        "Documents/PowerShell/*.ps1",
        "Documents/WindowsPowerShell/*.ps1",
        ".MacOSX/environment.plist",
    ),
    *_rows(
        "shell", "zsh-history", _SHELL, ".zsh_history*", ".zhistory", ".histfile", ".config/zsh/.zsh_history", ".local/state/zsh/history"
    ),
    *_rows(
        "shell",
        "history",
        _SHELL,
        ".bash_history*",
        ".sh_history",
        ".ksh_history",
        ".history",
        ".local/state/bash/history",
        ".local/share/fish/*_history",
        ".config/fish/*_history",
        ".config/nushell/history.*",
        "Library/Application Support/nushell/history.*",
        "AppData/Roaming/nushell/history.*",
        ".local/share/powershell/PSReadLine/*_history.txt",
        "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/*_history.txt",
        ".local/share/atuin/history.db*",
        ".local/share/xonsh/*",
        ".python_history",
        ".node_repl_history",
        ".irb_history",
        ".psql_history",
        ".mysql_history",
        ".rediscli_history",
        ".sqlite_history",
        ".lesshst",
        ".viminfo",
    ),
    *_rows("ssh", "lines", _DOTFILE, ".ssh/config", ".ssh/known_hosts*", ".ssh/authorized_keys*"),
    *_rows("ssh", "shell", _SHELL, ".ssh/environment"),
    *_rows("ssh", "key", _KEYSTORE, ".ssh/**"),
    *(
        row
        for folder in (".gnupg", "AppData/Roaming/gnupg")
        for row in _rows(
            "gnupg",
            "key",
            _KEYSTORE,
            f"{folder}/private-keys-v1.d/*.key",
            f"{folder}/secring.gpg*",
            f"{folder}/*.asc",
            f"{folder}/*.gpg",
            f"{folder}/*.kbx",
            f"{folder}/openpgp-revocs.d/*",
        )
    ),
)

MOVED: tuple[tuple[str, str], ...] = (
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("GH_CONFIG_DIR", ".config/gh"),
    ("DOCKER_CONFIG", ".docker"),
    ("CARGO_HOME", ".cargo"),
    ("GNUPGHOME", ".gnupg"),
    ("ZDOTDIR", ".config/zsh"),
)
"""Variables that move a folder of the catalogue elsewhere."""
