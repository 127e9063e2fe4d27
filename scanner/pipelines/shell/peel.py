"""From the words of a command to the program that it is about: what only starts it is taken off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scanner.pipelines.shell.wrappers import PYTHON, RETRY, RUBY, WRAPPERS, Wrapper
from scanner.records import dataclass, replace

MOST_WRAPPERS = 16
"""Around one command; what stands behind more of them is not looked at."""

_BY_NAME: dict[str, tuple[Wrapper, ...]] = {
    name: tuple(sorted((one for one in WRAPPERS if one.words[0] == name), key=lambda one: -len(one.words)))
    for name in sorted({one.words[0] for one in WRAPPERS})
}
_PYTHON = re.compile(r"(?:python|pypy)[0-9.]{0,8}|py")
_RUBY = re.compile(r"j?ruby[0-9.]{0,8}|truffleruby")
_RETRY = re.compile(r"(?:[A-Za-z0-9]{1,40}[-_]){0,3}(?:retry|retries|backoff)(?:\.sh)?|retry[-_][A-Za-z0-9_-]{1,40}|travis_wait")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,255})=(.{0,65536})", re.DOTALL)
_VERSION = re.compile(r"(@?[^@=<>~!\[:]{1,256}+)(?:\[[^\]]{0,256}+\])?(?::(?=[0-9])|@|==|>=|<=|~=|<|>).{0,256}", re.DOTALL)
_ARCHIVE = re.compile(r"([A-Za-z][\w.]{0,60}(?:-[A-Za-z]\w{0,40}){0,6})(?:-[0-9].{0,60}|-\$.{0,120})?\.jar", re.DOTALL)
_EXPANSION = re.compile(r"\$(?:[A-Za-z_]\w{0,127}|\{[A-Za-z_][^{}\s]{0,200}\})")
_NUMBER = re.compile(r"[0-9]{1,9}[smhd]?")


@dataclass(frozen=True, slots=True)
class Peeled:
    """What is left of the words of a command when wrappers are gone."""

    first: int
    """Index of the first word of the command itself."""
    program: str
    """That word, without a version."""
    wrappers: tuple[str, ...] = ()
    assigned: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    """What a shell is given to run; `first` is where it stands."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One wrapper taken off."""

    first: int
    program: str
    assigned: tuple[tuple[str, str], ...] = ()
    text: str | None = None


def base(word: str) -> str:
    """The name of a program without its folder and, on Windows, its ending; of one in Java's archive without its version."""
    bare = word.replace("\\", "/").rpartition("/")[2]
    if (archive := _ARCHIVE.fullmatch(bare)) is not None:
        return archive[1]
    return bare[:-4] if bare.lower().endswith((".exe", ".cmd")) else bare


def peel(words: Sequence[str]) -> Peeled:
    """What is run by a command of at least one word; wrappers that start nothing are themselves what is run."""
    peeled = Peeled(0, words[0])
    while len(peeled.wrappers) < MOST_WRAPPERS:
        wrapper, at = _wrapper(words, peeled.first, base(peeled.program))
        if wrapper is None:
            break
        step = _taken_off(wrapper, words, at)
        if step is None:
            break
        wrappers = (*peeled.wrappers, " ".join(wrapper.words))
        peeled = Peeled(step.first, step.program, wrappers, (*peeled.assigned, *step.assigned), step.text)
        if step.text is not None:
            break
    return peeled


def behind(words: Sequence[str], peeled: Peeled, skipped: int) -> Peeled:
    """What is run where the first words of what was left only start the others."""
    inner = peel(words[peeled.first + skipped :])
    return replace(
        inner,
        first=inner.first + peeled.first + skipped,
        wrappers=(*peeled.wrappers, *inner.wrappers),
        assigned=(*peeled.assigned, *inner.assigned),
    )


def passed_on(words: Sequence[str], skipped: int) -> int | None:
    """The first word that a function of the script which runs its arguments is given to run, past `skipped` of its own."""
    at = 1 + skipped
    while at < len(words) and (words[at].startswith("-") or _NUMBER.fullmatch(words[at])):
        at += 1
    return at if at < len(words) else None


def _wrapper(words: Sequence[str], first: int, name: str) -> tuple[Wrapper | None, int]:
    """The wrapper that begins there, and the index of what follows its name."""
    after = words[first + 1] if first + 1 < len(words) else ""
    is_variable = _EXPANSION.fullmatch(name) is not None
    if _PYTHON.fullmatch(name) or (is_variable and after == "-m"):
        return PYTHON, first + 1
    if _RUBY.fullmatch(name) or (is_variable and after == "-S"):
        return RUBY, first + 1
    for wrapper in _BY_NAME.get(name, ()):
        at = first + 1
        for word in wrapper.words[1:]:
            at = _past_options(wrapper, words, at)
            if at >= len(words) or words[at] != word:
                break
            at += 1
        else:
            return wrapper, at
    return (RETRY, first + 1) if _RETRY.fullmatch(name) else (None, 0)


