"""Handover over the wire: who is told what, and that nothing colleagues write reaches the visitor."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, protocol, protocol_handover, queries_handover
from chat.models import Conversation, Handover, Seat
from chat.states import HandoverStatus, Presence, Way
from chat.visit import COOKIE
from chat.wire import bells
from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from tests.chat import polls
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.chat.sockets import Client, desk, visitor
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async

SUMMARY = "Ex dreigt met foto, is zelf veilig, wil melding doen"


@pytest.fixture
def lotte(staff: StaffMaker) -> User:
    """A colleague at the console, on duty."""
    lotte = staff("lotte")
    actions.arrive(by=lotte)
    return lotte


@pytest.fixture
def started(start: Starter, counsellor: User) -> actions.Started:
    """A chat of the counsellor, with the visitor's token."""
    started = start()
    actions.claim(conversation=started.conversation, by=counsellor)
    return started


@pytest.fixture
def at_noors(counsellor: User) -> str:
    """The counsellor's session."""
    return session_of(counsellor)


@pytest.fixture
def at_lottes(lotte: User) -> str:
    return session_of(lotte)


async def listed(client: Client, **values: Any) -> dict[str, Any]:
    """The next handover on a desk that looks like this."""
    while True:
        frame = await client.until("desk")
        for handover in frame["handovers"]:
            if all(handover[name] == value for name, value in values.items()):
                found: dict[str, Any] = handover
                return found


async def hand_over(client: Client, number: str, **more: Any) -> None:
    await client.put(type="hand_over", conversation=number, summary=SUMMARY, **more)


async def test_handed_over_to_a_colleague(
    at_noors: str, at_lottes: str, started: actions.Started, lotte: User
) -> None:
    noors = await desk(at_noors)
    lottes = await desk(at_lottes)
    number = str(started.conversation.pk)
    victim = await visitor(started.token)
    await victim.until("welcome")
    await noors.put(type="colleagues", conversation=number)
    [choice] = (await noors.until("colleagues"))["colleagues"]
    assert (choice["id"], choice["name"], choice["on_duty"]) == (lotte.pk, "Lotte", True)
    await hand_over(noors, number, way="colleague", to=lotte.pk)
    assert (await listed(noors, status="open"))["may_answer"] is False

    asked = await listed(lottes, status="open")
    assert (asked["by"], asked["conversation"], asked["may_answer"]) == ("Noor", number, True)
    assert SUMMARY not in str(lottes.seen)  # reading it is on record first
    await lottes.put(type="open", conversation=number, since=0)
    opened = await lottes.until("opened")
    assert opened["handover"]["summary"] == SUMMARY
    assert not opened["conversation"]["mine"]
    assert await in_db(AuditEntry.objects.filter(subject_id=number).count)() == 1

    await lottes.put(type="accept_handover", conversation=number, handover=asked["id"])
    while not opened["conversation"]["mine"]:
        opened = await lottes.until("opened")
    assert (await victim.until("state"))["counsellor"] == "Lotte"
    await noors.until("desk", mine=[])
    await lottes.put(type="say", conversation=number, id=str(uuid.uuid4()), text="Ik ben Lotte")
    await lottes.until("ack")
    while "Ik ben Lotte" not in str(victim.seen):
        await victim.next()
    assert "handed_over" in str(victim.seen)
    assert "Ex dreigt" not in str(victim.seen)
    await victim.close()
    await noors.close()
    await lottes.close()


async def test_who_had_it_is_let_go_and_told(
    at_noors: str, started: actions.Started, supervisor: User
) -> None:
    noors = await desk(at_noors)
    number = str(started.conversation.pk)
    await noors.put(type="open", conversation=number, since=0)
    await noors.until("opened")
    await in_db(actions.take_over)(conversation=started.conversation, by=supervisor)
    await noors.until("shut", conversation=number)
    told = await listed(noors, way="taken")
    assert (told["by"], told["was_mine"]) == ("Sam", True)
    await noors.put(type="say", conversation=number, id=str(uuid.uuid4()), text="Nog iets")
    assert (await noors.until("refused"))["code"] == "unknown"
    await noors.close()


