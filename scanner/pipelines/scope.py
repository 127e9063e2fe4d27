"""Which slots the values of a job come from: names of variables and expressions, led back to what the platform keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from scanner.pipelines.definition import Mention, Named, Setting, Via
from scanner.pipelines.results import Results
from scanner.records import dataclass, field, replace

_NAME = re.compile(r"\$\{?(?i:env:)?(?P<name>[A-Za-z_][A-Za-z0-9_]{0,255})|%(?P<windows>[A-Za-z_][A-Za-z0-9_]{0,255})%")
"""A variable as shells, PowerShell and cmd expand it."""
_INPUT = re.compile(r"\$\{\{\s{0,16}inputs\.([\w-]{1,100})\s{0,16}\}\}")
_LONGEST = 4096
"""Characters of a value in which names are looked for."""

_KEPT = frozenset({Named.SECRET, Named.ALL})
"""What needs not be led back any further."""

_OWN = frozenset({Named.ENV, Named.VARIABLE})
"""What a variable may hand on under its own name."""
_CREDENTIAL = re.compile(r"TOKEN|SECRET|PASS|PWD|KEY|CRED|AUTH|CERT|_PAT\Z|\APAT_|SIGN|GPG|PGP", re.IGNORECASE)
"""What names of variables say that hold credentials, where nothing but a script names them."""

EVERYTHING = "*"
"""What stands for all secrets of a place."""


_Way = tuple[Named, str, str]
"""What is named, its name, and what was made of it on the way."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A slot that a value comes from."""

    name: str
    made: str = ""
    """What comes in place of its own value, as of a mention."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Variables that are set at one level of a definition."""

    via: Via
    settings: tuple[Setting, ...]
    known: Mapping[str, Setting] = field(init=False, repr=False, compare=False)
    """By name; of those with the same one, the last."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", {setting.name: setting for setting in self.settings})


@dataclass(frozen=True, slots=True)
class Scope:
    """What a step can name."""

    layers: tuple[Layer, ...] = ()
    """The widest first; a later one counts."""
    handed: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict)
    """What the inputs of an action were given, led back, by their names in lower case."""
    outputs: Results = field(default_factory=Results, compare=False)
    """What the steps before it give."""
    is_ambient: bool = False
    """Whether a name that nobody sets is a variable of the project."""
    possible: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What expressions can come to, by their names in lower case: `matrix.target`, `inputs.script`."""
    tokens: frozenset[str] = frozenset()
    """Names that nobody sets and that are a token of the job, in scripts of the repository as well; in lower case, secrets for which every caller
    gives one."""
    _led: dict[_Way, tuple[Origin, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The slots that mentions of a name lead to, as far as anybody has asked, and where no result of a step tells: these come as steps are read."""

    def with_layer(self, via: Via, settings: tuple[Setting, ...]) -> Scope:
        """The same with one more level. What only hands a wider variable of its own name on changes nothing."""
        others = tuple(one for one in settings if not any(mention.named in _OWN and mention.name == one.name for mention in one.mentions))
        if not others:
            return self
        return replace(self, layers=(*self.layers, Layer(via, others)))

    def variable(self, name: str) -> Setting | None:
        """What sets a variable; None where the definition does not."""
        for layer in reversed(self.layers):
            if (setting := layer.known.get(name)) is not None:
                return setting
        return None

    def values(self) -> dict[str, str]:
        """The variables that the definition sets, as they are written. May hold credentials: never shown."""
        return {setting.name: setting.value for layer in self.layers for setting in layer.settings}

    def literals(self) -> dict[str, str]:
        """The variables of which the definition tells the value, be it over an input; those that only a run tells are not among them."""
        found = {}
        for name, value in self.values().items():
            asked = _INPUT.fullmatch(value)
            told = value if asked is None else self._input(asked[1])
            if "$" not in told:
                found[name] = told
        return found

    def _input(self, name: str) -> str:
        """What an input comes to; `$`, as of what only a run tells, where that is not certain."""
        possible = self.possible.get(f"inputs.{name.lower()}", ())
        return possible[0] if len(possible) == 1 else "$"

    def named(self, patterns: Iterable[str]) -> tuple[str, ...]:
        """The variables that the definition sets whose names fit one of the patterns (`*` is any letters)."""
        known = dict.fromkeys(setting.name for layer in self.layers for setting in layer.settings)
        wanted = frozenset(patterns)
        loose = tuple(pattern for pattern in wanted if "*" in pattern)
        return tuple(name for name in known if name in wanted or any(fnmatchcase(name, pattern) for pattern in loose))

    def slots(self, mentions: Iterable[Mention]) -> tuple[str, ...]:
        """The names of the slots that mentions lead to, in their order, each once."""
        return tuple(dict.fromkeys(origin.name for mention in mentions for origin in self._origins(mention)))

    def origins(self, mentions: Iterable[Mention]) -> tuple[Origin, ...]:
        """The slots that mentions lead to, likewise, each with what was made of it on the way."""
        return tuple(dict.fromkeys(origin for mention in mentions for origin in self._origins(mention)))

    def _origins(self, mention: Mention) -> tuple[Origin, ...]:
        key = _way(mention)
        if (known := self._led.get(key)) is None:
            met: set[_Way] = set()
            roots = self._roots((mention,), met)
            known = tuple(Origin(EVERYTHING if one.named is Named.ALL else one.name, one.made) for one in roots if one.named in _KEPT)
            if not any(named is Named.OUTPUT for named, _, _ in met):
                self._led[key] = known
        return known

    def roots(self, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
        """What mentions lead to once variables, inputs and results are led back: secrets, and the job's own token."""
        return self._roots(mentions, set())

    def _roots(self, mentions: Iterable[Mention], met: set[_Way]) -> tuple[Mention, ...]:
        """The same, where `met` gets all names on the ways there."""
        found: dict[_Way, Mention] = {}
        waiting = list(mentions)[::-1]
        while waiting:
            mention = waiting.pop()
            key = _way(mention)
            if key in met:
                continue
            met.add(key)
            if mention.named is Named.SECRET and mention.name.lower() in self.tokens:
                found[key] = replace(mention, named=Named.JOB_TOKEN)
            elif mention.named in _KEPT or mention.named is Named.JOB_TOKEN:
                found[key] = mention
            elif (more := self._behind(mention)) is not None:
                waiting += more[::-1]
            elif mention.named is not Named.INPUT and self.is_ambient:
                named = Named.JOB_TOKEN if mention.name in self.tokens else Named.SECRET
                found[key] = Mention(mention.name, named, mention.line, mention.column, mention.undone)
        return tuple(found.values())

    def _behind(self, mention: Mention) -> tuple[Mention, ...] | None:
        """What a variable, input or result was made from; None where nothing in the definition says so."""
        if mention.named is Named.INPUT:
            return self.handed.get(mention.name.lower())
        if mention.named is Named.OUTPUT:
            return tuple(replace(one, line=mention.line, column=mention.column) for one in self.outputs.of(mention.name))
        setting = self.variable(mention.name)
        return None if setting is None else setting.mentions

    def slots_of(self, name: str) -> tuple[str, ...]:
        """The names of the slots from which a variable of the environment has its value."""
        return self.slots([Mention(name, Named.ENV, 0, 0)])

    def in_text(self, value: str, mentions: Sequence[Mention] = ()) -> tuple[str, ...]:
        """The names of the slots that a piece of text leads to: variables that it expands, and those of `mentions` that stand in it."""
        return tuple(dict.fromkeys(origin.name for origin in self.origins_in(value, mentions)))

    def origins_in(self, value: str, mentions: Sequence[Mention] = ()) -> tuple[Origin, ...]:
        """These slots, each with what was made of it on the way."""
        text = value[:_LONGEST]
        found = dict.fromkeys(self.origins(mention for mention in mentions if mention.name in text))
        named = {mention.name for mention in mentions}
        for name in expanded(text):
            if name not in named and (self.variable(name) is not None or says_credential(name)):
                found |= dict.fromkeys(self._origins(Mention(name, Named.ENV, 0, 0)))
        return tuple(found)


def says_credential(name: str) -> bool:
    """Whether the name of a variable lets a credential be expected in it."""
    return _CREDENTIAL.search(name) is not None


def expanded(text: str) -> tuple[str, ...]:
    """The variables that a text expands, in their order, each once."""
    return tuple(dict.fromkeys(match["name"] or match["windows"] for match in _NAME.finditer(text[:_LONGEST])))


def as_mentions(origins: Iterable[Origin]) -> tuple[Mention, ...]:
    """Slots as something names them that has no place of its own."""
    return tuple(Mention(one.name, Named.SECRET, 0, 0, made=one.made) for one in origins)


def spilled(origins: Sequence[Origin]) -> tuple[tuple[str, ...], str]:
    """The slots whose own values are among these; where there are none, all of them and what was made of them."""
    own = tuple(one.name for one in origins if not one.made)
    return (own, "") if own or not origins else (tuple(dict.fromkeys(one.name for one in origins)), origins[0].made)


def _way(mention: Mention) -> _Way:
    return mention.named, mention.name, mention.made


def takes_job_token(mentions: Iterable[Mention], scope: Scope) -> bool:
    """Whether mentions lead to the platform's own token of the job, directly or through a variable or input."""
    return any(root.named is Named.JOB_TOKEN for root in scope.roots(mentions))
