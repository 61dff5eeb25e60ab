"""The visitor's pages around coming back, and after a chat that was abused. Without a script."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from chat import actions
from chat.models import Conversation, Message, WayBack
from chat.states import Status
from chat.visit import COOKIE
from helpline.privacy import door
from helpline.privacy.return_codes import grouped, is_complete, normalised
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say
from tests.chat.test_views import PAGE, begin, post

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

CODE = re.compile(r'chat-code__code">([0-9A-Z ]+)<')


def ask(client: Client, **data: object) -> str:
    """Ask for a code by form; returns it as it is shown."""
    answer = post(client, "way-back", **{"key": uuid.uuid4(), **data})
    found = CODE.search(answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def back(client: Client, code: str) -> Any:
    return post(client, "back", key=uuid.uuid4(), code=code)


@pytest.fixture
def held(client: Client, service: Service) -> Conversation:
    return begin(client)


class TestWayBack:
    def test_code_is_shown_once_and_on_no_other_page(
        self, client: Client, held: Conversation
    ) -> None:
        code = ask(client)
        assert is_complete(normalised(code))
        assert code not in client.get(PAGE).content.decode()
        assert code not in client.get(f"{PAGE}transcript/").content.decode()

    def test_code_is_asked_for_from_the_page_after_a_chat(
        self, client: Client, held: Conversation
    ) -> None:
        token = client.cookies[COOKIE].value
        post(client, "end")
        over = client.get(PAGE).content.decode()
        assert 'name="key"' in over
        assert f'name="token" value="{token}"' in over
        assert not client.cookies[COOKIE].value
        ask(client, token=token)

    def test_code_is_answered_to_a_script_in_json(self, client: Client, held: Conversation) -> None:
        key = uuid.uuid4()
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
        first = post(client, "way-back", key=key, headers=headers).json()
        assert post(client, "way-back", key=key, headers=headers).json() == first
        assert list(first) == ["return_code"]
        assert post(client, "way-back", key="x", headers=headers).json() == {"code": "malformed"}

    def test_code_leads_back_on_another_device(
        self, client: Client, held: Conversation, counsellor: User
    ) -> None:
        actions.claim(conversation=held, by=counsellor)
        say(held, "Ik moet zo weg")
        code = ask(client)
        other = Client()
        answer = back(other, code.lower())
        assert answer.status_code == 303
        shown = other.get(f"{PAGE}transcript/").content.decode()
        assert "Ik moet zo weg" in shown
        assert "Ik moet zo weg" not in client.get(f"{PAGE}transcript/").content.decode()

    def test_code_leads_to_a_new_chat_when_the_old_one_ended(
        self, client: Client, held: Conversation
    ) -> None:
        code = ask(client)
        post(client, "end")
        client.get(PAGE)
        assert back(client, code).status_code == 303
        newest = Conversation.objects.order_by("-started_at")[0]
        assert (newest.status, newest.earlier_id) == (Status.WAITING, held.pk)

    def test_code_stays_good_while_the_chat_is_closed(
        self, client: Client, held: Conversation, service: Service
    ) -> None:
        code = ask(client)
        post(client, "end")
        client.get(PAGE)
        Service.objects.update(chat_open="closed")
        assert back(client, code).status_code == 302
        assert WayBack.objects.get().used_at is None
        Service.objects.update(chat_open="open")
        assert back(client, code).status_code == 303

    @pytest.mark.parametrize("code", ["", "x", "0000 0000 0000 0000", "\x00", "é" * 99])
    def test_wrong_code_is_explained_and_nothing_is_begun(
        self, code: str, client: Client, service: Service
    ) -> None:
        answer = back(client, code)
        assert answer.status_code == 400
        assert "govuk-error-summary" in answer.content.decode()
        assert COOKIE not in answer.cookies
        assert Conversation.objects.count() == 0

    def test_form_of_another_site_is_refused(self, client: Client, held: Conversation) -> None:
        headers = {"Sec-Fetch-Site": "cross-site"}
        for path in ("way-back", "back"):
            assert post(client, path, key=uuid.uuid4(), headers=headers).status_code == 403

    def test_file_is_never_read(self, client: Client, held: Conversation) -> None:
        for path in ("way-back", "back"):
            assert client.post(f"{PAGE}{path}/", {"key": "x"}).status_code == 415

    def test_way_back_is_on_the_start_page_and_the_room(
        self, client: Client, service: Service
    ) -> None:
        assert f"{PAGE}back/" in client.get(PAGE).content.decode()
        begin(client)
        assert f"{PAGE}way-back/" in client.get(PAGE).content.decode()
        assert client.get(f"{PAGE}back/").status_code == 302

    def test_who_was_closed_by_the_clock_is_told_and_offered_a_code(
        self, client: Client, held: Conversation, counsellor: User
    ) -> None:
        actions.claim(conversation=held, by=counsellor)
        say(held, "Vertel maar", counsellor)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for minutes in (11, 31):
                clock.shift(timedelta(minutes=minutes))
                Conversation.objects.update(visitor_seen_at=timezone.now())
                actions.sweep_silence()
            clock.shift(timedelta(hours=1))
            token = client.cookies[COOKIE].value
            text = client.get(PAGE).content.decode()
            assert "een tijd stil" in text
            assert "Vertel maar" not in text
            assert not client.cookies[COOKIE].value
            code = ask(client, token=token)
            assert back(client, code).status_code == 303
        newest = Conversation.objects.order_by("-started_at")[0]
        assert newest.earlier_id == held.pk


class TestAbuse:
    @pytest.fixture
    def blocked(self, client: Client, held: Conversation, counsellor: User) -> Conversation:
        actions.claim(conversation=held, by=counsellor)
        actions.end_for_abuse(conversation=again(held), by=counsellor)
        return again(held)

    def test_page_says_so_once_with_the_numbers_in_view(
        self, client: Client, blocked: Conversation
    ) -> None:
        text = client.get(PAGE).content.decode()
        assert "niet werd gebruikt waar hij voor is" in text
        assert 'href="tel:112"' in text
        assert "way-back" not in text
        assert not client.cookies[COOKIE].value
        assert "chat-start__button" in client.get(PAGE).content.decode()

    def test_blocked_token_opens_nothing(self, client: Client, blocked: Conversation) -> None:
        token = client.cookies[COOKIE].value
        post(client, "say", client_id=uuid.uuid4(), text="nog iets")
        client.cookies[COOKIE] = token
        assert "ended_for_abuse" not in client.get(f"{PAGE}transcript/").content.decode()
        answer = post(client, "way-back", key=uuid.uuid4(), token=token)
        assert answer.status_code == 400
        assert Message.objects.exclude(sender="system").count() == 0

    def test_start_from_there_waits_and_then_begins(
        self, client: Client, blocked: Conversation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door, "rate_key_of", lambda _request: "one network")
        client.get(PAGE)
        key = uuid.uuid4()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            waits = post(client, "start", key=key, name="Merel")
            text = waits.content.decode()
            assert (waits.status_code, waits.headers["Retry-After"]) == (200, "120")
            assert 'href="tel:112"' in text
            assert 'name="name" value="Merel"' in text
            found = re.search(r'name="ticket" value="([^"]+)"', text)
            assert found
            again_too_soon = post(client, "start", key=key, name="Merel", ticket=found[1])
            assert found[1] in again_too_soon.content.decode()
            clock.shift(timedelta(seconds=121))
            begun = post(client, "start", key=key, name="Merel", ticket=found[1])
        assert begun.status_code == 303
        assert Conversation.objects.exclude(status=Status.ENDED).count() == 1

    def test_somebody_else_elsewhere_does_not_wait(
        self, blocked: Conversation, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door, "rate_key_of", lambda _request: "one network")
        client.get(PAGE)
        monkeypatch.setattr(door, "rate_key_of", lambda _request: "another network")
        begin(Client())

    def test_ticket_of_another_form_does_not_count(
        self, client: Client, blocked: Conversation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door, "rate_key_of", lambda _request: "one network")
        client.get(PAGE)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            ticket = actions.begin_waiting(uuid.uuid4())
            clock.shift(timedelta(seconds=121))
            answer = post(client, "start", key=uuid.uuid4(), name="", ticket=ticket)
        assert answer.status_code == 200


def test_code_is_grouped_to_be_read_aloud(start: Starter) -> None:
    code = actions.ask_way_back(conversation=start().conversation, key=uuid.uuid4())
    assert grouped(normalised(code)) == code
