"""Migrations on databases that were worked with: what is in them comes along:
back to where a site may stand, and forward again.
"""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chat import actions
from chat.models import ConversationEvent, Draft, PastChat
from chat.states import Kind, Urgency
from helpline.services.models import HelpNumber, Service
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]


KEPT = ("chat_conversation", "chat_conversationevent", "chat_message", "chat_queuedecision")


def rows(table: str) -> list[tuple[Any, ...]]:
    """All of a table, as it is stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 -- a name of ours
        return list(cursor.fetchall())


def migrate(*targets: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


def test_a_site_of_before_comes_along(start: Starter, counsellor: User, service: Service) -> None:
    """Chats that wait, go on and ended; the numbers and limits that a site has set."""
    left, talked, goes_on = (start().conversation for _ in range(3))
    for row in (talked, goes_on):
        actions.claim(conversation=row, by=counsellor)
        say(row, "hoi")
    actions.set_urgency(conversation=goes_on, urgency=Urgency.URGENT, by=counsellor)
    actions.end(conversation=left)
    actions.end(conversation=again(talked))
    HelpNumber.objects.create(language="nl", position=90, name="112", number="112")
    HelpNumber.objects.create(language="nl", position=91, name="Veilig", number="0800-2000")
    before = [rows(name) for name in KEPT]
    ended = sorted(PastChat.objects.values_list("went", "waited", "talked", "hour"), key=str)

    migrate(("chat", "0010_notes"), ("services", "0004_full_and_last_entry"))
    assert "chat_pastchat" not in connection.introspection.table_names()
    migrate()

    assert [rows(name) for name in KEPT] == before
    assert (
        sorted(PastChat.objects.values_list("went", "waited", "talked", "hour"), key=str) == ended
    )
    assert HelpNumber.objects.get(position=90).purpose == "emergency"
    assert HelpNumber.objects.get(position=91).purpose == "violence"
    assert HelpNumber.objects.filter(purpose="police", number="0900-8844").exists()
    site = Service.objects.get(pk=service.pk)
    assert (site.long_wait_minutes, site.very_long_wait_minutes) == (2, 5)
    # It can be worked with.
    actions.keep_draft(conversation=again(goes_on), words={"text": "half"}, by=counsellor)
    assert Draft.objects.count() == 1
    actions.end(conversation=again(goes_on))
    assert PastChat.objects.count() == 3


def test_events_hold_no_more_than_their_choices(start: Starter, counsellor: User) -> None:
    row = start().conversation
    actions.claim(conversation=row, by=counsellor)
    actions.set_urgency(conversation=again(row), urgency=Urgency.SOON, by=counsellor)
    for event in ConversationEvent.objects.all():
        event.full_clean()
    event = ConversationEvent.objects.get(kind=Kind.URGENCY)
    assert (event.was, event.get_became_display()) == ("normal", str(Urgency.SOON.label))
