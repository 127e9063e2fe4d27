from __future__ import annotations

import gzip
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from scanner.model import Reason
from scanner.sources.ci_exports import Export
from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values, variable
from tests.support import tokens

NPM = tokens.npm(1).encode()
SECRET: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}}
POD = {"containers": [{"name": "app", "env": [{"name": "A", "value": "x"}]}]}


def slots(export: Export) -> list[tuple[str, str, str | None]]:
    """Owner without the container, name and scope of each variable."""
    return [(v.slot.owner.partition("/")[2], v.name, v.slot.environment_scope) for v in export.variables]


def dump(document: object) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize("system", ["", "kubernetes:"])
def test_secret_is_decoded_and_in_its_namespace(tmp_path: Path, system: str) -> None:
    data = filled("kubernetes-secret.json")

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("kubernetes:export", "kubernetes", "environment", ())
    assert values(export) == {"NPM_TOKEN": NPM, "EMPTY": b"", "GH_TOKEN": tokens.ghp(2).encode()}
    assert slots(export) == [(f"secret/{'release'}", name, "live") for name in ("NPM_TOKEN", "EMPTY", "GH_TOKEN")]
    assert (variable(export, "NPM_TOKEN").encoding, variable(export, "GH_TOKEN").encoding) == (("base64",), ())
    assert export.text_fallback == data


def test_list_has_secrets_config_maps_and_workloads(tmp_path: Path) -> None:
    export = read(tmp_path, filled("kubernetes-secrets.yaml"))

    assert export.problems == ()
    assert slots(export) == [
        ("secret/release", "NPM_TOKEN", "live"),
        ("secret/release", "NPM_TOKEN", "live"),
        ("secret/signing", "tls.key", "live"),
        ("configmap/settings", "STAGE", "live"),
        ("configmap/settings", "npmrc", "live"),
        ("deployment/web/app", "GH_TOKEN", "live"),
        ("deployment/web/app", "NPM_TOKEN", "live"),
        ("secret/release", "NPM_TOKEN", "live"),
        ("secret/signing", "signing", "live"),
    ]
    assert [v.encoding for v in export.variables[:3]] == [("base64",), ("json", "base64"), ("base64",)]
    assert [v.value and v.value.reveal() for v in export.variables[:3]] == [NPM, NPM, key(3).encode()]
    assert [v.line for v in export.variables] == [None, None, None, 29, 31, 46, None, None, None]
    assert export.variables[5].value_offset == filled("kubernetes-secrets.yaml").index(tokens.ghp(2).encode())


def test_variable_and_what_it_refers_to_share_the_slot_of_the_secret(tmp_path: Path) -> None:
    export = read(tmp_path, filled("kubernetes-secrets.yaml"))

    assert len({v.slot.id for v in export.variables if v.slot.owner.endswith("/secret/release")}) == 1


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "Pod", "apiVersion": "v1", "spec": POD},
        {"kind": "Deployment", "apiVersion": "apps/v1", "spec": {"template": {"spec": POD}}},
        {"kind": "CronJob", "apiVersion": "batch/v1", "spec": {"jobTemplate": {"spec": {"template": {"spec": POD}}}}},
        {"kind": "PodTemplate", "apiVersion": "v1", "template": {"spec": POD}},
        {"kind": "Rollout", "apiVersion": "argoproj.io/v1alpha1", "spec": {"template": {"spec": {"initContainers": POD["containers"]}}}},
        {"kind": "PodList", "apiVersion": "v1", "items": [{"spec": POD}]},
    ],
)
def test_containers_are_found_wherever_pods_are_described(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, dump(document))

    assert (export.platform, values(export), export.problems) == ("kubernetes", {"A": b"x"}, ())
    assert [owner.rpartition("/")[2] for owner, _, _ in slots(export)] == ["app"]


def test_documents_of_one_file_are_one_export(tmp_path: Path) -> None:
    data = b"---\n" + b"---\n".join(dump({**SECRET, "stringData": {name: "x"}}) + b"\n" for name in "AB")

    assert values(read(tmp_path, data)) == {"A": b"x", "B": b"x"}


