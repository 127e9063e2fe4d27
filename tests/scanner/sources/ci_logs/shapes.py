"""Logs as each system writes them, made for a test around what a job printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from itertools import count

from scanner.sources.ci_logs import Cleaner, Origin, Spot, locate, recognise

TIME = "2024-05-01T12:00:00.1234567Z"


def github(lines: Iterable[str], step: str = "npm publish") -> str:
    """The log of a step: a mark, a time before each line, groups."""
    return "\ufeff" + "".join(
        f"{TIME} {line}\n" for line in (f"##[group]Run {step}", "shell: /usr/bin/bash -e {0}", "##[endgroup]", *lines)
    )


def github_job(lines: Iterable[str], job: str = "build") -> str:
    """The log of a whole job."""
    return "".join(f"{TIME} {line}\n" for line in ("Current runner version: '2.323.0'", f"Complete job name: {job}")) + github(lines)[1:]


def gh(lines: Iterable[str], job: str = "build (ubuntu)", step: str = "Publish") -> str:
    """What `gh run view --log` prints."""
    first, *rest = [f"{TIME} {line}" for line in ("##[group]Run npm publish", *lines)]
    return "".join(f"{job}\t{step}\t{line}\n" for line in (f"\ufeff{first}", *rest))


def azure(lines: Iterable[str], job: str = "Build", step: str = "Publish it") -> str:
    """The log of a job."""
    sections = (f"Starting: Prepare job {job}", f"Finishing: Prepare job {job}", f"Starting: {step}")
    return "".join(f"{TIME} {line}\n" for line in (*(f"##[section]{one}" for one in sections), *lines, f"##[section]Finishing: {step}"))


def gitlab(lines: Iterable[str], section: str = "step_script") -> str:
    """A trace as it always was: sections, colours, carriage returns."""
    opening = "\x1b[0KRunning with gitlab-runner 17.0.0 (44feccdf)\x1b[0;m\n"
    begin = f"section_start:1716381826:{section}[collapsed=true]\r\x1b[0K\x1b[0K\x1b[36;1mExecuting the script\x1b[0;m\n"
    return opening + begin + "".join(f"\x1b[32;1m{line}\x1b[0;m\n" for line in lines) + f"section_end:1716381830:{section}\r\x1b[0K\n"


def gitlab_timed(lines: Iterable[str], section: str = "step_script") -> str:
    """A trace with times, as runners write it since version 17."""
    stamp = "2024-05-22T12:43:46.962646Z"
    opening = f"{stamp} 00O Running with gitlab-runner 17.0.0 (44feccdf)\n"
    begin = f"{stamp} 00O section_start:1716381826:{section}\r\x1b[0K\n{stamp} 00O+\x1b[0K\x1b[36;1mExecuting\x1b[0;m\n"
    return opening + begin + "".join(f"{stamp} 01O {line}\n" for line in lines)


def jenkins(lines: Iterable[str], job: str = "acme-web", stage: str = "Publish") -> str:
    """The console of a pipeline with its notes and Timestamper's times."""
    note = "\x1b[8mha:////4H+H6gi+RzqRXgbuxDkiDNvJYq3p=\x1b[0m"
    marks = ("node", "{", "stage", f"{{ ({stage})", "sh")
    opening = [f"Started by user {note}admin", *(f"{note}[Pipeline] {mark}" for mark in marks)]
    opening.insert(2, f"Running on agent-1 in /var/lib/jenkins/workspace/{job}@2")
    closing = [f"{note}[Pipeline] {mark}" for mark in ("}", "// stage", "}", "// node", "End of Pipeline")]
    return "".join(f"{line}\n" for line in (*opening, *(f"[2024-05-01T12:00:00.123Z] {line}" for line in lines), *closing))


def buildkite(lines: Iterable[str], group: str = ":npm: Publish") -> str:
    """The log of a job with its times in application program commands."""
    every = ("~~~ Running global environment hook", "$ /etc/buildkite-agent/hooks/environment", f"--- {group}", *lines)
    return "".join(f"\x1b_bk;t={number}\x07{line}\r\n" for number, line in zip(count(1745322209921), every, strict=False))


def circleci(lines: Iterable[str], command: str = "npm publish") -> str:
    """The output of a step as text."""
    return f"#!/bin/bash -eo pipefail\n{command}\n" + "".join(f"{line}\r\n" for line in lines)


def circleci_answer(lines: Iterable[str], sizes: Sequence[int] = (7, 30, 11)) -> str:
    """The output of a step as the API answers it: messages that are cut anywhere."""
    text = "".join(f"{line}\r\n" for line in lines)
    messages: list[Mapping[str, object]] = []
    at = 0
    while at < len(text):
        size = sizes[len(messages) % len(sizes)]
        messages.append({"message": text[at : at + size], "time": TIME, "type": "out", "truncated": False})
        at += size
    return json.dumps(messages)


def plain(lines: Iterable[str]) -> str:
    """What nobody knows."""
    return "".join(f"{line}\n" for line in lines)


SHAPES: Mapping[str, Callable[[Iterable[str]], str]] = {
    made.__name__: made for made in (github, github_job, gh, azure, gitlab, gitlab_timed, jenkins, buildkite, circleci, plain)
}
"""Every shape of text, by name."""


def cleaned(log: bytes) -> bytes:
    """The log as it is examined."""
    return _drained(Cleaner(recognise(log).manner).clean(BytesIO(log).read))


def carried(log: bytes) -> bytes:
    """What is examined beside it."""
    return _drained(Cleaner(recognise(log).manner).carried(BytesIO(log).read))


def origins(log: bytes, value: bytes) -> list[Origin]:
    """Where every occurrence of `value` in the clean log came from."""
    clean, spots, at = cleaned(log), [], 0
    while (at := clean.find(value, at)) >= 0:
        spots.append(spot_of(clean, at))
        at += 1
    recognised = recognise(log)
    found = locate(Cleaner(recognised.manner).traced(BytesIO(log).read), recognised.tracker(), spots)
    return [found[spot] for spot in spots]


def spot_of(text: bytes, at: int) -> Spot:
    """Line and column of a place."""
    begin = text.rfind(b"\n", 0, at) + 1
    return text.count(b"\n", 0, at) + 1, len(text[begin:at].decode("utf-8", "replace")) + 1


def _drained(pull: Callable[[int], bytes]) -> bytes:
    parts: list[bytes] = []
    while part := pull(1):
        parts.append(part)
    return b"".join(parts)
