"""Whom to ask, by who names them: servers behind a host, and whether what was found still holds."""

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from helpline.privacy.vault.errors import VaultError
from helpline.privacy.vault.keys import preload
from helpline.staff.models import User
from intake.recipients import actions as recipient_actions
from intake.recipients.channels.base import is_dry_run
from intake.recipients.hosts import normalise_host, registrable_domain
from intake.recipients.lookups.findings import NoAnswerError
from intake.recipients.models import LookUp, Proposal
from intake.recipients.queries import directory_for, fronts_of, look_ups_of, newest_like
from intake.recipients.states import Source
from intake.removal.actions.stopping import NOT_BEGUN, call_back
from intake.removal.canonical import read
from intake.removal.errors import NotToldError, Refusal, RefusedError
from intake.removal.locking import lock_location
from intake.removal.models import (
    FoundBy,
    Location,
    Origin,
    RemovalEvent,
    RemovalRequest,
    ToldBy,
)
from intake.removal.permissions import check_touch
from intake.removal.queries.finding import JUST_BEFORE, held_among, origin_index_of, to_ask_again
from intake.removal.states import Because, RequestStatus

log = logging.getLogger(__name__)

MOST_ORIGINS = 5
ASKED_A_SWEEP = 20


@transaction.atomic
def enter_origin(
    location: Location, host: str, *, told_by: ToldBy = ToldBy.PERSON, by: User
) -> Origin:
    """Note the server that a page lies on, behind a network in front of it. Twice gives the same."""
    check_touch(by, location)
    normal = normalise_host(host)
    if normal is None or "." not in normal and ":" not in normal:
        raise RefusedError(Refusal.NOT_A_HOST)
    if normal == normalise_host(read(location.url).host):
        raise RefusedError(Refusal.SAME_HOST)
    lock_location(location.pk)
    held = location.origins.filter(host_index=origin_index_of(normal)).first()
    if held is not None:
        return held
    if location.origins.count() >= MOST_ORIGINS:
        raise RefusedError(Refusal.TOO_MANY_ORIGINS)
    origin = Origin(
        id=uuid.uuid4(),
        location=location,
        host_index=origin_index_of(normal),
        told_by=told_by,
        entered_by=by,
        entered_at=timezone.now(),
    )
    origin.host = normal
    origin.save(force_insert=True)
    return origin


def ask_front(location: Location, *, by: User) -> list[Origin]:
    """Have the network in front of a host say which servers stand behind it. Each is kept and looked
    up, as if a person had entered it.

    It learns the name of the host and the number of the location, never the address. Raises
    RefusedError; NotToldError when it names none.
    """
    check_touch(by, location)
    if is_dry_run():
        raise RefusedError(Refusal.DRY_RUN)
    host = read(location.url).host
    known = look_ups_of(host).first()
    fronts = fronts_of(known, directory_for(host)) if known else []
    if not any(front.tells for front in fronts):
        raise RefusedError(Refusal.NOBODY_TELLS)
    try:
        named = recipient_actions.ask_front(host, case=location.short, by=by)
    except NoAnswerError as error:
        raise NotToldError(error.reason) from None
    kept = [
        enter_origin(location, server, told_by=ToldBy.CLOUDFLARE, by=by)
        for server in named[:MOST_ORIGINS]
    ]
    for origin in kept:
        look_up_origin(origin, by=by)
    return kept


def remove_origin(origin: Origin, *, by: User) -> None:
    """Take back a server that was entered. Who was asked because of it stays asked."""
    check_touch(by, origin.location)
    origin.delete()


def look_up_origin(origin: Origin, *, again: bool = False, by: User) -> list[Proposal]:
    """Ask the registers who answers for the server behind a host."""
    check_touch(by, origin.location)
    found = recipient_actions.look_up(origin.host, by=by, again=again)
    hold_what_changed(origin.location)
    return found


def check_found_here(location: Location, proposal: Proposal) -> None:
    """Raise RefusedError unless a contact was found for this location's host or a server behind, or is
    named by its site."""
    own = read(location.url).host
    if proposal.source == Source.SITE:
        hosts = [registrable_domain(own) or ""]
    else:
        hosts = [own, *(origin.host for origin in location.origins.all())]
    if normalise_host(proposal.look_up.host) not in map(normalise_host, hosts):
        raise RefusedError(Refusal.NOT_FOUND_HERE)


def note_found(request: RemovalRequest, proposal: Proposal) -> None:
    """Remember by which look-up a request's recipient was found. A newer one takes its place."""
    FoundBy.objects.update_or_create(
        request=request,
        defaults={
            "proposal": proposal,
            "checked_at": proposal.look_up.looked_up_at,
            "held_at": None,
            "kept_by": None,
            "kept_at": None,
        },
    )


