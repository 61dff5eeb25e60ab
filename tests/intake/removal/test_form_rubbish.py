"""Rubbish in every field of every form of the desk: no page breaks on it, and none of it stands in a
log. The forms are the URLconf's own. One that is added there and not tried here fails.
"""

import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.recipients.models import Proposal, Recipient
from intake.removal import actions
from intake.removal.actions.mail import take_mail
from intake.removal.check.actions.switching import switch_on
from intake.removal.models import GroundRoute, Location, Notice, ReceivedMail, StrayMail
from intake.removal.queries.queue import saved_views
from tests.helpline.test_console_doors import walk
from tests.intake.removal import factories
from tests.intake.removal.factories import register
from tests.intake.removal.inbox.letters import letter
from tests.rubbish import MARK, fill_with_rubbish, rubbish_in, send_no_form
from tests.signed_in import sign_in
from tests.standins.dns import name_server
from tests.standins.rdap import register as register_server
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

NO_FORM = {
    *("removal:queue", "removal:ready", "removal:looks", "removal:location", "removal:notice"),
    *("removal:mail", "removal:stray-mail"),
}
NAMES = sorted(
    {name for name, _address in walk(get_resolver().url_patterns) if name.startswith("removal:")}
    - NO_FORM
)
# About what each page is: a location with an address of example.org, or what hangs on one.
OF_A_LOCATION: dict[str, dict[str, Any]] = {
    "show-address": {},
    "copy-address": {"why": "police"},
    "look-up": {"again": "1"},
    "propose": {"recipient": "RECIPIENT"},
    "confirm-proposal": {"proposal": "PROPOSAL"},
    "claim": {},
    "release": {},
    "give": {"to": "PERSON"},
    "urgent": {"why": "spreading"},
    "ask-front": {},
    "enter-origin": {"origin-host": "origin.test"},
    "check": {"answer": "yes"},
    "watch": {"public": "on"},
    "unwatch": {},
    "ask-site": {},
    "read-sightings": {},
    "hand-over-again": {},
    "climb": {},
    "write-note": {"note-text": "Gebeld.", "note-key": str(uuid.UUID(int=2))},
}
OF_A_REQUEST: dict[str, dict[str, Any]] = {
    "choose": {"pair": "PAIR"},
    "ask-again": {},
    "ask-all-the-same": {},
    "stop": {},
}
OF_A_NOTICE: dict[str, dict[str, Any]] = {
    "ask-look": {},
    "give-look": {"do": "back", "text": "Niet goed.", "key": str(uuid.UUID(int=3))},
    "send": {},
    "cancel": {},
    "hand-in": {"what": "taken", "number": "AB-12"},
    "resolve": {"answer": "no"},
}
ANSWER = {
    "a1-kind": "will_do",
    "a1-until": "2026-12-31",
    "a1-who": "",
    "a1-ground": "",
    "a1-words": "Wij doen het.",
    "go": "note",
}


@pytest.fixture(autouse=True)
def registers(settings: Settings) -> Iterator[None]:
    """Name servers and registers that know nobody."""
    with name_server({}) as names, register_server({}) as register:
        settings.HELPLINE_DNS_SERVERS = [names.address]
        settings.HELPLINE_RDAP_BASE = register.base
        yield


