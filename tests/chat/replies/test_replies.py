"""Prepared replies: who keeps them, who gets them, and what may stand in them."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page

from chat.actions import MESSAGE_BYTES
from chat.models import NAME_LENGTH
from chat.replies import demo
from chat.replies.models import LONGEST, PreparedReply
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

CHOICES = "/console/chat/replies/"


def reply(title: str = "Welkom", text: str = "Hoi {visitor}", **more: Any) -> PreparedReply:
    locale = Locale.objects.get_or_create(language_code=more.pop("language", "nl"))[0]
    return PreparedReply.objects.create(title=title, text=text, locale=locale, **more)


def chosen(client: Client, kind: str = "replies") -> list[str]:
    answer = client.get(CHOICES)
    assert answer.status_code == 200
    return [one["title"] for one in answer.json()[kind]]


def test_a_counsellor_gets_what_is_in_use_in_their_services(
    counsellor: User, service: Service
) -> None:
    other = Service.objects.create(slug="other", name="Other")
    reply("Welkom")
    reply("Welcome", language="en")
    reply("Alleen hier", service=service)
    reply("Alleen daar", service=other)
    reply("Niet meer", active=False)
    assert chosen(sign_in(counsellor)) == ["Alleen hier", "Welcome", "Welkom"]


def test_pages_that_are_published_come_with_their_place_here(
    counsellor: User, pages: dict[str, Page]
) -> None:
    [page] = sign_in(counsellor).get(CHOICES).json()["pages"]
    assert page == {
        "id": pages["nl"].pk,
        "title": "Onder druk (nl)",
        "text": "Wat je nu kunt doen",
        "language": "nl",
        "path": "/nl/druk/",
    }


@pytest.mark.parametrize("role", ["editor", "caseworker"])
def test_others_get_nothing(staff: StaffMaker, role: str) -> None:
    assert sign_in(staff("ed", role)).get(CHOICES).status_code == 403


def test_without_signing_in_there_is_nothing(service: Service, client: Client) -> None:
    assert client.get(CHOICES).status_code == 302


def test_as_many_queries_for_many_as_for_one(counsellor: User, pages: dict[str, Page]) -> None:
    client = sign_in(counsellor)
    reply()
    chosen(client)
    with CaptureQueriesContext(connection) as one:
        chosen(client)
    for number in range(20):
        reply(f"Nummer {number}")
        pages["nl"].get_parent().add_child(
            instance=Page(title=f"Pagina {number}", slug=f"p{number}", locale=pages["nl"].locale)
        )
    with CaptureQueriesContext(connection) as many:
        assert len(chosen(client)) == 21
    assert len(many) == len(one)


@pytest.mark.parametrize("text", ["Hoi {name}", "Hoi {", "}", "{ visitor }", "{}", "{{visitor}}"])
def test_an_unknown_place_is_refused(service: Service, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PreparedReply(title="x", text=text, locale=Locale.objects.first()).full_clean()
    assert list(refused.value.message_dict) == ["text"]


def test_the_longest_fits_in_a_message() -> None:
    # All letters of two bytes, and a name of signs of four.
    assert 2 * LONGEST + 4 * NAME_LENGTH <= MESSAGE_BYTES


def test_an_editor_keeps_and_translates_them(staff: StaffMaker) -> None:
    client = sign_in(staff("ed", "editor"))
    first = reply()
    listed = client.get("/cms/snippets/replies/preparedreply/")
    assert "Welkom" in listed.content.decode()
    edited = {"title": "Hallo", "search_words": "", "text": "Hoi {counsellor}", "active": "on"}
    client.post(f"/cms/snippets/replies/preparedreply/edit/{first.pk}/", edited)
    first.refresh_from_db()
    assert (first.title, first.text) == ("Hallo", "Hoi {counsellor}")
    client.post(
        f"/cms/snippets/replies/preparedreply/edit/{first.pk}/", {**edited, "text": "{phone}"}
    )
    first.refresh_from_db()
    assert first.text == "Hoi {counsellor}"
    english = Locale.objects.get_or_create(language_code="en")[0]
    client.post(
        f"/cms/translation/submit/snippet/replies/preparedreply/{first.pk}/",
        {"locales": [english.pk]},
    )
    assert first.get_translation(english).title == "Hallo"


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_counsellors_do_not_keep_them(staff: StaffMaker, role: str) -> None:
    assert (
        sign_in(staff("kim", role)).get("/cms/snippets/replies/preparedreply/").status_code != 200
    )


def test_the_demo_has_each_in_both_languages_and_fills_in_what_exists(
    service: Service, settings: Any
) -> None:
    settings.HELPLINE_DEMO = True
    for _ in range(2):
        call_command("load_demo_replies", verbosity=0)
    assert PreparedReply.objects.count() == 2 * len(demo.REPLIES)
    for each in PreparedReply.objects.all():
        each.full_clean()
