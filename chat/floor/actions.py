"""What a supervisor sets on the floor. Each is on the audit record."""

from django.db import transaction

from chat.errors import ChatError, Code
from chat.floor import permissions
from chat.models import Seat
from helpline.services.models import Service
from helpline.staff import audit
from helpline.staff.models import User
from helpline.staff.permissions import works_for

MOST_AT_ONCE = 12


def set_capacity(*, person: User, service: Service, capacity: int, by: User) -> None:
    """How many chats somebody may have at once. Who has more keeps them, and takes no other."""
    permissions.check_can_supervise(by, service)
    if not works_for(person, service):
        raise ChatError(Code.UNKNOWN)
    if not 0 <= capacity <= MOST_AT_ONCE:
        raise ChatError(Code.MALFORMED)
    with transaction.atomic():
        Seat.objects.update_or_create(user=person, defaults={"capacity": capacity})
        _on_record(by, "set_capacity", "user", str(person.pk))


def set_chat(*, service: Service, chat_open: str, by: User) -> None:
    """Open or close the chat now, or let the timetable decide. Who is in stays in."""
    permissions.check_can_supervise(by, service)
    with transaction.atomic():
        changed = (
            Service.objects.filter(pk=service.pk)
            .exclude(chat_open=chat_open)
            .update(chat_open=chat_open)
        )
        if changed:
            _on_record(by, f"chat_{chat_open}", "service", str(service.pk))
    service.chat_open = chat_open


def _on_record(by: User, action: str, kind: str, number: str) -> None:
    audit.record(by=by, action=action, subject_kind=kind, subject_id=number)
