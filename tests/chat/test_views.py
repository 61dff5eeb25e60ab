"""The visitor's pages: without a script, with bad input, and what they never show or keep."""

import re
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from chat import actions, queries
from chat.models import Conversation, Message, ReportOffer
from chat.states import OfferStatus, Sender, Status
from chat.visit import COOKIE
from helpline.services.models import Service
from helpline.services.queries import ChatState
from helpline.staff.models import User
from intake.report.actions import StatementFacts
from intake.report.models import Report
from tests.chat.conftest import Starter, again, say

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

PAGE = "/nl/chat/"


def post(client: Client, path: str, **data: Any) -> Any:
    """A form as a browser sends it."""
    headers = data.pop("headers", {"Sec-Fetch-Site": "same-origin"})
    query = "simple=1" if data.pop("simple", False) else ""
    return client.post(
        f"{PAGE}{path}/?{query}".rstrip("?"),
        urlencode(data),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )


def begin(client: Client, name: str = "Merel") -> Conversation:
    answer = post(client, "start", key=uuid.uuid4(), name=name)
    assert answer.status_code == 303
    return Conversation.objects.order_by("-started_at")[0]


@pytest.fixture
def held(client: Client, service: Service) -> Conversation:
    """A conversation whose visitor is ``client``."""
    return begin(client)


@pytest.fixture
def talking(held: Conversation, counsellor: User) -> Conversation:
    actions.claim(conversation=held, by=counsellor)
    return again(held)


@pytest.fixture
def offered(talking: Conversation, counsellor: User) -> ReportOffer:
    actions.offer_report(
        conversation=talking, links=["https://beeld.example/galerij/1"], by=counsellor
    )
    offer = queries.open_offer(talking.pk)
    assert offer is not None
    return offer


