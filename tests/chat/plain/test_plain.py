"""The console by forms alone does what the live one does, by the same rules and in the same words."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from chat import actions, queries
from chat.errors import Code
from chat.models import Conversation, Draft, Message, ReportOffer, Seat
from chat.plain import queries as plain_queries
from chat.replies.models import PreparedReply
from chat.states import HandoverStatus, NoteKind, Presence, Sender, Status, Urgency
from helpline.privacy.vault import keys
from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker, Starter, again, refused, say
from tests.chat.plain.conftest import DESK, Desk

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

SECRET = "Ze noemde de naam van haar school"


# Taking a chat


def test_who_waits_is_taken_and_answered(
    desk: Desk, waiting: Conversation, counsellor: User
) -> None:
    say(waiting, "is daar iemand?")
    assert "Merel" in desk.get()
    assert "Neem aan" in desk.text
    page = desk.press("claim", waiting, at_desk=True)
    assert (desk.status, desk.at) == (200, f"{DESK}{waiting.pk}/")
    assert "Je bericht" in page
    assert "is daar iemand?" in desk.says(waiting)
    desk.press("say", waiting, text="Hallo, ik ben Noor")
    assert "Hallo, ik ben Noor" in desk.says(waiting)
    last = queries.transcript(waiting.pk)[-1]
    assert (last.sender, last.author_id, last.text) == (
        Sender.COUNSELLOR,
        counsellor.pk,
        "Hallo, ik ben Noor",
    )


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("taken", "Een collega was je voor: Lotte."),
        ("full", "zoveel chats"),
        ("off", "geen dienst"),
        ("ended", "gestopt"),
    ],
)
def test_claim_that_is_refused_says_why_and_reads_nothing(
    why: str, words: str, desk: Desk, waiting: Conversation, staff: StaffMaker, counsellor: User
) -> None:
    lotte = staff("lotte")
    desk.get()
    if why == "taken":
        actions.claim(conversation=waiting, by=lotte)
    elif why == "full":
        Seat.objects.update_or_create(user=counsellor, defaults={"capacity": 0})
    elif why == "off":
        actions.set_presence(presence=Presence.PAUSED, by=counsellor)
    else:
        actions.end(conversation=waiting)
    page = desk.press("claim", waiting, at_desk=True)
    assert (desk.status, desk.at) == (400, f"{DESK}{waiting.pk}/")
    assert words in page
    assert again(waiting).owner_id != counsellor.pk
    assert not AuditEntry.objects.filter(
        actor=counsellor.username, action="open_transcript"
    ).exists()


def test_reading_along_is_on_record_and_takes_nobody(
    desk: Desk, waiting: Conversation, counsellor: User
) -> None:
    page = desk.open(waiting)
    assert "Je leest mee" in page
    assert again(waiting).status == Status.WAITING
    assert (
        AuditEntry.objects.filter(actor=counsellor.username, action="open_transcript").count() == 1
    )


@pytest.mark.parametrize("named", ["", "rubbish", None])
def test_console_sends_on_who_has_no_script(
    named: str | None, desk: Desk, waiting: Conversation
) -> None:
    chat = str(waiting.pk) if named is None else named
    page = desk.get(f"/console/chat/?chat={chat}")
    there = f"{DESK}{waiting.pk}/" if named is None else DESK
    assert f'<noscript><meta http-equiv="refresh" content="0; url={there}"></noscript>' in page
    assert 'id="act-danger"' in page, "with a script it is the live console"


def test_floor_leads_who_has_no_script_to_the_chat(active: Conversation, supervisor: User) -> None:
    floor = Desk(supervisor).get("/console/floor/")
    assert f'href="/console/chat/?chat={active.pk}#{active.pk}"' in floor


# Nothing that was typed is lost


def test_message_is_sent_once_however_often_it_is_pressed(desk: Desk, active: Conversation) -> None:
    desk.open(active)
    number = str(uuid.uuid4())
    for _ in range(3):
        desk.press("say", active, client_id=number, text="eenmaal")
    assert Message.objects.filter(sender=Sender.COUNSELLOR).count() == 1


def test_what_was_typed_survives_a_refusal_and_every_other_press(
    desk: Desk, active: Conversation
) -> None:
    desk.open(active)
    page = desk.press("say", active, text="  ", note=SECRET)
    assert desk.status == 400
    assert (SECRET in page, "Er is niets om te versturen" in page) == (True, True)
    for act in ("look", "urgency urgent", "danger", "note"):
        page = desk.press(act, active, text="half getypt", note="bij ons", summary="kort")
        assert desk.status == 200
        assert "half getypt" in page
        assert "kort" in page
    kept = again(active)
    assert (kept.urgency, kept.in_danger, kept.noted) == (Urgency.URGENT, True, 1)
    too_long = "é" * 2049
    assert too_long in desk.press("say", active, text=too_long)


def test_what_was_typed_is_kept_for_who_goes_back_to_the_chats(
    desk: Desk, active: Conversation
) -> None:
    page = desk.open(active)
    assert re.findall(r'name="act" value="(\w+)', page)[0] == "look"  # which Enter presses
    page = desk.press("desk", active, text="half getypt", note=SECRET, summary=" ")
    assert (desk.status, desk.at) == (200, DESK)
    assert "half getypt" not in page
    assert "Concept" in page
    for _ in range(2):
        page = desk.open(active)
        assert ("half getypt" in page, SECRET in page) == (True, True)
    assert SECRET not in str(Draft.objects.values_list())
    desk.press("say", active, text="half getypt", note=SECRET)
    assert SECRET in desk.open(active)
    assert "half getypt" not in desk.text
    desk.press("note", active, text="", note=SECRET)
    assert not Draft.objects.exists()
    assert "Concept" not in desk.get()


def test_draft_is_ones_own_and_goes_with_the_chat(
    desk: Desk, active: Conversation, supervisor: User
) -> None:
    desk.open(active)
    desk.press("desk", active, text="half getypt")
    assert "half getypt" not in Desk(supervisor).open(active)
    actions.erase(conversation=again(active))
    assert not Draft.objects.exists()


def test_draft_of_which_the_key_is_gone_says_nothing(
    active: Conversation, counsellor: User
) -> None:
    actions.keep_draft(conversation=active, words={"text": "half"}, by=counsellor)
    keys.destroy_key(active.pk)
    assert plain_queries.draft(active.pk, counsellor) == {}
    with refused(Code.UNKNOWN):
        actions.keep_draft(conversation=active, words={"text": "heel"}, by=counsellor)


def test_draft_of_a_chat_that_is_over_is_not_kept(desk: Desk, active: Conversation) -> None:
    desk.open(active)
    desk.press("look", active, text="half getypt")
    assert Draft.objects.count() == 1
    page = desk.press("end", active, text="half getypt")
    assert "half getypt" in page  # once, to copy
    assert not Draft.objects.exists()


def test_draft_that_is_far_too_long_stays_on_the_page(desk: Desk, active: Conversation) -> None:
    desk.open(active)
    page = desk.press("desk", active, text="x" * 70_000)
    assert (desk.status, "x" * 70_000 in page) == (400, True)
    assert not Draft.objects.exists()


def test_message_to_who_left_in_a_hurry_stays_in_its_box(desk: Desk, active: Conversation) -> None:
    desk.open(active)
    actions.leave(conversation=active)
    page = desk.press("say", active, text="ben je daar?")
    assert desk.status == 400
    assert "ging snel weg" in page
    assert "ben je daar?" in page
    assert 'value="say"' not in page


def test_message_in_a_chat_that_went_to_somebody_else_can_be_copied(
    desk: Desk, active: Conversation, supervisor: User
) -> None:
    desk.open(active)
    actions.take_over(conversation=active, by=supervisor)
    page = desk.press("say", active, text="dit schreef ik nog")
    assert desk.status == 400
    assert "dit schreef ik nog" in page
    assert "niet meer" in desk.says(active)
    assert not Message.objects.filter(sender=Sender.COUNSELLOR).exists()


# Beside the chat


def test_prepared_reply_comes_into_the_message_and_asks_for_its_blanks(
    desk: Desk, active: Conversation
) -> None:
    from wagtail.models import Locale  # noqa: PLC0415 -- as the demo does

    nl, _made = Locale.objects.get_or_create(language_code="nl")
    reply = PreparedReply.objects.create(
        locale=nl, title="Welkom", text="Dag {visitor}, ik ben {counsellor}. Bel [nummer]."
    )
    assert "Welkom" in desk.open(active)
    page = desk.press("reply", active, reply=str(reply.pk), text="Hoi.")
    text = "Hoi. Dag Merel, ik ben Noor. Bel [nummer]."
    assert text in page
    page = desk.press("say", active, text=text)
    assert (desk.status, "[nummer]" in page, text in page) == (400, True, True)
    desk.press("say", active, text=text)
    assert queries.transcript(active.pk)[-1].text == text


def test_page_is_shared_as_a_card_once(
    desk: Desk, active: Conversation, pages: dict[str, Page]
) -> None:
    assert "Onder druk" in desk.open(active)
    card = str(uuid.uuid4())
    for _ in range(2):
        desk.press("share", active, page=str(pages["nl"].pk), card_id=card)
    assert 'href="/nl/druk/"' in desk.says(active)
    assert again(active).last_seq == 2
    desk.press("share", active, page="")
    assert desk.status == 400


def test_notes_and_whispers_stay_among_colleagues(
    desk: Desk, active: Conversation, supervisor: User
) -> None:
    desk.open(active)
    assert SECRET in desk.press("note", active, note=SECRET)
    robin = Desk(supervisor)
    assert "Fluister naar Noor" in robin.open(active)
    robin.press("note", active, note="Vraag waar ze nu is")
    page = desk.open(active)
    assert "Vraag waar ze nu is" in page
    whisper = active.notes.get(kind=NoteKind.WHISPER)
    desk.press(f"heed {whisper.client_id}", active)
    assert again(active).whispers == 0
    assert SECRET not in desk.says(active)


def test_links_are_text_and_are_offered_for_a_report(desk: Desk, active: Conversation) -> None:
    say(active, "kijk hxxps://example.org/a en https://example.org/b")
    page = desk.open(active)
    assert 'value="https://example.org/b" checked' in page
    assert 'href="https://example.org' not in page
    desk.press("offer", active, links=["https://example.org/b"])
    assert desk.status == 200
    assert ReportOffer.objects.get().links == '["https://example.org/b"]'


def test_danger_shows_its_script_and_whether_it_was_seen(
    desk: Desk, active: Conversation, supervisor: User
) -> None:
    desk.open(active)
    page = desk.press("danger", active)
    assert "112" in page
    assert "niemand ziet dit alarm nu" in page
    actions.set_presence(presence=Presence.ON, by=supervisor)
    assert "heeft het nog niet gezien" in desk.open(active)
    robin = Desk(supervisor)
    assert "Gevaar: Merel" in robin.get()
    robin.press("acknowledge", active, at_desk=True)
    assert (robin.status, robin.at) == (200, DESK)
    assert again(active).acknowledged_at is not None
    assert "heeft het gezien" in desk.open(active)


# From hand to hand


def test_chat_is_handed_over_and_accepted(
    desk: Desk, active: Conversation, staff: StaffMaker
) -> None:
    lotte = staff("lotte")
    other = Desk(lotte)
    other.get()  # there, and on duty
    desk.open(active)
    desk.press("hand_over", active, to=str(lotte.pk))
    assert desk.status == 400
    page = desk.press("hand_over", active, to=str(lotte.pk), summary=SECRET)
    assert "Je vroeg het aan Lotte" in page
    assert "Noor vraagt" in other.get()
    handover = active.handovers.get()
    assert SECRET in other.open(active)
    other.press(f"accept_handover {handover.pk}", active)
    assert (other.status, again(active).owner) == (200, lotte)
    assert "Lotte gaat verder met Merel" in desk.get()
    assert SECRET not in other.says(active)


def test_supervisor_looks_along_takes_over_and_gives_on(
    desk: Desk, active: Conversation, supervisor: User, counsellor: User
) -> None:
    desk.open(active)
    desk.press("ask_along", active)
    asked = active.handovers.get()
    robin = Desk(supervisor)
    assert "meekijkt" in robin.get()
    robin.press(f"accept_handover {asked.pk}", active, at_desk=True)
    assert robin.at == f"{DESK}{active.pk}/"
    robin.press("take_over", active)
    assert again(active).owner == supervisor
    robin.press("give_back", active)
    assert (robin.at, again(active).status) == (DESK, Status.WAITING)
    robin.open(active)
    robin.press("reassign", active, to=str(counsellor.pk))
    assert again(active).owner == counsellor


def test_question_is_declined_and_withdrawn(
    desk: Desk, active: Conversation, staff: StaffMaker
) -> None:
    lotte = staff("lotte")
    other = Desk(lotte)
    other.get()
    desk.open(active)
    for act, of in (("decline_handover", other), ("withdraw_handover", desk)):
        desk.press("hand_over", active, to=str(lotte.pk), summary="wil je?")
        asked = active.handovers.get(status=HandoverStatus.OPEN)
        of.press(f"{act} {asked.pk}", active, at_desk=of is other)
        asked.refresh_from_db()
        assert asked.status != HandoverStatus.OPEN


# After a chat, and being there


def test_chat_is_ended_and_written_down(desk: Desk, active: Conversation) -> None:
    desk.open(active)
    page = desk.press("end", active)
    assert desk.at == f"/console/chat/wrap-up/{active.pk}/"
    assert "?plain=1" in page
    done = desk.client.post(
        f"/console/chat/wrap-up/{active.pk}/?plain=1",
        {"theme": "spread", "danger": "none", "minutes": "20"},
    )
    assert done.headers["Location"] == DESK
    assert "Opgeschreven" in desk.get()


def test_end_for_abuse_blocks(desk: Desk, active: Conversation) -> None:
    desk.open(active)
    desk.press("block", active)
    assert again(active).blocked_at is not None


def test_breath_is_shown_and_ended_by_a_press(
    desk: Desk, active: Conversation, service: Service, start: Starter
) -> None:
    service.breath_minutes = 2
    service.save()
    desk.open(active)
    desk.press("end", active)
    assert "Ik ben er klaar voor" in desk.get()
    someone = start().conversation
    desk.press("claim", someone, at_desk=True)
    assert desk.status == 400
    desk.press("ready")
    desk.press("claim", someone, at_desk=True)
    assert desk.status == 200


def test_somebody_to_talk_to(desk: Desk, service: Service, supervisor: User) -> None:
    desk.get()
    assert "weet dat je wilt praten" in desk.press("debrief")
    robin = Desk(supervisor)
    robin.get()
    debrief = service.debriefs.get()
    robin.press(f"take_debrief {debrief.pk}")
    assert robin.status == 200
    assert "komt met je praten" in desk.get()


def test_presence_is_set_and_pages_count_as_being_there(desk: Desk, counsellor: User) -> None:
    desk.get()
    desk.press("attend paused")
    seat = Seat.objects.get(user=counsellor)
    assert seat.presence == Presence.PAUSED
    long_ago = timezone.now() - timedelta(hours=1)
    for path in (DESK, f"{DESK}news/"):
        Seat.objects.update(seen_at=long_ago)
        desk.get(path)
        seat.refresh_from_db()
        assert seat.seen_at > long_ago + timedelta(minutes=50)


def test_frame_tells_what_is_new_elsewhere(
    desk: Desk, active: Conversation, start: Starter, counsellor: User
) -> None:
    other = start("Wilg").conversation
    actions.claim(conversation=other, by=counsellor)
    desk.open(active)
    say(other, "hallo?")
    say(active, "hier ook")
    page = desk.get(f"{DESK}news/?chat={active.pk}")
    assert "Nieuw bericht van Wilg" in page
    assert "Nieuw bericht van Merel" not in page
    assert "hallo?" not in page


# Who may


@pytest.mark.parametrize(
    "act",
    [
        "look",
        "say",
        "reply",
        "share",
        "note",
        "danger",
        "end",
        "block",
        "offer",
        "give_back",
        "urgency urgent",
        "hand_over",
        "ask_along",
        "take_over",
        "reassign",
        "acknowledge",
        f"heed {uuid.UUID(int=1)}",
        f"accept_handover {uuid.UUID(int=1)}",
    ],
)
def test_chat_of_a_colleague_is_not_there(
    act: str, active: Conversation, staff: StaffMaker
) -> None:
    lotte = Desk(staff("lotte"))
    lotte.get()
    assert not _moved(lotte, act, active)
    for path in ("", "transcript/"):
        lotte.get(f"{DESK}{active.pk}/{path}")
        assert lotte.status == 404
        assert "Merel" not in lotte.text


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_chat_of_another_service_is_not_there(
    role: str, waiting: Conversation, staff: StaffMaker
) -> None:
    elsewhere = Service.objects.create(name="Elders", slug="elders")
    stranger = Desk(staff("vreemd", role, of=elsewhere))
    assert "Merel" not in stranger.get()
    for act in ("claim", "take_over", "danger", "say", "note"):
        assert not _moved(stranger, act, waiting)
    assert "Merel" not in stranger.get(f"{DESK}news/")


def _moved(desk: Desk, act: str, conversation: Conversation) -> bool:
    """Whether anything about a conversation is different after a press."""
    before = _stand(conversation)
    page = desk.press(act, conversation, text="x", note="x", to="queue", summary="x", page="1")
    assert "Merel" not in page
    assert desk.status in (200, 400)
    return bool(_stand(conversation) != before)


def _stand(conversation: Conversation) -> Any:
    row = Conversation.objects.defer("visitor_name").get(pk=conversation.pk)
    fields = [field.attname for field in row._meta.concrete_fields]
    facts = [getattr(row, name) for name in fields if name != "visitor_name"]
    return facts, conversation.notes.count(), conversation.handovers.count()


@pytest.mark.parametrize("role", ["caseworker", "administrator"])
@pytest.mark.parametrize("path", ["", "news/", "{}/", "{}/transcript/"])
def test_other_roles_have_no_desk(
    role: str, path: str, waiting: Conversation, staff: StaffMaker
) -> None:
    somebody = Desk(staff("iemand", role))
    somebody.get(DESK + path.format(waiting.pk))
    assert somebody.status == 403
    somebody.press("claim", waiting)
    assert somebody.status == 403


@pytest.mark.parametrize(
    "act", ["", "hello", "open", "shut", "beat", "colleagues", "urgency", "attend x", "heed", "\0"]
)
def test_rubbish_is_refused_in_words(act: str, desk: Desk, active: Conversation) -> None:
    desk.open(active)
    for conversation in (active, None):
        desk.press(act, conversation, text="x\0y", to="9" * 30, page="x", links=["x"])
        assert desk.status in (200, 400)


def test_forms_of_other_sites_do_nothing(desk: Desk, active: Conversation) -> None:
    desk.client.handler.enforce_csrf_checks = True
    desk.press("end", active)
    assert desk.status == 403
    assert again(active).status == Status.ACTIVE


# As many questions for many as for one


@pytest.mark.parametrize("path", ["", "news/"])
def test_desk_asks_the_same_few_queries(path: str, desk: Desk, start: Starter) -> None:
    assert _asked(desk, DESK + path, start, 1) == _asked(desk, DESK + path, start, 8)


def _asked(desk: Desk, path: str, start: Starter, visitors: int) -> int:
    for _ in range(visitors):
        start()
    desk.get(path)
    with CaptureQueriesContext(connection) as asked:
        desk.get(path)
    return len(asked)


def test_chat_asks_the_same_few_queries(desk: Desk, active: Conversation, counsellor: User) -> None:
    counts = set()
    for _ in range(3):
        for number in range(4):
            say(active, f"kijk https://example.org/{number}")
            say(active, "ik zie het", by=counsellor)
            actions.write_note(
                conversation=again(active), text="x", client_id=uuid.uuid4(), by=counsellor
            )
        desk.open(active)
        with CaptureQueriesContext(connection) as asked:
            desk.open(active)
        counts.add(len(asked))
    assert len(counts) == 1
    assert counts.pop() <= 32
