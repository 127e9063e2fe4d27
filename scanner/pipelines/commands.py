"""The nouns of shell text and of what it matches."""

from __future__ import annotations

import re

from scanner.records import dataclass, field

_PREFIX = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]{0,63}\}(?=[A-Za-z])")
"""A folder in a variable, before the name of a program: `${PREFIX}twine`."""


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command of a script, as its shell would start it, wrappers gone."""

    argv: tuple[str, ...] = field(repr=False)
    """Words without their quotes; what is expanded stays as it is written (`$X`, `${X}`, `${{ secrets.X }}`). May hold a credential: never shown."""
    row: int
    column: int
    """From 0, in the text that was read: where its first word stands."""
    assigned: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Variables that are set for it alone."""
    names: tuple[str, ...] = ()
    """Variables that are expanded in it, in their order, each once; with those of what is piped or fed into it."""
    wrappers: tuple[str, ...] = ()
    """Programs that only start it: `sudo`, `npx`, `uv run`, `bundle exec`."""
    is_forgiven: bool = False
    """Whether its failure is passed over (`|| true`, `set +e`)."""
    fed: tuple[str, ...] = field(default=(), repr=False)
    """argv of the command that is piped into it."""
    has_input: bool = False
    """Whether something is fed into it: a pipe, a here document, a file."""
    writes: tuple[str, ...] = ()
    """Files that its output goes to."""
    is_captured: bool = False
    """Whether its output goes to another command or into a word, and so not to the log."""
    function: str | None = None
    """The function of the text in which it stands."""

    @property
    def program(self) -> str:
        """The name of the program, without its folder, be it in a variable, and, on Windows, its ending; empty where only variables are set."""
        name = self.argv[0] if self.argv else ""
        bare = _PREFIX.sub("", name.replace("\\", "/").rpartition("/")[2])
        return bare[: -len(".exe")] if bare.lower().endswith(".exe") else bare


@dataclass(frozen=True, slots=True)
class Match:
    """What a signature says about a command or step."""

    signature: str
    """`A1` to `A60`, `C1` to `C48`, or the id of one that configuration adds."""
    role: str
    evidence: str
    """What was recognised, in words that hold nothing of the input but names that the signature itself lists: `twine upload`. What findings are
    made of says so where its row was not checked."""
    target: str | None = None
    """`pypi`, `npm`, `container`, …; None where it publishes nothing."""
    tier: str = "public"
    """`public`, `private`, `test`."""
    is_rehearsal: bool = False
    """A dry run, a snapshot, a push to nowhere."""
    sinks: tuple[str, ...] = ()
    """Variables of the environment from which it would take a credential, whether they are set or not."""
    values: tuple[str, ...] = field(default=(), repr=False)
    """Texts of flags and inputs that are its credential, as they are written (`$X`, `${{ secrets.X }}`). May hold one: never shown."""
    is_keyless: bool | None = None
    """Whether it can do without a stored credential as it is written (OIDC, the job's own token); None where that is not known."""
    uses_job_token: bool = False
    """Whether it works with the platform's own token of the job unless it is given another."""
    is_publisher: bool = False
    """Whether it is a known publisher of its service: it may be handed that service's credential."""
    runs_project: bool = False
    """Whether it also runs code of the project: `npm publish` its lifecycle scripts, `gradlew publish` the build."""
    is_proven: bool = False
    """Whether what it publishes gets a provenance without anybody asking, or is only moved with whatever was attested of it."""
    images: tuple[str, ...] = field(default=(), repr=False)
    """Texts that name what it pushes, or the registry that it logs in to, as they are written. May hold a credential: never shown."""
    placed: str | None = None
    """The target whose usual registry is not meant, or is meant by name: it was told which one. None where it was not told."""
    is_doubtful: bool = False
    """Whether only a run tells that it does this, or it does it with something that says otherwise: no more than a suspicion."""
