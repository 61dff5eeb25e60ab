"""A visitor's way back: asked for by them, shown once, good for one return."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from chat import actions, permissions, queries
from chat.actions.coming_back import hash_of
from chat.errors import Code
from chat.models import Conversation, ConversationEvent, WayBack
from chat.states import Kind, Status
from helpline.privacy.erasure import erase_expired
from helpline.privacy.return_codes import is_complete, normalised
from helpline.privacy.vault import keys
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again, lines, refused, say

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


def ask(conversation: Conversation) -> str:
    return actions.ask_way_back(conversation=conversation, key=uuid.uuid4())


def back(code: str) -> actions.Started:
    return actions.come_back(typed=code, start_key=uuid.uuid4())


def test_code_is_kept_as_a_keyed_hash_only(active: Conversation) -> None:
    code = ask(active)
    assert is_complete(normalised(code))
    way = WayBack.objects.get()
    stored = b"".join(bytes(part) for part in (way.code_hash, way.asked_hash))
    assert normalised(code).encode() not in stored
    assert bytes(way.code_hash) == hash_of(normalised(code))


def test_asked_twice_by_one_press_gives_one_code(active: Conversation) -> None:
    key = uuid.uuid4()
    first = actions.ask_way_back(conversation=active, key=key)
    assert actions.ask_way_back(conversation=active, key=key) == first
    assert ConversationEvent.objects.filter(kind=Kind.WAY_BACK).count() == 1


def test_asked_again_makes_the_code_before_worthless(active: Conversation) -> None:
    first, second = ask(active), ask(active)
    assert first != second
    with refused(Code.UNKNOWN):
        back(first)
    assert back(second).conversation.pk == active.pk


def test_come_back_to_a_chat_that_goes_on(start: Starter, counsellor: User) -> None:
    started = start()
    actions.claim(conversation=started.conversation, by=counsellor)
    code = ask(started.conversation)
    returned = back(code.lower().replace(" ", "-"))
    found = queries.by_token(returned.token)
    assert found is not None
    assert (found.pk, found.owner_id) == (started.conversation.pk, counsellor.pk)
    assert queries.by_token(started.token) is None  # where it was before, it opens no more
    assert found.earlier_id is None


def test_come_back_from_a_pause_goes_on(active: Conversation) -> None:
    code = ask(active)
    actions.leave(conversation=active)
    assert again(back(code).conversation).status == Status.ACTIVE


def test_come_back_to_a_chat_that_ended_begins_another(active: Conversation) -> None:
    Conversation.objects.update(topic="spread", age_band="12_15")
    code = ask(active)
    actions.end(conversation=active)
    returned = again(back(code).conversation)
    assert returned.pk != active.pk
    assert (returned.status, returned.visitor_name) == (Status.WAITING, "Merel")
    assert returned.earlier_id == active.pk
    assert (returned.topic, returned.age_band) == ("spread", "12_15")
    assert lines(returned) == ["came_back"]


def test_code_works_once_and_its_form_twice(active: Conversation) -> None:
    code, key = ask(active), uuid.uuid4()
    actions.end(conversation=active)
    first = actions.come_back(typed=code, start_key=key)
    second = actions.come_back(typed=code, start_key=key)
    assert (first.conversation.pk, first.token) == (second.conversation.pk, second.token)
    with refused(Code.UNKNOWN):
        back(code)
    assert Conversation.objects.count() == 2


def test_code_of_a_used_chat_is_not_asked_again(active: Conversation) -> None:
    code = ask(active)
    actions.end(conversation=active)
    back(code)
    with refused(Code.ANSWERED):
        ask(active)


def test_chat_that_went_on_gives_another_code(active: Conversation) -> None:
    back(ask(active))
    assert back(ask(active)).conversation.pk == active.pk


@pytest.mark.parametrize("typed", ["", "0000 0000 0000 0000", "x" * 4000, "\x00", "ß" * 16])
def test_wrong_code_leads_nowhere(typed: str, active: Conversation) -> None:
    ask(active)
    with refused(Code.UNKNOWN):
        back(typed)


def test_code_goes_with_the_chat(active: Conversation) -> None:
    code = ask(active)
    actions.end(conversation=active)
    erase_expired(timezone.now() + timedelta(days=31))
    with refused(Code.UNKNOWN):
        back(code)
    assert not WayBack.objects.exists()


def test_code_of_a_chat_whose_key_is_gone_leads_nowhere(active: Conversation) -> None:
    code = ask(active)
    actions.end(conversation=active)
    keys.destroy_key(active.pk)
    with refused(Code.UNKNOWN):
        back(code)


def test_counsellor_who_talks_with_them_now_reads_what_went_before(
    active: Conversation, staff: StaffMaker
) -> None:
    say(active, "Ik ben bang")
    code, other, third = ask(active), staff("bo"), staff("cleo")
    actions.end(conversation=active)
    assert not permissions.can_open(other, again(active))
    returned = back(code).conversation
    actions.claim(conversation=returned, by=other)
    assert permissions.can_open(other, again(active))
    assert not permissions.can_open(third, again(active))
