"""After a chat: erased at the visitor's word, and two questions that lead back to nobody."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chat import actions, queries
from chat.actions.course import Started
from chat.forms import survey_form
from chat.models import Conversation, Message, SurveyAnswer, WrapUp
from chat.visit import COOKIE
from helpline.privacy.models import DataKey
from helpline.privacy.vault.errors import KeyDestroyedError
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say
from tests.chat.test_views import begin, post

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


@pytest.fixture
def started(start: Starter, counsellor: User) -> Started:
    """A chat under way, with words of both in it."""
    started = start()
    actions.claim(conversation=started.conversation, by=counsellor)
    say(started.conversation, "Mijn broer las mee")
    say(started.conversation, "Ik ben er", by=counsellor)
    return started


class TestErase:
    def test_destroys_the_key_and_all_rows(self, started: Started) -> None:
        kept = Message.objects.filter(conversation=started.conversation, seq=2).get()
        actions.erase(conversation=started.conversation)
        assert not DataKey.objects.filter(pk=started.conversation.pk).exists()
        assert not Conversation.objects.exists()
        assert not Message.objects.exists()
        with pytest.raises(KeyDestroyedError):  # also of a copy that somebody held
            _ = kept.text

    def test_leaves_the_figures_and_another_chat(self, started: Started, start: Starter) -> None:
        other = start().conversation
        WrapUp.objects.create(
            service=started.conversation.service,
            conversation=started.conversation,
            day=timezone.localdate(),
            theme="other",
            minutes=3,
        )
        actions.erase(conversation=started.conversation)
        assert WrapUp.objects.get().conversation is None
        assert again(other).visitor_name == "Merel"

    def test_that_broke_off_after_the_key_is_finished_by_another_press(
        self, client: Client, started: Started, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.cookies[COOKIE] = started.token
        with monkeypatch.context() as broken:
            broken.setattr(Conversation.objects, "filter", None)
            with pytest.raises(TypeError):
                actions.erase(conversation=started.conversation)
        assert post(client, "erase", token=started.token).status_code == 200
        assert not Conversation.objects.exists()

    def test_by_form_ends_a_chat_that_goes_on_and_takes_the_cookie(
        self, client: Client, service: Service
    ) -> None:
        begin(client)
        answer = post(client, "erase")
        assert "Je chat is gewist" in answer.content.decode()
        assert client.cookies[COOKIE].value == ""
        assert not Conversation.objects.exists()
        assert post(client, "erase").status_code == 200

    def test_works_as_long_as_the_chat_is_kept(self, client: Client, started: Started) -> None:
        actions.end(conversation=started.conversation)
        long_ago = timezone.now() - timedelta(days=20)
        Conversation.objects.update(ended_at=long_ago)
        assert queries.by_token(started.token) is None
        post(client, "erase", token=started.token)
        assert not Conversation.objects.exists()

    def test_of_an_old_chat_leaves_the_new_one_its_cookie(
        self, client: Client, started: Started
    ) -> None:
        actions.end(conversation=started.conversation)
        new = begin(client)
        answer = post(client, "erase", token=started.token)
        assert COOKIE not in answer.cookies
        assert [row.pk for row in Conversation.objects.all()] == [new.pk]

    @pytest.mark.parametrize("token", ["", "x", "x" * 5000])
    def test_a_token_of_nobody_erases_nothing(
        self, token: str, client: Client, started: Started
    ) -> None:
        assert post(client, "erase", token=token).status_code == 200
        assert Conversation.objects.count() == 1

    def test_and_leave_sends_on_at_once(self, client: Client, service: Service) -> None:
        begin(client)
        answer = post(client, "erase", leave="yes")
        assert '<meta http-equiv="refresh" content="0; url=https://' in answer.content.decode()
        assert answer["Clear-Site-Data"] == '"cache"'

    def test_is_offered_in_the_room_and_after_it(self, client: Client, service: Service) -> None:
        begin(client)
        token = client.cookies[COOKIE].value
        assert 'formaction="/nl/chat/erase/"' in client.get("/nl/chat/").content.decode()
        post(client, "end")
        text = client.get("/nl/chat/").content.decode()
        assert 'action="/nl/chat/erase/"' in text
        assert f'name="token" value="{token}"' in text


class TestSurvey:
    def once(self, service: Service) -> str:
        return str(survey_form(service.pk).initial["once"])

    def test_counts_once_and_names_no_chat(self, client: Client, service: Service) -> None:
        once = self.once(service)
        for _ in range(2):
            answer = post(client, "survey", once=once, heard="yes", knows="partly")
            assert "Dank je wel" in answer.content.decode()
        kept = SurveyAnswer.objects.get()
        assert (kept.service, kept.day, kept.heard, kept.knows) == (
            service,
            timezone.localdate(),
            "yes",
            "partly",
        )
        relations = [field.name for field in SurveyAnswer._meta.fields if field.is_relation]
        assert relations == ["service"]

    def test_one_question_may_stay_open(self, client: Client, service: Service) -> None:
        post(client, "survey", once=self.once(service), heard="no")
        assert (SurveyAnswer.objects.get().heard, SurveyAnswer.objects.get().knows) == ("no", "")

    @pytest.mark.parametrize("data", [{}, {"heard": "perhaps"}, {"heard": "x" * 5000}])
    def test_nothing_answered_keeps_nothing(
        self, data: dict[str, str], client: Client, service: Service
    ) -> None:
        assert post(client, "survey", once=self.once(service), **data).status_code == 200
        assert not SurveyAnswer.objects.exists()

    @pytest.mark.parametrize("once", ["", "x", f'["{uuid.UUID(int=1)}", "x"]:1:y'])
    def test_a_form_of_others_is_thanked_and_not_counted(
        self, once: str, client: Client, service: Service
    ) -> None:
        assert post(client, "survey", once=once, heard="yes").status_code == 200
        assert not SurveyAnswer.objects.exists()

    def test_is_thanked_on_a_page_that_can_still_delete_the_chat(
        self, client: Client, started: Started, service: Service
    ) -> None:
        actions.end(conversation=started.conversation)
        text = post(client, "survey", once=self.once(service), token=started.token)
        assert f'name="token" value="{started.token}"' in text.content.decode()
        text = post(client, "survey", once=self.once(service), token="nobody's")
        assert 'name="token"' not in text.content.decode()

    def test_is_not_asked_again_of_who_answered(self, client: Client, started: Started) -> None:
        actions.end(conversation=started.conversation)
        text = post(client, "erase", token=started.token, answered="yes").content.decode()
        assert "Je chat is gewist" in text
        assert "Voelde je je gehoord?" not in text
        assert not Conversation.objects.exists()

    def test_stands_below_a_chat_that_ended(self, client: Client, service: Service) -> None:
        begin(client)
        post(client, "end")
        text = client.get("/en/chat/").content.decode()
        assert "Did you feel heard?" in text
        assert text.count('type="radio"') == 6
