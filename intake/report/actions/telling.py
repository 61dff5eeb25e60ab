"""Telling the holder of a code by mail that there is news: asked for, stopped, and sent.

A mail is claimed by a conditional UPDATE that also says what it tells of and when the next may go.
That is committed before the mail server hears anything: whatever happens then, the same news is
never mailed twice. A worker that dies in between costs one mail, which the status page makes good.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from helpline.privacy.vault.errors import VaultError
from helpline.privacy.vault.keys import preload
from intake.recipients.channels import mail
from intake.recipients.channels.base import Result
from intake.report import news
from intake.report.models import NewsByMail, Report
from intake.report.queries import (
    SHOWN_LATER,
    LinkProgress,
    latest_news,
    latest_word,
    news_to_mail,
    progress_of_report,
)

log = logging.getLogger(__name__)

MAILS_A_SWEEP = 50
BETWEEN_MAILS = timedelta(days=1)
# The mail server did not take it, and may later.
AGAIN = timedelta(hours=1)
# Nothing that a visitor is shown was there yet.
LOOK_AGAIN = timedelta(minutes=10)
# So many mails in a row refused, each on a day of its own: the address does not exist any more. One
# refusal may as well be about us.
REFUSALS = 3


@transaction.atomic
def ask_for_news(*, report: Report, address: str, language: str) -> None:
    """From now on mail there when there is news. Another address takes the place of the first.

    Nothing is sent to try it: a mail without news would be one more that others can see. Raises
    ValueError for what is not one address.
    """
    if not news.is_address(address):
        raise ValueError("This is not one mail address.")
    now = timezone.now()
    row, _is_new = NewsByMail.objects.select_for_update().get_or_create(
        report=report,
        defaults={"language": language, "given_at": now, "known_until": now},
    )
    row.address = address
    row.language = language
    row.given_at = now
    row.refusals = 0
    changed = ["address", "language", "given_at", "refusals"]
    if row.next_mail_at is None:
        # Otherwise it stays: whoever changes the address gets no second mail on the same day.
        row.next_mail_at = now
        changed.append("next_mail_at")
    row.save(update_fields=changed)


def stop_news(*, report: Report) -> None:
    """Erase the address, at once. Nothing more is mailed."""
    NewsByMail.objects.filter(report=report).delete()


def saw_news(*, report: Report, entries: Sequence[LinkProgress]) -> None:
    """The holder of the code looks at the status page: what stands there is no news any more."""
    seen = latest_news(entries, report.created_at)
    if seen is not None:
        NewsByMail.objects.filter(report=report, known_until__lt=seen).update(known_until=seen)


def send_due_news(now: datetime | None = None) -> int:
    """Mail everybody for whom there is news and whose day has passed. Returns how many mails went.

    Never raises on one bad row. While the mail server takes nothing, the rest waits for the next
    sweep: notices go over the same server.
    """
    if not news.is_offered():
        return 0
    now = now or timezone.now()
    rows = list(news_to_mail(now)[:MAILS_A_SWEEP])
    preload([row.report_id for row in rows])
    sent = 0
    for row in rows:
        try:
            told = _tell(row, now)
        except (DatabaseError, VaultError, ValueError) as error:
            log.warning("news could not be mailed", extra={"error": type(error).__name__})
            continue
        if told is Told.NOT_NOW:
            log.warning("the mail server takes no mail about news", extra={"count": 1})
            break
        sent += told is Told.YES
    return sent


class Told(Enum):
    YES = auto()
    NO = auto()  # nothing to tell, somebody was faster, or it was refused
    NOT_NOW = auto()  # the mail server cannot just now


def _tell(row: NewsByMail, now: datetime) -> Told:
    known_until = row.known_until
    happened = latest_news(progress_of_report(row.report), known_until)
    moments = [at for at in (happened, latest_word(row.report, known_until)) if at is not None]
    latest = max(moments, default=None)
    if latest is None:
        _look_later(row, now)
        return Told.NO
    message = news.render(row.address, row.language)
    if not _change(row, known_until=latest, next_mail_at=now + BETWEEN_MAILS):
        return Told.NO  # another worker was faster, or they looked, stopped or changed the address
    outcome = mail.hand_over(message, sender=settings.HELPLINE_NEWS_ADDRESS, to=row.address)
    match outcome.result:
        case Result.ACCEPTED | Result.UNCERTAIN:
            if row.refusals:
                _change(row, refusals=0)
            return Told.YES
        case Result.NOT_SENT:
            _change(row, known_until=known_until, next_mail_at=now + AGAIN)
            return Told.NOT_NOW
        case Result.REJECTED:
            log.warning("a mail about news was refused", extra={"count": row.refusals + 1})
            if row.refusals + 1 < REFUSALS:
                _change(row, known_until=known_until, refusals=row.refusals + 1)
            else:
                _change(row, address=None, next_mail_at=None)
    return Told.NO


def _look_later(row: NewsByMail, now: datetime) -> None:
    """Something happened that no visitor is shown, or not yet."""
    happened_at: datetime | None = getattr(row, "happened_at")  # noqa: B009 -- the query's own column
    if happened_at is not None and happened_at <= now - SHOWN_LATER:
        _change(row, known_until=happened_at)
    else:
        _change(row, next_mail_at=now + LOOK_AGAIN)


def _change(row: NewsByMail, **changes: object) -> bool:
    """Change the row as long as nobody else did. Returns whether it was changed."""
    same = NewsByMail.objects.filter(
        pk=row.pk,
        given_at=row.given_at,
        known_until=row.known_until,
        next_mail_at=row.next_mail_at,
    )
    if not same.update(**changes):
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True
