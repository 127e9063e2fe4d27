"""What texts and commands of one repository mean: each is understood once, however many jobs and scripts lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from scanner.pipelines.alternatives import alternatives, changeable, plain_values, variants
from scanner.pipelines.commands import Command, Match
from scanner.pipelines.definition import Text
from scanner.pipelines.follow import Followed, followed
from scanner.pipelines.library import Library
from scanner.pipelines.roles import HIGH
from scanner.pipelines.scope import Scope
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.shell import Branches, Place, commands, has_branches, is_left_out
from scanner.pipelines.signatures import Noted, Signatures
from scanner.pipelines.tools import Setup, Started, setup_of
from scanner.records import dataclass, field, replace

MOST_KEPT = 50_000
"""Commands of texts that are kept, and commands of which is kept what they do and where they lead."""
_MOST_CHARACTERS = 500_000
"""Of texts whose conditions are kept."""
_PARSED = 64
"""Characters of a text that is parsed once more: so many count as a command that is followed."""
_COMPARED = 8
"""Commands of a text that is read with other values, looked at for those that differ: so many count as one that is read once more."""
_CONDITIONS = 2
"""Conditions of a text that are looked at for a call: so many count likewise."""
_POSIX = frozenset({"bash", "sh"})
_TWO = 2
"""A text as it is written, and once more with values."""
_ELSEWHERE = "ssh"
"""What starts commands on another machine."""
_TEST_RUNNERS = frozenset({"tox", "nox"})

Told = tuple[tuple[Match, ...], tuple[Noted, ...]]


@dataclass(slots=True)
class _Means:
    """What a command means: by the values of the variables that decide it."""

    asks: tuple[str, ...]
    """Names of these, or their patterns."""
    by_values: dict[tuple[tuple[str, str], ...], Told] = field(default_factory=dict)


def _told_elsewhere(known: Told) -> Told:
    """What a command does on another machine, where it runs nothing beside what the job has: what leaves that machine is left."""
    matches, noted = known
    return tuple(replace(match, runs_project=False) for match in matches if match.role in HIGH), noted


class Understood:
    """What a library's texts and commands mean, by the signatures; `projects` is what forges call its repository."""

    def __init__(self, library: Library, signatures: Signatures, projects: frozenset[str] = frozenset()) -> None:
        self.library = library
        self.signatures = signatures
        self.projects = projects
        self._texts: dict[tuple[str, str], tuple[Command, ...]] = {}
        self._met: set[tuple[str, str]] = set()
        self._kept = 0
        self._changeable: dict[str, tuple[str, ...]] = {}
        self._branches: dict[str, Branches] = {}
        self._branched: set[str] = set()
        self._characters = 0
        self._told: dict[tuple[object, ...], _Means] = {}
        self._tells = 0
        self._led: dict[tuple[object, ...], tuple[Followed, ...]] = {}
        self._set_up: dict[Started, Setup] = {}
        self._tests_nothing: dict[tuple[tuple[str, str], ...], bool] = {}

    def commands(self, text: str, shell: str, file: str) -> tuple[Command, ...]:
        """The commands of a text that stands in a file. To parse one again counts as following it further."""
        key = text, shell
        if (known := self._texts.pop(key, None)) is not None:
            self._texts[key] = known
            return known
        if key in self._met:
            self.library.follows(file, len(text) // _PARSED)
        self._met.add(key)
        found = commands(text, shell)
        self._texts[key] = found
        self._kept += len(found) + 1
        while self._kept > MOST_KEPT and len(self._texts) > 1:
            self._kept -= len(self._texts.pop(next(iter(self._texts)))) + 1
        return found

    def asked_for(
        self, text: Text, words: tuple[str, ...] | None, scope: Scope, settled: Callable[[], Mapping[str, str]], file: str
    ) -> Iterator[Command]:
        """The commands of a text that a call with `words` asks for, those with expressions once for each thing that they can come to.

        `settled` tells the variables whose values are known. Of a text with other values count its commands that differ, and parsing it, if
        that was not done before.
        """
        met: set[Command] = set()
        readings = self._readings(text.value, scope)
        for number, one in enumerate(readings):
            parsed = 0 if (one, text.shell) in self._texts else len(one) // _PARSED
            found = self.commands(one, text.shell, file)
            if number and not self.library.varies(file, parsed + max(1, len(found) // _COMPARED)):
                return
            skipped = self._left_out(one, words, settled, file) if text.shell in _POSIX else ()
            if number == 0 and len(readings) == _TWO and self._is_settled(text.value, scope, settled):
                found = self._meant(found, self.commands(readings[1], text.shell, file))
            for command in found:
                bare = replace(command, column=0) if len(readings) > 1 else command
                if (number == 0 or bare not in met) and not (skipped and is_left_out(skipped, (command.row, command.column))):
                    if number and not self.library.varies(file, 1):
                        return
                    yield command
                if len(readings) > 1:
                    met.add(bare)

    @staticmethod
    def _meant(written: tuple[Command, ...], known: tuple[Command, ...]) -> tuple[Command, ...]:
        """Commands with the values of their variables, each where it is written; as they are written where there are more or less of them then."""
        if len(written) != len(known):
            return written
        return tuple(replace(one, row=as_is.row, column=as_is.column) for one, as_is in zip(known, written, strict=True))

    def _is_settled(self, text: str, scope: Scope, settled: Callable[[], Mapping[str, str]]) -> bool:
        """Whether variables of a text have the values that the definition gives them, and no others."""
        plain = plain_values(self._changeable[text], scope)
        return bool(plain) and plain.keys() <= settled().keys()

    def _readings(self, text: str, scope: Scope) -> tuple[str, ...]:
        """The text with what is known of its expressions, and of its variables."""
        if text not in self._changeable:
            if len(self._changeable) >= MOST_KEPT:
                self._changeable.clear()
            self._changeable[text] = changeable(text)
        return (*alternatives(text, scope.possible), *variants(text, self._changeable[text], scope))

    def _left_out(
        self, text: str, words: tuple[str, ...] | None, settled: Callable[[], Mapping[str, str]], file: str
    ) -> tuple[tuple[Place, Place], ...]:
        """The parts of a text that are not run. To look at all its conditions counts as well."""
        if not has_branches(text):
            return ()
        branches = self._branches.pop(text, None)
        if branches is None:
            if text in self._branched:
                self.library.follows(file, len(text) // _PARSED)
            self._branched.add(text)
            branches = Branches(text)
            self._characters += len(text)
        self._branches[text] = branches
        while self._characters > _MOST_CHARACTERS and len(self._branches) > 1:
            oldest = next(iter(self._branches))
            self._characters -= len(oldest)
            del self._branches[oldest]
        self.library.follows(file, branches.size // _CONDITIONS)
        return branches.left_out(words, settled())

    def told(self, command: Command, variables: Mapping[str, str]) -> Told:
        """What a command does among such variables of its step and what is to be remarked of it, wherever it stands."""
        key = (
            command.argv,
            command.assigned,
            command.names,
            command.wrappers,
            command.fed,
            command.has_input,
            command.writes,
            command.is_captured,
        )
        if (means := self._told.get(key)) is None:
            means = self._told[key] = _Means(self.signatures.asks(command))
        decide = self.signatures.chosen(means.asks, variables)
        values = tuple(decide.items())
        if (known := means.by_values.get(values)) is None:
            if self._tells >= MOST_KEPT:
                self._told, self._tells = {}, 0
            self._tells += 1
            known = means.by_values[values] = self.signatures.told(command, decide)
        return _told_elsewhere(known) if _ELSEWHERE in command.wrappers else known

    def followed(self, command: Command, folder: str, own: str) -> tuple[Followed, ...]:
        """What a command that runs in a folder leads to; `own` is the script that says so, where one does."""
        key = command.argv, command.assigned, folder, own
        if (known := self._led.get(key)) is None:
            if len(self._led) >= MOST_KEPT:
                self._led.clear()
            known = self._led[key] = followed(command, folder, self.library, own)
        return known

    def set_up(self, started: Started) -> Setup:
        """What settings make of a release tool."""
        if started not in self._set_up:
            if len(self._set_up) >= MOST_KEPT:
                self._set_up.clear()
            self._set_up[started] = setup_of(started, self.library)
        return self._set_up[started]

    def tests_nothing(self, found: tuple[Followed, ...]) -> bool:
        """Whether a runner of tests is asked for environments that can be read, in which nothing is a test, nor called one."""
        read = [
            (one.file, one.target) for one in found if one.target is not None and one.file is not None and one.file.type in _TEST_RUNNERS
        ]
        if not found or len(read) < len(found):
            return False
        key = tuple((file.file, target.name) for file, target in read)
        if key not in self._tests_nothing:
            self._tests_nothing[key] = self._test_nothing(read)
        return self._tests_nothing[key]

    def _test_nothing(self, read: list[tuple[ScriptFile, Target]]) -> bool:
        if not all(target.texts for _, target in read):
            return False
        every = [command for file, target in read for text in target.texts for command in self.commands(text.value, text.shell, file.file)]
        does = [self.told(command, {})[0] for command in every]
        is_test = any(match.role == "test" for matches in does for match in matches)
        named = any(target.name.startswith("py") or "test" in self.signatures.names(target.name) for _, target in read)
        return not is_test and (all(does) or not named)
