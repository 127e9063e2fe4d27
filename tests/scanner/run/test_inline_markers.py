"""Markers that other scanners have in files: where each counts, and where it does not."""

from __future__ import annotations

from functools import cache

import pytest
from detect_secrets.filters.allowlist import is_line_allowlisted
from detect_secrets.util.code_snippet import get_code_snippet

from scanner.identity import OrgKey, StretchBudget
from scanner.run.examine import Examiner, Setup
from scanner.run.inline import UNSAID
from scanner.run.inline_markers import NEAR, Marker, Markers, may_hold
from tests.support import keys, tokens
from tests.support.command import DETECTORS

TOKEN = tokens.npm(1).encode()
ON_ITS_LINE = ("gitleaks:allow", "betterleaks:allow", "kingfisher:ignore", "trufflehog:ignore")
NEXT_LINE = "pragma: allowlist nextline secret"


@cache
def examiner() -> Examiner:
    return Examiner(Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS))


def reasons(text: bytes | str, path: str = "file") -> list[str | None]:
    """For each credential in `text` why it is allowed."""
    data = text.encode() if isinstance(text, str) else text
    said = [sighting.suppression for sighting in examiner().examine(path, data).sightings]
    assert all(one is None or one.by == "inline" for one in said)
    return [one.reason if one else None for one in said]


def around(before: str, after: str) -> list[str | None]:
    return reasons(f"{before}{TOKEN.decode()}{after}")


@pytest.mark.parametrize("name", ON_ITS_LINE)
class TestOnTheLine:
    @pytest.mark.parametrize("comment", ["# {}", "//{}", "/* {} */", "<!-- {} -->", "-- {}", "; {}", "#{}\r", "<!--{}-->", "--{}"])
    def test_in_whatever_comment(self, name: str, comment: str) -> None:
        assert around("a = '", f"' {comment.format(name)}\n") == [f"{UNSAID} ({name})"]

    def test_what_follows_is_its_reason(self, name: str) -> None:
        assert around("a: ", f" # {name} made up for the docs\n") == [f"made up for the docs ({name})"]
        assert around("a: ", f" # {name} like {TOKEN.decode()}\n")[0] == f"{UNSAID} ({name})"

    def test_before_the_value(self, name: str) -> None:
        assert around(f"/* {name} sample */ a = ", "\n") == [f"{UNSAID} ({name})"]

    @pytest.mark.parametrize("form", ["{}ed", "{}:", "{}-not", "x{}", "-{}", "{}_", ":{}"])
    def test_a_word_that_goes_on_is_none(self, name: str, form: str) -> None:
        word = form.format(name)
        assert around(f"/* {word} */ ", f" # {word}\n") == [None]

    def test_other_spellings_are_none(self, name: str) -> None:
        tool, word = name.split(":")
        for other in (name.upper(), f"{tool}: {word}", f"{tool} :{word}", tool, f"{tool}:{'ignore' if word == 'allow' else 'allow'}"):
            assert around("a: ", f" # {other}\n") == [None]

    def test_another_line_does_not_count(self, name: str) -> None:
        assert around(f"# {name}\na: ", f"\n# {name}\n") == [None]

    @pytest.mark.parametrize(("distance", "counts"), [(NEAR, True), (NEAR + 1, False)])
    def test_it_is_near(self, name: str, distance: int, counts: bool) -> None:
        expected = [f"{UNSAID} ({name})" if counts else None]
        assert around("", " " * distance + name) == expected
        assert around(name + " " * distance, "") == expected
        assert around(f"{name} {name}" + " " * distance, "") == expected


def test_the_first_one_after_the_value_speaks() -> None:
    assert around("", " # trufflehog:ignore, gitleaks:allow\n") == ["gitleaks:allow (trufflehog:ignore)"]
    assert around("", " # keytrail:allow ours, gitleaks:allow\n") == ["ours, gitleaks:allow"]
    assert around("", " # pragma: allowlist secret gitleaks:allow\n") == ["gitleaks:allow (pragma: allowlist secret)"]


@pytest.fixture(scope="module")
def pem() -> str:
    return keys.pem("rsa2048", "pkcs8").strip()


class TestSeveralLines:
    @pytest.mark.parametrize("name", ON_ITS_LINE)
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_on_its_first_or_its_last_line(self, pem: str, name: str, end: str) -> None:
        key = pem.replace("\n", end)
        assert reasons(f"/* {name} */ {key}{end}") == [f"{UNSAID} ({name})"]
        assert reasons(f"{key} # {name} sample{end}") == [f"sample ({name})"]

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_kingfisher_s_may_stand_next_to_it(self, pem: str, end: str) -> None:
        key = pem.replace("\n", end)
        for text in (f"# kingfisher:ignore sample{end}{key}{end}", f"{key}{end}# kingfisher:ignore sample"):
            assert reasons(text) == ["sample (kingfisher:ignore)"]
        for text in (
            f"# kingfisher:ignore{end}{end}{key}{end}",
            f"{key}{end}{end}# kingfisher:ignore",
            f"# gitleaks:allow{end}{key}{end}# gitleaks:allow",
        ):
            assert reasons(text) == [None]

    def test_the_line_before_a_key_may_speak_for_the_next(self, pem: str) -> None:
        assert reasons(f"# {NEXT_LINE}\n{pem}\n") == [f"{UNSAID} ({NEXT_LINE})"]