@pytest.mark.parametrize("kind", ["SecretList", "ConfigMapList", "List"])
def test_empty_list_is_of_kubernetes_and_no_problem(tmp_path: Path, kind: str) -> None:
    export = read(tmp_path, dump({"apiVersion": "v1", "kind": kind, "items": []}))

    assert (export.platform, export.variables, export.problems) == ("kubernetes", (), ())


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"data": {".dockerconfigjson": b64encode(b'{"auths":{}}').decode()}, "type": "kubernetes.io/dockerconfigjson"}, b'{"auths":{}}'),
        ({"data": {"ssh-privatekey": b64encode(b"key").decode()}, "type": "kubernetes.io/ssh-auth"}, b"key"),
        ({"data": {"password": "\n  cGFz\n  cw==\n"}, "type": "kubernetes.io/basic-auth"}, b"pass"),
        ({"data": {"token-secret": "eA=="}, "type": "bootstrap.kubernetes.io/token"}, b"x"),
        ({"data": {"A": "_-8="}}, b"\xff\xef"),
        ({"stringData": {"A": 'x\n"'}}, b'x\n"'),
        ({"stringData": {"A": ""}}, b""),
    ],
)
def test_every_type_of_secret_is_read(tmp_path: Path, members: dict[str, object], text: bytes) -> None:
    export = read(tmp_path, dump({**SECRET, **members}))

    assert (list(values(export).values()), export.problems) == ([text], ())


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            {"kind": "SealedSecret", "spec": {"encryptedData": {"A": "AgB…"}, "template": {"metadata": {"name": "t"}}}},
            ("secret/t", "A"),
        ),
        ({"kind": "SealedSecret", "spec": {"encryptedData": {"A": "AgB…"}}}, ("secret/s", "A")),
        ({**SECRET, "data": {"A": "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]"}}, ("secret/s", "A")),
        ({**SECRET, "stringData": {"A": "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]"}, "sops": {"mac": "x"}}, ("secret/s", "A")),
    ],
)
def test_what_is_encrypted_is_named_and_said(tmp_path: Path, document: dict[str, object], expected: tuple[str, str]) -> None:
    export = read(tmp_path, dump({**SECRET, **document}))

    assert [(owner, name) for owner, name, _ in slots(export)] == [expected]
    assert [v.value for v in export.variables] == [None]
    assert [(p.reason, p.detail) for p in export.problems] == [(Reason.ENCRYPTED, "entry 1: expected values without encryption")]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"kind": "ExternalSecret", "spec": {"target": {"name": "t"}, "data": [{"secretKey": "A"}]}}, ("secret/t", "A", None)),
        ({"kind": "ExternalSecret", "spec": {"data": [{"name": "A", "key": "b"}]}}, ("secret/s", "A", None)),
        ({"kind": "ExternalSecret", "spec": {"target": {"template": {"data": {"A": "x"}}}}}, ("secret/s", "A", b"x")),
        ({"kind": "ClusterExternalSecret", "spec": {"externalSecretSpec": {"data": [{"secretKey": "A"}]}}}, ("secret/s", "A", None)),
        (
            {"kind": "SecretProviderClass", "spec": {"secretObjects": [{"secretName": "t", "data": [{"key": "A"}]}]}},
            ("secret/t", "A", None),
        ),
        ({"kind": "Kustomization", "secretGenerator": [{"name": "t", "literals": ["A=x=y"]}]}, ("secret/t", "A", b"x=y")),
        ({"kind": "Kustomization", "configMapGenerator": [{"name": "t", "literals": ["A="]}]}, ("configmap/t", "A", b"")),
        ({"kind": "Kustomization", "secretGenerator": [{"name": "t", "files": ["a=b.pem"]}]}, ("secret/t", "a", None)),
        ({"kind": "Kustomization", "secretGenerator": [{"name": "t", "envs": [".env"]}]}, ("secret/t", ".env", None)),
        ({"kind": "HelmRelease", "spec": {"values": {"a": {"b": "x"}}}}, ("helmrelease/s", "a.b", b"x")),
        ({"kind": "HelmRelease", "spec": {"valuesFrom": [{"kind": "Secret", "name": "t"}]}}, ("secret/t", "t", None)),
        (
            {"kind": "Application", "spec": {"source": {"helm": {"parameters": [{"name": "A", "value": "x"}]}}}},
            ("application/s", "A", b"x"),
        ),
        ({"kind": "Application", "spec": {"source": {"helm": {"valuesObject": {"a": ["x"]}}}}}, ("application/s", "a[0]", b"x")),
        ({"kind": "Kustomization", "spec": {"postBuild": {"substitute": {"A": "x"}}}}, ("kustomization/s", "A", b"x")),
        ({"kind": "HelmChart", "spec": {"valuesContent": "a:\n  b: x\n"}}, ("helmchart/s", "a.b", b"x")),
        ({"kind": "HelmChartConfig", "spec": {"set": {"a.b": "x"}}}, ("helmchartconfig/s", "a.b", b"x")),
        ({"kind": "Application", "spec": {"source": {"plugin": {"env": [{"name": "A", "value": "x"}]}}}}, ("application/s", "A", b"x")),
        ({"kind": "Application", "spec": {"sources": [{"helm": {"values": "a:\n  b: x\n"}}]}}, ("application/s", "a.b", b"x")),
    ],
)
def test_what_makes_secrets_names_them(tmp_path: Path, document: dict[str, object], expected: tuple[str, str, bytes | None]) -> None:
    export = read(tmp_path, dump({**SECRET, **document}))

    assert export.problems == ()
    assert [(owner, name, values(export)[name]) for owner, name, _ in slots(export)] == [expected]


