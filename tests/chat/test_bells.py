"""Between processes go numbers, never words; and whatever is lost on the way is made good."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import redis
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import transaction

from chat import actions
from chat.models import Conversation
from chat.states import Status
from chat.wire import bells, bus
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say
from tests.chat.sockets import desk, visitor
from tests.signed_in import session_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)

in_db: Any = database_sync_to_async


class Ear:
    """Hears all that goes over Valkey between the processes."""

    def __init__(self, line: Any) -> None:
        self.line = line
        self.raw: list[bytes] = []

    def heard(self) -> list[list[Any]]:
        """The bells so far; a mark of our own says that all before it have come."""
        mark = uuid.uuid4().hex
        bus.publish_now([("mark", mark)])
        found: list[list[Any]] = []
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            message = self.line.get_message(timeout=1)
            if message is None or message["type"] != "message":
                continue
            self.raw.append(message["data"])
            for bell in orjson.loads(message["data"])[1]:
                if bell == ["mark", mark]:
                    return found
                found.append(bell)
        raise AssertionError("the mark was not heard")


@pytest.fixture
def ear() -> Iterator[Ear]:
    with redis.Redis.from_url(settings.HELPLINE_VALKEY_URL) as valkey, valkey.pubsub() as line:
        line.subscribe(bus.CHANNEL)
        line.get_message(timeout=5)
        yield Ear(line)


def test_bells_carry_no_words(start: Starter, counsellor: User, supervisor: User, ear: Ear) -> None:
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
    number, service = conversation.pk.hex, conversation.service_id.hex
    heard = ear.heard()
    assert {bell[0] for bell in heard} == {"said", "changed", "queue"}
    for bell in heard:
        if bell[0] == "queue":
            assert bell[1:] == [service]
        else:
            assert bell[1:3] == [number, service]
            assert isinstance(bell[3], int)
            assert bell[4] in (None, counsellor.pk)
    assert not [data for data in ear.raw if b"woord" in data or b"Pimpel" in data]


async def test_sockets_ring_without_words_too(start: Starter, counsellor: User, ear: Ear) -> None:
    started = await in_db(start)()
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    await in_db(ear.heard)()
    client = await visitor(started.token)
    await client.until("welcome")
    await client.put(type="typing", text="geheimwoord")
    await client.put(type="say", id=str(uuid.uuid4()), text="geheimwoord")
    seq = (await client.until("ack"))["seq"]
    await client.put(type="read", seq=seq)
    await client.close()
    number, service = started.conversation.pk.hex, started.conversation.service_id.hex
    heard: list[list[Any]] = []
    while ["said", number, service, seq, counsellor.pk] not in heard:
        heard += await in_db(ear.heard)()
    assert ["hint", number, "typing", "visitor", 0] in heard
    assert not [data for data in ear.raw if b"woord" in data]


def test_words_ring_at_the_desk_of_the_counsellor_alone(active: Conversation, ear: Ear) -> None:
    say(active, "Hoi")
    actions.leave(conversation=again(active))
    kinds = [(bell[0], bell[4]) for bell in ear.heard() if bell[0] != "queue"]
    assert kinds == [("said", active.owner_id), ("changed", None)]


def test_valkey_away_undoes_nothing(waiting: Conversation, settings: Any) -> None:
    settings.HELPLINE_VALKEY_URL = "unix:///nowhere"
    bus._blocking.cache_clear()
    assert actions.say(conversation=waiting, text="Hoi", client_id=uuid.uuid4()).seq == 1


def test_nothing_rings_before_commit(waiting: Conversation, ear: Ear) -> None:
    with transaction.atomic():
        say(waiting, "Hoi")
        assert ear.heard() == []
    assert ear.heard()


async def test_without_bells_the_watch_brings_what_was_said(
    start: Starter, counsellor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells, "_ring", lambda bell: None)
    started = await in_db(start)()
    client = await visitor(started.token)
    console = await desk(await in_db(session_of)(counsellor))
    await client.until("welcome")
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    await in_db(say)(started.conversation, "Dag", counsellor)
    frame = await client.until("messages")
    assert [message["text"] for message in frame["messages"]] == ["joined", "Dag"]
    assert (await client.until("state"))["status"] == "active"
    (row,) = (await console.until("desk"))["mine"]
    assert row["id"] == str(started.conversation.pk)
    await in_db(actions.end)(conversation=started.conversation)
    assert (await client.until("state"))["status"] == Status.ENDED
    await client.close()
    await console.close()
