from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.errors import ConfigError, UsageError
from scanner.sweep import Target, read_targets
from scanner.sweep.targets import MAX_LISTING


def _is_repository(path: Path) -> bool:
    """A folder with a HEAD stands for a repository here."""
    return (path / "HEAD").exists()


def _repositories(base: Path, *names: str) -> None:
    for name in names:
        (base / name).mkdir(parents=True, exist_ok=True)
        (base / name / "HEAD").touch()


def _names(base: Path, argument: str = ".") -> list[str]:
    return [target.name for target in read_targets(argument, _is_repository, base=base).targets]


def _listed(base: Path, text: str) -> tuple[Target, ...]:
    (base / "targets.toml").write_text(text, "utf-8")
    return read_targets("targets.toml", _is_repository, base=base).targets


def _complaint(base: Path, text: str) -> str:
    """What is wrong with the listing, without the file's path in front."""
    with pytest.raises(ConfigError) as caught:
        _listed(base, text)
    message = str(caught.value)
    assert message.startswith(f"{base / 'targets.toml'}: ")
    return message.removeprefix(f"{base / 'targets.toml'}: ")


def test_a_folder_of_clones_is_sorted_by_name(tmp_path: Path) -> None:
    _repositories(tmp_path, "web", "api.git", "zoo")
    listing = read_targets(str(tmp_path), _is_repository, base=Path("/"))
    assert listing.name == str(tmp_path)
    assert listing.targets == tuple(Target(name, tmp_path / name, None) for name in ("api.git", "web", "zoo"))


def test_one_level_deeper_where_a_folder_is_no_repository(tmp_path: Path) -> None:
    _repositories(tmp_path, "acme/web", "acme/api", "solo", "solo/inner", "a/b/too-deep")
    assert _names(tmp_path) == ["acme/api", "acme/web", "solo"]


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    _repositories(tmp_path, "real/one", "elsewhere")
    (tmp_path / "real/two").symlink_to(tmp_path / "elsewhere")
    assert _names(tmp_path, "real") == ["one"]


def test_files_between_the_clones_are_passed_over(tmp_path: Path) -> None:
    _repositories(tmp_path, "one")
    (tmp_path / "notes.txt").touch()
    os.mkfifo(tmp_path / "pipe")
    assert _names(tmp_path) == ["one"]


def test_a_folder_that_is_a_repository_is_one_target(tmp_path: Path) -> None:
    _repositories(tmp_path, "web", "web/vendor")
    assert read_targets("web", _is_repository, base=tmp_path).targets == (Target("web", tmp_path / "web", None),)


@pytest.mark.parametrize("argument", ["", "nothing", "nul\0", "folder"])
def test_what_holds_no_repository_is_a_usage_error(tmp_path: Path, argument: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError):
        read_targets(argument, _is_repository, base=tmp_path)


def test_a_name_that_is_no_utf8_is_spelled_out(tmp_path: Path) -> None:
    _repositories(tmp_path, os.fsdecode(b"caf\xe9"))
    assert _names(tmp_path) == ["caf\\xe9"]


def test_a_listed_path_begins_at_the_file(tmp_path: Path) -> None:
    (target,) = _listed(tmp_path, '[[targets]]\npath = "clones/../clones/web.git"\nvisibility = "public"\n')
    assert target == Target("web", tmp_path / "clones/web.git", None, public=True)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://forge.test/acme/web.git", "acme/web"),
        ("https://forge.test/acme/web/", "acme/web"),
        ("https://forge.test/group/sub/web", "sub/web"),
        ("https://forge.test/web", "web"),
        ("https://user:pa/ss@forge.test/acme/web", "acme/web"),
        ("https://forge.test", "target 1"),
        ("https://to/ken@forge.test", "target 1"),
        ("https://forge.test/web?token=a/b", "web"),
        ("git@forge.test:acme/web.git", "acme/web"),
        ("file:///srv/git/web.git", "web"),
        ("nonsense", "target 1"),
        ("https://forge.test/a\u202eb", "target 1"),
    ],
)
def test_a_url_names_its_target_by_its_end(tmp_path: Path, url: str, name: str) -> None:
    (target,) = _listed(tmp_path, f'[[targets]]\nurl = "{url}"\n')
    assert (target.name, target.url, target.path) == (name, url, None)


def test_a_url_is_in_no_representation(tmp_path: Path) -> None:
    targets = _listed(tmp_path, '[[targets]]\nname = "a"\nurl = "https://user:hunter2@forge.test/x"\n')
    assert "hunter2" not in repr(targets)


