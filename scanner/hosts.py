"""The public registry and forge hosts that keytrail recognises: the one place where they are written.

A host is its labels from the right, so that matching never stops at a look-alike in the middle of a name. Nothing here imports
anything of ours.
"""

from __future__ import annotations

Labels = tuple[str, ...]

NPM: Labels = ("org", "npmjs", "registry")
YARN: Labels = ("com", "yarnpkg", "registry")
GITHUB_NPM: Labels = ("com", "github", "pkg", "npm")
PYPI: Labels = ("org", "pypi")
PYPI_UPLOAD: Labels = ("org", "pypi", "upload")
TEST_PYPI: Labels = ("org", "pypi", "test")
RUBYGEMS: Labels = ("org", "rubygems")
CRATES: Labels = ("io", "crates")
NUGET: Labels = ("org", "nuget")
NUGET_WEB: Labels = ("org", "nuget", "www")
PUB: Labels = ("dev", "pub")
JSR: Labels = ("io", "jsr")
OPEN_VSX: Labels = ("org", "open-vsx")
MAVEN_CENTRAL: Labels = ("com", "sonatype", "central")
QUAY: Labels = ("io", "quay")
GITLAB_REGISTRY: Labels = ("com", "gitlab", "registry")
COCOAPODS_TRUNK: Labels = ("org", "cocoapods", "trunk")
CLOUDSMITH_DOWNLOADS: Labels = ("io", "cloudsmith", "dl")
DOCKER_HUB: Labels = ("io", "docker", "index")
GHCR: Labels = ("io", "ghcr")
TTL: Labels = ("sh", "ttl")
"""A registry of images that everybody can push to and that forgets them within a day."""
GITHUB: Labels = ("com", "github")
GITHUB_API: Labels = ("com", "github", "api")

NAMES: dict[Labels, str] = {
    NPM: "the npm registry",
    YARN: "the npm registry",
    GITHUB_NPM: "GitHub Packages",
    PYPI: "PyPI",
    PYPI_UPLOAD: "PyPI",
    TEST_PYPI: "TestPyPI",
    RUBYGEMS: "RubyGems",
    CRATES: "the crates registry",
    NUGET: "NuGet",
    NUGET_WEB: "NuGet",
    PUB: "the Dart registry",
    JSR: "JSR",
    OPEN_VSX: "Open VSX",
    MAVEN_CENTRAL: "Maven Central",
    QUAY: "Quay",
    GITLAB_REGISTRY: "GitLab's container registry",
    COCOAPODS_TRUNK: "CocoaPods trunk",
    CLOUDSMITH_DOWNLOADS: "Cloudsmith",
    DOCKER_HUB: "Docker Hub",
    GHCR: "GitHub's container registry",
    GITHUB: "GitHub",
    GITHUB_API: "GitHub",
}
"""What people call a host."""


def labels(host: str) -> Labels:
    """The labels of `host` from the right, lower case; a port, a path and a trailing dot are not part of a host and must be gone."""
    return tuple(reversed(host.lower().rstrip(".").split(".")))


def spell(host: Labels) -> str:
    """The host as it is written in files."""
    return ".".join(reversed(host))


def under(host: str, ancestor: Labels) -> bool:
    """Whether `host` is `ancestor` or below it."""
    return labels(host)[: len(ancestor)] == ancestor


def friendly(host: str) -> str:
    """What people call `host`, else the host itself."""
    return NAMES.get(labels(host), host)
