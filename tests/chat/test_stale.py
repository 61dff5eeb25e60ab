"""Somebody acts on a conversation that goes at that very moment: two tabs, a double click, a crash
halfway. It is refused in a word, and nothing breaks or is done twice.
"""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from chat import actions, queries
from chat.aftercare import actions as aftercare
from chat.errors import ChatError
from chat.models import Conversation, Handover, Message, ReportOffer
from chat.states import HandoverStatus, OfferStatus, Presence, Urgency, Way
from chat.visit import COOKIE
from helpline.privacy.vault import keys
from helpline.privacy.vault.errors import VaultError
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.signed_in import sign_in

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

LINK = "https://example.org/a"
VISITS = ["", "transcript/", "place/"]
POSTS = ["say/", "look/", "report/", "resume/", "end/", "erase/", "forget/", "way-back/"]


def erased(conversation: Conversation) -> None:
    actions.erase(conversation=Conversation.objects.get(pk=conversation.pk))


@pytest.fixture
def browser(start: Starter, counsellor: User) -> Client:
    """Of a visitor in a chat, who is asked about a report."""
    started = start()
    actions.claim(conversation=started.conversation, by=counsellor)
    say(started.conversation, "hallo")
    actions.offer_report(conversation=again(started.conversation), links=[LINK], by=counsellor)
    client = Client(raise_request_exception=False)
    client.cookies[COOKIE] = started.token
    return client


def fields() -> dict[str, str]:
    offer = ReportOffer.objects.values_list("pk", flat=True).first()
    key = str(uuid.uuid4())
    facts = {"age": "adult", "declares": "on", "answer": "yes"}
    return {"client_id": key, "text": "dag", "offer": str(offer), "key": key, **facts}


def visit(client: Client, path: str) -> int:
    address = f"/nl/chat/{path}"
    answer = post(client, address, fields()) if path in POSTS else client.get(address)
    return int(answer.status_code)


def post(client: Client, address: str, sent: dict[str, str]) -> Any:
    """As a browser sends a visitor's form: never in the parts that a file could be in."""
    kind = "application/x-www-form-urlencoded"
    wants = {"accept": "application/json"} if "report" in address else {}
    return client.post(address, urlencode(sent), content_type=kind, headers=wants)


