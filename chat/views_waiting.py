"""Waiting for a counsellor while reading something else: the place in line is kept and shown."""

from dataclasses import asdict, dataclass

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chat import actions, lines, pages, queries
from chat.states import Status
from chat.visit import COOKIE, conversation_of


@dataclass(frozen=True)
class Place:
    """How a chat stands, in one line. ``ready``: somebody answers there."""

    text: str
    ready: bool


@require_GET
def place(request: HttpRequest) -> JsonResponse:
    """How the chat of this visitor stands, for the line that other pages show of it."""
    found = place_of(request)
    return JsonResponse(asdict(found) if found else {"text": "", "ready": False})


@require_GET
def wait(request: HttpRequest) -> JsonResponse:
    """How long the line is now, for the page of who stands in it; nothing for anybody else."""
    conversation = conversation_of(request)
    return JsonResponse({"wait": pages.wait_of(conversation) if conversation else ""})


def place_of(request: HttpRequest) -> Place | None:
    """How this visitor's chat stands, and note that they are there. None without one, and while it
    is paused: then nothing of it is shown before they ask.
    """
    if COOKIE not in request.COOKIES:
        return None
    conversation = queries.by_token(request.COOKIES[COOKIE])
    if conversation is None or conversation.status not in (Status.WAITING, Status.ACTIVE):
        return None
    actions.hear(conversation=conversation)
    if conversation.status == Status.ACTIVE:
        return Place(_("A counsellor is with you in the chat."), ready=True)
    return Place(lines.place_in_line(queries.position(conversation)), ready=False)
