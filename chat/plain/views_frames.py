"""The frames of the plain desk that renew themselves: what is new, and what is said."""

import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from chat import (
    actions,
    cards,
    lines,
    permissions,
    protocol,
    protocol_handover,
    queries,
    queries_handover,
    words_console,
)
from chat.models import Conversation, Message
from chat.plain import rows
from chat.states import DESK_ROLES, Sender
from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.models import User

NEWS_SECONDS = 10
TRANSCRIPT_SECONDS = 8
MOST_SHOWN = 200  # messages of a conversation; the page says so, and shows all when it is asked


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@staff_view(*DESK_ROLES)
def news(request: StaffRequest) -> HttpResponse:
    """What asks for this counsellor now. While it renews itself they are there, and who has a chat
    in danger stays signed in.
    """
    user = request.user
    actions.arrive(by=user)
    if queries.holds_danger(user):
        request.session.modified = True
    return render(request, "chat/plain/news.html", _news(request, user))


def _news(request: StaffRequest, user: User) -> dict[str, Any]:
    words = words_console.words()
    shown = protocol.desk(queries.desk(user), user=user)
    handovers = protocol_handover.listed(queries_handover.listed(user), user=user)
    here = request.GET.get("chat", "")
    others = [each for each in shown["mine"] if str(each["id"]) != here]
    return {
        "refresh": NEWS_SECONDS,
        "at": timezone.now(),
        "alarms": [
            rows.alarm(e, words)["sentence"] for e in shown["alarms"] if not e["acknowledged"]
        ],
        "asked": [each["sentence"] for each in rows.asked(handovers, words)],
        "waiting": words["waiting_count"] % {"count": len(shown["waiting"]) + shown["more"]},
        "mine": words["mine_count"] % {"count": len(shown["mine"]), "capacity": shown["capacity"]},
        "new": [
            words["new_message"] % {"name": rows.named(each, words)}
            for each in others
            if each["seq"] > each["read"]
        ],
        "whispers": [
            words["notes"]["news"] % {"name": rows.named(each, words)}
            for each in shown["mine"]
            if each["whispers"]
        ],
        "changed": bool(request.GET.get("tag")) and protocol.tag_of(shown) != request.GET["tag"],
    }


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # csp knows only views without arguments
@staff_view(*DESK_ROLES)
def transcript(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """What was said, beside the box that is being typed in."""
    conversation = queries.by_id(number)
    if conversation is None or not permissions.can_open(request.user, conversation):
        # In the frame of somebody who had it open a moment ago.
        return render(request, "chat/plain/transcript.html", {"shut": True}, status=404)
    actions.open_transcript(conversation=conversation, by=request.user)
    return render(
        request,
        "chat/plain/transcript.html",
        _transcript(conversation, request.user, everything="all" in request.GET),
    )


def _transcript(conversation: Conversation, user: User, *, everything: bool) -> dict[str, Any]:
    since = 0 if everything else max(0, conversation.last_seq - MOST_SHOWN)
    words = lines.for_staff()
    said = queries.transcript(conversation.pk, after=since)
    renews = not everything and not conversation.is_over
    return {
        "conversation": conversation,
        "is_mine": conversation.owner_id == user.pk,
        "earlier": since > 0,
        "said": [_line(message, conversation, words) for message in said],
        "refresh": TRANSCRIPT_SECONDS if renews else None,
    }


def _line(message: Message, conversation: Conversation, words: dict[str, str]) -> dict[str, Any]:
    system = message.sender == Sender.SYSTEM
    return {
        "sender": message.sender,
        "card": cards.read(message.text) if system else None,
        "text": words.get(message.text, "") if system else message.text,
        "urgent": system and message.text in (lines.Line.DANGER, lines.Line.LEFT),
        "at": message.sent_at,
        "read": message.seq <= conversation.visitor_read_seq,
    }
