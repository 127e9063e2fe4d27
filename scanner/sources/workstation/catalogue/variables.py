"""Variables that say where a tool keeps its files instead of the place that the catalogue has: as data, a line a variable.

Names are those of the tools' own documentation. A variable that holds a secret itself is none of these: the environment is read as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MOVED: tuple[tuple[str, str], ...] = (
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_RUNTIME_DIR", ".config"),
    ("APPDATA", "AppData/Roaming"),
    ("LOCALAPPDATA", "AppData/Local"),
    ("GH_CONFIG_DIR", ".config/gh"),
    ("GLAB_CONFIG_DIR", ".config/glab-cli"),
    ("DOCKER_CONFIG", ".docker"),
    ("CARGO_HOME", ".cargo"),
    ("GRADLE_USER_HOME", ".gradle"),
    ("COMPOSER_HOME", ".composer"),
    ("HEX_HOME", ".hex"),
    ("CONAN_HOME", ".conan2"),
    ("JFROG_CLI_HOME_DIR", ".jfrog"),
    ("CLOUDSDK_CONFIG", ".config/gcloud"),
    ("AZURE_CONFIG_DIR", ".azure"),
    ("PULUMI_HOME", ".pulumi"),
    ("HF_HOME", ".cache/huggingface"),
    ("KAGGLE_CONFIG_DIR", ".kaggle"),
    ("CLAUDE_CONFIG_DIR", ".claude"),
    ("CODEX_HOME", ".codex"),
    ("GNUPGHOME", ".gnupg"),
    ("PASSWORD_STORE_DIR", ".password-store"),
    ("CAROOT", ".local/share/mkcert"),
    ("ZDOTDIR", ".config/zsh"),
    ("UV_CREDENTIALS_DIR", ".local/share/uv/credentials"),
    ("POETRY_CONFIG_DIR", ".config/pypoetry"),
    ("HELM_CONFIG_HOME", ".config/helm"),
    ("SNOWFLAKE_HOME", ".snowflake"),
    ("STEPPATH", ".step"),
)
"""Variables that move a folder of the catalogue elsewhere."""

NAMED: tuple[tuple[str, str], ...] = (
    ("NETRC", ".netrc*"),
    ("NPM_CONFIG_USERCONFIG", ".npmrc*"),
    ("npm_config_userconfig", ".npmrc*"),
    ("NPM_CONFIG_GLOBALCONFIG", ".npmrc*"),
    ("npm_config_globalconfig", ".npmrc*"),
    ("PIP_CONFIG_FILE", ".config/pip/pip.conf"),
    ("UV_CONFIG_FILE", ".config/uv/uv.toml"),
    ("CONDARC", ".condarc"),
    ("BUNDLE_USER_CONFIG", ".bundle/config"),
    ("GOENV", ".config/go/env"),
    ("KUBECONFIG", ".kube/config*"),
    ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials*"),
    ("AWS_CREDENTIAL_FILE", ".aws/credentials*"),
    ("AWS_CONFIG_FILE", ".aws/config*"),
    ("BOTO_CONFIG", ".boto"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "run/secrets/eks.amazonaws.com/serviceaccount/token"),
    ("AZURE_FEDERATED_TOKEN_FILE", "run/secrets/azure/tokens/azure-identity-token"),
    ("GOOGLE_APPLICATION_CREDENTIALS", ".config/gcloud/**/*.json"),
    ("GOOGLE_GHA_CREDS_PATH", ".config/gcloud/**/*.json"),
    ("CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", ".config/gcloud/**/*.json"),
    ("OCI_CLI_CONFIG_FILE", ".oci/config"),
    ("DATABRICKS_CONFIG_FILE", ".databrickscfg"),
    ("REGISTRY_AUTH_FILE", ".config/containers/auth.json"),
    ("HELM_REPOSITORY_CONFIG", ".config/helm/repositories.yaml"),
    ("HELM_REGISTRY_CONFIG", ".config/helm/registry/config.json"),
    ("GIT_CONFIG_GLOBAL", ".gitconfig*"),
    ("GIT_CONFIG_SYSTEM", ".gitconfig*"),
    ("GIT_CONFIG", ".gitconfig*"),
    ("HUB_CONFIG", ".config/hub"),
    ("HGRCPATH", ".hgrc"),
    ("TF_CLI_CONFIG_FILE", ".terraformrc"),
    ("TERRAFORM_CONFIG", ".terraformrc"),
    ("SOPS_AGE_KEY_FILE", ".config/sops/**"),
    ("RCLONE_CONFIG", ".config/rclone/rclone.conf*"),
    ("ANSIBLE_CONFIG", ".ansible.cfg"),
    ("ANSIBLE_VAULT_PASSWORD_FILE", ".ansible/vault_pass*"),
    ("ANSIBLE_GALAXY_TOKEN_PATH", ".ansible/galaxy_token"),
    ("SCCACHE_CONF", ".config/sccache/config"),
    ("HF_TOKEN_PATH", ".cache/huggingface/token"),
    ("PGPASSFILE", ".pgpass*"),
    ("PGSERVICEFILE", ".pg_service.conf"),
    ("MYSQL_TEST_LOGIN_FILE", ".mylogin.cnf"),
    ("WGETRC", ".wgetrc"),
    ("SYSTEM_WGETRC", ".wgetrc"),
    ("BASH_ENV", ".bashrc*"),
    ("ENV", ".profile*"),
    ("HISTFILE", ".bash_history*"),
    ("PYTHON_HISTORY", ".python_history*"),
    ("NODE_REPL_HISTORY", ".node_repl_history"),
    ("PSQL_HISTORY", ".psql_history*"),
    ("MYSQL_HISTFILE", ".mysql_history"),
    ("SQLITE_HISTORY", ".sqlite_history"),
    ("REDISCLI_HISTFILE", ".rediscli_history"),
    ("LESSHISTFILE", ".lesshst"),
)
"""Variables that name a file, with the place of the catalogue whose file is written alike."""

LISTS = frozenset({"KUBECONFIG", "HGRCPATH"})
"""Those that name several, with the system's separator between them."""

OF_ZSH: Mapping[str, str] = MappingProxyType({"HISTFILE": ".zsh_history*"})
"""What those stand for that zsh shares with other shells, where `SHELL` is zsh: its history has an encoding of its own."""
