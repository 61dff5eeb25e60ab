"""Frames that no page of ours would send: broken, doubled, in any order, on two connections at once.
Whatever comes, the site answers in the words of the protocol, and no message is kept twice.
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from chat import actions, protocol, queries
from chat.errors import Code
from chat.models import Message
from chat.protocol import Close
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.property.scale import few
from tests.chat.property.site import PROCESSES, Connection, Site, scope_of
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

IDS = [str(uuid.UUID(int=number)) for number in range(1, 4)]
TYPES = {
    *("welcome", "messages", "ack", "refused", "state", "read", "typing", "present", "desk"),
    *("opened", "shut", "news", "beat", "colleagues", "done"),
}
CLOSES = {code for name, code in vars(Close).items() if name.isupper()}
CONNECT = {"type": "websocket.connect"}
# What stands for the token and the conversation of the example.
TOKEN, NUMBER = "the token", "the conversation"

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", "x" * 5000, *IDS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
seqs = st.integers(0, 6)
conversations = {"conversation": st.just(NUMBER)}
says = {"id": st.sampled_from(IDS), "text": st.sampled_from(["a", "b", "\ud800", " ", "x" * 5000])}
hello = st.just({"type": "hello", "v": protocol.VERSION, "token": TOKEN, "since": 0})
opens = st.fixed_dictionaries({**conversations, "since": seqs})

COMMON: list[st.SearchStrategy[Any]] = [
    hello,
    st.fixed_dictionaries({"type": st.just("got"), "got": st.integers(0, 9)}),
]
VISITOR: list[st.SearchStrategy[Any]] = [
    *COMMON,
    st.fixed_dictionaries({"type": st.just("say"), **says}),
    st.fixed_dictionaries({"type": st.sampled_from(["beat", "read"]), "seq": seqs}),
    st.fixed_dictionaries({"type": st.sampled_from(["typing", "resume", "end"])}),
]
STAFF: list[st.SearchStrategy[Any]] = [
    *COMMON,
    st.fixed_dictionaries({"type": st.just("say"), **says, **conversations}),
    st.fixed_dictionaries(
        {"type": st.just("beat"), "seqs": st.dictionaries(st.just(NUMBER), seqs)}
    ),
    st.fixed_dictionaries({"type": st.just("read"), "seq": seqs, **conversations}),
    st.fixed_dictionaries({"type": st.just("open"), "since": seqs, **conversations}),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(sorted(protocol.PASSING_ACTS)),
            "way": st.sampled_from(["colleague", "supervisors", "queue", "advice"]),
            "summary": st.sampled_from(["a", " ", "\ud800", "x" * 5000]),
            "handover": st.sampled_from(IDS),
            **conversations,
        },
        optional={"to": st.integers(0, 9)},
    ),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                ["typing", "shut", "claim", "give_back", "end", "danger", "acknowledge"]
            ),
            **conversations,
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("offer"),
            "links": st.lists(st.sampled_from(["https://example.org/a", "", "\ud800"]), max_size=2),
            **conversations,
        }
    ),
    st.fixed_dictionaries(
        {"type": st.just("hello"), "v": st.just(protocol.VERSION), "open": st.lists(opens)}
    ),
]


def broken(frame: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """A frame with one field that is something else."""
    return {**frame, name: value}


def frames(kinds: list[st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Mostly good frames, in any order and doubled; some with a wrong field, some that are none."""
    good = st.one_of(kinds)
    names = st.sampled_from(
        ["type", "id", "text", "conversation", "seq", "seqs", "got", "since", "v", "tag", "token"]
    )
    return st.one_of(good, good, good, st.builds(broken, good, names, junk), junk)


