"""Logs of CI jobs, from where they lie to what is said of them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.model import Reason
from scanner.run.logs import without_twins
from scanner.run.work import Logs, Worker
from scanner.sources.archives.limits import USUAL
from scanner.sources.files import FileRef
from tests.scanner.run.logworld import SETUP, found, read, unread
from tests.scanner.sources.ci_logs import shapes
from tests.scanner.sources.ci_logs.shapes import SHAPES, TIME
from tests.support import archives, keys, tokens

TOKEN, OTHER = tokens.npm(1), tokens.ghp(2)
PASSWORD = tokens.base62(4, 14)
PIECES = [
    *(b"\n", b"\r", b"\x1b", b"\x1b[", b"\x1b]8;;", b"\x1b\\", b"\x07", b"\x1b[8mha:", b"\t", b"\0", b"\xff", b"\xc3\xa9", b'"', b"{"),
    *(f"{TIME} ".encode(), b"2024-05-22T12:43:46.962646Z 01O+", b"section_start:1:", b"[Pipeline] {", b"##[group]Run ", b"PK\x03\x04"),
    *(b'[{"message": "', b'"}, {"message": "', b"NPM_TOKEN=", b"***", b"build\tPublish\t", TOKEN.encode(), OTHER[:9].encode()),
]


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker(SETUP)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_value_in_every_shape_of_log_is_one_credential(worker: Worker, tmp_path: Path, shape: str) -> None:
    colours = f"tok\x1b[1men: {TOKEN[:12]}\x1b[0m{TOKEN[12:]}"
    answer = read(worker, tmp_path, {"a.log": SHAPES[shape](["before", f"NPM_TOKEN={TOKEN}", "10%\r" + TOKEN, colours])})
    assert {(kind, path) for kind, path, *_ in found(answer)} == {("npm-token", "a.log")}
    assert len(found(answer)) == 3
    assert len({one.identified.id for hit in answer.hits for one in hit.sightings}) == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_a_key_over_many_lines_is_one_in_every_shape(worker: Worker, tmp_path: Path, shape: str) -> None:
    lines = keys.pem("p256", "pkcs8").split("\n")
    answer = read(worker, tmp_path, {"a.log": SHAPES[shape](["before", *lines, "behind"]), "b.log": "\n".join(lines)})
    assert [kind for kind, *_ in found(answer)] == ["ec-private-key"] * 2
    assert len({one.identified.id for hit in answer.hits for one in hit.sightings}) == 1


@pytest.mark.parametrize("shape", ["github", "gitlab_timed", "buildkite", "plain"])
@pytest.mark.parametrize("width", [20, 33, 80])
def test_a_value_that_was_wrapped_is_put_together(worker: Worker, tmp_path: Path, shape: str, width: int) -> None:
    text = f"some words before it: {TOKEN}"
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    assert [kind for kind, *_ in found(read(worker, tmp_path, {"a.log": SHAPES[shape](lines)}))] == ["npm-token"]


def test_what_gitlab_writes_in_several_goes_is_one_line(worker: Worker, tmp_path: Path) -> None:
    stamp = "2024-05-22T12:43:46.962646Z 01O"
    log = f"{stamp} DB_PASSWORD={PASSWORD[:4]}\n{stamp}+{PASSWORD[4:]}\n{stamp} done\n"
    answer = read(worker, tmp_path, {"a": shapes.gitlab_timed(["x"]) + log, "b": f"DB_PASSWORD={PASSWORD}\n"})
    (one,), (other,) = (hit.sightings for hit in answer.hits)
    assert one.identified.id == other.identified.id
    assert (one.spot.line, one.spot.field) == (5, "DB_PASSWORD")


def test_messages_of_circleci_are_one_text(worker: Worker, tmp_path: Path) -> None:
    answer = read(worker, tmp_path, {"a.json": shapes.circleci_answer(["one", f"\x1b[1m{TOKEN}\x1b[0m", "three"])})
    ((hit,),) = [(hit,) for hit in answer.hits]
    (one,) = hit.sightings
    assert (one.identified.kind.id, one.spot.line, one.spot.column) == ("npm-token", 1, None)


def test_what_stands_beside_the_messages_is_read_too(worker: Worker, tmp_path: Path) -> None:
    text = shapes.circleci_answer(["one"])[:-1] + f', {{"name": "x {TOKEN}"}}]'
    assert [kind for kind, *_ in found(read(worker, tmp_path, {"a.json": text}))] == ["npm-token"]


# Masks


MASKS = [
    "***",
    "*" * 14,
    "[MASKED]",
    "[secure]",
    "[REDACTED]",
    "xxxx1234",
    "<redacted>",
    "••••••••",
    "*****1234",
    "[masked]wxyz",
    "XXXXXXXXXXXX",
]
FORMS = ["NPM_TOKEN={}", "_authToken={}", "password: {}", "curl -u me:{} https://a.example", "twine upload -u __token__ -p {} dist/*"]
FORMS += [
    "DB_PASSWORD='{}'",
    '"token": "{}"',
    "https://x-access-token:{}@github.com/a/b",
    "Authorization: Bearer {}",
    "mysql -u root -p{} db",
]


@pytest.mark.parametrize("form", FORMS)
def test_a_mask_is_no_credential(worker: Worker, tmp_path: Path, form: str) -> None:
    log = shapes.github([form.format(mask) for mask in MASKS])
    assert found(read(worker, tmp_path, {"a.log": log})) == []


def test_a_partly_masked_value_is_a_partial_sighting_on_its_own_line(worker: Worker, tmp_path: Path) -> None:
    log = shapes.github(["x", f"token {OTHER[:8]}****{OTHER[-4:]}"])
    answer = read(worker, tmp_path, {"a.log": log})
    assert found(answer) == []
    ((noted,),) = [(one,) for one in answer.noted]
    assert {one.line for one in noted.noticed.glimpses} == {5}


def test_a_public_key_is_remembered_with_its_line(worker: Worker, tmp_path: Path) -> None:
    from scanner.identity.marks import unpack  # noqa: PLC0415 - beside what it checks

    answer = read(worker, tmp_path, {"a.log": shapes.github(["a\rb\rc", *keys.public_pem("p256").split("\n")])})
    ((noted,),) = [(one,) for one in answer.noted]
    assert [one.line for one in unpack(noted.noticed.marks)] == [5]


def test_a_marker_in_a_log_allows_nothing(worker: Worker, tmp_path: Path) -> None:
    answer = read(worker, tmp_path, {"a.log": f"{TOKEN}  # keytrail:allow because\n"})
    assert [one.suppression for hit in answer.hits for one in hit.sightings] == [None]


def test_a_file_in_an_archive_that_is_no_log_is_read_as_it_is(worker: Worker, tmp_path: Path) -> None:
    files = {"key.der": keys.der("rsa2048", "pkcs8"), "latin.txt": f"caf\xe9 {TOKEN}".encode("latin-1")}
    answer = read(worker, tmp_path, {"artifacts.zip": archives.zipped(files)})
    assert [(kind, path) for kind, path, *_ in found(answer)] == [
        ("rsa-private-key", "artifacts.zip!/key.der"),
        ("npm-token", "artifacts.zip!/latin.txt"),
    ]


def test_a_log_that_begins_like_something_compressed_is_a_log(worker: Worker, tmp_path: Path) -> None:
    log = f"x^2 and more\n{shapes.github([f'tok{chr(27)}[1men {TOKEN[:9]}{chr(27)}[0m{TOKEN[9:]}'])}"
    assert [line for _, _, line, *_ in found(read(worker, tmp_path, {"a.log": log}))] == [5]


@pytest.mark.parametrize("refusal", ['{"message": "Not Found", "documentation_url": "x"}', '{"error": "403 Forbidden"}'])
def test_what_an_api_says_instead_of_a_log_is_said(worker: Worker, tmp_path: Path, refusal: str) -> None:
    assert unread(read(worker, tmp_path, {"a.log": refusal})) == [("a.log", Reason.MALFORMED)]


# Names


@pytest.mark.parametrize("command", [f"npm publish --token {TOKEN}", f"mysql -u root -p{PASSWORD} db", f"echo {'x ' * 40}{TOKEN}"])
def test_a_step_that_is_called_by_a_command_with_a_credential_is_not_named(worker: Worker, tmp_path: Path, command: str) -> None:
    answer = read(worker, tmp_path, {"a.log": shapes.github([OTHER], step=command)})
    assert {step for kind, *_, step in found(answer) if kind == "github-pat-classic"} == {"…"}


def test_a_long_name_is_cut_between_words(worker: Worker, tmp_path: Path) -> None:
    answer = read(worker, tmp_path, {"a.log": shapes.github([OTHER], step="word " * 40)})
    ((*_, step),) = found(answer)
    assert step is not None
    assert len(step) <= 81
    assert step.endswith("word…")


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_is_called_by_a_command_with_a_credential_is_shown_by_its_number(worker: Worker, tmp_path: Path, packed: bool) -> None:
    files = {
        f"build/3_Run npm publish --token {TOKEN}.txt": shapes.github([OTHER]).encode(),
        f"{TOKEN}/1_a.txt": shapes.github([OTHER]).encode(),
    }
    answer = read(worker, tmp_path, {"logs.zip": archives.zipped(files)} if packed else files)
    lead = "logs.zip!/" if packed else ""
    assert [(path.removeprefix(lead), job, step) for _, path, _, job, step in found(answer) if path != "logs.zip"] == [
        ("build/3_….txt", "build", "…"),
        ("…/1_a.txt", "…", "a"),
    ]
    assert TOKEN[4:] not in repr(answer)


# Archives and folders


def github_archive(*, whole: bool = True) -> dict[str, bytes]:
    setup, publish = shapes.github(["ok"], step="x"), shapes.github([f"token {TOKEN}"])
    files = {"build/1_Set up job.txt": setup, "build/2_Publish.txt": publish, "build/system.txt": f"{TIME} {OTHER}\n"}
    if whole:
        files = {"0_build.txt": setup + publish[1:], **files}
    return {name: text.encode() for name, text in files.items()}


def test_an_archive_of_github_is_its_jobs_and_steps(worker: Worker, tmp_path: Path) -> None:
    answer = read(worker, tmp_path, {"logs.zip": archives.zipped(github_archive())})
    assert found(answer) == [
        ("npm-token", "logs.zip!/0_build.txt", 8, "build", "Run npm publish"),
        ("npm-token", "logs.zip!/build/2_Publish.txt", 4, "build", "Publish"),
        ("github-pat-classic", "logs.zip!/build/system.txt", 1, "build", None),
    ]
    assert {one.spot.encoding for hit in answer.hits for one in hit.sightings} == {("zip",)}


@pytest.mark.parametrize("packed", [True, False])
def test_what_a_job_repeats_of_its_steps_counts_once(worker: Worker, tmp_path: Path, packed: bool) -> None:
    files = github_archive()
    answer = read(worker, tmp_path, {"logs.zip": archives.zipped(files)} if packed else files)
    kept = [hit.path.removeprefix("logs.zip!/") for hit in without_twins(answer.hits)]
    assert kept == ["build/2_Publish.txt", "build/system.txt"]


@pytest.mark.parametrize(
    ("name", "log", "expected"),
    [
        ("0_build.txt", shapes.github_job([TOKEN], job="build"), ("build", "Run npm publish")),
        ("2_Publish.txt", shapes.github([TOKEN]), (None, "Run npm publish")),
        ("a/2_Publish.txt", shapes.github([TOKEN]), ("a", "Publish")),
        ("reports/2024_sales.txt", f"token {TOKEN}\n", (None, None)),
    ],
)
def test_a_name_counts_as_far_as_it_can_be_trusted(
    worker: Worker, tmp_path: Path, name: str, log: str, expected: tuple[str | None, str | None]
) -> None:
    assert [(job, step) for *_, job, step in found(read(worker, tmp_path, {name: log}))] == [expected]


def test_what_only_the_whole_job_has_stays(worker: Worker, tmp_path: Path) -> None:
    files = github_archive() | {"0_build.txt": shapes.github([TOKEN, TOKEN]).encode(), "1_test.txt": f"{TIME} {TOKEN}\n".encode()}
    kept = [(hit.path, len(hit.sightings)) for hit in without_twins(read(worker, tmp_path, files).hits)]
    assert kept == [("0_build.txt", 2), ("build/2_Publish.txt", 1), ("build/system.txt", 1), ("1_test.txt", 1)]


def test_a_bomb_an_encrypted_member_and_a_path_outside_are_said_or_harmless(worker: Worker, tmp_path: Path) -> None:
    bomb = archives.zipped({"0_build.txt": bytes(USUAL.floor * 2)})
    local, entry = archives.zip_entry(b"1_a.txt", b"", b"secret", 0, flags=1)
    encrypted = local + archives.zip_end([entry], len(local))
    outside = archives.zipped({"../../etc/1_a.txt": f"{TIME} {TOKEN}\n".encode()})
    answer = read(worker, tmp_path, {"a.zip": bomb, "b.zip": encrypted, "c.zip": outside})
    assert ("a.zip", Reason.TOO_LARGE) in unread(answer)
    assert ("b.zip!/1_a.txt", Reason.ENCRYPTED) in unread(answer)
    assert [path for _, path, *_ in found(answer)] == ["c.zip!/../../etc/1_a.txt"]
    assert not (tmp_path.parent / "etc").exists()


def test_a_member_that_is_too_large_is_said(tmp_path: Path) -> None:
    worker = Worker(replace(SETUP, archives=replace(USUAL, member=1000)))
    files = {"build/1_a.txt": b"words and more\n" * 100, "build/2_b.txt": f"{TOKEN}\n".encode()}
    answer = read(worker, tmp_path, {"logs.zip": archives.zipped(files)})
    assert unread(answer) == [("logs.zip!/build/1_a.txt", Reason.TOO_LARGE)]
    assert [path for _, path, *_ in found(answer)] == ["logs.zip!/build/2_b.txt"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", archives.zipped({}), archives.zipped({"a.txt": b""})])
def test_a_log_without_anything_in_it_is_said(worker: Worker, tmp_path: Path, content: bytes) -> None:
    answer = read(worker, tmp_path, {"a.log": content})
    assert unread(answer) == [("a.log", Reason.MALFORMED)]


def test_a_log_that_is_gone_or_too_large_is_said(worker: Worker, tmp_path: Path) -> None:
    answer = read(worker, tmp_path, {"a.log": "words and more\n" * 10}, most=20)
    assert unread(answer) == [("a.log", Reason.TOO_LARGE)]
    gone = worker(Logs(0, (FileRef("box", str(tmp_path), "b.log", b"b.log"),), 1 << 20, 0))
    assert unread(gone) == [("b.log", Reason.VANISHED)]


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_an_archive_that_was_cut_off_is_said_and_read_as_far_as_it_goes(worker: Worker, tmp_path: Path, cut: int) -> None:
    data = archives.zipped(github_archive())
    assert unread(read(worker, tmp_path, {"logs.zip": data[: len(data) * cut // 60]}))


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join))
@example(b"\xff\xfe" + f"{TIME} {OTHER}\n".encode("utf-16-le"))
@example(b'[{"message": "')
@example(b"PK\x03\x04")
def test_whatever_a_log_holds_it_is_read_to_its_end(worker: Worker, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        answer = read(worker, Path(folder), {"a.log": data + b" \n"})
        held = read(worker, Path(folder), {"a.log": data + b"\n\x1b[1m " + TOKEN.encode() + b" \n"})
    assert answer.blobs == 1
    assert {line for kind, _, line, *_ in found(held) if kind == "npm-token"} >= {data.count(b"\n") + 2}
