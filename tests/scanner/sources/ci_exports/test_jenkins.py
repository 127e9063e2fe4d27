from __future__ import annotations

import os
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Reason
from scanner.sources.ci_exports import parse_spec, read_export
from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values, variable
from tests.scanner.sources.ci_exports.jenkins_home import PLUGINS, Home, credential, element, store
from tests.support import tokens

STRING = "org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl"
FILE = "org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl"
PASSWORD = f"{PLUGINS}.impl.UsernamePasswordCredentialsImpl"
SSH = "com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey"
CERTIFICATE = f"{PLUGINS}.impl.CertificateCredentialsImpl"
NPM = tokens.npm(1).encode()
SEALED = "no secrets/master.key and hudson.util.Secret that open them lie beside the file"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.write_keys()
    return home


@pytest.mark.parametrize("system", ["", "jenkins:", "jenkins@acme/web:"])
def test_text_that_is_not_encrypted_fills_a_slot(tmp_path: Path, system: str) -> None:
    data = filled("jenkins-credentials.xml")

    export = read(tmp_path, data, "credentials.xml", system)

    assert (export.container, export.platform, export.level) == ("jenkins:credentials.xml", "jenkins", "instance")
    found = variable(export, "npm-publish")
    assert (values(export), export.problems, export.text_fallback) == ({"npm-publish": NPM}, (), data)
    assert (found.line, found.value_offset, found.encoding) == (13, data.index(NPM), ())
    assert (found.slot.environment_scope, found.slot.masked, found.slot.owner) == (
        "GLOBAL",
        True,
        "acme/web" if "@" in system else "jenkins:credentials.xml",
    )


@pytest.mark.parametrize("folder", ["secrets", "."])
def test_secret_is_opened_with_the_keys_beside_it(tmp_path: Path, folder: str) -> None:
    home = Home(tmp_path)
    home.write_keys(folder)
    sealed = home.secret(NPM)
    data = store(credential(STRING, "npm-publish", {"secret": sealed}))

    export = read(tmp_path, data, "credentials.xml")

    assert (values(export), export.problems) == ({"npm-publish": NPM}, ())
    assert (variable(export, "npm-publish").encoding, variable(export, "npm-publish").value_offset) == (("scrambled",), None)
    assert export.text_fallback == data.replace(f"{sealed}</secret>".encode(), NPM + b"</secret>" + b" " * (len(sealed) - len(NPM)))


def test_secret_without_keys_is_a_slot_without_value_and_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    data = store(credential(STRING, "a", {"secret": home.secret(NPM)}), credential(FILE, "b", {"secretBytes": home.content(NPM)}))

    export = read(tmp_path, data)

    assert (values(export), details(export)) == ({"a": None, "b": None}, [f"encrypted values (2): {SEALED}"])
    assert (export.problems[0].reason, export.text_fallback) == (Reason.ENCRYPTED, data)


@pytest.mark.parametrize("name", ["master.key", "hudson.util.Secret"])
@pytest.mark.parametrize("content", [b"", b"\xff" * 272, b"short", b"\0" * 100_000])
def test_keys_that_are_damaged_open_nothing(tmp_path: Path, home: Home, name: str, content: bytes) -> None:
    (tmp_path / "secrets" / name).write_bytes(content)

    export = read(tmp_path, store(credential(STRING, "a", {"secret": home.secret(NPM)})))

    assert (values(export), details(export)) == ({"a": None}, [f"encrypted values (1): {SEALED}"])


@pytest.mark.usefixtures("home")
def test_keys_of_another_jenkins_open_nothing(tmp_path: Path) -> None:
    sealed = [Home(tmp_path, f"other {number}").secret(NPM) for number in range(16)]

    export = read(tmp_path, store(*(credential(STRING, str(number), {"secret": text}) for number, text in enumerate(sealed))))

    assert set(values(export).values()) == {None}


def test_keys_behind_a_link_are_not_followed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.write_keys("elsewhere")
    (tmp_path / "secrets").symlink_to("elsewhere")

    assert values(read(tmp_path, store(credential(STRING, "a", {"secret": home.secret(NPM)})))) == {"a": None}


def test_key_that_is_a_pipe_is_not_waited_for(tmp_path: Path, home: Home) -> None:
    (tmp_path / "secrets" / "master.key").unlink()
    os.mkfifo(tmp_path / "secrets" / "master.key")

    assert values(read(tmp_path, store(credential(STRING, "a", {"secret": home.secret(NPM)})))) == {"a": None}


