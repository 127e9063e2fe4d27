"""Which files releases are made with, told by where they lie: at the top, where tools look for them, or in folders of scripts."""

from __future__ import annotations

import re

_TOP = re.compile(
    r"""(?: gnumakefile | makefile | \.?justfile | taskfile (?: \.dist )? \. ya?ml | package\.json | tox\.ini | noxfile\.py | rakefile (?: \.rb )?
      | build\.gradle (?: \.kts )? | pom\.xml | setup\.cfg | pyproject\.toml | \.?goreleaser (?: [.-] [\w-]{1,64} )? \. ya?ml
      | \.releaserc (?: \.[a-z]{1,8} )? | \.release-it\. [a-z]{1,8} | lerna\.json | fastfile | earthfile | (?: docker | container ) file
      | \.npmrc | \.yarnrc\.yml | \.pypirc | uv\.toml | pip\.conf | nuget\.config | settings\.xml | gradle\.properties
      | (?: fastlane/fastfile | \.changeset/config\.json | \.cargo/config (?: \.toml )? )
      | (?: (?: scripts? | \.scripts | bin | tools? | hack | ci | \.ci | build | release ) / )? (?: release | publish | deploy ) [^/]{0,64} )""",
    re.VERBOSE | re.IGNORECASE,
)


def is_release_file(path: str) -> bool:
    """Whether a release may be made with a file though no job is seen to run it."""
    return _TOP.fullmatch(path) is not None
