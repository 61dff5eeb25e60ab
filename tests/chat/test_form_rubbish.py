"""Rubbish in every field of every form of the chat, the floor and the accounts of staff: no page
breaks on it, and none of it stands in a log.

The forms are the URLconf's own. One that is added there and not tried here fails.
"""

import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from chat import actions, queries
from chat.forms import survey_form
from chat.models import Conversation, Debrief
from chat.visit import COOKIE
from helpline.privacy import throttle
from helpline.services.models import Service
from helpline.staff import actions as people
from helpline.staff.models import User
from helpline.staff.queries import open_resets
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.helpline.staff.conftest import client_of
from tests.helpline.test_console_doors import walk
from tests.rubbish import MARK, fill_with_rubbish, rubbish_in, send_no_form

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

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


@pytest.mark.parametrize("name", NAMES)
def test_rubbish_in_a_form(name: str, forms: Forms, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for client, address, fields in list(forms.filled(name)):
        fill_with_rubbish(client, address, fields)
    assert rubbish_in(caplog) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_file_or_half_a_form_breaks_nothing(name: str, forms: Forms) -> None:
    for client, address, _fields in list(forms.filled(name)):
        send_no_form(client, address)