@transaction.atomic
def ask_all_the_same(request: RemovalRequest, *, by: User) -> None:
    """A person decides that a recipient is the right one, whoever else is named now."""
    check_touch(by, request.location)
    changed = FoundBy.objects.filter(request=request, kept_at=None).exclude(held_at=None)
    if not changed.update(kept_by=by, kept_at=timezone.now()):
        raise RefusedError(Refusal.NOT_NOW)
    _note(request, Because.ALL_THE_SAME, by=by)


def check_not_held(requests: Iterable[RemovalRequest]) -> None:
    """Raise RefusedError when one of the requests waits for a person's decision."""
    if held_among(request.pk for request in requests):
        raise RefusedError(Refusal.HOST_CHANGED)


def ask_registers_again(now: datetime | None = None) -> int:
    """Before notices leave: ask the registers whether they still name who is written to.

    Where they name somebody else, the notice is taken back and its request held for a person; new
    contacts are proposed. Where they cannot say, what a person confirmed goes on. Returns how many
    were asked about. Never raises on one bad row.
    """
    now = now or timezone.now()
    due = to_ask_again(now).exclude(proposal__source=Source.SITE)
    return ask_again(
        due.filter(request__entries__notice__status__in=NOT_BEGUN),
        lambda _found, named: recipient_actions.renew(named.look_up.host, since=now - JUST_BEFORE),
        now,
    )


def ask_again(
    due: QuerySet[FoundBy], renew: Callable[[FoundBy, Proposal], LookUp | None], now: datetime
) -> int:
    """Renew what was said of recipients, and hold those of whom it says something else now.

    ``renew`` gives None for what has to be waited for. Returns how many were asked about.
    """
    asked = 0
    for found in (
        due.select_related("request__location", "request__recipient", "proposal__look_up")
        .defer("request__location__url")
        .order_by("checked_at")
        .distinct()[:ASKED_A_SWEEP]
    ):
        try:
            asked += _ask_again(found, renew, now)
        except (DatabaseError, VaultError) as error:
            log.warning("a host could not be looked up", extra={"error": type(error).__name__})
            # What cannot be looked up holds up nothing: a person confirmed it.
            FoundBy.objects.filter(pk=found.pk).update(checked_at=now)
            asked += 1
    return asked


def hold_what_changed(location: Location) -> None:
    """After an answer that a caseworker asked for: hold what it contradicts and has not left."""
    for found in FoundBy.objects.filter(
        request__location=location,
        request__status__in=[RequestStatus.READY, RequestStatus.QUEUED],
        proposal__isnull=False,
        held_at=None,
        kept_at=None,
    ).select_related("request__recipient", "proposal__look_up"):
        proposal = found.proposal
        if proposal is None:
            continue
        newer = newest_like(proposal.look_up, since=proposal.look_up.looked_up_at)
        if newer and names_somebody_else(newer, proposal, found.request.recipient.address):
            hold(found)


def _ask_again(
    found: FoundBy, renew: Callable[[FoundBy, Proposal], LookUp | None], now: datetime
) -> bool:
    proposal = found.proposal
    # Somebody may have said meanwhile that the person may be under 18.
    if proposal is None or not to_ask_again(now).filter(pk=found.pk).exists():
        return False
    preload([proposal.look_up_id])
    look_up = renew(found, proposal)
    if look_up is None:
        return False
    if names_somebody_else(look_up, proposal, found.request.recipient.address):
        hold(found)
    FoundBy.objects.filter(pk=found.pk).update(checked_at=max(now, look_up.looked_up_at))
    return True


def names_somebody_else(look_up: LookUp, proposal: Proposal, address: str) -> bool:
    """Whether a newer look-up has contacts of the same kind, and ours is none of them.

    Who is silent, or names nobody, says nothing about who was confirmed.
    """
    now_named = {
        each.address.lower() for each in look_up.proposals.all() if each.kind == proposal.kind
    }
    ours = {proposal.address.lower(), address.lower()}
    return bool(now_named) and now_named.isdisjoint(ours)


@transaction.atomic
def hold(found: FoundBy) -> None:
    """Hold a request until a person has decided: its notice is taken back, and it says why."""
    lock_location(found.request.location_id)
    changed = FoundBy.objects.filter(pk=found.pk, held_at=None, kept_at=None)
    if not changed.update(held_at=timezone.now()):
        return  # somebody was faster
    # What is leaving this moment leaves; what comes after it is held.
    call_back([found.request_id], because=Because.HOST_CHANGED)
    found.request.refresh_from_db(fields=["status"])
    _note(found.request, Because.HOST_CHANGED)


def _note(request: RemovalRequest, because: Because, *, by: User | None = None) -> None:
    RemovalEvent.objects.create(
        location_id=request.location_id,
        request=request,
        at=timezone.now(),
        came_from=request.status,
        became=request.status,
        because=because,
        by=by,
    )
