"""Cloudflare's abuse API, for pages that hide behind its network. Off until configured.

Built from https://developers.cloudflare.com/api/resources/abuse_reports/methods/create/ (read
2026-11-23): POST /accounts/{account}/abuse-reports/abuse_ncsei, the kind for intimate images without
consent. The account needs the abuse-reports entitlement.

By that page Cloudflare may release name, mail address and addresses of pages to a public archive
(Lumen). So both are ours alone. We ask that the host is told without them, and that the owner of the
site, who may be who put it there, is not told at all. Whether the words that go along reach the host
is not said there.
"""

import json
from urllib.parse import urlsplit

from django.conf import settings

from intake.recipients.channels.base import Envelope, Lack, Outcome, Result
from intake.recipients.channels.http import judge, post
from intake.recipients.models import Recipient

__all__ = ["BY_HAND", "deliver", "lacks", "misfits"]

BY_HAND = False
MOST_URLS = 250
LONGEST_COMMENTS = 2000
ACT = "abuse_ncsei"


def lacks(recipient: Recipient) -> list[Lack]:
    """An account and a token, while the settings have none."""
    ready = settings.HELPLINE_CLOUDFLARE_ACCOUNT and settings.HELPLINE_CLOUDFLARE_TOKEN
    return [] if ready else [Lack.NOT_SET_UP]


def misfits(envelope: Envelope) -> list[Lack]:
    """More than one report takes: so many addresses, of one host, with so many words."""
    checks = [
        (len(set(envelope.urls)) <= MOST_URLS, Lack.TOO_MANY),
        (len({urlsplit(url).hostname for url in envelope.urls}) == 1, Lack.ONE_HOST),
        (len(_comments(envelope)) <= LONGEST_COMMENTS, Lack.TOO_LONG),
    ]
    return [lack for holds, lack in checks if not holds]


def deliver(envelope: Envelope) -> Outcome:
    """Report the addresses of a notice. Never raises on what the other side does, never hangs."""
    if misfits(envelope):
        return Outcome(Result.NOT_SENT, "does not fit in one report")
    answer = post(
        f"{settings.HELPLINE_CLOUDFLARE_URL.rstrip('/')}/accounts/"
        f"{settings.HELPLINE_CLOUDFLARE_ACCOUNT}/abuse-reports/{ACT}",
        body=json.dumps(_report(envelope)).encode(),
        headers={
            "Authorization": f"Bearer {settings.HELPLINE_CLOUDFLARE_TOKEN}",
            "Content-Type": "application/json",
            "User-Agent": "helpline",
        },
    )
    if isinstance(answer, Outcome):
        return answer
    data = answer.data if isinstance(answer.data, dict) else {}
    if 200 <= answer.status < 300 and data.get("result") != "success":
        # Their page promises that word; without it nobody knows what they did.
        return Outcome(Result.UNCERTAIN, f"{answer.status} {answer.said}"[:300])
    return judge(answer, number=str(data.get("abuse_rand") or ""))


def _report(envelope: Envelope) -> dict[str, object]:
    return {
        "act": ACT,
        "name": settings.HELPLINE_ORGANISATION[:255],
        "company": settings.HELPLINE_ORGANISATION[:100],
        "email": envelope.reply_to,
        "email2": envelope.reply_to,
        "urls": "\n".join(dict.fromkeys(envelope.urls)),
        "comments": _comments(envelope),
        "host_notification": "send-anon",
        "owner_notification": "none",
        # Whether who sends this is in the picture: we never are.
        "ncsei_subject_representation": False,
    }


def _comments(envelope: Envelope) -> str:
    """The words of the notice; its addresses have a field of their own."""
    lines = envelope.text.splitlines()
    return "\n".join(line for line in lines if line not in envelope.urls).strip()
