"""Archives from outside: in folders, in history, in changes, in sweeps and on standard input."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.support import tokens
from tests.support.archives import COMPRESSIONS, STORED, ar, tar, zip_end, zip_entry, zipped
from tests.support.command import Run, keytrail
from tests.support.fleet import Fleet, counts, lasting, line
from tests.support.repos import Repo
from tests.support.templates import expand

TOKEN, OTHER = tokens.npm(7), tokens.npm(8)
LINE = line(TOKEN).encode()
WHEEL = zipped({"pkg/settings.env": LINE, "pkg/__init__.py": b"\n"})
TARBALL = gzip.compress(tar({"package/package.json": b"{}\n", "package/config/prod.json": json.dumps({"npm": {"token": TOKEN}}).encode()}))

Place = dict[str, Any]


def scan(*arguments: str, cwd: Path, stdin: bytes = b"", code: int = 1) -> dict[str, Any]:
    """The report of a scan that ends with `code`."""
    run = keytrail("scan", *arguments, "--format", "json", cwd=cwd, stdin=stdin)
    assert (run.code, run.stderr) == (code, "")
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def places(report: dict[str, Any]) -> list[Place]:
    return [place for one in report["credentials"] for place in one["occurrences"]]


def told(report: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    """These facts of every place."""
    return sorted((tuple(place[name] for name in names) for place in places(report)), key=repr)


def unscanned(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["path"], entry["reason"]) for entry in report["coverage"]["unscanned"]]


class TestFolders:
    def test_every_place_inside_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "p.whl").write_bytes(WHEEL)
        (tmp_path / "p.tgz").write_bytes(TARBALL)
        (tmp_path / "dump.env.xz").write_bytes(COMPRESSIONS["xz"](b"\n" + LINE))
        (tmp_path / "p.deb").write_bytes(ar({"data.tar.zst": COMPRESSIONS["zstd"](tar({"./etc/p.env": LINE}))}))
        report = scan(".", cwd=tmp_path)
        assert told(report, "path", "line", "field", "encoding", "zone") == [
            ("dump.env.xz!/dump.env", 2, "NPM_TOKEN", ["xz"], "folder"),
            ("p.deb!/data.tar.zst!/./etc/p.env", 1, "NPM_TOKEN", ["ar", "zstd", "tar"], "folder"),
            ("p.tgz!/package/config/prod.json", 1, "token", ["gzip", "tar"], "folder"),
            ("p.whl!/pkg/settings.env", 1, "NPM_TOKEN", ["zip"], "folder"),
        ]
        assert len(report["credentials"]) == 1
        assert report["coverage"]["status"] == "complete"
        (source,) = report["coverage"]["sources"]
        assert (source["blobs"], source["bytes"]) == (4, sum(file.stat().st_size for file in tmp_path.iterdir()))

    def test_layers_and_configurations_of_images_are_what_they_are(self, tmp_path: Path) -> None:
        layer, settings = gzip.compress(tar({"app/p.env": LINE})), json.dumps({"config": {"Env": [LINE.decode().strip()]}}).encode()
        image = tar({f"blobs/sha256/{sha256(blob).hexdigest()}": blob for blob in (layer, settings)})
        (tmp_path / "image.tar").write_bytes(image)
        (tmp_path / "other.tar").write_bytes(tar({"layer.tar": tar({"app/p.env": LINE})}))
        report = scan(".", cwd=tmp_path)
        assert told(report, "zone", "field") == [("folder", "NPM_TOKEN"), ("image_layer", "Env"), ("image_layer", "NPM_TOKEN")]
        assert {one["policy"] for one in report["findings"]} == {"TB201", "TB706"}

    def test_what_is_merely_stored_counts_once(self, tmp_path: Path) -> None:
        (tmp_path / "a.tar").write_bytes(tar({"f.env": LINE}))
        (tmp_path / "a.zip").write_bytes(zipped({"f.env": LINE}, STORED, comment=OTHER.encode()))
        assert told(scan(".", cwd=tmp_path), "path", "encoding") == [("a.tar!/f.env", ["tar"]), ("a.zip!/f.env", ["zip"]), ("a.zip", [])]

    def test_what_is_read_over_the_end_of_a_member_does_not_count(self, tmp_path: Path) -> None:
        pair = expand("aws_access_key_id=<aws_id>\naws_secret_access_key=<base62:40>")
        inner = zipped({"credentials": pair}, STORED)
        (tmp_path / "a.zip").write_bytes(zipped({"credentials": pair}, STORED, comment=LINE))
        (tmp_path / "b.zip").write_bytes(zipped({"inner.zip": inner}, STORED))
        assert told(scan(".", cwd=tmp_path), "path", "line", "field") == [
            ("a.zip!/credentials", 2, "aws_secret_access_key"),
            ("a.zip", 2, "NPM_TOKEN"),
            ("b.zip!/inner.zip!/credentials", 2, "aws_secret_access_key"),
        ]

    def test_other_encodings_come_after_those_of_archives(self, tmp_path: Path) -> None:
        (tmp_path / "a.gz").write_bytes(gzip.compress(LINE.decode().encode("utf-16")))
        assert told(scan(".", cwd=tmp_path), "path", "encoding") == [("a.gz!/a", ["gzip", "utf-16le"])]

    def test_members_of_one_name_are_all_read(self, tmp_path: Path) -> None:
        first, entry = zip_entry(b"f", LINE, LINE, STORED)
        content = line(OTHER, "OTHER").encode()
        second, other = zip_entry(b"f", content, content, STORED, at=len(first))
        (tmp_path / "a.zip").write_bytes(first + second + zip_end([entry, other], len(first + second)))
        assert told(scan(".", cwd=tmp_path), "path", "field") == [("a.zip!/f", "NPM_TOKEN"), ("a.zip!/f", "OTHER")]

    def test_markers_inside_count(self, tmp_path: Path) -> None:
        (tmp_path / "a.tgz").write_bytes(gzip.compress(tar({"f.env": LINE.rstrip() + b" # keytrail:allow sample\n"})))
        report = scan(".", cwd=tmp_path, code=0)
        assert [place["suppression"]["reason"] for place in places(report)] == ["sample"]

    def test_what_cannot_be_read_inside_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "half.tgz").write_bytes(TARBALL[: len(TARBALL) // 2])
        member, entry = zip_entry(b"f", b"", b"", STORED, flags=1)
        (tmp_path / "locked.zip").write_bytes(member + zip_end([entry], len(member)))
        (tmp_path / "other.7z").write_bytes(b"7z\xbc\xaf\x27\x1c\0\4")
        report = scan(".", "--strict", cwd=tmp_path, code=3)
        assert unscanned(report) == [("half.tgz", "damaged"), ("locked.zip!/f", "encrypted"), ("other.7z", "unreadable")]

    def test_links_inside_are_counted(self, tmp_path: Path) -> None:
        (tmp_path / "a.tar").write_bytes(tar({"f": b"x"}, special={"l": b"2", "d": b"3"}))
        assert scan(".", cwd=tmp_path, code=0)["coverage"]["skipped"] == {"device": 1, "link": 1}

    def test_nothing_is_written(self, tmp_path: Path) -> None:
        inside = tmp_path / "deep" / "er"
        inside.mkdir(parents=True)
        (inside / "a.tar").write_bytes(tar({"../../out.env": LINE}))
        assert told(scan(".", cwd=inside), "path") == [("a.tar!/../../out.env",)]
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.tar"]

    def test_members_have_the_largest_size_of_files(self, tmp_path: Path) -> None:
        (tmp_path / "a.tgz").write_bytes(gzip.compress(tar({"large.env": LINE * 100, "f.env": LINE})))
        report = scan(".", "--max-blob-size", "1k", cwd=tmp_path)
        assert told(report, "path") == [("a.tgz!/f.env",)]
        assert unscanned(report) == [("a.tgz!/large.env", "too-large")]

    def test_archives_are_read_as_they_are_when_that_is_asked_for(self, tmp_path: Path) -> None:
        (tmp_path / "a.tgz").write_bytes(TARBALL)
        (tmp_path / "a.tar").write_bytes(tar({"f.env": LINE}))
        assert told(scan(".", "--no-archives", cwd=tmp_path), "path", "encoding") == [("a.tar", [])]

    def test_one_on_standard_input(self, tmp_path: Path) -> None:
        assert told(scan("-", cwd=tmp_path, stdin=WHEEL), "container", "path", "encoding") == [("stdin", "-!/pkg/settings.env", ["zip"])]

    def test_one_in_place_of_an_export(self, tmp_path: Path) -> None:
        (tmp_path / "variables.zip").write_bytes(WHEEL)
        report = scan("--ci-export", "gitlab-project:variables.zip", cwd=tmp_path)
        assert told(report, "path", "zone", "encoding") == [("variables.zip!/pkg/settings.env", "ci_variable", ["zip"])]


class TestHistory:
    @pytest.fixture
    def repo(self, tmp_path: Path) -> Repo:
        return Repo(tmp_path / "web")

    def test_a_member_has_the_history_of_its_archive(self, repo: Repo) -> None:
        first = repo.commit({"dist/p.whl": WHEEL})
        last = repo.commit({"dist/p.whl": None})
        facts = ("path", "zone", "in_head", "commit", "removed_commit", "encoding", "field")
        assert told(scan(".", cwd=repo.path), *facts) == [
            ("dist/p.whl!/pkg/settings.env", "repo_history", False, first, last, ["zip"], "NPM_TOKEN")
        ]

    def test_an_archive_that_is_still_there(self, repo: Repo) -> None:
        first = repo.commit({"p.tgz": TARBALL})
        repo.commit({"README": "text\n"})
        facts = ("path", "zone", "in_head", "commit", "removed_commit", "reachability", "mode")
        assert told(scan(".", cwd=repo.path), *facts) == [
            ("p.tgz!/package/config/prod.json", "repo_head", True, first, None, "head", "0644")
        ]
        assert told(scan(".", "--no-history", cwd=repo.path), "path", "in_head") == [("p.tgz!/package/config/prod.json", True)]

    def test_a_member_that_a_later_archive_lacks_was_removed_by_it(self, repo: Repo) -> None:
        first = repo.commit({"p.zip": zipped({"a.env": LINE, "b.env": LINE})})
        second = repo.commit({"p.zip": zipped({"b.env": b"# moved down\n" + LINE})})
        assert told(scan(".", cwd=repo.path), "path", "in_head", "commit", "removed_commit", "line") == [
            ("p.zip!/a.env", False, first, second, 1),
            ("p.zip!/b.env", True, first, None, 2),
        ]

    def test_one_that_nobody_committed_is_in_the_work_tree(self, repo: Repo) -> None:
        repo.commit({"README": "text\n"})
        (repo.path / "p.zip").write_bytes(WHEEL)
        assert told(scan(".", cwd=repo.path), "path", "zone") == [("p.zip!/pkg/settings.env", "worktree")]

    def test_one_without_a_path_is_named_by_its_id(self, repo: Repo) -> None:
        repo.commit({"p.zip": WHEEL})
        repo.git("update-ref", "-d", "HEAD")
        repo.git("rm", "--cached", "-q", "p.zip")
        (repo.path / "p.zip").unlink()
        repo.git("reflog", "expire", "--expire=now", "--all")
        oid = repo.git("hash-object", "--stdin", stdin=WHEEL)
        repo.git("prune", "--expire=now")
        repo.git("hash-object", "-w", "--stdin", stdin=WHEEL)
        assert told(scan(".", cwd=repo.path), "path", "reachability") == [(f"blob:{oid}!/pkg/settings.env", "unreachable")]

    def test_a_folder_may_be_called_like_an_archive(self, repo: Repo) -> None:
        """Everything that lies at one path is told, whichever file it is in."""
        first = repo.commit({"a.zip!/f.env": LINE, "a.zip": zipped({"f.env": line(OTHER).encode()}), "x!/b.zip": zipped({"f.env": LINE})})
        last = repo.commit({"a.zip": None, "a.zip!/f.env": None, "x!/b.zip": None})
        assert told(scan(".", cwd=repo.path), "path", "encoding", "commit", "removed_commit") == [
            ("a.zip!/f.env", ["zip"], first, last),
            ("a.zip!/f.env", [], first, last),
            ("x!/b.zip!/f.env", ["zip"], first, last),
        ]

    def test_makefiles_inside_run_nothing(self, repo: Repo) -> None:
        repo.commit({"p.zip": zipped({"Makefile": b"T := " + LINE, ".github/workflows/ci.yml": LINE})})
        assert {zone for (zone,) in told(scan(".", cwd=repo.path), "zone")} == {"repo_head"}


class TestGate:
    @pytest.fixture
    def repo(self, tmp_path: Path) -> Repo:
        made = Repo(tmp_path / "web")
        made.commit({"README": "text\n"})
        return made

    def stage(self, repo: Repo, files: dict[str, bytes]) -> Run:
        """The gate's answer to these files, staged."""
        for name, content in files.items():
            (repo.path / name).write_bytes(content)
            repo.git("add", name)
        return keytrail("gate", "--staged", "--format", "json", cwd=repo.path)

    def test_a_staged_archive_fails(self, repo: Repo) -> None:
        run = self.stage(repo, {"p.tgz": TARBALL})
        assert (run.code, told(json.loads(run.stdout), "path")) == (1, [("p.tgz!/package/config/prod.json",)])

    def test_one_that_held_it_before_passes(self, repo: Repo) -> None:
        repo.commit({"p.zip": zipped({"a.env": LINE})})
        assert self.stage(repo, {"p.zip": zipped({"a.env": b"# again\n" + LINE, "b": b"x"})}).code == 0

    def test_another_member_with_it_fails(self, repo: Repo) -> None:
        repo.commit({"p.zip": zipped({"a.env": LINE})})
        run = self.stage(repo, {"p.zip": zipped({"a.env": LINE, "b.env": LINE})})
        assert (run.code, told(json.loads(run.stdout), "path")) == (1, [("p.zip!/b.env",)])

    def test_a_commit_that_a_later_one_takes_back_fails(self, repo: Repo) -> None:
        base = repo.git("rev-parse", "HEAD")
        first = repo.commit({"p.zip": WHEEL})
        repo.commit({"p.zip": None})
        run = keytrail("gate", "--range", f"{base}..HEAD", "--format", "json", cwd=repo.path)
        assert (run.code, told(json.loads(run.stdout), "path", "commit")) == (1, [("p.zip!/pkg/settings.env", first)])

    def test_every_stage_of_an_unmerged_archive_counts(self, repo: Repo) -> None:
        repo.commit({"p.zip": zipped({"f": b"x"})})
        repo.git("checkout", "-q", "-b", "theirs")
        repo.commit({"p.zip": WHEEL})
        repo.git("checkout", "-q", "main")
        repo.commit({"p.zip": zipped({"f": b"y"})})
        with pytest.raises(AssertionError):
            repo.git("merge", "-q", "theirs")
        run = keytrail("gate", "--staged", "--format", "json", cwd=repo.path)
        assert (run.code, told(json.loads(run.stdout), "path")) == (1, [("p.zip!/pkg/settings.env",)])

    def test_what_cannot_be_opened_does_not_pass(self, repo: Repo) -> None:
        run = self.stage(repo, {"p.tgz": TARBALL[:-30]})
        assert (run.code, run.stderr) == (2, "keytrail: the whole change could not be seen: p.tgz (damaged)\n")

    def test_the_reviewed_configuration_can_leave_archives_closed(self, repo: Repo) -> None:
        repo.commit({"keytrail.toml": "archives = false\n"})
        assert self.stage(repo, {"p.tgz": TARBALL[:-30]}).code == 0