class TestPragma:
    @pytest.mark.parametrize("word", ["allowlist", "whitelist"])
    @pytest.mark.parametrize("form", ["# {}", "#{}", "// {}", "/* {} */", "' {}", "-- {}", "<!-- {} -->", "<!--# {}-->"])
    @pytest.mark.parametrize("pragma", ["pragma: {} secret", "pragma:{} secret", "pragma: {}-secret"])
    def test_a_comment_to_the_end_of_the_line(self, word: str, form: str, pragma: str) -> None:
        comment = form.format(pragma.format(word))
        assert around("a = '", f"' {comment}\n") == [f"{UNSAID} (pragma: {word} secret)"]

    def test_what_follows_is_its_reason(self) -> None:
        assert around("a: ", " # pragma: allowlist secret made up\n") == ["made up (pragma: allowlist secret)"]

    @pytest.mark.parametrize("word", ["allowlist", "whitelist"])
    @pytest.mark.parametrize("form", ["# {}", "#{}", "// {}", "/* {} */", "' {}", "-- {}", "<!-- {} -->", "<!--# {}-->"])
    def test_detect_secrets_agrees(self, word: str, form: str) -> None:
        for comment in (form.format(f"pragma: {word} secret"), form.format(f"pragma:{word}-secret why")):
            line = f"a = '{TOKEN.decode()}' {comment}"
            assert is_line_allowlisted("a.txt", line, get_code_snippet([line], 1))
            assert reasons(line) != [None]

    @pytest.mark.parametrize(
        "after",
        [
            " pragma: allowlist secret",
            " ; pragma: allowlist secret",
            " # allowlist secret",
            " # pragma: allowlist",
            " # pragma: allowlist secrets",
            " # pragma: allowlist secret-ish",
            " # pragma:  allowlist secret",
            " # pragma : allowlist secret",
            " # Pragma: allowlist secret",
            " # a pragma: allowlist secret",
            " /* pragma: allowlist secret",
            " /* pragma: allowlist secret */ b()",
            " <!-- pragma: allowlist secret",
            " # pragma: blocklist secret",
        ],
    )
    def test_what_is_none(self, after: str) -> None:
        assert around("a = ", f"{after}\n") == [None]

    def test_another_line_does_not_count(self) -> None:
        assert around("# pragma: allowlist secret\na: ", "\n# pragma: allowlist secret\n") == [None]


class TestNextLine:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("line", ["# {}", "  \t// {}", "/* {} */", "' {}", "--{}", "<!-- {} -->  "])
    def test_it_speaks_for_the_line_after_it(self, line: str, end: str) -> None:
        assert around(f"a{end}{line.format(NEXT_LINE)}{end}b: ", end) == [f"{UNSAID} ({NEXT_LINE})"]
        assert around(f"{line.format(NEXT_LINE)}{end}b: ", end) == [f"{UNSAID} ({NEXT_LINE})"]

    @pytest.mark.parametrize("line", ["# {}", "  \t// {}", "/* {} */", "x = 1 # {}", "{}"])
    def test_detect_secrets_agrees(self, line: str) -> None:
        lines = [line.format(NEXT_LINE), f"a = '{TOKEN.decode()}'"]
        said = is_line_allowlisted("a.txt", lines[1], get_code_snippet(lines, 2))
        assert (reasons("\n".join(lines)) != [None]) == said

    def test_for_that_line_only(self) -> None:
        assert around(f"# {NEXT_LINE}\nother\na: ", "\n") == [None]
        assert around("a: ", f"  # {NEXT_LINE}\n") == [None]
        assert around("a: ", f"\n# {NEXT_LINE}\n") == [None]

    @pytest.mark.parametrize(
        "line",
        [
            f"x = 1 # {NEXT_LINE}",
            f"{NEXT_LINE}",
            f"/* {NEXT_LINE}",
            f"/* {NEXT_LINE} */ x",
            "# pragma: whitelist nextline secret",
            "# pragma: allowlist nextline secrets",
            "# pragma: allowlist next line secret",
        ],
    )
    def test_what_is_none(self, line: str) -> None:
        assert around(f"{line}\na: ", "\n") == [None]

    def test_what_follows_is_its_reason(self) -> None:
        assert around(f"# {NEXT_LINE} made up\na: ", "\n") == [f"made up ({NEXT_LINE})"]


def test_texts_without_any_are_told_at_once() -> None:
    assert not may_hold(b"allow ignore pragma " * 1000)
    assert Markers(b"a: " + TOKEN).of(3, 3 + len(TOKEN)) is None


@pytest.mark.parametrize("noise", [b"xgitleaks:allow ", b"gitleaks:allowed ", b" pragma: allowlist secret", b"a:allow:ignore "])
def test_a_hundred_thousand_words_that_are_none(noise: bytes) -> None:
    line = noise * 100_000
    at = len(line)
    assert Markers(line + TOKEN + line).of(at, at + len(TOKEN)) is None
    assert Markers(line + TOKEN + b" # trufflehog:ignore " + line).of(at, at + len(TOKEN)) == Marker(
        "trufflehog:ignore", at + len(TOKEN) + 20
    )


def test_of_a_hundred_thousand_markers_the_first_behind_the_value_speaks() -> None:
    line = b"gitleaks:allow " * 100_000
    at = len(line)
    assert Markers(line + TOKEN + b" " + line).of(at, at + len(TOKEN)) == Marker("gitleaks:allow", at + len(TOKEN) + 15)


def test_in_a_text_that_is_read_in_pieces_the_marker_is_named_without_its_reason() -> None:
    text = b"x\n" * (8 << 20) + b"a: " + TOKEN + b" # gitleaks:allow sample\n"
    assert reasons(text) == [f"{UNSAID} (gitleaks:allow)"]


def test_where_markers_do_not_count_none_of_them_does() -> None:
    setup = Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS, inline=False)
    text = b"\n".join(TOKEN + f" # {name}".encode() for name in (*ON_ITS_LINE, "pragma: allowlist secret", "keytrail:allow"))
    sightings = Examiner(setup).examine("file", text).sightings
    assert [one.suppression for one in sightings] == [None] * 6