def test_keys_lie_beside_the_file_that_a_link_leads_to(tmp_path: Path, home: Home) -> None:
    (tmp_path / "credentials.xml").write_bytes(store(credential(STRING, "a", {"secret": home.secret(NPM)})))
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "export").symlink_to(tmp_path / "credentials.xml")

    assert values(read_export(parse_spec(str(tmp_path / "links" / "export")), max_size=1_000_000)) == {"a": NPM}


def test_secret_without_vector_is_opened_with_either_key(tmp_path: Path, home: Home) -> None:
    (tmp_path / "secret.key").write_text("an old key\n")
    legacy = sha256(b"an old key").digest()[:16]
    old = {"a": home.old_secret(NPM), "b": home.old_secret(NPM, legacy), "c": "hunter2"}

    export = read(tmp_path, store(*(credential(PASSWORD, name, {"username": "ci", "password": text}) for name, text in old.items())))

    assert (values(export), export.problems) == ({"a": NPM, "b": NPM, "c": b"hunter2"}, ())


@pytest.mark.parametrize(
    ("kind", "inner", "expected"),
    [
        (SSH, "<username>git</username><passphrase>{b}</passphrase><privateKeySource class='x'><privateKey>{a}</privateKey></privateKeySource>", {"x": "a", "x/passphrase": "b"}),
        (PASSWORD, "<username>ci</username><password>{a}</password><usernameSecret>true</usernameSecret>", {"x": "a"}),
        ("com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl", "<accessKey>AK</accessKey><secretKey>{a}</secretKey><iamRoleArn/>", {"x": "a"}),
        ("org.jenkinsci.plugins.github__branch__source.GitHubAppCredentials", "<appID>7</appID><privateKey>{a}</privateKey><apiUri/>", {"x": "a"}),
        ("com.dabsquared.gitlabjenkins.connection.GitLabApiTokenImpl", "<apiToken>{a}</apiToken>", {"x": "a"}),
        ("io.jenkins.plugins.gitlabserverconfig.credentials.PersonalAccessTokenImpl", "<token>{a}</token>", {"x": "a"}),
        ("org.jenkinsci.plugins.docker.commons.credentials.DockerServerCredentials", "<clientKeySecret>{a}</clientKeySecret><clientCertificate>c</clientCertificate>", {"x": "a"}),
        ("com.datapipe.jenkins.vault.credentials.VaultAppRoleCredential", "<secretId>{a}</secretId><roleId>r</roleId>", {"x": "a"}),
        ("com.microsoft.azure.util.AzureCredentials", "<data><clientId>c</clientId><clientSecret>{a}</clientSecret></data>", {"x": "a"}),
        ("org.acme.Unheard", "<ticket>{a}</ticket>", {"x": "a"}),
    ],
)  # fmt: skip
def test_every_kind_of_credential_has_its_secrets(tmp_path: Path, home: Home, kind: str, inner: str, expected: dict[str, str]) -> None:
    plain = {"a": key(1).encode(), "b": NPM}
    for name, value in plain.items():
        inner = inner.replace(f"{{{name}}}", home.secret(value))

    export = read(tmp_path, store(credential(kind, "x", inner)))

    assert (values(export), export.problems) == ({name: plain[which] for name, which in expected.items()}, ())


def test_files_and_keystores_are_opened_with_their_own_key(tmp_path: Path, home: Home) -> None:
    keystore = element("keyStoreSource", {"uploadedKeystoreBytes": home.content(b"\x30\x82\0")})
    data = store(
        credential(FILE, "file", {"fileName": "npmrc", "secretBytes": home.content(NPM)}),
        credential(FILE, "old", {"fileName": "npmrc", "data": home.secret(b64encode(NPM))}),
        credential(FILE, "plain", {"fileName": "npmrc", "secretBytes": b64encode(NPM).decode()}),
        credential(CERTIFICATE, "cert", keystore + element("password", home.secret(b"word"))),
    )

    export = read(tmp_path, data)

    assert values(export) == {"file": NPM, "old": NPM, "plain": NPM, "cert": b"\x30\x82\0", "cert/password": b"word"}
    assert [(v.name, v.is_file, v.encoding) for v in export.variables] == [
        ("file", True, ("scrambled",)),
        ("old", False, ("scrambled", "base64")),
        ("plain", True, ("base64",)),
        ("cert", True, ("scrambled",)),
        ("cert/password", False, ("scrambled",)),
    ]


