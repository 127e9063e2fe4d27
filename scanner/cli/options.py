"""The options that commands share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

History = Annotated[
    bool | None, typer.Option("--history/--no-history", help="Read every object of a repository's store (default), or its files only.")
]
Home = Annotated[list[Path] | None, typer.Option("--home", metavar="DIR", help="Read DIR as a home directory. Repeatable.")]
CiExport = Annotated[
    list[str] | None,
    typer.Option("--ci-export", metavar="[SYSTEM[@REPO]:]FILE", help="Read FILE as an export of CI variables. Repeatable."),
]
Detector = Annotated[list[str] | None, typer.Option("--detector", metavar="ID", help="Run only this detector. Repeatable.")]
NoDetector = Annotated[list[str] | None, typer.Option("--no-detector", metavar="ID", help="Leave this detector out. Repeatable.")]
Policy = Annotated[list[str] | None, typer.Option("--policy", metavar="ID", help="Judge only by this policy. Repeatable.")]
NoPolicy = Annotated[list[str] | None, typer.Option("--no-policy", metavar="ID", help="Leave this policy out. Repeatable.")]
Format = Annotated[str | None, typer.Option("--format", metavar="text|json", help="Format of the report on stdout.")]
Output = Annotated[
    list[str] | None,
    typer.Option("--output", "-o", metavar="[FORMAT:]FILE", help="Write the report to FILE instead of stdout. Repeatable."),
]
FailOn = Annotated[
    str | None,
    typer.Option("--fail-on", metavar="SEVERITY", help="Fail from this severity on: critical, high, medium, low (default), info or none."),
]
ExitCode = Annotated[int | None, typer.Option("--exit-code", metavar="N", help="Exit code of a failed verdict (default 1).")]
Config = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Obey this configuration file and no other.")]
KeyFile = Annotated[Path | None, typer.Option("--key-file", metavar="FILE", help="The organisation's key that ids are made with.")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", metavar="N", help="Worker processes (default: one for each processor).")]
Include = Annotated[
    list[str] | None, typer.Option("--include", metavar="PATTERN", help="Read only files that match (gitignore syntax). Repeatable.")
]
Exclude = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="PATTERN", help="Leave out files that match (gitignore syntax). Repeatable.")
]
ShowSuppressed = Annotated[bool | None, typer.Option("--show-suppressed", help="List suppressed credentials too.")]
ShowUnscanned = Annotated[bool | None, typer.Option("--show-unscanned", help="List what could not be read, and why.")]
AllPlaces = Annotated[bool | None, typer.Option("--all-places", help="List every place, not only the first five of a credential.")]
MaxBlobSize = Annotated[
    str | None, typer.Option("--max-blob-size", metavar="SIZE", help="Do not read what is larger, such as 10M (default 128M).")
]
Strict = Annotated[bool | None, typer.Option("--strict", help="End with 3 when the verdict passes but something could not be read.")]
TrustConfig = Annotated[bool | None, typer.Option("--trust-config", help="Obey configuration and ignore files that lie in a target.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Judge expiry as of this day (default: today).")]
Quiet = Annotated[bool | None, typer.Option("--quiet", "-q", help="Results only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say on stderr what is being read.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour, also on a terminal.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Do not use the cache of compiled detectors.")]
