"""Reading handovers: those that a member of staff has to know of, the one that an open conversation
came with, and the colleagues who could go on with it.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from chat.models import Conversation, Handover, Seat
from chat.queries import supervisors_on_duty
from chat.states import ASK_SUPERVISORS, DESK_ROLES, HandoverStatus, Presence, Status, Way
from helpline.privacy.vault import keys
from helpline.staff.models import User
from helpline.staff.permissions import has_role

# How long somebody is told what became of a handover: a page that was away hears of it too.
TOLD = timedelta(minutes=15)
MOST_LISTED = 10


def listed(user: User) -> list[Handover]:
    """What waits for an answer of theirs or was asked by them, and what was just answered. The
    latest first; without what was written along. Each says whether a supervisor is on duty who
    could answer it.
    """
    waits = Q(to=user) | Q(by=user) & ~Q(way=Way.QUEUE)
    if has_role(user, "supervisor"):
        waits |= Q(way__in=ASK_SUPERVISORS)
    theirs = Q(by=user) | Q(holder=user) | Q(to=user, way=Way.GIVEN)
    answered = ~Q(way=Way.QUEUE) & Q(
        status__in=(HandoverStatus.ACCEPTED, HandoverStatus.DECLINED),
        answered_at__gt=timezone.now() - TOLD,
    )
    supervisors = (
        supervisors_on_duty()
        .filter(user__memberships__service=OuterRef("conversation__service"))
        .exclude(user=OuterRef("by"))
    )
    rows: list[Handover] = list(
        Handover.objects.select_related("conversation", "by", "holder", "to", "answered_by")
        .annotate(supervised=Exists(supervisors))
        .defer("summary")
        .filter(conversation__service__memberships__user=user)
        .exclude(conversation__status=Status.ENDED)
        .filter(Q(status=HandoverStatus.OPEN) & waits | answered & theirs)
        .order_by("-asked_at")[:MOST_LISTED]
    )
    keys.preload([row.conversation_id for row in rows])
    return rows


class Standing(NamedTuple):
    """How one handover stands, for who must look again when that changes."""

    service_id: uuid.UUID
    id: uuid.UUID
    status: str


def standing() -> list[Standing]:
    """How every handover stands that a desk may list now, of all services."""
    rows = (
        Handover.objects.filter(
            Q(status=HandoverStatus.OPEN) | Q(answered_at__gt=timezone.now() - TOLD)
        )
        .exclude(conversation__status=Status.ENDED)
        .order_by("asked_at", "pk")
        .values_list("conversation__service_id", "pk", "status")
    )
    return list(map(Standing._make, rows))


def latest(conversation: Conversation) -> Handover | None:
    """The last one that came with words for who goes on with a conversation, or looks along."""
    rows = (
        conversation.handovers.select_related("by", "to")
        .filter(status__in=(HandoverStatus.OPEN, HandoverStatus.ACCEPTED))
        .order_by("-asked_at")
    )
    return next((row for row in rows if row.summary), None)


@dataclass(frozen=True)
class Colleague:
    """Somebody who could go on with a conversation, and how many they have."""

    user: User
    chats: int
    seat: Seat
    supervises: bool


def colleagues(conversation: Conversation, *, of: User) -> list[Colleague]:
    """Who else works at the chat of this service; who has it already is not among them."""
    groups = User.groups.through.objects.filter(user=OuterRef("pk"))
    people = (
        User.objects.select_related("seat")
        .filter(Exists(groups.filter(group__name__in=DESK_ROLES)), is_active=True)
        .filter(memberships__service=conversation.service_id)
        .exclude(pk__in=[of.pk, conversation.owner_id or of.pk])
        .annotate(
            supervises=Exists(groups.filter(group__name="supervisor")),
            chats=Count("conversations", filter=~Q(conversations__status=Status.ENDED)),
        )
        .order_by("work_name", "username")
    )
    return [Colleague(user, user.chats, _seat_of(user), user.supervises) for user in people]


def _seat_of(user: User) -> Seat:
    seat: Seat | None = getattr(user, "seat", None)
    return seat or Seat(user=user, presence=Presence.OFF)  # has never been at the console
