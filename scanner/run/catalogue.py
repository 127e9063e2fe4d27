"""The installed detectors, as pages of a catalogue."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from scanner import registry
from scanner.config import Settings
from scanner.errors import UsageError
from scanner.records import dataclass
from scanner.reports import Style
from scanner.reports.catalogue import Page, render_json, render_list, render_page


@dataclass(frozen=True, slots=True)
class Entry:
    """One detector that was asked for."""

    page: Page

    def told(self, form: str, _style: Style) -> str:
        """Everything about it, as text or JSON."""
        check_form(form)
        return render_json([self.page]) if form == "json" else render_page(self.page)


def overview(settings: Settings, form: str, _style: Style) -> str:
    """All of them, or those that the settings name, as text or JSON."""
    check_form(form)
    every = pages()
    chosen = {one.id for one in registry.select([page.detector for page in every], settings.detector, settings.no_detector)}
    wanted = [page for page in every if page.detector.id in chosen] if settings.detector or settings.no_detector else every
    return render_json(wanted) if form == "json" else render_list(wanted)


def pages() -> tuple[Page, ...]:
    """Every installed detector with what its module says about it, sorted by id. Raises PluginError as the registry does."""
    return tuple(
        Page(
            entry.detector,
            entry.module.__name__,
            entry.owner,
            inspect.getdoc(entry.module) or entry.detector.title,
            _facts(entry.module.__name__.rpartition(".")[0]),
        )
        for entry in registry.entries()
    )


@cache
def _facts(package: str) -> Mapping[str, Sequence[str]]:
    """What the kinds of a package of detectors say, by its file `facts.json`; nothing where it has none."""
    file = resources.files(package) / "facts.json"
    facts: Mapping[str, Sequence[str]] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return facts


def page_of(name: str) -> Entry:
    """The detector with this id, or the only one that finds a kind with it. Raises UsageError where there is none."""
    known = pages()
    found = [page for page in known if page.detector.id == name]
    found = found or [page for page in known if any(kind.id == name for kind in page.detector.kinds)]
    if not found:
        message = f"no such detector: {name} (keytrail detectors list)"
        raise UsageError(message)
    if len(found) > 1:
        message = f"{name} is found by several detectors: {', '.join(page.detector.id for page in found)}"
        raise UsageError(message)
    return Entry(found[0])


def check_form(form: str) -> None:
    """Raises UsageError for a form that the catalogue is not told in."""
    if form not in {"text", "json"}:
        message = f"the catalogue is told as text or json, not as {form}"
        raise UsageError(message)
