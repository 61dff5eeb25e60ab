"""Notes and whispers: colleagues read them at once, and the visitor never does."""

import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from chat import actions, permissions, protocol, queries, visit
from chat.errors import Code
from chat.models import Conversation, Note
from chat.states import NoteKind
from helpline.staff.models import User
from tests.chat import polls
from tests.chat.conftest import StaffMaker, Starter, again, refused, say
from tests.chat.sockets import Client, desk, visitor
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async
SECRET = "Ze noemde de naam van haar school"


def note(conversation: Conversation, text: str, by: User, **more: Any) -> Note:
    number = more.get("client_id") or uuid.uuid4()
    return actions.write_note(conversation=again(conversation), text=text, client_id=number, by=by)


def texts(conversation: Conversation) -> list[str]:
    return [each.text for each in queries.notes(conversation.pk)]


# What is kept


def test_who_answers_keeps_notes(active: Conversation, counsellor: User) -> None:
    say(active, "Hallo")
    kept = note(active, SECRET, counsellor)
    assert (kept.kind, kept.after_seq, kept.seen_at) == (NoteKind.NOTE, 2, None)
    assert again(active).whispers == 0
    assert texts(active) == [SECRET]


def test_who_reads_along_whispers(active: Conversation, supervisor: User) -> None:
    assert note(active, "Vraag waar ze nu is", supervisor).kind == NoteKind.WHISPER
    assert again(active).whispers == 1


def test_beside_somebody_who_waits_it_is_a_note(waiting: Conversation, supervisor: User) -> None:
    assert note(waiting, "Belde net ook", supervisor).kind == NoteKind.NOTE


def test_after_the_end_it_is_a_note(
    active: Conversation, counsellor: User, supervisor: User
) -> None:
    actions.end(conversation=again(active), by=counsellor)
    assert note(active, "Goed gedaan", supervisor).kind == NoteKind.NOTE
    assert note(active, "Dank je", counsellor).kind == NoteKind.NOTE


def test_twice_is_once(active: Conversation, counsellor: User) -> None:
    number = uuid.uuid4()
    for _ in range(2):
        note(active, SECRET, counsellor, client_id=number)
    assert (texts(active), again(active).noted) == ([SECRET], 1)


@pytest.mark.parametrize(
    ("text", "code"), [(" \n", Code.EMPTY), ("é" * 2049, Code.TOO_LONG)], ids=["empty", "long"]
)
def test_empty_or_too_long_is_refused(
    active: Conversation, counsellor: User, text: str, code: Code
) -> None:
    with refused(code):
        note(active, text, counsellor)


def test_who_may_not_read_may_not_write(active: Conversation, staff: StaffMaker) -> None:
    with refused(Code.UNKNOWN):
        note(active, "Wie is dit?", staff("lotte"))
    assert texts(active) == []


