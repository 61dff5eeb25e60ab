"""How many examples: few and always the same ones, or as many as HELPLINE_PROPERTY_EXAMPLES says, of
another chance each time.
"""

import os

from hypothesis import HealthCheck, settings

MORE = int(os.environ.get("HELPLINE_PROPERTY_EXAMPLES", "") or 0)


def few(examples: int, *, steps: int = 50) -> settings:
    """Settings for so many examples in the usual run."""
    return settings(
        max_examples=MORE or examples,
        stateful_step_count=steps,
        derandomize=not MORE,
        database=None,
        deadline=None,
        print_blob=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
