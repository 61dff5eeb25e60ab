"""A visitor who does not answer: asked gently, given long, and then let go with a way back."""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from chat.actions.settling import lock, note
from chat.lines import Line
from chat.models import Conversation, Message
from chat.states import Kind, Sender, Status
from chat.workflow import StaleStatusError, advance, record
from helpline.services.models import Service

log = logging.getLogger(__name__)

AT_ONCE = 200


class Word(NamedTuple):
    """Who spoke last in a conversation, and when; lines of the system are not words."""

    sender: str
    at: datetime


def sweep_silence() -> int:
    """Ask who did not answer a counsellor whether they are still there; who stays silent long
    after that, is let go. In danger no clock does either. Returns how many it was done to.
    """
    done = 0
    for service in Service.objects.all():
        for row in _silent(service, timezone.now()):
            try:
                done += _look_at(row, service)
            except StaleStatusError:
                continue  # somebody did something just now
            except Exception as error:  # noqa: BLE001 -- one bad row must not keep the others
                log.error("a silence was not seen to", extra={"error": type(error).__name__})
    return done


def _silent(service: Service, now: datetime) -> QuerySet[Conversation]:
    """Conversations in which the visitor's answer is waited for too long."""
    words = (
        Message.objects.filter(conversation=OuterRef("pk"))
        .exclude(sender=Sender.SYSTEM)
        .order_by("-seq")
    )
    asked = Q(asked_at__gt=F("word_at"))
    return (
        Conversation.objects.filter(service=service, status=Status.ACTIVE, danger_at=None)
        .alias(
            word_from=Subquery(words.values("sender")[:1]),
            word_at=Subquery(words.values("sent_at")[:1]),
        )
        .filter(word_from=Sender.COUNSELLOR, word_at__lt=now - _silence(service))
        .filter(Q(asked_at=None) | ~asked | Q(asked_at__lt=now - _grace(service)))[:AT_ONCE]
    )


def _look_at(conversation: Conversation, service: Service) -> bool:
    """Ask or close, by how it stands under its lock."""
    with transaction.atomic():
        row = lock(conversation)
        last = _last_word(row)
        now = timezone.now()
        if (
            row.status != Status.ACTIVE
            or row.in_danger
            or last is None
            or last.sender != Sender.COUNSELLOR
            or last.at >= now - _silence(service)
        ):
            return False
        if row.asked_at is None or row.asked_at <= last.at:
            Conversation.objects.filter(pk=row.pk).update(asked_at=now)
            record(row, Kind.ASKED, side=Sender.SYSTEM)
            note(row, Line.STILL_THERE)
            return True
        if row.asked_at >= now - _grace(service):
            return False
        advance(row, Status.ENDED, side=Sender.SYSTEM)
        note(row, Line.ENDED_BY_SILENCE)
        return True


def _last_word(conversation: Conversation) -> Word | None:
    said = (
        Message.objects.filter(conversation=conversation)
        .exclude(sender=Sender.SYSTEM)
        .order_by("-seq")
        .values_list("sender", "sent_at")
        .first()
    )
    return Word(*said) if said else None


def _silence(service: Service) -> timedelta:
    return timedelta(minutes=service.silence_minutes)


def _grace(service: Service) -> timedelta:
    return timedelta(minutes=service.grace_minutes)
