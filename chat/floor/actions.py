"""What a supervisor sets on the floor. Each is on the audit record."""

from collections.abc import Mapping

from django.db import transaction

from chat.errors import ChatError, Code
from chat.floor import permissions
from chat.models import Seat
from chat.states import Presence
from chat.wire import bells
from helpline.services.models import Holiday, OpeningHours, Service
from helpline.staff import audit
from helpline.staff.models import User
from helpline.staff.permissions import works_for

MOST_AT_ONCE = 12

# What a supervisor sets of a service, and the most it can be.
RULES = {
    "full_limit": 500,
    "last_entry_minutes": 180,
    "silence_minutes": 120,
    "grace_minutes": 240,
    "breath_minutes": 60,
    "heavy_in_a_row": 20,
    "long_wait_minutes": 60,
    "very_long_wait_minutes": 120,
}


def set_capacity(*, person: User, service: Service, capacity: int, by: User) -> None:
    """How many chats somebody may have at once. Who has more keeps them, and takes no other."""
    permissions.check_can_supervise(by, service)
    if not works_for(person, service):
        raise ChatError(Code.UNKNOWN)
    if not 0 <= capacity <= MOST_AT_ONCE:
        raise ChatError(Code.MALFORMED)
    with transaction.atomic():
        Seat.objects.update_or_create(
            user=person,
            defaults={"capacity": capacity},
            # Who was never here is not on duty because somebody made room for them.
            create_defaults={"capacity": capacity, "presence": Presence.OFF},
        )
        _on_record(by, "set_capacity", "user", str(person.pk))
        bells.announce(service.pk, service.pk, seq=0)  # every desk looks again, theirs too


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


def set_rules(*, service: Service, rules: Mapping[str, int | None], by: User) -> None:
    """When the chat is full, how long before closing nobody new comes in, and its other clocks.
    Every desk and floor of the service looks again.
    """
    permissions.check_can_supervise(by, service)
    if not rules.keys() <= RULES.keys():
        raise ChatError(Code.MALFORMED)
    with transaction.atomic():
        Service.objects.filter(pk=service.pk).update(**rules)
        _on_record(by, "set_chat_rules", "service", str(service.pk))
        bells.announce(service.pk, service.pk, seq=0)  # no conversation: nobody follows that number


def add_hours(*, hours: OpeningHours, by: User) -> None:
    """Open the chat in one more stretch of a weekday."""
    permissions.check_can_supervise(by, hours.service)
    with transaction.atomic():
        hours.save(force_insert=True)
        _on_record(by, "add_opening_hours", "service", str(hours.service_id))


def remove_hours(*, service: Service, number: int, by: User) -> None:
    """A stretch of a weekday in which the chat stays closed from now on. Twice is once."""
    permissions.check_can_supervise(by, service)
    with transaction.atomic():
        gone, _ = OpeningHours.objects.filter(service=service, pk=number).delete()
        if gone:
            _on_record(by, "remove_opening_hours", "service", str(service.pk))


def set_holiday(*, holiday: Holiday, by: User) -> None:
    """A date with hours of its own, or with none; what was set for it before goes."""
    permissions.check_can_supervise(by, holiday.service)
    with transaction.atomic():
        Holiday.objects.update_or_create(
            service=holiday.service,
            date=holiday.date,
            defaults={"name": holiday.name, "opens": holiday.opens, "closes": holiday.closes},
        )
        _on_record(by, "set_holiday", "service", str(holiday.service_id))


def remove_holiday(*, service: Service, number: int, by: User) -> None:
    """A date that follows its weekday again. Twice is once."""
    permissions.check_can_supervise(by, service)
    with transaction.atomic():
        gone, _ = Holiday.objects.filter(service=service, pk=number).delete()
        if gone:
            _on_record(by, "remove_holiday", "service", str(service.pk))


def _on_record(by: User, action: str, kind: str, number: str) -> None:
    audit.record(by=by, action=action, subject_kind=kind, subject_id=number)
