"""Mail comes in: it is kept with its notice, or in a tray of its own, and a person reads it.

What is written is words, and no claim until a colleague has read it as one. Only what mail servers
say of our own mail counts by itself: what came back did not arrive.
"""

import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from helpline.privacy.vault.keys import create_key, destroy_key
from helpline.privacy.vault.sealing import blind_index
from helpline.services.queries import default_service
from helpline.staff import audit
from helpline.staff.models import User
from intake.removal.actions.answers import (
    Claim,
    concerned,
    it_arrived,
    record_answers,
    still_counts,
)
from intake.removal.actions.drafting import COVERED, addresses_of, envelope_of
from intake.removal.composing import SLOT, fill, slot
from intake.removal.deadlines import answer_due
from intake.removal.errors import Refusal, RefusedError
from intake.removal.inbox.reading import Received, read
from intake.removal.inbox.words import reply_of
from intake.removal.locking import lock_notice
from intake.removal.models import Notice, NoticeRequest, ReceivedMail, StrayMail
from intake.removal.permissions import check_touch_all, check_work_at_desk
from intake.removal.queries.mail import (
    REFERENCE,
    answerable_notices,
    notice_of_mail,
    replied_and_read,
)
from intake.removal.states import Because, MailKind, NoticeStatus, RequestStatus
from intake.removal.workflow import advance, advance_notice, can_become

log = logging.getLogger(__name__)

# Ticket systems mark also what a person wrote as made by a machine; only what comes at once is.
ACKNOWLEDGED_WITHIN = timedelta(minutes=15)
MOST_STRAY = 2000
LINK = re.compile(r"(?i)\b(?:h(?:tt|xx)ps?(?:://|\[:\]//)|www\.)\S+")


class Taken(StrEnum):
    """What became of a mail."""

    KEPT = "kept"
    STRAY = "stray"
    KNOWN = "known"
    DROPPED = "dropped"


def take_mail(raw: bytes, *, to: str = "") -> Taken:
    """Keep a mail that came in. The same mail again changes nothing.

    ``raw`` may be its beginning only; ``to`` is whom the mail server had it for.
    """
    received = read(raw, to=to)
    notice = notice_of_mail(received)
    if notice is not None:
        return _keep(notice, received)
    return _keep_stray(received)


@transaction.atomic
def _keep(notice: Notice, received: Received) -> Taken:
    # One mail at a time: the same one twice waits here, and is then known.
    notice = lock_notice(notice.pk)
    fingerprint = _fingerprint(received, str(notice.pk))
    if ReceivedMail.objects.filter(fingerprint=fingerprint).exists():
        return Taken.KNOWN
    words = received.text
    kind = _kind(notice, received)
    if kind != MailKind.BOUNCE:
        words = reply_of(words, ours=envelope_of(notice).text)
        if not words and kind == MailKind.ANSWER:
            kind = MailKind.UNKNOWN
    now = timezone.now()
    mail = ReceivedMail(
        notice=notice,
        fingerprint=fingerprint,
        kind=kind,
        code=received.code,
        left_out=min(received.left_out, 1000),
        received_at=now,
        read_at=now if kind in (MailKind.AUTO_REPLY, MailKind.BOUNCE) else None,
    )
    urls = addresses_of(notice)
    mail.sender = received.sender
    mail.subject = _without_addresses(received.subject, urls)
    mail.text = _without_addresses(words, urls)
    mail.save(force_insert=True)
    if kind == MailKind.BOUNCE:
        _came_back(notice, received.code)
    elif kind == MailKind.ANSWER:
        _wrote_back(notice)
    return Taken.KEPT


def _kind(notice: Notice, received: Received) -> MailKind:
    """What a mail is, seen from the notice it is about."""
    if received.kind == MailKind.BOUNCE and received.about:
        # Of another mail of ours, or of nobody's: a person looks.
        return MailKind.BOUNCE if notice.message_id in received.about else MailKind.UNKNOWN
    is_prompt = notice.sent_at is None or timezone.now() - notice.sent_at < ACKNOWLEDGED_WITHIN
    if received.kind == MailKind.ANSWER and received.of_a_machine and is_prompt:
        return MailKind.AUTO_REPLY
    return received.kind


def _keep_stray(received: Received) -> Taken:
    if StrayMail.objects.count() >= MOST_STRAY:
        log.warning("the tray of mail without a notice is full", extra={"count": MOST_STRAY})
        return Taken.DROPPED
    fingerprint = _fingerprint(received, "stray")
    if StrayMail.objects.filter(fingerprint=fingerprint).exists():
        return Taken.KNOWN
    stray = StrayMail(
        service=default_service(), fingerprint=fingerprint, left_out=min(received.left_out, 1000)
    )
    create_key(stray.pk, kind="stray-mail")
    stray.sender, stray.subject, stray.text = received.sender, received.subject, received.text
    stray.save(force_insert=True)
    return Taken.STRAY


def _fingerprint(received: Received, where: str) -> bytes:
    parts = (where, received.message_id, received.date, received.sender, received.subject)
    return blind_index("mail", "\0".join((*parts, received.text)))


