"""Stores parts of a file: what is new by COPY, what is known by the way that reports take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections, models, router, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from helpline.privacy.models import DataKey
from helpline.privacy.vault.fields import Sealed, SealedTextField
from intake.removal.actions.importing.preparing import Part, Prepared
from intake.removal.actions.statements import StatementFacts, register_statement
from intake.removal.canonical import read
from intake.removal.models import (
    Import,
    Location,
    PictureAge,
    RemovalEvent,
    RemovalRequest,
    Statement,
)
from intake.removal.states import RequestStatus, Work
from intake.removal.workflow import HOURS_TO_ASK, OUR_HOURS

TRIES = 5
FACTS = tuple(each.name for each in fields(StatementFacts))


class ElsewhereError(Exception):
    """Another process imports the same file."""


@dataclass(frozen=True)
class Known:
    """What matters of a location that is there already."""

    is_adult: bool
    is_done: bool
    by_file: bool


def store(held: Import, part: Part) -> None:
    """Store a part and how far the file is read, together or not at all.

    Raises ElsewhereError.
    """
    for turn in range(TRIES):
        try:
            with transaction.atomic():
                _store(held, part)
        except IntegrityError:
            if turn == TRIES - 1:
                raise
            # Somebody reported one of these addresses just now.
            DataKey.objects.filter(pk__in=[each.id for each in part.prepared]).delete()
        else:
            return


def _store(held: Import, part: Part) -> None:
    known = _known(held.service_id, part.prepared)
    new = [each for each in part.prepared if each.url_index not in known]
    _add(held.service_id, new, part.generation)
    for each in part.prepared:
        if each.url_index in known and _says_more(each, known[each.url_index]):
            _hear(held, each)
    counts = {
        "lines": part.last_line,
        "new": held.new + len(new),
        "known": held.known + len(part.prepared) - len(new) + part.twice,
        "refused": held.refused + len(part.wrong),
    }
    if not Import.objects.filter(pk=held.pk, lines=held.lines).update(**counts):
        raise ElsewhereError
    for name, value in counts.items():
        setattr(held, name, value)


def _known(service: UUID, prepared: Sequence[Prepared]) -> dict[bytes, Known]:
    by_file = Statement.objects.filter(location=OuterRef("pk"), by_file=True)
    rows = Location.objects.filter(
        service_id=service,
        url_index__in=[each.url_index for each in prepared],
        forgotten_at=None,
    ).values_list("url_index", "picture_age", "work", Exists(by_file))
    return {
        bytes(index): Known(age == PictureAge.ADULT, work == Work.DONE, came)
        for index, age, work, came in rows
    }


def _says_more(each: Prepared, known: Known) -> bool:
    """Whether a line about a known location changes anything about it."""
    return not known.by_file or known.is_done or (known.is_adult and not each.is_adult)


def _hear(held: Import, each: Prepared) -> None:
    statement = register_statement(service=held.service, url=read(each.url), facts=each.facts)
    Statement.objects.filter(pk=statement.pk).update(by_file=True, left_at=timezone.now())


def _add(service: UUID, new: Sequence[Prepared], generation: int) -> None:
    now = timezone.now()
    asked = [each for each in new if each.recipient is not None]
    # Keys first: one without a row is swept, a row without one would stay shut.
    _insert(
        DataKey,
        ("id", "kind", "generation", "wrapped", "created_at"),
        ((each.id, "location", generation, each.wrapped, now) for each in new),
    )
    _insert(
        Location,
        (
            *("id", "service_id", "url", "url_index", "host_index", "domain_index"),
            *("picture_age", "age_assessed_by_id", "age_assessed_at", "created_at"),
            *("reopened_at", "work", "due_at", "claimed_by_id", "claimed_at", "forgotten_at"),
        ),
        (_location(service, each, now) for each in new),
    )
    _insert(
        Statement,
        (
            *("location_id", *FACTS, "declared_at", "mandate_withdrawn_at"),
            *("left_at", "by_file", "created_at"),
        ),
        (_statement(each, now) for each in new),
    )
    _propose(asked, now)


def _location(service: UUID, each: Prepared, now: datetime) -> tuple[object, ...]:
    # As ``workflow.work_of`` works it out for a location with no request, or one just proposed.
    if not each.is_adult:
        age, work, due_at = PictureAge.POSSIBLY_MINOR, Work.HAND_OVER, now
    elif each.recipient is None:
        age, work, due_at = PictureAge.ADULT, Work.ASK, now + timedelta(hours=HOURS_TO_ASK)
    else:
        age, work, due_at = PictureAge.ADULT, Work.SEND, _proposal_due(now)
    return (
        *(each.id, service, each.sealed),
        *(each.url_index, each.host_index, each.domain_index),
        *(age.value, None, now, now, None, work.value, due_at, None, None, None),
    )


def _statement(each: Prepared, now: datetime) -> tuple[object, ...]:
    facts = each.facts
    declared_at = now if facts.declaration_version else None
    said = (getattr(facts, name) for name in FACTS)
    return (
        each.id,
        *(str(v) if isinstance(v, str) else v for v in said),
        declared_at,
        None,
        now,
        True,
        now,
    )


def _propose(asked: Sequence[Prepared], now: datetime) -> None:
    """Whom the directory names is proposed, as ``workflow.begin`` does it; a person confirms."""
    numbers = _numbers(RemovalRequest, len(asked))
    due_at = _proposal_due(now)
    status = RequestStatus.PROPOSED.value
    _insert(
        RemovalRequest,
        (
            *("id", "location_id", "recipient_id", "ground_id", "route_id", "status"),
            *("round", "is_hand_over", "due_at", "created_at", "changed_at"),
        ),
        (
            (number, each.id, each.recipient, None, None, status, 1, False, due_at, now, now)
            for number, each in zip(numbers, asked, strict=True)
        ),
    )
    _insert(
        RemovalEvent,
        (
            *("location_id", "request_id", "notice_id", "at"),
            *("came_from", "became", "because", "by_id"),
        ),
        (
            (each.id, number, None, now, "", status, "", None)
            for number, each in zip(numbers, asked, strict=True)
        ),
    )


def _proposal_due(now: datetime) -> datetime:
    return now + timedelta(hours=OUR_HOURS[RequestStatus.PROPOSED])


def _numbers(model: type[models.Model], count: int) -> list[int]:
    """Primary keys for rows that others of the same part point at."""
    if not count:
        return []
    connection = connections[router.db_for_write(model)]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [number for (number,) in cursor.fetchall()]
    # Nobody else writes in SQLite before this transaction ends.
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0
    return list(range(last + 1, last + count + 1))


def _insert(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Put rows in a table, by COPY where there is one. A sealed text comes as its ciphertext."""
    connection = connections[router.db_for_write(model)]
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    # What is not named stands at its default, which a table knows nothing of.
    others = [f for f in by_name.values() if f.attname not in names and not f.primary_key]
    fields = [*(by_name[name] for name in names), *others]
    unsaid = tuple(field.get_default() for field in others)
    if connection.vendor != "postgresql":
        sealed = {name for name in names if isinstance(by_name[name], SealedTextField)}
        model._default_manager.using(connection.alias).bulk_create(
            [
                model(
                    **{n: Sealed(v) if n in sealed else v for n, v in zip(names, row, strict=True)}
                )
                for row in rows
            ],
            batch_size=500,
        )
        return
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        # Without its length, as in varchar(7), a type is one that the driver knows by name.
        copy.set_types([str(f.rel_db_type(connection)).split("(")[0] for f in fields])
        for row in rows:
            copy.write_row((*row, *unsaid))
