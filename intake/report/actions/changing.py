"""What a visitor changes about a report of theirs, with the code."""

from collections.abc import Iterator

from django.db import transaction

from helpline.privacy.vault.keys import destroy_key
from intake.removal import actions as removal
from intake.removal.models import Seen, Statement, Wish
from intake.report.models import Report


def go_ahead(
    *,
    report: Report,
    declaration_version: str,
    mandate_version: str = "",
    position: int | None = None,
) -> int:
    """The visitor waited, and now wants us to ask. Returns how many links that concerned.

    With a ``position`` it is about that link alone, also when the visitor had stopped us.
    """
    waiting = 0
    with transaction.atomic():
        for statement in _statements(report, position):
            stopped = statement.mandate_withdrawn_at is not None
            if statement.is_live or (stopped and position is None):
                continue
            removal.change_wish(
                statement,
                Wish.REMOVE,
                declaration_version=declaration_version,
                mandate_version=mandate_version if statement.may_allow_us else "",
            )
            waiting += 1
    return waiting


def withdraw_mandates(*, report: Report, position: int | None = None) -> int:
    """The visitor no longer wants us to act: for all links, or for the one at ``position``.

    Returns how many statements that concerned.
    """
    withdrawn = 0
    with transaction.atomic():
        for statement in _statements(report, position):
            if statement.mandate_withdrawn_at is None:
                removal.withdraw_mandate(statement)
                withdrawn += 1
    return withdrawn


def say_seen(*, report: Report, position: int, seen: Seen) -> bool:
    """The visitor saw whether a link is still there. Returns whether that was new to us."""
    return any(removal.say_seen(statement, seen) for statement in _statements(report, position))


def erase_report(*, report: Report, go_on: bool = False) -> None:
    """Erase a report for good, at once. What was asked of others cannot be called back; nothing
    more is asked unless somebody else reported the same page.

    With ``go_on`` the answers that a request leans on stay, so that removal goes on for a visitor
    who cannot come back to it.
    """
    with transaction.atomic():
        statements = list(_statements(report))
        report.links.all().delete()
        Report.objects.filter(pk=report.pk).delete()
        for statement in statements:
            if go_on and statement.mandate_withdrawn_at is None:
                removal.leave_statement(statement)
            else:
                removal.release_statement(statement)
        transaction.on_commit(lambda: destroy_key(report.pk))


def _statements(report: Report, position: int | None = None) -> Iterator[Statement]:
    """In one order for everybody: two reports of the same pages lock them one after the other."""
    links = report.links.select_related("statement").order_by("statement__location_id")
    if position is not None:
        links = links.filter(position=position)
    for link in links:
        yield link.statement
