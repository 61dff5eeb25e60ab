"""The servers behind Cloudflare, as Cloudflare tells those it trusts with that. Off until configured.

Cloudflare publishes no page about this interface. It is built from what SCART, the open-source
system of the Dutch hotline, asks and reads (AbuseIO/SCART-application on GitHub,
plugins/abuseio/scart/addon/cloudflareProxyservice.php, read 2026-11-23): GET
/investigation/v1/CASE/origin?hostname=HOST with the two headers of an access token.
"""

import ipaddress
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from intake.recipients.lookups.dns import is_public
from intake.recipients.lookups.findings import NoAnswerError
from intake.recipients.lookups.http import fetch_json
from intake.recipients.states import Reason

CLOUDFLARE = "cloudflare"
SECONDS = 10.0


def tells(front: str) -> bool:
    """Whether a network in front, by its key, tells us what stands behind it."""
    token = settings.HELPLINE_CLOUDFLARE_ORIGINS_ID and settings.HELPLINE_CLOUDFLARE_ORIGINS_SECRET
    return front == CLOUDFLARE and bool(token)


def servers_behind(host: str, *, case: str) -> list[str]:
    """The public addresses that a host is served from. They learn the name of the host and a number
    of ours, ``case``, and nothing else.

    Raises NoAnswerError with the reason for none.
    """
    base = settings.HELPLINE_CLOUDFLARE_ORIGINS_URL.rstrip("/")
    answer = fetch_json(
        f"{base}/{quote(case, safe='')}/origin?{urlencode({'hostname': host})}",
        seconds=SECONDS,
        secrets={
            "CF-Access-Client-ID": settings.HELPLINE_CLOUDFLARE_ORIGINS_ID,
            "CF-Access-Client-Secret": settings.HELPLINE_CLOUDFLARE_ORIGINS_SECRET,
        },
    )
    if not isinstance(answer, dict) or not isinstance(answer.get("success"), bool):
        raise NoAnswerError(Reason.RUBBISH)
    if not answer["success"]:
        raise NoAnswerError(Reason.REFUSED)
    named = [
        said
        for result in _list(answer.get("result"))
        if isinstance(result, dict) and result.get("isUsingCloudflare") is True
        for said in (*_list(result.get("originIPv4")), *_list(result.get("originIPv6")))
    ]
    found = [address for address in map(_public, named) if address]
    if not found:
        raise NoAnswerError(Reason.NONE)
    return list(dict.fromkeys(found))


def _public(said: Any) -> str:
    try:
        address = ipaddress.ip_address(said if isinstance(said, str) else "")
    except ValueError:
        return ""
    return str(address) if is_public(address) else ""


def _list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []
