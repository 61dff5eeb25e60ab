"""The people who work here, as who looks after their accounts sees them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Value, When
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpline.privacy.vault.sealing import keyed_hash
from helpline.staff.models import AuditEntry, FactorReset, Invitation, User
from helpline.staff.states import Role, Standing

PAGE = 50
RESET_FOR = timedelta(days=1)  # who is asked by phone to agree does it now, or it is asked again
HISTORY = 20

Services = Iterable[uuid.UUID] | None


@dataclass(frozen=True)
class Shown:
    """One way to look at the list, and how many people it holds."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Person:
    """A member of staff with what a list shows of them."""

    user: User
    standing: Standing
    roles: list[str]
    services: list[str]


@dataclass(frozen=True)
class PeoplePage:
    """One page of the list of staff."""

    people: list[Person]
    ways: list[Shown]
    page: int
    has_next: bool


def people_within(services: Services) -> QuerySet[User]:
    """The staff of some services, or with None everybody."""
    if services is None:
        return User.objects.all()
    return User.objects.filter(pk__in=_members(services))


def people_page(services: Services, *, standing: str = "", page: int = 1) -> PeoplePage:
    """A page of staff by name, in as many queries for one as for hundreds."""
    people = people_within(services).annotate(standing=_standing(timezone.now()))
    counted = people.order_by().values("standing").annotate(many=Count("pk"))
    counts = dict(counted.values_list("standing", "many"))
    wanted = people.filter(standing=standing) if standing else people
    start = (page - 1) * PAGE
    rows = list(
        wanted.order_by("username").prefetch_related("groups", "memberships__service")[
            start : start + PAGE + 1
        ]
    )
    ways = [Shown("", "", sum(counts.values()))]
    ways += [Shown(key, str(label), counts.get(key, 0)) for key, label in Standing.choices]
    return PeoplePage([_person(row) for row in rows[:PAGE]], ways, page, len(rows) > PAGE)


def person_within(services: Services, number: int) -> Person | None:
    """One person with everything a page about them shows, or None out of sight."""
    people = people_within(services).annotate(standing=_standing(timezone.now()))
    found = people.prefetch_related("groups", "memberships__service").filter(pk=number).first()
    return _person(found) if found else None


def open_resets(services: Services) -> QuerySet[FactorReset]:
    """Resets that wait for a second person."""
    resets = FactorReset.objects.filter(
        agreed_at=None, withdrawn_at=None, asked_at__gt=timezone.now() - RESET_FOR
    )
    if services is not None:
        resets = resets.filter(user__in=_members(services))
    return resets.select_related("user", "asked_by").order_by("asked_at")


def open_invitation(token: str) -> Invitation | None:
    """The invitation whose link holds this token, while it is good."""
    return (
        Invitation.objects.filter(
            token_hash=token_hash(token),
            used_at=None,
            withdrawn_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("user")
        .first()
    )


def token_hash(token: str) -> bytes:
    """What is kept of the token in a link."""
    return keyed_hash("token", f"invitation {token}")


def history_of(person: User) -> list[AuditEntry]:
    """What happened to an account, the latest first."""
    entries = AuditEntry.objects.filter(subject_kind="user", subject_id=str(person.pk))
    return list(entries.exclude(action="sign_in").order_by("-at")[:HISTORY])


def _person(user: User) -> Person:
    names = {group.name for group in user.groups.all()}
    return Person(
        user=user,
        standing=Standing(getattr(user, "standing")),  # noqa: B009 -- of the query, not the model
        roles=[str(label) for value, label in Role.choices if value in names],
        services=[membership.service.name for membership in user.memberships.all()],
    )


def _members(services: Iterable[uuid.UUID]) -> QuerySet[User, int]:
    return (
        User.objects.filter(memberships__service__in=list(services))
        .order_by()
        .values_list("pk", flat=True)
    )


def _standing(now: datetime) -> Case:
    links = Invitation.objects.filter(
        user=OuterRef("pk"), used_at=None, withdrawn_at=None, expires_at__gt=now
    )
    devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    without_password = {"password__startswith": UNUSABLE_PASSWORD_PREFIX}
    return Case(
        When(Exists(links), **without_password, then=Value(Standing.INVITED)),
        When(**without_password, then=Value(Standing.LAPSED)),
        When(is_active=False, then=Value(Standing.OFF)),
        When(Exists(devices), then=Value(Standing.WORKING)),
        default=Value(Standing.SETTING_UP),
        output_field=CharField(),
    )
