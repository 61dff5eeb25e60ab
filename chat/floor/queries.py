"""The floor of a service as it is now. As many questions for two hundred chats as for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from chat.models import Conversation, Debrief, Seat
from chat.queries_silence import answered_seq, unanswered_since
from chat.states import DESK_ROLES, Presence, Status
from helpline.privacy.vault import keys
from helpline.privacy.vault.errors import VaultError
from helpline.services.models import Service
from helpline.staff.models import Membership, User

# Of a list of one kind; how many there are in all stands above it.
MOST_SHOWN = 60
DUTY: list[str] = [Presence.ON, Presence.PAUSED, Presence.OFF]  # in this order they stand there


@dataclass(frozen=True)
class Chat:
    """A conversation as the floor shows it: nothing that was said."""

    id: str
    name: str
    language: str
    status: str
    topic: str
    urgency: str
    returned: bool
    owner_id: int | None
    owner_name: str
    since: datetime  # they wait, or came in
    long: tuple[int, int]  # after so many seconds a wait is long, and very long
    queue_from: datetime  # by which they stand in line
    unanswered_since: datetime | None  # the first word that the counsellor has not answered
    danger_at: datetime | None
    acknowledged: bool


@dataclass(frozen=True)
class Person:
    """Somebody who may answer visitors of this service."""

    id: int
    name: str
    capacity: int
    load: int  # chats they hold, those of another service too
    presence: str  # of who is gone: off
    since: datetime | None  # it is so

    @property
    def on_duty(self) -> bool:
        return self.presence == Presence.ON

    @property
    def room(self) -> int:
        """How many visitors could come to them now."""
        return max(0, self.capacity - self.load) if self.on_duty else 0


@dataclass(frozen=True)
class Asking:
    """A counsellor who asks to talk about what they heard."""

    id: str
    name: str
    since: datetime


@dataclass(frozen=True)
class Floor:
    """Everything a supervisor's page shows, in order."""

    chats: Sequence[Chat] = ()
    people: Sequence[Person] = ()
    asking: Sequence[Asking] = ()
    by_owner: dict[int | None, list[Chat]] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Chat]:
        return [chat for chat in self.chats if chat.status == Status.WAITING]

    @property
    def talking(self) -> list[Chat]:
        """Chats that somebody holds, also while their visitor is away for a moment."""
        return [chat for chat in self.chats if chat.owner_id is not None]

    @property
    def alarms(self) -> list[Chat]:
        """Danger that is open, what nobody has seen yet first."""
        return sorted((c for c in self.chats if c.danger_at), key=lambda chat: chat.acknowledged)

    @property
    def longest_wait(self) -> Chat | None:
        """Who waits longest."""
        return min(self.waiting, key=lambda chat: chat.since, default=None)

    @property
    def unanswered(self) -> list[Chat]:
        """Chats in which the visitor waits for a word, the longest first."""
        pairs = [
            (chat.unanswered_since, chat)
            for chat in self.talking
            # To who left in a hurry nobody writes.
            if chat.unanswered_since and chat.status == Status.ACTIVE
        ]
        return [chat for _since, chat in sorted(pairs, key=lambda pair: pair[0])]

    @property
    def on_duty(self) -> int:
        return sum(person.on_duty for person in self.people)

    @property
    def shown_waiting(self) -> list[Chat]:
        return self.waiting[:MOST_SHOWN]

    @property
    def shown_unanswered(self) -> list[Chat]:
        return self.unanswered[:MOST_SHOWN]

    @property
    def unseen(self) -> list[Chat]:
        """Alarms that no supervisor has acknowledged."""
        return [chat for chat in self.alarms if not chat.acknowledged]

    @property
    def room(self) -> int:
        """How many more could be taken now."""
        return sum(person.room for person in self.people)

    @property
    def rooms(self) -> list[tuple[Person, list[Chat]]]:
        """Everybody with the chats they hold."""
        return [(person, self.by_owner.get(person.id, [])) for person in self.people]


def services_of(user: User) -> list[Service]:
    """The services whose floor somebody may see, if they are a supervisor."""
    return list(Service.objects.filter(memberships__user=user).order_by("name"))


def floor(service: Service) -> Floor:
    """The floor of a service as it is now, in the order of waiting."""
    chats = _chats(service)
    by_owner: dict[int | None, list[Chat]] = {}
    for chat in chats:
        by_owner.setdefault(chat.owner_id, []).append(chat)
    return Floor(chats, _people(service, by_owner), _asking(service), by_owner)


def _chats(service: Service) -> list[Chat]:
    rows = list(
        Conversation.objects.select_related("owner", "service")
        .filter(service=service)
        .exclude(status=Status.ENDED)
        .annotate(answered_seq=answered_seq(), unanswered_since=unanswered_since())
        .order_by("queue_from", "pk")
    )
    keys.preload([row.pk for row in rows])
    return [
        Chat(
            id=str(row.pk),
            name=_name(row),
            language=row.language,
            status=row.status,
            topic=row.topic,
            urgency=row.urgency,
            returned=row.returned,
            owner_id=row.owner_id,
            owner_name=row.owner.called if row.owner else "",
            since=row.waiting_since,
            long=row.service.long_waits,
            queue_from=row.queue_from,
            unanswered_since=row.unanswered_since,
            danger_at=row.danger_at,
            acknowledged=row.acknowledged_at is not None,
        )
        for row in rows
    ]


def _asking(service: Service) -> list[Asking]:
    rows = (
        Debrief.objects.filter(service=service, taken_at=None)
        .select_related("user")
        .order_by("asked_at")[:MOST_SHOWN]
    )
    return [Asking(str(row.pk), row.user.called, row.asked_at) for row in rows]


def _name(row: Conversation) -> str:
    try:
        return str(row.visitor_name)
    except VaultError:  # its key went a moment ago: the floor does not go with it
        return ""


def _people(service: Service, holding: dict[int | None, list[Chat]]) -> list[Person]:
    """Who may answer, by name; who left with chats still on their name, too."""
    open_chats = Count("conversations", filter=~Q(conversations__status=Status.ENDED))
    members = Membership.objects.filter(service=service).values("user_id")
    answering = User.groups.through.objects.filter(group__name__in=DESK_ROLES).values("user_id")
    owners = [owner for owner in holding if owner is not None]
    rows = (
        User.objects.filter(
            Q(is_active=True, pk__in=members) & Q(pk__in=answering) | Q(pk__in=owners)
        )
        .select_related("seat")
        .annotate(load=open_chats)
        .order_by("work_name", "username")
    )
    people = [_person(row) for row in rows]
    return sorted(people, key=lambda person: DUTY.index(person.presence))


def _person(user: Any) -> Person:
    """One row, with the chats that were counted with it."""
    seat = getattr(user, "seat", None)
    there = seat is not None and seat.is_there
    return Person(
        id=user.pk,
        name=user.called,
        capacity=seat.capacity if seat else Seat._meta.get_field("capacity").default,
        load=user.load,
        presence=seat.presence if seat and there else Presence.OFF,
        since=seat.since if seat and there else None,
    )
