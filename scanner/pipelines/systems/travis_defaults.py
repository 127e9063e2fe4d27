"""What Travis CI runs where a definition says nothing. Source: Travis CI's documentation of its languages."""

from __future__ import annotations

from scanner.pipelines.systems.system import Files

_NODE = (("install", "npm ci"), ("script", "npm test"))
_BY_LANGUAGE = {
    "node_js": _NODE,
    "javascript": _NODE,
    "ruby": (("install", "bundle install --jobs=3 --retry=3"), ("script", "bundle exec rake")),
    "python": (("install", "pip install -r requirements.txt"),),
    "go": (("install", "go get -t -v ./..."), ("script", "go test -v ./...")),
    "rust": (("script", "cargo build --verbose && cargo test --verbose"),),
    "php": (("script", "phpunit"),),
    "elixir": (("install", "mix deps.get"), ("script", "mix test")),
    "erlang": (("install", "rebar get-deps"), ("script", "rebar compile && rebar skip_deps=true eunit")),
    "scala": (("script", "sbt test"),),
    "dart": (("install", "pub get"), ("script", "pub run test")),
    "perl": (("install", "cpanm --quiet --installdeps --notest ."), ("script", "make test")),
    "haskell": (("install", "cabal install --only-dependencies --enable-tests"), ("script", "cabal test")),
    "clojure": (("install", "lein deps"), ("script", "lein test")),
    "crystal": (("install", "shards install"), ("script", "crystal spec")),
    "c": (("script", "./configure && make && make test"),),
    "cpp": (("script", "./configure && make && make test"),),
}
_MAVEN = (("install", "mvn install -DskipTests=true -B -V"), ("script", "mvn test -B"))
_GRADLE = (("install", "./gradlew assemble"), ("script", "./gradlew check"))


def defaults(language: str, files: Files) -> dict[str, str]:
    """The commands of a language's phases. What builds a project of Java is told by the files that it has."""
    if language in {"java", "groovy", "android", "kotlin"}:
        is_gradle = any(files(name) is not None for name in ("build.gradle", "build.gradle.kts", "gradlew"))
        return dict(_GRADLE if is_gradle else _MAVEN)
    return dict(_BY_LANGUAGE.get(language, ()))
