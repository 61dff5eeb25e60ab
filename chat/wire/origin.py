"""Only our own pages open a socket: the whole origin counts, scheme, host and port.

Channels' AllowedHostsOriginValidator compares the host only, and its OriginValidator takes a fixed
list; here the origin must be the very one that the socket was opened on.
"""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http.request import validate_host

from helpline.privacy.door import Application, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443}


class OwnOrigin:
    """Wraps the sockets. A missing origin is refused: every browser sends one."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_own(scope):
            await self.application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})


def is_own(scope: Scope) -> bool:
    """Whether a socket was opened by a page of the very host it was opened on."""
    headers = dict(scope["headers"])
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    try:
        host = urlsplit(f"{scheme}://{headers.get(b'host', b'').decode('ascii')}")
        origin = urlsplit(headers.get(b"origin", b"").decode("ascii"))
        return (
            validate_host(_name(host), settings.ALLOWED_HOSTS)
            and _place(origin) == _place(host)
            and not (origin.path or origin.query or origin.username)
        )
    except ValueError:  # not a host or not a port
        return False


def _place(url: SplitResult) -> tuple[str, str | None, int | None]:
    return (url.scheme, url.hostname, url.port or DEFAULT_PORTS.get(url.scheme))


def _name(url: SplitResult) -> str:
    """The host as ALLOWED_HOSTS writes it: an IPv6 address in brackets."""
    name = url.hostname or ""
    return f"[{name}]" if ":" in name else name
