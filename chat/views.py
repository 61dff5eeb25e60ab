"""What a visitor does before, during and after a chat. Every form works without a script."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from chat import actions, lines, pages, queries
from chat.errors import ChatError, Code
from chat.forms import ConsentForm, SayForm, StartForm
from chat.states import Status, Urgency
from chat.visit import back_to_chat, begun, conversation_of, drop_cookie, visitor_post
from helpline.privacy import door, throttle
from helpline.services.context import asked_for
from helpline.services.queries import ChatState, default_service

START_RATE = "30/10minutes"
SAY_RATE = "40/minute"
REFRESH_SECONDS = 8


@require_GET
@csp_update({"frame-src": [SELF]})
def page(request: HttpRequest) -> HttpResponse:
    """The chat as it stands for this visitor: before it, in it, paused, or just ended."""
    conversation = conversation_of(request)
    if conversation is None:
        return pages.ended_before(request) or pages.before(request)
    return pages.standing(request, conversation)


@visitor_post
@csp_update({"frame-src": [SELF]})
def start(request: HttpRequest) -> HttpResponse:
    """Begin a chat, and hand the browser its token."""
    if conversation_of(request) is not None:
        return back_to_chat(request)
    service = default_service()
    if queries.chat_state(service) != ChatState.OPEN:
        return pages.before(request)
    form = StartForm(request.POST)
    if not form.is_valid():
        # Nothing here is demanded: a form that cannot be read begins anew.
        return pages.before(request, name=request.POST.get("name", ""))
    if not throttle.hit("chat start", door.rate_key_of(request), per=START_RATE):
        return pages.before(request, form=form, problem=lines.problems_of_visitor()[Code.SLOW])
    if pages.was_blocked(request) or actions.is_slowed(door.rate_key_of(request)):
        waits = pages.waits(request, form)
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
        return pages.before(request, name=said["name"])
    return begun(request, started)


@visitor_post
@csp_update({"frame-src": [SELF]})
def say(request: HttpRequest) -> HttpResponse:
    """A message by form. What could not be sent stays in the box."""
    conversation = conversation_of(request)
    form = SayForm(request.POST)
    form.is_valid()
    text = form.cleaned_data.get("text", "")
    if conversation is None:
        return pages.over(request, unsent=text)
    try:
        if "client_id" not in form.cleaned_data:
            raise ChatError(Code.MALFORMED)
        if not throttle.hit("say", conversation.pk.hex, per=SAY_RATE):
            raise ChatError(Code.SLOW)
        actions.say(conversation=conversation, text=text, client_id=form.cleaned_data["client_id"])
    except ChatError as error:
        conversation = queries.by_id(conversation.pk) or conversation
        return pages.standing(
            request,
            conversation,
            text=text,
            client_id=form.cleaned_data.get("client_id"),
            problem=lines.problems_of_visitor()[error.code],
        )
    return back_to_chat(request)


@visitor_post
@csp_update({"frame-src": [SELF]})
def look(request: HttpRequest) -> HttpResponse:
    """Look for news without a script, with what is being typed kept in its box."""
    conversation = conversation_of(request)
    form = SayForm(request.POST)
    form.is_valid()
    text = form.cleaned_data.get("text", "")
    if conversation is None:
        return pages.over(request, unsent=text)
    return pages.standing(
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
        asked_for(request).away = True
    status = 503 if "away" in shown else 200
    return render(request, "chat/transcript.html", shown, status=status)


def _transcript(request: HttpRequest) -> dict[str, Any]:
    conversation = conversation_of(request)
    if conversation is None or conversation.status == Status.PAUSED:
        return {"conversation": None}
    actions.hear(conversation=conversation)
    shown = pages.shown(request, conversation)
    return {
        **shown,
        "wait": pages.wait_of(conversation, shown["position"]),
        "refresh": None if conversation.is_over else REFRESH_SECONDS,
        "offer": queries.open_offer(conversation.pk),
    }


@visitor_post
@csp_update({"frame-src": [SELF]})
def report(request: HttpRequest) -> HttpResponse:
    """The visitor's answer about a report. The return code stands in this answer and nowhere else."""
    wants_json = request.headers.get("Accept") == "application/json"
    conversation = conversation_of(request)
    if conversation is None:
        return JsonResponse({"code": Code.UNKNOWN}) if wants_json else pages.over(request)
    form = ConsentForm(request.POST)
    try:
        if not form.is_valid():
            if "offer" not in form.cleaned_data or "key" not in form.cleaned_data:
                raise ChatError(Code.ANSWERED)
            if request.POST.get("answer") != "no":
                if wants_json:
                    return JsonResponse({"errors": form.errors})
                return pages.standing(request, conversation, consent=form)
        if request.POST.get("answer") == "no":
            actions.decline_report(conversation=conversation, offer_id=form.cleaned_data["offer"])
            return JsonResponse({"declined": True}) if wants_json else back_to_chat(request)
        code = actions.accept_report(
            conversation=conversation,
            offer_id=form.cleaned_data["offer"],
            facts=form.facts(),
            key=form.cleaned_data["key"],
        )
    except ChatError as error:
        if wants_json:
            return JsonResponse({"code": error.code})
        return pages.standing(
            request, conversation, problem=lines.problems_of_visitor()[error.code]
        )
    if wants_json:
        return JsonResponse({"return_code": code})
    return render(request, "chat/code.html", {"return_code": code})


@visitor_post
def resume(request: HttpRequest) -> HttpResponse:
    """The visitor is back and pressed for it."""
    conversation = conversation_of(request)
    if conversation is not None:
        try:
            actions.resume(conversation=conversation)
        except ChatError:
            pass  # it ended meanwhile: the page says so
    return back_to_chat(request)


@visitor_post
def end(request: HttpRequest) -> HttpResponse:
    """The visitor ends the chat; the page that follows takes the cookie away."""
    conversation = conversation_of(request)
    if conversation is not None:
        try:
            actions.end(conversation=conversation)
        except ChatError:
            pass  # it was erased meanwhile: the page says that there is none
    return back_to_chat(request)


@visitor_post
def forget(request: HttpRequest) -> HttpResponse:
    """Take the cookie of a chat that has ended; a chat that goes on keeps its own."""
    response = HttpResponse(status=204)
    conversation = conversation_of(request)
    if conversation is None or conversation.is_over:
        drop_cookie(response)
    return response


def pause(request: HttpRequest) -> None:
    """The visitor left the site in a hurry, from whichever page."""
    conversation = conversation_of(request)
    if conversation is not None:
        try:
            actions.leave(conversation=conversation)
        except ChatError:
            pass  # it was erased meanwhile
