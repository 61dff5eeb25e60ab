"""A possible minor's location and everything that the house can do: only the hand-over reaches it.

Every action, job and page is found and tried, by somebody who may do everything on the desk, with a
hotline that takes mail and with one that takes its own form. After each of them: no mail but to the
hotline, no question to a register, no other request or notice, its address opened by nothing but the
hand-over and shown by nothing but a copy for the form that is on record, and the location as it was.
"""

import inspect
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.http import Http404, HttpResponse
from django.test import Client
from django.utils.module_loading import import_string
from pytest_django import Settings

from helpline.privacy.vault.fields import SealedTextField
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry, User
from helpline.worker import CHECKS, JOBS
from intake.recipients.models import Recipient
from intake.recipients.queries import look_ups_of
from intake.removal import actions
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.canonical import canonicalise
from intake.removal.models import (
    GroundRoute,
    Location,
    Notice,
    NoticeRequest,
    RemovalRequest,
)
from tests.intake.removal import factories, walking
from tests.intake.removal.factories import MINOR, URL, register
from tests.signed_in import sign_in
from tests.standins.dns import NameServer, name_server
from tests.standins.rdap import Register
from tests.standins.rdap import register as register_server
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

HOTLINE = "in@hotline.test"
# What the hotline takes, and how far a hand-over by its form is.
WAYS = ("mail", "form taken on", "form given back")
BY_FORM = "actions/hand_over_by_form.py"
HOST, ADDRESS = "example.org", "203.0.113.7"
# Only these open the address: they make the hand-over and send it, or lay it out for the form.
HAND_OVER = ("actions/hand_over.py", "actions/sending.py", BY_FORM)
# What is sent, from what is stored. Nobody is asked whether they may, since the worker calls it; what
# pages show of it is walked with the pages.
OF_THE_WORKER = {"intake.removal.actions.drafting.envelope_of"}
# What may change on the location itself: its clock, and that its last report went.
MAY_CHANGE = {"work", "due_at", "reopened_at", "age_assessed_at"}


@dataclass
class World:
    """What must stay as it is, and what would show that it did not."""

    location: Location
    hand_over: RemovalRequest
    notice: Notice
    smtp: MailServer
    names: NameServer
    registers: Register
    opened: list[str] = field(default_factory=list)
    laid_out: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    said: str = ""  # what the last attempt raised

    def touched(self) -> list[str]:
        """What reached the location that must not, in words."""
        wrong = [f"address opened by {who}" for who in self.opened]
        wrong += [
            f"mail to {mail.recipients}"
            for mail in self.smtp.received
            if mail.recipients != [HOTLINE]
        ]
        asked = (*self.names.asked, *self.registers.asked)
        wrong += [f"asked {about}" for about in asked if HOST in about or ADDRESS in about]
        other = RemovalRequest.objects.filter(location=self.location.pk).exclude(is_hand_over=True)
        wrong += [f"request to {request.recipient}" for request in other]
        entries = NoticeRequest.objects.filter(location=self.location.pk).select_related("notice")
        wrong += [
            f"in notice {entry.notice.reference}"
            for entry in entries
            if not entry.notice.is_hand_over
            or entry.notice.recipient_id != self.hand_over.recipient_id
        ]
        if look_ups_of(HOST).exists():
            wrong.append("looked up")
        now = values(Location.objects.defer("url").filter(pk=self.location.pk).first())
        if now and not now["forgotten_at"]:  # its last report may go
            wrong += [
                f"{name} became {now[name]}"
                for name in sorted(now.keys() - MAY_CHANGE)
                if now[name] != self.before[name]
            ]
        return wrong

    def shown(self, given: object) -> list[str]:
        """That the address was given to somebody without a word about it on the record."""
        text = given.content.decode() if isinstance(given, HttpResponse) else repr(given)
        if URL not in text or AuditEntry.objects.filter(action="copy_address").exists():
            return []
        return ["address shown, and nothing on record"]

    def forget(self) -> None:
        self.laid_out = False
        self.opened.clear()
        self.smtp.received.clear()
        self.names.asked.clear()
        self.registers.asked.clear()


