"""Shells and what they are given: start files, variables, histories, jobs, and programs that fetch."""

from __future__ import annotations

from scanner.model import Zone
from scanner.sources.workstation.catalogue.row import Row, rows

_SHELL = Zone.WORKSTATION_SHELL

_STARTED: tuple[Row, ...] = (
    *rows(
        "shell",
        "shell",
        "variables, and what commands are given",
        everywhere=(
            ".profile*",
            ".bash_profile*",
            ".bashrc*",
            ".bash_login",
            ".bash_logout",
            ".bash_aliases*",
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
            "env.sh",
            ".config/fish/config.fish",
            ".config/fish/fish_variables",
            ".config/fish/conf.d/*.fish",
            ".config/fish/functions/*.fish",
            ".config/direnv/direnvrc",
            ".direnvrc",
        ),
        linux=(".config/nushell/*.nu", ".config/powershell/*.ps1"),
        macos=("Library/Application Support/nushell/*.nu",),
        windows=("AppData/Roaming/nushell/*.nu", "Documents/PowerShell/*.ps1", "Documents/WindowsPowerShell/*.ps1"),
        zone=_SHELL,
        mode=None,
    ),
    *rows("shell", "env", "variables", linux=(".config/environment.d/*.conf", ".pam_environment"), zone=_SHELL, mode=None),
    *rows("shell", "plist", "variables", macos=(".MacOSX/environment.plist",), zone=_SHELL, mode=None),
    *rows("launchd", "plist", "EnvironmentVariables", macos=("Library/LaunchAgents/*.plist",), zone=_SHELL, mode=None),
    *rows(
        "registry",
        "reg",
        "variables of HKEY_CURRENT_USER\\Environment",
        windows=("*environment*.reg", "Documents/*environment*.reg"),
        zone=_SHELL,
        mode=None,
    ),
    *rows(
        "systemd",
        "unit",
        "Environment, SetCredential",
        linux=(
            ".config/systemd/user/*.service",
            ".config/systemd/user/*.d/*.conf",
            ".local/share/systemd/user/*.service",
        ),
        mode=None,
    ),
    *rows("systemd", "env", "variables", linux=(".config/systemd/user/*.env", ".config/systemd/user/*.environment")),
    *rows("systemd", "lines", "the file is the secret", linux=(".config/credstore/*", ".config/credstore.encrypted/*")),
)
_DOTENV: tuple[Row, ...] = (
    *rows(
        "dotenv",
        "env",
        "variables",
        everywhere=(".env", ".env.*", ".flaskenv", ".dev.vars", ".secrets", ".vars", "docker.env"),
        zone=_SHELL,
    ),
    *rows("azure-functions", "json", "Values, ConnectionStrings", everywhere=("local.settings.json",)),
    *rows("streamlit", "toml", "what the program calls them", everywhere=(".streamlit/secrets.toml",)),
    *rows("chainlit", "lines", "variables", everywhere=(".chainlit/config.toml", ".chainlit/.env"), mode=None),
)
_ENCODED: tuple[Row, ...] = tuple(
    rows(
        "shell",
        "zsh-history",
        "what commands are given",
        everywhere=(
            ".zsh_history*",
            ".zhistory",
            ".histfile",
            ".config/zsh/.zsh_history*",
            ".local/state/zsh/history",
            ".zsh_sessions/*.history*",
        ),
        zone=_SHELL,
    )
)
_ZDOTDIR: tuple[Row, ...] = tuple(rows("shell", "shell", "variables", everywhere=(".config/zsh/.z*",), zone=_SHELL, mode=None))
_HISTORIES: tuple[Row, ...] = (
    *rows(
        "shell",
        "history",
        "what commands are given",
        everywhere=(
            ".bash_history*",
            ".bash_sessions/*.history*",
            ".sh_history",
            ".ksh_history",
            ".history",
            ".local/state/bash/history",
            ".local/share/fish/*_history",
            ".config/fish/*_history",
            ".config/nushell/history.txt",
            ".local/share/xonsh/*",
            ".local/share/xonsh/history_json/*",
            ".screenrc",
            ".tmux/resurrect/*",
            ".local/share/tmux/resurrect/*",
            "typescript",
        ),
        linux=(".local/share/powershell/PSReadLine/*_history.txt",),
        macos=("Library/Application Support/nushell/history.txt",),
        windows=("AppData/Roaming/nushell/history.txt", "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/*_history.txt"),
        zone=_SHELL,
    ),
    *rows(
        "shell",
        "sqlite",
        "what commands are given",
        everywhere=(".local/share/atuin/history.db*", ".config/nushell/history.sqlite3*", ".mcfly/history.db*", ".histdb/*.db"),
        linux=(".local/share/mcfly/history.db*",),
        macos=("Library/Application Support/nushell/history.sqlite3*", "Library/Application Support/McFly/history.db*"),
        windows=("AppData/Roaming/nushell/history.sqlite3*", "AppData/Local/McFly/data/history.db*"),
        zone=_SHELL,
    ),
    *rows(
        "shell",
        "history",
        "what was typed",
        everywhere=(
            ".python_history*",
            ".node_repl_history",
            ".irb_history",
            ".pry_history",
            ".psql_history*",
            ".mysql_history",
            ".mariadb_history",
            ".rediscli_history",
            ".sqlite_history",
            ".mongosh_repl_history",
            ".mongodb/mongosh/mongosh_repl_history",
            ".dbshell",
            ".php_history",
            ".scala_history",
            ".gdb_history",
            ".lesshst",
            ".local/state/less/history",
            ".local/state/lesshst",
            ".wget-hsts",
            ".viminfo*",
            "nohup.out",
        ),
        windows=("_viminfo",),
        zone=_SHELL,
    ),
    *rows("ipython", "sqlite", "what was typed", everywhere=(".ipython/profile_*/history.sqlite*",), zone=_SHELL),
)
_OF_FILEZILLA = ("sitemanager.xml", "recentservers.xml", "filezilla.xml")

