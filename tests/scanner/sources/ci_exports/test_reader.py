from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from scanner.model import Reason
from scanner.sources.ci_exports import Export, parse_spec, read_export
from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values, variable
from tests.support import tokens


def problems(export: Export) -> list[tuple[str, str, Reason, str]]:
    return [(p.target, p.path, p.reason, p.detail) for p in export.problems]


@pytest.mark.parametrize("system", ["", "gitlab-project:", "shell:", "dotenv:"])
@pytest.mark.parametrize("data", [b"", b" \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_empty_file_is_malformed(tmp_path: Path, data: bytes, system: str) -> None:
    export = read(tmp_path, data, system=system)

    container = f"{system or 'unknown:'}export"
    assert problems(export) == [(container, "export", Reason.MALFORMED, "empty")]
    assert (export.variables, export.text_fallback) == ((), data)


def test_folder_is_unscanned(tmp_path: Path) -> None:
    (tmp_path / "vars").mkdir()

    export = read_export(parse_spec(f"gitlab-project:{tmp_path / 'vars'}"), max_size=10)

    assert problems(export) == [("gitlab-project:vars", "vars", Reason.UNREADABLE, "expected a file, not a folder")]
    assert (export.platform, export.level, export.variables, export.text_fallback) == ("gitlab", "project", (), None)


def test_fifo_is_unscanned_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "vars")

    export = read_export(parse_spec(str(tmp_path / "vars")), max_size=10)

    assert problems(export) == [("unknown:vars", "vars", Reason.UNREADABLE, "expected a file, not a fifo")]


def test_socket_is_unscanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("vars")

        export = read_export(parse_spec("vars"), max_size=10)

    assert problems(export) == [("unknown:vars", "vars", Reason.UNREADABLE, "expected a file, not a socket")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file_is_unscanned(tmp_path: Path) -> None:
    (tmp_path / "vars").touch(mode=0)

    export = read_export(parse_spec(str(tmp_path / "vars")), max_size=10)

    assert problems(export) == [("unknown:vars", "vars", Reason.UNREADABLE, "Permission denied")]


def test_file_that_vanished_is_unscanned(tmp_path: Path) -> None:
    (tmp_path / "vars").touch()
    spec = parse_spec(str(tmp_path / "vars"))
    (tmp_path / "vars").unlink()

    assert problems(read_export(spec, max_size=10)) == [("unknown:vars", "vars", Reason.VANISHED, "No such file or directory")]


def test_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "vars").write_bytes(b"A=" + b"x" * 10)

    export = read_export(parse_spec(str(tmp_path / "vars")), max_size=11)

    assert problems(export) == [("unknown:vars", "vars", Reason.TOO_LARGE, "12 bytes")]
    assert export.text_fallback is None


def test_file_at_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "vars").write_bytes(b"A=" + b"x" * 10)

    assert values(read_export(parse_spec(str(tmp_path / "vars")), max_size=12)) == {"A": b"x" * 10}


def test_link_is_followed_and_names_the_export(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"A=1\n")
    (tmp_path / "vars").symlink_to("real")

    export = read_export(parse_spec(str(tmp_path / "vars")), max_size=10)

    assert (export.container, values(export)) == ("shell:vars", {"A": b"1"})


def test_name_that_is_no_text_is_shown_with_escapes(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"v\xff")).write_bytes(b"A=1\n")

    export = read_export(parse_spec(str(tmp_path / os.fsdecode(b"v\xff"))), max_size=10)

    assert (export.container, export.path) == ("shell:v\\xff", "v\\xff")


@pytest.mark.parametrize("fixture", ["gitlab-project.json", "glab-export.txt", "printenv.txt", "release.env", "ksh.txt"])
@pytest.mark.parametrize(
    ("mark", "codec", "encoding"),
    [
        (b"\xff\xfe", "utf-16-le", ("utf-16le",)),
        (b"\xfe\xff", "utf-16-be", ("utf-16be",)),
        (b"", "utf-16-le", ("utf-16le",)),
        (b"", "utf-16-be", ("utf-16be",)),
        (b"\xff\xfe\0\0", "utf-32-le", ("utf-32",)),
        (b"\0\0\xfe\xff", "utf-32-be", ("utf-32",)),
    ],
)
def test_other_unicode_says_the_same(tmp_path: Path, fixture: str, mark: bytes, codec: str, encoding: tuple[str, ...]) -> None:
    data = filled(fixture)
    plain = read(tmp_path, data, fixture)

    export = read(tmp_path, mark + data.decode().encode(codec), fixture)

    assert (export.container, values(export), details(export)) == (plain.container, values(plain), details(plain))
    assert [(v.line, v.value_offset, v.encoding) for v in export.variables] == [
        (v.line, None, encoding + v.encoding) for v in plain.variables
    ]


