"""Which notice a mail is about, and what mail waits to be read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from helpline.staff.models import User
from intake.removal.inbox.reading import Received
from intake.removal.models import Notice, ReceivedMail, RemovalRequest, StrayMail
from intake.removal.states import NoticeStatus, RequestStatus

PAGE = 50
REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}", re.IGNORECASE)
# The recipient has it, or may have; a draft or a cancelled notice cannot be answered.
ANSWERABLE_NOTICES = (
    NoticeStatus.ATTEMPTING,
    NoticeStatus.ACCEPTED,
    NoticeStatus.UNCERTAIN,
    NoticeStatus.REJECTED,
)


def answerable_notices() -> QuerySet[Notice]:
    """The notices about which somebody can say something."""
    return Notice.objects.select_related("service", "recipient").filter(
        status__in=ANSWERABLE_NOTICES, forgotten_at=None
    )


def notice_of_mail(received: Received) -> Notice | None:
    """The notice that a mail is about: by its address, by what it answers, or by the reference in
    its subject. Each is random and known to nobody but whom we wrote to. One query.
    """
    references = [*_references(received.to), *REFERENCE.findall(received.subject)]
    references = [reference.upper() for reference in references]
    found = list(
        answerable_notices().filter(Q(reference__in=references) | Q(message_id__in=received.about))
    )
    by_name = {name: n for n in found for name in (n.reference, n.message_id)}
    names = [*references[: len(received.to)], *received.about, *references]
    return next((by_name[name] for name in names if name in by_name), None)


def _references(addresses: Iterable[str]) -> list[str]:
    """The references in addresses of notices of ours."""
    ours, _at, domain = settings.HELPLINE_NOTICE_ADDRESS.lower().rpartition("@")
    found = []
    for address in addresses:
        local, _at, theirs = address.lower().rpartition("@")
        if theirs == domain and local.startswith(f"{ours}+"):
            found.append(local.removeprefix(f"{ours}+"))
    return found


def unread_mail(user: User) -> QuerySet[ReceivedMail]:
    """Mail about notices that nobody read yet, of a person's services, the oldest first."""
    return ReceivedMail.objects.filter(
        read_at=None, notice__service__memberships__user=user
    ).order_by("received_at", "pk")


def stray_mail(user: User) -> QuerySet[StrayMail]:
    """Mail that belongs to no notice, of a person's services, the oldest first."""
    return StrayMail.objects.filter(service__memberships__user=user).order_by("received_at", "pk")


def replied_and_read(notice: Notice) -> QuerySet[RemovalRequest]:
    """The requests of a notice about which somebody wrote, and every mail was read, whichever of
    their notices it was about."""
    unread = ReceivedMail.objects.filter(read_at=None, notice__entries__request=OuterRef("pk"))
    return RemovalRequest.objects.filter(
        ~Exists(unread), entries__notice=notice, status=RequestStatus.REPLIED
    )


@dataclass(frozen=True)
class Tray:
    """One page of the mail that waits, without a word of it."""

    unread: list[ReceivedMail]
    stray: list[StrayMail]
    page: int
    has_next: bool


def tray(user: User, *, page: int = 1) -> Tray:
    """The mail that waits. Two queries."""
    start, end = (page - 1) * PAGE, page * PAGE + 1
    unread = list(
        unread_mail(user)
        .select_related("notice__recipient")
        .defer("sender", "subject", "text", "notice__subject", "notice__text", "notice__xarf")[
            start:end
        ]
    )
    stray = list(stray_mail(user).defer("sender", "subject", "text")[start:end])
    more = max(len(unread), len(stray)) > PAGE
    return Tray(unread[:PAGE], stray[:PAGE], page, has_next=more)


def count_waiting(user: User) -> int:
    """How many mails wait for somebody to read them."""
    return unread_mail(user).count() + stray_mail(user).count()
