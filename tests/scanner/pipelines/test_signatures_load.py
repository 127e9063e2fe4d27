"""Tables are checked when they are read, and what is wrong is named by file and row."""

from __future__ import annotations

import pytest

from scanner.errors import ConfigError
from scanner.pipelines.signatures import Signatures, load
from scanner.pipelines.signatures.words import TARGETS
from tests.scanner.pipelines.signature_lines import command, signatures

HEAD = "as_of = 2026-11-30\n"
ROW = HEAD + '[[command]]\nid = "X1"\nmark = "primary"\nrole = "publish"\ntarget = "npm"\nprograms = ["acme"]\n'
ACTION = HEAD + '[[action]]\nid = "X2"\nmark = "primary"\nrole = "publish"\nuses = ["acme/push"]\n'
REMARK = HEAD + '[[remark]]\nid = "X3"\nmark = "primary"\nfamily = "spill"\npattern = "p"\nevidence = "e"\n'
HOST = "a host is its name, without scheme, port and path"
REGISTRY = HEAD + '[[registry]]\ntarget = "helm"\nname = "a"\nmark = "primary"\n'


def added(*texts: str) -> Signatures:
    """Our signatures with those of such files."""
    return Signatures(load([(f"signatures {number}", text.encode()) for number, text in enumerate(texts, 1)]))


def test_a_row_of_configuration_is_asked_after_ours() -> None:
    own = added(ROW, ACTION)
    (match,) = own.command(command("acme push"))
    assert (match.signature, match.role, match.target, match.evidence) == ("X1", "publish", "npm", "acme")
    assert own.rows_of_action("Acme/Push", None, {}, (), "github") == ("X2",)
    assert own.rows_of_command(command("npm publish")) == ("C1.publish",)
    assert signatures().command(command("acme push")) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[", "signatures 1: not valid TOML"),
        ('as_of = "2026"\n', "signatures 1: as_of must be a date"),
        ("as_of = 2026-11-30T10:00:00Z\n", "signatures 1: as_of must be a date"),
        (HEAD + "[[comand]]\na = 1\n", "signatures 1: unknown table 'comand'"),
        (HEAD + "command = 1\n", "signatures 1: command: must be tables in double brackets"),
        (HEAD + "[command]\na = 1\n", "signatures 1: command: must be tables in double brackets"),
        (ROW + 'flag = "-n"\n', "signatures 1: command X1: unknown key 'flag'"),
        (ROW.replace('role = "publish"\n', ""), "signatures 1: command X1: role is missing"),
        (ROW.replace("primary", "sure"), "signatures 1: command X1: unknown mark 'sure'"),
        (ROW.replace('role = "publish"', 'role = "publisher"'), "signatures 1: command X1: unknown role 'publisher'"),
        (ROW.replace('"npm"', '"mpn"'), "signatures 1: command X1: unknown target 'mpn'"),
        (ROW + 'tier = "secret"\n', "signatures 1: command X1: unknown tier 'secret'"),
        (ROW + 'keyless = "maybe"\n', "signatures 1: command X1: unknown keyless 'maybe'"),
        (ROW + 'check = "os.system"\n', "signatures 1: command X1: unknown check 'os.system'"),
        (ROW + 'words = "push"\n', "signatures 1: command X1: words must be a list of short texts"),
        (ROW + "words = [1]\n", "signatures 1: command X1: words must be a list of short texts"),
        (ROW + 'words = [""]\n', "signatures 1: command X1: words must be a list of short texts"),
        (ROW + f'words = ["{"x" * 401}"]\n', "signatures 1: command X1: words must be a list of short texts"),
        (ROW + "publisher = 1\n", "signatures 1: command X1: publisher must be true or false"),
        (ROW + "as_of = 1\n", "signatures 1: command X1: as_of must be a date"),
        (ROW.replace('["acme"]', "[]"), "signatures 1: command X1: needs programs, and only that"),
        (ROW.replace('"X1"', '"X 1"'), "signatures 1: command 1: an id is letters, digits and dashes, with one dot at most"),
        (ROW + ROW.removeprefix(HEAD), "signatures 1: two rows have the id X1"),
        (ROW.replace('"X1"', '"C9"'), "signatures 1: two rows have the id C9"),
        (HEAD + '[[program]]\nnames = ["npm"]\n', "signatures 1: two rows have the program npm"),
        (HEAD + "[[program]]\nnames = []\n", "signatures 1: program 1: a row needs at least one name"),
        (ACTION + 'platforms = ["hudson"]\n', "signatures 1: action X2: unknown platform 'hudson'"),
        (
            HEAD + '[[runner]]\nuses = ["a"]\nscripts = ["b"]\nmark = "primary"\nplatforms = ["x"]\n',
            "signatures 1: runner a: unknown platform 'x'",
        ),
        (ACTION + 'programs = ["acme"]\n', "signatures 1: action X2: needs uses, and only that"),
        (REMARK, "signatures 1: remark X3: needs env or programs or uses, and only that"),
        (REMARK.replace("spill", "spil") + 'programs = ["a"]\n', "signatures 1: remark X3: unknown family 'spil'"),
        (REGISTRY.replace("helm", "He lm"), "signatures 1: registry: a target is a lower-case word of letters, digits and _"),
        (REGISTRY + 'hosts = ["NPM"]\n', f"signatures 1: registry helm: {HOST}"),
        (REGISTRY + 'test_hosts = ["https://packages.example"]\n', f"signatures 1: registry helm: {HOST}"),
        (REGISTRY + 'family = "hemp"\n', "signatures 1: registry helm: unknown family 'hemp'"),
        (REGISTRY + 'tier = "secret"\n', "signatures 1: registry helm: unknown tier 'secret'"),
        (REGISTRY.replace("helm", "npm"), "signatures 1: two rows have the target npm"),
        (
            REGISTRY.replace("helm", "chart") + '[[registry.accepts]]\nci = "hudson"\nmark = "primary"\n',
            "signatures 1: registry chart accepts hudson: unknown ci 'hudson'",
        ),
        (
            REGISTRY.replace("helm", "chart") + '[[registry.endings]]\nkind = "k"\nmark = "primary"\nrule = "r"\ndays = "9"\n',
            "signatures 1: registry chart endings k: days must be a number",
        ),
        (HEAD + "[normal]\nends = []\n", "signatures 1: normal: has endings and synonyms, nothing else"),
        (HEAD + "normal = 1\n", "signatures 1: normal: has endings and synonyms, nothing else"),
        (HEAD + "[normal.synonyms]\nA = 1\n", "signatures 1: normal: synonyms must be names and their synonyms"),
        (HEAD + '[normal.synonyms]\nNPM_AUTH_TOKEN = "X"\n', "signatures 1: two rows have the synonym NPM_AUTH_TOKEN"),
        ("a = " + "[" * 5_000, "signatures 1: not valid TOML"),
        ("#" * (1 << 20) + "\n", "signatures 1: larger than 1 MiB"),
        ("\x00", "signatures 1: not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_row(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load([("signatures 1", text.encode())])
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROW + '"glpat 9\\u001b[2J" = 1\n', "signatures 1: command X1: unknown key (not shown)"),
        (ROW.replace('"publish"', '"a0b1c2"'), "signatures 1: command X1: unknown role (not shown)"),
        (ROW.replace('"X1"', '"X1\\u001b"'), "signatures 1: command 1: an id"),
        (HEAD + '"a b" = 1\n', "signatures 1: unknown table (not shown)"),
        (HEAD + "a" * 40 + "\x1b = 1\n", "signatures 1: not valid TOML (line 2)"),
    ],
)
def test_what_may_be_a_value_is_not_repeated(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load([("signatures 1", text.encode())])
    assert str(error.value).startswith(said)


def test_a_dotted_key_without_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="a line has more than 64 dots"):
        load([("own.toml", b"a." * 400_000 + b"b = 1\n")])


