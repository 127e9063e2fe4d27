"""Tables are checked when they are read, and what is wrong is named by file and row."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import ConfigError
from scanner.pipelines.signatures import Signatures, load
from tests.scanner.pipelines.signature_lines import command, signatures

HEAD = "as_of = 2026-11-30\n"
ROW = HEAD + '[[command]]\nid = "X1"\nmark = "primary"\nrole = "publish"\ntarget = "npm"\nprograms = ["acme"]\n'
ACTION = HEAD + '[[action]]\nid = "X2"\nmark = "primary"\nrole = "publish"\nuses = ["acme/push"]\n'
REMARK = HEAD + '[[remark]]\nid = "X3"\nmark = "primary"\nfamily = "spill"\npattern = "p"\nevidence = "e"\n'
REGISTRY = HEAD + '[[registry]]\ntarget = "helm"\nname = "a"\nmark = "primary"\n'


def test_a_row_of_configuration_is_asked_after_ours(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(ACTION)
    own = Signatures(load([ROW.encode(), file]))
    (match,) = own.command(command("acme push"))
    assert (match.signature, match.role, match.target, match.evidence) == ("X1", "publish", "npm", "acme")
    assert own.rows_of_action("Acme/Push", None, {}, (), "github") == ("X2",)
    assert own.rows_of_command(command("npm publish")) == ("C1.publish",)
    assert signatures().command(command("acme push")) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[", "signatures 1: not TOML: "),
        ('[[command]]\nid = "X1"\n', "signatures 1: as_of must be a date"),
        ('as_of = "2026"\n', "signatures 1: as_of must be a date"),
        ("as_of = 2026-11-30T10:00:00Z\n", "signatures 1: as_of must be a date"),
        (HEAD + "[[comand]]\na = 1\n", "signatures 1: unknown table 'comand'"),
        (HEAD + "command = 1\n", "signatures 1: command: must be tables in double brackets"),
        (HEAD + "[command]\na = 1\n", "signatures 1: command: must be tables in double brackets"),
        (ROW + 'flag = "-n"\n', "signatures 1: command X1: unknown key 'flag'"),
        (ROW.replace('mark = "primary"\n', ""), "signatures 1: command X1: mark is missing"),
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
        (ROW.replace('"X1"', '"X 1"'), "signatures 1: command X 1: an id is letters, digits and dashes, with one dot at most"),
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
        (REGISTRY, "signatures 1: registry helm: unknown target 'helm'"),
        (REGISTRY.replace("helm", "chart") + 'hosts = ["ACME"]\n', "signatures 1: registry chart: unknown host 'ACME'"),
        (REGISTRY.replace("helm", "chart") + 'hosts = ["friendly"]\n', "signatures 1: registry chart: unknown host 'friendly'"),
        (REGISTRY.replace("helm", "chart") + 'audiences = ["https://@ACME"]\n', "signatures 1: registry chart: unknown host 'ACME'"),
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
        ("a = " + "[" * 5_000, "signatures 1: not TOML: "),
        ("#" * (1 << 20) + "\n", "signatures 1: larger than 1 MiB"),
        ("\x00", "signatures 1: not TOML: "),
    ],
)
def test_what_is_wrong_is_named_by_file_and_row(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load([text.encode()])
    assert str(error.value).startswith(said)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml: No such file"):
        load([tmp_path / "gone.toml"])


def test_bytes_that_are_no_text_are_no_toml() -> None:
    with pytest.raises(ConfigError, match="not TOML"):
        load([b"\xff\xfe"])


def test_every_row_says_when_and_how_it_was_checked() -> None:
    tables = load()
    dates = [row.as_of for row in (*tables.actions, *tables.commands)]
    dates += [row.as_of for row in tables.remarks]
    dates += [row.as_of for row in tables.sinks]
    dates += [row.as_of for row in tables.registries]
    assert len(dates) > 500
    assert {one and one.isoformat() for one in dates} == {"2026-11-30"}
