"""How plugins of detect-secrets are asked. They are loaded when the first text is read."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from detectors._detect_secrets import load
from detectors._guess import guessable
from detectors._offline import facts, plain_text
from detectors._votes import outvoted
from scanner.contract import GENERIC, Anchor, Confidence, Kind, Lifetime, Reading, Secret, Window, rx
from scanner.records import dataclass, replace

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin

BUILT_IN = (
    ("artifactory", "ArtifactoryDetector", "Artifactory Credentials"),
    ("aws", "AWSKeyDetector", "AWS Access Key"),
    ("azure_storage_key", "AzureStorageKeyDetector", "Azure Storage Account access key"),
    ("basic_auth", "BasicAuthDetector", "Basic Auth Credentials"),
    ("cloudant", "CloudantDetector", "Cloudant Credentials"),
    ("discord", "DiscordBotTokenDetector", "Discord Bot Token"),
    ("github_token", "GitHubTokenDetector", "GitHub Token"),
    ("gitlab_token", "GitLabTokenDetector", "GitLab Token"),
    ("high_entropy_strings", "Base64HighEntropyString", "Base64 High Entropy String"),
    ("high_entropy_strings", "HexHighEntropyString", "Hex High Entropy String"),
    ("ibm_cloud_iam", "IbmCloudIamDetector", "IBM Cloud IAM Key"),
    ("ibm_cos_hmac", "IbmCosHmacDetector", "IBM COS HMAC Credentials"),
    ("jwt", "JwtTokenDetector", "JSON Web Token"),
    ("keyword", "KeywordDetector", "Secret Keyword"),
    ("mailchimp", "MailchimpDetector", "Mailchimp Access Key"),
    ("npm", "NpmDetector", "NPM tokens"),
    ("openai", "OpenAIDetector", "OpenAI Token"),
    ("pypi_token", "PypiTokenDetector", "PyPI Token"),
    ("sendgrid", "SendGridDetector", "SendGrid API Key"),
    ("slack", "SlackDetector", "Slack Token"),
    ("softlayer", "SoftlayerDetector", "SoftLayer Credentials"),
    ("square_oauth", "SquareOAuthDetector", "Square OAuth Secret"),
    ("stripe", "StripeDetector", "Stripe Access Key"),
    ("telegram_token", "TelegramBotTokenDetector", "Telegram Bot Token"),
    ("twilio", "TwilioKeyDetector", "Twilio API Key"),
)
"""Module, class and type of each class that is asked: kinds must be known before anything of it is loaded."""
LEFT_OUT = ("IPPublicDetector", "PrivateKeyDetector")

_LINE = 1024
"""Characters that are read at once, and how many of them are read again with the next ones, so that no value is cut."""
_AGAIN = 256
_KNOWN = 1 << 20
"""Lines that are remembered as holding nothing."""
_SHORTEST = 6
_BEFORE, _BEHIND = " \t\"'=:,;", " \t\"',;"
"""What some patterns take with a value although it is none of it."""
_LONGEST_NAME = 64
_NO_LETTER = rx(r"[^0-9A-Za-z]{1,64}")
_CONFIGURATION = rx(
    r"[ \t]{0,64} (?: - [ ] | export [ ] )? [0-9A-Za-z_.-]{1,128} [ \t]{0,16} [:=] [ \t]{0,16} [^\s\"'`(){}\[\]<>]{1,512} [ \t]{0,16}"
)
"""A line of YAML, INI or properties, where a value needs no quotes."""
_ROTATE = (
    "Find out what the value opens, from the code around it and from who wrote it",
    "Make a new one there, and replace the copies that are in use",
    "End the old one, and remove the copies",
)

Ask = Callable[[str], Iterable[str]]


def kind_of(secret_type: str) -> Kind:
    """The kind of what detect-secrets calls by this name."""
    name = plain_text(secret_type.encode(), _LONGEST_NAME)
    slug = _NO_LETTER.sub(b"-", name.lower().encode("ascii", "ignore")).strip(b"-").decode()
    return Kind(f"upstream-{slug}", f"{name} (detect-secrets)", GENERIC, frozenset({"read"}), rotate=_ROTATE)


@dataclass(frozen=True, slots=True)
class Upstream:
    """One detector that asks all plugins; `added` are classes of other distributions, `own` whether those of detect-secrets run too."""

    added: tuple[type[BasePlugin], ...] = ()
    own: bool = True
    id: str = "upstream"
    title: str = "detectors of detect-secrets"
    anchors: tuple[Anchor, ...] = ()
    """None: plugins do not say where they want to look."""
    reach: tuple[int, int] = (_AGAIN, _AGAIN)
    sight: int | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """One for each type of secret."""
        types = [secret_type for _, _, secret_type in BUILT_IN if self.own] + [str(plugin.secret_type) for plugin in self.added]
        return tuple({kind.id: kind for kind in map(kind_of, types)}.values())

    def with_plugins(self, modules: Iterable[ModuleType], *, own: bool) -> Upstream:
        """The same with the plugin classes that these modules define. Raises ValueError where they define none."""
        base: type[BasePlugin] = load("plugins.base").BasePlugin
        found = [
            one
            for module in modules
            for _, one in inspect.getmembers(module, inspect.isclass)
            if issubclass(one, base) and not inspect.isabstract(one) and one.__module__ == module.__name__
        ]
        if not found:
            message = "it defines no plugin of detect-secrets"
            raise ValueError(message)
        return replace(self, added=(*self.added, *found), own=own)

    def read(self, window: Window) -> Iterator[Reading]:
        """Every value that a plugin names in the lines of the window."""
        met: set[tuple[int, int, str]] = set()
        silent = _silent(self)
        for start, line in _lines(window):
            if hash(line) in silent:
                continue
            spoken = False
            for kind, plugin in _plugins(self):
                for begin, end in _spans(plugin, line):
                    spoken = True
                    place = start + begin, start + end, kind.id
                    if place not in met:
                        met.add(place)
                        yield from _reading(window, place, plugin)
            if not spoken and len(silent) < _KNOWN:
                silent.add(hash(line))


def _reading(window: Window, place: tuple[int, int, str], plugin: BasePlugin) -> Iterator[Reading]:
    start, end, kind = place
    value = window.text[start:end]
    if end - start >= _SHORTEST and not outvoted(value):
        doubtful = hasattr(plugin, "entropy_limit") or hasattr(plugin, "keyword_exclude")
        yield Reading(
            start,
            end,
            kind,
            Secret(value),
            confidence=Confidence.LOW if doubtful else Confidence.MEDIUM,
            facts=facts(Lifetime.UNKNOWN),
            guessable=guessable(value),
            vague=True,
        )


def _lines(window: Window) -> Iterator[tuple[int, str]]:
    """The lines of a window, each byte one character, with where they begin; long ones in pieces that share an end."""
    start = window.start
    while start < window.end:
        stop = window.text.find(b"\n", start, window.end)
        stop = window.end if stop < 0 else stop
        for at in range(start, max(start + 1, stop - _AGAIN), _LINE - _AGAIN):
            yield at, window.text[at : min(stop, at + _LINE)].decode("latin-1")
        start = stop + 1


@cache
def _plugins(detector: Upstream) -> tuple[tuple[Kind, BasePlugin], ...]:
    """Every plugin that is asked, with the kind of what it finds."""
    own = [getattr(load(f"plugins.{module}"), name) for module, name, _ in BUILT_IN if detector.own]
    return tuple((kind_of(str(plugin.secret_type)), plugin()) for plugin in (*own, *detector.added))


@cache
def _silent(_detector: Upstream) -> set[int]:
    """Hashes of lines in which no plugin named anything: a history has most of its lines a hundred times, and asking is slow."""
    return set()


def _spans(plugin: BasePlugin, line: str) -> Iterator[tuple[int, int]]:
    """Where the values that the plugin names stand in the line, each time they stand there."""
    for value in dict.fromkeys(_values(plugin, line)):
        at = line.find(value) if value else -1
        while at >= 0:
            yield at, at + len(value)
            at = line.find(value, at + len(value))


def _values(plugin: BasePlugin, line: str) -> Iterator[str]:
    """What the plugin names, and what it would leave out itself where it looks at a whole file left out."""
    for value in _asked(plugin)(line):
        entropy = getattr(plugin, "calculate_shannon_entropy", None)
        if entropy is None or entropy(value) > plugin.entropy_limit:  # type: ignore[attr-defined]  # the two come together
            yield _whole(plugin, line, value).lstrip(_BEFORE).rstrip(_BEHIND)


def _asked(plugin: BasePlugin) -> Ask:
    if not hasattr(plugin, "keyword_exclude"):
        return plugin.analyze_string
    keyword, words = load("plugins.keyword"), _words()

    def ask(line: str) -> Iterable[str]:
        if not words.search(line):
            return ()
        patterns = keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP
        if ":=" in line:
            patterns = keyword.GOLANG_DENYLIST_REGEX_TO_GROUP
        elif _CONFIGURATION.fullmatch(line.encode("latin-1")):
            patterns = keyword.CONFIG_DENYLIST_REGEX_TO_GROUP
        return plugin.analyze_string(line, denylist_regex_to_group=patterns)  # type: ignore[call-arg]  # only this one takes it

    return ask


@cache
def _words() -> re.Pattern[str]:
    """What every pattern for keywords asks for: without one of them in a line none of the slow patterns needs to be tried."""
    return re.compile("|".join(load("plugins.keyword").DENYLIST), re.IGNORECASE)


def _whole(plugin: BasePlugin, line: str, value: str) -> str:
    """The value; where a pattern has only the prefix of a token in its group, the token."""
    patterns: Iterable[re.Pattern[str]] = getattr(plugin, "denylist", ())
    for match in (match for pattern in patterns if pattern.groups == 1 for match in pattern.finditer(line)):
        if match[1] == value and match.start(1) == match.start() and match.end(1) < match.end():
            return match.group()
    return value
