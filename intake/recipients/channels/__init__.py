"""The ways for a notice to reach a recipient. Whoever sends knows none of them by name.

docs/channels.md says how to add one.
"""

from intake.recipients.channels import aws, cloudflare, form, mail, webhook
from intake.recipients.channels.base import (
    DRY_RUN,
    DeliveryChannel,
    Envelope,
    Lack,
    Outcome,
    is_dry_run,
)
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
    """Hand one notice over. In a dry run nothing is handed to anyone, whatever the channel."""
    if is_dry_run():
        return DRY_RUN
    return CHANNELS[Channel(channel)].deliver(envelope)
