"""What is read of patches as programs write them, and which ones are refused."""

from __future__ import annotations

from base64 import encodebytes

import pytest

from scanner.sources.patches import BrokenPatchError, LargePatchError, after
from tests.scanner.sources.patches.reading import State, read, said, states, unseen

ID = "1" * 40
HUNK = b"@@ -1 +1 @@\n-a\n+b\n"
EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def git(*header: str, old: str = "a/x", new: str = "b/x", hunks: bytes = HUNK) -> bytes:
    """A difference with a header of git's."""
    return "".join(f"{line}\n" for line in (f"diff --git {old} {new}", *header, f"--- {old}", f"+++ {new}")).encode() + hunks


class TestNames:
    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [
            ("a/x", "b/x", "x"),
            ("i/d/x", "w/d/x", "d/x"),
            ("w/d/x", "i/d/x", "d/x"),
            ("d/x", "d/x", "d/x"),
            ("b/x", "b/x", "b/x"),
            ("a/a/x", "b/a/x", "a/x"),
            ("one/two/d/x", "three/d/x", "d/x"),
            ("a/d/with blank", "b/d/with blank", "d/with blank"),
            ("a/x b/x", "b/x b/x", "x b/x"),
            ('"a/caf\\303\\251"', '"b/caf\\303\\251"', "café"),
            ('"a/tab\\there"', '"b/tab\\there"', "tab\there"),
            ('"a/q\\"uote\\\\"', '"b/q\\"uote\\\\"', 'q"uote\\'),
            ('"a/\\377"', '"b/\\377"', "\\xff"),
            ("a//etc/passwd", "b//etc/passwd", "/etc/passwd"),
            ("a/../../x", "b/../../x", "../../x"),
        ],
    )
    @pytest.mark.parametrize("lines", ["hunks", "mode"])
    def test_are_those_of_the_repository(self, old: str, new: str, path: str, lines: str) -> None:
        mode = f"diff --git {old} {new}\nold mode 100644\nnew mode 100755\n"
        data = git("index 1..2 100644".replace("1", "1" * 7).replace("2", "2" * 7), old=old, new=new) if lines == "hunks" else mode.encode()
        assert [one.path for one in states(data)] == [path]

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [
            (b"proj-1.0/src/x\t2024-01-01 00:00:00.000000000 +0000", b"proj-1.1/src/x\t2024-01-02 00:00:00.000000000 +0000", "src/x"),
            (b"x.orig\t2024-01-01 00:00:00 +0000", b"x\t2024-01-01 00:00:00 +0000", "x"),
            (b"d/x\t(revision 3)", b"d/x\t(working copy)", "d/x"),
            (b"a/x", b"b/x", "x"),
            (b"/dev/null", b"b/d/x", "d/x"),
            (b"/dev/null", b"b", "b"),
            (b"a/d/x", b"/dev/null", "d/x"),
            (b"old/with blank\t2024-01-01", b"new/with blank\t2024-01-01", "with blank"),
        ],
    )
    def test_without_a_header_of_gits(self, old: bytes, new: bytes, path: str) -> None:
        assert [one.path for one in states(b"--- " + old + b"\n+++ " + new + b"\n" + HUNK)] == [path]

    def test_of_cvs_lack_their_folder(self) -> None:
        data = b"Index: d/x\n====\nRCS file: /r/d/x,v\n--- x\t1 Jan 2024\n+++ x\t2 Jan 2024\n" + HUNK
        assert [one.path for one in states(data)] == ["d/x"]