def _past_options(wrapper: Wrapper, words: Sequence[str], at: int) -> int:
    while at < len(words) and words[at].startswith("-") and words[at] != "--":
        at += 1 + _takes_next(words[at], wrapper.valued)
    return at


def _takes_next(option: str, valued: frozenset[str]) -> bool:
    """Whether the word after an option is its value."""
    if option in valued:
        return True
    if option.startswith("--") or "=" in option:
        return False
    return _short(option, valued) == ""


def _short(option: str, wanted: frozenset[str]) -> str | None:
    """What stands in a cluster of short options behind the first of those wanted; None where none is in it."""
    for index, letter in enumerate(option[1:33], 2):
        if f"-{letter}" in wanted:
            return option[index:]
    return None


def _taken_off(wrapper: Wrapper, words: Sequence[str], at: int) -> _Step | None:
    """What a wrapper starts; None where it starts nothing."""
    if wrapper.after_dashes and "--" in words[at:]:
        return _program(wrapper, words, words.index("--", at) + 1, ())
    assigned: list[tuple[str, str]] = []
    skipped = wrapper.skipped
    while at < len(words):
        word = words[at]
        if word == "--":
            at += 1
            break
        if word.startswith("-") and len(word) > 1:
            found = _by_option(wrapper, words, at)
            if found is not None:
                return found
            assigned += _set_by_option(wrapper, words, at)
            at += 1 + _takes_next(word, wrapper.valued)
        elif wrapper.assigns and (pair := _ASSIGNMENT.fullmatch(word)) is not None:
            assigned.append((pair[1], pair[2]))
            at += 1
        elif wrapper.numbers and _NUMBER.fullmatch(word):
            at += 1
        elif skipped:
            skipped -= not _may_be_options(words, at)
            at += 1
        else:
            break
    if wrapper.after_dashes or not wrapper.is_runner:
        return None
    return _program(wrapper, words, at + skipped, tuple(assigned))


def _may_be_options(words: Sequence[str], at: int) -> bool:
    """Whether a word is nothing but a variable before further options: `docker run $ARGS --rm image`."""
    return bool(_EXPANSION.fullmatch(words[at])) and at + 1 < len(words) and words[at + 1].startswith("-")


def _by_option(wrapper: Wrapper, words: Sequence[str], at: int) -> _Step | None:
    """What an option of the wrapper says that it starts."""
    for wanted in (wrapper.modules, wrapper.texts):
        name, separator, value = words[at].partition("=")
        is_value = words[at].startswith("--") or words[at][:2] in wrapper.valued
        rest = None if is_value else _short(words[at], wanted)
        if separator and name in wanted and wanted is wrapper.texts:
            return _Step(at, "", (), value)
        if words[at] in wanted or rest == "":
            at += 1
        elif not rest or wanted is wrapper.texts:
            continue
        else:
            return _Step(at, rest)
        if at < len(words):
            return _Step(at, words[at]) if wanted is wrapper.modules else _Step(at, "", (), words[at])
    return None


def _set_by_option(wrapper: Wrapper, words: Sequence[str], at: int) -> list[tuple[str, str]]:
    """The variable that an option sets."""
    name, separator, value = words[at].partition("=")
    if name in wrapper.sets:
        value = value if separator else words[at + 1] if at + 1 < len(words) else ""
        pair = _ASSIGNMENT.fullmatch(value)
        return [(pair[1], pair[2])] if pair else []
    return []


def _program(wrapper: Wrapper, words: Sequence[str], at: int, assigned: tuple[tuple[str, str], ...]) -> _Step | None:
    if at >= len(words):
        return None
    if wrapper.joins:
        return _Step(at, "", assigned, " ".join(words[at:]))
    program = words[at]
    if wrapper.takes_text and " " in program.strip():
        return _Step(at, "", assigned, program)
    if wrapper.is_versioned and (found := _VERSION.fullmatch(program)) is not None:
        program = found[1]
    if wrapper.only and program not in wrapper.only:
        return None
    if wrapper.strips:
        program = program.rpartition(wrapper.strips)[2] or program
    return _Step(at, program, assigned)


def executed(words: Sequence[str], at: int) -> list[tuple[int, int]]:
    """From where to where the words of the commands go that `find` runs, of which the arguments begin at `at`."""
    found: list[tuple[int, int]] = []
    while at < len(words):
        if words[at] in {"-exec", "-execdir", "-ok", "-okdir"}:
            end = next((index for index in range(at + 1, len(words)) if words[index] in {";", "+"}), len(words))
            if end > at + 1:
                found.append((at + 1, end))
            at = end
        at += 1
    return found
