"""The plain desk and one chat on it, by forms. Frames that renew themselves tell what is new."""

import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat import (
    actions,
    lines,
    permissions,
    protocol,
    protocol_handover,
    queries,
    queries_handover,
    words_console,
)
from chat.aftercare.permissions import check_can_wrap_up
from chat.aftercare.protocol import after as after_frame
from chat.aftercare.queries import after
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.plain import acts, replies, rows
from chat.plain import queries as plain_queries
from chat.plain.forms import ChatForm, Typed
from chat.plain.side import beside, choices_of
from chat.states import DESK_ROLES, Presence, Sender, Status, Urgency
from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.permissions import has_role

# After these a chat is not this counsellor's to go on with.
LEAVES = frozenset({"give_back", "end", "block", "decline_handover"})
# After these somebody who pressed at the desk goes to the chat.
ENTERS = frozenset({"claim", "accept_handover"})


@require_http_methods(["GET", "POST"])
@csp_update({"frame-src": [SELF]})
@staff_view(*DESK_ROLES)
def desk(request: StaffRequest) -> HttpResponse:
    """Who waits, the chats of this counsellor, what colleagues ask, and what comes after a chat."""
    if request.method == "POST":
        try:
            acts.do(acts.frame_of(request.POST.get("act", ""), typed={}), by=request.user)
        except ChatError as error:
            return _desk(request, problem=lines.said_to_staff(error))
        return _to("plain:desk")
    return _desk(request)


