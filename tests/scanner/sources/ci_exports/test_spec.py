from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.sources.ci_exports import parse_spec
from scanner.sources.ci_exports.systems import names

KNOWN = (
    *("1password", "ansible", "aws"),
    *("azure", "azure-app", "azure-group", "azure-pipeline", "azure-release"),
    *("bitbucket", "bitbucket-deployment", "bitbucket-repository", "bitbucket-workspace"),
    *("bitwarden", "buildkite"),
    *("chrome", "circleci", "circleci-context", "circleci-project", "compose"),
    *("docker", "doppler", "dotenv", "drone"),
    *("firefox", "fly", "gcp"),
    *("github", "github-codespaces", "github-dependabot", "github-environment", "github-org", "github-repo"),
    *("gitlab", "gitlab-group", "gitlab-instance", "gitlab-project", "gitlab-schedule"),
    *("helm", "heroku", "infisical"),
    *("jenkins", "keepass", "kubernetes", "lastpass"),
    "netlify",
    *("railway", "render"),
    *("safari", "shell", "sops", "teamcity", "terraform"),
    *("travis", "vault", "vercel"),
    *("woodpecker", "woodpecker-org", "woodpecker-repo"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("argument", "file", "system", "repository"),
    [
        ("vars.json", "vars.json", None, None),
        ("gitlab-project:vars.json", "vars.json", "gitlab-project", None),
        ("gitlab:vars.json", "vars.json", "gitlab", None),
        ("shell:a:b", "a:b", "shell", None),
        ("a:b", "a:b", None, None),
        ("C:\\vars.json", "C:\\vars.json", None, None),
        ("github-repo@acme/web:vars.json", "vars.json", "github-repo", "acme/web"),
        ("github-repo@acme/web:a:b", "a:b", "github-repo", "acme/web"),
        ("github-repo@https://host.example:8443/acme/web:vars.json", "vars.json", "github-repo", "https://host.example:8443/acme/web"),
        ("github-repo@https://me:word@host.example/web:vars.json", "vars.json", "github-repo", "https://host.example/web"),
        ("github-org:vars.json", "github-org:vars.json", None, None),
        ("unheard:vars.json", "unheard:vars.json", None, None),
    ],
)
def test_argument_is_understood_by_what_exists(folder: Path, argument: str, file: str, system: str | None, repository: str | None) -> None:
    (folder / file).write_text("")

    spec = parse_spec(argument)

    assert (spec.system, spec.repository, spec.file, spec.text) == (system, repository, Path(file), argument)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("vars.json", "no such file: vars.json"),
        ("gitlab-project:vars.json", "no such file: vars.json"),
        ("github-repo@acme/web:vars.json", "no such file: vars.json"),
        ("./a:b", "no such file: ./a:b"),
        ("C:\\vars.json", "no such file: C:\\vars.json"),
        ("a\0b", "no such file: a\0b"),
        ("gitlab-project", "no such file: gitlab-project; an export of gitlab-project is named as gitlab-project:FILE"),
        ("drone@acme/web", "no such file: drone@acme/web; an export of drone is named as drone@acme/web:FILE"),
        ("gitlab-projcet", "no such file: gitlab-projcet"),
        ("", "no file is named"),
        ("gitlab-project:", "no file is named"),
        ("github-repo@:vars.json", "no repository between github-repo@ and the colon"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_missing_is_a_usage_error(argument: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_spec(argument)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("system", "hint"),
    [("gitlab-projcet", "did you mean gitlab-project?"), ("cuneiform", f"known are {', '.join(KNOWN)}")],
)
def test_unknown_system_is_a_usage_error_that_names_the_nearest_or_all(folder: Path, system: str, hint: str) -> None:
    (folder / "vars.json").write_text("")

    with pytest.raises(UsageError) as caught:
        parse_spec(f"{system}:vars.json")

    assert str(caught.value) == f"unknown system {system!r}; {hint}"


def test_every_level_of_every_system_is_documented() -> None:
    page = (Path(__file__).parents[4] / "docs" / "commands" / "scan.md").read_text()

    assert [name for name in names() if f"`{name}`" not in page and f"`{name}-" not in page] == []


def test_folder_is_no_usage_error(folder: Path) -> None:
    (folder / "vars").mkdir()

    assert parse_spec("vars").file == Path("vars")


def test_user_info_is_in_no_representation(folder: Path) -> None:
    (folder / "vars.json").write_text("")

    assert "word" not in repr(parse_spec("github-repo@https://me:word@host.example/web:vars.json"))
