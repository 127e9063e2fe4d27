"""AWS Elastic Beanstalk's settings: files of `.ebextensions`, `env.yaml` and saved configurations, and `describe-configuration-settings`.

Of the namespace `aws:elasticbeanstalk:application:environment` every option is a variable; of others the password of a database is. A list has objects
of `namespace`, `option_name` and `value`, a map has options by their namespaces (AWS Elastic Beanstalk's developer guide). The environment scope is the
environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, entry_of, held, listed, mistakes, records

_LOOKS = re.compile(rb"^(?:option_settings|OptionSettings|EnvironmentConfigurationMetadata)[ ]{0,16}:", re.MULTILINE)
_NAMES = ("option_settings", "OptionSettings")
_SETTINGS = "ConfigurationSettings"
_VARIABLES = "aws:elasticbeanstalk:application:environment"
_PASSWORDS = frozenset({"DBPassword"})
_MASK = re.compile(r"\*{1,64}")


def recognise(content: Content) -> Listing | None:
    """Settings, told by the name of the list that they stand in."""
    return None if content.is_lines and not _LOOKS.search(content.text) else read(content)


def read(content: Content) -> Listing | None:
    """The same."""
    if not content.mentions(*(name.encode() for name in _NAMES)):
        return None
    found = [item for item in jsontext.unpaged(content.trees, _SETTINGS) if _is_settings(item)]
    return listed(chain(records(found, _entries), mistakes(content), (Loose(),)), "environment") if found else None


def _is_settings(item: Json) -> bool:
    """Whether something has options, each with its namespace."""
    return any(_has_namespaces(jsontext.below(item, name)) for name in _NAMES)


def _has_namespaces(found: Json) -> bool:
    if isinstance(found, Record):
        return any(name.startswith("aws:") for name in found.names)
    return isinstance(found, list) and any(isinstance(item, Record) and item.names & {"namespace", "Namespace"} for item in found)


def _entries(record: Record) -> Iterator[Item]:
    holder = Entry("", None, environment_scope=jsontext.optional_text(record, "EnvironmentName"))
    for name in _NAMES:
        yield from options(record, name, holder)


def options(record: Record, name: str, holder: Entry) -> Iterator[Item]:
    """The variables among the options in the member `name`."""
    found = record.get(name)
    if isinstance(found, Record):
        for prefix, values in found.members:
            for called, value in values.members if isinstance(values, Record) else ():
                yield from _option(prefix, called, value, holder)
    else:
        for item in jsontext.objects(record, name):
            namespace, option = item.get("namespace", "Namespace"), item.get("option_name", "OptionName")
            if isinstance(option, str):
                yield from _option(namespace, option, item.get("value", "Value"), holder)


def _option(namespace: Json, option: str, value: Json, holder: Entry) -> Iterator[Item]:
    if namespace != _VARIABLES and option not in _PASSWORDS:
        return
    is_masked = isinstance(value, str) and _MASK.fullmatch(value) is not None
    is_known = not is_masked and not isinstance(value, (Record, list))
    for item in held([entry_of(option, value if is_known else None)], holder):
        yield replace(item, masked=True, hidden=True) if is_masked and isinstance(item, Entry) else item
