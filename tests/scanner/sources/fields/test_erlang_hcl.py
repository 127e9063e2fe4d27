r"""What values are called in Erlang's terms and in HashiCorp's language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.fields import Named, Namer, name_place
from scanner.sources.fields.outline import DEEPEST
from tests.scanner.sources.fields.places import HOST, VALUE, named, nested

HEX = ".hex/hex.config"
TERMS = [
    ("{'$write_key',<<\"@@\">>}.", nested("$write_key", tool="hex")),
    ('{<<"$write_key">>,<<"@@">>}.', nested("$write_key", tool="hex")),
    ('{api_key, "@@"}.', nested("api_key", tool="hex")),
    ('{username,<<"ada">>}.\n{encrypted_key,<<"x">>}.\n{key,<<"@@">>}.', nested("key", account="ada", tool="hex")),
    (
        f'{{\'$repos\',#{{<<"hexpm:acme">> => #{{auth_key => <<"@@">>,url => <<"https://{HOST}/repos/acme">>}}}}}}.',
        nested("$repos", "hexpm:acme", "auth_key", service=HOST, tool="hex"),
    ),
    ('[{a,[{b,<<"x">>},{c,{d,<<"@@">>}}]}].', nested("a", "c", "d", tool="hex")),
    ('%% {no, "\n{a, 1, 2.5}.\n{b,\n\n <<"@@">>}.', nested("b", tool="hex")),
    ('{a,"x\\"y}"}.\n{b,"@@"}.', nested("b", tool="hex")),
    ('{a,<<"one"\n   "@@">>}.', nested("a", tool="hex")),
]


@pytest.mark.parametrize(("text", "expected"), TERMS)
def test_terms(text: str, expected: Named) -> None:
    assert named(HEX, text) == expected


RC = ".terraformrc"
BLOCKS = [
    (f'credentials "{HOST}" {{\n  token = "@@"\n}}\n', nested("credentials", HOST, "token", service=HOST, tool="terraform")),
    (f'credentials "{HOST}" {{ token = "@@" }}', nested("credentials", HOST, "token", service=HOST, tool="terraform")),
    ('# a "\n// b {\n/* c = { */ token = "@@"', nested("token", tool="terraform")),
    ('a {\n  b "c" d {\n    e = "x"\n  }\n  token = "@@"\n}\n', nested("a", "token", tool="terraform")),
    ('a = {\n  "b" : "x",\n  "c d" = "@@"\n}\n', nested("a", "c d", tool="terraform")),
    ('a = ["x",\n  "@@",\n]\n', nested("a", tool="terraform")),
    ('a = [{ b = "x" }, { c = "@@" }]', nested("a", "c", tool="terraform")),
    ('a = merge({ b = "@@" }, local.x)', nested("a", "b", tool="terraform")),
    ('a = join("-", ["x", "@@"])', nested("a", tool="terraform")),
    ('a = x == "y" ? "z" : "@@"', nested("a", tool="terraform")),
    ("a = <<EOT\nb = {\n@@\nEOT\nc = 1\n", nested("a", tool="terraform")),
    ("a = <<-EOT\n  x\n  EOT\nb = <<EOT\n@@\n", nested("b", tool="terraform")),
    ('a = "${b["c"]}"\nd = "@@"\n', nested("d", tool="terraform")),
    ('user = "ada"\npassword = "@@"', nested("password", account="ada", tool="terraform")),
    (f'a = "https://ada:@@@{HOST}/x"', nested("a", service=HOST, account="ada", tool="terraform")),
]


@pytest.mark.parametrize(("text", "expected"), BLOCKS)
def test_blocks(text: str, expected: Named) -> None:
    assert named(RC, text) == expected


@pytest.mark.parametrize("path", ["prod.tfvars", "nomad.hcl", "main.tf", "job.nomad"])
def test_files_of_the_language_are_told_by_their_names(path: str) -> None:
    assert named(path, 'a "b" {\n  token = "@@"\n}') == nested("a", "b", "token")


def test_credentials_of_terraform_in_json_have_their_host() -> None:
    text = f'{{"credentials": {{"{HOST}": {{"token": "@@"}}}}}}'
    assert named("credentials.tfrc.json", text) == nested("credentials", HOST, "token", service=HOST, tool="terraform")
    assert named("a.json", text) == nested("credentials", HOST, "token")


SIGNS = [
    b"{",
    b"}",
    b"#{",
    b"[",
    b"]",
    b'"',
    b"'",
    b"a",
    b"a=",
    b"a,",
    b"<<",
    b">>",
    b"<<A\n",
    b"\n",
    b".",
    b"%",
    b"/*",
    b"//",
    b"\\",
    b"{a,",
    b'a "b" {',
]


@given(st.lists(st.sampled_from(SIGNS), max_size=60), st.sampled_from([HEX, RC]))
def test_whatever_stands_there_is_named(signs: list[bytes], path: str) -> None:
    text = b"".join(signs)
    namer = Namer(path, text)
    assert all(isinstance(namer.name(at, at + 3), Named) for at in range(len(text)))


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("path", [HEX, RC])
def test_what_is_made_to_cost_ends(path: str, sign: bytes) -> None:
    text = sign * (1_500_000 // len(sign)) + b"\n" + VALUE
    assert isinstance(name_place(path, text, len(text) - len(VALUE), len(text)), Named)


@pytest.mark.parametrize(("path", "opening"), [(HEX, b"{a,"), (RC, b"a {\n")])
def test_nesting_is_followed_up_to_the_bound(path: str, opening: bytes) -> None:
    deep = opening * (DEEPEST - 4) + b'b = "' + VALUE + b'"' if path == RC else opening * (DEEPEST - 4) + b'{b,"' + VALUE + b'"}'
    start = deep.index(VALUE)
    assert name_place(path, deep, start, start + len(VALUE)).field == "b"
    assert isinstance(name_place(path, opening * 500_000 + VALUE, 1_500_000, 1_500_040), Named)
