"""Who may do what, and who may come in at all."""

import uuid
from collections.abc import Collection

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpline.services.models import Service
from helpline.staff import audit, mail, permissions
from helpline.staff.actions.links import void_links
from helpline.staff.errors import Refusal, RefusedError
from helpline.staff.models import FactorReset, Membership, User
from helpline.staff.queries import open_resets
from helpline.staff.states import Role


def change_person(
    *,
    person: User,
    by: User,
    email: str,
    work_name: str,
    roles: Collection[str],
    services: Collection[Service],
) -> None:
    """Set what a person is called, which roles they have and for which services they work.

    Services out of ``by``'s sight stay as they are. Every role and service that is given or taken
    is on record, and so is another mail address, of which the old one is told. Raises
    PermissionDenied, and RefusedError for another address while a reset is under way: its link
    goes where the two who agreed saw it go.
    """
    permissions.check_manage(by, person)
    within = permissions.services_in_sight(by)
    wanted = {service.pk for service in services}
    if not set(roles) <= set(permissions.roles_to_give(by)):
        raise PermissionDenied
    if within is not None and not wanted <= within:
        raise PermissionDenied
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        old_address = row.email
        if old_address != email and _is_being_reset(row):
            raise RefusedError(Refusal.BEING_RESET)
        row.email, row.work_name = email, work_name
        row.is_superuser = Role.ADMINISTRATOR in roles
        row.save(update_fields=["email", "work_name", "is_superuser"])
        if old_address != email:
            audit.record_person(by=by, action="change_address", person=row)
        _set_roles(row, set(roles), by)
        _set_services(row, wanted, within, by)
    if old_address and old_address != email and row.has_usable_password():
        mail.send(
            "new_address",
            to=old_address,
            subject=_("Your mail address was changed"),
            changer=by.called,
        )


def deactivate(*, person: User, by: User) -> None:
    """Nobody comes in with this account any more; its open pages close within five seconds.

    Links that were sent to the person and resets that were asked are void. Raises PermissionDenied.
    """
    permissions.check_manage(by, person)
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        had_link = void_links(row)
        if row.is_active:
            row.is_active = False
            row.save(update_fields=["is_active"])
        elif not had_link:
            return
        FactorReset.objects.filter(user=row, agreed_at=None, withdrawn_at=None).update(
            withdrawn_at=timezone.now()
        )
        audit.record_person(by=by, action="deactivate", person=row)


def reactivate(*, person: User, by: User) -> None:
    """The account is as it was: the same password and second factor.

    Raises PermissionDenied; RefusedError for who has no password: they need a link.
    """
    permissions.check_manage(by, person)
    if not person.has_usable_password():
        raise RefusedError(Refusal.NEEDS_LINK)
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            audit.record_person(by=by, action="reactivate", person=person)


def _is_being_reset(row: User) -> bool:
    if row.last_login is not None and not row.has_usable_password():
        return True
    return open_resets(None).filter(user=row).exists()


def _set_roles(row: User, wanted: set[str], by: User) -> None:
    has = {group.name for group in row.groups.all()}
    for role in sorted(wanted ^ has):
        audit.record_person(
            by=by, action=f"{'give' if role in wanted else 'take'}_{role}", person=row
        )
    if wanted != has:
        row.groups.set(Group.objects.filter(name__in=wanted))


def _set_services(
    row: User, wanted: set[uuid.UUID], within: frozenset[uuid.UUID] | None, by: User
) -> None:
    has = set(row.memberships.values_list("service_id", flat=True))
    given = wanted - has
    taken = has - wanted if within is None else (has - wanted) & within
    for service_id in sorted(given | taken):
        audit.record(
            by=by,
            action="give_service" if service_id in given else "take_service",
            subject_kind="membership",
            subject_id=f"{row.pk} {service_id}",
        )
    row.memberships.filter(service_id__in=taken).delete()
    Membership.objects.bulk_create(
        Membership(user=row, service_id=service_id) for service_id in given
    )
