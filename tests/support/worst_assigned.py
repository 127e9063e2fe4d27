"""For detectors of values that a name tells: the text that makes them work hardest, to be repeated."""

from __future__ import annotations

from base64 import b64encode

_HEX = b"a1" * 20
_UUID = b"0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"
_MIXED = b"aA1" * 14
_PASSWORD = b"hunter2"

WORST = {
    "anaconda-token": b"ANACONDA_TOKEN=ac-" + _UUID + b" https://a/t/ac-" + _UUID + b"/ ",
    "artifactory-access-token": b"eyJ2ZXIiOiIyIiwidHlwIjoiSldUIi" + b"a" * 40 + b".eyJ" + b"a" * 40 + b".",
    "artifactory-encrypted-password": b"-u ann:AP5" + _MIXED + b" artifactory ",
    "azure-devops-legacy-token": b"AZURE_DEVOPS_PAT=" + b"a2" * 26 + b"\n" + b"a2" * 26 + b"@dev.azure.com ",
    "bitbucket-legacy-password": b"BITBUCKET_APP_PASSWORD=aA1aA1aA1aA1aA1aA1aA ",
    "bitbucket-token": b"ATBB" + b"aA1" * 11 + b" ATCTT3xFfGN0" + b"aA1" * 60,
    "buildkite-legacy-token": b"BUILDKITE_AGENT_TOKEN=" + _HEX + b" ",
    "ci-server-token": b"APPVEYOR_TOKEN=v2." + b"a1" * 10 + b" Bearer v2." + b"a1" * 10 + b" ",
    "circleci-legacy-token": b"CIRCLE_TOKEN=" + _HEX + b" circleci.com/a.svg?circle-token=" + _HEX + b" ",
    "cloudsmith-legacy-api-key": b"CLOUDSMITH_API_KEY=" + _HEX + b" ",
    "cocoapods-trunk-token": b"COCOAPODS_TRUNK_TOKEN=" + b"a1" * 16 + b" machine ",
    "coverage-upload-token": b"CODECOV_TOKEN=" + _UUID + b" codecov: token: codecov -t " + _UUID + b"\n",
    "dart-pub-token": b'"refreshToken":"1//' + _MIXED + b'","idToken":"","hosted":[{"url":"https://a","token":"' + _MIXED + b'"}',
    "develocity-access-key": b"DEVELOCITY_ACCESS_KEY=gradle.a=" + b"a2" * 26 + b";",
    "docker-config-login": b'{"auths": {"a": {"x": "", "auth": "@"}}}'.replace(b"@", b64encode(b"ann:" + _PASSWORD)),
    "dockerhub-legacy-token": b"DOCKER_TOKEN=" + _UUID + b" docker login -p " + _UUID + b" ",
    "gitea-token": b"GITEA_TOKEN=" + _HEX + b" https://a:" + _HEX + b"@gitea Authorization: token " + _HEX + b" ",
    "gitlab-legacy-token": b"GITLAB_TOKEN=aA1aA1aA1aA1aA1aA1aA ",
    "gradle-publish-secret": b"gradle.publish.secret=" + b"aA1" * 11 + b" ",
    "hex-api-key": b'HEX_API_KEY="' + b"a1" * 16 + b'" auth_key => <<"' + b"a1" * 16 + b'">>',
    "jenkins-api-token": b"JENKINS_TOKEN=11" + b"a1" * 16 + b" curl -u a:" + b"a1" * 16 + b" jenkins ",
    "maven-central-token": b"mavenCentralPassword=" + _MIXED + b" ",
    "maven-settings-password": b"<server><id>a</id><!-- a --><password>@</password></server>".replace(b"@", _PASSWORD),
    "nuget-feed-password": b'<add key="Username" value="a" /><add key="ClearTextPassword" value="@" />'.replace(b"@", _PASSWORD),
    "nuget-legacy-api-key": b"NUGET_API_KEY=" + _UUID + b" nuget push a -ApiKey " + _UUID + b" ",
    "openvsx-legacy-token": b'OVSX_PAT="' + _UUID + b'" ovsx publish -p ' + _UUID + b" ",
    "pypi-password-argument": b"twine upload -u a -p " + _PASSWORD + b"1 gh-action-pypi-publish@a\n  password: a\n",
    "packagist-api-token": b"PACKAGIST_TOKEN=" + b"a1" * 10 + b" packagist?username=a&apiToken=" + b"a1" * 10 + b" ",
    "prefix-dev-key": b"pfx_" + b"aA1" * 21,
    "registry-robot-token": b"QUAY_TOKEN=" + b"A1" * 32 + b" docker login -u a+a -p " + b"A1" * 32 + b" ",
    "snyk-api-token": b'SNYK_TOKEN="' + _UUID + b'" snyk auth ' + _UUID + b' {"api": "' + _UUID + b'"}',
    "snyk-token": b"snyk_uat.0a1b2c3d." + _MIXED + b"." + _MIXED,
    "sonar-legacy-token": b"SONAR_TOKEN=" + _HEX + b" ",
    "sonar-token": b"squ_" + _HEX,
    "terraform-registry-token": b"TF_TOKEN_a_dev=" + _MIXED + b'\ncredentials "a.dev" { token = "' + _MIXED + b'"',
    "travis-token": b"TRAVIS_TOKEN=aA1aA1aA1aA1aA1aA1aA1a travis-ci.com: access_token: aA1aA1aA1aA1aA1aA1aA1a ",
    "azure-named-account-key": b"AZURE_STORAGE_KEY=" + b"aA1" * 28 + b"aA== ",
    "aws-session-token": b"AWS_SESSION_TOKEN=AQoD" + b"aA1" * 70 + b" ",
    "jenkins-encrypted-secret": b"{AQAAABAAAAAg" + b"aA1" * 40 + b"} {AQAAABAAAAA",
    "jetbrains-token": b"perm:aaaa=.aaaa=." + b"aA1" * 10 + b" perm:",
    "mapbox-token": b"sk.eyJ1Ijoi" + b"aA1" * 30 + b".",
    "maven-build-password": b'Credentials("a", "b", "c", "d" realm=a\nhost=b\nuser=c\npassword=d1d1\nUserToken ' + b"aA1" * 20,
    "model-key": b'COHERE_API_KEY=aA1 {"username":"a","key":"' + b"a1" * 16 + b'"} KAGGLE_KEY=' + b"a1" * 16 + b" ",
    "publishing-token": b"GALAXY_TOKEN=" + _HEX + b" EXPO_TOKEN=" + b"aA1" * 13 + b"a ",
    "rails-key": b"RAILS_MASTER_KEY=" + b"a1" * 16 + b" SECRET_KEY_BASE=" + b"a1" * 64 + b" ",
    "secret-store-token": b"INFISICAL_TOKEN=st." + b"a1" * 12 + b"." + b"a1" * 16 + b"." + b"a1" * 16 + b" ",
    "snapcraft-credentials": b"eyJ0IjogInUxLW1hY2Fyb29u" + b"aA1" * 60,
    "teamcity-scrambled-password": b'="zxx' + b"a1" * 16 + b'" : "zxx' + b"a1" * 15,
    "work-token": b"OKTA_API_TOKEN=00" + b"aA1" * 13 + b"a ASANA_TOKEN=1/1029384756102938:" + b"a1" * 16 + b" ",
    "vault-legacy-token": b"VAULT_TOKEN=s." + b"aA1" * 8 + b" ",
}
"""By the detector's id."""
