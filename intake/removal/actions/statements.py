"""A reporter's word about an address comes in, changes, and goes."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from helpline.privacy.models import DataKey
from helpline.privacy.vault.keys import create_key, destroy_key
from helpline.privacy.vault.sealing import blind_index
from helpline.services.models import Service
from intake.removal.actions.hand_over import hand_over
from intake.removal.actions.reopening import reopen
from intake.removal.actions.stopping import forget_notices, stop_requests
from intake.removal.canonical import CanonicalURL
from intake.removal.check.states import WatchStatus
from intake.removal.linter import lint_statements
from intake.removal.locking import lock_location
from intake.removal.models import (
    AgeInPicture,
    Location,
    Notice,
    PageKind,
    PictureAge,
    RemovalRequest,
    SeenPrecision,
    Statement,
    Who,
    Wish,
    YesNo,
)
from intake.removal.queries import DOMAIN_INDEX, HOST_INDEX, URL_INDEX, pair_of
from intake.removal.states import SETTLED, Because, Work
from intake.removal.workflow import settle_locations, work_of

UNHELD_AGE = timedelta(hours=1)
# Who erased their report and let removal go on cannot stop it any more: so it has an end.
LEFT_AT_MOST = timedelta(days=180)


@dataclass(frozen=True)
class StatementFacts:
    """What a reporter says about one link. Values are those of the choices in models.

    A declaration or mandate is given by naming the version of the text that was agreed to.
    """

    age_in_picture: str = AgeInPicture.SKIPPED
    recognisable: str = YesNo.SKIPPED
    agreed: str = YesNo.SKIPPED
    private_or_secret: str = YesNo.SKIPPED
    lives_in_nl: str = YesNo.SKIPPED
    reported_by: str = Who.SKIPPED
    authority: str = YesNo.SKIPPED
    person_knows: str = YesNo.SKIPPED
    page_kind: str = PageKind.SKIPPED
    seen_on: date | None = None
    seen_precision: str = SeenPrecision.SKIPPED
    wish: str = Wish.REMOVE
    declaration_version: str = ""
    mandate_version: str = ""


@transaction.atomic
def register_statement(*, service: Service, url: CanonicalURL, facts: StatementFacts) -> Statement:
    """Keep what a reporter declares about an address, at its one location.

    The most careful word about the age counts. A possible minor's location is at once made ready
    for the hotline, to whom the worker sends it, and asked of nobody else.
    """
    now = timezone.now()
    age = (
        PictureAge.ADULT
        if facts.age_in_picture == AgeInPicture.ADULT
        else PictureAge.POSSIBLY_MINOR
    )
    location, is_new = _location_for(service, url, age, now, facts.wish)
    statement = Statement.objects.create(
        location=location,
        declared_at=now if facts.declaration_version else None,
        created_at=now,
        **asdict(facts),
    )
    if not is_new:
        _heard_again(location, age, now)
    handed = location.is_possibly_minor and hand_over(location)
    if not (is_new or handed):
        settle_locations({location.pk})
    return statement


@transaction.atomic
def correct_age(statement: Statement, age: AgeInPicture) -> None:
    """The reporter says later that the person may be under 18. It is handed over as if from the
    start."""
    location = lock_location(statement.location_id)
    Statement.objects.filter(pk=statement.pk).update(age_in_picture=age)
    _heard_again(location, PictureAge.POSSIBLY_MINOR, timezone.now())
    hand_over(location)
    settle_locations({location.pk})


@transaction.atomic
def withdraw_mandate(statement: Statement) -> None:
    """The reporter no longer wants us to ask. What leans on nobody else stops."""
    lock_location(statement.location_id)
    now = timezone.now()
    Statement.objects.filter(pk=statement.pk, mandate_withdrawn_at=None).update(
        mandate_withdrawn_at=now
    )
    statement.mandate_withdrawn_at = now
    _stop_what_leans_on_nobody(statement.location_id)


@transaction.atomic
def change_wish(
    statement: Statement, wish: Wish, *, declaration_version: str = "", mandate_version: str = ""
) -> None:
    """The reporter chooses again: have it removed, also after stopping us, police first, or wait.

    What is declared or allowed with that, and was not before, is kept with its version. After
    stopping us all of it is given anew.
    """
    location = lock_location(statement.location_id)
    now = timezone.now()
    again = wish == Wish.REMOVE and statement.mandate_withdrawn_at is not None
    statement.wish = wish
    if again:
        statement.mandate_withdrawn_at = None
        statement.mandate_version = ""
    if declaration_version and (again or not statement.is_declared):
        statement.declared_at = now
        statement.declaration_version = declaration_version
    if mandate_version and not statement.mandate_version:
        statement.mandate_version = mandate_version
    statement.save(
        update_fields=[
            *("wish", "declared_at", "declaration_version", "mandate_version"),
            "mandate_withdrawn_at",
        ]
    )
    if wish == Wish.REMOVE and location.work == Work.DONE:
        # Our own clock begins when we are asked, not when it was reported.
        Location.objects.filter(pk=location.pk).update(reopened_at=now)
    _stop_what_leans_on_nobody(statement.location_id)


@transaction.atomic
def release_statement(statement: Statement) -> None:
    """Let go of a statement whose report goes. With the last one the address is erased."""
    location = lock_location(statement.location_id)
    Statement.objects.filter(pk=statement.pk).delete()
    if Statement.objects.filter(location=location).exists():
        _stop_what_leans_on_nobody(location.pk)
    else:
        _forget(location)


def leave_statement(statement: Statement) -> None:
    """The report of a statement is erased, and its reporter wants the removal to go on.

    It is released by itself when nothing is done for it any more, also not looked whether it comes
    back, or after ``LEFT_AT_MOST``.
    """
    Statement.objects.filter(pk=statement.pk).update(left_at=timezone.now())


def release_unheld_statements(now: datetime | None = None) -> int:
    """Release statements whose report is gone, however it went. Returns how many there were.

    Erasure deletes reports in bulk and cannot call us; who holds a statement is read from the
    relations of others that point at it, since we do not know reports.
    """
    now = now or timezone.now()
    holders = [
        relation.field.related_query_name()
        for relation in Statement._meta.related_objects
        if relation.related_model._meta.app_label != Statement._meta.app_label
    ]
    if not holders:
        return 0
    unheld = Statement.objects.filter(created_at__lt=now - UNHELD_AGE).filter(
        Q(left_at=None)
        | Q(left_at__lt=now - LEFT_AT_MOST)
        | Q(location__work=Work.DONE) & ~Q(location__watch__status=WatchStatus.GONE)
    )
    for holder in holders:
        unheld = unheld.filter(**{f"{holder}__isnull": True})
    statements = list(unheld.select_related("location").defer("location__url")[:200])
    for statement in statements:
        release_statement(statement)
    return len(statements)


def destroy_forgotten_keys(now: datetime | None = None) -> int:
    """Destroy what is left of keys of forgotten locations and notices, after a crash in between.

    Returns how many there were.
    """
    since = (now or timezone.now()) - timedelta(days=2)
    forgotten = [
        *Location.objects.filter(forgotten_at__gte=since).values_list("pk", flat=True)[:1000],
        *Notice.objects.filter(forgotten_at__gte=since).values_list("pk", flat=True)[:1000],
    ]
    left = list(DataKey.objects.filter(pk__in=forgotten).values_list("pk", flat=True))
    for key in left:
        destroy_key(key)
    return len(left)


def _location_for(
    service: Service, url: CanonicalURL, age: PictureAge, now: datetime, wish: str
) -> tuple[Location, bool]:
    index = blind_index(URL_INDEX, url.url)
    while True:
        found = (
            Location.objects.select_for_update()
            .filter(service=service, url_index=index, forgotten_at=None)
            .first()
        )
        if found is not None:
            return found, False
        location = Location(
            service=service,
            url_index=index,
            host_index=blind_index(HOST_INDEX, url.host),
            domain_index=blind_index(DOMAIN_INDEX, url.registrable_domain or url.host),
            picture_age=age,
            age_assessed_at=now,
            created_at=now,
        )
        location.url = url.url
        location.work, location.due_at = work_of(location, [], is_asked_for=wish == Wish.REMOVE)
        create_key(location.pk, kind="location")
        try:
            with transaction.atomic():
                location.save(force_insert=True)
        except IntegrityError:
            destroy_key(location.pk)  # somebody reported the same address just now
            continue
        return location, True


def _heard_again(location: Location, age: PictureAge, now: datetime) -> None:
    if age == PictureAge.POSSIBLY_MINOR and not location.is_possibly_minor:
        Location.objects.filter(pk=location.pk).update(
            picture_age=age, age_assessed_by=None, age_assessed_at=now
        )
        location.picture_age = age
        location.age_assessed_at = now
        stop_requests(
            list(location.requests.filter(is_hand_over=False)),
            because=Because.POSSIBLY_MINOR,
            at=now,
        )
        return
    reopen(location, because=Because.REPORTED_AGAIN, now=now)


def _stop_what_leans_on_nobody(location_id: uuid.UUID) -> None:
    """Stop the requests that no statement carries any more. A hand-over goes on."""
    statements = list(Statement.objects.filter(location_id=location_id))
    anyone = any(statement.is_live for statement in statements)
    leaning: list[RemovalRequest] = []
    for request in RemovalRequest.objects.filter(
        location_id=location_id, is_hand_over=False
    ).exclude(status__in=SETTLED):
        pair = pair_of(request)
        if not anyone or (pair is not None and lint_statements(statements, pair)):
            leaning.append(request)
    stop_requests(leaning, because=Because.NOBODY_ASKS)
    settle_locations({location_id})


def _forget(location: Location) -> None:
    stop_requests(list(location.requests.all()), because=Because.NOBODY_ASKS)
    Location.objects.filter(pk=location.pk).update(
        forgotten_at=timezone.now(),
        url_index=None,
        host_index=None,
        domain_index=None,
        claimed_by=None,
        claimed_at=None,
        work=Work.DONE,
        due_at=None,
    )
    location.notes.all().delete()
    location.origins.all().delete()
    forget_notices(location.pk)
    transaction.on_commit(lambda: destroy_key(location.pk))
