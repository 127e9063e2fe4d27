import subprocess
import sys

import pytest


@pytest.mark.parametrize("before", ["", "import requests"], ids=["client not loaded before", "client loaded before"])
def test_modules_come_without_their_client_and_leave_it_to_others(before: str) -> None:
    program = f"""
import sys
{before}
from detectors._detect_secrets import load
from detectors._upstream import BUILT_IN
had = "requests" in sys.modules
for module, name, _ in BUILT_IN:
    assert getattr(load(f"plugins.{{module}}"), name)
assert load("filters.heuristic").is_sequential_string("12345")
assert not hasattr(load("plugins.base").requests, "get")
assert ("requests" in sys.modules) == had
import requests
assert requests.get
"""
    subprocess.run([sys.executable, "-c", program], check=True)
