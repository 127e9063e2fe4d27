"""Version control, forges and what runs their jobs."""

from __future__ import annotations

from scanner.sources.workstation.catalogue.row import Row, rows

_GITHUB: tuple[Row, ...] = (
    *rows(
        "gh",
        "yaml",
        "oauth_token",
        linux=(".config/gh/hosts.yml*",),
        macos=("Library/Application Support/gh/hosts.yml",),
        windows=("AppData/Roaming/GitHub CLI/hosts.yml",),
    ),
    *rows("hub", "yaml", "oauth_token", everywhere=(".config/hub",)),
    *rows(
        "copilot",
        "json",
        "oauth_token",
        linux=(".config/github-copilot/apps.json", ".config/github-copilot/hosts.json"),
        windows=("AppData/Local/github-copilot/apps.json", "AppData/Local/github-copilot/hosts.json"),
    ),
    *rows(
        "act",
        "lines",
        "-s NAME=value, --secret",
        everywhere=(".actrc",),
        linux=(".config/act/actrc",),
        macos=("Library/Application Support/act/actrc",),
        windows=("AppData/Local/act/actrc",),
    ),
    *rows(
        "actions-runner",
        "json",
        "d, p, q; token",
        everywhere=(
            "actions-runner*/.runner",
            "actions-runner*/.credentials",
            "actions-runner*/.credentials_rsaparams",
        ),
    ),
    *rows("actions-runner", "env", "what the runner is given", everywhere=("actions-runner*/.env", "actions-runner*/.path")),
    *rows("actions-runner", "lines", "what jobs print", everywhere=("actions-runner*/_diag/*.log",), mode=None),
)

ROWS: tuple[Row, ...] = (
    *rows("git", "lines", "user and password of each URL", everywhere=(".git-credentials*", ".config/git/credentials")),
    *rows(
        "git",
        "gitconfig",
        "url.*.insteadOf, http.*.extraHeader, sendemail.smtpPass, github.token",
        everywhere=(".gitconfig*", ".config/git/config"),
        mode=None,
    ),
    *rows("git-credential-manager", "lines", "the first line", everywhere=(".gcm/store/**",)),
    *rows("netrc", "pgp", "password", everywhere=(".netrc.gpg", ".authinfo.gpg")),
    *rows("netrc", "netrc", "password", everywhere=(".netrc*", ".authinfo*"), windows=("_netrc*",)),
    *_GITHUB,
    *rows(
        "glab",
        "yaml",
        "token, job_token",
        linux=(".config/glab-cli/config.yml*",),
        macos=("Library/Application Support/glab-cli/config.yml",),
        windows=("AppData/Local/glab-cli/config.yml",),
    ),
    *rows(
        "gitlab-runner",
        "toml",
        "token, AccessKey, SecretKey",
        everywhere=(".gitlab-runner/config.toml*",),
    ),
    *rows(
        "tea",
        "yaml",
        "logins[].token",
        linux=(".config/tea/config.yml",),
        macos=("Library/Application Support/tea/config.yml",),
        windows=("AppData/Local/tea/config.yml",),
    ),
    *rows(
        "berg",
        "toml",
        "token",
        linux=(".config/berg-cli/berg.toml",),
        macos=("Library/Application Support/berg-cli/berg.toml",),
    ),
    *rows("berg", "token", linux=(".local/share/berg-cli/TOKEN",), macos=("Library/Application Support/berg-cli/TOKEN",)),
    *rows(
        "fj",
        "json",
        "hosts.*.token",
        linux=(".local/share/forgejo-cli/keys.json",),
        macos=("Library/Application Support/Cyborus.forgejo-cli/keys.json",),
        windows=("AppData/Roaming/Cyborus/forgejo-cli/data/keys.json",),
    ),
    *rows(
        "mercurial",
        "ini",
        "auth: *.password",
        everywhere=(".hgrc",),
        linux=(".config/hg/hgrc",),
        windows=("mercurial.ini", "Mercurial.ini"),
    ),
    *rows(
        "svn",
        "svn",
        "password, passphrase",
        everywhere=(".subversion/auth/svn.*/*",),
        windows=("AppData/Roaming/Subversion/auth/svn.*/*",),
    ),
    *rows(
        "svn",
        "ini",
        "http-proxy-password, ssl-client-cert-password",
        everywhere=(".subversion/servers",),
        windows=("AppData/Roaming/Subversion/servers",),
    ),
)