def test_the_order_of_the_file_is_kept(tmp_path: Path) -> None:
    assert [t.name for t in _listed(tmp_path, '[[targets]]\npath="b"\n[[targets]]\npath="a"\n')] == ["b", "a"]


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("gitlab-project:vars.json", "gitlab-project@web:{base}/vars.json"),
        ("gitlab-project:sub/../vars.json", "gitlab-project@web:{base}/vars.json"),
        ("gitlab-project@acme/web:vars.json", "gitlab-project@acme/web:{base}/vars.json"),
        ("jenkins@https://ci.test:8080/job:real.xml", "jenkins@https://ci.test:8080/job:{base}/real.xml"),
        ("jenkins:/srv/x.xml", "jenkins@web:/srv/x.xml"),
        ("vars.json", "{base}/vars.json"),
        ("vars@home.json", "{base}/vars@home.json"),
        ("sub/dir:vars.json", "{base}/sub/dir:vars.json"),
    ],
)
def test_exports_are_taken_from_beside_the_file(tmp_path: Path, entry: str, meant: str) -> None:
    (tmp_path / "real.xml").touch()
    (target,) = _listed(tmp_path, f'[[targets]]\npath = "web"\nci_exports = ["{entry}"]\n')
    assert target.ci_exports == (meant.format(base=tmp_path),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no [[targets]]"),
        ("targets = []", "no [[targets]]"),
        ("targets = 3", "no [[targets]]"),
        ("targets = [3]", "target 1: not a table"),
        ("[targets", "not valid TOML"),
        ("x = " + "[" * 50_000, "not valid TOML"),
        ("extra = 1\n[[targets]]\npath='a'", "unknown key extra; only [[targets]] is known"),
        (
            "[[targets]]\npath='a'\n[[targets]]\npath='b'\ncolour=1",
            "target 2: unknown key colour; known are ci_exports, name, path, url, visibility",
        ),
        (
            "[[targets]]\npath='a'\n'https://u:hunter2@h' = 1",
            "target 1: unknown key (not shown); known are ci_exports, name, path, url, visibility",
        ),
        ("[[targets]]\nname='a'", "target 1: it takes a url or a path"),
        ("[[targets]]\nurl='https://u:hunter2@h/x'\npath='b'", "target 1: it takes a url or a path, not both"),
        ("[[targets]]\nurl=1", "target 1: url must be a text that is not empty"),
        ("[[targets]]\npath=' '", "target 1: path must be a text that is not empty"),
        ('[[targets]]\npath="a\\u0000"', "target 1: path must be a text that is not empty"),
        ("[[targets]]\npath='a'\nname=''", "target 1: name must be a text that is not empty"),
        ('[[targets]]\npath="a"\nname="a\\u001b[2J"', "target 1: the name must be printable and of at most 200 characters"),
        ("[[targets]]\npath='a'\nvisibility='internal'", "target 1: visibility must be public or private"),
        ("[[targets]]\npath='a'\nvisibility=[]", "target 1: visibility must be public or private"),
        ("[[targets]]\npath='a'\nci_exports='x'", "target 1: ci_exports must be a list of texts that are not empty"),
        ("[[targets]]\npath='a'\nci_exports=['']", "target 1: ci_exports must be a list of texts that are not empty"),
        ("[[targets]]\npath='a'\nci_exports=['jenkins:']", "target 1: an entry of ci_exports names no file"),
        ("[[targets]]\npath='a'\nci_exports=['jenkins@:f']", "target 1: an entry of ci_exports names no repository"),
        ("[[targets]]\npath='x/a'\n[[targets]]\nurl='https://h/a.git'", "several targets have the name a"),
    ],
)
def test_a_wrong_listing_is_refused_without_repeating_it(tmp_path: Path, text: str, complaint: str) -> None:
    assert _complaint(tmp_path, text) == complaint


def test_a_listing_that_is_too_large_is_refused(tmp_path: Path) -> None:
    text = "[[targets]]\npath = 'a'\n"
    assert _listed(tmp_path, text + "#" * (MAX_LISTING - len(text)))
    assert _complaint(tmp_path, text + "#" * (MAX_LISTING + 1 - len(text))) == f"larger than {MAX_LISTING} bytes"


def test_bytes_that_are_no_text_are_no_toml(tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not valid TOML"):
        read_targets("targets.toml", _is_repository, base=tmp_path)


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    _repositories(tmp_path, "kept")
    (tmp_path / "gone").mkdir()

    def look(path: Path) -> bool:
        if path.name == "gone":
            path.rmdir()
        return _is_repository(path)

    listing = read_targets(str(tmp_path), look, base=tmp_path)
    assert ([target.name for target in listing.targets], listing.unreadable) == (["kept"], (tmp_path / "gone",))
