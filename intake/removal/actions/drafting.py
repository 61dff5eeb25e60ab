"""Make a notice from requests that are ready, exactly as it will go."""

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from helpline.privacy.vault.keys import create_key, preload
from helpline.privacy.vault.sealing import keyed_hash
from helpline.staff.models import User
from intake.recipients import xarf
from intake.recipients.channels.base import Envelope
from intake.recipients.models import Recipient
from intake.removal.actions.looked import check_looked
from intake.removal.actions.stopping import cancel
from intake.removal.canonical import read
from intake.removal.composing import (
    Ingredients,
    as_csv,
    compose,
    fill,
    filled_json,
    with_slots,
)
from intake.removal.errors import IncompleteError, Refusal, RefusedError
from intake.removal.linter import lint_recipient, lint_text
from intake.removal.models import (
    GroundRoute,
    LegalGround,
    Location,
    Notice,
    NoticeRequest,
    RemovalRequest,
    YesNo,
    new_reference,
)
from intake.removal.states import Because, NoticeStatus, RequestStatus
from intake.removal.workflow import advance_all, advance_notice

MOST_IN_ONE = 200
ERASED = "[erased]"
COVERED = "[not shown]"


@transaction.atomic
def write_notice(requests: Sequence[RemovalRequest], pair: GroundRoute) -> Notice:
    """Store a draft about requests of one recipient, ground, route and round.

    Earlier drafts about them are dropped. Raises IncompleteError naming what is missing.
    """
    recipient = requests[0].recipient
    for draft in Notice.objects.filter(
        entries__request__in=[r.pk for r in requests], status=NoticeStatus.DRAFT
    ).distinct():
        cancel(draft, because=Because.CANCELLED)
    token = secrets.token_urlsafe(24)
    notice = Notice(
        service_id=requests[0].location.service_id,
        recipient=recipient,
        ground=pair.ground,
        route=pair.route,
        language=recipient.language,
        reference=new_reference(),
        to=recipient.address,
        with_csv=len(requests) > 1,
        is_hand_over=requests[0].is_hand_over,
        token_hash=keyed_hash("token", token),
        created_at=timezone.now(),
    )
    notice.reply_to = reply_address(notice.reference)
    ingredients = Ingredients(
        reference=notice.reference,
        law=_law(pair.ground, notice.language),
        organisation=settings.HELPLINE_ORGANISATION,
        contact=settings.HELPLINE_NOTICE_ADDRESS,
        answer_url=settings.HELPLINE_BASE_URL.rstrip("/")
        + reverse("answer:answer", kwargs={"token": token}),
        round=max(request.round for request in requests),
    )
    composed = compose(pair.template, notice.language, ingredients, addresses=len(requests))
    missing = lint_recipient(recipient, pair) + lint_text(
        composed, pair, ingredients, addresses=len(requests)
    )
    if missing:
        raise IncompleteError(missing)
    create_key(notice.pk, kind="notice")
    notice.subject, notice.text = composed.subject, composed.text
    if len(requests) == 1 and recipient.xarf:  # one report is about one page
        notice.xarf = machine_readable(notice, recipient, requests[0].location)
    notice.save(force_insert=True)
    try:
        with transaction.atomic():
            NoticeRequest.objects.bulk_create(
                [
                    NoticeRequest(
                        notice=notice, request=request, round=request.round, position=position
                    )
                    for position, request in enumerate(requests, 1)
                ]
            )
    except IntegrityError:
        raise RefusedError(Refusal.CHANGED) from None
    return notice


@transaction.atomic
def queue_notice(notice: Notice, requests: Sequence[RemovalRequest], *, by: User | None) -> None:
    """Give a draft to the worker, with its requests. Raises StatusChangedError, and RefusedError
    when it takes a second person."""
    if by is not None:
        check_looked(notice)
    now = timezone.now()
    advance_notice(
        notice,
        NoticeStatus.QUEUED,
        by=by,
        changes={"confirmed_by": by, "confirmed_at": now, "next_action_at": now},
    )
    advance_all(requests, RequestStatus.QUEUED, by=by, notice=notice)


def envelope_of(notice: Notice, *, covered: bool = False) -> Envelope:
    """What goes out, from what is stored: the preview and the worker both use this.

    ``covered`` leaves the addresses out, for a page that must not show them.
    """
    urls = dict.fromkeys(_positions(notice), COVERED) if covered else addresses_of(notice)
    return Envelope(
        message_id=notice.message_id or _message_id(notice),
        to=notice.to,
        reply_to=notice.reply_to,
        subject=notice.subject,
        text=fill(notice.text, urls),
        csv=as_csv(notice.reference, list(urls.values())) if notice.with_csv else None,
        xarf=filled_json(notice.xarf, urls) if notice.xarf else None,
    )


def addresses_of(notice: Notice) -> dict[int, str]:
    """The addresses in a notice by position. One that was erased says so."""
    entries = list(
        NoticeRequest.objects.filter(notice=notice)
        .select_related("request__location")
        .order_by("position")
    )
    locations = [entry.request.location for entry in entries]
    preload([location.pk for location in locations])
    return {
        entry.position: ERASED if location.forgotten_at else location.url
        for entry, location in zip(entries, locations, strict=True)
    }


def _positions(notice: Notice) -> list[int]:
    return list(notice.entries.order_by("position").values_list("position", flat=True))


def reply_address(reference: str) -> str:
    """The mail address of one notice: ours, with its reference."""
    local, _at, domain = settings.HELPLINE_NOTICE_ADDRESS.rpartition("@")
    return f"{local}+{reference.lower()}@{domain}"


def _message_id(notice: Notice) -> str:
    """Named after the notice, so that a bounce or reply finds it, and the same at each try."""
    domain = settings.HELPLINE_NOTICE_ADDRESS.rpartition("@")[2]
    return f"<{notice.pk.hex}@{domain}>"


def machine_readable(notice: Notice, recipient: Recipient, location: Location) -> str | None:
    """A XARF report as stored text, where the recipient asks for it and a type honestly fits.

    Who declared it, and when, is not in it: the moment is that of the notice.
    """
    declared = [s for s in location.statements.all() if s.is_live and s.is_declared]
    report = xarf.build(
        xarf.XarfFacts(
            subject=(
                xarf.Subject.POSSIBLE_MINOR if location.is_possibly_minor else xarf.Subject.ADULT
            ),
            url=location.url,
            host=read(location.url).host,
            declared_at=notice.created_at,
            recognisable=any(s.recognisable == YesNo.YES for s in declared),
            without_consent=any(s.agreed == YesNo.NO for s in declared),
        ),
        recipient=recipient,
        reply_to=notice.reply_to,
    )
    return with_slots(report, [location.url]) if report else None


def _law(ground: LegalGround, language: str) -> str:
    return ground.law_nl if language == "nl" else ground.law_en
