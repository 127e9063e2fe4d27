"""Which files tell by their path what their values are, and where those are then said to stand."""

from __future__ import annotations

from functools import cache

import pytest

from scanner import registry
from scanner.engine import Engine, build
from scanner.engine.overlap import settle
from scanner.run import told
from tests.support.fixtures import BUILTIN
from tests.support.templates import expand

DETECTORS = {
    "vault-token",
    "vault-legacy-token",
    "anaconda-token",
    "develocity-access-key",
    "hetzner-token",
    "cloudsmith-legacy-api-key",
    "gitlab-legacy-token",
    "buildkite-legacy-token",
    "rails-key",
    "jenkins-api-token",
    "generic-secret",
}


@cache
def engine() -> Engine:
    return build([one for one in registry.load([BUILTIN]) if one.id in DETECTORS], cache=None)


def read(path: str, template: str) -> list[tuple[str, bytes]]:
    """Kind and bytes of everything that is found in a file called `path`."""
    data = expand(template)
    found = engine().examine(data, hint=path).found
    row = told.row(path)
    if row is not None:
        found = settle((*found, *told.found_by(engine(), row, data)))
    assert all(data[slice(*one.span)] == one.reading.secret.reveal() for one in found)
    return [(one.reading.kind, data[slice(*one.span)]) for one in found]


@pytest.mark.parametrize(
    ("path", "template", "value", "kind"),
    [
        ("home/ann/.vault-token", "@\n", "s.<base62:24>", "vault-service-token"),
        (".vault-token", "@", "hvs.<p_url:95>", "vault-service-token"),
        (".config/binstar/https%3A%2F%2Fapi.example.token", "@", "ab-<uuid:1>", "anaconda-token"),
        (".continuum/anaconda-client/tokens/x.token", "@\n", "ab-<uuid:1>", "anaconda-token"),
        (".config/hcloud/cli.toml", '[[contexts]]\n  name = "x"\n  token = "@"\n', "<base62:64>", "hetzner-api-token"),
        (".cloudsmith/credentials.ini", "[default]\r\napi_key = @\r\n", "<p_hex:40>", "cloudsmith-legacy-api-key"),
        (".config/glab-cli/config.yml", "hosts:\n    git.example:\n        token: @\n", "<base62:20>", "gitlab-legacy-token"),
        ("etc/gitlab-runner/config.toml", '[[runners]]\n  token = "@"\n', "<base62:20>", "gitlab-legacy-token"),
        ("buildkite-agent.cfg", '# name\ntoken="@"\n', "<p_hex:50>", "buildkite-agent-token"),
        ("a.service", "[Service]\nEnvironment=DB_PASSWORD=@ A=b\n", "<base62:20>", "generic-secret"),
        ("x/a.service.d/b.conf", "[Service]\nEnvironment='DB_PASSWORD=@'\n", "<base62:20>", "generic-secret"),
        ("a.socket", "[Service]\nSetCredential=db-password:@\n", "<base62:20>", "generic-secret"),
        (".hex/hex.config", '{password,<<"@">>}.\n', "<base62:20>", "generic-secret"),
        (".hex/hex.config", '{\'$repos\',#{<<"a">> => #{<<"password">> => <<"@">>}}}.\n', "<base62:20>", "generic-secret"),
        ("home/.subversion/auth/svn.simple/0a1b", "K 8\npassword\nV 20\n@\nEND\n", "<base62:20>", "generic-secret"),
        ("app/config/master.key", "@", "<p_hex:32>", "rails-master-key"),
        ("jenkins/secrets/master.key", "@\n", "<hex:128><hex:128>", "jenkins-master-key"),
    ],
)
def test_a_path_tells_whose_the_value_is(path: str, template: str, value: str, kind: str) -> None:
    assert read(path, template.replace("@", value)) == [(kind, expand(value))]


def test_every_line_of_a_file_of_keys_is_read_and_keeps_its_place() -> None:
    text = "#Tue Nov 24\na.example=<base32:1:52>\nb.example=<base32:2:52>\n"
    assert [value for _, value in read(".gradle/develocity/keys.properties", text)] == [expand("<base32:1:52>"), expand("<base32:2:52>")]


@pytest.mark.parametrize(
    ("path", "template"),
    [
        (".vault-token.md", "s.<base62:24>"),
        ("other/master.key", "<p_hex:32>"),
        ("config/master.key", "the key is <p_hex:32>"),
        ("config/master.key", "${RAILS_MASTER_KEY}"),
        ("docs/x.token", "ab-<uuid:1>"),
        ("cli.toml", "# <base62:64>"),
    ],
)
def test_other_paths_and_other_contents_tell_nothing(path: str, template: str) -> None:
    assert read(path, template) == []


def test_a_large_file_is_left_to_the_detectors() -> None:
    row = told.row(".vault-token")
    assert row is not None
    assert told.found_by(engine(), row, expand("s.<base62:24>") + b"\n" * (1 << 16)) == ()
