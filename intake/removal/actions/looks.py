"""A second pair of eyes on a notice: asked for by who made it ready, given by somebody else."""

from django.db import transaction
from django.utils import timezone

from helpline.services.models import Service
from helpline.staff import audit
from helpline.staff.models import User
from intake.removal.actions.notices import send_notice
from intake.removal.errors import Refusal, RefusedError
from intake.removal.locking import lock_notice
from intake.removal.models import (
    Location,
    LookReason,
    LookRules,
    Notice,
    SecondLook,
    SeenTemplate,
)
from intake.removal.permissions import check_set_rules, check_touch_all, check_work_at_desk
from intake.removal.queries.looks import look_reasons, template_of
from intake.removal.states import NoticeStatus


@transaction.atomic
def ask_second_look(notice: Notice, *, by: User) -> SecondLook:
    """Ask colleagues to read a notice before it goes. Asked twice it is one ask.

    After it was sent back, who made it better makes it anew: the notice itself never changes.
    """
    held = _draft(notice, by)
    look, _made = SecondLook.objects.get_or_create(
        notice=held,
        defaults={"why": look_reasons(held), "asked_by": by, "asked_at": timezone.now()},
    )
    return look


@transaction.atomic
def agree(notice: Notice, *, by: User) -> None:
    """A second person has read it, and it goes. Never who asked."""
    held = _draft(notice, by)
    look = _look(held, by)
    _give(look, by=by, agreed=True)
    if LookReason.NEW_TEMPLATE in look.why:
        template = template_of(held)
        if template is not None:
            SeenTemplate.objects.get_or_create(
                name=template[0], digest=template[1], defaults={"at": timezone.now()}
            )
    send_notice(notice, by=by)


@transaction.atomic
def send_back(notice: Notice, *, words: str, by: User) -> None:
    """A second person has read it, and says what is not right. It stays a draft."""
    look = _look(_draft(notice, by), by)
    _give(look, by=by, agreed=False)
    look.refresh_from_db()
    look.words = words
    look.save(update_fields=["words"])


@transaction.atomic
def set_look_rules(
    service: Service,
    *,
    new_recipient: bool,
    new_template: bool,
    most_alone: int | None,
    lawful_sites: list[str],
    by: User,
) -> None:
    """Set when a notice of a service needs a second pair of eyes. On the record."""
    check_set_rules(by, service)
    audit.record(by=by, action="set_look_rules", subject_kind="service", subject_id=str(service.pk))
    LookRules.objects.update_or_create(
        service=service,
        defaults={
            "new_recipient": new_recipient,
            "new_template": new_template,
            "most_alone": most_alone,
            "lawful_sites": lawful_sites,
        },
    )


def _draft(notice: Notice, by: User) -> Notice:
    """The notice as a draft that nobody else changes now, about what the person may touch."""
    held = lock_notice(notice.pk)
    check_work_at_desk(by, held.service)
    check_touch_all(
        by,
        Location.objects.select_related("service")
        .defer("url")
        .filter(requests__entries__notice=held),
    )
    if held.status != NoticeStatus.DRAFT:
        raise RefusedError(Refusal.CHANGED)
    return held


def _look(notice: Notice, by: User) -> SecondLook:
    look = SecondLook.objects.filter(notice=notice).first()
    if look is None:
        raise RefusedError(Refusal.NOT_NOW)
    if look.asked_by_id == by.pk:
        raise RefusedError(Refusal.OWN_EYES)
    return look


def _give(look: SecondLook, *, by: User, agreed: bool) -> None:
    given = SecondLook.objects.filter(pk=look.pk, looked_at=None).update(
        looked_by=by, looked_at=timezone.now(), agreed=agreed
    )
    if not given:
        raise RefusedError(Refusal.CHANGED)
