"""What is learned of one job, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from scanner.model import Act, Location, Remark, Step, Use
from scanner.pipelines.commands import Match
from scanner.pipelines.definition import Mention, Named, Setting, Via
from scanner.pipelines.scope import EVERYTHING, Scope, takes_job_token
from scanner.records import dataclass

_ALL = "all secrets of the place at once, or one that is chosen when it runs"
_MOST = 20_000
"""Facts of one kind that are kept of a job; whoever has more wants to fill memory."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where something is said: the container, the file and the step it belongs to."""

    container: str
    file: str
    step: int | None = None
    script: str | None = None
    """Path of the script that the step has led to."""
    weight: float = 1.0
    """Of evidence that is found here."""

    def at(self, line: int, column: int, file: str = "") -> Location:
        """A place in this file, or in one that it includes."""
        return Location(self.container, file or self.file, line, column)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around something that a signature recognises."""

    at: Location
    scope: Scope
    mentions: tuple[Mention, ...] = ()
    fed: str = field(default="", repr=False)
    """What is piped into it."""


@dataclass(slots=True)
class Gathering:
    """All that was found out about a job so far."""

    acts: list[Act] = field(default_factory=list)
    uses: dict[Use, None] = field(default_factory=dict)
    remarks: dict[Remark, None] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Slots that a step's results are made from, by its id."""
    scripts: dict[tuple[str, str], None] = field(default_factory=dict)
    """Scripts and their targets that its steps run."""

    def act(self, match: Match, here: Here, around: Around) -> None:
        """Something that a signature recognises."""
        if len(self.acts) >= _MOST:
            return
        scope, mentions = around.scope, around.mentions
        texts = [*match.values, *([around.fed] if around.fed else [])]
        takes = dict.fromkeys(name for text in texts for name in scope.in_text(text, mentions))
        for sink in scope.named(match.sinks):
            takes |= dict.fromkeys(scope.slots_of(sink))
        job_token = match.uses_job_token and not takes
        named = [mention for mention in mentions if any(mention.name in text for text in match.values)]
        self.acts.append(
            Act(
                role=match.role,
                signature=match.signature,
                weight=here.weight,
                evidence=match.evidence if here.script is None else f"{match.evidence} in {here.script}",
                at=around.at,
                step=here.step,
                target=match.target,
                tier=match.tier,
                is_rehearsal=match.is_rehearsal,
                takes=tuple(takes),
                sinks=match.sinks,
                literal=any(text and "$" not in text and "%" not in text for text in match.values) and not takes,
                is_keyless=False if takes else match.is_keyless,
                uses_job_token=job_token or takes_job_token(named, scope),
                is_publisher=match.is_publisher,
                runs_project=match.runs_project,
                script=here.script,
            )
        )

    def use(self, via: Via, mentions: Iterable[Mention], here: Here, scope: Scope, *, as_name: str | None = None, file: str = "") -> None:
        """Slots that come in on one way, each as what it is led back to."""
        for mention in mentions:
            at = here.at(mention.line, mention.column, file)
            names = scope.slots([mention]) if mention.named is not Named.GROUP else (mention.name,)
            for name in names:
                if len(self.uses) < _MOST:
                    use = Use(name, via.value, at, here.step, as_name, is_group=mention.named is Named.GROUP)
                    self.uses[use] = None
            if mention.named is Named.ALL:
                self.remark(Remark("whole_store", "all", _ALL, at, here.step, (EVERYTHING,), here.script))
            if mention.undone is not None and names:
                evidence = f"{mention.undone} of {', '.join(names)}"
                self.remark(Remark("undone", mention.undone, evidence, at, here.step, names, here.script))

    def use_settings(self, via: Via, settings: Iterable[Setting], here: Here, scope: Scope) -> None:
        """Slots that settings are made from."""
        for setting in settings:
            self.use(via, setting.mentions, here, scope, as_name=setting.name, file=setting.file)

    def remark(self, remark: Remark) -> None:
        """Something that policies ask for and that is no role."""
        if len(self.remarks) < _MOST:
            self.remarks[remark] = None
