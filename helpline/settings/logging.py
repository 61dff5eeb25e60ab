"""One log format everywhere: only allowlisted keys, never a path, an address or a word."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"allowlist": {"()": "helpline.privacy.logging.AllowlistFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "allowlist"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "helpline": {"level": "INFO"},
        "chat": {"level": "INFO"},
        "intake": {"level": "INFO"},
        "content": {"level": "INFO"},
        # Django's own handlers would mail or print request paths.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
