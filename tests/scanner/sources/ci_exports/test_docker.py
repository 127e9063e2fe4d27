from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

NPM = tokens.npm(1).encode()
CONTAINER: dict[str, Any] = {"Id": "0123456789abcdef", "Created": "", "Image": "", "Name": "/web", "Config": {"Env": ["A=x"]}}
IMAGE: dict[str, Any] = {"config": {"Env": ["A=x"]}, "rootfs": {}}
SECRET: dict[str, Any] = {"ID": "a", "CreatedAt": "2026-01-02T03:04:05Z", "UpdatedAt": "2026-01-02T03:04:05.5Z", "Spec": {"Name": "A"}}


def dump(document: object) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize("system", ["", "docker:"])
@pytest.mark.parametrize(
    ("fixture", "expected", "owner"),
    [
        ("docker-containers.json", {"PATH": b"/bin", "NPM_TOKEN": NPM}, "docker:export/web"),
        ("docker-image.json", {"STAGE": b"live", "NPM_TOKEN": NPM, "OTHER": b"x y"}, "docker:export"),
    ],
)
def test_containers_and_images_have_environments(tmp_path: Path, system: str, fixture: str, expected: dict[str, bytes], owner: str) -> None:
    data = filled(fixture)

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("docker:export", "docker", "project", ())
    assert (values(export), len(export.variables), export.text_fallback) == (expected, len(expected), data)
    assert {v.slot.owner for v in export.variables} == {owner}


@pytest.mark.parametrize(
    ("document", "owner"),
    [
        ([CONTAINER], "web"),
        ([{**CONTAINER, "Name": "", "RepoTags": ["acme/web:1", "acme/web:2"]}], "acme/web:1"),
        ([{**CONTAINER, "Id": "sha256:0123456789abcdef", "Name": None, "RepoTags": []}], "0123456789ab"),
        ([{**CONTAINER, "Config": None, "ContainerConfig": {"Env": ["A=x"]}}], "web"),
        (IMAGE, ""),
        ({"linux/amd64": IMAGE, "linux/arm64": IMAGE}, ""),
        ({"Name": "acme/web", "Digest": "", "Layers": [], "Env": ["A=x"]}, "acme/web"),
        ([{"ID": "a", "Spec": {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Env": ["A=x"]}}}}], "web"),
        ([{"ID": "a", "Spec": {"TaskTemplate": {}}, "PreviousSpec": {"TaskTemplate": {"ContainerSpec": {"Env": ["A=x"]}}}}], ""),
    ],
)
def test_environment_is_found_wherever_it_stands(tmp_path: Path, document: object, owner: str) -> None:
    export = read(tmp_path, dump(document))

    assert (export.platform, values(export), export.problems) == ("docker", {"A": b"x"}, ())
    assert {v.slot.owner.partition("/")[2] for v in export.variables} == {owner}


@pytest.mark.parametrize(
    ("created_by", "expected"),
    [
        ("/bin/sh -c #(nop)  ENV A=x", [("A", b"x")]),
        ("ENV A=x y B=z", [("A", b"x y"), ("B", b"z")]),
        ("ENV A=x # buildkit", [("A", b"x")]),
        ("ARG A=x B=y", [("A", b"x B=y")]),
        ("ARG A", [("A", None)]),
        ("RUN |2 A=x B=y z /bin/sh -c C=1 make # buildkit", [("A", b"x"), ("B", b"y z")]),
        ("|1 A=x B=y /bin/sh -c make", [("A", b"x B=y")]),
        ("RUN /bin/sh -c A=x make", []),
        ("COPY a b", []),
        ("", []),
    ],
)
@pytest.mark.parametrize("form", ["image", "podman", "history"])
def test_steps_of_a_build_keep_their_arguments(
    tmp_path: Path, form: str, created_by: str, expected: list[tuple[str, bytes | None]]
) -> None:
    documents = {
        "image": {**IMAGE, "config": {}, "history": [{"created_by": created_by}]},
        "podman": [{**CONTAINER, "Config": {}, "History": [{"created_by": created_by}]}],
        "history": {"CreatedBy": created_by, "CreatedSince": "", "Size": ""},
    }

    export = read(tmp_path, dump(documents[form]), system="docker:")

    assert [(v.name, v.value and v.value.reveal()) for v in export.variables] == expected


def test_secrets_are_named_and_configs_have_values(tmp_path: Path) -> None:
    documents = [SECRET, {**SECRET, "Spec": {"Name": "B", "Data": "eA=="}}, {**SECRET, "Spec": {"Name": "C"}, "SecretData": "y"}]

    export = read(tmp_path, dump(documents))

    assert (export.platform, values(export)) == ("docker", {"A": None, "B": b"x", "C": b"y"})
    assert (variable(export, "B").encoding, {v.slot.updated_at for v in export.variables}) == (("base64",), {"2026-01-02T03:04:05Z"})


def test_service_names_its_secrets(tmp_path: Path) -> None:
    container = {"Secrets": [{"SecretName": "A"}], "Configs": [{"ConfigName": "B"}]}

    export = read(tmp_path, dump([{"ID": "a", "Spec": {"Name": "web", "TaskTemplate": {"ContainerSpec": container}}}]))

    assert [(v.name, v.value, v.is_file) for v in export.variables] == [("A", None, True), ("B", None, True)]


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "expected an object"),
        ({"Id": "a"}, "expected a container, an image, a service, a secret or a config"),
        ({**CONTAINER, "Config": {"Env": "B=y"}}, "expected Env to be a map or a list of text"),
        ({**CONTAINER, "Config": {"Env": [5]}}, "expected Env to be a map or a list of text"),
        ({**IMAGE, "config": {}, "history": ["B"]}, "expected history to be a list of objects"),
        ({**IMAGE, "config": {}, "history": [{"created_by": 5}]}, "expected created_by to be text"),
        ({**SECRET, "Spec": {"Name": "B", "Data": "?"}}, "expected Data to be base64"),
        ({**SECRET, "UpdatedAt": "soon"}, "expected UpdatedAt to be a time"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, broken: object, detail: str) -> None:
    data = dump([CONTAINER, broken])

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 2: {detail}"], data)


@pytest.mark.parametrize("data", [b'{"Config": {"Env": []}}', b'[["a"]]', b'{"config": {}}'])
def test_other_json_is_not_of_docker(tmp_path: Path, data: bytes) -> None:
    expected = "expected what docker inspect prints, or the configuration of an image, as JSON"

    assert details(read(tmp_path, data, system="docker:")) == [expected]
