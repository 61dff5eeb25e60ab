"""AWS Abuse Signal, for pages that AWS hosts: one XARF v4 report each. Off until configured.

Built from https://docs.aws.amazon.com/abuse-signal/latest/APIReference/API_CreateAbuseReport.html and
its user guide (published 2026-11-18): POST /v1/abuse, signed for the service "abuse"; 202 with the
number of the report. They forbid pictures in any field; we have none. A report is stored in the
United States too, and AWS may pass it on to its customer.
"""

import json
import re

from django.conf import settings
from django.utils import timezone

from intake.recipients.channels.aws.signing import Credentials, signed
from intake.recipients.channels.base import Envelope, Lack, Outcome, Result
from intake.recipients.channels.http import judge, post
from intake.recipients.models import Recipient

__all__ = ["BY_HAND", "deliver", "lacks", "misfits"]

BY_HAND = False
SERVICE = "abuse"
NUMBER = re.compile(r"[a-zA-Z0-9]{20,64}")
TEST_TAG = "lifecycle:test"


def lacks(recipient: Recipient) -> list[Lack]:
    """A key to sign with, while the settings have none."""
    ready = settings.HELPLINE_AWS_ABUSE_KEY_ID and settings.HELPLINE_AWS_ABUSE_SECRET
    return [] if ready else [Lack.NOT_SET_UP]


def misfits(envelope: Envelope) -> list[Lack]:
    """One report is about one address, and there must be a type that honestly fits."""
    if len(envelope.urls) != 1:
        return [Lack.ONE_AT_A_TIME]
    return [] if envelope.xarf else [Lack.NO_TYPE]


def deliver(envelope: Envelope) -> Outcome:
    """Report one address. Never raises on what the other side does, never hangs."""
    if envelope.xarf is None or misfits(envelope):
        return Outcome(Result.NOT_SENT, "does not fit in one report")
    url = settings.HELPLINE_AWS_ABUSE_URL or (
        f"https://abuse.{settings.HELPLINE_AWS_ABUSE_REGION}.amazonaws.com"
    )
    url = url.rstrip("/") + "/v1/abuse"
    report = dict(envelope.xarf)
    if settings.HELPLINE_AWS_ABUSE_TEST:
        report["tags"] = [*report.get("tags", []), TEST_TAG]
    # The token is the same at each try: they take the same report once within a day.
    token = envelope.message_id.strip("<>").partition("@")[0]
    content = {"clientToken": token, "correlationId": token, "report": {"xarf": report}}
    body = json.dumps(content).encode()
    headers = signed(
        url,
        body=body,
        headers={"Content-Type": "application/json"},
        credentials=Credentials(
            key_id=settings.HELPLINE_AWS_ABUSE_KEY_ID,
            secret=settings.HELPLINE_AWS_ABUSE_SECRET,
            region=settings.HELPLINE_AWS_ABUSE_REGION,
            service=SERVICE,
            token=settings.HELPLINE_AWS_ABUSE_SESSION,
        ),
        at=timezone.now(),
    )
    answer = post(url, body=body, headers={**headers, "User-Agent": "helpline"})
    if isinstance(answer, Outcome):
        return answer
    number = str(answer.data.get("reportId") or "") if isinstance(answer.data, dict) else ""
    if 200 <= answer.status < 300 and not NUMBER.fullmatch(number):
        return Outcome(Result.UNCERTAIN, f"{answer.status} {answer.said}"[:300])
    return judge(answer, number=number)
