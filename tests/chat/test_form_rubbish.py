"""Rubbish in every field of every form of the chat, the floor and the accounts of staff: no page
breaks on it, and none of it stands in a log.

The forms are the URLconf's own. One that is added there and not tried here fails.
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from chat import actions, queries
from chat.forms import survey_form
from chat.models import Conversation, Debrief
from chat.visit import COOKIE
from helpline.privacy import throttle
from helpline.privacy.logging import AllowlistFormatter
from helpline.services.models import Service
from helpline.staff import actions as people
from helpline.staff.models import User
from helpline.staff.queries import open_resets
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.helpline.staff.conftest import client_of
from tests.helpline.test_console_doors import walk

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

MARK = "zeldzaamwoord"
RUBBISH = [
    *("", f"{MARK}\x00", "ﷺ" * 40, "-1", "9" * 5000, str(2**63), str(uuid.UUID(int=0))),
    *("a\r\nSet-Cookie: b=c", "{}", f"{MARK} " * 2000, "9999-12-31", "e" * 300 + "@example.org"),
]
NO_FORM = {
    *(
        "chat:page",
        "chat:transcript",
        "chat:place",
        "chat:wait",
        "chat_console:home",
        "chat_console:choices",
    ),
    *("replies:choices", "floor:home", "floor:floor", "floor:figures", "floor:figures_csv"),
    *("staff:home", "staff:people"),
}
SPACES = ("chat:", "chat_console:", "replies:", "floor:", "staff:")


@pytest.fixture(autouse=True)
def never_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "hit", lambda *_args, **_more: True)


class Forms:
    """The forms, each with what would be right in it, for who may fill it in."""

    def __init__(self, service: Service, staff: StaffMaker, start: Starter) -> None:
        self.service, self.start = service, start
        self.noor, self.sam = staff("noor"), staff("sam", "supervisor", "counsellor")
        self.ada = staff("ada", "administrator")
        self.lotte = staff("lotte")
        for user in (self.lotte, self.noor):
            User.objects.filter(pk=user.pk).update(email=f"{user.username}@helpline.test")
        self.clients = {user.pk: client_of(user) for user in (self.noor, self.sam, self.ada)}

    def visitor(self) -> tuple[Client, Conversation, str]:
        """A browser in a chat in which it is asked about a report."""
        started = self.start(MARK)
        conversation = started.conversation
        actions.claim(conversation=conversation, by=self.noor)
        actions.offer_report(
            conversation=again(conversation), links=["https://example.org/a"], by=self.noor
        )
        say(conversation, f"{MARK} hallo")
        client = Client(headers={"accept-language": "nl"})
        client.cookies[COOKIE] = started.token
        return client, again(conversation), started.token

    def filled(self, name: str) -> Iterator[tuple[Client, str, dict[str, Any]]]:
        """A browser, an address and the right fields, anew for each try."""
        if name.startswith("chat:"):
            client, conversation, token = self.visitor()
            offer = queries.open_offer(conversation.pk)
            assert offer is not None
            key = str(uuid.uuid4())
            once = survey_form(self.service.pk).initial["once"]
            facts = {"who": "self", "age": "adult", "recognisable": "yes", "agreed": "no"}
            fields: dict[str, Any] = {
                "chat:start": {
                    "key": key,
                    "name": "Roos",
                    "urgency": "soon",
                    "topic": "spread",
                    "age_band": "",
                    "language": "nl",
                    "ticket": "x",
                },
                "chat:say": {"client_id": key, "text": "hallo"},
                "chat:look": {"client_id": key, "text": "hallo"},
                "chat:report": {
                    "offer": str(offer.pk),
                    "key": key,
                    "declares": "on",
                    "may_act": "on",
                    **facts,
                    "answer": "yes",
                },
                "chat:resume": {},
                "chat:end": {},
                "chat:erase": {"token": token, "leave": ""},
                "chat:survey": {"once": once, "heard": "yes", "knows": "", "token": token},
                "chat:forget": {},
                "chat:way_back": {"token": token, "key": key},
                "chat:back": {"key": key, "code": "ABCD EFGH JKMN PQRS"},
            }[name]
            if name == "chat:start":
                del client.cookies[COOKIE]
            yield client, reverse(name), fields
        else:
            yield from self.of_staff(name)

    def of_staff(self, name: str) -> Iterator[tuple[Client, str, dict[str, Any]]]:
        noor, sam, ada = (self.clients[user.pk] for user in (self.noor, self.sam, self.ada))
        slug = {"slug": self.service.slug}
        _client, conversation, _token = self.visitor()
        actions.end(conversation=conversation)
        number = {"number": self.lotte.pk}
        person = {
            "email": "lotte@home.test",
            "work_name": "Lot",
            "roles": ["counsellor"],
            "services": [str(self.service.pk)],
        }
        match name:
            case "chat_console:presence":
                yield noor, reverse(name), {"presence": "on"}
            case "chat_console:stay":
                yield noor, reverse(name), {}
            case "chat_console:wrap_up":
                fields = {
                    "theme": "other",
                    "age_band": "",
                    "advised": [],
                    "referred": [],
                    "danger": "none",
                    "measures": [],
                    "minutes": "5",
                    "heavy": "on",
                    "agreed": "on",
                    "note": "mag",
                }
                yield noor, reverse(name, kwargs={"number": conversation.pk}), fields
            case "floor:capacity":
                yield sam, reverse(name, kwargs=slug), {"set": f"{self.noor.pk} 3"}
            case "floor:chat":
                yield sam, reverse(name, kwargs=slug), {"chat_open": "open"}
            case "floor:acknowledge":
                yield sam, reverse(name, kwargs=slug), {"conversation": str(conversation.pk)}
            case "floor:debrief":
                asked, _ = Debrief.objects.get_or_create(
                    user=self.noor, service=self.service, taken_at=None
                )
                yield sam, reverse(name, kwargs=slug), {"debrief": str(asked.pk)}
            case "floor:hours":
                rules = {
                    "full_limit": "5",
                    "last_entry_minutes": "0",
                    "silence_minutes": "10",
                    "grace_minutes": "30",
                    "breath_minutes": "0",
                    "heavy_in_a_row": "0",
                    "long_wait_minutes": "2",
                    "very_long_wait_minutes": "5",
                }
                address = reverse(name, kwargs=slug)
                yield sam, address, {"do": "rules", **rules}
                yield (
                    sam,
                    address,
                    {"do": "add_hours", "weekday": 1, "opens": "9:00", "closes": "9:10"},
                )
                day = {"date": "2030-01-01", "name": "feest", "opens": "", "closes": ""}
                yield sam, address, {"do": "set_holiday", **day}
                yield sam, address, {"do": "remove_hours", "number": "1"}
                yield sam, address, {"do": "remove_holiday", "number": "1"}
            case "staff:invite":
                yield ada, reverse(name), {"username": "nieuw", **person}
            case "staff:person":
                yield ada, reverse(name, kwargs=number), person
            case "staff:invite-again" | "staff:deactivate" | "staff:reactivate" | "staff:ask-reset":
                yield ada, reverse(name, kwargs=number), {}
            case "staff:agree-reset" | "staff:withdraw-reset":
                reset = open_resets(None).filter(user=self.lotte).first() or people.ask_reset(
                    person=User.objects.get(pk=self.lotte.pk), by=self.sam
                )
                yield ada, reverse(name, kwargs={"number": reset.pk}), {}
            case "staff:join":
                yield Client(), reverse(name, kwargs={"token": "x"}), {"password": "een twee drie"}
            case "staff:sign-in":
                yield Client(), reverse(name), {"username": "noor", "password": "x", "next": "/"}
            case "staff:code" | "staff:enrol":
                client = Client()
                client.force_login(self.noor if name == "staff:code" else self.lotte)
                yield client, reverse(name), {"code": "123456", "next": "/"}
            case "staff:sign-out":
                client = Client()
                client.force_login(self.lotte)
                yield client, reverse(name), {}
            case _:
                raise AssertionError(f"no form is known at {name}")


@pytest.fixture
def forms(service: Service, staff: StaffMaker, start: Starter) -> Forms:
    return Forms(service, staff, start)


NAMES = sorted(
    {name for name, _address in walk(get_resolver().url_patterns) if name.startswith(SPACES)}
    - NO_FORM
)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done in it is as if it never was."""
    with transaction.atomic(), transaction.atomic(using="keys"):
        yield
        for alias in ("default", "keys"):
            transaction.set_rollback(True, using=alias)