def test_bytes_that_are_no_text_are_no_toml() -> None:
    with pytest.raises(ConfigError, match="not valid TOML"):
        load([("own.toml", b"\xff\xfe")])


def test_files_that_are_added_need_no_date_and_no_mark_and_may_use_each_others_targets() -> None:
    own = added(
        '[[action]]\nid = "X2"\nrole = "publish"\nuses = ["acme/push"]\ntarget = "acme"\n', '[[registry]]\ntarget = "acme"\nname = "Acme"\n'
    )
    (match,) = own.action("acme/push", None, {}, (), "github")
    assert (match.target, match.tier) == ("acme", "public")
    row = own.registry("acme")
    assert row is not None
    assert (row.mark, row.as_of) == ("checked", None)


def test_our_own_tables_name_no_target_but_those_of_the_list() -> None:
    assert {row.target for row in load().registries} <= TARGETS
    assert load().added == ()


PRIVATE = """\
[[registry]]
target = "acme_npm"
name = "Acme's npm"
family = "npm"
tier = "private"
hosts = ["npm.acme.example"]
names = ["acme"]
test_hosts = ["staging.npm.acme.example"]
audiences = ["https://npm.acme.example/oidc"]
[[registry]]
target = "acme_images"
name = "Acme's images"
family = "container"
tier = "private"
hosts = ["images.acme.example"]
[[action]]
id = "ACME.push"
role = "publish"
target = "acme_npm"
uses = ["acme/push"]
[[sink]]
names = ["NPM_TOKEN"]
role = "publish"
target = "acme_npm"
mark = "checked"
"""


@pytest.mark.parametrize(
    ("text", "target", "tier"),
    [
        ("npm publish --registry https://npm.acme.example/", "acme_npm", "private"),
        ("npm publish --registry https://eu.npm.acme.example/", "acme_npm", "private"),
        ("npm publish --registry https://staging.npm.acme.example/", "acme_npm", "test"),
        ("npm publish --registry https://npm.acme.example.org/", "npm", "private"),
        ("npm publish --registry $REGISTRY", "npm", "public"),
        ("npm publish", "npm", "public"),
    ],
)
def test_a_registry_of_ones_own_is_told_by_its_host(text: str, target: str, tier: str) -> None:
    (match,) = added(PRIVATE).command(command(text))
    assert (match.target, match.tier) == (target, tier)


def test_an_action_publishes_to_a_registry_of_ones_own_as_that_one_says() -> None:
    own = added(PRIVATE)
    (match,) = own.action("acme/push", None, {}, (), "github")
    assert (match.target, match.tier) == ("acme_npm", "private")
    assert own.audience("https://npm.acme.example/oidc/") == "acme_npm"


def test_a_variable_of_ones_own_is_asked_before_ours() -> None:
    assert signatures().service_of_sink("NPM_TOKEN") == ("publish", "npm")
    assert added(PRIVATE).service_of_sink("NPM_TOKEN") == ("publish", "acme_npm")


def test_every_row_says_when_and_how_it_was_checked() -> None:
    tables = load()
    dates = [row.as_of for row in (*tables.actions, *tables.commands)]
    dates += [row.as_of for row in tables.remarks]
    dates += [row.as_of for row in tables.sinks]
    dates += [row.as_of for row in tables.registries]
    assert len(dates) > 500
    assert {one and one.isoformat() for one in dates} == {"2026-11-30"}
