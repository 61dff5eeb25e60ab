"""Django as small as the two baselines on Channels need it."""

import os

SECRET_KEY = "bench only"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["channels", "tests.bench.chat.servers.idiomatic"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "bench_idiomatic",
        "USER": "postgres",
        "HOST": os.environ["HELPLINE_TEST_POSTGRES"],
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["HELPLINE_TEST_VALKEY_URL"]]},
    }
}
