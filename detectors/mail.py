"""Services that send mail and messages: Brevo, Mailchimp, Mailgun, Resend, SendGrid, Twilio.

Whoever holds such a key writes to people in the sender's name, which is how phishing gets past filters. Known from the issuers: SendGrid
(`SG.`, 22 and 43 characters), Brevo (`xkeysib-` and `xsmtpsib-`, 64 hexadecimal digits and 16 characters), Mailchimp (32 hexadecimal
digits and the data centre), Twilio (32 hexadecimal digits of an auth token, 32 characters of a key's secret, which nothing marks),
Resend's `re_`. Mailgun's keys are known by `key-` or by their three parts, and count only behind a name.

Near misses: account and key SIDs of Twilio (`AC…`, `SK…`), which are names, hashes with `-us` behind them in a longer word, references.
"""

from __future__ import annotations

import re

from detectors import _assigned, _prefixed
from detectors._issued import token
from detectors._prefixed import Form
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_ROTATE = (
    "Make a new key in the provider's settings, which may do no more than send",
    "Replace the copies by the new one, from a managed store",
    "Delete the old key in the same place",
    "Look through the log of what was sent, and through lists and senders for what nobody made",
)


def _kind(name: str, title: str, *actions: str) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        actions=frozenset(actions or ("read", "notify")),
        lifetime=Lifetime.STATIC,
        rotate=_ROTATE,
    )


_BREVO = _kind("brevo-api-key", "Brevo API key")
_BREVO_SMTP = _kind("brevo-smtp-key", "Brevo SMTP key", "notify")
_MAILCHIMP = _kind("mailchimp-api-key", "Mailchimp API key")
_MAILGUN = _kind("mailgun-api-key", "Mailgun API key")
_RESEND = _kind("resend-api-key", "Resend API key")
_SENDGRID = _kind("sendgrid-api-key", "SendGrid API key")
_TWILIO_ROTATE = (
    "Make a new API key, or promote a secondary auth token, in the console",
    "Replace the copies by the new one, from a managed store",
    "Delete the old key, or let the old auth token end",
    "Look at calls, messages and the bill for what nobody sent",
)
_TWILIO = Kind(
    id="twilio-auth-token",
    title="Twilio auth token",
    provider="twilio",
    actions=frozenset({"read", "notify", "admin"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=_TWILIO_ROTATE,
)
_TWILIO_KEY = Kind(
    id="twilio-api-key-secret",
    title="Twilio API key secret",
    provider="twilio",
    actions=frozenset({"read", "notify"}),
    lifetime=Lifetime.STATIC,
    rotate=_TWILIO_ROTATE,
)

_DATA_CENTRE = rx(r"(?P<body> [0-9a-f]{32} -us[0-9]{1,2} )")
_BREVO_BODY = "[0-9a-f]{64}-[0-9A-Za-z]{16}"


def _mailchimp(match: re.Match[bytes]) -> Reading | None:
    known = {"data_centre": match["body"].rpartition(b"-")[2].decode()}
    return token(match, _MAILCHIMP, known=known)


DETECTORS = (
    _prefixed.detector("brevo-key", "Brevo key", Form(_BREVO, "xkeysib-", _BREVO_BODY), Form(_BREVO_SMTP, "xsmtpsib-", _BREVO_BODY)),
    RegexDetector(
        id="mailchimp-api-key",
        title="Mailchimp API key",
        kinds=(_MAILCHIMP,),
        anchors=(Anchor(b"-us", before=b"[0-9a-f]{32}", then=b"[0-9]", encoded=False, reason="32 hexadecimal digits stand before it"),),
        pattern=_DATA_CENTRE,
        judge=_mailchimp,
        reach=(64, 64),
    ),
    _assigned.AssignedDetector(
        "mailgun-api-key",
        "Mailgun API key",
        (
            _assigned.Form(
                _MAILGUN,
                "(?:key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})",
                names=("mailgun (private|sending) (api) key|apikey|secret",),
                begins="(?:key-)?[0-9a-f]{8}",
            ),
        ),
    ),
    _prefixed.detector(
        "resend-api-key",
        "Resend API key",
        Form(
            _RESEND,
            "re_",
            "[0-9A-Za-z]{8}_[0-9A-Za-z]{24}",
            mixed=True,
            reason="parts of 8 and 24 letters and digits must follow",
        ),
    ),
    _prefixed.detector(
        "sendgrid-api-key",
        "SendGrid API key",
        Form(
            _SENDGRID,
            "SG.",
            r"[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}",
            mixed=True,
            reason="parts of 22 and 43 characters must follow, which names do not have",
        ),
    ),
    _assigned.AssignedDetector(
        "twilio-secret",
        "Twilio auth token or key secret",
        (
            _assigned.Form(_TWILIO, "[0-9a-f]{32}", names=("twilio (account) (auth) token",)),
            _assigned.Form(_TWILIO_KEY, "[0-9A-Za-z]{32}", names=("twilio (api) (key) secret",), mixed=True),
        ),
    ),
)
