"""The door: the outermost wrapper of the application.

Nobody's address, forwarding header or user agent comes further than this. Before it drops them it
sets the scheme from a trusted proxy and leaves a rate key: a number that can slow a client down for
a day and says nothing about who it is.
"""

import asyncio
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import redis.asyncio
from django.conf import settings
from django.http import HttpRequest

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# ASGI applications of different packages spell their types differently.
Application = Callable[[Any, Any, Any], Awaitable[None]]

RATE_KEY = "helpline.rate_key"
DAY_SECONDS = 24 * 60 * 60
ANSWER_SECONDS = 2.0
REST_SECONDS = 60.0  # for a Valkey that did not answer
DROPPED = (
    b"user-agent",
    b"forwarded",
    b"via",
    b"client-ip",
    b"true-client-ip",
    b"from",
)
# Sec-CH-UA and its relatives describe the device; X-Forwarded-For, X-Real-IP, CF-Connecting-IP and
# others like them the address.
DROPPED_PREFIXES = (
    b"x-forwarded",
    b"x-real-",
    b"x-client",
    b"x-cluster",
    b"cf-",
    b"sec-ch-",
    b"fastly-",
)


class RateKeys:
    """The day's random key: in Valkey when processes share one, else in memory only."""

    def __init__(self) -> None:
        self._key = b""
        self._over = 0.0  # when the key's day is over
        self._again = 0.0  # when to ask for a key
        self._asking: asyncio.Task[None] | None = None

    async def today(self) -> bytes:
        """The 32-byte key in force. It is replaced after a day and never stored on disk."""
        if time.monotonic() < self._again:
            return self._key
        if not settings.HELPLINE_VALKEY_URL:
            self._take(secrets.token_bytes(32), DAY_SECONDS)
            return self._key
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._ask())
        if time.monotonic() >= self._over:
            # Only who has no key at all waits, and all of them for one question.
            await asyncio.shield(self._asking)
        return self._key

    def _take(self, key: bytes, seconds: float) -> None:
        self._key = key
        self._over = self._again = time.monotonic() + seconds

    async def _ask(self) -> None:
        fresh = secrets.token_bytes(32)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                self._take(*await _shared(fresh))
        except (redis.exceptions.RedisError, OSError):
            # Without Valkey each process slows down on its own.
            if time.monotonic() >= self._over:
                self._take(fresh, DAY_SECONDS)
            self._again = min(time.monotonic() + REST_SECONDS, self._over)


async def _shared(fresh: bytes) -> tuple[bytes, float]:
    """The key of all processes, ``fresh`` if there is none yet, and for how long it holds."""
    async with redis.asyncio.from_url(settings.HELPLINE_VALKEY_URL) as valkey:
        await valkey.set("helpline:rate-key", fresh, nx=True, ex=DAY_SECONDS)
        shared = await valkey.get("helpline:rate-key")
        left = await valkey.ttl("helpline:rate-key")
    return shared or fresh, max(1, left)


class Door:
    """Wraps the whole application, HTTP and WebSocket alike."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.keys = RateKeys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            key = await self.keys.today()
            scope = {
                **scope,
                "scheme": scheme_of(scope),
                RATE_KEY: rate_key(address_of(scope), key),
                "client": None,
                "headers": [h for h in scope["headers"] if not tells_about_client(h[0])],
            }
        await self.application(scope, receive, send)


def rate_key_of(request: HttpRequest) -> str:
    """The day's number of whoever sent a request; empty when it came by no door, as in a test."""
    scope: Scope = getattr(request, "scope", {})
    return str(scope.get(RATE_KEY, ""))


def tells_about_client(name: bytes) -> bool:
    """Whether a header names the client's address or device. Underscores count as hyphens."""
    plain = name.lower().replace(b"_", b"-")
    return plain in DROPPED or plain.startswith(DROPPED_PREFIXES)


def scheme_of(scope: Scope) -> str:
    """The scheme the visitor used, which only a trusted proxy may tell."""
    own = str(scope.get("scheme") or "http")
    if settings.HELPLINE_TRUSTED_PROXIES < 1:
        return own
    told = _header(scope, b"x-forwarded-proto").split(b",")[-1].strip().lower().decode("latin-1")
    if told not in ("http", "https"):
        return own
    if scope["type"] == "websocket":
        return "wss" if told == "https" else "ws"
    return told


def address_of(scope: Scope) -> str:
    """The client's address as seen by the outermost proxy of ours; empty when unknown.

    Each proxy adds the address it saw at the right, so the client stands as many places from the
    right as there are trusted proxies. What stands further left can be made up.
    """
    depth: int = settings.HELPLINE_TRUSTED_PROXIES
    if depth < 1:
        client = scope.get("client")
        return str(client[0]) if client else ""
    header: str = settings.HELPLINE_FORWARDED_HEADER
    told = _header(scope, header.lower().encode()).split(b",")
    if len(told) < depth:
        return ""
    return told[-depth].strip().decode("latin-1")


def rate_key(address: str, key: bytes) -> str:
    """The day's number for an address. An IPv6 household has a /64 and counts as one."""
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        network = "unknown"
    else:
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        prefix = 32 if parsed.version == 4 else 64
        network = str(ipaddress.ip_network((parsed, prefix), strict=False))
    return hmac.new(key, network.encode(), hashlib.sha256).hexdigest()[:24]


def _header(scope: Scope, name: bytes) -> bytes:
    """A header's value; several of one name are one list, as RFC 9110 section 5.3 says."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return b",".join(value for header, value in headers if header.lower() == name)
