"""Carries out what the models declare: what is past its lifetime goes, keys first.

Runs by itself from the worker and leaves a row that says when and how much.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.db import DatabaseError, models
from django.utils import timezone

from helpline.privacy.checks import declared_models
from helpline.privacy.declare import Privacy
from helpline.privacy.models import DataKey, ErasureRun, RetentionRule
from helpline.privacy.retention import LIFETIMES
from helpline.privacy.vault.keys import destroy_key

log = logging.getLogger(__name__)

BATCH = 200
# A key is made just before its row; a crash between the two leaves a key that nothing needs.
ORPHAN_AGE = timedelta(hours=1)


def erase_expired(now: datetime | None = None) -> int:
    """Erase every row that is past its lifetime. Returns how many went.

    A key is destroyed before its row: after a crash in between the row is unreadable and is found
    again by the next run. One model that fails does not hold up the others.
    """
    now = now or timezone.now()
    run = ErasureRun.objects.create(started_at=now)
    for model, declaration in declared_models():
        if not declaration.expires_by:
            continue
        try:
            gone = _erase(model, declaration, now)
        except DatabaseError:
            log.exception("erasure of a model failed")
            continue
        if gone:
            run.erased[model._meta.label] = gone
    run.finished_at = timezone.now()
    run.save()
    return sum(run.erased.values())


def sweep_orphan_keys(now: datetime | None = None) -> int:
    """Destroy keys whose row does not exist. Returns how many there were."""
    now = now or timezone.now()
    owners = [model for model, declaration in declared_models() if declaration.owns_key]
    gone = 0
    for key_ids in _old_key_batches(now - ORPHAN_AGE):
        held: set[uuid.UUID] = set()
        for model in owners:
            held.update(model._base_manager.filter(pk__in=key_ids).values_list("pk", flat=True))
        for key_id in set(key_ids) - held:
            destroy_key(key_id)
            gone += 1
    return gone


def days_kept(lifetime: str, service_id: uuid.UUID | None) -> int | None:
    """The lifetime in days for one service, or None for what stays."""
    rule = (
        service_id
        and RetentionRule.objects.filter(lifetime=lifetime, service_id=service_id).first()
    )
    return rule.days if rule else LIFETIMES[lifetime]


def _erase(model: type[models.Model], declaration: Privacy, now: datetime) -> int:
    rows = model._base_manager.all()
    gone = 0
    for service_id, scope in _by_service(rows, declaration):
        days = days_kept(declaration.lifetime, service_id)
        if days is None:
            continue
        expired = scope.filter(**{f"{declaration.expires_by}__lt": now - timedelta(days=days)})
        while True:
            keys = list(expired.values_list("pk", flat=True)[:BATCH])
            if not keys:
                break
            if declaration.owns_key:
                for key in keys:
                    destroy_key(key)
            model._base_manager.filter(pk__in=keys).delete()
            gone += len(keys)
    return gone


def _by_service(
    rows: models.QuerySet[models.Model], declaration: Privacy
) -> Iterator[tuple[uuid.UUID | None, models.QuerySet[models.Model]]]:
    if not declaration.service_path:
        yield None, rows
        return
    for service in apps.get_model("services", "Service")._base_manager.all():
        yield service.pk, rows.filter(**{declaration.service_path: service})


def _old_key_batches(before: datetime) -> Iterator[list[uuid.UUID]]:
    last = uuid.UUID(int=0)
    while True:
        batch = list(
            DataKey.objects.filter(created_at__lt=before, pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not batch:
            return
        yield batch
        last = batch[-1]
