"""Which notices need a second pair of eyes, and which wait for one."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from helpline.privacy.vault.sealing import blind_index
from helpline.staff.models import User
from intake.removal.composing import FOLDER
from intake.removal.models import (
    GroundRoute,
    Location,
    LookReason,
    LookRules,
    Notice,
    RemovalRequest,
    SecondLook,
    SeenTemplate,
)
from intake.removal.queries.places import DOMAIN_INDEX, HOST_INDEX
from intake.removal.states import NoticeStatus


def rules_of(service_id: uuid.UUID) -> LookRules:
    """The rules of a service; those that hold without a row when there is none."""
    return LookRules.objects.filter(pk=service_id).first() or LookRules(service_id=service_id)


def look_reasons(notice: Notice) -> list[LookReason]:
    """Why a second person must read a notice before it goes; empty when nobody has to."""
    if notice.is_hand_over:
        return []  # the hotline's own path, on which nothing waits
    rules = rules_of(notice.service_id)
    locations = list(
        Location.objects.filter(
            pk__in=RemovalRequest.objects.filter(entries__notice=notice).values("location_id")
        ).only("host_index", "domain_index")
    )
    holds = [
        (rules.new_recipient and _is_first_to_recipient(notice), LookReason.NEW_RECIPIENT),
        (rules.new_template and not _is_seen(notice), LookReason.NEW_TEMPLATE),
        (_any_on(rules.lawful_sites, locations), LookReason.LAWFUL),
        (
            rules.most_alone is not None and len(locations) > rules.most_alone,
            LookReason.MANY,
        ),
    ]
    return [reason for needed, reason in holds if needed]


def look_of(notice: Notice) -> SecondLook | None:
    """The second look that was asked for at a notice, with who asked and who looked."""
    return SecondLook.objects.select_related("asked_by", "looked_by").filter(notice=notice).first()


@dataclass(frozen=True)
class LookView:
    """What the page of a draft says of a second pair of eyes."""

    reasons: list[str]
    look: SecondLook | None
    is_own: bool

    @property
    def holds_back(self) -> bool:
        """Whether the notice cannot go by the word of one person."""
        return bool(self.reasons) or self.look is not None


def look_view(notice: Notice, user: User) -> LookView | None:
    """The same for who looks at the page; None for what is no draft."""
    if notice.status != NoticeStatus.DRAFT:
        return None
    look = look_of(notice)
    return LookView(
        reasons=look.reasons if look else [str(each.label) for each in look_reasons(notice)],
        look=look,
        is_own=look is not None and look.asked_by_id == user.pk,
    )


def looks_waiting(user: User) -> QuerySet[SecondLook]:
    """Notices of a person's services that wait for a second pair of eyes, not asked for by them, and
    those of their own that a colleague sent back."""
    return (
        SecondLook.objects.filter(
            Q(Q(asked_by=None) | ~Q(asked_by=user), looked_at=None)
            | Q(asked_by=user, looked_at__isnull=False, agreed=False),
            notice__status=NoticeStatus.DRAFT,
            notice__service__memberships__user=user,
        )
        .select_related("notice__recipient", "asked_by", "looked_by")
        .defer("words", "notice__subject", "notice__text", "notice__xarf")
        .order_by("asked_at")
    )


def template_of(notice: Notice) -> tuple[str, bytes] | None:
    """The file with the words of a notice, and a digest of them as they are now."""
    pair = GroundRoute.objects.filter(ground=notice.ground_id, route=notice.route_id).first()
    if pair is None:
        return None
    name = f"{pair.template}.{notice.language}"
    return name, hashlib.sha256((FOLDER / f"{name}.txt").read_bytes()).digest()


def _is_first_to_recipient(notice: Notice) -> bool:
    earlier = Notice.objects.filter(recipient=notice.recipient_id, status=NoticeStatus.ACCEPTED)
    return not earlier.exclude(pk=notice.pk).exists()


def _is_seen(notice: Notice) -> bool:
    template = template_of(notice)
    return (
        template is not None
        and SeenTemplate.objects.filter(name=template[0], digest=template[1]).exists()
    )


def _any_on(sites: Sequence[str], locations: Sequence[Location]) -> bool:
    """Whether a location stands on one of these sites, told by its index and not its address."""
    wanted = {
        *(blind_index(DOMAIN_INDEX, site) for site in sites),
        *(blind_index(HOST_INDEX, site) for site in sites),
    }
    return any(
        bytes(index or b"") in wanted
        for location in locations
        for index in (location.host_index, location.domain_index)
    )