@pytest.mark.parametrize("fixture", ["gitlab-project.json", "printenv.txt", "ksh.txt"])
def test_byte_order_mark_moves_offsets_only(tmp_path: Path, fixture: str) -> None:
    plain = read(tmp_path, filled(fixture))

    export = read(tmp_path, b"\xef\xbb\xbf" + filled(fixture))

    assert values(export) == values(plain)
    assert [v.value_offset for v in export.variables] == [None if v.value_offset is None else v.value_offset + 3 for v in plain.variables]


@pytest.mark.parametrize(
    ("system", "detail"),
    [
        ("gitlab-project:", "expected a JSON array of GitLab variables"),
        ("azure-group:", "expected Azure DevOps variable groups or build definitions as JSON"),
        ("bitbucket-workspace:", "expected Bitbucket pipeline variables as JSON"),
        ("drone:", "expected Drone secrets as JSON"),
        ("travis:", "expected Travis CI environment variables as JSON"),
        ("buildkite:", "expected Buildkite pipelines or cluster secrets as JSON"),
        ("woodpecker-org:", "expected Woodpecker secrets as JSON"),
        ("github-repo:", "expected GitHub variables or secrets as JSON"),
        ("shell:", "expected the output of printenv, env, export -p or set -x"),
        ("dotenv:", "expected a dotenv file"),
        ("", "expected an export of a known shape"),
    ],
)
def test_content_that_is_no_export_is_malformed_and_read_as_text(tmp_path: Path, system: str, detail: str) -> None:
    data = b"Nothing was exported: no permission\n"

    export = read(tmp_path, data, system=system)

    assert (export.variables, details(export), export.text_fallback) == ((), [detail], data)


@pytest.mark.parametrize(
    "answer",
    [
        {"message": "404 Project Not Found"},
        {"error": "insufficient_scope", "error_description": "The request requires more"},
        {"type": "error", "error": {"message": "Access denied"}},
        {"@type": "error", "error_type": "not_found", "error_message": "repository not found", "resource_type": "repository"},
        {"$id": "1", "innerException": None, "message": "Nobody", "typeName": "A", "typeKey": "B", "errorCode": 0, "eventId": 3000},
    ],
)
def test_error_message_of_an_api_is_no_export(tmp_path: Path, answer: dict[str, object]) -> None:
    data = json.dumps(answer).encode()

    export = read(tmp_path, data)

    assert (export.variables, details(export)) == ((), ["expected variables, not the error message of an API"])
    assert export.text_fallback == data


@pytest.mark.parametrize(
    "system", ["gitlab-group", "github-org", "azure-group", "bitbucket-workspace", "drone", "woodpecker-repo", "travis", "buildkite"]
)
@pytest.mark.parametrize("data", [b"A=1\n", b"export A='1'\n", b"A=1\0", b'A="1"\n', b'{"A": "1"}', b'[{"name": "A", "value": "1"}]'])
def test_any_way_to_write_variables_down_is_read_under_the_system_that_the_user_names(tmp_path: Path, system: str, data: bytes) -> None:
    export = read(tmp_path, data, system=f"{system}:")

    assert (export.container, export.platform, values(export)) == (f"{system}:export", system.partition("-")[0], {"A": b"1"})


def test_system_that_the_user_names_wins_over_the_content(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gitlab-project.json"), system="github-repo:")

    assert (export.container, export.platform) == ("github-repo:export", "github")


def test_more_variables_than_a_platform_allows_are_read_as_text(tmp_path: Path) -> None:
    data = b"A=\n" * 100_001

    export = read(tmp_path, data)

    assert (len(export.variables), problems(export)) == (
        100_000,
        [("shell:export", "export", Reason.TOO_LARGE, "more than 100000 variables")],
    )
    assert export.text_fallback == data


def test_flaws_beyond_ten_are_counted(tmp_path: Path) -> None:
    export = read(tmp_path, b'[{"key": "A", "value": "x", "protected": true}' + b", 1" * 15 + b"]")

    assert details(export) == [*(f"entry {n}: expected an object" for n in range(2, 12)), "5 more flaws"]


def test_values_are_in_no_representation(tmp_path: Path) -> None:
    export = read(tmp_path, b'A="%b"\nRELEASE_KEY=%b\n# %b' % (tokens.npm(1).encode(), key(2).encode(), tokens.ghp(3).encode()), ".env")

    assert variable(export, "A").value is not None
    assert export.text_fallback is not None
    assert not [piece for piece in (tokens.npm(1)[4:], key(2)[40:60], tokens.ghp(3)[4:]) if piece in repr(export)]