class TestSweep:
    @pytest.fixture
    def fleet(self, tmp_path: Path) -> Fleet:
        return Fleet(tmp_path)

    def fill(self, fleet: Fleet) -> Repo:
        repo = fleet.repo("web")
        repo.commit({"dist/p.whl": WHEEL, "half.tgz": TARBALL[:-30]})
        repo.commit({"dist/p.whl": None})
        return repo

    def paths(self, report: dict[str, Any]) -> set[str]:
        return {path for (path,) in told(report, "path")}

    def test_an_unchanged_repository_stays_as_it_was(self, fleet: Fleet) -> None:
        self.fill(fleet)
        first, second = fleet.sweep(), fleet.sweep()
        assert (counts(second), self.paths(second)) == ({"web": (0, 2)}, self.paths(first))
        assert unscanned(second) == unscanned(first)
        assert lasting(second) == lasting(first)

    def test_a_changed_one_keeps_what_is_known_of_its_archives(self, fleet: Fleet) -> None:
        repo = self.fill(fleet)
        first = fleet.sweep()
        repo.commit({"other.txt": "other\n"})
        second = fleet.sweep()
        assert counts(second) == {"web": (1, 2)}
        assert self.paths(second) == self.paths(first) == {"dist/p.whl!/pkg/settings.env"}
        assert unscanned(second) == unscanned(first) == [(f"blob:{repo.git('rev-parse', 'HEAD:half.tgz')}", "damaged")]
        assert lasting(second)["credentials"] == lasting(first)["credentials"]

    def test_an_archive_under_a_new_path_is_named_there_too(self, fleet: Fleet) -> None:
        repo = self.fill(fleet)
        fleet.sweep()
        repo.commit({"copy.whl": WHEEL})
        assert self.paths(fleet.sweep()) == {"dist/p.whl!/pkg/settings.env", "copy.whl!/pkg/settings.env"}

    def test_closed_archives_are_another_way_of_reading(self, fleet: Fleet) -> None:
        self.fill(fleet)
        fleet.sweep()
        assert counts(fleet.sweep("--no-archives")) == {"web": (2, 0)}