class TestStates:
    def test_are_before_and_after(self) -> None:
        data = git(hunks=b"@@ -1,3 +1,3 @@ fun()\n c\n-a\n+b\n d\n")
        assert states(data) == [State("x", (b"c\na\nd\n",), b"c\nb\nd\n")]

    def test_a_gap_is_as_many_empty_lines(self) -> None:
        data = git(hunks=b"@@ -2 +2 @@\n-a\n+b\n@@ -5 +5 @@\n-c\n+d\n")
        assert states(data) == [State("x", (b"\na\n\n\nc\n",), b"\nb\n\n\nd\n")]

    def test_lines_behind_a_large_gap_are_counted_and_not_held(self) -> None:
        patch = read(
            git(hunks=b"@@ -3 +4 @@\n-a\n+b\n@@ -999999999999 +2000000000 @@\n-c\n+d\n+e\n".replace(b"+2000000000", b"+2000000000,2"))
        )
        image = after(patch, patch.diffs[0])
        assert image is not None
        assert len(image.data) < 500
        lines = image.data.split(b"\n")
        assert [image.line(1 + lines.index(text)) for text in (b"b", b"d", b"e")] == [4, 2_000_000_000, 2_000_000_001]

    def test_without_context(self) -> None:
        data = git(hunks=b"@@ -0,0 +1,2 @@\n+a\n+b\n@@ -7,2 +8,0 @@\n-c\n-d\n")
        assert states(data) == [State("x", (b"\n" * 6 + b"c\nd\n",), b"a\nb\n")]

    def test_a_file_that_does_not_end_with_a_line_end(self) -> None:
        data = git(hunks=b"@@ -1,2 +1,2 @@\n c\n-a\n\\ No newline at end of file\n+b\n\\ Kein Zeilenumbruch am Dateiende.\n")
        assert states(data) == [State("x", (b"c\na",), b"c\nb")]

    def test_carriage_returns_stay_in_what_files_hold(self) -> None:
        assert states(git(hunks=b"@@ -1 +1,2 @@\n-a\r\n+b\r\n+c\rd\n")) == [State("x", (b"a\r\n",), b"b\r\nc\rd\n")]

    def test_a_patch_of_which_all_lines_end_with_carriage_returns(self) -> None:
        data = git("index 1111111..2222222 100644", hunks=b"@@ -1,2 +1,2 @@\n-a\n+b\n\n").replace(b"\n", b"\r\n")
        assert states(data) == [State("x", (b"a\r\n\r\n",), b"b\r\n\r\n")]

    def test_an_empty_line_may_have_lost_its_blank(self) -> None:
        assert states(git(hunks=b"@@ -1,2 +1,2 @@\n\n-a\n+b\n")) == [State("x", (b"\na\n",), b"\nb\n")]

    def test_colours_are_taken_out(self) -> None:
        hunk = b"\x1b[36m@@ -1,2 +1,2 @@\x1b[m\n c\n\x1b[31m-a\x1b[m\n\x1b[1;32m+\x1b[m\x1b[32mb\x1b[m\x1b[41m\r\x1b[m\n"
        data = b"\x1b[1mdiff --git a/x b/x\x1b[m\n\x1b[1m--- a/x\x1b[m\n\x1b[1m+++ b/x\x1b[m\n" + hunk
        assert states(data) == [State("x", (b"c\na\n",), b"c\nb\r\n")]

    def test_without_colours_a_files_own_stay(self) -> None:
        assert states(git(hunks=b"@@ -0,0 +1 @@\n+\x1b[1mb\n")) == [State("x", (b"",), b"\x1b[1mb\n")]

    def test_several_differences_of_one_file(self) -> None:
        assert states(git() + git(hunks=b"@@ -1 +1 @@\n-b\n+c\n")) == [State("x", (b"a\n",), b"b\n"), State("x", (b"b\n",), b"c\n")]

    def test_a_rename_is_compared_with_what_it_was(self) -> None:
        data = git("similarity index 50%", "rename from old name", 'rename to "n\\303\\251w"', old="a/old name", new='"b/n\\303\\251w"')
        assert states(data) == [State("néw", (b"a\n",), b"b\n")]

    @pytest.mark.parametrize(
        "lines",
        [
            "similarity index 100%\nrename from x\nrename to y",
            "old mode 100644\nnew mode 100755",
            f"new file mode 100644\nindex 0000000..{EMPTY[:7]}",
            f"deleted file mode 100644\nindex {EMPTY}..{'0' * 40}",
        ],
    )
    def test_nothing_is_shown_where_no_content_changes(self, lines: str) -> None:
        assert [one.new for one in states(f"diff --git a/x b/y\n{lines}\n".encode())] == [None]

    def test_a_new_file_was_not_there_whatever_its_hunks_say(self) -> None:
        assert states(git("new file mode 100644", hunks=b"@@ -1 +1,2 @@\n a\n+b\n")) == [State("x", (), b"a\nb\n")]

    def test_a_file_that_becomes_a_link_is_compared_with_it(self) -> None:
        gone = git("deleted file mode 100644", new="/dev/null", hunks=b"@@ -1 +0,0 @@\n-a\n")
        link = git("new file mode 120000", old="/dev/null", hunks=b"@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n")
        data = gone.replace(b"git a/x /dev/null", b"git a/x b/x") + link.replace(b"git /dev/null", b"git a/x")
        assert [diff.replaces for diff in read(data).diffs] == [None, 0]

    def test_a_merge_has_several_states_before(self) -> None:
        hunk = b"@@@ -1,3 -1,2 +1,3 @@@\n  same\n- first\n -second\n +of one\n++new\n"
        data = b"diff --cc d/x\nindex 1111111,2222222..3333333\n--- a/d/x\n+++ b/d/x\n" + hunk
        assert states(data.replace(b"-1,3 -1,2", b"-1,3 -1,2")) == [
            State("d/x", (b"same\nfirst\nof one\n", b"same\nsecond\n"), b"same\nof one\nnew\n")
        ]


