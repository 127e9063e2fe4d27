"""Upload tokens of services that show test coverage: Codecov, Coveralls, Codacy, Code Climate and Qlty.

None has a form of its own: a UUID, 32 letters and digits, 20 or 32 or 64 hexadecimal ones. They are read behind the names that the
services' uploaders read, and in `.coveralls.yml`. With one of them somebody reports coverage in a project's name; Codacy's account token
can do more. Sources: the documentation of each service; the uploaders' own sources.

Near misses: `repo_token` without a service's name, `CODECOV_SLUG`, ids of projects and commits, the nil UUID, references.
"""

from __future__ import annotations

from detectors._assigned import UUID, AssignedDetector, Form, Place
from scanner.contract import Kind, Lifetime

_UPLOADS = 1
_LAST = (
    "Look at the reports of the project for some that no pipeline made, where they decide what may be merged",
    "Remove the copies that are left; uploaders that ran with the token may have printed it",
)
_CODECOV = Kind(
    id="codecov-upload-token",
    title="Codecov upload token",
    provider="codecov",
    actions=frozenset({"trigger"}),
    privilege=_UPLOADS,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Let the uploader sign in through OIDC, or regenerate the token in the settings of the repository or organisation: that ends the old one",
        "Put the new one into the secrets of CI",
        *_LAST,
    ),
)
_COVERALLS = Kind(
    id="coveralls-repo-token",
    title="Coveralls repository token",
    provider="coveralls",
    actions=frozenset({"trigger"}),
    privilege=_UPLOADS,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Use the token of the GitHub workflow where it runs there, or regenerate the repository's token in Coveralls: that ends the old one",
        "Put the new one into the secrets of CI, not into `.coveralls.yml`",
        *_LAST,
    ),
)
_CODACY = Kind(
    id="codacy-project-token",
    title="Codacy project token",
    provider="codacy",
    actions=frozenset({"trigger"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new project API token in the settings of the repository under Integrations, and put it into the secrets of CI",
        "Delete the old one there",
        *_LAST,
    ),
)
_CODACY_ACCOUNT = Kind(
    id="codacy-api-token",
    title="Codacy account API token",
    provider="codacy",
    actions=frozenset({"read", "admin"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Give the job a project token where that is enough, or make a new account token, and replace the copies that are in use",
        "Delete the old one in Codacy under Your account, Access management",
        "Look through the organisation's audit log for what was changed with it",
        "Remove the copies that are left",
    ),
)
_CLIMATE = Kind(
    id="codeclimate-reporter-id",
    title="Code Climate test reporter token",
    provider="codeclimate",
    actions=frozenset({"trigger"}),
    privilege=_UPLOADS,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Regenerate the test reporter's token in the settings of the repository under Test coverage: that ends the old one",
        "Put the new one into the secrets of CI",
        *_LAST,
    ),
)

DETECTORS = (
    AssignedDetector(
        id="coverage-upload-token",
        title="token of a coverage service, by its name",
        forms=(
            Form(
                _CODECOV,
                UUID,
                names=("codecov (io) (upload|repo|repository|global|org) (upload) token",),
                places=(
                    Place(
                        r"codecov [^\r\n]{0,120} [ ] (?: -t | --token ) [ =] [\"']?",
                        b"codecov",
                        then=r"[^\r\n]{1,100} (?:-t|--token)[ =][\"']?",
                        caseless=True,
                    ),
                    Place(
                        r"codecov: \s{1,16} (?: [a-z_]{1,24}: [^\r\n]{0,64} \r?\n [ ]{1,8} ){0,4} token: [ ]{1,3} [\"']?",
                        b"codecov:",
                        then=r"\s{1,16}(?:[a-z_]{1,24}:[^\r\n]{0,40}\r?\n {1,8}){0,2}token: {1,3}[\"']?",
                    ),
                    Place(
                        r"codecov/codecov-action [^\r\n]{0,80} \r?\n (?: [ ]{1,16}+ [^\r\n]{0,80}+ \r?\n ){0,8} [ ]{1,16} token: [ ]{1,3} [\"']?",
                        b"codecov/codecov-action",
                        then=r"[^\r\n]{0,40}\r?\n(?: {1,16}[^\r\n]{0,40}\r?\n){0,2} {1,16}token: {1,3}[\"']?",
                    ),
                ),
            ),
            Form(
                _COVERALLS,
                r"[0-9A-Za-z]{32}",
                mixed=True,
                names=("coveralls (repo|repository|ruby|python|js) token",),
                places=(
                    Place(
                        r"(?: \A | (?<= \n ) ) repo_token: [ ]{1,4} [\"']?",
                        b"repo_token:",
                        then=r" {1,4}[\"']?",
                        tail=r"(?= [\"']? [ \t]{0,8} (?: \# [^\r\n]{0,80} )? (?: \r?\n | \Z ) )",
                    ),
                    Place(
                        r"coveralls: \s{1,16} (?: [a-z_]{1,24}: [^\r\n]{0,64} \r?\n [ ]{1,8} ){0,4} (?: repo_ )? token: [ ]{1,3} [\"']?",
                        b"coveralls:",
                        then=r"\s{1,16}(?:[a-z_]{1,24}:[^\r\n]{0,40}\r?\n {1,8}){0,2}(?:repo_)?token: {1,3}[\"']?",
                    ),
                ),
            ),
            Form(_CODACY, r"[0-9a-f]{32}", names=("codacy (project|repo|repository|upload|reporter|coverage) (api) token",)),
            Form(_CODACY_ACCOUNT, r"[0-9A-Za-z]{20}", names=("codacy (account) (api) token",), mixed=True),
            Form(
                _CLIMATE,
                r"[0-9a-f]{64}",
                names=("codeclimate (repo|api|reporter) token", "code_climate (repo|api|reporter) token", "cc_test_reporter id"),
            ),
            Form(_CLIMATE, r"qltcp_[0-9A-Za-z]{16}", names=("qlty (coverage|upload|workspace) token",), prefix="qltcp_"),
        ),
    ),
)
