"""The channel layer is a doorbell: it carries numbers, never words."""

import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import transaction

from chat import actions
from chat.models import Conversation
from chat.wire import hub
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say
from tests.chat.sockets import visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]


class Layer:
    """A channel layer that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.sent.append((group, message))


class BrokenLayer:
    async def group_add(self, group: str, channel: str) -> None:
        raise ConnectionError

    async def group_discard(self, group: str, channel: str) -> None:
        raise ConnectionError

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise ConnectionError


def test_bells_carry_no_words(
    start: Starter, counsellor: User, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = Layer()
    monkeypatch.setattr(hub, "get_channel_layer", lambda: layer)
    conversation = start(name="Pimpelmees").conversation
    say(conversation, "geheimwoord")
    actions.claim(conversation=again(conversation), by=counsellor)
    say(conversation, "antwoordwoord", counsellor)
    actions.offer_report(
        conversation=again(conversation), links=["https://linkwoord.example/"], by=counsellor
    )
    actions.raise_danger(conversation=again(conversation), by=counsellor)
    actions.acknowledge_danger(conversation=again(conversation), by=supervisor)
    actions.leave(conversation=again(conversation))
    actions.resume(conversation=again(conversation))
    actions.end(conversation=again(conversation))
    number = str(conversation.pk)
    assert layer.sent
    for group, bell in layer.sent:
        assert group in (
            f"chat.{conversation.pk.hex}",
            f"desk.{conversation.service_id.hex}",
            f"queue.{conversation.service_id.hex}",
        )
        assert set(bell) <= {"type", "conversation", "seq", "for"}
        assert bell.get("for") in (None, counsellor.pk)
        assert bell["type"] in ("bell", "desk.bell", "queue.bell")
        assert bell.get("conversation", number) == number
        assert isinstance(bell.get("seq", 0), int)


def test_words_ring_at_the_desk_of_the_counsellor_alone(
    active: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = Layer()
    monkeypatch.setattr(hub, "get_channel_layer", lambda: layer)
    say(active, "Hoi")
    actions.leave(conversation=again(active))
    desks = [bell["for"] for _, bell in layer.sent if bell["type"] == "desk.bell"]
    assert desks == [active.owner_id, None]


def test_a_broken_layer_undoes_nothing(
    waiting: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "get_channel_layer", lambda: BrokenLayer())
    assert actions.say(conversation=waiting, text="Hoi", client_id=uuid.uuid4()).seq == 1


def test_nothing_rings_before_commit(
    waiting: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = Layer()
    monkeypatch.setattr(hub, "get_channel_layer", lambda: layer)
    with transaction.atomic():
        say(waiting, "Hoi")
        assert layer.sent == []
    assert layer.sent


async def test_without_bells_the_heartbeat_brings_what_was_said(
    start: Starter, counsellor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "get_channel_layer", lambda: BrokenLayer())
    started = await database_sync_to_async(start)()
    client = await visitor(started.token)
    await client.until("welcome")
    await database_sync_to_async(actions.claim)(conversation=started.conversation, by=counsellor)
    await database_sync_to_async(say)(started.conversation, "Dag", counsellor)
    await client.put(type="beat", seq=0)
    frame = await client.until("messages")
    assert [message["text"] for message in frame["messages"]] == ["joined", "Dag"]
    assert (await client.until("state"))["status"] == "active"
    await client.close()