def talks(kinds: list[st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """What is said on which of two connections; the first frame of each is mostly a good hello."""
    return st.lists(st.tuples(st.integers(0, PROCESSES - 1), frames(kinds)), max_size=14)


def filled(frame: Any, token: str, number: str) -> str:
    """The frame as text, about this example's conversation."""
    return json.dumps(frame).replace(TOKEN, token).replace(NUMBER, number)


class Judge:
    """Compares what the site answered with what it kept."""

    def __init__(self) -> None:
        self.acked: list[tuple[str, int]] = []

    def frame(self, frame: dict[str, Any]) -> None:
        assert frame["type"] in TYPES
        if frame["type"] == "refused":
            assert frame["code"] in set(Code)
        elif frame["type"] == "ack":
            self.acked.append((frame["id"], frame["seq"]))

    def socket(self, connection: Connection) -> None:
        for event in connection.out:
            if event["type"] == "websocket.send":
                self.frame(json.loads(event["text"]))
            elif event["type"] == "websocket.close":
                assert event["code"] in CLOSES

    def answer(self, connection: Connection) -> None:
        start, body = connection.out
        assert start["status"] in (200, 400)
        answer = json.loads(body["body"])
        for frame in answer.get("frames", []):
            self.frame(frame)
        assert answer.get("close", Close.OVER) in CLOSES

    def rows(self, number: uuid.UUID, sender: str) -> None:
        kept = list(Message.objects.filter(conversation=number).order_by("seq"))
        assert [row.seq for row in kept] == list(range(1, len(kept) + 1))
        mine = {str(row.client_id): row.seq for row in kept if row.sender == sender}
        assert Counter(row.client_id for row in kept).most_common(1)[0][1] == 1
        assert all(mine.get(name) == seq for name, seq in self.acked)


@pytest.fixture(autouse=True)
def begun(site: Site) -> Iterator[None]:
    site.begin()
    yield
    site.stop()


def speak(
    site: Site, service: Service, by: User, session: str, said: list[tuple[int, Any]], wait: bool
) -> None:
    """Say all that to a site, over sockets and as requests, and judge what comes of it."""
    started = actions.start(service=service, language="nl", name="", start_key=uuid.uuid4())
    number = started.conversation.pk
    actions.claim(conversation=started.conversation, by=by)
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}" if session else ""
    who = "console" if session else "chat"
    texts = [(process, filled(frame, started.token, str(number))) for process, frame in said]
    hello = filled(HELLO, started.token, "")
    judge = Judge()
    sockets = [
        site.connect(scope_of("websocket", f"/ws/{who}/", cookie), process, CONNECT)
        for process in range(PROCESSES)
    ]
    for process, text in texts:
        sockets[process].inbox.put_nowait({"type": "websocket.receive", "text": text})
        if wait:
            site.settle()
    site.settle()
    scope = scope_of("http", f"/wire/{who}/", cookie)
    for first in ([hello], []):
        body = f'{{"frames": [{",".join([*first, *(text for _, text in texts)])}], "wait": 0}}'
        polled = site.connect(scope, 0, {"type": "http.request", "body": body.encode()})
        for _ in range(200):
            site.pass_time(0.06)
            if polled.task.done():
                break
        judge.answer(polled)
    for socket in sockets:
        socket.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
    site.settle()
    for socket in sockets:
        judge.socket(socket)
    assert queries.by_id(number) is not None
    judge.rows(number, "counsellor" if session else "visitor")
    actions.end(conversation=started.conversation)


HELLO = {"type": "hello", "v": protocol.VERSION, "token": TOKEN, "since": 0}
OPEN = {"type": "open", "conversation": NUMBER, "since": 0}


def test_what_a_visitor_page_sends(site: Site, service: Service, counsellor: User) -> None:
    @few(15)
    @given(said=talks(VISITOR), wait=st.booleans())
    def check(said: list[tuple[int, Any]], wait: bool) -> None:
        greeted = [(process, HELLO) for process in range(PROCESSES)] if len(said) % 2 else []
        speak(site, service, counsellor, "", [*greeted, *said], wait)

    check()


def test_what_a_console_sends(site: Site, service: Service, counsellor: User) -> None:
    session = session_of(counsellor)

    @few(15)
    @given(said=talks(STAFF), wait=st.booleans())
    def check(said: list[tuple[int, Any]], wait: bool) -> None:
        greeted = [(process, HELLO) for process in range(PROCESSES)] if len(said) % 3 else []
        opened = [(process, OPEN) for process, _ in greeted]
        speak(site, service, counsellor, session, [*greeted, *opened, *said], wait)

    check()
