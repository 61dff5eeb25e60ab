"""Production refuses keys beside data, and accounts whose password everybody knows."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from helpline.staff.startup import refuse_unsafe

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "HELPLINE_DEMO", False)
    monkeypatch.setattr(settings, "HELPLINE_KEY_FILE", tmp_path / "master.json")


def test_a_safe_site_starts(production: None) -> None:
    refuse_unsafe()


def test_demo_accounts_are_refused(production: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as demo:
        demo.setattr(settings, "HELPLINE_DEMO", True)
        call_command("load_demo_staff")
    with pytest.raises(ImproperlyConfigured, match="demo accounts"):
        refuse_unsafe()


def test_a_key_file_in_the_repository_is_refused(
    production: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HELPLINE_KEY_FILE", settings.BASE_DIR / "master.json")
    with pytest.raises(ImproperlyConfigured, match="inside the code"):
        refuse_unsafe()


def test_a_key_store_in_the_same_database_is_refused(
    production: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {**settings.DATABASES, "keys": settings.DATABASES["default"]}
    monkeypatch.setattr(settings, "DATABASES", both)
    with pytest.raises(ImproperlyConfigured, match="key store"):
        refuse_unsafe()
