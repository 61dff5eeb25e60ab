"""What a visitor can do when a chat is over: have it erased, and say how it was."""

import uuid

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chat import actions, queries
from chat.forms import SURVEY, SurveyForm, survey_form
from chat.visit import COOKIE, conversation_of, drop_cookie, visitor_post
from helpline.privacy import door, throttle
from helpline.privacy.erasure import days_kept
from helpline.services.models import Service

SURVEY_RATE = "30/10minutes"
SURVEY_SECONDS = 2 * 60 * 60


@visitor_post
def erase(request: HttpRequest) -> HttpResponse:
    """Erase a chat now, also one that goes on. Who wants to leave as well is sent on at once."""
    token = request.POST.get("token") or request.COOKIES.get(COOKIE, "")
    conversation = queries.erasable_by_token(token)
    survey = None
    if conversation is not None:
        if "answered" not in request.POST:
            survey = survey_form(conversation.service_id)
        actions.erase(conversation=conversation)
    leaves = "leave" in request.POST
    response = render(
        request,
        "chat/erased.html",
        {"survey": survey, "leave_to": settings.HELPLINE_EXIT_URL if leaves else ""},
    )
    # Another chat that was begun in this browser since keeps its own.
    if conversation_of(request) is None:
        drop_cookie(response)
    if leaves:
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


@visitor_post
def survey(request: HttpRequest) -> HttpResponse:
    """Keep the answers, whatever there is of them, and say thanks. Nothing here can go wrong."""
    form = SurveyForm(request.POST)
    form.is_valid()
    answers = form.cleaned_data
    try:
        service_id, once = signing.loads(
            answers.get("once", ""), salt=SURVEY, max_age=SURVEY_SECONDS
        )
    except signing.BadSignature:
        service_id, once = "", ""  # too old, or not ours
    service = Service.objects.filter(pk=service_id).first() if service_id else None
    if service and throttle.hit("survey", door.rate_key_of(request), per=SURVEY_RATE):
        actions.answer_survey(
            service=service,
            once=uuid.UUID(once),
            heard=answers.get("heard", ""),
            knows=answers.get("knows", ""),
        )
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    token = request.POST.get("token", "")
    kept = queries.erasable_by_token(token)
    shown = {"token": token, "days": days_kept("chat", kept.service_id)} if kept else {}
    return render(request, "chat/thanks.html", shown)
