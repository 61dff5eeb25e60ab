"""What every way of running shares. Each deployment's own values come from the environment."""

import json
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.FileAwareEnv()


def json_object(name: str, example: str) -> dict[str, Any]:
    """The environment's value of a setting that is a JSON object; nothing is an empty one.

    Raises ImproperlyConfigured, which shows an example, and never the value: it may hold a secret.
    """
    try:
        value = json.loads(env.str(name, default="").strip() or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f"{name} is not a JSON object. Put there: {example}")
    return value


DEBUG = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "helpline",
    "helpline.privacy",
    "helpline.staff",
    "helpline.services",
    "chat",
    "chat.floor",
    "chat.replies",
    "intake.report",
    "intake.report.talk",
    "intake.removal",
    "intake.removal.check",
    "intake.recipients",
    "content",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "helpline.privacy.headers.PrivateByDefaultMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "helpline.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "helpline.staff.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "helpline.urls"
ASGI_APPLICATION = "helpline.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpline.services.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS += ["django.forms"]

# Two stores: the site's own rows, and the keys that open them, which never share a disk backup.
DATABASE_ROUTERS = ["helpline.privacy.vault.router.KeyStoreRouter"]
KEY_STORE_ALIAS = "keys"

POSTGRES_OPTIONS = {
    # Whoever asks for a connection while the server is away is told within seconds, not half a
    # minute; and the pool begins anew for the next one, where it would wait ever longer.
    "pool": {"min_size": 1, "max_size": 8, "timeout": 3.0, "reconnect_timeout": 2.0},
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,  # milliseconds; a network that was cut says nothing by itself
}
# Asked at each loan: after a restart of the server all that the pool has are dead.
POSTGRES_HEALTH_CHECKS = True
SQLITE_OPTIONS = {
    # DEFERRED lost about half of concurrent writes; FULL makes "sent" survive a power cut.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;",
}

AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "staff:sign-in"
LOGIN_REDIRECT_URL = "/console/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
OTP_TOTP_ISSUER = "Helpline"

# Only staff ever get a session.
SESSION_COOKIE_NAME = "staff"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "helpline.views.stale_form"

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "helpline" / "locale"]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Europe/Amsterdam"
# Whose holidays are days off for the desk; urgent work has none.
HELPLINE_COUNTRY = env.str("HELPLINE_COUNTRY", default="NL")
FORMAT_MODULE_PATH = ["helpline.formats"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "helpline.static_storage.ModuleManifestStorage"},
}

# A message is at most 4 KiB and a report 200 links; nothing legitimate comes near this.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

SECURE_CONTENT_TYPE_NOSNIFF = True
# no-referrer makes Chromium send "Origin: null" and every form answers 403.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

