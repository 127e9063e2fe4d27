"""From a build with Maven or Gradle to the files that say where it publishes to and what it signs.

Sources: Maven's POM reference, Gradle's manual of multi-project builds (`buildSrc`, `includeBuild`, convention plugins).
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from posixpath import join, normpath

from scanner.pipelines.library import Library
from scanner.pipelines.scripts.nouns import ScriptFile

_GRADLE = ("build.gradle", "build.gradle.kts")
TOOL_FILES = {"mvn": ("pom.xml",), "mvnw": ("pom.xml",), "gradle": _GRADLE, "gradlew": _GRADLE}
"""Settings that say where a build tool publishes to."""
_SETTINGS = ("settings.gradle", "settings.gradle.kts")
_OWN_PLUGINS = "buildSrc"
"""The folder of plugins that Gradle builds before everything else."""
_APPLIED = "gradle"
"""The folder in which builds keep what their projects apply (`apply from: "$rootDir/gradle/publish.gradle"`)."""
_ENDINGS = (".gradle", ".gradle.kts")
_MOST = 100
"""Plugins of a build."""


def of_build(program: str, folder: str, library: Library) -> tuple[ScriptFile, ...]:
    """The files of a build that runs in a folder; of Gradle, the plugins that it keeps for its projects, too."""
    found = library.first_script(folder, TOOL_FILES[program])
    own = () if found is None else (found,)
    if TOOL_FILES[program] is not _GRADLE:
        return own
    return (*own, *library.kept(join(folder, _OWN_PLUGINS), partial(_plugins, folder, library)))


def _plugins(folder: str, library: Library) -> list[ScriptFile]:
    settings = library.first_script(folder, _SETTINGS)
    included = () if settings is None else settings.includes
    below = tuple(f"{normpath(join(folder, name))}/" for name in (_OWN_PLUGINS, _APPLIED, *included))
    every = [path for ending in _ENDINGS for path in library.ending(ending)]
    if not library.looks(f"{folder}/{_OWN_PLUGINS}", len(every) * len(below)):
        return []
    paths = islice((path for path in every if path.startswith(below)), _MOST)
    return [file for path in paths if (file := library.script(path)) is not None and file.parts]
