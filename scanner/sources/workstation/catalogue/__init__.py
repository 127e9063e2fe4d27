"""Where people's machines keep publishing credentials and keys: the catalogue, as data, by family.

Names are those of the tools' own documentation for Linux, macOS and Windows; all of them are looked for everywhere, since homes are copied
between machines. A trailing `*` catches what editors and people leave behind (`.npmrc.bak`).
"""

from __future__ import annotations

from scanner.sources.workstation.catalogue import clouds, editors, forges, keys, packages, shells
from scanner.sources.workstation.catalogue.row import FORMATS, OWN, Row, System

FAMILIES: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("Package managers", packages.ROWS),
    ("Version control and forges", forges.ROWS),
    ("Keys and keyrings", keys.ROWS),
    ("Containers, clouds and services", clouds.ROWS),
    ("Shells and histories", shells.ROWS),
    ("Editors and agents", editors.ROWS),
)
"""What a family is called, and its rows."""

CATALOGUE: tuple[Row, ...] = tuple(row for _, rows in FAMILIES for row in rows)

MOVED: tuple[tuple[str, str], ...] = (
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("XDG_CACHE_HOME", ".cache"),
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
)
"""Variables that move a folder of the catalogue elsewhere."""

__all__ = ["CATALOGUE", "FAMILIES", "FORMATS", "MOVED", "OWN", "Row", "System"]
