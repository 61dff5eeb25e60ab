"""The whole site with its rate limits lifted, for load and fault tests: there one client is a
thousand visitors. What a limit costs it still costs.
"""

from typing import Any

from helpline.privacy import throttle

_hit = throttle.hit


def _never_slow(name: str, key: str, *, per: str) -> bool:
    return _hit(name, key, per="1000000000/minute")


setattr(throttle, "hit", _never_slow)  # noqa: B010 -- before anybody imports it by name

from helpline.asgi import application as site  # noqa: E402 -- after the limits

application: Any = site
