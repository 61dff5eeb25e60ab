"""For people in need: no default that could be forgotten. A missing value says what to put there."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from helpline.settings.base import *

DEBUG = False


def required(name: str, what: str) -> str:
    """The environment's value of a setting that has no safe default.

    Raises ImproperlyConfigured, naming the setting and what belongs in it. ``NAME_FILE`` may name
    a file that holds the value instead.
    """
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Put there: {what} (or set {name}_FILE).")
    return value


SECRET_KEY = required("SECRET_KEY", "a random text of 50 characters or more")
ALLOWED_HOSTS = [
    host.strip()
    for host in required("ALLOWED_HOSTS", "the site's host names, with commas").split(",")
]
HELPLINE_BASE_URL = required("HELPLINE_BASE_URL", "the site's address, https://help.example.org")
WAGTAILADMIN_BASE_URL = HELPLINE_BASE_URL
CSRF_TRUSTED_ORIGINS = [HELPLINE_BASE_URL]
HELPLINE_ORGANISATION = required("HELPLINE_ORGANISATION", "the organisation's name as in notices")
HELPLINE_NOTICE_ADDRESS = required("HELPLINE_NOTICE_ADDRESS", "the address notices are sent from")
DEFAULT_FROM_EMAIL = HELPLINE_NOTICE_ADDRESS


def database(url: str) -> dict[str, Any]:
    """Settings of one database from its address, with what each engine needs to be safe."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        options.update(SQLITE_OPTIONS)
    else:
        for name, value in POSTGRES_OPTIONS.items():
            options.setdefault(name, value)
        config["CONN_HEALTH_CHECKS"] = POSTGRES_HEALTH_CHECKS
    return config


DATABASES = {
    "default": database(
        required("DATABASE_URL", "the database, postgres://user:password@host/name")
    ),
    "keys": database(
        required(
            "KEYS_DATABASE_URL",
            "the key store: another database, on another disk and in no backup of the first",
        )
    ),
}
HELPLINE_KEY_FILE = Path(
    required("HELPLINE_KEY_FILE", "the path of the master key file, outside the code and the data")
)
HELPLINE_VALKEY_URL = required("VALKEY_URL", "Valkey or Redis, redis://:password@host:6379/0")
CACHES = {
    "default": {
        "BACKEND": "helpline.cache.ValkeyCache",
        "LOCATION": HELPLINE_VALKEY_URL,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
MEDIA_ROOT = Path(required("MEDIA_ROOT", "the folder for the editors' pictures"))

EMAIL_HOST = required("EMAIL_HOST", "the mail server that sends notices")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
HELPLINE_DNS_SERVERS = env.list("HELPLINE_DNS_SERVERS", default=[])
HELPLINE_RDAP_BASE = ""
HELPLINE_DEMO = False

SECURE_SSL_REDIRECT = True
# A monitor beside the processes asks each of them without the proxy.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
