"""The record of what staff opened and did: append-only, and one altered row shows.

Each entry carries a keyed hash over itself and the entry before it on the same day. The key stands
in the key file, so that who can write in the database still cannot forge the chain. Source of the
duty: NEN 7513 (logging of access to records).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, connection
from django.utils import timezone

from helpline.privacy.vault.master import fixed_key
from helpline.staff.models import AuditEntry, User

ATTEMPTS = 20


@dataclass(frozen=True)
class Break:
    """Where a day's chain does not hold."""

    day: date
    number: int


def record(*, by: User | None, action: str, subject_kind: str, subject_id: str) -> AuditEntry:
    """Write that a person is about to open or do something. Call it before showing any text.

    Commits by itself when no transaction is open. When it cannot be written it raises, and what
    was to be opened stays shut. ``by`` None is the system itself.
    """
    for _attempt in range(ATTEMPTS):
        entry = _next(
            actor=by.get_username() if by else "system",
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
        )
        if _insert(entry):
            return entry
    raise IntegrityError("others took each number of the record first")


def record_person(*, by: User | None, action: str, person: User) -> None:
    """The same of what is done about the account of a colleague."""
    record(by=by, action=action, subject_kind="user", subject_id=str(person.pk))


def is_on_record(
    *, by: User, action: str, subject_kind: str, subject_id: str, within: timedelta
) -> bool:
    """Whether this person's entry for the same thing was written that short a time ago."""
    now = timezone.now()
    return AuditEntry.objects.filter(
        subject_kind=subject_kind,
        subject_id=subject_id,
        actor=by.get_username(),
        action=action,
        at__gt=now - within,
        at__lte=now,
    ).exists()


def verify(day: date) -> Break | None:
    """Check a day's chain: the first entry that was altered, removed or slipped in, or None."""
    before = b""
    expected = 1
    for entry in AuditEntry.objects.filter(day=day).order_by("number").iterator():
        if entry.number != expected or not hmac.compare_digest(
            bytes(entry.chain), _chain(before, entry)
        ):
            return Break(day, expected)
        before = bytes(entry.chain)
        expected += 1
    return None


def _next(*, actor: str, action: str, subject_kind: str, subject_id: str) -> AuditEntry:
    """The entry that would come after the last one."""
    now = timezone.now()
    day = timezone.localdate(now)
    last = AuditEntry.objects.filter(day=day).order_by("-number").first()
    entry = AuditEntry(
        day=day,
        number=last.number + 1 if last else 1,
        at=now,
        actor=actor,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
    )
    entry.chain = _chain(bytes(last.chain) if last else b"", entry)
    return entry


def _insert(entry: AuditEntry) -> bool:
    """Write an entry, unless somebody took its number since we looked: then nothing is written.

    By hand, since the ORM can only be told by an error that a number is taken, and that would need a
    transaction of its own around each entry: every page that is on the record would wait for it.
    """
    fields = [field for field in AuditEntry._meta.local_concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(AuditEntry._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608 -- names of the model's own
            " ON CONFLICT DO NOTHING RETURNING id",
            [field.get_db_prep_save(getattr(entry, field.attname), connection) for field in fields],
        )
        row = cursor.fetchone()
    entry.pk = row[0] if row else None
    return row is not None


def _chain(before: bytes, entry: AuditEntry) -> bytes:
    parts = [
        entry.day.isoformat(),
        str(entry.number),
        _moment(entry.at),
        entry.actor,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
    ]
    # Lengths keep two neighbouring fields from reading as one.
    body = b"".join(f"{len(part)}:{part}".encode() for part in parts)
    return hmac.new(fixed_key("audit"), before + body, hashlib.sha256).digest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
