"""What values are called, by file and by the words around them. `@@` stands for the value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import hosts
from scanner.sources.fields import Named, Namer, name_place
from tests.support import tokens

VALUE = tokens.npm(1).encode()
HOST = "reg.example"
GITHUB = hosts.spell(hosts.GITHUB)


def named(path: str, text: str, value: bytes = VALUE) -> Named:
    """What the value at the `@@` of `text` is called."""
    before, _, after = text.encode().partition(b"@@")
    return name_place(path, before + value + after, len(before), len(before) + len(value))


def flat(field: str | None, service: str | None = None, account: str | None = None, tool: str | None = None) -> Named:
    return Named(field, (), service, account, tool)


def nested(*path: str, service: str | None = None, account: str | None = None, tool: str | None = None) -> Named:
    return Named(path[-1], path, service, account, tool)


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
    ("bunfig.toml", '[install]\nregistry = { url = "x", token = "@@" }\n', nested("install", "registry", "token")),
    ("a.toml", 'a.b.token = "@@"', nested("a", "b", "token")),
    ("a.toml", '[[tool.x.index]]\nkey = """\n@@\n"""', nested("tool", "x", "index", "key")),
    ("a.properties", "some.password=@@", flat("some.password")),
    (".env", 'export NPM_TOKEN="@@"', flat("NPM_TOKEN")),
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


NESTED = [
    (
        ".config/gh/hosts.yml",
        "github.com:\n  user: ada\n  oauth_token: @@\n",
        nested(GITHUB, "oauth_token", service=GITHUB, account="ada", tool="gh"),
    ),
    (
        ".config/gh/hosts.yml",
        "github.com:\n  users:\n    ada:\n      oauth_token: @@\n  user: eve\n",
        nested(GITHUB, "users", "ada", "oauth_token", service=GITHUB, account="ada", tool="gh"),
    ),
    (
        ".docker/config.json",
        f'{{"auths": {{"https://{HOST}/v1/": {{"auth": "@@"}}}}}}',
        nested("auths", f"https://{HOST}/v1/", "auth", service=HOST, tool="docker"),
    ),
    (
        ".docker/config.json",
        f'{{"auths": {{"{HOST}:5000": {{"username": "ada", "password": "@@"}}}}}}',
        nested("auths", f"{HOST}:5000", "password", service=f"{HOST}:5000", account="ada", tool="docker"),
    ),
    (".gem/credentials", "---\n:rubygems_api_key: @@\n", nested(":rubygems_api_key", service=hosts.spell(hosts.RUBYGEMS), tool="gem")),
    (".gem/credentials", f"---\nhttps://{HOST}/gems: @@\n", nested(f"https://{HOST}/gems", service=HOST, tool="gem")),
    (
        ".yarnrc.yml",
        f'npmRegistries:\n  "//{HOST}/npm":\n    npmAuthToken: "@@"\n',
        nested("npmRegistries", f"//{HOST}/npm", "npmAuthToken", service=HOST, tool="yarn"),
    ),
    (".yarnrc.yml", f"npmRegistryServer: 'https://{HOST}'\nnpmAuthToken: @@\n", nested("npmAuthToken", service=HOST, tool="yarn")),
    ("k8s/secret.yaml", "apiVersion: v1\nkind: Secret\ndata:\n  npmrc: @@\n", nested("data", "npmrc")),
    ("secret.yaml", "stringData:\n  .npmrc: |\n    a=b\n    //reg.example/:_authToken=@@\n", nested("stringData", ".npmrc", service=HOST)),
    ("a.yml", "key: |\n  -----BEGIN\n  @@\n  -----END\n", nested("key")),
    ("a.yml", "key: >-\n  one\n  @@\nnext: x", nested("key")),
    ("a.yml", 'a: "one\n  @@"', nested("a")),
    ("a.yml", "a:\n- b\n- c: @@", nested("a", "c")),
    ("a.yml", "a: [x, @@]", nested("a")),
    ("a.yml", "a: {b: {c: '@@'}}", nested("a", "b", "c")),
    ("a.yml", "a: 1\n---\nb: @@\n", nested("b")),
    ("a.yml", "base: &x\n  k: 1\nother:\n  <<: *x\n  token: @@", nested("other", "token")),
    ("a.yml", "? [complex, key]\n: @@", flat(None)),
    ("a.yml", "tokens:\n  @@: ada", nested("tokens")),
    ("a.yml", "x: 1 # token: @@", flat("token")),
    ("a.yml", "ключ: é\nслово:\n  gehört: @@", nested("слово", "gehört")),
    ("a.yml", "a: é\r\nb:\r\n  c: @@\r\n", nested("b", "c")),
    ("a.yml", "\ufeffa: x\nb: @@", nested("b")),
    ("a.yml", "esc: \x1b[31m\nb: @@", nested("b")),
    ("a.yml", "image: {{ .Values.x }}:{{ y }\n  npmToken: @@", flat("npmToken")),
    ("a.yml", f"url: https://ada:@@@{HOST}/x", nested("url", service=HOST, account="ada")),
    (
        "a.yml",
        f"repositories:\n- url: https://{HOST}\n  username: ada\n  password: @@",
        nested("repositories", "password", service=HOST, account="ada"),
    ),
    ("a.json", '{"a": {"b": [1, {"c": "@@"}], "d": 2}}', nested("a", "b", "c")),
    ("a.json", '{\n\t"a": {\n\t\t"b":\t"@@"\n\t}\n}', nested("a", "b")),
    ("a.json", '{"x": "\\ud83d\\ude00", "caf\\u00e9": "@@"}', nested("café")),
    ("a.json", '{"x": "q\\"}{\\\\", "y": "@@"}', nested("y")),
    ("a.json", '{"a": [["@@"]]}', nested("a")),
    ("a.json", '{"a": {}, "b": [], "c": "@@"}', nested("c")),
    ("a.json", '[{"k": "v"}, {"k2": "@@"}]', nested("k2")),
    ("a.json", '// x: "y"\n{/* { */ "a": 1, token: "@@",}', nested("token")),
    ("a.jsonl", '{"a": 1}\n{"b": "@@"}', nested("b")),
    ("", ' {"a": "@@"}', nested("a")),
    ("", "# c\napiVersion: v1\nclusters:\n- token: @@", nested("clusters", "token")),
    ("notes.txt", "---\na:\n  b: @@", nested("a", "b")),
    ("config.json.bak", '{"a": "@@"}', nested("a")),
    ("outer.zip!/inner.json", '{"a": "@@"}', nested("a")),
]


@pytest.mark.parametrize(("path", "text", "expected"), NESTED)
def test_nested(path: str, text: str, expected: Named) -> None:
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
    (f"curl -u ada:@@ https://{HOST}/", flat("-u", account="ada")),
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


PATHS = [".npmrc", ".pypirc", ".netrc", ".git-credentials", ".git/config", "a.yml", "a.json", "a.toml", ".env", "a.sh", ""]
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
