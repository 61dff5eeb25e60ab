"""Whether the visitor wants a report of the links they named: asked, declined, agreed to."""

import json
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from chat import permissions, reporting
from chat.actions.settling import lock, note, settle
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import Conversation, ReportOffer
from chat.reporting import LINKS, Facts
from chat.states import Kind, OfferStatus, Sender, Status
from chat.workflow import record
from helpline.privacy.vault.sealing import keyed_hash
from helpline.staff.models import User


def offer_report(*, conversation: Conversation, links: Sequence[str], by: User) -> None:
    """Ask the visitor whether we may make a report of links they named. A new question replaces
    the one that is still open; the same one asked again changes nothing.
    """
    permissions.check_can_answer(by, conversation)
    if not links or len(links) > LINKS:
        raise ChatError(Code.EMPTY if not links else Code.TOO_BIG)
    reporting.check_links(links)

    def step(row: Conversation) -> None:
        if row.status != Status.ACTIVE or row.owner_id != by.pk:
            raise ChatError(Code.PAUSED if row.status == Status.PAUSED else Code.NOT_YOURS)
        asked = row.offers.filter(status=OfferStatus.OPEN).first()
        if asked is not None and reporting.links_of(asked) == list(links):
            return
        row.offers.filter(status=OfferStatus.OPEN).update(
            status=OfferStatus.WITHDRAWN, answered_at=timezone.now()
        )
        ReportOffer.objects.create(conversation=row, by=by, links=json.dumps(list(links)))
        record(row, Kind.OFFERED, side=Sender.COUNSELLOR, by=by)
        note(row, Line.OFFERED)

    settle(conversation, step)


def decline_report(*, conversation: Conversation, offer_id: uuid.UUID) -> None:
    """The visitor does not want a report now."""
    with transaction.atomic():
        _answer(conversation, offer_id, OfferStatus.DECLINED)
        record(conversation, Kind.DECLINED, side=Sender.VISITOR)
        note(conversation, Line.DECLINED)


def accept_report(
    *, conversation: Conversation, offer_id: uuid.UUID, facts: Facts, key: uuid.UUID
) -> str:
    """The visitor agrees: make the report and return its code, which goes to the visitor only.

    ``key`` comes from the visitor's page: its form sent twice makes one report and gives its code
    twice. Raises ChatError(ANSWERED) when the question was answered in another way.
    """
    answer_hash = keyed_hash("token", f"answer {key}")
    with transaction.atomic():
        row = lock(conversation)
        offer = row.offers.filter(pk=offer_id).first()
        if offer is None:
            raise ChatError(Code.ANSWERED)
        if offer.status == OfferStatus.ACCEPTED and bytes(offer.answer_hash or b"") == answer_hash:
            return reporting.send_in(conversation, offer, facts=facts, key=key)
        _answer(row, offer_id, OfferStatus.ACCEPTED, answer_hash=answer_hash)
        code = reporting.send_in(conversation, offer, facts=facts, key=key)
        record(row, Kind.ACCEPTED, side=Sender.VISITOR)
        note(row, Line.ACCEPTED)
        return code


def _answer(
    conversation: Conversation,
    offer_id: uuid.UUID,
    status: OfferStatus,
    *,
    answer_hash: bytes | None = None,
) -> None:
    """Close an open offer, once. Raises ChatError(ANSWERED) when it is not open any more."""
    answered = ReportOffer.objects.filter(
        pk=offer_id, conversation=conversation, status=OfferStatus.OPEN
    ).update(status=status, answered_at=timezone.now(), answer_hash=answer_hash)
    if answered != 1:
        raise ChatError(Code.ANSWERED)
