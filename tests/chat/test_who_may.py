"""Who may do what at the console: each frame of the protocol, sent by everybody at every stage.

The frames are the protocol's own. One that is added there and not judged here fails.
"""

import inspect
import logging
import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.conf import settings

from chat import actions, lines, protocol
from chat.errors import Code
from chat.models import (
    Conversation,
    ConversationEvent,
    Debrief,
    Handover,
    Message,
    Note,
    QueueDecision,
    ReportOffer,
    Seat,
)
from chat.protocol import Close
from chat.states import Status, Way
from helpline.privacy.vault import keys
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat import polls
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async

NAME, WORDS = "Merelvogel", "dit mag niemand anders lezen"
STAFF_FRAMES = {
    *re.findall(r'case "(\w+)"', inspect.getsource(protocol.parse_staff)),
    *protocol.STAFF_ACTS,
    *protocol.AFTER_ACTS,
    *protocol.PASSING_ACTS,
}
PEOPLE = ("owner", "colleague", "supervisor", "elsewhere")
# While somebody talks with a visitor: what comes of each frame of the one who has the chat, of a
# counsellor beside them, of a supervisor, and of a supervisor who is counsellor of another service.
MAY = {
    "hello": ("malformed", "malformed", "malformed", "malformed"),  # the second one
    "beat": ("", "", "", ""),
    "got": ("", "", "", ""),
    "shut": ("", "", "", ""),
    "attend": ("", "", "", ""),
    "ready": ("", "", "", ""),
    "debrief": ("", "", "", ""),
    "take_debrief": ("forbidden", "forbidden", "", "forbidden"),
    "open": ("", "unknown", "", "unknown"),
    "say": ("", "unknown", "not_yours", "unknown"),
    "read": ("", "unknown", "", "unknown"),
    "typing": ("", "unknown", "", "unknown"),
    "urgency": ("", "unknown", "", "unknown"),
    "claim": ("", "taken", "taken", "unknown"),
    "give_back": ("", "unknown", "not_yours", "unknown"),
    "end": ("", "unknown", "not_yours", "unknown"),
    "danger": ("", "unknown", "", "unknown"),
    "acknowledge": ("forbidden", "unknown", "", "unknown"),
    "block": ("", "unknown", "", "unknown"),
    "offer": ("", "unknown", "not_yours", "unknown"),
    "note": ("", "unknown", "", "unknown"),
    "heed": ("", "unknown", "not_yours", "unknown"),
    "share": ("gone", "unknown", "not_yours", "unknown"),
    "hand_over": ("", "unknown", "not_yours", "unknown"),
    "ask_along": ("", "unknown", "not_yours", "unknown"),
    "reassign": ("forbidden", "unknown", "", "unknown"),
    "take_over": ("forbidden", "unknown", "", "unknown"),
    "colleagues": ("", "unknown", "", "unknown"),
    "accept_handover": ("forbidden", "forbidden", "", "unknown"),
    "decline_handover": ("forbidden", "forbidden", "", "unknown"),
    "withdraw_handover": ("", "unknown", "", "unknown"),
}
# What is about nobody's conversation.
APART = {"hello", "beat", "got", "shut", "attend", "ready", "debrief", "take_debrief"}
STANDING = (
    *("status", "owner_id", "urgency", "returned", "danger_at", "acknowledged_at", "blocked_at"),
    *("last_seq", "noted", "whispers", "queue_from", "counsellor_read_seq"),
)
OTHER_STAGES = [
    *[("owner", stage) for stage in ("waiting", "ended", "erased", "gone")],
    *[("colleague", "ended"), ("elsewhere", "waiting"), ("elsewhere", "ended")],
]


def test_every_frame_is_judged() -> None:
    assert set(MAY) == STAFF_FRAMES


def test_every_refusal_has_words() -> None:
    assert set(lines.problems_of_staff()) == set(Code)