@pytest.mark.parametrize("name", NAMES)
def test_rubbish_in_a_form(name: str, forms: Forms, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for client, address, fields in list(forms.filled(name)):
        client.raise_request_exception = False
        cookies = client.cookies.output(header="", sep=";")
        for field in [*fields, "unknown"]:
            for value in [*RUBBISH, None]:
                sent = {**fields, field: value}
                if value is None:
                    del sent[field]
                with undone():
                    answer = client.post(
                        address,
                        urlencode(sent, doseq=True),
                        content_type="application/x-www-form-urlencoded",
                    )
                client.cookies = SimpleCookie(cookies)
                assert answer.status_code < 500, (field, str(value)[:80])
    written = [AllowlistFormatter().format(record) for record in caplog.records]
    assert [line for line in written if MARK in line] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_file_or_half_a_form_breaks_nothing(name: str, forms: Forms) -> None:
    for client, address, fields in list(forms.filled(name)):
        client.raise_request_exception = False
        for body, kind in (
            (b"\x89PNG\x00" * 50, "image/png"),
            (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
            (b"{", "application/json"),
            (b"a=%ff%fe&b=%", "application/x-www-form-urlencoded"),
            (b"&".join(b"a=1" for _ in range(2000)), "application/x-www-form-urlencoded"),
        ):
            with undone():
                answer = client.post(address, body, content_type=kind)
            assert answer.status_code < 500, (kind, len(fields))
