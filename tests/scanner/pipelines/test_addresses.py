"""Where files go whose destination is a variable that the same script sets."""

from __future__ import annotations

import pytest

from tests.support.pipelines import jobs, roles, workflow


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (('url="s3://downloads/web"', 'aws s3 cp "$file" "$url"'), "set"),
        (('base="s3://${BUCKET}"', 'url="$base/latest"', 'aws s3 cp "$file" "$url.sha256"'), "set"),
        (('base="s3://${BUCKET}"', 'aws s3 cp "${base}/a" "$file"'), None),
        (('url="$WHERE/web"', 'aws s3 cp "$file" "$url"'), "suspected"),
        (('url="$url/web"', 'aws s3 cp "$file" "$url"'), "suspected"),
    ],
)
def test_a_destination_that_the_script_sets_is_read(lines: tuple[str, ...], expected: str | None) -> None:
    step = "run: |\n" + "".join(f"          {line}\n" for line in lines)
    (job,) = jobs(workflow(step.rstrip(), top="on: {push: {branches: [main]}}").replace("release:", "one:")).values()
    assert roles(job).get("publish") == expected
