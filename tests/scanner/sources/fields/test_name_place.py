"""What values are called, by file and by the words around them. `@@` stands for the value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import hosts
from scanner.sources.fields import Named, Namer, name_place
from tests.scanner.sources.fields.places import GITHUB, HOST, flat, named, nested

NPM = [
    (f"//{HOST}/:_authToken=@@", flat("_authToken", HOST, tool="npm")),
    (f"//{HOST}:8443/a/b/:_authToken = @@", flat("_authToken", f"{HOST}:8443", tool="npm")),
    (f"//{HOST}:443/:_authToken=@@", flat("_authToken", HOST, tool="npm")),
    ("//REG.Example/:_auth=@@", flat("_auth", HOST, tool="npm")),
    (f'//{HOST}/:_authToken="@@"', flat("_authToken", HOST, tool="npm")),
    (f"; //{HOST}/:_authToken=@@", flat("_authToken", HOST, tool="npm")),
    (f"a=b\r\n//{HOST}/:_authToken=@@\r\n", flat("_authToken", HOST, tool="npm")),
    (f"//{HOST}/:username=ada\n//{HOST}/:_password=@@\n", flat("_password", HOST, "ada", "npm")),
    (f"//{HOST}/:_password=@@\n//{HOST}/:username=ada\n", flat("_password", HOST, "ada", "npm")),
    (f"//other.example/:username=eve\n//{HOST}/:_password=@@\n", flat("_password", HOST, None, "npm")),
    ("//${REGISTRY}/:_authToken=@@", flat("_authToken", None, tool="npm")),
    ("_authToken=@@", flat("_authToken", tool="npm")),
    (f"registry=https://{HOST}/path\n_authToken=@@", flat("_authToken", HOST, tool="npm")),
    (f"@scope:registry=https://ada:@@@{HOST}/npm/", flat("@scope:registry", HOST, "ada", "npm")),
    (f"https-proxy=http://ada:@@@{HOST}:8080/", flat("https-proxy", f"{HOST}:8080", "ada", "npm")),
]


@pytest.mark.parametrize(("text", "expected"), NPM)
@pytest.mark.parametrize("path", [".npmrc", "app/.npmrc", "root/.npmrc.bak", "usr/local/etc/npmrc"])
def test_npmrc(path: str, text: str, expected: Named) -> None:
    assert named(path, text) == expected


SECTIONS = [
    (
        ".pypirc",
        "[pypi]\nusername = __token__\npassword = @@\n",
        nested("pypi", "password", service=hosts.spell(hosts.PYPI_UPLOAD), account="__token__", tool="pip"),
    ),
    (".pypirc", "[testpypi]\npassword: @@\n", nested("testpypi", "password", service=hosts.spell(hosts.TEST_PYPI), tool="pip")),
    (
        ".pypirc",
        f"[corp]\nrepository = https://{HOST}/x\npassword = @@\nusername = ada\n[pypi]\nusername = eve\n",
        nested("corp", "password", service=HOST, account="ada", tool="pip"),
    ),
    ("setup.cfg", "[a]\nx = 1\n[b]\nsome key = @@", nested("b", "some key")),
    ("tox.ini", f"[testenv]\nset =\n    one\n    https://ada:@@@{HOST}/x\n", nested("testenv", "set", service=HOST, account="ada")),
    ("", "[distutils]\nindex-servers = pypi\n\n[pypi]\npassword = @@", nested("pypi", "password", service=hosts.spell(hosts.PYPI_UPLOAD))),
    (
        ".git/config",
        f'[remote "origin"]\n\turl = https://ada:@@@{HOST}/a.git\n',
        nested("remote", "origin", "url", service=HOST, account="ada", tool="git"),
    ),
    (".git/config", f'[remote "origin"]\n\turl = https://@@@{HOST}/a.git\n', nested("remote", "origin", "url", service=HOST, tool="git")),
    (
        ".gitconfig",
        f'[http "https://{HOST}/"]\n\textraheader = AUTHORIZATION: basic @@\n',
        nested("http", f"https://{HOST}/", "extraheader", service=HOST, tool="git"),
    ),
    (
        ".gitconfig",
        f'[url "https://ada:@@@{HOST}/"]\n\tinsteadOf = git@{HOST}:\n',
        nested("url", f"https://{HOST}/", "insteadOf", service=HOST, account="ada", tool="git"),
    ),
    (".config/git/config", "[github]\n\ttoken = @@\n", nested("github", "token", service=GITHUB, tool="git")),
    (
        ".gitconfig",
        "[sendemail]\n\tsmtpServer = mail.example\n\tsmtpUser = ada\n\tsmtpPass = @@\n",
        nested("sendemail", "smtpPass", service="mail.example", account="ada", tool="git"),
    ),
    (".git/modules/lib/config", f'[remote "origin"]\n\turl = https://@@@{HOST}/a.git\n', nested("remote", "origin", "url", service=HOST)),
    (".cargo/credentials.toml", '[registry]\ntoken = "@@"\n', nested("registry", "token", service=hosts.spell(hosts.CRATES), tool="cargo")),
    (".cargo/credentials", '[registries."my.reg"]\ntoken = "@@"\n', nested("registries", "my.reg", "token", tool="cargo")),
    (
        ".cargo/config.toml",
        f'[registries.acme]\nindex = "sparse+https://{HOST}/i/"\ntoken = "@@"\n',
        nested("registries", "acme", "token", service=HOST, tool="cargo"),
    ),
    ("bunfig.toml", '[install]\nregistry = { url = "x", token = "@@" }\n', nested("install", "registry", "token", tool="bun")),
    (
        "bunfig.toml",
        f'[install.scopes]\nacme = {{ url = "https://{HOST}/", username = "ada", password = "@@" }}\n',
        nested("install", "scopes", "acme", "password", service=HOST, account="ada", tool="bun"),
    ),
    (
        "pypoetry/auth.toml",
        '[pypi-token]\npypi = "@@"\n',
        nested("pypi-token", "pypi", service=hosts.spell(hosts.PYPI_UPLOAD), tool="poetry"),
    ),
    ("pypoetry/auth.toml", '[pypi-token]\nacme = "@@"\n', nested("pypi-token", "acme", tool="poetry")),
    (
        "Pipfile",
        f'[[source]]\nurl = "https://ada:@@@{HOST}/simple"\n',
        nested("source", "url", service=HOST, account="ada"),
    ),
    (
        ".hgrc",
        f"[auth]\nacme.prefix = https://{HOST}\nacme.username = ada\nacme.password = @@\nother.username = eve\n",
        nested("auth", "acme.password", service=HOST, account="ada"),
    ),
    ("a.toml", 'a.b.token = "@@"', nested("a", "b", "token")),
    ("a.toml", '[[tool.x.index]]\nkey = """\n@@\n"""', nested("tool", "x", "index", "key")),
    ("a.properties", "some.password=@@", flat("some.password")),
    (".env", 'export NPM_TOKEN="@@"', flat("NPM_TOKEN")),
    (".env", "\ufeffNPM_TOKEN=@@", flat("NPM_TOKEN")),
    (
        ".env",
        f"TWINE_REPOSITORY_URL=https://{HOST}/legacy/\nTWINE_USERNAME=__token__\nTWINE_PASSWORD=@@\n",
        flat("TWINE_PASSWORD", HOST, "__token__"),
    ),
    (".env", f"DB_HOST={HOST}\nDB_USER=root\nOTHER_PASSWORD=@@\n", flat("OTHER_PASSWORD")),
    (".env", "USER=ada\nTOKEN=@@\n", flat("TOKEN")),
    (".env", f"DENO_AUTH_TOKENS=x@other.example;@@@{HOST}:8443;y@z.example", flat("DENO_AUTH_TOKENS", f"{HOST}:8443")),
    (".env", f"DENO_AUTH_TOKENS=ada:@@@{HOST}", flat("DENO_AUTH_TOKENS", HOST, "ada")),
    (".env", "BUNDLE_GEMS__ACME___DEV__EXAMPLE=ada:@@", flat("BUNDLE_GEMS__ACME___DEV__EXAMPLE", "gems.acme-dev.example", "ada")),
    (".env", "BUNDLE_JOBS=@@", flat("BUNDLE_JOBS")),
    (
        ".env",
        f"""COMPOSER_AUTH='{{"github-oauth": {{"other.example": "x", "{HOST}": "@@"}}}}'""",
        flat("COMPOSER_AUTH", HOST),
    ),
    (
        ".env",
        f"""COMPOSER_AUTH='{{"http-basic": {{"{HOST}": {{"username": "ada", "password": "@@"}}}}}}'""",
        flat("COMPOSER_AUTH", HOST, "ada"),
    ),
    (".env.local", "A=1\nURL=https://h.example/?token=@@", flat("URL", "h.example")),
]


@pytest.mark.parametrize(("path", "text", "expected"), SECTIONS)
def test_sections(path: str, text: str, expected: Named) -> None:
    assert named(path, text) == expected


NETRC = [
    (f"machine {HOST} login ada password @@", flat("password", HOST, "ada", "netrc")),
    (f"machine {HOST}\n  password @@\n  login ada\n", flat("password", HOST, "ada", "netrc")),
    (f"machine a.example login eve password x\nmachine {HOST}\tpassword\t@@", flat("password", HOST, None, "netrc")),
    ("default login ada password @@", flat("password", None, "ada", "netrc")),
    (f'machine {HOST} login "a da" password "@@"', flat("password", HOST, "a da", "netrc")),
    (f"macdef init\nmachine no.example\npassword x\n\nmachine {HOST} password @@", flat("password", HOST, None, "netrc")),
    (f"# machine no.example\nmachine {HOST} password @@", flat("password", HOST, None, "netrc")),
    (f"machine {HOST} port 8443 account @@", flat("account", HOST, None, "netrc")),
]


@pytest.mark.parametrize(("text", "expected"), NETRC)
@pytest.mark.parametrize("path", [".netrc", "_netrc", ".authinfo"])
def test_netrc(path: str, text: str, expected: Named) -> None:
    assert named(path, text) == expected


CREDENTIAL_URLS = [
    (f"https://ada:@@@{HOST}", flat("userinfo", HOST, "ada", "git")),
    (f"https://a%40da:@@@{HOST}:8443/path", flat("userinfo", f"{HOST}:8443", "a@da", "git")),
    (f"https://@@@{HOST}", flat("userinfo", HOST, None, "git")),
    (f"https://@@:x-oauth-basic@{HOST}", flat("userinfo", HOST, None, "git")),
    (f"https://eve:x@other.example\nhttps://ada:@@@{HOST}\n", flat("userinfo", HOST, "ada", "git")),
    ("https://ada:@@@[::1]:3000/", flat("userinfo", "[::1]:3000", "ada", "git")),
]


@pytest.mark.parametrize(("text", "expected"), CREDENTIAL_URLS)
@pytest.mark.parametrize("path", [".git-credentials", ".config/git/credentials"])
def test_git_credentials(path: str, text: str, expected: Named) -> None:
    assert named(path, text) == expected


LINES = [
    ("export NPM_TOKEN='@@'", flat("NPM_TOKEN")),
    ("NPM_TOKEN=@@ npm publish", flat("NPM_TOKEN")),
    ("FOO=1 NPM_TOKEN=@@ npm publish", flat("NPM_TOKEN")),
    ("FOO=1 npm publish --token=@@", flat("--token")),
    ("FOO=1 npm publish --token @@", flat("--token")),
    ("twine upload -u __token__ -p @@ dist/*", flat("-p", account="__token__")),
    ("docker login --username ada --password '@@'", flat("--password", account="ada")),
    ('["login", "-p", "@@"]', flat("-p")),
    ("echo -n @@ | npm login", flat(None)),
    (f"curl -u ada:@@ https://{HOST}/", flat("-u", HOST, "ada")),
    ('curl -H "Authorization: Bearer @@" x', flat("Authorization")),
    ("curl --header 'PRIVATE-TOKEN: @@' x", flat("PRIVATE-TOKEN")),
    ('AUTH_HEADER="Authorization: token @@"', flat("AUTH_HEADER")),
    ("headers = {'Authorization': 'Bearer @@'}", flat("Authorization")),
    ("Authorization: Basic @@", flat("Authorization")),
    (f"git clone https://x-access-token:@@@{HOST}/a/b", flat("userinfo", HOST, "x-access-token")),
    (f"FOO=1 git clone https://@@@{HOST}/a/b", flat("userinfo", HOST)),
    (f"INDEX_URL=https://ada:@@@{HOST}/simple", flat("INDEX_URL", HOST, "ada")),
    (f"pip install --index-url https://ada:@@@{HOST}/simple", flat("--index-url", HOST, "ada")),
    (f'"url": "git+https://ada:@@@{HOST}/a.git"', flat("url", HOST, "ada")),
    (f"curl https://{HOST}:80/x?a=b&access_token=@@", flat("access_token", f"{HOST}:80")),
    (f"curl http://{HOST}:80/x?token=@@", flat("token", HOST)),
    (f"channel: https://{HOST}/t/@@/x", flat("channel", HOST)),
    ('const TOKEN: &str = "@@";', flat("TOKEN")),
    ("TOKEN: str = '@@'", flat("TOKEN")),
    ("const token: string = `@@`;", flat("token")),
    ('const token string = "@@"', flat("token")),
    ("-NPM_TOKEN=@@", flat("NPM_TOKEN")),
    ("+NPM_TOKEN=@@", flat("NPM_TOKEN")),
    ('setx /M NPM_TOKEN "@@"', flat("NPM_TOKEN")),
    ('<param name="env.NPM_TOKEN" value="@@"/>', flat("env.NPM_TOKEN")),
    ("<key>NPM_TOKEN</key>\n\t<string>@@</string>", flat("NPM_TOKEN")),
    ("set -gx NPM_TOKEN @@", flat("NPM_TOKEN")),
    ("setenv NPM_TOKEN @@", flat("NPM_TOKEN")),
    ("ENV NPM_TOKEN @@", flat("NPM_TOKEN")),
    ('$env:NPM_TOKEN = "@@"', flat("NPM_TOKEN")),
    ("SETUVAR --export NPM_TOKEN:@@", flat("NPM_TOKEN")),
    (": 1700000000:0;export NPM_TOKEN=@@", flat("NPM_TOKEN")),
    ("- cmd: set -x NPM_TOKEN @@", flat("NPM_TOKEN")),
    ('echo "${NPM_TOKEN:-@@}"', flat("NPM_TOKEN")),
    (f"npm config set //{HOST}/:_authToken @@", flat("_authToken", HOST)),
    (f'echo "//{HOST}/:_authToken=@@" > .npmrc', flat("_authToken", HOST)),
    ("git config --global github.token @@", flat("github.token")),
    (f"echo machine {HOST} login ada password @@ >> .netrc", flat("password", HOST, "ada")),
    ('const token = "@@";', flat("token")),
    ("token: '@@',", flat("token")),
    ("x({token:'@@'})", flat("token")),
    ("{a:1,token:@@}", flat("token")),
    (":token => '@@'", flat(":token")),
    ('os.environ["NPM_TOKEN"] = "@@"', flat("NPM_TOKEN")),
    ("key := `@@`", flat("key")),
    ("<password>@@</password>", flat("password")),
    ("KEY=\\\n  @@", flat("KEY")),
    ('PEM="\n@@\n"', flat("PEM")),
    ("first: line\r\n@@", flat(None)),
    ("the npm token: it is @@", flat("token")),
    ("just some words @@", flat(None)),
    ("@@", flat(None)),
    ("secret = 1\n@@", flat(None)),
    ("x" * 300 + " @@", flat(None)),
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_lines(text: str, expected: Named) -> None:
    assert named("run.sh", text) == expected


@pytest.mark.parametrize("path", ["", "Makefile", "notes.txt", "src/app.py"])
def test_text_in_no_format_is_named_by_its_lines(path: str) -> None:
    assert named(path, "NPM_TOKEN=@@ npm publish") == flat("NPM_TOKEN")


TOOLS = [
    (".npmrc", "npm"),
    ("a/.pypirc", "pip"),
    (".netrc", "netrc"),
    (".zsh_history", "shell"),
    ("x/.bashrc", "shell"),
    (".ssh/id_rsa", "ssh"),
    (".gnupg/private-keys-v1.d/A.key", "gnupg"),
    ("GitHub CLI/hosts.yml", "gh"),
    ("hosts.yml", None),
    ("a/bunfig.toml", "bun"),
    (".local/share/uv/credentials/credentials.toml", "uv"),
    (".config/containers/auth.json", "docker"),
    (".m2/settings.xml", "maven"),
    ("auth.json", None),
    ("src/npmrc.py", None),
    ("my.npmrc", None),
    ("", None),
]


@pytest.mark.parametrize(("path", "tool"), TOOLS)
def test_tool(path: str, tool: str | None) -> None:
    assert named(path, "@@").tool == tool


def test_values_of_one_text_are_named_alike_together_and_alone() -> None:
    text = b"a:\n  b: 11111111\n  c: 22222222\n"
    namer = Namer("x.yml", text)
    spans = [(text.index(b"1"), text.index(b"1") + 8), (text.index(b"2"), text.index(b"2") + 8)]
    assert [namer.name(*span) for span in spans] == [name_place("x.yml", text, *span) for span in spans]


PATHS = ["nuget.config", ".npmrc", ".pypirc", ".netrc", ".git-credentials", ".git/config", "a.yml", "a.json", "a.toml", ".env", "a.sh", ""]
PIECES = st.sampled_from(
    [
        b"//h/:_authToken=",
        b"machine ",
        b"password ",
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"'",
        b":",
        b": ",
        b"\n",
        b"\r\n",
        b"- ",
        b"://",
        b"@",
        b"\\",
        b"a",
        b"=",
        b"| ",
        b"\xff",
        b"\0",
        b"#",
        b"&a ",
        b"*a ",
    ]
)


@given(
    path=st.sampled_from(PATHS),
    text=st.lists(PIECES, max_size=60).map(b"".join) | st.binary(max_size=300),
    start=st.integers(-5, 310),
    length=st.integers(-5, 60),
)
def test_naming_never_raises(path: str, text: bytes, start: int, length: int) -> None:
    assert isinstance(name_place(path, text, start, start + length), Named)


@given(
    keys=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8), min_size=1, max_size=5),
    crlf=st.booleans(),
)
def test_yaml_keys_are_found_in_any_script(keys: list[str], crlf: bool) -> None:
    quoted = ["'" + key.replace("'", "''") + "'" for key in keys]
    lines = [f"{'  ' * depth}{key}:" for depth, key in enumerate(quoted)]
    text = ("\r\n" if crlf else "\n").join(["näh: ✂", *lines]) + " @@"
    assert named("a.yaml", text).field_path == tuple(keys)
