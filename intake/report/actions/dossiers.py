"""A dossier of a report: who holds the code agrees to it, and a caseworker makes it."""

from django.db import transaction
from django.utils import timezone

from helpline.privacy.vault.keys import preload
from helpline.staff.audit import record
from helpline.staff.models import User
from intake.removal.queries.asked import asked_since
from intake.report.dossier import dossier_of
from intake.report.dossiers import agreement_to_ask, fit_for_dossier, is_enough
from intake.report.models import DossierAgreement, Report
from intake.report.permissions import check_can_read
from intake.report.queries import progress_of_report
from intake.report.states import DossierFor


class NoDossierError(Exception):
    """Nobody agreed to this dossier, or nothing can stand in it."""


@transaction.atomic
def agree_to_dossier(*, report: Report, reader: DossierFor) -> bool:
    """Who holds the code agrees to a dossier for somebody. Returns whether that was possible."""
    version = agreement_to_ask(progress_of_report(report))
    if not version:
        return False
    held, is_new = DossierAgreement.objects.select_for_update().get_or_create(
        report=report,
        reader=reader,
        defaults={"version": version, "given_at": timezone.now()},
    )
    if not (is_new or (held.holds and is_enough(held.version, version))):
        held.version, held.given_at, held.withdrawn_at = version, timezone.now(), None
        held.save(update_fields=["version", "given_at", "withdrawn_at"])
    return True


def withdraw_dossier(*, report: Report, reader: DossierFor) -> bool:
    """Who holds the code agrees no longer. Returns whether they did."""
    withdrawn = DossierAgreement.objects.filter(
        report=report, reader=reader, withdrawn_at=None
    ).update(withdrawn_at=timezone.now())
    return bool(withdrawn)


@transaction.atomic
def make_dossier(*, report: Report, reader: DossierFor, by: User) -> bytes:
    """The dossier as a PDF, in the language of now: first on the record, then the addresses.

    Raises PermissionDenied, NoDossierError. Its holder sees on the status page that it was made.
    """
    check_can_read(by, report)
    agreement = (
        DossierAgreement.objects.select_for_update()
        .filter(report=report, reader=reader, withdrawn_at=None)
        .first()
    )
    if agreement is None:
        raise NoDossierError
    entries = fit_for_dossier(progress_of_report(report), agreement.version)
    if not entries:
        raise NoDossierError
    record(by=by, action="make_dossier", subject_kind="report", subject_id=str(report.pk))
    agreement.made_at = timezone.now()
    agreement.save(update_fields=["made_at"])
    preload([report.pk])
    asked = asked_since([entry.statement for entry in entries])
    return dossier_of(report, agreement, entries, asked)
