"""Package managers, registries and what publishes: by language, and then services that deploy."""

from __future__ import annotations

from scanner.sources.workstation.catalogue.row import Row, rows

_NPM = "_authToken, _auth, _password, cert, key"
_URL = "index-url, extra-index-url: user and password"
_CONDA = "channels: user and password, or /t/TOKEN/"

_JAVASCRIPT: tuple[Row, ...] = (
    *rows(
        "npm",
        "npmrc",
        _NPM,
        everywhere=(".npmrc*", ".nvm/versions/node/*/etc/npmrc", ".npm-global/etc/npmrc"),
        linux=(".config/npm/npmrc", ".local/etc/npmrc", ".local/share/fnm/node-versions/*/installation/etc/npmrc"),
        windows=("AppData/Roaming/npm/etc/npmrc",),
    ),
    *rows(
        "npm",
        "lines",
        "what scripts of packages print",
        everywhere=(".npm/_logs/*.log",),
        windows=("AppData/Local/npm-cache/_logs/*.log",),
        mode=None,
    ),
    *rows(
        "pnpm",
        "npmrc",
        _NPM,
        linux=(".config/pnpm/rc", ".config/pnpm/auth.ini"),
        macos=("Library/Preferences/pnpm/rc", "Library/Preferences/pnpm/auth.ini"),
        windows=("AppData/Local/pnpm/config/rc", "AppData/Local/pnpm/config/auth.ini"),
    ),
    *rows(
        "pnpm",
        "yaml",
        "_auth",
        linux=(".config/pnpm/config.yaml",),
        macos=("Library/Preferences/pnpm/config.yaml",),
        windows=("AppData/Local/pnpm/config/config.yaml",),
    ),
    *rows("yarn", "yaml", "npmAuthToken, npmAuthIdent", everywhere=(".yarnrc.yml*",)),
    *rows("yarn", "lines", "registry: user and password", everywhere=(".yarnrc",)),
    *rows("bun", "toml", "token, password, url", everywhere=(".bunfig.toml",), linux=(".config/.bunfig.toml",)),
    *rows("vsce", "json", "publishers[].pat", everywhere=(".vsce",)),
    *rows("ovsx", "json", "registries[].pat", everywhere=(".ovsx",)),
)
_PYTHON: tuple[Row, ...] = (
    *rows("pip", "ini", "password", everywhere=(".pypirc*",)),
    *rows(
        "pip",
        "ini",
        _URL,
        everywhere=(".pip/pip.conf", ".virtualenvs/*/pip.conf"),
        linux=(".config/pip/pip.conf",),
        macos=("Library/Application Support/pip/pip.conf",),
        windows=("AppData/Roaming/pip/pip.ini", "pip/pip.ini"),
    ),
    *rows(
        "uv",
        "toml",
        "password, token",
        linux=(".local/share/uv/credentials/credentials.toml",),
        windows=("AppData/Roaming/uv/data/credentials/credentials.toml",),
    ),
    *rows("uv", "toml", "index: user and password", linux=(".config/uv/uv.toml",), windows=("AppData/Roaming/uv/uv.toml",)),
    *rows(
        "poetry",
        "toml",
        "pypi-token, password",
        linux=(".config/pypoetry/auth.toml", ".config/pypoetry/config.toml"),
        macos=(
            "Library/Application Support/pypoetry/auth.toml",
            "Library/Application Support/pypoetry/config.toml",
            "Library/Preferences/pypoetry/auth.toml",
            "Library/Preferences/pypoetry/config.toml",
        ),
        windows=("AppData/Roaming/pypoetry/auth.toml", "AppData/Roaming/pypoetry/config.toml"),
    ),
    *rows(
        "pdm",
        "toml",
        "password",
        linux=(".config/pdm/config.toml",),
        macos=("Library/Application Support/pdm/config.toml",),
        windows=("AppData/Local/pdm/pdm/config.toml",),
    ),
    *rows(
        "hatch",
        "toml",
        "auth",
        linux=(".config/hatch/config.toml",),
        macos=("Library/Application Support/hatch/config.toml",),
        windows=("AppData/Local/hatch/config.toml",),
    ),
    *rows("rye", "toml", "token", everywhere=(".rye/credentials",)),
    *rows("conda", "yaml", _CONDA, everywhere=(".condarc", ".conda/.condarc", ".conda/condarc", "*conda*/.condarc", "miniforge3/.condarc")),
    *rows("conda", "yaml", _CONDA, linux=(".config/conda/.condarc", ".config/conda/condarc")),
    *rows(
        "conda",
        "token",
        linux=(".config/binstar/*.token", ".continuum/anaconda-client/tokens/*.token"),
        macos=("Library/Application Support/binstar/*.token",),
        windows=("AppData/Roaming/binstar/*.token", "AppData/Local/binstar/*.token"),
    ),
    *rows(
        "rattler",
        "json",
        "BearerToken, CondaToken, BasicHTTP",
        everywhere=(".rattler/credentials.json",),
        macos=(".pixi/credentials.json",),
    ),
)
_JVM: tuple[Row, ...] = (
    *rows(
        "maven",
        "xml",
        "password, passphrase, privateKey",
        everywhere=(".m2/settings*.xml*", ".mvn/settings.xml"),
    ),
    *rows("gradle", "properties", "what the build calls them", everywhere=(".gradle/gradle.properties*",)),
    *rows("gradle", "lines", "credentials", everywhere=(".gradle/init.gradle*", ".gradle/init.d/*"), mode=None),
    *rows("sbt", "lines", "Credentials", everywhere=(".sbt/*/credentials.sbt", ".sbt/*/global.sbt", ".sbt/*/plugins/credentials.sbt")),
    *rows("sbt", "properties", "password", everywhere=(".sbt/.credentials", ".sbt/credentials")),
    *rows("sbt", "lines", "repositories: user and password", everywhere=(".sbt/repositories",), mode=None),
    *rows("ivy", "properties", "password", everywhere=(".ivy2/.credentials*", ".ivy2/credentials*")),
    *rows(
        "coursier",
        "properties",
        "password",
        linux=(".config/coursier/credentials.properties",),
        macos=("Library/Application Support/Coursier/credentials.properties",),
        windows=("AppData/Roaming/Coursier/config/credentials.properties",),
    ),
)
_LANGUAGES: tuple[Row, ...] = (
    *rows("cargo", "toml", "token, secret-key", everywhere=(".cargo/credentials*", ".cargo/config", ".cargo/config.toml")),
    *rows("gem", "yaml", ":rubygems_api_key, other hosts", everywhere=(".gem/credentials*", ".local/share/gem/credentials")),
    *rows("gem", "yaml", "BUNDLE_…: user and password", everywhere=(".bundle/config", ".config/bundle/config")),
    *rows(
        "nuget",
        "xml",
        "ClearTextPassword, Password, apikeys",
        everywhere=(
            ".nuget/NuGet/NuGet.Config",
            ".nuget/NuGet/config/*.config",
            ".config/NuGet/NuGet.Config",
            ".config/NuGet/config/*.config",
        ),
        windows=("AppData/Roaming/NuGet/NuGet.Config", "AppData/Roaming/NuGet/nuget.config"),
    ),
    *rows(
        "dotnet",
        "json",
        "what the program calls them",
        everywhere=(".microsoft/usersecrets/*/secrets.json",),
        windows=("AppData/Roaming/Microsoft/UserSecrets/*/secrets.json",),
    ),
    *rows(
        "composer",
        "json",
        "github-oauth, gitlab-token, gitlab-oauth, bitbucket-oauth, http-basic, bearer, forgejo-token",
        everywhere=(".composer/auth.json",),
        linux=(".config/composer/auth.json",),
        windows=("AppData/Roaming/Composer/auth.json",),
    ),
    *rows("erlang", "token", everywhere=(".erlang.cookie",)),
    *rows("hex", "erlang", "api_key, read_key, write_key", everywhere=(".hex/hex.config",), linux=(".config/hex/hex.config",)),
    *rows(
        "go",
        "env",
        "GOPROXY: user and password; GOAUTH",
        linux=(".config/go/env",),
        macos=("Library/Application Support/go/env",),
        windows=("AppData/Roaming/go/env",),
        mode=None,
    ),
    *rows(
        "dart",
        "json",
        "accessToken, refreshToken, token",
        linux=(".config/dart/pub-credentials.json", ".config/dart/pub-tokens.json"),
        macos=("Library/Application Support/dart/pub-credentials.json", "Library/Application Support/dart/pub-tokens.json"),
        windows=(
            "AppData/Roaming/dart/pub-credentials.json",
            "AppData/Roaming/dart/pub-tokens.json",
            "AppData/Roaming/Pub/Cache/credentials.json",
        ),
        everywhere=(".pub-cache/credentials.json",),
    ),
    *rows("swift", "json", "logins stand in .netrc", everywhere=(".swiftpm/configuration/registries.json",), mode=None),
    *rows("conan", "json", "password", everywhere=(".conan2/credentials.json",)),
    *rows("conan", "json", "url: user and password", everywhere=(".conan2/remotes.json", ".conan/remotes.json")),
    *rows("conan", "sqlite", "token, refresh_token", everywhere=(".conan/.conan.db", ".conan2/.conan.db")),
    *rows("homebrew", "env", "HOMEBREW_GITHUB_API_TOKEN, HOMEBREW_DOCKER_REGISTRY_TOKEN", everywhere=(".homebrew/brew.env",)),
    *rows("homebrew", "env", "HOMEBREW_GITHUB_API_TOKEN", linux=(".config/homebrew/brew.env",)),
)
_REGISTRIES: tuple[Row, ...] = (
    *rows("jfrog", "json", "accessToken, password, refreshToken", everywhere=(".jfrog/jfrog-cli.conf*",)),
    *rows(
        "cloudsmith",
        "ini",
        "api_key",
        everywhere=(".cloudsmith/credentials.ini",),
        linux=(".config/cloudsmith/credentials.ini",),
        macos=("Library/Application Support/cloudsmith/credentials.ini",),
        windows=("AppData/Roaming/cloudsmith/credentials.ini",),
    ),
)
_DEPLOYING: tuple[Row, ...] = (
    *rows("expo", "json", "sessionSecret", everywhere=(".expo/state.json",)),
    *rows(
        "vercel",
        "json",
        "token",
        linux=(".local/share/com.vercel.cli/auth.json",),
        macos=("Library/Application Support/com.vercel.cli/auth.json",),
        windows=("AppData/Roaming/com.vercel.cli/Data/auth.json", "AppData/Roaming/xdg.data/com.vercel.cli/auth.json"),
    ),
    *rows(
        "netlify",
        "json",
        "users.*.auth.token",
        everywhere=(".netlify/config.json",),
        linux=(".config/netlify/config.json",),
        macos=("Library/Preferences/netlify/config.json",),
        windows=("AppData/Roaming/netlify/Config/config.json",),
    ),
    *rows("railway", "json", "token", everywhere=(".railway/config.json",)),
    *rows(
        "wrangler",
        "toml",
        "oauth_token, refresh_token",
        everywhere=(".wrangler/config/default.toml",),
        linux=(".config/.wrangler/config/default.toml",),
        macos=("Library/Preferences/.wrangler/config/default.toml",),
        windows=("AppData/Roaming/xdg.config/.wrangler/config/default.toml",),
    ),
    *rows("firebase", "json", "tokens.refresh_token", everywhere=(".config/configstore/firebase-tools.json",)),
    *rows("supabase", "token", everywhere=(".supabase/access-token",)),
)

ROWS: tuple[Row, ...] = (*_JAVASCRIPT, *_PYTHON, *_JVM, *_LANGUAGES, *_REGISTRIES, *_DEPLOYING)
