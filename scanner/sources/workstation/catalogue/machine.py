"""Places outside homes: what a machine keeps for all its users, for its services, and for the jobs that it runs.

Patterns begin at the root of the file system, on Windows at that of the system's disk. Where a tool writes its file there as it does in a
home, the row says so and is not told twice. What everybody has to be able to read has no mode: such a mode says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.model import Zone
from scanner.records import dataclass, replace
from scanner.sources.workstation.catalogue.row import OWN, Row, System, example, rows

_KEYS = Zone.WORKSTATION_KEYSTORE
_SHELL = Zone.WORKSTATION_SHELL
_HASHICORP = ("etc/vault.d", "etc/consul.d", "etc/nomad.d")
_PREFIXES = ("etc", "usr/local/etc", "opt/homebrew/etc")
"""Where package managers put configuration: that of the system, and those of Homebrew."""
_JENKINS = ("var/lib/jenkins", "var/jenkins_home", "Users/Shared/Jenkins/Home", "ProgramData/Jenkins/.jenkins")
_SERVICE_ACCOUNTS = ("run/secrets", "var/run/secrets")


@dataclass(frozen=True, slots=True)
class _Alike:
    """Places whose files are written like those that a home has at a pattern."""

    pattern: str
    places: tuple[str, ...]
    mode: int | None


_Family = tuple[Row | _Alike, ...]


def machine_rows(home: Iterable[Row]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """The families of places outside homes, given the rows of homes."""
    known = {row.pattern: row for row in home}
    return tuple((heading, tuple(_placed(known, family))) for heading, family in _FAMILIES)


def _placed(known: dict[str, Row], family: _Family) -> Iterator[Row]:
    for one in family:
        if isinstance(one, Row):
            yield replace(one, root="machine")
            continue
        row = replace(known[one.pattern], mode=one.mode, root="machine", like=example(one.pattern))
        yield from (replace(row, pattern=place, system=_system(place)) for place in one.places)


def _system(place: str) -> System:
    """Whose place it is, by how it begins."""
    if place.startswith(("ProgramData/", "Program Files", "GitLab-Runner/", "buildkite-agent/", "actions-runner")):
        return "windows"
    return "macos" if place.startswith(("Library/", "opt/homebrew/", "Users/")) else "linux"


def _as(pattern: str, *places: str, mode: int | None = OWN) -> _Alike:
    """Places whose files are written like those at `pattern` of a home."""
    return _Alike(pattern, places, mode)


def _below(folders: Iterable[str], *names: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}" for folder in folders for name in names)


def _toml(family: Iterable[Row]) -> Iterator[Row]:
    """Rows of files in TOML whose names do not say so."""
    return (replace(row, like="config.toml") for row in family)


_PACKAGES: _Family = (
    _as(
        ".npmrc*",
        *_below(_PREFIXES, "npmrc"),
        "usr/etc/npmrc",
        "opt/*/etc/npmrc",
        "Program Files/nodejs/etc/npmrc",
        "Program Files/nodejs/node_modules/npm/npmrc",
        mode=None,
    ),
    _as(".yarnrc.yml*", "etc/yarnrc.yml", mode=None),
    _as(
        ".config/pip/pip.conf",
        "etc/pip.conf",
        "etc/xdg/pip/pip.conf",
        "opt/homebrew/etc/pip.conf",
        "Library/Application Support/pip/pip.conf",
        "ProgramData/pip/pip.ini",
        mode=None,
    ),
    _as(".config/uv/uv.toml", "etc/uv/uv.toml", "etc/xdg/uv/uv.toml", "ProgramData/uv/uv.toml", mode=None),
    _as(
        ".condarc",
        *_below(("etc/conda", "var/lib/conda", "opt/conda", "opt/*conda*", "ProgramData/conda"), ".condarc", "condarc"),
        mode=None,
    ),
    _as(
        ".m2/settings*.xml*",
        *("etc/maven/settings.xml", "usr/share/maven/conf/settings.xml", "opt/*maven*/conf/settings.xml"),
        mode=None,
    ),
    _as(".bundle/config", "usr/local/bundle/config", mode=None),
    *rows("gem", "yaml", ":sources: user and password", linux=("etc/gemrc",), windows=("ProgramData/gemrc",), mode=None),
    _as(
        ".config/NuGet/NuGet.Config",
        "etc/opt/NuGet/Config/*.config",
        "Library/Application Support/NuGet/Config/*.config",
        "ProgramData/NuGet/Config/*.config",
        "Program Files (x86)/NuGet/Config/*.config",
        mode=None,
    ),
    _as(".homebrew/brew.env", *_below(_PREFIXES, "homebrew/brew.env"), "home/linuxbrew/.linuxbrew/etc/homebrew/brew.env", mode=None),
    *rows("apt", "netrc", "password", linux=("etc/apt/auth.conf", "etc/apt/auth.conf.d/*")),
    *rows(
        "apt",
        "lines",
        "repositories and proxies: user and password",
        linux=("etc/apt/sources.list", "etc/apt/sources.list.d/*", "etc/apt/apt.conf", "etc/apt/apt.conf.d/*"),
        mode=None,
    ),
    *rows(
        "dnf",
        "lines",
        "password, proxy_password, baseurl: user and password",
        linux=("etc/yum.conf", "etc/yum.repos.d/*.repo", "etc/dnf/dnf.conf", "etc/rhsm/rhsm.conf"),
        mode=None,
    ),
    *rows("zypper", "lines", "password", linux=("etc/zypp/credentials.d/*", "etc/zypp/credentials.cat")),
)
_FORGES: _Family = (
    _as(".netrc*", "etc/netrc"),
    _as(
        ".gitconfig*",
        *_below(_PREFIXES, "gitconfig"),
        "ProgramData/Git/config",
        "Program Files/Git/etc/gitconfig",
        mode=None,
    ),
    _as(".git-credentials*", "etc/git-credentials"),
    _as(".config/hg/hgrc", "etc/mercurial/hgrc", "etc/mercurial/hgrc.d/*.rc", mode=None),
    _as(".subversion/servers", "etc/subversion/servers", mode=None),
    _as(
        ".gitlab-runner/config.toml*",
        *_below(_PREFIXES, "gitlab-runner/config.toml*"),
        "GitLab-Runner/config.toml",
    ),
    *rows(
        "buildkite",
        "ini",
        "token",
        linux=("etc/buildkite-agent/buildkite-agent.cfg",),
        macos=("usr/local/etc/buildkite-agent/buildkite-agent.cfg", "opt/homebrew/etc/buildkite-agent/buildkite-agent.cfg"),
        windows=("buildkite-agent/buildkite-agent.cfg",),
    ),
    *rows("buildkite", "shell", "what jobs are given", linux=("etc/buildkite-agent/hooks/*",), mode=None),
    _as("actions-runner*/.runner", "opt/actions-runner*/.runner", "actions-runner*/.runner"),
    _as("actions-runner*/.credentials", "opt/actions-runner*/.credentials", "actions-runner*/.credentials"),
    _as(
        "actions-runner*/.credentials_rsaparams",
        *("opt/actions-runner*/.credentials_rsaparams", "actions-runner*/.credentials_rsaparams"),
    ),
    _as("actions-runner*/.env", "opt/actions-runner*/.env", "actions-runner*/.env"),
    *rows(
        "jenkins",
        "token",
        linux=_below(_JENKINS[:2], "secrets/master.key", "secrets/initialAdminPassword", "secret.key"),
        macos=_below(_JENKINS[2:3], "secrets/master.key", "secrets/initialAdminPassword", "secret.key"),
        windows=_below(_JENKINS[3:], "secrets/master.key", "secrets/initialAdminPassword", "secret.key"),
    ),
    *rows(
        "jenkins",
        "xml",
        "password, secret, apiToken, privateKey",
        linux=_below(_JENKINS[:2], "*.xml", "users/*/config.xml", "jobs/*/config.xml", "nodes/*/config.xml"),
        macos=_below(_JENKINS[2:3], "*.xml", "users/*/config.xml", "jobs/*/config.xml", "nodes/*/config.xml"),
        windows=_below(_JENKINS[3:], "*.xml", "users/*/config.xml", "jobs/*/config.xml", "nodes/*/config.xml"),
        mode=None,
    ),
    *rows("circleci", "yaml", "auth_token", linux=("etc/circleci-runner/*.yaml", "etc/opt/circleci/*.yaml", "opt/circleci/*.yaml")),
    *rows("teamcity", "properties", "authorizationToken", linux=("opt/buildAgent/conf/buildAgent.properties",)),
    *rows("woodpecker", "env", "WOODPECKER_…", linux=("etc/woodpecker/*.env", "etc/woodpecker/*.conf")),
    *rows("drone", "env", "DRONE_…", linux=("etc/drone/*.env", "etc/drone-runner-*/config")),
    *rows("gitlab", "lines", "passwords, secrets, tokens", linux=("etc/gitlab/gitlab.rb",)),
    *rows("gitlab", "json", "secret_key_base, db_key_base, otp_key_base", linux=("etc/gitlab/gitlab-secrets.json",)),
    *rows(
        "gitea",
        "ini",
        "SECRET_KEY, INTERNAL_TOKEN, JWT_SECRET, PASSWD",
        linux=("etc/gitea/app.ini", "etc/forgejo/app.ini", "var/lib/gitea/custom/conf/app.ini"),
    ),
    *rows("gitea", "json", "token", linux=("etc/act_runner/.runner", "var/lib/act_runner/.runner")),
)
_KEYSTORES: _Family = (
    *rows(
        "ssh",
        "key",
        linux=("etc/ssh/ssh_host_*_key*", "etc/ssh/*.pem"),
        windows=("ProgramData/ssh/ssh_host_*_key*",),
        zone=_KEYS,
    ),
    *rows(
        "tls",
        "key",
        linux=(
            "etc/ssl/private/*",
            "etc/pki/tls/private/*",
            "etc/pki/entitlement/*-key.pem",
            "etc/nginx/*.key",
            "etc/nginx/ssl/*",
            "etc/apache2/ssl/*",
            "etc/haproxy/*.pem",
            "etc/haproxy/certs/*",
        ),
        macos=("opt/homebrew/etc/nginx/*.key",),
        zone=_KEYS,
    ),
    *rows(
        "certbot",
        "key",
        linux=("etc/letsencrypt/live/*/privkey*.pem", "etc/letsencrypt/archive/*/privkey*.pem"),
        zone=_KEYS,
    ),
    *rows("certbot", "json", "d, p, q", linux=("etc/letsencrypt/accounts/**/private_key.json",)),
    *rows("certbot", "ini", "what each provider calls it", linux=("etc/letsencrypt/*.ini", "etc/letsencrypt/cli/*.ini")),
    *rows("wireguard", "ini", "PrivateKey, PresharedKey", linux=("etc/wireguard/*.conf",), macos=_below(_PREFIXES[1:], "wireguard/*.conf")),
    *rows(
        "openvpn",
        "key",
        linux=("etc/openvpn/*.key", "etc/openvpn/client/*.key", "etc/openvpn/server/*.key", "etc/openvpn/easy-rsa/pki/private/*"),
        zone=_KEYS,
    ),
    *rows("openvpn", "lines", "inline keys", linux=("etc/openvpn/*.conf", "etc/openvpn/*/*.conf", "etc/openvpn/*.ovpn"), mode=None),
    *rows("ipsec", "lines", "PSK, EAP, XAUTH", linux=("etc/ipsec.secrets", "etc/ipsec.d/*.secrets")),
    *rows("ipsec", "key", linux=("etc/ipsec.d/private/*", "etc/swanctl/private/*"), zone=_KEYS),
    *rows("networkmanager", "ini", "psk, password", linux=("etc/NetworkManager/system-connections/*",)),
    *rows("wpa", "lines", "psk, password", linux=("etc/wpa_supplicant/*.conf",)),
    *rows("ppp", "lines", "secrets by peer", linux=("etc/ppp/chap-secrets", "etc/ppp/pap-secrets")),
    *rows("gnupg", "key", linux=("etc/pacman.d/gnupg/private-keys-v1.d/*.key",), zone=_KEYS),
    *rows("keychain", "keychain", macos=("Library/Keychains/*.keychain*",), zone=_KEYS),
    *rows("systemd", "lines", "the file is the secret", linux=("etc/credstore/*", "etc/credstore.encrypted/*", "run/credstore/*")),
)
_CLOUDS: _Family = (
    *rows(
        "kubernetes",
        "token",
        linux=(
            *_below(_SERVICE_ACCOUNTS, "kubernetes.io/serviceaccount/token", "eks.amazonaws.com/serviceaccount/token"),
            *_below(_SERVICE_ACCOUNTS, "azure/tokens/azure-identity-token", "tokens/*"),
        ),
    ),
    *rows("docker", "lines", "the file is the secret", linux=_below(_SERVICE_ACCOUNTS, "*")),
    _as(
        ".config/containers/auth.json",
        *("etc/containers/auth.json", "run/containers/*/auth.json", "var/lib/kubelet/config.json"),
    ),
    *rows("docker", "json", "proxies, auths", linux=("etc/docker/*.json",), windows=("ProgramData/Docker/config/*.json",), mode=None),
    *rows("docker", "key", linux=("etc/docker/*key.pem", "etc/docker/certs.d/*/*.key"), zone=_KEYS),
    *_toml(rows("containers", "toml", "auth, password", linux=("etc/containers/registries.conf", "etc/containerd/config.toml"), mode=None)),
    _as(
        ".kube/config*",
        "etc/kubernetes/*.conf",
        *("etc/rancher/k3s/k3s.yaml", "etc/rancher/rke2/rke2.yaml", "var/lib/kubelet/kubeconfig"),
        "var/snap/microk8s/current/credentials/*",
        "var/lib/k0s/pki/admin.conf",
    ),
    *rows("kubernetes", "key", linux=("etc/kubernetes/pki/*.key", "etc/kubernetes/pki/etcd/*.key"), zone=_KEYS),
    *rows("k3s", "yaml", "token, auth", linux=("etc/rancher/k3s/config.yaml", "etc/rancher/*/registries.yaml")),
    *rows("k3s", "token", linux=("var/lib/rancher/*/server/token", "var/lib/rancher/*/server/node-token")),
    _as(".boto", "etc/boto.cfg", mode=None),
    *rows("google", "json", "private_key", linux=("etc/google/auth/*.json",)),
    *rows(
        "cloud-init", "lines", "what the machine was made from", linux=("var/lib/cloud/instance/user-data.txt", "etc/cloud/cloud.cfg.d/*")
    ),
    *rows("s3fs", "lines", "key id and secret", linux=("etc/passwd-s3fs",)),
    *rows("hashicorp", "hcl", "token, encrypt, password", linux=tuple(f"{folder}/*.hcl" for folder in _HASHICORP)),
    *rows("hashicorp", "json", "token, encrypt, password", linux=tuple(f"{folder}/*.json" for folder in _HASHICORP)),
    *rows("hashicorp", "env", "tokens in variables", linux=tuple(f"{folder}/*.env" for folder in _HASHICORP), zone=_SHELL),
    _as(".ansible.cfg", "etc/ansible/ansible.cfg", mode=None),
    *rows(
        "ansible",
        "lines",
        "variables of hosts",
        linux=("etc/ansible/hosts", "etc/ansible/group_vars/*", "etc/ansible/host_vars/*"),
        mode=None,
    ),
    _as(".my.cnf*", "etc/mysql/debian.cnf"),
    _as(".my.cnf*", *_below(_PREFIXES, "my.cnf"), "etc/mysql/my.cnf", "etc/mysql/conf.d/*.cnf", mode=None),
    _as(".pg_service.conf", "etc/postgresql-common/pg_service.conf", "etc/pg_service.conf", mode=None),
    *rows(
        "redis", "lines", "requirepass, masterauth", linux=("etc/redis/*.conf", "etc/redis.conf"), macos=("opt/homebrew/etc/redis.conf",)
    ),
    *rows(
        "grafana", "ini", "admin_password, secret_key", linux=("etc/grafana/grafana.ini",), macos=("opt/homebrew/etc/grafana/grafana.ini",)
    ),
    *rows(
        "prometheus",
        "yaml",
        "password, bearer_token, api_url",
        linux=("etc/prometheus/*.yml", "etc/alertmanager/*.yml"),
        macos=("opt/homebrew/etc/prometheus.yml",),
        mode=None,
    ),
    *rows("datadog", "yaml", "api_key, app_key", linux=("etc/datadog-agent/datadog.yaml",), windows=("ProgramData/Datadog/datadog.yaml",)),
    *rows("newrelic", "yaml", "license_key", linux=("etc/newrelic-infra.yml",)),
    *rows("elastic", "yaml", "password, api_key", linux=("etc/filebeat/filebeat.yml", "etc/metricbeat/metricbeat.yml"), mode=OWN),
    *_toml(rows("telegraf", "toml", "token, password", linux=("etc/telegraf/telegraf.conf", "etc/telegraf/telegraf.d/*.conf"))),
    *rows("cloudflared", "json", "TunnelSecret", linux=("etc/cloudflared/*.json",)),
    *rows(
        "mail",
        "lines",
        "passwords of relays",
        linux=("etc/postfix/sasl_passwd", "etc/exim4/passwd.client", "etc/msmtprc", "etc/ssmtp/ssmtp.conf"),
    ),
    *rows("mounts", "lines", "password", linux=("etc/fstab", "etc/auto.*"), mode=None),
    *rows("mounts", "lines", "password", linux=("etc/cifs-credentials*", "etc/samba/*cred*", "etc/davfs2/secrets", "etc/rsyncd.secrets")),
)
_SHELLS: _Family = (
    *rows(
        "shell",
        "env",
        "variables",
        linux=("etc/environment", "etc/environment.d/*.conf", "etc/security/pam_env.conf"),
        zone=_SHELL,
        mode=None,
    ),
    _as(
        ".bashrc*",
        *("etc/profile", "etc/profile.d/*", "etc/bash.bashrc", "etc/bashrc", "etc/zshrc", "etc/zshenv", "etc/zprofile", "etc/zsh/z*"),
        *("etc/csh.cshrc", "etc/csh.login", "etc/mkshrc", "etc/rc.local"),
        mode=None,
    ),
    _as(".config/fish/config.fish", *_below(_PREFIXES, "fish/config.fish", "fish/conf.d/*.fish"), mode=None),
    *rows("services", "env", "variables of services", linux=("etc/default/*", "etc/sysconfig/*", "etc/conf.d/*"), zone=_SHELL, mode=None),
    *rows(
        "cron",
        "lines",
        "variables, and what commands are given",
        linux=("etc/crontab", "etc/cron.d/*", "etc/cron.*ly/*"),
        zone=_SHELL,
        mode=None,
    ),
    *rows(
        "systemd",
        "unit",
        "Environment, SetCredential",
        linux=(
            *("etc/systemd/system/*.service", "etc/systemd/system/*.d/*.conf", "etc/systemd/system.conf"),
            *("etc/systemd/user/*.service", "etc/systemd/user/*.d/*.conf", "etc/systemd/user.conf"),
        ),
        mode=None,
    ),
    *rows("systemd", "env", "variables", linux=("etc/systemd/system/*.env", "etc/systemd/system/*.environment"), zone=_SHELL),
    *rows(
        "launchd",
        "plist",
        "EnvironmentVariables",
        macos=("Library/LaunchAgents/*.plist", "Library/LaunchDaemons/*.plist"),
        zone=_SHELL,
        mode=None,
    ),
    _as(".curlrc", "etc/curlrc", mode=None),
    _as(".wgetrc", *_below(_PREFIXES, "wgetrc"), mode=None),
)
_AGENTS: _Family = (
    _as(
        ".claude/settings.json*",
        *_below(("etc/claude-code", "Library/Application Support/ClaudeCode", "ProgramData/ClaudeCode"), "managed-*.json"),
        mode=None,
    ),
    _as(".codex/config.toml", "etc/codex/config.toml", "etc/codex/managed_config.toml", mode=None),
    _as(".gemini/settings.json", "etc/gemini-cli/settings.json", "ProgramData/gemini-cli/settings.json", mode=None),
)

_FAMILIES: tuple[tuple[str, _Family], ...] = (
    ("Outside homes: package managers", _PACKAGES),
    ("Outside homes: version control, forges and build servers", _FORGES),
    ("Outside homes: keys", _KEYSTORES),
    ("Outside homes: containers, clouds and services", _CLOUDS),
    ("Outside homes: shells, jobs and services", _SHELLS),
    ("Outside homes: agents", _AGENTS),
)
