"""Payments and trade: Braintree, Duffel, EasyPost, Flutterwave, Paystack, Plaid, Shippo, Shopify, Square, Stripe.

Prefixes are the issuers' own and most tell live keys from those of a test environment, which moves no money and is only information.
Known from the issuers: Stripe (up to 128 letters and digits behind `sk_live_` or `rk_live_`), Shopify (32 characters behind `shpat_`,
`shpca_`, `shppa_` and `shpss_`: its changelog, "Length of the Shopify access token is increasing", "App secret key length has increased"),
Square, Braintree's access tokens (four parts between dollar signs), Plaid's (`access-`, environment, UUID), Flutterwave's `FLWSECK-`.
Shopify's `shptka_` of the Theme Access app is known from `Shopify/cli`, its 32 digits from values seen in public; `shprt_` of tokens that
renew others is known from apps that keep them, and taken to be as long. Lengths of the others are those of values seen in public. Paystack
writes `sk_live_` too, before 40 hexadecimal digits.

Near misses: publishable keys (`pk_live_…`) and ids of applications (`sq0idp-…`), which are public; shortened samples; names in snake
case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors import _letters, _prefixed
from detectors._issued import token
from detectors._prefixed import Form
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_MONEY = frozenset({"read", "admin"})
_HEX32, _UUID = "[0-9a-f]{32}", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _live(name: str, title: str, *rotate: str, privilege: int = 4, lifetime: Lifetime = Lifetime.STATIC) -> Kind:
    """A key that acts for an account whose money is real."""
    return Kind(
        id=name, title=title, provider=name.partition("-")[0], actions=_MONEY, privilege=privilege, lifetime=lifetime, rotate=rotate
    )


def _test(name: str, title: str) -> Kind:
    """A key of a test environment."""
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        privilege=1,
        assumed=False,
        lifetime=Lifetime.STATIC,
        rotate=(
            "See that no live key lies where this one does",
            "Roll it in the dashboard of the test environment if outsiders should not see that environment",
            "Take it from the environment instead of the source, so that a live key does not follow it there",
        ),
    )


_PLAIN_ROTATE = (
    "Make a new key in the provider's dashboard, restricted to what its user needs",
    "Replace the copies by the new one, from a managed store",
    "Delete the old key in the dashboard",
    "Look through payments, payouts and the log of the API for what nobody did",
)
_BRAINTREE = _live("braintree-access-token", "Braintree access token", *_PLAIN_ROTATE)
_BRAINTREE_TEST = _test("braintree-sandbox-token", "Braintree access token of the sandbox")
_DUFFEL = _live("duffel-token", "Duffel access token", *_PLAIN_ROTATE, privilege=3)
_DUFFEL_TEST = _test("duffel-test-token", "Duffel access token of the test mode")
_EASYPOST = _live("easypost-api-key", "EasyPost API key", *_PLAIN_ROTATE, privilege=3)
_EASYPOST_TEST = _test("easypost-test-key", "EasyPost test API key")
_FLUTTERWAVE = _live("flutterwave-secret-key", "Flutterwave secret key", *_PLAIN_ROTATE)
_FLUTTERWAVE_TEST = _test("flutterwave-test-key", "Flutterwave test secret key")
_PAYSTACK = _live("paystack-secret-key", "Paystack secret key", *_PLAIN_ROTATE)
_PLAID = _live(
    "plaid-access-token",
    "Plaid access token",
    "Invalidate it with /item/access_token/invalidate, which hands out a new one",
    "Replace the stored token by the new one",
    "Look through the item's requests for what nobody asked for",
    "Rotate the client's secret too if it lay in the same place: the token is of no use without one",
    privilege=3,
)
_PLAID_TEST = _test("plaid-sandbox-token", "Plaid access token of the sandbox")
_SHIPPO = _live("shippo-token", "Shippo API token", *_PLAIN_ROTATE, privilege=3)
_SHIPPO_TEST = _test("shippo-test-token", "Shippo test API token")
_SHOPIFY = _live(
    "shopify-access-token",
    "Shopify access token",
    "Uninstall and reinstall the app, or rotate its credentials, to get a new token",
    "Replace the copies by the new one, from a managed store",
    "Look at the store's activity log for products, orders and scripts that nobody changed",
    "Narrow the app's scopes to those it needs",
    lifetime=Lifetime.UNKNOWN,
)
_SHOPIFY_REFRESH = _live(
    "shopify-refresh-token",
    "Shopify refresh token",
    "Exchange it for a new pair of tokens, which makes this one worthless, or uninstall the app from the store",
    "Replace the stored tokens by the new ones",
    "Rotate the app's client secret too if it lay in the same place: the token is of no use without one",
    "Look at the store's activity log for products, orders and scripts that nobody changed",
    lifetime=Lifetime.EXPIRING,
)
_SHOPIFY_SECRET = _live(
    "shopify-app-secret",
    "Shopify app secret",
    "Rotate the app's client secret in the Partner or Dev Dashboard",
    "Replace the copies by the new one, from a managed store",
    "Revoke the old secret in the same place when webhooks arrive under the new one",
    "Look at the stores for what was done with the app's tokens",
)
_SQUARE = _live(
    "square-access-token",
    "Square access token",
    "Replace the personal access token in the Developer Console, or revoke the seller's token with RevokeToken",
    "Replace the copies by the new one, from a managed store",
    "Look through the account's transactions and API log for what nobody did",
    "Use OAuth tokens with narrow permissions instead of a personal one",
)
_SQUARE_SECRET = _live(
    "square-application-secret",
    "Square application secret",
    "Replace the application secret in the Developer Console under OAuth",
    "Replace the copies by the new one, from a managed store",
    "Look through the authorizations of the application for sellers and tokens that nobody expects",
)
_STRIPE_ROTATE = (
    "Make a restricted key with the permissions that its user needs in the dashboard under Developers, API keys",
    "Replace the copies by the new one, from a managed store",
    "Roll or delete the old key in the same place",
    "Look through the log of requests for payouts, refunds and customers that nobody asked for",
)
_STRIPE = _live("stripe-secret-key", "Stripe secret key", *_STRIPE_ROTATE)
_STRIPE_RESTRICTED = _live("stripe-restricted-key", "Stripe restricted key", *_STRIPE_ROTATE, privilege=3)
_STRIPE_TEST = _test("stripe-test-key", "Stripe test key")
_STRIPE_WEBHOOK = Kind(
    id="stripe-webhook-secret",
    title="Stripe webhook signing secret",
    provider="stripe",
    actions=frozenset({"trigger"}),
    privilege=2,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Roll the endpoint's secret in the dashboard under Webhooks, with a time for the old one to end",
        "Replace the copies by the new one, from a managed store",
        "Look for events that Stripe did not send",
    ),
)

_STRIPE_BODY = "[0-9A-Za-z]{24,128}"
_SECRET = rx(rf"""
    (?P<prefix> (?: (?P<restricted> rk) | sk ) _ (?: (?P<test> test) | (?: org_ )? live ) _ )
    (?= (?P<body> (?P<paystack> [0-9a-f]{{40}} (?! [0-9A-Za-z] ) ) | {_STRIPE_BODY} ) )
