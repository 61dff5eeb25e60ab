"""What recipients say, by the link in a notice. It is on file as their claim."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from helpline.privacy.vault.sealing import keyed_hash
from helpline.staff.models import User
from intake.removal.actions.stopping import call_back
from intake.removal.locking import lock_notice
from intake.removal.models import (
    Answer,
    AnswerKind,
    Notice,
    NoticeRequest,
    ReceivedMail,
    RemovalRequest,
)
from intake.removal.queries.mail import answerable_notices
from intake.removal.states import ANSWERABLE, Because, NoticeStatus, RequestStatus
from intake.removal.workflow import advance, advance_notice, can_become

MEANS: dict[str, RequestStatus] = {
    AnswerKind.REMOVED: RequestStatus.SAID_REMOVED,
    AnswerKind.WAS_GONE: RequestStatus.SAID_REMOVED,
    AnswerKind.WILL_DO: RequestStatus.PROMISED,
    AnswerKind.NOT_OURS: RequestStatus.WRONG_RECIPIENT,
    AnswerKind.NEED_MORE: RequestStatus.NEED_MORE,
    AnswerKind.REFUSED: RequestStatus.REFUSED,
}
# A promise is waited for so long after the notice, however often it is made anew.
PROMISES_END = timedelta(days=14)


@dataclass(frozen=True)
class Claim:
    """What a recipient says about one address of a notice, by its position there."""

    position: int
    kind: AnswerKind
    words: str = ""
    who: str = ""
    ground: str = ""
    until: date | None = None

    @property
    def said(self) -> tuple[object, ...]:
        return (self.kind, self.words, self.who, self.ground, self.until)


def notice_of_token(token: str) -> Notice | None:
    """The notice a link belongs to, while there is anything in it to answer about."""
    return answerable_notices().filter(token_hash=keyed_hash("token", token)).first()


def latest_answers(notice: Notice) -> dict[int, Answer]:
    """The answer that counts for each position of a notice."""
    positions = dict(
        NoticeRequest.objects.filter(notice=notice).values_list("request_id", "position")
    )
    answers = Answer.objects.filter(notice=notice).order_by("received_at", "id")
    return {positions[answer.request_id]: answer for answer in answers}


@transaction.atomic
def record_answers(
    notice: Notice,
    claims: Sequence[Claim],
    *,
    mail: ReceivedMail | None = None,
    by: User | None = None,
) -> int:
    """Keep what a recipient claims. The same again changes nothing; another word corrects.

    Returns how many claims were new. An answer to a notice of which we do not know whether it
    left shows that it did. ``mail`` and ``by``: a colleague read it in a mail.
    """
    # One answer at a time: a double press waits here and then finds its words on file.
    notice.status = lock_notice(notice.pk).status
    before = latest_answers(notice)
    said = {
        claim.position: claim
        for claim in claims
        if claim.position not in before or before[claim.position].said != claim.said
    }
    entries = concerned(notice, said)
    for entry in entries:
        claim, earlier = said[entry.position], before.get(entry.position)
        answer = Answer(
            notice=notice,
            request=entry.request,
            kind=claim.kind,
            ground=claim.ground,
            until=claim.until,
            mail=mail,
            received_at=mail.received_at if mail else timezone.now(),
        )
        answer.words, answer.who = claim.words, claim.who or None
        answer.save(force_insert=True)
        _carry(notice, entry, claim, corrected=earlier is not None, by=by)
    if entries:
        it_arrived(notice)
    return len(entries)


def concerned(notice: Notice, positions: Collection[int] | None = None) -> list[NoticeRequest]:
    """What a notice asked, at these positions, as far as it is still there to be answered about.

    Nothing more goes to who has answered: a later round that has not begun to leave is called back,
    and its request is again in the round that left last. The caller holds the notice.
    """
    entries = NoticeRequest.objects.filter(
        notice=notice, request__location__forgotten_at=None
    ).select_related("request")
    if positions is not None:
        entries = entries.filter(position__in=positions)
    overtaken = [entry.request_id for entry in entries if _is_overtaken(entry)]
    if overtaken:
        call_back(overtaken, because=Because.CANCELLED)
        for request in RemovalRequest.objects.filter(
            pk__in=overtaken, status=RequestStatus.READY
        ).annotate(left=Max("entries__round")):
            RemovalRequest.objects.filter(pk=request.pk).update(round=request.left)
    return list(entries.all())


def still_counts(entry: NoticeRequest) -> bool:
    """Whether what is said about a round counts for how its request stands: of the hotline's only
    about the last, since a later one was begun by another report."""
    return entry.round == entry.request.round or not entry.request.is_hand_over


def _is_overtaken(entry: NoticeRequest) -> bool:
    return entry.round != entry.request.round and still_counts(entry)


def it_arrived(notice: Notice) -> None:
    """An answer to a notice of which nobody was sure shows that it left."""
    if notice.status == NoticeStatus.UNCERTAIN:
        advance_notice(
            notice, NoticeStatus.ACCEPTED, changes={"sent_at": timezone.now(), "claim": None}
        )


def _carry(
    notice: Notice, entry: NoticeRequest, claim: Claim, *, corrected: bool, by: User | None
) -> None:
    """Let the request follow the claim, unless a check goes before it."""
    request = entry.request
    to = MEANS[claim.kind]
    if request.status not in ANSWERABLE or not still_counts(entry):
        return
    if can_become(request, to):
        because = Because.CORRECTED if corrected else None
        due_at = _end_of_promise(notice, claim.until) if claim.until else None
        advance(request, to, by=by, notice=notice, because=because, due_at=due_at)


def _end_of_promise(notice: Notice, until: date) -> datetime:
    """When the named day is over, or the patience with this notice, whichever is first."""
    midnight = timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))
    return min(midnight, (notice.sent_at or notice.created_at) + PROMISES_END)
