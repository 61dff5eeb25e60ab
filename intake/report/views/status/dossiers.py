"""The holder of a code agrees to a dossier, or withdraws that."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from intake.report.actions import agree_to_dossier, withdraw_dossier
from intake.report.declarations import DOSSIERS
from intake.report.dossiers import agreement_to_ask, is_enough
from intake.report.models import DossierAgreement
from intake.report.queries import progress_of_report
from intake.report.states import DossierFor
from intake.report.views.status.opened import Opened, show


def dossier(opened: Opened, said: str = "") -> HttpResponse:
    """What a dossier is, for whom it can be made, and what was agreed to."""
    version = agreement_to_ask(progress_of_report(opened.report))
    given = {a.reader: a for a in DossierAgreement.objects.filter(report=opened.report)}
    if not (version or given):
        return show(opened)
    context: dict[str, object] = {
        "said": said,
        "text": DOSSIERS.get(version, []),
        "readers": [
            (reader, held, held is not None and not is_enough(held.version, version))
            for reader, held in ((reader, given.get(reader)) for reader in DossierFor)
        ],
    }
    return opened.render("report/dossier/agree.html", context)


def agree(opened: Opened) -> HttpResponse:
    reader = _reader(opened)
    if reader is None or not agree_to_dossier(report=opened.report, reader=reader):
        return show(opened)
    return dossier(opened, _("Noted. You can withdraw it here."))


def withdraw_agreement(opened: Opened) -> HttpResponse:
    reader = _reader(opened)
    if reader is None or not withdraw_dossier(report=opened.report, reader=reader):
        return dossier(opened)
    return dossier(opened, _("Withdrawn. From now on no document is made for them."))


def _reader(opened: Opened) -> DossierFor | None:
    return DossierFor(opened.about) if opened.about in DossierFor.values else None
