"""Containers, clusters, clouds, databases and services with a command line."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Zone
from scanner.sources.workstation.catalogue.row import OWN, Row, rows

_STORE = Zone.WORKSTATION_KEYSTORE
_SHELL = Zone.WORKSTATION_SHELL
_AUTHS = "auths.*.auth, identitytoken, registrytoken; HttpHeaders, proxies"


def _configured(tool: str, format_: str, fields: str, folder: str, *names: str, mode: int | None = OWN) -> Iterator[Row]:
    """Files of a program that keeps its settings where each system wants them."""
    return rows(
        tool,
        format_,
        fields,
        linux=tuple(f".config/{folder}/{name}" for name in names),
        macos=tuple(f"Library/Application Support/{folder}/{name}" for name in names),
        windows=tuple(f"AppData/Roaming/{folder}/{name}" for name in names),
        mode=mode,
    )


def _of_google(format_: str, fields: str, *names: str) -> Iterator[Row]:
    return rows(
        "gcloud",
        format_,
        fields,
        everywhere=tuple(f".config/gcloud/{name}" for name in names),
        windows=tuple(f"AppData/Roaming/gcloud/{name}" for name in names),
    )


_CONTAINERS: tuple[Row, ...] = (
    *rows("docker", "json", _AUTHS, everywhere=(".docker/config.json*", ".dockercfg*")),
    *rows("docker", "json", _AUTHS, everywhere=(".config/containers/auth.json",)),
    *rows(
        "docker",
        "key",
        everywhere=(".docker/*key.pem", ".docker/machine/certs/*key.pem", ".docker/machine/machines/*/*key.pem"),
        zone=_STORE,
    ),
    *rows("docker", "key", everywhere=(".docker/contexts/tls/*/*/*key.pem", ".docker/machine/machines/*/id_rsa"), zone=_STORE),
    *rows(
        "kubernetes",
        "yaml",
        "token, client-key-data, password, exec.env, auth-provider.config",
        everywhere=(".kube/config*", ".kube/*.yml", ".kube/*.yaml", ".kube/*.conf"),
    ),
    *rows("kubernetes", "json", "status.token", everywhere=(".kube/cache/oidc-login/*", ".kube/cache/**/credentials*.json")),
    *rows(
        "helm",
        "yaml",
        "repositories[].password",
        linux=(".config/helm/repositories.yaml",),
        macos=("Library/Preferences/helm/repositories.yaml",),
        windows=("AppData/Roaming/helm/repositories.yaml",),
    ),
    *rows(
        "helm",
        "json",
        _AUTHS,
        linux=(".config/helm/registry/config.json", ".config/helm/registry.json"),
        macos=("Library/Preferences/helm/registry/config.json", "Library/Preferences/helm/registry.json"),
        windows=("AppData/Roaming/helm/registry/config.json", "AppData/Roaming/helm/registry.json"),
    ),
)
_AMAZON: tuple[Row, ...] = (
    *rows("aws", "ini", "aws_secret_access_key, aws_session_token", everywhere=(".aws/credentials*", ".aws/config*")),
    *rows(
        "aws",
        "json",
        "accessToken, refreshToken, clientSecret, SecretAccessKey, SessionToken",
        everywhere=(".aws/sso/cache/*.json", ".aws/cli/cache/*.json", ".aws/login/cache/*.json", ".aws/boto/cache/*.json"),
    ),
    *rows("aws", "ini", "aws_secret_access_key", everywhere=(".boto", ".elasticbeanstalk/config", ".elasticbeanstalk/aws_credential_file")),
    *rows("aws", "yaml", "profile, environment", everywhere=(".elasticbeanstalk/*.yml",), mode=None),
    *rows("chalice", "json", "environment_variables", everywhere=(".chalice/*.json",), mode=None),
    *rows("s3cmd", "ini", "secret_key, access_token", everywhere=(".s3cfg*",), windows=("AppData/Roaming/s3cmd.ini",)),
    *rows("s3fs", "lines", "ACCESS:SECRET", everywhere=(".passwd-s3fs",)),
)
_GOOGLE: tuple[Row, ...] = (
    *_of_google("sqlite", "refresh_token, client_secret, access token", "credentials.db", "access_tokens.db"),
    *_of_google("ini", "gs_oauth2_refresh_token, gs_secret_access_key", "legacy_credentials/*/.boto"),
    *_of_google("ini", "access_token_file, pass", "configurations/config_*"),
    *_of_google("json", "refresh_token, client_secret, private_key", "**/*.json"),
)
_AZURE: tuple[Row, ...] = (
    *rows(
        "azure",
        "json",
        "secret, client_secret, accessToken, refreshToken",
        everywhere=(
            ".azure/msal_token_cache.json",
            ".azure/service_principal_entries.json",
            ".azure/accessTokens.json",
            ".azure/azureProfile.json",
            ".azure/AzureRmContext.json",
            ".Azure/AzureRmContext.json",
            ".azure/TokenCache.dat",
        ),
    ),
    *rows("azure", "ini", "defaults, storage: key, connection_string, sas_token", everywhere=(".azure/config", ".azure/clouds.config")),
    *rows(
        "azure", "lines", "command lines and requests", everywhere=(".azure/commands/*.log", ".azure/logs/*.log"), zone=_SHELL, mode=None
    ),
    *rows("azure", "dpapi", windows=(".azure/msal_token_cache.bin", ".azure/service_principal_entries.bin")),
    *rows("azure-devops", "ini", "Personal Access Token", everywhere=(".azure/azuredevops/personalAccessTokens",)),
    *rows("azure-devops", "lines", "personal access token", everywhere=(".azuredevops/*", ".azure/azuredevops/*")),
    *rows(
        "azure",
        "json",
        "tokens",
        linux=(".IdentityService/*", ".local/share/.IdentityService/*"),
        windows=("AppData/Local/.IdentityService/*",),
    ),
)
_INFRASTRUCTURE: tuple[Row, ...] = (
    *rows("terraform", "json", "credentials.*.token", everywhere=(".terraform.d/credentials.tfrc.json*",)),
    *rows(
        "terraform",
        "hcl",
        "token",
        everywhere=(".terraformrc", ".tofurc"),
        windows=("AppData/Roaming/terraform.rc", "AppData/Roaming/tofu.rc"),
    ),
    *rows("terraform", "json", "credentials.*.token", windows=("AppData/Roaming/terraform.d/credentials.tfrc.json",)),
    *rows("terraform", "json", "attributes of resources", everywhere=("*.tfstate*",)),
    *rows("terraform", "hcl", "what the modules call them", everywhere=("*.tfvars",)),
    *rows("terraform", "json", "what the modules call them", everywhere=("*.tfvars.json",)),
    *rows("vault", "token", everywhere=(".vault-token",)),
    *rows("pulumi", "json", "accessToken, accessTokens", everywhere=(".pulumi/credentials.json*",)),
    *rows("ansible", "ini", "vault_password_file, token", everywhere=(".ansible.cfg",), mode=None),
    *rows("ansible", "yaml", "token", everywhere=(".ansible/galaxy_token",)),
    *rows("ansible", "token", everywhere=(".vault_pass*", ".ansible/vault_pass*")),
)
_PROVIDERS: tuple[Row, ...] = (
    *_configured("doctl", "yaml", "access-token, auth-contexts", "doctl", "config.yaml"),
    *_configured("hcloud", "toml", "token", "hcloud", "cli.toml"),
    *rows("fly", "yaml", "access_token, wire_guard_state", everywhere=(".fly/config.yml",)),
    *rows("linode", "ini", "token", everywhere=(".config/linode-cli",)),
    *rows("oci", "ini", "pass_phrase, security_token_file; key_file leads to a key", everywhere=(".oci/config",)),
    *rows("oci", "token", everywhere=(".oci/sessions/*/token",)),
    *rows("oci", "key", everywhere=(".oci/*.pem", ".oci/sessions/*/*.pem"), zone=_STORE),
    *rows("ibmcloud", "json", "IAMToken, IAMRefreshToken", everywhere=(".bluemix/config.json", ".bluemix/*/config.json")),
    *rows("scaleway", "yaml", "secret_key", everywhere=(".config/scw/config.yaml",), windows=("AppData/Roaming/scw/config.yaml",)),
    *rows("heroku", "json", "token", everywhere=(".config/heroku/*.json", ".local/share/heroku/*.json")),
    *_configured("ngrok", "yaml", "authtoken, api_key", "ngrok", "ngrok.yml"),
    *rows("ngrok", "yaml", "authtoken", everywhere=(".ngrok2/ngrok.yml",), windows=("AppData/Local/ngrok/ngrok.yml",)),
    *rows("cloudflared", "json", "TunnelSecret", everywhere=(".cloudflared/*.json",)),
    *rows("cloudflared", "key", everywhere=(".cloudflared/cert.pem",), zone=_STORE),
    *_configured("rclone", "ini", "pass, token, secret_access_key; obscured", "rclone", "rclone.conf*"),
    *rows("rclone", "ini", "pass, token; obscured", everywhere=(".rclone.conf",)),
    *rows("1password", "json", "accounts and keys", everywhere=(".config/op/config", ".op/config")),
    *rows("databricks", "ini", "token, client_secret, password", everywhere=(".databrickscfg",)),
    *rows("databricks", "json", "access_token, refresh_token", everywhere=(".databricks/token-cache.json",)),
    *rows("snowflake", "toml", "password, token", everywhere=(".snowflake/config.toml", ".snowflake/connections.toml")),
    *rows("snowflake", "toml", "password, token", everywhere=(".config/snowflake/config.toml", ".config/snowflake/connections.toml")),
    *rows("snowflake", "ini", "password", everywhere=(".snowsql/config",)),
    *rows("kaggle", "json", "key", everywhere=(".kaggle/kaggle.json", ".config/kaggle/kaggle.json")),
    *rows("huggingface", "token", everywhere=(".cache/huggingface/token", ".huggingface/token")),
    *rows("huggingface", "ini", "hf_token", everywhere=(".cache/huggingface/stored_tokens",)),
    *rows("wandb", "ini", "api_key", everywhere=(".config/wandb/settings",)),
)
_DATABASES: tuple[Row, ...] = (
    *rows(
        "postgresql",
        "lines",
        "the fifth of host:port:database:user:password",
        everywhere=(".pgpass*",),
        windows=("AppData/Roaming/postgresql/pgpass.conf",),
    ),
    *rows("postgresql", "ini", "password", everywhere=(".pg_service.conf",), windows=("AppData/Roaming/postgresql/.pg_service.conf",)),
    *rows("mysql", "ini", "password", everywhere=(".my.cnf*", ".mysql/my.cnf")),
    *rows("mysql", "mylogin", "password", everywhere=(".mylogin.cnf",), windows=("AppData/Roaming/MySQL/.mylogin.cnf",)),
    *rows("mongodb", "shell", "connect(…)", everywhere=(".mongorc.js", ".mongoshrc.js", ".mongodb/mongosh/config"), mode=None),
    *rows("redis", "lines", "auth, password", everywhere=(".config/redis/*", ".redisclirc")),
)
_SERVICES: tuple[Row, ...] = (
    *rows("stripe", "toml", "test_mode_api_key, live_mode_api_key", everywhere=(".config/stripe/config.toml",)),
    *rows("sentry", "ini", "token", everywhere=(".sentryclirc",), windows=("sentrycli.ini",)),
    *rows("sentry", "ini", "token", everywhere=(".config/sentry/*",)),
    *rows("circleci", "yaml", "token", everywhere=(".circleci/cli.yml",)),
    *rows("travis", "yaml", "access_token", everywhere=(".travis/config.yml",)),
    *rows(
        "buildkite",
        "yaml",
        "api_token, graphql_token",
        everywhere=(".config/buildkite.yaml", ".config/bk.yaml"),
    ),
    *rows("buildkite", "json", "api_token, graphql_token", everywhere=(".buildkite/config.json",)),
    *rows("bazel", "lines", "--remote_header", everywhere=(".bazelrc",), mode=None),
    *rows(
        "ccache",
        "ini",
        "remote_storage: user and password",
        everywhere=(".config/ccache/ccache.conf", ".ccache/ccache.conf"),
        macos=("Library/Preferences/ccache/ccache.conf",),
        windows=("AppData/Local/ccache/ccache.conf",),
        mode=None,
    ),
    *rows(
        "sccache",
        "toml",
        "token, url",
        linux=(".config/sccache/config",),
        macos=("Library/Application Support/Mozilla.sccache/config",),
        windows=("AppData/Roaming/Mozilla/sccache/config/config",),
        mode=None,
    ),
)

ROWS: tuple[Row, ...] = (
    *_CONTAINERS,
    *_AMAZON,
    *_GOOGLE,
    *_AZURE,
    *_INFRASTRUCTURE,
    *_PROVIDERS,
    *_DATABASES,
    *_SERVICES,
)
