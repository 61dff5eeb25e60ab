"""How a demo account is known, so that production can refuse it."""

DEMO_PREFIX = "demo-"
