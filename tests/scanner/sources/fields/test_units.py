"""What values are called in systemd's units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.fields import Named, Namer, name_place
from tests.scanner.sources.fields.places import HOST, VALUE, named, nested


def variable(name: str, *, setting: str = "Environment", service: str | None = None, account: str | None = None) -> Named:
    return nested("Service", setting, name, service=service, account=account, tool="systemd")


PATHS = ["a.service", ".config/systemd/user/a.service", "x/a.service.d/override.conf", ".config/systemd/user/a.d/x.conf", "a.socket"]
SETTINGS = [
    ("Environment=GH_TOKEN=@@", variable("GH_TOKEN")),
    ("Environment=A=1 GH_TOKEN=@@ B=2", variable("GH_TOKEN")),
    ('Environment="A=one two" "GH_TOKEN=x @@" B=2', variable("GH_TOKEN")),
    ("Environment='GH_TOKEN=@@'", variable("GH_TOKEN")),
    ('Environment=GH_TOKEN="@@" B=2', variable("GH_TOKEN")),
    ('Environment="A=\\"GH=" GH_TOKEN=@@', variable("GH_TOKEN")),
    ("Environment=A=1 \\\n  GH_TOKEN=@@", variable("GH_TOKEN")),
    ("Environment=A=1 \\\n# said beside\n; and more\n  GH_TOKEN=@@ \\\n B=2", variable("GH_TOKEN")),
    ("Environment=A=1 \\\r\n  GH_TOKEN=@@\r\n", variable("GH_TOKEN")),
    (f"Environment=X_USER=ada X_TOKEN=@@ X_URL=https://{HOST}/", variable("X_TOKEN", service=HOST, account="ada")),
    (f"Environment=INDEX=https://ada:@@@{HOST}/simple", variable("INDEX", service=HOST, account="ada")),
    ("SetCredential=npm-token:@@", variable("npm-token", setting="SetCredential")),
    ("LoadCredential=npm-token:/run/@@", variable("npm-token", setting="LoadCredential")),
    ("ExecStart=/bin/publish --token @@", nested("Service", "ExecStart", "--token", tool="systemd")),
    ("ExecStart=/bin/publish @@", nested("Service", "ExecStart", tool="systemd")),
    ("User=@@", nested("Service", "User", tool="systemd")),
]


@pytest.mark.parametrize(("text", "expected"), SETTINGS)
@pytest.mark.parametrize("path", PATHS)
def test_a_setting_names_its_value(path: str, text: str, expected: Named) -> None:
    assert named(path, f"[Unit]\nDescription=a\n[Service]\n{text}") == expected


def test_the_section_is_the_one_above() -> None:
    assert named("a.service", "[Service]\nUser=a\n[Install]\nAlias=@@\n").field_path == ("Install", "Alias")


def test_a_comment_names_nothing_of_the_format() -> None:
    assert named("a.service", "[Service]\n# GH_TOKEN=@@\n") == Named("GH_TOKEN", tool="systemd")


def test_services_of_the_message_bus_are_no_units() -> None:
    assert named("share/dbus-1/services/a.service", "[D-BUS Service]\nName=@@\n").tool is None


COSTLY = [
    b"\\",
    b"\\\n",
    b"#\n",
    b"\\\n#\n",
    b'"',
    b"'",
    b'a="',
    b'"a=',
    b"[",
    b"[a]\n",
    b"A=\n",
    b"Environment=\n",
    b"Environment=a",
    b"a=b ",
]


@pytest.mark.parametrize("sign", COSTLY)
def test_what_is_made_to_cost_ends(sign: bytes) -> None:
    text = b"[Service]\nEnvironment=" + sign * (1_900_000 // len(sign)) + b"\n\nEnvironment=GH_TOKEN="
    assert name_place("a.service", text + VALUE, len(text), len(text) + len(VALUE)).field in {"GH_TOKEN", "Environment"}


@given(st.lists(st.sampled_from([*COSTLY, b"Environment=", b"GH=", b" ", b"\n"]), max_size=40))
def test_whatever_stands_there_is_named(signs: list[bytes]) -> None:
    text = b"[Service]\nEnvironment=" + b"".join(signs)
    namer = Namer("a.service", text)
    assert all(isinstance(namer.name(at, at + 2), Named) for at in range(len(text)))
