"""Migrations on databases that hold reports: back to where a site may stand, and forward again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from intake.removal.models import Statement
from intake.report.models import Report
from tests.intake.report.walk import Walk

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]


def migrate(*targets: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


def test_reports_of_before_come_along_and_keep_what_was_allowed(client: Client) -> None:
    Walk(client).send(situation="threatened")
    report, statement = Report.objects.get(), Statement.objects.get()
    # As a parent reported before anybody was asked whether the person agrees.
    Statement.objects.update(reported_by="child")

    migrate(("report", "0002_news_by_mail"), ("removal", "0002_grounds_and_routes"))
    migrate()

    assert Report.objects.get() == report
    assert Report.objects.get().situation == "threatened"
    again = Statement.objects.get()
    assert again == statement
    assert (again.authority, again.person_knows) == ("skipped", "skipped")
    assert again.gives_mandate
    # It can be worked with.
    Walk(client).send(situation="pressure", text="https://example.org/b")
    assert Report.objects.count() == 2
