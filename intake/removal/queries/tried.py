"""Who was asked about a location, and what came of it: read from the record."""

import uuid
from collections.abc import Collection, Sequence

from intake.recipients.states import Channel, Kind
from intake.removal.models import Answer, AnswerKind, NoticeRequest, RemovalEvent
from intake.removal.states import NoticeStatus, RequestStatus
from intake.removal.tried import Tried

# What they said, and how it stands since.
CONTRADICTED = {
    (AnswerKind.REMOVED.value, RequestStatus.STILL_THERE.value): "still_there",
    (AnswerKind.WAS_GONE.value, RequestStatus.STILL_THERE.value): "still_there",
    (AnswerKind.WILL_DO.value, RequestStatus.STILL_THERE.value): "broken",
    (AnswerKind.WILL_DO.value, RequestStatus.NO_REPLY.value): "broken",
}
# The other side has it, refused it, or may have it.
LEFT = (NoticeStatus.ACCEPTED, NoticeStatus.REJECTED, NoticeStatus.UNCERTAIN)


def tried_before(
    location_ids: Sequence[uuid.UUID], *, but: int | None = None
) -> dict[uuid.UUID, list[Tried]]:
    """Who was asked about each of these locations, in order of asking. Three queries.

    ``but`` is a recipient that is left out, since it is the one to be told. A hand-over to the
    hotline is nobody's business.
    """
    entries: dict[int, list[NoticeRequest]] = {}
    for entry in (
        NoticeRequest.objects.filter(
            request__location_id__in=location_ids,
            request__is_hand_over=False,
            notice__is_hand_over=False,
            notice__status__in=LEFT,
        )
        .exclude(request__recipient=but)
        .select_related("request__recipient", "notice")
        .order_by("notice__created_at", "pk")
    ):
        entries.setdefault(entry.request_id, []).append(entry)
    answers = {
        answer.request_id: answer.kind
        for answer in Answer.objects.filter(request__in=entries).order_by("received_at", "id")
    }
    silent = set(
        RemovalEvent.objects.filter(request__in=entries, became=RequestStatus.NO_REPLY).values_list(
            "request_id", flat=True
        )
    )
    told: dict[uuid.UUID, list[Tried]] = {pk: [] for pk in location_ids}
    for asked in entries.values():
        request = asked[0].request
        told[request.location_id].append(
            Tried(
                name=request.recipient.name,
                kind=Kind(request.recipient.kind),
                way=Channel(asked[-1].notice.channel),
                first_at=asked[0].notice.sent_at or asked[0].notice.created_at,
                times=len(asked),
                outcome=outcome_of(
                    request.status,
                    {entry.notice.status for entry in asked},
                    answers.get(request.pk),
                    was_silent=request.pk in silent,
                ),
            )
        )
    return told


def outcome_of(
    status: str, sendings: Collection[str], answered: str | None, *, was_silent: bool
) -> str:
    """What came of asking, as it may be told to others: silence only where somebody waited in vain."""
    if answered is not None:
        return CONTRADICTED.get((answered, status), answered)
    if NoticeStatus.ACCEPTED not in sendings:
        return "uncertain" if NoticeStatus.UNCERTAIN in sendings else "rejected"
    if status == RequestStatus.REPLIED:
        return "wrote"
    if was_silent:
        return "silent"
    return "waiting" if status == RequestStatus.SENT else "ended"