def values(location: Location | None) -> dict[str, Any]:
    if location is None:
        return {}
    return {
        f.attname: getattr(location, f.attname)
        for f in Location._meta.concrete_fields
        if not isinstance(f, SealedTextField)
    }


@pytest.fixture(params=WAYS)
def world(
    request: pytest.FixtureRequest,
    settings: Settings,
    smtp: MailServer,
    caseworker: User,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """Reported by somebody who does not know the age, and with the hotline."""
    if request.param == "mail":
        factories.hotline(address=HOTLINE)
    else:
        factories.hotline(channel="form", address="", form_url="https://hotline.test/report")
    statement = register(age_in_picture="unknown")
    send_hand_overs()
    if request.param != "mail":
        taken_on = actions.take_on_form(statement.location, by=caseworker)
        if request.param == "form given back":
            actions.give_form_back(taken_on, by=caseworker)
    zone = {HOST: {"A": [ADDRESS], "NS": ["ns.hosting.test."]}}
    with name_server(zone) as names, register_server({}) as registers:
        settings.HELPLINE_DNS_SERVERS = [names.address]
        settings.HELPLINE_RDAP_BASE = registers.base
        world = World(
            Location.objects.defer("url").get(pk=statement.location_id),
            RemovalRequest.objects.get(),
            Notice.objects.get(),
            smtp,
            names,
            registers,
        )
        world.before = values(world.location)
        opening = SealedTextField.open

        def watched(self: SealedTextField, instance: models.Model, data: bytes) -> str:
            if isinstance(instance, Location):
                stack = [frame.filename for frame in traceback.extract_stack()]
                world.laid_out |= any(file.endswith(BY_FORM) for file in stack)
                if not any(file.endswith(HAND_OVER) for file in stack):
                    ours = [file for file in stack if "/intake/" in file and "/tests/" not in file]
                    world.opened.append(ours[-1] if ours else "a test")
            return opening(self, instance, data)

        monkeypatch.setattr(SealedTextField, "open", watched)
        yield world


@pytest.fixture
def everybody(caseworker: User) -> User:
    """Somebody with every role there is."""
    caseworker.groups.set(Group.objects.all())
    return caseworker


def maker(world: World, by: User) -> walking.Maker:
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    known = [
        world.location,
        world.hand_over,
        world.notice,
        world.location.statements.get(),
        factories.recipient(suffix=HOST),
        pair,
        default_service(),
        canonicalise(URL),
        MINOR,
    ]
    return walking.Maker(known, ["another.test", "x"], by)


def fresh(world: World, made: dict[str, Any]) -> dict[str, Any]:
    """The rows as they stand now: what another call opened or changed is not carried along."""

    def anew(value: Any) -> Any:
        if isinstance(value, Location):
            return Location.objects.select_related("service").get(pk=value.pk)
        if isinstance(value, models.Model) and value.pk is not None and not isinstance(value, User):
            return type(value)._default_manager.filter(pk=value.pk).first() or value
        if isinstance(value, list | tuple | set | frozenset):
            return type(value)(anew(each) for each in value)
        return value

    return {name: anew(value) for name, value in made.items()}


def attempt(world: World, what: str, call: Callable[[], object]) -> list[str]:
    """Try something, look at the world, and put it back."""
    world.forget()
    wrong: list[str] = []
    try:
        with transaction.atomic(), transaction.atomic(using="keys"):
            given: object = None
            try:
                with transaction.atomic():
                    given = call()
                world.said = ""
            except Exception as error:  # noqa: BLE001 -- refused, or nonsense to it: either is fine
                world.said = f"{type(error).__name__}: {error}"
            wrong = world.touched() + world.shown(given)
            raise _PutBackError
    except _PutBackError:
        pass
    return [f"{what}: {words}" for words in wrong]


class _PutBackError(Exception):
    pass


def test_no_action_touches_it_but_the_hand_over(world: World, everybody: User) -> None:
    make = maker(world, everybody)
    found = walking.actions()
    wrong: list[str] = []
    for name, action in found.items():
        if name in OF_THE_WORKER:
            continue
        said = set()
        for made in make.calls(action):
            wrong += attempt(world, name, lambda: call(action, fresh(world, made)))  # noqa: B023 -- called at once
            said.add(world.said)
        # Else it was never really tried.
        assert not all(words.startswith(("TypeError", "AttributeError")) for words in said), (
            f"{name}: teach tests/intake/removal/walking.py what it takes: {said}"
        )
    assert wrong == []
    offered = {f"{f.__module__}.{n}" for n, f in inspect.getmembers(actions, inspect.isfunction)}
    assert offered <= set(found)


def call(action: Callable[..., Any], made: dict[str, Any]) -> object:
    given = inspect.signature(inspect.unwrap(action)).parameters
    positional = [made[n] for n, p in given.items() if n in made and p.kind == p.POSITIONAL_ONLY]
    named = {n: v for n, v in made.items() if given[n].kind != given[n].POSITIONAL_ONLY}
    return action(*positional, **named)


def test_no_job_of_the_worker_touches_it_but_the_hand_over(world: World) -> None:
    wrong: list[str] = []
    for job in (*JOBS, *CHECKS):
        if job.function.startswith("intake."):
            wrong += attempt(world, job.name, import_string(job.function))
    assert wrong == []


def test_no_page_touches_it(world: World, everybody: User, platform: Recipient) -> None:
    client = sign_in(everybody)
    pages = walking.pages()
    assert len(pages) > 20
    wrong: list[str] = []
    for route, pattern in pages:
        address = address_of(world, pattern, route)
        wrong += attempt(world, f"GET {route}", lambda: client.get(address))  # noqa: B023 -- called at once
        if world.laid_out:
            wrong.append(f"GET {route}: laid out")  # only who asks for it gets it
        for value in (
            world.hand_over.pk,
            world.location.pk,
            world.notice.pk,
            platform.pk,
            "yes",
            "taken",
            URL,
        ):
            wrong += attempt(
                world,
                f"POST {route}",
                lambda: post(client, address, str(value)),  # noqa: B023 -- as above
            )
    assert wrong == []


def address_of(world: World, pattern: Any, route: str) -> str:
    by_name = {
        "location_id": world.location.pk,
        "request_id": world.hand_over.pk,
        "notice_id": world.notice.pk,
    }
    converters = pattern.pattern.converters
    parts = "/" + route
    for name, converter in converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        kind = {"string": "str"}.get(kind, kind)
        value = by_name.get(name, world.location.pk if kind == "uuid" else 1)
        parts = parts.replace(f"<{kind}:{name}>", str(value)).replace(f"<{name}>", str(value))
    return parts


def post(client: Client, address: str, value: str) -> object:
    """A form of which every field that the desk knows holds the same. What comes back, unless it
    may repeat what was typed."""
    names = {
        "requests",
        "request",
        "recipient",
        "pair",
        "proposal",
        "gone",
        "answer",
        "location",
        "locations",
        "reason",
        "text",
        "client_id",
        "address",
        "number",
        "host",
        "notices",
        "to",
        "q",
        "action",
        "name",
        "seen",
        "confirm",
        "what",
    }
    try:
        response = client.post(address, dict.fromkeys(names, value))
    except Http404:
        return None
    return None if value == URL else response


def test_the_walk_would_see_it(world: World, everybody: User, platform: Recipient) -> None:
    """An action that forgot to ask whether it may: each thing that is looked at is seen."""
    location = Location.objects.get(pk=world.location.pk)

    def propose_all_the_same() -> None:
        from intake.removal.workflow import begin  # noqa: PLC0415 -- only this test forgets

        begin(RemovalRequest(location=location, recipient=platform))

    assert "request to" in attempt(world, "x", propose_all_the_same)[0]
    assert "address opened" in attempt(world, "x", lambda: location.url)[0]
    claimed = Location.objects.filter(pk=location.pk)
    taken = {"claimed_by": everybody, "claimed_at": world.location.created_at}
    assert "claimed" in attempt(world, "x", lambda: claimed.update(**taken))[0]
    assert "address shown" in attempt(world, "x", lambda: HttpResponse(f"Look: {URL}"))[0]
    assert attempt(world, "x", lambda: None) == []