def test_who_lost_it_meanwhile_may_not_write(
    waiting: Conversation, counsellor: User, staff: StaffMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = staff("lotte")
    held = permissions.check_can_open
    asked: list[bool] = []

    def taken_after_the_first_look(user: User, conversation: Conversation) -> None:
        held(user, conversation)
        if not asked:
            asked.append(True)
            actions.claim(conversation=waiting, by=other)

    monkeypatch.setattr(permissions, "check_can_open", taken_after_the_first_look)
    with refused(Code.UNKNOWN):
        note(waiting, "Te laat", counsellor)


def test_it_is_sealed(active: Conversation, counsellor: User) -> None:
    note(active, SECRET, counsellor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM chat_note")
        [[kept]] = cursor.fetchall()
    assert SECRET.encode() not in bytes(kept)


def test_only_who_answers_heeds_a_whisper_up_to_what_they_read(
    active: Conversation, counsellor: User, supervisor: User
) -> None:
    first = note(active, "Een", supervisor)
    second = note(active, "Twee", supervisor)
    with refused(Code.NOT_YOURS):
        actions.heed_whispers(conversation=again(active), upto=second.client_id, by=supervisor)
    actions.heed_whispers(conversation=again(active), upto=first.client_id, by=counsellor)
    seen = [each.seen_at is not None for each in queries.notes(active.pk)]
    assert (seen, again(active).whispers) == ([True, False], 1)
    actions.heed_whispers(conversation=again(active), upto=second.client_id, by=counsellor)
    assert again(active).whispers == 0
    before = again(active).noted
    actions.heed_whispers(conversation=again(active), upto=second.client_id, by=counsellor)
    assert again(active).noted == before


def test_many_are_read_with_one_query(active: Conversation, counsellor: User) -> None:
    for number in range(5):
        note(active, str(number), counsellor)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        frames = protocol.notes(queries.notes(active.pk), active.pk, user=counsellor)
    assert len(asked) == 1
    assert [each["text"] for each in frames[0]["notes"]] == list("01234")


def test_long_ones_go_in_frames_that_fit(active: Conversation, counsellor: User) -> None:
    for _ in range(40):
        note(active, "\u0001" * 4096, counsellor)
    frames = protocol.notes(queries.notes(active.pk), active.pk, user=counsellor)
    assert sum(len(frame["notes"]) for frame in frames) == 40
    assert all(len(protocol.dump(frame)) <= protocol.SENT_BYTES for frame in frames)


# At the consoles


async def follow(user: User, conversation: Conversation) -> Client:
    client = await desk(await in_db(session_of)(user))
    await client.put(type="open", conversation=str(conversation.pk), since=0)
    await client.until("opened")
    return client


async def test_a_whisper_is_there_at_once_and_its_reading_is_told(
    active: Conversation, counsellor: User, supervisor: User
) -> None:
    number, name = str(active.pk), str(uuid.uuid4())
    noor, sam = await follow(counsellor, active), await follow(supervisor, active)
    await sam.put(type="note", conversation=number, id=name, text="Vraag waar ze is")
    for client, mine in ((noor, False), (sam, True)):
        [one] = (await client.until("notes", conversation=number))["notes"]
        assert (one["kind"], one["text"], one["by"]) == ("whisper", "Vraag waar ze is", "Sam")
        assert (one["id"], one["mine"], one["seen"]) == (name, mine, "")
        assert (await client.until("opened"))["conversation"]["whispers"] == 1
    await noor.put(type="heed", conversation=number, id=name)
    [one] = (await sam.until("notes"))["notes"]
    assert one["seen"]
    for client in (noor, sam):
        await client.close()


async def test_a_desk_that_has_it_shut_is_told_of_a_whisper(
    active: Conversation, counsellor: User, supervisor: User
) -> None:
    client = await desk(await in_db(session_of)(counsellor))
    await in_db(note)(active, "Vraag waar ze is", supervisor)
    frame = await client.until("desk")
    assert [row["whispers"] for row in frame["mine"]] == [1]
    await client.close()


async def test_refused_is_told_with_its_id(active: Conversation, counsellor: User) -> None:
    client, name = await follow(counsellor, active), str(uuid.uuid4())
    await client.put(type="note", conversation=str(active.pk), id=name, text=" ")
    frame = await client.until("refused")
    assert (frame["code"], frame["about"], frame["id"]) == ("empty", "note", name)
    await client.close()


async def test_a_message_says_no_notes_again(active: Conversation, counsellor: User) -> None:
    await in_db(note)(active, SECRET, counsellor)
    client = await follow(counsellor, active)
    await in_db(say)(active, "Hallo")
    await client.until("messages")
    await in_db(actions.raise_danger)(conversation=active, by=counsellor)
    await client.until("opened")
    assert [frame["type"] for frame in client.seen].count("notes") == 1
    await client.close()


async def test_a_poll_that_holds_the_notes_waits(active: Conversation, counsellor: User) -> None:
    await in_db(note)(active, SECRET, counsellor)
    cookie = f"{settings.SESSION_COOKIE_NAME}={await in_db(session_of)(counsellor)}"
    opening = {"conversation": str(active.pk), "since": 0}
    hello = {"type": "hello", "v": protocol.VERSION, "open": [opening]}
    first = await polls.asked(polls.STAFF, hello, wait=5, cookie=cookie)
    assert first.one("notes")["notes"][0]["text"] == SECRET
    opening |= {"since": 1, "tag": first.one("opened")["tag"]}
    hello["tag"] = first.one("desk")["tag"]
    second = await polls.asked(polls.STAFF, hello, wait=1, cookie=cookie)
    assert second.kinds == ["welcome", "beat"]


# The visitor


async def test_the_visitors_socket_gets_neither(
    start: Starter, counsellor: User, supervisor: User
) -> None:
    started = await in_db(start)()
    conversation = started.conversation
    await in_db(actions.claim)(conversation=conversation, by=counsellor)
    early = await visitor(started.token)
    await early.until("messages")
    await in_db(note)(conversation, SECRET, counsellor)
    whisper = await in_db(note)(conversation, SECRET, supervisor)
    mine = await in_db(again)(conversation)
    await in_db(actions.heed_whispers)(conversation=mine, upto=whisper.client_id, by=counsellor)
    late = await visitor(started.token)
    await in_db(say)(conversation, "Laatste", by=counsellor)
    for client in (early, late):
        while (await client.until("messages"))["messages"][-1]["text"] != "Laatste":
            pass
        await client.put(type="beat", seq=2)
        await client.until("beat")
        for frame in client.seen:
            assert frame["type"] in ("welcome", "messages", "state", "beat")
            assert "note" not in str(frame)
            assert SECRET not in str(frame)
            assert "whisper" not in str(frame)
    # It changes nothing that the page could notice.
    assert [f["type"] for f in early.seen].count("state") <= 1
    for client in (early, late):
        await client.close()


async def test_the_visitors_poll_gets_neither_and_is_not_woken(
    start: Starter, counsellor: User, supervisor: User
) -> None:
    started = await in_db(start)()
    conversation = started.conversation
    await in_db(actions.claim)(conversation=conversation, by=counsellor)
    first = await polls.asked(polls.VISITOR, polls.hello(started.token), wait=0)
    tag = first.one("welcome")["state"]["tag"]
    poll = polls.ask(polls.VISITOR, polls.hello(started.token, since=1, tag=tag), wait=2)
    await in_db(note)(conversation, SECRET, counsellor)
    await in_db(note)(conversation, SECRET, supervisor)
    answer = await poll.answer()
    assert (answer.kinds, SECRET.encode() in answer.body) == (["welcome", "beat"], False)


def test_the_pages_without_a_script_show_neither(
    start: Starter, counsellor: User, supervisor: User, client: Browser
) -> None:
    started = start()
    conversation = started.conversation
    actions.claim(conversation=conversation, by=counsellor)
    say(conversation, "Dit wel", by=counsellor)
    note(conversation, SECRET, counsellor)
    note(conversation, SECRET, supervisor)
    client.cookies[visit.COOKIE] = started.token
    pages = [client.get("/nl/chat/?simple=1"), client.get("/nl/chat/transcript/")]
    actions.end(conversation=again(conversation), by=counsellor)
    pages += [client.get("/nl/chat/transcript/"), client.get("/nl/chat/")]
    assert [page.status_code for page in pages] == [200] * 4
    assert ["Dit wel" in page.content.decode() for page in pages] == [False, True, True, True]
    assert not any(SECRET in page.content.decode() for page in pages)