async def test_declined_is_told_and_closes_the_chat_to_who_was_asked(
    at_noors: str, at_lottes: str, started: actions.Started, lotte: User
) -> None:
    noors = await desk(at_noors)
    lottes = await desk(at_lottes)
    number = str(started.conversation.pk)
    await hand_over(noors, number, way="colleague", to=lotte.pk)
    asked = await listed(lottes, status="open")
    await lottes.put(type="open", conversation=number, since=0)
    await lottes.until("opened")
    await lottes.put(type="decline_handover", conversation=number, handover=asked["id"])
    await lottes.until("shut", conversation=number)
    told = await listed(noors, status="declined")
    assert told["answered_by"] == "Lotte"
    assert (await in_db(again)(started.conversation)).owner_id != lotte.pk
    await noors.close()
    await lottes.close()


async def test_full_colleague_is_refused_by_name(
    at_noors: str, started: actions.Started, lotte: User
) -> None:
    noors = await desk(at_noors)
    number = str(started.conversation.pk)
    await in_db(Seat.objects.filter(user=lotte).update)(capacity=0)
    await noors.put(type="colleagues", conversation=number)
    [choice] = (await noors.until("colleagues"))["colleagues"]
    assert (choice["chats"], choice["capacity"]) == (0, 0)
    await hand_over(noors, number, way="colleague", to=lotte.pk)
    frame = await noors.until("refused")
    assert (frame["code"], frame["who"], frame["about"]) == ("they_are_full", "Lotte", "hand_over")
    await noors.close()


async def test_supervisor_is_asked_along_and_takes_over(
    at_noors: str, started: actions.Started, supervisor: User
) -> None:
    noors = await desk(at_noors)
    number = str(started.conversation.pk)
    sams = await desk(await in_db(session_of)(supervisor))
    await noors.put(type="ask_along", conversation=number, summary="")
    asked = await listed(sams, way="advice", status="open")
    await sams.put(type="accept_handover", conversation=number, handover=asked["id"])
    assert (await listed(noors, status="accepted"))["answered_by"] == "Sam"
    await sams.put(type="take_over", conversation=number)
    while not (await sams.until("desk"))["mine"]:
        pass
    await sams.close()
    await noors.close()


async def test_who_asks_a_supervisor_is_told_at_once_that_none_is_there(
    at_noors: str, started: actions.Started, supervisor: User
) -> None:
    noors = await desk(at_noors)
    number = str(started.conversation.pk)
    await noors.put(type="ask_along", conversation=number, summary="")
    assert (await listed(noors, way="advice"))["standing"] == "advice alone"
    await in_db(actions.set_presence)(presence=Presence.ON, by=supervisor)
    assert (await listed(noors, way="advice"))["standing"] == "advice open"
    await in_db(actions.set_presence)(presence=Presence.PAUSED, by=supervisor)
    assert (await listed(noors, way="advice"))["standing"] == "advice alone"
    await noors.close()


@pytest.mark.parametrize("there", ["of another service", "themselves", "gone", "switched off"])
async def test_a_supervisor_who_cannot_answer_is_nobody(
    there: str, started: actions.Started, counsellor: User, supervisor: User, staff: StaffMaker
) -> None:
    conversation = await in_db(again)(started.conversation)
    by = supervisor if there == "themselves" else counsellor
    if by == supervisor:
        await in_db(actions.take_over)(conversation=conversation, by=supervisor)
        conversation = await in_db(again)(conversation)
    await in_db(actions.set_presence)(presence=Presence.ON, by=supervisor)
    await in_db(actions.ask_supervisor)(conversation=conversation, by=by)
    match there:
        case "of another service":
            await in_db(supervisor.memberships.all().delete)()
        case "gone":
            long_ago = timezone.now() - timedelta(minutes=3)
            await in_db(Seat.objects.filter(user=supervisor).update)(seen_at=long_ago)
        case "switched off":
            await in_db(User.objects.filter(pk=supervisor.pk).update)(is_active=False)

    def standing() -> list[str]:
        frames = protocol_handover.listed(queries_handover.listed(by), user=by)
        return [frame["standing"] for frame in frames if frame["way"] == "advice"]

    assert await in_db(standing)() == ["advice alone"]


