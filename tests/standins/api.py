"""Systems on loopback that take notices over HTTP: AWS Abuse Signal, Cloudflare's abuse API, and one
that checks Standard Webhooks. Each takes what its public documentation says, and nothing else.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import xarf
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True)
class Got:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


Judge = Callable[[Got], tuple[int, Any]]


@dataclass
class Api:
    """A running system: where it listens, what it got, and what it says instead of looking,
    with which headers."""

    judge: Judge
    port: int = 0
    got: list[Got] = field(default_factory=list)
    says: tuple[int, Any] | None = None
    also: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def api(judge: Judge) -> Iterator[Api]:
    """A system on a free port of loopback, until the block ends."""
    running = Api(judge)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            got = Got(self.path, headers, self.rfile.read(length))
            running.got.append(got)
            status, answer = running.says or running.judge(got)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{running.url}/elsewhere")
            for name, value in running.also.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=\S+/\d{8}/[a-z0-9-]+/abuse/aws4_request,"
    r" SignedHeaders=content-type;host;x-amz-date(;x-amz-security-token)?, Signature=[0-9a-f]{64}"
)


class AbuseSignal:
    """AWS Abuse Signal's CreateAbuseReport, as its API reference has it."""

    def __init__(self) -> None:
        self.reports: dict[str, str] = {}

    def __call__(self, got: Got) -> tuple[int, Any]:
        if got.path != "/v1/abuse":
            return 404, {"message": "not found"}
        if not AUTHORIZATION.fullmatch(got.headers.get("authorization", "")):
            return 403, {"message": "AccessDeniedException"}
        wrong = self._wrong(got.data)
        if wrong:
            return 400, {"message": wrong}
        token = got.data["clientToken"]
        number = self.reports.setdefault(token, f"abuse{len(self.reports):027d}")
        return 202, {"reportId": number, "correlationId": got.data["correlationId"]}

    def _wrong(self, data: Any) -> str:
        if not set(data) <= {"clientToken", "correlationId", "report"}:
            return "unknown member"
        if not re.fullmatch(r"[\x21-\x7E]{1,128}", data["clientToken"]):
            return "clientToken"
        if not re.fullmatch(r"[a-zA-Z0-9-_]{1,256}", data["correlationId"]):
            return "correlationId"
        if set(data["report"]) != {"xarf"}:  # a union with one member
            return "report"
        return str(xarf.schema_validator.validate(data["report"]["xarf"]) or "")


# Name: whether it is required, and how long it may be.
NCSEI = {
    "act": (True, 20),
    "email": (True, 254),
    "email2": (True, 254),
    "host_notification": (True, 9),
    "name": (True, 255),
    "ncsei_subject_representation": (True, 0),
    "owner_notification": (True, 9),
    "urls": (True, 10**6),
    "comments": (False, 2000),
    "company": (False, 100),
    "country": (False, 255),
    "reported_country": (False, 2),
    "reported_user_agent": (False, 255),
    "tele": (False, 20),
    "title": (False, 255),
}


def cloudflare(got: Got) -> tuple[int, Any]:
    """Cloudflare's create of an abuse_ncsei report, as its API reference has it."""
    if got.path != "/accounts/account-1/abuse-reports/abuse_ncsei":
        return 404, {"result": "error"}
    if got.headers.get("authorization") != "Bearer token-1":
        return 401, {"result": "error", "msg": "not entitled"}
    data = got.data
    urls = data.get("urls", "").split("\n")
    fine = (
        set(data) <= set(NCSEI)
        and all(name in data for name, (required, _most) in NCSEI.items() if required)
        and all(len(data[name]) <= NCSEI[name][1] for name in data if isinstance(data[name], str))
        and data["act"] == "abuse_ncsei"
        and data["email"] == data["email2"]
        and data["host_notification"] in ("send", "send-anon")
        and data["owner_notification"] in ("send", "send-anon", "none")
        and isinstance(data["ncsei_subject_representation"], bool)
        and len(urls) == len(set(urls)) <= 250
        and len({urlsplit(url).hostname for url in urls}) == 1
    )
    if not fine:
        return 400, {"result": "error", "msg": "invalid"}
    return 200, {"abuse_rand": "a1b2c3", "request": {"act": data["act"]}, "result": "success"}


def cloudflare_origins(got: Got) -> tuple[int, Any]:
    """Cloudflare's word on what stands behind a host, as SCART asks for it and reads it."""
    parts = urlsplit(got.path)
    token = (got.headers.get("cf-access-client-id"), got.headers.get("cf-access-client-secret"))
    if token != ("id-1", "secret-1"):
        return 403, {"success": False, "errors": [{"code": 1, "message": "no access"}]}
    if not re.fullmatch(r"/investigation/v1/[0-9A-Z-]+/origin", parts.path):
        return 404, {"success": False}
    if parse_qs(parts.query) != {"hostname": ["www.reported.test"]}:
        return 200, {"success": True, "result": [{"isUsingCloudflare": False}]}
    origins = {"originIPv4": ["198.51.100.7", "10.0.0.1"], "originIPv6": ["2001:db8::9"]}
    return 200, {"success": True, "result": [{"isUsingCloudflare": True, **origins}]}


def webhook(secret: str) -> Judge:
    """Who listens for webhooks, with the standard's own library."""

    def judge(got: Got) -> tuple[int, Any]:
        try:
            Webhook(secret).verify(got.body, got.headers)
        except WebhookVerificationError:
            return 400, {"error": "signature"}
        return 204, b""

    return judge
