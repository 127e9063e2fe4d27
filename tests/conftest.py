"""No test has a time limit: machines are noisy, and what is slow is measured elsewhere.

A developer's run draws new examples each time and finds new mistakes; CI draws the same ones each time, so that a change is judged by
what it does and not by the day's luck.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("reproducible", settings.get_profile("patient"), derandomize=True)
settings.load_profile("patient")
