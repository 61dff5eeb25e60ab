"""The visitor's pages: before, during and after a chat. Every form works without a script."""

import uuid
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from chat import actions, cards, lines, queries, reporting
from chat.errors import ChatError, Code
from chat.forms import ConsentForm, SayForm, StartForm, survey_form
from chat.models import Conversation, Message
from chat.names import made_up_name
from chat.protocol import BEAT_SECONDS, VERSION
from chat.states import Sender, Status, Urgency
from chat.waits import wait_now
from helpline.privacy import throttle
from helpline.privacy.door import RATE_KEY
from helpline.privacy.erasure import days_kept
from helpline.privacy.same_origin import same_origin
from helpline.services.models import Service
from helpline.services.queries import ChatState, Timetable, closing, default_service, next_opening

# Says nothing about what the visit is for; a session cookie, gone when the browser closes.
COOKIE = "visit"
START_RATE = "30/10minutes"
SAY_RATE = "40/minute"
REFRESH_SECONDS = 8

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def visitor_post(view: View[P]) -> View[P]:
    """A form of a visitor: only from our own pages, and never with a file in it."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        # Asked before anything is read: nothing that is uploaded here is ever kept, even briefly.
        if request.content_type == "multipart/form-data":
            return HttpResponse(status=415)
        return view(request, *args, **kwargs)

    return same_origin(cast("Any", require_POST(checked)))


@require_GET
@csp_update({"frame-src": [SELF]})
def page(request: HttpRequest) -> HttpResponse:
    """The chat as it stands for this visitor: before it, in it, paused, or just ended."""
    conversation = _conversation(request)
    if conversation is None:
        return _ended_before(request) or _before(request)
    return _standing(request, conversation)


@visitor_post
@csp_update({"frame-src": [SELF]})
def start(request: HttpRequest) -> HttpResponse:
    """Begin a chat, and hand the browser its token."""
    if _conversation(request) is not None:
        return _back(request)
    service = default_service()
    if queries.chat_state(service) != ChatState.OPEN:
        return _before(request)
    form = StartForm(request.POST)
    if not form.is_valid():
        # Nothing here is demanded: a form that cannot be read begins anew.
        return _before(request, name=request.POST.get("name", ""))
    if not throttle.hit("chat start", rate_key(request), per=START_RATE):
        return _before(request, form=form, problem=lines.problems_of_visitor()[Code.SLOW])
    if _was_blocked(request) or actions.is_slowed(rate_key(request)):
        waits = _waits(request, form)
        if waits is not None:
            return waits
    said = form.cleaned_data
    try:
        started = actions.start(
            service=service,
            language=said["language"] or get_language() or settings.LANGUAGE_CODE,
            name=said["name"],
            start_key=said["key"],
            topic=said["topic"],
            age_band=said["age_band"],
            urgency=said["urgency"] or Urgency.NORMAL,
        )
    except ChatError:
        return _before(request, name=said["name"])
    return begun(request, started)


@visitor_post
@csp_update({"frame-src": [SELF]})
def say(request: HttpRequest) -> HttpResponse:
    """A message by form. What could not be sent stays in the box."""
    conversation = _conversation(request)
    form = SayForm(request.POST)
    form.is_valid()
    text = form.cleaned_data.get("text", "")
    if conversation is None:
        return _over(request, unsent=text)
    try:
        if "client_id" not in form.cleaned_data:
            raise ChatError(Code.MALFORMED)
        if not throttle.hit("say", conversation.pk.hex, per=SAY_RATE):
            raise ChatError(Code.SLOW)
        actions.say(conversation=conversation, text=text, client_id=form.cleaned_data["client_id"])
    except ChatError as error:
        conversation = queries.by_id(conversation.pk) or conversation
        return _standing(
            request,
            conversation,
            text=text,
            client_id=form.cleaned_data.get("client_id"),
            problem=lines.problems_of_visitor()[error.code],
        )
    return _back(request)


@visitor_post
@csp_update({"frame-src": [SELF]})
def look(request: HttpRequest) -> HttpResponse:
    """Look for news without a script, with what is being typed kept in its box."""
    conversation = _conversation(request)
    form = SayForm(request.POST)
    form.is_valid()
    text = form.cleaned_data.get("text", "")
    if conversation is None:
        return _over(request, unsent=text)
    return _standing(
        request, conversation, text=text, client_id=form.cleaned_data.get("client_id"), status=200
    )


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def transcript(request: HttpRequest) -> HttpResponse:
    """What was said, in a frame that renews itself beside the box that is being typed in."""
    try:
        shown = _transcript(request)
    except (OperationalError, InterfaceError):
        # In the frame and not instead of the page; it renews itself until the database answers.
        shown = {"away": True, "refresh": REFRESH_SECONDS}
    status = 503 if "away" in shown else 200
    return render(request, "chat/transcript.html", shown, status=status)


def _transcript(request: HttpRequest) -> dict[str, Any]:
    conversation = _conversation(request)
    if conversation is None or conversation.status == Status.PAUSED:
        return {"conversation": None}
    actions.hear(conversation=conversation)
    return {
        **_shown(conversation),
        "refresh": None if conversation.is_over else REFRESH_SECONDS,
        "offer": queries.open_offer(conversation.pk),
    }


@visitor_post
@csp_update({"frame-src": [SELF]})
def report(request: HttpRequest) -> HttpResponse:
    """The visitor's answer about a report. The return code stands in this answer and nowhere else."""
    wants_json = request.headers.get("Accept") == "application/json"
    conversation = _conversation(request)
    if conversation is None:
        return JsonResponse({"code": Code.UNKNOWN}) if wants_json else _over(request)
    form = ConsentForm(request.POST)
    form.fields["declares"].label = reporting.declaration()
    try:
        if not form.is_valid():
            if "offer" not in form.cleaned_data or "key" not in form.cleaned_data:
                raise ChatError(Code.ANSWERED)
            if request.POST.get("answer") != "no":
                if wants_json:
                    return JsonResponse({"errors": form.errors})
                return _standing(request, conversation, consent=form)
        if request.POST.get("answer") == "no":
            actions.decline_report(conversation=conversation, offer_id=form.cleaned_data["offer"])
            return JsonResponse({"declined": True}) if wants_json else _back(request)
        code = actions.accept_report(
            conversation=conversation,
            offer_id=form.cleaned_data["offer"],
            facts=form.facts(),
            key=form.cleaned_data["key"],
        )
    except ChatError as error:
        if wants_json:
            return JsonResponse({"code": error.code})
        return _standing(request, conversation, problem=lines.problems_of_visitor()[error.code])
    if wants_json:
        return JsonResponse({"return_code": code})
    return render(request, "chat/code.html", {"return_code": code})