def test_domain_and_its_hosts_are_the_scope(tmp_path: Path) -> None:
    hosts = element(f"{PLUGINS}.domains.HostnameSpecification", {"includes": "*.example.com,example.com", "excludes": ""})
    schemes = element(f"{PLUGINS}.domains.SchemeSpecification", element("schemes", {"string": "https"}))
    domain = element("name", "packages") + element("specifications", hosts + schemes)

    export = read(tmp_path, store(credential(STRING, "a", {"secret": "x"}, "SYSTEM"), domain=domain))

    assert variable(export, "a").slot.environment_scope == "SYSTEM:packages:*.example.com,example.com,https"


def test_credential_without_secret_and_without_id_is_a_slot(tmp_path: Path) -> None:
    data = store(credential("org.acme.Reference", "a", {"path": "/x"}), element("org.acme.Token", {"secret": "y"}))

    assert values(read(tmp_path, data)) == {"a": None, "Token": b"y"}


def test_list_of_the_command_line_has_redacted_secrets(tmp_path: Path) -> None:
    one = credential(PASSWORD, "a", "<username>ci</username><password>\n<secret-redacted/>\n</password>")
    domain = element("domain", "<name>npm</name><specifications/>")
    data = element("list", element(f"{PLUGINS}.domains.DomainCredentials", domain + element("credentials", one))).encode()

    export = read(tmp_path, data)

    assert (export.platform, values(export), export.problems) == ("jenkins", {"a": None}, ())
    assert (variable(export, "a").slot.hidden, variable(export, "a").slot.environment_scope) == (True, "GLOBAL:npm")


def test_one_credential_alone_is_read(tmp_path: Path) -> None:
    assert values(read(tmp_path, credential(PASSWORD, "a", {"password": "x"}).encode())) == {"a": b"x"}


@pytest.mark.parametrize(
    ("root", "level"),
    [
        ("com.cloudbees.hudson.plugins.folder.Folder", "group"),
        ("org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject", "group"),
        ("user", "user"),
    ],
)
def test_level_is_that_of_the_file(tmp_path: Path, home: Home, root: str, level: str) -> None:
    inner = store(credential(STRING, "a", {"secret": home.secret(NPM)})).partition(b"\n")[2].decode()
    (tmp_path / "jobs" / "web" / "jobs" / "api").mkdir(parents=True)

    export = read(tmp_path / "jobs" / "web" / "jobs" / "api", element(root, element("properties", inner)).encode(), "config.xml")

    assert (export.level, values(export)) == (level, {"a": NPM})


def test_secrets_above_a_folder_that_is_no_job_are_not_used(tmp_path: Path, home: Home) -> None:
    (tmp_path / "other" / "web").mkdir(parents=True)

    assert values(read(tmp_path / "other" / "web", store(credential(STRING, "a", {"secret": home.secret(NPM)})))) == {"a": None}


def test_parameters_of_a_job_are_slots(tmp_path: Path, home: Home) -> None:
    parameters = "".join(
        [
            element("hudson.model.StringParameterDefinition", {"name": "STAGE", "defaultValue": "live & well", "trim": "true"}),
            element("hudson.model.PasswordParameterDefinition", {"name": "NPM_TOKEN", "defaultValue": home.secret(NPM)}),
            element(f"{PLUGINS}.CredentialsParameterDefinition", {"name": "KEY", "defaultValue": "npm-publish"}),
            element("hudson.model.ChoiceParameterDefinition", element("name", "ENV") + "<choices><string>a</string></choices>"),
        ]
    )
    data = element("flow-definition", element("properties", element("parameterDefinitions", parameters)) + "<definition/>").encode()

    export = read(tmp_path, data)

    assert (export.platform, export.level) == ("jenkins", "project")
    assert values(export) == {"STAGE": b"live & well", "NPM_TOKEN": NPM, "KEY": None, "ENV": None}
    assert [v.slot.masked for v in export.variables] == [False, True, None, None]
    assert variable(export, "STAGE").encoding == ("xml",)