class TestText:
    def test_a_mail_says_subject_and_body(self) -> None:
        mail = f"From {ID} Mon Sep 17 00:00:00 2001\nFrom: Ada <a@b>\nSubject: [PATCH 1/2] use\n it\n\nbecause\n---\n x | 2 +-\n\n".encode()
        data = mail + git() + b"-- \n2.39.2\n\n"
        assert states(data) == [State("x", (b"a\n",), b"b\n", ID)]
        assert said(data)[ID].startswith(b"use it\n\nbecause\n---\n x | 2 +-\n")
        assert b"From: Ada <a@b>\n" in said(data)[ID]

    def test_an_mbox_has_several_mails(self) -> None:
        ids = [letter * 40 for letter in "123"]
        mails = [f"From {oid} Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: s{oid[0]}\n\nb\n---\n".encode() + git() for oid in ids]
        assert [one.commit for one in states(b"-- \n2\n\n".join(mails))] == ids

    @pytest.mark.parametrize(
        "subject", ["=?UTF-8?q?use_npm=5Fx?=", "=?UTF-8?B?dXNlIG5wbV94?=", "=?UTF-8?q?use_np?=\n =?UTF-8?q?m=5Fx?=", "[PATCH] use npm_x"]
    )
    def test_subjects_are_decoded(self, subject: str) -> None:
        data = f"From {ID} Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: {subject}\n\nb\n".encode() + git()
        assert said(data)[ID].split(b"\n")[0] == b"use npm_x"

    def test_what_is_no_tag_of_a_mail_stays(self) -> None:
        data = f"From {ID} Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: [RFC PATCH v2 1/3] [npm_x] s\n\nb\n".encode() + git()
        assert said(data)[ID].split(b"\n")[0] == b"[npm_x] s"
        assert said(data.replace(b"[RFC PATCH v2 1/3] ", b""))[ID].split(b"\n")[0] == b"[npm_x] s"

    def test_mails_are_decoded(self) -> None:
        head = f"From {ID} Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: s\nContent-Type: text/plain\nContent-Transfer-Encoding: "
        quoted = head.encode() + b"quoted-printable\n\nlo=\nng =3D\n" + git(hunks=b"@@ -0,0 +1 @@\n+a=3Db=\nc\n")
        coded = head.encode() + b"base64\n\n" + encodebytes(b"long =\n" + git(hunks=b"@@ -0,0 +1 @@\n+a=bc\n"))
        for data in (quoted, coded, quoted + coded.replace(b"1" * 40, b"2" * 40)):
            assert {(one.path, one.new) for one in states(data)} == {("x", b"a=bc\n")}
            assert all(text.startswith(b"s\n\nlong =\n") for text in said(data).values())

    def test_an_attached_patch(self) -> None:
        head = (
            f'From {ID} Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="--x"\n\n'
        )
        part = "This is a multi-part message in MIME format.\n----x\nContent-Type: text/plain; charset=UTF-8\n\nbody\n\n----x\n"
        other = "Content-Type: text/x-patch; name=x\nContent-Transfer-Encoding: 8bit\nContent-Disposition: attachment\n\n"
        data = (head + part + other).encode() + git() + b"\n----x--\n\n"
        assert states(data) == [State("x", (b"a\n",), b"b\n", ID)]
        assert said(data)[ID].startswith(b"s\n\nbody\n")

    def test_a_log_begins_with_its_newest_entry(self) -> None:
        old, new = "1" * 40, "2" * 40
        entry = "commit {} (HEAD -> main)\nAuthor: A <a@b>\nDate:   now\n\n    subject\n\n    body\n\n"
        data = entry.format(new).encode() + git() + b"\n" + entry.format(old).encode() + git()
        assert [one.commit for one in states(data)] == [old, new]
        assert said(data)[new].startswith(b"subject\n\nbody\n")

    def test_what_stands_around_is_said_at_the_lines_of_the_input(self) -> None:
        patch = read(b"some\ntext\n" + git() + b"more\n")
        assert [(span.line, patch.text[span.start : span.end]) for one in patch.messages for span in one.spans] == [
            (1, b"some\ntext\n"),
            (9, b"more\n"),
        ]

    def test_a_mail_that_quotes_a_hunk_is_no_error(self) -> None:
        data = f"From {ID} Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: s\n\n@@ -1 +1 @@\nOnly in a: b\n".encode() + git()
        assert (len(states(data)), unseen(data)) == (1, [])


