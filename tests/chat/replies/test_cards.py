"""A page shared in a chat: a card that leads to our own site, and that nobody can forge."""

import json
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.test import Client as Browser
from wagtail.models import Page

from chat import actions, cards, protocol, queries, visit
from chat.cards import Card
from chat.errors import ChatError, Code
from chat.models import Conversation, Message
from chat.states import Sender
from helpline.staff.models import User
from tests.chat import polls
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.chat.sockets import desk, visitor
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async
CARD = {"title": "Onder druk (nl)", "path": "/nl/druk/"}


def share(conversation: Conversation, page: Page, by: User, **more: Any) -> None:
    actions.share_page(
        conversation=again(conversation),
        number=page.pk,
        client_id=more.get("client_id") or uuid.uuid4(),
        by=by,
    )


def refused(code: Code) -> Any:
    return pytest.raises(ChatError, match=code)


def test_it_is_a_line_of_the_system_of_who_shared_it(
    active: Conversation, counsellor: User, pages: dict[str, Page]
) -> None:
    share(active, pages["nl"], counsellor)
    last = queries.transcript(active.pk)[-1]
    assert (last.sender, last.author_id) == (Sender.SYSTEM, counsellor.pk)
    assert protocol.message(last)["card"] == CARD
    assert cards.read(last.text) == Card(**CARD)


def test_twice_is_once(active: Conversation, counsellor: User, pages: dict[str, Page]) -> None:
    number = uuid.uuid4()
    for _ in range(2):
        share(active, pages["nl"], counsellor, client_id=number)
    assert again(active).last_seq == 2


def test_only_who_answers_shares(
    active: Conversation, supervisor: User, staff: StaffMaker, pages: dict[str, Page]
) -> None:
    with refused(Code.NOT_YOURS):
        share(active, pages["nl"], supervisor)
    with refused(Code.UNKNOWN):
        share(active, pages["nl"], staff("lotte"))


def test_not_into_a_chat_that_was_left_in_a_hurry(
    active: Conversation, counsellor: User, pages: dict[str, Page]
) -> None:
    actions.leave(conversation=active)
    with refused(Code.PAUSED):
        share(active, pages["nl"], counsellor)


def test_not_what_is_not_published(
    active: Conversation, counsellor: User, pages: dict[str, Page]
) -> None:
    for page in (pages["draft"], Page.objects.get(depth=1), Page(pk=999_999)):
        with refused(Code.GONE):
            share(active, page, counsellor)
    assert again(active).last_seq == 1


@pytest.mark.parametrize(
    "path",
    [
        "https://else.example/",
        "//else.example/",
        "/\\else.example",
        "javascript:alert(1)",
        "",
        "a/",
    ],
)
def test_a_card_never_leads_elsewhere(path: str) -> None:
    assert cards.read(cards.write(Card("Elders", path))) is None


def test_what_people_say_is_no_card(active: Conversation, counsellor: User) -> None:
    forged = cards.PREFIX + json.dumps(CARD)
    say(active, forged)
    say(active, forged, by=counsellor)
    for message in Message.objects.filter(conversation=active, seq__gt=1):
        frame = protocol.message(message)
        assert (frame["text"], "card" in frame) == (forged, False)


async def test_the_visitors_socket_and_poll_get_it(
    start: Starter, counsellor: User, pages: dict[str, Page]
) -> None:
    started = await in_db(start)()
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    person = await visitor(started.token)
    await person.until("messages")
    console = await desk(await in_db(session_of)(counsellor))
    number, name = str(started.conversation.pk), str(uuid.uuid4())
    await console.put(type="open", conversation=number, since=0)
    await console.until("opened")
    await console.put(type="share", conversation=number, id=name, page=pages["nl"].pk)
    for client in (person, console):
        while (said := (await client.until("messages"))["messages"][-1])["id"] != name:
            pass
        assert (said["from"], said["text"], said["card"]) == ("system", "page", CARD)
    await console.put(type="share", conversation=number, id=name, page=pages["draft"].pk)
    frame = await console.until("refused")
    assert (frame["code"], frame["about"], frame["id"]) == ("gone", "share", name)
    answer = await polls.asked(polls.VISITOR, polls.hello(started.token, since=1))
    [message] = answer.one("messages")["messages"]
    assert message["card"] == CARD
    for client in (person, console):
        await client.close()


def test_the_pages_without_a_script_link_to_it(
    start: Starter, counsellor: User, pages: dict[str, Page], client: Browser
) -> None:
    started = start()
    actions.claim(conversation=started.conversation, by=counsellor)
    share(started.conversation, pages["nl"], counsellor)
    say(started.conversation, cards.PREFIX + json.dumps({"title": "Nep", "path": "/nep/"}))
    client.cookies[visit.COOKIE] = started.token
    shown = client.get("/nl/chat/transcript/").content.decode()
    assert 'href="/nl/druk/" target="_blank" rel="noopener">Onder druk (nl)' in shown
    assert 'href="/nep/"' not in shown
    actions.end(conversation=again(started.conversation))
    over = client.get("/nl/chat/").content.decode()
    assert over.count('href="/nl/druk/"') == 2  # in the list, and where it was said
