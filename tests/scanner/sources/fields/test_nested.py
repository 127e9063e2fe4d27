"""What values in YAML and JSON are called, by the keys that lead to them."""

from __future__ import annotations

import pytest

from scanner import hosts
from scanner.sources.fields import Named
from tests.scanner.sources.fields.places import GITHUB, HOST, flat, named, nested

CLUSTERS = (
    "clusters:\n- cluster:\n    server: https://k8s.example:6443\n  name: live\n- {name: old, cluster: {server: https://old.example}}\n"
    "contexts:\n- context:\n    cluster: live\n    user: ada\n  name: one\n- {name: two, context: {cluster: old, user: ada}}\n"
)
NESTED = [
    (
        ".kube/config",
        CLUSTERS + "users:\n- name: ada\n  user:\n    token: @@\n",
        nested("users", "user", "token", service="k8s.example:6443", account="ada"),
    ),
    (
        ".kube/config",
        CLUSTERS + "users:\n- name: eve\n  user:\n    token: @@\n",
        nested("users", "user", "token", account="eve"),
    ),
    (
        "config.json",
        '{"users": [{"name": "ada", "user": {"auth-provider": {"name": "oidc", "config": {"id-token": "@@"}}}}], "clusters": 1, "contexts": [[]]}',
        nested("users", "user", "auth-provider", "config", "id-token"),
    ),
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
    (
        ".bundle/config",
        '---\nBUNDLE_GEMS__EXAMPLE: "ada:@@"\n',
        nested("BUNDLE_GEMS__EXAMPLE", service="gems.example", account="ada", tool="gem"),
    ),
    ("auth.json", f'{{"github-oauth": {{"{HOST}": "@@"}}}}', nested("github-oauth", HOST, service=HOST)),
    (
        ".composer/auth.json",
        f'{{"http-basic": {{"{HOST}": {{"username": "ada", "password": "@@"}}}}}}',
        nested("http-basic", HOST, "password", service=HOST, account="ada", tool="composer"),
    ),
    ("auth.json", '{"bearer": {"token": "@@"}}', nested("bearer", "token")),
    (
        "glab-cli/config.yml",
        f"hosts:\n  {HOST}:\n    token: @@\n    user: ada\n",
        nested("hosts", HOST, "token", service=HOST, account="ada", tool="glab"),
    ),
    (".config/hub", f"{HOST}:\n- user: ada\n  oauth_token: @@\n", nested(HOST, "oauth_token", service=HOST, account="ada", tool="hub")),
    (
        "github-copilot/apps.json",
        f'{{"{HOST}:Iv1.0": {{"user": "ada", "oauth_token": "@@"}}}}',
        nested(f"{HOST}:Iv1.0", "oauth_token", service=HOST, account="ada", tool="copilot"),
    ),
    (
        "a.yml",
        f'env:\n  COMPOSER_AUTH: \'{{"bearer": {{"{HOST}": "@@"}}}}\'\n',
        nested("env", "COMPOSER_AUTH", service=HOST),
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
