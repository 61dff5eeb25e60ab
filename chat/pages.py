"""The pages that a visitor can be on: before a chat, in it, and after it."""

import uuid
from datetime import date, time, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from chat import actions, cards, lines, queries, reporting, words_visitor
from chat.errors import ChatError
from chat.forms import ConsentForm, SayForm, StartForm, survey_form
from chat.models import Conversation, Message
from chat.names import made_up_name
from chat.states import Sender, Status
from chat.visit import COOKIE, drop_cookie
from chat.waits import wait_now
from helpline.privacy import door
from helpline.privacy.erasure import days_kept
from helpline.privacy.vault.errors import VaultError
from helpline.services.context import asked_for
from helpline.services.models import Service
from helpline.services.queries import ChatState, Timetable, closing, default_service, next_opening


def before(
    request: HttpRequest, *, form: StartForm | None = None, name: str = "", problem: str = ""
) -> HttpResponse:
    """The page before a chat: open, or why not and what there is instead."""
    service = default_service()
    state = queries.chat_state(service)
    if state == ChatState.OPEN:
        language = get_language() or settings.LANGUAGE_CODE
        form = form or StartForm(
            initial={
                "key": uuid.uuid4(),
                "name": name or made_up_name(language),
                "language": language,
            }
        )
        form.name_emergency(asked_for(request).help_lines.emergency)
        response = render(
            request,
            "chat/start.html",
            {"form": form, "problem": problem, **_open_now(service)},
            status=429 if problem else 200,
        )
    else:
        response = render(
            request,
            "chat/closed.html",
            {
                "service": service,
                "state": state,
                "next": next_opening(service),
                "week": _week(service),
            },
        )
    if COOKIE in request.COOKIES:
        drop_cookie(response)
    return response


def ended_before(request: HttpRequest) -> HttpResponse | None:
    """How the chat ended that this browser still has the token of, when that is to be told."""
    if COOKIE not in request.COOKIES:
        return None
    if was_blocked(request):
        response = render(request, "chat/blocked.html")
        drop_cookie(response)
        return response
    closed = queries.closed_quietly(request.COOKIES[COOKIE])
    return over(request, conversation=closed, quiet=True) if closed is not None else None


def was_blocked(request: HttpRequest) -> bool:
    """Whether this browser comes from a chat that was abused: from there starts wait for a while."""
    if not queries.is_blocked(request.COOKIES.get(COOKIE, "")):
        return False
    actions.slow_down(door.rate_key_of(request))
    return True


def waits(request: HttpRequest, form: StartForm) -> HttpResponse | None:
    """The page on which a start waits a moment; None when it has waited. It is never refused."""
    key = form.cleaned_data["key"]
    ticket = request.POST.get("ticket", "")
    try:
        seconds = actions.still_waits(ticket, key)
    except ChatError:
        ticket = actions.begin_waiting(key)
        seconds = actions.still_waits(ticket, key)
    if not seconds:
        return None
    given = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
    response = render(
        request,
        "chat/wait.html",
        {"given": given, "ticket": ticket, "minutes": -(-seconds // 60)},
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def standing(
    request: HttpRequest,
    conversation: Conversation,
    *,
    text: str = "",
    client_id: uuid.UUID | None = None,
    problem: str = "",
    consent: ConsentForm | None = None,
    status: int = 0,
) -> HttpResponse:
    """The page of a chat that was begun."""
    if conversation.is_over:
        return over(request, conversation=conversation, unsent=text)
    if conversation.status == Status.PAUSED:
        return render(request, "chat/paused.html", {"unsent": text})
    actions.hear(conversation=conversation)
    position = queries.position(conversation)
    offer = queries.open_offer(conversation.pk)
    if offer is not None and consent is None:
        consent = ConsentForm(initial={"offer": offer.pk, "key": uuid.uuid4()})
    return render(
        request,
        "chat/room.html",
        {
            "conversation": conversation,
            "position": position,
            "token": request.COOKIES.get(COOKIE, ""),
            "form": SayForm(initial={"client_id": client_id or uuid.uuid4(), "text": text}),
            "problem": problem,
            "offer": offer,
            "offered": reporting.links_of(offer) if offer else [],
            "consent": consent,
            "consent_template": ConsentForm(auto_id="consent_%s"),
            "simple": "simple" in request.GET,
            "days": days_kept("chat", conversation.service_id),
            "survey": survey_form(conversation.service_id),
            "way_back_key": uuid.uuid4(),
            "words": words_visitor.words(asked_for(request).help_lines.emergency),
            "wait": wait_of(conversation, position),
        },
        status=status or (400 if problem or (consent and consent.errors) else 200),
    )


def over(
    request: HttpRequest,
    *,
    conversation: Conversation | None = None,
    unsent: str = "",
    quiet: bool = False,
) -> HttpResponse:
    """The page after a chat. Its cookie dies here. ``quiet``: a clock closed it some time ago, and
    what was said is not shown any more.
    """
    response = render(
        request,
        "chat/over.html",
        {
            **(_after(request, conversation, quiet=quiet) if conversation else {}),
            "unsent": unsent,
            "quiet": quiet,
        },
    )
    drop_cookie(response)
    return response


def shown(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    """What was said, and where its visitor stands."""
    words = lines.for_visitor(asked_for(request).help_lines.emergency)
    try:
        said = [_line(message, words) for message in queries.transcript(conversation.pk)]
    except VaultError:
        said = []  # erased, or halfway: nothing of it can be read any more
    return {
        "conversation": conversation,
        "said": said,
        "shared": list(dict.fromkeys(line["card"] for line in said if line["card"])),
        "position": queries.position(conversation),
    }


def _open_now(service: Service) -> dict[str, Any]:
    """What is good to know before a chat: until when, how long it takes, and what is kept."""
    closes = closing(service)
    early = timedelta(minutes=service.last_entry_minutes)
    return {
        "closes": closes,
        "last_entry": closes - early if closes and early else None,
        "wait": wait_now(service).sentences(),
        "week": _week(service),
        "days": days_kept("chat", service.pk),
    }


def _week(service: Service) -> list[tuple[date, list[tuple[time, time]]]]:
    today = timezone.localdate()
    days = [today + timedelta(days=ahead) for ahead in range(7)]
    timetable = Timetable(service, days[0], days=len(days))
    return [(day, timetable.on(day)) for day in days]


def wait_of(conversation: Conversation, position: int | None = None) -> str:
    """How long the line is now, for who stands in it; nothing for who does not."""
    position = queries.position(conversation) if position is None else position
    return " ".join(wait_now(conversation.service).sentences(position)) if position else ""


def _after(
    request: HttpRequest, conversation: Conversation, *, quiet: bool = False
) -> dict[str, Any]:
    """What was said, and what its visitor can still do with it."""
    return {
        **({} if quiet else shown(request, conversation)),
        "way_back_key": uuid.uuid4(),
        "days": days_kept("chat", conversation.service_id),
        "token": request.COOKIES.get(COOKIE, ""),
        "survey": survey_form(conversation.service_id),
    }


def _line(message: Message, words: dict[str, str]) -> dict[str, Any]:
    system = message.sender == Sender.SYSTEM
    return {
        "sender": message.sender,
        "card": cards.read(message.text) if system else None,
        "text": words.get(message.text, "") if system else message.text,
        "urgent": system and message.text == lines.Line.DANGER,
        "at": message.sent_at,
    }
