"""Questions about many recipients."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Length

from helpline.privacy.vault.keys import preload
from helpline.privacy.vault.sealing import blind_index
from helpline.services.models import Service
from intake.recipients.hosts import LONGEST_HOST, normalise_host, suffixes
from intake.recipients.lookups import behind
from intake.recipients.lookups.cdn import known
from intake.recipients.models import LookUp, Proposal, Recipient, RecipientDomain
from intake.recipients.states import EvidenceKind, Kind

HOST_INDEX = "look-up host"
# What a site says of itself is found by its registered name, apart from what registers say of it.
SITE_INDEX = "look-up site"


def recipient_for_host(host: str) -> Recipient | None:
    """The recipient in use that answers for a host, by the longest of its domains. One query.

    It may be hostile: whoever sends asks ``recipient.hostile`` first.
    """
    normal = normalise_host(host)
    if normal is None:
        return None
    found = (
        RecipientDomain.objects.filter(suffix__in=suffixes(normal), recipient__active=True)
        .select_related("recipient")
        .order_by(Length("suffix").desc())
        .first()
    )
    return found.recipient if found else None


def answers_200_when_gone(host: str) -> bool:
    """Whether a page of this host seems to be there when it is gone. One query.

    The word of an entry that nobody confirmed counts too: it only keeps a check from being sure.
    """
    normal = normalise_host(host)
    if normal is None:
        return False
    found = (
        RecipientDomain.objects.filter(suffix__in=suffixes(normal))
        .order_by(Length("suffix").desc())
        .values_list("recipient__answers_200_when_gone", flat=True)
        .first()
    )
    return bool(found)


@dataclass(frozen=True)
class KnownSite:
    """A site that the directory knows by name, with its own form for who is concerned, if any."""

    name: str
    form_url: str


def known_sites(hosts: Iterable[str]) -> dict[str, KnownSite]:
    """What the directory knows of each of these hosts, by the longest of its domains. One query.

    A name is known of every entry; a form only of one that is confirmed, in use and not hostile,
    since visitors are sent there.
    """
    above: dict[str, list[str]] = {}
    for host in hosts:
        normal = normalise_host(host)
        if normal is not None:
            above[host] = suffixes(normal)
    wanted = {suffix for names in above.values() for suffix in names}
    entries = {
        domain.suffix: domain.recipient
        for domain in RecipientDomain.objects.filter(
            suffix__in=wanted, recipient__kind__in=[Kind.PLATFORM, Kind.SEARCH_ENGINE]
        ).select_related("recipient")
    }
    known: dict[str, KnownSite] = {}
    for host, names in above.items():
        entry = next((entries[name] for name in names if name in entries), None)
        if entry is not None:
            known[host] = KnownSite(entry.name, _own_form(entry))
    return known


def _own_form(entry: Recipient) -> str:
    usable = entry.active and not entry.hostile and entry.form_url.startswith("https://")
    return entry.form_url if usable else ""


def hotline(service: Service) -> Recipient | None:
    """The hotline that a possible minor's pages are handed to. One query.

    A hotline of the service's own goes before one for all. None while none is confirmed: the
    page then waits, and goes nowhere else.
    """
    return (
        Recipient.objects.filter(
            Q(service=service) | Q(service=None), kind=Kind.HOTLINE, active=True, hostile=False
        )
        .order_by(F("service").asc(nulls_last=True), "id")
        .first()
    )


def in_use() -> QuerySet[Recipient]:
    """Recipients that may be written to, for a caseworker to choose from."""
    return Recipient.objects.filter(active=True, hostile=False)


def for_export() -> QuerySet[Recipient]:
    """The whole directory but for the demo's, as it is written to a file. Two queries."""
    return (
        Recipient.objects.filter(demo=False)
        .select_related("service")
        .prefetch_related("domains")
        .order_by("kind", "name", "id")
    )


@dataclass(frozen=True)
class Directory:
    """The directory as it looks from one host: who answers for it, and who else can be asked."""

    # May be hostile: whoever asks them looks at that first.
    owner: Recipient | None
    others: list[Recipient]


def directory_for(host: str) -> Directory:
    """Who in use answers for a host, by the longest of their domains, and all that may be written
    to about it. One query.
    """
    normal = normalise_host(host)
    of_host = Q(domains__suffix__in=suffixes(normal) if normal else [])
    entries = list(
        Recipient.objects.filter(active=True)
        .annotate(owned=Max(Length("domains__suffix"), filter=of_host))
        .order_by("name", "pk")
    )
    owners = [entry for entry in entries if entry.owned]
    return Directory(
        owner=max(owners, key=lambda entry: entry.owned, default=None),
        others=[one for one in entries if not one.hostile and one.kind != Kind.HOTLINE],
    )