WAGTAIL_SITE_NAME = "Helpline"
WAGTAILADMIN_BASE_URL = env.str("HELPLINE_BASE_URL", default="http://localhost:8000")
# Each of these would call a host outside with something about our staff.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_LOGIN_URL = "staff:sign-in"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# JPEG and PNG would carry over where and when a picture was taken; WebP is written without.
WAGTAILIMAGES_FORMAT_CONVERSIONS = dict.fromkeys(
    ("avif", "bmp", "gif", "heic", "jpeg", "png", "tiff", "webp"), "webp"
)
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# One scheduler only: what Wagtail wants done is done at once, due work of ours lies on rows.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# The base address in a notice's answer link.
HELPLINE_BASE_URL = env.str("HELPLINE_BASE_URL", default="http://localhost:8000")
# How many proxies of ours stand in front, and the header in which they name the client.
HELPLINE_TRUSTED_PROXIES = env.int("HELPLINE_TRUSTED_PROXIES", default=0)
HELPLINE_FORWARDED_HEADER = env.str("HELPLINE_FORWARDED_HEADER", default="x-forwarded-for")
# Where "Leave this site" goes: a page that nobody wonders about.
HELPLINE_EXIT_URL = env.str("HELPLINE_EXIT_URL", default="https://www.buienradar.nl/")
# A report that is sent sooner than this after its form was opened is asked for a second press.
HELPLINE_REPORT_SECONDS = env.int("HELPLINE_REPORT_SECONDS", default=5)
# Above these, reports wait some seconds, up to two minutes; none is ever refused. A school or a
# shelter is one network.
HELPLINE_REPORTS_A_NETWORK = env.str("HELPLINE_REPORTS_A_NETWORK", default="20/hour")
HELPLINE_REPORTS_ABOUT_A_SITE = env.str("HELPLINE_REPORTS_ABOUT_A_SITE", default="60/hour")
HELPLINE_REPORTS_IN_ALL = env.str("HELPLINE_REPORTS_IN_ALL", default="100/10minutes")
# Whether pages may be looked at again, by `manage.py checker` alone (docs/operating.md).
HELPLINE_CHECKS = env.bool("HELPLINE_CHECKS", default=False)
# In tests, one server that stands in for every site. Never in production.
HELPLINE_CHECK_STANDIN = ""
# Who signs notices. Shown to recipients, never anything about a victim.
HELPLINE_ORGANISATION = env.str("HELPLINE_ORGANISATION", default="Demo helpline")
HELPLINE_NOTICE_ADDRESS = env.str("HELPLINE_NOTICE_ADDRESS", default="notices@helpline.example")
# The mailbox of that address, if answers by mail are fetched from one: imaps://user:password@host/INBOX
# with %40 and the like in what is odd. What is taken is deleted there.
HELPLINE_MAILBOX = env.str("HELPLINE_MAILBOX", default="")
# For trying things out with real data: every channel refuses, on record, and nothing reaches anyone.
HELPLINE_DRY_RUN = env.bool("HELPLINE_DRY_RUN", default=False)
# Mail to who made a report ("there is news") comes from here. It must tell nobody what it is about:
# a domain of its own, with no word of the organisation in it. Empty: it is not offered.
HELPLINE_NEWS_ADDRESS = env.str("HELPLINE_NEWS_ADDRESS", default="")

# Ways to reach recipients beside mail and their own forms; each is off until it is set up.
HELPLINE_WEBHOOKS = json_object(
    "HELPLINE_WEBHOOKS", '{"name": {"url": "https://…", "secret": "whsec_…"}}'
)
HELPLINE_CLOUDFLARE_URL = "https://api.cloudflare.com/client/v4"
HELPLINE_CLOUDFLARE_ACCOUNT = env.str("HELPLINE_CLOUDFLARE_ACCOUNT", default="").strip()
HELPLINE_CLOUDFLARE_TOKEN = env.str("HELPLINE_CLOUDFLARE_TOKEN", default="").strip()
# Which server stands behind Cloudflare: a token of theirs for those they trust with that.
HELPLINE_CLOUDFLARE_ORIGINS_URL = "https://trust.cloudflare.com/investigation/v1"
HELPLINE_CLOUDFLARE_ORIGINS_ID = env.str("HELPLINE_CLOUDFLARE_ORIGINS_ID", default="").strip()
HELPLINE_CLOUDFLARE_ORIGINS_SECRET = env.str(
    "HELPLINE_CLOUDFLARE_ORIGINS_SECRET", default=""
).strip()
HELPLINE_AWS_ABUSE_URL = ""  # empty: that of the region
HELPLINE_AWS_ABUSE_REGION = env.str("HELPLINE_AWS_ABUSE_REGION", default="eu-west-2").strip()
HELPLINE_AWS_ABUSE_KEY_ID = env.str("HELPLINE_AWS_ABUSE_KEY_ID", default="").strip()
HELPLINE_AWS_ABUSE_SECRET = env.str("HELPLINE_AWS_ABUSE_SECRET", default="").strip()
HELPLINE_AWS_ABUSE_SESSION = env.str("HELPLINE_AWS_ABUSE_SESSION", default="").strip()
# Reports are then marked as tests, and AWS does nothing with them.
HELPLINE_AWS_ABUSE_TEST = env.bool("HELPLINE_AWS_ABUSE_TEST", default=False)
# Notices by mail are signed when there is a certificate: PEM, with those that vouch for it below.
HELPLINE_SMIME_CERTIFICATE = env.str("HELPLINE_SMIME_CERTIFICATE", default="")
HELPLINE_SMIME_KEY = env.str("HELPLINE_SMIME_KEY", default="")

DEFAULT_FROM_EMAIL = HELPLINE_NOTICE_ADDRESS
EMAIL_TIMEOUT = 20  # seconds; a mail server that hangs must not hold the worker

from helpline.settings.logging import LOGGING  # noqa: E402, F401 -- a setting, used by Django