def test_variables_of_all_builds_and_secrets_of_plugins_are_slots(tmp_path: Path, home: Home) -> None:
    tree = "<default><comparator class='x'/></default><int>2</int><string>A</string><string>x</string><string>B</string><string></string>"
    node = element("hudson.slaves.EnvironmentVariablesNodeProperty", element("envVars", element("tree-map", tree)))
    realm = element("hudson.security.LDAPSecurityRealm", {"managerPasswordSecret": home.secret(NPM)})

    export = read(tmp_path, element("hudson", "<numExecutors>2</numExecutors>" + node + realm).encode(), "config.xml")

    assert (export.platform, export.level) == ("jenkins", "instance")
    assert values(export) == {"A": b"x", "B": b"", "LDAPSecurityRealm.managerPasswordSecret": NPM}


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"<a><b></a>", "line 1, column 9: expected the end tag of the element that is open"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a>&b;</a>", "line 1, column 13: expected no definitions in the document type"),
        (b"<a>\n &b;</a>", "line 2, column 2: expected one of the entities that XML has itself"),
        (b"<a>" * 500, "line 1, column 601: nested too deeply"),
        (b"<a/>", "expected credentials.xml or config.xml of Jenkins"),
        (b"nothing", "expected credentials.xml or config.xml of Jenkins"),
    ],
)
def test_what_is_no_such_file_is_told_and_read_as_text(tmp_path: Path, data: bytes, detail: str) -> None:
    export = read(tmp_path, data, system="jenkins:")

    assert (export.variables, details(export), export.text_fallback) == ((), [detail], data)


@pytest.mark.parametrize(
    "data",
    [
        b"<project><name>x</name></project>",
        b'<project xmlns="http://maven.apache.org/POM/4.0.0"><builders/></project>',
        b"<settings><servers><server><id>a</id><password>{AQAA=}</password></server></servers></settings>",
        b"<hudson><a>b</a></hudson>",
    ],
)
def test_other_xml_is_not_of_jenkins(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).platform != "jenkins"


def test_damaged_file_keeps_what_was_read_before(tmp_path: Path) -> None:
    whole = filled("jenkins-credentials.xml")
    data = whole.replace(b"</java", b"</jova", 1)

    export = read(tmp_path, data)

    assert (values(export), details(export)) == (
        {"npm-publish": NPM},
        ["line 15, column 9: expected the end tag of the element that is open"],
    )


@given(plain=st.binary(max_size=200), text=st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_what_is_encrypted_comes_back(tmp_path_factory: pytest.TempPathFactory, plain: bytes, text: str) -> None:
    folder = tmp_path_factory.mktemp("home")
    home = Home(folder)
    home.write_keys()
    data = store(
        credential(STRING, "a", {"secret": home.secret(text.encode())}), credential(FILE, "b", {"secretBytes": home.content(plain)})
    )

    assert values(read(folder, data)) == {"a": text.encode(), "b": plain}


@given(
    at=st.integers(0, 2000),
    size=st.integers(0, 40),
    inserted=st.binary(max_size=4) | st.sampled_from([b"<", b"</x>", b"&", b"]]>", b"{", b"}"]),
)
@settings(max_examples=150, deadline=None)
def test_damage_anywhere_loses_nothing(tmp_path_factory: pytest.TempPathFactory, at: int, size: int, inserted: bytes) -> None:
    folder = tmp_path_factory.mktemp("home")
    home = Home(folder)
    home.write_keys()
    whole = store(
        credential(STRING, "a", {"secret": home.secret(NPM)}),
        credential(FILE, "b", {"secretBytes": home.content(NPM)}),
        credential(SSH, "c", f"<passphrase>{NPM.decode()}</passphrase>"),
    )
    data = whole[: at % len(whole)] + inserted + whole[at % len(whole) + size :]

    export = read(folder, data, "credentials.xml", "jenkins:")

    seen = [variable.value.reveal() for variable in export.variables if variable.value]
    text = data if export.text_fallback is None else export.text_fallback
    assert len(text) == len(data)
    assert export.text_fallback is not None or not export.problems
    assert NPM not in data or any(NPM in value for value in seen) or NPM in (export.text_fallback or b"")


def test_keys_and_values_are_in_no_representation(tmp_path: Path, home: Home) -> None:
    export = read(tmp_path, store(credential(STRING, "a", {"secret": home.secret(NPM)})))

    assert values(export) == {"a": NPM}
    assert tokens.npm(1)[4:] not in repr(export)
