"""A complete environment of a production site that does not exist, for checks and tests."""

PRODUCTION = {
    "SECRET_KEY": "for checks only, long enough and with enough different characters: 0123456789",
    "ALLOWED_HOSTS": "help.example.org",
    "HELPLINE_BASE_URL": "https://help.example.org",
    "HELPLINE_ORGANISATION": "Example helpline",
    "HELPLINE_NOTICE_ADDRESS": "notices@help.example.org",
    "DATABASE_URL": "postgres://helpline:secret@db.example.org/helpline",
    "KEYS_DATABASE_URL": "postgres://helpline:secret@keys.example.org/keys",
    "HELPLINE_KEY_FILE": "/etc/helpline-keys/master.json",
    "VALKEY_URL": "redis://:secret@valkey.example.org:6379/0",
    "MEDIA_ROOT": "/srv/helpline/media",
    "EMAIL_HOST": "mail.example.org",
}
