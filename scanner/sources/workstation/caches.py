"""Folders of a home in which nobody looks for clones: what programs fetch, keep and throw away by themselves.

The repositories in there are other people's code, and the folders are among the largest that a home has: so they are left out, or read
after everything else. One line is one folder and why that is so. Whatever else lies below a home is searched, the trash and the folders of
version managers and plugins too: people edit those, and what they threw away is still there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

ANYWHERE: Mapping[str, str] = MappingProxyType(
    {
        "node_modules": "packages that npm and its like unpacked",
        "site-packages": "packages that pip unpacked",
        "__pycache__": "compiled Python",
        ".pnpm-store": "pnpm's packages by hash, also at the top of other disks",
        ".terraform": "providers and modules that Terraform fetched, some as clones",
        ".snapshots": "older states of the same folders, kept by the file system",
    }
)
"""By name, wherever below the home."""

BELOW_HOME: Mapping[str, str] = MappingProxyType(
    {
        ".cache": "caches by convention; pre-commit and pip keep clones there",
        ".npm": "npm's cache",
        ".yarn": "Yarn's cache and its own releases",
        ".bun": "Bun's cache and its own releases",
        ".deno": "modules that Deno fetched",
        ".cargo/git": "clones of dependencies, made by cargo",
        ".cargo/registry": "crates, and a clone of the index",
        ".rustup": "toolchains",
        "go/pkg": "Go's module cache, with clones",
        ".m2/repository": "packages that Maven fetched",
        ".ivy2/cache": "packages that Ivy fetched",
        ".gradle": "packages, distributions and build caches of Gradle",
        ".nuget/packages": "packages that NuGet fetched",
        ".pub-cache": "packages that Dart fetched, some as clones",
        ".cocoapods/repos": "clones of CocoaPods' catalogues",
        ".conan": "packages that Conan fetched",
        ".conan2": "packages that Conan fetched",
        ".conda/pkgs": "packages that conda fetched",
        "anaconda3": "an installation of Python and its packages",
        "miniconda3": "an installation of Python and its packages",
        "miniforge3": "an installation of Python and its packages",
        ".vscode/extensions": "extensions of an editor",
        ".vscode-server": "an editor's other half, with its extensions",
        ".cursor/extensions": "extensions of an editor",
        ".cursor-server": "an editor's other half, with its extensions",
        ".mozilla": "a browser's profiles",
        ".thunderbird": "mail",
        ".config/google-chrome": "a browser's profiles",
        ".config/chromium": "a browser's profiles",
        ".config/BraveSoftware": "a browser's profiles",
        ".config/microsoft-edge": "a browser's profiles",
        ".local/share/containers": "images and layers of containers",
        ".local/share/docker": "images and layers of containers",
        ".local/share/flatpak": "applications",
        ".local/share/Steam": "games",
        ".steam": "games",
        ".lima": "disks of virtual machines",
        ".colima": "disks of virtual machines",
        ".minikube": "disks of virtual machines",
        ".vagrant.d": "disks of virtual machines",
        ".wine": "another system's programs",
        "Library/Caches": "caches by convention",
        "Library/Containers": "data of sandboxed applications",
        "Library/Group Containers": "data of sandboxed applications",
        "Library/Developer": "simulators and build products, with clones of dependencies",
        "Library/Application Support/Google/Chrome": "a browser's profiles",
        "Library/Application Support/Firefox": "a browser's profiles",
        "Library/Mail": "mail",
        "Library/Photos": "pictures",
        "AppData/Local/Google/Chrome": "a browser's profiles",
        "AppData/Local/Microsoft": "the system's own data",
        "AppData/Local/Packages": "data of sandboxed applications",
        "AppData/Local/Temp": "what nobody keeps",
        "AppData/Local/npm-cache": "npm's cache",
        "AppData/Local/pip": "pip's cache",
        "AppData/Roaming/Mozilla": "a browser's profiles",
    }
)
"""By path, seen from the home."""

OF_THE_SYSTEM = frozenset({"proc", "sys", "dev"})
"""What the kernel shows as folders, where the home is the root of the file system, as it is for accounts of some containers."""


def is_cache(path: str) -> bool:
    """Whether the folder at `path` of a home is one of these."""
    return path.rpartition("/")[2] in ANYWHERE or path in BELOW_HOME


def is_kernels(home: Path, path: str) -> bool:
    """Whether the folder at `path` of a home is none of a disk, and never entered."""
    return path in OF_THE_SYSTEM and home.parent == home
