"""Only our own pages open a socket or ask the wire: the whole origin counts, scheme, host and port.

Channels' AllowedHostsOriginValidator compares the host only, and its OriginValidator takes a fixed
list; here the origin must be the very one that was asked.
"""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http.request import validate_host

from helpline.privacy.door import Application, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443}
REFUSAL = b"Only the pages of this site may ask this.\n"
REFUSAL_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", str(len(REFUSAL)).encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class OwnOrigin:
    """Wraps the sockets and what takes their place over HTTP.

    A missing origin is refused: every browser sends one with a socket and with a POST.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_own(scope):
            await self.application(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})
        else:
            await send({"type": "http.response.start", "status": 403, "headers": REFUSAL_HEADERS})
            await send({"type": "http.response.body", "body": REFUSAL})


def is_own(scope: Scope) -> bool:
    """Whether a page of the very host that is asked, by HTTP or by a socket, is the one that asks."""
    headers = dict(scope["headers"])
    scheme = "https" if scope.get("scheme") in ("https", "wss") else "http"
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
