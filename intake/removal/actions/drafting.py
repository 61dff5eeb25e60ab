"""Make a notice from requests that are ready, exactly as it will go."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from helpline.privacy.vault.keys import create_key, preload
from helpline.privacy.vault.sealing import keyed_hash
from helpline.staff.models import User
from intake.recipients import channels, xarf
from intake.recipients.channels.base import Envelope, Lack
from intake.recipients.models import Recipient
from intake.recipients.states import Channel
from intake.removal.actions.looked import check_looked
from intake.removal.actions.stopping import cancel
from intake.removal.canonical import read
from intake.removal.composing import (
    Composed,
    Ingredients,
    as_csv,
    compose,
    fill,
    filled_json,
    with_slots,
)
from intake.removal.deadlines import leaves_at
from intake.removal.errors import IncompleteError, Refusal, RefusedError
from intake.removal.ladder import height
from intake.removal.linter import Missing, lint_recipient, lint_text
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
from intake.removal.queries.tried import tried_before
from intake.removal.states import Because, NoticeStatus, RequestStatus
from intake.removal.tried import tried_words
from intake.removal.workflow import advance_all, advance_notice

MOST_IN_ONE = 200
ERASED = "[erased]"
COVERED = "[not shown]"
# Addresses and who we are have fields of their own in a report; the rest goes along while it fits.
SAID_IN_A_REPORT = ("explanation", "mandate", "good_faith", "answer")
SAID_IF_IT_FITS = ("tried_before", "again")


@transaction.atomic
def write_notice(
    requests: Sequence[RemovalRequest],
    pair: GroundRoute,
    *,
    earlier: Notice | None = None,
    reminder: str = "",
) -> Notice:
    """Store a draft about requests of one recipient, ground, route and round.

    Earlier drafts about them are dropped. ``reminder`` names the words by which it reminds of an
    ``earlier`` notice. Raises IncompleteError naming what is missing.
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
        channel=recipient.channel,
        to=recipient.goes_to,
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
        tried_before=_tried(requests, pair, notice.language),
        reminder=reminder,
        earlier=earlier.reference if earlier else "",
        asked_on=_day(earlier, notice.language) if earlier else "",
    )
    preload([request.location_id for request in requests])
    urls = {position: request.location.url for position, request in enumerate(requests, 1)}
    composed, ingredients = _fitting(notice, pair, ingredients, urls)
    missing = lint_recipient(recipient, pair) + lint_text(
        composed, pair, ingredients, addresses=len(requests)
    )
    if missing:
        raise IncompleteError(missing)
    if len(requests) == 1 and recipient.takes_xarf:  # one report is about one page
        alone = notice.channel == Channel.AWS
        words = said_in_a_report(composed, pair.required) if alone else ""
        if len(words) > xarf.LONGEST_DESCRIPTION:
            raise IncompleteError([Missing.TOO_LONG])
        notice.xarf = machine_readable(notice, recipient, requests[0].location, words)
    misfits = channels.misfits(notice.channel, _enveloped(notice, urls))
    if misfits:
        raise IncompleteError([Missing(lack) for lack in misfits])
    create_key(notice.pk, kind="notice")
    notice.save(force_insert=True)
    try:
        with transaction.atomic():
            NoticeRequest.objects.bulk_create(
                [
                    NoticeRequest(
                        notice=notice,
                        request=request,
                        recipient=recipient,
                        location_id=request.location_id,
                        ground=pair.ground,
                        round=request.round,
                        position=position,
                    )
                    for position, request in enumerate(requests, 1)
                ]
            )
    except IntegrityError:
        raise RefusedError(Refusal.CHANGED) from None
    return notice