@dataclass
class Scene:
    """A conversation with all that can be asked of it, and the numbers that a page would know."""

    number: uuid.UUID
    handover: uuid.UUID
    debrief: uuid.UUID
    colleague: int

    def frame(self, kind: str) -> dict[str, Any]:
        about = {"conversation": str(self.number)}
        more: dict[str, Any] = {
            "hello": {"v": protocol.VERSION},
            "beat": {"seqs": {str(self.number): 1}},
            "got": {"got": 1},
            "attend": {"presence": "on"},
            "ready": {},
            "debrief": {},
            "take_debrief": {"id": str(self.debrief)},
            "open": {**about, "since": 0},
            "say": {**about, "id": str(uuid.uuid4()), "text": "hallo"},
            "read": {**about, "seq": 1},
            "urgency": {**about, "urgency": "soon"},
            "offer": {**about, "links": ["https://example.org/a"]},
            "note": {**about, "id": str(uuid.uuid4()), "text": "let op"},
            "heed": {**about, "id": str(uuid.uuid4())},
            "share": {**about, "id": str(uuid.uuid4()), "page": 2**31 - 1},
            "hand_over": {**about, "way": "colleague", "to": self.colleague, "summary": "kort"},
            "ask_along": {**about, "summary": ""},
            "reassign": {**about, "to": self.colleague, "summary": ""},
            "accept_handover": {**about, "handover": str(self.handover)},
            "decline_handover": {**about, "handover": str(self.handover)},
            "withdraw_handover": {**about, "handover": str(self.handover)},
        }
        return {"type": kind, **more.get(kind, about)}

    def kept(self) -> list[Any]:
        """Everything that an act could leave behind in or beside the conversation."""
        rows: list[Any] = list(Conversation.objects.filter(pk=self.number).values_list(*STANDING))
        for model in (ConversationEvent, Handover, Note, ReportOffer, QueueDecision):
            rows += model.objects.filter(conversation=self.number).order_by("pk").values_list("pk")
        rows += Message.objects.filter(conversation=self.number).order_by("seq").values_list("seq")
        rows += Handover.objects.filter(conversation=self.number).values_list("status")
        return [*rows, *Debrief.objects.filter(pk=self.debrief).values_list()]


@dataclass
class Company:
    """Those who try, with the cookies of their pages."""

    people: dict[str, User]
    cookies: dict[str, str]
    start: Starter

    def scene(self, stage: str) -> Scene:
        owner = self.people["owner"]
        conversation = self.start(NAME).conversation
        say(conversation, WORDS)
        debrief, _ = Debrief.objects.get_or_create(
            user=owner, service=conversation.service, taken_at=None
        )
        scene = Scene(conversation.pk, uuid.uuid4(), debrief.pk, User.objects.get(username="bo").pk)
        if stage == "waiting":
            return scene
        actions.claim(conversation=conversation, by=owner)
        actions.hand_over(
            conversation=again(conversation), way=Way.SUPERVISORS, summary="kort", by=owner
        )
        asked = Handover.objects.get(conversation=conversation)
        scene.handover = asked.pk
        if stage in ("ended", "erased"):
            actions.end(conversation=again(conversation), by=owner)
        if stage == "erased":  # a crash between the key and the rows
            keys.destroy_key(conversation.pk)
        if stage == "gone":
            actions.erase(conversation=again(conversation))
        return scene

    async def tries(self, name: str, scene: Scene, kind: str) -> polls.Answer:
        opening = {"conversation": str(scene.number), "since": 0}
        hello = {"type": "hello", "v": protocol.VERSION, "open": [opening]}
        frame, cookie = scene.frame(kind), self.cookies[name]
        answer = await polls.asked(polls.STAFF, hello, frame, cookie=cookie)
        for _again in range(3):  # news may come first; a page says its words again until answered
            if kind != "say" or {"ack", "refused"} & {each["type"] for each in answer.frames}:
                break
            answer = await polls.asked(polls.STAFF, hello, frame, cookie=cookie)
        return answer


def code_of(answer: polls.Answer) -> str:
    """What a frame was refused with, or nothing."""
    assert answer.status == 200
    assert answer.close is None
    codes: list[str] = [frame["code"] for frame in answer.frames if frame["type"] == "refused"]
    assert len(codes) <= 1
    return codes[0] if codes else ""


