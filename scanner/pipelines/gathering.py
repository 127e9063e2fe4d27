"""What is learned of one job, step by step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scanner.model import MADE, Act, Location, Remark, Step, Use
from scanner.pipelines.commands import Match
from scanner.pipelines.definition import Mention, Named, Setting, Via
from scanner.pipelines.destinations import HUB, Told, destinations, is_here, is_thrown_away
from scanner.pipelines.results import Results
from scanner.pipelines.roles import DOUBT
from scanner.pipelines.scope import EVERYTHING, Origin, Scope, expanded, spilled, takes_job_token
from scanner.records import dataclass, field, replace

_ALL = "all secrets of the place at once, or one that is chosen when it runs"
_SETUP = "credential_setup"
_FORGE_LOGIN = ("C25", _SETUP)
_LOCAL_CLUSTER, _OWN_KEY = "local_cluster", "own_key"
_IMAGES = frozenset({"container", "chart"})
_MOST = 20_000
"""Facts of one kind that are kept of a job; whoever has more wants to fill memory."""
_RESULT = re.compile(r"\$\{\{[ \t]{0,16}steps\.")
"""How the value of a setting begins that is the result of a step."""


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


def _are_job_token(sinks: tuple[str, ...], scope: Scope) -> bool:
    """Whether there are variables of a tool's credential, and each holds the job's own token."""
    return bool(sinks) and all(takes_job_token([Mention(name, Named.ENV, 0, 0)], scope) for name in sinks)


@dataclass(slots=True)
class Gathering:
    """All that was found out about a job so far."""

    acts: list[Act] = field(default_factory=list)
    uses: dict[Use, None] = field(default_factory=dict)
    remarks: dict[Remark, None] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    outputs: Results = field(default_factory=Results)
    """What its steps give to those after them."""
    told: Told = field(default_factory=Told)
    """What its steps have said so far of names of images."""
    scripts: dict[tuple[str, str], None] = field(default_factory=dict)
    """Scripts and their targets that its steps run."""
    placed: dict[str, Match] = field(default_factory=dict, repr=False)
    """By target: the last setup that names the registry to which its clients publish unless they are told another one."""
    clusters: list[int] = field(default_factory=list)
    """Steps that make a Kubernetes cluster on the machine of the job."""
    own_keys: list[int] = field(default_factory=list)
    """Steps that make a key to sign with."""
    _placed: dict[Location, list[Act]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Acts by their places, as far as anybody has asked."""
    _seen: int = field(default=0, init=False, repr=False, compare=False)

    def copy(self) -> Gathering:
        """The same, to go on with."""
        told = Told(self.told.outputs.copy(), self.told.variables.copy(), self.told.local.copy())
        return Gathering(
            self.acts.copy(),
            self.uses.copy(),
            self.remarks.copy(),
            self.steps.copy(),
            self.outputs.copy(),
            told,
            self.scripts.copy(),
            self.placed.copy(),
            self.clusters.copy(),
            self.own_keys.copy(),
        )

    def done_at(self, at: Location) -> list[Act]:
        """What was found at a place so far."""
        for act in self.acts[self._seen :]:
            self._placed.setdefault(act.at, []).append(act)
        self._seen = len(self.acts)
        return list(self._placed.get(at, ()))

    def keep(self, acts: list[Act]) -> None:
        """Goes on with these acts only."""
        self.acts, self._seen = acts, 0
        self._placed.clear()

    def take_back(self, at: Location, acts: list[Act]) -> None:
        """Takes back what was found at a place and is not done after all; it is among what was found last."""
        gone = {id(act) for act in acts}
        self._placed[at] = [act for act in self.done_at(at) if id(act) not in gone]
        place = len(self.acts)
        while gone and place:
            place -= 1
            if id(self.acts[place]) in gone:
                gone.discard(id(self.acts[place]))
                del self.acts[place]
        self._seen = len(self.acts)

    def act(self, found: Match, here: Here, around: Around) -> None:
        """Something that a signature recognises."""
        if len(self.acts) >= _MOST:
            return
        match = self._sent(found)
        if match.role == _LOCAL_CLUSTER:
            self.clusters += [] if here.step is None else [here.step]
            return
        if match.role == _OWN_KEY:
            self.own_keys += [] if here.step is None else [here.step]
            return
        scope, mentions = around.scope, around.mentions
        texts = [*match.values, *([around.fed] if around.fed else [])]
        takes = dict.fromkeys(name for text in texts for name in scope.in_text(text, mentions))
        sinks = scope.named(match.sinks)
        for sink in sinks:
            takes |= dict.fromkeys(scope.slots_of(sink))
        if (match.signature, match.role) == _FORGE_LOGIN and not takes and _takes_token(texts, match.sinks, around):
            return
        job_token = not takes and (match.uses_job_token or (not match.values and _are_job_token(sinks, scope)))
        places = self._places(match, scope)
        is_jobs = job_token or (_takes_token(texts, () if match.values else match.sinks, around) and not takes)
        self.acts.append(
            Act(
                role=match.role,
                signature=match.signature,
                weight=min(here.weight, DOUBT) if match.is_doubtful else here.weight,
                evidence=match.evidence if here.script is None else f"{match.evidence} in {here.script}",
                at=around.at,
                step=here.step,
                target=match.target,
                tier="test" if places and all(is_here(host) or is_thrown_away(host) for host in places) else match.tier,
                is_rehearsal=match.is_rehearsal or (match.role == "publish" and bool(places) and all(map(is_here, places))),
                takes=tuple(takes),
                sinks=match.sinks,
                literal=any(text and "$" not in text and "%" not in text for text in match.values) and not takes,
                is_keyless=False if takes or _is_fetched(match, sinks, scope) else True if is_jobs else match.is_keyless,
                uses_job_token=is_jobs,
                is_publisher=match.is_publisher,
                runs_project=match.runs_project,
                is_proven=match.is_proven,
                script=here.script,
                hosts=places,
            )
        )

    def _sent(self, match: Match) -> Match:
        """What publishes without being told where, with the registry that a setup before it names."""
        if match.role == _SETUP and match.placed is not None:
            self.placed[match.placed] = match
        setup = self.placed.get(match.target or "") if match.role == "publish" and match.placed is None and match.tier == "public" else None
        return match if setup is None else replace(match, target=setup.target, tier=setup.tier)

    def _places(self, match: Match, scope: Scope) -> tuple[str, ...]:
        """Where images go, or which registry is logged in to: Docker Hub where none is said."""
        if match.target not in _IMAGES:
            return ()
        is_login = match.role == _SETUP
        if is_login and not match.images and match.target == "container":
            return (HUB,)
        images = [one for one in match.images if match.target != "chart" or is_login or one.startswith("oci://")]
        return destinations(images, scope, self.told, is_registry=is_login)

    def use(self, via: Via, mentions: Iterable[Mention], here: Here, scope: Scope, *, as_name: str | None = None, file: str = "") -> None:
        """Slots that come in on one way, each as what it is led back to."""
        for mention in mentions:
            at = here.at(mention.line, mention.column, file)
            origins = scope.origins([mention]) if mention.named is not Named.GROUP else (Origin(mention.name),)
            for one in origins:
                if len(self.uses) < _MOST:
                    use = Use(one.name, via.value, at, here.step, as_name, is_group=mention.named is Named.GROUP, made=one.made)
                    self.uses[use] = None
            if mention.named is Named.ALL:
                self.remark(Remark("whole_store", "all", _ALL, at, here.step, (EVERYTHING,), here.script))
            if mention.undone is not None and origins:
                names, made = spilled(origins)
                evidence = f"{mention.undone} of {MADE.get(made, '')}{', '.join(names)}"
                self.remark(Remark("undone", mention.undone, evidence, at, here.step, names, here.script, made))

    def use_settings(self, via: Via, settings: Iterable[Setting], here: Here, scope: Scope) -> None:
        """Slots that settings are made from."""
        for setting in settings:
            self.use(via, setting.mentions, here, scope, as_name=setting.name, file=setting.file)

    def remark(self, remark: Remark) -> None:
        """Something that policies ask for and that is no role."""
        if len(self.remarks) < _MOST:
            self.remarks[remark] = None


def _takes_token(texts: Sequence[str], sinks: Iterable[str], around: Around) -> bool:
    """Whether what is handed over is the platform's own token of the job: by an expression, by a variable, or through standard input."""
    named = [mention for mention in around.mentions if any(mention.name in text for text in texts)]
    names = (*(name for text in texts for name in expanded(text)), *around.scope.named(sinks))
    return takes_job_token([*named, *(Mention(name, Named.ENV, 0, 0) for name in names)], around.scope)


def _is_fetched(match: Match, sinks: Iterable[str], scope: Scope) -> bool:
    """Whether a variable for a credential is set to the result of a step that no file leads back to anything, such as one that asks a vault."""
    if match.is_keyless is not None:
        return False
    settings = (scope.variable(name) for name in sinks)
    return any(setting is not None and _RESULT.match(setting.value) is not None for setting in settings)
