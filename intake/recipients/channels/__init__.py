"""The ways for a notice to reach a recipient. Whoever sends knows none of them by name.

docs/channels.md says how to add one.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from intake.recipients.channels import aws, cloudflare, form, mail, webhook
from intake.recipients.channels.base import (
    DRY_RUN,
    DeliveryChannel,
    Envelope,
    Lack,
    Outcome,
    is_dry_run,
)
from intake.recipients.hosts import registrable_domain
from intake.recipients.models import Recipient
from intake.recipients.states import Channel

CHANNELS: dict[Channel, DeliveryChannel] = {
    Channel.MAIL: mail,
    Channel.FORM: form,
    Channel.AWS: aws,
    Channel.CLOUDFLARE: cloudflare,
    Channel.WEBHOOK: webhook,
}


def by_hand(channel: str) -> bool:
    """Whether a person delivers what goes this way."""
    return CHANNELS[Channel(channel)].BY_HAND


def lacks(recipient: Recipient) -> list[Lack]:
    """What keeps a recipient from being reached by its channel."""
    return CHANNELS[Channel(recipient.channel)].lacks(recipient)


def misfits(channel: str, envelope: Envelope) -> list[Lack]:
    """Why a notice cannot go by a channel as it is."""
    return CHANNELS[Channel(channel)].misfits(envelope)


def deliver(channel: str, envelope: Envelope) -> Outcome:
    """Hand one notice over. In a dry run nothing is handed to anyone, whatever the channel.

    What they said is kept unsealed, so it comes back without the addresses that it was about.
    """
    if is_dry_run():
        return DRY_RUN
    outcome = CHANNELS[Channel(channel)].deliver(envelope)
    return replace(outcome, detail=_without_addresses(outcome.detail, envelope.urls))


# An address as others repeat it, also where JSON escapes its slashes.
ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*:(?:\\?/){2}[^\s\"'<>]*")
TELLING = "[address]"
SHORTEST = 4


def _without_addresses(said: str, urls: Iterable[str]) -> str:
    telling: set[str] = set()
    for url in urls:
        parts = urlsplit(url)
        host = parts.hostname or ""
        telling |= {host, registrable_domain(host) or "", parts.path}
    said = ADDRESS.sub(TELLING, said)
    for part in sorted(telling, key=len, reverse=True):
        if len(part) >= SHORTEST:
            said = re.sub(rf"(?i){re.escape(part)}[^\s\"'<>]*", TELLING, said)
    return said