@require_http_methods(["GET", "POST"])
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # csp knows only views without arguments
@staff_view(*DESK_ROLES)
def chat(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """One conversation: read, answered, and all that is done with it."""
    if request.method == "POST":
        return _press(request, number)
    conversation = queries.by_id(number)
    if conversation is None or not permissions.can_open(request.user, conversation):
        raise Http404
    kept = plain_queries.draft(conversation.pk, request.user)
    return _chat(request, conversation, Typed(kept=kept))


def _press(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Do what was pressed; what was typed for something else comes back in its box."""
    pressed, typed = request.POST.get("act", ""), Typed(request.POST)
    act = pressed.partition(" ")[0]
    from_desk = request.GET.get("at") == "desk"
    problem = ""
    try:
        _do(request, number, pressed, typed)
    except ChatError as error:
        problem = error.said if isinstance(error, NotYetError) else lines.said_to_staff(error)
        if from_desk:
            return _desk(request, problem=problem)
    else:
        typed.done(act)
        if from_desk and act not in ENTERS:
            return _to("plain:desk")
    conversation = queries.by_id(number)
    if conversation is None or not permissions.can_open(request.user, conversation):
        return _desk(request, problem=problem, unsent=typed["text"])
    try:
        actions.keep_draft(conversation=conversation, words=typed.words, by=request.user)
    except ChatError as error:
        problem = problem or lines.said_to_staff(error)
        if error.code == Code.UNKNOWN:  # erased just now
            return _desk(request, problem=problem, unsent=typed["text"])
    if act == "desk" and not problem:
        return _to("plain:desk")
    if act in LEAVES and not problem:
        return _away(request, conversation, typed)
    if problem or typed.words:
        return _chat(request, conversation, typed, problem=problem)
    return _to("plain:chat", number)


def _do(request: StaffRequest, number: uuid.UUID, pressed: str, typed: Typed) -> None:
    by = request.user
    match pressed:
        case "look" | "desk":
            return
        case "reply":
            _put_in(typed, queries.by_id(number), request)
            return
        case "say" if left := _left(typed):
            # Once: who presses again means it as it is.
            typed.values["blanks"] = ""
            said = _("Fill in %(blank)s first. Send again sends it as it is.")
            raise NotYetError(said % {"blank": left})
        case "hand_over" | "reassign" if not typed["to"]:
            raise NotYetError(_("Choose who goes on."))
        case "hand_over" if not typed["summary"].strip():
            raise NotYetError(_("Write a short summary first."))
        case "share" if not typed["page"]:
            raise NotYetError(_("Choose a page first."))
    acts.do(acts.frame_of(pressed, conversation=number, typed=typed.frames()), by=by)


class NotYetError(ChatError):
    """Something has to be typed or chosen first. ``said`` tells what."""

    def __init__(self, said: str) -> None:
        super().__init__(Code.EMPTY)
        self.said = said


def _left(typed: Typed) -> str:
    """The first part of a prepared reply that still has to be filled in."""
    left = typed["blanks"].split("\n")
    return next((blank for blank in replies.blanks(typed["text"]) if blank in left), "")


def _put_in(typed: Typed, conversation: Conversation | None, request: StaffRequest) -> None:
    """Put a prepared reply in the message box, there to change."""
    if conversation is None:
        raise ChatError(Code.UNKNOWN)
    permissions.check_can_answer(request.user, conversation)
    chosen = replies.chosen(request.user, typed["reply"])
    if chosen is None:
        raise NotYetError(_("Choose a reply first."))
    values = {"visitor": conversation.visitor_name, "counsellor": request.user.work_name}
    text = replies.fill_in(chosen.text, values)
    typed.values["text"] = replies.joined(typed["text"], text)
    typed.values["blanks"] = "\n".join(replies.blanks(text))


def _away(request: StaffRequest, conversation: Conversation, typed: Typed) -> HttpResponse:
    """To what comes after, unless there are words that were never sent."""
    if typed["text"].strip():
        return _desk(request, unsent=typed["text"])
    if conversation.status == Status.ENDED:
        try:
            check_can_wrap_up(request.user, conversation)
        except ChatError:
            return _to("plain:desk")
        wrap_up = reverse("chat_console:wrap_up", args=[conversation.pk])
        return _see_other(f"{wrap_up}?plain=1")
    return _to("plain:desk")


def _desk(request: StaffRequest, *, problem: str = "", unsent: str = "") -> HttpResponse:
    user = request.user
    actions.arrive(by=user)
    words = words_console.words()
    drafts = plain_queries.drafted(user)
    shown = protocol.desk(queries.desk(user), user=user)
    handovers = protocol_handover.listed(queries_handover.listed(user), user=user)
    return render(
        request,
        "chat/plain/desk.html",
        {
            "words": words,
            "problem": problem,
            "unsent": unsent,
            "tag": protocol.tag_of(shown),
            "desk": shown,
            "waiting": [rows.row(each, words) for each in shown["waiting"]],
            "waiting_count": words["waiting_count"]
            % {"count": len(shown["waiting"]) + shown["more"]},
            "more": words["more_wait"] % {"count": shown["more"]} if shown["more"] else "",
            "mine": [rows.mine(each, words, drafts) for each in shown["mine"]],
            "alarms": [rows.alarm(each, words) for each in shown["alarms"]],
            "asked": rows.asked(handovers, words),
            "told": rows.told(handovers, words),
            "after": after_frame(after(user)),
            "presences": Presence.choices,
            "away": _away_since(shown, words),
            "supervises": has_role(user, "supervisor"),
        },
        status=400 if problem else 200,
    )


def _away_since(shown: protocol.Frame, words: rows.Words) -> str:
    """Since when nobody new comes to them, on a break or off."""
    sentence = words["presence"].get(shown["presence"])
    return sentence % {"time": rows.clock(shown["presence_since"])} if sentence else ""


def _chat(
    request: StaffRequest, conversation: Conversation, typed: Typed, *, problem: str = ""
) -> HttpResponse:
    user = request.user
    actions.arrive(by=user)
    actions.open_transcript(conversation=conversation, by=user)
    is_mine = conversation.owner_id == user.pk
    if is_mine and conversation.counsellor_read_seq < conversation.last_seq:
        actions.note_read({(conversation.pk, Sender.COUNSELLOR): conversation.last_seq})
    words = words_console.words()
    about = rows.row(protocol.brief(conversation, user=user), words)
    return render(
        request,
        "chat/plain/chat.html",
        {
            "words": words,
            "problem": problem,
            "conversation": conversation,
            "about": about,
            "warning": rows.warning(about, words),
            "form": ChatForm(
                initial=typed.values,
                auto_id="chat_%s",
                **choices_of(conversation, about, user, words),
            ),
            **beside(conversation, about, user, words, typed.unticked),
            "plain": True,
            "urgencies": Urgency.choices,
            "supervises": has_role(user, "supervisor"),
            "unheard": queries.unheard([conversation], user),
        },
        status=400 if problem else 200,
    )


def _to(name: str, *args: Any) -> HttpResponseRedirect:
    return _see_other(reverse(name, args=args))


def _see_other(address: str) -> HttpResponseRedirect:
    """On to a page by GET, so that a reload does nothing twice."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
