"""Resetting a second factor: one colleague asks, another agrees, and both are on record.

Nothing changes until both have. Then the phone, the recovery codes and the password are gone, the
person is signed out everywhere, and a link to set all of them anew goes to their mail address: two
colleagues who are talked into it still let nobody in who cannot read the person's mail.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpline.staff import audit, mail, permissions
from helpline.staff.actions.inviting import Sent
from helpline.staff.actions.links import Link, make_link, send_link
from helpline.staff.errors import Refusal, RefusedError
from helpline.staff.models import FactorReset, User
from helpline.staff.queries import RESET_FOR


def ask_reset(*, person: User, by: User) -> FactorReset:
    """Ask a colleague to agree; one that was asked too long ago makes room.

    The person is told by mail at once, so that who did not ask for it can stop it. Raises
    PermissionDenied, RefusedError.
    """
    permissions.check_manage(by, person)
    now = timezone.now()
    if not person.has_usable_password():
        raise RefusedError(Refusal.NOTHING_TO_RESET)
    if not person.is_active:
        raise RefusedError(Refusal.SWITCHED_OFF)
    if not person.email:
        raise RefusedError(Refusal.NO_ADDRESS)
    try:
        with transaction.atomic():
            FactorReset.objects.filter(
                user=person, agreed_at=None, withdrawn_at=None, asked_at__lte=now - RESET_FOR
            ).update(withdrawn_at=now)
            reset = FactorReset.objects.create(user=person, asked_by=by, asked_at=now)
            audit.record_person(by=by, action="ask_reset", person=person)
    except IntegrityError:
        raise RefusedError(Refusal.CHANGED) from None
    mail.send(
        "reset_asked",
        to=person.email,
        subject=_("Somebody asked to reset your second step"),
        asker=by.called,
    )
    return reset


def agree_reset(*, reset: FactorReset, by: User) -> Sent:
    """Agree as the second person, which carries it out.

    Raises PermissionDenied, RefusedError: ONE_PERSON for who asked or who it is about, CHANGED
    when it was settled or is too long ago.
    """
    person = reset.user
    permissions.check_see(by, person)
    if by.pk in (reset.asked_by_id, person.pk):
        raise RefusedError(Refusal.ONE_PERSON)
    now = timezone.now()
    with transaction.atomic():
        agreed = FactorReset.objects.filter(
            pk=reset.pk, agreed_at=None, withdrawn_at=None, asked_at__gt=now - RESET_FOR
        ).update(agreed_at=now, agreed_by=by)
        row = User.objects.select_for_update().get(pk=person.pk)
        if not agreed or not row.is_active:
            raise RefusedError(Refusal.CHANGED)
        link = begin_anew(row, by=by)
        audit.record_person(by=by, action="agree_reset", person=row)
    return Sent(row, send_link(link))


def begin_anew(row: User, *, by: User | None) -> Link:
    """Take a person's password, phone and recovery codes, inside a transaction. Makes a link.

    Until it is used the account is switched off: nobody hands them a chat.
    """
    TOTPDevice.objects.filter(user=row).delete()
    StaticDevice.objects.filter(user=row).delete()
    row.set_unusable_password()
    row.is_active = False
    row.save(update_fields=["password", "is_active"])
    return make_link(row, by=by, renews=True)


def withdraw_reset(*, reset: FactorReset, by: User) -> None:
    """It is not needed, or not right: whoever sees it may stop it. Raises PermissionDenied."""
    permissions.check_see(by, reset.user)
    with transaction.atomic():
        withdrawn = FactorReset.objects.filter(
            pk=reset.pk, agreed_at=None, withdrawn_at=None
        ).update(withdrawn_at=timezone.now())
        if withdrawn:
            audit.record_person(by=by, action="withdraw_reset", person=reset.user)
