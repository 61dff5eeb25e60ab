"""Finding out who answers for a host: asked, kept as evidence, used again for some hours, confirmed."""

import ipaddress
import json
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from helpline.privacy.vault import keys
from helpline.privacy.vault.sealing import blind_index
from helpline.staff.models import User
from intake.recipients.hosts import LONGEST_HOST, address_of, normalise_host, registrable_domain
from intake.recipients.lookups.behind import servers_behind
from intake.recipients.lookups.cdn import recognise
from intake.recipients.lookups.dns import Address, is_public, trace
from intake.recipients.lookups.findings import Budget, Contact, Finding
from intake.recipients.lookups.rdap import network_of, registrar_of
from intake.recipients.models import Evidence, LookUp, Proposal, Recipient
from intake.recipients.permissions import check_look_up
from intake.recipients.queries import HOST_INDEX, SITE_INDEX, latest_look_up
from intake.recipients.states import Channel, Confidence, EvidenceKind, Kind, Reason

LOOK_UP_SECONDS = 25.0
MOST_ADDRESSES = 4
# How long what the registers said is used again, unless somebody asks for it anew.
KEPT_FOR = timedelta(hours=12)
# One desk answers for a host and for the network it runs.
SAME_DESK = {Kind.NETWORK: (Kind.NETWORK, Kind.HOST)}


def look_up(host: str, *, by: User, again: bool = False) -> list[Proposal]:
    """Ask the registers who answers for a host. Keeps what they said, and proposes contacts.

    Asks name servers and registers only, never the host itself. Whatever they answer, or do not,
    is evidence with a reason; nothing is raised and nothing takes longer than half a minute.
    What they said some hours ago is used again, unless ``again``; a register that could not
    answer is asked anew. ``queries.look_ups_of(host)`` shows the evidence.
    """
    check_look_up(by)
    found = None if again else latest_look_up(host, since=timezone.now() - KEPT_FOR)
    if found is None or not found.is_conclusive:
        found = _ask(host)
    return list(found.proposals.all())


def renew(host: str, *, since: datetime) -> LookUp:
    """What the registers say of a host, asked after ``since``. The worker's; no person asks."""
    found = latest_look_up(host, since=since)
    return found if found is not None else _ask(host)


def ask_front(host: str, *, case: str, by: User) -> list[str]:
    """Ask the network in front of a host which servers stand behind it; it learns our number ``case``.

    Raises NoAnswerError with the reason for none.
    """
    check_look_up(by)
    return servers_behind(host, case=case)


def keep_said_by_site(domain: str, finding: Finding) -> LookUp:
    """Keep what the site of a domain says of how it is reached, apart from what registers say of it."""
    return _keep(domain, [finding], index=SITE_INDEX)


def _ask(host: str) -> LookUp:
    normal = normalise_host(host)
    if normal is None:
        asked = host[:LONGEST_HOST].encode("utf-8", "replace").decode()
        return _keep(asked, [Finding(EvidenceKind.DNS, asked, reason=Reason.NOT_A_HOST)])
    return _keep(normal, _findings(normal, Budget(LOOK_UP_SECONDS)))


def _findings(host: str, budget: Budget) -> list[Finding]:
    found: list[Finding] = []
    traced: list[Finding] = []
    address = address_of(host)
    domain = registrable_domain(host)
    if address is None:
        found, addresses = trace(host, domain, budget=budget)
        traced = list(found)
        if all(finding.reason is Reason.NONE for finding in traced[:2]):
            found.append(Finding(EvidenceKind.DNS, f"A AAAA {host}", reason=Reason.NO_ADDRESS))
    else:
        addresses = [address]
    public = [address for address in dict.fromkeys(addresses) if is_public(address)]
    if addresses and not public:
        asked = f"ip {addresses[0]}"
        return [*found, Finding(EvidenceKind.RDAP, asked, reason=Reason.PRIVATE)]
    networks: list[Finding] = []
    for one in public[:MOST_ADDRESSES]:
        if not any(_covers(network, one) for network in networks):
            networks.append(network_of(one, budget=budget))
    found += networks
    found += recognise(host, traced, public)
    if domain is not None and not any(f.reason is Reason.NO_SUCH_NAME for f in found):
        found.append(registrar_of(domain, budget=budget))
    return found


def _covers(network: Finding, address: Address) -> bool:
    """Whether a network that was found already is the one this address is in."""
    try:
        start = ipaddress.ip_address(network.facts["start"])
        end = ipaddress.ip_address(network.facts["end"])
    except (KeyError, ValueError):
        return False
    return start.version == address.version == end.version and (
        int(start) <= int(address) <= int(end)
    )


def _keep(host: str, findings: list[Finding], index: str = HOST_INDEX) -> LookUp:
    """Store a look-up with its evidence and what it proposes, sealed."""
    now = timezone.now()
    look_up_id = uuid.uuid4()
    keys.create_key(look_up_id, kind="look-up")
    with transaction.atomic():
        kept = LookUp(
            id=look_up_id, host_index=blind_index(index, host), looked_up_at=now, host=host
        )
        kept.save(force_insert=True)
        for position, finding in enumerate(findings):
            Evidence(
                look_up=kept,
                position=position,
                kind=finding.kind,
                asked=finding.asked,
                facts_json=json.dumps(finding.facts),
                reason=finding.reason,
                asked_at=now,
            ).save()
        for position, contact in enumerate(_best_first(findings)):
            Proposal(
                look_up=kept,
                position=position,
                kind=contact.kind,
                source=contact.source,
                confidence=contact.confidence,
                name=contact.name,
                address=contact.address,
            ).save()
    return kept


def _best_first(findings: list[Finding]) -> list[Contact]:
    """Each contact once: networks before registrars, named for abuse before the others."""
    unique: dict[tuple[str, str], Contact] = {}
    for finding in findings:
        for contact in finding.contacts:
            held = unique.get((contact.kind, contact.address.lower()))
            if held is None or held.confidence is Confidence.LOW:
                unique[contact.kind, contact.address.lower()] = contact
    return sorted(
        unique.values(), key=lambda c: (c.kind is Kind.REGISTRAR, c.confidence is Confidence.LOW)
    )


@transaction.atomic
def confirm(proposal: Proposal, *, by: User) -> Recipient:
    """Take a proposed contact into the directory, on a person's word. Twice gives the same one.

    The host that was looked up is not added to its domains: that would keep, in clear and for
    good, what somebody reported.
    """
    check_look_up(by)
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.recipient is not None:
        return locked.recipient
    now = timezone.now()
    known = Recipient.objects.filter(
        kind__in=SAME_DESK.get(Kind(locked.kind), (locked.kind,)),
        address__iexact=locked.address,
        verified_at__isnull=False,
    )
    # A confirmed entry that is switched off stays so: somebody decided that.
    recipient = known.order_by("-active", "id").first() or Recipient.objects.create(
        name=locked.name or locked.address,
        kind=locked.kind,
        channel=Channel.MAIL,
        address=locked.address,
        active=True,
        verified_at=now,
        verified_by=by,
    )
    locked.recipient = recipient
    locked.confirmed_at = now
    locked.save(update_fields=["recipient", "confirmed_at"])
    return recipient
