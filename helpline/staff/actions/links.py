"""The one-time link: made, voided, and sent by mail."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpline.staff import mail
from helpline.staff.models import Invitation, User
from helpline.staff.queries import token_hash

LINK_FOR = timedelta(days=3)


@dataclass(frozen=True)
class Link:
    """An invitation with the token that is stored nowhere."""

    invitation: Invitation
    token: str

    @property
    def address(self) -> str:
        base: str = settings.HELPLINE_BASE_URL
        return base + reverse("staff:join", args=[self.token])


def make_link(person: User, *, by: User | None, renews: bool = False) -> Link:
    """A new link for a person, inside a transaction; one from before stops working."""
    void_links(person)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=person,
        by=by,
        renews=renews,
        token_hash=token_hash(token),
        expires_at=timezone.now() + LINK_FOR,
    )
    return Link(invitation, token)


def void_links(person: User) -> bool:
    """No link that was sent to a person works any more. Returns whether there was one."""
    open_links = Invitation.objects.filter(user=person, used_at=None, withdrawn_at=None)
    return bool(open_links.update(withdrawn_at=timezone.now()))


def send_link(link: Link) -> bool:
    """Mail a link, after its transaction. Returns whether the mail server took it."""
    invitation = link.invitation
    person, by = invitation.user, invitation.by
    inviter = by.get_full_name() or by.called if by else ""
    sent = mail.send(
        "invitation",
        to=person.email,
        subject=_("Your account at %(organisation)s")
        % {"organisation": settings.HELPLINE_ORGANISATION},
        username=person.get_username(),
        inviter=inviter,
        renews=invitation.renews,
        until=date_format(timezone.localtime(invitation.expires_at), "DATETIME_FORMAT"),
        link=link.address,
    )
    if sent:
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())
    return sent
