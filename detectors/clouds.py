"""Further clouds: Alibaba Cloud, Scaleway, Tencent Cloud, Yandex Cloud.

The secrets of the first three have no form of their own and count behind the names that the vendors' tools read. An access key id
(`LTAI…`, `AKID…`, `SCW…`) names them and is no secret. Yandex published the expressions of its own: IAM tokens begin with `t1.` and end
in a signature of 86 characters, API keys with `AQVN`, OAuth tokens with `y0_`. Sources: the vendors' documentation of access keys and of
their command-line tools; Yandex's request to GitLab for secret detection.

Near misses: access key ids alone, hashes and UUIDs without such a name, a version number that begins with `t1.`.
"""

from __future__ import annotations

from detectors import _assigned, _prefixed
from detectors._prefixed import Form
from scanner.contract import Kind, Lifetime

_POWERS = frozenset({"read", "deploy", "admin"})
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _kind(name: str, title: str, place: str, lifetime: Lifetime = Lifetime.STATIC) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        actions=_POWERS,
        lifetime=lifetime,
        rotate=(
            "Let workloads sign in with an identity of their own (a role, a service account, OpenID Connect), so that no key is stored",
            f"Else make a new key {place}, and replace the copies",
            "Disable the old key, see that everything still works, then delete it",
            "Look through the audit log for what was done with it, in every region",
        ),
    )


_ALIBABA = _kind("alibaba-access-key", "Alibaba Cloud access key", "for a RAM user with the fewest policies")
_SCALEWAY = _kind("scaleway-secret-key", "Scaleway secret key", "for an IAM application, with an end date")
_TENCENT = _kind("tencent-secret-key", "Tencent Cloud secret key", "for a sub-user in CAM, API keys")
_YANDEX_PLACE = "for a service account with the fewest roles"
_YANDEX_TOKEN = _kind("yandex-iam-token", "Yandex Cloud IAM token", _YANDEX_PLACE, Lifetime.EPHEMERAL)
_YANDEX_KEY = _kind("yandex-api-key", "Yandex Cloud API key", _YANDEX_PLACE)
_YANDEX_OAUTH = _kind("yandex-oauth-token", "Yandex OAuth token", _YANDEX_PLACE, Lifetime.EXPIRING)

DETECTORS = (
    _assigned.AssignedDetector(
        "alibaba-access-key",
        "Alibaba Cloud access key",
        (
            _assigned.Form(
                _ALIBABA,
                "[0-9A-Za-z]{30}",
                names=("access_key_ secret", "accesskey secret", "alicloud_ (access) secret key", "aliyun_ (access) secret key"),
                mixed=True,
            ),
        ),
    ),
    _assigned.AssignedDetector(
        "scaleway-secret-key",
        "Scaleway secret key",
        (_assigned.Form(_SCALEWAY, _UUID, names=("scw_secret_ key", "scaleway (api) secret key")),),
    ),
    _assigned.AssignedDetector(
        "tencent-secret-key",
        "Tencent Cloud secret key",
        (_assigned.Form(_TENCENT, "[0-9A-Za-z]{32}", names=("tencent (cloud) secret key",), mixed=True),),
    ),
    _prefixed.detector(
        "yandex-token",
        "Yandex Cloud token or key",
        Form(
            _YANDEX_TOKEN,
            "t1.",
            r"9[ef][0-9A-Za-z_-]{18,1024}={0,2}\.[0-9A-Za-z_-]{86}={0,2}",
            then=r"9[ef][0-9A-Za-z_-]{20}",
            mixed=True,
            reason="the first byte of a message in base64 and more of it must follow",
        ),
        Form(_YANDEX_KEY, "AQVN", "[0-9A-Za-z_-]{35,38}", mixed=True),
        Form(_YANDEX_OAUTH, "y0__", "[0-9A-Za-z_-]{50,120}", mixed=True),
        Form(_YANDEX_OAUTH, "y0_Ag", "[0-9A-Za-z_-]{50,120}", mixed=True),
        reach=(64, 1280),
    ),
)