class Forms:
    """The forms, each with what would be right in it, for who may fill it in."""

    def __init__(self, platform: Recipient, by: User) -> None:
        self.platform, self.by = platform, by
        self.kim, self.boss = sign_in(by), sign_in(factories.person("boss", "supervisor"))
        self.pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")

    def filled(self, name: str) -> tuple[Client, str, dict[str, Any]]:
        """A browser, an address and the right fields."""
        short = name.removeprefix("removal:")
        if short in OF_A_LOCATION:
            place = self.place()
            if short == "unwatch":
                self.sent(place)
                switch_on(place, by=self.by)
            return self.kim, self.page(name, location_id=place.pk), self.right(OF_A_LOCATION[short])
        if short in OF_A_REQUEST:
            asked = actions.propose(self.place(), self.platform, by=self.by)
            return self.kim, self.page(name, request_id=asked.pk), self.right(OF_A_REQUEST[short])
        if short in OF_A_NOTICE:
            by_hand = factories.recipient(
                channel="form", address="", form_url="https://platform.test/report"
            )
            notice = self.draft(self.place(), by_hand)
            if short == "hand-in":
                actions.send_notice(notice, by=self.by)
            if short == "give-look":
                actions.ask_second_look(notice, by=self.by)
            client = self.boss if short == "give-look" else self.kim
            return client, self.page(name, notice_id=notice.pk), self.right(OF_A_NOTICE[short])
        return self.other(name)

    def other(self, name: str) -> tuple[Client, str, dict[str, Any]]:
        place, service = self.place(), default_service()
        several = {"location": [str(place.pk)], "query": "work=ask"}
        match name.removeprefix("removal:"):
            case "save-view":
                return self.kim, self.page(name), {"name": "Vandaag", "query": "work=ask"}
            case "remove-view":
                actions.save_view(name="Vandaag", query="work=ask", by=self.by)
                [view] = saved_views(self.by)
                return self.kim, self.page(name, number=view.pk), {}
            case "several":
                return self.kim, self.page(name), {**several, "do": "give", "to": str(self.by.pk)}
            case "ask-together":
                fields = self.right({"recipient": "RECIPIENT", "pair": "PAIR"})
                return self.kim, self.page(name), {**several, **fields}
            case "search":
                return self.kim, self.page(name), {"text": "example.org", "by": "host"}
            case "look-rules":
                rules = {"new_recipient": "on", "most_alone": "5", "lawful_sites": "nrc.nl"}
                fields = {f"{service.pk}-{field}": value for field, value in rules.items()}
                return self.boss, self.page(name), {"service": str(service.pk), **fields}
            case "dossier":
                self.sent(place)
                fields = {"recipient": str(self.platform.pk), "months": "3", "language": "nl"}
                return self.boss, self.page(name), fields
            case "look-up-origin" | "remove-origin":
                origin = actions.enter_origin(place, "origin.test", by=self.by)
                return self.kim, self.page(name, location_id=place.pk, origin_id=origin.pk), {}
            case "remove-note":
                note = actions.write_note(place, text="x", client_id=uuid.uuid4(), by=self.by)
                return self.kim, self.page(name, location_id=place.pk, note_id=note.pk), {}
            case "draft":
                asked = actions.propose(place, self.platform, by=self.by)
                actions.choose(asked, self.pair, by=self.by)
                return self.kim, self.page(name), {"request": str(asked.pk)}
            case "take-on-form" | "copy-for-form":
                factories.hotline(channel="form", address="", form_url="https://hotline.test/form")
                minor = factories.register("https://example.org/x", factories.MINOR).location
                if name == "removal:take-on-form":
                    return self.kim, self.page(name, location_id=minor.pk), {}
                notice = actions.take_on_form(minor, by=self.by)
                return self.kim, self.page(name, notice_id=notice.pk), {}
            case "read-mail":
                take_mail(letter(self.sent(place).reply_to, "We look into it."))
                return self.kim, self.page(name, mail_id=ReceivedMail.objects.get().pk), ANSWER
            case "give-mail" | "drop-mail":
                notice = self.sent(place)
                take_mail(letter("notices@helpline.test", "Hello?"))
                address = self.page(name, stray_id=StrayMail.objects.get().pk)
                return self.kim, address, {"reference": notice.reference}
            case _:
                raise AssertionError(f"no form is known at {name}")

    def page(self, name: str, **which: Any) -> str:
        return reverse(name, kwargs=which)

    def right(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields, with what is there now for what stands in capitals."""
        known = {
            "RECIPIENT": self.platform.pk,
            "PAIR": self.pair.pk,
            "PERSON": self.by.pk,
            "PROPOSAL": Proposal.objects.values_list("pk", flat=True).first() or 1,
        }
        return {name: str(known.get(value, value)) for name, value in fields.items()}

    def place(self) -> Location:
        return Location.objects.get(pk=register(f"https://example.org/{MARK}").location_id)

    def draft(self, place: Location, recipient: Recipient) -> Notice:
        asked = actions.propose(place, recipient, by=self.by)
        actions.choose(asked, self.pair, by=self.by)
        return actions.draft_notice([asked], by=self.by)

    def sent(self, place: Location) -> Notice:
        notice = self.draft(place, self.platform)
        actions.send_notice(notice, by=self.by)
        actions.send_due_notices()
        return Notice.objects.get(pk=notice.pk)


@pytest.fixture
def forms(platform: Recipient, caseworker: User, smtp: MailServer) -> Forms:
    return Forms(platform, caseworker)


@pytest.mark.parametrize("name", NAMES)
def test_rubbish_in_a_form(name: str, forms: Forms, caplog: pytest.LogCaptureFixture) -> None:
    filled = forms.filled(name)
    caplog.set_level(logging.DEBUG)
    fill_with_rubbish(*filled)
    assert rubbish_in(caplog) == []


@pytest.mark.parametrize("name", NAMES)
def test_half_a_form_breaks_nothing(name: str, forms: Forms) -> None:
    client, address, _fields = forms.filled(name)
    send_no_form(client, address)
