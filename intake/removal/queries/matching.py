"""Who answers for a location, told by its blind indexes: no address is opened for it."""

import uuid
from collections.abc import Iterable

from helpline.privacy.vault.sealing import blind_index
from intake.recipients.models import Recipient, RecipientDomain
from intake.removal.canonical import registrable_domain
from intake.removal.models import Location
from intake.removal.queries.places import DOMAIN_INDEX, HOST_INDEX


def recipients_of(locations: Iterable[Location]) -> dict[uuid.UUID, Recipient]:
    """The recipient in use that the directory names for each location. One query.

    Left out is what an index cannot tell: a host below a name that is in the directory, when
    another name under the same site belongs to somebody else. A person looks at those.
    """
    entries = {
        domain.suffix: domain.recipient
        for domain in RecipientDomain.objects.filter(recipient__active=True).select_related(
            "recipient"
        )
    }
    sites: dict[str, set[int]] = {}
    for suffix, recipient in entries.items():
        sites.setdefault(registrable_domain(suffix) or suffix, set()).add(recipient.pk)
    by_host = {blind_index(HOST_INDEX, suffix): owner for suffix, owner in entries.items()}
    by_site = {
        blind_index(DOMAIN_INDEX, site): entries[site]
        for site, owners in sites.items()
        if site in entries and len(owners) == 1
    }
    found = {}
    for location in locations:
        host, site = _bytes(location.host_index), _bytes(location.domain_index)
        owner = by_host.get(host) or by_site.get(site)
        if owner is not None:
            found[location.pk] = owner
    return found


def _bytes(index: bytes | memoryview | None) -> bytes:
    return bytes(index or b"")
