"""What reporters and caseworkers say to each other, and read."""

import uuid

from django.db import transaction
from django.utils import timezone

from helpline.staff.audit import record
from helpline.staff.models import User
from intake.report.models import Report, ReportedLink
from intake.report.permissions import check_can_read
from intake.report.talk.errors import Refusal, RefusedError
from intake.report.talk.models import Message
from intake.report.talk.queries import WAITS, talk_of
from intake.report.talk.states import Sender

# More than anybody says before they are answered; then the chat is the better place.
MOST_THAT_WAIT = 20


@transaction.atomic
def say(
    *, report: Report, text: str, client_id: uuid.UUID, answers: Message | None = None
) -> Message:
    """The holder of the code says something, or answers a question about a link.

    The same ``client_id`` twice is one message. Raises RefusedError.
    """
    _lock(report)
    said = report.messages.filter(client_id=client_id).first()
    if said is not None:
        return said
    if report.messages.filter(WAITS).count() >= MOST_THAT_WAIT:
        raise RefusedError(Refusal.TOO_MANY)
    # It is not settled while a message waits; the worker need not find that out first.
    Report.objects.filter(pk=report.pk).update(settled_at=None)
    return _keep(
        Message(
            report=report,
            client_id=client_id,
            sender=Sender.REPORTER,
            about_id=answers.about_id if answers else None,
            answers=answers,
        ),
        text,
    )


@transaction.atomic
def write(
    *,
    report: Report,
    text: str,
    client_id: uuid.UUID,
    upto: int,
    by: User,
    about: ReportedLink | None = None,
) -> Message:
    """A caseworker says something to the reporter, or asks about one link.

    ``upto`` is the last message they have read: when more was said since, they read that first.
    What waited for a word has one now. Raises PermissionDenied, RefusedError.
    """
    check_can_read(by, report)
    _lock(report)
    said = report.messages.filter(client_id=client_id).first()
    if said is not None:
        return said
    if report.messages.filter(pk__gt=upto).exists():
        raise RefusedError(Refusal.SAID_MEANWHILE)
    if about is not None and about.statement.location.is_possibly_minor:
        raise RefusedError(Refusal.POSSIBLY_MINOR)
    record(by=by, action="write_to_reporter", subject_kind="report", subject_id=str(report.pk))
    message = _keep(
        Message(report=report, client_id=client_id, sender=Sender.CASEWORKER, by=by, about=about),
        text,
    )
    report.messages.filter(WAITS).update(heeded_at=message.at)
    return message


@transaction.atomic
def heed(*, report: Report, upto: int, by: User) -> int:
    """A caseworker says that the messages they have read need no answer. Returns how many waited.

    Raises PermissionDenied.
    """
    check_can_read(by, report)
    waiting = report.messages.filter(WAITS, pk__lte=upto)
    heeded = waiting.update(heeded_at=timezone.now())
    if heeded:
        record(by=by, action="heed_reporter", subject_kind="report", subject_id=str(report.pk))
    return heeded


def open_talk(*, report: Report, by: User) -> list[Message]:
    """All that was said, for a member of staff: first on the record, then the words.

    Raises PermissionDenied.
    """
    check_can_read(by, report)
    record(by=by, action="open_talk", subject_kind="report", subject_id=str(report.pk))
    return _seen(talk_of(report), Sender.REPORTER)


def show_talk(*, report: Report) -> list[Message]:
    """All that was said, for who holds the code."""
    return _seen(talk_of(report), Sender.CASEWORKER)


def _seen(messages: list[Message], sender: Sender) -> list[Message]:
    """Note what the other side has before them now. What was new stays new on this page."""
    new = [m.pk for m in messages if m.sender == sender and m.seen_at is None]
    if new:
        Message.objects.filter(pk__in=new, seen_at=None).update(seen_at=timezone.now())
    return messages


def _lock(report: Report) -> None:
    held = Report.objects.select_for_update().filter(pk=report.pk)
    if held.values_list("pk", flat=True).first() is None:
        raise RefusedError(Refusal.ERASED)


def _keep(message: Message, text: str) -> Message:
    message.at = timezone.now()
    message.text = text
    message.save(force_insert=True)
    return message
