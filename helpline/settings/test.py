"""Tests: PostgreSQL and Valkey that tests/services.py started, or the embedded default.

HELPLINE_TEST_ENGINE=embedded runs on SQLite and in memory; otherwise the two addresses below are
set by the plugin before these settings are read.
"""

import tempfile

from helpline.settings.base import *

SECRET_KEY = "tests only"  # noqa: S105 -- not a secret
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
EMBEDDED = env.str("HELPLINE_TEST_ENGINE", default="") == "embedded"
VAR_DIR = Path(env.str("HELPLINE_VAR", default="") or tempfile.mkdtemp(prefix="helpline-test-"))
VAR_DIR.mkdir(parents=True, exist_ok=True)

if EMBEDDED:
    DATABASES = {
        alias: {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / f"{alias}.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
            "TEST": {"NAME": str(VAR_DIR / f"test-{alias}.sqlite3")},
        }
        for alias in ("default", "keys")
    }
    HELPLINE_VALKEY_URL = ""
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    _server = env.str(
        "HELPLINE_TEST_DATABASE_URL", default="postgres://postgres@localhost/postgres"
    )
    DATABASES = {}
    for _alias in ("default", "keys"):
        DATABASES[_alias] = environ.Env.db_url_config(_server)
        DATABASES[_alias]["NAME"] = f"helpline_{_alias}"
        DATABASES[_alias]["TEST"] = {"NAME": f"test_helpline_{_alias}"}
    HELPLINE_VALKEY_URL = env.str("HELPLINE_TEST_VALKEY_URL", default="redis://localhost:6379/0")
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [HELPLINE_VALKEY_URL]},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": HELPLINE_VALKEY_URL,
        }
    }

HELPLINE_KEY_FILE = VAR_DIR / "keys" / "master.json"
MEDIA_ROOT = VAR_DIR / "media"
HELPLINE_DEMO = True
HELPLINE_DNS_SERVERS = env.list("HELPLINE_DNS_SERVERS", default=[])
HELPLINE_RDAP_BASE = env.str("HELPLINE_RDAP_BASE", default="")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=1025)
EMAIL_TIMEOUT = 3

# The scrypt cost is for attackers, not for hundreds of tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