@visitor_post
def resume(request: HttpRequest) -> HttpResponse:
    """The visitor is back and pressed for it."""
    conversation = _conversation(request)
    if conversation is not None:
        try:
            actions.resume(conversation=conversation)
        except ChatError:
            pass  # it ended meanwhile: the page says so
    return _back(request)


@visitor_post
def end(request: HttpRequest) -> HttpResponse:
    """The visitor ends the chat; the page that follows takes the cookie away."""
    conversation = _conversation(request)
    if conversation is not None:
        actions.end(conversation=conversation)
    return _back(request)


@visitor_post
def forget(request: HttpRequest) -> HttpResponse:
    """Take the cookie of a chat that has ended; a chat that goes on keeps its own."""
    response = HttpResponse(status=204)
    conversation = _conversation(request)
    if conversation is None or conversation.is_over:
        drop_cookie(response)
    return response


def pause(request: HttpRequest) -> None:
    """The visitor left the site in a hurry, from whichever page."""
    conversation = _conversation(request)
    if conversation is not None:
        actions.leave(conversation=conversation)


# What the views share


def _conversation(request: HttpRequest) -> Conversation | None:
    return queries.by_token(request.COOKIES.get(COOKIE, ""))


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Back to the page by GET, so that a reload sends nothing twice."""
    simple = "?simple=1" if "simple" in request.GET else ""
    response = HttpResponseRedirect(reverse("chat:page") + simple)
    response.status_code = 303
    return response


def begun(request: HttpRequest, started: actions.Started) -> HttpResponse:
    """To a chat that was begun, with its token for this browser."""
    response = _back(request)
    response.set_cookie(
        COOKIE,
        started.token,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def rate_key(request: HttpRequest) -> str:
    """The keyed number by which somebody may be slowed down."""
    return str(getattr(request, "scope", {}).get(RATE_KEY, ""))


def drop_cookie(response: HttpResponse) -> None:
    """Leave nothing of a chat in the browser."""
    response.delete_cookie(COOKIE, path="/", samesite="Strict")


def _before(
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


def _was_blocked(request: HttpRequest) -> bool:
    """Whether this browser comes from a chat that was abused: from there starts wait for a while."""
    if not queries.is_blocked(request.COOKIES.get(COOKIE, "")):
        return False
    actions.slow_down(rate_key(request))
    return True


def _ended_before(request: HttpRequest) -> HttpResponse | None:
    """How the chat ended that this browser still has the token of, when that is to be told."""
    if COOKIE not in request.COOKIES:
        return None
    if _was_blocked(request):
        response = render(request, "chat/blocked.html")
        drop_cookie(response)
        return response
    closed = queries.closed_quietly(request.COOKIES[COOKIE])
    return _over(request, conversation=closed, quiet=True) if closed is not None else None


def _waits(request: HttpRequest, form: StartForm) -> HttpResponse | None:
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


def _standing(
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
        return _over(request, conversation=conversation, unsent=text)
    if conversation.status == Status.PAUSED:
        return render(request, "chat/paused.html", {"unsent": text})
    actions.hear(conversation=conversation)
    position = queries.position(conversation)
    offer = queries.open_offer(conversation.pk)
    if offer is not None and consent is None:
        consent = ConsentForm(initial={"offer": offer.pk, "key": uuid.uuid4()})
        consent.fields["declares"].label = reporting.declaration()
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
            "consent_template": _empty_consent(),
            "simple": "simple" in request.GET,
            "days": days_kept("chat", conversation.service_id),
            "survey": survey_form(conversation.service_id),
            "way_back_key": uuid.uuid4(),
            "words": _words(),
            "wait": _wait(conversation, position),
        },
        status=status or (400 if problem or (consent and consent.errors) else 200),
    )


def _wait(conversation: Conversation, position: int) -> str:
    """How long the line is now, for who stands in it."""
    return " ".join(wait_now(conversation.service).sentences(position)) if position else ""


def _empty_consent() -> ConsentForm:
    form = ConsentForm(auto_id="consent_%s")
    form.fields["declares"].label = reporting.declaration()
    return form


def _over(
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


def _after(
    request: HttpRequest, conversation: Conversation, *, quiet: bool = False
) -> dict[str, Any]:
    """What was said, and what its visitor can still do with it."""
    return {
        **({} if quiet else _shown(conversation)),
        "way_back_key": uuid.uuid4(),
        "days": days_kept("chat", conversation.service_id),
        "token": request.COOKIES.get(COOKIE, ""),
        "survey": survey_form(conversation.service_id),
    }


def _shown(conversation: Conversation) -> dict[str, Any]:
    words = lines.for_visitor()
    said = [_line(message, words) for message in queries.transcript(conversation.pk)]
    return {
        "conversation": conversation,
        "said": said,
        "shared": list(dict.fromkeys(line["card"] for line in said if line["card"])),
        "position": queries.position(conversation),
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


def _week(service: Service) -> list[tuple[date, list[tuple[time, time]]]]:
    today = timezone.localdate()
    days = [today + timedelta(days=ahead) for ahead in range(7)]
    timetable = Timetable(service, days[0], days=len(days))
    return [(day, timetable.on(day)) for day in days]


def _words() -> dict[str, Any]:
    """Everything the page's script says, in the page's language."""
    return {
        "version": VERSION,
        "beat": BEAT_SECONDS,
        "lines": lines.for_visitor(),
        "problems": lines.problems_of_visitor(),
        "you": _("You"),
        "them": _("Counsellor"),
        "card_why": _("Your counsellor chose this page for you:"),
        "card_tab": _("(opens in a new tab)"),
        "queued": _("Waiting to be sent"),
        "sent": _("Sent"),
        "read": _("Read"),
        "failed": _("Not sent"),
        "retry": _("Try again"),
        "discard": _("Throw away"),
        "typing": _("%(name)s is typing…"),
        "position_one": _("You are first in line. A counsellor will come to you."),
        "position_many": _("You are number %(position)s in line. You keep your place."),
        "waiting": _("You can already write. What you write is there when a counsellor comes."),
        "with": _("You are talking to %(name)s."),
        "with_somebody": _("You are talking to a counsellor."),
        "ended": _("The chat has ended."),
        "stale": _("Not up to date since %(time)s. We keep trying to connect."),
        "later": _(
            "Messages cannot be saved since %(time)s. What you write is kept in this tab and goes"
            " by itself."
        ),
        "slower": _("Your connection is a little slower. Everything arrives."),
        "connecting": _("Connecting…"),
        "reload": _(
            "We have just renewed this site. Reload the page to go on; what you typed stays."
        ),
        "reload_now": _("Reload now"),
        "over": _("This chat is over."),
        "picture_title": _("This picture was not sent"),
        "picture": _(
            "Please never send the images themselves: it could harm you, and looking at them may be"
            " against the law, also for us. A link or a description is enough. Do you want them"
            " removed? Then paste the links here, or use the report form."
        ),
        "close": _("Close"),
        "code_title": _("Your return code"),
        "code_text": _(
            "Write it down or copy it now. It is shown only here and only once, and nobody else has"
            " it. With it you can see on the status page what happens with the links."
        ),
        "copy": _("Copy the code"),
        "copied": _("Copied"),
        "code_done": _("I have it"),
        "back_title": _("Your code to come back"),
        "back_text": _(
            "Write it down or copy it now. It is shown only here and only once, and nobody else has"
            " it. It works once, for as long as we keep the chat. Who finds it can come into your"
            " chat: keep it where only you look."
        ),
        "back_again": _("Give me another code"),
    }
