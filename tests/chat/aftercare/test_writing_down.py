"""Writing a chat down: choices for the figures, and words only by agreement."""

from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from chat import actions
from chat.aftercare import actions as aftercare
from chat.aftercare import queries
from chat.aftercare.actions import Facts
from chat.aftercare.forms import WrapUpForm
from chat.answers import Danger, Measure, Theme
from chat.errors import Code
from chat.models import AgreedNote, Conversation, ConversationEvent, WrapUp
from chat.states import Kind
from helpline.privacy.vault import keys
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, again, refused

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

ANSWERS = {"theme": "spread", "danger": "none", "minutes": "20"}


@pytest.fixture
def ended(active: Conversation, counsellor: User) -> Conversation:
    actions.end(conversation=active, by=counsellor)
    return again(active)


@pytest.fixture
def desk(client: Client, counsellor: User) -> Client:
    """A counsellor at the console, with a second factor."""
    device = TOTPDevice.objects.create(user=counsellor, name="phone", confirmed=True)
    client.force_login(counsellor)
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    return client


def address(conversation: Conversation) -> str:
    return f"/console/chat/wrap-up/{conversation.pk}/"


def test_written_down_once_and_put_right_later(ended: Conversation, counsellor: User) -> None:
    assert [each.conversation.pk for each in queries.after(counsellor).unwritten] == [ended.pk]
    for theme in (Theme.SPREAD, Theme.BLACKMAIL):
        aftercare.wrap_up(conversation=ended, by=counsellor, facts=Facts(theme=theme, minutes=12))
    assert WrapUp.objects.get().theme == Theme.BLACKMAIL
    assert queries.after(counsellor).unwritten == []
    assert ConversationEvent.objects.filter(kind=Kind.WRAPPED_UP, by=counsellor).count() == 2


def test_only_ones_own_chat_and_only_when_it_is_over(
    active: Conversation, counsellor: User, staff: StaffMaker, supervisor: User
) -> None:
    facts = Facts(theme=Theme.OTHER, minutes=1)
    with refused(Code.NOT_YOURS):
        aftercare.wrap_up(conversation=active, by=counsellor, facts=facts)
    actions.end(conversation=active, by=counsellor)
    for somebody in (staff("bo"), supervisor):
        with refused(Code.UNKNOWN):
            aftercare.wrap_up(conversation=again(active), by=somebody, facts=facts)


def test_danger_is_written_down_with_what_was_done(active: Conversation, counsellor: User) -> None:
    actions.raise_danger(conversation=active, by=counsellor)
    actions.end(conversation=again(active), by=counsellor)
    ended = again(active)
    with refused(Code.EMPTY):
        aftercare.wrap_up(
            conversation=ended, by=counsellor, facts=Facts(theme=Theme.OTHER, minutes=9)
        )
    aftercare.wrap_up(
        conversation=ended,
        by=counsellor,
        facts=Facts(
            theme=Theme.OTHER,
            minutes=9,
            danger=Danger.SUICIDE,
            measures=[Measure.TOLD_112, Measure.SUPERVISOR],
        ),
    )
    assert WrapUp.objects.get().measures == ["told_112", "supervisor"]


def test_words_are_sealed_and_only_by_agreement(ended: Conversation, counsellor: User) -> None:
    form = WrapUpForm({**ANSWERS, "note": "Belt morgen met school"})
    assert not form.is_valid()
    assert list(form.errors) == ["note"]
    form = WrapUpForm({**ANSWERS, "note": "Belt morgen met school", "agreed": "on"})
    assert form.is_valid()
    aftercare.wrap_up(conversation=ended, by=counsellor, facts=form.facts())
    assert AgreedNote.objects.get().text == "Belt morgen met school"
    keys.destroy_key(ended.pk)
    assert "school" not in str(AgreedNote.objects.values_list())
    without = WrapUpForm({**ANSWERS, "agreed": "on"})
    assert without.is_valid()
    aftercare.wrap_up(conversation=ended, by=counsellor, facts=without.facts())
    assert not AgreedNote.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"theme": ""}, "theme"),
        ({"theme": "weather"}, "theme"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "2000"}, "minutes"),
        ({"danger": "suicide"}, "measures"),
        ({"advised": ["anything"]}, "advised"),
        ({"age_band": "x"}, "age_band"),
    ],
)
def test_form_says_what_is_wrong(wrong: dict[str, Any], field: str) -> None:
    form = WrapUpForm({**ANSWERS, **wrong})
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_form_asks_for_the_danger_that_was_raised() -> None:
    for answer in ("none", ""):
        form = WrapUpForm({**ANSWERS, "danger": answer}, in_danger=True)
        assert not form.is_valid()
        assert form.errors["danger"] == ["In deze chat is gevaar gemeld. Welk gevaar was het?"]


def test_page_is_filled_and_answered_without_a_script(desk: Client, ended: Conversation) -> None:
    page = desk.get(address(ended))
    assert page.status_code == 200
    assert 'name="minutes" value="1"' in page.content.decode()
    wrong = desk.post(address(ended), {**ANSWERS, "theme": ""})
    assert wrong.status_code == 400
    done = desk.post(address(ended), ANSWERS)
    assert (done.status_code, done.headers["Location"]) == (302, "/console/chat/")
    assert WrapUp.objects.get().theme == Theme.SPREAD
    assert "selected" in desk.get(address(ended)).content.decode()


def test_form_of_a_chat_in_danger_begins_with_the_question_which(
    desk: Client, active: Conversation, counsellor: User
) -> None:
    actions.raise_danger(conversation=active, by=counsellor)
    actions.end(conversation=again(active), by=counsellor)
    text = desk.get(address(active)).content.decode()
    assert '<option value="none"' not in text
    assert '<option value="" selected>' in text.partition('name="danger"')[2]


def test_form_of_another_chat_begins_without_danger(desk: Client, ended: Conversation) -> None:
    assert '<option value="none" selected>' in desk.get(address(ended)).content.decode()


def test_form_begins_with_what_the_visitor_told(desk: Client, ended: Conversation) -> None:
    Conversation.objects.update(topic="blackmail", age_band="16_17")
    text = desk.get(address(ended)).content.decode()
    assert '<option value="blackmail" selected>' in text
    assert '<option value="16_17" selected>' in text


def test_console_is_answered_in_json(desk: Client, ended: Conversation) -> None:
    json = {"Accept": "application/json"}
    wrong = desk.post(address(ended), {**ANSWERS, "theme": ""}, headers=json)
    assert list(wrong.json()["errors"]) == ["theme"]
    assert desk.post(address(ended), ANSWERS, headers=json).json() == {"done": True}


def test_page_of_somebody_elses_chat_is_not_there(
    desk: Client, ended: Conversation, staff: StaffMaker
) -> None:
    Conversation.objects.update(owner=staff("bo"))
    assert desk.get(address(ended)).status_code == 404
    assert desk.post(address(ended), ANSWERS).status_code == 404
    assert not WrapUp.objects.exists()
