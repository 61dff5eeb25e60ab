"""System checks: what a channel needs from the settings is there and can be used."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from intake.recipients.channels.mail.signing import CannotSignError, signer
from intake.recipients.channels.webhook import connection


@register(Tags.security, deploy=True)
def check_channels(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """Notices can be signed, connections lead somewhere, and nothing is held back unnoticed."""
    yield from channel_messages()


def channel_messages() -> Iterator[CheckMessage]:
    """What is wrong with the settings of channels."""
    if settings.HELPLINE_DRY_RUN:
        yield Warning("A dry run: no notice leaves this site.", id="recipients.W001")
    try:
        by = signer()
    except CannotSignError as error:
        yield Error(
            f"Notices cannot be signed, and wait ({error}).",
            hint="HELPLINE_SMIME_CERTIFICATE and HELPLINE_SMIME_KEY name PEM files that belong"
            " together; or leave both empty.",
            id="recipients.E001",
        )
    else:
        if by is not None and settings.HELPLINE_NOTICE_ADDRESS.lower() not in by.addresses:
            yield Error(
                "The S/MIME certificate is not for the address that notices come from.",
                hint="Mail programs then show a warning in place of the organisation's name.",
                id="recipients.E002",
            )
    for name in settings.HELPLINE_WEBHOOKS:
        if connection(name) is None:
            yield Error(
                f"The webhook {name} cannot be used.",
                hint='HELPLINE_WEBHOOKS: {"name": {"url": "https://…", "secret": "whsec_…"}}',
                id="recipients.E003",
            )