@pytest.fixture
def company(staff: StaffMaker, start: Starter, service: Service) -> Company:
    other = Service.objects.create(slug="other", name="Other line")
    people = {
        "owner": staff("noor"),
        "colleague": staff("lotte"),
        "supervisor": staff("sam", "supervisor"),
        "elsewhere": staff("olga", "supervisor", "counsellor", of=other),
    }
    for person in (*people.values(), staff("bo")):
        Seat.objects.create(user=person, capacity=100)
    cookies = {
        name: f"{settings.SESSION_COOKIE_NAME}={session_of(person)}"
        for name, person in people.items()
    }
    return Company(people, cookies, start)


@pytest.fixture(autouse=True)
def nothing_fails(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("name", PEOPLE)
async def test_in_conversation(name: str, company: Company) -> None:
    found: dict[str, str] = {}
    for kind in MAY:
        scene = await in_db(company.scene)("active")
        before = await in_db(scene.kept)()
        answer = await company.tries(name, scene, kind)
        found[kind] = code_of(answer)
        if found[kind]:
            assert await in_db(scene.kept)() == before, kind
        if name in ("colleague", "elsewhere") and kind not in APART:
            assert WORDS not in answer.body.decode(), kind
        if name == "elsewhere":
            assert NAME not in answer.body.decode(), kind
    assert found == {kind: codes[PEOPLE.index(name)] for kind, codes in MAY.items()}


@pytest.mark.parametrize(("name", "stage"), OTHER_STAGES)
async def test_at_other_stages(name: str, stage: str, company: Company) -> None:
    for kind in sorted(STAFF_FRAMES - APART):
        scene = await in_db(company.scene)(stage)
        before = await in_db(scene.kept)()
        answer = await company.tries(name, scene, kind)
        code = code_of(answer)
        if code or name == "elsewhere" or stage == "gone":
            assert await in_db(scene.kept)() == before, (kind, code)
        if name == "elsewhere" or stage == "gone":
            assert code in ("unknown", "answered"), kind
            assert NAME not in answer.body.decode(), kind
        if name == "colleague" and stage != "waiting":
            assert code in ("unknown", "answered", "ended"), kind
            assert WORDS not in answer.body.decode(), kind
        if stage != "waiting" and kind in ("say", "claim", "give_back", "hand_over", "take_over"):
            assert code, kind


@pytest.mark.parametrize("roles", [("caseworker",), ("editor",), ("administrator",)])
async def test_other_roles_have_no_socket(
    roles: tuple[str, ...], company: Company, staff: StaffMaker
) -> None:
    session = await in_db(lambda: session_of(staff("x", *roles)))()
    company.cookies["x"] = f"{settings.SESSION_COOKIE_NAME}={session}"
    scene = await in_db(company.scene)("waiting")
    for kind in ("claim", "danger", "open"):
        answer = await company.tries("x", scene, kind)
        assert (answer.frames, answer.close) == ([], Close.SIGN_IN)


@pytest.mark.parametrize("lost", ["role", "service"])
async def test_who_lost_what_they_need_in_the_middle_can_do_nothing_more(
    lost: str, company: Company
) -> None:
    owner = company.people["owner"]

    def lose() -> None:
        if lost == "role":
            owner.groups.clear()
        else:
            owner.memberships.all().delete()

    scenes = {kind: await in_db(company.scene)("active") for kind in sorted(STAFF_FRAMES - APART)}
    await in_db(lose)()
    for kind, scene in scenes.items():
        before = await in_db(scene.kept)()
        answer = await company.tries("owner", scene, kind)
        assert WORDS not in answer.body.decode()
        assert answer.close == Close.SIGN_IN or code_of(answer) == "unknown", kind
        assert await in_db(scene.kept)() == before, kind


def test_ended_is_ended(company: Company) -> None:
    assert Conversation.objects.filter(pk=company.scene("gone").number).exists() is False
    assert Conversation.objects.get(pk=company.scene("erased").number).status == Status.ENDED
