"""System check: mail to visitors comes from a place that tells nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from intake.removal.canonical import NotAnAddress, canonicalise
from intake.report.news import is_address


@register(Tags.security, deploy=True)
def check_news_address(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """The sender of "there is news" shares no domain with the site or its notices."""
    yield from news_address_errors()


def news_address_errors() -> Iterator[CheckMessage]:
    """What is wrong with the address that visitors get mail from, if there is one."""
    address = settings.HELPLINE_NEWS_ADDRESS
    if not address:
        return
    if not is_address(address):
        yield Error("HELPLINE_NEWS_ADDRESS is not a mail address.", id="report.E001")
        return
    telling = (
        settings.HELPLINE_NOTICE_ADDRESS.rpartition("@")[2],
        urlsplit(settings.HELPLINE_BASE_URL).hostname or "",
    )
    own = _domain(address.rpartition("@")[2])
    if own in {_domain(host) for host in telling}:
        yield Error(
            "Mail to visitors would come from the organisation's own domain.",
            hint="Give HELPLINE_NEWS_ADDRESS a domain of its own that says nothing, or leave it"
            " empty: then such mail is not offered.",
            id="report.E002",
        )


def _domain(host: str) -> str:
    try:
        address = canonicalise(f"https://{host}/")
    except NotAnAddress:
        return host
    return address.registrable_domain or address.host
