"""Texts that make detectors of providers work hardest: what they search, as often as it fits, and what is nearly a value behind it."""

from __future__ import annotations

from detectors import (
    ai,
    cloudflare,
    clouds,
    databases,
    discord,
    gcp,
    gcp_service_account,
    grafana,
    hosting,
    infrastructure,
    jwt,
    mail,
    observability,
    onepassword,
    payments,
    sentry,
    telegram,
    totp,
    webhooks,
    work,
)
from scanner.contract import Detector

_MODULES = (
    ai,
    clouds,
    cloudflare,
    databases,
    discord,
    gcp,
    gcp_service_account,
    grafana,
    hosting,
    infrastructure,
    jwt,
    mail,
    observability,
    onepassword,
    payments,
    sentry,
    telegram,
    totp,
    webhooks,
    work,
)
_NEARLY = b"aA1-" * 10 + b"." + b"0af1" * 16
_SPECIAL = {
    "jwt": b"eyJhbGciOi.eyJhbGciOi.",
    "discord-token": b"token: MDTAwDTAwMDTAwMDTAwMDTAw.aA1aA1.",
    "telegram-bot-token": b"/bot123456789:AAaA1",
    "chat-server-webhook": b"https://a.b/hooks/" + b"ab1" * 9,
    "microsoft-workflow-webhook": b"a.logic.azure.com/workflows/" + b"0af1" * 8 + b"/triggers/a?sig=",
    "google-chat-webhook": b"chat.googleapis.com/v1/spaces/AAAAAA/messages?key=a&token=",
    "totp-uri": b"otpauth://totp/a?b=c&secret=K5" + b"A7" * 6,
    "gcp-service-account-key": b'{"type": "service_account", "private_key_id": "a", "private_key": "-----BEGIN PRIVATE KEY-----\\n'
    + b"MIIEpAIBAAKCAQEA" * 4
    + b'",',
    "gcp-legacy-client-secret": b'"client_secret": "aA1aA1aA1aA1aA1aA1aA1aA1", ',
}


def worst(detector: Detector) -> bytes:
    """The text for one detector."""
    return _SPECIAL.get(detector.id) or b"".join(anchor.literal + _NEARLY + b" " for anchor in detector.anchors[:4])


WORST = {detector.id: worst(detector) for module in _MODULES for detector in module.DETECTORS}
