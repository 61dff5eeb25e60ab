"""Tests: PostgreSQL and Valkey that tests/services.py started, or the embedded default.

The plugin sets these variables before these settings are read. HELPLINE_TEST_ENGINE=embedded runs
on SQLite and in memory. HELPLINE_TEST_DATABASES names the copy of the template databases to use: a
test starts real processes on a copy of their own.
"""

from pathlib import Path
from typing import Any

from helpline.settings.base import *

SECRET_KEY = "tests only"  # noqa: S105 -- not a secret
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
EMBEDDED = env.str("HELPLINE_TEST_ENGINE", default="") == "embedded"
VAR_DIR = Path(env.str("HELPLINE_VAR", default=str(BASE_DIR / "var" / "test")))
TEST_DATABASES = env.str("HELPLINE_TEST_DATABASES", default="run")

DATABASES: dict[str, dict[str, Any]]
CACHES: dict[str, dict[str, Any]]
if EMBEDDED:
    DATABASES = {
        alias: {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "databases" / f"{TEST_DATABASES}_{alias}.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
        }
        for alias in ("default", "keys")
    }
    HELPLINE_VALKEY_URL = ""
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    DATABASES = {
        alias: {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": f"{TEST_DATABASES}_{alias}",
            "USER": "postgres",
            # The folder of the server's socket.
            "HOST": env.str("HELPLINE_TEST_POSTGRES", default="/nowhere"),
            "OPTIONS": (POSTGRES_OPTIONS if env.bool("HELPLINE_TEST_POOL", default=False) else {}),
            "CONN_HEALTH_CHECKS": POSTGRES_HEALTH_CHECKS,
        }
        for alias in ("default", "keys")
    }
    HELPLINE_VALKEY_URL = env.str("HELPLINE_TEST_VALKEY_URL", default="unix:///nowhere")
    CACHES = {
        "default": {
            "BACKEND": "helpline.cache.ValkeyCache",
            "LOCATION": HELPLINE_VALKEY_URL,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
    }

HELPLINE_KEY_FILE = VAR_DIR / "keys" / "master.json"
MEDIA_ROOT = VAR_DIR / "media"
HELPLINE_DEMO = True
HELPLINE_DNS_SERVERS = env.list("HELPLINE_DNS_SERVERS", default=[])
HELPLINE_RDAP_BASE = env.str("HELPLINE_RDAP_BASE", default="")
HELPLINE_CHECKS = env.bool("HELPLINE_CHECKS", default=True)
HELPLINE_CHECK_STANDIN = env.str("HELPLINE_CHECK_STANDIN", default="")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=1025)
HELPLINE_NEWS_ADDRESS = "post@berichten.example"

# A test reads faster than people, and everybody in it comes from one network.
HELPLINE_REPORT_SECONDS = env.int("HELPLINE_REPORT_SECONDS", default=0)
HELPLINE_REPORTS_A_NETWORK = env.str("HELPLINE_REPORTS_A_NETWORK", default="1000/hour")
HELPLINE_REPORTS_ABOUT_A_SITE = env.str("HELPLINE_REPORTS_ABOUT_A_SITE", default="1000/hour")
HELPLINE_REPORTS_IN_ALL = env.str("HELPLINE_REPORTS_IN_ALL", default="1000/10minutes")

# The scrypt cost is for attackers, not for hundreds of tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Found where they lie: no collecting before a test.
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