@transaction.atomic
def queue_notice(notice: Notice, requests: Sequence[RemovalRequest], *, by: User | None) -> None:
    """Give a draft to the worker, with its requests; or to who confirms it, on a channel where a
    person delivers: then no worker ever finds it due. Raises StatusChangedError, and RefusedError
    when it takes a second person.

    What is not urgent leaves when the recipient's office is open.
    """
    if by is not None:
        check_looked(notice)
    now = timezone.now()
    due = None if channels.by_hand(notice.channel) else leaves_at(notice, now)
    advance_notice(
        notice,
        NoticeStatus.QUEUED,
        by=by,
        changes={"confirmed_by": by, "confirmed_at": now, "next_action_at": due},
    )
    advance_all(requests, RequestStatus.QUEUED, by=by, notice=notice)


def envelope_of(notice: Notice, *, covered: bool = False) -> Envelope:
    """What goes out, from what is stored: the preview and the worker both use this.

    ``covered`` leaves the addresses out, for a page that must not show them.
    """
    return _enveloped(
        notice, dict.fromkeys(_positions(notice), COVERED) if covered else addresses_of(notice)
    )


def _enveloped(notice: Notice, urls: dict[int, str]) -> Envelope:
    return Envelope(
        message_id=notice.own_message_id,
        to=notice.to if notice.channel == Channel.MAIL else None,
        reply_to=notice.reply_to,
        subject=notice.subject,
        text=fill(notice.text, urls),
        csv=as_csv(notice.reference, list(urls.values())) if notice.with_csv else None,
        xarf=filled_json(notice.xarf, urls) if notice.xarf else None,
        urls=tuple(urls.values()),
        connection=notice.to if notice.channel == Channel.WEBHOOK else "",
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


def _fitting(
    notice: Notice, pair: GroundRoute, ingredients: Ingredients, urls: dict[int, str]
) -> tuple[Composed, Ingredients]:
    """Give a notice its words. Who was asked before is left out where it is too long for the way it
    goes, and the pair does not require it."""
    composed = compose(pair.template, notice.language, ingredients, addresses=len(urls))
    notice.subject, notice.text = composed.subject, composed.text
    if not ingredients.tried_before or "tried_before" in pair.required:
        return composed, ingredients
    if Lack.TOO_LONG not in channels.misfits(notice.channel, _enveloped(notice, urls)):
        return composed, ingredients
    return _fitting(notice, pair, replace(ingredients, tried_before=""), urls)


def said_in_a_report(composed: Composed, required: Collection[str]) -> str:
    """What the law asks for in words, for a report that no text goes beside.

    It may be too long; what a pair does not require never makes it so.
    """
    said = {*SAID_IN_A_REPORT, *(set(SAID_IF_IT_FITS) & set(required))} & composed.parts.keys()
    for name in SAID_IF_IT_FITS:
        more = said | ({name} & composed.parts.keys())
        if len(_joined(composed, more)) <= xarf.LONGEST_DESCRIPTION:
            said = more
    return _joined(composed, said)


def _joined(composed: Composed, names: Collection[str]) -> str:
    return "\n\n".join(part for name, part in composed.parts.items() if name in names)


def machine_readable(
    notice: Notice, recipient: Recipient, location: Location, explanation: str = ""
) -> str | None:
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
            explanation=explanation,
        ),
        recipient=recipient,
        reply_to=notice.reply_to,
    )
    return with_slots(report, [location.url]) if report else None


def _tried(requests: Sequence[RemovalRequest], pair: GroundRoute, language: str) -> str:
    """Who was asked before this recipient. A hand-over says nothing of others."""
    recipient = requests[0].recipient
    if requests[0].is_hand_over:
        return ""
    told = tried_before([request.location_id for request in requests], but=recipient.pk)
    return tried_words(
        [told[request.location_id] for request in requests],
        language,
        # Who stands closest to the page is rightly asked first, where the route wants it said.
        says_first="tried_before" in pair.required and height(recipient.kind) == 0,
    )


def _day(earlier: Notice, language: str) -> str:
    """The day on which a notice left, in words."""
    with translation.override(language):
        return date_format(timezone.localtime(earlier.sent_at or earlier.created_at), "j F Y")


def _law(ground: LegalGround, language: str) -> str:
    return ground.law_nl if language == "nl" else ground.law_en
