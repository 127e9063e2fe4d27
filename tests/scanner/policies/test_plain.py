"""TB001, TB002 and TB003: a credential lies where it can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.contract import Check, Confidence, Kind
from scanner.model import Graph, Identified, Occurrence, Slot, Zone
from tests.scanner.policies.graphs import (
    DOTFILE,
    GITHUB,
    HEAD,
    HISTORY,
    KEY,
    NARROW,
    NPM,
    PASSWORD,
    PUBLIC_NAME,
    VARIABLE,
    finding,
    graph,
    identified,
    place,
    severities,
    slot,
)

WEAK = replace(PASSWORD, privilege=2)


@pytest.mark.parametrize("zone", [Zone.REPO_HEAD, Zone.WORKTREE, Zone.GIT_METADATA, Zone.RELEASE_SCRIPT])
@pytest.mark.parametrize(("kind", "severity"), [(NPM, "high"), (KEY, "high"), (WEAK, "medium")])
def test_tb001_speaks_of_source(zone: Zone, kind: Kind, severity: str) -> None:
    assert severities(graph(identified(kind=kind), place(zone))) == {"TB001": severity}


def test_tb001_is_critical_where_everybody_can_read() -> None:
    of = graph(identified(), HEAD, public=["web"])
    assert severities(of) == {"TB001": "critical"}
    assert finding(of, "TB001").message == "The npm token #a lies in web:.npmrc. Everybody can read web."


def test_tb001_is_not_critical_for_another_public_repository() -> None:
    assert severities(graph(identified(), HEAD, public=["infra"])) == {"TB001": "high"}


def test_tb001_covers_the_history_of_what_is_still_at_head() -> None:
    renamed = replace(HISTORY, path="old.npmrc")
    of = graph(identified(), HEAD, renamed)
    assert severities(of) == {"TB001": "high"}
    assert [one.path for one in finding(of, "TB001").locations] == [".npmrc", "old.npmrc"]


def test_tb001_leaves_the_history_of_what_left_head_to_tb302() -> None:
    of = graph(identified(), place(Zone.WORKTREE, path="x"), HISTORY)
    assert [one.path for one in finding(of, "TB001").locations] == ["x"]
    assert [one.path for one in finding(of, "TB302").locations] == [".npmrc"]


@pytest.mark.parametrize("privilege", [4, 5])
def test_tb001_is_medium_for_an_encrypted_key(privilege: int) -> None:
    key = identified(kind=KEY, privilege=privilege, facts={"at_rest": "encrypted"})
    assert severities(graph(key, HEAD)) == {"TB001": "medium"}


@pytest.mark.parametrize(("kind", "severity"), [(NPM, "high"), (WEAK, "medium")])
def test_tb002_speaks_of_ci_definitions(kind: Kind, severity: str) -> None:
    assert severities(graph(identified(kind=kind), place(Zone.CI_DEFINITION))) == {"TB002": severity}


TEST_TREES = [
    "testdata/key.pem",
    "pkg/testdata/key.pem",
    "tests/fixtures/key.pem",
    "test/certs/key.pem",
    "src/test/resources/key.pem",
    "vectors/x/key.pem",
    "regress/key.pem",
    "spec/fixtures/key.pem",
    "Tests/key.pem",
    "pkg/types/fixtures/key.pem",
    "pkg/e2e/build/id_rsa",
    "integration/resources/tls/key.pem",
    "integration-tests/key.pem",
    "testing/key.pem",
    "mocks/key.pem",
    "src/__snapshots__/key.test.ts.snap",
    "cassettes/login.yml",
    "benchmarks/key.pem",
    "pkg/tls/tls_test.go",
    "login_spec.rb",
    "src/auth/test.rs",
    "src/key.test.ts",
    "examples/jwk.js",
    "docs/content/tls.md",
    "README.adoc",
]


@pytest.mark.parametrize("path", TEST_TREES)
@pytest.mark.parametrize("zone", [Zone.REPO_HEAD, Zone.WORKTREE])
def test_a_key_below_a_test_tree_is_low(path: str, zone: Zone) -> None:
    assert severities(graph(identified(kind=KEY), place(zone, path=path))) == {"TB001": "low"}


def test_a_key_that_was_below_a_test_tree_is_low_too() -> None:
    assert severities(graph(identified(kind=KEY), replace(HISTORY, path="tests/key.pem"))) == {"TB302": "low"}


@pytest.mark.parametrize("name", ["gcp-service-account-key", "raw-signing-key"])
def test_a_key_under_another_name_is_one_by_its_public_half(name: str) -> None:
    shown = identified(kind=replace(KEY, id=name), facts={"spki_sha256": "0" * 64})
    assert severities(graph(shown, place(Zone.REPO_HEAD, path="tests/key.json"))) == {"TB001": "low"}


def test_a_store_of_keys_is_one_though_it_hides_them() -> None:
    hidden = identified(kind=replace(KEY, id="pkcs12-key-store"))
    assert severities(graph(hidden, place(Zone.REPO_HEAD, path="tests/key.p12"))) == {"TB001": "low"}


TEST_KEY = place(Zone.REPO_HEAD, path="tests/key.pem")


@pytest.mark.parametrize(
    ("of", "severity"),
    [
        pytest.param(graph(identified(kind=KEY), place(Zone.REPO_HEAD, path="test")), "high", id="a file called test"),
        pytest.param(graph(identified(kind=KEY), place(Zone.REPO_HEAD, path="latest/key.pem")), "high", id="a folder called latest"),
        pytest.param(graph(identified(kind=KEY), place(Zone.REPO_HEAD, path="integration/key.pem")), "high", id="what is integrated"),
        pytest.param(graph(identified(kind=KEY), place(Zone.REPO_HEAD, path="environments/test/key.pem")), "high", id="an environment"),
        pytest.param(graph(identified(kind=KEY), place(Zone.REPO_HEAD, path="src/contest.rs")), "high", id="a name that ends alike"),
        pytest.param(graph(identified(kind=KEY), place(Zone.REPO_HEAD, path="vendor/acme/key.pem")), "high", id="a copy of others"),
        pytest.param(graph(identified(kind=KEY), place(Zone.REPO_HEAD, path="key.pem"), TEST_KEY), "critical", id="elsewhere as well"),
        pytest.param(graph(identified(kind=KEY), TEST_KEY, trusted=["a"]), "critical", id="trusted"),
        pytest.param(graph(identified(kind=NPM), TEST_KEY), "high", id="no key"),
    ],
)
def test_anything_else_is_not(of: Graph, severity: str) -> None:
    assert severities(of) == {"TB001": severity}


def test_a_key_below_a_test_folder_of_a_home_is_no_test_key() -> None:
    assert severities(graph(identified(kind=KEY), place(Zone.WORKSTATION_KEYSTORE, "home", "tests/id", mode="0600"))) == {"TB003": "high"}


def test_a_test_key_in_two_repositories_stays_low() -> None:
    copies = graph(identified(kind=KEY), TEST_KEY, replace(TEST_KEY, id="fork", container="fork"))
    assert set(severities(copies).values()) == {"low"}


def test_a_manifest_among_the_files_of_tests_is_one_of_them() -> None:
    key = place(Zone.FOLDER, path="cmd/testdata/git/key.pem")
    manifest = place(Zone.DEPLOYMENT, path="cmd/testdata/git/secret-tls.yaml")
    assert severities(graph(identified(kind=KEY), key, manifest)) == {"TB003": "low"}


def test_a_manifest_that_deploys_something_is_none() -> None:
    key = place(Zone.FOLDER, path="cmd/testdata/git/key.pem")
    assert severities(graph(identified(kind=KEY), key, place(Zone.DEPLOYMENT, path="deploy/secret.yaml"))) == {"TB201": "critical"}


STRONG = identified(kind=KEY, facts={"public_key_token": "0123456789abcdef"})


@pytest.mark.parametrize(
    ("of", "severity"),
    [
        pytest.param(graph(STRONG, place(Zone.REPO_HEAD, path="eng/acme.snk")), "medium", id="where .NET looks for it"),
        pytest.param(graph(STRONG, place(Zone.REPO_HEAD, path="eng/acme.key")), "high", id="under another name"),
        pytest.param(graph(STRONG, place(Zone.REPO_HEAD, path="a.snk"), place(Zone.REPO_HEAD, path="b.pem")), "critical", id="elsewhere"),
        pytest.param(graph(STRONG, place(Zone.REPO_HEAD, path="a.snk"), trusted=["a"]), "critical", id="trusted"),
        pytest.param(graph(identified(kind=KEY), place(Zone.REPO_HEAD, path="a.snk")), "high", id="no key of .NET"),
    ],
)
def test_a_key_for_strong_names_is_medium(of: Graph, severity: str) -> None:
    assert severities(of) == {"TB001": severity}


SHOWN = [
    "tests/test_login.py",
    "docs/config.rst",
    "README.md",
    "examples/app/config.py",
    "vendor/github.com/acme/x/.travis.yml",
    "pkg/login_test.go",
    "src/login.spec.ts",
    "LoginTests.java",
    "node_modules/x/.coveralls.yml",
]


@pytest.mark.parametrize("path", SHOWN)
def test_what_no_issuer_made_is_low_where_things_are_shown(path: str) -> None:
    assert severities(graph(identified(kind=PASSWORD, confidence=Confidence.MEDIUM), place(Zone.REPO_HEAD, path=path))) == {"TB001": "low"}


@pytest.mark.parametrize(
    ("confidence", "check", "severity"),
    [
        (Confidence.MEDIUM, Check.NONE, "low"),
        (Confidence.LOW, Check.PASSED, "low"),
        (Confidence.MEDIUM, Check.PASSED, "high"),
        (Confidence.HIGH, Check.NONE, "high"),
        (Confidence.HIGH, Check.PASSED, "high"),
    ],
)
def test_what_an_issuer_proves_stays_what_it_is_where_things_are_shown(confidence: Confidence, check: Check, severity: str) -> None:
    of = identified(kind=NPM, confidence=confidence, check=check)
    assert severities(graph(of, place(Zone.REPO_HEAD, path="login_spec.rb"))) == {"TB001": severity}


@pytest.mark.parametrize(
    "places",
    [
        pytest.param([place(Zone.REPO_HEAD, path="config.yml")], id="configuration"),
        pytest.param([place(Zone.REPO_HEAD, path="latest.go")], id="a name that ends otherwise"),
        pytest.param([place(Zone.REPO_HEAD, path="README.md"), replace(HEAD, id="b", path="app.env")], id="elsewhere as well"),
        pytest.param([place(Zone.CI_LOG_ARTIFACT, path="docs/x.md")], id="what a job wrote"),
    ],
)
def test_it_is_not_elsewhere(places: list[Occurrence]) -> None:
    assert "low" not in severities(graph(identified(kind=PASSWORD, confidence=Confidence.MEDIUM), *places)).values()


PACKAGED = place(Zone.REPO_HEAD, path="venv/lib/python3.12/site-packages/testserver/certs/key.pem")


@pytest.mark.parametrize(
    ("of", "severity"),
    [
        pytest.param(graph(identified(kind=KEY), PACKAGED), "low", id="a package of others"),
        pytest.param(graph(identified(kind=KEY), PACKAGED, place(Zone.REPO_HEAD, path="key.pem")), "critical", id="elsewhere as well"),
        pytest.param(graph(identified(kind=KEY), PACKAGED, trusted=["a"]), "critical", id="trusted"),
        pytest.param(graph(identified(kind=NPM), PACKAGED), "high", id="no key"),
    ],
)
def test_a_key_that_came_with_a_package_is_somebody_elses(of: Graph, severity: str) -> None:
    assert severities(of) == {"TB001": severity}


def test_what_opens_nothing_is_information() -> None:
    assert severities(graph(identified(kind=PUBLIC_NAME), place(Zone.REPO_HEAD))) == {"TB001": "info"}


LOW = replace(PASSWORD, privilege=1)


@pytest.mark.parametrize("zone", [Zone.FOLDER, Zone.DEPLOYMENT, Zone.WORKSTATION_KEYSTORE, Zone.CHAT])
def test_tb003_speaks_where_nobody_else_does(zone: Zone) -> None:
    assert severities(graph(identified(kind=LOW), place(zone))) == {"TB003": "low"}


def test_tb003_is_as_bad_as_the_credential() -> None:
    assert severities(graph(identified(), place(Zone.FOLDER, mode="0644"))) == {"TB003": "high"}


def test_tb003_is_information_for_a_broken_checksum() -> None:
    assert severities(graph(identified(check=Check.FAILED), place(Zone.FOLDER))) == {"TB003": "info"}


def test_tb003_is_medium_for_an_encrypted_key() -> None:
    key = identified(kind=KEY, facts={"at_rest": "encrypted"})
    assert severities(graph(key, place(Zone.FOLDER, mode="0644"))) == {"TB003": "medium"}


def test_tb003_is_low_where_another_value_took_the_place() -> None:
    of = graph(identified(), HISTORY, superseded=[HISTORY])
    assert severities(of) == {"TB003": "low"}
    assert finding(of, "TB003").message == "The npm token #a is in the history of web:.npmrc, where another value has taken its place."


def test_tb003_leaves_out_what_others_have_spoken_of() -> None:
    of = graph(identified(kind=GITHUB), HEAD, place(Zone.GIT_METADATA, path=".git/config"))
    assert "TB003" not in severities(of)


@pytest.mark.parametrize(
    ("where", "slots"),
    [(place(Zone.MANAGED_STORE), []), (VARIABLE, [NARROW]), (VARIABLE, [replace(NARROW, masked=None, hidden=True)])],
)
def test_nothing_is_said_of_a_wanted_home(where: Occurrence, slots: list[Slot]) -> None:
    assert severities(graph(identified(), where, slots=slots)) == {}


@pytest.mark.parametrize(
    "variable", [replace(NARROW, environment_scope="*"), replace(NARROW, masked=False), replace(NARROW, protected=False)]
)
def test_a_variable_that_is_not_narrow_is_no_home(variable: Slot) -> None:
    assert set(severities(graph(identified(), VARIABLE, slots=[variable]))) == {"TB003"}


def test_a_name_alone_makes_no_home() -> None:
    elsewhere = replace(DOTFILE, slot="NPM_TOKEN")
    assert set(severities(graph(identified(), elsewhere, slots=[NARROW]))) == {"TB701"}
    assert set(severities(graph(identified(), VARIABLE, slots=[slot("OTHER")]))) == {"TB003"}


@pytest.mark.parametrize("one", [identified(), identified(kind=PASSWORD), identified(kind=KEY)])
@pytest.mark.parametrize("zone", list(Zone))
def test_every_zone_but_the_wanted_home_is_spoken_of(one: Identified, zone: Zone) -> None:
    assert bool(severities(graph(one, place(zone)))) is (zone is not Zone.MANAGED_STORE)
