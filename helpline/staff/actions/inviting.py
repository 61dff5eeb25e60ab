"""Somebody new: invited by mail, and coming in with the link."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from helpline.services.models import Service
from helpline.staff import audit, permissions
from helpline.staff.actions.links import make_link, send_link
from helpline.staff.errors import Refusal, RefusedError
from helpline.staff.models import Invitation, Membership, User
from helpline.staff.queries import open_invitation
from helpline.staff.states import Role


@dataclass(frozen=True)
class Sent:
    """A person to whom a link was made, and whether the mail server took the letter."""

    person: User
    arrived: bool


def invite(
    *,
    by: User,
    username: str,
    email: str,
    work_name: str,
    roles: Collection[str],
    services: Collection[Service],
) -> Sent:
    """Make an account and mail its owner a link; until it is used the account is switched off.

    Raises PermissionDenied for a role or a service that is not ``by``'s to give, RefusedError for
    a user name that is taken.
    """
    within = permissions.services_in_sight(by)
    if not (roles and set(roles) <= set(permissions.roles_to_give(by))):
        raise PermissionDenied
    if within is not None and not {service.pk for service in services} <= within:
        raise PermissionDenied
    try:
        with transaction.atomic():
            person = User.objects.create_user(
                username,
                email,
                work_name=work_name,
                is_active=False,
                is_superuser=Role.ADMINISTRATOR in roles,
            )
            person.groups.set(Group.objects.filter(name__in=roles))
            Membership.objects.bulk_create(
                Membership(user=person, service=service) for service in services
            )
            link = make_link(person, by=by)
            audit.record_person(by=by, action="invite", person=person)
            for role in sorted(roles):
                audit.record_person(by=by, action=f"give_{role}", person=person)
    except IntegrityError:
        raise RefusedError(Refusal.NAME_TAKEN) from None
    return Sent(person, send_link(link))


def invite_again(*, person: User, by: User) -> Sent:
    """Mail a new link to somebody who has not used the one before.

    Raises PermissionDenied, RefusedError.
    """
    permissions.check_manage(by, person)
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        if row.has_usable_password():
            raise RefusedError(Refusal.HAS_COME_IN)
        # Somebody without a password who had one before comes back after a reset.
        link = make_link(row, by=by, renews=row.last_login is not None)
        audit.record_person(by=by, action="invite_again", person=row)
    return Sent(row, send_link(link))


def join(*, token: str, password: str) -> User:
    """Use a link: the account is switched on with this password, and the link is spent.

    Raises RefusedError when the link is not good any more; of two who use it, one gets in.
    """
    invitation = open_invitation(token)
    if invitation is None:
        raise RefusedError(Refusal.LINK_GONE)
    person = invitation.user
    person.set_password(password)  # slow on purpose, so before the transaction
    with transaction.atomic():
        used = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None).update(
            used_at=timezone.now()
        )
        if not used:
            raise RefusedError(Refusal.LINK_GONE)
        person.is_active = True
        person.save(update_fields=["password", "is_active"])
        audit.record_person(by=person, action="join", person=person)
    return person