class TestUnseen:
    @pytest.mark.parametrize(
        ("data", "path"),
        [
            (b"diff --git a/x b/x\nindex 1111111..2222222 100644\nBinary files a/x and b/x differ\n", "x"),
            (b"diff --git a/x b/x\nnew file mode 100644\nindex 0000000..2222222\nBinary files /dev/null and b/x differ\n", "x"),
            (b"diff --git b/x b/x\nindex 1111111..2222222\nBinary files b/x and b/x differ\n", "b/x"),
            (b"Binary files old/d/x and new/d/x differ\n", "d/x"),
            (b"Index: d/x\n====\nCannot display: file marked as a binary type.\nsvn:mime-type = application/octet-stream\n", "d/x"),
            (b"diff -r 123456789abc x\nBinary file x has changed\n", "x"),
            (b"* Unmerged path d/x\n", "d/x"),
            (b"Only in new/d: x\n", "new/d/x"),
            (b"diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n", "y"),
        ],
    )
    def test_is_said(self, data: bytes, path: str) -> None:
        assert unseen(data) == [(path, "missing")]

    def test_what_is_removed_need_not_be_seen(self) -> None:
        data = b"diff --git a/x b/x\ndeleted file mode 100644\nindex 1111111..0000000\nBinary files a/x and /dev/null differ\n"
        assert (len(states(data)), unseen(data)) == (1, [])


class TestBounds:
    def test_more_files_than_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("scanner.sources.patches.reader.MOST", 3)
        assert len(states(git() * 2)) == 2
        for data in (git() * 4, git() + b"Only in a: b\n" * 3, b"From x Mon Sep 17 00:00:00 2001\n" * 4):
            with pytest.raises(LargePatchError, match="3 files or mails"):
                read(data)

    def test_more_hunks_than_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("scanner.sources.patches.reader.MOST_HUNKS", 3)
        with pytest.raises(LargePatchError, match="3 hunks"):
            read(git(hunks=HUNK * 4))

    def test_binary_hunks_that_hold_too_much_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("scanner.sources.patches.binary.MOST", 10)
        binary = b"diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 6\nHcmV?d00001\n\n"
        assert unseen(binary) == []
        assert unseen(binary * 2) == [("x", "too-large")]


class TestBroken:
    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (b"nothing\nof the sort\n", 1),
            (b"\n", 1),
            (b"@@ -1 +1 @@\n-a\n+b\n", 1),
            (git(hunks=b"@@ -1,3 +1 @@\n-a\n+b\n"), 7),
            (git(hunks=b"@@ -1 +1,2000000000 @@\n-a\n+b\n"), 7),
            (git(hunks=b"@@ -1 +1 @@\n-a\n+b\n+c\n"), 7),
            (git(hunks=b"@@ -1,2 +1 @@\n-a\n b\n c\n").replace(b" c", b"+c"), 7),
            (git(hunks=b"@@ -1,2 +1,2 @@\n-a\n<<<<<<< HEAD\n+b\n"), 6),
            (git(hunks=b"@@ -1 +1 @@\n-a\n") + git(), 6),
            (git(hunks=b"@@ -1 +1 @@\n-a\n+b"), 6),
            (git(hunks=b"@@ -1 +1 @\n-a\n+b\n"), 4),
            (git(hunks=b"@@@ -1 +1 @@@\n-a\n+b\n"), 4),
            (git(hunks=HUNK + b"@@@ -1 -1 +1 @@@\n--a\n++b\n"), 7),
            (git(hunks=HUNK + b"text\n" + HUNK), 8),
            (git(hunks=b""), 4),
            (b"diff --git a/x b/x\nindex 1111111..2222222 100644\n", 3),
            (b"diff --git a/x b/x\nindex 1111111..2222222 100644\n--- a/x\n", 4),
            (b"diff --git a/x b/x\nnew file mode 100644\n", 3),
            (b"diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n", 5),
            (b"--- x\n+++ x\n", 3),
            (b"diff --cc x\n--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n+-a\n", 5),
            (b"diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 3\nKcmXxx\n", 6),
            (b"diff --git a/x b/x\nindex 1..2\nGIT binary patch\n", 4),
        ],
    )
    def test_names_the_line(self, data: bytes, line: int) -> None:
        with pytest.raises(BrokenPatchError) as caught:
            read(data)
        assert caught.value.line == line

    def test_names_the_line_of_the_input_behind_a_decoded_mail(self) -> None:
        head = b"From x Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: s\nContent-Transfer-Encoding: quoted-printable\n\n"
        first = head + b"lo=\nng=\n\n"
        other = b"From x Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: s\n\n" + git(hunks=b"@@ -1 +1 @@\n-a\n*b\n")
        with pytest.raises(BrokenPatchError) as caught:
            read(first + other)
        assert caught.value.line == first.count(b"\n") + 4 + 6

    def test_base64_that_is_none(self) -> None:
        data = b"From: A\nSubject: s\nContent-Transfer-Encoding: base64\n\nYQ\n"
        with pytest.raises(BrokenPatchError):
            read(data)