def test_kustomization_need_not_say_what_it_is(tmp_path: Path) -> None:
    export = read(tmp_path, b"namespace: n\nsecretGenerator:\n- name: t\n  literals:\n  - A=x\n", "kustomization.yaml")

    assert (export.platform, slots(export), values(export)) == ("kubernetes", [("secret/t", "A", "n")], {"A": b"x"})
    assert [v.value_offset for v in export.variables] == [58]


def test_quotes_of_a_literal_are_taken_off(tmp_path: Path) -> None:
    data = b"secretGenerator:\n- name: t\n  literals: [A='x', 'B=y']\n"

    export = read(tmp_path, data)

    assert (values(export), [v.value_offset for v in export.variables]) == (
        {"A": b"x", "B": b"y"},
        [data.index(b"x"), data.index(b"B=y") + 2],
    )


def test_template_of_openshift_has_objects(tmp_path: Path) -> None:
    export = read(
        tmp_path, dump({"apiVersion": "template.openshift.io/v1", "kind": "Template", "objects": [{**SECRET, "stringData": {"A": "x"}}]})
    )

    assert (slots(export), values(export)) == ([("secret/s", "A", "n")], {"A": b"x"})


def test_refusal_of_the_api_is_no_export(tmp_path: Path) -> None:
    export = read(tmp_path, dump({"apiVersion": "v1", "kind": "Status", "status": "Failure"}), system="kubernetes:")

    assert details(export) == ["entry 1: expected an object, not the error message of an API"]


RELEASE = {
    "name": "web",
    "namespace": "live",
    "config": {"npm": {"token": tokens.npm(1)}},
    "chart": {"values": {"replicas": 1}},
    "manifest": "---\n# Source: a\n" + json.dumps({**SECRET, "stringData": {"M": "x"}}) + "\n",
}


def released(text: bytes, *, layers: int = 2) -> str:
    packed = gzip.compress(text, mtime=0)
    for _ in range(layers):
        packed = b64encode(packed)
    return packed.decode()


