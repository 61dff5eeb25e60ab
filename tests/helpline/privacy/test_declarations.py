"""Every stored field of every table is declared, and what is past its time goes."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils import timezone

from helpline.privacy import checks, third_party
from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.erasure import erase_expired, sweep_orphan_keys
from helpline.privacy.models import DataKey, ErasureRun
from helpline.privacy.vault.keys import create_key

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def test_every_stored_field_is_declared() -> None:
    assert [str(error) for error in checks.check_declarations(None)] == []


def test_a_forgotten_field_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    forgetful = Privacy(Kept(What.RECORD, "audit", "id started_at"))
    monkeypatch.setattr(ErasureRun, "privacy", forgetful)
    assert [error.id for error in checks.check_declarations(None)] == ["privacy.E002"] * 2


def test_an_undeclared_model_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(third_party.THIRD_PARTY, "sessions.Session")
    assert [error.id for error in checks.check_declarations(None)] == ["privacy.E001"]


def test_a_field_that_is_named_twice_or_does_not_exist_fails_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    twice = Privacy(
        Kept(What.RECORD, "audit", "id id started_at finished_at erased gone"),
        Kept(What.RECORD, "never heard of", ""),
    )
    monkeypatch.setattr(ErasureRun, "privacy", twice)
    assert {error.id for error in checks.check_declarations(None)} == {
        "privacy.E003",
        "privacy.E004",
        "privacy.E006",
    }


def test_no_table_stands_outside_the_models() -> None:
    known = {
        table
        for model in apps.get_models(include_auto_created=True)
        for table in [model._meta.db_table]
    }
    # Django's own list of migrations, and the inside of SQLite's full-text index.
    others = {
        table
        for table in connection.introspection.table_names()
        if table != "django_migrations" and not table.startswith("wagtailsearch_indexentry_fts")
    }
    assert others <= known


def test_no_field_can_hold_an_address_or_a_file_of_a_visitor() -> None:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            assert "IPAddress" not in field.get_internal_type()
            if isinstance(field, models.FileField):
                # Only the editors' own pictures and documents.
                assert model._meta.app_label.startswith("wagtail")


def test_erasure_takes_what_is_past_its_time_and_reports() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=2))
    Session.objects.create(session_key="new", session_data="", expire_date=now)
    assert erase_expired() == 1
    assert [s.session_key for s in Session.objects.all()] == ["new"]
    run = ErasureRun.objects.get()
    assert run.erased == {"sessions.Session": 1}
    assert run.finished_at is not None


def test_keys_without_a_row_are_swept_after_an_hour() -> None:
    fresh, old = uuid.uuid4(), uuid.uuid4()
    create_key(fresh, kind="test")
    create_key(old, kind="test")
    DataKey.objects.filter(pk=old).update(created_at=timezone.now() - timedelta(hours=2))
    assert sweep_orphan_keys() == 1
    assert [row.pk for row in DataKey.objects.all()] == [fresh]
