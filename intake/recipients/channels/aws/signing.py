"""AWS Signature Version 4, as much of it as one POST needs.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
By hand, since AWS's own library is 30 MB with every service there is; tests hold signatures that
it made.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Credentials:
    """Who signs, for which region and service."""

    key_id: str
    secret: str
    region: str
    service: str
    token: str = ""


def signed(
    url: str, *, body: bytes, headers: dict[str, str], credentials: Credentials, at: datetime
) -> dict[str, str]:
    """The headers of a POST with its signature among them. ``at`` is in UTC."""
    parts = urlsplit(url)
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{at:%Y%m%d}/{credentials.region}/{credentials.service}/aws4_request"
    sending = {**headers, "X-Amz-Date": moment}
    if credentials.token:
        sending["X-Amz-Security-Token"] = credentials.token
    signing = {name.lower(): " ".join(value.split()) for name, value in sending.items()}
    signing["host"] = parts.netloc
    names = ";".join(sorted(signing))
    canonical = "\n".join(
        [
            "POST",
            quote(parts.path or "/", safe="/-_.~"),
            parts.query,
            *(f"{name}:{signing[name]}" for name in sorted(signing)),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    to_sign = f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    sending["Authorization"] = (
        f"{ALGORITHM} Credential={credentials.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return sending
