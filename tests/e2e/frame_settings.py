"""A site with nothing but the frame, for tests/e2e/test_frame.py. Its database has no tables, so
that what the frame shows it shows without one."""

from helpline.settings.test import *  # noqa: F403, TID251 -- settings build on each other

ROOT_URLCONF = "tests.e2e.frame_site"
TEMPLATES[0]["DIRS"] = [BASE_DIR / "tests" / "e2e" / "frame_templates"]  # noqa: F405 -- from above
DATABASES = {
    alias: {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    for alias in ("default", "keys")
}
HELPLINE_EXIT_URL = env.str("HELPLINE_EXIT_URL")  # noqa: F405 -- from above
LOGGING_CONFIG = None