async def test_without_bells_the_watch_brings_what_was_asked_of_a_colleague(
    at_noors: str,
    at_lottes: str,
    started: actions.Started,
    lotte: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lottes, noors = await desk(at_lottes), await desk(at_noors)
    monkeypatch.setattr(bells, "_ring", lambda bell: None)
    conversation = await in_db(again)(started.conversation)

    def ask() -> None:
        actions.hand_over(
            conversation=conversation,
            way=Way.COLLEAGUE,
            summary=SUMMARY,
            by=User.objects.get(username="noor"),
            to=lotte,
        )

    await in_db(ask)()
    asked = await listed(lottes, way="colleague", may_answer=True)
    await in_db(actions.decline_handover)(
        conversation=conversation, handover_id=uuid.UUID(asked["id"]), by=lotte
    )
    assert (await listed(noors, status="declined"))["answered_by"] == "Lotte"
    await noors.close()
    await lottes.close()


@pytest.mark.django_db(databases=["default", "keys"])
def test_how_handovers_stand_is_one_question(
    start: Starter,
    counsellor: User,
    lotte: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    actions.arrive(by=counsellor)
    Seat.objects.filter(user=counsellor).update(capacity=9)
    rows = [start().conversation for _ in range(3)]
    for count, row in enumerate(rows, start=1):
        actions.claim(conversation=row, by=counsellor)
        actions.ask_supervisor(conversation=again(row), by=counsellor)
        with django_assert_num_queries(1):
            assert len(queries_handover.standing()) == count
    actions.end(conversation=again(rows[0]))
    assert len(queries_handover.standing()) == 2


async def test_supervisor_gives_it_to_a_colleague(
    at_lottes: str, started: actions.Started, supervisor: User, lotte: User
) -> None:
    lottes = await desk(at_lottes)
    number = str(started.conversation.pk)
    sams = await desk(await in_db(session_of)(supervisor))
    await sams.put(type="reassign", conversation=number, to=lotte.pk, summary="Noor is naar huis")
    told = await listed(lottes, way="given")
    assert (told["by"], told["to_me"]) == ("Sam", True)
    await lottes.put(type="open", conversation=number, since=0)
    assert (await lottes.until("opened"))["handover"]["summary"] == "Noor is naar huis"
    await sams.close()
    await lottes.close()


async def test_who_takes_it_from_the_queue_reads_the_summary(
    at_noors: str, at_lottes: str, started: actions.Started
) -> None:
    noors = await desk(at_noors)
    lottes = await desk(at_lottes)
    number = str(started.conversation.pk)
    await hand_over(noors, number, way="queue")
    while not (await lottes.until("desk"))["waiting"]:
        pass
    await lottes.put(type="claim", conversation=number)
    await lottes.put(type="open", conversation=number, since=0)
    assert (await lottes.until("opened"))["handover"]["summary"] == SUMMARY
    await noors.close()
    await lottes.close()


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "hand_over", "way": "sideways", "summary": "x"},
        {"type": "hand_over", "way": "taken", "summary": "x"},
        {"type": "hand_over", "way": "colleague", "summary": "x"},
        {"type": "hand_over", "way": "queue", "summary": "x", "to": 1},
        {"type": "hand_over", "way": "queue"},
        {"type": "hand_over", "way": "colleague", "to": "1", "summary": "x"},
        {"type": "ask_along"},
        {"type": "reassign", "summary": ""},
        {"type": "accept_handover"},
        {"type": "accept_handover", "handover": "1"},
    ],
)
async def test_malformed_is_refused(
    frame: dict[str, Any], at_noors: str, started: actions.Started
) -> None:
    noors = await desk(at_noors)
    await noors.put(conversation=str(started.conversation.pk), **frame)
    assert (await noors.until("refused"))["code"] == "malformed"
    await noors.close()


async def test_visitor_cannot_hand_over(started: actions.Started) -> None:
    victim = await visitor(started.token)
    await victim.until("welcome")
    number = str(started.conversation.pk)
    for act in sorted(protocol.PASSING_ACTS):
        await victim.put(type=act, conversation=number, summary="x", way="queue")
        assert (await victim.until("refused"))["code"] == "malformed"
    await victim.close()


async def test_no_word_of_a_summary_reaches_the_visitor(
    started: actions.Started, counsellor: User, lotte: User, supervisor: User
) -> None:
    """All that can be written along, and every way in which a visitor reads."""
    victim = await visitor(started.token)
    await victim.until("welcome")
    await in_db(write_along)(started.conversation, counsellor, lotte, supervisor)
    await in_db(say)(started.conversation, "klaar", supervisor)
    while "klaar" not in str(victim.seen):
        await victim.next()
    await victim.close()
    polled = await polls.asked(polls.VISITOR, polls.hello(started.token))
    pages = await in_db(read_without_script)(started.token)
    for read in (str(victim.seen), str(polled.frames), pages):
        assert "klaar" in read
        assert "dreigt" not in read


