"""Promise 9: what was opened is on a record that shows when somebody touched it."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from helpline.staff import audit
from helpline.staff.models import AuditEntry, User

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def three() -> list[AuditEntry]:
    user = User.objects.create(username="noor")
    return [
        audit.record(
            by=user, action="open_transcript", subject_kind="conversation", subject_id=str(n)
        )
        for n in range(3)
    ]


def unlock() -> None:
    """Drop the triggers, as somebody with the database's own password could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE staff_auditentry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER staff_auditentry_no_update")
            cursor.execute("DROP TRIGGER staff_auditentry_no_delete")


def test_chain_holds_when_nobody_touched_it(three: list[AuditEntry]) -> None:
    assert [entry.number for entry in three] == [1, 2, 3]
    assert audit.verify(timezone.localdate()) is None


@pytest.mark.parametrize("field", ["actor", "action", "subject_id"])
def test_altered_entry_shows(three: list[AuditEntry], field: str) -> None:
    unlock()
    AuditEntry.objects.filter(pk=three[1].pk).update(**{field: "9"})
    broken = audit.verify(timezone.localdate())
    assert broken is not None
    assert broken.number == 2


def test_removed_entry_shows(three: list[AuditEntry]) -> None:
    unlock()
    AuditEntry.objects.filter(pk=three[1].pk).delete()
    broken = audit.verify(timezone.localdate())
    assert broken is not None
    assert broken.number == 2


def test_database_refuses_to_alter_or_remove(three: list[AuditEntry]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=three[0].pk).update(actor="nobody")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=three[0].pk).delete()