@pytest.mark.parametrize(("kind", "layers"), [("Secret", 2), ("ConfigMap", 1)])
def test_release_of_helm_is_undone(tmp_path: Path, kind: str, layers: int) -> None:
    text = json.dumps(RELEASE).encode()
    data = dump({**SECRET, "kind": kind, "type": "helm.sh/release.v1", "data": {"release": released(text, layers=layers)}})

    export = read(tmp_path, data)

    encoding = ("base64",) * layers + ("gzip",)
    assert (export.problems, {v.encoding for v in export.variables}) == ((), {encoding})
    assert values(export) == {"release": text, "npm.token": NPM, "replicas": b"1", "M": b"x"}
    assert slots(export) == [
        (f"{kind.lower()}/s", "release", "n"),
        ("release/web", "npm.token", "live"),
        ("release/web", "replicas", "live"),
        ("secret/s", "M", "n"),
    ]


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        (released(b"{"), "entry 1: expected a release of Helm to be JSON"),
        (b64encode(b64encode(gzip.compress(b"{}" * 99)[:20])).decode(), "entry 1: expected a release of Helm: it ends before its time"),
        (
            released(b"0" * 200_000_000),
            "entry 1: expected a release of Helm: more inside than may be read of it (26214400 bytes came out)",
        ),
    ],
    ids=["no-json", "cut", "bomb"],
)
def test_release_that_cannot_be_undone_is_a_problem(tmp_path: Path, said: str, detail: str) -> None:
    export = read(tmp_path, dump({**SECRET, "data": {"release": said}}))

    assert [one.rpartition(" (")[0] or one for one in details(export)] == [detail.rpartition(" (")[0] or detail]


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "expected an object"),
        ({"kind": "Secret"}, "expected an object with apiVersion and kind"),
        ({**SECRET, "data": []}, "expected data to be an object"),
        ({**SECRET, "data": {"A": "?"}}, "member 1: expected data to be base64"),
        ({**SECRET, "data": {"A": {}}}, "member 1: expected text"),
        ({**SECRET, "stringData": {"A": []}}, "member 1: expected text"),
        ({**SECRET, "metadata": []}, "expected metadata to be an object"),
        ({**SECRET, "metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{"}}}, None),
        (
            {"apiVersion": "v1", "kind": "Kustomization", "secretGenerator": [{"literals": ["x"]}]},
            "expected literals to be names, = and values",
        ),
        ({**SECRET, "kind": "SealedSecret", "spec": []}, "expected spec to be an object"),
        ({**SECRET, "kind": "Pod", "spec": {"containers": [{"env": [{"name": 5}]}]}}, "expected name to be text"),
        ({**SECRET, "kind": "Pod", "spec": {"containers": [{"env": {}}]}}, "expected env to be a list of objects"),
        ({**SECRET, "kind": "Pod", "spec": {"containers": [{"envFrom": ["A"]}]}}, "expected envFrom to be a list of objects"),
    ],
)
def test_object_of_wrong_types_is_a_problem(tmp_path: Path, broken: object, detail: str | None) -> None:
    items = [{**SECRET, "stringData": {"A": "x"}}, broken]
    data = dump({"apiVersion": "v1", "kind": "List", "items": items})

    export = read(tmp_path, data)

    expected = "expected the annotation of kubectl apply to be an object" if detail is None else detail
    assert (values(export), export.text_fallback) == ({"A": b"x"}, data)
    assert details(export) == [f"entry 2: {expected}"]


@pytest.mark.parametrize("system", ["", "kubernetes:"])
def test_damaged_manifest_says_where(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, b"apiVersion: v1\nkind: Secret\ndata:\n  A: [x\n", system=system)

    assert details(export) == ["line 5, column 1: expected a comma or the end of the list"]


def test_manifest_before_a_damaged_one_is_read(tmp_path: Path) -> None:
    data = dump({**SECRET, "stringData": {"A": "x"}}) + b"\n---\nkind: [\n"

    export = read(tmp_path, b"---\n" + data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, ["line 5, column 1: expected a value"], b"---\n" + data)


@pytest.mark.parametrize("data", [b"apiVersion: v1\nkind: Config\nusers: []\n", b"a: b\n", b'{"kind": "Secret"}'])
def test_other_yaml_is_not_of_kubernetes(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).platform != "kubernetes"


def test_text_that_is_no_object_is_no_export_of_kubernetes(tmp_path: Path) -> None:
    assert details(read(tmp_path, b"- a: b\n", system="kubernetes:")) == ["expected Kubernetes objects as YAML or JSON"]
