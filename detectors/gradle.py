"""Keys of the Gradle plugin portal and of Develocity (Gradle Enterprise), told by the names and places that hold them.

The portal has a pair of 32 letters and digits, of which the secret is the credential; names are those of its publishing plugin. Develocity's
access keys are 52 characters of base32 behind a host, several joined by `;`, in a variable or in `keys.properties`. Sources: the
documentation of the plugin portal ("Publishing plugins") and of Develocity's Gradle and Maven plugins.

Near misses: `gradle.publish.key`, which is the public half of the pair, hosts with other values, references.
"""

from __future__ import annotations

from detectors._assigned import AssignedDetector, Form, Place, led
from scanner.contract import Kind, Lifetime

_PORTAL = Kind(
    id="gradle-publish-secret",
    title="Gradle plugin portal secret",
    provider="gradle",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Regenerate the API key in the plugin portal's account under API Keys: that ends the old pair",
        "Put the new pair into the secrets of the release workflow as `GRADLE_PUBLISH_KEY` and `GRADLE_PUBLISH_SECRET`",
        "Look at the versions of the account's plugins for releases that nobody made",
        "Remove the copies that are left, from `~/.gradle/gradle.properties` too",
    ),
)
_DEVELOCITY = Kind(
    id="develocity-access-key",
    title="Develocity access key",
    provider="gradle",
    actions=frozenset({"read", "trigger"}),
    rotate=(
        "Let CI use short-lived access tokens, and make a new key for a user of its own that may do no more than is needed",
        "Replace the copies that are in use",
        "Revoke the old key in Develocity under My settings, Access keys",
        "Where its user may write to the build cache, clear the cache: what was put into it ends up in builds",
        "Remove the copies that are left, from `~/.gradle/develocity/keys.properties` too",
    ),
)

_KEY = r"[a-z2-7]{52}"
_HOST = r"(?P<service> [0-9A-Za-z] [0-9A-Za-z.-]{1,128} )"

DETECTORS = (
    AssignedDetector(
        id="gradle-publish-secret",
        title="Gradle plugin portal secret, by its name",
        forms=(
            Form(
                _PORTAL,
                r"[0-9A-Za-z]{32,48}",
                names=("gradle (plugin|plugins|portal) publish secret", "gradle (plugin|plugins) (portal) secret"),
                mixed=True,
                places=(
                    Place(
                        r"-Pgradle\.publish\.secret [ =] [\"']?",
                        b"gradle.publish.secret",
                        then=r"[ =][\"']?",
                    ),
                ),
            ),
        ),
    ),
    AssignedDetector(
        id="develocity-access-key",
        title="Develocity access key",
        forms=(
            Form(
                _DEVELOCITY,
                _KEY,
                places=(
                    *(
                        Place(
                            rf"{led(f'{name}_access_key')} (?: [0-9A-Za-z.-]{{1,128}} = {_KEY} ; ){{0,4}} {_HOST} = ",
                            name.encode() + b"_access_key",
                            then=r"[^\x00]{1,120}=",
                            caseless=True,
                        )
                        for name in ("develocity", "gradle_enterprise")
                    ),
                    *(
                        Place(
                            rf"(?: \A | (?<= [\s;\"'=] ) ) (?P<service> [0-9A-Za-z.-]{{0,64}} {name} [0-9A-Za-z.-]{{0,64}} ) [ ]{{0,2}} = [ ]{{0,2}} ",
                            name.encode(),
                            then=r"[0-9A-Za-z.-]{0,64} {0,2}= {0,2}",
                        )
                        for name in ("develocity", "gradle")
                    ),
                ),
            ),
        ),
    ),
)
