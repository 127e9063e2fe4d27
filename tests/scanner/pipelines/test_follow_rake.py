"""Tasks of Rake that loops define, and texts that stand below the command that runs them."""

from __future__ import annotations

import json

import pytest

from tests.support.pipelines import WORKFLOW, jobs, roles

RAKEFILE = """
GEMS = {
  'one' => '.',
  'two-three' => './two',
}.freeze
WORDS = %w[four five].freeze

namespace :package do
  GEMS.each do |gem, _folder|
    task gem => package(gem)
  end
end

namespace :release do
  GEMS.each do |gem, folder|
    desc "Release #{gem}"
    task gem => "package:#{gem}" do
      sh <<-SH
        gem install #{package(gem, '.gem')} --local &&
        gem push #{package(gem, '.gem')}
      SH
    end
  end

  task :commit do
    sh 'git push'
  end

  task all: [:commit] + GEMS.keys
end

WORDS.each do |word|
  task word do
    sh "twine upload #{word}"
  end
end

[:six].each { |number|
  task(number) { sh "docker push a/b" }
}
"""


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("release:one", {"build", "publish"}),
        ("release:two-three", {"build", "publish"}),
        ("release:all", {"build", "publish", "write_source"}),
        ("release:commit", {"write_source"}),
        ("package:one", set[str]()),
        ("four", {"publish"}),
        ("six", {"publish"}),
        ("seven", set[str]()),
    ],
)
def test_tasks_that_a_loop_defines_are_named_by_what_is_in_its_list(task: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: rake {task}}}\n"
    assert {name for name, status in roles(jobs({"Rakefile": RAKEFILE, WORKFLOW: text})["ci"]).items() if status == "set"} == expected


@pytest.mark.parametrize("command", ["ssh host <<'END'", "ssh -p 22 a@b bash -s <<END"])
def test_what_is_released_from_another_machine_is_released(command: str) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - run: {json.dumps(command + chr(10) + 'make' + chr(10) + 'docker push a/b' + chr(10) + 'END')}\n"
    assert roles(jobs({WORKFLOW: text})["ci"]) == {"publish": "set"}