""")


def _stripe(match: re.Match[bytes]) -> Reading | None:
    kind = _STRIPE_TEST if match["test"] else _PAYSTACK if match["paystack"] else _STRIPE_RESTRICTED if match["restricted"] else _STRIPE
    return token(match, kind) if match["paystack"] or _letters.mixed(match["body"]) else None


def _tagged(kinds: dict[str, Kind], body: str, *, mixed: bool = False) -> Iterator[Form]:
    """The same body behind several prefixes."""
    return (Form(kind, prefix, body, mixed=mixed) for prefix, kind in kinds.items())


DETECTORS = (
    _prefixed.detector(
        "braintree-token",
        "Braintree access token",
        *_tagged({"access_token$production$": _BRAINTREE, "access_token$sandbox$": _BRAINTREE_TEST}, r"[0-9a-z]{16}\$[0-9a-f]{32}"),
    ),
    _prefixed.detector(
        "duffel-token", "Duffel token", *_tagged({"duffel_live_": _DUFFEL, "duffel_test_": _DUFFEL_TEST}, "[0-9A-Za-z_-]{43}", mixed=True)
    ),
    _prefixed.detector(
        "easypost-key", "EasyPost key", *_tagged({"EZAK": _EASYPOST, "EZTK": _EASYPOST_TEST}, "[0-9A-Za-z]{54}", mixed=True)
    ),
    _prefixed.detector(
        "flutterwave-key",
        "Flutterwave secret key",
        *_tagged({"FLWSECK-": _FLUTTERWAVE, "FLWSECK_TEST-": _FLUTTERWAVE_TEST}, "[0-9A-Za-z]{32}-X"),
    ),
    _prefixed.detector(
        "plaid-token",
        "Plaid access token",
        *_tagged({"access-production-": _PLAID, "access-development-": _PLAID, "access-sandbox-": _PLAID_TEST}, _UUID),
    ),
    _prefixed.detector("shippo-token", "Shippo token", *_tagged({"shippo_live_": _SHIPPO, "shippo_test_": _SHIPPO_TEST}, "[0-9a-f]{40}")),
    _prefixed.detector(
        "shopify-token",
        "Shopify token or secret",
        *_tagged({"shpat_": _SHOPIFY, "shpca_": _SHOPIFY, "shppa_": _SHOPIFY, "shptka_": _SHOPIFY}, _HEX32),
        *_tagged({"shprt_": _SHOPIFY_REFRESH, "shpss_": _SHOPIFY_SECRET}, _HEX32),
    ),
    _prefixed.detector(
        "square-token",
        "Square token or secret",
        Form(_SQUARE, "sq0atp-", "[0-9A-Za-z_-]{22}", mixed=True),
        Form(_SQUARE_SECRET, "sq0csp-", "[0-9A-Za-z_-]{43}", mixed=True),
        Form(_SQUARE, "EAAAE", "[0-9A-Za-z_-]{59}", mixed=True, confidence=Confidence.MEDIUM),
        Form(_SQUARE, "EAAAl", "[0-9A-Za-z_-]{59}", mixed=True, confidence=Confidence.MEDIUM),
    ),
    RegexDetector(
        id="stripe-key",
        title="Stripe key",
        kinds=(_STRIPE, _STRIPE_RESTRICTED, _STRIPE_TEST, _PAYSTACK),
        anchors=tuple(
            Anchor(prefix, then=b"[0-9A-Za-z]{24}", encoded=prefix == b"sk_live_")
            for prefix in (b"sk_live_", b"rk_live_", b"sk_org_live_", b"sk_test_", b"rk_test_")
        ),
        pattern=_SECRET,
        judge=_stripe,
        reach=(64, 192),
    ),
    _prefixed.detector(
        "stripe-webhook-secret", "Stripe webhook secret", Form(_STRIPE_WEBHOOK, "whsec_", "[0-9A-Za-z+/]{32,64}", mixed=True)
    ),
)
