"""What a reporter may see of how it goes, in the visitor's words."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from intake.removal.models import NoticeRequest, RemovalEvent, Statement
from intake.removal.states import Because, RequestStatus, Work


@dataclass(frozen=True)
class Step:
    """One thing that happened, in the visitor's words. ``key`` names it for tests and styles."""

    key: str
    at: datetime
    text: str
    recipient: str


@dataclass(frozen=True)
class Progress:
    """How the removal of one reported link goes, since its reporter told of it.

    ``state`` is one of received, with_hotline, asked, they_say_gone, gone, still_there, trouble,
    stopped; ``now`` says it in a sentence; ``settled`` when nothing more is done by itself.
    """

    state: str
    now: str
    settled: bool
    steps: list[Step]
    hotline_reference: str


def progress_of(statement: Statement, since: datetime) -> Progress:
    """What the reporter behind a statement may see of its location.

    Only what happened after ``since`` (the moment of the own report), and nothing that tells of
    another report. Three queries.
    """
    return progress_of_many([statement], since)[0]


def progress_of_many(statements: Sequence[Statement], since: datetime) -> list[Progress]:
    """The same for all statements of one report, in two queries however many there are."""
    places = [statement.location_id for statement in statements]
    events: dict[uuid.UUID, list[RemovalEvent]] = defaultdict(list)
    for event in (
        RemovalEvent.objects.filter(location_id__in=places, at__gte=since, request__isnull=False)
        .select_related("request__recipient")
        .order_by("at", "id")
    ):
        if event.location_id is not None:
            events[event.location_id].append(event)
    references = {
        sent.request.location_id: sent.notice.reference
        for sent in NoticeRequest.objects.filter(
            request__location_id__in=places,
            request__is_hand_over=True,
            notice__sent_at__gte=since,
        )
        .select_related("notice", "request")
        .order_by("pk")
    }
    return [
        _progress(statement, events[statement.location_id], references) for statement in statements
    ]


def _progress(
    statement: Statement, events: list[RemovalEvent], references: dict[uuid.UUID, str]
) -> Progress:
    location = statement.location
    steps: list[Step] = []
    for event in events:
        # What the own report itself set in motion would tell of an earlier one.
        step = _step(event) if event.at > statement.created_at else None
        # Gone for everybody who was asked, and said once.
        if step is not None and (not steps or _told(step) != _told(steps[-1])):
            steps.append(step)
    state = _STATES.get(steps[-1].key, "received") if steps else "received"
    reference = ""
    if location.is_possibly_minor:
        if state in ("received", "stopped"):
            state = "with_hotline"
        reference = references.get(location.pk, "")
    if not statement.is_live and state != "gone" and not location.is_possibly_minor:
        state = "stopped"
    return Progress(
        state=state,
        now=_now(state),
        settled=state in ("gone", "stopped") or (location.work == Work.DONE and bool(steps)),
        steps=steps,
        hotline_reference=reference,
    )


# The step a visitor sees when a request becomes this, and the state that it leaves them in.
_STATES = {
    "handed_over": "with_hotline",
    "hotline_says_gone": "they_say_gone",
    "hotline_says": "with_hotline",
    "hotline_uncertain": "with_hotline",
    "asked": "asked",
    "uncertain": "trouble",
    "not_delivered": "trouble",
    "no_reply": "trouble",
    "they_say_gone": "they_say_gone",
    "need_more": "trouble",
    "not_theirs": "trouble",
    "refused": "trouble",
    "gone": "gone",
    "still_there": "still_there",
    "there_again": "still_there",
    "careful": "with_hotline",
    "stopped": "stopped",
}


def _told(step: Step) -> tuple[str, datetime]:
    return step.text, step.at


def _step(event: RemovalEvent) -> Step | None:
    request = event.request
    if request is None:
        return None
    key = _hand_over_key(event) if request.is_hand_over else _key(event)
    if key is None:
        return None
    name = request.recipient.name
    return Step(key=key, at=event.at, text=_words(key, name), recipient=name)


def _key(event: RemovalEvent) -> str | None:
    if event.became == RequestStatus.WITHDRAWN:
        if event.because == Because.POSSIBLY_MINOR:
            return "careful"
        # Only what was under way can be seen to stop.
        return "stopped" if event.came_from not in ("proposed", "ready") else None
    if event.because == Because.REPORTED_AGAIN:
        return "there_again"
    return {
        RequestStatus.SENT.value: "asked",
        RequestStatus.UNCERTAIN.value: "uncertain",
        RequestStatus.REJECTED.value: "not_delivered",
        RequestStatus.NO_REPLY.value: "no_reply",
        RequestStatus.SAID_REMOVED.value: "they_say_gone",
        RequestStatus.NEED_MORE.value: "need_more",
        RequestStatus.WRONG_RECIPIENT.value: "not_theirs",
        RequestStatus.REFUSED.value: "refused",
        RequestStatus.REMOVED.value: "gone",
        RequestStatus.STILL_THERE.value: "still_there",
    }.get(event.became)


def _hand_over_key(event: RemovalEvent) -> str | None:
    return {
        RequestStatus.SENT.value: "handed_over",
        RequestStatus.UNCERTAIN.value: "hotline_uncertain",
        RequestStatus.REJECTED.value: "hotline_uncertain",
        RequestStatus.SAID_REMOVED.value: "hotline_says_gone",
        RequestStatus.NEED_MORE.value: "hotline_says",
        RequestStatus.WRONG_RECIPIENT.value: "hotline_says",
        RequestStatus.REFUSED.value: "hotline_says",
    }.get(event.became)


def _words(key: str, name: str) -> str:
    words = {
        "asked": _("We asked %(name)s to remove it."),
        "uncertain": _("We wrote to %(name)s. We are finding out whether it arrived."),
        "not_delivered": _("Our message to %(name)s came back. We look for another way."),
        "no_reply": _("%(name)s has not answered in time. We decide on the next step."),
        "they_say_gone": _("%(name)s says it is gone. We are checking."),
        "need_more": _("%(name)s asks for more information. We are on it."),
        "not_theirs": _("%(name)s says it is not on their service. We look further."),
        "refused": _("%(name)s does not want to remove it. We decide on the next step."),
        "gone": _("Checked: it is gone."),
        "still_there": _("Checked: it is still there. We decide on the next step."),
        "there_again": _("It is there again. We decide on the next step."),
        "stopped": _("We stopped asking %(name)s."),
        "careful": _("To be careful, only the hotline for images of children deals with this now."),
        "handed_over": _("We handed it to %(name)s. They deal with images of people under 18."),
        "hotline_uncertain": _("We wrote to %(name)s. We are finding out whether it arrived."),
        "hotline_says_gone": _("%(name)s says it is gone."),
        "hotline_says": _("%(name)s has answered. We are looking at what they say."),
    }
    return words[key] % {"name": name}


def _now(state: str) -> str:
    return {
        "received": _("We have it. A colleague looks at it."),
        "with_hotline": _("The hotline deals with this. Nobody else is asked."),
        "asked": _("We asked to have it removed and wait for an answer."),
        "they_say_gone": _("They say it is gone."),
        "gone": _("Checked: it is gone."),
        "still_there": _("It is still there. We go on."),
        "trouble": _("It is not gone yet. We decide on the next step."),
        "stopped": _("We are not doing anything about this now."),
    }[state]
