"""What formats for other programs list, what it is called on every machine, and where they say it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from scanner.model import Coverage, Credential, Location, Occurrence, Outcome, Severity, SourceCoverage, Zone
from scanner.reports.entries import Entry, by_file, by_place, fingerprints, unread, unread_fingerprints
from scanner.reports.places import tree_of
from tests.scanner.reports.outcomes import (
    HOME,
    NPM_SLOT,
    REPOSITORY,
    credential,
    everything,
    finding,
    identified,
    location,
    occurrence,
    outcome,
    removed,
    suppressed,
)
from tests.scanner.reports.various import ACCEPTED, HERE, OUTCOMES, about_job, held, many


def entries(given: Outcome) -> list[Entry]:
    return by_file(given, tree_of(given.coverage))


def names(given: Outcome) -> list[str]:
    return list(fingerprints(by_place(given, tree_of(given.coverage))))


def path(container: str, name: str, *sources: SourceCoverage) -> str:
    return tree_of(Coverage(sources, (), {})).file(container, name)


# --- what is listed ------------------------------------------------------------------------------------------------------------------------


def test_a_credential_has_an_entry_for_each_place_or_for_each_file() -> None:
    given = held(HERE, replace(HERE, spot=replace(HERE.spot, line=9)), replace(HERE, path="b.yml"))
    assert [one.at and (one.at.path, one.at.line) for one in by_place(given, tree_of(given.coverage))] == [
        ("a.yml", 3),
        ("a.yml", 9),
        ("b.yml", 3),
    ]
    assert [one.at and (one.at.path, one.at.line) for one in entries(given)] == [("a.yml", 3), ("b.yml", 3)]


def test_what_somebody_accepted_and_what_is_resolved_is_not_listed() -> None:
    open_, closed = HERE, replace(HERE, path="b.yml", suppression=ACCEPTED)
    found = [finding("TB603", Severity.HIGH, life="resolved"), finding("TB604", Severity.HIGH, suppression=ACCEPTED)]
    given = outcome([credential(identified(), [open_, closed]), suppressed("aaaaaa", "dummy", "documented")], found)
    assert [one.at and one.at.path for one in entries(given)] == ["a.yml"]


def test_an_entry_has_the_severity_of_the_worst_finding_about_its_place() -> None:
    found = [
        finding("TB301", Severity.CRITICAL, "k7f3q2", locations=(location("b.yml"),)),
        finding("TB001", Severity.MEDIUM, "k7f3q2", locations=(location("a.yml"),)),
    ]
    told = entries(held(HERE, replace(HERE, path="b.yml"), replace(HERE, path="c.yml"), findings=found))
    assert [(one.policy, one.severity) for one in told] == [
        ("TB001", Severity.MEDIUM),
        ("TB301", Severity.CRITICAL),
        ("TB301", Severity.CRITICAL),
    ]


def test_what_to_do_is_said_once_the_credential_first() -> None:
    found = [finding("TB001", Severity.HIGH, "k7f3q2", remediation="remove the copies."), finding("TB002", Severity.LOW, "k7f3q2")]
    (one,) = entries(held(HERE, findings=found))
    assert one.steps == ("publish through a trusted publisher", "revoke it at the registry", "remove the copies", "remedy of TB002")


def test_a_finding_about_a_job_is_listed_where_the_job_is() -> None:
    (at_job,) = entries(about_job())
    (at_step,) = entries(about_job(locations=(Location("acme/web", "ci/x.yml", 7),)))
    assert (at_job.at, at_step.at) == (Location("acme/web", ".github/workflows/release.yml", 12), Location("acme/web", "ci/x.yml", 7))


@pytest.mark.parametrize("credentials", [(), (credential(identified(), []),)], ids=["unknown", "without places"])
def test_a_finding_about_a_credential_that_is_nowhere_is_listed(credentials: tuple[Credential, ...]) -> None:
    assert [one.policy for one in entries(outcome(credentials, [finding("TB301", Severity.HIGH, "k7f3q2")]))] == ["TB301"]


def test_a_finding_that_points_nowhere_is_listed_all_the_same() -> None:
    assert [one.at for one in entries(OUTCOMES["nowhere"])] == [None]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (HERE, 3),
        (removed(), None),
        (replace(HERE, path="a.zip!/b.yml"), None),
        (replace(HERE, zone=Zone.REPO_HISTORY, path="commit:3f2a9c1"), None),
        (replace(HERE, zone=Zone.WORKTREE), 3),
    ],
)
def test_a_line_is_one_of_the_file_as_it_is_now(place: Occurrence, line: int | None) -> None:
    assert [one.line for one in entries(held(place))] == [line]


# --- what it is called ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OUTCOMES)
def test_no_two_entries_have_one_fingerprint(name: str) -> None:
    given = OUTCOMES[name]
    tree = tree_of(given.coverage)
    for told in (names(given), [*fingerprints(entries(given)), *unread_fingerprints(given, tree)]):
        assert [one for one, number in Counter(told).items() if number > 1] == []


def test_thousands_of_entries_have_fingerprints_of_their_own() -> None:
    assert len(set(names(many(2000)))) == 6000


def test_a_fingerprint_is_the_same_in_another_folder_under_another_key_and_after_lines_moved() -> None:
    moved = replace(HERE, id="other", container="/builds/7/web", spot=replace(HERE.spot, line=90, column=4), commit="f" * 40)
    there = held(moved)
    there = replace(there, credentials=(replace(there.credentials[0], identified=identified("other1")),))
    assert names(there) == names(held(HERE))


def test_a_fingerprint_is_another_for_another_field_and_for_another_value() -> None:
    other = replace(HERE, spot=replace(HERE.spot, field="b"))
    assert len({*names(held(HERE)), *names(held(other)), *names(held(replace(HERE, fingerprint="ab" * 16)))}) == 3


def test_the_first_of_equals_keeps_its_fingerprint_when_another_comes() -> None:
    assert names(held(HERE, replace(HERE, id="b")))[:1] == names(held(HERE))


def test_a_finding_keeps_its_fingerprint_while_policy_file_and_job_stay() -> None:
    at = Location("acme/web", "x.yml", 7)
    one, moved, other = (names(about_job(locations=(place,))) for place in (at, replace(at, line=70), replace(at, path="y.yml")))
    assert one == moved != other


def test_what_was_not_read_has_a_sentence_and_a_fingerprint() -> None:
    given = everything()
    assert [sentence for _, sentence in unread(given)] == [
        f"Not read (missing): blob:{'a' * 40} of acme/web: reachable, but not in the store"
    ]
    assert len(list(unread_fingerprints(given, tree_of(given.coverage)))) == 1


# --- where it is ---------------------------------------------------------------------------------------------------------------------------

FOLDER = SourceCoverage("tree", "sub/dir", 1, 1, 0)


@pytest.mark.parametrize(
    ("container", "name", "sources", "expected"),
    [
        ("acme/web", "a/b.yml", (REPOSITORY,), "a/b.yml"),
        ("acme/web", "a/b.yml", (REPOSITORY, HOME), "a/b.yml"),
        ("~", ".npmrc", (REPOSITORY, HOME), "~/.npmrc"),
        ("gitlab-project:vars.json", "vars.json", (REPOSITORY,), "gitlab-project:vars.json"),
        ("acme/web", "a.yml", (REPOSITORY, replace(REPOSITORY, target="acme/infra")), "acme/web/a.yml"),
        ("sub/dir", "a.yml", (FOLDER,), "sub/dir/a.yml"),
        ("./sub", "a.yml", (replace(FOLDER, target="./sub"),), "sub/a.yml"),
        ("sub/a.yml", "a.yml", (replace(FOLDER, target="sub/a.yml"),), "sub/a.yml"),
        (".", "a.yml", (replace(FOLDER, target="."),), "a.yml"),
        ("/srv/app", "a.yml", (replace(FOLDER, target="/srv/app"),), "a.yml"),
        ("../app", "a.yml", (replace(FOLDER, target="../app"),), "a.yml"),
        ("acme/web", "outer.zip!/inner.txt", (REPOSITORY,), "outer.zip"),
        ("acme/web", "commit:3f2a9c1", (REPOSITORY,), "commit:3f2a9c1"),
        ("acme/web", "a\n\udcff\u202e", (REPOSITORY,), "a\\x0a\\xff\\u202e"),
        ("acme/web", "", (REPOSITORY,), "."),
    ],
)
def test_a_path_is_seen_from_the_root_of_the_repository(
    container: str, name: str, sources: tuple[SourceCoverage, ...], expected: str
) -> None:
    assert path(container, name, *sources) == expected


def test_a_slot_is_a_place_for_a_finding_without_any_other() -> None:
    given = outcome(findings=[finding("TB603", Severity.LOW, slots=(NPM_SLOT.id,))], slots=(NPM_SLOT,))
    assert [one.at for one in entries(given)] == [Location(NPM_SLOT.container, "NPM_TOKEN")]


def test_a_place_in_a_home_is_no_place_of_the_repository() -> None:
    place = occurrence(Zone.WORKSTATION_DOTFILE, "~", ".npmrc", 3, fingerprint="ab" * 16)
    assert names(held(HERE, place))[1] != names(held(HERE, replace(place, container="acme/web")))[1]
