"""Embedded: everything in one process and one folder, for a first look and for developing."""

from pathlib import Path

from helpline.settings.base import *

DEBUG = env.bool("HELPLINE_DEBUG", default=False)
SECRET_KEY = "development only: production refuses to start without its own"  # noqa: S105 -- not a secret
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
VAR_DIR = Path(env.str("HELPLINE_VAR", default=str(BASE_DIR / "var")))

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "helpline.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    },
    "keys": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "keys" / "keys.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    },
}
HELPLINE_KEY_FILE = VAR_DIR / "keys" / "master.json"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
HELPLINE_VALKEY_URL = ""
MEDIA_ROOT = VAR_DIR / "media"

# Static files are served from where they lie: collecting and hashing them takes longer than all the
# rest of a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = VAR_DIR / "static"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

HELPLINE_DEMO = True
# A first look needs no mail server: each notice becomes a file that can be read. With
# EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend it goes to EMAIL_HOST instead.
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend")
if EMAIL_BACKEND.endswith("filebased.EmailBackend"):
    EMAIL_FILE_PATH = VAR_DIR / "mail"
HELPLINE_NEWS_ADDRESS = env.str("HELPLINE_NEWS_ADDRESS", default="post@berichten.example")
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=1025)
# The dev worker looks hosts up with these; loopback stand-ins can take their place.
HELPLINE_DNS_SERVERS = env.list("HELPLINE_DNS_SERVERS", default=[])
HELPLINE_RDAP_BASE = env.str("HELPLINE_RDAP_BASE", default="")
