"""TB2xx, reuse and hidden copies: one credential where there should be several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Occurrence, Severity, Sprawl, Zone
from scanner.policies import facts, places
from scanner.policies.policy import Draft, Policy, View, each

_SEVERAL = 2

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,255}")
_QUALIFIER = re.compile(r"(?:_(?:DEV|TEST|STAGING|STG|PROD|PRODUCTION|CI|SECRET|KEY|V\d{1,4}|NEW|OLD)){1,8}\Z")
"""What names of one secret add to tell environments and generations apart."""
_TWIN = re.compile(r"_(?:BASE64|B64|ENCODED)\Z")
"""What a name has more where the same file has the same secret in another spelling."""
_MADE_UP = re.compile(r"(?:MOCK|FAKE|DUMMY|TEST)_")
_SYNONYMS = {"NPM_AUTH_TOKEN": "NPM_TOKEN"}


def _several_zones(_view: View, sprawl: Sprawl) -> Draft | None:
    crossed = places.groups(sprawl)
    if len(crossed) < _SEVERAL:
        return None
    where = [(group, tuple(one for one in sprawl.occurrences if places.group(one) == group)) for group in crossed]
    story = "; ".join(f"{group} ({places.named(found)})" for group, found in where)
    base = Severity.CRITICAL if facts.powerful(sprawl.identified) else Severity.HIGH
    return Draft(
        credentials=(sprawl.id,),
        base=base,
        message=f"{places.called(sprawl)} crosses trust boundaries: {story}.",
        places=tuple(one for one in sprawl.occurrences if one.zone is not Zone.MANAGED_STORE),
    )


def _several_projects(view: View, sprawl: Sprawl) -> Draft | None:
    shared = places.projects(view, sprawl)
    if len(shared) < _SEVERAL:
        return None
    return Draft(
        credentials=(sprawl.id,),
        base=Severity.HIGH,
        message=f"{places.called(sprawl)} is shared by {len(shared)} projects: {places.listed(shared, places.ALL)}.",
        places=tuple(one for one in sprawl.occurrences if places.project_of(view, one) is not None),
    )


def _several_names(view: View, sprawl: Sprawl) -> Draft | None:
    named = [(name, occurrence) for occurrence in filter(places.current, sprawl.occurrences) for name in _names(view, occurrence)]
    known = {(_holder(occurrence), normal(name)) for name, occurrence in named}
    by_name: dict[str, list[tuple[str, Occurrence]]] = {}
    for name, occurrence in named:
        meant = normal(name)
        plain = normal(_TWIN.sub("", name.upper()))
        twin = occurrence.slot is None and (_holder(occurrence), plain) in known
        by_name.setdefault(plain if twin else meant, []).append((name, occurrence))
    if len(by_name) < _SEVERAL:
        return None
    names = [f"{found[0][0]} ({places.named((one for _, one in found), _holder)})" for found in by_name.values()]
    return Draft(
        credentials=(sprawl.id,),
        base=Severity.HIGH,
        message=f"{places.called(sprawl)} goes by {len(names)} names: {places.listed(names, places.ALL)}.",
        places=tuple(occurrence for found in by_name.values() for _, occurrence in found),
    )


def _holder(occurrence: Occurrence) -> str:
    """What holds a name: the owner of a variable, else a file."""
    return occurrence.container if occurrence.slot is not None else f"{occurrence.container}:{occurrence.path}"


def _names(view: View, occurrence: Occurrence) -> Iterator[str]:
    """What people call a secret there: names of slots and of variables. Keys of file formats are nobody's choice, and tests make values up."""
    slot, field = view.slots.get(occurrence.slot or ""), occurrence.spot.field
    if slot is not None:
        yield slot.name
    elif field is not None and _VARIABLE.fullmatch(field) and not (_MADE_UP.match(field) and places.in_tests(occurrence)):
        yield field


def normal(name: str) -> str:
    """A name without what tells environments and generations apart, by its common synonym."""
    upper = name.upper()
    bare = _QUALIFIER.sub("", upper)
    return _SYNONYMS.get(bare, bare)


POLICIES = (
    Policy(
        id="TB201",
        title="One credential in several trust zones",
        summary="The same credential lies on both sides of a trust boundary: source, pipelines, releases, workstations, chats. Critical "
        "where it can publish or sign.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Rotate the credential and keep the new one in one managed store.",
        references=("NHI9:2025", "NHI2:2025", "CICD-SEC-6", "PR.AA-01", "CIS 1.5.1", "SSDF PO.5.1"),
        evaluate=each(_several_zones),
    ),
    Policy(
        id="TB202",
        title="One credential in several projects",
        summary="Two or more repositories or CI projects hold the same credential, so whoever gets into one gets into all.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Give every project a credential of its own.",
        references=("NHI9:2025", "CICD-SEC-6", "PR.AA-05"),
        evaluate=each(_several_projects),
    ),
    Policy(
        id="TB204",
        title="One value under different names",
        summary="The same value fills variables or slots with different names, so rotating one of them leaves the others behind.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Rotate the credential and refer to it by one name.",
        references=("NHI9:2025", "CICD-SEC-6", "PR.AA-01"),
        evaluate=each(_several_names),
    ),
)
