"""A notice as one signed message to a recipient's own system, by Standard Webhooks 1.0.0.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. Where
it goes and with which secret is agreed with the recipient and stands in the settings, by a name; the
directory knows the name only, so that no editor can point notices anywhere.
"""

import base64
import json
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from intake.recipients.channels.base import Envelope, Lack, Outcome, Result
from intake.recipients.channels.http import can_post, judge, post
from intake.recipients.models import Recipient

__all__ = ["BY_HAND", "Connection", "connection", "deliver", "lacks", "misfits"]

BY_HAND = False
TYPE = "removal.notice"
SECRET_BYTES = range(24, 65)  # by the standard


@dataclass(frozen=True, repr=False)
class Connection:
    """Where a recipient's system listens, and the secret that both sides have."""

    url: str
    secret: str


def connection(name: str) -> Connection | None:
    """What the settings have under a name, if it can be used."""
    held = settings.HELPLINE_WEBHOOKS.get(name)
    if not isinstance(held, dict):
        return None
    url, secret = str(held.get("url", "")), str(held.get("secret", ""))
    if not can_post(url) or _signer(secret) is None:
        return None
    return Connection(url, secret)


def lacks(recipient: Recipient) -> list[Lack]:
    """A connection of that name, while the settings have none."""
    return [] if connection(recipient.connection) else [Lack.NOT_SET_UP]


def misfits(envelope: Envelope) -> list[Lack]:
    """Nothing: it takes any notice."""
    return []


def deliver(envelope: Envelope) -> Outcome:
    """Hand one notice over. Never raises on what the other side does, never hangs."""
    goes = connection(envelope.connection)
    signer = _signer(goes.secret) if goes else None
    if goes is None or signer is None:
        return Outcome(Result.NOT_SENT, "this connection is not in the settings")
    now = timezone.now()
    # The same at each try: whoever listens takes the same name once.
    name = envelope.message_id.strip("<>").partition("@")[0]
    body = json.dumps(
        {
            "type": TYPE,
            "timestamp": now.isoformat(timespec="seconds"),
            "data": {
                "subject": envelope.subject,
                "text": envelope.text,
                "addresses": list(envelope.urls),
                "reply_to": envelope.reply_to,
                "xarf": envelope.xarf,
            },
        }
    )
    answer = post(
        goes.url,
        body=body.encode(),
        headers={
            "Content-Type": "application/json",
            "User-Agent": "helpline",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(name, now, body),
        },
    )
    return answer if isinstance(answer, Outcome) else judge(answer)


def _signer(secret: str) -> Webhook | None:
    # By hand: the library takes one of a single byte, and skips what is no base64.
    try:
        text = secret.removeprefix("whsec_")
        held = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return None
    return Webhook(held) if len(held) in SECRET_BYTES else None
