"""A visitor's way back: asking for a code, and coming with one."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat import actions, lines, queries
from chat.errors import ChatError, Code
from chat.forms import BackForm
from chat.views import START_RATE
from chat.visit import COOKIE, begun, conversation_of, visitor_post
from helpline.privacy import door, throttle
from helpline.privacy.same_origin import same_origin
from helpline.services.queries import ChatState, default_service

ASK_RATE = "20/hour"


@visitor_post
def ask(request: HttpRequest) -> HttpResponse:
    """Give a visitor a code for the chat they are in, or just left. It stands in this answer and
    nowhere else.
    """
    wants_json = request.headers.get("Accept") == "application/json"
    token = request.POST.get("token") or request.COOKIES.get(COOKIE, "")
    conversation = queries.by_token(token) or queries.closed_quietly(token)
    try:
        if conversation is None:
            raise ChatError(Code.UNKNOWN)
        if not throttle.hit("way back", conversation.pk.hex, per=ASK_RATE):
            raise ChatError(Code.SLOW)
        code = actions.ask_way_back(conversation=conversation, key=_key(request))
    except ChatError as error:
        if wants_json:
            return JsonResponse({"code": error.code})
        problem = lines.problems_of_visitor()[error.code]
        return render(request, "chat/way_back.html", {"problem": problem}, status=400)
    if wants_json:
        return JsonResponse({"return_code": code})
    return render(
        request, "chat/way_back.html", {"return_code": code, "over": conversation.is_over}
    )


@same_origin
@require_http_methods(["GET", "POST"])
def back(request: HttpRequest) -> HttpResponse:
    """Come back with a code: the question for it, and the answer."""
    if request.method == "POST":
        return _come_back(request)
    if conversation_of(request) is not None:
        return redirect("chat:page")
    return _asks(request, BackForm(initial={"key": uuid.uuid4()}))


def _come_back(request: HttpRequest) -> HttpResponse:
    """Go on with what a code leads to."""
    if request.content_type == "multipart/form-data":  # as every form of a visitor
        return HttpResponse(status=415)
    form = BackForm(request.POST)
    if not form.is_valid():
        if "key" not in form.cleaned_data:
            return redirect("chat:back")
        return _asks(request, form)
    if not throttle.hit("chat back", door.rate_key_of(request), per=START_RATE):
        form.add_error("code", lines.problems_of_visitor()[Code.SLOW])
        return _asks(request, form)
    may_begin = queries.chat_state(default_service()) == ChatState.OPEN
    try:
        started = actions.come_back(
            typed=form.cleaned_data["code"],
            start_key=form.cleaned_data["key"],
            may_begin=may_begin,
        )
    except ChatError as error:
        if error.code == Code.ENDED:
            return redirect("chat:page")  # it says when the chat opens; the code stays good
        form.add_error(
            "code",
            _(
                "We do not know this code. Check the letters and digits. It works once, and not any"
                " more when the chat was erased. You can always start a new chat."
            ),
        )
        return _asks(request, form)
    return begun(request, started)


def _asks(request: HttpRequest, form: BackForm) -> HttpResponse:
    return render(request, "chat/back.html", {"form": form}, status=400 if form.errors else 200)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise ChatError(Code.MALFORMED) from None