class TestBefore:
    def test_start_page_says_all_before_the_first_message(
        self, client: Client, service: Service
    ) -> None:
        answer = client.get("/en/chat/")
        text = answer.content.decode()
        for words in (
            "What you say stays with us",
            "A colleague may read along",
            "We cannot see where you are",
            "112",
            "We erase the chat after 30 days",
        ):
            assert words in text
        assert answer.cookies == {}
        assert 'type="file"' not in text

    def test_made_up_name_is_offered(self, client: Client, service: Service) -> None:
        text = client.get(PAGE).content.decode()
        assert re.search(r'name="name" value="\w+"', text)

    def test_what_is_said_beforehand_is_kept(self, client: Client, service: Service) -> None:
        said = {"topic": "hacked", "age_band": "12_15", "urgency": "soon", "language": "en"}
        assert post(client, "start", key=uuid.uuid4(), **said).status_code == 303
        row = Conversation.objects.get()
        assert {name: getattr(row, name) for name in said} == said

    def test_nothing_has_to_be_said_beforehand(self, client: Client, service: Service) -> None:
        row = begin(client)
        assert (row.topic, row.age_band, row.urgency, row.language) == ("", "", "normal", "nl")
        answer = post(Client(), "start", key=uuid.uuid4(), topic="", urgency="", language="")
        assert answer.status_code == 303

    @pytest.mark.parametrize("name", ["topic", "age_band", "urgency", "language"])
    def test_an_answer_that_was_not_asked_begins_anew(
        self, name: str, client: Client, service: Service
    ) -> None:
        answer = post(client, "start", key=uuid.uuid4(), name="Zwaluw", **{name: "<script>"})
        assert answer.status_code == 200
        assert 'value="Zwaluw"' in answer.content.decode()
        assert Conversation.objects.count() == 0

    def test_urgent_is_told_to_call_first(self, client: Client, service: Service) -> None:
        assert "Do not wait for us: call 112." in client.get("/en/chat/").content.decode()

    def test_closed_gives_hours_numbers_and_the_report_form(
        self, client: Client, service: Service
    ) -> None:
        service.chat_open = "closed"
        service.save()
        text = client.get("/en/chat/").content.decode()
        assert "The chat is closed now" in text
        for part in ("112", "0800-0113", "/en/report/"):
            assert part in text
        assert post(client, "start", key=uuid.uuid4()).status_code == 200
        assert Conversation.objects.count() == 0

    def test_full_lets_nobody_new_in_and_shows_other_help(
        self, client: Client, service: Service, start: Starter
    ) -> None:
        service.full_limit = 1
        service.save()
        assert "Start the chat" in client.get("/en/chat/").content.decode()
        start()
        text = client.get("/en/chat/").content.decode()
        for part in ("The chat is full now", "Look again", "112", "0800-0113", "/en/report/"):
            assert part in text
        assert post(client, "start", key=uuid.uuid4()).status_code == 200
        assert Conversation.objects.count() == 1

    def test_last_entry_leaves_who_waits_in_line(
        self, client: Client, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begin(client)
        monkeypatch.setattr(queries, "chat_state", lambda service: ChatState.LAST_ENTRY)
        assert "You are first in line" in client.get("/en/chat/").content.decode()
        client.cookies.clear()
        text = client.get("/en/chat/").content.decode()
        for part in ("The chat closes soon", "112", "/en/report/"):
            assert part in text
        assert post(client, "start", key=uuid.uuid4()).status_code == 200
        assert Conversation.objects.count() == 1

    def test_start_sets_a_session_cookie_that_tells_nothing(
        self, client: Client, service: Service
    ) -> None:
        begin(client)
        cookie = client.cookies[COOKIE]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
        assert (cookie["expires"], cookie["max-age"]) == ("", "")
        assert "chat" not in COOKIE

    def test_start_twice_makes_one(self, client: Client, service: Service) -> None:
        key = uuid.uuid4()
        post(client, "start", key=key, name="a")
        client.cookies.clear()
        post(client, "start", key=key, name="a")
        assert Conversation.objects.count() == 1

    @pytest.mark.parametrize("data", [{}, {"key": "x"}, {"key": uuid.uuid4(), "name": "n" * 500}])
    def test_unreadable_start_begins_anew(
        self, data: dict[str, Any], client: Client, service: Service
    ) -> None:
        assert post(client, "start", **data).status_code == 200
        assert Conversation.objects.count() == 0

    def test_another_site_cannot_start(self, client: Client, service: Service) -> None:
        answer = post(client, "start", key=uuid.uuid4(), headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403


class TestRoom:
    def test_token_stands_in_no_address(self, client: Client, held: Conversation) -> None:
        token = client.cookies[COOKIE].value
        text = client.get(PAGE).content.decode()
        assert f'data-token="{token}"' in text
        assert token not in "".join(re.findall(r'(?:href|src|action)="([^"]*)"', text))

    def test_page_keeps_the_title_neutral(self, client: Client, held: Conversation) -> None:
        title = re.search(r"<title>(.*?)</title>", client.get(PAGE).content.decode(), re.DOTALL)
        assert title is not None
        assert "chat" not in title[1].lower()

    def test_without_a_script_messages_stand_in_a_frame(
        self, client: Client, talking: Conversation, counsellor: User
    ) -> None:
        say(talking, "Dag", counsellor)
        page = client.get(PAGE)
        assert "frame-src 'self'" in page["Content-Security-Policy"]
        assert "<noscript><iframe" in re.sub(
            r">\s+<", "><", re.sub(r"<noscript>\s*", "<noscript>", page.content.decode())
        )
        frame = client.get(f"{PAGE}transcript/")
        assert "frame-ancestors 'self'" in frame["Content-Security-Policy"]
        assert frame["X-Frame-Options"] == "SAMEORIGIN"
        assert frame["Cache-Control"] == "no-store"
        text = frame.content.decode()
        assert '<meta http-equiv="refresh"' in text
        assert "Dag" in text

    def test_other_pages_are_framed_by_nobody(self, client: Client, held: Conversation) -> None:
        assert "frame-ancestors 'none'" in client.get(PAGE)["Content-Security-Policy"]

    def test_say_by_form(self, client: Client, held: Conversation) -> None:
        answer = post(client, "say", client_id=uuid.uuid4(), text="Hoi\r\nik ben er")
        assert (answer.status_code, answer["Location"]) == (303, PAGE)
        assert queries.transcript(held.pk)[0].text == "Hoi\nik ben er"

    def test_say_twice_by_form_stands_once(self, client: Client, held: Conversation) -> None:
        client_id = uuid.uuid4()
        for _ in range(2):
            post(client, "say", client_id=client_id, text="Hoi")
        assert Message.objects.filter(sender=Sender.VISITOR).count() == 1

    @pytest.mark.parametrize("text", ["", "   ", "a" * 4097])
    def test_refused_message_keeps_its_text(
        self, text: str, client: Client, held: Conversation
    ) -> None:
        answer = post(client, "say", client_id=uuid.uuid4(), text=text)
        assert answer.status_code == 400
        page = answer.content.decode()
        assert 'id="chat-problem" role="alert">' in page
        assert f'autocomplete="off" aria-describedby="chat-problem">&#10;{text}</textarea>' in page
        assert Message.objects.count() == 0

    def test_message_with_a_broken_client_id_keeps_its_text(
        self, client: Client, held: Conversation
    ) -> None:
        answer = post(client, "say", client_id="x", text="Hoi allemaal")
        assert answer.status_code == 400
        assert "Hoi allemaal</textarea>" in answer.content.decode()

    def test_look_shows_news_and_keeps_what_is_typed(
        self, client: Client, held: Conversation
    ) -> None:
        client_id = uuid.uuid4()
        answer = post(client, "look", client_id=client_id, text="half een zin", simple=True)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "half een zin</textarea>" in page
        assert str(client_id) in page
        assert "look/?simple=1" in page

    def test_markup_stays_text(self, client: Client, held: Conversation) -> None:
        post(client, "say", client_id=uuid.uuid4(), text="<b>x</b> https://beeld.example/a")
        text = client.get(f"{PAGE}transcript/").content.decode()
        assert "&lt;b&gt;x&lt;/b&gt; https://beeld.example/a" in text
        assert 'href="https://beeld.example' not in text

    def test_too_late_keeps_the_text(self, client: Client, held: Conversation) -> None:
        Conversation.objects.update(
            status=Status.ENDED, ended_at=timezone.now() - timedelta(hours=1)
        )
        answer = post(client, "say", client_id=uuid.uuid4(), text="Ik was net bezig")
        assert "Ik was net bezig</textarea>" in answer.content.decode()
        assert answer.cookies[COOKIE]["max-age"] == 0

    def test_upload_is_refused_before_it_is_read(self, client: Client, held: Conversation) -> None:
        for path in ("start", "say", "look", "report", "end"):
            answer = client.post(
                f"{PAGE}{path}/",
                {"text": "Hoi", "client_id": uuid.uuid4()},
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            assert answer.status_code == 415
        assert Message.objects.count() == 0

    def test_broken_bytes_are_no_error(self, client: Client, held: Conversation) -> None:
        answer = client.post(
            f"{PAGE}say/",
            f"client_id={uuid.uuid4()}&text=%ff%fe%00%ed%a0%80".encode(),
            content_type="application/x-www-form-urlencoded",
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 303

    @pytest.mark.parametrize("path", ["start", "say", "look", "report", "end", "resume", "forget"])
    def test_another_site_can_do_nothing(
        self, path: str, client: Client, held: Conversation
    ) -> None:
        answer = post(client, path, headers={"Origin": "https://example.org"})
        assert answer.status_code == 403

    @pytest.mark.parametrize("path", ["transcript", "say", "look", "report", "end", "resume"])
    def test_strangers_see_nothing(self, path: str, client: Client, held: Conversation) -> None:
        say(held, "geheimwoord")
        stranger = Client()
        stranger.cookies[COOKIE] = "x" * 43
        answer = stranger.get(f"{PAGE}{path}/") if path == "transcript" else post(stranger, path)
        assert "geheimwoord" not in answer.content.decode()
        assert again(held).status == Status.WAITING


class TestLeave:
    def test_leaving_any_page_pauses_the_chat(self, client: Client, held: Conversation) -> None:
        answer = client.post("/leave/", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 204
        assert again(held).status == Status.PAUSED

    def test_return_shows_nothing_until_it_is_pressed(
        self, client: Client, held: Conversation
    ) -> None:
        say(held, "geheimwoord")
        actions.leave(conversation=held)
        for path in ("", "transcript/", "?simple=1"):
            text = client.get(f"{PAGE}{path}").content.decode()
            assert "geheimwoord" not in text
            assert "data-token" not in text
        assert post(client, "resume").status_code == 303
        assert "geheimwoord" in client.get(f"{PAGE}transcript/").content.decode()

    def test_end_takes_the_cookie(self, client: Client, held: Conversation) -> None:
        assert post(client, "end").status_code == 303
        answer = client.get(PAGE)
        assert answer.cookies[COOKIE]["max-age"] == 0
        assert again(held).ended_by == Sender.VISITOR

    def test_forget_takes_only_the_cookie_of_an_ended_chat(
        self, client: Client, held: Conversation
    ) -> None:
        assert COOKIE not in post(client, "forget").cookies
        actions.end(conversation=held)
        assert post(client, "forget").cookies[COOKIE]["max-age"] == 0


YES = {
    "answer": "yes",
    "who": "self",
    "age": "adult",
    "recognisable": "yes",
    "agreed": "no",
    "declares": "on",
    "may_act": "on",
}
CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}\b")


class TestReport:
    def test_yes_makes_a_report_and_shows_its_code_once(
        self, client: Client, offered: ReportOffer, talking: Conversation
    ) -> None:
        answer = post(client, "report", offer=offered.pk, key=uuid.uuid4(), **YES)
        (code,) = CODE.findall(answer.content.decode())
        report = Report.objects.get()
        assert report.by_chat
        (link,) = report.links.all()
        statement = link.statement
        assert (statement.age_in_picture, statement.agreed) == ("adult", "no")
        assert statement.declaration_version
        assert statement.mandate_version
        assert code not in client.get(f"{PAGE}transcript/").content.decode()
        assert code not in client.get(PAGE).content.decode()
        assert all(code not in message.text for message in queries.transcript(talking.pk))

    def test_pressed_twice_makes_one_report_and_gives_one_code(
        self, client: Client, offered: ReportOffer
    ) -> None:
        key = uuid.uuid4()
        codes = [
            CODE.findall(post(client, "report", offer=offered.pk, key=key, **YES).content.decode())
            for _ in range(2)
        ]
        assert codes[0] == codes[1] != []
        assert Report.objects.count() == 1

    def test_answered_by_another_page_gives_no_code(
        self, client: Client, offered: ReportOffer
    ) -> None:
        post(client, "report", offer=offered.pk, key=uuid.uuid4(), **YES)
        answer = post(client, "report", offer=offered.pk, key=uuid.uuid4(), **YES)
        assert CODE.findall(answer.content.decode()) == []
        assert Report.objects.count() == 1

    def test_script_gets_the_code_as_data(self, client: Client, offered: ReportOffer) -> None:
        answer = post(
            client,
            "report",
            offer=offered.pk,
            key=uuid.uuid4(),
            **YES,
            headers={"Sec-Fetch-Site": "same-origin", "Accept": "application/json"},
        )
        assert CODE.fullmatch(answer.json()["return_code"])

    def test_no_makes_none(self, client: Client, offered: ReportOffer) -> None:
        assert (
            post(client, "report", offer=offered.pk, key=uuid.uuid4(), answer="no").status_code
            == 303
        )
        offered.refresh_from_db()
        assert offered.status == OfferStatus.DECLINED
        assert Report.objects.count() == 0

    def test_adult_needs_the_declaration(self, client: Client, offered: ReportOffer) -> None:
        data = {**YES, "declares": ""}
        answer = post(client, "report", offer=offered.pk, key=uuid.uuid4(), **data)
        assert answer.status_code == 400
        assert Report.objects.count() == 0
        assert 'value="adult" checked' in answer.content.decode()

    def test_skipped_age_is_possibly_a_minor(self, client: Client, offered: ReportOffer) -> None:
        post(client, "report", offer=offered.pk, key=uuid.uuid4(), answer="yes")
        statement = Report.objects.get().links.get().statement
        assert statement.age_in_picture == StatementFacts().age_in_picture == "skipped"

    def test_anothers_offer_cannot_be_answered(
        self, offered: ReportOffer, service: Service, start: Starter
    ) -> None:
        stranger = Client()
        begin(stranger)
        answer = post(stranger, "report", offer=offered.pk, key=uuid.uuid4(), **YES)
        assert CODE.findall(answer.content.decode()) == []
        assert Report.objects.count() == 0

    def test_offer_shows_its_links_as_text(self, client: Client, offered: ReportOffer) -> None:
        text = client.get(PAGE).content.decode()
        assert "https://beeld.example/galerij/1</li>" in text
        assert 'href="https://beeld.example' not in text
