"""What a counsellor still has to write down, how long they rest, and who asks to talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Min, Q
from django.utils import timezone

from chat.answers import Theme
from chat.models import Conversation, ConversationEvent, Debrief, Handover, Rest
from chat.states import HandoverStatus, Kind, Status, Topic
from helpline.privacy.vault import keys
from helpline.privacy.vault.errors import VaultError
from helpline.staff.models import User
from helpline.staff.permissions import has_role

SHIFT = timedelta(hours=12)  # what ended before that belongs to another shift
LONG_REST = timedelta(minutes=30)  # after as many heavy chats in a row as the service sets
MOST = 20
MOST_DEBRIEFS = 20


class Breath(NamedTuple):
    """Until when a counsellor takes no new chat. A heavy row is not ended by saying "ready"."""

    until: datetime
    heavy: bool


@dataclass(frozen=True)
class Unwritten:
    """A chat of which the figures know nothing yet. ``name`` is empty when it was erased."""

    conversation: Conversation
    name: str
    minutes: int

    @property
    def theme(self) -> str:
        """As far as it follows from what the visitor said beforehand."""
        return theme_of(self.conversation)


# What a visitor says it is about, as the figures call it; what may be two things is left open.
THEMES: dict[str, str] = {
    Topic.SPREAD: Theme.SPREAD,
    Topic.BLACKMAIL: Theme.BLACKMAIL,
    Topic.HARASSED: Theme.HARASSED,
    Topic.FILMED: Theme.SECRETLY_FILMED,
    Topic.FOR_OTHER: Theme.HELPING,
}


@dataclass(frozen=True)
class After:
    """All that a console shows of what comes after chats."""

    unwritten: list[Unwritten]
    breath: Breath | None
    debriefs: list[Debrief]  # that this supervisor can take
    own: Debrief | None  # that this counsellor asked for


def after(user: User) -> After:
    """What there is to do for somebody after their chats."""
    chats = finished(user)
    rest = Rest.objects.filter(user=user).first()
    debriefs = _debriefs(user)
    return After(
        unwritten=_unwritten(chats),
        breath=_breath(user, chats, rest),
        debriefs=[each for each in debriefs if each.user_id != user.pk and each.taken_at is None],
        own=next((each for each in debriefs if each.user_id == user.pk and _is_new(each)), None),
    )


def finished(user: User) -> list[Conversation]:
    """The chats of somebody that ended in this shift, the latest first."""
    return list(
        Conversation.objects.select_related("service", "wrap_up")
        .filter(owner=user, status=Status.ENDED, ended_at__gt=timezone.now() - SHIFT)
        .order_by("-ended_at")[:MOST]
    )


def breath_of(user: User) -> Breath | None:
    """How long somebody still rests; None when they may take another chat."""
    return _breath(user, finished(user), Rest.objects.filter(user=user).first())


def theme_of(conversation: Conversation) -> str:
    """The theme that the visitor's own answer suggests, or nothing."""
    return THEMES.get(conversation.topic, "")


def minutes_of(conversation: Conversation) -> int:
    """How long a chat took, from the first time somebody came to it until its end."""
    return _minutes([conversation])[conversation.pk]


def _breath(user: User, chats: Sequence[Conversation], rest: Rest | None) -> Breath | None:
    if not chats:
        return None
    now = timezone.now()
    last = chats[0]
    ended = _ended(last)
    eased_at = rest.eased_at if rest else None
    if (
        last.service.heavy_in_a_row
        and now < ended + LONG_REST
        and _in_a_row(user, chats, eased_at) >= last.service.heavy_in_a_row
    ):
        return Breath(ended + LONG_REST, heavy=True)
    until = ended + timedelta(minutes=last.service.breath_minutes)
    ready = rest is not None and rest.ready_at is not None and rest.ready_at >= ended
    return None if ready or now >= until else Breath(until, heavy=False)


def _in_a_row(user: User, chats: Sequence[Conversation], eased_at: datetime | None) -> int:
    """How many heavy chats came one after another, without a long rest between them."""
    row: list[Conversation] = []
    for chat in chats:
        if not _is_heavy(chat) or (eased_at is not None and _ended(chat) <= eased_at):
            break
        row.append(chat)
    if len(row) < 2:
        return len(row)
    taken = _came_to(user, row)
    for place, (later, earlier) in enumerate(zip(row, row[1:], strict=False), start=1):
        if taken.get(later.pk, later.started_at) - _ended(earlier) >= LONG_REST:
            return place
    return len(row)


def _came_to(user: User, chats: Sequence[Conversation]) -> dict[object, datetime]:
    """When somebody first had each of these chats: from the queue, or from a colleague."""
    taken = Q(became=Status.ACTIVE) | Q(kind=Kind.HANDED_OVER)
    moments = [
        *ConversationEvent.objects.filter(taken, conversation__in=chats, by=user)
        .values_list("conversation")
        .annotate(Min("at")),
        *Handover.objects.filter(conversation__in=chats, to=user, status=HandoverStatus.ACCEPTED)
        .values_list("conversation")
        .annotate(Min("answered_at")),
    ]
    came: dict[object, datetime] = {}
    for number, at in moments:
        came[number] = min(at, came.get(number, at))
    return came


def _is_heavy(chat: Conversation) -> bool:
    wrap_up = getattr(chat, "wrap_up", None)
    return chat.in_danger or (wrap_up is not None and wrap_up.heavy)


def _ended(chat: Conversation) -> datetime:
    return chat.ended_at or timezone.now()


def _unwritten(chats: Sequence[Conversation]) -> list[Unwritten]:
    left = [chat for chat in reversed(chats) if getattr(chat, "wrap_up", None) is None]
    if not left:
        return []
    keys.preload([chat.pk for chat in left])
    minutes = _minutes(left)
    return [Unwritten(chat, _name(chat), minutes[chat.pk]) for chat in left]


def _name(chat: Conversation) -> str:
    try:
        return str(chat.visitor_name)
    except VaultError:
        return ""


def _minutes(chats: Sequence[Conversation]) -> dict[object, int]:
    came = dict(
        ConversationEvent.objects.filter(conversation__in=chats, became=Status.ACTIVE)
        .values_list("conversation")
        .annotate(Min("at"))
    )
    return {
        chat.pk: max(
            1, round((_ended(chat) - came.get(chat.pk, _ended(chat))).total_seconds() / 60)
        )
        for chat in chats
    }


def _is_new(debrief: Debrief) -> bool:
    """Whether nobody came yet, or somebody just did."""
    taken = debrief.taken_at
    return taken is None or taken > timezone.now() - LONG_REST


def _debriefs(user: User) -> list[Debrief]:
    """The person's own of this shift and, for a supervisor, those of the service that are open."""
    recent = Debrief.objects.select_related("user", "taken_by").filter(
        asked_at__gt=timezone.now() - SHIFT
    )
    if has_role(user, "supervisor"):
        recent = recent.filter(service__memberships__user=user)
    else:
        recent = recent.filter(user=user)
    return list(recent.order_by("-asked_at")[:MOST_DEBRIEFS])
