"""What commands and actions are recognised as, exactly."""

from __future__ import annotations

import pytest

from scanner import hosts
from tests.scanner.pipelines.signature_lines import command, signatures

HOSTS = {"TEST_INDEX": hosts.TEST_PYPI, "PUBLIC_INDEX": hosts.PYPI_UPLOAD}
"""What stands for addresses in the cases, which pytest writes down."""


def done(text: str) -> list[str]:
    """Each thing that a command does, as `signature role target`, with tier and rehearsal where they are not the usual ones."""
    return [
        " ".join(
            [
                match.signature,
                match.role,
                match.target or "-",
                *([match.tier] if match.tier != "public" else []),
                *(["rehearsal"] if match.is_rehearsal else []),
            ]
        )
        for match in signatures().command(command(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("npm publish", ["C1 publish npm"]),
        ("npm.cmd publish --access public", ["C1 publish npm"]),
        ("npm --registry=https://npm.corp.test publish --dry-run", ["C1 publish npm private rehearsal"]),
        ("npm --dry-run publish", ["C1 publish npm rehearsal"]),
        ("npm publish --dry-run=false", ["C1 publish npm"]),
        ("npm --workspace pkg publish", ["C1 publish npm"]),
        ("npm run publish", []),
        ("npm --silent run publish", []),
        ("npm run-script release -- publish", []),
        ("npm stage publish", ["C2 publish npm"]),
        ("yarn publish", ["C4 publish npm"]),
        ("yarn workspaces foreach -A npm publish", ["C4 publish npm"]),
        ("pnpm -r publish --no-git-checks", ["C5 publish npm"]),
        ("yarn changeset publish", ["C7 publish npm"]),
        ("yarn workspace a lerna publish --yes", ["C7 publish npm", "C7 write_source forge"]),
        ("yarn run lerna publish --skip-npm", ["C7 publish npm rehearsal", "C7 write_source forge"]),
        ("pnpm --filter a vsce publish -p $P", ["C22 publish vscode"]),
        ("pnpm run semantic-release@24", ["C7 publish npm", "C7 release_page forge"]),
        ("yarn add lerna publish", ["C45 build -"]),
        ("yarn run release lerna publish", []),
        ("npm lerna publish", []),
        ("twine upload dist/*", ["C9 publish pypi"]),
        ("python3 -m twine upload dist/*", ["C9 publish pypi"]),
        ("twine upload --repository testpypi dist/*", ["C9 publish pypi test"]),
        ("twine upload --repository-url TEST_INDEX dist/*", ["C9 publish pypi test"]),
        ("twine upload --repository-url PUBLIC_INDEX dist/*", ["C9 publish pypi"]),
        ("twine upload -r internal dist/*", ["C9 publish pypi private"]),
        ("twine upload -r $INDEX dist/*", ["C9 publish pypi"]),
        ("TWINE_REPOSITORY=testpypi twine upload dist/*", ["C9 publish pypi test"]),
        ("twine check dist/*", []),
        ("cargo publish --dry-run", ["C14 publish crates rehearsal"]),
        ("cargo +nightly publish -n", ["C14 publish crates rehearsal"]),
        ("./mvnw -B clean deploy", ["C17 publish maven"]),
        ("mvn -s deploy package", ["C51 package -"]),
        ("./gradlew publishToMavenLocal", ["C18 publish maven rehearsal"]),
        ("gradlew.bat :lib:publishAllPublications", ["C18 publish maven"]),
        ("docker push r.test/a/b", ["C23 publish container"]),
        ("docker push localhost:5000/a", ["C23 publish container rehearsal"]),
        ("docker buildx build --push -t a/b .", ["C23 publish container", "C45 build container"]),
        ("docker build --output type=registry .", ["C23 publish container", "C45 build container"]),
        ("docker build -t a/b .", ["C45 build container"]),
        ("goreleaser release --snapshot --clean", ["C26 release_page forge rehearsal"]),
        ("semantic-release@22 --dry-run", ["C7 publish npm rehearsal", "C7 release_page forge rehearsal"]),
        ("git push origin --tags", ["C27 write_source forge"]),
        ("gh release create v1 --draft", ["C25 release_page github"]),
        ("aws s3 cp a s3://b/", ["C41 publish file_host"]),
        ("aws s3 cp s3://b/ a", []),
        ("terraform apply -auto-approve", ["C42 deploy cloud"]),
        ("terraform plan", []),
        ("pip install twine", []),
        ("pip install -e .", ["C45 build -"]),
        ("pip install --group tox", ["C45 build -"]),
        ("node --trace-warnings ./bin/mocha.js --no-config", ["C46 test -"]),
        ("node node_modules/eslint/bin/eslint.js .", ["C49 lint -"]),
        ("node scripts/mocha-report.js", []),
        ("node scripts/with-keys.js eslint lib", ["C49 lint -"]),
        ("node scripts lint eslint", []),
        ("npm i -g vsce", []),
    ],
)
def test_a_command_does_what_it_is_known_for(text: str, expected: list[str]) -> None:
    for name, host in HOSTS.items():
        text = text.replace(name, f"https://{hosts.spell(host)}/legacy/")
    assert sorted(done(text)) == expected
