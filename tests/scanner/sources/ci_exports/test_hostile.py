"""Whatever a file holds, reading it ends, and no byte of it gets lost: it is in a value or the text is read as text."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from scanner.sources.ci_exports import systems
from scanner.sources.ci_exports.content import content_of
from scanner.sources.ci_exports.shapes import LONGEST_TOLD
from tests.scanner.sources.ci_exports.exports import FIXTURES, filled, read
from tests.scanner.sources.ci_exports.pieces import NESTED
from tests.support import tokens

TOKEN = tokens.npm(7).encode()
SYSTEMS = (
    "",
    "gitlab-project:",
    "gitlab-schedule:",
    "github-org:",
    "github-dependabot:",
    "azure-group:",
    "bitbucket-workspace:",
    "drone:",
    "travis:",
    "buildkite:",
    "woodpecker-repo:",
    "shell:",
    "dotenv:",
    *("vercel:", "netlify:", "railway:", "render:", "fly:", "doppler:"),
    *("aws:", "gcp:", "azure-app:", "vault:", "infisical:", "bitwarden:"),
    *("kubernetes:", "helm:", "sops:", "compose:", "docker:", "ansible:", "heroku:", "1password:", "keepass:", "chrome:"),
    *("jenkins:", "teamcity:", "terraform:"),
)
PIECES = [
    *NESTED,
    *(b"A=", b"export A=", b"declare -x A=", b"HOME ", b"PATH '", b"'", b'"', b"$'", b"\n", b"\r\n", b" ", b"#", b"=(", b")", b"\0", b";"),
    *(b'{"A":', b'[{"key":"', b'","value":"', b'","protected":true}', b"]", b"}", b",", b'{"total_count":1,"secrets":[', b'{"name":"'),
    *(
        b'{"count":1,"value":[',
        b'{"values":[',
        b'{"type":"Vsts","variables":{"A":{"isSecret":null,"value":"',
        b'"process":{},"revision":1',
        b'{"releaseNameFormat":"","environments":[{"name":"a","variables":{"A":{"value":"',
        b'"variableGroups":[{"name":"',
        b'"secured":true',
        b'{"env_vars":[',
        b'"public":false',
        b'{"slug":"","builds_url":"","env":{"A":"',
        b'"pull_request":true',
        b'"events":[],"images":[]',
        b'{"cron":"","ref":"","variables":[',
    ),
    *(b'{"envs":[', b'","type":"sensitive","target":["', b'","scopes":[],"values":[{"context":"'),
    *(
        b'{"secrets":{"A":{"raw":"',
        b'","computed":"',
        b'[{"envVar":',
        b'"secretFile":',
        b'{"envVars":[',
        b'"digest":"',
        b'"DOPPLER_CONFIG":"',
    ),
    *(
        b'{"Parameters":[{"Name":"',
        b'","Type":"SecureString","Value":"',
        b'{"SecretString":"',
        b'","SecretBinary":"',
        b'"Environment":{"Variables":{',
    ),
    *(b'{"containerDefinitions":[{"environment":[', b'"environment":{"environmentVariables":[', b'","type":"PARAMETER_STORE'),
    *(b'{"name":"projects/1/secrets/A","payload":{"data":"', b'"environmentVariables":{', b'{"template":{"containers":[{"env":['),
    *(b'","slotSetting":false}', b'"value":"@Microsoft.KeyVault(', b'{"attributes":{},"id":"https://a/secrets/', b'","value":"'),
    *(
        b'{"request_id":"","lease_id":"","lease_duration":0,"renewable":false,"data":{"A":"',
        b'"data":{"data":{"A":"',
        b'"},"metadata":{}}}',
    ),
    *(
        b'{"encrypted":false,"items":[{"login":{"password":"',
        b'"}}]}',
        b'{"encrypted":true,"data":"',
        b'{"secretKey":"',
        b'","secretValue":"',
    ),
    *(
        b"<com.cloudbees.plugins.credentials.X><domainCredentialsMap><entry><list><X><id>",
        b"</id><secret>",
        b"</secret><password>",
        b"</password>",
    ),
    *(
        b"<flow-definition><definition/><parameterDefinitions><X><name>",
        b"</name><defaultValue>",
        b"</defaultValue>",
        b"<![CDATA[",
        b"]]>",
        b"&lt;",
    ),
    *(
        b"<project x:noNamespaceSchemaLocation='teamcity/schemas/'><param name='",
        b"' value='zxx",
        b"'/></project>",
        b"<!--",
        b"-->",
        b"<a",
        b"</a>",
    ),
    *(b'{"version":4,"serial":1,"lineage":"","outputs":{"A":{"sensitive":true,"value":"', b'"resources":[{"type":"', b'","name":"a"'),
    *(b'gitlab_project_variable","name":"","instances":[{"attributes":{"key":"', b'","password":"', b'"sensitive_attributes":[[{"value":"'),
    *(b'{"data":[{"type":"vars","attributes":{"key":"', b'{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"'),
    *(b'A = "', b"A = <<EOT\n", b"\nEOT\n", b"A = {", b"A = [", b"${", b"$${", b"/*", b"*/", b"B = 1"),
    *(b'{"href":"/app/rest/","property":[{"name":"', b'","value":"zxx', b'","type":{"rawValue":"'),
    *(b"-----BEGIN X-----\n", b"-----END X-----", b"abcd=", b"ab==", b"\xff", b"\xef\xbb\xbf", b"Exporting variables from the a group:\n"),
]
text = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=12).map(b"".join)


@given(before=text, after=text, system=st.sampled_from(SYSTEMS), name=st.sampled_from(["export", ".env"]))
@example(before=b"\r", after=b"A=", system="", name="export")
@settings(max_examples=400)
def test_token_is_in_a_value_or_in_the_text_that_is_left(before: bytes, after: bytes, system: str, name: str) -> None:
    assume(b"\\" not in before[-6:])
    data = before + TOKEN + after

    with tempfile.TemporaryDirectory() as folder:
        export = read(Path(folder), data, name, system)

    seen = [variable.value.reveal() for variable in export.variables if variable.value]
    assert export.text_fallback == data or any(TOKEN in value for value in seen)


@given(data=text, system=st.sampled_from(SYSTEMS), name=st.sampled_from(["export", ".env"]))
@settings(max_examples=400)
def test_value_offsets_are_true_and_problems_leave_the_text(data: bytes, system: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        export = read(Path(folder), data, name, system)

    for found in export.variables:
        if found.value is not None and found.value_offset is not None:
            assert data[found.value_offset :].startswith(found.value.reveal())
    assert export.text_fallback in {data, None}
    assert not export.problems or export.text_fallback == data


def places(document: object) -> Iterator[tuple[str | int, ...]]:
    """Where something stands in a JSON document, the keys from the root on."""
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), document)]
    for path, value in waiting:
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += (((*path, key), member) for key, member in inside)
        yield path


def changed(document: object, path: tuple[str | int, ...], value: object) -> object:
    """The document with another value at that place."""
    if not path:
        return value
    key, *rest = path
    if isinstance(document, dict):
        return {**document, key: changed(document[key], tuple(rest), value)}
    assert isinstance(document, list)
    return [changed(member, tuple(rest), value) if index == key else member for index, member in enumerate(document)]


@pytest.mark.parametrize("other", [None, True, 5, "text", [], {}, ["text"], {"name": []}, [[{}]], {"value": [{"value": 5}]}], ids=str)
@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.glob("*.json") if path.name != "gitlab-pages.json"))
def test_export_with_a_thing_of_another_type_anywhere_is_read(tmp_path: Path, fixture: str, other: object) -> None:
    document, token = json.loads(filled(fixture)), tokens.npm(1).encode()

    for path in places(document):
        data = json.dumps(changed(document, path, other)).encode()
        for system in ("", f"{'github' if fixture.startswith('gh-') else fixture.removesuffix('.json').partition('-')[0]}:"):
            export = read(tmp_path, data, "export.json", system)

            seen = [variable.value.reveal() for variable in export.variables if variable.value]
            assert export.text_fallback == data or any(token in value for value in seen) or token not in data
            assert not export.problems or export.text_fallback == data


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.iterdir()))
def test_token_in_an_export_that_is_cut_anywhere_is_not_lost(tmp_path: Path, fixture: str, system: str) -> None:
    data, token = filled(fixture), tokens.npm(1).encode()
    start = data.find(token) + len(token) if token in data else 0
    is_own = not system or system.partition("-")[0].rstrip(":") == fixture.partition("-")[0].partition(".")[0]

    for end in range(start, len(data), 7 if is_own else 53):
        export = read(tmp_path, data[:end], fixture, system)

        seen = [variable.value.reveal() for variable in export.variables if variable.value]
        assert export.text_fallback == data[:end] or any(token in value for value in seen) or token not in data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"[" * 75_000, id="deep-arrays"),
        pytest.param(b'{"a":' * 75_000, id="deep-objects"),
        pytest.param(b"[" + b"{}," * 125_000 + b"{}]", id="many-objects"),
        pytest.param(b'{"A":' + b"1" * 250_000 + b"}", id="huge-number"),
        pytest.param(b'{"A":"' + b"\\" * 250_000, id="backslashes"),
        pytest.param(b"A=1" + b"\0" * 250_000, id="nuls"),
        pytest.param(b"KEY=-----BEGIN X-----\n" + b"A=\n" * 75_000, id="padding"),
        pytest.param(b'export A="\n' * 25_000, id="quotes-that-close-each-other"),
        pytest.param(b"export A='\"'\"x'\"\n" * 17_500 + b'"', id="quotes-of-two-kinds"),
        pytest.param(b"export A=1\n" + b"A=\\\n" * 60_000 + b"'", id="lines-that-go-on"),
        pytest.param(b"export A=1\n" + b"((\n" * 75_000, id="mistakes"),
        pytest.param(b"export A=" + b"''" * 125_000, id="changes-of-quoting"),
        pytest.param(b"export A=" + b"$" * 250_000, id="dollars"),
        pytest.param(b"export A=(" + b"[1]=" * 62_500, id="elements"),
        pytest.param(b"export A=$'" + b"\\M-\\C-a" * 30_000 + b"'", id="escapes"),
        pytest.param(b"HOME /\n" + b"A \\\n" * 62_500, id="fish"),
        pytest.param(b" " * 250_000 + b"{", id="blanks"),
        pytest.param(b"x " * 125_000 + b"\n[", id="prose"),
        pytest.param(b'A="1"\n' + b"A=-----BEGIN X\n" * 15_000, id="keys-that-never-end"),
        pytest.param(b'A="1"\nB=' + b" #" * 100_000, id="comments"),
        pytest.param(b"A = " + b"[" * 200_000, id="deep-lists"),
        pytest.param(b'A = "' + b"${" * 120_000, id="templates"),
        pytest.param(b'A = "' + b"$${" * 80_000 + b'"', id="signs"),
        pytest.param(b"A = <<E\n" + b"  E E\n" * 40_000, id="texts-that-never-end"),
        pytest.param(b"A = 1\n" + b"/*" * 120_000, id="comments-in-hcl"),
        pytest.param(b"A = {" + b"b = 1, " * 35_000 + b"}", id="objects"),
        pytest.param(b'A = { "' + b"k" * 100_000 + b'" = [' + b"1," * 70_000 + b"] }", id="values-below-a-long-name"),
        pytest.param(b"<a>" * 80_000, id="deep-elements"),
        pytest.param(b"<hudson>" + b"<a/>" * 60_000, id="many-elements"),
        pytest.param(b"<project " + b"a='1' " * 40_000, id="attributes"),
        pytest.param(b"<hudson><numExecutors>" + b"&amp;" * 50_000 + b"</numExecutors>", id="references"),
        pytest.param(b"<hudson>" + b"<!--" * 60_000, id="comments-in-xml"),
        pytest.param(b"<user>" + b"<![CDATA[" * 25_000 + b"]]>" * 10, id="sections"),
        pytest.param(b"<?" * 120_000 + b"<hudson>", id="instructions"),
        pytest.param(b"<hudson><a>{" + b"A" * 240_000 + b"}</a></hudson>", id="ciphertext"),
        pytest.param(b'A="1"\nB=' + (b" " * 100 + b"x") * 2_250, id="gaps"),
        pytest.param(b"apiVersion: v1\nkind: Secret\ndata: " + b"{a: " * 60_000, id="deep-yaml"),
        pytest.param(b"apiVersion: v1\nkind: List\nitems:\n" + b"- {}\n" * 50_000, id="many-documents"),
        pytest.param(b"services:\n  a: {image: b}\n" + b"  ? a\n" * 40_000, id="keys-that-repeat"),
        pytest.param(b"a: &a !vault x\nb: [" + b"*a," * 60_000 + b"]", id="aliases"),
        pytest.param(b"a: !vault x\nb: &a {" + b"<<: *a, " * 30_000 + b"}", id="merges"),
        pytest.param(b"[w:vars]\n" + b"a = " * 60_000, id="inventory"),
        pytest.param(b"h ansible_a=" + b"x ansible_a=" * 20_000, id="host"),
        pytest.param(b"h" + b" " * 250_000 + b"ansible_a=x", id="blanks-of-a-host"),
        pytest.param(b"url,username,password,extra,name,grouping,fav\n" + b'"' * 200_001, id="quotes-of-a-table"),
        pytest.param(b"name,url,username,password\n" + b"a,b,c,d\n" * 30_000, id="rows"),
        pytest.param(b"<KeePassFile>" + b"<Entry>" * 35_000, id="deep-xml"),
        pytest.param(b"<KeePassFile><Entry>" + b"<String><Key>a</Key><Value>b</Value></String>" * 5_500, id="fields"),
        pytest.param(
            b'[{"Id":"","Created":"","Image":"","History":[{"created_by":"RUN |999 ' + b"A=b " * 60_000 + b'"}],"Config":{}}]', id="step"
        ),
    ],
)
@pytest.mark.parametrize("name", ["export", ".env", "a.tfvars"])
def test_hostile_bytes_are_read_to_the_end(tmp_path: Path, data: bytes, name: str) -> None:
    export = read(tmp_path, data, name)

    assert len(export.variables) <= 100_000
    assert export.variables or export.text_fallback == data


LONG = "ab " * 50_000
NAMED_BY_ONE = {
    "azure": json.dumps(
        {
            "id": 3,
            "name": LONG,
            "path": "\\a",
            "releaseNameFormat": "",
            "environments": [{"name": f"E{number}", "variables": {"A": {"value": "x"}}} for number in range(40)],
        }
    ),
    "jenkins": "<com.cloudbees.plugins.credentials.SystemCredentialsProvider><domainCredentialsMap><entry><domain><name>"
    + LONG
    + "</name></domain><list>"
    + "<c><scope>GLOBAL</scope><id>a</id><password>b</password></c>" * 40
    + "</list></entry></domainCredentialsMap></com.cloudbees.plugins.credentials.SystemCredentialsProvider>",
}


@pytest.mark.parametrize("name", NAMED_BY_ONE)
def test_a_long_name_is_not_kept_for_all_that_it_names(tmp_path: Path, name: str) -> None:
    data = NAMED_BY_ONE[name].encode()
    recognised = systems.recognise(content_of("export", data))
    assert recognised is not None
    system, listing = recognised
    assert system.platform == name
    assert [len(entry.environment_scope or "") for entry in listing.entries] == [LONGEST_TOLD] * 40
    assert read(tmp_path, data).text_fallback == data
