"""People who chat: visitors with a token, counsellors and supervisors of a service."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from chat import actions, queries
from chat.consumers import session
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.states import Sender
from chat.wire import bus
from helpline.privacy import throttle
from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import Membership, User

StaffMaker = Callable[..., User]
Starter = Callable[..., actions.Started]


@pytest.fixture(autouse=True)
def counts_begin_anew() -> None:
    """In memory, what one test counted or found away would hold back the next."""
    throttle._limiter.cache_clear()
    bus._breaker.answered()
    for buckets in (session._door, session._conversations):
        buckets._held.clear()


@pytest.fixture
def service(db_both: None) -> Service:
    service = default_service()
    service.chat_open = "open"
    # One counsellor has one chat after another here; tests of rest set their own.
    service.breath_minutes = service.heavy_in_a_row = 0
    service.save()
    return service


@pytest.fixture
def db_both(request: pytest.FixtureRequest) -> None:
    """The module's own django_db marker opens both databases; this only orders the fixtures."""
    request.getfixturevalue("_django_db_helper")


@pytest.fixture
def staff(service: Service) -> StaffMaker:
    def make(name: str, *roles: str, of: Service | None = service) -> User:
        user = User.objects.create_user(name, password="a long enough one", work_name=name.title())
        user.groups.set(Group.objects.filter(name__in=roles or ("counsellor",)))
        if of is not None:
            Membership.objects.create(user=user, service=of)
        return user

    return make


@pytest.fixture
def counsellor(staff: StaffMaker) -> User:
    return staff("noor")


@pytest.fixture
def supervisor(staff: StaffMaker) -> User:
    return staff("sam", "supervisor")


@pytest.fixture
def start(service: Service) -> Starter:
    def begin(name: str = "Merel", language: str = "nl") -> actions.Started:
        return actions.start(service=service, language=language, name=name, start_key=uuid.uuid4())

    return begin


@pytest.fixture
def waiting(start: Starter) -> Conversation:
    return start().conversation


@pytest.fixture
def active(waiting: Conversation, counsellor: User) -> Conversation:
    actions.claim(conversation=waiting, by=counsellor)
    return again(waiting)


def again(conversation: Conversation) -> Conversation:
    """The conversation as it stands in the database now."""
    found = queries.by_id(conversation.pk)
    assert found is not None
    return found


def say(conversation: Conversation, text: str, by: User | None = None) -> int:
    """Say something; returns its place."""
    return actions.say(
        conversation=again(conversation), text=text, client_id=uuid.uuid4(), by=by
    ).seq


def refused(code: Code) -> "pytest.RaisesExc[ChatError]":
    """The block is refused with this code."""
    return pytest.raises(ChatError, check=lambda error: error.code == code)


def lines(conversation: Conversation) -> list[str]:
    """What the system said in a conversation."""
    return [m.text for m in queries.transcript(conversation.pk) if m.sender == Sender.SYSTEM]


def plan_of(statement: str) -> str:
    """How the database would find what a statement asks."""
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:  # for a few rows it would not take the trouble
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(("EXPLAIN " if postgres else "EXPLAIN QUERY PLAN ") + statement)
        return str(cursor.fetchall())