def read_without_script(token: str) -> str:
    browser = Browser()
    browser.cookies[COOKIE] = token
    pages = [browser.get(f"/nl/chat/{path}") for path in ("?simple=1", "transcript/")]
    return "".join(page.content.decode() for page in pages)


def write_along(row: Conversation, counsellor: User, lotte: User, supervisor: User) -> None:
    actions.ask_supervisor(conversation=again(row), question=SUMMARY, by=counsellor)
    actions.hand_over(
        conversation=again(row), way=Way.COLLEAGUE, summary=SUMMARY, by=counsellor, to=lotte
    )
    actions.hand_over(conversation=again(row), way=Way.SUPERVISORS, summary=SUMMARY, by=counsellor)
    handover = Handover.objects.get(way=Way.SUPERVISORS)
    actions.arrive(by=supervisor)
    actions.accept_handover(conversation=again(row), handover_id=handover.pk, by=supervisor)
    actions.reassign(conversation=again(row), to=lotte, by=supervisor, summary=SUMMARY)
    actions.hand_over(conversation=again(row), way=Way.QUEUE, summary=SUMMARY, by=lotte)
    actions.take_over(conversation=again(row), by=supervisor)


@pytest.mark.django_db(databases=["default", "keys"])
class TestQueries:
    @pytest.mark.parametrize("chats", [1, 8])
    def test_desk_lists_handovers_in_two_queries(
        self,
        chats: int,
        start: Starter,
        counsellor: User,
        supervisor: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        Seat.objects.create(user=counsellor, capacity=chats)
        for _ in range(chats):
            row = start().conversation
            actions.claim(conversation=row, by=counsellor)
            actions.hand_over(
                conversation=again(row), way=Way.SUPERVISORS, summary=SUMMARY, by=counsellor
            )
        asked = User.objects.get(pk=supervisor.pk)  # whose roles are still to be asked
        with django_assert_num_queries(2):
            listed = protocol_handover.listed(queries_handover.listed(asked), user=asked)
        assert [each["name"] for each in listed] == ["Merel"] * chats
        assert all(each["may_answer"] for each in listed)

    @pytest.mark.parametrize("people", [1, 20])
    def test_colleagues_are_one_query(
        self,
        people: int,
        active: Conversation,
        counsellor: User,
        staff: StaffMaker,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(people):
            staff(f"kim-{number:02}", "counsellor", "supervisor")
        with django_assert_num_queries(1):
            found = queries_handover.colleagues(active, of=counsellor)
            frame = protocol_handover.colleagues(found, active)
        assert len(frame["colleagues"]) == people
        assert len(protocol.dump(frame)) < protocol.SENT_BYTES

    def test_colleagues_are_those_who_answer_here(
        self, active: Conversation, counsellor: User, staff: StaffMaker, lotte: User
    ) -> None:
        gone = staff("gone")
        gone.is_active = False
        gone.save()
        staff("ed", "editor")
        staff("far", of=Service.objects.create(slug="hotline", name="Hotline"))
        robin = staff("robin", "counsellor", "supervisor")
        found = queries_handover.colleagues(active, of=counsellor)
        assert [(each.user, each.supervises) for each in found] == [(lotte, False), (robin, True)]

    def test_nothing_is_told_of_long_ago(
        self, active: Conversation, counsellor: User, supervisor: User
    ) -> None:
        actions.take_over(conversation=active, by=supervisor)
        assert [each.way for each in queries_handover.listed(counsellor)] == [Way.TAKEN]
        Handover.objects.update(answered_at=timezone.now() - queries_handover.TOLD)
        assert queries_handover.listed(counsellor) == []

    def test_open_is_listed_however_long_it_waits(
        self, active: Conversation, counsellor: User, lotte: User
    ) -> None:
        actions.hand_over(
            conversation=active, way=Way.COLLEAGUE, summary=SUMMARY, by=counsellor, to=lotte
        )
        Handover.objects.update(asked_at=timezone.now() - timedelta(hours=3))
        for user in (counsellor, lotte):
            [row] = queries_handover.listed(user)
            assert row.status == HandoverStatus.OPEN