def _without_addresses(text: str, urls: dict[int, str]) -> str:
    """The text with slots for the addresses of the notice, as the notice itself is kept."""
    text = SLOT.sub("", text)
    for position, url in sorted(urls.items(), key=lambda item: -len(item[1])):
        text = text.replace(url, slot(position))
    return text


def _came_back(notice: Notice, code: str) -> None:
    """A mail server says that our mail did not arrive."""
    if notice.status in (NoticeStatus.ATTEMPTING, NoticeStatus.ACCEPTED, NoticeStatus.UNCERTAIN):
        advance_notice(
            notice,
            NoticeStatus.REJECTED,
            because=Because.BOUNCED,
            changes={"outcome": f"bounced {code}".strip(), "claim": None, "lease_until": None},
        )
    for entry in NoticeRequest.objects.filter(notice=notice).select_related("request"):
        request = entry.request
        if entry.round == request.round and can_become(request, RequestStatus.REJECTED):
            advance(request, RequestStatus.REJECTED, because=Because.BOUNCED, notice=notice)


def _wrote_back(notice: Notice) -> None:
    """Somebody wrote: a colleague reads it before silence is called silence."""
    it_arrived(notice)
    for entry in concerned(notice):
        if still_counts(entry) and can_become(entry.request, RequestStatus.REPLIED):
            advance(entry.request, RequestStatus.REPLIED, notice=notice)


# What a colleague does.


def open_mail(mail: ReceivedMail, *, by: User) -> tuple[str, str]:
    """Subject and words of a mail about a notice. The record says first who reads them."""
    notice = mail.notice
    check_work_at_desk(by, notice.service)
    audit.record(by=by, action="open_mail", subject_kind="notice", subject_id=str(notice.pk))
    entries = NoticeRequest.objects.filter(notice=notice).select_related("request__location")
    if notice.is_hand_over or any(e.request.location.is_possibly_minor for e in entries):
        covered = dict.fromkeys((entry.position for entry in entries), COVERED)
        subject, text = fill(mail.subject, covered), fill(mail.text, covered)
        return LINK.sub(COVERED, subject), LINK.sub(COVERED, text)
    urls = addresses_of(notice)
    return fill(mail.subject, urls), fill(mail.text, urls)


@transaction.atomic
def note_answer(mail: ReceivedMail, claims: Sequence[Claim], *, by: User) -> None:
    """A colleague has read what a recipient wrote, and says which claims are in it. None: it holds
    no answer, and the clock goes on.

    Of a page that may show somebody under 18 only what the hotline says is noted.
    """
    notice = mail.notice
    check_work_at_desk(by, notice.service)
    said_of = {claim.position for claim in claims}
    if not notice.is_hand_over:
        entries = NoticeRequest.objects.filter(notice=notice, position__in=said_of)
        check_touch_all(
            by,
            [e.request.location for e in entries.select_related("request__location__service")],
        )
    if not ReceivedMail.objects.filter(pk=mail.pk, read_at=None).update(
        read_at=timezone.now(), read_by=by
    ):
        raise RefusedError(Refusal.CHANGED)
    record_answers(notice, claims, mail=mail, by=by)
    for request in replied_and_read(notice):
        left_last = request.entries.select_related("notice").order_by("round").last()
        last = left_last.notice if left_last else notice
        advance(
            request,
            RequestStatus.SENT,
            by=by,
            because=Because.NO_ANSWER_IN_IT,
            notice=notice,
            due_at=answer_due(last, last.sent_at or last.created_at),
        )


def open_stray(stray: StrayMail, *, by: User) -> tuple[str, str]:
    """Subject and words of a mail that belongs to no notice. The record says first who reads them."""
    check_work_at_desk(by, stray.service)
    audit.record(by=by, action="open_stray_mail", subject_kind="mail", subject_id=str(stray.pk))
    return LINK.sub(COVERED, stray.subject), LINK.sub(COVERED, stray.text)


@transaction.atomic
def give_stray(stray: StrayMail, reference: str, *, by: User) -> ReceivedMail:
    """Put a mail with the notice it belongs to, on a colleague's word."""
    check_work_at_desk(by, stray.service)
    # As it stands in a letter, or read out and typed with spaces.
    found = REFERENCE.search(reference) or REFERENCE.search("-".join(reference.split()))
    notice = (
        answerable_notices().filter(reference=found[0].upper(), service=stray.service).first()
        if found
        else None
    )
    if notice is None:
        raise RefusedError(Refusal.NO_SUCH_NOTICE)
    received = Received(
        MailKind.ANSWER, sender=stray.sender, subject=stray.subject, text=stray.text
    )
    _keep(notice, received)
    throw_away(stray, by=by)
    return ReceivedMail.objects.get(fingerprint=_fingerprint(received, str(notice.pk)))


@transaction.atomic
def throw_away(stray: StrayMail, *, by: User) -> None:
    """A mail that belongs nowhere goes, with its key."""
    check_work_at_desk(by, stray.service)
    audit.record(by=by, action="drop_stray_mail", subject_kind="mail", subject_id=str(stray.pk))
    StrayMail.objects.filter(pk=stray.pk).delete()
    transaction.on_commit(lambda: destroy_key(stray.pk))