@dataclass(frozen=True)
class Front:
    """A network that stands in front of a host, with its entry in the directory, if in use."""

    name: str
    sure: bool
    recipient: Recipient | None
    tells: bool  # what stands behind it, to us


def fronts_of(look_up: LookUp, directory: Directory) -> list[Front]:
    """What a look-up recognised in front of its host, the sure ones first. No query."""
    seen = [e.facts for e in look_up.evidence.all() if e.kind == EvidenceKind.CDN]
    entries_by_key = {cdn.key: cdn.entry for cdn in known() if cdn.entry}
    by_slug = {one.slug: one for one in directory.others if one.slug}
    return [
        Front(
            name=facts["name"],
            sure=facts["sure"],
            recipient=by_slug.get(entries_by_key.get(facts["cdn"], "")),
            tells=behind.tells(facts["cdn"]),
        )
        for facts in seen
    ]


def authorities_for(look_up: LookUp) -> list[Recipient]:
    """The authorities in use of the country in which the network of a host is registered.

    None where another network stands in front: whose country that is, says nothing of the page. At
    most one query.
    """
    evidence = list(look_up.evidence.all())
    if any(each.kind == EvidenceKind.CDN for each in evidence):
        return []
    countries = {
        each.facts.get("country", "") for each in evidence if each.kind == EvidenceKind.RDAP
    } - {""}
    if not countries:
        return []
    return list(in_use().filter(kind=Kind.AUTHORITY, country__in=countries).order_by("name", "pk"))


def latest_look_up(host: str, *, since: datetime) -> LookUp | None:
    """The newest look-up of a host that is no older, with what it found."""
    return look_ups_of(host).filter(looked_up_at__gte=since).first()


def look_ups_of(host: str) -> QuerySet[LookUp]:
    """Earlier look-ups of a host, newest first, with what they found."""
    return _with_findings(LookUp.objects.filter(host_index=_index_of(host))).order_by(
        "-looked_up_at"
    )


def said_by_site(domain: str) -> QuerySet[LookUp]:
    """What the site of a registered name said of how it is reached, newest first."""
    return _with_findings(
        LookUp.objects.filter(host_index=blind_index(SITE_INDEX, domain))
    ).order_by("-looked_up_at")


def newest_like(look_up: LookUp, *, since: datetime) -> LookUp | None:
    """The newest answer to the same question that is no older, with what it found."""
    newer = LookUp.objects.filter(host_index=look_up.host_index, looked_up_at__gte=since)
    return _with_findings(newer).order_by("-looked_up_at").first()


def latest_look_ups(
    hosts: Iterable[str], domain: str | None
) -> tuple[dict[str, LookUp], LookUp | None]:
    """The newest look-up of each of these hosts that has one, and what the site of a registered name said
    last. Three queries, and one for the keys of all that was found."""
    newest = LookUp.objects.filter(host_index=OuterRef("host_index")).order_by(
        "-looked_up_at", "pk"
    )
    hosts_by_index = {_index_of(host): host for host in hosts}
    site = blind_index(SITE_INDEX, domain or "")
    found = _with_findings(
        LookUp.objects.filter(
            host_index__in=[*hosts_by_index, site], pk=Subquery(newest.values("pk")[:1])
        )
    )
    by_index = {bytes(one.host_index): one for one in found}
    preload([one.pk for one in by_index.values()])
    of_site = by_index.pop(site, None)
    return {hosts_by_index[index]: one for index, one in by_index.items()}, of_site


def _index_of(host: str) -> bytes:
    normal = normalise_host(host) or host[:LONGEST_HOST].encode("utf-8", "replace").decode()
    return blind_index(HOST_INDEX, normal)


def _with_findings(look_ups: QuerySet[LookUp]) -> QuerySet[LookUp]:
    return look_ups.prefetch_related(
        "evidence", Prefetch("proposals", Proposal.objects.select_related("recipient"))
    )


def domains_in_use() -> dict[str, int]:
    """Each domain whose recipient may be written to, with that recipient, for very many hosts.

    One query. A hotline is left out: nobody is asked there but about a possible minor.
    """
    return dict(
        RecipientDomain.objects.filter(
            recipient__in=in_use().exclude(kind=Kind.HOTLINE)
        ).values_list("suffix", "recipient_id")
    )