@pytest.mark.parametrize("path", [*VISITS, *POSTS])
def test_a_page_whose_chat_is_erased_meanwhile(
    path: str, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("by_token", "erasable_by_token"):
        held: Callable[..., Any] = getattr(queries, name)

        def found(*args: Any, held: Callable[..., Any] = held, **more: Any) -> Any:
            row = held(*args, **more)
            if row is not None:
                erased(row)
            return row

        monkeypatch.setattr(queries, name, found)
    assert visit(browser, path) < 500
    assert not Conversation.objects.exists()


def test_leaving_a_chat_that_is_erased_meanwhile(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = queries.by_token

    def found(token: str) -> Any:
        row = held(token)
        if row is not None:
            erased(row)
        return row

    monkeypatch.setattr(queries, "by_token", found)
    assert browser.post("/leave/").status_code == 204


@pytest.mark.parametrize("path", [*VISITS, *POSTS])
def test_a_page_after_a_crash_between_the_key_and_the_rows(path: str, browser: Client) -> None:
    conversation = Conversation.objects.get()
    actions.end(conversation=conversation)
    keys.destroy_key(conversation.pk)
    assert visit(browser, path) < 500
    if path == "erase/":
        assert not Conversation.objects.exists()


STAFF_ACTS: dict[str, Callable[[Conversation, User, User], object]] = {
    "open": lambda row, by, _to: actions.open_transcript(conversation=row, by=by),
    "say": lambda row, by, _to: actions.say(
        conversation=row, text="x", client_id=uuid.uuid4(), by=by
    ),
    "claim": lambda row, by, _to: actions.claim(conversation=row, by=by),
    "give_back": lambda row, by, _to: actions.give_back(conversation=row, by=by),
    "end": lambda row, by, _to: actions.end(conversation=row, by=by),
    "danger": lambda row, by, _to: actions.raise_danger(conversation=row, by=by),
    "block": lambda row, by, _to: actions.end_for_abuse(conversation=row, by=by),
    "urgency": lambda row, by, _to: actions.set_urgency(
        conversation=row, urgency=Urgency.URGENT, by=by
    ),
    "offer": lambda row, by, _to: actions.offer_report(conversation=row, links=[LINK], by=by),
    "note": lambda row, by, _to: actions.write_note(
        conversation=row, text="x", client_id=uuid.uuid4(), by=by
    ),
    "heed": lambda row, by, _to: actions.heed_whispers(conversation=row, upto=uuid.uuid4(), by=by),
    "hand_over": lambda row, by, to: actions.hand_over(
        conversation=row, way=Way.COLLEAGUE, summary="x", by=by, to=to
    ),
    "ask_along": lambda row, by, _to: actions.ask_supervisor(conversation=row, by=by),
    "wrap_up": lambda row, by, _to: aftercare.wrap_up(
        conversation=row, by=by, facts=aftercare.Facts(theme="other", minutes=3, note="x")
    ),
}


@pytest.mark.parametrize("act", list(STAFF_ACTS))
@pytest.mark.parametrize("crashed", [False, True])
def test_an_act_on_a_chat_that_is_erased_meanwhile(
    act: str, crashed: bool, waiting: Conversation, counsellor: User, staff: StaffMaker
) -> None:
    other = staff("lotte")
    actions.set_presence(presence=Presence.ON, by=other)
    if act != "claim":
        actions.claim(conversation=waiting, by=counsellor)
    if act == "wrap_up":
        actions.end(conversation=again(waiting), by=counsellor)
    row = again(waiting)
    if crashed:
        actions.end(conversation=again(waiting))
        keys.destroy_key(row.pk)
    else:
        erased(waiting)
    try:
        STAFF_ACTS[act](row, counsellor, other)
    except (ChatError, VaultError):  # what the console is told of both is that it is not there
        pass
    assert Conversation.objects.count() == int(crashed)
    assert not Message.objects.filter(sender="counsellor").exists()


@pytest.mark.parametrize("crashed", [False, True])
def test_a_wrap_up_of_a_chat_that_is_erased_meanwhile(
    crashed: bool, active: Conversation, counsellor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.end(conversation=active, by=counsellor)
    held = queries.by_id

    def found(number: uuid.UUID) -> Any:
        row = held(number)
        if crashed:
            keys.destroy_key(number)
        else:
            erased(active)
        return row

    monkeypatch.setattr(queries, "by_id", found)
    client = sign_in(counsellor)
    client.raise_request_exception = False
    form = {"theme": "other", "danger": "none", "minutes": "3", "agreed": "on", "note": "mag"}
    answer = client.post(f"/console/chat/wrap-up/{active.pk}/", form)
    assert answer.status_code == (302 if crashed else 404)


def test_the_same_question_asked_twice_is_one(active: Conversation, counsellor: User) -> None:
    for _ in range(2):
        actions.offer_report(conversation=again(active), links=[LINK], by=counsellor)
    assert [offer.status for offer in ReportOffer.objects.all()] == [OfferStatus.OPEN]
    actions.offer_report(conversation=again(active), links=[f"{LINK}b"], by=counsellor)
    assert sorted(offer.status for offer in ReportOffer.objects.all()) == ["open", "withdrawn"]


def test_the_same_handover_asked_twice_is_one(active: Conversation, counsellor: User) -> None:
    for summary in ("kort", "kort", "langer"):
        actions.hand_over(
            conversation=again(active), way=Way.SUPERVISORS, summary=summary, by=counsellor
        )
    found = Handover.objects.order_by("asked_at")
    assert [each.status for each in found] == [HandoverStatus.WITHDRAWN, HandoverStatus.OPEN]


@pytest.mark.parametrize(
    "link",
    ["", " ", "javascript:alert(1)", "http://[", "geen adres", "\x00", "a" * 3000, "http://a"],
)
def test_only_addresses_are_offered(active: Conversation, counsellor: User, link: str) -> None:
    with pytest.raises(ChatError, match="malformed"):
        actions.offer_report(conversation=active, links=[LINK, link], by=counsellor)
    assert not ReportOffer.objects.exists()


def test_an_answer_that_comes_again_after_hours_is_no_second_report(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = fields()
    first = post(browser, "/nl/chat/report/", sent)
    assert json.loads(first.content)["return_code"]
    monkeypatch.setattr("intake.report.actions.submitting.SAME_FORM", timedelta(0))
    second = post(browser, "/nl/chat/report/", sent)
    assert json.loads(second.content) == {"code": "answered"}
