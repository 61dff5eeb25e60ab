"""Our own site, whole. Only the rate limits are lifted, since the load client is one visitor with
a thousand conversations; they still cost what they cost.
"""

from typing import Any

from helpline.privacy import throttle

_hit = throttle.hit


def _never_slow(name: str, key: str, *, per: str) -> bool:
    return _hit(name, key, per="1000000000/minute")


setattr(throttle, "hit", _never_slow)  # noqa: B010 -- before anybody imports it by name

from helpline.asgi import application as site  # noqa: E402 -- after the limits

application: Any = site