_FETCHING: tuple[Row, ...] = (
    *rows("curl", "lines", "user, header, oauth2-bearer", everywhere=(".curlrc",), linux=(".config/curlrc",), windows=("_curlrc",)),
    *rows("wget", "lines", "password, http_password, header", everywhere=(".wgetrc",)),
    *rows(
        "httpie",
        "json",
        "auth, headers",
        everywhere=(".httpie/sessions/*/*.json", ".httpie/config.json", ".config/httpie/sessions/*/*.json", ".config/httpie/config.json"),
        windows=("AppData/Roaming/httpie/sessions/*/*.json", "AppData/Roaming/httpie/config.json"),
    ),
    *rows(
        "filezilla",
        "xml",
        "Pass; base64",
        linux=tuple(f".config/filezilla/{name}" for name in _OF_FILEZILLA),
        everywhere=tuple(f".filezilla/{name}" for name in _OF_FILEZILLA),
        windows=tuple(f"AppData/Roaming/FileZilla/{name}" for name in _OF_FILEZILLA),
    ),
    *rows("http", "lines", "headers of requests", everywhere=("*.http", "*.rest", "Documents/*.http", "Documents/*.rest"), mode=None),
    *rows(
        "har", "json", "headers, cookies, bodies", everywhere=("*.har", "Downloads/*.har", "Desktop/*.har", "Documents/*.har"), mode=None
    ),
    *rows(
        "postman",
        "json",
        "auth, values",
        everywhere=("*.postman_*.json", "Documents/*.postman_*.json"),
        linux=("Postman/files/**",),
        mode=None,
    ),
    *rows(
        "insomnia",
        "nedb",
        "authentication, environments",
        linux=(".config/Insomnia/*.db",),
        macos=("Library/Application Support/Insomnia/*.db",),
        windows=("AppData/Roaming/Insomnia/*.db",),
    ),
    *rows("bruno", "env", "variables", everywhere=("bruno/**/.env", "Documents/bruno/**/.env"), zone=_SHELL),
    *rows("bruno", "lines", "auth, vars:secret", everywhere=("bruno/**/*.bru", "Documents/bruno/**/*.bru"), mode=None),
)

ROWS: tuple[Row, ...] = (*_ENCODED, *_STARTED, *_ZDOTDIR, *_DOTENV, *_HISTORIES, *_FETCHING)
