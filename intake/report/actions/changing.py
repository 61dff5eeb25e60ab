"""What a visitor changes about a report of theirs, with the code."""

from django.db import transaction

from helpline.privacy.vault.keys import destroy_key
from intake.removal import actions as removal
from intake.removal.models import Wish
from intake.report.models import Report


def go_ahead(*, report: Report, declaration_version: str, mandate_version: str = "") -> int:
    """The visitor waited, and now wants us to ask. Returns how many links that concerned."""
    waiting = 0
    with transaction.atomic():
        for link in report.links.select_related("statement").order_by("statement__location_id"):
            statement = link.statement
            if statement.wish == Wish.REMOVE or statement.mandate_withdrawn_at is not None:
                continue
            removal.change_wish(
                statement,
                Wish.REMOVE,
                declaration_version=declaration_version,
                mandate_version=mandate_version if statement.may_allow_us else "",
            )
            waiting += 1
    return waiting


def withdraw_mandates(*, report: Report) -> int:
    """The visitor no longer wants us to act. Returns how many statements that concerned."""
    withdrawn = 0
    with transaction.atomic():
        for link in report.links.select_related("statement").order_by("statement__location_id"):
            if link.statement.mandate_withdrawn_at is None:
                removal.withdraw_mandate(link.statement)
                withdrawn += 1
    return withdrawn


def erase_report(*, report: Report) -> None:
    """Erase a report for good, at once. What was asked of others cannot be called back; nothing
    more is asked unless somebody else reported the same page.
    """
    with transaction.atomic():
        statements = [
            link.statement
            for link in report.links.select_related("statement").order_by("statement__location_id")
        ]
        report.links.all().delete()
        Report.objects.filter(pk=report.pk).delete()
        for statement in statements:
            removal.release_statement(statement)
        transaction.on_commit(lambda: destroy_key(report.pk))
