"""Finding locations by an exact address, a host or a registrable domain, through blind indexes.

What is searched for is hashed with the key of the indexes and compared; the database holds no
address and is asked for none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from helpline.privacy.vault.sealing import blind_index
from helpline.staff.models import User
from helpline.staff.permissions import services_of
from intake.removal.canonical import CanonicalURL, NotAnAddress, Reason, canonicalise
from intake.removal.models import Location, RemovalRequest
from intake.removal.queries.places import DOMAIN_INDEX, HOST_INDEX, URL_INDEX

PAGE = 50
LAST_PAGE = 20  # who needs more than a thousand looks for something narrower
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
WITH_PORT = re.compile(r"[^/?#@:]+:\d{1,5}(?:[/?#]|$)")
TAKEN_APART = re.compile(r"\[\.\]|\(\.\)|\{\.\}")


class By(TextChoices):
    """How wide a search is."""

    URL = "url", _("Exactly this address")
    HOST = "host", _("Everything on this host")
    DOMAIN = "domain", _("Everything under this registered name")


FIELD = {By.URL: "url_index", By.HOST: "host_index", By.DOMAIN: "domain_index"}


@dataclass(frozen=True)
class Found:
    """One page of what a search found."""

    locations: list[Location]
    page: int
    has_next: bool


def addresses_meant(text: str) -> list[CanonicalURL]:
    """The addresses that typed text can mean: without a scheme, both of the web's. Raises
    NotAnAddress.
    """
    text = re.sub(r"^hxxp", "http", TAKEN_APART.sub(".", text.strip()), flags=re.IGNORECASE)
    if not text:
        raise NotAnAddress(Reason.EMPTY)
    if SCHEME.match(text) and not WITH_PORT.match(text):
        return [canonicalise(text)]
    return [canonicalise(f"{scheme}://{text}") for scheme in ("https", "http")]


def indexes_of(addresses: Sequence[CanonicalURL], by: By) -> list[bytes]:
    """The blind indexes under which locations of these addresses stand."""
    names = {
        By.URL: lambda address: blind_index(URL_INDEX, address.url),
        By.HOST: lambda address: blind_index(HOST_INDEX, address.host),
        By.DOMAIN: lambda address: blind_index(
            DOMAIN_INDEX, address.registrable_domain or address.host
        ),
    }
    return sorted({names[by](address) for address in addresses})


def locations_with(indexes: Sequence[bytes], by: By) -> QuerySet[Location]:
    """The locations under these blind indexes, of every service."""
    return Location.objects.filter(**{f"{FIELD[by]}__in": indexes}, forgotten_at=None)


def found(user: User, indexes: Sequence[bytes], by: By, *, page: int = 1) -> Found:
    """The locations of the person's services under these indexes, newest first. Three queries."""
    page = min(max(page, 1), LAST_PAGE)
    start = (page - 1) * PAGE
    rows = list(
        locations_with(indexes, by)
        .filter(service_id__in=services_of(user))
        .select_related("claimed_by")
        .defer("url")
        .prefetch_related(
            Prefetch(
                "requests",
                RemovalRequest.objects.select_related("recipient").order_by("-changed_at"),
            )
        )
        .order_by("-created_at", "pk")[start : start + PAGE + 1]
    )
    return Found(rows[:PAGE], page, has_next=len(rows) > PAGE and page < LAST_PAGE)
